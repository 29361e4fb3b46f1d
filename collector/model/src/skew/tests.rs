//! What is left of a stranger's words can be read, and what is gone is named.

use muster_shared::canonical::section_digest;
use muster_shared::diff::ItemMap;
use muster_shared::id::ReportId;
use muster_shared::protocol::Heartbeat;
use muster_shared::report::SCHEMA;

use super::*;

fn sample() -> Value {
    let digest = section_digest(&ItemMap::new()).to_string();
    json!({
        "schema": SCHEMA, "report_id": ReportId::from_bytes([1; 16]), "boot_id": "b", "seq": 1,
        "collected_at": "2026-01-01T00:00:00Z", "agent_version": "9", "base": 0, "next": 1, "root": digest,
        "sections": {
            "user": {"status": "ok", "digest": digest, "change": {"whole": [{"key": "root", "attributes": {"uid": 0}}]}},
            "group": {"status": "ok", "digest": digest, "change": {"delta": {"upsert": [{"key": "a", "attributes": {}}]}}},
            "cron": {"status": "denied", "digest": digest, "change": "same"},
        },
    })
}

fn read(value: &Value) -> Report {
    serde_json::from_value(value.clone()).unwrap()
}

fn names(strange: &Strange) -> Vec<&str> {
    strange.names.iter().map(String::as_str).collect()
}

#[test]
fn what_is_known_is_left_as_it_is() {
    let mut value = sample();
    assert_eq!(report(&mut value), Strange::default());
    assert_eq!(value, sample());
    read(&value);
}

#[test]
fn fields_are_taken_out_and_named_wherever_they_stand() {
    let places = [
        "",
        "/sections/user",
        "/sections/user/change/whole/0",
        "/sections/group/change/delta",
        "/sections/group/change/delta/upsert/0",
    ];
    let mut value = sample();
    for place in places {
        value.pointer_mut(place).unwrap()["brand_new"] = json!({"a": [1]});
    }
    value["sections"]["cron"]["problems"] = json!([{"source": "/etc", "message": "denied", "brand_new": 1}]);
    let strange = report(&mut value);
    let expected = [
        "/brand_new",
        "/sections/cron/problems/*/brand_new",
        "/sections/group/change/delta/brand_new",
        "/sections/group/change/delta/upsert/*/brand_new",
        "/sections/user/brand_new",
        "/sections/user/change/whole/*/brand_new",
    ];
    assert_eq!(names(&strange), expected);
    assert!(strange.unread.is_empty());
    value["sections"]["cron"].as_object_mut().unwrap().remove("problems");
    assert_eq!(read(&value), read(&sample()));
}

#[test]
fn sections_that_are_not_known_count_by_their_digest() {
    let mut value = sample();
    let digest = Digest::of(b"gpu");
    value["sections"]["gpu"] = json!({"status": "ok", "digest": digest, "change": {"whole": [{"key": 7}]}});
    value["sections"]["tpm"] = json!({"status": "denied", "digest": digest, "change": "same"});
    let strange = report(&mut value);
    assert_eq!(names(&strange), ["/sections/gpu", "/sections/tpm"]);
    assert_eq!(strange.unread, Unread::from([("gpu".into(), digest)]), "nobody knows what the denied one holds");
    assert_eq!(read(&value), read(&sample()));
    // What is no section is refused as before.
    for bad in [json!({"status": "ok", "change": "same"}), json!(1), json!({"digest": "x"})] {
        let mut value = sample();
        value["sections"]["gpu"] = bad;
        report(&mut value);
        assert!(serde_json::from_value::<Report>(value).is_err());
    }
}

#[test]
fn states_and_changes_that_are_not_known_leave_the_section_as_it_was() {
    let mut value = sample();
    value["sections"]["user"]["status"] = json!("asleep");
    value["sections"]["group"]["change"] = json!({"patch": []});
    let digest = value["sections"]["group"]["digest"].as_str().unwrap().parse().unwrap();
    let strange = report(&mut value);
    assert_eq!(names(&strange), ["/sections/group/change/patch", "/sections/user/status: asleep"]);
    assert_eq!(strange.unread, Unread::from([("group".into(), digest)]));
    let report = read(&value);
    for name in [SectionName::User, SectionName::Group] {
        assert_eq!(report.sections[&name].status, SectionStatus::Failed);
        assert_eq!(report.sections[&name].problems.len(), 1, "{report:?}");
    }
}

#[test]
fn messages_lose_what_is_not_known_and_names_have_bounds() {
    let mut heartbeat = json!({"boot_id": "b", "generation": 1, "mood": "good", "wait_seconds": 3});
    assert_eq!(names(&message::<Heartbeat>(&mut heartbeat)), ["/mood"]);
    assert_eq!(heartbeat, json!({"boot_id": "b", "generation": 1, "wait_seconds": 3}));
    let long: Map<String, Value> = (0..500).map(|n| (format!("{n}{}", "x".repeat(500)), Value::Null)).collect();
    let strange = message::<Heartbeat>(&mut Value::Object(long));
    assert_eq!(strange.names.len(), MAX_NAMES);
    assert!(strange.names.iter().all(|name| name.len() <= MAX_NAME_BYTES));
}
