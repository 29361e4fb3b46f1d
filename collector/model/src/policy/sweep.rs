//! A walk of one policy over all hosts, a few at a time: after it was saved, switched on or off, or removed, and by the clock
//! where its answer depends on the time.

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use crate::record::record;

/// How often a policy whose answer depends on the time is asked anew.
pub const ROUND_MS: i64 = 3_600_000;

/// A policy that is to be asked about every host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sweep {
    /// The policy.
    pub policy: String,
    /// The host after which it goes on; `None` is from the first.
    pub after: Option<String>,
    /// When it goes on; never by itself, when the policy's answer does not depend on the time.
    pub due_at: Option<Time>,
}

record!(Sweep, Sweep, |sweep| sweep.policy.clone());

impl Sweep {
    /// From the first host, at once.
    pub fn of(policy: &str, now: Time) -> Self {
        Self { policy: policy.to_owned(), after: None, due_at: Some(now) }
    }
}
