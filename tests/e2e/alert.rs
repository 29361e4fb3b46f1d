//! The real Alertmanager of Debian sends to a real collector, configured as `docs/events.md` says.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};

const PROGRAM: &str = "prometheus-alertmanager";

/// A running Alertmanager; dropping it ends the process.
struct Alertmanager {
    child: Child,
    url: String,
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Alertmanager {
    /// Starts one on a free port that sends to a collector, by the configuration that the page of docs shows.
    fn start(dir: &Path, collector: &str, token: &str) -> Self {
        let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/events.md")).unwrap();
        let shown = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("\n```").next()).unwrap();
        let secret = dir.join("token");
        std::fs::write(&secret, token).unwrap();
        let config = shown
            .replace("https://muster.example.org", collector)
            .replace("/etc/alertmanager/muster-token", secret.to_str().unwrap());
        assert!(config.contains(collector) && config.contains("credentials_file"), "{config}");
        std::fs::write(dir.join("alertmanager.yml"), config).unwrap();
        let mut command = Command::new(PROGRAM);
        command
            .arg(format!("--config.file={}", dir.join("alertmanager.yml").display()))
            .arg(format!("--storage.path={}", dir.join("alertmanager").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]);
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let said = lines.find(|line| line.contains("Listening on")).expect("it says where it listens");
        let address = said.split("address=").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap();
        let url = format!("http://{address}");
        // What it says besides has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url }
    }

    /// Gives it an alert, as Prometheus does.
    async fn alert(&self, alert: Value) {
        let sent =
            reqwest::Client::new().post(format!("{}/api/v2/alerts", self.url)).json(&json!([alert])).send().await;
        assert!(sent.unwrap().status().is_success());
    }
}

async fn incident(api: &Api, state: &'static str) -> Value {
    until("the incident is there", async || {
        let found = api.list(&format!("/tickets?channel=event&state={state}")).await?;
        Ok(found.into_iter().next())
    })
    .await
    .unwrap()
}

#[tokio::test]
async fn the_real_alertmanager_of_debian_opens_an_incident_and_ends_it() {
    let is_there = Command::new(PROGRAM).arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(is_there, "{PROGRAM} is not installed; tests/run installs it");
    let dir = tempfile::tempdir().unwrap();
    let mut collector = Collector::start(dir.path(), &[]).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let body = json!({"name": "alertmanager", "scopes": ["events"], "days": 1});
    let token = api.post("/api-tokens", &body).await.unwrap()["token"].as_str().unwrap().to_owned();
    let item = api.post("/items", &json!({"class": "application", "name": "shop"})).await.unwrap();
    let monitor = Alertmanager::start(dir.path(), &collector.console_url, &token);

    let labels = json!({"alertname": "ShopDown", "host": "shop", "severity": "page", "job": "blackbox"});
    let annotations = json!({"summary": "the shop does not answer"});
    monitor.alert(json!({"labels": labels, "annotations": annotations})).await;
    let opened = incident(&api, "new").await;
    assert_eq!(opened["title"], "shop: the shop does not answer", "{}", collector.log());
    assert_eq!((&opened["items"][0]["id"], &opened["urgency"]), (&item["id"], &json!(1)));
    let alerts = api.list("/alerts").await.unwrap();
    assert_eq!(alerts.len(), 1);
    assert_eq!((&alerts[0]["source"], &alerts[0]["kind"]), (&json!("prometheus"), &json!("ShopDown")));
    assert_eq!((&alerts[0]["ci"]["id"], &alerts[0]["attrs"]["job"]), (&item["id"], &json!("blackbox")));

    // The collector dies and comes back; the Alertmanager goes on where it was.
    collector.kill().unwrap();
    let now = muster_shared::Clock::now(&muster_shared::SystemClock);
    monitor.alert(json!({"labels": labels, "annotations": annotations, "endsAt": now})).await;
    collector.restart().await.unwrap();
    let over = incident(&api, "resolved").await;
    assert_eq!((&over["number"], &over["close_code"]), (&opened["number"], &json!("auto_cleared")));
    assert_eq!(api.list("/alerts").await.unwrap().len(), 0);
    assert_eq!(api.list("/tickets?channel=event").await.unwrap().len(), 1, "none was opened twice");
}
