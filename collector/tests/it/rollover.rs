//! One CA after another (cases 38 and 39): agents are asked to renew, and nobody is locked out unless somebody says so.

use muster_collector::service::ServiceError;
use serde_json::{Value, json};

use crate::lab::{Device, Lab, SYSTEM};

/// What the collector wants of an agent, by a heartbeat.
async fn is_asked(lab: &Lab, device: &Device) -> bool {
    device.heartbeat(lab).await["settings"]["renew"] == json!(true)
}

async fn device(lab: &Lab, name: &str, digits: &str) -> Device {
    let mut device = Device::enroll(lab, name, &digits.repeat(16)).await;
    device.report_full(lab).await;
    device
}

fn certificates(credential: &Value) -> usize {
    credential["ca_pem"].as_str().unwrap().matches("BEGIN CERTIFICATE").count()
}

#[tokio::test]
async fn a_rollover_waits_for_everybody_and_loses_nobody() {
    let lab = Lab::new();
    let (mut one, mut other) = (device(&lab, "web-1", "1a").await, device(&lab, "web-2", "2b").await);
    assert!(!is_asked(&lab, &one).await);
    assert!(matches!(lab.service.switch_ca(&SYSTEM, false).await, Err(ServiceError::Conflict(_))));
    assert!(matches!(lab.service.drop_ca(&SYSTEM, true).await, Err(ServiceError::Conflict(_))));
    let before = lab.service.authority().spki_sha256();
    let rollover = lab.service.rotate_ca(&SYSTEM).await.unwrap();
    assert_eq!((rollover.agents, rollover.behind.len()), (2, 2));
    assert!(matches!(lab.service.rotate_ca(&SYSTEM).await, Err(ServiceError::Conflict(_))), "one at a time");

    // An agent that is asked renews; it counts when it used what it got, for the answer may have been lost.
    assert!(is_asked(&lab, &one).await && is_asked(&lab, &other).await);
    one.add_user("x", 1_000);
    let report = one.delta(&lab);
    let ack = one.deliver(&lab, &report).await.expect(200).json();
    assert_eq!(ack["settings"]["renew"], json!(true), "a report's answer says so too");
    let credential = one.renew(&lab).await.expect(200).json();
    assert_eq!(certificates(&credential), 2);
    assert_eq!(lab.service.rollover(&SYSTEM).await.unwrap().behind.len(), 2);
    assert!(!is_asked(&lab, &one).await);
    let rollover = lab.service.rollover(&SYSTEM).await.unwrap();
    assert!(rollover.behind.len() == 1 && rollover.behind[0].starts_with("web-2 "), "{rollover:?}");
    assert!(rollover.text().contains("1 of 2 agents"), "{}", rollover.text());

    let told = lab.service.switch_ca(&SYSTEM, false).await.unwrap_err().to_string();
    assert!(told.contains("1 of 2 agents") && told.contains("web-2") && told.contains("--force"), "{told}");
    assert_eq!(lab.service.authority().spki_sha256(), before, "nothing moved");
    other.renew(&lab).await.expect(200);
    other.heartbeat(&lab).await;
    lab.service.switch_ca(&SYSTEM, false).await.unwrap();
    assert_ne!(lab.service.authority().spki_sha256(), before);
    assert_eq!(certificates(&one.renew(&lab).await.expect(200).json()), 1, "what is old is believed by nobody new");
    assert!(!is_asked(&lab, &one).await && !is_asked(&lab, &other).await);
    let late = device(&lab, "web-3", "3c").await;
    lab.service.drop_ca(&SYSTEM, false).await.unwrap();
    for device in [&one, &other, &late] {
        device.heartbeat(&lab).await;
    }
    let roots = lab.service.authority().roots();
    assert_eq!((roots.next, roots.old), (None, None));
    let auditor = lab.admin().await;
    let steps: Vec<Value> = lab.all(&auditor, "/api/v1/audit?object=ca").await;
    let steps: Vec<&str> = steps.iter().filter_map(|entry| entry["action"].as_str()).collect();
    assert_eq!(steps, ["ca.drop", "ca.switch", "ca.rotate"]);
}

/// Who is gone for good holds nothing up, and what is forced names whom it costs.
#[tokio::test]
async fn those_that_are_revoked_do_not_count_and_force_is_written_down() {
    let lab = Lab::new();
    let (gone, _silent) = (device(&lab, "web-1", "1a").await, device(&lab, "web-2", "2b").await);
    lab.service.rotate_ca(&SYSTEM).await.unwrap();
    lab.service.revoke_agent(&SYSTEM, gone.agent, "scrapped").await.unwrap();
    let told = lab.service.switch_ca(&SYSTEM, false).await.unwrap_err().to_string();
    assert!(told.contains("1 of 1 agents") && !told.contains("web-1"), "{told}");
    lab.service.switch_ca(&SYSTEM, true).await.unwrap();
    let told = lab.service.drop_ca(&SYSTEM, false).await.unwrap_err().to_string();
    assert!(told.contains("web-2"), "{told}");
    let auditor = lab.admin().await;
    let steps = lab.all(&auditor, "/api/v1/audit?object=ca").await;
    assert!(steps[0].to_string().contains("web-2"), "{steps:?}");
}
