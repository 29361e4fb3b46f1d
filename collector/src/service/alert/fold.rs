//! Incidents of drift that are a consequence: when something turns critical that their hosts depend on, they go on in the incident of its
//! alert. What comes later goes there by the router.

use std::collections::BTreeSet;

use muster_model::alert::{Alert, parent};
use muster_model::finding::Finding;
use muster_model::routing;
use muster_model::ticket::{Kind, Ticket};
use muster_model::{ChangeSet, Document, Versioned};
use muster_shared::Time;
use muster_shared::id::{AlertId, HostId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::step::News;
use crate::service::drift::{staged_ticket, write_ticket};
use crate::service::{Call, Service, ServiceError};

/// Active incidents that are looked at.
const ACTIVE: usize = 500;
/// Incidents that go on elsewhere in one commit.
const FOLDED: usize = 32;

impl Service {
    /// Lets incidents of drift go on in those of alerts that turned critical, or that have an incident now.
    pub(super) async fn fold_downstream(
        &self,
        news: &News,
        changes: &mut ChangeSet,
        now: Time,
    ) -> Result<(), ServiceError> {
        let alerts: BTreeSet<AlertId> =
            news.changed.iter().filter(|(_, state)| state == "open").map(|(id, _)| *id).collect();
        for id in alerts {
            let Some(alert) = self.store().find::<Alert>(&id.to_string()).await? else { continue };
            if let (Some(node), Some(incident)) = (alert.value.mutes(), alert.value.incident) {
                let into = match staged_ticket(changes, &incident.to_string()) {
                    Some(staged) => Some(staged),
                    None => self.store().find::<Ticket>(&incident.to_string()).await?,
                };
                if let Some(into) = into.filter(|into| into.value.state.name().is_active()) {
                    self.fold_into(changes, node, into, now).await?;
                }
            }
        }
        Ok(())
    }

    /// Incidents of drift that began lately and that nobody works on, with their hosts.
    async fn foldable(&self, now: Time) -> Result<Vec<(HostId, Versioned<Ticket>)>, ServiceError> {
        let scan = Scan::index(Index::TicketActive, format!("{}/", Kind::Incident.as_str())).limit(ACTIVE);
        let rows = self.store().page::<Ticket>(scan).await?.rows;
        let of = |stored: Versioned<Ticket>| {
            let host = stored.value.drift.as_ref().map(|origin| origin.host)?;
            (now.since(stored.value.opened_at) <= routing::LONGEST_MS).then_some((host, stored))
        };
        Ok(rows.into_iter().filter_map(of).collect())
    }

    async fn fold_into(
        &self,
        changes: &mut ChangeSet,
        node: NodeId,
        mut into: Versioned<Ticket>,
        now: Time,
    ) -> Result<(), ServiceError> {
        let candidates = self.foldable(now).await?;
        if candidates.is_empty() {
            return Ok(());
        }
        let hosts: BTreeSet<HostId> = candidates.iter().map(|(host, _)| *host).collect();
        let depends = self
            .with_graph(|graph| {
                let comes_of =
                    |host: &HostId| parent::parent(graph, NodeId::Host(*host), now, |at| at == node).is_some();
                hosts.iter().copied().filter(comes_of).collect::<BTreeSet<_>>()
            })
            .await?;
        let (mut folded, mut timeline, priorities) = (0, Vec::new(), self.priorities().await?);
        for (_, stored) in candidates.into_iter().filter(|(host, _)| depends.contains(host)) {
            if folded >= FOLDED || staged_ticket(changes, &stored.value.id.to_string()).is_some() {
                continue;
            }
            let scan = Scan::index(Index::FindingByIncident, stored.value.id.to_string());
            let findings = self.store().all::<Finding>(scan).await?;
            let is_staged = |finding: &Versioned<Finding>| {
                let key = finding.value.id;
                changes.puts.iter().any(|put| matches!(&put.document, Document::Finding(known) if known.id == key))
            };
            let values: Vec<Finding> = findings.iter().map(|finding| finding.value.clone()).collect();
            if findings.iter().any(is_staged) || !routing::may_fold_upstream(&stored.value, &values) {
                continue;
            }
            let Some((ticket, moved)) = routing::fold(&stored.value, &into.value, now) else { continue };
            let call = Call::system("router");
            changes.audit.push(call.audit(now, "ticket.auto_resolve", ticket.id, ticket.number.clone()));
            changes.create(moved);
            write_ticket(changes, Versioned { value: ticket, version: stored.version });
            for mut finding in findings {
                let joined = routing::join(&into.value, &finding.value, None, &priorities, now);
                into.value = joined.ticket;
                timeline.extend(joined.timeline);
                finding.value.incident = Some(into.value.id);
                changes.update(finding);
            }
            folded += 1;
        }
        if folded > 0 {
            for entry in timeline {
                changes.create(entry);
            }
            write_ticket(changes, into);
        }
        Ok(())
    }
}
