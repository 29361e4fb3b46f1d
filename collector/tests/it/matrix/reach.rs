//! Every route with ids of another part of the organisation: what a role does not reach is not there, and no list tells of it.

use std::collections::BTreeSet;

use axum::http::Method;
use muster_collector::service::account::UserEdit;
use muster_model::right::{Reach, Reaches, Role, Scope};
use serde_json::{Value, json};

use super::{GET, Place, ROUTES, Row, path, place};
use crate::lab::{Lab, Reply, SYSTEM, ask};

/// Somebody with every role, all of them in one site.
async fn in_site(lab: &Lab, name: &str, site: &str) -> String {
    let user = lab.user(name, Role::ALL).await;
    let reach = Reach { sites: BTreeSet::from([site.to_owned()]), ..Reach::default() };
    let reaches: Reaches = Role::ALL.iter().map(|role| (*role, reach.clone())).collect();
    let edit = UserEdit { reaches: Some(reaches), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, user.id, edit, None).await.unwrap();
    lab.token(&user, Scope::All).await
}

/// Another id of the same kind, of nothing at all.
fn unknown(id: &str) -> String {
    let last = if id.ends_with('0') { '1' } else { '0' };
    format!("{}{last}", &id[..id.len() - 1])
}

/// The same place, had nothing of it ever been.
fn nowhere(place: &Place) -> Place {
    let host = unknown(&place.host);
    Place {
        alert: unknown(&place.alert),
        silence: unknown(&place.silence),
        maintenance: unknown(&place.maintenance),
        alert_rule: place.alert_rule.clone(),
        item: unknown(&place.item),
        declared: unknown(&place.declared),
        relation: unknown(&place.relation),
        class: place.class.clone(),
        finding: unknown(&place.finding),
        ticket: unknown(&place.ticket),
        offered: unknown(&place.offered),
        attachment: unknown(&place.attachment),
        related: "INC-999999".into(),
        agent: unknown(&place.agent),
        enrollment_token: place.enrollment_token.clone(),
        user: place.user.clone(),
        report: unknown(&place.report),
        review: unknown(&place.review),
        merge: unknown(&place.merge),
        spare: unknown(&place.spare),
        saved: place.saved.clone(),
        channel: place.channel.clone(),
        subscription: place.subscription.clone(),
        delivery: unknown(&place.delivery),
        rota: place.rota.clone(),
        escalation_policy: place.escalation_policy.clone(),
        waiver: unknown(&place.waiver),
        unknown: place.unknown.clone(),
        host,
    }
}

/// Paths of records that lie somewhere, by the first part of their path.
const RECORDS: &[&str] = &[
    "hosts",
    "items",
    "services",
    "findings",
    "tickets",
    "alerts",
    "baselines",
    "maintenance-windows",
    "export",
    "catalogue",
];

fn told(reply: &Reply, place: &Place) -> Value {
    let Place { host, item, declared, finding, ticket, alert, maintenance, offered, .. } = place;
    told_without(reply, &[host, item, declared, finding, ticket, alert, maintenance, offered])
}

/// A reply without what differs from one to the next: the ids that were asked for, and the request's own.
pub(super) fn told_without(reply: &Reply, ids: &[&str]) -> Value {
    let mut text = reply.text();
    for id in ids {
        text = text.replace(id, "ID");
    }
    let mut body: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    if let Some(body) = body.as_object_mut() {
        body.remove("request_id");
        body.remove("instance");
    }
    json!({"status": reply.status, "body": body})
}

async fn asked(lab: &Lab, token: &str, row: &Row, place: &Place) -> Reply {
    let Row(method, template, _, body) = row;
    let body = Some(body(place)).filter(|body| !body.is_null());
    lab.people(ask(method.clone(), token, &path(method, template, place), &[("if-match", "*")], body)).await
}

