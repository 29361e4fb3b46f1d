//! Waivers: what may stand for a time, because somebody answers for it. What a waiver means is a question over findings; when
//! it ends, what it let stand comes back.

use muster_shared::Time;
use muster_shared::id::WaiverId;
use serde::{Deserialize, Serialize};

use crate::class::Violation;
use crate::finding::{Finding, FindingState};
use crate::query::{Query, fields};
use crate::record::record;
use crate::text::Phrase;

/// Longest that something may be waived (366 days).
pub const MAX_MS: i64 = 366 * 86_400_000;
/// Longest text.
const MAX_TEXT: usize = 2_000;

/// A waiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// Which one.
    pub id: WaiverId,
    /// Which findings it means, in the query language.
    pub selector: String,
    /// Why they may stand.
    pub justification: String,
    /// Who answers for it.
    pub owner: String,
    /// When it ends.
    pub expires_at: Time,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
    /// Who ended it before its time, and when.
    pub ended: Option<(String, Time)>,
    /// Whether the findings that stood when it began or ended know of it.
    pub is_applied: bool,
}

record!(Waiver, Waiver, |waiver| waiver.id.to_string());

impl Waiver {
    /// Whether it lets something stand now.
    pub fn holds(&self, now: Time) -> bool {
        self.ended.is_none() && now < self.expires_at
    }

    /// `active`, `expired` or `ended`.
    pub fn state(&self, now: Time) -> &'static str {
        match (&self.ended, now < self.expires_at) {
            (Some(_), _) => "ended",
            (None, true) => "active",
            (None, false) => "expired",
        }
    }

    /// The question that it asks.
    pub fn query(&self) -> Result<Query, Phrase> {
        let query = Query::parse(&self.selector, &fields::FINDING).map_err(|error| error.phrase())?;
        if query.is_empty() {
            return Err(Phrase::new("is_needed"));
        }
        if !query.moment.is_now() || query.mentions("state") || query.mentions("incident") {
            return Err(Phrase::new("waiver_selector"));
        }
        Ok(query)
    }

    /// The state of a finding that it lets stand.
    pub fn state_of_waived(&self) -> FindingState {
        let (by, justification) = (self.owner.clone(), self.justification.clone());
        FindingState::Waived { by, justification, expires_at: self.expires_at }
    }
}

/// What forbids to save a waiver.
pub fn check(waiver: &Waiver, now: Time) -> Vec<Violation> {
    let text = |text: &str| {
        let length = text.trim().chars().count();
        let wrong = || Phrase::new("characters").with("min", 1).with("max", MAX_TEXT);
        (!(1..=MAX_TEXT).contains(&length)).then(wrong)
    };
    let ahead = waiver.expires_at.since(now);
    let wrong = [
        ("/selector", waiver.query().err()),
        ("/justification", text(&waiver.justification)),
        ("/owner", text(&waiver.owner)),
        ("/expires_at", (!(1..=MAX_MS).contains(&ahead)).then(|| Phrase::new("time_ahead"))),
    ];
    let violation = |(pointer, why): (&str, Option<Phrase>)| Some(Violation { pointer: pointer.into(), why: why? });
    wrong.into_iter().filter_map(violation).collect()
}

/// Whether a waiver may let a finding stand: what people decided of it goes before.
pub const fn may_waive(finding: &Finding) -> bool {
    match finding.state {
        FindingState::Pending { .. } | FindingState::Open { .. } | FindingState::Flapping { .. } => true,
        FindingState::Attached { .. }
        | FindingState::Tentative { .. }
        | FindingState::Waived { .. }
        | FindingState::Suppressed { .. }
        | FindingState::Unknown { .. }
        | FindingState::Resolved { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiver(selector: &str, justification: &str, owner: &str, expires: i64) -> Waiver {
        Waiver {
            id: WaiverId::new(Time::from_millis(1)),
            selector: selector.into(),
            justification: justification.into(),
            owner: owner.into(),
            expires_at: Time::from_millis(expires),
            created_by: "ann".into(),
            created_at: Time::from_millis(1),
            ended: None,
            is_applied: false,
        }
    }

    #[test]
    fn all_of_it_is_needed_and_has_to_make_sense() {
        let now = Time::from_millis(1_000);
        let pointers = |waiver: &Waiver| -> Vec<String> {
            check(waiver, now).into_iter().map(|violation| violation.pointer).collect()
        };
        assert_eq!(pointers(&waiver("policy:account host_name:web-1", "ordered", "ann", 5_000)), Vec::<String>::new());
        assert_eq!(pointers(&waiver("", "", " ", 500)), ["/selector", "/justification", "/owner", "/expires_at"]);
        assert_eq!(pointers(&waiver("polic:account", "x", "ann", 5_000)), ["/selector"]);
        assert_eq!(pointers(&waiver("state:open", "x", "ann", 5_000)), ["/selector"]);
        assert_eq!(pointers(&waiver("policy:account", "x", "ann", MAX_MS * 2)), ["/expires_at"]);
    }

    #[test]
    fn it_holds_until_it_ends() {
        let mut made = waiver("policy:account", "x", "ann", 5_000);
        let at = Time::from_millis;
        assert_eq!((made.holds(at(4_999)), made.holds(at(5_000)), made.state(at(5_000))), (true, false, "expired"));
        made.ended = Some(("bob".into(), at(2_000)));
        assert_eq!((made.holds(at(3_000)), made.state(at(3_000))), (false, "ended"));
    }
}
