//! Ways between states, marks, and what is sent and taken.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use muster_shared::id::{ChannelId, TicketId};
use serde_json::json;

use super::incoming::{decide, parse};
use super::outgoing::{is_own, jira_transition, mark, news, servicenow, signed};
use super::*;
use crate::right::Actor;
use crate::ticket::edit::{self, Opening};
use crate::ticket::transition::states;
use crate::ticket::{Channel, Details};

const KNOWN: &[&str] = &["comment", "reason", "close_code", "close_notes", "cause_item"];

fn ticket(kind: Kind) -> Ticket {
    let opening = Opening { details: Details::empty(kind), ..Opening::incident("t".into(), Channel::Api) };
    edit::open(
        opening,
        kind.number(1),
        &crate::ticket::Priorities::default(),
        &Actor::System("test"),
        Time::from_millis(1_000),
    )
    .0
}

fn twin(remote: &[(Field, &str)]) -> Twin {
    Twin {
        channel: ChannelId::from_bytes([1; 16]),
        ticket: TicketId::from_bytes([2; 16]),
        external_id: "INC1".into(),
        remote_id: "1".into(),
        url: String::new(),
        remote: remote.iter().map(|(field, text)| (*field, (*text).to_owned())).collect(),
        heard: BTreeMap::new(),
        sent: 0,
        foreign: BTreeSet::new(),
        unknown: BTreeMap::new(),
        at: Time::from_millis(1),
    }
}

fn told(kind: Kind, fields: &[(Field, &str)]) -> Told {
    let fields = fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
    Told { kind, fields, remarks: Vec::new() }
}

#[test]
fn the_way_to_a_state_is_the_shortest_that_a_person_can_go() {
    let incident = ticket(Kind::Incident);
    let names =
        |to: StateName| way(&incident, to, KNOWN).map(|rows| rows.iter().map(|row| row.event).collect::<Vec<_>>());
    assert_eq!(names(StateName::New), Some(vec![]));
    assert_eq!(names(StateName::Resolved), Some(vec!["resolve"]));
    assert_eq!(names(StateName::Closed), Some(vec!["resolve", "confirm"]));
    assert_eq!(names(StateName::OnHold), Some(vec!["start", "hold"]));
    assert_eq!(names(StateName::Granted), None);
    // Each way leads where it says, and never by an event of the collector's own.
    for kind in Kind::ALL.iter().copied() {
        let ticket = ticket(kind);
        for to in states(kind) {
            for row in way(&ticket, to, KNOWN).into_iter().flatten() {
                assert_ne!(row.cause, Cause::System, "{kind:?} {}", row.event);
                assert!(row.required.iter().all(|field| KNOWN.contains(field)), "{kind:?} {}", row.event);
            }
        }
    }
}

#[test]
fn what_this_side_sent_is_known_when_it_comes_back() {
    let text = signed("see [1]", "ann", "INC-000001", 7);
    assert!(text.starts_with("ann: see [1]") && text.ends_with(&mark("INC-000001", 7)));
    assert!(is_own(&text) && is_own(&format!("{text}\n")));
    for other in ["[Muster", "a [Muster INC-000001 #7] b", "plain", ""] {
        assert!(!is_own(other), "{other}");
    }
}

#[test]
fn only_what_differs_and_is_not_theirs_is_sent() {
    let is = told(
        Kind::Incident,
        &[(Field::Title, "a"), (Field::State, "on_hold"), (Field::HoldReason, "vendor"), (Field::Impact, "1")],
    );
    let desk = Desk { owners: BTreeMap::from([(Field::Impact, Owner::Theirs)]), ..Desk::default() };
    let twin = twin(&[(Field::Title, "a"), (Field::State, "new")]);
    let sent = news(&is, &twin, &desk, Preset::ServiceNow);
    assert_eq!(sent.keys().copied().collect::<Vec<_>>(), [Field::State, Field::HoldReason]);
    let body = servicenow(&is, &sent);
    assert_eq!(serde_json::Value::Object(body), json!({"state": "On Hold", "hold_reason": "Awaiting Vendor"}));
    let offered = json!({"transitions": [
        {"id": "1", "to": {"name": "Open"}}, {"id": "2", "to": {"name": "Pending"}}, {"id": "3", "to": {"name": "Waiting for vendor"}},
    ]});
    assert_eq!(jira_transition(&is, &offered).as_deref(), Some("3"), "the one that says it just so");
    let caller = told(Kind::Incident, &[(Field::State, "on_hold"), (Field::HoldReason, "caller")]);
    assert_eq!(jira_transition(&caller, &offered).as_deref(), Some("2"), "else one that says the state");
    assert_eq!(jira_transition(&told(Kind::Incident, &[(Field::State, "closed")]), &offered), None);
}

