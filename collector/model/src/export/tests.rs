//! What the forms say of hosts that have little, much, or odd things.

use serde_json::json;

use super::*;
use crate::host::{Criticality, Lifecycle};
use muster_shared::id::HostId;
use purl::Distribution;

fn attributes(value: Value) -> Attributes {
    serde_json::from_value(value).unwrap()
}

fn host(name: &str, n: u8) -> Snapshot {
    let at = Time::from_millis(1_790_000_000_000);
    let host = Host {
        id: HostId::from_bytes([n; 16]),
        name: name.into(),
        lifecycle: Lifecycle::Active,
        owner: None,
        site: Some("Frankfurt 2".into()),
        criticality: Criticality::Normal,
        identifiers: Vec::new(),
        created_at: at,
        sources: vec![],
        claims: vec![],
        merged_into: None,
        known_since: None,
        sayings: <_>::default(),
    };
    Snapshot { host, facts: Facts::default(), status: "up", at, sections: BTreeMap::new() }
}

#[test]
fn packages_have_the_names_that_vulnerability_databases_know() {
    let debian = Distribution { id: Some("debian"), version: Some("12") };
    let fedora = Distribution { id: Some("fedora"), version: Some("40") };
    for (package, distribution, wanted) in [
        (
            json!({"manager": "dpkg", "name": "libssl3", "version": "1:3.0.11", "architecture": "amd64", "source": "openssl"}),
            debian,
            Some("pkg:deb/debian/libssl3@1:3.0.11?arch=amd64&distro=debian-12&source=openssl"),
        ),
        (
            json!({"manager": "rpm", "name": "curl", "version": "1:8.6.0-7.fc40", "release": "7.fc40", "epoch": 1}),
            fedora,
            Some("pkg:rpm/fedora/curl@8.6.0-7.fc40?distro=fedora-40&epoch=1"),
        ),
        (json!({"manager": "pip", "name": "Foo_Bar.baz", "version": "1.0"}), debian, Some("pkg:pypi/foo-bar-baz@1.0")),
        (
            json!({"manager": "npm", "name": "@babel/core", "version": "7.0.0"}),
            debian,
            Some("pkg:npm/%40babel/core@7.0.0"),
        ),
        (json!({"manager": "cargo", "name": "rg", "version": "14.1.0"}), debian, Some("pkg:cargo/rg@14.1.0")),
        (json!({"manager": "snap", "name": "core", "version": "1"}), debian, None),
        (json!({"manager": "dpkg"}), debian, None),
    ] {
        assert_eq!(purl::of(&attributes(package.clone()), distribution).as_deref(), wanted, "{package}");
    }
}

#[test]
fn the_same_facts_give_the_same_bill() {
    let mut web = host("web-1", 1);
    let package = attributes(json!({"manager": "cargo", "name": "rg", "version": "14.1.0"}));
    web.sections.insert(SectionName::Package, BTreeMap::from([("cargo:rg".into(), package)]));
    let id = web.host.id.to_string();
    let subject = cyclonedx::Subject { id: &id, name: "web-1", kind: "device" };
    let one = cyclonedx::bill(subject, std::slice::from_ref(&web), web.at);
    assert_eq!(one, cyclonedx::bill(subject, std::slice::from_ref(&web), web.at));
    let service = cyclonedx::Subject { id: "item_1", name: "shop", kind: "application" };
    let two = cyclonedx::bill(service, &[web.clone(), host("web-2", 2)], web.at);
    assert_ne!(one["serialNumber"], two["serialNumber"]);
    assert_eq!(two["dependencies"][0]["dependsOn"], json!([id, HostId::from_bytes([2; 16])]));
}

#[test]
fn an_inventory_says_nothing_that_is_not_known() {
    let bare = glpi::inventory(&host("web-1", 1));
    let names: Vec<&String> = bare["content"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["accesslog", "hardware", "versionclient"]);
    let mut web = host("web-1", 1);
    web.sections.insert(SectionName::User, BTreeMap::new());
    assert_eq!(
        glpi::inventory(&web)["content"]["local_users"],
        json!([]),
        "read and empty is not the same as not read"
    );
    let disk = attributes(json!({"name": "sda", "bus": "nvme", "size_bytes": 1_000_000_000}));
    web.sections.insert(SectionName::Disk, BTreeMap::from([("sda".into(), disk)]));
    let storage = &glpi::inventory(&web)["content"]["storages"][0];
    assert_eq!(storage, &json!({"name": "sda", "disksize": 1_000}), "the form has no word for nvme");
}

#[test]
fn ansible_tells_hosts_of_one_name_apart() {
    let inventory = ansible::inventory(&[host("web", 1), host("web", 2), host("db", 3)]);
    let first = format!("web-{}", HostId::from_bytes([1; 16]));
    assert!(inventory["site_frankfurt_2"]["hosts"].as_array().unwrap().contains(&json!(first)));
    assert_eq!(inventory["_meta"]["hostvars"]["db"]["muster_site"], "Frankfurt 2");
    assert_eq!(inventory["_meta"]["hostvars"].as_object().unwrap().len(), 3);
}

#[test]
fn targets_are_addresses_that_others_reach() {
    let mut web = host("web-1", 1);
    let target = |web: &Snapshot| prometheus::targets(std::slice::from_ref(web), 9_100)[0]["targets"][0].clone();
    assert_eq!(target(&web), "web-1:9100");
    web.facts.addresses = vec!["2001:db8::1".into()];
    assert_eq!(target(&web), "[2001:db8::1]:9100");
    web.facts.addresses.push("192.0.2.7".into());
    assert_eq!(target(&web), "192.0.2.7:9100");
}

#[test]
fn a_spreadsheet_shows_cells_and_runs_none() {
    let record = json!({"name": "=1+1", "attributes": {"tags": ["a", "b"], "n": -5}, "gone": null});
    let columns = ["name", "tags", "n", "gone"].map(str::to_owned);
    assert_eq!(csv::record(&record, &columns), "\"'=1+1\",\"a; b\",\"'-5\",\"\"\r\n");
    assert_eq!(csv::line(["a\"b\nc"]), "\"a\"\"b\nc\"\r\n");
}
