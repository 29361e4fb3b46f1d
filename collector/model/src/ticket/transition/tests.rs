//! The table of transitions walked pair by pair, each required field, choice and guard, and random walks that must not
//! leave it.

use muster_shared::id::{AgentId, TicketId, UserId};
use proptest::prelude::*;

use super::super::edit::{self, Opening};
use super::super::{Channel, Kind};
use super::*;
use crate::right::Role;
use crate::ticket::incident::INCIDENT;
use StateName::{Cancelled, Closed, InProgress, New, OnHold, Resolved};

const USER: UserId = UserId::from_bytes([7; 16]);
const SYSTEM: Actor = Actor::System("test");
const HOUR_MS: i64 = 3_600_000;

fn at(ms: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + ms)
}

fn person() -> Actor {
    Actor::User {
        id: USER,
        name: "ann".into(),
        roles: vec![Role::Responder],
        reaches: crate::right::Reaches::new(),
        scopes: None,
    }
}

/// Everything that any event asks for; a reason fits only one of hold and cancel.
fn fields(event: &str) -> Fields {
    let text = |text: &str| Some(text.to_owned());
    Fields {
        comment: text("because"),
        reason: text(if event == "cancel" { "false_alarm" } else { "vendor" }),
        wake_at: None,
        until: None,
        close_code: text("fixed"),
        close_notes: text("mended"),
        cause_item: text("none"),
        assignment_group: text("linux"),
        assignee: None,
        duplicate_of: Some("INC-000009".to_owned()),
        said: None,
    }
}

fn opened() -> Ticket {
    let opening = Opening { impact: 2, urgency: 2, auto_follow: true, ..Opening::incident("t".into(), Channel::Api) };
    edit::open(opening, "INC-000001".into(), &crate::ticket::Priorities::default(), &person(), at(0)).0
}

fn moved(ticket: &Ticket, event: &str, now: Time) -> Ticket {
    let actor = if event.starts_with("auto_") { SYSTEM } else { person() };
    apply(ticket, event, &fields(event), &actor, now).unwrap().0
}

/// A ticket in each state, by the shortest way there, at one hour.
fn ticket_in(state: StateName) -> Ticket {
    let now = at(HOUR_MS);
    let new = opened();
    match state {
        New => new,
        InProgress => moved(&new, "start", now),
        OnHold => moved(&ticket_in(InProgress), "hold", now),
        Resolved => moved(&new, "resolve", now),
        Closed => moved(&ticket_in(Resolved), "confirm", now),
        Cancelled => moved(&new, "cancel", now),
        other => panic!("an incident is never {other:?}"),
    }
}

/// What service-desk.md says, section 15, written down a second time: event, from, to, person, system.
const EXPECTED: &[(&str, &[StateName], StateName, bool, bool)] = &[
    ("assign", &[New], InProgress, true, false),
    ("start", &[New], InProgress, true, false),
    ("hold", &[InProgress], OnHold, true, false),
    ("resume", &[OnHold], InProgress, true, true),
    ("resolve", &[New, InProgress, OnHold], Resolved, true, false),
    ("auto_resolve", &[New, InProgress, OnHold], Resolved, false, true),
    ("parent_resolved", &[New, InProgress, OnHold], Resolved, false, true),
    ("reopen", &[Resolved], InProgress, true, true),
    ("confirm", &[Resolved], Closed, true, false),
    ("auto_close", &[Resolved], Closed, false, true),
    ("cancel", &[New, InProgress, OnHold], Cancelled, true, false),
];

