//! An event and the alert of its key → the alert after it (rules E1, E2, E3, E8); and what time does to an alert.

use muster_shared::Time;
use muster_shared::id::AlertId;

use super::event::{Event, Outcome};
use super::{Alert, AlertState, Mute, Subject};
use crate::policy::Severity;

/// A new event so soon after the end opens the same alert again.
pub const REOPEN_MS: i64 = 15 * 60_000;
/// So many turns …
pub const FLAP_TURNS: usize = 6;
/// … within this time are flapping; without a turn for as long it is over.
pub const FLAP_MS: i64 = 10 * 60_000;
/// Times of events that are kept: a rule may ask for as many.
pub const RECENT: usize = 100;

/// An event where it is to be counted.
#[derive(Clone, Copy, Debug)]
pub struct Sighting<'a> {
    /// The key of its alert.
    pub key: &'a str,
    /// The event.
    pub event: &'a Event,
    /// What it is about.
    pub subject: &'a Subject,
    /// When it occurred.
    pub at: Time,
    /// When it was received.
    pub now: Time,
}

/// What an event makes of the alert of its key. `cleared_at` is when the newest clear of the key occurred.
pub fn observe(current: Option<&Alert>, cleared_at: Option<Time>, seen: Sighting<'_>) -> (Option<Alert>, Outcome) {
    let Some(severity) = seen.event.severity.severity() else { return clear(current, seen) };
    match current {
        Some(alert) if alert.state.is_on() => (Some(count(alert, severity, seen)), Outcome::Updated),
        Some(alert) => {
            let ended = off_since(alert).max(cleared_at).unwrap_or(alert.last_at);
            let after = seen.at.since(ended);
            if after <= 0 {
                (Some(count(alert, severity, seen)), Outcome::Late)
            } else if after <= REOPEN_MS || alert.state.is_active() {
                (Some(reopen(alert, severity, seen)), Outcome::Reopened)
            } else {
                (Some(begin(severity, seen)), Outcome::Opened)
            }
        }
        None => {
            let mut alert = begin(severity, seen);
            match cleared_at.filter(|cleared| *cleared >= seen.at) {
                None => (Some(alert), Outcome::Opened),
                Some(at) => {
                    alert.state = AlertState::Closed { at, by: None, reason: String::new() };
                    (Some(alert), Outcome::Late)
                }
            }
        }
    }
}

/// Since when an alert has been off.
fn off_since(alert: &Alert) -> Option<Time> {
    match &alert.state {
        AlertState::Closed { at, .. } => Some(*at),
        AlertState::Flapping { is_on: false, .. } => alert.turns.last().copied(),
        AlertState::Flapping { .. }
        | AlertState::Open
        | AlertState::Acknowledged { .. }
        | AlertState::Suppressed(_) => None,
    }
}

fn begin(severity: Severity, seen: Sighting<'_>) -> Alert {
    let event = seen.event;
    Alert {
        id: AlertId::new(seen.now),
        key: seen.key.to_owned(),
        source: event.source.clone(),
        ci_ref: event.ci_ref.clone(),
        subject: seen.subject.clone(),
        kind: event.kind.clone(),
        resource: event.resource.clone(),
        metric: event.metric.clone(),
        summary: event.summary.clone(),
        attrs: event.attrs.clone(),
        severity,
        state: AlertState::Open,
        state_since: seen.now,
        first_at: seen.at,
        opened_at: seen.at,
        last_at: seen.at,
        received_at: seen.now,
        count: 1,
        recent: vec![seen.at],
        turns: Vec::new(),
        held_from: seen.at,
        route: None,
        is_routed: false,
        incident: None,
    }
}

/// Counts an event that does not change whether the alert is on.
fn count(alert: &Alert, severity: Severity, seen: Sighting<'_>) -> Alert {
    let mut next = alert.clone();
    next.count += 1;
    next.first_at = next.first_at.min(seen.at);
    next.received_at = seen.now;
    let place = next.recent.partition_point(|at| *at <= seen.at);
    next.recent.insert(place, seen.at);
    let over = next.recent.len().saturating_sub(RECENT);
    next.recent.drain(..over);
    if seen.at >= next.opened_at {
        next.severity = next.severity.max(severity);
    }
    if seen.at >= next.last_at {
        next.last_at = seen.at;
        next.metric.clone_from(&seen.event.metric);
        next.summary.clone_from(&seen.event.summary);
        next.attrs.clone_from(&seen.event.attrs);
    }
    if next.subject.node().is_none() {
        next.subject = seen.subject.clone();
    }
    next
}

