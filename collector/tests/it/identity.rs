//! Certificates over time: rotation, clones, approval, recovery, and heartbeats that wait (cases 16, 22, 33 to 36).

use std::sync::Arc;
use std::time::Duration;

use axum::http::Method;
use muster_collector::service::agent::NewToken;
use muster_model::agent::MAX_RECOVERIES;
use muster_model::right::{Role, Scope};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::protocol::recovery_message;
use muster_shared::secret;
use rcgen::{KeyPair, PublicKeyData, SigningKey};
use serde_json::{Value, json};

use crate::lab::{Device, From, Lab, Reply, SYSTEM, ask, csr};

const DAY_MS: i64 = 24 * 3_600_000;

async fn reporting(lab: &Lab, name: &str) -> Device {
    let mut device = Device::enroll(lab, name, &"1f".repeat(16)).await;
    device.report_full(lab).await;
    device
}

async fn view(lab: &Lab, token: &str, device: &Device) -> Value {
    let agents = lab.get(token, "/api/v1/agents").await.expect(200).json();
    let found = agents["items"].as_array().unwrap().iter().find(|agent| agent["id"] == json!(device.agent));
    found.unwrap().clone()
}

async fn deliver_change(lab: &Lab, device: &mut Device, user: &str) -> Reply {
    device.add_user(user, 1_000);
    let report = device.delta(lab);
    device.deliver(lab, &report).await
}

/// A host has one living agent: the one that was silent when another took over does not come back beside it.
#[tokio::test]
async fn an_agent_that_speaks_again_beside_the_one_that_took_over_waits_until_a_person_says_which() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let mut old = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = old.report_full(&lab).await;
    lab.wait_seconds(3_600).await;
    let mut new = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    assert_eq!(new.report_full(&lab).await, host);
    assert_ne!(view(&lab, &admin, &old).await["state"], "quarantined", "who stays silent is nobody's concern");
    lab.agents(old.beat(&lab, None), old.from()).await.problem(403, "quarantined");
    let told = old.full(&lab);
    old.deliver(&lab, &told).await.problem(403, "quarantined");
    new.heartbeat(&lab).await;
    let security = lab.all(&admin, "/api/v1/tickets?filter=category:security").await;
    assert_eq!(security.len(), 1, "{security:?}");
    let path = format!("/api/v1/agents/{}/release", old.agent);
    lab.post(&admin, &path, json!({"reason": "the other one is a leftover"})).await.expect(204);
    old.heartbeat(&lab).await;
    lab.agents(new.beat(&lab, None), new.from()).await.problem(403, "quarantined");
}

#[tokio::test]
async fn the_old_certificate_counts_until_the_new_one_was_used() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let mut device = reporting(&lab, "web-1").await;
    let mut before = device.copy();
    device.renew(&lab).await.expect(200);
    // The answer may be lost: the old one still works, and asks again.
    before.standing(&lab).await.expect(200);
    device = before.copy();
    device.renew(&lab).await.expect(200);
    assert_eq!(view(&lab, &token, &device).await["certificate_generation"], 2);
    deliver_change(&lab, &mut device, "x").await.expect(200);
    // Now its serial is retired.
    deliver_change(&lab, &mut before, "y").await.problem(403, "quarantined");
    let same = ask(Method::POST, "", "/agent/v1/renewals", &[], Some(json!({"csr_pem": csr(&device.key)})));
    lab.agents(same, device.from()).await.problem(403, "quarantined");
}

#[tokio::test]
async fn a_new_certificate_takes_a_new_key() {
    let lab = Lab::new();
    let device = reporting(&lab, "web-1").await;
    let same = ask(Method::POST, "", "/agent/v1/renewals", &[], Some(json!({"csr_pem": csr(&device.key)})));
    assert_eq!(lab.agents(same, device.from()).await.pointers(422), ["/csr_pem"]);
}

