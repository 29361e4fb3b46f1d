//! Which host a machine is: reasons, questions and answers, merging, splitting and taking it back (cases 18, 19, 34).

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, SYSTEM};

const UUID: &str = "4c4c4544-0051-3610-8052-b4c04f4d3532";
/// The same bytes as other firmware tells them.
const TURNED: &str = "44454c4c-5100-1036-8052-b4c04f4d3532";
const HOUR_MS: i64 = 3_600_000;

fn machine(n: u32) -> String {
    format!("{n:032x}").replace('0', "a")
}

/// A machine with firmware that says who it is.
async fn device(lab: &Lab, name: &str, machine_id: u32, uuid: Option<&str>, serial: Option<&str>) -> Device {
    let mut device = Device::enroll(lab, name, &machine(machine_id)).await;
    let mut firmware = Item::new("system");
    firmware.set("system_uuid", uuid);
    firmware.set("system_serial", serial);
    device.put(SectionName::Firmware, firmware);
    device
}

async fn deliver_full(lab: &Lab, device: &mut Device) -> (String, Reply) {
    let report = device.full(lab);
    let id = report.report_id.to_string();
    let reply = device.deliver(lab, &report).await;
    lab.settle().await;
    (id, reply)
}

async fn explain(lab: &Lab, token: &str, report: &str) -> Value {
    lab.get(token, &format!("/api/v1/identification/explain/{report}")).await.expect(200).json()
}

async fn open_reviews(lab: &Lab, token: &str) -> Vec<Value> {
    lab.all(token, "/api/v1/identification/reviews?state=open").await
}

async fn decide(lab: &Lab, token: &str, review: &Value, mut answer: Value) -> Reply {
    answer["reason"] = json!("seen in the rack");
    lab.post(token, &format!("/api/v1/identification/reviews/{}/decide", text(review, "id")), answer).await
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("no {field}: {value}"))
}

#[tokio::test]
async fn each_report_says_why_it_belongs_to_its_host() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let mut first = device(&lab, "web-1", 1, Some(UUID), Some("Default string")).await;
    let (report, reply) = deliver_full(&lab, &mut first).await;
    let host = text(&reply.expect(200).json(), "host_id").to_owned();
    let why = explain(&lab, &token, &report).await;
    assert_eq!((text(&why, "rule"), text(&why, "settled"), text(&why, "host")), ("new", "ladder", host.as_str()));
    assert_eq!(why["ignored"], json!([{"kind": "system_serial", "value": "default string", "why": "placeholder"}]));
    // A report of an agent that is known: it leads to the one that decided.
    first.add_user("x", 1_000);
    let delta = first.delta(&lab);
    first.deliver(&lab, &delta).await.expect(200);
    let why = explain(&lab, &token, &delta.report_id.to_string()).await;
    assert_eq!((text(&why, "rule"), text(&why, "decided_by_report")), ("agent", report.as_str()));
    // Set up anew, with firmware that tells its UUID in the other byte order.
    lab.service.revoke_agent(&SYSTEM, first.agent, "set up anew").await.unwrap();
    let mut again = device(&lab, "web-1", 2, Some(TURNED), None).await;
    let (report, reply) = deliver_full(&lab, &mut again).await;
    assert_eq!(text(&reply.expect(200).json(), "host_id"), host);
    let why = explain(&lab, &token, &report).await;
    assert_eq!((text(&why, "rule"), &why["rules_version"]), ("system_uuid", &json!(0)));
    assert_eq!(why["values"], json!([{"kind": "system_uuid", "value": TURNED}]));
    assert_eq!(why["candidates"][0]["rejected"], Value::Null);
    lab.get(&token, "/api/v1/identification/explain/rpt_00000000000000000000000000000000")
        .await
        .problem(404, "not-found");
    lab.get(&token, "/api/v1/identification/explain/x").await.problem(404, "not-found");
}

/// Two hosts that each know a part of a machine: nothing is written until somebody says which one it is.
async fn conflict(lab: &Lab) -> (Device, Device, Device, [String; 2]) {
    let mut by_uuid = device(lab, "web-1", 1, Some(UUID), None).await;
    let one = by_uuid.report_full(lab).await;
    let mut by_serial = device(lab, "old-1", 2, None, Some("8F2K1X2")).await;
    let two = by_serial.report_full(lab).await;
    let mut both = device(lab, "web-1", 3, Some(UUID), Some("8F2K1X2")).await;
    let sequence = lab.sequence().await;
    deliver_full(lab, &mut both).await.1.problem(409, "identity-undecided");
    assert!(lab.sequence().await > sequence, "the question is written");
    (by_uuid, by_serial, both, [one, two])
}

