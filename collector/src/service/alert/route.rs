//! Alerts that are due become incidents, or join one (rules E4, E5, E7).

use std::collections::BTreeSet;

use muster_model::alert::incident::{self, DIGEST};
use muster_model::alert::rule::{self, AlertRule};
use muster_model::alert::{Alert, AlertState};
use muster_model::event::Event;
use muster_model::storm;
use muster_model::ticket::priority::Floor;
use muster_model::ticket::{Kind, Ticket, TimelineEntry};
use muster_model::{ChangeSet, Versioned};
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::{put_counter, write_ticket};
use crate::service::{Call, Service, ServiceError};

/// Alerts that join in one commit.
const JOINING: usize = 100;
/// Items that are asked for what depends on them.
const FLOORS: usize = 20;

impl Service {
    /// Follows the rule of the next alert that is due. `false` when there is none.
    pub async fn alert_route_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let due = self.store().first::<Alert>(Scan::index(Index::AlertUnrouted, "")).await?;
        let Some(due) = due.filter(|due| due.value.routes_at().is_some_and(|at| at <= now)) else { return Ok(false) };
        let Some(route) = due.value.route.clone() else { return Ok(false) };
        let rule = self.acting_rules().await?.into_iter().find(|rule| rule.id == route.rule && rule.is_enabled);
        let scan = Scan::exactly(Index::AlertByGroup, &format!("{}/{}", route.rule, route.group));
        let mut members = self.store().page::<Alert>(scan).await?.rows;
        // Of a group of thousands it may stand on another page.
        if !members.iter().any(|member| member.value.id == due.value.id) {
            members.push(due.clone());
        }
        let counted = rule.as_ref().map_or(0, |rule| rule.counted(members.iter().map(|member| &member.value)));
        let mut changes = match &rule {
            Some(rule) if counted >= usize::try_from(rule.min_count).unwrap_or(usize::MAX) => {
                self.follow_rule(rule, members, now).await?
            }
            _ => ChangeSet::new(),
        };
        if changes.is_empty() {
            // It waits for more events, for another rule, or for longer since the rule was changed.
            let mut waiting = due.value.clone();
            let later = rule.as_ref().map(|rule| due.value.held_from.plus_millis(i64::from(rule.hold_seconds) * 1_000));
            let due_at = later.filter(|at| *at > now);
            waiting.route = rule.map(|_| muster_model::alert::Route { due_at, ..route });
            changes.update(Versioned { value: waiting, version: due.version });
        }
        match self.commit(changes).await {
            Ok(()) | Err(muster_store::StoreError::Conflict { .. }) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes an incident of the alerts of a group that are ready, or lets them join the one that there is.
    async fn follow_rule(
        &self,
        rule: &AlertRule,
        members: Vec<Versioned<Alert>>,
        now: Time,
    ) -> Result<ChangeSet, ServiceError> {
        let hold = i64::from(rule.hold_seconds) * 1_000;
        let is_ready =
            |alert: &Alert| alert.state == AlertState::Open && !alert.is_routed && now.since(alert.held_from) >= hold;
        let joining: Vec<Versioned<Alert>> =
            members.into_iter().filter(|member| is_ready(&member.value)).take(JOINING).collect();
        let alerts: Vec<Alert> = joining.iter().map(|member| member.value.clone()).collect();
        let Some(first) = alerts.first() else { return Ok(ChangeSet::new()) };
        let open = self.group_incident(rule, &rule.group(first)).await?;
        let had = match alerts.iter().find_map(|alert| alert.incident).filter(|_| open.is_none()) {
            Some(id) => self.store().find::<Ticket>(&id.to_string()).await?,
            None => None,
        };
        let mut changes = ChangeSet::new();
        let priorities = self.priorities().await?;
        let resumed = match (&open, &had) {
            (Some(open), _) => Some((incident::join(&open.value, &alerts, &priorities, now), open.version)),
            (None, Some(had)) => {
                incident::resume(&had.value, &alerts, &priorities, now).map(|resumed| (resumed, had.version))
            }
            (None, None) => None,
        };
        let ticket = match resumed {
            Some(((ticket, timeline), version)) => {
                stage(&mut changes, (&ticket, timeline), "ticket.join", (rule, &alerts), now);
                write_ticket(&mut changes, Versioned { value: ticket.clone(), version });
                ticket
            }
            None => {
                match self.begin_alert_incident(&mut changes, rule, &alerts, had.map(|had| had.value), now).await? {
                    Some(ticket) => ticket,
                    None => return Ok(ChangeSet::new()),
                }
            }
        };
        for member in joining {
            let mut next = member.value.clone();
            (next.is_routed, next.incident) = (true, Some(ticket.id));
            // What it is routed to tells of it: no event of its own, but for what others may be a consequence of.
            if next.mutes().is_some() {
                let state = next.state.as_str().to_owned();
                changes.events.push(Event::AlertChanged { alert: next.id, state, severity: next.severity });
            }
            changes.update(Versioned { value: next, version: member.version });
        }
        Ok(changes)
    }

    async fn group_incident(&self, rule: &AlertRule, group: &str) -> Result<Option<Versioned<Ticket>>, ServiceError> {
        let scan = Scan::exactly(Index::TicketByAlert, &format!("{}/{group}", rule.id));
        Ok(self.store().first::<Ticket>(scan).await?)
    }

    /// A new incident; in a storm the one that lists what comes.
    async fn begin_alert_incident(
        &self,
        changes: &mut ChangeSet,
        rule: &AlertRule,
        alerts: &[Alert],
        had: Option<Ticket>,
        now: Time,
    ) -> Result<Option<Ticket>, ServiceError> {
        // One bucket for what machines open, from alerts and from drift (rule E7): what comes when it is empty is listed in one.
        let priorities = self.priorities().await?;
        let is_storm = self.take_from(changes, storm::TICKET_BUCKET, storm::TICKETS, 1, now).await? == 0;
        if is_storm && let Some(digest) = self.group_incident(&rule::shipped(), DIGEST).await? {
            let (ticket, timeline) = incident::join(&digest.value, alerts, &priorities, now);
            stage(changes, (&ticket, timeline), "ticket.join", (rule, alerts), now);
            write_ticket(changes, Versioned { value: ticket.clone(), version: digest.version });
            return Ok(Some(ticket));
        }
        let mut floors: Vec<Floor> = Vec::new();
        let nodes: BTreeSet<_> = alerts.iter().filter_map(|alert| alert.subject.node()).collect();
        for node in nodes.into_iter().take(FLOORS) {
            floors.extend(self.floors_of(node).await?);
        }
        let counter = self.next_number(Kind::Incident).await?;
        let number = Kind::Incident.number(counter.value.last);
        let Some((mut ticket, timeline)) = incident::begin(rule, alerts, is_storm, (floors, &priorities), number, now)
        else {
            return Ok(None);
        };
        ticket.follows = had.map(|had| had.id);
        stage(changes, (&ticket, timeline), "ticket.create", (rule, alerts), now);
        put_counter(changes, counter);
        let state = ticket.state.name().as_str().to_owned();
        changes.events.push(Event::TicketChanged { ticket: ticket.id, number: ticket.number.clone(), state });
        changes.create(ticket.clone());
        Ok(Some(ticket))
    }
}

/// Writes what happened to an incident.
fn stage(
    changes: &mut ChangeSet,
    (ticket, timeline): (&Ticket, Vec<TimelineEntry>),
    action: &str,
    (rule, alerts): (&AlertRule, &[Alert]),
    now: Time,
) {
    let titles = alerts.iter().take(3).map(Alert::title).collect::<Vec<_>>().join("; ");
    let call = Call::system("alerts");
    let mut audit = call.audit(now, action, ticket.id, format!("{}: {titles}", ticket.number));
    // Which rule did it, and who made it what it is.
    audit.reason = format!("alert rule {} of {}", rule.name, rule.updated_by);
    changes.audit.push(audit);
    for entry in timeline {
        changes.create(entry);
    }
}
