//! Looks whether a change is what agents see: each expectation on each host of its scope, and what else was found meanwhile.

use std::collections::BTreeSet;

use muster_model::Versioned;
use muster_model::drift::change_match::{self, Candidate};
use muster_model::drift::occurrence::{self, Occurrence};
use muster_model::finding::Finding;
use muster_model::history::Moment;
use muster_model::host::Host;
use muster_model::ticket::change::Change;
use muster_model::ticket::change::verification::{self, Extra, Items, Seen, Verification};
use muster_model::ticket::release::Deployment;
use muster_model::ticket::release::clash::Clash;
use muster_model::ticket::state::CloseCode;
use muster_model::ticket::{Details, Ticket};
use muster_shared::id::{HostId, TicketId};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// How old at most the look is of which a heartbeat tells that does not say it.
const SETTLED_MS: i64 = 10_000;
/// Hosts that are asked for a fresh look when a change is over.
const MOST_ASKED: usize = 500;
/// Findings by which the times of a change that recurs are told.
const MOST_TOLD: usize = 10_000;

/// What agents see of a change or release.
#[derive(Clone, Debug, Default)]
pub struct SeenNow {
    /// Of a change after its end.
    pub verification: Option<Verification>,
    /// What all of that says together: with what the change may be closed.
    pub suggestion: Option<CloseCode>,
    /// Of a standard change that recurs: each of its times that is told of, the newest first.
    pub times: Vec<Occurrence>,
    /// Of a release.
    pub deployment: Option<Deployment>,
    /// Of a release that is not out: others that bring another version to the same hosts.
    pub clashes: Vec<Clash>,
}

impl Service {
    /// A change with what agents see of it now.
    pub(super) async fn verify_change(&self, id: TicketId, change: &mut Change) -> Result<(), ServiceError> {
        let (Some(started), Some(finished)) = (change.started_at, change.finished_at) else { return Ok(()) };
        let plan = &change.plan;
        let mut sections: BTreeSet<SectionName> = plan.expect.iter().map(|expectation| expectation.section).collect();
        sections.extend(plan.scope.facts.iter().map(|fact| fact.section));
        let mut results = Vec::new();
        let candidate = Candidate::made(id, plan, (started, self.now()), &self.registry().await?.host_fields());
        for (host, name) in self.scope_hosts(&plan.scope).await? {
            let seen = self.seen_of(host, &sections, started).await?;
            let mut extras = self.extras_of(host, &candidate, started).await?;
            extras.extend(self.touched_by(host, plan, started).await?);
            let judge = if change.is_backed_out { verification::judge_back } else { verification::judge };
            results.extend(judge((host, &name), (&plan.scope, &plan.expect), &seen, finished, extras));
        }
        change.verification = Some(Verification::of(self.now(), results));
        Ok(())
    }

