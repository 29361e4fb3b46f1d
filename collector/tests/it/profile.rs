//! Profiles: saved when they fit, tried before that, judged with what changes, layered, and told for one host.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const MACHINE: &str = "0123456789abcdef0123456789abcdef";

fn package(name: &str, version: &str) -> Item {
    Item::new(name).with("name", name).with("version", version).with("manager", "dpkg")
}

fn profile(id: &str, layer: u8, lines: &[&str]) -> Value {
    json!({
        "id": id, "purpose": "what is right here", "layer": layer, "expectations": lines, "class": "security",
        "enabled": true,
    })
}

/// Titles of what stands of a profile.
async fn standing(lab: &Lab, token: &str, id: &str) -> Vec<String> {
    let found = lab.all(token, &format!("/api/v1/findings?policy={id}")).await;
    let mut titles: Vec<String> = found.iter().map(|finding| finding["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}

async fn host_with_openssl(lab: &Lab, version: &str) -> (Device, String) {
    let mut web = Device::enroll(lab, "web-1", MACHINE).await;
    web.put(SectionName::Package, package("openssl", version));
    let host = web.report_full(lab).await;
    (web, host)
}

#[tokio::test]
async fn what_is_missing_forbidden_or_too_old_is_found_and_ends_by_itself() {
    let lab = Lab::new();
    let (mut web, _) = host_with_openssl(&lab, "3.0.9").await;
    let token = lab.token_of(Role::CmdbOwner).await;
    let lines = ["package openssl version >= 3.0.14", "have package auditd", "not package telnetd"];

    let preview = lab.post(&token, "/api/v1/profiles/preview", profile("web", 0, &lines)).await.expect(200).json();
    assert_eq!((&preview["in_scope"], &preview["broken"]), (&json!(1), &json!(2)), "{preview}");
    assert_eq!(standing(&lab, &token, "web").await, Vec::<String>::new(), "trying it made nothing");

    let made = lab.post(&token, "/api/v1/profiles", profile("web", 0, &lines)).await.expect(201).json();
    assert_eq!((&made["version"], &made["demands"][0]["kind"]), (&json!(1), &json!("version")));
    assert_eq!(lab.last_audit().await.1, "profile.create");
    lab.settle().await;
    assert_eq!(
        standing(&lab, &token, "web").await,
        [
            "web-1: package auditd: it is missing; the profile web wants it",
            "web-1: package openssl: version is 3.0.9; the profile web wants >= 3.0.14",
        ]
    );

    // What changes is judged as it comes.
    lab.clock.advance_millis(60_000);
    web.put(SectionName::Package, package("telnetd", "1"));
    web.put(SectionName::Package, package("auditd", "1"));
    web.put(SectionName::Package, package("openssl", "3.0.15"));
    web.report_delta(&lab).await;
    assert_eq!(standing(&lab, &token, "web").await, ["web-1: package telnetd: the profile web forbids it"]);
    lab.clock.advance_millis(60_000);
    web.remove(SectionName::Package, "telnetd");
    web.remove(SectionName::Package, "auditd");
    web.report_delta(&lab).await;
    assert_eq!(standing(&lab, &token, "web").await, ["web-1: package auditd: it is missing; the profile web wants it"]);
    let ended = lab.all(&token, "/api/v1/findings?policy=web&state=resolved").await;
    assert!(ended.iter().all(|finding| finding["state_detail"]["resolution"] == "reverted"), "{ended:?}");

    // A line that is taken away takes its finding along; the profile too.
    let edit = json!({"expectations": ["package openssl version >= 3.0.14"]});
    lab.patch(&token, "/api/v1/profiles/web", "\"1\"", edit).await.expect(200);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "web").await, Vec::<String>::new());
    let edit = json!({"expectations": ["not package openssl"]});
    lab.patch(&token, "/api/v1/profiles/web", "\"2\"", edit).await.expect(200);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "web").await.len(), 1);
    lab.remove(&token, "/api/v1/profiles/web", "\"3\"").await.expect(204);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "web").await, Vec::<String>::new());
}

#[tokio::test]
async fn profiles_lie_in_layers_and_the_more_specific_one_wins() {
    let lab = Lab::new();
    let (_web, host) = host_with_openssl(&lab, "3.0.12").await;
    let token = lab.token_of(Role::Administrator).await;
    let base = profile("base", 0, &["package openssl version >= 3.0.14", "have package auditd"]);
    lab.post(&token, "/api/v1/profiles", base).await.expect(201);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "base").await.len(), 2);

    // Sites may be behind: the general demand does not count there.
    let mut site = profile("site", 10, &["package openssl version >= 3.0.10"]);
    site["scope"] = json!("site:fra");
    lab.post(&token, "/api/v1/profiles", site).await.expect(201);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "base").await.len(), 2, "the host is at no site");
    lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"site": "fra"})).await.expect(200);
    lab.settle().await;
    assert_eq!(
        standing(&lab, &token, "base").await,
        ["web-1: package auditd: it is missing; the profile base wants it"]
    );
    let all = lab.all(&token, &format!("/api/v1/hosts/{host}/profile")).await;
    let told: Vec<_> =
        all.iter().map(|one| (one["line"].as_str().unwrap(), one["standing"].as_str().unwrap())).collect();
    assert_eq!(
        told,
        [
            ("have package auditd", "broken"),
            ("package openssl version >= 3.0.10", "met"),
            ("package openssl version >= 3.0.14", "overruled"),
        ]
    );
    assert_eq!(all[2]["by"], "site");

    // Without the specific one the general one counts again.
    lab.remove(&token, "/api/v1/profiles/site", "\"1\"").await.expect(204);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "base").await.len(), 2);
}