#[tokio::test]
async fn a_conflict_is_asked_once_and_the_agent_goes_on_after_the_answer() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let (by_uuid, _, mut both, [one, two]) = conflict(&lab).await;
    let reviews = open_reviews(&lab, &token).await;
    assert_eq!((reviews.len(), text(&reviews[0], "kind"), &reviews[0]["is_blocking"]), (1, "conflict", &json!(true)));
    let mut hosts: Vec<&str> = reviews[0]["hosts"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    hosts.sort_unstable();
    let mut expected = [one.as_str(), two.as_str()];
    expected.sort_unstable();
    assert_eq!(hosts, expected);
    let why = explain(&lab, &token, text(&reviews[0], "report")).await;
    assert_eq!((text(&why, "settled"), text(&why, "rule"), &why["host"]), ("waits", "conflict", &Value::Null));
    // People hear of it by an incident, once; every further try writes nothing.
    let incidents = lab.all(&token, "/api/v1/tickets?kind=incident").await;
    assert_eq!((incidents.len(), text(&incidents[0], "category")), (1, "identity"));
    assert_eq!(incidents[0]["id"], open_reviews(&lab, &token).await[0]["incident"]);
    let before = lab.sequence().await;
    for _ in 0..3 {
        let told = deliver_full(&lab, &mut both).await.1.problem(409, "identity-undecided");
        assert!(text(&told, "detail").contains(text(&reviews[0], "id")), "{told}");
    }
    assert_eq!(lab.sequence().await, before);
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 2);

    for (wrong, pointer) in [
        (json!({}), "/same"),
        (json!({"same": one, "new": true}), "/same"),
        (json!({"same": "host_00000000000000000000000000000000"}), "/same"),
    ] {
        assert_eq!(decide(&lab, &token, &reviews[0], wrong).await.pointers(422), [pointer]);
    }
    let viewer = lab.token_of(Role::Viewer).await;
    decide(&lab, &viewer, &reviews[0], json!({"new": true})).await.problem(403, "not-authorised");
    let answered = decide(&lab, &token, &reviews[0], json!({"same": one})).await.expect(200).json();
    assert_eq!(
        (text(&answered, "state"), text(&answered, "answer"), text(&answered, "same")),
        ("answered", "same", one.as_str())
    );
    assert_eq!(open_reviews(&lab, &token).await.len(), 0);
    decide(&lab, &token, &reviews[0], json!({"new": true})).await.problem(409, "conflict");
    // The other agent of that host is shut out, so that two never take turns.
    by_uuid.standing(&lab).await.problem(403, "revoked");
    let (report, reply) = deliver_full(&lab, &mut both).await;
    assert_eq!(text(&reply.expect(200).json(), "host_id"), one);
    let why = explain(&lab, &token, &report).await;
    assert_eq!((text(&why, "settled"), &why["review"]), ("review", &reviews[0]["id"]));
    let incident = &lab.all(&token, "/api/v1/tickets?kind=incident").await[0];
    assert_eq!(text(incident, "state"), "resolved");
}

#[tokio::test]
async fn a_conflict_can_be_a_machine_of_its_own_or_nobodys_business() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let (_, _, mut both, _) = conflict(&lab).await;
    let review = open_reviews(&lab, &token).await.remove(0);
    decide(&lab, &token, &review, json!({"new": true})).await.expect(200);
    deliver_full(&lab, &mut both).await.1.expect(200);
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 3);

    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let (_, _, mut both, _) = conflict(&lab).await;
    let review = open_reviews(&lab, &token).await.remove(0);
    decide(&lab, &token, &review, json!({"dismiss": true})).await.expect(200);
    lab.settle().await;
    let before = lab.sequence().await;
    deliver_full(&lab, &mut both).await.1.problem(409, "identity-undecided");
    assert_eq!((lab.sequence().await, open_reviews(&lab, &token).await.len()), (before, 0), "it is not asked again");
}

