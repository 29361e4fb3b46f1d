//! Backups of a running collector, and what comes back after a restore: the data, and nobody who was shut out (case 95).

use std::path::Path;
use std::process::Output;

use muster_shared::{Item, SectionName};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::simulated::{Sections, SimulatedAgent, inventory};
use serde_json::{Value, json};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), output.stderr.as_slice()].concat()).into_owned()
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    said(output)
}

fn with_account(sections: &Sections, name: &str, uid: u32) -> Sections {
    let mut sections = sections.clone();
    let item = Item::new(name).with("name", name).with("uid", uid);
    sections.entry(SectionName::User).or_default().insert(item.key, item.attributes);
    sections
}

/// A collector with two agents, a backup of it that was taken while one of them reported, and what came after it: the first agent
/// renewed and reported, the second was revoked, and so were an enrollment token and an API token.
struct Scene {
    collector: Collector,
    api: Api,
    first: SimulatedAgent,
    second: SimulatedAgent,
    sections: Sections,
    revoked_enrollment: String,
    revoked_api: String,
    backup: tempfile::TempDir,
}

async fn scene(dir: &Path) -> Scene {
    let collector = Collector::start(dir, &[]).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let token = collector.enrollment_token(9).await.unwrap();
    let mut first = SimulatedAgent::enroll(&token, &collector.ca_file, "first").await.unwrap();
    let mut second = SimulatedAgent::enroll(&token, &collector.ca_file, "second").await.unwrap();
    let mut sections = inventory("first", 60);
    first.deliver(&sections).await.unwrap();
    second.deliver(&inventory("second", 20)).await.unwrap();
    let made = api.post("/api-tokens", &json!({"name": "script", "scopes": ["all"], "days": 30})).await.unwrap();
    let revoked_api = made["token"].as_str().unwrap().to_owned();

    let backup = tempfile::tempdir().unwrap();
    let target = backup.path().to_str().unwrap();
    for n in 0..40 {
        sections = with_account(&sections, &format!("early{n}"), 4_000 + n);
        first.deliver(&sections).await.unwrap();
        if n % 20 == 10 {
            let output = collector.command(&["backup", target]).unwrap();
            assert!(done(&output).contains("everything up to commit"), "{}", said(&output));
        }
    }
    done(&collector.command(&["backup", target]).unwrap());

    first.renew(&collector.ca_file).await.unwrap();
    sections = with_account(&sections, "late", 5_000);
    first.deliver(&sections).await.unwrap();
    let agent = second.credential.agent_id;
    api.post(&format!("/agents/{agent}/revoke"), &json!({"reason": "stolen"})).await.unwrap();
    let id = token.parse::<muster_shared::enrollment::EnrollmentToken>().unwrap().id;
    assert_eq!(api.call("DELETE", &format!("/enrollment-tokens/{id}"), None).await.unwrap().0, 204);
    let id = made["id"].as_str().unwrap();
    assert_eq!(api.call("DELETE", &format!("/api-tokens/{id}"), None).await.unwrap().0, 204);
    Scene { collector, api, first, second, sections, revoked_enrollment: token, revoked_api, backup }
}

