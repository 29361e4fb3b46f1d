//! Relations that agents see, that follow and that people declare; impact, services, and the floor of incidents.

use axum::http::Method;
use muster_model::history::Moment;
use muster_model::relation::graph::Direction;
use muster_model::right::Role;
use muster_shared::{Clock, Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, Reply, ask};

const DAY: i64 = 86_400;

/// A machine with an address.
async fn machine(lab: &Lab, name: &str, n: u8, address: &str) -> (Device, String) {
    let mut device = Device::enroll(lab, name, &format!("{:032x}", 0x77_0000_0000_1234_u64 + u64::from(n))).await;
    device
        .put(SectionName::Interface, Item::new("eth0").with("addresses", json!([{"address": address, "prefix": 24}])));
    let host = device.report_full(lab).await;
    (device, host)
}

/// A connection that was seen four times in ten minutes.
fn connection(lab: &Lab, direction: &str, remote: &str, port: u16) -> Item {
    let now = lab.clock.now();
    Item::new(format!("{direction} tcp {remote}:{port} app.service"))
        .with("direction", direction)
        .with("protocol", "tcp")
        .with("remote_address", remote)
        .with("port", port)
        .with("unit", "app.service")
        .with("samples", 4)
        .with("first_seen_at", now.plus_millis(-600_000).to_string())
        .with("last_seen_at", now.to_string())
}

async fn relations(lab: &Lab, token: &str, node: &str) -> Vec<(String, String, String)> {
    let all = lab.all(token, &format!("/api/v1/items/{node}/relations")).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    all.iter().map(|r| (text(&r["label"]), text(&r["other"]["name"]), text(&r["state"]))).collect()
}

fn row(label: &str, other: &str, state: &str) -> (String, String, String) {
    (label.into(), other.into(), state.into())
}