#[tokio::test]
async fn a_second_living_agent_of_a_host_waits_until_one_of_them_is_gone() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut first = device(&lab, "web-1", 1, Some(UUID), None).await;
    let host = first.report_full(&lab).await;
    let mut second = device(&lab, "web-1", 1, Some(UUID), None).await;
    deliver_full(&lab, &mut second).await.1.problem(409, "identity-undecided");
    assert_eq!(text(&open_reviews(&lab, &token).await[0], "kind"), "taken");
    // The first one falls silent: the question answers itself.
    lab.clock.advance_millis(HOUR_MS);
    assert_eq!(text(&deliver_full(&lab, &mut second).await.1.expect(200).json(), "host_id"), host);
    assert_eq!(open_reviews(&lab, &token).await.len(), 0);
    let all = lab.all(&token, "/api/v1/identification/reviews?state=all").await;
    assert_eq!((all.len(), text(&all[0], "state")), (1, "over"));
}

/// Case 34: a cloned disk on other hardware is a host of its own, and a question.
#[tokio::test]
async fn a_copied_machine_id_makes_two_hosts_and_a_question_that_can_merge_them() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut first = device(&lab, "web-1", 1, Some(UUID), None).await;
    let one = first.report_full(&lab).await;
    let other = "11111111-2222-4333-8444-555555555555";
    let mut second = device(&lab, "web-1", 1, Some(other), None).await;
    let two = second.report_full(&lab).await;
    assert_ne!(one, two);
    let reviews = open_reviews(&lab, &token).await;
    assert_eq!((reviews.len(), text(&reviews[0], "kind"), &reviews[0]["is_blocking"]), (1, "weak", &json!(false)));
    assert_eq!(text(&reviews[0]["candidates"][0], "contradicted_by"), "system_uuid");
    assert_eq!(lab.all(&token, "/api/v1/tickets?kind=incident").await.len(), 0, "nobody waits for the answer");
    // Asked once, also when everything is reported again.
    second.report_full(&lab).await;
    assert_eq!(open_reviews(&lab, &token).await.len(), 1);
    // The board was changed: it is the same machine. While both are alive that cannot be.
    decide(&lab, &token, &reviews[0], json!({"same": one})).await.problem(409, "conflict");
    lab.service.revoke_agent(&SYSTEM, first.agent, "replaced").await.unwrap();
    decide(&lab, &token, &reviews[0], json!({"same": one})).await.expect(200);
    assert_eq!(second.report_full(&lab).await, one);
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 1);
}

#[tokio::test]
async fn a_name_alone_asks_and_never_merges() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let named = async |n: u32, fqdn: &str| {
        let mut device = Device::enroll(&lab, "web-1", &machine(n)).await;
        let host = Item::new("host").with("name", "web-1").with("machine_id", machine(n)).with("fqdn", fqdn);
        device.put(SectionName::Host, host);
        device.report_full(&lab).await
    };
    let hosts =
        [named(1, "web-1.example.org").await, named(2, "web-1.example.org").await, named(3, "web-1.other.org").await];
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 3);
    let reviews = open_reviews(&lab, &token).await;
    assert_eq!((reviews.len(), &reviews[0]["hosts"], &reviews[0]["host"]), (1, &json!([hosts[0]]), &json!(hosts[1])));
    assert_eq!(text(&reviews[0]["candidates"][0], "rule"), "fqdn");
    decide(&lab, &token, &reviews[0], json!({"new": true})).await.expect(200);
    assert_eq!(open_reviews(&lab, &token).await.len(), 0);
}

#[tokio::test]
async fn an_agent_that_shows_what_another_host_is_recognised_by_is_asked_about() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut victim = device(&lab, "web-1", 1, None, Some("8F2K1X2")).await;
    let one = victim.report_full(&lab).await;
    let mut thief = device(&lab, "web-2", 2, None, None).await;
    let two = thief.report_full(&lab).await;
    thief.put(SectionName::Firmware, Item::new("system").with("system_serial", "8F2K1X2"));
    assert_eq!(thief.report_full(&lab).await, two, "an agent stays with its own host");
    let reviews = open_reviews(&lab, &token).await;
    assert_eq!((reviews.len(), text(&reviews[0], "kind"), &reviews[0]["hosts"]), (1, "claim", &json!([one])));
    thief.report_full(&lab).await;
    assert_eq!(open_reviews(&lab, &token).await.len(), 1);
}