impl Scene {
    /// What must hold after every restore.
    async fn check(&mut self, api: &Api) {
        let accounts: Vec<Value> = api.list_all("/items?class=user").await.unwrap();
        let has = |key: &str| accounts.iter().any(|item| item["key"] == key);
        assert!(has("early39") && !has("late"), "everything up to the backup, nothing after it");
        let enrolled = SimulatedAgent::enroll(&self.revoked_enrollment, &self.collector.ca_file, "third").await;
        assert!(enrolled.is_err(), "a revoked enrollment token lets nobody in");
        let revoked = Api::new(&self.collector.console_url, &self.revoked_api);
        assert_eq!(revoked.call("GET", "/hosts", None).await.unwrap().0, 401, "a revoked API token stays revoked");
        // The first agent is ahead of the collector: it is asked for everything, and its newer sequence is taken.
        let heard = self.first.heartbeat().await.unwrap();
        assert!(heard.send_full);
        self.first.forget();
        self.first.deliver(&self.sections).await.unwrap();
        let accounts = api.list_all("/items?class=user").await.unwrap();
        assert!(accounts.iter().any(|item| item["key"] == "late"), "what came after the backup is told again");
        assert!(api.get("/audit/verify").await.unwrap()["ok"].as_bool().unwrap());
        let audit = api.list("/audit?limit=50").await.unwrap();
        assert!(audit.iter().any(|entry| entry["action"] == "store.restore"), "{audit:?}");
        assert!(done(&self.collector.command(&["doctor"]).unwrap()).contains("epoch: 2"));
        assert!(done(&self.collector.command(&["verify"]).unwrap()).contains("are whole"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_over_newer_data_brings_back_the_data_and_nobody_who_was_shut_out() {
    let dir = tempfile::tempdir().unwrap();
    let mut scene = scene(dir.path()).await;
    let target = scene.backup.path().to_str().unwrap().to_owned();
    let refused = scene.collector.command(&["restore", &target]).unwrap();
    assert_eq!(refused.status.code(), Some(6), "a running collector is not restored: {}", said(&refused));

    scene.collector.kill().unwrap();
    let told = done(&scene.collector.command(&["restore", &target]).unwrap());
    assert!(told.contains("stay shut out") && told.contains("before-restore-1"), "{told}");
    scene.collector.restart().await.unwrap();
    assert!(scene.second.heartbeat().await.is_err(), "a revoked agent stays revoked");
    let api = scene.api.clone();
    scene.check(&api).await;
    assert!(scene.collector.data().join("before-restore-1/store").is_dir());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_after_the_loss_of_everything_ends_all_tokens_and_takes_agents_by_their_newer_certificates() {
    let dir = tempfile::tempdir().unwrap();
    let mut scene = scene(dir.path()).await;
    let target = scene.backup.path().to_str().unwrap().to_owned();
    scene.collector.kill().unwrap();
    std::fs::remove_dir_all(scene.collector.data()).unwrap();
    let told = done(&scene.collector.command(&["restore", &target]).unwrap());
    assert!(told.contains("nobody knows who was shut out"), "{told}");
    scene.collector.restart().await.unwrap();
    assert_eq!(scene.api.call("GET", "/hosts", None).await.unwrap().0, 401, "API tokens of the backup ended");
    let (api, _) = scene.collector.bootstrap().await.unwrap();
    scene.check(&api).await;
    // What the backup did not know yet has to be done again, as the command said.
    let agent = scene.second.credential.agent_id;
    scene.second.heartbeat().await.unwrap();
    api.post(&format!("/agents/{agent}/revoke"), &json!({"reason": "stolen"})).await.unwrap();
    assert!(scene.second.heartbeat().await.is_err());
}

#[tokio::test]
async fn a_backup_is_taken_without_a_running_collector_too_and_wrong_ones_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let title = json!({"kind": "incident", "title": "kept"});
    api.post("/tickets", &title).await.unwrap();
    collector.kill().unwrap();
    let backup = tempfile::tempdir().unwrap();
    let target = backup.path().to_str().unwrap();
    done(&collector.command(&["backup", target]).unwrap());
    let keys = backup.path().join("epoch-1/pki");
    assert!(keys.is_dir(), "the keys are in it");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(backup.path().join("epoch-1")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o077, 0, "and nobody else can read them: {mode:o}");

    let segment =
        std::fs::read_dir(backup.path().join("epoch-1/store/journal")).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read(&segment).unwrap();
    let mut bytes = whole.clone();
    bytes[whole.len() / 2] ^= 1;
    std::fs::write(&segment, bytes).unwrap();
    let refused = collector.command(&["restore", target]).unwrap();
    assert!(!refused.status.success() && said(&refused).contains("the backup is damaged"), "{}", said(&refused));
    collector.restart().await.unwrap();
    assert_eq!(api.list("/tickets").await.unwrap().len(), 1, "the data is as it was");
}
