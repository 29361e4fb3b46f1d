//! How things stand, for `/metrics`: agents, findings, tickets, what is to be sent, the store, and the figures of four weeks.

use std::collections::BTreeMap;

use muster_model::agent::Agent;
use muster_model::finding::Finding;
use muster_model::host::Host;
use muster_model::host::status::Status;
use muster_model::kpi::{Figure, Period, Unit};
use muster_model::policy::Severity;
use muster_model::right::{Action, Resource};
use muster_model::ticket::Ticket;
use muster_model::{Collection, text::Phrase};
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError};
use crate::measure::{Measures, Standing};

/// Figures are those of so long.
const PERIOD_MS: i64 = 28 * 86_400_000;
/// They are asked anew after this: a look at metrics costs little.
const FRESH_MS: i64 = 60_000;

/// The figures that were asked for last, and when.
pub(super) type Asked = std::sync::Mutex<Option<(muster_shared::Time, std::sync::Arc<Vec<Figure>>)>>;

fn number(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}

fn tally(counts: BTreeMap<String, usize>) -> impl Iterator<Item = (String, f64)> {
    counts.into_iter().map(|(name, count)| (name, number(count)))
}

impl Service {
    /// What is counted of the collector itself.
    pub(crate) const fn measures(&self) -> &Measures {
        &self.measures
    }

    /// Everything measured, in the text form of `OpenMetrics`.
    pub async fn metrics(&self, call: &Call) -> Result<String, ServiceError> {
        call.authorize(Action::AgentRead, Resource::All)?;
        call.authorize(Action::ItemRead, Resource::All)?;
        call.authorize(Action::TicketRead, Resource::All)?;
        call.authorize(Action::FindingRead, Resource::All)?;
        let mut standing = Standing::default();
        let build = vec![("version", env!("CARGO_PKG_VERSION").to_owned())];
        standing.put_all("build_info", "The version that runs", [(build, 1.0)]);
        self.put_agents(&mut standing).await?;
        self.put_work(&mut standing).await?;
        let stats = self.stats().await?;
        #[expect(clippy::cast_precision_loss, reason = "bytes of a disk")]
        let bytes = stats.bytes.iter().map(|(part, bytes)| ((*part).to_owned(), *bytes as f64));
        standing.put_by("store_bytes", "Disk that the store takes", "part", bytes);
        standing.put("store_problems", "What is wrong with the store", number(stats.problems.len()));
        let figures = self.recent_figures(call).await?;
        let rows = figures.iter().flat_map(|figure| {
            let labels = |of: &str| vec![("figure", figure.definition.name.to_owned()), ("of", of.to_owned())];
            let of = if figure.definition.unit == Unit::Seconds { "mean" } else { "value" };
            let parts = [(of, figure.value), ("median", figure.median), ("p90", figure.p90)];
            parts.into_iter().filter_map(move |(of, value)| Some((labels(of), value?))).collect::<Vec<_>>()
        });
        standing.put_all("kpi", "Figures of the last four weeks: docs/kpi.md says what each is", rows);
        let failed = || ServiceError::Busy(Phrase::new("store_busy").with("cause", "metrics").into());
        self.measures().text(&standing).map_err(|_| failed())
    }

    async fn put_agents(&self, standing: &mut Standing) -> Result<(), ServiceError> {
        let mut states: BTreeMap<String, usize> = BTreeMap::new();
        for agent in self.store().all::<Agent>(Scan::keys(Collection::Agent, "")).await? {
            let state = match agent.value.revoked_at {
                Some(_) => "revoked",
                None => agent.value.standing.as_str(),
            };
            *states.entry(state.to_owned()).or_default() += 1;
        }
        standing.put_by("agents", "Agents by how they stand", "state", tally(states));
        let mut hosts: BTreeMap<String, usize> = Status::names().into_iter().map(|name| (name.to_owned(), 0)).collect();
        let known = self.store().all::<Host>(Scan::keys(Collection::Host, "")).await?;
        for status in self.statuses(&known).await?.into_values() {
            *hosts.entry(status.as_str().to_owned()).or_default() += 1;
        }
        standing.put_by("hosts", "Hosts by how they stand with their reports", "state", tally(hosts));
        Ok(())
    }

    async fn put_work(&self, standing: &mut Standing) -> Result<(), ServiceError> {
        let mut severities: BTreeMap<String, usize> =
            Severity::ALL.iter().map(|severity| (severity.as_str().to_owned(), 0)).collect();
        for finding in self.store().all::<Finding>(Scan::index(Index::FindingActive, "")).await? {
            *severities.entry(finding.value.severity.as_str().to_owned()).or_default() += 1;
        }
        standing.put_by("findings", "Findings that stand", "severity", tally(severities));
        let mut open: BTreeMap<(&'static str, u8), usize> = BTreeMap::new();
        for ticket in self.store().all::<Ticket>(Scan::index(Index::TicketActive, "")).await? {
            *open.entry((ticket.value.kind().as_str(), ticket.value.priority)).or_default() += 1;
        }
        let rows = open.into_iter().map(|((kind, priority), count)| {
            (vec![("kind", kind.to_owned()), ("priority", priority.to_string())], number(count))
        });
        standing.put_all("tickets", "Tickets on which work is to be done", rows);
        let mut sending = Vec::new();
        for (name, index) in [("waiting", Index::DeliveryDue), ("collecting", Index::DeliveryCollecting)] {
            sending
                .push((name.to_owned(), number(self.store().count(Scan::index(index, "").limit(usize::MAX)).await?)));
        }
        standing.put_by("deliveries", "Notifications that are not sent yet", "state", sending);
        Ok(())
    }

    /// The figures of four weeks, a minute old at most.
    async fn recent_figures(&self, call: &Call) -> Result<std::sync::Arc<Vec<Figure>>, ServiceError> {
        let now = self.now();
        let kept = self.figures.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
        if let Some((at, figures)) = kept
            && (0..FRESH_MS).contains(&now.since(at))
        {
            return Ok(figures);
        }
        let period = Period { from: now.plus_millis(-PERIOD_MS), to: now.plus_millis(1) };
        let figures = std::sync::Arc::new(self.kpis(call, period, None).await?);
        *self.figures.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some((now, figures.clone()));
        Ok(figures)
    }
}
