//! What a change knows of its surroundings: the risk of taking away what stands in for each other, of what is in its scope itself, and
//! of a group whose changes fail; and that what is critical and down widens incidents (rule P2).

use serde_json::{Value, json};

use crate::change::cast::{asked, carried_out, cast, drafted, event, host, plan, ticket, time};
use crate::lab::Lab;

fn input(ticket: &Value, name: &str) -> Value {
    let inputs = ticket["details"]["risk"]["inputs"].as_array().unwrap();
    inputs.iter().find(|input| input["name"] == name).unwrap()["value"].clone()
}

/// A service for which one of two hosts is enough.
async fn shop(lab: &Lab, admin: &str, hosts: &[&str]) -> String {
    let body = json!({"class": "business_service", "name": "shop", "lifecycle": "active", "criticality": "critical",
        "owner": "sam", "redundancy": {"front": 1}});
    let shop = lab.post(admin, "/api/v1/items", body).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    for host in hosts {
        let relation = json!({"kind": "depends_on", "to": host, "reason": "it runs there", "group": "front"});
        lab.post(admin, &format!("/api/v1/items/{shop}/relations"), relation).await.expect(201);
    }
    shop
}

#[tokio::test]
async fn what_stands_in_for_each_other_is_lost_when_all_of_it_is_changed_at_once() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "2a").await;
    let (_, two) = host(&lab, "web-2", "2b").await;
    let shop = shop(&lab, &admin, &[&one, &two]).await;
    let of = async |scope: &[&str]| {
        let number = drafted(&lab, &cast, &plan(&lab, scope)).await;
        event(&lab, &cast.planner, &number, json!({"event": "submit"})).await.expect(200);
        ticket(&lab, &cast, &number).await
    };
    let alone = of(&[&one]).await;
    assert_eq!((input(&alone, "services"), input(&alone, "redundancy")), (json!("1"), json!("0")));
    let both = of(&[&one, &two]).await;
    assert_eq!(
        (input(&both, "services"), input(&both, "redundancy")),
        (json!("1"), json!("1")),
        "nothing is left of it"
    );
    // A service that is changed itself counts, with how critical it is.
    let itself = of(&[&shop]).await;
    assert_eq!((input(&itself, "services"), input(&itself, "criticality")), (json!("1"), json!("critical")));
}

#[tokio::test]
async fn who_owns_a_service_is_asked_when_the_service_itself_is_changed() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    lab.user("sam", &[muster_model::right::Role::Responder]).await;
    let (_, one) = host(&lab, "web-1", "2a").await;
    let shop = shop(&lab, &admin, &[&one]).await;
    let rules = json!({"rules": [{"name": "owners", "filter": "kind:change", "stages": ["owner | service_owners"]}]});
    lab.put(&admin, "/api/v1/approval-rules", "*", rules).await.expect(200);
    let (_, round) = asked(&lab, &cast, &plan(&lab, &[&shop])).await;
    assert_eq!(round["stages"][0]["seats"][0]["members"][0][1], "sam", "{round}");
}

#[tokio::test]
async fn a_change_that_caused_an_incident_counts_as_failed_for_its_group_alone() {
    let lab = Lab::new();
    let cast = cast(&lab).await;
    let admin = lab.admin().await;
    let (mut device, one) = host(&lab, "web-1", "4a").await;
    let (number, round) = asked(&lab, &cast, &plan(&lab, &[&one])).await;
    let path = format!("/api/v1/tickets/{number}");
    lab.patch(&cast.planner, &path, "*", json!({"assignment_group": "linux"})).await.expect(200);
    carried_out(&lab, &cast, &mut device, &number, &round).await;
    let incident = lab.post(&admin, "/api/v1/tickets", json!({"kind": "incident", "title": "it broke"})).await;
    let links = format!("/api/v1/tickets/{}/links", incident.expect(201).json()["number"].as_str().unwrap());
    lab.post(&admin, &links, json!({"kind": "caused_by", "ticket": number})).await.expect(200);
    let of = async |group: Option<&str>| {
        let mut next = plan(&lab, &[&one]);
        (next["planned_start"], next["planned_end"]) = (json!(time(&lab, 300)), json!(time(&lab, 360)));
        let body = json!({"kind": "change", "title": "t", "assignment_group": group, "details": {"plan": next}});
        let drafted = lab.post(&cast.planner, "/api/v1/tickets", body).await.expect(201).json();
        let number = drafted["number"].as_str().unwrap();
        event(&lab, &cast.planner, number, json!({"event": "submit"})).await.expect(200);
        input(&ticket(&lab, &cast, number).await, "failure_rate")
    };
    assert_eq!(of(Some("linux")).await, "100 %", "an incident came of the one that it made");
    assert_eq!(of(Some("network")).await, "0 %");
    assert_eq!(of(None).await, "0 %", "changes that no group has are not those of one group");
}

#[tokio::test]
async fn an_incident_is_wider_once_the_critical_service_behind_it_is_down() {
    let lab = Lab::new();
    let admin = lab.admin().await;
    let (_, one) = host(&lab, "web-1", "2a").await;
    let shop = shop(&lab, &admin, &[&one]).await;
    lab.settle().await;
    let body = json!({"kind": "incident", "title": "slow", "impact": 3, "urgency": 2, "items": [one]});
    let open = lab.post(&admin, "/api/v1/tickets", body.clone()).await.expect(201).json();
    assert_eq!((&open["impact"], &open["impact_floor"]["name"]), (&json!(2), &json!("shop")));
    let path = format!("/api/v1/items/{shop}");
    let etag = lab.get(&admin, &path).await.expect(200).etag();
    lab.patch(&admin, &path, &etag, json!({"status": "down"})).await.expect(200);
    lab.wait_seconds(61).await;
    lab.settle().await;
    let number = open["number"].as_str().unwrap();
    let wider = lab.get(&admin, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
    assert_eq!((&wider["impact"], &wider["priority"]), (&json!(1), &json!(2)), "{wider}");
    assert_eq!(wider["impact_floor"]["is_down"], true);
    // Nobody says that it is less while it is down.
    let etag = lab.get(&admin, &format!("/api/v1/tickets/{number}")).await.etag();
    let less = lab.patch(&admin, &format!("/api/v1/tickets/{number}"), &etag, json!({"impact": 2})).await;
    assert_eq!(less.pointers(422), ["/impact"]);
    let next = lab.post(&admin, "/api/v1/tickets", body).await.expect(201).json();
    assert_eq!((&next["impact"], &next["impact_floor"]["raised_from"]), (&json!(1), &json!(3)));
    let own = json!({"kind": "incident", "title": "no orders", "impact": 3, "urgency": 2, "items": [shop]});
    let own = lab.post(&admin, "/api/v1/tickets", own).await.expect(201).json();
    assert_eq!(own["impact"], 1);
    // Up again: what was widened for that is as it was, and says nothing of the service by itself.
    let etag = lab.get(&admin, &path).await.expect(200).etag();
    lab.patch(&admin, &path, &etag, json!({"status": "up"})).await.expect(200);
    for _ in 0..2 {
        lab.wait_seconds(61).await;
        lab.settle().await;
    }
    for ticket in [&open, &next, &own] {
        let number = ticket["number"].as_str().unwrap();
        let after = lab.get(&admin, &format!("/api/v1/tickets/{number}")).await.expect(200).json();
        assert_eq!((&after["impact"], &after["impact_floor"].get("is_down")), (&json!(2), &None), "{after}");
    }
    let does = lab.get(&admin, &format!("/api/v1/services/{shop}/availability")).await.expect(200).json();
    assert_ne!(does["health"], "down", "{does}");
}
