//! Validation checks of a change: what people look at when it was made, and what they found (service-desk rules, section 6).

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::text::{Phrase, Word};
use crate::ticket::StateName;

/// What somebody found at a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// The check, as it stands in the plan.
    pub check: String,
    /// Whether it is as it should be.
    pub passed: bool,
    /// What was seen.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Who looked.
    pub by: String,
    /// When.
    pub at: Time,
}

impl Change {
    /// The check of the plan that a text names: by its place, counted from 1, or as it is written.
    pub fn check_named(&self, text: &str) -> Result<&String, Phrase> {
        let checks = &self.plan.checks;
        let place = text.trim().parse::<usize>().ok().and_then(|place| checks.get(place.checked_sub(1)?));
        let found = place.or_else(|| checks.iter().find(|check| check.trim() == text.trim()));
        let unknown = || Phrase::new("check_unknown").with("checks", Word::list(checks));
        found.ok_or_else(|| if checks.is_empty() { Phrase::new("check_none") } else { unknown() })
    }

    /// Notes what somebody found; a later look at the same check counts in place of the one before.
    pub fn note_check(&mut self, found: Checked) {
        self.checked.retain(|known| known.check != found.check);
        self.checked.push(found);
    }

    /// Checks that nobody found to be passed.
    pub fn unchecked(&self) -> impl Iterator<Item = &String> {
        let passed = |check: &&String| self.checked.iter().any(|found| found.check == **check && found.passed);
        self.plan.checks.iter().filter(move |check| !passed(check))
    }
}

/// Whether checks are looked at in a state: once it is being made, until it is closed.
pub const fn is_time(state: StateName) -> bool {
    matches!(state, StateName::Implement | StateName::Review)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_named_by_place_or_words_and_the_last_look_counts() {
        let mut change = Change::default();
        assert_eq!(change.check_named("1").unwrap_err().say, "check_none");
        change.plan.checks = vec!["it answers".into(), "no alert for an hour".into()];
        assert_eq!(change.check_named("2").unwrap(), "no alert for an hour");
        assert_eq!(change.check_named(" it answers ").unwrap(), "it answers");
        for wrong in ["0", "3", "it sings"] {
            assert_eq!(change.check_named(wrong).unwrap_err().say, "check_unknown", "{wrong}");
        }
        let found = |passed| Checked {
            check: "it answers".into(),
            passed,
            note: String::new(),
            by: "ann".into(),
            at: Time::from_millis(1),
        };
        change.note_check(found(true));
        assert_eq!(change.unchecked().collect::<Vec<_>>(), ["no alert for an hour"]);
        change.note_check(found(false));
        assert_eq!((change.unchecked().count(), change.checked.len()), (2, 1));
    }
}
