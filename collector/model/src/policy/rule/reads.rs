//! What a condition reads besides its item, and which changes can move its answer: `has_pkg('openssl')` is asked anew when openssl
//! changes, and not with each of a thousand other packages.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::SectionName;

use crate::package;

/// The things that a condition reads, by section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads(BTreeMap<SectionName, Things>);

/// Things of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Things {
    /// Which ones is known when it is asked.
    Any,
    /// These keys, and packages of these names.
    These(BTreeSet<String>),
}

impl Reads {
    /// Takes in that one thing of a section is read; `None` is one that the condition does not name.
    pub(super) fn take(&mut self, section: SectionName, name: Option<&str>) {
        let things = self.0.entry(section).or_insert_with(|| Things::These(BTreeSet::new()));
        match (things, name) {
            (Things::These(names), Some(name)) => drop(names.insert(name.to_owned())),
            (things, None) => *things = Things::Any,
            (Things::Any, Some(_)) => {}
        }
    }

    /// The sections of which something is read.
    pub fn sections(&self) -> impl Iterator<Item = SectionName> {
        self.0.keys().copied()
    }

    /// Whether the answer may be another one when these items of a section changed, came or went.
    pub fn sees(&self, section: SectionName, keys: &BTreeSet<String>) -> bool {
        match self.0.get(&section) {
            None => false,
            Some(Things::Any) => true,
            Some(Things::These(names)) => keys.iter().any(|key| names.iter().any(|name| is_named(section, key, name))),
        }
    }
}

/// Whether a thing that conditions and profiles call so can be the item of a key.
pub(in crate::policy) fn is_named(section: SectionName, key: &str, name: &str) -> bool {
    key == name || section == SectionName::Package && package::of_key(key).1 == name
}
