//! Sections that the collector will not take: the rest is told without them, and they are tried again when they are other ones.

use muster_shared::canonical::Digest;
use muster_shared::{Problem, SectionName, SectionStatus, Time};
use serde::{Deserialize, Serialize};

use crate::section::Section;

/// After so long a section is tried again as it is: the collector may be another one.
const DAY_MS: i64 = 86_400_000;
/// A section that was refused so often is tried once an hour, however it changes: each try costs a whole report.
const MOST_TRIES: u32 = 3;
const HOUR_MS: i64 = 3_600_000;

const SOURCE: &str = "collector";
const REFUSAL: &str = "the collector does not take it: ";

/// Whether a section says by this that it was refused.
pub fn is_refusal(problem: &Problem) -> bool {
    problem.source == SOURCE && problem.message.starts_with(REFUSAL)
}

/// A section of a report that was refused for it: which, the hash of its items, why in the collector's words, when, and how often
/// in a row. In the state it is a list of these: its code is a third of that for names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused(pub SectionName, pub Digest, pub String, pub Time, pub u32);

impl Refused {
    /// Whether it is of today: a clock that was set back makes it none.
    pub fn counts(&self, now: Time) -> bool {
        (0..DAY_MS).contains(&now.since(self.3))
    }

    /// Whether the section, as it is now, would only be refused again.
    pub fn covers(&self, digest: Digest, now: Time) -> bool {
        self.1 == digest || self.4 >= MOST_TRIES && now.since(self.3) < HOUR_MS
    }

    /// What is told of the section instead.
    pub fn section(&self) -> Section {
        let problem = Problem { source: SOURCE.to_owned(), message: format!("{REFUSAL}{}", self.2) };
        Section { status: SectionStatus::Failed, items: Vec::new(), problems: vec![problem] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::State;

    #[test]
    fn a_section_is_tried_again_when_it_changed_or_after_a_day() {
        let now = Time::from_millis(1_700_000_000_000);
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let mut state = State::default();
        let mut refuse = || {
            state.refuse(Refused(SectionName::User, one, "too long".to_owned(), now, 1), now);
            state.refused[0].clone()
        };
        let first = refuse();
        assert!(first.counts(now) && first.covers(one, now) && !first.covers(other, now));
        assert!(first.counts(now.plus_millis(DAY_MS - 1)) && !first.counts(now.plus_millis(DAY_MS)));
        assert!(!first.counts(now.plus_millis(-1)), "the clock was set back");
        assert_eq!(first.section().problems[0].message, "the collector does not take it: too long");
        // What changes all the time is no reason for a whole report each time.
        refuse();
        let third = refuse();
        assert!(third.covers(other, now) && !third.covers(other, now.plus_millis(HOUR_MS)));
        assert_eq!(state.refused.len(), 1);
    }
}
