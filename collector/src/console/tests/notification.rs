//! Channels, subscriptions, messages, who stands in, and one's own wishes: as a browser sends them.

use axum::http::StatusCode;
use muster_model::ChangeSet;
use muster_model::bridge::{Desk, Owner};
use muster_model::exchange::Field;
use muster_model::notification::channel::ChannelKind;
use muster_model::notification::delivery::{Delivery, Destination, Outcome};
use muster_model::notification::{Topic, happening};
use muster_model::on_call::{Layer, Unit};
use muster_model::right::Role;
use muster_shared::id::ChannelId;

use super::lab::{HOSTILE, Lab, SYSTEM};
use crate::service::notification::ChannelDraft;
use crate::service::on_call::RotaDraft;

fn hidden(body: &str, name: &str) -> Vec<String> {
    let start = format!("name=\"{name}\" value=\"");
    body.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_channel_is_made_tried_subscribed_and_not_removed_while_it_is_used() {
    let lab = Lab::empty(false).await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let wrong = [("name", HOSTILE), ("kind", "slack"), ("url", "http://127.0.0.1/x")];
    let refused = lab.post(&ann, "/notifications/channels", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("loopback, private or link-local"), "{}", refused.body);
    let right = [("name", HOSTILE), ("kind", "webhook"), ("url", "https://hooks.example.com/x?token=HIDDEN")];
    let made = lab.post(&ann, "/notifications/channels", &right).await;
    assert!(made.body.contains("whsec_") && !made.body.contains("HIDDEN"), "{}", made.body);
    let shown = lab.get(&ann, "/notifications").await.body;
    assert!(!shown.contains("whsec_") && shown.contains("https://hooks.example.com/x"), "{shown}");
    let test = shown.split("action=\"").find(|rest| rest.contains("/test\"")).unwrap();
    let test = test.split('"').next().unwrap().to_owned();
    let sent = lab.post(&ann, &test, &[]).await;
    assert_eq!(sent.place(), "/deliveries?done=test-sent");
    let list = lab.get(&ann, "/deliveries").await.body;
    assert!(list.contains("waiting") && list.contains("this channel works"), "{list}");
    let channel = test.split('/').nth(3).unwrap().to_owned();
    let fields = [("name", "ops"), ("topics", "ticket.opened"), ("filter", "priority:1"), ("target", &channel)];
    assert_eq!(lab.post(&ann, "/notifications/subscriptions", &fields).await.status, StatusCode::SEE_OTHER);
    let mixed = [("name", "x"), ("topics", "ticket.opened"), ("topics", "agent.pending"), ("target", &channel)];
    assert_eq!(lab.post(&ann, "/notifications/subscriptions", &mixed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let remove = test.replace("/test", "/remove");
    let kept = lab.post(&ann, &remove, &[]).await.body;
    assert!(kept.contains("still use it"), "{kept}");
    let rob = lab.sign_in("rob", Role::Responder).await;
    assert!(!lab.get(&rob, "/notifications").await.body.contains("/remove"));
    assert_eq!(lab.post(&rob, &test, &[]).await.status, StatusCode::FORBIDDEN);
    let vic = lab.sign_in("vic", Role::Viewer).await;
    assert_eq!(lab.get(&vic, "/notifications").await.status, StatusCode::FORBIDDEN);
}

/// A message about a ticket to a channel, with how its only try ended.
async fn tried(lab: &Lab, channel: ChannelId, number: &str, outcome: Outcome) {
    let now = lab.service.now();
    let ticket = lab.ticket(number).await.value;
    let notice = happening::ticket_notice(&ticket, Topic::TicketOpened, now, "ann", HOSTILE);
    let mut delivery = Delivery::new(Destination::Channel(channel), None, notice, now, now);
    delivery.tried(outcome, now, 0.0);
    let mut changes = ChangeSet::new();
    changes.create(delivery);
    lab.service.commit(changes).await.unwrap();
}

#[tokio::test]
async fn a_channel_that_fails_says_so_and_so_does_the_ticket_that_it_should_tell_of() {
    let lab = Lab::new().await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let draft = ChannelDraft {
        name: "prod".into(),
        kind: ChannelKind::ServiceNow,
        url: Some("https://acme.service-now.com/".into()),
        secret: Some("user:password".into()),
        addresses: Vec::new(),
        desk: Some(Desk::default()),
    };
    let channel = lab.service.create_channel(&SYSTEM, draft).await.unwrap().channel.value.id;
    let (list, ticket) = ("/notifications", "/incidents/INC-000001");
    assert!(!lab.get(&ann, list).await.body.contains("the last message failed"));
    assert!(!lab.get(&ann, ticket).await.body.contains("prod:"));
    tried(&lab, channel, "INC-000001", Outcome::Later { problem: HOSTILE.into(), after_ms: None }).await;
    let page = lab.get(&ann, ticket).await.body;
    assert!(page.contains("prod:") && page.contains("it failed and is tried again"), "{page}");
    lab.clock.advance_millis(60_000);
    tried(&lab, channel, "INC-000001", Outcome::Never { problem: "refused with 401".into() }).await;
    let page = lab.get(&ann, list).await.body;
    for told in ["the last message failed", "refused with 401", "1 message waits", "1 dead letter"] {
        assert!(page.contains(told), "{told} in {page}");
    }
    let dead = format!("/deliveries?channel={channel}&state=dead");
    assert!(page.contains(&format!("href=\"{}\"", dead.replace('&', "&#38;"))) || page.contains(&dead), "{page}");
    let letters = lab.get(&ann, &dead).await.body;
    assert!(letters.contains("refused with 401") && letters.contains(&format!("channel={channel}")), "{letters}");
    let none = lab.get(&ann, &dead.replace("state=dead", "state=delivered")).await.body;
    assert!(!none.contains("refused with 401"), "{none}");
    let page = lab.get(&ann, ticket).await.body;
    assert!(page.contains("the last message failed") && page.contains("refused with 401"), "{page}");
    // Who does not look after channels is told that it failed, and no more.
    let rob = lab.sign_in("vic", Role::Viewer).await;
    let page = lab.get(&rob, ticket).await.body;
    assert!(page.contains("the last message failed") && !page.contains("refused with 401"), "{page}");
    // What went well after it ends that.
    lab.clock.advance_millis(60_000);
    tried(&lab, channel, "INC-000001", Outcome::Taken { answer: "200".into() }).await;
    assert!(!lab.get(&ann, ticket).await.body.contains("prod:"));
    assert!(!lab.get(&ann, list).await.body.contains("the last message failed"));
}

#[tokio::test]
async fn somebody_stands_in_by_a_form() {
    let lab = Lab::empty(false).await;
    let ann = lab.sign_in("ann", Role::Responder).await;
    let person = lab.service.list_people(&SYSTEM).await.unwrap().remove(0);
    let layer = Layer {
        name: "primary".into(),
        members: vec![person.id],
        every: 1,
        unit: Unit::Week,
        starts_on: "2026-01-05".parse().unwrap(),
        handover: "09:00".parse().unwrap(),
        hours: None,
    };
    let zone = "Europe/Berlin".parse().unwrap();
    let draft = RotaDraft { name: HOSTILE.into(), group: Some("linux".into()), zone, layers: vec![layer] };
    let rota = lab.service.save_rota(&SYSTEM, None, draft).await.unwrap().value.id;
    let page = lab.get(&ann, "/on-call").await.body;
    assert!(page.contains("Europe/Berlin") && page.contains(&format!("/on-call/{rota}/stand-in")), "{page}");
    let user = person.id.to_string();
    let path = format!("/on-call/{rota}/stand-in");
    let wrong = [("user", user.as_str()), ("from", "2026-09-22T10:00"), ("to", "2026-09-22T09:00"), ("reason", "ill")];
    assert_eq!(lab.post(&ann, &path, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = [("user", user.as_str()), ("from", "2026-09-22T10:00"), ("to", "2026-09-23T09:00"), ("reason", "ill")];
    assert_eq!(lab.post(&ann, &path, &right).await.place(), "/on-call?done=saved");
    let page = lab.get(&ann, "/on-call").await.body;
    assert!(page.contains("2026-09-22 12:00") && page.contains("stands in"), "where the rota is at home: {page}");
    let remove = page.split("action=\"").find(|rest| rest.contains("/overrides/")).unwrap().split('"').next().unwrap();
    assert_eq!(lab.post(&ann, remove, &[]).await.place(), "/on-call?done=removed");
    let vic = lab.sign_in("vic", Role::Viewer).await;
    assert!(!lab.get(&vic, "/on-call").await.body.contains("stand-in"));
}

#[tokio::test]
async fn one_says_how_one_wishes_to_be_told() {
    let lab = Lab::empty(false).await;
    let vic = lab.sign_in("vic", Role::Viewer).await;
    assert!(lab.get(&vic, "/account").await.body.contains("/account/notifications"));
    let page = lab.get(&vic, "/account/notifications").await.body;
    let version = hidden(&page, "version").remove(0);
    let fields = |zone: &'static str, email: &'static str| {
        [
            ("version", version.clone()),
            ("email", email.to_owned()),
            ("zone", zone.to_owned()),
            ("digest_minutes", "30".to_owned()),
            ("quiet_from", "22:00".to_owned()),
            ("quiet_to", "07:00".to_owned()),
            ("groups", "linux, network".to_owned()),
            ("own_tickets", "yes".to_owned()),
            ("muted", "ticket.moved".to_owned()),
        ]
    };
    let send = async |fields: [(&str, String); 9]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        lab.post(&vic, "/account/notifications", &fields).await
    };
    let wrong = send(fields("Mars/Olympus", "vic@example.com")).await;
    assert!(wrong.body.contains("is no zone") && wrong.body.contains("linux, network"), "{}", wrong.body);
    assert!(send(fields("Europe/Berlin", "vic")).await.body.contains("is no e-mail address"));
    assert_eq!(send(fields("Europe/Berlin", "vic@example.com")).await.status, StatusCode::SEE_OTHER);
    let page = lab.get(&vic, "/account/notifications").await.body;
    for expected in ["vic@example.com", "Europe/Berlin", "value=\"30\"", "22:00", "linux, network"] {
        assert!(page.contains(expected), "{expected} in {page}");
    }
    assert_eq!(send(fields("UTC", "vic@example.com")).await.status, StatusCode::CONFLICT, "the version is an old one");
}

#[tokio::test]
async fn a_rota_and_a_plan_are_made_changed_and_removed_by_forms() {
    let lab = Lab::new().await;
    let admin = lab.sign_in("ada", Role::Administrator).await;
    let layer = [
        ("layer", "primary"),
        ("members", "ada"),
        ("every", "1"),
        ("unit", "week"),
        ("starts_on", "2026-01-05"),
        ("handover", "09:00"),
    ];
    let home = [("name", "web"), ("group", "linux"), ("zone", "Europe/Berlin")];
    let made = lab.post(&admin, "/on-call/rotas/new", &[&home[..], &layer[..]].concat()).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let stored = || async { lab.service.list_rotas(&SYSTEM).await.unwrap().remove(0) };
    let rota = stored().await;
    assert_eq!((rota.value.name.as_str(), rota.value.layers.len()), ("web", 1));
    let path = format!("/on-call/rotas/{}", rota.value.id);
    let night =
        [("version", "1"), ("hours_from", "18:00"), ("hours_to", "08:00"), ("days", "monday"), ("days", "friday")];
    let added = lab.post(&admin, &format!("{path}/layer-new"), &[&layer[..], &night[..]].concat()).await;
    assert_eq!(added.status, 303, "{}", added.body);
    assert_eq!(stored().await.value.layers[1].hours.as_ref().unwrap().days.len(), 2);
    let wrong = [("members", "nobody"), ("version", "2")];
    let refused = lab.post(&admin, &format!("{path}/layer-1"), &[&layer[..1], &layer[2..], &wrong[..]].concat()).await;
    assert_eq!(refused.status, 422);
    let stale = lab.post(&admin, &format!("{path}/without-1"), &[("version", "1")]).await;
    assert_eq!(stale.status, 409);
    assert_eq!(lab.post(&admin, &format!("{path}/without-1"), &[("version", "2")]).await.status, 303);
    let plan =
        [("name", "nobody took it"), ("filter", "priority:1"), ("steps", "5: web\n15: ada, web"), ("enabled", "yes")];
    let made = lab.post(&admin, "/on-call/plans/new", &plan).await;
    assert_eq!(made.status, 303, "{}", made.body);
    let plan = lab.service.list_escalation_policies(&SYSTEM).await.unwrap().remove(0);
    assert_eq!(plan.value.steps[1].targets.len(), 2);
    let used = lab.post(&admin, &format!("{path}/remove"), &[("version", "3")]).await;
    assert_eq!(used.status, 409, "a plan calls it");
    let gone = lab.post(&admin, &format!("/on-call/plans/{}/remove", plan.value.id), &[("version", "1")]).await;
    assert_eq!(gone.status, 303);
    assert_eq!(lab.post(&admin, &format!("{path}/remove"), &[("version", "3")]).await.status, 303);
    assert!(lab.service.list_rotas(&SYSTEM).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_ticket_is_watched_and_not_any_more() {
    let lab = Lab::new().await;
    let browser = lab.sign_in("wanda", Role::Responder).await;
    let names = async || -> Vec<String> {
        let watchers = lab.service.list_watchers(&SYSTEM, "INC-000001").await.unwrap();
        watchers.into_iter().map(|(_, name)| name).collect()
    };
    assert!(lab.get(&browser, "/incidents/INC-000001").await.body.contains("/incidents/INC-000001/watch"));
    assert_eq!(lab.post(&browser, "/incidents/INC-000001/watch", &[]).await.status, 303);
    assert_eq!(names().await, ["wanda"]);
    assert!(lab.get(&browser, "/incidents/INC-000001").await.body.contains("/incidents/INC-000001/unwatch"));
    assert_eq!(lab.post(&browser, "/incidents/INC-000001/unwatch", &[]).await.status, 303);
    assert_eq!(names().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_bridge_is_made_by_the_form_with_all_that_it_has() {
    let lab = Lab::empty(false).await;
    let ann = lab.sign_in("ann", Role::Administrator).await;
    let base = [("name", "cloud"), ("kind", "jira"), ("url", "https://jira.example.com"), ("secret", "ann:token")];
    let with = |more: &[(&'static str, &'static str)]| [&base[..], more].concat();
    for (more, said) in [
        (vec![("project", "OPS"), ("issue_types", "incident Bug")], "is not kind = name, such as incident = Bug"),
        (vec![("project", "OPS"), ("issue_types", "outage = Bug")], "incident, problem"),
        (vec![("project", "OPS"), ("owned_here", "title"), ("owned_there", "title")], "counts on one side only"),
        (vec![("project", "OPS"), ("owned_here", "impact")], "title, description"),
        (vec![("project", "ops!")], "capital letters"),
        (vec![], "project-error"),
    ] {
        let refused = lab.post(&ann, "/notifications/channels", &with(&more)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{more:?}");
        assert!(refused.body.contains(said), "{more:?}: {}", refused.body);
    }
    let right = [
        ("project", "OPS"),
        ("issue_types", "incident = Bug\nproblem = Root cause"),
        ("owned_here", "title"),
        ("owned_there", "state"),
        ("takes_new", "yes"),
    ];
    let made = lab.post(&ann, "/notifications/channels", &with(&right)).await;
    assert!(made.status.is_success() || made.status == StatusCode::SEE_OTHER, "{}", made.body);
    let channel = lab.service.list_channels(&SYSTEM).await.unwrap().remove(0).value;
    let desk = channel.desk.unwrap();
    assert_eq!(desk.project.as_deref(), Some("OPS"));
    assert_eq!(
        desk.issue_types.iter().map(|(kind, name)| format!("{kind}:{name}")).collect::<Vec<_>>(),
        ["incident:Bug", "problem:Root cause"]
    );
    assert_eq!(desk.owner(Field::Title), Owner::Ours);
    assert_eq!(desk.owner(Field::CloseCode), Owner::Theirs, "what belongs to the state goes with it");
    assert_eq!(desk.owner(Field::Priority), Owner::Newest);
    assert!(desk.takes_new);
}
