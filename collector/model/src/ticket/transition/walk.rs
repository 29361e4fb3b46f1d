//! Every kind's table walked: each pair of state and event, each required field, and random walks that must not leave the tables.
//!
//! What the rules of the service desk say (section 15) stands here a second time. A change is walked once for each of its types.

mod guard;
mod random;

use super::super::change::check::Checked;
use muster_shared::id::{AgentId, TicketId, UserId};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::edit::{self, Opening};
use super::super::{Channel, past};
use super::*;
use crate::right::Role;

pub(super) const USER: UserId = UserId::from_bytes([7; 16]);
const SYSTEM: Actor = Actor::System("test");
const HOUR_MS: i64 = 3_600_000;
/// When access that is asked for here ends.
const ACCESS_ENDS: i64 = 50;

pub(super) fn hour(hours: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + hours * HOUR_MS)
}

pub(super) fn person() -> Actor {
    Actor::User {
        id: USER,
        name: "ann".into(),
        roles: vec![Role::Administrator],
        reaches: crate::right::Reaches::new(),
        scopes: None,
    }
}

/// A kind of ticket with a table of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) kind: Kind,
    of: Option<ChangeType>,
    /// Event, states before, state after, and `*` for the collector alone, `+` for both.
    rules: &'static str,
}

const CHANGE_RULES: &str = "request_approval assess>authorize, approve* authorize>scheduled, reject* authorize>rejected, \
    rework assess|authorize|scheduled>draft, start scheduled>implement, finish implement>review, back_out implement>review, \
    close review>closed, cancel draft|assess|authorize|scheduled>cancelled, submit draft>assess";

pub(super) const LIVES: &[Life] = &[
    Life {
        kind: Kind::Incident,
        of: None,
        rules: "assign new>in_progress, start new>in_progress, hold in_progress>on_hold, resume+ on_hold>in_progress, \
            resolve new|in_progress|on_hold>resolved, auto_resolve* new|in_progress|on_hold>resolved, \
            parent_resolved* new|in_progress|on_hold>resolved, reopen+ resolved>in_progress, confirm resolved>closed, auto_close* resolved>closed, \
            cancel new|in_progress|on_hold>cancelled",
    },
    Life {
        kind: Kind::Problem,
        of: None,
        rules: "assess new>assess, find_cause assess>root_cause, start_fix root_cause>fix_in_progress, \
            resolve fix_in_progress>resolved, not_fixed resolved>fix_in_progress, close+ resolved>closed, \
            accept_risk root_cause|fix_in_progress>closed, cancel new|assess>cancelled",
    },
    Life { kind: Kind::Change, of: Some(ChangeType::Normal), rules: CHANGE_RULES },
    Life {
        kind: Kind::Change,
        of: Some(ChangeType::Emergency),
        rules: "submit draft>authorize, approve* authorize>implement, reject* authorize>rejected, rework authorize>draft, \
            finish implement>review, back_out implement>review, close review>closed, cancel draft|authorize>cancelled",
    },
    Life {
        kind: Kind::Change,
        of: Some(ChangeType::Standard),
        rules: "submit draft>scheduled, rework scheduled>draft, start scheduled>implement, finish implement>review, \
            back_out implement>review, close review>closed, cancel draft|scheduled>cancelled",
    },
    Life {
        kind: Kind::Release,
        of: None,
        rules: "plan draft>planned, freeze planned>frozen, ready frozen>ready, deploy ready>deploying, \
            attention+ deploying>attention, continue attention>deploying, complete deploying>completed, \
            roll_back deploying|attention>rolled_back, fail deploying|attention>failed, early_life completed>early_life, \
            close+ early_life|rolled_back|failed>closed, cancel draft|planned|frozen|ready>cancelled",
    },
    Life {
        kind: Kind::Request,
        of: None,
        rules: "submit draft>submitted, request_approval+ submitted>awaiting_approval, approve* awaiting_approval>approved, \
            reject* awaiting_approval>rejected, fulfil+ submitted|approved>in_fulfilment, hold in_fulfilment>on_hold, \
            resume+ on_hold>in_fulfilment, complete in_fulfilment>fulfilled, close+ fulfilled>closed, \
            cancel draft|submitted|awaiting_approval|approved>cancelled",
    },
    Life {
        kind: Kind::Access,
        of: None,
        rules: "submit draft>submitted, request_approval+ submitted>awaiting_approval, approve* awaiting_approval>approved, \
            reject* awaiting_approval>rejected, grant approved>granted, break_glass draft>granted, revoke+ granted>closed, expire* granted>closed, \
            cancel draft|submitted|awaiting_approval|approved>cancelled",
    },
    Life {
        kind: Kind::Task,
        of: None,
        rules: "start+ open>in_progress, done+ open|in_progress>done, skip open>skipped, fail in_progress>failed, \
            cancel+ open|in_progress>cancelled",
    },
];

