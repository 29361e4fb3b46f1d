//! Findings into incidents: the router's steps.
//!
//! What is due goes back to the incident that it had; else it joins the one for its group, when the same difference stands on
//! several hosts; else the one of its policy and host; else a new one begins, or, when incidents came too fast, the digest
//! takes it.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use muster_model::alert::Alert;
use muster_model::finding::Finding;
use muster_model::host::Host;
use muster_model::policy::Class;
use muster_model::routing::{self, Routed, Way};
use muster_model::storm::{self, Bucket, Limit};
use muster_model::ticket::{Breadth, Kind, Ticket};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{HostId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::breadth::COUNTED;
use super::drift::{put_counter, ticket_changed, write_ticket};
use super::{Call, Service, ServiceError};

/// Findings that are looked at in one step.
const WAITING: usize = 64;
/// Incidents of single hosts that go on in the one of their group, in one step.
const FOLDED: usize = 16;

impl Service {
    /// Routes what is due: one finding, and others of its group with it. `false` when there is none.
    pub async fn route_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        if !self.is_due(Index::FindingUnrouted, now).await? {
            return Ok(false);
        }
        // Of those that came due together the worst speaks first, and a person before the group made for them: it gives the
        // incident its title.
        let waiting = self.store().page::<Finding>(Scan::index(Index::FindingUnrouted, "").limit(WAITING)).await?.rows;
        let due: Vec<_> = waiting.into_iter().filter(|due| routing::is_due(&due.value, now)).collect();
        let rank = |due: &&Versioned<Finding>| (due.value.first_seen, Reverse(due.value.severity), due.value.section);
        let Some(first) = due.iter().min_by_key(rank).cloned() else { return Ok(false) };
        let Some(host) = self.store().find::<Host>(&first.value.host.to_string()).await? else {
            return Ok(false);
        };
        let had = match first.value.incident {
            Some(id) => self.store().find::<Ticket>(&id.to_string()).await?,
            None => None,
        };
        let mut changes = ChangeSet::new();
        // What comes of something that it depends on goes on there.
        let had = match had {
            None => self.upstream_incident(&first.value).await?,
            had => had,
        };
        let mut breadth = self.breadth_of(&first.value, now).await?;
        let mut open = self.joinable(&first.value, &breadth).await?;
        let takes = open.as_ref().is_some_and(|open| routing::takes(&open.value, &first.value, &breadth, now));
        if had.is_none()
            && !takes
            && self.take_from(&mut changes, storm::TICKET_BUCKET, storm::TICKETS, 1, now).await? == 0
        {
            breadth = Breadth::Digest;
            open = self.joinable(&first.value, &breadth).await?;
        }
        let counter = self.next_number(Kind::Incident).await?;
        let priorities = self.priorities().await?;
        let way = Way {
            host: &host.value,
            priorities: &priorities,
            services: self.floors(NodeId::Host(host.value.id)).await?,
            assigned: self.assigned(&first.value, &breadth).await?,
            number: Kind::Incident.number(counter.value.last),
            breadth: breadth.clone(),
        };
        let (had_value, open_value) = (had.as_ref().map(|t| &t.value), open.as_ref().map(|t| &t.value));
        let mut routed = routing::route(&first.value, way, had_value, open_value, now);
        let mut joined = vec![first.clone()];
        if had.is_none() && matches!(breadth, Breadth::Group { .. }) {
            let same = |other: &&Versioned<Finding>| {
                other.value.id != first.value.id
                    && other.value.incident.is_none()
                    && other.value.group_fingerprint == first.value.group_fingerprint
            };
            let others: Vec<_> = due.iter().filter(same).cloned().collect();
            for other in others {
                if !self.is_of(&breadth, other.value.host).await? {
                    continue;
                }
                let next = routing::join(&routed.ticket, &other.value, Some(&breadth), &priorities, now);
                routed.ticket = next.ticket;
                routed.timeline.extend(next.timeline);
                joined.push(other);
            }
            if routed.is_new {
                self.fold_incidents(&mut changes, &mut routed, &breadth, now).await?;
            }
        }
        for finding in &joined {
            self.link_contradicted(&mut changes, &mut routed.ticket, &mut routed.timeline, &finding.value, now).await?;
        }
        let fresh: Vec<Time> =
            joined.iter().filter(|f| f.value.incident.is_none()).map(|f| f.value.first_seen).collect();
        let version = [had, open].into_iter().flatten().find(|t| t.value.id == routed.ticket.id).map(|t| t.version);
        self.put_routed(&mut changes, routed, joined, version, counter, now);
        let worked = self.commit_step(changes).await?;
        for seen in fresh {
            self.measures().observe_incident(self.now().since(seen));
        }
        Ok(worked)
    }

    /// Writes an incident, new or not, and the findings that it took.
    #[expect(clippy::unused_self, reason = "it belongs to the router")]
    fn put_routed(
        &self,
        changes: &mut ChangeSet,
        routed: Routed,
        joined: Vec<Versioned<Finding>>,
        version: Option<u64>,
        counter: Versioned<muster_model::ticket::Counter>,
        now: Time,
    ) {
        let call = Call::system("router");
        let (number, id) = (routed.ticket.number.clone(), routed.ticket.id);
        routed.timeline.into_iter().for_each(|entry| changes.create(entry));
        if routed.is_new {
            changes.audit.push(call.audit(now, "ticket.create", id, format!("{number}: {}", routed.ticket.title)));
            put_counter(changes, counter);
            changes.events.push(ticket_changed(&routed.ticket));
            changes.create(routed.ticket);
        } else {
            let said = joined.first().map(|first| first.value.title().to_string()).unwrap_or_default();
            changes.audit.push(call.audit(now, "ticket.join", id, format!("{number}: {said}")));
            write_ticket(changes, Versioned { value: routed.ticket, version: version.unwrap_or_default() });
        }
        for mut finding in joined {
            finding.value.is_routed = true;
            finding.value.incident = Some(id);
            changes.update(finding);
        }
    }

    /// The active incident of a critical alert of something that the finding's host depends on: what else is found there meanwhile
    /// is most likely of the same cause. What concerns security always stands for itself.
    async fn upstream_incident(&self, finding: &Finding) -> Result<Option<Versioned<Ticket>>, ServiceError> {
        if finding.class == Class::Security || !finding.basis.may_group() {
            return Ok(None);
        }
        let Some(alert) = self.critical_upstream(NodeId::Host(finding.host)).await? else { return Ok(None) };
        let Some(alert) = self.store().find::<Alert>(&alert).await? else { return Ok(None) };
        let Some(incident) = alert.value.incident else { return Ok(None) };
        let stored = self.store().find::<Ticket>(&incident.to_string()).await?;
        Ok(stored.filter(|stored| stored.value.state.name().is_active()))
    }

    /// Lets the incidents of single hosts go on in the new one of their group, where nobody works on them yet.
    async fn fold_incidents(
        &self,
        changes: &mut ChangeSet,
        routed: &mut Routed,
        breadth: &Breadth,
        now: Time,
    ) -> Result<(), ServiceError> {
        let Breadth::Group { fingerprint, .. } = breadth else { return Ok(()) };
        let priorities = self.priorities().await?;
        let scan = Scan::index(Index::FindingByGroup, format!("{fingerprint}/")).limit(COUNTED);
        let members = self.store().page::<Finding>(scan).await?.rows;
        let mut incidents = BTreeSet::new();
        for member in members.iter().map(|member| &member.value) {
            if incidents.len() < FOLDED
                && let Some(incident) = member.incident
                && self.is_of(breadth, member.host).await?
            {
                incidents.insert(incident);
            }
        }
        for incident in incidents {
            let Some(stored) = self.store().find::<Ticket>(&incident.to_string()).await? else { continue };
            let scan = Scan::index(Index::FindingByIncident, format!("{incident}"));
            let findings = self.store().all::<Finding>(scan).await?;
            let values: Vec<Finding> = findings.iter().map(|finding| finding.value.clone()).collect();
            if !routing::may_fold(&stored.value, &values, fingerprint) {
                continue;
            }
            let Some((ticket, moved)) = routing::fold(&stored.value, &routed.ticket, now) else { continue };
            let call = Call::system("router");
            changes.audit.push(call.audit(now, "ticket.auto_resolve", ticket.id, ticket.number.clone()));
            changes.create(moved);
            write_ticket(changes, Versioned { value: ticket, version: stored.version });
            for mut finding in findings {
                let next = routing::join(&routed.ticket, &finding.value, Some(breadth), &priorities, now);
                routed.ticket = next.ticket;
                routed.timeline.extend(next.timeline);
                finding.value.incident = Some(routed.ticket.id);
                changes.update(finding);
            }
        }
        Ok(())
    }

    /// Whether a host is of the place of a group.
    async fn is_of(&self, breadth: &Breadth, host: HostId) -> Result<bool, ServiceError> {
        match breadth {
            Breadth::Group { place, is_mass: false, .. } => Ok(self.place_of(host).await? == *place),
            Breadth::Group { .. } | Breadth::Host | Breadth::Policy { .. } | Breadth::Digest => Ok(true),
        }
    }

    /// Takes from a bucket that is kept in the store; gives how many were there.
    pub(in crate::service) async fn take_from(
        &self,
        changes: &mut ChangeSet,
        name: &str,
        limit: Limit,
        wanted: u32,
        now: Time,
    ) -> Result<u32, ServiceError> {
        let stored = self.store().find::<Bucket>(name).await?;
        let (mut bucket, expected) = match stored {
            Some(stored) => (stored.value, Expected::Version(stored.version)),
            None => (Bucket::full(name.to_owned(), limit, now), Expected::Absent),
        };
        let granted = bucket.take(wanted, limit, now);
        changes.put(bucket, expected);
        Ok(granted)
    }
}
