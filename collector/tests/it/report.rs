//! `POST /agent/v1/reports`: hostile and broken reports change nothing (cases 1 to 20).

use axum::body::Body;
use axum::http::Request;
use muster_model::right::Role;
use muster_shared::protocol::WAITED_HEADER;
use muster_shared::report::Report;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, post_compressed, post_report, wrong_digest};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";

async fn lab_with_device() -> (Lab, Device) {
    let lab = Lab::new();
    let mut device = Device::enroll(&lab, "web-1", MACHINE).await;
    device.report_full(&lab).await;
    (lab, device)
}

/// Sends what must not change anything.
async fn refused(lab: &Lab, device: &Device, request: Request<Body>) -> Reply {
    let before = lab.sequence().await;
    let reply = lab.agents(request, device.from()).await;
    assert_eq!(lab.sequence().await, before, "{}", reply.text());
    assert!(reply.status >= 400, "{}", reply.text());
    reply.check_problem();
    reply
}

fn bytes(report: &Report) -> Vec<u8> {
    serde_json::to_vec(report).unwrap()
}

/// Case 1.
#[tokio::test]
async fn every_prefix_of_a_good_report_is_refused() {
    let (lab, mut device) = lab_with_device().await;
    device.add_user("deploy", 0);
    let whole = bytes(&device.delta(&lab));
    let zstd = zstd::bulk::compress(&whole, 3).unwrap();
    for end in (0..whole.len()).step_by(97) {
        let status = refused(&lab, &device, post_report(&whole[..end])).await.status;
        assert!([400, 422].contains(&status), "{end}: {status}");
    }
    for end in (0..zstd.len()).step_by(13) {
        let reply = refused(&lab, &device, post_compressed(zstd[..end].to_vec())).await;
        assert_eq!(reply.status, 400, "{end}: {}", reply.text());
    }
    // Damaged on the way: the digest is the one of what was sent.
    let digest = post_compressed(zstd.clone()).headers()["content-digest"].clone();
    for at in (0..zstd.len()).step_by(7) {
        let mut bent = zstd.clone();
        bent[at] ^= 0x40;
        let mut request = post_compressed(bent);
        request.headers_mut().insert("content-digest", digest.clone());
        refused(&lab, &device, request).await.problem(400, "malformed");
    }
    lab.agents(post_compressed(zstd), device.from()).await.expect(200);
}

/// Cases 5 to 8.
#[tokio::test]
async fn what_is_no_json_of_the_right_shape_is_refused() {
    let (lab, mut device) = lab_with_device().await;
    let good: Value = serde_json::to_value(device.full(&lab)).unwrap();
    let text = good.to_string();
    // Without a pattern, or it would be refused as a bomb before anybody reads it.
    let mut state = 1_u32;
    let mut nested = String::new();
    for _ in 0..100_000 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        nested.push_str(if state >> 31 == 0 { "[" } else { "{\"a\":" });
    }
    let deep = text.replacen("\"name\":\"web-1\"", &format!("\"name\":{nested}"), 1);
    assert_ne!(deep, text);
    refused(&lab, &device, post_report(deep.as_bytes())).await.problem(400, "malformed");
    let with = |from: &str, to: &str| {
        let changed = text.replacen(from, to, 1);
        assert_ne!(changed, text, "{from}");
        changed.into_bytes()
    };
    let malformed: Vec<Vec<u8>> = vec![
        nested.into_bytes(),
        with("\"uid\":0", "\"uid\":0,\"uid\":0"),
        with("\"uid\":0", "\"uid\":0,\"\\u0075id\":1"),
        with("\"schema\":", "\"schema\":1,\"schema\":"),
        with("\"uid\":0", "\"uid\":NaN"),
        with("\"uid\":0", "\"uid\":1e999"),
        with("\"uid\":0", "\"uid\":Infinity"),
        with("\"bash\"", "\"\\ud800\""),
        with("\"bash\"", "\"ba\\u0000sh\""),
        with("\"bash\"", "\"ba\0sh\""),
        with("\"uid\":0", "\"u\\u0000id\":0"),
        with("\"bash\"", "\"a\nb\""),
        [b"\xef\xbb\xbf".to_vec(), text.clone().into_bytes()].concat(),
        [text.clone().into_bytes(), b"{}".to_vec()].concat(),
        text.bytes().map(|byte| if byte == b'b' { 0xff } else { byte }).collect(),
    ];
    for body in malformed {
        let reply = refused(&lab, &device, post_report(&body)).await;
        assert!([400, 422].contains(&reply.status), "{}", reply.text());
    }
    for (field, value) in [
        ("seq", json!(-1)),
        ("seq", json!(1.5)),
        ("schema", json!(99)),
        ("next", json!(0)),
        ("report_id", json!("rpt_1")),
        ("collected_at", json!("yesterday")),
        ("root", json!("00")),
        ("boot_id", json!("x".repeat(257))),
        ("agent_version", json!("x".repeat(257))),
    ] {
        let mut report = good.clone();
        report[field] = value;
        let reply = refused(&lab, &device, post_report(report.to_string().as_bytes())).await;
        assert_eq!(reply.pointers(422), [format!("/{field}")]);
    }
}

