//! Which sources there are: how many hosts each speaks of, when it was last heard, what it sent that was not taken.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::agent::Agent;
use muster_model::host::Host;
use muster_model::right::{Action, Resource};
use muster_model::source::{Refused, Source, SourceErrors, SourceHead, SourceSeen};
use muster_model::{Collection, Record};
use muster_shared::{SectionName, Time};
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// A source.
#[derive(Clone, Debug)]
pub struct SourceView {
    /// Which.
    pub source: Source,
    /// Of how many hosts it says something.
    pub hosts: usize,
    /// When it was last heard.
    pub last_report_at: Option<Time>,
    /// How many of its reports were not taken.
    pub refused: u64,
    /// The last of them, newest first.
    pub errors: Vec<Refused>,
    /// Which sections it tells.
    pub covers: Vec<SectionName>,
    /// What its reports hold of which nothing is taken.
    pub left_out: Vec<String>,
    /// Names and versions of what reports, with how many hosts have it.
    pub clients: BTreeMap<String, usize>,
}

impl Service {
    /// All sources, in the order in which they are believed by default.
    pub async fn list_sources(&self, call: &Call) -> Result<Vec<SourceView>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::All)?;
        let mut views: BTreeMap<Source, SourceView> =
            Source::ALL.iter().map(|source| (*source, blank(*source))).collect();
        for stored in self.store().all::<SourceHead>(Scan::keys(Collection::SourceHead, "")).await? {
            let head = stored.value;
            let Some(view) = views.get_mut(&head.source) else { continue };
            view.hosts += 1;
            let covers: BTreeSet<SectionName> = view.covers.drain(..).chain(head.sections.into_keys()).collect();
            view.covers = covers.into_iter().collect();
            let left_out: BTreeSet<String> = view.left_out.drain(..).chain(head.left_out).collect();
            view.left_out = left_out.into_iter().collect();
            *view.clients.entry(head.client).or_default() += 1;
        }
        for (source, view) in &mut views {
            let scan = Scan::index(Index::SourceByTime, format!("{source}/")).descending();
            let last = self.store().first::<SourceSeen>(scan).await?;
            view.last_report_at = last.map(|seen| seen.value.at);
            if let Some(errors) = self.store().find::<SourceErrors>(source.as_str()).await? {
                view.refused = errors.value.count;
                view.errors = errors.value.last.into_iter().rev().collect();
            }
        }
        self.count_own(&mut views).await?;
        Ok(views.into_values().collect())
    }

    /// Our own agents, and what people pinned.
    async fn count_own(&self, views: &mut BTreeMap<Source, SourceView>) -> Result<(), ServiceError> {
        if let Some(view) = views.get_mut(&Source::Agent) {
            let agents = self.store().all::<Agent>(Scan::keys(Agent::COLLECTION, "")).await?;
            let spoken: BTreeSet<_> = agents.iter().filter_map(|agent| agent.value.host).collect();
            view.hosts = spoken.len();
            for agent in agents.iter().filter(|agent| agent.value.host.is_some()) {
                *view.clients.entry(format!("muster-agent {}", agent.value.version)).or_default() += 1;
            }
            view.last_report_at = self.all_last_seen().await?.iter().map(|seen| seen.at).max();
            view.covers = SectionName::ALL.to_vec();
        }
        if let Some(view) = views.get_mut(&Source::Person) {
            let hosts = self.store().all::<Host>(Scan::keys(Collection::Host, "")).await?;
            view.hosts = hosts.iter().filter(|host| host.value.sources.contains(&Source::Person)).count();
        }
        Ok(())
    }
}

fn blank(source: Source) -> SourceView {
    SourceView {
        source,
        hosts: 0,
        last_report_at: None,
        refused: 0,
        errors: Vec::new(),
        covers: Vec::new(),
        left_out: Vec::new(),
        clients: BTreeMap::new(),
    }
}
