//! A ticket as it was: where it stood at a moment, from its timeline. What else was said of it then is not kept move by move, so
//! questions about the past ask for nothing else ([`PAST`]).

use std::str::FromStr;

use muster_shared::Time;

use super::state::Resolution;
use super::{Entry, State, StateName, Ticket, TimelineEntry};

/// The fields that can be asked of the past: those that never change, and where it stood.
pub const PAST: &[&str] = &["kind", "number", "state", "active", "opened_by", "channel", "opened_at"];

/// The state that a move led to, as far as the move tells; `before` is the one that it left.
fn entered(entry: &TimelineEntry, before: &State) -> Option<State> {
    let Entry::Moved { to, code, note, .. } = &entry.entry else { return None };
    let to = StateName::ALL.iter().find(|name| name.as_str() == to)?;
    let code = code.as_deref().unwrap_or_default();
    let resolution = || {
        let close_code = FromStr::from_str(code).ok()?;
        Some(Resolution { close_code, close_notes: note.clone(), cause_item: None, at: entry.at })
    };
    Some(match to {
        StateName::OnHold => State::OnHold { reason: code.parse().ok()?, comment: note.to_string(), wake_at: None },
        StateName::Resolved => State::Resolved(resolution()?),
        StateName::Closed => State::Closed(before.resolution().cloned().or_else(resolution)?),
        StateName::Cancelled => State::Cancelled { reason: code.parse().ok()?, comment: note.to_string() },
        StateName::Rejected => State::Rejected { comment: note.clone() },
        name => State::plain(*name)?,
    })
}

/// The ticket with where it stood at a moment; `None` before it was opened. Its timeline is wanted when it moved since.
pub fn at(ticket: &Ticket, timeline: &[TimelineEntry], at: Time) -> Option<Ticket> {
    if ticket.opened_at > at {
        return None;
    }
    let mut then = ticket.clone();
    if ticket.state_since > at {
        (then.state, then.state_since) = (ticket.kind().first_state(), ticket.opened_at);
        for entry in timeline.iter().filter(|entry| entry.at <= at) {
            if let Some(state) = entered(entry, &then.state) {
                (then.state, then.state_since) = (state, entry.at);
            }
        }
    }
    let by_then = |time: &mut Option<Time>| *time = time.filter(|time| *time <= at);
    for time in [&mut then.acknowledged_at, &mut then.first_response_at, &mut then.resolved_at, &mut then.closed_at] {
        by_then(time);
    }
    Some(then)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::right::{Actor, Role};
    use crate::ticket::Channel;
    use crate::ticket::edit::{self, Opening};
    use crate::ticket::incident::INCIDENT;
    use crate::ticket::transition::{self, Fields};
    use muster_shared::id::UserId;

    fn person() -> Actor {
        let id = UserId::new(Time::from_millis(1));
        Actor::User {
            id,
            name: "ann".into(),
            roles: vec![Role::Responder],
            reaches: crate::right::Reaches::new(),
            scopes: None,
        }
    }

    fn opening() -> Opening {
        Opening::incident("t".into(), Channel::Api)
    }

    fn fields() -> Fields {
        Fields {
            reason: Some("vendor".into()),
            close_code: Some("fixed".into()),
            close_notes: Some("done".into()),
            comment: Some("so".into()),
            assignment_group: Some("linux".into()),
            ..Fields::default()
        }
    }

    proptest! {
        /// Against all versions of the ticket, kept one by one.
        #[test]
        fn it_stood_then_where_it_stood(events in prop::collection::vec((0..INCIDENT.len(), 1_i64..50), 0..25)) {
            let mut now = Time::from_millis(1_000);
            let (mut ticket, opened) = edit::open(opening(), "INC-000001".into(), &crate::ticket::Priorities::default(), &person(), now);
            let mut timeline = vec![opened];
            let mut versions = vec![(now, ticket.clone())];
            for (row, wait) in events {
                now = now.plus_millis(wait);
                let cancels = Fields { reason: Some("false_alarm".into()), ..fields() };
                let event = INCIDENT[row].event;
                let with = if event == "cancel" { cancels } else { Fields { cause_item: Some("none".into()), ..fields() } };
                if let Ok((next, entry)) = transition::apply(&ticket, event, &with, &person(), now) {
                    ticket = next;
                    timeline.push(entry);
                    versions.push((now, ticket.clone()));
                }
            }
            prop_assert!(at(&ticket, &timeline, Time::from_millis(999)).is_none());
            for time in 1_000..now.millis() + 2 {
                let time = Time::from_millis(time);
                let stood = versions.iter().rev().find(|(since, _)| *since <= time).map(|(_, ticket)| ticket).unwrap();
                let then = at(&ticket, &timeline, time).unwrap();
                prop_assert_eq!(&then.state, &stood.state);
                prop_assert_eq!(then.state_since, stood.state_since);
                prop_assert_eq!(then.acknowledged_at, stood.acknowledged_at);
            }
        }
    }
}
