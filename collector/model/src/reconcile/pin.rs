//! Values that people pinned: they win over every source until they end.

use muster_shared::id::{HostId, ItemId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::record;

/// A value of one attribute of one item that a person set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pin {
    /// The item.
    pub item: ItemId,
    /// Its class.
    pub section: SectionName,
    /// Its key.
    pub key: String,
    /// Which attribute.
    pub attribute: String,
    /// What it is.
    pub value: Value,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
    /// How long it holds; without an end until it is taken back.
    pub until: Option<Time>,
}

record!(Pin, Pin, |pin| format!("{}{:016x}", attribute_prefix(pin.item, pin.section, &pin.attribute), pin.at.millis()));

/// What the keys of the pins of one attribute begin with: each stands for itself, so that the past stays as it was.
pub fn attribute_prefix(item: ItemId, section: SectionName, attribute: &str) -> String {
    format!("{}{item}/{attribute}/", pin_prefix(item.host(), section))
}

/// What the keys of the pins of a section begin with.
pub fn pin_prefix(host: HostId, section: SectionName) -> String {
    format!("{host}/{section}/")
}

impl Pin {
    /// Whether it holds at a moment.
    pub fn holds(&self, at: Time) -> bool {
        self.at <= at && self.until.is_none_or(|until| at < until)
    }
}
