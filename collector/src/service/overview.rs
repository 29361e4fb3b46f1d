//! The overview: what needs people now. Every number is the length of a list that can be opened.

use muster_model::Versioned;
use muster_model::agent::{Agent, Standing};
use muster_model::finding::Finding;
use muster_model::policy::Severity;
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use muster_shared::Time;
use muster_store::{Index, Scan, TypedStore, index::time_key};

use super::sight::Sight;
use super::{Call, Service, ServiceError, Window};

/// The numbers and lists of the first page.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Incidents on which work is to be done.
    pub open_incidents: usize,
    /// Of those, how many have priority 1 or 2.
    pub urgent_incidents: usize,
    /// Findings that are drift: no change explains them, and nobody lets them stand.
    pub open_findings: usize,
    /// Hosts.
    pub hosts: usize,
    /// Hosts that are silent.
    pub silent_hosts: usize,
    /// Hosts with drift.
    pub drifted_hosts: usize,
    /// Agents that wait for a decision: approval, or the end of a quarantine. Counted for those who may see agents.
    pub waiting_agents: usize,
    /// Findings per hour over the range, oldest first: the hour's start and counts by severity.
    pub drift: Vec<(Time, Vec<(Severity, u32)>)>,
    /// What to deal with first.
    pub first: Vec<Ticket>,
    /// Open incidents by age: upper bound in hours (`None` is "older") and how many.
    pub ages: Vec<(Option<i64>, usize)>,
    /// Findings that are drift, by owner of their host; `None` is nobody's.
    pub owners: Vec<(Option<String>, usize)>,
}

const HOUR_MS: i64 = 3_600_000;
/// Incidents that are shown.
const FIRST: usize = 10;

/// The ages by which open incidents are counted, in hours.
const AGES: [Option<i64>; 5] = [Some(1), Some(4), Some(24), Some(72), None];

impl Service {
    /// How many incidents there are on which work is to be done.
    pub async fn count_open_incidents(&self, call: &Call) -> Result<usize, ServiceError> {
        self.tally_tickets(call, &incidents("")?).await
    }

    /// The first page, over the last `hours`.
    pub async fn overview(&self, call: &Call, hours: u32) -> Result<Overview, ServiceError> {
        let sight = self.sight(call, Action::FindingRead).await?;
        let now = self.now();
        let first = Window { limit: FIRST, cursor: None };
        let first = self.list_tickets(call, &incidents("")?, &first).await?.items;
        let hosts = self.list_hosts(call, &Query::default(), &Window { limit: usize::MAX, cursor: None }).await?.items;
        let mut owners: std::collections::BTreeMap<Option<String>, usize> = std::collections::BTreeMap::new();
        for host in hosts.iter().filter(|host| host.drift > 0) {
            *owners.entry(host.host.value.owner.clone()).or_default() += host.drift;
        }
        let waits = |agent: &Versioned<Agent>| {
            agent.value.revoked_at.is_none() && !matches!(agent.value.standing, Standing::Active)
        };
        let may_see_agents = call.holds(Action::AgentRead).is_ok();
        let agents = if may_see_agents { self.list_agents(call).await? } else { Vec::new() };
        Ok(Overview {
            waiting_agents: agents.iter().filter(|agent| waits(agent)).count(),
            open_incidents: self.tally_tickets(call, &incidents("")?).await?,
            urgent_incidents: self.tally_tickets(call, &incidents("priority<=2")?).await?,
            // Each finding that is drift stands on a host that is there.
            open_findings: if sight.is_whole() {
                self.store().count(Scan::index(Index::FindingDrift, "").limit(usize::MAX)).await?
            } else {
                hosts.iter().map(|host| host.drift).sum()
            },
            hosts: hosts.len(),
            silent_hosts: hosts.iter().filter(|host| host.status.is_silent()).count(),
            drifted_hosts: hosts.iter().filter(|host| host.drift > 0).count(),
            drift: self.drift_by_hour(&sight, now, hours).await?,
            ages: self.ages(call, now).await?,
            first: first.into_iter().map(|stored| stored.value).collect(),
            owners: owners.into_iter().collect(),
        })
    }

    /// Active incidents by age.
    async fn ages(&self, call: &Call, now: Time) -> Result<Vec<(Option<i64>, usize)>, ServiceError> {
        let (mut ages, mut younger) = (Vec::new(), 0);
        for upper in AGES {
            let since = upper.map(|hours| now.plus_millis(-hours * HOUR_MS));
            let until = since.map_or_else(String::new, |since| format!("opened_at>{since}"));
            let all = self.tally_tickets(call, &incidents(&until)?).await?;
            ages.push((upper, all.saturating_sub(younger)));
            younger = all;
        }
        Ok(ages)
    }

    async fn drift_by_hour(
        &self,
        sight: &Sight,
        now: Time,
        hours: u32,
    ) -> Result<Vec<(Time, Vec<(Severity, u32)>)>, ServiceError> {
        let hours = i64::from(hours.clamp(1, 24 * 31));
        let this_hour = now.millis() - now.millis().rem_euclid(HOUR_MS);
        let first = this_hour - (hours - 1) * HOUR_MS;
        let after = Some(time_key(Time::from_millis(first)));
        let mut recent = self.store().all::<Finding>(Scan::index(Index::FindingByTime, "").after(after)).await?;
        recent.retain(|stored| sight.sees_host(stored.value.host));
        let starts = (0..hours).map(|hour| first + hour * HOUR_MS);
        let count = |start: i64, severity: Severity| {
            let within = recent.iter().filter(|stored| {
                let at = stored.value.first_seen.millis();
                stored.value.severity == severity && (start..start + HOUR_MS).contains(&at)
            });
            u32::try_from(within.count()).unwrap_or(u32::MAX)
        };
        Ok(starts
            .map(|start| {
                let counts = Severity::ALL.iter().rev().map(|severity| (*severity, count(start, *severity))).collect();
                (Time::from_millis(start), counts)
            })
            .collect())
    }
}

/// The active incidents of which more holds.
fn incidents(more: &str) -> Result<Query, ServiceError> {
    Ok(Query::parse(&format!("active:true kind:incident {more}"), &fields::TICKET)?)
}
