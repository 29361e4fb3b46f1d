//! Brings up to date what a change knows of its surroundings: conflicts and risk.

use std::collections::BTreeSet;

use muster_model::Collection;
use muster_model::alert::maintenance::Maintenance;
use muster_model::calendar::Calendar;
use muster_model::calendar::shipped::OFFICE;
use muster_model::declared::Declared;
use muster_model::kpi::Period;
use muster_model::schedule::Schedule;
use muster_model::ticket::change::Change;
use muster_model::ticket::change::conflict::{self, Other, Planned};
use muster_model::ticket::change::risk::{self, Known};
use muster_model::ticket::{Kind, StateName, Ticket};
use muster_shared::Time;
use muster_shared::id::NodeId;
use muster_store::{Index, Scan, TypedStore};

use super::scope::Around;
use crate::service::{Call, Service, ServiceError};

/// How far back failed changes count.
const FAILURES_MS: i64 = 90 * 86_400_000;

impl Service {
    /// A change with its conflicts and its risk as they are now; what is around it besides.
    pub(super) async fn assess_change(&self, ticket: &Ticket, change: &mut Change) -> Result<Around, ServiceError> {
        let nodes = self.scope_nodes(&change.plan.scope).await?;
        let around = self.around(&nodes).await?;
        let items: Vec<(String, String)> = nodes.iter().map(|(node, name)| (node.to_string(), name.clone())).collect();
        if let (Some(start), Some(end)) = (change.plan.planned_start, change.plan.planned_end) {
            let own: Vec<NodeId> = nodes.iter().map(|(node, _)| *node).collect();
            // Of one that recurs its first time counts here; each start is judged anew.
            let span = change.time_within((start, end)).unwrap_or((start, end));
            let blackouts = self.blackouts_of(&own, &around.served, span).await?;
            let outside = self.outside_maintenance(&nodes, span).await?;
            let mut others = self.other_changes(ticket, change, (start, end)).await?;
            others.extend(self.urgent_incidents(&nodes).await?);
            let neighbours = self.named_of(&around.neighbours, &others).await;
            let partners = self.named_of(&around.partners, &others).await;
            let planned = Planned {
                window: (start, end),
                implementer: change.plan.implementer,
                items: &items,
                neighbours: &neighbours,
                partners: &partners,
                blackouts: &blackouts,
                outside: &outside,
            };
            change.conflicts = conflict::find(&planned, &others, &change.conflicts);
        }
        let (finished, failed) = self.failures_of(ticket).await?;
        let known = Known {
            criticality: around.criticality,
            services: around.services,
            without_spare: around.without_spare,
            working: risk::working(&change.starts(), &self.hours_of(&around.served).await?),
            is_backout_tested: change.plan.is_backout_tested,
            finished,
            failed,
        };
        change.risk = Some(risk::assess(&known).at_least(change.plan.risk_at_least));
        change.note_scope(&items);
        Ok(around)
    }

    /// Those of some nodes that other tickets are about, with names.
    async fn named_of(&self, nodes: &BTreeSet<NodeId>, others: &[Other]) -> Vec<(String, String)> {
        let call = Call::system("change");
        let mut named = Vec::new();
        for node in nodes {
            let id = node.to_string();
            if others.iter().any(|other| other.items.contains(&id)) {
                named.push((id, self.name_node(&call, *node).await.name));
            }
        }
        named
    }

    /// The hours of the services concerned, in their zones; those of the office when none of them names any.
    async fn hours_of(&self, services: &[NodeId]) -> Result<Vec<risk::Hours>, ServiceError> {
        let calendars = self.list_calendars(&Call::system("change")).await?;
        let find = |name: &str| calendars.iter().map(|known| &known.value).find(|known| known.name == name);
        let hours = |service: Option<String>, calendar: &Calendar| risk::Hours {
            service,
            calendar: calendar.name.clone(),
            zone: calendar.plan.zone.clone(),
            opening: calendar.opening(),
        };
        let mut all = Vec::new();
        for node in services {
            let NodeId::Declared(id) = node else { continue };
            let Some(item) = self.store().find::<Declared>(&id.to_string()).await? else { continue };
            let named = item.value.attributes.get("hours").and_then(|name| name.as_str());
            if let Some(calendar) = named.and_then(find) {
                all.push(hours(Some(item.value.name.clone()), calendar));
            }
        }
        if all.is_empty() {
            all.extend(find(OFFICE).map(|calendar| hours(None, calendar)));
        }
        Ok(all)
    }

