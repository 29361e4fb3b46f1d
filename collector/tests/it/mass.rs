//! Much of the fleet at once, what the table of volatile things covers and what it does not, and releases by what is installed.

use muster_collector::service::Service;
use muster_model::ChangeSet;
use muster_model::finding::Finding;
use muster_model::host::Host;
use muster_model::right::Role;
use muster_shared::id::{FindingId, HostId, ItemId};
use muster_shared::{Clock, Item, SectionName};
use muster_store::{Store, TypedStore};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

fn package(name: &str, version: &str) -> Item {
    Item::new(format!("{name}:amd64")).with("name", name).with("version", version).with("manager", "dpkg")
}

async fn fleet(lab: &Lab, hosts: usize) -> Vec<(Device, String)> {
    let mut devices = Vec::new();
    for n in 1..=hosts {
        let mut device = Device::enroll(lab, &format!("web-{n}"), &format!("{n:032x}")).await;
        // A section that is read for the first time is no drift: these are known from the start.
        device.put(SectionName::Mount, Item::new("/").with("source", "/dev/vda1").with("type", "ext4"));
        device.put(SectionName::Listener, Item::new("tcp/0.0.0.0:22").with("protocol", "tcp").with("port", 22));
        let host = device.report_full(lab).await;
        devices.push((device, host));
    }
    lab.wait_seconds(60).await;
    devices
}

async fn active(lab: &Lab, token: &str) -> Vec<Value> {
    lab.all(token, "/api/v1/tickets?active=true").await
}

