//! A change in the calendar with real agents: planned for a group of hosts, voted on, made on one of two hosts, and seen as it is. What
//! was not planned is a finding, and nobody calls it successful.

use muster_shared::{Clock, SystemClock};
use muster_tests::agent::{Agent, Tree};
use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};

const HEAD: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

/// The table of TCP sockets with these ports listening on all addresses.
fn listening(tree: &Tree, ports: &[u16]) {
    let line = |(n, port): (usize, &u16)| {
        let inode = 7_000 + n;
        format!(
            "   {n}: 00000000:{port:04X} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 {inode} 1\n"
        )
    };
    tree.write("proc/net/tcp", &(HEAD.to_owned() + &ports.iter().enumerate().map(line).collect::<String>()));
    tree.write("proc/net/tcp6", HEAD);
    tree.write("proc/net/udp", HEAD);
    tree.write("proc/net/udp6", HEAD);
}

/// An account with one role and a token of its own: the host's own socket makes accounts, an administrator takes rights away.
async fn person(collector: &Collector, admin: &Api, name: &str, role: &str) -> Api {
    let request = json!({"ask": "bootstrap", "user": name, "password": "a long enough password"});
    let data = collector.ask(&request).await.unwrap()["data"].clone();
    let users = admin.list("/users").await.unwrap();
    let user = users.iter().find(|user| user["name"] == name).unwrap()["id"].as_str().unwrap().to_owned();
    let (status, answer) = change(admin, &format!("/users/{user}"), &json!({"roles": [role]})).await;
    assert_eq!(status, 200, "{answer}");
    Api::new(&collector.console_url, data["api_token"].as_str().unwrap())
}

/// Changes a record as it stands now.
async fn change(api: &Api, path: &str, body: &Value) -> (u16, Value) {
    api.call_if("PATCH", path, "*", Some(body)).await.unwrap()
}

/// Two hosts of one site, with their trees and agents.
struct Host {
    tree: Tree,
    _agent: Agent,
}

fn host(dir: &std::path::Path, token: &str, name: &str, machine: &str) -> Host {
    let dir = dir.join(name);
    std::fs::create_dir_all(&dir).unwrap();
    let tree = Tree::new(&dir);
    tree.write("etc/hostname", &format!("{name}\n"));
    tree.write("etc/machine-id", &format!("{}\n", machine.repeat(16)));
    listening(&tree, &[22]);
    let agent = Agent::enroll(&dir.join("agent"), token, None).unwrap().run(&tree).unwrap();
    Host { tree, _agent: agent }
}

