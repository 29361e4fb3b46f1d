//! What a map shows of its nodes besides how they hang together: how they do, what stands on them, how much depends on them.

use std::collections::HashMap;

use muster_model::Versioned;
use muster_model::availability::Health;
use muster_model::declared::Declared;
use muster_model::finding::Finding;
use muster_model::host::status::Status;
use muster_model::host::{Criticality, Host};
use muster_model::right::Action;
use muster_shared::id::{HostId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// What is laid over a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// How hosts stand with their reports, and how declared items do.
    Health,
    /// Findings that stand.
    Findings,
    /// How much depends on it.
    Criticality,
}

impl Overlay {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Health, Self::Findings, Self::Criticality];

    /// The name in the address.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Findings => "findings",
            Self::Criticality => "criticality",
        }
    }
}

/// What an overlay says of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// How a host stands.
    Status(Status),
    /// How a declared item does.
    Health(Health),
    /// How many findings stand on it.
    Findings(usize),
    /// How much depends on it.
    Criticality(Criticality),
}

impl Service {
    /// What an overlay says of nodes now; of what it says nothing of there is no entry.
    pub async fn marks(
        &self,
        call: &Call,
        overlay: Overlay,
        nodes: &[NodeId],
    ) -> Result<HashMap<NodeId, Mark>, ServiceError> {
        let right = if overlay == Overlay::Findings { Action::FindingRead } else { Action::ItemRead };
        let sight = self.sight(call, right).await?;
        let mut marks = HashMap::new();
        let mut declared = Vec::new();
        for node in nodes.iter().copied().filter(|node| sight.sees_node(*node)) {
            let mark = match (overlay, node) {
                (Overlay::Findings, NodeId::Host(id)) => {
                    let scan = Scan::index(Index::FindingActiveByHost, format!("{id}/"));
                    Some(Mark::Findings(self.store().count(scan.limit(usize::MAX)).await?))
                }
                (Overlay::Findings, NodeId::Item(item)) => {
                    let scan = Scan::index(Index::FindingActiveByHost, format!("{}/", item.host()));
                    let standing = self.store().all::<Finding>(scan).await?;
                    Some(Mark::Findings(standing.iter().filter(|finding| finding.value.item == item).count()))
                }
                (Overlay::Findings, _) | (_, NodeId::Address(_)) => None,
                (_, NodeId::Declared(_)) => {
                    declared.extend(self.store().find::<Declared>(&node.to_string()).await?);
                    None
                }
                (_, NodeId::Host(id)) => self.mark_of_host(overlay, id).await?,
                (_, NodeId::Item(item)) => self.mark_of_host(overlay, item.host()).await?,
            };
            marks.extend(mark.map(|mark| (node, mark)));
        }
        marks.extend(self.marks_of_declared(overlay, declared).await?);
        Ok(marks)
    }

    async fn mark_of_host(&self, overlay: Overlay, id: HostId) -> Result<Option<Mark>, ServiceError> {
        let Some(host) = self.store().find::<Host>(&id.to_string()).await? else { return Ok(None) };
        Ok(Some(match overlay {
            Overlay::Criticality => Mark::Criticality(host.value.criticality),
            Overlay::Health | Overlay::Findings => {
                let tellers = self.tellers(&host.value).await?;
                Mark::Status(self.status_of(&tellers, self.now()).await?)
            }
        }))
    }

    async fn marks_of_declared(
        &self,
        overlay: Overlay,
        items: Vec<Versioned<Declared>>,
    ) -> Result<Vec<(NodeId, Mark)>, ServiceError> {
        if items.is_empty() || overlay == Overlay::Criticality {
            let mark = |item: Versioned<Declared>| (item.value.id, Mark::Criticality(item.value.criticality));
            return Ok(items.into_iter().map(mark).collect());
        }
        let (broken, silent) = self.unavailable().await?;
        let views = self.with_health(items, &broken, &silent).await?;
        Ok(views.into_iter().map(|view| (view.item.value.id, Mark::Health(view.health))).collect())
    }
}