    /// Asks the agents of a change that is over for a fresh look. One that cannot be asked is looked at when it reports.
    pub(super) async fn look_again(&self, ticket: &muster_model::ticket::Ticket) {
        let Some(change) = ticket.details.change() else { return };
        let call = Call::system("verification");
        match self.scope_hosts(&change.plan.scope).await {
            Ok(hosts) => {
                for (host, _) in hosts.iter().take(MOST_ASKED) {
                    if let Err(error) = self.recheck_host(&call, *host).await {
                        tracing::debug!(%error, %host, "asking for a fresh look");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, number = ticket.number, "asking for fresh looks"),
        }
    }

    /// What agents see of a change or release at this moment; it is not stored.
    pub async fn verification_now(&self, call: &Call, text: &str) -> Result<SeenNow, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        Ok(match ticket.details.clone() {
            Details::Change(mut change) => {
                self.verify_change(ticket.id, &mut change).await?;
                let times = match change.plan.times() {
                    Some(_) => self.occurrences_of(ticket.id).await?,
                    None => Vec::new(),
                };
                let seen = change.verification.take();
                let told = |seen| verification::suggestion(seen, change.is_backed_out);
                SeenNow { suggestion: seen.as_ref().and_then(told), verification: seen, times, ..SeenNow::default() }
            }
            Details::Release(release) => {
                let deployment = Box::pin(self.deployment_of(&release, false)).await?;
                let clashes = Box::pin(self.release_clashes(&ticket)).await?;
                SeenNow { deployment: Some(deployment), clashes, ..SeenNow::default() }
            }
            Details::Incident | Details::Problem(_) | Details::Request(_) | Details::Access(_) | Details::Task(_) => {
                SeenNow::default()
            }
        })
    }

    /// One ticket as it is read: of a release that is not over, how far it is by what agents report now.
    pub async fn ticket_now(&self, call: &Call, text: &str) -> Result<Versioned<Ticket>, ServiceError> {
        let mut stored = self.get_ticket(call, text).await?;
        let clashes = Box::pin(self.release_clashes(&stored.value)).await?;
        if let Details::Release(release) = &mut stored.value.details {
            release.clashes = clashes;
        }
        if let (Details::Release(release), true) = (&mut stored.value.details, stored.value.state.name().is_active())
            && release.deployment.is_some()
        {
            // A question that cannot be asked any more leaves what was seen last.
            match Box::pin(self.deployment_of(release, false)).await {
                Ok(seen) => release.deployment = Some(seen),
                Err(ServiceError::Invalid(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(stored)
    }

    /// The times of a change that recurs, by the newest findings that have to do with it.
    async fn occurrences_of(&self, change: TicketId) -> Result<Vec<Occurrence>, ServiceError> {
        let scan = Scan::index(Index::FindingByChange, format!("{change}/")).descending().limit(MOST_TOLD);
        let page = self.store().page::<Finding>(scan).await?;
        let mut times = occurrence::occurrences(change, page.rows.iter().map(|stored| &stored.value));
        // The oldest may be told of in part.
        times.truncate(times.len() - usize::from(page.next.is_some()).min(times.len()));
        Ok(times)
    }

    /// A host as it was when a change began, and as it is.
    async fn seen_of(&self, id: HostId, sections: &BTreeSet<SectionName>, started: Time) -> Result<Seen, ServiceError> {
        let Some(host) = self.store().find::<Host>(&id.to_string()).await? else { return Ok(Seen::default()) };
        let mut seen = Seen { looked_at: self.looked_at(id).await?, ..Seen::default() };
        let holder = self.holder(host).await?;
        for section in sections {
            for (moment, into) in [(Moment::at(started), &mut seen.before), (Moment::NOW, &mut seen.after)] {
                let items = self.section_at(&holder, *section, moment).await?.unwrap_or_default();
                let items: Items = items.into_iter().map(|(key, item)| (key, item.attributes)).collect();
                into.insert(*section, items);
            }
        }
        Ok(seen)
    }

    /// When the agent of a host looked last.
    async fn looked_at(&self, host: HostId) -> Result<Option<Time>, ServiceError> {
        let inventory = self.store().find::<muster_model::inventory::Inventory>(&host.to_string()).await?;
        let Some(inventory) = inventory.map(|stored| stored.value) else { return Ok(None) };
        let looked = inventory.looked_at.unwrap_or(inventory.received_at);
        // A root hash that is equal tells of a look at which nothing was otherwise.
        let heard = self.last_seen(host).await?.map(|stored| stored.value);
        let again = heard.filter(|seen| seen.root == inventory.root);
        let again = again.map(|seen| seen.looked_at.unwrap_or_else(|| seen.at.plus_millis(-SETTLED_MS)));
        Ok(Some(again.map_or(looked, |again| looked.max(again))))
    }

    /// Differences of a host that came after a change began and that it does not explain. What was known before is not of its
    /// making, and how things are is no change.
    async fn extras_of(&self, host: HostId, candidate: &Candidate, started: Time) -> Result<Vec<Extra>, ServiceError> {
        let scan = Scan::index(Index::FindingActiveByHost, format!("{host}/"));
        let findings = self.store().all::<Finding>(scan).await?.into_iter().map(|stored| stored.value);
        let is_extra = |finding: &Finding| {
            if !finding.basis.is_change() || finding.last_seen < started {
                return false;
            }
            let is_known = finding.state.changes().contains(&candidate.ticket);
            // The host is one of its scope: that it was asked for says so.
            let found = candidate.explain(finding, true, 0);
            !is_known && found.is_some_and(|found| found.contradicts() || found.score < change_match::TENTATIVE)
        };
        let extra = |finding: Finding| {
            let title = finding.title();
            Extra { finding: Some(finding.id), what: title.inner("what").unwrap_or(&title).to_string() }
        };
        Ok(findings.filter(is_extra).map(extra).collect())
    }
}
