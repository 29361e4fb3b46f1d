//! The figures of a period, and the lists that make them.

use serde_json::{Value, json};

use crate::change::cast::{asked, cast, event, host, made, plan, vote};
use crate::lab::{Device, Lab};

const MINUTE: i64 = 60_000;

fn of(report: &Value, name: &str) -> Value {
    let found = report["items"].as_array().unwrap().iter().find(|figure| figure["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {report}")).clone()
}

async fn move_on(lab: &Lab, token: &str, number: &str, body: Value) {
    lab.post(token, &format!("/api/v1/tickets/{number}/transitions"), body).await.expect(200);
}

#[tokio::test]
async fn every_figure_opens_the_list_that_makes_it() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    device.report_full(&lab).await;
    let resolve = || json!({"event": "resolve", "close_code": "fixed", "close_notes": "n", "cause_item": "none"});
    let mut numbers = Vec::new();
    for title in ["one", "two", "three", "four"] {
        let body = json!({"kind": "incident", "title": title});
        let made = lab.post(&admin, "/api/v1/tickets", body).await.expect(201).json();
        numbers.push(made["number"].as_str().unwrap().to_owned());
    }
    lab.clock.advance_millis(10 * MINUTE);
    move_on(&lab, &admin, &numbers[0], json!({"event": "start"})).await;
    lab.clock.advance_millis(20 * MINUTE);
    move_on(&lab, &admin, &numbers[0], resolve()).await;
    move_on(&lab, &admin, &numbers[1], resolve()).await;
    move_on(&lab, &admin, &numbers[1], json!({"event": "reopen", "comment": "again"})).await;
    lab.clock.advance_millis(30 * MINUTE);
    move_on(&lab, &admin, &numbers[1], resolve()).await;
    move_on(&lab, &admin, &numbers[2], json!({"event": "cancel", "reason": "duplicate", "duplicate_of": numbers[0]}))
        .await;
    lab.clock.advance_millis(3 * 86_400_000);
    let report = lab.get(&admin, "/api/v1/reports/kpi").await.expect(200).json();
    let mttr = of(&report, "mttr");
    assert_eq!((mttr["count"].as_u64(), mttr["value"].as_f64()), (Some(2), Some(45.0 * 60.0)));
    assert_eq!((mttr["median"].as_f64(), mttr["p90"].as_f64()), (Some(1_800.0), Some(3_600.0)));
    assert_eq!(of(&report, "mtta")["value"].as_f64(), Some(20.0 * 60.0));
    assert_eq!(of(&report, "reopen_rate")["value"].as_f64(), Some(50.0));
    assert_eq!(of(&report, "first_time_fix")["value"].as_f64(), Some(50.0));
    assert_eq!(of(&report, "backlog_7d")["count"].as_u64(), Some(1));
    assert_eq!(of(&report, "hosts_duplicate")["count"].as_u64(), Some(0));
    for figure in report["items"].as_array().unwrap() {
        let filter: String = figure["filter"]
            .as_str()
            .unwrap()
            .bytes()
            .map(
                |byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") },
            )
            .collect();
        let path = format!("/api/v1{}?limit=1000&filter={filter}", figure["list"].as_str().unwrap());
        let listed = lab.all(&admin, &path).await;
        assert_eq!(listed.len() as u64, figure["count"].as_u64().unwrap(), "{figure}");
    }
    let past = lab.get(&admin, "/api/v1/reports/kpi?from=2020-01-01&to=2020-02-01").await.expect(200).json();
    assert_eq!((of(&past, "mttr")["value"].as_f64(), of(&past, "mttr")["count"].as_u64()), (None, Some(0)));
    lab.get(&admin, "/api/v1/reports/kpi?from=2020-02-01&to=2020-01-01").await.problem(422, "invalid");
    lab.get(&admin, "/api/v1/reports/kpi?calendar=lunar").await.problem(404, "not-found");
    lab.get(&admin, "/api/v1/reports/kpi?from=soon").await.problem(422, "invalid");
}

#[tokio::test]
async fn changes_count_by_how_they_went() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (mut device, id) = host(&lab, "web-1", "ab").await;
    made(&lab, &cast, &mut device, &plan(&lab, &[&id])).await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&id])).await;
    vote(&lab, &cast.peer, &round, json!({"decision": "approve"})).await.expect(200);
    event(&lab, &cast.implementer, &number, json!({"event": "start"})).await.expect(200);
    event(&lab, &cast.implementer, &number, json!({"event": "back_out", "comment": "it broke"})).await.expect(200);
    let close = json!({"event": "close", "close_code": "backed_out", "close_notes": "taken back"});
    event(&lab, &cast.manager, &number, close).await.expect(200);
    let report = lab.get(&admin, "/api/v1/reports/kpi").await.expect(200).json();
    for (name, value) in [
        ("change_success", 50.0),
        ("change_issues", 0.0),
        ("change_backed_out", 50.0),
        ("change_failure", 50.0),
        ("change_emergency", 0.0),
    ] {
        assert_eq!(of(&report, name)["value"].as_f64(), Some(value), "{name}");
    }
    assert_eq!(of(&report, "change_lead")["count"].as_u64(), Some(2));
    let filter = "kind:change%20state:closed%20(close_code:failed,backed_out%20or%20causes%3E0)";
    let listed = lab.get(&admin, &format!("/api/v1/tickets?filter={filter}")).await.expect(200).json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
}