/// Case 11: what is not known is left out and named, and no report is refused for it; another schema is refused as such, whatever fields
/// it has. What an item is told by is open.
#[tokio::test]
async fn fields_that_are_not_known_are_named_and_attributes_are_kept() {
    let (lab, mut device) = lab_with_device().await;
    let admin = lab.admin().await;
    for (place, name) in [
        ("", "/brand_new"),
        ("/sections/user", "/sections/user/brand_new"),
        ("/sections/user/change/whole/0", "/sections/user/change/whole/*/brand_new"),
    ] {
        let mut report: Value = serde_json::to_value(device.full(&lab)).unwrap();
        report.pointer_mut(place).unwrap()["brand_new"] = json!(1);
        let mut other = report.clone();
        other["schema"] = json!(2);
        let problem = refused(&lab, &device, post_report(other.to_string().as_bytes())).await.json();
        assert_eq!(problem["errors"][0]["pointer"], "/schema", "{problem}");
        let said = problem["errors"][0]["detail"].as_str().unwrap();
        assert!(
            said.contains("schema 2") && said.contains("schema 1") && said.contains("update the collector"),
            "{said}"
        );
        lab.agents(post_report(report.to_string().as_bytes()), device.from()).await.expect(200);
        let agents = lab.all(&admin, "/api/v1/agents").await;
        let named = agents[0]["not_understood"].as_array().unwrap();
        assert!(named.contains(&json!(name)) && agents[0]["why"].as_str().unwrap().contains(name), "{agents:?}");
    }
    let text = lab.get(&admin, "/metrics").await.text();
    assert!(text.contains("muster_agent_messages_not_understood_total 3"), "{text}");
    // Another version of the agent begins anew, once it says that it is one.
    let mut report = device.full(&lab);
    report.agent_version = "0.2.0".into();
    lab.agents(post_report(&bytes(&report)), device.from()).await.expect(200);
    assert_eq!(lab.all(&admin, "/api/v1/agents").await[0]["not_understood"], json!([]));
    // A protocol of another major version is refused, and says what to do.
    let uri = "/agent/v2/reports";
    let request = crate::lab::ask(axum::http::Method::POST, "", uri, &[], Some(json!({})));
    let problem = lab.agents(request, device.from()).await.problem(404, "protocol");
    assert!(problem["detail"].as_str().unwrap().contains("version 2"), "{problem}");
    let token = lab.token_of(Role::Viewer).await;
    device.put(SectionName::User, Item::new("ann").with("uid", 1_000).with("brand_new", "kept"));
    device.report_full(&lab).await;
    let users = lab.all(&token, "/api/v1/items?class=user").await;
    assert!(users.iter().any(|user| user["attributes"]["brand_new"] == "kept"), "{users:?}");
}

