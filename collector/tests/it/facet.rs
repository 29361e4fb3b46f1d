//! What stands beside lists: how many entries there are, how many have which value, and the order of a column.

use muster_model::right::Role;
use muster_shared::{Item, SectionName};
use serde_json::{Value, json};

use crate::lab::{Device, Lab};

const SITES: [&str; 4] = ["fra", "fra", "ber", ""];

/// Four hosts with packages of two managers and versions, some of them described, and what people declare.
async fn fleet() -> (Lab, String) {
    let lab = Lab::new();
    let admin = lab.admin().await;
    for (i, site) in SITES.iter().enumerate() {
        let mut device = Device::enroll(&lab, &format!("web-{i}"), &format!("{:032x}", 0x51_usize + i)).await;
        let version = ["1.10", "1.9", "1.9", "1.100"][i];
        let manager = if i == 3 { "rpm" } else { "dpkg" };
        let package = Item::new("nginx").with("name", "nginx").with("version", version).with("manager", manager);
        device.put(SectionName::Package, package);
        device.report_full(&lab).await;
        let criticality = if i == 0 { "critical" } else { "normal" };
        let said = json!({"site": site, "criticality": criticality});
        let path = format!("/api/v1/hosts/web-{i}");
        let id = lab.get(&admin, &path).await.json()["id"].as_str().unwrap().to_owned();
        lab.patch(&admin, &format!("/api/v1/hosts/{id}"), "*", said).await.expect(200);
    }
    let team = json!({"class": "application", "name": "nginx", "criticality": "high", "status": "up"});
    lab.post(&admin, "/api/v1/items", team).await.expect(201);
    (lab, admin)
}

fn escaped(text: &str) -> String {
    text.replace(' ', "%20").replace(':', "%3A").replace('<', "%3C").replace('"', "%22")
}

async fn facets(lab: &Lab, token: &str, filter: &str) -> Value {
    lab.get(token, &format!("/api/v1/items/facets?filter={}", escaped(filter))).await.expect(200).json()
}

async fn listed(lab: &Lab, token: &str, filter: &str) -> usize {
    lab.all(token, &format!("/api/v1/items?limit=7&filter={}", escaped(filter))).await.len()
}

const QUESTIONS: [&str; 8] = [
    "",
    "class:package",
    "class:package name:nginx",
    "name:nginx",
    "class:package version<1.10",
    "class:user",
    "class:package,user host.site:fra",
    "class:package -name:nginx",
];

#[tokio::test]
async fn every_count_is_that_of_the_list_that_it_opens() {
    let (lab, token) = fleet().await;
    for is_indexed in [false, true] {
        if is_indexed {
            lab.service.make_lookup().await.unwrap();
        }
        for question in QUESTIONS {
            let found = facets(&lab, &token, question).await;
            let total = listed(&lab, &token, question).await;
            assert_eq!(found["total"], json!({"count": total, "exact": true}), "{question} {is_indexed}");
            for facet in found["facets"].as_array().unwrap() {
                let field = facet["field"].as_str().unwrap();
                for value in facet["values"].as_array().unwrap() {
                    let narrowed = format!("{question} {field}:\"{}\"", value["value"].as_str().unwrap());
                    let count = value["items"].as_u64().unwrap();
                    assert_eq!(count, listed(&lab, &token, &narrowed).await as u64, "{narrowed} {is_indexed}");
                }
            }
        }
        let found = facets(&lab, &token, "class:package name:nginx").await;
        let values = |field: &str| {
            let facet = found["facets"].as_array().unwrap().iter().find(|facet| facet["field"] == field).unwrap();
            let pair = |value: &Value| (value["value"].as_str().unwrap().to_owned(), value["items"].as_u64().unwrap());
            facet["values"].as_array().unwrap().iter().map(pair).collect::<Vec<_>>()
        };
        let pair = |value: &str, count| (value.to_owned(), count);
        assert_eq!(values("host.site"), [pair("fra", 2), pair("ber", 1)]);
        assert_eq!(values("host.criticality"), [pair("normal", 3), pair("critical", 1)]);
        assert_eq!(values("manager"), [pair("dpkg", 3), pair("rpm", 1)]);
        assert_eq!(values("version"), [pair("1.9", 2), pair("1.10", 1), pair("1.100", 1)]);
        assert_eq!(values("host.status"), [pair("up", 4)]);
    }
}

#[tokio::test]
async fn counts_stop_where_rights_stop_and_look_back_where_they_are_asked_to() {
    let (lab, admin) = fleet().await;
    lab.service.make_lookup().await.unwrap();
    lab.clock.advance_millis(60_000);
    let at = lab.get(&admin, "/api/v1/hosts/web-0").await.json()["last_seen"].as_str().unwrap().to_owned();
    let id = lab.get(&admin, "/api/v1/hosts/web-1").await.json()["id"].as_str().unwrap().to_owned();
    lab.patch(&admin, &format!("/api/v1/hosts/{id}"), "*", json!({"site": "par"})).await.expect(200);
    let now = facets(&lab, &admin, "class:package name:nginx host.site:par").await;
    assert_eq!(now["total"]["count"], 1);
    lab.get("", "/api/v1/items/facets").await.expect(401);
    let viewer = lab.token_of(Role::Viewer).await;
    assert_eq!(facets(&lab, &viewer, "class:package name:nginx").await["total"]["count"], 4);
    let then =
        lab.get(&admin, &format!("/api/v1/items/facets?class=package&name=nginx&as_of={at}")).await.expect(200).json();
    assert_eq!(then["total"], json!({"count": 4, "exact": true}));
    let wrong = lab.get(&admin, "/api/v1/items/facets?filter=nmae:x").await;
    wrong.problem(422, "invalid");
}

#[tokio::test]
async fn lists_are_sorted_by_a_column_over_all_pages() {
    let (lab, token) = fleet().await;
    let versions = async |sort: &str| {
        let path = format!("/api/v1/items?class=package&name=nginx&limit=3&sort={sort}");
        let found = lab.all(&token, &path).await;
        found.iter().map(|item| item["attributes"]["version"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(versions("version").await, ["1.9", "1.9", "1.10", "1.100"], "versions are no words");
    assert_eq!(versions("-version").await, ["1.100", "1.10", "1.9", "1.9"]);
    let sites = async |sort: &str| {
        let found = lab.all(&token, &format!("/api/v1/hosts?limit=3&sort={sort}")).await;
        found.iter().map(|host| host["site"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(sites("site").await, ["ber", "fra", "fra", ""]);
    assert_eq!(sites("-site").await, ["fra", "fra", "ber", ""], "who has none stands last either way");
    let pointers = lab.get(&token, "/api/v1/items?sort=vresion").await.pointers(422);
    assert_eq!(pointers, ["/sort"]);
    assert_eq!(lab.get(&token, "/api/v1/hosts?sort=odd").await.pointers(422), ["/sort"]);
}
