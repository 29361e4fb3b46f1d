//! Availability of services: how each does is looked at every minute and kept when it changed; the number is made when it is
//! asked for.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::PoisonError;

use muster_model::alert::maintenance::Maintenance;
use muster_model::availability::{Availability, Health, Known, Portfolio, Stretch, Told, Track};
use muster_model::calendar::Opening;
use muster_model::declared::Declared;
use muster_model::history::Moment;
use muster_model::kpi::Period;
use muster_model::query::Query;
use muster_model::relation::graph::Direction;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::state::CloseCode;
use muster_model::ticket::{ItemRole, Kind, StateName, Ticket};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{DeclaredId, HostId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::impact::{SERVICES, ServiceView};
use super::{Call, Service, ServiceError, invalid};

/// How often it is looked at how services do.
const ROUND_MS: i64 = 60_000;
/// Most times of a maintenance window that are looked at.
const MOST_WINDOWS: usize = 1_000;

/// How available a service was.
#[derive(Clone, Debug)]
pub struct AvailabilityView {
    /// The service.
    pub item: Versioned<Declared>,
    /// How it does now.
    pub health: Health,
    /// The time that was asked for.
    pub period: Period,
    /// Since when it is looked at how it does.
    pub known_since: Option<Time>,
    /// The calendar of the hours in which it is needed; always without one.
    pub calendar: Option<String>,
    /// How available it has to be, in percent.
    pub target: Option<f64>,
    /// The times and what makes them.
    pub sum: Availability,
}

impl AvailabilityView {
    /// Whether it was as available as it has to be; `None` when nobody said how much, or nothing is known.
    pub fn keeps_target(&self) -> Option<bool> {
        Some(self.sum.percent()? >= self.target?)
    }
}

/// Where a service stands in the portfolio.
pub fn portfolio(item: &Declared) -> Portfolio {
    Portfolio::of(item.lifecycle)
}

/// Whether an incident says that a service did not work at all: it is of the widest impact, and no mistake. One that was widened because
/// the service was down says nothing of its own.
fn is_outage(ticket: &Ticket, service: NodeId) -> bool {
    let id = service.to_string();
    let suffers = |role| matches!(role, ItemRole::Affected | ItemRole::Cause);
    let was_none = |code| matches!(code, CloseCode::Duplicate | CloseCode::NoFault);
    let is_void = ticket.state.name() == StateName::Cancelled
        || ticket.state.resolution().is_some_and(|resolution| was_none(resolution.close_code));
    ticket.kind() == Kind::Incident
        && ticket.impact == 1
        && ticket.impact_floor.as_ref().is_none_or(|floor| floor.raised_from.is_none())
        && !is_void
        && ticket.items.iter().any(|item| item.id == id && suffers(item.role))
}

impl Service {
    /// Looks how services do, once a minute. `false` when nothing changed.
    pub async fn availability_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let looked_at = *self.tracked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked_at.is_some_and(|at| (0..ROUND_MS).contains(&now.since(at))) {
            return Ok(false);
        }
        *self.tracked.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
        let mut offered = self.query_declared(&Query::default()).await?;
        offered.retain(|item| {
            SERVICES.contains(&item.value.class.as_str()) && portfolio(&item.value) == Portfolio::Catalogue
        });
        if offered.is_empty() {
            return Ok(false);
        }
        let tracks = self.store().all::<Track>(Scan::keys(Collection::Track, "")).await?;
        let mut tracks: HashMap<NodeId, Versioned<Track>> =
            tracks.into_iter().map(|stored| (stored.value.service, stored)).collect();
        let (views, out) = self.with_reasons(offered).await?;
        let horizon = self.retention().await?.horizon(now);
        let (mut changes, mut turned) = (ChangeSet::new(), Vec::new());
        for view in views {
            let service = view.item.value.id;
            let stored = tracks.remove(&service);
            let known = stored.as_ref().and_then(|stored| stored.value.turns.last()).map(|turn| turn.health);
            if known == Some(view.health) {
                continue;
            }
            let (mut track, expected) = match stored {
                Some(stored) => (stored.value, Expected::Version(stored.version)),
                None => (Track::of(service), Expected::Absent),
            };
            let (since, because) = self.turned(&view, &out, now).await?;
            if track.note(since, view.health, because) {
                if let Some(before) = horizon {
                    track.forget(before);
                }
                changes.put(track, expected);
                let is_down = view.health == Health::Down;
                turned.extend((is_down || known == Some(Health::Down)).then_some((service, is_down)));
            }
        }
        let worked = !changes.is_empty();
        self.commit(changes).await?;
        for (service, is_down) in turned {
            Box::pin(self.follow_service(service, is_down)).await?;
        }
        Ok(worked)
    }

    /// Since when a service does as it does, and what it is for. Of a host that fell silent it is known when it was last heard.
    async fn turned(
        &self,
        view: &ServiceView,
        out: &BTreeMap<NodeId, Option<Time>>,
        now: Time,
    ) -> Result<(Time, Vec<NodeId>), ServiceError> {
        if !matches!(view.health, Health::Down | Health::Unknown) {
            return Ok((now, Vec::new()));
        }
        let reached = self.reach(view.item.value.id, Direction::Down).await?;
        let nodes = reached.iter().map(|reached| reached.node).chain([view.item.value.id]);
        let because: Vec<NodeId> = nodes.filter(|node| out.contains_key(node)).collect();
        let last_heard = because.iter().filter_map(|node| out.get(node).copied().flatten()).max();
        let since = if view.health == Health::Unknown { last_heard.unwrap_or(now).min(now) } else { now };
        Ok((since, because))
    }

    /// How available a service was in a period.
    pub async fn availability(
        &self,
        call: &Call,
        id: DeclaredId,
        period: Period,
    ) -> Result<AvailabilityView, ServiceError> {
        let view = self.get_service(call, id, Moment::NOW).await?;
        self.available(call, view, period).await
    }

    /// How available the services were that a query means.
    pub async fn availabilities(
        &self,
        call: &Call,
        query: &Query,
        period: Period,
    ) -> Result<Vec<AvailabilityView>, ServiceError> {
        let window = super::Window { limit: usize::MAX, cursor: None };
        let mut views = Vec::new();
        for view in self.list_services(call, query, &window).await?.items {
            if portfolio(&view.item.value) == Portfolio::Catalogue {
                views.push(self.available(call, view, period).await?);
            }
        }
        // What misses its target most comes first.
        let rank = |view: &AvailabilityView| (view.keeps_target() != Some(false), view.sum.percent().unwrap_or(101.0));
        views.sort_by(|a, b| {
            let ((a_kept, a_percent), (b_kept, b_percent)) = (rank(a), rank(b));
            a_kept.cmp(&b_kept).then(a_percent.total_cmp(&b_percent))
        });
        Ok(views)
    }

    async fn available(
        &self,
        call: &Call,
        view: ServiceView,
        period: Period,
    ) -> Result<AvailabilityView, ServiceError> {
        call.holds(Action::TicketRead)?;
        if period.to <= period.from {
            return Err(invalid("/to", Phrase::new("level_period")));
        }
        let service = view.item.value.id;
        let asked = Stretch { from: period.from, to: period.to.min(self.now().max(period.from)) };
        let track = self.store().find::<Track>(&service.to_string()).await?;
        let turns = track.map(|track| track.value.turns).unwrap_or_default();
        let told = self.outages_told(service, asked).await?;
        let planned = self.planned(service, asked).await?;
        let name = view.item.value.attributes.get("hours").and_then(|hours| hours.as_str());
        let calendars = self.list_calendars(call).await?;
        let calendar = calendars.into_iter().find(|calendar| Some(calendar.value.name.as_str()) == name);
        let opening = calendar.as_ref().map_or_else(Opening::always, |calendar| calendar.value.opening());
        let known = Known { turns: &turns, told: &told, planned: &planned, opening: &opening };
        let sum = Availability::of(known, asked);
        let target = view.item.value.attributes.get("availability_percent").and_then(serde_json::Value::as_f64);
        Ok(AvailabilityView {
            health: view.health,
            item: view.item,
            period,
            known_since: turns.first().map(|turn| turn.since),
            calendar: calendar.map(|calendar| calendar.value.name),
            target,
            sum,
        })
    }

    /// The incidents that say that a service did not work.
    async fn outages_told(&self, service: NodeId, asked: Stretch) -> Result<Vec<Told>, ServiceError> {
        let scan = Scan::index(Index::TicketByItem, format!("{service}/"));
        let tickets = self.store().all::<Ticket>(scan).await?.into_iter().map(|stored| stored.value);
        let outages = tickets.filter(|ticket| is_outage(ticket, service)).map(|ticket| {
            let is_over = !ticket.state.name().is_active();
            let to = ticket.resolved_at.filter(|_| is_over).unwrap_or(asked.to);
            Told { number: ticket.number, at: Stretch { from: ticket.opened_at, to } }
        });
        Ok(outages.filter(|told| told.at.from < asked.to && told.at.to > asked.from).collect())
    }

    /// When maintenance of a service was announced.
    async fn planned(&self, service: NodeId, asked: Stretch) -> Result<Vec<Stretch>, ServiceError> {
        let windows = self.store().all::<Maintenance>(Scan::keys(Collection::Maintenance, "")).await?;
        let mut planned = Vec::new();
        for window in windows.iter().filter(|window| window.value.items.contains(&service)) {
            let mut from = asked.from;
            while let Some((starts, ends)) = window.value.schedule.touching(from, asked.to)
                && planned.len() < MOST_WINDOWS
            {
                planned.push(Stretch { from: starts, to: ends });
                from = ends.plus_millis(1);
            }
        }
        Ok(planned)
    }

    /// Services with how they do, and what does not work or is silent, with when that was last heard.
    async fn with_reasons(
        &self,
        items: Vec<Versioned<Declared>>,
    ) -> Result<(Vec<ServiceView>, BTreeMap<NodeId, Option<Time>>), ServiceError> {
        let (broken, silent) = self.unavailable().await?;
        let silent_hosts: HashSet<HostId> = silent.iter().filter_map(NodeId::host).collect();
        let mut out: BTreeMap<NodeId, Option<Time>> = broken.iter().chain(&silent).map(|node| (*node, None)).collect();
        for (host, heard) in self.all_last_words().await? {
            if silent_hosts.contains(&host) {
                out.insert(NodeId::Host(host), Some(heard.at));
            }
        }
        Ok((self.with_health(items, &broken, &silent).await?, out))
    }
}