/// Case 9.
#[tokio::test]
async fn items_have_limits() {
    let (lab, mut device) = lab_with_device().await;
    let good: Value = serde_json::to_value(device.full(&lab)).unwrap();
    let items = [
        json!({"key": "", "attributes": {}}),
        json!({"key": "k".repeat(4_097), "attributes": {}}),
        json!({"key": "k", "attributes": {"name": "x".repeat((1 << 20) + 1)}}),
    ];
    for item in items {
        let mut report = good.clone();
        report["sections"]["package"]["change"]["whole"] = json!([item]);
        let reply = refused(&lab, &device, post_report(report.to_string().as_bytes())).await;
        // Long runs of one sign are also what a bomb is made of.
        assert!([413, 422].contains(&reply.status), "{}", reply.text());
    }
    let mut report = good.clone();
    report["sections"]["host"]["change"]["whole"][0]["attributes"]["name"] = json!("x".repeat(10_000));
    let reply = refused(&lab, &device, post_report(report.to_string().as_bytes())).await;
    assert_eq!(reply.pointers(422), ["/sections/host/change"]);
    let twice = json!({"key": "k", "attributes": {}});
    let mut report = good.clone();
    report["sections"]["package"]["change"]["whole"] = json!([twice, twice]);
    assert_eq!(
        refused(&lab, &device, post_report(report.to_string().as_bytes())).await.pointers(422),
        ["/sections/package/change"]
    );
}

/// Cases 2 to 4, 12, 13.
#[tokio::test]
async fn encodings_sizes_and_digests_are_checked() {
    let (lab, mut device) = lab_with_device().await;
    let body = zstd::bulk::compress(&bytes(&device.full(&lab)), 3).unwrap();
    for encoding in [None, Some("gzip"), Some("identity"), Some("zstd, zstd"), Some("gzip, gzip"), Some("br"), Some("")]
    {
        let mut request = post_compressed(body.clone());
        request.headers_mut().remove("content-encoding");
        if let Some(encoding) = encoding {
            request.headers_mut().insert("content-encoding", encoding.parse().unwrap());
        }
        refused(&lab, &device, request).await.problem(415, "media-type");
    }
    for kind in ["text/plain", "application/octet-stream", "application/json; charset=utf-16"] {
        let mut request = post_compressed(body.clone());
        request.headers_mut().insert("content-type", kind.parse().unwrap());
        refused(&lab, &device, request).await.problem(415, "media-type");
    }
    for digest in ["", "sha-256=:AAAA:", "md5=:AAAA:", "x"] {
        let mut request = post_compressed(body.clone());
        request.headers_mut().insert("content-digest", digest.parse().unwrap());
        refused(&lab, &device, request).await.problem(400, "malformed");
    }
    let mut request = post_compressed(body.clone());
    request.headers_mut().remove("content-digest");
    refused(&lab, &device, request).await.problem(400, "malformed");
    let mut request = post_compressed(body.clone());
    request.headers_mut().insert("content-length", (8 * 1_024 * 1_024 + 1).into());
    refused(&lab, &device, request).await.problem(413, "too-large");
    let bomb = zstd::bulk::compress(&vec![b' '; 40 << 20], 3).unwrap();
    refused(&lab, &device, post_compressed(bomb)).await.problem(413, "too-large");
    let frames = zstd::bulk::compress(&vec![b' '; 60_000], 3).unwrap().repeat(400);
    refused(&lab, &device, post_compressed(frames)).await.problem(413, "too-large");
    refused(&lab, &device, post_compressed(b"no zstd at all".to_vec())).await.problem(400, "malformed");
    lab.agents(post_compressed(body), device.from()).await.expect(200);
}

/// Cases 14 to 16.
#[tokio::test]
async fn a_report_is_merged_once_and_in_order() {
    let (lab, mut device) = lab_with_device().await;
    let token = lab.token_of(Role::Viewer).await;
    device.add_user("deploy", 1_000);
    let report = device.delta(&lab);
    assert_eq!(device.deliver(&lab, &report).await.expect(200).json()["result"], "stored");
    lab.settle().await;
    let before = lab.sequence().await;
    let again = lab.agents(post_report(&bytes(&report)), device.from()).await.expect(200);
    assert_eq!((&again.json()["result"], &again.json()["generation"]), (&json!("duplicate"), &json!(report.next)));
    let mut other = report.clone();
    other.seq += 1;
    lab.agents(post_report(&bytes(&other)), device.from()).await.problem(409, "conflict");
    // From a restored snapshot: a new report with an old number.
    let mut old = device.full(&lab);
    old.seq = 1;
    let stale = lab.agents(post_report(&bytes(&old)), device.from()).await.expect(200);
    assert_eq!(stale.json()["result"], "stale");
    // Differences to something that is not here.
    device.add_user("second", 1_001);
    let mut lost = device.delta(&lab);
    lost.base += 7;
    lost.next += 7;
    lab.agents(post_report(&bytes(&lost)), device.from()).await.problem(409, "unknown-base");
    let mut bent = device.delta(&lab);
    bent.root = wrong_digest();
    lab.agents(post_report(&bytes(&bent)), device.from()).await.problem(409, "unknown-base");
    let mut bent = device.full(&lab);
    bent.root = wrong_digest();
    assert_eq!(lab.agents(post_report(&bytes(&bent)), device.from()).await.pointers(422), ["/root"]);
    let mut bent = device.full(&lab);
    bent.sections.get_mut(&SectionName::User).unwrap().digest = wrong_digest();
    assert_eq!(lab.agents(post_report(&bytes(&bent)), device.from()).await.pointers(422), ["/sections/user/digest"]);
    assert_eq!(lab.sequence().await, before, "none of this changed anything");
    assert_eq!(lab.all(&token, "/api/v1/items?class=user").await.len(), 2);
    // The whole heals all of it.
    device.report_full(&lab).await;
    assert_eq!(lab.all(&token, "/api/v1/items?class=user").await.len(), 3);
}

