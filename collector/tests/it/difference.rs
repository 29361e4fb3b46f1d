//! What differs between two moments besides what agents find: what people say of hosts and of what agents find, and relations.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

struct Scene {
    lab: Lab,
    token: String,
    web: String,
    package: String,
    shop: String,
    relation: String,
}

/// A host with a package and a service that needs the host; owners added an attribute to hosts and to packages.
async fn scene() -> Scene {
    let lab = Lab::new();
    let token = lab.token_of(Role::CmdbOwner).await;
    for class in ["host", "package"] {
        let more = json!({"attributes": [{"name": "cost_centre", "kind": "text"}]});
        lab.put(&token, &format!("/api/v1/classes/{class}"), "*", more).await.expect(200);
    }
    let mut device = Device::enroll(&lab, "web-1", &"0d".repeat(16)).await;
    device.put(SectionName::Package, Item::new("nginx:amd64").with("name", "nginx").with("version", "1"));
    let web = device.report_full(&lab).await;
    let package = lab.all(&token, "/api/v1/items?class=package&name=nginx").await[0]["id"].as_str().unwrap().to_owned();
    let shop = json!({"class": "business_service", "name": "shop"});
    let shop = lab.post(&token, "/api/v1/items", shop).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let needs = json!({"kind": "depends_on", "to": web, "reason": "as drawn"});
    let relation = lab.post(&token, &format!("/api/v1/items/{shop}/relations"), needs).await.expect(201).json();
    let relation = relation["id"].as_str().unwrap().to_owned();
    lab.wait_seconds(60).await;
    Scene { lab, token, web, package, shop, relation }
}

impl Scene {
    async fn between(&self, path: &str, query: &str) -> Vec<Value> {
        self.lab.all(&self.token, &format!("/api/v1/{path}?{query}")).await
    }
}

fn told(rows: &[Value]) -> Vec<String> {
    let text = |row: &Value| {
        format!("{} {} {}", row["operation"].as_str().unwrap(), row["item"]["class"].as_str().unwrap(), row["after"])
    };
    let mut told: Vec<String> = rows.iter().map(text).collect();
    told.sort();
    told
}