    /// Changes that are planned into a window, without this one and without drafts.
    async fn other_changes(
        &self,
        ticket: &Ticket,
        mine: &Change,
        window: (Time, Time),
    ) -> Result<Vec<Other>, ServiceError> {
        let scan = Scan::index(Index::ChangeByStart, "");
        let mut others = Vec::new();
        for stored in self.store().all::<Ticket>(scan).await? {
            let other = stored.value;
            let Some(change) = other.details.change() else { continue };
            if other.id == ticket.id || other.state.name() == StateName::Draft {
                continue;
            }
            let Some(own) = change.time_within(window) else { continue };
            if mine.time_within(own).is_none() {
                continue;
            }
            let nodes = self.scope_nodes(&change.plan.scope).await?;
            others.push(Other {
                ticket: other.id,
                number: other.number.clone(),
                window: Some(own),
                implementer: change.plan.implementer,
                items: nodes.into_iter().map(|(node, _)| node.to_string()).collect(),
            });
        }
        Ok(others)
    }

    /// Nodes that have maintenance windows of their own, none of which takes the whole of a span in.
    async fn outside_maintenance(
        &self,
        nodes: &[(NodeId, String)],
        span: (Time, Time),
    ) -> Result<Vec<(String, String)>, ServiceError> {
        let windows = self.store().all::<Maintenance>(Scan::keys(Collection::Maintenance, "")).await?;
        // One that came once and is over says nothing of when the item may be worked on.
        let again = |it: &Maintenance| matches!(it.schedule, Schedule::Weekly { .. });
        let windows: Vec<Maintenance> = windows.into_iter().map(|stored| stored.value).filter(again).collect();
        let mut outside = Vec::new();
        for (node, name) in nodes {
            let mut own = windows.iter().filter(|it| it.names(*node)).peekable();
            if own.peek().is_none() {
                continue;
            }
            let takes = |it: &Maintenance| {
                let times = it.schedule.all_within(span, 1);
                times.first().is_some_and(|(from, to)| *from <= span.0 && span.1 <= *to)
            };
            if !own.any(takes) {
                outside.push((node.to_string(), name.clone()));
            }
        }
        Ok(outside)
    }

    /// Open incidents of the first priority on nodes.
    async fn urgent_incidents(&self, nodes: &[(NodeId, String)]) -> Result<Vec<Other>, ServiceError> {
        let scan = Scan::index(Index::TicketActive, format!("{}/1/", Kind::Incident.as_str()));
        let wanted: BTreeSet<String> = nodes.iter().map(|(node, _)| node.to_string()).collect();
        let urgent = self.store().all::<Ticket>(scan).await?.into_iter().map(|stored| stored.value);
        let other = |ticket: Ticket| {
            let items: BTreeSet<String> =
                ticket.items.iter().map(|item| item.id.clone()).filter(|id| wanted.contains(id)).collect();
            let other = Other { ticket: ticket.id, number: ticket.number, window: None, implementer: None, items };
            (!other.items.is_empty()).then_some(other)
        };
        Ok(urgent.filter_map(other).collect())
    }

    /// How many changes of the same group were finished lately, and how many of them failed: by how they ended, or by the incidents
    /// that they caused. A change that no group has is compared with nothing.
    async fn failures_of(&self, ticket: &Ticket) -> Result<(usize, usize), ServiceError> {
        let Some(group) = &ticket.assignment_group else { return Ok((0, 0)) };
        let now = self.now();
        let lately = Period { from: now.plus_millis(-FAILURES_MS), to: now.plus_millis(1) };
        let finished = self.finished_changes(lately, |other| other.assignment_group.as_ref() == Some(group)).await?;
        Ok((finished.len(), finished.iter().filter(|case| case.has_failed()).count()))
    }
}