/// Case 17: the collector's clock counts, the agent's is shown.
#[tokio::test]
async fn a_wrong_clock_is_shown_and_orders_nothing() {
    let (lab, mut device) = lab_with_device().await;
    let token = lab.token_of(Role::Viewer).await;
    for at in ["1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z", "2026-09-11T00:00:00Z"] {
        device.add_user(&format!("u{}", &at[..4]), 1_000);
        let mut report = device.delta(&lab);
        report.collected_at = at.parse().unwrap();
        report.sections.values_mut().for_each(|section| section.not_before = Some(at.parse().unwrap()));
        device.deliver(&lab, &report).await.expect(200);
        lab.settle().await;
        let host = lab.get(&token, "/api/v1/hosts/web-1").await.expect(200).json();
        assert_eq!(host["last_seen"], json!(lab.service.now()));
        assert!(host["clock_skew_ms"].as_i64().unwrap().abs() > 86_400_000);
        let id = host["id"].as_str().unwrap();
        let history = lab.all(&token, &format!("/api/v1/hosts/{id}/history")).await;
        assert_eq!(history[0]["seen_at"], json!(lab.service.now()));
        assert!(history[0]["not_before"].as_str() <= history[0]["seen_at"].as_str());
    }
}

/// A report says how long it waited: what it saw has its time, also within a minute and by a clock that is wrong.
#[tokio::test]
async fn what_a_report_that_waited_saw_was_so_before() {
    let (lab, mut device) = lab_with_device().await;
    let token = lab.token_of(Role::Viewer).await;
    lab.clock.advance_millis(120_000);
    device.add_user("late", 1_000);
    let mut report = device.delta(&lab);
    report.collected_at = "1970-01-01T00:00:00Z".parse().unwrap();
    let mut request = post_report(&bytes(&report));
    request.headers_mut().insert(WAITED_HEADER, "40000".parse().unwrap());
    lab.agents(request, device.from()).await.expect(200);
    lab.settle().await;
    let host = lab.get(&token, "/api/v1/hosts/web-1").await.expect(200).json();
    let history = lab.all(&token, &format!("/api/v1/hosts/{}/history", host["id"].as_str().unwrap())).await;
    assert_eq!(history[0]["seen_at"], json!(lab.service.now().plus_millis(-40_000)));
}

