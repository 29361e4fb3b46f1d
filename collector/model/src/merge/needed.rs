//! What has to be read of a section before a report can be merged: of a difference only the items that it names.

use std::collections::BTreeSet;

use muster_shared::SectionName;
use muster_shared::report::{Change, SectionReport};

use crate::inventory::{FOLD_EVERY, Facts, SectionHead};

/// The items of a section that a merge has to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// All of them.
    All,
    /// Those with these keys.
    Named(BTreeSet<String>),
}

impl Needed {
    /// For a section's report to what is stored: all, when it lists all, when lists show something of the section, and when its
    /// body is to be written anew after it.
    pub fn of(name: SectionName, section: &SectionReport, head: &SectionHead) -> Self {
        let named: BTreeSet<String> = match &section.change {
            Change::Whole(_) => return Self::All,
            Change::Delta { upsert, remove } => upsert.iter().map(|item| &item.key).chain(remove).cloned().collect(),
            Change::Same => BTreeSet::new(),
        };
        let changes = u32::try_from(named.len()).unwrap_or(u32::MAX);
        let is_folded = head.pending.saturating_add(changes) >= FOLD_EVERY;
        if is_folded || !head.is_known || Facts::SECTIONS.contains(&name) { Self::All } else { Self::Named(named) }
    }
}
