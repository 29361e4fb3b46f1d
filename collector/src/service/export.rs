//! What other tools are told: hosts with all that is known of them, in the shape that the forms of the model take.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::declared::Declared;
use muster_model::export::Snapshot;
use muster_model::history::Moment;
use muster_model::query::Query;
use muster_model::relation::graph::Direction;
use muster_model::relation::impact;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::SectionName;
use muster_shared::id::HostId;

use super::host::HostView;
use super::impact::SERVICES;
use super::{Call, Service, ServiceError, Window, invalid};

/// The sections that lists of hosts are made from.
const BRIEF: &[SectionName] = &[SectionName::Host];
/// The sections that bills of materials are made from.
const SOFTWARE: &[SectionName] = &[SectionName::Host, SectionName::Package];
/// Hosts of one bill at most: the software of all of them is in memory at once.
const MOST_HOSTS: usize = 200;

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

    /// A service, by id or name, with the software of all hosts on which it depends, as it was at a moment. Of these only what the
    /// caller may see is told, and nothing of what is out of service.
    pub async fn software_of_service(
        &self,
        call: &Call,
        text: &str,
        moment: Moment,
    ) -> Result<(Declared, Vec<Snapshot>), ServiceError> {
        let missing = || ServiceError::NotFound { kind: "service", id: text.chars().take(80).collect() };
        let node = self.node_named(call, "/service", text).await?;
        if node.declared().is_none() {
            return Err(missing());
        }
        let service = self.get_declaration(call, node, moment).await?.value;
        if !SERVICES.contains(&service.class.as_str()) {
            return Err(missing());
        }
        let sight = self.sight(call, Action::ItemRead).await?;
        let needs = self.walk(node, Direction::Down, impact::MAX_DEPTH, moment.since()).await?;
        let hosts: BTreeSet<HostId> =
            needs.reached().filter_map(|reached| reached.node.host()).filter(|id| sight.sees_host(*id)).collect();
        if hosts.len() > MOST_HOSTS {
            let why = Phrase::new("sbom_hosts").with("count", hosts.len()).with("max", MOST_HOSTS);
            return Err(invalid("/service", why));
        }
        let mut snapshots: BTreeMap<HostId, Snapshot> = BTreeMap::new();
        for id in hosts {
            let view = match self.get_host(call, id, moment).await {
                Ok(view) => view,
                // It was not known then.
                Err(ServiceError::NotFound { .. }) => continue,
                Err(error) => return Err(error),
            };
            let id = view.host.value.id;
            if !view.lifecycle.is_over() && !snapshots.contains_key(&id) {
                snapshots.insert(id, self.snapshot_of(view, Some(SOFTWARE), moment).await?);
            }
        }
        Ok((service, snapshots.into_values().collect()))
    }

    async fn snapshot_of(
        &self,
        view: HostView,
        wanted: Option<&[SectionName]>,
        moment: Moment,
    ) -> Result<Snapshot, ServiceError> {
        let status = view.status.as_str();
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
