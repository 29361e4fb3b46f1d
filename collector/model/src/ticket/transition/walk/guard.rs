//! Every guard of every kind: what stands against an event, and that it moves once that is satisfied.

mod case;

use std::collections::BTreeSet;

use self::case::{CASES, PROBLEM, REQUEST, analysis_of, request_of};
use super::super::super::{Link, LinkKind};
use super::*;

#[test]
fn every_guard_stands_until_it_is_satisfied() {
    for (life, state, event, tweak, key) in CASES {
        let life = &LIVES[*life];
        let rule = life.rules().into_iter().find(|rule| rule.event == *event).expect("a rule");
        let actor = if rule.cause == Cause::System { SYSTEM } else { person() };
        let mut ticket = life.ticket_in(*state);
        let (mut fields, mut now) = (fields(life.kind, event), time_of(event));
        let moved = apply(&ticket, event, &fields, &actor, now);
        assert!(moved.is_ok(), "{life:?} {state:?} {event} moves when nothing stands against it: {moved:?}");
        tweak(&mut ticket, &mut fields, &mut now);
        let error = apply(&ticket, event, &fields, &actor, now).unwrap_err();
        let TransitionError::Guard { from, allowed, why, .. } = &error else { panic!("{key}: {error}") };
        assert_eq!((why.say.as_ref(), *from), (*key, *state));
        assert!(allowed.contains(event), "{error}");
        assert!(!error.to_string().contains('{'), "{error}");
    }
}

/// Guards that the service asks, because they need more than the ticket.
const OF_THE_SERVICE: &[&str] = &[
    "guard_template",
    "guard_template_differs",
    "guard_voted",
    "guard_seats",
    "guard_own_review",
    "guard_template_edition",
    "guard_template_change",
    "guard_template_old",
];

#[test]
fn no_guard_is_without_a_case() {
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.4).chain(OF_THE_SERVICE.iter().copied()).collect();
    let all = crate::text::table::all().map(|(key, _)| *key).filter(|key| key.starts_with("guard_"));
    let untried: Vec<&str> = all.filter(|key| !tried.contains(key)).collect();
    assert!(untried.is_empty(), "{untried:?}");
}

#[test]
fn a_problem_is_mended_by_a_linked_change_or_says_why_by_none() {
    let mut ticket = LIVES[PROBLEM].ticket_in(StateName::RootCause);
    analysis_of(&mut ticket).no_change = None;
    let link = |kind| Link { kind, ticket: TicketId::from_bytes([9; 16]), number: "CHG-000001".into() };
    let start = |ticket: &Ticket| apply(ticket, "start_fix", &Fields::default(), &person(), hour(1)).is_ok();
    ticket.links.extend([link(LinkKind::RelatesTo), Link { number: "INC-000001".into(), ..link(LinkKind::FixedBy) }]);
    assert!(!start(&ticket), "any other link is no mending");
    ticket.links.push(link(LinkKind::FixedBy));
    assert!(start(&ticket));
}

#[test]
fn what_was_missed_closes_with_issues_and_never_as_complete() {
    let mut ticket = LIVES[REQUEST].ticket_in(StateName::InFulfilment);
    request_of(&mut ticket).tasks.missed.push("TSK-000001".into());
    for (code, is_taken) in [("complete", false), ("with_issues", true), ("incomplete", true)] {
        let fields = Fields { close_code: Some(code.into()), ..Fields::default() };
        let done = apply(&ticket, "complete", &fields, &person(), hour(2));
        assert_eq!(done.is_ok(), is_taken, "{code}");
        let Ok((fulfilled, _)) = done else { continue };
        let (closed, _) = apply(&fulfilled, "close", &Fields::default(), &person(), hour(3)).unwrap();
        assert_eq!(closed.state.resolution().unwrap().close_code.as_str(), code);
    }
}

#[test]
fn what_a_hand_in_lacks_is_named_part_by_part() {
    for life in LIVES.iter().filter(|life| matches!(life.kind, Kind::Change | Kind::Request | Kind::Access)) {
        let (part, whole) =
            life.details().as_object().unwrap().iter().next().map(|(k, v)| (k.clone(), v.clone())).unwrap();
        for name in whole.as_object().unwrap().keys().filter(|name| *name != "type") {
            let mut ticket = life.opened();
            ticket.details = ticket.details.patched(&json!({ part.clone(): { name.clone(): null } })).unwrap();
            match apply(&ticket, "submit", &Fields::default(), &person(), hour(1)) {
                Err(TransitionError::Missing { missing, .. }) => assert_eq!(missing, [name.as_str()], "{life:?}"),
                Ok(_) => assert!(
                    name == "valid_to" || (name == "template" && life.of != Some(ChangeType::Standard)),
                    "{life:?} {name} is asked for"
                ),
                Err(error) => panic!("{life:?} {name}: {error}"),
            }
        }
    }
}

#[test]
fn a_duplicate_names_what_it_is_one_of() {
    for life in LIVES {
        for rule in life.rules().into_iter().filter(|rule| matches!(rule.event, "cancel" | "resolve")) {
            let is_cancel = rule.event == "cancel";
            let can = if is_cancel {
                CancelReason::of(life.kind).contains(&CancelReason::Duplicate)
            } else {
                CloseCode::of(life.kind).contains(&CloseCode::Duplicate)
            };
            let mut ticket = life.ticket_in(rule.from[0]);
            let mut fields = fields(life.kind, rule.event);
            *(if is_cancel { &mut fields.reason } else { &mut fields.close_code }) = Some("duplicate".into());
            let refused = apply(&ticket, rule.event, &fields, &person(), hour(1)).unwrap_err();
            if !can {
                assert!(matches!(refused, TransitionError::Choice { .. }), "{life:?} {refused}");
                continue;
            }
            let TransitionError::Missing { missing, .. } = &refused else { panic!("{life:?} {refused}") };
            assert_eq!(missing, &["duplicate_of"]);
            let named = Fields { duplicate_of: Some("INC-000002".into()), ..fields.clone() };
            assert!(apply(&ticket, rule.event, &named, &person(), hour(1)).is_ok());
            let (id, number) = (TicketId::from_bytes([9; 16]), "INC-000002".to_owned());
            ticket.links.push(Link { kind: LinkKind::DuplicateOf, ticket: id, number });
            assert!(apply(&ticket, rule.event, &fields, &person(), hour(1)).is_ok(), "a link says it too");
        }
    }
}
