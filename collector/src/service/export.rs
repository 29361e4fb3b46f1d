//! What other tools are told: hosts with all that is known of them, in the shape that the forms of the model take.

use std::collections::BTreeMap;

use muster_model::export::Snapshot;
use muster_model::history::Moment;
use muster_model::query::Query;
use muster_shared::SectionName;

use super::host::HostView;
use super::{Call, Service, ServiceError, Window};

/// The sections that lists of hosts are made from.
const BRIEF: &[SectionName] = &[SectionName::Host];

impl Service {
    /// One host with everything that was read of it, as it was at a moment.
    pub async fn snapshot(&self, call: &Call, text: &str, moment: Moment) -> Result<Snapshot, ServiceError> {
        let view = self.find_host(call, text, moment).await?;
        self.snapshot_of(view, None, moment).await
    }

    /// The hosts that a query means, with what lists of hosts need. Retired ones only when the query asks for them.
    pub async fn snapshots(&self, call: &Call, query: &Query) -> Result<Vec<Snapshot>, ServiceError> {
        let all = Window { limit: usize::MAX, cursor: None };
        let mut snapshots = Vec::new();
        for view in self.list_hosts(call, query, &all).await?.items {
            let is_retired = view.lifecycle.is_over();
            if !is_retired || query.mentions("lifecycle") {
                snapshots.push(self.snapshot_of(view, Some(BRIEF), query.moment).await?);
            }
        }
        Ok(snapshots)
    }

    async fn snapshot_of(
        &self,
        view: HostView,
        wanted: Option<&[SectionName]>,
        moment: Moment,
    ) -> Result<Snapshot, ServiceError> {
        let status = view.status();
        let facts = view.known.map(|known| known.facts).unwrap_or_default();
        let host = view.host.value.clone();
        let holder = self.holder(view.host).await?;
        let mut sections = BTreeMap::new();
        for section in holder.sections(&Query::default()) {
            if wanted.is_some_and(|wanted| !wanted.contains(&section)) {
                continue;
            }
            let items = self.items_of(&holder, section, moment).await?.into_iter().map(|mut item| {
                item.attributes.append(&mut item.metrics);
                (item.key, item.attributes)
            });
            sections.insert(section, items.collect());
        }
        Ok(Snapshot { host, facts, status, at: moment.since().unwrap_or_else(|| self.now()), sections })
    }
}
