//! Alerts: looking at them, taking them, closing them. What comes in is `receive.rs`, what follows by itself `step.rs` and
//! `route.rs`.

mod fold;
mod maintenance;
mod mute;
mod receive;
mod route;
mod rule;
mod silence;
mod step;
mod subject;

use muster_model::alert::event::Received;
use muster_model::alert::{Alert, AlertKey, AlertState};
use muster_model::event::Event;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{AlertId, TicketId};
use muster_store::{Index, Scan, TypedStore};

pub use maintenance::MaintenanceDraft;
pub(in crate::service) use maintenance::sees as sees_window;
pub use receive::{Receipt, Row};
pub use rule::RuleDraft;
pub use silence::SilenceDraft;

use super::finding::words;
use super::sight::Sight;
use super::{Call, Page, Service, ServiceError, Window, check_version, conflict};

/// Documents that go in one commit.
const BATCH: usize = 500;

fn missing(id: AlertId) -> ServiceError {
    ServiceError::NotFound { kind: "alert", id: id.to_string() }
}

/// Whether a right reaches an alert. One of an item that nobody knows is for those who see everything.
fn sees(sight: &Sight, alert: &Alert) -> bool {
    sight.is_whole() || alert.subject.node().is_some_and(|node| sight.sees_node(node))
}

/// Stores the next state of an alert, and tells of it when it is another one. Version 0 is a new alert.
fn write_alert(changes: &mut ChangeSet, before: Option<&Alert>, next: Versioned<Alert>) {
    let is_other = before.is_none_or(|before| {
        before.state.as_str() != next.value.state.as_str()
            || before.severity != next.value.severity
            || before.is_routed != next.value.is_routed
    });
    if is_other {
        changes.events.push(Event::AlertChanged {
            alert: next.value.id,
            state: next.value.state.as_str().to_owned(),
            severity: next.value.severity,
        });
    }
    if next.version == 0 {
        changes.create(next.value);
    } else {
        changes.update(next);
    }
}

