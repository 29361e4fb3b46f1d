//! A report: what an agent found, as whole sections or as differences to what the collector has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::canonical::Digest;
use crate::clock::Time;
use crate::id::ReportId;
use crate::section::SectionName;

/// The version of the wire model that this code writes. It grows without another number: who does not know a section or a field
/// leaves it out and says so. Another number is a model that cannot be read at all.
pub const SCHEMA: u32 = 1;

/// Named values of an item. Names carry their unit (`size_bytes`, `speed_mbps`).
pub type Attributes = BTreeMap<String, Value>;

/// One thing that was found: a package, a user, a disk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stable within its section: never a PID, an interface index or a container id.
    pub key: String,
    /// What was found.
    pub attributes: Attributes,
}

impl Item {
    /// An item without attributes yet.
    pub fn new(key: impl Into<String>) -> Self {
        Self { key: key.into(), attributes: Attributes::new() }
    }

    /// The same item with one more attribute; `None`, null and empty text leave it out, for "unknown" is not a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets an attribute; null and empty text leave it out.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        match value.into() {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            value => drop(self.attributes.insert(name.to_owned(), value)),
        }
    }

    /// Its key and attributes, as a map of items has them.
    pub const fn as_pair(&self) -> (&String, &Attributes) {
        (&self.key, &self.attributes)
    }

    /// A text attribute.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str)
    }
}

/// How well a section could be read. Not collected is never the same as none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SectionStatus {
    /// Everything was read.
    Ok,
    /// Something is missing; the problems say what.
    Partial,
    /// Privilege is missing: what was known before stays.
    Denied,
    /// Reading failed: what was known before stays.
    Failed,
    /// This agent or system does not have the source.
    Unsupported,
}

impl SectionStatus {
    /// Whether the items of the section say what is there now.
    pub const fn is_collected(self) -> bool {
        matches!(self, Self::Ok | Self::Partial)
    }

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Denied => "denied",
            Self::Failed => "failed",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// The file, socket or call.
    pub source: String,
    /// What went wrong, in one line.
    pub message: String,
}

/// What a report says of a section's items.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// All items: what is not listed is not there.
    Whole(Vec<Item>),
    /// The difference to the generation that the report is based on.
    Delta {
        /// New items and items with other attributes.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        upsert: Vec<Item>,
        /// Keys of items that are gone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        remove: Vec<String>,
    },
    /// The items are as before; only status, problems or metrics are news.
    Same,
}

/// A section in a report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionReport {
    /// How well it could be read.
    pub status: SectionStatus,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// When the agent last saw the items it now compares with: the change happened after this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_before: Option<Time>,
    /// Hash of the section after this report is applied.
    pub digest: Digest,
    /// Whether the agent can read another part of the section than before: what is new may have been there, what is gone may
    /// still be there.
    #[serde(default, skip_serializing_if = "is_false")]
    pub view_changed: bool,
    /// The items.
    pub change: Change,
    /// Volatile values by item key (tier V0): shown, never compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, Attributes>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the shape that serde asks for")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// A report of an agent about its host. The body of `POST /agent/v1/reports`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Version of the wire model, see [`SCHEMA`].
    pub schema: u32,
    /// Names this report; a second delivery changes nothing.
    pub report_id: ReportId,
    /// The kernel's boot id.
    pub boot_id: String,
    /// Grows with every report of the agent.
    pub seq: u64,
    /// When the scan ended, by the agent's clock.
    pub collected_at: Time,
    /// Version of the agent.
    pub agent_version: String,
    /// Generation that the differences build on; 0 when all sections are whole.
    pub base: u64,
    /// Generation after this report: always greater than `base`.
    pub next: u64,
    /// Hash of the whole inventory after this report.
    pub root: Digest,
    /// Sections that say something new.
    pub sections: BTreeMap<SectionName, SectionReport>,
}