/// Case 19, with a value that is on no list.
#[tokio::test]
async fn a_serial_that_many_hosts_show_becomes_junk_and_its_questions_go_away() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    for n in 1..=8 {
        let uuid = format!("4c4c4544-0051-3610-8052-{n:012x}");
        device(&lab, "template", 100 + n, Some(&uuid), Some("BATCH-7")).await.report_full(&lab).await;
    }
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 8);
    assert_eq!(open_reviews(&lab, &token).await.len(), 0);
    let uuid = "4c4c4544-0051-3610-8052-00000000ffff";
    let (report, _) = deliver_full(&lab, &mut device(&lab, "template", 99, Some(uuid), Some("BATCH-7")).await).await;
    let why = explain(&lab, &token, &report).await;
    assert_eq!(why["ignored"], json!([{"kind": "system_serial", "value": "batch-7", "why": "shared"}]));
}

/// Two records of one machine: the old one, and the one that it got when it was set up anew under another identity.
async fn two_records(lab: &Lab) -> (Device, Device, [String; 2]) {
    let mut old = device(lab, "web-1", 1, None, Some("8F2K1X2")).await;
    let one = old.report_full(lab).await;
    lab.service.revoke_agent(&SYSTEM, old.agent, "set up anew").await.unwrap();
    let mut new = device(lab, "web-1b", 2, Some(UUID), None).await;
    new.put(
        SectionName::Package,
        Item::new("nginx").with("name", "nginx").with("version", "1.0").with("manager", "dpkg"),
    );
    let two = new.report_full(lab).await;
    (old, new, [one, two])
}

async fn findings(lab: &Lab, token: &str) -> Vec<Value> {
    lab.all(token, "/api/v1/findings").await
}

#[tokio::test]
async fn a_merged_host_is_an_alias_whose_agents_tickets_and_findings_follow() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let (_, mut new, [one, two]) = two_records(&lab).await;
    new.add_user("deploy", 0);
    new.report_delta(&lab).await;
    let ticket = json!({"kind": "incident", "title": "disk full", "items": [two]});
    let number = text(&lab.post(&token, "/api/v1/tickets", ticket).await.expect(201).json(), "number").to_owned();
    let finding = findings(&lab, &token).await.remove(0);
    assert_eq!(text(&finding, "host"), two);
    let item = text(&lab.all(&token, &format!("/api/v1/items?host={two}&name=nginx")).await[0], "id").to_owned();
    lab.clock.advance_millis(60_000);
    let before = lab.service.now();
    lab.clock.advance_millis(60_000);

    let path = format!("/api/v1/hosts/{two}/merge");
    let body = |dry_run: bool| json!({"into": one, "reason": "the same machine", "dry_run": dry_run});
    let sequence = lab.sequence().await;
    let preview = lab.post(&token, &path, body(true)).await.expect(200).json();
    assert_eq!((&preview["is_done"], preview["agents"].as_array().unwrap().len()), (&json!(false), 1));
    assert_eq!((lab.sequence().await, lab.all(&token, "/api/v1/hosts").await.len()), (sequence, 2));
    let done = lab.post(&token, &path, body(false)).await.expect(200).json();
    assert_eq!(
        (&done["is_done"], &done["tickets"], &done["findings"]),
        (&json!(true), &preview["tickets"], &preview["findings"])
    );
    assert_eq!(lab.last_audit().await.1, "host.merge");
    lab.post(&token, &path, body(false)).await.problem(409, "conflict");

    // The id of the alias answers with the host that it is, and says so; before the merge it was itself.
    let alias = lab.get(&token, &format!("/api/v1/hosts/{two}")).await.expect(200).json();
    assert_eq!((text(&alias, "id"), text(&alias, "alias")), (one.as_str(), two.as_str()));
    let past = lab.get(&token, &format!("/api/v1/hosts/{two}?as_of={before}")).await.expect(200).json();
    assert_eq!((text(&past, "id"), &past["alias"]), (two.as_str(), &Value::Null));
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 1);
    assert_eq!(lab.all(&token, &format!("/api/v1/hosts?as_of={before}")).await.len(), 2);
    assert_eq!(lab.all(&token, "/api/v1/items?name=nginx").await.len(), 0, "what the alias had is not listed twice");
    assert_eq!(lab.all(&token, &format!("/api/v1/items?name=nginx&as_of={before}")).await.len(), 1);
    lab.get(&token, &format!("/api/v1/items/{item}?as_of={before}")).await.expect(200);
    assert!(!lab.all(&token, &format!("/api/v1/hosts/{two}/history")).await.is_empty());
    let moved = findings(&lab, &token).await;
    assert_eq!((moved.len(), text(&moved[0], "id"), text(&moved[0], "host")), (1, text(&finding, "id"), one.as_str()));
    let tickets = lab.service.tickets_of_item(&SYSTEM, &one).await.unwrap();
    assert!(tickets.iter().any(|ticket| ticket.number == number));

    // The next full report sets the state: hundreds of differences would be one finding each otherwise.
    assert_eq!(new.heartbeat(&lab).await["send_full"], true);
    new.add_user("other", 0);
    assert_eq!(new.report_full(&lab).await, one);
    assert_eq!(findings(&lab, &token).await.len(), 1, "no storm");
    let nginx = lab.all(&token, "/api/v1/items?name=nginx").await;
    assert_eq!((nginx.len(), text(&nginx[0], "host")), (1, one.as_str()));
    let twin = lab.get(&token, &format!("/api/v1/items/{item}")).await.expect(200).json();
    assert_eq!((text(&twin, "host"), &twin["is_present"]), (one.as_str(), &json!(true)));
    // From then on drift is drift again, and what followed ends as it would have.
    new.remove(SectionName::User, "deploy");
    new.report_delta(&lab).await;
    assert_eq!(findings(&lab, &token).await.len(), 0);
    new.add_user("intruder", 0);
    new.report_delta(&lab).await;
    assert_eq!(findings(&lab, &token).await.len(), 1);
}