impl Service {
    /// Alerts, the last event first. Without a demand on the state only those that are not closed.
    pub async fn list_alerts(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Alert>>, ServiceError> {
        let query = &self.sight(call, Action::AlertRead).await?.of_hosted(query, "ci_id");
        let wants_all = query.requires("state") == Some("all") || query.mentions("active");
        let wants_closed = query.mentions("state") && query.allows("state", "closed");
        let index = if wants_all || wants_closed { Index::AlertByTime } else { Index::AlertActive };
        let query = query.clone().without("state", "all");
        self.list(Scan::index(index, "").descending(), window, |alert: &Alert| query.matches(&alert.entry())).await
    }

    /// One alert.
    pub async fn get_alert(&self, call: &Call, id: AlertId) -> Result<Versioned<Alert>, ServiceError> {
        let sight = self.sight(call, Action::AlertRead).await?;
        let found = self.store().find::<Alert>(&id.to_string()).await?;
        found.filter(|found| sees(&sight, &found.value)).ok_or_else(|| missing(id))
    }

    /// The events of an alert, the last one first.
    pub async fn events_of_alert(
        &self,
        call: &Call,
        id: AlertId,
        window: &Window,
    ) -> Result<Page<Versioned<Received>>, ServiceError> {
        self.get_alert(call, id).await?;
        let scan = Scan::index(Index::AlertEventByAlert, format!("{id}/")).descending();
        self.list(scan, window, |_: &Received| true).await
    }

    /// Alerts of an incident, at most a page of them.
    pub async fn alerts_of_ticket(&self, call: &Call, id: TicketId) -> Result<Vec<Alert>, ServiceError> {
        let sight = self.sight(call, Action::AlertRead).await?;
        let scan = Scan::index(Index::AlertByIncident, id.to_string()).limit(100);
        let mut found: Vec<Alert> =
            self.store().page::<Alert>(scan).await?.rows.into_iter().map(|stored| stored.value).collect();
        found.retain(|alert| sees(&sight, alert));
        found.sort_by_key(|alert| (!alert.state.is_active(), std::cmp::Reverse((alert.severity, alert.last_at))));
        Ok(found)
    }

    /// The number of an alert's incident, if it has one.
    pub async fn incident_of_alert(&self, alert: &Alert) -> Result<Option<String>, ServiceError> {
        let Some(id) = alert.incident else { return Ok(None) };
        Ok(self.store().find::<Ticket>(&id.to_string()).await?.map(|ticket| ticket.value.number))
    }

    /// Takes an alert: somebody looks at it from now on, and nothing mutes it or makes an incident of it.
    pub async fn acknowledge_alert(
        &self,
        call: &Call,
        id: AlertId,
        seen: Option<u64>,
    ) -> Result<Versioned<Alert>, ServiceError> {
        self.turn_alert(call, id, seen, ("alert.acknowledge", ""), |alert, by, now| {
            if !alert.state.is_active() {
                return Err(conflict("alert_over"));
            }
            alert.acknowledged(by, now).ok_or_else(|| conflict("alert_taken"))
        })
        .await
    }

    /// Closes an alert by hand: its sender tells of no end.
    pub async fn close_alert(
        &self,
        call: &Call,
        id: AlertId,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Alert>, ServiceError> {
        call.holds(Action::AlertUpdate)?;
        let reason = &words("/reason", reason)?;
        self.turn_alert(call, id, seen, ("alert.close", reason), |alert, by, now| {
            alert.closed(by, reason.clone(), now).ok_or_else(|| conflict("alert_over"))
        })
        .await
    }

    async fn turn_alert(
        &self,
        call: &Call,
        id: AlertId,
        seen: Option<u64>,
        (action, reason): (&str, &str),
        turn: impl Fn(&Alert, String, Time) -> Result<Alert, ServiceError> + Send + Sync,
    ) -> Result<Versioned<Alert>, ServiceError> {
        call.holds(Action::AlertUpdate)?;
        let turn = &turn;
        self.decide(|| async move {
            let stored = self.get_alert(call, id).await?;
            if !sees(&self.sight(call, Action::AlertUpdate).await?, &stored.value) {
                return Err(call.too_far(Action::AlertUpdate));
            }
            check_version(&stored, seen)?;
            let now = self.now();
            let next = turn(&stored.value, call.actor.label(), now)?;
            let mut changes = ChangeSet::new();
            let mut draft = call.audit(now, action, id, next.title());
            reason.clone_into(&mut draft.reason);
            changes.audit.push(draft);
            let outcome = Versioned { value: next.clone(), version: stored.version + 1 };
            write_alert(&mut changes, Some(&stored.value), Versioned { value: next, version: stored.version });
            Ok((changes, outcome))
        })
        .await
    }

    /// Lets events and closed alerts go that are older than they have to be kept.
    pub(super) async fn forget_alerts(&self) -> Result<usize, ServiceError> {
        let Some(horizon) = self.retention().await?.alert_horizon(self.now()) else { return Ok(0) };
        let mut all = 0;
        loop {
            let mut changes = ChangeSet::new();
            let events = self.store().page::<Received>(Scan::index(Index::AlertEventByTime, "").limit(BATCH)).await?;
            for stored in events.rows.into_iter().take_while(|stored| stored.value.received_at < horizon) {
                let received = stored.value;
                changes.delete(Collection::AlertEvent, received.id, Expected::Any);
            }
            let alerts = self.store().page::<Alert>(Scan::index(Index::AlertByTime, "").limit(BATCH)).await?;
            for stored in alerts.rows.into_iter().take_while(|stored| stored.value.last_at < horizon) {
                let AlertState::Closed { at, .. } = stored.value.state else { continue };
                if at >= horizon {
                    continue;
                }
                let known = self.store().find::<AlertKey>(&stored.value.key).await?;
                if let Some(known) = known.filter(|known| known.value.alert == Some(stored.value.id)) {
                    changes.delete(Collection::AlertKey, known.value.key, Expected::Version(known.version));
                }
                changes.delete(Collection::Alert, stored.value.id.to_string(), Expected::Version(stored.version));
            }
            let gone = changes.deletes.len();
            match self.commit(changes).await {
                // An alert that opened again meanwhile stays; the next round looks anew.
                Err(muster_store::StoreError::Conflict { .. }) => return Ok(all),
                other => other?,
            }
            all += gone;
            if gone < BATCH {
                return Ok(all);
            }
            tokio::task::yield_now().await;
        }
    }
}