#[tokio::test]
async fn what_lies_elsewhere_is_not_there() {
    let lab = Lab::new();
    let mut place = place(&lab).await;
    let mut nowhere = nowhere(&place);
    let token = in_site(&lab, "the-neighbour", "another site").await;
    let names = [
        &place.host,
        &place.item,
        &place.declared,
        &place.finding,
        &place.ticket,
        &place.agent,
        &place.alert,
        &place.maintenance,
        &place.relation,
        &place.review,
        &place.merge,
        &place.spare,
        &place.related,
        &place.offered,
    ];
    let names: Vec<String> = names.into_iter().cloned().chain(["web-1".to_owned(), "the matrix".to_owned()]).collect();
    let mut asked_for = 0;
    for (i, row) in ROUTES.iter().enumerate() {
        let Row(method, template, ..) = row;
        (place.unknown, nowhere.unknown) = (format!("reach-{i}"), format!("reach-{i}"));
        let reply = asked(&lab, &token, row, &place).await;
        let what = format!("{method} {template} was {}: {}", reply.status, reply.text());
        let is_record = template.contains("{id}") || template.contains("{host}");
        if is_record && RECORDS.contains(&template.split('/').nth(1).unwrap()) {
            asked_for += 1;
            // A body that names something of elsewhere is refused as one that names nothing.
            assert!([403, 404, 422].contains(&reply.status), "{what}");
            assert!(*method != GET || reply.status == 404, "{what}");
            let other = asked(&lab, &token, row, &nowhere).await;
            assert_eq!(told(&reply, &place), told(&other, &nowhere), "{what}");
        } else if (200..300).contains(&reply.status) {
            let (told, said) = (reply.text(), (row.3)(&place).to_string());
            let tells = |name: &&String| told.contains(name.as_str()) && !said.contains(name.as_str());
            let leaks: Vec<&String> = names.iter().filter(tells).collect();
            assert!(leaks.is_empty(), "{what}: it tells of {leaks:?}");
        }
    }
    assert!(asked_for > 60, "{asked_for} routes of records");
}

#[tokio::test]
async fn what_lies_within_reach_is() {
    let lab = Lab::new();
    let mut place = place(&lab).await;
    let owner = lab.token_of(Role::CmdbOwner).await;
    // What the place is made of, moved to the site: by its host, and by what people say of its items.
    lab.patch(&owner, &format!("/api/v1/hosts/{}", place.host), "*", json!({"site": "Here"})).await.expect(200);
    let declared = format!("/api/v1/items/{}", place.declared);
    lab.patch(&owner, &declared, "*", json!({"owner": "here"})).await.expect(200);
    let user = lab.user("the-resident", Role::ALL).await;
    let names = || BTreeSet::from(["here".to_owned()]);
    let reach = Reach { sites: names(), teams: names(), ..Reach::default() };
    let reaches: Reaches = Role::ALL.iter().map(|role| (*role, reach.clone())).collect();
    let edit = UserEdit { reaches: Some(reaches), ..UserEdit::default() };
    lab.service.update_user(&SYSTEM, user.id, edit, None).await.unwrap();
    let token = lab.token(&user, Scope::All).await;
    // The ticket is not about the host: it is theirs once their team is to deal with it.
    let ticket = format!("/api/v1/tickets/{}", place.ticket);
    lab.get(&token, &ticket).await.expect(404);
    let responder = lab.token_of(Role::Responder).await;
    lab.patch(&responder, &ticket, "*", json!({"assignment_group": "Here"})).await.expect(200);
    place.unknown = "within".into();
    for row in ROUTES.iter().filter(|Row(method, template, ..)| {
        let kind = template.split('/').nth(1).unwrap();
        *method == Method::GET && template.contains("{id}") && ["hosts", "items", "findings", "tickets"].contains(&kind)
    }) {
        let reply = asked(&lab, &token, row, &place).await;
        // What there is of none: a pin, an escalation, a plan of changes.
        let others = ["/aftermath", "/verification", "/escalation", "/twins", "/findings", "/what-if"];
        let is_of_another_kind = others.iter().any(|end| row.1.ends_with(end));
        assert!(reply.status == 200 || is_of_another_kind, "{} was {}: {}", row.1, reply.status, reply.text());
    }
    for (list, id) in [("hosts", &place.host), ("findings", &place.finding), ("tickets", &place.ticket)] {
        let found = lab.all(&token, &format!("/api/v1/{list}")).await;
        assert!(found.iter().any(|row| row["id"] == **id), "{list}: {found:?}");
        let is_other =
            |row: &Value| [&place.spare, &place.related].iter().any(|other| row.to_string().contains(*other));
        assert!(!found.iter().any(is_other), "{list}: {found:?}");
    }
    // The list of agents has theirs, and nobody else's.
    let agents = lab.all(&token, "/api/v1/agents").await;
    assert!(!agents.is_empty() && agents.iter().all(|agent| agent["host"] == place.host.as_str()), "{agents:?}");
    let found = lab.get(&token, "/api/v1/search?q=web-1").await.expect(200).json();
    assert!(found["items"].as_array().unwrap().iter().any(|hit| hit["id"] == place.host.as_str()), "{found}");
    // Back beyond reach, at once.
    lab.patch(&owner, &format!("/api/v1/hosts/{}", place.host), "*", json!({"site": "there"})).await.expect(200);
    lab.get(&token, &format!("/api/v1/hosts/{}", place.host)).await.expect(404);
    assert!(lab.all(&token, "/api/v1/hosts").await.is_empty());
}