fn reopen(alert: &Alert, severity: Severity, seen: Sighting<'_>) -> Alert {
    let mut next = count(alert, severity, seen);
    (next.opened_at, next.severity) = (seen.at, severity);
    (next.held_from, next.is_routed) = (seen.at, false);
    next.turn(seen.at, true, seen.now);
    next
}

fn clear(current: Option<&Alert>, seen: Sighting<'_>) -> (Option<Alert>, Outcome) {
    let Some(alert) = current else { return (None, Outcome::Ignored) };
    if !alert.state.is_on() {
        return (None, Outcome::Ignored);
    }
    let mut next = alert.clone();
    next.received_at = seen.now;
    if seen.at < alert.last_at {
        return (Some(next), Outcome::Late);
    }
    next.turn(seen.at, false, seen.now);
    (Some(next), Outcome::Closed)
}

impl Alert {
    fn enter(&mut self, state: AlertState, now: Time) {
        self.state = state;
        self.state_since = now;
    }

    /// It goes on or off. Too many turns in a short time are flapping.
    fn turn(&mut self, at: Time, is_on: bool, now: Time) {
        self.turns.push(at);
        self.turns.retain(|turn| at.since(*turn) <= FLAP_MS);
        let flaps = self.turns.len() >= FLAP_TURNS || matches!(self.state, AlertState::Flapping { .. });
        if flaps {
            let since = self.state_since;
            let was = matches!(self.state, AlertState::Flapping { .. });
            self.enter(AlertState::Flapping { is_on, quiet_at: now.plus_millis(FLAP_MS) }, now);
            if was {
                self.state_since = since;
            }
        } else if is_on {
            self.enter(AlertState::Open, now);
        } else {
            self.enter(AlertState::Closed { at, by: None, reason: String::new() }, now);
        }
    }

    /// The alert after what was due: one that flapped and is calm. `None` when nothing is due.
    pub fn advance(&self, now: Time) -> Option<Self> {
        let AlertState::Flapping { is_on, quiet_at } = self.state else { return None };
        if now < quiet_at {
            return None;
        }
        let mut next = self.clone();
        let at = self.turns.last().copied().unwrap_or(self.last_at);
        next.turns.clear();
        if is_on {
            next.held_from = now;
            next.enter(AlertState::Open, now);
        } else {
            next.enter(AlertState::Closed { at, by: None, reason: String::new() }, now);
        }
        Some(next)
    }

    /// The alert with what mutes it now; `None` when that changes nothing. What somebody looks at is not muted.
    pub fn muted(&self, mute: Option<&Mute>, now: Time) -> Option<Self> {
        let mut next = self.clone();
        match (&self.state, mute) {
            (AlertState::Open, Some(mute)) => next.enter(AlertState::Suppressed(mute.clone()), now),
            (AlertState::Suppressed(known), Some(mute)) if known != mute => {
                next.state = AlertState::Suppressed(mute.clone());
            }
            (AlertState::Suppressed(_), None) => {
                next.held_from = now;
                next.enter(AlertState::Open, now);
            }
            (
                AlertState::Open
                | AlertState::Suppressed(_)
                | AlertState::Acknowledged { .. }
                | AlertState::Flapping { .. }
                | AlertState::Closed { .. },
                _,
            ) => {
                return None;
            }
        }
        Some(next)
    }

    /// Somebody looks at it from now on; `None` when there is nothing to look at.
    pub fn acknowledged(&self, by: String, now: Time) -> Option<Self> {
        let mut next = self.clone();
        match self.state {
            AlertState::Open | AlertState::Suppressed(_) | AlertState::Flapping { .. } => {
                next.enter(AlertState::Acknowledged { by, at: now }, now);
                Some(next)
            }
            AlertState::Acknowledged { .. } | AlertState::Closed { .. } => None,
        }
    }

    /// Somebody says that it is over; `None` when it is already.
    pub fn closed(&self, by: String, reason: String, now: Time) -> Option<Self> {
        let mut next = self.clone();
        next.enter(AlertState::Closed { at: now, by: Some(by), reason }, now);
        self.state.is_active().then_some(next)
    }
}