#[tokio::test]
async fn a_merge_that_is_taken_back_restores_both_hosts() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let (_, mut new, [one, two]) = two_records(&lab).await;
    new.add_user("deploy", 0);
    new.report_delta(&lab).await;
    let names = async |host: &str| -> Vec<String> {
        let items = lab.all(&token, &format!("/api/v1/items?host={host}")).await;
        items.iter().map(|item| format!("{}/{}", text(item, "class"), text(item, "key"))).collect()
    };
    let identifiers =
        async |host: &str| lab.get(&token, &format!("/api/v1/hosts/{host}")).await.json()["identifiers"].clone();
    let before = (names(&one).await, names(&two).await, identifiers(&one).await, identifiers(&two).await);
    lab.clock.advance_millis(60_000);
    let body = json!({"into": one, "reason": "the same machine"});
    let merge = lab.post(&token, &format!("/api/v1/hosts/{two}/merge"), body).await.expect(200).json();
    lab.clock.advance_millis(60_000);
    new.report_full(&lab).await;
    assert_ne!(names(&one).await, before.0);

    let undo = format!("/api/v1/identification/merges/{}/undo", text(&merge, "id"));
    lab.post(&token, &undo, json!({"reason": " "})).await.problem(422, "invalid");
    let undone = lab.post(&token, &undo, json!({"reason": "they were two"})).await.expect(200).json();
    assert_eq!(text(&undone, "undone_reason"), "they were two");
    assert_eq!(lab.last_audit().await.1, "host.merge_undo");
    lab.post(&token, &undo, json!({"reason": "again"})).await.problem(409, "conflict");
    lab.settle().await;
    let after = (names(&one).await, names(&two).await, identifiers(&one).await, identifiers(&two).await);
    assert_eq!(after, before);
    assert_eq!(lab.all(&token, "/api/v1/items?name=nginx").await.len(), 1);
    let finding = findings(&lab, &token).await.remove(0);
    assert_eq!(text(&finding, "host"), two);
    // The agent speaks for its own host again, and nothing of that is drift.
    assert_eq!(new.report_full(&lab).await, two);
    assert_eq!(findings(&lab, &token).await.len(), 1);
    assert_eq!(lab.all(&token, "/api/v1/identification/merges").await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_merged_or_split_says_why() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let (_, new, [one, two]) = two_records(&lab).await;
    let merge = async |from: &str, body: Value| lab.post(&token, &format!("/api/v1/hosts/{from}/merge"), body).await;
    let none = "host_00000000000000000000000000000000";
    merge(none, json!({"into": one, "reason": "x"})).await.problem(404, "not-found");
    assert_eq!(merge(&two, json!({"into": none, "reason": "x"})).await.pointers(422), ["/into"]);
    assert_eq!(merge(&two, json!({"into": one, "reason": ""})).await.pointers(422), ["/reason"]);
    merge(&two, json!({"into": two, "reason": "x"})).await.problem(409, "conflict");
    // Two that are alive never speak for one host.
    let mut third = device(&lab, "web-3", 3, None, None).await;
    let three = third.report_full(&lab).await;
    merge(&two, json!({"into": three, "reason": "x"})).await.problem(409, "conflict");
    let split = async |body: Value| lab.post(&token, &format!("/api/v1/hosts/{two}/split"), body).await;
    assert_eq!(split(json!({"reason": "x"})).await.pointers(422), ["/agents"]);
    assert_eq!(split(json!({"reason": "x", "agents": [third.agent]})).await.pointers(422), ["/agents/0"]);
    let foreign = json!([{"kind": "system_serial", "value": "8f2k1x2"}]);
    assert_eq!(split(json!({"reason": "x", "identifiers": foreign})).await.pointers(422), ["/identifiers/0"]);
    // A chain comes apart from its end.
    let first = merge(&two, json!({"into": one, "reason": "x"})).await.expect(200).json();
    lab.service.revoke_agent(&SYSTEM, new.agent, "gone").await.unwrap();
    merge(&one, json!({"into": three, "reason": "x"})).await.expect(200);
    let undo = format!("/api/v1/identification/merges/{}/undo", text(&first, "id"));
    lab.post(&token, &undo, json!({"reason": "x"})).await.problem(409, "conflict");
    assert_eq!(text(&lab.get(&token, &format!("/api/v1/hosts/{two}")).await.expect(200).json(), "id"), three);
}

