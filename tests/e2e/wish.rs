//! What an owner writes into the collector's configuration reaches the agents with the next answer: files to watch, and sections to leave
//! out. Nothing else can be asked of a host.

use muster_tests::agent::{Agent, Tree};
use muster_tests::collector::Collector;
use muster_tests::wait::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_and_sections_of_the_collectors_configuration_reach_its_agents() {
    let dir = tempfile::tempdir().unwrap();
    // So seldom a scan that nothing of this comes by one.
    let seldom = [("MUSTER_HEARTBEAT_SECONDS", "1"), ("MUSTER_SCAN_SECONDS", "3600")];
    let mut collector = Collector::start(dir.path(), &seldom).await.unwrap();
    let (api, data) = collector.bootstrap().await.unwrap();
    let agent = Agent::enroll(&dir.path().join("agent"), data["enrollment_token"].as_str().unwrap(), None).unwrap();
    let tree = Tree::new(dir.path());
    tree.write("srv/app.conf", "one\n");
    let _agent = agent.run(&tree).unwrap();
    until("its users are known", async || Ok((!api.list("/items?class=user").await?.is_empty()).then_some(())))
        .await
        .unwrap();
    let digest = async || -> anyhow::Result<Option<String>> {
        let files = api.list_all("/items?class=file").await?;
        let file = files.iter().find(|item| item["key"] == "/srv/app.conf");
        Ok(file.map(|item| item["attributes"]["sha256"].to_string()))
    };
    assert_eq!(digest().await.unwrap(), None);

    collector.kill().unwrap();
    let text = "log = \"info\"\n[collect]\nexclude = [\"group\"]\nfiles = [\"/srv/app.conf\"]\n";
    std::fs::write(dir.path().join("collector.toml"), text).unwrap();
    collector.restart().await.unwrap();
    let first = until("the file is known", digest).await.unwrap();
    // It is watched by now: another change comes without a scan of everything.
    tree.write("srv/app.conf", "two\n");
    until("its change is known", async || Ok((digest().await? != Some(first.clone())).then_some(()))).await.unwrap();
    until("the section is left out", async || {
        let status = agent.status()?;
        Ok((status["coverage"]["group"] == "unsupported").then_some(()))
    })
    .await
    .unwrap();
    let groups = api.list_all("/items?class=group").await.unwrap();
    assert!(!groups.is_empty(), "what is not collected any more is not gone");
}
