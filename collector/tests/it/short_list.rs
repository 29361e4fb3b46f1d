//! Lists that took no page and no filter: agents, tokens, sources, accounts, policies, versions and classes.

use muster_model::right::Role;
use muster_shared::Clock;
use serde_json::json;

use crate::lab::{Device, Lab};

#[tokio::test]
async fn agents_come_in_pages_and_can_be_asked_by_how_they_stand() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let mut hosts = Vec::new();
    for n in 0..5_u32 {
        let mut device = Device::enroll(&lab, &format!("web-{n}"), &format!("{:032x}", 0x70_u32 + n)).await;
        hosts.push(device.report_full(&lab).await);
        lab.clock.advance_millis(60_000);
    }
    let page = lab.get(&token, "/api/v1/agents?limit=2").await.expect(200).json();
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(lab.all(&token, "/api/v1/agents?limit=2").await.len(), 5, "all of them, page by page");
    let first = lab.get(&token, &format!("/api/v1/agents?host={}", hosts[0])).await.expect(200).json();
    let (row, rows) = (&first["items"][0], first["items"].as_array().unwrap().len());
    assert_eq!((&row["host"], &row["state"], rows), (&json!(hosts[0]), &json!("active"), 1));
    assert!(row["last_seen"].is_string(), "{row}");
    let id = row["id"].as_str().unwrap().to_owned();
    lab.post(&token, &format!("/api/v1/agents/{id}/revoke"), json!({"reason": "sold"})).await.expect(204);
    let count = async |query: &str| lab.all(&token, &format!("/api/v1/agents?{query}")).await.len();
    assert_eq!((count("state=revoked").await, count("state=active").await), (1, 4));
    assert_eq!(count("filter=web-1").await, 1);
    let late = lab.clock.now().plus_millis(-150_000);
    assert_eq!(count(&format!("filter=state:active%20last_seen%3C{}", late.to_string().replace(':', "%3A"))).await, 2);
    assert_eq!((count("version=0.*").await, count("version=9.*").await), (5, 0));
    for wrong in ["sate=active", "state=running", "limit=0", "filter=hots:x", "last_seen=soon", "cursor=made-up"] {
        lab.get(&token, &format!("/api/v1/agents?{wrong}")).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn short_lists_have_pages_and_a_mistyped_filter_is_an_error() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let host = Device::enroll(&lab, "web-1", &"1f".repeat(16)).await.report_full(&lab).await;
    for site in ["fra", "ams", "ber"] {
        lab.patch(&token, &format!("/api/v1/hosts/{host}"), "*", json!({"site": site})).await.expect(200);
    }
    let versions = format!("hosts/{host}/versions");
    let cases = [
        ("enrollment-tokens", "state=active,used", "needs_approval=true"),
        ("sources", "name=agent", "name=glpi hosts>0"),
        ("users", "disabled=false", "disabled=true"),
        ("api-tokens", "created_at=*", "name=none-of-them"),
        ("policies", "shipped=true", "shipped=false"),
        (versions.as_str(), "site=fra", "site=par"),
        ("classes", "origin=section", "is_retired=true"),
    ];
    for (list, some, none) in cases {
        let all = lab.all(&token, &format!("/api/v1/{list}")).await;
        let count = async |query: &str| {
            let filter = query.replace('=', ":").replace('>', "%3E").replace(' ', "%20");
            lab.all(&token, &format!("/api/v1/{list}?filter={filter}")).await.len()
        };
        let (some, none) = (count(some).await, count(none).await);
        assert!(some > 0 && some <= all.len() && none == 0, "{list}: {some} and {none} of {}", all.len());
        assert_eq!(lab.all(&token, &format!("/api/v1/{list}?limit=1")).await, all, "{list} one by one");
        for wrong in ["colour=red", "filter=colour:red", "limit=1001", "cursor=made-up"] {
            lab.get(&token, &format!("/api/v1/{list}?{wrong}")).await.problem(422, "invalid");
        }
    }
    let first = lab.get(&token, "/api/v1/classes").await.expect(200).json();
    let (shown, all) = (first["items"].as_array().unwrap().len(), lab.all(&token, "/api/v1/classes").await.len());
    assert_eq!((shown, first["next_cursor"].is_string()), (all.min(50), all > 50), "fifty, as contracted");
}

#[tokio::test]
async fn what_has_a_name_is_found_by_it_and_no_list_overlooks_a_parameter() {
    let lab = Lab::new();
    let token = lab.token_of(Role::Administrator).await;
    let all = lab.all(&token, "/api/v1/slas").await;
    let first = lab.get(&token, "/api/v1/slas?limit=1").await.expect(200).json();
    assert_eq!((first["items"].as_array().unwrap().len(), first["next_cursor"].is_string()), (1, all.len() > 1));
    assert_eq!(lab.all(&token, "/api/v1/slas?limit=2").await, all, "page by page");
    let name = all[0]["name"].as_str().unwrap();
    let found = lab.all(&token, &format!("/api/v1/slas?name={name}")).await;
    assert_eq!((found.len(), &found[0]["name"]), (1, &all[0]["name"]));
    for list in [
        "separations",
        "channels",
        "webhooks",
        "rotas",
        "calendars",
        "blackouts",
        "slas",
        "escalation-policies",
        "teams",
        "delegations",
        "subscriptions",
    ] {
        lab.get(&token, &format!("/api/v1/{list}?limit=5")).await.expect(200);
        for wrong in ["filter=nonsense:1", "mane=x", "limit=0", "cursor=made-up"] {
            lab.get(&token, &format!("/api/v1/{list}?{wrong}")).await.problem(422, "invalid");
        }
    }
}