#[tokio::test]
async fn a_part_of_a_host_becomes_one_of_its_own_and_comes_back() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let mut device = device(&lab, "web-1", 1, Some(UUID), Some("8F2K1X2")).await;
    let one = device.report_full(&lab).await;
    let chosen = json!([{"kind": "machine_id", "value": machine(1)}]);
    let body = |dry_run: bool| json!({"agents": [device.agent], "identifiers": chosen, "reason": "two in truth", "dry_run": dry_run});
    let path = format!("/api/v1/hosts/{one}/split");
    assert_eq!(lab.post(&token, &path, body(true)).await.expect(200).json()["is_done"], false);
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 1);
    let split = lab.post(&token, &path, body(false)).await.expect(200).json();
    let two = text(&split, "into").to_owned();
    assert_eq!(device.report_full(&lab).await, two);
    assert_eq!((findings(&lab, &token).await.len(), lab.all(&token, "/api/v1/hosts").await.len()), (0, 2));
    let own = lab.get(&token, &format!("/api/v1/hosts/{two}")).await.json();
    assert!(own["identifiers"].as_array().unwrap().contains(&chosen[0]), "{own}");
    // What stayed is still the first one's, whatever the second one shows.
    let rest = lab.get(&token, &format!("/api/v1/hosts/{one}")).await.json();
    assert_eq!(rest["identifiers"].as_array().unwrap().len(), 2, "{rest}");
    let undo = format!("/api/v1/identification/merges/{}/undo", text(&split, "id"));
    lab.clock.advance_millis(HOUR_MS);
    lab.post(&token, &undo, json!({"reason": "one after all"})).await.expect(200);
    assert_eq!(device.report_full(&lab).await, one);
    assert_eq!((findings(&lab, &token).await.len(), lab.all(&token, "/api/v1/hosts").await.len()), (0, 1));
}

