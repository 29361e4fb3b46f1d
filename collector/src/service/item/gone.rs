//! Items that were there and are not, as their history remembers them.

use std::collections::BTreeMap;

use muster_model::history::{HistoryEntry, Moment, Operation};
use muster_model::host::Host;
use muster_shared::{Attributes, SectionName};

use super::{Holder, ItemView};
use crate::service::{Service, ServiceError};

/// An item that is gone, as the entry of its going remembers it.
pub(super) fn gone_item(host: &Host, entry: HistoryEntry) -> ItemView {
    ItemView {
        id: entry.item,
        class: entry.section,
        key: entry.key,
        host: host.id,
        host_name: host.name.clone(),
        attributes: entry.before,
        metrics: Attributes::new(),
        since: entry.seen_at,
        seen_at: entry.not_before.unwrap_or(entry.seen_at),
        is_present: false,
    }
}

impl Service {
    /// The items of a section that were there before and are not at a moment, as their history remembers them.
    pub(super) async fn gone_items(
        &self,
        holder: &Holder,
        section: SectionName,
        moment: Moment,
    ) -> Result<Vec<ItemView>, ServiceError> {
        let entries = self.view_history(holder, section).await?;
        let mut last: BTreeMap<String, HistoryEntry> = BTreeMap::new();
        for entry in entries.into_iter().filter(|entry| moment.includes(entry.seen_at, entry.known_at())) {
            last.insert(entry.key.clone(), entry);
        }
        let mut gone: Vec<HistoryEntry> =
            last.into_values().filter(|entry| entry.operation == Operation::Removed).collect();
        if holder.tellers.only().is_none() {
            // What one source saw going another may still see.
            let there = self.section_at(holder, section, moment).await?.unwrap_or_default();
            gone.retain(|entry| !there.contains_key(&entry.key));
        }
        Ok(gone.into_iter().map(|entry| gone_item(&holder.host.value, entry)).collect())
    }
}