#[tokio::test]
async fn a_conflict_is_told_when_it_is_saved() {
    let lab = Lab::new();
    let (_web, host) = host_with_openssl(&lab, "3.0.12").await;
    let token = lab.token_of(Role::Administrator).await;
    lab.post(&token, "/api/v1/profiles", profile("one", 5, &["package openssl version = 1"])).await.expect(201);
    let refused =
        lab.post(&token, "/api/v1/profiles", profile("two", 5, &["have package a", "not package openssl"])).await;
    let refused = refused.expect(422).json();
    assert_eq!(refused["errors"][0]["pointer"], "/expectations/1");
    for line in ["“not package openssl”", "“package openssl version = 1”"] {
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains(line), "both lines are named: {refused}");
    }
    let detail = refused["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("one") && detail.contains("web-1"), "{detail}");

    // Of hosts that both mean there are none yet: that is no conflict before there are.
    let mut apart = profile("two", 5, &["not package openssl"]);
    apart["scope"] = json!("site:fra");
    lab.post(&token, "/api/v1/profiles", apart).await.expect(201);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "one").await.len(), 1);
    lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"site": "fra"})).await.expect(200);
    lab.settle().await;
    assert_eq!((standing(&lab, &token, "one").await.len(), standing(&lab, &token, "two").await.len()), (0, 0));
    let problem = lab.get(&token, "/api/v1/profiles/two").await.expect(200).json()["problem"].clone();
    assert!(problem.as_str().unwrap().contains("of the same layer"), "{problem}");
}

#[tokio::test]
async fn what_cannot_be_a_profile_is_refused_with_the_reason() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    for (field, value, pointer) in [
        ("expectations", json!(["package openssl versoin = 1"]), "/expectations/0"),
        ("expectations", json!(["login_policy sshd permit_rot_login = no"]), "/expectations/0"),
        ("expectations", json!(["have package a", "not package a"]), "/expectations/0"),
        ("expectations", json!([]), "/expectations"),
        ("scope", json!("sitte:fra"), "/scope"),
        ("id", json!("account"), "/id"),
        ("layer", json!(100), "/layer"),
        ("purpose", json!(""), "/purpose"),
    ] {
        let mut wrong = profile("web", 0, &["have package a"]);
        wrong[field] = value;
        let problem = lab.post(&token, "/api/v1/profiles", wrong).await.expect(422).json();
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    lab.post(&token, "/api/v1/profiles", profile("web", 0, &["have package a"])).await.expect(201);
    lab.post(&token, "/api/v1/profiles", profile("web", 0, &["have package a"])).await.expect(422);
    let policy = json!({"id": "web", "purpose": "x", "section": "package", "condition": "item.name == 'a'"});
    lab.post(&token, "/api/v1/policies", policy).await.expect(422);
}

#[tokio::test]
async fn of_a_section_that_was_never_read_nothing_is_missing() {
    let lab = Lab::new();
    let (_web, host) = host_with_openssl(&lab, "3.0.12").await;
    let token = lab.token_of(Role::Administrator).await;
    lab.post(&token, "/api/v1/profiles", profile("web", 0, &["have certificate /etc/ssl/a.pem"])).await.expect(201);
    lab.settle().await;
    assert_eq!(standing(&lab, &token, "web").await, Vec::<String>::new());
    let all = lab.all(&token, &format!("/api/v1/hosts/{host}/profile")).await;
    assert_eq!(all[0]["standing"], "unknown");
}

#[tokio::test]
async fn a_golden_host_makes_the_profile_of_its_kind() {
    let lab = Lab::new();
    let (_golden, host) = host_with_openssl(&lab, "3.0.14").await;
    let mut other = Device::enroll(&lab, "web-2", "fedcba9876543210fedcba9876543210").await;
    other.put(SectionName::Package, package("openssl", "3.0.9"));
    other.report_full(&lab).await;
    let token = lab.token_of(Role::Administrator).await;
    let lines =
        lab.get(&token, &format!("/api/v1/hosts/{host}/profile/lines?section=package")).await.expect(200).json();
    let lines: Vec<&str> = lines["items"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert!(lines.contains(&"package openssl version = 3.0.14"), "{lines:?}");
    lab.get(&token, &format!("/api/v1/hosts/{host}/profile/lines?section=memory")).await.expect(422);
    let mut made = profile("golden", 10, &lines);
    made["expectations"] = json!(lines);
    lab.post(&token, "/api/v1/profiles", made).await.expect(201);
    lab.settle().await;
    assert_eq!(
        standing(&lab, &token, "golden").await,
        ["web-2: package openssl: version is 3.0.9; the profile golden wants 3.0.14"]
    );
    let edit = json!({"expectations": ["have package openssl"]});
    lab.patch(&token, "/api/v1/profiles/golden", "\"1\"", edit).await.expect(200);
    let versions = lab.all(&token, "/api/v1/profiles/golden/versions").await;
    assert_eq!((versions.len(), &versions[0]["version"], &versions[1]["version"]), (2, &json!(2), &json!(1)));
    assert_eq!(versions[1]["expectations"], json!(lines));
}
