//! Silences: alerts that nobody wants to hear of for a time, with a reason. They end by themselves.

use muster_shared::Time;
use muster_shared::id::SilenceId;
use serde::{Deserialize, Serialize};

use super::{Alert, Cause, Mute};
use crate::class::Violation;
use crate::query::{Query, fields};
use crate::record::record;
use crate::text::{Phrase, unseen};

/// The longest that a silence lasts.
pub const MAX_MS: i64 = 366 * 86_400_000;

/// A silence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silence {
    /// Which.
    pub id: SilenceId,
    /// Which alerts it mutes, in the query language.
    pub matcher: String,
    /// When it begins.
    pub starts_at: Time,
    /// When it ends.
    pub ends_at: Time,
    /// Who made it.
    pub author: String,
    /// Why.
    pub reason: String,
    /// When it was made.
    pub created_at: Time,
}

record!(Silence, Silence, |silence| silence.id.to_string());

/// What stands between now and a time of silence or maintenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// It is to come.
    Pending,
    /// It holds.
    Active,
    /// It is over.
    Expired,
}

impl Phase {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Pending, Self::Active, Self::Expired];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Expired => "expired",
        }
    }
}

/// A reason that people give.
pub(super) fn check_reason(reason: &str) -> Option<Violation> {
    let is_long = reason.trim().is_empty() || reason.chars().count() > 2_000;
    let why = if is_long { Some(Phrase::new("say_why")) } else { unseen(reason) };
    why.map(|why| Violation { pointer: "/reason".into(), why })
}

impl Silence {
    /// What forbids to save it.
    pub fn check(&self) -> Vec<Violation> {
        let mut wrong: Vec<Violation> = check_reason(&self.reason).into_iter().collect();
        match Query::parse(&self.matcher, &fields::ALERT) {
            Err(error) => wrong.push(Violation { pointer: "/matcher".into(), why: error.phrase() }),
            Ok(query) => {
                let why = if query.is_empty() {
                    Some(Phrase::new("silence_all"))
                } else {
                    let moves = ["state", "active", "suppressed_by"].iter().find(|field| query.mentions(field));
                    moves.map(|field| Phrase::new("alert_rule_moves").with("field", *field))
                };
                wrong.extend(why.map(|why| Violation { pointer: "/matcher".into(), why }));
            }
        }
        if !(1..=MAX_MS).contains(&self.ends_at.since(self.starts_at)) {
            wrong.push(Violation { pointer: "/ends_at".into(), why: Phrase::new("ends_after") });
        }
        wrong
    }

    /// Where it stands.
    pub fn phase(&self, now: Time) -> Phase {
        if now >= self.ends_at {
            Phase::Expired
        } else if now < self.starts_at {
            Phase::Pending
        } else {
            Phase::Active
        }
    }

    /// Whether it is about an alert, whenever.
    pub fn fits(&self, alert: &Alert) -> bool {
        Query::parse(&self.matcher, &fields::ALERT).is_ok_and(|query| query.matches(&alert.entry()))
    }

    /// How it mutes an alert now.
    pub fn mutes(&self, alert: &Alert, now: Time) -> Option<Mute> {
        let name: String = self.reason.chars().take(80).collect();
        (self.phase(now) == Phase::Active && self.fits(alert)).then(|| Mute {
            cause: Cause::Silence,
            by: self.id.to_string(),
            name,
            until: Some(self.ends_at),
        })
    }

    /// The next moment at which it begins or ends, after one.
    pub fn turns_after(&self, after: Time) -> Option<Time> {
        [self.starts_at, self.ends_at].into_iter().filter(|at| *at > after).min()
    }
}