/// Cases 33 and 35.
#[tokio::test]
async fn a_copied_state_is_seen_at_the_second_renewal_and_both_are_set_aside() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let mut original = reporting(&lab, "web-1").await;
    let mut copy = original.copy();
    original.renew(&lab).await.expect(200);
    deliver_change(&lab, &mut original, "one").await.expect(200);
    copy.renew(&lab).await.problem(403, "quarantined");
    assert_eq!(view(&lab, &token, &original).await["state"], "quarantined");
    // Both are out, and what they say is kept but merged nowhere.
    let history = lab.all(&token, "/api/v1/items?class=user").await.len();
    deliver_change(&lab, &mut original, "two").await.problem(403, "quarantined");
    deliver_change(&lab, &mut copy, "three").await.problem(403, "quarantined");
    lab.agents(original.beat(&lab, None), original.from()).await.problem(403, "quarantined");
    assert_eq!(lab.all(&token, "/api/v1/items?class=user").await.len(), history);
    let aside = lab.service.reports_aside(original.agent).await.unwrap();
    assert!(!aside.is_empty() && aside[0].body.as_ref().unwrap().contains("two"), "{aside:?}");
    // People hear of it: an incident, an entry in the trail.
    let incidents = lab.all(&token, "/api/v1/tickets?kind=incident").await;
    assert!(incidents.iter().any(|ticket| ticket["title"].as_str().unwrap().contains("web-1")), "{incidents:?}");
    let trail = lab.all(&token, &format!("/api/v1/audit?object={}", original.agent)).await;
    assert_eq!(trail[0]["action"], "agent.quarantine");
    // Released, the one with the newest certificate goes on where it was; the other one is a clone again.
    let path = format!("/api/v1/agents/{}/release", original.agent);
    lab.post(&token, &path, json!({"reason": "the copy is gone"})).await.expect(204);
    lab.post(&token, &path, json!({"reason": "again"})).await.problem(409, "conflict");
    original.report_full(&lab).await;
    copy.standing(&lab).await.problem(403, "quarantined");
    assert_eq!(view(&lab, &token, &original).await["state"], "quarantined");
}

#[tokio::test]
async fn after_a_split_each_copy_is_an_agent_of_its_own() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let mut first = reporting(&lab, "web-1").await;
    let mut second = first.copy();
    // Cloned before any renewal: the same certificate, but two kernels that run in turns.
    second.boot_id = "boot-2".into();
    first.heartbeat(&lab).await;
    second.heartbeat(&lab).await;
    lab.agents(first.beat(&lab, None), first.from()).await.problem(403, "quarantined");
    let path = format!("/api/v1/agents/{}/release", first.agent);
    lab.post(&token, &path, json!({"reason": "both stay", "split": true})).await.expect(204);
    // Nobody comes to a keyboard: each is told to renew, and the later one gets another name.
    for copy in [&mut first, &mut second] {
        copy.standing(&lab).await.problem(403, "split");
        copy.renew(&lab).await.expect(200);
    }
    assert_ne!(first.agent, second.agent);
    let host = first.report_full(&lab).await;
    second.generation = 0;
    assert_ne!(second.report_full(&lab).await, host);
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 2);
    for copy in [&first, &second] {
        assert_eq!(view(&lab, &token, copy).await["state"], "active");
    }
}