/// One rule, read.
#[derive(Clone, Debug)]
struct Rule {
    event: &'static str,
    from: Vec<StateName>,
    to: StateName,
    cause: Cause,
}

impl Life {
    fn rules(&self) -> Vec<Rule> {
        let state = |name: &str| *StateName::ALL.iter().find(|state| state.as_str() == name.trim()).expect("a state");
        let read = |text: &'static str| {
            let (event, states) = text.trim().split_once(' ').expect("event and states");
            let (from, to) = states.split_once('>').expect("from and to");
            let cause = if event.ends_with('*') {
                Cause::System
            } else if event.ends_with('+') {
                Cause::Anyone
            } else {
                Cause::Person
            };
            let event = event.trim_end_matches(['*', '+']);
            Rule { event, from: from.split('|').map(state).collect(), to: state(to), cause }
        };
        self.rules.split(',').map(read).collect()
    }

    /// What its tickets have of their own, complete: every guard of what people write is satisfied.
    fn details(&self) -> Value {
        match self.kind {
            Kind::Incident => json!({}),
            Kind::Problem => {
                json!({"analysis": {"cause": "a leak", "cause_item": "shop 1.2", "no_change": "it is off"}})
            }
            Kind::Change => json!({"plan": {
                "type": self.of, "reason": "security", "scope": {"hosts": "site:berlin"}, "planned_start": hour(0),
                "planned_end": hour(1_000), "implementation": "i", "test": "t", "backout": "b", "outage_minutes": 0,
                "checks": ["it answers"], "template": TicketId::from_bytes([3; 16]),
            }}),
            Kind::Release => json!({"plan": {
                "packages": [{"name": "shop", "version": "2"}], "waves": [{"name": "all", "hosts": "site:berlin"}],
            }}),
            Kind::Request => json!({"form": {"wanted": "a keyboard"}}),
            Kind::Access => json!({"terms": {
                "account": "deploy", "hosts": ["host_00000000000000000000000000000001"], "reason": "r",
                "valid_to": hour(ACCESS_ENDS),
            }}),
            Kind::Task => json!({"terms": {"optional": true}}),
        }
    }

    /// A new ticket.
    pub(super) fn opened(&self) -> Ticket {
        let mut details = Details::empty(self.kind).patched(&self.details()).expect("complete details");
        if let Details::Release(release) = &mut details {
            let wave = release::WaveState {
                name: "all".into(),
                phase: release::Phase::Done,
                hosts: 2,
                deployed: 2,
                ..release::WaveState::default()
            };
            release.deployment = Some(release::Deployment { at: hour(0), waves: vec![wave] });
        }
        if let Details::Change(change) = &mut details {
            let check = change.plan.checks[0].clone();
            change.note_check(Checked { check, passed: true, note: String::new(), by: "ann".into(), at: hour(0) });
        }
        let opening = Opening { details, auto_follow: true, ..Opening::incident("t".into(), Channel::Api) };
        edit::open(opening, self.kind.number(1), &crate::ticket::Priorities::default(), &person(), hour(0)).0
    }

    /// A ticket in each state that can be reached, by a shortest way there.
    pub(super) fn reached(&self) -> Vec<Ticket> {
        let mut reached = vec![self.opened()];
        let mut next = 0;
        while let Some(ticket) = reached.get(next).cloned() {
            next += 1;
            for rule in self.rules().iter().filter(|rule| rule.from.contains(&ticket.state.name())) {
                if reached.iter().all(|known| known.state.name() != rule.to) {
                    let moved = self.moved(&ticket, rule.event);
                    assert_eq!(moved.state.name(), rule.to, "{self:?} {}", rule.event);
                    reached.push(moved);
                }
            }
        }
        reached
    }

    /// The one in a state.
    pub(super) fn ticket_in(&self, state: StateName) -> Ticket {
        self.reached().into_iter().find(|ticket| ticket.state.name() == state).expect("a state that is reached")
    }

    fn moved(&self, ticket: &Ticket, event: &str) -> Ticket {
        let cause = self.rules().into_iter().find(|rule| rule.event == event).expect("a rule").cause;
        let actor = if cause == Cause::System { SYSTEM } else { person() };
        let moved = apply(ticket, event, &fields(self.kind, event), &actor, time_of(event));
        moved.unwrap_or_else(|error| panic!("{} {event}: {error}", ticket.state.name().as_str())).0
    }
}