fn titles(tickets: &[Value]) -> Vec<&str> {
    tickets.iter().map(|ticket| ticket["title"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_same_on_more_than_ten_hosts_is_one_incident_of_the_whole_fleet() {
    for (hosts, sites, expected) in [
        // As many as a group may have, each at its own site: nothing is said of them together.
        (10, true, Vec::<String>::new()),
        (10, false, vec!["10 hosts: package nmap:amd64 added, version 1".to_owned()]),
        (11, true, vec!["mass drift on 11 hosts: package nmap:amd64 added, version 1".to_owned()]),
    ] {
        let lab = Lab::new();
        let token = lab.token_of(Role::Administrator).await;
        let mut devices = fleet(&lab, hosts).await;
        for (n, (device, host)) in devices.iter_mut().enumerate() {
            if sites {
                let site = json!({"site": format!("site-{n}")});
                lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", site).await.expect(200);
            }
            device.put(SectionName::Package, package("nmap", "1"));
            device.report_delta(&lab).await;
        }
        lab.wait_seconds(100).await;
        lab.wait_seconds(100).await;
        let tickets = active(&lab, &token).await;
        let together: Vec<&str> = titles(&tickets).into_iter().filter(|title| title.contains(" hosts: ")).collect();
        assert_eq!(together, expected, "{hosts} {sites}");
        let Some(mass) = tickets.iter().find(|ticket| ticket["title"].as_str().unwrap().starts_with("mass")) else {
            continue;
        };
        assert_eq!((tickets.len(), &mass["impact"], &mass["drift"]["joined"]), (1, &json!(1), &json!(11)));
        assert!(mass["description"].as_str().unwrap().contains("ten minutes"), "{mass}");
        let members = lab.all(&token, &format!("/api/v1/findings?incident={}", mass["id"].as_str().unwrap())).await;
        assert_eq!(members.len(), 11, "with its members");
        // It stands as long as one host has it, and goes with the last.
        for (device, _) in &mut devices {
            lab.clock.advance_millis(60_000);
            assert_eq!(active(&lab, &token).await.len(), 1);
            device.remove(SectionName::Package, "nmap:amd64");
            device.report_delta(&lab).await;
        }
        assert_eq!(active(&lab, &token).await.len(), 0);
    }
}

/// The same finding on so many more hosts, as reports would have made them.
async fn multiplied(lab: &Lab, finding: &Finding, more: usize) {
    let host = TypedStore::find::<Host>(&*lab.store, &finding.host.to_string()).await.unwrap().unwrap().value;
    let now = lab.clock.now();
    for bunch in (0..more).collect::<Vec<_>>().chunks(128) {
        let mut changes = ChangeSet::new();
        for n in bunch {
            let (id, name) = (HostId::new(now), format!("far-{n}"));
            changes.create(Host { id, name: name.clone(), identifiers: Vec::new(), ..host.clone() });
            changes.create(Finding {
                id: FindingId::new(now),
                fingerprint: format!("{n:032x}"),
                host: id,
                host_name: name,
                item: ItemId::new(id, finding.section, &finding.item_key),
                ..finding.clone()
            });
        }
        lab.store.commit(changes).await.unwrap();
    }
}

async fn route(service: &Service) {
    while service.route_step().await.unwrap() {}
}

#[tokio::test]
async fn an_incident_of_a_thousand_hosts_says_that_there_may_be_more_and_loses_none() {
    for (others, expected) in [(999, "mass drift on 1000 hosts: "), (1_000, "mass drift on 1000 or more hosts: ")] {
        let lab = Lab::new();
        let token = lab.token_of(Role::Administrator).await;
        let mut devices = fleet(&lab, 1).await;
        devices[0].0.put(SectionName::Package, package("nmap", "1"));
        devices[0].0.report_delta(&lab).await;
        lab.clock.advance_millis(90_000);
        while lab.service.due_step().await.unwrap() {}
        let id = lab.all(&token, "/api/v1/findings?policy=package").await[0]["id"].as_str().unwrap().to_owned();
        let finding = TypedStore::find::<Finding>(&*lab.store, &id).await.unwrap().unwrap().value;
        multiplied(&lab, &finding, others).await;
        lab.clock.advance_millis(60_000);
        route(&lab.service).await;
        let tickets = active(&lab, &token).await;
        assert_eq!(tickets.len(), 1, "{:?}", titles(&tickets));
        assert!(titles(&tickets)[0].starts_with(expected), "{:?}", titles(&tickets));
        assert_eq!(tickets[0]["drift"]["joined"], others + 1, "each of them joined");
        let waiting = lab.all(&token, "/api/v1/findings?policy=package").await;
        assert_eq!(waiting.iter().filter(|finding| finding["incident"] == tickets[0]["id"]).count(), others + 1);
    }
}

/// Pairs of what the table covers and the same thing where it does not.
fn churn(n: u64) -> [(SectionName, Item, Item); 4] {
    let listener = |address: &str| {
        Item::new(format!("tcp/{address}:80")).with("protocol", "tcp").with("address", address).with("port", 80)
    };
    let mount = |path: &str| Item::new(path).with("source", "overlay").with("type", "overlay").with("options", "rw");
    [
        (SectionName::Mount, mount(&format!("/var/lib/docker/overlay2/{n}/merged")), mount(&format!("/srv/{n}"))),
        (SectionName::Mount, mount(&format!("/run/user/{n}")), mount(&format!("/run/users/{n}"))),
        (
            SectionName::Listener,
            listener("172.17.0.2").with("container_id", format!("{n:064x}")),
            listener("172.17.0.2").with("container_engine", "docker"),
        ),
        (
            SectionName::Listener,
            listener("10.0.0.1").with("protocol", "udp").with("client_port", true).with("ephemeral", true),
            listener("10.0.0.1").with("protocol", "udp"),
        ),
    ]
}

#[tokio::test]
async fn what_the_table_covers_is_nobodys_business_and_the_same_where_it_does_not_is() {
    for (place, (section, _, uncovered)) in churn(7).into_iter().enumerate() {
        let lab = Lab::new();
        let token = lab.token_of(Role::Administrator).await;
        let mut devices = fleet(&lab, 1).await;
        let (web, host) = &mut devices[0];
        for n in 1..6 {
            let (section, covered, _) = churn(n)[place].clone();
            web.put(section, covered);
            web.report_delta(&lab).await;
            lab.wait_seconds(200).await;
        }
        let key = &uncovered.key;
        assert_eq!(lab.all(&token, "/api/v1/findings?state=all").await.len(), 0, "{section} {key}");
        let past = format!("/api/v1/hosts/{host}/history");
        assert_eq!(lab.all(&token, &past).await.len(), 0, "{section} {key}");
        web.put(section, uncovered.clone());
        web.report_delta(&lab).await;
        lab.wait_seconds(100).await;
        lab.wait_seconds(100).await;
        let tickets = active(&lab, &token).await;
        assert_eq!(tickets.len(), 1, "{section} {key}: {:?}", titles(&tickets));
        assert!(titles(&tickets)[0].contains(key.as_str()), "{:?}", titles(&tickets));
    }
}

#[tokio::test]
async fn an_address_that_a_lease_moves_is_quiet_and_one_that_somebody_moves_is_not() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, 2).await;
    let lease = |n: usize| {
        Item::new("eth0")
            .with("name", "eth0")
            .with("addresses", json!([]))
            .with("dynamic_addresses", json!([format!("10.0.0.{n}/24")]))
            .with("lease_expires_at", lab.clock.now().plus_millis(3_600_000).to_string())
    };
    let fixed = |n: usize| Item::new("eth0").with("name", "eth0").with("addresses", json!([format!("10.0.1.{n}/24")]));
    devices[0].0.put(SectionName::Interface, lease(1));
    devices[1].0.put(SectionName::Interface, fixed(1));
    for (device, _) in &mut devices {
        device.report_delta(&lab).await;
    }
    // Somebody wants to know when the addresses of interfaces are others than these.
    let policy = json!({
        "id": "moved-address", "purpose": "an address moved", "section": "interface", "scope": "",
        "condition": "item.addresses.exists(a, a != '10.0.1.1/24')", "severity": "minor", "class": "critical",
        "outcome": "incident", "enabled": true,
    });
    lab.post(&token, "/api/v1/policies", policy).await.expect(201);
    lab.settle().await;
    let history = async |host: &str| lab.all(&token, &format!("/api/v1/hosts/{host}/history")).await.len();
    let (before, fixed_before) = (history(&devices[0].1).await, history(&devices[1].1).await);
    for n in 2..10 {
        devices[0].0.put(SectionName::Interface, lease(n));
        devices[0].0.report_delta(&lab).await;
        lab.wait_seconds(200).await;
    }
    assert_eq!(history(&devices[0].1).await, before, "a renewal is no history");
    assert_eq!(lab.all(&token, "/api/v1/findings?state=all").await.len(), 0);
    devices[1].0.put(SectionName::Interface, fixed(2));
    devices[1].0.report_delta(&lab).await;
    lab.wait_seconds(200).await;
    lab.wait_seconds(100).await;
    assert_eq!(history(&devices[1].1).await, fixed_before + 1);
    assert_eq!(titles(&active(&lab, &token).await), ["web-2: interface eth0: an address moved"]);
}

#[tokio::test]
async fn a_release_is_as_far_out_as_its_versions_are_installed() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut devices = fleet(&lab, 4).await;
    for (device, _) in &mut devices {
        device.put(SectionName::Package, package("app", "1.0"));
        device.put(SectionName::Package, package("lib", "1.0"));
        device.report_delta(&lab).await;
    }
    let plan = json!({
        "packages": [{"name": "app", "version": "2.0"}, {"name": "lib", "version": "1.0"}], "target_percent": 75,
        "waves": [{"name": "first", "hosts": "name:web-1"}, {"name": "rest", "hosts": "name:web-2 OR name:web-3 OR name:web-4"}],
    });
    let body = json!({"kind": "release", "title": "app 2.0", "details": {"plan": plan}});
    let number =
        lab.post(&token, "/api/v1/tickets", body).await.expect(201).json()["number"].as_str().unwrap().to_owned();
    let event = async |event: &str| {
        lab.post(&token, &format!("/api/v1/tickets/{number}/transitions"), json!({"event": event})).await
    };
    for step in ["plan", "freeze", "ready", "deploy"] {
        event(step).await.expect(200);
    }
    let waves = async || {
        let seen = lab.get(&token, &format!("/api/v1/tickets/{number}/verification")).await.expect(200).json();
        let waves = seen["deployment"]["waves"].as_array().unwrap().clone();
        waves.iter().map(|wave| (wave["deployed"].clone(), wave["hosts"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(waves().await, [(json!(0), json!(1)), (json!(0), json!(3))]);
    let refused = event("complete").await.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains("0 "), "{refused}");
    for (n, done) in [(0, [1, 0]), (1, [1, 1]), (2, [1, 2])] {
        lab.clock.advance_millis(60_000);
        devices[n].0.put(SectionName::Package, package("app", "2.0"));
        devices[n].0.report_delta(&lab).await;
        let expected = [(json!(done[0]), json!(1)), (json!(done[1]), json!(3))];
        assert_eq!(waves().await, expected);
        if n < 2 {
            event("complete").await.problem(409, "transition-refused");
        }
    }
    // One that has the one package and another version of the other is not there.
    lab.clock.advance_millis(60_000);
    devices[2].0.put(SectionName::Package, package("lib", "0.9"));
    devices[2].0.report_delta(&lab).await;
    let refused = event("complete").await.problem(409, "transition-refused");
    assert!(refused["detail"].as_str().unwrap().contains("50"), "half of four: {refused}");
    lab.clock.advance_millis(60_000);
    devices[2].0.put(SectionName::Package, package("lib", "1.0"));
    devices[2].0.report_delta(&lab).await;
    let done = event("complete").await.expect(200).json();
    assert_eq!(done["state"], "completed", "three of four are the 75 that were asked for");
    assert_eq!(done["details"]["deployment"]["waves"][1]["others"][0]["name"], "web-4");
}