#[tokio::test]
async fn an_agent_waits_for_approval_where_a_token_or_its_machine_asks_for_it() {
    let lab = Lab::new();
    let token = lab.admin().await;
    let known = reporting(&lab, "web-1").await;
    let new = |networks: &[&str], needs_approval, max_uses| NewToken {
        name: "t".into(),
        max_uses,
        minutes: 120,
        networks: networks.iter().map(|network| (*network).to_owned()).collect(),
        needs_approval,
    };
    let enroll = async |new: NewToken, machine: &str| {
        let (text, _) = lab.service.create_limited_token(&SYSTEM, new).await.unwrap();
        Device::enroll_by(&lab, &text.parse::<EnrollmentToken>().unwrap(), ("db-1", machine), Some(machine)).await
    };
    let fine = enroll(new(&["127.0.0.0/8"], None, 1), &"2a".repeat(16)).await;
    fine.standing(&lab).await.expect(200);
    assert_eq!(view(&lab, &token, &fine).await["state"], "enrolled");
    let wait = [
        (new(&[], None, 5), "2b".repeat(16), "the token asks"),
        (new(&[], Some(true), 1), "2c".repeat(16), "the token asks"),
        (new(&["10.0.0.0/8"], None, 1), "2d".repeat(16), "outside"),
        (new(&[], None, 1), "1f".repeat(16), "machine_id"),
    ];
    for (new, machine, why) in wait {
        let mut device = enroll(new, &machine).await;
        let seen = view(&lab, &token, &device).await;
        assert!(seen["state"] == "pending" && seen["why"].as_str().unwrap().contains(why), "{seen}");
        // It may ask how it stands, and nothing else.
        assert_eq!(device.standing(&lab).await.expect(200).json()["standing"], "pending");
        let report = device.full(&lab);
        let told = device.deliver(&lab, &report).await;
        assert_eq!(told.header("retry-after"), "60");
        told.problem(403, "pending-approval");
        lab.agents(device.beat(&lab, Some(60)), device.from()).await.problem(403, "pending-approval");
        device.copy().renew(&lab).await.problem(403, "pending-approval");
        let act = |what: &str| format!("/api/v1/agents/{}/{what}", device.agent);
        if why == "machine_id" {
            assert!(seen["why"].as_str().unwrap().contains(&known.agent.to_string()), "{seen}");
            lab.post(&token, &act("reject"), json!({"reason": "not ours"})).await.expect(204);
            device.standing(&lab).await.problem(403, "revoked");
            lab.post(&token, &act("approve"), json!({})).await.problem(409, "conflict");
        } else {
            lab.post(&token, &act("approve"), json!({})).await.expect(204);
            lab.post(&token, &act("approve"), json!({})).await.problem(409, "conflict");
            device.report_full(&lab).await;
        }
    }
    let bad = json!({"name": "t", "networks": ["10.0.0.0/8", "10.0.0.0/40"]});
    assert_eq!(lab.post(&token, "/api/v1/enrollment-tokens", bad).await.pointers(422), ["/networks/1"]);
}

async fn recover(lab: &Lab, device: &mut Device, bend: impl Fn(&mut Value)) -> Reply {
    let post =
        async |path: &str, body: Value| lab.agents(ask(Method::POST, "", path, &[], Some(body)), From::default()).await;
    let challenge = post("/recover/challenge", json!({"agent_id": device.agent})).await.expect(200).json();
    let nonce = challenge["nonce"].as_str().unwrap();
    let key = Arc::new(KeyPair::generate().unwrap());
    let csr_pem = csr(&key);
    let signature = device.key.sign(&recovery_message(device.agent, nonce, &csr_pem)).unwrap();
    let mut body = json!({
        "agent_id": device.agent, "nonce": nonce, "csr_pem": csr_pem, "signature": secret::encode(&signature),
        "last_key": secret::encode(&device.key.subject_public_key_info()),
    });
    bend(&mut body);
    let reply = post("/recover", body).await;
    if reply.status == 200 {
        device.take(&reply.json(), key);
    }
    reply
}

/// Case 36.
#[tokio::test]
async fn an_agent_that_was_off_for_ninety_days_comes_back_by_its_last_key() {
    let lab = Lab::new();
    let user = lab.user("ann", &[Role::Auditor]).await;
    let mut device = reporting(&lab, "web-1").await;
    recover(&lab, &mut device, |_| {}).await.problem(403, "enrollment-refused");
    for _ in 0..MAX_RECOVERIES {
        lab.clock.advance_millis(90 * DAY_MS);
        device.standing(&lab).await.problem(401, "not-authenticated");
        recover(&lab, &mut device, |_| {}).await.expect(200);
        deliver_change(&lab, &mut device, "x").await.expect(200);
    }
    let token = lab.token(&user, Scope::All).await;
    assert_eq!(view(&lab, &token, &device).await["recoveries"], MAX_RECOVERIES);
    // More often than that a person has a look.
    lab.clock.advance_millis(90 * DAY_MS);
    assert_eq!(recover(&lab, &mut device, |_| {}).await.expect(200).json()["is_pending"], true);
    assert_eq!(device.standing(&lab).await.expect(200).json()["standing"], "pending");
    let token = lab.token(&user, Scope::All).await;
    assert_eq!(view(&lab, &token, &device).await["state"], "pending");
    lab.service.approve_agent(&SYSTEM, device.agent).await.unwrap();
    deliver_change(&lab, &mut device, "y").await.expect(200);
}