async fn declare(lab: &Lab, token: &str, body: Value) -> String {
    lab.post(token, "/api/v1/items", body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn relate(lab: &Lab, token: &str, from: &str, kind: &str, to: &str, group: Option<&str>) -> Reply {
    let body = json!({"kind": kind, "to": to, "group": group, "reason": "as drawn"});
    lab.post(token, &format!("/api/v1/items/{from}/relations"), body).await
}

async fn impact(lab: &Lab, token: &str, node: &str, query: &str) -> Vec<(String, String)> {
    let answer = lab.get(token, &format!("/api/v1/items/{node}/impact?{query}")).await.expect(200).json();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    answer["items"].as_array().unwrap().iter().map(|i| (text(&i["name"]), text(&i["effect"]))).collect()
}

#[tokio::test]
async fn connections_join_hosts_move_with_addresses_and_end() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let (mut web, web_id) = machine(&lab, "web", 1, "10.0.0.1").await;
    web.put(SectionName::Connection, connection(&lab, "outbound", "10.0.0.2", 5432));
    web.put(SectionName::Connection, connection(&lab, "outbound", "192.0.2.7", 443));
    web.report_delta(&lab).await;
    // Nobody has these addresses yet.
    let unknown = ["10.0.0.2", "192.0.2.7"].map(|ip| row("connects_to", ip, "current"));
    assert_eq!(relations(&lab, &token, &web_id).await, unknown);
    // The host that has one appears, and what was known leads to it.
    let (mut db, db_id) = machine(&lab, "db", 2, "10.0.0.2").await;
    let known = [row("connects_to", "192.0.2.7", "current"), row("connects_to", "db", "current")];
    assert_eq!(relations(&lab, &token, &web_id).await, known);
    assert_eq!(relations(&lab, &token, &db_id).await, [row("connected_from", "web", "current")]);
    // It sees the same from its end: one relation, and surer.
    let confidence = async || {
        let found = lab.all(&token, &format!("/api/v1/items/{db_id}/relations")).await;
        (found[0]["confidence"].as_f64().unwrap(), found[0]["port"].clone(), found.len())
    };
    assert_eq!(confidence().await, (0.7, json!("tcp/5432"), 1));
    db.put(SectionName::Connection, connection(&lab, "inbound", "10.0.0.1", 5432));
    db.report_delta(&lab).await;
    assert_eq!(confidence().await, (0.95, json!("tcp/5432"), 1));
    assert_eq!(impact(&lab, &token, &db_id, "").await, [("web".into(), "down".into())]);
    assert_eq!(impact(&lab, &token, &web_id, "").await, []);

    // The address moves to another host.
    let before = lab.clock.now();
    lab.clock.advance_millis(60_000);
    db.put(SectionName::Interface, Item::new("eth0").with("addresses", json!([{"address": "10.0.0.9", "prefix": 24}])));
    db.put(SectionName::Connection, Item::new("none"));
    db.report_delta(&lab).await;
    let (_, other_id) = machine(&lab, "db-2", 3, "10.0.0.2").await;
    assert!(relations(&lab, &token, &web_id).await.contains(&row("connects_to", "db-2", "current")));
    assert_eq!(relations(&lab, &token, &db_id).await, []);
    assert_eq!(impact(&lab, &token, &other_id, "").await, [("web".into(), "down".into())]);
    let then = format!("as_of={before}");
    assert_eq!(impact(&lab, &token, &other_id, &then).await, []);
    assert_eq!(impact(&lab, &token, &db_id, &then).await, [("web".into(), "down".into())]);

    // What an agent takes back is stale after a week and over after a month.
    for item in web.sections.remove(&SectionName::Connection).unwrap() {
        web.remove(SectionName::Connection, &item.key);
    }
    web.sections.insert(SectionName::Connection, Vec::new());
    web.report_delta(&lab).await;
    lab.wait_seconds(8 * DAY).await;
    assert!(relations(&lab, &token, &web_id).await.contains(&row("connects_to", "db-2", "stale")));
    // How sure it is falls meanwhile; looked at as of then it was sure, and current.
    let sure = async |query: &str| {
        let found = lab.all(&token, &format!("/api/v1/items/{other_id}/relations{query}")).await;
        (found[0]["confidence"].as_f64().unwrap(), found[0]["state"].clone())
    };
    assert_eq!(sure("").await, (0.53, json!("stale")));
    let then = lab.clock.now().plus_millis(-8 * DAY * 1_000);
    assert_eq!(sure(&format!("?as_of={then}")).await, (0.7, json!("current")));
    lab.wait_seconds(23 * DAY).await;
    assert_eq!(relations(&lab, &token, &web_id).await, []);
}

#[tokio::test]
async fn an_application_runs_where_what_it_names_is_found() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let listener = |port: u16| Item::new(format!("tcp/0.0.0.0:{port}")).with("protocol", "tcp").with("port", port);
    let (mut a, a_id) = machine(&lab, "a", 1, "10.0.0.1").await;
    a.put(SectionName::Listener, listener(5432));
    a.report_delta(&lab).await;
    let (mut b, b_id) = machine(&lab, "b", 2, "10.0.0.2").await;
    let shop =
        declare(&lab, &token, json!({"class": "application", "name": "shop", "attributes": {"port": 5432}})).await;
    lab.settle().await;
    assert_eq!(relations(&lab, &token, &shop).await, [row("runs_on", "a", "current")]);
    // A host that comes to listen is found, one that does not any more is not.
    b.put(SectionName::Listener, listener(5432));
    b.report_delta(&lab).await;
    a.remove(SectionName::Listener, "tcp/0.0.0.0:5432");
    a.report_delta(&lab).await;
    assert_eq!(relations(&lab, &token, &shop).await, [row("runs_on", "b", "current")]);
    // Both rules must hold on a host.
    let edit = json!({"attributes": {"package": "nginx"}});
    lab.patch(&token, &format!("/api/v1/items/{shop}"), "*", edit).await.expect(200);
    lab.settle().await;
    assert_eq!(relations(&lab, &token, &shop).await, []);
    b.put(SectionName::Package, Item::new("nginx").with("name", "nginx").with("version", "1"));
    b.report_delta(&lab).await;
    assert_eq!(relations(&lab, &token, &shop).await, [row("runs_on", "b", "current")]);
    // Members by query, live: also by what people say of a host.
    let service = json!({
        "class": "business_service", "name": "selling", "redundancy": {"fra": 1},
        "members": [{"query": "class:host host.site:fra", "group": "fra"}],
    });
    let selling = declare(&lab, &token, service).await;
    lab.settle().await;
    assert_eq!(relations(&lab, &token, &selling).await, []);
    for id in [&a_id, &b_id] {
        let site = ask(
            Method::PATCH,
            &token,
            &format!("/api/v1/hosts/{id}"),
            &[("if-match", "*")],
            Some(json!({"site": "fra"})),
        );
        lab.people(site).await.expect(200);
    }
    lab.settle().await;
    let both = ["a", "b"].map(|name| row("depends_on", name, "current"));
    assert_eq!(relations(&lab, &token, &selling).await, both);
    assert_eq!(impact(&lab, &token, &a_id, "").await, [("selling".into(), "at_risk".into())]);
    // A restart knows the same.
    let restarted = lab.restarted();
    let node = a_id.parse().unwrap();
    let again = restarted.impact(&crate::lab::SYSTEM, node, Direction::Up, 5, Moment::NOW, 10).await.unwrap();
    assert_eq!((again.at_risk, again.down), (1, 0));
    // A retired item runs nowhere.
    let retire = ask(Method::DELETE, &token, &format!("/api/v1/items/{shop}"), &[("if-match", "*")], None);
    lab.people(retire).await.expect(200);
    lab.settle().await;
    assert_eq!(relations(&lab, &token, &shop).await, []);
}

