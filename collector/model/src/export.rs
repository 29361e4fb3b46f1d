//! What the CMDB tells other tools, in their own forms: pure functions over what is known of hosts.
//!
//! A form never makes up what is not known: what a host did not report is left out, and what its reader has no word for too.

pub mod ansible;
pub mod csv;
pub mod cyclonedx;
pub mod glpi;
pub mod prometheus;
pub mod purl;

use std::collections::BTreeMap;

use muster_shared::diff::ItemMap;
use muster_shared::{Attributes, SectionName, Time};
use serde_json::{Map, Value};

use crate::host::Host;
use crate::inventory::Facts;

/// A host with what is known of it at a moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What people say of it.
    pub host: Host,
    /// What lists show of it.
    pub facts: Facts,
    /// `up` or `unknown`.
    pub status: &'static str,
    /// The moment.
    pub at: Time,
    /// The items of the sections that were read, by key.
    pub sections: BTreeMap<SectionName, ItemMap>,
}

impl Snapshot {
    /// The items of a section.
    pub fn items(&self, section: SectionName) -> impl Iterator<Item = (&String, &Attributes)> {
        self.sections.get(&section).into_iter().flatten()
    }

    /// The first item of a section that has only one.
    pub fn only(&self, section: SectionName) -> Option<&Attributes> {
        self.items(section).next().map(|(_, attributes)| attributes)
    }
}

/// A text attribute.
fn text<'a>(attributes: &'a Attributes, name: &str) -> Option<&'a str> {
    attributes.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A whole number.
fn number(attributes: &Attributes, name: &str) -> Option<u64> {
    attributes.get(name).and_then(Value::as_u64)
}

/// A JSON object that takes only what is known.
#[derive(Debug, Default)]
struct Known(Map<String, Value>);

impl Known {
    fn set(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
        self
    }

    fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

#[cfg(test)]
mod tests;
