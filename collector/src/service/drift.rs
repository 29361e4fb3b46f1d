//! The drift engine: reads events, decides with the model, and moves its cursor in the same commit as its effects.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use muster_model::drift::{self, Findings};
use muster_model::event::{Cursor, Event, EventRecord};
use muster_model::finding::{Finding, FindingState, Resolution};
use muster_model::history::{self, HistoryEntry};
use muster_model::host::Host;
use muster_model::ticket::{Counter, Kind, Ticket};
use muster_model::{ChangeSet, Collection, Expected, Versioned, routing};
use muster_shared::Time;
use muster_shared::id::{HostId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError};

/// The name of the engine's cursor.
const CURSOR: &str = "drift";
/// Events dealt with in one commit.
const BATCH: usize = 64;

impl Service {
    /// Deals with the next events. `false` when there are none.
    pub async fn drift_step(&self) -> Result<bool, ServiceError> {
        let cursor = self.store().find::<Cursor>(CURSOR).await?;
        let after = cursor.as_ref().map(|cursor| cursor.value.after.clone());
        let scan = Scan::keys(Collection::Event, "").after(after).limit(BATCH);
        let page = self.store().page::<EventRecord>(scan).await?;
        let Some(last) = page.rows.last().map(|row| row.value.cursor()) else { return Ok(false) };
        let now = self.now();
        let mut seen = HashSet::new();
        let mut changes = ChangeSet::new();
        let mut through = last;
        for row in &page.rows {
            // Two events of one host could touch one finding twice in one commit; the second waits for the next.
            let host = match &row.value.event {
                Event::HostChanged { host, .. }
                | Event::HostRebased { host, .. }
                | Event::DigestMatched { host, .. } => *host,
                Event::HostDiscovered { .. }
                | Event::SectionsDiscovered { .. }
                | Event::AgentQuarantined { .. }
                | Event::AgentPending { .. }
                | Event::ReviewOpened { .. }
                | Event::ReviewClosed { .. }
                | Event::HostsMerged { .. }
                | Event::FindingChanged { .. }
                | Event::DeclaredChanged { .. }
                | Event::ClassChanged { .. }
                | Event::AddressMoved { .. }
                | Event::TicketChanged { .. } => {
                    through = row.value.cursor();
                    continue;
                }
            };
            if !seen.insert(host) {
                break;
            }
            changes.extend(self.on_event(&row.value.event, now).await?);
            through = row.value.cursor();
        }
        let expected = cursor.map_or(Expected::Absent, |cursor| Expected::Version(cursor.version));
        changes.put(Cursor { name: CURSOR.into(), after: through, at: now }, expected);
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
            Event::HostDiscovered { .. }
            | Event::SectionsDiscovered { .. }
            | Event::AgentQuarantined { .. }
            | Event::AgentPending { .. }
            | Event::ReviewOpened { .. }
            | Event::ReviewClosed { .. }
            | Event::HostsMerged { .. }
            | Event::FindingChanged { .. }
            | Event::DeclaredChanged { .. }
            | Event::ClassChanged { .. }
            | Event::AddressMoved { .. }
            | Event::TicketChanged { .. } => Ok(ChangeSet::new()),
        }
    }

    /// Takes changes of a host into account. When its state was set anew, only findings that stand follow them.
    async fn on_changed(
        &self,
        host: HostId,
        (from, to): (u64, u64),
        is_rebased: bool,
        now: Time,
    ) -> Result<ChangeSet, ServiceError> {
        let Some(stored) = self.store().find::<Host>(&host.to_string()).await? else { return Ok(ChangeSet::new()) };
        let mut entries = Vec::new();
        for seq in from..=to {
            let entry = self.store().find::<HistoryEntry>(&history::key(host, seq)).await?;
            // Another source is believed, or not: nothing changed on the host.
            entries.extend(entry.map(|entry| entry.value).filter(HistoryEntry::is_change));
        }
        let mut known = Vec::new();
        for item in entries.iter().map(|entry| entry.item).collect::<BTreeSet<_>>() {
            known.extend(self.store().all::<Finding>(Scan::index(Index::FindingByItem, format!("{item}/"))).await?);
        }
        known.retain(|finding| !is_rebased || finding.value.state.is_active());
        let mut findings = Findings::new(known);
        for entry in &entries {
            drift::observe(&mut findings, entry, &stored.value.name, &self.policy().windows, now);
        }
        let mut changes = ChangeSet::new();
        for finding in findings.into_changed().into_iter().filter(|finding| !is_rebased || finding.version > 0) {
            self.write_finding(&mut changes, finding, now).await?;
        }
        Ok(changes)
    }

    async fn on_matched(&self, host: HostId, at: Time, now: Time) -> Result<ChangeSet, ServiceError> {
        let mut changes = ChangeSet::new();
        let stored = self.store().find::<Host>(&host.to_string()).await?.map(|stored| stored.value);
        if let Some(host) = stored.filter(|host| host.lifecycle.is_over()) {
            let scan = Scan::index(Index::FindingActiveByHost, format!("{}/", host.id));
            let active = self.store().all::<Finding>(scan).await?;
            let standing: Vec<Finding> = active.into_iter().map(|stored| stored.value).collect();
            if let Some(finding) = drift::zombie(&host, &standing, &self.policy().windows, now) {
                self.write_finding(&mut changes, Versioned { value: finding, version: 0 }, now).await?;
            }
        }
        let pending = Scan::index(Index::FindingPendingByHost, format!("{host}/"));
        for stored in self.store().all::<Finding>(pending).await? {
            let confirmed = at > stored.value.last_seen;
            if let Some(next) = drift::advance(&stored.value, confirmed, &self.policy().windows, now) {
                self.write_finding(&mut changes, Versioned { value: next, version: stored.version }, now).await?;
            }
        }
        Ok(changes)
    }

    /// Ends the finding that a host which was out of service reports: it is in service again.
    pub(super) async fn end_zombie(
        &self,
        call: &Call,
        changes: &mut ChangeSet,
        host: HostId,
    ) -> Result<(), ServiceError> {
        let active = self.store().all::<Finding>(Scan::index(Index::FindingActiveByHost, format!("{host}/"))).await?;
        for mut stored in active.into_iter().filter(|stored| stored.value.policy == drift::RETIRED_HOST) {
            let (by, at) = (call.actor.label(), self.now());
            let resolution = Resolution::Accepted;
            let over = FindingState::Resolved { resolution, by, reason: "in service again".into(), at };
            stored.value.enter(over, at);
            self.write_finding(changes, stored, at).await?;
        }
        Ok(())
    }

    /// Stores a finding in its new state, and settles its incident when it ended. Version 0 is a new finding.
    pub(crate) async fn write_finding(
        &self,
        changes: &mut ChangeSet,
        finding: Versioned<Finding>,
        now: Time,
    ) -> Result<(), ServiceError> {
        let state = finding.value.state.as_str().to_owned();
        changes.events.push(Event::FindingChanged { finding: finding.value.id, host: finding.value.host, state });
        if !finding.value.state.is_active() {
            self.settle_incident(changes, &finding.value, now).await?;
        }
        if finding.version == 0 {
            changes.create(finding.value);
        } else {
            changes.update(finding);
        }
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

    /// Routes one finding that is due. `false` when there is none.
    pub async fn route_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        // Of those that came due together the worst speaks first, and a person before the group made for them: it gives the
        // incident its title.
        let waiting = self.store().page::<Finding>(Scan::index(Index::FindingUnrouted, "").limit(64)).await?.rows;
        let due = waiting.into_iter().filter(|due| routing::is_due(&due.value, now));
        let rank = |due: &Versioned<Finding>| (due.value.first_seen, Reverse(due.value.severity), due.value.section);
        let Some(due) = due.min_by_key(rank) else { return Ok(false) };
        let Some(host) = self.store().find::<Host>(&due.value.host.to_string()).await? else {
            return Ok(false);
        };
        let had = match due.value.incident {
            Some(id) => self.store().find::<Ticket>(&id.to_string()).await?,
            None => None,
        };
        let scan = Scan::index(Index::TicketByDrift, format!("{}/{}/", due.value.host, due.value.policy)).descending();
        let open = self.store().first::<Ticket>(scan).await?;
        let counter = self.next_number(Kind::Incident).await?;
        let number = Kind::Incident.number(counter.value.last);
        let routed = routing::route(
            &due.value,
            &host.value,
            self.floors(NodeId::Host(host.value.id)).await?,
            had.as_ref().map(|stored| &stored.value),
            open.as_ref().map(|stored| &stored.value),
            number,
            now,
        );
        let mut changes = ChangeSet::new();
        let call = Call::system("router");
        let mut finding = due.clone();
        finding.value.is_routed = true;
        finding.value.incident = Some(routed.ticket.id);
        changes.update(finding);
        routed.timeline.into_iter().for_each(|entry| changes.create(entry));
        let (number, id) = (routed.ticket.number.clone(), routed.ticket.id);
        if routed.is_new {
            changes.audit.push(call.audit(now, "ticket.create", id, format!("{number}: {}", routed.ticket.title)));
            put_counter(&mut changes, counter);
            changes.events.push(ticket_changed(&routed.ticket));
            changes.create(routed.ticket);
        } else {
            let version = [had, open].into_iter().flatten().find(|t| t.value.id == id).map_or(0, |t| t.version);
            changes.audit.push(call.audit(now, "ticket.join", id, format!("{number}: {}", due.value.title())));
            write_ticket(&mut changes, Versioned { value: routed.ticket, version });
        }
        match self.commit(changes).await {
            Ok(()) | Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Does what is due by the clock: debounces, expiries, tickets that wake or close. `false` when nothing was.
    pub async fn due_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        if let Some(due) = self.store().first::<Finding>(Scan::index(Index::FindingDue, "")).await?
            && let Some(next) = drift::advance(&due.value, false, &self.policy().windows, now)
        {
            let mut changes = ChangeSet::new();
            self.write_finding(&mut changes, Versioned { value: next, version: due.version }, now).await?;
            return self.commit_step(changes).await;
        }
        self.ticket_due_step().await
    }

    pub(super) async fn commit_step(&self, changes: ChangeSet) -> Result<bool, ServiceError> {
        match self.commit(changes).await {
            Ok(()) | Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// When the next thing is due by the clock, at the latest `horizon_ms` from now.
    pub async fn next_due(&self, horizon_ms: i64) -> Result<Time, ServiceError> {
        let mut next = self.now().plus_millis(horizon_ms);
        if let Some(finding) = self.store().first::<Finding>(Scan::index(Index::FindingDue, "")).await? {
            next = finding.value.state.due_at().map_or(next, |at| next.min(at));
        }
        if let Some(finding) = self.store().first::<Finding>(Scan::index(Index::FindingUnrouted, "")).await?
            && let FindingState::Open { routes_at } = finding.value.state
        {
            next = next.min(routes_at);
        }
        if let Some(ticket) = self.store().first::<Ticket>(Scan::index(Index::TicketDue, "")).await? {
            next = ticket.value.due_at().map_or(next, |at| next.min(at));
        }
        Ok(next)
    }

    /// The counter of a kind, moved to the next number but not yet stored.
    pub(crate) async fn next_number(&self, kind: Kind) -> Result<Versioned<Counter>, ServiceError> {
        let stored = self.store().find::<Counter>(kind.as_str()).await?;
        let mut next = stored
            .unwrap_or_else(|| Versioned { value: Counter { name: kind.as_str().to_owned(), last: 0 }, version: 0 });
        next.value.last += 1;
        Ok(next)
    }
}

/// Stores a counter that [`Service::next_number`] gave.
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
fn staged_ticket(changes: &ChangeSet, key: &str) -> Option<Versioned<Ticket>> {
    changes.puts.iter().find_map(|put| match (&put.document, put.expected) {
        (muster_model::Document::Ticket(ticket), Expected::Version(version)) if ticket.id.to_string() == key => {
            Some(Versioned { value: ticket.clone(), version })
        }
        _ => None,
    })
}

fn staged_finding(changes: &ChangeSet, key: &str) -> Option<Finding> {
    changes.puts.iter().find_map(|put| match &put.document {
        muster_model::Document::Finding(finding) if finding.id.to_string() == key => Some(finding.clone()),
        _ => None,
    })
}