#[test]
fn every_pair_of_state_and_event_is_as_the_rules_say() {
    assert_eq!(INCIDENT.len(), EXPECTED.len());
    for state in &states(Kind::Incident) {
        let ticket = ticket_in(*state);
        assert_eq!(ticket.state.name(), *state);
        // At the seventh day after its resolution it may be both reopened and closed by itself.
        let now = at(HOUR_MS + REOPEN_WINDOW_MS);
        for (actor, machine) in [(person(), false), (SYSTEM, true)] {
            let legal_events: Vec<&str> = EXPECTED
                .iter()
                .filter(|(_, from, _, person, system)| from.contains(state) && if machine { *system } else { *person })
                .map(|(event, ..)| *event)
                .collect();
            assert_eq!(legal(&ticket, &actor).map(|row| row.event).collect::<Vec<_>>(), legal_events, "{state:?}");
            for (event, _, to, ..) in EXPECTED {
                match apply(&ticket, event, &fields(event), &actor, now) {
                    Ok((next, entry)) => {
                        assert!(legal_events.contains(event), "{state:?} {event} machine={machine}");
                        assert_eq!((next.state.name(), next.state_since), (*to, now));
                        assert_eq!((entry.seq, next.timeline), (ticket.timeline + 1, ticket.timeline + 1));
                        assert_eq!((entry.actor, entry.at), (actor.label(), now));
                    }
                    Err(error) => {
                        assert!(!legal_events.contains(event), "{state:?} {event} machine={machine}: {error}");
                        let TransitionError::Illegal { from, event: refused, allowed } = error else {
                            panic!("{error}")
                        };
                        assert_eq!((from, refused.as_str(), allowed), (*state, *event, legal_events.clone()));
                    }
                }
            }
            let unknown = apply(&ticket, "explode", &fields(""), &actor, now).unwrap_err();
            assert!(matches!(unknown, TransitionError::Illegal { .. }));
        }
    }
}

#[test]
fn an_agent_causes_nothing_that_takes_a_person() {
    let agent = Actor::Agent(AgentId::from_bytes([1; 16]));
    for state in &states(Kind::Incident) {
        assert!(legal(&ticket_in(*state), &agent).all(|row| row.cause == Cause::Anyone), "{state:?}");
    }
}

fn without(fields: &Fields, field: &str, blank: bool) -> Fields {
    let mut fields = fields.clone();
    let value = blank.then(|| "  ".to_owned());
    match field {
        "comment" => fields.comment = value,
        "reason" => fields.reason = value,
        "close_code" => fields.close_code = value,
        "close_notes" => fields.close_notes = value,
        "cause_item" => fields.cause_item = value,
        "assignment_group" => fields.assignment_group = value,
        other => panic!("no test takes away {other}"),
    }
    fields
}

#[test]
fn every_required_field_is_asked_for_by_name() {
    for row in INCIDENT {
        let actor = if row.cause == Cause::System { SYSTEM } else { person() };
        let ticket = ticket_in(row.from[0]);
        for field in row.required {
            for blank in [false, true] {
                let fields = without(&fields(row.event), field, blank);
                let error = apply(&ticket, row.event, &fields, &actor, at(HOUR_MS)).unwrap_err();
                let TransitionError::Missing { missing, from, allowed, .. } = &error else { panic!("{error}") };
                assert_eq!((missing.as_slice(), *from), ([*field].as_slice(), row.from[0]), "{}", row.event);
                assert!(allowed.contains(&row.event) && error.to_string().contains(field));
            }
        }
        let none = apply(&ticket, row.event, &Fields::default(), &actor, at(HOUR_MS));
        match none {
            Err(TransitionError::Missing { missing, .. }) => assert_eq!(missing, row.required),
            Err(TransitionError::Guard { .. }) => assert_eq!(row.event, "auto_close"),
            other => assert!(row.required.is_empty() && other.is_ok(), "{}", row.event),
        }
    }
}

#[test]
fn every_choice_is_taken_and_nothing_else() {
    let with_reason =
        |reason: &str| Fields { reason: Some(reason.into()), wake_at: Some(at(2 * HOUR_MS)), ..fields("") };
    let now = at(HOUR_MS);
    for reason in HoldReason::ALL {
        let (next, _) = apply(&ticket_in(InProgress), "hold", &with_reason(reason.as_str()), &person(), now).unwrap();
        assert!(matches!(next.state, State::OnHold { reason: stored, .. } if stored == *reason));
    }
    for reason in CancelReason::of(Kind::Incident) {
        let (next, _) = apply(&ticket_in(New), "cancel", &with_reason(reason.as_str()), &person(), now).unwrap();
        assert!(matches!(next.state, State::Cancelled { reason: stored, .. } if stored == *reason));
        assert_eq!(next.closed_at, Some(now));
    }
    for code in CloseCode::of(Kind::Incident) {
        let fields = Fields { close_code: Some(code.as_str().into()), ..fields("") };
        let (next, _) = apply(&ticket_in(New), "resolve", &fields, &person(), now).unwrap();
        assert_eq!(next.state.resolution().map(|resolution| resolution.close_code), Some(*code));
    }
    for (event, state, field) in [
        ("hold", InProgress, "reason"),
        ("cancel", New, "reason"),
        ("resolve", New, "close_code"),
        ("hold", InProgress, "reason"),
    ] {
        for value in ["nonsense", "Fixed", "caller ", "duplicate,fixed"] {
            let mut fields = with_reason(value);
            fields.close_code = Some(value.into());
            let error = apply(&ticket_in(state), event, &fields, &person(), now).unwrap_err();
            let TransitionError::Choice { field: named, value: shown, choices } = &error else { panic!("{error}") };
            assert_eq!((*named, shown.as_str()), (field, value));
            assert!(choices.len() >= 3 && choices.iter().all(|choice| error.to_string().contains(choice)));
        }
    }
}

