//! A host's items as they were before a merge: compensating history, nothing is rewritten.

use muster_model::event::Event;
use muster_model::history::{self, HistoryEntry, Moment};
use muster_model::host::Host;
use muster_model::inventory::Inventory;
use muster_model::source::Source;
use muster_model::{ChangeSet, Versioned};
use muster_shared::canonical::section_digest;
use muster_shared::diff::ItemMap;
use muster_shared::id::{AgentId, ReportId};

use crate::service::{Service, ServiceError};

impl Service {
    /// Takes back what moved agents told of a host (`moment` is when they came), and says whose next report sets the state:
    /// those who stay may have seen things change that nobody judged. Gives the last number of the history then.
    pub(super) async fn restore_inventory(
        &self,
        changes: &mut ChangeSet,
        (host, mut stored): (&Host, Versioned<Inventory>),
        moment: Option<Moment>,
        (gone, stays): (&[AgentId], &[AgentId]),
    ) -> Result<u64, ServiceError> {
        let before = stored.value.clone();
        stored.value.newcomers.retain(|newcomer| !gone.contains(newcomer));
        if let Some(moment) = moment {
            let more = stays.iter().filter(|agent| !before.newcomers.contains(agent));
            stored.value.newcomers.extend(more);
            self.turn_back(changes, host, &mut stored.value, moment).await?;
        }
        let last = stored.value.history;
        if stored.value != before {
            changes.update(stored);
        }
        Ok(last)
    }

    async fn turn_back(
        &self,
        changes: &mut ChangeSet,
        host: &Host,
        inventory: &mut Inventory,
        moment: Moment,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        // Numbers count over all who tell of the host.
        let told = self.heads(host).await?.into_iter().map(|head| head.value.history).max();
        let mut seq = told.unwrap_or_default().max(inventory.history);
        let (from, report) = (seq + 1, ReportId::new(now));
        for (section, head) in inventory.sections.iter_mut().filter(|(_, head)| head.is_known) {
            let present = self.body_of(host.id, *section, Source::Agent).await?;
            let entries = self.section_history(host.id, *section, Source::Agent.mark()).await?;
            let since = head.known_since.unwrap_or(host.created_at);
            // What was read for the first time since is not known to have been otherwise.
            let Some(past) = history::items_at(present.items.clone(), &entries, since, moment) else { continue };
            let past: ItemMap = past.into_iter().map(|(key, item)| (key, item.attributes)).collect();
            for change in history::item_changes(*section, &present.item_map(), &past) {
                seq += 1;
                head.pending += 1;
                changes.create(HistoryEntry::told(&present, change, (seq, report), (head.seen_at, now)));
            }
            head.count = past.len() as u64;
            head.digest = section_digest(&past);
            inventory.facts.learn(*section, &past, &ItemMap::new());
        }
        if seq >= from {
            inventory.history = seq;
        }
        inventory.root = inventory.root_now();
        inventory.looked_at = Some(now);
        if seq >= from {
            changes.events.push(Event::HostRebased { host: host.id, from, to: seq });
        }
        Ok(())
    }
}