#[tokio::test]
async fn other_rules_are_tried_on_what_was_decided_and_then_count() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    // Two blades that tell the serial of their chassis.
    let mut first = device(&lab, "blade-1", 1, None, Some("CHASSIS-9")).await;
    let one = first.report_full(&lab).await;
    lab.service.revoke_agent(&SYSTEM, first.agent, "gone").await.unwrap();
    let mut second = device(&lab, "blade-2", 2, None, Some("CHASSIS-9")).await;
    assert_eq!(second.report_full(&lab).await, one, "the serial says so");
    let rules = lab.get(&token, "/api/v1/identification/rules").await.expect(200);
    let etag = rules.etag();
    let rules = rules.json();
    assert_eq!((&rules["version"], rules["steps"].as_array().unwrap().len()), (&json!(0), 9));
    let junk = json!([{"kind": "system_serial", "value": "chassis-*"}]);
    let before = lab.sequence().await;
    let tried =
        lab.post(&token, "/api/v1/identification/dry-run", json!({"placeholders": junk})).await.expect(200).json();
    assert_eq!(lab.sequence().await, before);
    assert_eq!(
        (&tried["decisions"], &tried["counts"]["split"], &tried["counts"]["merged"]),
        (&json!(2), &json!(1), &json!(0))
    );
    assert_eq!(
        (text(&tried["differences"][0], "was"), text(&tried["differences"][0], "name")),
        (one.as_str(), "blade-2")
    );
    // The rules as they are make no difference.
    let same = lab.post(&token, "/api/v1/identification/dry-run", json!({})).await.expect(200).json();
    assert_eq!(same["differences"], json!([]));

    let change = async |etag: &str, body: Value| lab.put(&token, "/api/v1/identification/rules", etag, body).await;
    change("", json!({"placeholders": junk, "reason": "blades"})).await.problem(428, "if-match-needed");
    change("\"7\"", json!({"placeholders": junk, "reason": "blades"})).await.problem(412, "stale");
    change(&etag, json!({"placeholders": junk, "reason": ""})).await.problem(422, "invalid");
    let steps = json!([{"rule": "fqdn", "effect": "match"}]);
    assert_eq!(change(&etag, json!({"steps": steps, "reason": "x"})).await.pointers(422), ["/steps"]);
    let next = change(&etag, json!({"placeholders": junk, "reason": "blades"})).await.expect(200).json();
    assert_eq!((&next["version"], lab.last_audit().await.1.as_str()), (&json!(1), "identity.rules"));
    assert_eq!(lab.all(&token, "/api/v1/identification/rules/versions").await.len(), 2);
    lab.clock.advance_millis(1_000);
    let third = device(&lab, "blade-3", 3, None, Some("CHASSIS-9")).await.report_full(&lab).await;
    assert_ne!(third, one);
    // With the rules of before, that one would have been the same host.
    let back = lab.post(&token, "/api/v1/identification/dry-run", json!({"placeholders": []})).await.expect(200).json();
    assert_eq!((&back["counts"]["merged"], &back["differences"][0]["was"]), (&json!(1), &json!(third)));
}

/// Junk that five hundred hosts share merges nothing: makers' placeholders, and a serial that only its spread gives away.
#[tokio::test]
async fn identifiers_that_five_hundred_hosts_share_merge_nothing() {
    const PLACEHOLDER: &str = "03000200-0400-0500-0006-000700080009";
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let tell = async |n: usize| {
        let identifiers = if n.is_multiple_of(2) {
            json!({"system_serial": "To Be Filled By O.E.M.", "system_uuid": PLACEHOLDER})
        } else {
            json!({"system_serial": "BATCH-7", "system_uuid": format!("4c4c4544-0051-3610-8052-{n:012x}")})
        };
        let body = json!({"external_id": format!("asset-{n}"), "name": format!("pc-{n}"), "identifiers": identifiers});
        let told = lab.post(&token, "/api/v1/sources/rest/hosts", body).await.expect(200).json();
        (text(&told, "outcome").to_owned(), text(&told, "host").to_owned())
    };
    let mut hosts = Vec::new();
    for n in 0..500 {
        let (outcome, host) = tell(n).await;
        assert_eq!(outcome, "created", "{n}");
        hosts.push(host);
    }
    assert_eq!(hosts.iter().collect::<std::collections::BTreeSet<_>>().len(), 500);
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 500);
    assert_eq!(open_reviews(&lab, &token).await.len(), 0, "nobody is asked five hundred times");
    // Told again, each finds its own.
    for n in (0..500).rev().step_by(37) {
        assert_eq!(tell(n).await, ("unchanged".to_owned(), hosts[n].clone()));
    }
    // The agent of one more machine that shows both is a machine of its own.
    let mut one = device(&lab, "pc-500", 99, Some(PLACEHOLDER), Some("BATCH-7")).await;
    let (report, _) = deliver_full(&lab, &mut one).await;
    let why = explain(&lab, &token, &report).await;
    let ignored: Vec<&str> = why["ignored"].as_array().unwrap().iter().map(|one| text(one, "why")).collect();
    assert_eq!(
        (ignored.len(), ignored.contains(&"shared"), ignored.contains(&"placeholder")),
        (2, true, true),
        "{why}"
    );
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 501);
    assert_eq!(open_reviews(&lab, &token).await.len(), 0);
}