#[tokio::test]
async fn a_recovery_takes_the_last_key_a_fresh_challenge_and_an_agent_that_is_not_shut_out() {
    let lab = Lab::new();
    let mut device = reporting(&lab, "web-1").await;
    let older = device.copy();
    device.renew(&lab).await.expect(200);
    device.standing(&lab).await.expect(200);
    lab.clock.advance_millis(90 * DAY_MS);
    let other = KeyPair::generate().unwrap();
    let entries = lab.last_audit().await.0;
    let other_key = secret::encode(&other.subject_public_key_info());
    let bends: [&dyn Fn(&mut Value); 5] = [
        &|body| body["last_key"] = json!(other_key),
        &|body| body["csr_pem"] = json!(csr(&other)),
        &|body| body["nonce"] = json!("x"),
        &|body| body["signature"] = json!(""),
        &|body| body["agent_id"] = json!(muster_shared::id::AgentId::new(lab.service.now())),
    ];
    for bend in bends {
        recover(&lab, &mut device, bend).await.problem(403, "enrollment-refused");
    }
    recover(&lab, &mut older.copy(), |_| {}).await.problem(403, "enrollment-refused");
    assert_eq!(lab.last_audit().await, (entries + 6, "agent.recover_refused".into()));
    // The answer was lost: the same key counts until the new certificate was used, and the try costs nothing more.
    let mut lost = device.copy();
    recover(&lab, &mut lost, |_| {}).await.expect(200);
    recover(&lab, &mut device, |_| {}).await.expect(200);
    device.standing(&lab).await.expect(200);
    lab.clock.advance_millis(90 * DAY_MS);
    lab.service.revoke_agent(&SYSTEM, device.agent, "").await.unwrap();
    recover(&lab, &mut device, |_| {}).await.problem(403, "enrollment-refused");
}

/// Case 16, and the sequences of two copies under one kernel.
#[tokio::test]
async fn sequences_that_overtake_each_other_are_a_clone_one_restored_spool_is_not() {
    let lab = Lab::new();
    let mut first = reporting(&lab, "web-1").await;
    let mut second = first.copy();
    for round in 0..3 {
        deliver_change(&lab, &mut first, &format!("u{round}")).await.expect(200);
        let stale = second.full(&lab);
        let reply = second.deliver(&lab, &stale).await;
        if round < 2 {
            assert_eq!(reply.expect(200).json()["result"], "stale");
        } else {
            reply.problem(403, "quarantined");
        }
    }
}

/// A recheck reaches an agent that waits at once.
#[tokio::test]
async fn a_heartbeat_that_waits_is_answered_as_soon_as_a_fresh_look_is_wanted() {
    let lab = Arc::new(Lab::new());
    let token = lab.admin().await;
    let mut device = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await;
    let host = device.report_full(&lab).await;
    let hold = || {
        let (lab, request, from) = (Arc::clone(&lab), device.beat(&lab, Some(300)), device.from());
        tokio::spawn(async move { lab.agents(request, from).await.expect(200).json() })
    };
    let older = hold();
    while lab.service.held_requests() == 0 {
        tokio::task::yield_now().await;
    }
    // One per agent: a newer one ends the older.
    let newer = hold();
    let ended = tokio::time::timeout(Duration::from_secs(5), older).await.unwrap().unwrap();
    assert_eq!((&ended["recheck"], &ended["can_wait"]), (&json!(false), &json!(true)));
    assert_eq!(lab.service.held_requests(), 1);
    lab.post(&token, &format!("/api/v1/hosts/{host}/recheck"), json!({})).await.expect(202);
    let answer = tokio::time::timeout(Duration::from_secs(1), newer).await.unwrap().unwrap();
    assert_eq!((&answer["recheck"], lab.service.held_requests()), (&json!(true), 0));
    // It is told once; what was wanted before the agent waits is told at once.
    assert_eq!(device.heartbeat(&lab).await["recheck"], false);
    lab.post(&token, &format!("/api/v1/hosts/{host}/recheck"), json!({})).await.expect(202);
    assert_eq!(tokio::time::timeout(Duration::from_secs(5), hold()).await.unwrap().unwrap()["recheck"], true);
    // When the collector stops, nobody is kept.
    let last = hold();
    while lab.service.held_requests() == 0 {
        tokio::task::yield_now().await;
    }
    lab.service.stop_waiting();
    let ended = tokio::time::timeout(Duration::from_secs(5), last).await.unwrap().unwrap();
    assert_eq!((&ended["recheck"], &ended["can_wait"]), (&json!(false), &json!(false)));
}