/// Cases 18 and 34: an agent speaks for its own host, whatever it says.
#[tokio::test]
async fn an_agent_cannot_take_over_anothers_host() {
    let (lab, mut victim) = lab_with_device().await;
    let token = lab.token_of(Role::Viewer).await;
    let shown = lab.get(&token, "/api/v1/hosts/web-1").await.json();
    // A new agent with the machine id of a host whose agent is alive.
    let mut thief = Device::enroll(&lab, "web-1", MACHINE).await;
    thief.add_user("backdoor", 0);
    let report = thief.full(&lab);
    thief.deliver(&lab, &report).await.problem(409, "identity-undecided");
    // The question for people is written once; of the report nothing is.
    let before = lab.sequence().await;
    thief.deliver(&lab, &report).await.problem(409, "identity-undecided");
    assert_eq!(lab.sequence().await, before);
    // An agent with a host of its own that claims the identity later: it stays with its own host.
    let mut thief = Device::enroll(&lab, "web-2", "fedcba9876543210fedcba9876543210").await;
    let own = thief.report_full(&lab).await;
    thief.put(SectionName::Host, Item::new("host").with("name", "web-1").with("machine_id", MACHINE));
    thief.add_user("backdoor", 0);
    assert_eq!(thief.report_full(&lab).await, own);
    let id = shown["id"].as_str().unwrap();
    let now = lab.get(&token, &format!("/api/v1/hosts/{id}")).await.json();
    assert_eq!(
        (&now["facts"], &now["findings"], &now["version"]),
        (&shown["facts"], &shown["findings"], &shown["version"])
    );
    let filter = format!("/api/v1/items?host={id}&class=user");
    assert_eq!(lab.all(&token, &filter).await.len(), 1);
    // And the true machine gets its host back, when its agent is set up anew.
    lab.service.revoke_agent(&crate::lab::SYSTEM, victim.agent, "set up anew").await.unwrap();
    let report = victim.full(&lab);
    victim.deliver(&lab, &report).await.problem(403, "revoked");
    let mut successor = Device::enroll(&lab, "web-1", MACHINE).await;
    assert_eq!(successor.report_full(&lab).await, id);
}

/// Case 19: what makers leave in the place of a serial number identifies nothing.
#[tokio::test]
async fn junk_identifiers_merge_nothing() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let junk =
        ["To be filled by O.E.M.", "00000000-0000-0000-0000-000000000000", "Default string", "ffffffffffff", "None"];
    for (i, junk) in junk.iter().enumerate() {
        for twin in ["a", "b"] {
            let mut device = Device::enroll(&lab, &format!("host-{i}{twin}"), junk).await;
            device.put(
                SectionName::Firmware,
                Item::new("system").with("system_uuid", *junk).with("system_serial", *junk),
            );
            device.report_full(&lab).await;
        }
    }
    assert_eq!(lab.all(&token, "/api/v1/hosts").await.len(), 2 * junk.len());
}

/// What the table of volatile facts leaves out makes no history, even when an agent sends it.
#[tokio::test]
async fn volatile_facts_make_no_history() {
    let (lab, mut device) = lab_with_device().await;
    let token = lab.token_of(Role::Viewer).await;
    let id = lab.get(&token, "/api/v1/hosts/web-1").await.json()["id"].as_str().unwrap().to_owned();
    device.put(SectionName::Filesystem, Item::new("/").with("size_bytes", 100).with("free_bytes", 40));
    device.put(SectionName::Mount, Item::new("/").with("source", "/dev/vda"));
    device.report_full(&lab).await;
    for free in [39, 38, 37] {
        device.put(SectionName::Filesystem, Item::new("/").with("size_bytes", 100).with("free_bytes", free));
        device.report_delta(&lab).await;
    }
    assert_eq!(lab.all(&token, &format!("/api/v1/hosts/{id}/history")).await, Vec::<Value>::new());
    let root = lab.all(&token, "/api/v1/items?class=filesystem").await;
    assert_eq!(
        (&root[0]["metrics"], &root[0]["attributes"]),
        (&json!({"free_bytes": 37}), &json!({"size_bytes": 100}))
    );
    // An agent that does not know the table: counters among the facts, and mounts of containers.
    let mut report = device.full(&lab);
    let filesystems = report.sections.get_mut(&SectionName::Filesystem).unwrap();
    filesystems.change =
        muster_shared::report::Change::Whole(vec![Item::new("/").with("size_bytes", 100).with("free_bytes", 1)]);
    let mounts = report.sections.get_mut(&SectionName::Mount).unwrap();
    mounts.change = muster_shared::report::Change::Whole(vec![
        Item::new("/").with("source", "/dev/vda").with("mount_id", 77),
        Item::new("/var/lib/docker/overlay2/x").with("source", "overlay"),
        Item::new("/run/netns/y").with("source", "nsfs"),
    ]);
    assert_eq!(device.deliver(&lab, &report).await.expect(200).json()["result"], "stored");
    lab.settle().await;
    assert_eq!(lab.all(&token, &format!("/api/v1/hosts/{id}/history")).await, Vec::<Value>::new());
    assert_eq!(lab.all(&token, "/api/v1/items?class=mount").await.len(), 1);
    assert_eq!(lab.all(&token, "/api/v1/findings").await, Vec::<Value>::new());
}