#[tokio::test]
async fn what_people_say_of_hosts_and_of_what_agents_find_differs_and_so_do_relations() {
    let scene = scene().await;
    let (lab, token) = (&scene.lab, &scene.token);
    let before = lab.service.now();
    lab.clock.advance_millis(60_000);
    let edit = json!({"owner": "ann", "site": "fra", "criticality": "high", "lifecycle": "active"});
    lab.patch(token, &format!("/api/v1/hosts/{}", scene.web), "*", edit.clone()).await.expect(200);
    for (node, value) in [(&scene.web, "4711"), (&scene.package, "4712")] {
        let body = json!({"attributes": {"cost_centre": value}});
        lab.patch(token, &format!("/api/v1/items/{node}"), "*", body).await.expect(200);
    }
    let path = format!("/api/v1/items/{}/relations/{}?reason=moved", scene.shop, scene.relation);
    lab.remove(token, &path, "*").await.expect(204);
    let body = json!({"kind": "runs_on", "to": scene.web, "reason": "as drawn"});
    lab.post(token, &format!("/api/v1/items/{}/relations", scene.shop), body).await.expect(201);
    lab.clock.advance_millis(60_000);
    let after = lab.service.now();
    let host = "modified host {\"cost_centre\":\"4711\",\"criticality\":\"high\",\"lifecycle\":\"active\",\"owner\":\"ann\",\"site\":\"fra\"}";
    let all = ["added relation {}", host, "modified package {\"cost_centre\":\"4712\"}", "removed relation {}"];
    for limit in [1, 2, 50] {
        let rows = scene.between("diff", &format!("from={before}&limit={limit}")).await;
        assert_eq!(told(&rows), all, "in pages of {limit}");
    }
    let rows = scene.between("diff", &format!("from={before}&to={after}")).await;
    assert_eq!(told(&rows), all, "what was then is what is now");
    let of_host = rows.iter().find(|row| row["item"]["class"] == "host").unwrap();
    assert_eq!((&of_host["item"]["id"], &of_host["item"]["name"]), (&json!(scene.web), &json!("web-1")));
    assert_eq!(of_host["before"], json!({"criticality": "normal", "lifecycle": "discovered"}));
    let went = rows.iter().find(|row| row["operation"] == "removed").unwrap();
    assert_eq!((&went["item"]["id"], &went["item"]["kind"]), (&json!(scene.relation), &json!("depends_on")));
    assert_eq!(went["item"]["name"], "shop depends_on web-1");
    let ends = (&went["item"]["from"]["id"], &went["item"]["to"]["id"]);
    assert_eq!(ends, (&json!(scene.shop), &json!(scene.web)));
    // Of one host, one item, one service: what concerns it.
    let of = async |id: &str| told(&scene.between(&format!("items/{id}/diff"), &format!("from={before}")).await);
    assert_eq!(of(&scene.web).await, all);
    assert_eq!(of(&scene.package).await, ["modified package {\"cost_centre\":\"4712\"}"]);
    assert_eq!(of(&scene.shop).await, ["added relation {}", "removed relation {}"]);
    // A filter means the host, or an end of the relation.
    let with = async |filter: &str| told(&scene.between("diff", &format!("from={before}&filter={filter}")).await);
    assert_eq!(with("class:package").await, ["modified package {\"cost_centre\":\"4712\"}"]);
    assert_eq!(with("class:business_service").await, ["added relation {}", "removed relation {}"]);
    assert_eq!(with("host.site:fra").await, all);
    assert_eq!(with("host.site:ams").await, Vec::<String>::new());
    // Backwards it is the opposite, and nothing differs where nothing was said.
    let back = scene.between("diff", &format!("from={after}&to={before}")).await;
    assert_eq!(back.iter().filter(|row| row["operation"] == "added").count(), 1);
    assert!(back.iter().any(|row| row["before"]["owner"] == "ann"));
    assert!(scene.between("diff", &format!("from={after}")).await.is_empty());
}

#[tokio::test]
async fn a_difference_shows_nothing_that_the_caller_may_not_see() {
    let scene = scene().await;
    let lab = &scene.lab;
    let admin = lab.admin().await;
    let other = Device::enroll(lab, "db-1", &"0e".repeat(16)).await.report_full(lab).await;
    lab.patch(&admin, &format!("/api/v1/hosts/{}", scene.web), "*", json!({"site": "here"})).await.expect(200);
    lab.patch(&admin, &format!("/api/v1/hosts/{other}"), "*", json!({"site": "there"})).await.expect(200);
    let before = lab.service.now();
    lab.clock.advance_millis(60_000);
    let needs = json!({"kind": "depends_on", "to": other, "reason": "as drawn"});
    lab.post(&admin, &format!("/api/v1/items/{}/relations", scene.web), needs).await.expect(201);
    for host in [&scene.web, &other] {
        lab.patch(&admin, &format!("/api/v1/hosts/{host}"), "*", json!({"owner": "ann"})).await.expect(200);
    }
    let user = lab.user("sam", &[Role::Viewer]).await;
    let reach = json!({"reaches": {"viewer": {"sites": ["here"]}}});
    lab.patch(&admin, &format!("/api/v1/users/{}", user.id), "*", reach).await.expect(200);
    let narrow = lab.token(&user, muster_model::right::Scope::All).await;
    let rows = lab.all(&narrow, &format!("/api/v1/diff?from={before}")).await;
    assert_eq!(told(&rows), ["modified host {\"owner\":\"ann\"}"], "neither the other host nor what leads there");
    assert_eq!(rows[0]["item"]["id"], json!(scene.web));
    assert_eq!(lab.all(&admin, &format!("/api/v1/diff?from={before}")).await.len(), 3);
}
