//! What the votes of a stage come to (rules A2 and A3).

use serde::{Deserialize, Serialize};

use super::{Decision, Stage};

/// How many have to agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// One.
    #[default]
    Any,
    /// All who do not abstain.
    All,
    /// So many.
    Count(u32),
    /// So many of a hundred of those who do not abstain, rounded up, one at least.
    Percent(u8),
}

impl Rule {
    /// How many of so many have to agree.
    pub(super) fn needed(self, base: usize) -> usize {
        match self {
            Self::Any => 1,
            Self::All => base.max(1),
            Self::Count(count) => usize::try_from(count).unwrap_or(usize::MAX).max(1),
            Self::Percent(percent) => (base * usize::from(percent)).div_ceil(100).max(1),
        }
    }
}

/// When votes against are a no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RejectRule {
    /// With the first of them.
    #[default]
    First,
    /// When as many as are needed cannot agree any more.
    WhenUnreachable,
}

impl RejectRule {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::First, Self::WhenUnreachable];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::WhenUnreachable => "when_unreachable",
        }
    }

    /// Whether it is the usual.
    pub fn is_first(&self) -> bool {
        *self == Self::First
    }
}

/// What the seats of a stage come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tally {
    Open,
    Approved,
    Rejected,
}

impl Stage {
    /// Who abstains does not count. It is a no with the first vote against or when the rest cannot agree enough, as the stage says.
    pub(super) fn tally(&self) -> Tally {
        let count = |decision: Decision| {
            self.seats.iter().filter(|seat| seat.vote.as_ref().is_some_and(|vote| vote.decision == decision)).count()
        };
        let against = count(Decision::Reject);
        if against > 0 && self.reject_rule == RejectRule::First {
            return Tally::Rejected;
        }
        let base = self.seats.len() - count(Decision::Abstain);
        let needed = self.rule.needed(base);
        if base - against < needed {
            // Nobody is left to agree: all abstained, or too many are against it.
            Tally::Rejected
        } else if count(Decision::Approve) >= needed {
            Tally::Approved
        } else {
            Tally::Open
        }
    }
}