#[tokio::test]
async fn people_declare_relations_and_take_them_back() {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    let (_, host) = machine(&lab, "db", 1, "10.0.0.1").await;
    let package = lab.all(&token, "/api/v1/items?class=package&name=zlib").await[0]["id"].as_str().unwrap().to_owned();
    let shop =
        declare(&lab, &token, json!({"class": "business_service", "name": "shop", "redundancy": {"dbs": 1}})).await;
    let team = declare(&lab, &token, json!({"class": "team", "name": "ops"})).await;
    for (kind, to, group, pointer) in [
        ("depends_onn", host.as_str(), None, "/kind"),
        ("depends_on", "host_1", None, "/to"),
        ("depends_on", "item_00000000000000000000000000000000", None, "/to"),
        ("depends_on", shop.as_str(), None, "/to"),
        ("depends_on", host.as_str(), Some("web"), "/group"),
        ("contains", host.as_str(), None, "/kind"),
    ] {
        assert_eq!(relate(&lab, &token, &shop, kind, to, group).await.pointers(422), [pointer], "{kind} {to}");
    }
    let silent = json!({"kind": "depends_on", "to": host, "reason": " "});
    assert_eq!(lab.post(&token, &format!("/api/v1/items/{shop}/relations"), silent).await.pointers(422), ["/reason"]);

    let first = relate(&lab, &token, &shop, "depends_on", &host, Some("dbs")).await.expect(201).json();
    assert_eq!(lab.last_audit().await.1, "relation.create");
    let again = relate(&lab, &token, &shop, "depends_on", &host, Some("dbs")).await.expect(201).json();
    assert_eq!(first["id"], again["id"], "once is enough");
    relate(&lab, &token, &team, "supports", &shop, None).await.expect(201);
    relate(&lab, &token, &shop, "depends_on", &package, None).await.expect(201);
    let all = relations(&lab, &token, &shop).await;
    let expected = [
        row("depends_on", "db", "current"),
        row("depends_on", "zlib", "current"),
        row("supported_by", "ops", "current"),
    ];
    assert_eq!(all, expected);
    assert_eq!(
        relations(&lab, &token, &package).await,
        [row("contained_in", "db", "current"), row("needed_by", "shop", "current")]
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    let answer = lab.get(&token, &format!("/api/v1/items/{host}/impact?direction=up")).await.expect(200).json();
    let path: Vec<&str> =
        answer["items"][0]["path"].as_array().unwrap().iter().map(|s| s["kind"].as_str().unwrap()).collect();
    assert_eq!((path, &answer["items"][0]["name"]), (vec!["depends_on"], &json!("shop")));
    let needs = impact(&lab, &token, &shop, "direction=down").await;
    assert_eq!(needs, [("db".into(), "down".into()), ("zlib".into(), "down".into())]);

    let before = lab.clock.now();
    lab.clock.advance_millis(1_000);
    let path = format!("/api/v1/items/{shop}/relations/{}", first["id"].as_str().unwrap());
    let delete = |query: &str| ask(Method::DELETE, &token, &format!("{path}{query}"), &[("if-match", "\"1\"")], None);
    assert_eq!(lab.people(delete("?reason=")).await.pointers(422), ["/reason"]);
    lab.people(delete("?reason=moved")).await.expect(204);
    lab.people(delete("?reason=moved")).await.problem(404, "not-found");
    assert_eq!(lab.last_audit().await.1, "relation.retract");
    assert_eq!(relations(&lab, &token, &shop).await.len(), 2);
    assert_eq!(lab.all(&token, &format!("/api/v1/items/{shop}/relations?as_of={before}")).await.len(), 3);
    let then = impact(&lab, &token, &shop, &format!("direction=down&known_at={before}")).await;
    assert_eq!(then, needs, "as it was known then");
    assert_eq!(lab.all(&token, &format!("/api/v1/items/{shop}/relations?known_at={before}")).await.len(), 3);
    for wrong in ["direction=left", "depth=0", "depth=21", "limit=0", "as_of=soon", "known_at=2099-01-01"] {
        let field = wrong.split('=').next().unwrap();
        let refused = lab.get(&token, &format!("/api/v1/items/{shop}/impact?{wrong}")).await.pointers(422);
        assert_eq!(refused, [format!("/{field}")]);
    }
}

#[tokio::test]
async fn services_do_as_what_they_depend_on_and_set_the_floor_of_incidents() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let (mut db, host) = machine(&lab, "db", 1, "10.0.0.1").await;
    let shop = declare(&lab, &token, json!({"class": "application", "name": "shop"})).await;
    let selling = json!({"class": "business_service", "name": "selling", "criticality": "critical", "owner": "sales"});
    let selling = declare(&lab, &token, selling).await;
    let mail = declare(&lab, &token, json!({"class": "business_service", "name": "mail", "status": "up"})).await;
    relate(&lab, &token, &shop, "runs_on", &host, None).await.expect(201);
    relate(&lab, &token, &selling, "depends_on", &shop, None).await.expect(201);
    let health = async || {
        let all = lab.all(&token, "/api/v1/services?limit=1").await;
        all.iter()
            .map(|s| (s["name"].as_str().unwrap().to_owned(), s["health"].as_str().unwrap().to_owned()))
            .collect::<Vec<_>>()
    };
    let all = |mail: &str, selling: &str, shop: &str| {
        [("mail", mail), ("selling", selling), ("shop", shop)].map(|(n, h)| (n.to_owned(), h.to_owned())).to_vec()
    };
    assert_eq!(health().await, all("up", "up", "up"));
    let only = lab.all(&token, "/api/v1/services?class=business_service&owner=sales").await;
    assert_eq!(only.len(), 1);

    // An incident on the host has the impact that the critical service asks for, and says which one it was.
    lab.clock.advance_millis(1_000);
    db.add_user("deploy", 0);
    db.report_delta(&lab).await;
    lab.wait_seconds(120).await;
    let ticket = lab.all(&token, "/api/v1/tickets").await[0].clone();
    assert_eq!((&ticket["impact"], &ticket["impact_floor"]["name"]), (&json!(2), &json!("selling")));
    let body = json!({"kind": "incident", "title": "slow", "items": [host, shop]});
    let opened = lab.post(&token, "/api/v1/tickets", body).await.expect(201).json();
    assert_eq!((&opened["impact"], &opened["impact_floor"]["item"]), (&json!(2), &json!(selling)));
    let other = json!({"kind": "incident", "title": "slow", "items": [mail]});
    assert_eq!(lab.post(&token, "/api/v1/tickets", other).await.expect(201).json()["impact"], 3);

    // Silence is not down; what people say is down is.
    lab.wait_seconds(3_600).await;
    let worst_first = |list: Vec<(String, String)>| {
        list.into_iter().map(|(name, health)| format!("{name} {health}")).collect::<Vec<_>>()
    };
    assert_eq!(worst_first(health().await), ["selling unknown", "shop unknown", "mail up"]);
    lab.patch(&token, &format!("/api/v1/items/{shop}"), "*", json!({"status": "down"})).await.expect(200);
    assert_eq!(worst_first(health().await), ["selling down", "shop down", "mail up"]);
    let one = lab.get(&token, &format!("/api/v1/services/{selling}")).await.expect(200).json();
    assert_eq!((&one["health"], &one["depends_on"]), (&json!("down"), &json!(1)));
    lab.get(&token, &format!("/api/v1/services/{host}")).await.problem(404, "not-found");
}

#[tokio::test]
async fn a_guest_runs_on_the_host_that_names_it() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Viewer).await;
    let uuid = "4C4C4544-0043-3010-8052-B4C04F564231";
    let mut guest = Device::enroll(&lab, "guest", &"3e".repeat(16)).await;
    guest.put(SectionName::Firmware, Item::new("system").with("system_uuid", uuid));
    let guest_id = guest.report_full(&lab).await;
    let mut big = Device::enroll(&lab, "big", &"4e".repeat(16)).await;
    big.put(SectionName::VirtualMachine, Item::new("vm").with("name", "vm").with("uuid", uuid.to_lowercase()));
    let big_id = big.report_full(&lab).await;
    assert_eq!(relations(&lab, &token, &guest_id).await, [row("runs_on", "big", "current")]);
    assert_eq!(impact(&lab, &token, &big_id, "").await, [("guest".into(), "down".into())]);
    big.remove(SectionName::VirtualMachine, "vm");
    big.report_delta(&lab).await;
    assert_eq!(relations(&lab, &token, &guest_id).await, []);
}
