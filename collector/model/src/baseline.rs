//! The authorised ledger: what somebody approved.
//!
//! It is kept as the discovered ledger minus what is open: an item is authorised as it was discovered, except where an
//! unresolved finding says what was expected instead. So the ledger moves only when a finding is accepted (a person), or
//! when a change that no policy minds is recorded; each accepted move is a [`BaselineMove`] with actor and reason.

use muster_shared::id::{FindingId, HostId, ItemId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::record;

/// The version of what is authorised on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The host.
    pub host: HostId,
    /// Counts up with every move.
    pub version: u64,
    /// Who moved it last: a user, or `system:first_report`.
    pub approved_by: String,
    /// When.
    pub valid_from: Time,
}

record!(Baseline, Baseline, |baseline| baseline.host.to_string());

/// One move of a baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BaselineMove {
    /// The host.
    pub host: HostId,
    /// The version that this move made.
    pub version: u64,
    /// The finding that was accepted.
    pub finding: FindingId,
    /// The item.
    pub item: ItemId,
    /// Its section.
    pub section: SectionName,
    /// Its key.
    pub item_key: String,
    /// The attribute, or `None` for the item as a whole.
    pub attribute: Option<String>,
    /// Authorised before; null is "not there".
    pub from: Value,
    /// Authorised from now on; null is "not there".
    pub to: Value,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Time,
}

record!(BaselineMove, BaselineMove, |moved| format!("{}/{:016x}", moved.host, moved.version));
