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

/// A section of a report that was refused for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which.
    pub section: SectionName,
    /// Hash of its items.
    pub digest: Digest,
    /// Why, in the collector's words.
    pub reason: String,
}

/// What is known of a section that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    digest: Digest,
    reason: String,
    at: Time,
    tries: u32,
}

impl Refused {
    /// The first or one more refusal of a section.
    pub fn again(before: Option<Self>, refusal: Refusal, now: Time) -> Self {
        let tries = before.map_or(0, |before| before.tries).saturating_add(1);
        Self { digest: refusal.digest, reason: refusal.reason, at: now, tries }
    }

    /// Whether it is of today: a clock that was set back makes it none.
    pub fn counts(&self, now: Time) -> bool {
        (0..DAY_MS).contains(&now.since(self.at))
    }

    /// Whether the section, as it is now, would only be refused again.
    pub fn covers(&self, digest: Digest, now: Time) -> bool {
        self.digest == digest || self.tries >= MOST_TRIES && now.since(self.at) < HOUR_MS
    }

    /// What is told of the section instead.
    pub fn section(&self) -> Section {
        let message = format!("the collector does not take it: {}", self.reason);
        let problem = Problem { source: "collector".to_owned(), message };
        Section { status: SectionStatus::Failed, items: Vec::new(), problems: vec![problem] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_tried_again_when_it_changed_or_after_a_day() {
        let now = Time::from_millis(1_700_000_000_000);
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        let refusal = || Refusal { section: SectionName::User, digest: one, reason: "too long".to_owned() };
        let first = Refused::again(None, refusal(), now);
        assert!(first.counts(now) && first.covers(one, now) && !first.covers(other, now));
        assert!(first.counts(now.plus_millis(DAY_MS - 1)) && !first.counts(now.plus_millis(DAY_MS)));
        assert!(!first.counts(now.plus_millis(-1)), "the clock was set back");
        assert_eq!(first.section().problems[0].message, "the collector does not take it: too long");
        // What changes all the time is no reason for a whole report each time.
        let third = (0..2).fold(first, |before, _| Refused::again(Some(before), refusal(), now));
        assert!(third.covers(other, now) && !third.covers(other, now.plus_millis(HOUR_MS)));
    }
}
