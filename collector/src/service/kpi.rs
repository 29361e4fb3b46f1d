//! The figures of a period: reads what is needed of it by the indexes of time, and lets the model reckon.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::Record;
use muster_model::calendar::{Opening, shipped};
use muster_model::finding::Finding;
use muster_model::kpi::{self, Case, Figure, Period};
use muster_model::policy::Severity;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::change::ChangeType;
use muster_model::ticket::{LinkKind, StateName, Ticket};
use muster_shared::Time;
use muster_shared::id::TicketId;
use muster_store::index::time_key;
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError, invalid, ticket};

/// The tickets that figures are made of.
const KIND: &str = "incident/";
/// The changes among them.
const CHANGES: &str = "change/";
/// Rows that are read at once.
const PAGE: usize = 1_000;

/// What figures look at in a change.
fn change_case(ticket: &Ticket) -> kpi::change::Case {
    let change = ticket.details.change();
    kpi::change::Case {
        opened_at: ticket.opened_at,
        started_at: change.and_then(|change| change.started_at),
        closed_at: ticket.closed_at.filter(|_| ticket.state.name() == StateName::Closed),
        outcome: ticket.state.resolution().map(|resolution| resolution.close_code),
        is_emergency: change.is_some_and(|change| change.plan.r#type == ChangeType::Emergency),
        causes: ticket.links.iter().any(|link| link.kind == LinkKind::Causes),
    }
}

impl Service {
    /// The documents of an index of time whose moment is in a period. `prefix` stands before the time.
    pub(super) async fn between<T: Record>(
        &self,
        index: Index,
        prefix: &str,
        period: Period,
        at: impl Fn(&T) -> Option<Time> + Send + Sync,
    ) -> Result<Vec<T>, ServiceError> {
        let after = format!("{prefix}{}", time_key(period.from));
        let mut scan = Scan::index(index, prefix).after(Some(after)).limit(PAGE);
        let mut found = Vec::new();
        loop {
            let page = self.store().page::<T>(scan.clone()).await?;
            let is_past = page.rows.iter().any(|row| at(&row.value).is_some_and(|at| at >= period.to));
            found.extend(page.rows.into_iter().map(|row| row.value).filter(|value| period.holds(at(value))));
            if is_past || page.next.is_none() {
                return Ok(found);
            }
            scan.after = page.next;
        }
    }

    /// The figures of a period; `calendar` is the one by which business time is counted.
    pub async fn kpis(&self, call: &Call, period: Period, calendar: Option<&str>) -> Result<Vec<Figure>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::All)?;
        call.authorize(Action::ItemRead, Resource::All)?;
        call.authorize(Action::FindingRead, Resource::All)?;
        if period.to <= period.from {
            return Err(invalid("/to", Phrase::new("level_period")));
        }
        let calendar = self.get_calendar(call, calendar.unwrap_or(shipped::OFFICE)).await?.value;
        let mut figures = self.incident_figures(period, &calendar.opening()).await?;
        figures.extend(self.change_figures(period).await?);
        figures.extend(self.level_figure(call, period).await?);
        figures.extend(self.finding_figure(period).await?);
        figures.extend(self.cmdb_figures(call).await?);
        Ok(figures)
    }

    async fn incident_figures(&self, period: Period, calendar: &Opening) -> Result<Vec<Figure>, ServiceError> {
        let mut tickets: BTreeMap<TicketId, Ticket> = BTreeMap::new();
        let mut take = |found: Vec<Ticket>| tickets.extend(found.into_iter().map(|ticket| (ticket.id, ticket)));
        take(self.between(Index::TicketByResolution, KIND, period, |t: &Ticket| t.resolved_at).await?);
        take(self.between(Index::TicketByNotice, KIND, period, |t: &Ticket| t.acknowledged_at).await?);
        take(self.between(Index::TicketByTime, KIND, period, |t: &Ticket| Some(t.opened_at)).await?);
        let active = self.store().all::<Ticket>(Scan::index(Index::TicketActive, KIND)).await?;
        take(active.into_iter().map(|stored| stored.value).collect());
        let mut cases = Vec::new();
        for ticket in tickets.into_values() {
            cases.push(self.case(&ticket, period).await?);
        }
        Ok(kpi::incidents(&cases, period, calendar, self.now()))
    }

    async fn change_figures(&self, period: Period) -> Result<Vec<Figure>, ServiceError> {
        let closed = |ticket: &Ticket| ticket.closed_at;
        let changes = self.between(Index::TicketByClosing, CHANGES, period, closed).await?;
        Ok(kpi::change::changes(&changes.iter().map(change_case).collect::<Vec<_>>(), period))
    }

    /// How the changes that were finished in a period went, as far as they are wanted.
    pub(super) async fn finished_changes(
        &self,
        period: Period,
        is_wanted: impl Fn(&Ticket) -> bool,
    ) -> Result<Vec<kpi::change::Case>, ServiceError> {
        let mut changes = self.between(Index::TicketByClosing, CHANGES, period, |t: &Ticket| t.closed_at).await?;
        changes.retain(is_wanted);
        Ok(changes.iter().map(change_case).filter(|case| case.closed_at.is_some()).collect())
    }

    async fn case(&self, ticket: &Ticket, period: Period) -> Result<Case, ServiceError> {
        let entry = ticket::entry(ticket);
        let text = |field: &str| entry.get(field).and_then(serde_json::Value::as_str).unwrap_or_default();
        // When it was first seen is asked only where it counts.
        let mut occurred_at = None;
        if period.holds(Some(ticket.opened_at)) {
            for id in ticket.drift.iter().flat_map(|origin| &origin.findings) {
                let finding = self.store().find::<Finding>(&id.to_string()).await?;
                let seen = finding.map(|finding| finding.value.first_seen).filter(|at| *at <= ticket.opened_at);
                occurred_at = [occurred_at, seen].into_iter().flatten().min();
            }
        }
        Ok(Case {
            opened_at: ticket.opened_at,
            acknowledged_at: ticket.acknowledged_at,
            resolved_at: ticket.resolved_at,
            is_active: ticket.state.name().is_active(),
            is_void: text("state") == "cancelled" || text("close_code") == "duplicate",
            is_known_error: text("close_code") == "known_error",
            hold_seconds: ticket.hold_seconds,
            reopen_count: ticket.reopen_count,
            reassignment_count: ticket.reassignment_count,
            occurred_at,
        })
    }

    async fn level_figure(&self, call: &Call, period: Period) -> Result<Option<Figure>, ServiceError> {
        let rows = self.level_attainment(call, period.from, period.to).await?;
        let sum = |part: fn(&muster_model::level::attainment::Attainment) -> u64| {
            usize::try_from(rows.iter().map(|(row, _)| part(row)).sum::<u64>()).unwrap_or(usize::MAX)
        };
        let (met, breached) = (sum(|row| row.met), sum(|row| row.breached));
        let all = met + breached;
        let filter = format!("{} outcome:met,breached", period.terms("ended_at"));
        Ok(kpi::plain("sla_attainment", kpi::percent(met, all), all, "/service-levels", filter))
    }

    async fn finding_figure(&self, period: Period) -> Result<Option<Figure>, ServiceError> {
        let seen = |finding: &Finding| Some(finding.first_seen);
        let findings = self.between(Index::FindingByFirstSeen, "", period, seen).await?;
        let minded: Vec<&Finding> = findings.iter().filter(|finding| finding.severity >= Severity::Warning).collect();
        let unauthorised = minded.iter().filter(|finding| !finding.state.is_authorised()).count();
        let severities: BTreeSet<&str> =
            Severity::ALL.iter().filter(|severity| **severity >= Severity::Warning).map(|one| one.as_str()).collect();
        let severities = severities.into_iter().collect::<Vec<_>>().join(",");
        let filter = format!("state:all authorised:false severity:{severities} {}", period.terms("first_seen"));
        let value = kpi::percent(unauthorised, minded.len());
        Ok(kpi::plain("unauthorised", value, unauthorised, "/findings", filter))
    }

    async fn cmdb_figures(&self, call: &Call) -> Result<Vec<Figure>, ServiceError> {
        let health = self.health(call).await?;
        let outcomes: Vec<_> = health.scores.iter().flat_map(|score| &score.outcomes).collect();
        let of = |ids: &[&str]| {
            let found: Vec<_> = outcomes.iter().filter(|outcome| ids.contains(&outcome.check.id)).collect();
            let failing: usize = found.iter().map(|outcome| outcome.failing).sum();
            let queries: Vec<_> = found.iter().map(|outcome| format!("({})", outcome.check.query)).collect();
            (failing, queries.join(" or "))
        };
        let share = |name: &str, ids: &[&str]| {
            let (failing, filter) = of(ids);
            let sound = kpi::percent(health.hosts.saturating_sub(failing), health.hosts);
            kpi::plain(name, sound, failing, "/hosts", filter)
        };
        let (twice, filter) = of(&["duplicate"]);
        let open = self.count_reviews(call).await?;
        let number = |n: usize| u32::try_from(n).ok().map(f64::from);
        let figures = [
            share("hosts_fresh", &["stale", "missing"]),
            share("hosts_owned", &["owner"]),
            share("hosts_covered", &["coverage"]),
            kpi::plain("hosts_duplicate", number(twice), twice, "/hosts", filter),
            kpi::plain("identity_open", number(open), open, "/identification/reviews", "state:open".to_owned()),
        ];
        Ok(figures.into_iter().flatten().collect())
    }
}
