//! How long a policy waits before it says something, and of what it makes one incident: what owners set where the usual way does not
//! fit. Findings carry it, so that it is the same after a restart and for all that waits already.

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use super::Class;
use crate::text::Phrase;

/// Longest debounce: a day.
pub const MAX_DEBOUNCE_SECONDS: u32 = 86_400;

/// What is told as one incident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupBy {
    /// The same difference on three hosts or more of a service or site; else what the policy finds on one host.
    #[default]
    Difference,
    /// What the policy finds on one host, whatever stands on others.
    Host,
    /// What the policy finds on all hosts of a service.
    Service,
    /// What the policy finds on all hosts of a site.
    Site,
    /// Everything that the policy finds.
    Policy,
}

impl GroupBy {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Difference, Self::Host, Self::Service, Self::Site, Self::Policy];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Difference => "difference",
            Self::Host => "host",
            Self::Service => "service",
            Self::Site => "site",
            Self::Policy => "policy",
        }
    }

    /// The one of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|group_by| group_by.as_str() == name)
    }
}

/// How a policy waits and gathers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patience {
    /// For how long something has to stand before it is a finding that anybody hears of; `None` is the usual way: until a second look
    /// or for 90 s. A second look ends no wait that an owner set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub debounce_seconds: Option<u32>,
    /// What is told as one incident.
    pub group_by: GroupBy,
}

impl Patience {
    /// Whether it is as the product comes.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// When what was first seen now opens.
    pub const fn opens_at(&self, usual_ms: i64, now: Time) -> Time {
        now.plus_millis(match self.debounce_seconds {
            Some(seconds) => seconds as i64 * 1_000,
            None => usual_ms,
        })
    }

    /// What is wrong with a debounce.
    pub fn wrong(&self, class: Class) -> Option<Phrase> {
        let seconds = self.debounce_seconds?;
        if class == Class::Security && seconds > 0 {
            return Some(Phrase::new("policy_debounce_security"));
        }
        let max = MAX_DEBOUNCE_SECONDS;
        (seconds > max).then(|| Phrase::new("policy_debounce").with("max", max.to_string()))
    }
}