/// A time at which nothing but the time itself stands for an event.
pub(super) fn time_of(event: &str) -> Time {
    match event {
        "auto_close" => hour(1).plus_millis(REOPEN_WINDOW_MS),
        "expire" => hour(ACCESS_ENDS),
        _ => hour(1),
    }
}

/// Everything that any event asks for.
pub(super) fn fields(kind: Kind, event: &str) -> Fields {
    let text = |text: &str| Some(text.to_owned());
    let plain = CancelReason::of(kind).iter().find(|reason| **reason != CancelReason::Duplicate);
    let reason = plain.filter(|_| event == "cancel").map(|reason| reason.as_str());
    Fields {
        comment: text("because"),
        reason: text(reason.unwrap_or("vendor")),
        wake_at: None,
        until: Some(hour(500)),
        close_code: CloseCode::of(kind).first().map(|code| code.as_str().to_owned()),
        close_notes: text("done"),
        cause_item: text("none"),
        assignment_group: text("linux"),
        assignee: None,
        duplicate_of: None,
        said: None,
    }
}

#[test]
fn every_state_of_every_kind_is_reached_and_no_other() {
    for kind in Kind::ALL {
        let lives = || LIVES.iter().filter(|life| life.kind == *kind);
        let reached: Vec<StateName> = lives().flatten_reached();
        for state in states(*kind) {
            assert!(reached.contains(&state), "{kind:?} {state:?} is in the table and cannot be reached");
        }
        assert!(reached.iter().all(|state| states(*kind).contains(state)), "{kind:?}");
        let named: std::collections::BTreeSet<&str> = table(*kind).iter().map(|row| row.event).collect();
        let expected: std::collections::BTreeSet<&str> =
            lives().flat_map(|life| life.rules().into_iter().map(|rule| rule.event)).collect();
        assert_eq!(named, expected, "{kind:?}");
    }
}

trait FlattenReached {
    fn flatten_reached(self) -> Vec<StateName>;
}

impl<'a, I: Iterator<Item = &'a Life>> FlattenReached for I {
    fn flatten_reached(self) -> Vec<StateName> {
        self.flat_map(|life| life.reached().into_iter().map(|ticket| ticket.state.name())).collect()
    }
}

/// All events of all kinds, and one of none.
fn all_events() -> Vec<&'static str> {
    let mut events: Vec<&str> = Kind::ALL.iter().flat_map(|kind| table(*kind)).map(|row| row.event).collect();
    events.sort_unstable();
    events.dedup();
    events.push("explode");
    events
}

fn walk_state(life: &Life, ticket: &Ticket, actor: &Actor, is_legal: fn(Cause) -> bool) -> usize {
    let (state, rules, mut pairs) = (ticket.state.name(), life.rules(), 0);
    let legal_now: Vec<&Rule> =
        rules.iter().filter(|rule| rule.from.contains(&state) && is_legal(rule.cause)).collect();
    let mut offered: Vec<&str> = legal(ticket, actor).map(|row| row.event).collect();
    let mut expected: Vec<&str> = legal_now.iter().map(|rule| rule.event).collect();
    offered.sort_unstable();
    expected.sort_unstable();
    assert_eq!(offered, expected, "{life:?} {state:?} {}", actor.label());
    for event in all_events() {
        pairs += 1;
        let rule = legal_now.iter().find(|rule| rule.event == event);
        let now = time_of(event);
        match (apply(ticket, event, &fields(life.kind, event), actor, now), rule) {
            (Ok((next, entry)), Some(rule)) => {
                assert_eq!((next.state.name(), next.state_since), (rule.to, now), "{life:?} {state:?} {event}");
                assert_eq!((entry.seq, next.timeline), (ticket.timeline + 1, ticket.timeline + 1));
                assert_eq!((entry.actor, entry.at), (actor.label(), now));
            }
            (Err(TransitionError::Illegal { from, event: refused, mut allowed }), None) => {
                allowed.sort_unstable();
                assert_eq!((from, refused.as_str(), &allowed), (state, event, &expected), "{life:?}");
            }
            (Ok(_), None) => panic!("{life:?} {state:?} {event} by {} is none of the rules", actor.label()),
            (Err(error), _) => panic!("{life:?} {state:?} {event} by {}: {error}", actor.label()),
        }
    }
    pairs
}

