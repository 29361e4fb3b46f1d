//! The drift engine: reads events, decides with the model, and moves its cursor in the same commit as its effects.

use std::collections::{HashMap, HashSet};

use muster_model::drift;
use muster_model::event::{Cursor, Event};
use muster_model::finding::Finding;
use muster_model::ticket::{Counter, Kind, Ticket};
use muster_model::{ChangeSet, Collection, Expected, Versioned, routing};
use muster_shared::Time;
use muster_shared::id::NodeId;
use muster_store::index::time_of;
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError, change_match};

/// The name of the engine's cursor.
const CURSOR: &str = "drift";
/// Events dealt with in one commit.
const BATCH: usize = 128;

/// What some events come to together.
#[derive(Default)]
struct Batch {
    changes: ChangeSet,
    places: HashSet<(Collection, String)>,
}

impl Batch {
    /// Takes in what one more event comes to; not when it writes what another one writes too, for it was decided without that.
    fn take(&mut self, more: ChangeSet) -> bool {
        let places: Vec<_> = more.places().collect();
        let is_apart = places.iter().all(|place| !self.places.contains(place));
        if is_apart {
            self.places.extend(places);
            self.changes.extend(more);
        }
        is_apart
    }
}

impl Service {
    /// Deals with the next events. `false` when there are none.
    pub async fn drift_step(&self) -> Result<bool, ServiceError> {
        let cursor = self.store().find::<Cursor>(CURSOR).await?;
        let after = cursor.as_ref().map(|cursor| cursor.value.after.as_str()).unwrap_or_default();
        let events = self.events(after, BATCH).await?;
        if events.is_empty() {
            return Ok(false);
        }
        let now = self.now();
        let (mut seen, mut moved) = (HashMap::new(), HashSet::new());
        let mut batch = Batch::default();
        let mut through = None;
        for row in &events {
            let host = match &row.event {
                Event::HostChanged { host, .. }
                | Event::HostRebased { host, .. }
                | Event::HostDiscovered { host }
                | Event::SectionsDiscovered { host, .. }
                | Event::DeclaredChanged { node: NodeId::Host(host) }
                | Event::DigestMatched { host, .. } => *host,
                Event::AgentQuarantined { .. }
                | Event::AgentPending { .. }
                | Event::ReviewOpened { .. }
                | Event::ReviewClosed { .. }
                | Event::HostsMerged { .. }
                | Event::FindingChanged { .. }
                | Event::DeclaredChanged { .. }
                | Event::ClassChanged { .. }
                | Event::AddressMoved { .. }
                | Event::LevelWarned { .. }
                | Event::LevelBreached { .. }
                | Event::AlertChanged { .. }
                | Event::AccessChanged { .. }
                | Event::GlassBroken { .. }
                | Event::AlertingChanged { .. } => {
                    through = Some(row.cursor());
                    continue;
                }
                Event::TicketChanged { .. } => {
                    // What it is now counts, however often it changed.
                    if let Some(change) = change_match::of_event(&row.event).filter(|change| moved.insert(*change))
                        && !batch.take(self.on_ticket(change).await?)
                    {
                        break;
                    }
                    through = Some(row.cursor());
                    continue;
                }
            };
            // A second event of a host does not see what the first one made of its findings: it waits for the next step. The look
            // that a report is for others goes along, for it is none for what the same report brought.
            let commit = row.commit;
            let is_same_look = matches!(row.event, Event::DigestMatched { .. });
            match seen.insert(host, commit) {
                None => {}
                Some(before) if before == commit && is_same_look => {}
                Some(_) => break,
            }
            if let Some(woken) = self.wake_findings(host, now).await? {
                // They are as they were before the host is looked at: the next step does that. What was decided until here stays.
                if through.is_none() {
                    return self.commit_step(woken).await;
                }
                break;
            }
            if !batch.take(self.on_event(&row.event, now).await?) {
                break;
            }
            through = Some(row.cursor());
        }
        let Some(through) = through else { return Ok(true) };
        let mut changes = batch.changes;
        let expected = cursor.map_or(Expected::Absent, |cursor| Expected::Version(cursor.version));
        changes.put(Cursor { name: CURSOR.into(), after: through, at: now }, expected);
        self.with_consequences(&mut changes).await?;
        match self.commit(changes).await {
            // A person changed one of the findings at the same moment: the next step reads it anew.
            Ok(()) | Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    async fn on_event(&self, event: &Event, now: Time) -> Result<ChangeSet, ServiceError> {
        match event {
            Event::HostChanged { host, from, to } => self.on_changed(*host, (*from, *to), false, now).await,
            Event::HostRebased { host, from, to } => self.on_changed(*host, (*from, *to), true, now).await,
            Event::DigestMatched { host, at } => self.on_matched(*host, *at, now).await,
            Event::HostDiscovered { host } | Event::DeclaredChanged { node: NodeId::Host(host) } => {
                self.on_discovered(*host, None, now).await
            }
            Event::SectionsDiscovered { host, sections } => self.on_discovered(*host, Some(sections), now).await,
            Event::AgentQuarantined { .. }
            | Event::AgentPending { .. }
            | Event::ReviewOpened { .. }
            | Event::ReviewClosed { .. }
            | Event::HostsMerged { .. }
            | Event::FindingChanged { .. }
            | Event::DeclaredChanged { .. }
            | Event::ClassChanged { .. }
            | Event::AddressMoved { .. }
            | Event::LevelWarned { .. }
            | Event::LevelBreached { .. }
            | Event::TicketChanged { .. }
            | Event::AlertChanged { .. }
            | Event::AccessChanged { .. }
            | Event::GlassBroken { .. }
            | Event::AlertingChanged { .. } => Ok(ChangeSet::new()),
        }
    }

    /// Stores a finding in its new state, and settles its incident when it ended. Version 0 is a new finding.
    pub(crate) async fn write_finding(
        &self,
        changes: &mut ChangeSet,
        mut finding: Versioned<Finding>,
        now: Time,
    ) -> Result<(), ServiceError> {
        if let Some(waived) = self.waived(&self.policy_book().await?, &finding.value, now) {
            finding.value = waived;
        }
        if finding.value.just_opened(now) {
            // What was waived, flapped or was not known had no change to ask while it was.
            Box::pin(self.explain_opened(changes, &mut finding.value, now)).await?;
        }
        let state = finding.value.state.as_str().to_owned();
        changes.events.push(Event::FindingChanged { finding: finding.value.id, host: finding.value.host, state });
        if !finding.value.state.is_active() {
            self.settle_incident(changes, &finding.value, now).await?;
            self.settle_family(changes, &finding.value, now).await?;
        } else if finding.value.just_explained(now) {
            self.settle_incident(changes, &finding.value, now).await?;
        } else if finding.value.tells_flapping(now) {
            self.note_in_incident(changes, &finding.value, now).await?;
        }
        if finding.version == 0 {
            changes.create(finding.value);
        } else {
            changes.update(finding);
        }
        Ok(())
    }

    /// Notes in the incident of a finding that it comes and goes.
    async fn note_in_incident(
        &self,
        changes: &mut ChangeSet,
        finding: &Finding,
        now: Time,
    ) -> Result<(), ServiceError> {
        let Some(id) = finding.incident else { return Ok(()) };
        let staged = staged_ticket(changes, &id.to_string());
        let stored = match staged {
            Some(staged) => Some(staged),
            None => self.store().find::<Ticket>(&id.to_string()).await?,
        };
        let Some(stored) = stored.filter(|stored| stored.value.state.name().is_active()) else { return Ok(()) };
        let (ticket, entry) = routing::note(&stored.value, finding, now);
        changes.create(entry);
        write_ticket(changes, Versioned { value: ticket, version: stored.version });
        Ok(())
    }

    async fn settle_incident(&self, changes: &mut ChangeSet, ended: &Finding, now: Time) -> Result<(), ServiceError> {
        let Some(id) = ended.incident else { return Ok(()) };
        let staged = staged_ticket(changes, &id.to_string());
        let stored = match staged {
            Some(staged) => Some(staged),
            None => self.store().find::<Ticket>(&id.to_string()).await?,
        };
        let Some(stored) = stored.filter(|stored| stored.value.state.name().is_active()) else { return Ok(()) };
        let mut all = Vec::new();
        for member in stored.value.drift.iter().flat_map(|origin| &origin.findings) {
            if *member == ended.id {
                all.push(ended.clone());
            } else if let Some(finding) = staged_finding(changes, &member.to_string()) {
                all.push(finding);
            } else {
                all.extend(self.store().find::<Finding>(&member.to_string()).await?.map(|stored| stored.value));
            }
        }
        // A broad incident names some of its findings: as long as another one stands, it goes on.
        let named = all.len();
        if stored.value.drift.as_ref().is_some_and(|origin| origin.joined > named) {
            let scan = Scan::index(Index::FindingByIncident, id.to_string());
            let others = self.store().page::<Finding>(scan.limit(64)).await?.rows.into_iter().map(|row| row.value);
            let stands = |other: &Finding| {
                let staged = staged_finding(changes, &other.id.to_string());
                other.id != ended.id && !staged.as_ref().unwrap_or(other).state.is_settled()
            };
            all.extend(others.filter(stands));
        }
        let (ticket, timeline) = routing::settle(&stored.value, ended, &all, now);
        for entry in timeline {
            changes.create(entry);
        }
        let call = Call::system("router");
        if ticket.state.name() != stored.value.state.name() {
            changes.audit.push(call.audit(now, "ticket.auto_resolve", ticket.id, ticket.number.clone()));
        }
        write_ticket(changes, Versioned { value: ticket, version: stored.version });
        Ok(())
    }

    /// Does what is due by the clock: debounces, expiries, tickets that wake or close. `false` when nothing was.
    pub async fn due_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        if self.is_due(Index::FindingDue, now).await? {
            let due = self.store().page::<Finding>(Scan::index(Index::FindingDue, "").limit(BATCH)).await?.rows;
            let (mut batch, mut hosts) = (Batch::default(), HashSet::new());
            // What ends on a host is looked at with what else stands there: one of a host at a time.
            for Versioned { value, version } in due.into_iter().filter(|due| hosts.insert(due.value.host)) {
                let Some(next) = drift::advance(&value, None, &self.policy().windows, now) else { break };
                let mut changes = ChangeSet::new();
                self.write_finding(&mut changes, Versioned { value: next, version }, now).await?;
                if !batch.take(changes) {
                    break;
                }
            }
            if !batch.changes.is_empty() {
                return self.commit_step(batch.changes).await;
            }
        }
        Box::pin(self.ticket_due_step()).await
    }

    /// Whether the time of the first entry of an index has come. The index is ordered by time: nothing but its key is read.
    pub(in crate::service) async fn is_due(&self, index: Index, now: Time) -> Result<bool, ServiceError> {
        Ok(self.first_due(index).await?.is_some_and(|at| at <= now))
    }

    /// The time of the first entry of an index that is ordered by time.
    async fn first_due(&self, index: Index) -> Result<Option<Time>, ServiceError> {
        let first = self.store().places(Scan::index(index, "").limit(1)).await?;
        Ok(first.first().and_then(|place| time_of(place)))
    }

    pub(super) async fn commit_step(&self, mut changes: ChangeSet) -> Result<bool, ServiceError> {
        self.with_consequences(&mut changes).await?;
        match self.commit(changes).await {
            Ok(()) | Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// When the next thing is due by the clock, at the latest `horizon_ms` from now.
    pub async fn next_due(&self, horizon_ms: i64) -> Result<Time, ServiceError> {
        let mut next = self.now().plus_millis(horizon_ms);
        for index in [Index::FindingDue, Index::FindingUnrouted] {
            next = self.first_due(index).await?.map_or(next, |at| next.min(at));
        }
        next = self.next_sweep().await?.map_or(next, |at| next.min(at));
        let dues = [
            self.next_ticket_due().await?,
            self.next_access_due().await?,
            self.next_approval_due().await?,
            self.next_follow_up().await?,
            self.next_review().await?,
        ];
        for at in dues.into_iter().flatten() {
            next = next.min(at);
        }
        Ok(next)
    }

    /// The counter of a kind, moved to the next number but not yet stored.
    pub(crate) async fn next_number(&self, kind: Kind) -> Result<Versioned<Counter>, ServiceError> {
        self.next_count(kind.as_str()).await
    }

    /// A counter, moved to the next number but not yet stored.
    pub(crate) async fn next_count(&self, name: &str) -> Result<Versioned<Counter>, ServiceError> {
        let stored = self.store().find::<Counter>(name).await?;
        let fresh = || Versioned { value: Counter { name: name.to_owned(), last: 0 }, version: 0 };
        let mut next = stored.unwrap_or_else(fresh);
        next.value.last += 1;
        Ok(next)
    }
}

/// Stores a counter that [`Service::next_count`] gave.
pub(crate) fn put_counter(changes: &mut ChangeSet, counter: Versioned<Counter>) {
    let expected = if counter.version == 0 { Expected::Absent } else { Expected::Version(counter.version) };
    changes.put(counter.value, expected);
}

pub(super) fn ticket_changed(ticket: &Ticket) -> Event {
    Event::TicketChanged {
        ticket: ticket.id,
        number: ticket.number.clone(),
        state: ticket.state.name().as_str().to_owned(),
    }
}

/// Stores the next version of a ticket; one that is already in the set is replaced there.
pub(crate) fn write_ticket(changes: &mut ChangeSet, ticket: Versioned<Ticket>) {
    let id = ticket.value.id;
    changes.puts.retain(|put| !matches!(&put.document, muster_model::Document::Ticket(known) if known.id == id));
    changes.events.push(ticket_changed(&ticket.value));
    changes.update(ticket);
}

/// A ticket as a set will store it, with the version that it expects.
pub(crate) fn staged_ticket(changes: &ChangeSet, key: &str) -> Option<Versioned<Ticket>> {
    changes.puts.iter().find_map(|put| match (&put.document, put.expected) {
        (muster_model::Document::Ticket(ticket), Expected::Version(version)) if ticket.id.to_string() == key => {
            Some(Versioned { value: ticket.clone(), version })
        }
        _ => None,
    })
}

pub(super) fn staged_finding(changes: &ChangeSet, key: &str) -> Option<Finding> {
    changes.puts.iter().find_map(|put| match &put.document {
        muster_model::Document::Finding(finding) if finding.id.to_string() == key => Some(finding.clone()),
        _ => None,
    })
}