#[test]
fn the_newest_word_counts_unless_a_side_owns_the_field() {
    let event = json!({"table": "incident", "timestamp": 5_000, "record": {
        "sys_id": "1", "number": "INC1", "short_description": "theirs", "state": "In Progress", "impact": "1 - High", "urgency": "3 - Low",
    }});
    let owners = BTreeMap::from([(Field::Title, Owner::Ours), (Field::Urgency, Owner::Newest)]);
    let desk = Desk { owners, ..Desk::default() };
    let heard = parse(Preset::ServiceNow, &desk, "prod", &event).unwrap();
    let mut ours = ticket(Kind::Incident);
    let change = |field: &str| crate::ticket::FieldChange { field: field.into(), from: "3".into(), to: "2".into() };
    let entry =
        ours.note(Time::from_millis(6_000), "ann", crate::ticket::Entry::Changed { fields: vec![change("urgency")] });
    let is = told(
        Kind::Incident,
        &[(Field::Title, "ours"), (Field::State, "new"), (Field::Impact, "3"), (Field::Urgency, "2")],
    );
    let mut twin = twin(&[(Field::Title, "ours"), (Field::State, "new"), (Field::Impact, "3"), (Field::Urgency, "2")]);
    let decided = decide(&heard, &is, &twin, (&desk, Preset::ServiceNow), std::slice::from_ref(&entry));
    assert_eq!(decided.take.keys().copied().collect::<Vec<_>>(), [Field::State, Field::Impact]);
    assert_eq!(decided.disputed[&Field::Title], ("theirs".to_owned(), "ours".to_owned()));
    assert!(decided.disputed.contains_key(&Field::Urgency), "it was changed here later");
    // An entry that came from there is no change of this side.
    twin.foreign.insert(entry.seq);
    let decided = decide(&heard, &is, &twin, (&desk, Preset::ServiceNow), &[entry]);
    assert!(decided.take.contains_key(&Field::Urgency));
    // What is older than what was heard is stale.
    twin.heard.insert(Field::Impact, Time::from_millis(5_001));
    let decided = decide(&heard, &is, &twin, (&desk, Preset::ServiceNow), &[]);
    assert_eq!(decided.stale, [Field::Impact]);
    for (preset, event) in [(Preset::Jira, json!({"issue": {}})), (Preset::ServiceNow, json!([]))] {
        assert_eq!(parse(preset, &desk, "x", &event).unwrap_err().len(), 1);
    }
}

#[test]
fn a_word_that_is_not_known_is_left_out_and_the_rest_is_heard() {
    let event = |state: &str, code: &str| {
        json!({"table": "incident", "timestamp": 5_000, "record": {
            "sys_id": "1", "number": "INC1", "short_description": "theirs", "state": state, "close_code": code, "urgency": "0 - Odd",
        }})
    };
    let desk = Desk::default();
    let heard = parse(Preset::ServiceNow, &desk, "prod", &event("Nonsense", "")).unwrap();
    assert_eq!((heard.told.get(Field::Title), heard.told.get(Field::State)), (Some("theirs"), None));
    assert_eq!(heard.unknown.keys().copied().collect::<Vec<_>>(), [Field::State, Field::Urgency]);
    let (value, why) = &heard.unknown[&Field::State];
    assert!(value == "Nonsense" && !why.to_string().contains("value="), "{why}");
    // Each word is noted once.
    let mut twin = twin(&[]);
    let first = super::incoming::unheard_of(&heard, &twin);
    assert_eq!(first.get(&Field::State).map(String::as_str), Some("Nonsense"));
    twin.unknown.entry(Field::State).or_default().insert("Nonsense".into());
    assert_eq!(super::incoming::unheard_of(&heard, &twin).keys().copied().collect::<Vec<_>>(), [Field::Urgency]);
    // A code that is none: the state is known, and ends as usual.
    let heard = parse(Preset::ServiceNow, &desk, "prod", &event("Resolved", "Odd code")).unwrap();
    assert_eq!((heard.told.get(Field::State), heard.told.get(Field::CloseCode)), (Some("resolved"), Some("fixed")));
    assert_eq!(heard.unknown[&Field::CloseCode].0, "Odd code");
}