#[test]
fn a_hold_for_the_caller_needs_words_and_a_scheduled_one_a_time_to_come() {
    let ticket = ticket_in(InProgress);
    let now = at(HOUR_MS);
    let hold = |reason: &str, comment: &str, wake_at: Option<Time>| {
        let fields =
            Fields { reason: Some(reason.into()), comment: Some(comment.into()), wake_at, ..Fields::default() };
        apply(&ticket, "hold", &fields, &person(), now)
    };
    let missing = |result: Result<_, TransitionError>| match result {
        Err(TransitionError::Missing { missing, .. }) => missing,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(hold("caller", " ", None)), ["comment"]);
    assert_eq!(missing(hold("scheduled", "", None)), ["wake_at"]);
    assert!(hold("caller", "asked for the log", None).is_ok());
    for (wake_at, accepted) in [(now.plus_millis(-1), false), (now, false), (now.plus_millis(1), true)] {
        for reason in ["scheduled", "vendor"] {
            match hold(reason, "", Some(wake_at)) {
                Ok((next, _)) => {
                    assert!(accepted);
                    assert!(matches!(next.state, State::OnHold { wake_at: Some(at), .. } if at == wake_at));
                }
                Err(error) => assert!(!accepted && matches!(error, TransitionError::Guard { .. }), "{error}"),
            }
        }
    }
}

#[test]
fn a_resolved_incident_is_reopened_within_seven_days_and_closes_by_itself_after_them() {
    let resolved = ticket_in(Resolved);
    let end = HOUR_MS + REOPEN_WINDOW_MS;
    for (now, reopens, closes) in [(end - 1, true, false), (end, true, true), (end + 1, false, true)] {
        for actor in [person(), SYSTEM] {
            let reopened = apply(&resolved, "reopen", &fields("reopen"), &actor, at(now));
            assert_eq!(reopened.is_ok(), reopens, "{now}");
            if let Err(error) = reopened {
                assert!(
                    matches!(&error, TransitionError::Guard { .. }) && error.to_string().contains("7 days"),
                    "{error}"
                );
            }
        }
        assert_eq!(apply(&resolved, "auto_close", &Fields::default(), &SYSTEM, at(now)).is_ok(), closes, "{now}");
        assert!(apply(&resolved, "confirm", &Fields::default(), &person(), at(now)).is_ok());
    }
    let reopened = moved(&resolved, "reopen", at(end));
    assert_eq!((reopened.reopen_count, reopened.resolved_at), (1, None));
    let again = moved(&reopened, "resolve", at(end + HOUR_MS));
    assert_eq!(again.resolved_at, Some(at(end + HOUR_MS)), "the window counts from the last resolution");
    assert_eq!(moved(&again, "reopen", at(end + HOUR_MS + REOPEN_WINDOW_MS)).reopen_count, 2);
}

#[test]
fn the_machine_does_not_resolve_what_a_person_works_on() {
    for state in [New, InProgress, OnHold] {
        let mut ticket = ticket_in(state);
        assert!(apply(&ticket, "auto_resolve", &fields(""), &SYSTEM, at(HOUR_MS)).is_ok());
        ticket.assignee = Some(USER);
        let error = apply(&ticket, "auto_resolve", &fields(""), &SYSTEM, at(HOUR_MS)).unwrap_err();
        assert!(matches!(error, TransitionError::Guard { .. }), "{error}");
    }
}

