//! What follows of alerts by itself: mutes that begin and end, alerts that calm down, incidents that are told.
//!
//! A reader of events with a cursor of its own. Its cursor says up to when silences and windows were looked at, so that those
//! which began or ended while the collector was down are found when it starts.

use std::collections::BTreeMap;

use muster_model::alert::incident;
use muster_model::alert::rule;
use muster_model::alert::{Alert, AlertState};
use muster_model::event::{Cursor, Event};
use muster_model::policy::Severity;
use muster_model::ticket::{Kind, Ticket};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{AlertId, TicketId};
use muster_store::{Index, Scan, TypedStore};

use super::write_alert;
use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError};

/// The name of the cursor.
const CURSOR: &str = "alert";
/// Events that are read at once.
const EVENTS: usize = 500;
/// Alerts that change in one commit.
const ALERTS: usize = 200;
/// Events that concern no alert after which the cursor is stored all the same.
const STORED_AFTER: usize = 2_000;

/// What the events say that were read.
#[derive(Default)]
pub(super) struct News {
    /// Whether all alerts are to be looked at.
    is_wide: bool,
    /// Alerts that changed, with the state that each took, in order.
    pub(super) changed: Vec<(AlertId, String)>,
}

impl News {
    fn read(&mut self, event: &Event) {
        match event {
            Event::AlertChanged { alert, state, severity } => {
                // What depends on the item of a critical alert is muted, or is not any more.
                self.is_wide |= *severity == Severity::Critical;
                self.changed.push((*alert, state.clone()));
            }
            Event::AlertingChanged { .. } => self.is_wide = true,
            // A change mutes its items while it is made.
            Event::TicketChanged { number, .. } => self.is_wide |= number.starts_with(Kind::Change.prefix()),
            Event::HostChanged { .. }
            | Event::HostDiscovered { .. }
            | Event::SectionsDiscovered { .. }
            | Event::DigestMatched { .. }
            | Event::AgentQuarantined { .. }
            | Event::AgentPending { .. }
            | Event::HostRebased { .. }
            | Event::ReviewOpened { .. }
            | Event::ReviewClosed { .. }
            | Event::HostsMerged { .. }
            | Event::FindingChanged { .. }
            | Event::LevelWarned { .. }
            | Event::LevelBreached { .. }
            | Event::DeclaredChanged { .. }
            | Event::AddressMoved { .. }
            | Event::ClassChanged { .. }
            | Event::AccessChanged { .. }
            | Event::GlassBroken { .. } => {}
        }
    }

    const fn is_empty(&self) -> bool {
        !self.is_wide && self.changed.is_empty()
    }
}

