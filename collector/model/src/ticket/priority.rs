//! Priority from impact and urgency (rules P1 to P3): where a ticket has it from.

pub mod rules;

use serde::{Deserialize, Serialize};

use crate::host::Criticality;
pub use rules::Priorities;

/// Where a priority comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrioritySource {
    /// Impact and urgency.
    Matrix,
    /// A person set it against the matrix.
    Override {
        /// Why.
        reason: String,
        /// Whether it stays when impact or urgency change.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pinned: bool,
    },
}

/// What the impact of a ticket does not fall below, and the item whose criticality asks for that (rule P2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// Id of the host or of the service that depends on it.
    pub item: String,
    /// Its name.
    pub name: String,
    /// Its criticality.
    pub criticality: Criticality,
    /// Whether it is down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_down: bool,
    /// The impact that the ticket had before it was widened because this is down; it has that again when this is up. What a person
    /// says of the impact meanwhile counts instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raised_from: Option<u8>,
}
