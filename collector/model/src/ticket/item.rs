//! Items of a ticket, and what they have to do with it.

use serde::{Deserialize, Serialize};

/// What an item has to do with a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemRole {
    /// It is the cause.
    Cause,
    /// It suffers.
    #[default]
    Affected,
    /// It may be the cause.
    Suspected,
    /// It is worked on.
    Maintenance,
}

/// An item of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketItem {
    /// `host_…` or `item_…`.
    pub id: String,
    /// Name for people.
    #[serde(default)]
    pub name: String,
    /// What it has to do with the ticket.
    #[serde(default)]
    pub role: ItemRole,
    /// Who put it there.
    #[serde(default, skip_serializing_if = "ItemOrigin::is_manual")]
    pub origin: ItemOrigin,
}

/// Who put an item on a ticket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemOrigin {
    /// Somebody did.
    #[default]
    Manual,
    /// The collector did: drift, an alert, a rule.
    Computed,
}

impl ItemOrigin {
    /// Whether it is the usual.
    pub fn is_manual(&self) -> bool {
        *self == Self::Manual
    }
}

impl TicketItem {
    /// An item that somebody names.
    pub fn named(id: impl Into<String>, name: impl Into<String>, role: ItemRole) -> Self {
        Self { id: id.into(), name: name.into(), role, origin: ItemOrigin::Manual }
    }

    /// An item that the collector found out.
    pub fn computed(id: impl Into<String>, name: impl Into<String>, role: ItemRole) -> Self {
        Self { origin: ItemOrigin::Computed, ..Self::named(id, name, role) }
    }

    /// How a timeline tells it: its name, and its role when that is not the usual one.
    pub fn said(&self) -> String {
        match self.role {
            ItemRole::Affected => self.name.clone(),
            role => format!("{} ({})", self.name, role.as_str()),
        }
    }
}

impl ItemRole {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Cause, Self::Affected, Self::Suspected, Self::Maintenance];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Affected => "affected",
            Self::Suspected => "suspected",
            Self::Maintenance => "maintenance",
        }
    }
}
