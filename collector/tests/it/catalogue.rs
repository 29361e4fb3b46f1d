//! What comes with an item of the catalogue: its own service level, and access that is asked for in the requester's name.

use muster_model::right::Role;
use serde_json::{Value, json};

use crate::change::cast::{event, host};
use crate::lab::Lab;

async fn tick(lab: &Lab) {
    while lab.service.level_step().await.unwrap() || lab.service.level_due().await.unwrap() {}
}

fn level(minutes: u32, filter: &str) -> Value {
    json!({
        "label": format!("{minutes} minutes"), "target": "fulfil", "filter": filter, "minutes": minutes, "calendar": "24x7",
    })
}

async fn ordered(lab: &Lab, token: &str, offer: Value, answers: Value) -> String {
    let owner = lab.user(&format!("owner-{}", lab.sequence().await), &[Role::ServiceOwner]).await;
    let owner = lab.token(&owner, muster_model::right::Scope::All).await;
    let item = lab.post(&owner, "/api/v1/catalogue", offer).await.expect(201).json();
    let path = format!("/api/v1/catalogue/{}/requests", item["id"].as_str().unwrap());
    let made = lab.post(token, &path, json!({"answers": answers})).await.expect(201).json();
    made["number"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_policy_of_an_item_counts_for_its_requests_and_no_others() {
    let lab = Lab::new();
    tick(&lab).await;
    let (admin, ann) = (lab.admin().await, lab.token_of(Role::Requester).await);
    for (name, mut policy) in [("usual", level(480, "kind:request")), ("fast", level(60, "category:none"))] {
        policy["name"] = json!(name);
        lab.post(&admin, "/api/v1/service-level-policies", policy).await.expect(201);
    }
    lab.clock.advance_millis(1_000);
    let offer =
        |policy: Value| json!({"name": "a phone", "state": "published", "approval": "none", "level_policy": policy});
    let fast = ordered(&lab, &ann, offer(json!("fast")), json!({})).await;
    let usual = ordered(&lab, &ann, offer(Value::Null), json!({})).await;
    for (number, policy, minutes) in [(&fast, "fast", 60), (&usual, "usual", 480)] {
        event(&lab, &ann, number, json!({"event": "submit"})).await.expect(200);
        tick(&lab).await;
        let clocks = lab.get(&admin, &format!("/api/v1/tickets/{number}/service-levels")).await.expect(200).json();
        let clock =
            clocks["items"].as_array().unwrap().iter().find(|clock| clock["target"] == "fulfil").unwrap().clone();
        assert_eq!((&clock["policy"], &clock["target_ms"]), (&json!(policy), &json!(minutes * 60_000)), "{clock}");
    }
    // One that is not there, and one that promises nothing for requests.
    for name in ["nothing", "p1-resolve"] {
        let refused = lab.post(&admin, "/api/v1/catalogue", offer(json!(name))).await;
        assert_eq!(refused.pointers(422), ["/level_policy"], "{name}");
    }
}

#[tokio::test]
async fn access_that_comes_with_an_item_is_asked_for_in_the_requesters_name_and_holds_the_request_open() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let rita = lab.user("rita", &[Role::Requester]).await;
    let rita = lab.token(&rita, muster_model::right::Scope::All).await;
    for name in ["otto", "olga"] {
        lab.user(name, &[Role::ServiceOwner]).await;
    }
    let ben = lab.token_of(Role::Responder).await;
    let (_, web) = host(&lab, "web-1", "5a").await;
    let grant = json!({"entitlement": "group", "group": "deploy", "hosts": [web], "account": "account", "days": 30});
    let form = json!({"type": "object", "required": ["account"], "properties": {"account": {"type": "string", "maxLength": 32}}});
    let offer =
        json!({"name": "deploy rights", "state": "published", "approval": "none", "form": form, "access_grant": grant});
    for (path, value, pointer) in [
        ("/access_grant/hosts/0", json!("host_00000000000000000000000000000001"), "/access_grant/hosts/0"),
        ("/access_grant/account", json!("nobody"), "/access_grant/account"),
        ("/access_grant/group", json!(""), "/access_grant/group"),
        ("/access_grant/days", json!(0), "/access_grant/days"),
    ] {
        let mut wrong = offer.clone();
        *wrong.pointer_mut(path).unwrap() = value;
        assert_eq!(lab.post(&admin, "/api/v1/catalogue", wrong).await.pointers(422), [pointer]);
    }
    let number = ordered(&lab, &rita, offer, json!({"account": "rwhite"})).await;
    event(&lab, &rita, &number, json!({"event": "submit"})).await.expect(200);
    event(&lab, &ben, &number, json!({"event": "fulfil"})).await.expect(200);
    let parts = lab.get(&ben, &format!("/api/v1/tickets/{number}/parts")).await.expect(200).json();
    let access = &parts["items"][0];
    assert_eq!((&access["kind"], &access["state"]), (&json!("access"), &json!("awaiting_approval")), "{access}");
    let terms = &access["details"]["terms"];
    assert_eq!((&terms["account"], &terms["group"]), (&json!("rwhite"), &json!("deploy")));
    assert_eq!(terms["reason"], format!("{number}: deploy rights"));
    assert_eq!(terms["valid_to"], lab.service.now().plus_millis(30 * 86_400_000).to_string());
    let access = access["number"].as_str().unwrap();
    // Its votes are wanted, and never of who asked.
    let rounds = lab.get(&admin, &format!("/api/v1/tickets/{access}/approvals")).await.json();
    assert_eq!(rounds["items"][0]["state"], "open");
    let vote = format!("/api/v1/approvals/{}/votes", rounds["items"][0]["id"].as_str().unwrap());
    lab.post(&rita, &vote, json!({"decision": "approve"})).await.problem(409, "conflict");
    let open = event(&lab, &ben, &number, json!({"event": "complete", "close_code": "complete"})).await;
    assert!(open.text().contains(access), "{}", open.text());
    event(&lab, &rita, access, json!({"event": "cancel", "reason": "withdrawn"})).await.expect(200);
    let missed = event(&lab, &ben, &number, json!({"event": "complete", "close_code": "complete"})).await;
    assert!(missed.text().contains(access), "{}", missed.text());
    event(&lab, &ben, &number, json!({"event": "complete", "close_code": "incomplete"})).await.expect(200);
}

#[tokio::test]
async fn an_item_is_for_a_team_a_site_or_a_service_and_for_others_it_is_not_there() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let asker = async |name: &str, reach: Option<Value>| {
        let user = lab.user(name, &[Role::Requester]).await;
        if let Some(reach) = reach {
            let edit = muster_collector::service::account::UserEdit {
                reaches: Some(serde_json::from_value(json!({"requester": reach})).unwrap()),
                ..Default::default()
            };
            lab.service.update_user(&crate::lab::SYSTEM, user.id, edit, None).await.unwrap();
        }
        (user.id.to_string(), lab.token(&user, muster_model::right::Scope::All).await)
    };
    let shop = json!({"class": "business_service", "name": "web shop"});
    let shop = lab.post(&admin, "/api/v1/items", shop).await.expect(201).json()["id"].clone();
    let (member, anywhere) = asker("mia", None).await;
    let (_, of_berlin) = asker("ben", Some(json!({"sites": ["Berlin"]}))).await;
    let (_, of_shop) = asker("sue", Some(json!({"services": [shop]}))).await;
    let team = json!({"name": "Linux", "members": [member]});
    lab.post(&admin, "/api/v1/teams", team).await.expect(201);
    let offer = async |within: Value| {
        let body = json!({
            "name": "a phone", "state": "published", "approval": "none", "visible_to": ["requester"],
            "visible_within": within,
        });
        lab.post(&admin, "/api/v1/catalogue", body).await
    };
    for (within, seen) in [
        (json!({}), [true, true, true]),
        (json!({"sites": ["berlin"]}), [true, true, false]),
        (json!({"services": ["Web Shop"]}), [true, false, true]),
        (json!({"teams": ["linux"]}), [true, false, false]),
        (json!({"teams": ["linux"], "sites": ["berlin"]}), [true, true, false]),
    ] {
        let item = offer(within.clone()).await.expect(201).json();
        let id = item["id"].as_str().unwrap();
        for (token, may) in [&anywhere, &of_berlin, &of_shop].into_iter().zip(seen) {
            let path = format!("/api/v1/catalogue/{id}");
            let listed = lab.all(token, "/api/v1/catalogue").await;
            assert_eq!(listed.iter().any(|one| one["id"] == id), may, "{within}");
            let (shown, ordered) =
                (lab.get(token, &path).await, lab.post(token, &format!("{path}/requests"), json!({})).await);
            if may {
                shown.expect(200);
                ordered.expect(201);
            } else {
                shown.problem(404, "not-found");
                ordered.problem(404, "not-found");
            }
        }
    }
    // A team is one that somebody is in, not one that a role happens to count for.
    let elsewhere = offer(json!({"teams": ["windows"]})).await.expect(201).json();
    let path = format!("/api/v1/catalogue/{}", elsewhere["id"].as_str().unwrap());
    lab.get(&anywhere, &path).await.problem(404, "not-found");
    assert_eq!(offer(json!({"services": ["nothing"]})).await.pointers(422), ["/visible_within/services"]);
    assert_eq!(offer(json!({"sites": [""]})).await.pointers(422), ["/visible_within/sites"]);
}