impl Service {
    /// Deals with the next events, and with silences and windows that began or ended. `false` when there is nothing to do.
    pub async fn alert_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let cursor = self.store().find::<Cursor>(CURSOR).await?;
        let after = self.alerts.after(cursor.as_ref().map(|cursor| cursor.value.after.as_str()));
        let events = self.events(after.as_deref().unwrap_or_default(), EVENTS).await?;
        let mut news = News::default();
        for row in &events {
            news.read(&row.event);
        }
        news.is_wide |= self.mutes_turned(cursor.as_ref().map(|cursor| cursor.value.at), now).await?;
        let through = events.last().map(|event| event.cursor()).or(after).unwrap_or_default();
        if news.is_empty() && self.alerts.pass(&through, events.len(), STORED_AFTER) {
            return Ok(events.len() >= EVENTS);
        }
        if news.is_wide {
            self.sweep_alerts(now).await?;
        }
        let mut changes = self.tell_alert_incidents(&news, now).await?;
        Box::pin(self.fold_downstream(&news, &mut changes, now)).await?;
        let expected = cursor.map_or(Expected::Absent, |cursor| Expected::Version(cursor.version));
        changes.put(Cursor { name: CURSOR.into(), after: through, at: now }, expected);
        self.with_consequences(&mut changes).await?;
        match self.commit(changes).await {
            Ok(()) => {
                self.alerts.stored();
                Ok(true)
            }
            // A ticket changed at the same moment: the events are read again.
            Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a silence or a window began or ended since a moment; of the first look all did.
    async fn mutes_turned(&self, since: Option<Time>, now: Time) -> Result<bool, ServiceError> {
        let Some(since) = since else { return Ok(true) };
        let next = self.mutes_turn(since).await?;
        Ok(next.is_some_and(|at| at <= now))
    }

    /// When the next silence or window begins or ends, after a moment.
    async fn mutes_turn(&self, after: Time) -> Result<Option<Time>, ServiceError> {
        let (silences, windows) = self.all_mutes().await?;
        let silences = silences.iter().filter_map(|silence| silence.turns_after(after));
        Ok(silences.chain(windows.iter().filter_map(|window| window.schedule.turns_after(after))).min())
    }

    /// Looks at all alerts that are open or muted: what mutes them now, and which rule they follow.
    async fn sweep_alerts(&self, now: Time) -> Result<(), ServiceError> {
        let rules = self.acting_rules().await?;
        let mut muting = self.muting(now).await?;
        let mut scan = Scan::index(Index::AlertActive, "").limit(ALERTS);
        loop {
            let page = self.store().page::<Alert>(scan.clone()).await?;
            let mut changes = ChangeSet::new();
            for stored in page.rows {
                let alert = &stored.value;
                let mute = self.mute_of(&muting, alert).await?;
                let mut next = alert.muted(mute.as_ref(), now).unwrap_or_else(|| alert.clone());
                if !next.is_routed && next.state == AlertState::Open {
                    next.route = rule::assign(&next, &rules);
                }
                if next != *alert {
                    muting.note(&next);
                    write_alert(&mut changes, Some(alert), Versioned { value: next, version: stored.version });
                }
            }
            match self.commit(changes).await {
                Ok(()) => {}
                // An event came at the same moment: the same alerts are looked at again.
                Err(muster_store::StoreError::Conflict { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
            match page.next {
                None => return Ok(()),
                next => scan.after = next,
            }
        }
    }

    /// Tells incidents what became of their alerts; the last one that closes ends its incident.
    async fn tell_alert_incidents(&self, news: &News, now: Time) -> Result<ChangeSet, ServiceError> {
        let mut by_ticket: BTreeMap<TicketId, Vec<(Alert, String)>> = BTreeMap::new();
        for (id, state) in news.changed.iter().filter(|(_, state)| state != "open") {
            let Some(stored) = self.store().find::<Alert>(&id.to_string()).await? else { continue };
            if let Some(ticket) = stored.value.incident {
                by_ticket.entry(ticket).or_default().push((stored.value, state.clone()));
            }
        }
        let (call, mut changes) = (Call::system("alerts"), ChangeSet::new());
        for (id, changed) in by_ticket {
            let Some(stored) = self.store().find::<Ticket>(&id.to_string()).await? else { continue };
            if !stored.value.state.name().is_active() {
                continue;
            }
            let members = self.store().all::<Alert>(Scan::index(Index::AlertByIncident, id.to_string())).await?;
            let all_closed = members.iter().all(|member| !member.value.state.is_active());
            let (ticket, timeline) = incident::settle(&stored.value, &changed, all_closed, now);
            for entry in timeline {
                changes.create(entry);
            }
            if ticket.state.name() != stored.value.state.name() {
                changes.audit.push(call.audit(now, "ticket.auto_resolve", ticket.id, ticket.number.clone()));
            }
            write_ticket(&mut changes, Versioned { value: ticket, version: stored.version });
        }
        Ok(changes)
    }

    /// Lets an alert calm down that flapped. `false` when none is due.
    pub async fn alert_due_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let Some(due) = self.store().first::<Alert>(Scan::index(Index::AlertDue, "")).await? else { return Ok(false) };
        let Some(mut next) = due.value.advance(now) else { return Ok(false) };
        if next.state == AlertState::Open {
            let mute = self.mute_of(&self.muting(now).await?, &next).await?;
            next = next.muted(mute.as_ref(), now).unwrap_or(next);
            let rules = self.acting_rules().await?;
            if !next.is_routed {
                next.route = rule::assign(&next, &rules);
            }
        }
        let mut changes = ChangeSet::new();
        write_alert(&mut changes, Some(&due.value), Versioned { value: next, version: due.version });
        match self.commit(changes).await {
            Ok(()) | Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// When the next thing is due by the clock, at the latest `horizon_ms` from now.
    pub async fn next_alert_due(&self, horizon_ms: i64) -> Result<Time, ServiceError> {
        let now = self.now();
        let calm = self.store().first::<Alert>(Scan::index(Index::AlertDue, "")).await?;
        let routed = self.store().first::<Alert>(Scan::index(Index::AlertUnrouted, "")).await?;
        let times = [
            calm.and_then(|alert| alert.value.state.due_at()),
            routed.and_then(|alert| alert.value.routes_at()),
            self.mutes_turn(now).await?,
        ];
        Ok(times
            .into_iter()
            .flatten()
            .min()
            .map_or(now.plus_millis(horizon_ms), |at| at.min(now.plus_millis(horizon_ms))))
    }
}
