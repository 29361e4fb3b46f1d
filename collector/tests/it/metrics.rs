//! `/metrics`: what happened is counted, how things stand is told, and only to those who may read it.

use muster_model::right::Role;
use serde_json::json;

use crate::lab::{Device, Lab};

/// The value of a line.
fn value(text: &str, series: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
}

#[tokio::test]
async fn what_happened_and_how_things_stand() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    device.report_full(&lab).await;
    device.add_user("eve", 0);
    device.report_delta(&lab).await;
    lab.wait_seconds(60).await;
    let reply = lab.get(&admin, "/metrics").await.expect(200);
    assert_eq!(reply.header("content-type"), "application/openmetrics-text; version=1.0.0; charset=utf-8");
    let text = reply.text();
    assert_eq!(value(&text, "muster_ingest_reports_total{result=\"stored\"}"), Some(2.0), "{text}");
    assert_eq!(value(&text, "muster_agents{state=\"active\"}"), Some(1.0));
    assert_eq!(value(&text, "muster_hosts{state=\"up\"}"), Some(1.0));
    let standing = lab.get(&admin, "/api/v1/findings?limit=100").await.json();
    let critical = standing["items"].as_array().unwrap().iter().filter(|one| one["severity"] == "critical").count();
    assert_eq!(
        value(&text, "muster_findings{severity=\"critical\"}"),
        Some(f64::from(u32::try_from(critical).unwrap()))
    );
    assert!(value(&text, "muster_drift_to_incident_seconds_count").unwrap() >= 1.0, "{text}");
    assert!(value(&text, "muster_commit_seconds_count").unwrap() > 3.0);
    assert!(value(&text, "muster_http_requests_total{listener=\"agents\",class=\"2xx\"}").unwrap() >= 2.0);
    assert!(value(&text, "muster_kpi{figure=\"backlog_1d\",of=\"value\"}").unwrap() >= 1.0);
    assert!(text.contains("muster_tickets{kind=\"incident\",priority=") && text.ends_with("# EOF\n"));
    // Each figure has its name and meaning in front.
    for name in text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split([' ', '{']).next()) {
        let of = ["_total", "_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
        assert!([name, of].iter().any(|name| text.contains(&format!("# HELP {name} "))), "{name} has no help");
    }
}

#[tokio::test]
async fn nobody_else_reads_them() {
    let lab = Lab::new();
    lab.get("", "/metrics").await.problem(401, "not-authenticated");
    lab.get(&lab.token_of(Role::Viewer).await, "/metrics").await.problem(403, "not-authorised");
    lab.get(&lab.token_of(Role::Auditor).await, "/metrics").await.expect(200);
    lab.post(&lab.admin().await, "/metrics", json!({})).await.problem(405, "method");
}

#[tokio::test]
async fn alerts_and_dashboard_name_metrics_that_are_there() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    device.report_full(&lab).await;
    device.add_user("eve", 0);
    device.report_delta(&lab).await;
    lab.wait_seconds(60).await;
    let text = lab.get(&admin, "/metrics").await.expect(200).text();
    let packaging = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging");
    let docs = packaging.join("../docs/metrics.md");
    for file in [packaging.join("prometheus/muster.rules.yml"), packaging.join("grafana/muster.json"), docs] {
        let words = std::fs::read_to_string(&file).unwrap();
        let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
        let names = words.split(|c| !is_name(c)).filter(|word| word.starts_with("muster_"));
        let mut count = 0;
        for name in names {
            assert!(text.lines().any(|line| line.starts_with(name)), "{} names {name}", file.display());
            count += 1;
        }
        assert!(count > 5, "{}", file.display());
    }
}