#[test]
fn every_pair_of_state_and_event_of_every_kind_is_as_the_rules_say() {
    let mut pairs = 0;
    for life in LIVES {
        for ticket in life.reached() {
            let agent = Actor::Agent(AgentId::from_bytes([1; 16]));
            pairs += walk_state(life, &ticket, &person(), |cause| cause != Cause::System);
            pairs += walk_state(life, &ticket, &SYSTEM, |cause| cause != Cause::Person);
            pairs += walk_state(life, &ticket, &agent, |cause| cause == Cause::Anyone);
        }
    }
    assert!(pairs > 5_000, "{pairs} pairs were walked");
}

pub(super) fn without(fields: &Fields, field: &str, blank: bool) -> Fields {
    let mut fields = fields.clone();
    let value = blank.then(|| " \n".to_owned());
    match field {
        "comment" => fields.comment = value,
        "reason" => fields.reason = value,
        "close_code" => fields.close_code = value,
        "close_notes" => fields.close_notes = value,
        "cause_item" => fields.cause_item = value,
        "assignment_group" => fields.assignment_group = value,
        "until" => fields.until = None,
        other => panic!("no test takes away {other}"),
    }
    fields
}

#[test]
fn every_required_field_of_every_kind_is_asked_for_by_name() {
    for life in LIVES {
        for rule in life.rules() {
            let ticket = life.ticket_in(rule.from[0]);
            let actor = if rule.cause == Cause::System { SYSTEM } else { person() };
            let row = legal(&ticket, &actor).find(|row| row.event == rule.event).expect("a row");
            for field in row.required {
                for blank in [false, true] {
                    let fields = without(&fields(life.kind, rule.event), field, blank);
                    let error = apply(&ticket, rule.event, &fields, &actor, time_of(rule.event)).unwrap_err();
                    let TransitionError::Missing { missing, .. } = &error else { panic!("{rule:?} {error}") };
                    assert_eq!(missing.as_slice(), [*field].as_slice(), "{rule:?}");
                    assert!(error.to_string().contains(field), "{error}");
                }
            }
        }
    }
}

#[test]
fn every_choice_of_every_kind_is_taken_and_nothing_else() {
    for life in LIVES {
        for rule in life.rules() {
            let ticket = life.ticket_in(rule.from[0]);
            let actor = if rule.cause == Cause::System { SYSTEM } else { person() };
            let row = legal(&ticket, &actor).find(|row| row.event == rule.event).expect("a row");
            for field in ["reason", "close_code"].iter().filter(|field| row.required.contains(field)) {
                for value in foreign(life.kind, row, field) {
                    let mut fields = fields(life.kind, rule.event);
                    let slot = if *field == "reason" { &mut fields.reason } else { &mut fields.close_code };
                    *slot = Some(value.to_owned());
                    let error = apply(&ticket, rule.event, &fields, &actor, time_of(rule.event)).unwrap_err();
                    let TransitionError::Choice { field: named, choices, .. } = &error else {
                        panic!("{rule:?} {value} {error}")
                    };
                    assert_eq!(named, field);
                    assert!(!choices.is_empty() && choices.iter().all(|choice| error.to_string().contains(choice)));
                }
            }
        }
    }
}

/// Values that are none of a field's: nonsense, and those of other kinds.
fn foreign(kind: Kind, row: &Transition, field: &str) -> Vec<&'static str> {
    let mut own: Vec<&str> = Vec::new();
    let mut all: Vec<&'static str> = vec!["nonsense", "Fixed"];
    if field == "close_code" {
        own.extend(CloseCode::of(kind).iter().map(|code| code.as_str()));
        all.extend(CloseCode::ALL.iter().map(|code| code.as_str()));
    } else if row.to == StateName::OnHold {
        own.extend(HoldReason::ALL.iter().map(|reason| reason.as_str()));
        all.extend(CancelReason::ALL.iter().map(|reason| reason.as_str()));
    } else {
        own.extend(CancelReason::of(kind).iter().map(|reason| reason.as_str()));
        all.extend(CancelReason::ALL.iter().map(|reason| reason.as_str()));
    }
    all.retain(|value| !own.contains(value));
    all
}