async fn verdicts(api: &Api, number: &str) -> Vec<(String, String)> {
    let seen = api.get(&format!("/tickets/{number}/verification")).await.unwrap();
    let results = seen["verification"]["results"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all: Vec<_> = results.iter().map(|one| (text(&one["host_name"]), text(&one["verdict"]))).collect();
    all.sort();
    all
}

#[tokio::test]
async fn an_upgrade_of_a_group_is_seen_on_each_host_and_what_was_not_planned_keeps_it_from_success() {
    let dir = tempfile::tempdir().unwrap();
    let quick = [
        ("MUSTER_HEARTBEAT_SECONDS", "1"),
        ("MUSTER_SCAN_SECONDS", "1"),
        ("MUSTER_DRIFT_DEBOUNCE_SECONDS", "1"),
        ("MUSTER_DRIFT_GROUPING_SECONDS", "1"),
    ];
    let collector = Collector::start(dir.path(), &quick).await.unwrap();
    let (admin, _) = collector.bootstrap().await.unwrap();
    let paula = person(&collector, &admin, "paula", "change_requester").await;
    let peer = person(&collector, &admin, "peer", "responder").await;
    let ivan = person(&collector, &admin, "ivan", "change_implementer").await;
    let mona = person(&collector, &admin, "mona", "change_manager").await;
    let token = collector.enrollment_token(2).await.unwrap();
    let one = host(dir.path(), &token, "web-1", "1a");
    let _two = host(dir.path(), &token, "web-2", "2b");
    let hosts = until("both hosts are in the CMDB", async || {
        Ok(Some(admin.list("/hosts").await?).filter(|hosts| hosts.len() == 2))
    });
    for host in hosts.await.unwrap() {
        let (status, answer) =
            change(&admin, &format!("/hosts/{}", host["id"].as_str().unwrap()), &json!({"site": "berlin"})).await;
        assert_eq!(status, 200, "{answer}");
    }
    let packages = until("both packages are known", async || {
        let found = admin.list("/items?filter=class:package%20name:openssl").await?;
        Ok(Some(found).filter(|found| found.len() == 2))
    });
    let key = packages.await.unwrap()[0]["key"].clone();

    let now = SystemClock.now();
    let plan = json!({
        "reason": "CVE-2026-0001", "scope": {"hosts": "site:berlin", "facts": [{"section": "package", "key": key}]},
        "planned_start": now.plus_millis(30_000), "planned_end": now.plus_millis(3_600_000),
        "implementation": "apt-get install openssl", "test": "openssl version", "backout": "the version before",
        "is_backout_tested": true, "outage_minutes": 0,
        "expect": [{"section": "package", "key": key, "attribute": "version", "value": "3.0.15-1"}],
    });
    let body = json!({"kind": "change", "title": "upgrade openssl in Berlin", "details": {"plan": plan}});
    let number = paula.post("/tickets", &body).await.unwrap()["number"].as_str().unwrap().to_owned();
    let events = format!("/tickets/{number}/transitions");
    paula.post(&events, &json!({"event": "submit"})).await.unwrap();
    paula.post(&events, &json!({"event": "request_approval"})).await.unwrap();
    let calendar = peer.get("/change-calendar").await.unwrap();
    assert!(calendar.to_string().contains(&number), "it stands in the calendar: {calendar}");
    let round = peer.list(&format!("/tickets/{number}/approvals")).await.unwrap()[0]["id"].as_str().unwrap().to_owned();
    let vote = json!({"decision": "approve", "comment": "go on"});
    // Who planned it has no vote.
    assert_eq!(paula.call("POST", &format!("/approvals/{round}/votes"), Some(&vote)).await.unwrap().0, 409);
    peer.post(&format!("/approvals/{round}/votes"), &vote).await.unwrap();
    ivan.post(&events, &json!({"event": "start"})).await.unwrap();

    // It is made on one of the two, and something is left behind there.
    one.tree.packages(&[("openssl", "3.0.15-1"), ("bash", "5.2-1")]);
    listening(&one.tree, &[22, 4_444]);
    let finding = until("the listener is a finding", async || {
        let found = admin.list("/findings?filter=section:listener").await?;
        Ok(found.into_iter().find(|finding| finding.to_string().contains("4444")))
    });
    let finding = finding.await.unwrap();
    assert_eq!((&finding["host_name"], &finding["expected"]), (&json!("web-1"), &Value::Null), "{finding}");
    ivan.post(&events, &json!({"event": "finish"})).await.unwrap();
    let seen = until("each host was looked at since", async || {
        let seen = verdicts(&mona, &number).await;
        Ok(Some(seen).filter(|seen| seen.len() >= 3 && seen.iter().all(|(_, verdict)| verdict != "no_data")))
    });
    let of = |host: &str, verdict: &str| (host.to_owned(), verdict.to_owned());
    assert_eq!(seen.await.unwrap(), [of("web-1", "done"), of("web-1", "extra"), of("web-2", "not_done")]);
    // The upgrade itself is explained by the change and alerts nobody.
    let upgrades = admin.list("/findings?filter=section:package%20state:open").await.unwrap();
    assert!(upgrades.is_empty(), "{upgrades:?}");

    let close = |code: &str| json!({"event": "close", "close_code": code, "close_notes": "see what agents saw"});
    let (status, refused) = mona.call("POST", &events, Some(&close("successful"))).await.unwrap();
    assert_eq!(status, 409, "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("web-2"), "{refused}");
    let closed = mona.post(&events, &close("partial")).await.unwrap();
    assert_eq!((&closed["state"], &closed["close_code"]), (&json!("closed"), &json!("partial")));
    assert!(admin.get("/audit/verify").await.unwrap()["ok"].as_bool().unwrap());
}
