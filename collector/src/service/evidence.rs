//! The evidence of a finding: everything that it takes to judge it, in one block, for its page, its incident, the API and the
//! command line. Each part is found on its own; a part that cannot be found is left out and takes nothing else along.

use muster_model::evidence::{self, Shares, Suppression};
use muster_model::finding::Finding;
use muster_model::history::{HistoryEntry, Moment};
use muster_model::host::Host;
use muster_model::relation::graph::Direction;
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use muster_shared::id::{FindingId, NodeId};
use muster_shared::{Attributes, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::impact::Impacted;
use super::{Call, Service, ServiceError};

/// Changes of the item that are shown.
const CHANGES: usize = 5;
/// How many steps away something is still told as hit.
const RADIUS: u32 = 2;
/// How many of those are named.
const HIT: usize = 20;
/// Findings of one incident of which evidence is given.
const OF_INCIDENT: usize = 20;

/// What people need to judge a finding.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// What is authorised or wanted, without secrets; null is "not there".
    pub expected: Value,
    /// What is there, without secrets; null is "not there".
    pub actual: Value,
    /// It happened after this, and not later than [`Evidence::seen_at`].
    pub not_before: Option<Time>,
    /// It was seen then.
    pub seen_at: Time,
    /// Which agent collector saw it.
    pub collector: String,
    /// Where that one read it.
    pub source: Option<String>,
    /// The package that the item belongs to.
    pub package: Option<String>,
    /// Who answers for the host.
    pub owner: Option<String>,
    /// Why the policy minds.
    pub purpose: String,
    /// The last changes of the item, newest first.
    pub history: Vec<HistoryEntry>,
    /// How many peers have which value.
    pub peers: Option<Shares>,
    /// What depends on the host, at most two steps away, the nearest and most important first.
    pub impact: Vec<Impacted>,
    /// Why nobody is alerted of it now. What mutes alerts of its host is none of that: drift is told all the same.
    pub suppressions: Vec<Suppression>,
    /// Active findings with the same difference on other hosts.
    pub elsewhere: Vec<Finding>,
}

impl Service {
    /// What people need to judge a finding.
    pub async fn finding_evidence(&self, call: &Call, finding: &Finding) -> Result<Evidence, ServiceError> {
        self.authorize_at(call, Action::FindingRead, NodeId::Host(finding.host)).await?;
        let host = self.store().find::<Host>(&finding.host.to_string()).await?;
        let scan = Scan::index(Index::HistoryByItem, format!("{}/", finding.item)).descending().limit(CHANGES);
        let history = self.store().page::<HistoryEntry>(scan).await?;
        let active = self.store().page::<Finding>(Scan::index(Index::FindingActive, "").descending()).await?;
        let sight = self.sight(call, Action::FindingRead).await?;
        let same = |other: &Finding| {
            sight.sees_host(other.host)
                && other.id != finding.id
                && other.group_fingerprint == finding.group_fingerprint
        };
        let item = self.item_of_finding(call, finding).await?;
        Ok(Evidence {
            expected: evidence::redacted(&finding.expected),
            actual: evidence::redacted(&finding.actual),
            not_before: finding.not_before,
            seen_at: finding.first_seen,
            collector: format!("muster-agent, section {}", finding.section),
            source: evidence::source(finding.section, &finding.item_key, item.as_ref()),
            package: evidence::package(finding.section, &finding.item_key, item.as_ref()),
            owner: host.and_then(|host| host.value.owner),
            purpose: self.purpose(finding).await?,
            history: history.rows.into_iter().map(|row| row.value).collect(),
            peers: self.shares_of(finding).await?,
            impact: self.hit_by(call, finding).await,
            suppressions: evidence::suppressions(finding),
            elsewhere: active.rows.into_iter().map(|row| row.value).filter(same).take(20).collect(),
        })
    }

    /// The evidence of an incident's findings: of the first ones.
    pub async fn incident_evidence(
        &self,
        call: &Call,
        ticket: &Ticket,
    ) -> Result<Vec<(Finding, Evidence)>, ServiceError> {
        let ids: Vec<FindingId> =
            ticket.drift.iter().flat_map(|origin| origin.findings.iter().copied()).take(OF_INCIDENT).collect();
        let mut all = Vec::new();
        for stored in self.findings_of_ticket(call, &ids).await? {
            let evidence = self.finding_evidence(call, &stored.value).await?;
            all.push((stored.value, evidence));
        }
        Ok(all)
    }

    /// The item as it is, or as it was last when it is gone.
    async fn item_of_finding(&self, call: &Call, finding: &Finding) -> Result<Option<Attributes>, ServiceError> {
        let section = self.host_section(call, finding.host, finding.section, Moment::NOW).await;
        let present = match section {
            Ok(items) => items.into_iter().find(|item| item.id == finding.item).map(|item| item.attributes),
            Err(ServiceError::NotFound { .. }) => None,
            Err(error) => return Err(error),
        };
        let last = || [&finding.expected, &finding.actual].into_iter().find_map(Value::as_object).cloned();
        Ok(present.or_else(|| last().map(|map| map.into_iter().collect())))
    }

    /// How many peers of its host have which value.
    async fn shares_of(&self, finding: &Finding) -> Result<Option<Shares>, ServiceError> {
        let Some((_, members)) = self.peers_of(finding.host).await? else { return Ok(None) };
        if !self.update_lookup().await? {
            return Ok(None);
        }
        let (section, attribute) = (finding.section, finding.attribute.as_deref());
        let tally = self.lookup_tally(&self.lookup_members(&members), section, &finding.item_key, attribute);
        Ok(evidence::shares(&tally, finding.host))
    }

    /// What depends on the host of a finding. Who may not see items sees nothing here.
    async fn hit_by(&self, call: &Call, finding: &Finding) -> Vec<Impacted> {
        let start = NodeId::Host(finding.host);
        let impact = self.impact(call, start, Direction::Up, RADIUS, Moment::NOW, HIT).await;
        impact.map(|view| view.items).unwrap_or_default()
    }
}