#[test]
fn transitions_keep_the_books() {
    let assigned = {
        let fields = Fields { assignee: Some(USER), ..fields("assign") };
        apply(&opened(), "assign", &fields, &person(), at(5)).unwrap().0
    };
    assert_eq!((assigned.assignment_group.as_deref(), assigned.assignee), (Some("linux"), Some(USER)));
    assert_eq!((assigned.acknowledged_at, assigned.first_response_at), (Some(at(5)), Some(at(5))));
    let held = moved(&assigned, "hold", at(1_000));
    let mut waits = held.clone();
    waits.count_hold(at(31_000));
    assert_eq!((waits.hold_seconds, waits.held.values().sum::<i64>()), (30, 30), "a hold that goes on counts");
    let back = moved(&held, "resume", at(61_000));
    assert_eq!(back.hold_seconds, 60);
    let resolved = moved(&moved(&back, "hold", at(70_000)), "resolve", at(80_000));
    assert_eq!((resolved.hold_seconds, resolved.first_response_at), (70, Some(at(5))));
    let with_cause = Fields { cause_item: Some("host_1".into()), ..fields("") };
    let (caused, _) = apply(&back, "resolve", &with_cause, &person(), at(9)).unwrap();
    assert_eq!(caused.state.resolution().unwrap().cause_item.as_deref(), Some("host_1"));
    assert_eq!(resolved.state.resolution().unwrap().cause_item, None, "'none' is no item");
    let closed = moved(&resolved, "confirm", at(90_000));
    assert_eq!(closed.state.resolution(), resolved.state.resolution());
    assert_eq!(closed.closed_at, Some(at(90_000)));
    let (by_machine, _) = apply(&opened(), "auto_resolve", &fields(""), &SYSTEM, at(5)).unwrap();
    assert_eq!(
        (by_machine.first_response_at, by_machine.acknowledged_at),
        (None, None),
        "a machine is no first response"
    );
}

fn any_fields() -> impl Strategy<Value = Fields> {
    let text = |choices: &'static [&'static str]| {
        proptest::option::weighted(0.8, proptest::sample::select(choices)).prop_map(|text| text.map(str::to_owned))
    };
    let reason = text(&["caller", "scheduled", "vendor", "duplicate", "false_alarm", "x"]);
    let wake = proptest::option::of((-10i64..1_000).prop_map(|hours| at(hours * HOUR_MS)));
    let close = (text(&["fixed", "no_fault", "x"]), text(&["n", ""]), text(&["none", "host_1"]));
    let user = proptest::option::weighted(0.2, Just(USER));
    (reason, wake, close, text(&["c", " "]), text(&["g"]), user).prop_map(
        |(reason, wake_at, (close_code, close_notes, cause_item), comment, assignment_group, assignee)| Fields {
            comment,
            reason,
            wake_at,
            until: None,
            close_code,
            close_notes,
            cause_item,
            assignment_group,
            assignee,
            duplicate_of: None,
            said: None,
        },
    )
}

proptest! {
    #[test]
    fn no_sequence_of_events_leaves_the_table(
        steps in proptest::collection::vec((0..=INCIDENT.len(), any_fields(), 0..3usize, 0i64..200), 1..60),
    ) {
        let mut ticket = opened();
        let mut now = at(0);
        let actors = [person(), SYSTEM, Actor::Agent(AgentId::from_bytes([1; 16]))];
        for (event, fields, actor, hours) in steps {
            now = now.plus_millis(hours * HOUR_MS);
            let event = INCIDENT.get(event).map_or("nonsense", |row| row.event);
            let before = ticket.clone();
            let result = apply(&ticket, event, &fields, &actors[actor], now);
            prop_assert_eq!(&ticket, &before, "a transition changes nothing in place");
            let Ok((next, entry)) = result else { continue };
            let row = INCIDENT.iter().find(|row| row.event == event).unwrap();
            prop_assert!(row.from.contains(&before.state.name()));
            prop_assert_eq!(next.state.name(), row.to);
            prop_assert_eq!(next.timeline, before.timeline + 1);
            prop_assert_eq!((entry.ticket, entry.seq), (before.id, next.timeline));
            let is_move = matches!(&entry.entry, Entry::Moved { event: told, from, to, .. }
                if told == event && from == before.state.name().as_str() && to == row.to.as_str());
            prop_assert!(is_move);
            prop_assert_eq!(next.state.resolution().is_some(), matches!(row.to, Resolved | Closed));
            prop_assert_eq!(next.resolved_at.is_some(), matches!(row.to, Resolved | Closed));
            prop_assert!(next.hold_seconds >= before.hold_seconds);
            prop_assert!(!matches!(before.state.name(), Closed | Cancelled), "the end is the end");
            let json = serde_json::to_string(&next).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Ticket>(&json).unwrap(), &next);
            ticket = next;
        }
        prop_assert_ne!(ticket.id, TicketId::from_bytes([0; 16]));
    }
}
