//! Hosts: the list, one host with its coverage, what people say of it, and asking for a fresh look.

mod asked;
mod edit;
mod fits;
mod said;
mod status;

use std::collections::{BTreeMap, HashMap};

use muster_model::agent::Agent;
use muster_model::alias::MOST_STEPS;
use muster_model::baseline::Baseline;
use muster_model::finding::{Finding, FindingState};
use muster_model::health;
use muster_model::history::Moment;
use muster_model::host::status::Status;
use muster_model::host::{self, Host, LastSeen, Lifecycle};
use muster_model::inventory::{Known, SectionMetrics, section_key};
use muster_model::query::{Query, fields};
use muster_model::relation::graph::Ties;
use muster_model::right::Action;
use muster_model::source::Source;
use muster_model::source::heard::Heard;
use muster_model::{ChangeSet, Expected, Record, Versioned};
use muster_shared::id::{HostId, NodeId};
use muster_shared::{Attributes, SectionName, SectionStatus, Time};
use muster_store::{Index, Scan, TypedStore};
use serde_json::{Value, json};

pub use edit::{Changed, Difference, HostEdit, Planned};
pub use said::{SaidOf, Unheard};

use super::{Call, Page, Service, ServiceError, Window, conflict, invalid};
use crate::authority::AGENT_MS;

/// With less than this left the certificate of an agent should have been renewed.
const OVERDUE_MS: i64 = AGENT_MS / 10;

/// A host with everything that is known of it as a whole.
#[derive(Clone, Debug)]
pub struct HostView {
    /// What people say of it.
    pub host: Versioned<Host>,
    /// What is known of it, once a source reported.
    pub known: Option<Known>,
    /// When its agent was last heard.
    pub last_seen: Option<LastSeen>,
    /// When any source was last heard of it.
    pub heard_at: Option<Time>,
    /// The sources besides its agent, with when each was last heard.
    pub sources: BTreeMap<Source, Time>,
    /// How it stands with its reports; of the past that is not kept.
    pub status: Status,
    /// Whether it is out of service and reports.
    pub is_zombie: bool,
    /// How many findings stand.
    pub findings: usize,
    /// How many of them are drift: no change explains them, and nobody lets them stand.
    pub drift: usize,
    /// Where it stands in its life: what people set, or that it is silent.
    pub lifecycle: Lifecycle,
    /// When its agent's certificate ends that should have been renewed: agents do so before nine tenths of its life.
    pub renewal_overdue: Option<Time>,
    /// Whether another host has its name.
    pub is_duplicate: bool,
    /// The id that was asked for, when that host was merged into this one.
    pub alias: Option<HostId>,
}

impl HostView {
    /// Sections that could not be read completely.
    pub fn unread(&self) -> usize {
        let heads = self.known.iter().flat_map(|known| known.sections.values());
        heads.filter(|head| !matches!(head.status, SectionStatus::Ok | SectionStatus::Unsupported)).count()
    }

    /// The host as queries see it.
    pub(super) fn entry(&self, ties: Ties) -> Value {
        let host = &self.host.value;
        let facts = self.known.as_ref().map(|known| known.facts.clone()).unwrap_or_default();
        json!({
            "id": host.id, "name": host.name, "lifecycle": self.lifecycle, "owner": host.owner, "site": host.site,
            "criticality": host.criticality, "os": facts.os, "architecture": facts.architecture,
            "virtualization": facts.virtualization, "kernel": facts.kernel, "addresses": facts.addresses,
            "cpu_threads": facts.cpu_threads, "memory_bytes": facts.memory_bytes, "findings": self.findings, "drift": self.drift,
            "status": self.status.as_str(), "created_at": host.created_at, "unread": self.unread(),
            "last_seen": self.heard_at, "duplicate": self.is_duplicate,
            "skew_seconds": self.last_seen.as_ref().map(|seen| seen.skew_ms.unsigned_abs() / 1_000),
            "renewal_overdue": self.renewal_overdue.is_some(), "zombie": self.is_zombie, "broken_relations": ties.broken,
        })
    }
}

impl Service {
    /// One page of any collection or index: `keep` decides, pages are filled as far as there is something.
    pub(crate) async fn list<T: Record>(
        &self,
        scan: Scan,
        window: &Window,
        keep: impl Fn(&T) -> bool + Send + Sync,
    ) -> Result<Page<Versioned<T>>, ServiceError> {
        let mut items = Vec::new();
        let mut scan = scan.limit(1_000);
        scan.after.clone_from(&window.cursor);
        loop {
            // Rows and places are read together, so that a page can end in the middle of a scan.
            let raw = self.store().scan(scan.clone()).await?;
            let next = raw.next.clone();
            for row in raw.rows {
                let value: T = serde_json::from_slice(&row.bytes).map_err(|error| {
                    let (collection, what) = (T::COLLECTION, error.to_string());
                    muster_store::StoreError::Corrupt { collection, key: row.place.clone(), what }
                })?;
                if items.len() >= window.limit {
                    return Ok(Page { items, next_cursor: scan.after });
                }
                if keep(&value) {
                    items.push(Versioned { value, version: row.version });
                }
                scan.after = Some(row.place);
            }
            match next {
                None => return Ok(Page { items, next_cursor: None }),
                next => scan.after = next,
            }
        }
    }

    /// Hosts that a query means, by name: of now, or of the moment that it names.
    pub async fn list_hosts(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<HostView>, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        let query = &sight.of_nodes(query);
        if !query.moment.is_now() {
            query.only_past(&fields::HOST, host::PAST).map_err(|why| invalid("/filter", why))?;
        }
        let asks_people = self.registry().await?.asks_people(query);
        let ties = if query.mentions("broken_relations") { self.ties(query.moment).await? } else { HashMap::new() };
        let mut items = Vec::new();
        let mut cursor = window.cursor.clone();
        loop {
            let batch = Window { limit: window.limit - items.len(), cursor };
            let page =
                self.list(Scan::index(Index::HostByName, ""), &batch, |host: &Host| sight.sees_host(host.id)).await?;
            for host in page.items {
                let Some(view) = self.host_view(host, query.moment).await? else { continue };
                // An alias is shown as the host that it is in truth, once.
                if view.host.value.merged_into.is_some() {
                    continue;
                }
                let own = ties.get(&NodeId::Host(view.host.value.id)).copied().unwrap_or_default();
                if self.is_meant(&view, query, (own, asks_people)).await? {
                    items.push(view);
                }
            }
            cursor = page.next_cursor;
            if items.len() >= window.limit || cursor.is_none() {
                return Ok(Page { items, next_cursor: cursor });
            }
        }
    }

    /// One host at a moment.
    pub async fn get_host(&self, call: &Call, id: HostId, moment: Moment) -> Result<HostView, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        let missing = || ServiceError::NotFound { kind: "host", id: id.to_string() };
        let mut at = id;
        for _ in 0..MOST_STEPS {
            let host = self.store().find::<Host>(&at.to_string()).await?.ok_or_else(missing)?;
            let mut view = self.host_view(host, moment).await?.ok_or_else(missing)?;
            let Some(into) = view.host.value.merged_into else {
                if !sight.sees_host(at) {
                    return Err(missing());
                }
                view.alias = (at != id).then_some(id);
                return Ok(view);
            };
            at = into;
        }
        Err(missing())
    }

    /// The host of a name or an id in text, at a moment.
    pub async fn find_host(&self, call: &Call, text: &str, moment: Moment) -> Result<HostView, ServiceError> {
        if let Ok(id) = text.parse() {
            return self.get_host(call, id, moment).await;
        }
        let sight = self.sight(call, Action::ItemRead).await?;
        let missing = || ServiceError::NotFound { kind: "host", id: text.to_owned() };
        let scan = Scan::index(Index::HostByName, text.to_lowercase());
        let named = self.store().all::<Host>(scan).await?;
        let mut named: Vec<_> = named.into_iter().filter(|host| host.value.name.eq_ignore_ascii_case(text)).collect();
        // Of several that were called so, one that stands for itself.
        named.sort_by_key(|host| host.value.merged_into.is_some());
        let host = named.into_iter().find(|host| sight.sees_host(host.value.id)).ok_or_else(missing)?;
        self.get_host(call, host.value.id, moment).await
    }

    /// A host with what is known of it as a whole; `None` when it was not known at that moment. How it stands with reports
    /// and coverage is known of the present only.
    pub(super) async fn host_view(
        &self,
        host: Versioned<Host>,
        moment: Moment,
    ) -> Result<Option<HostView>, ServiceError> {
        let key = host.value.id.to_string();
        let Some(host) = self.host_at(host, moment).await? else { return Ok(None) };
        let now = self.now();
        let tellers = self.tellers(&host.value).await?;
        let speaker = match &tellers.inventory {
            Some(inventory) => self.recall_agent(inventory.value.agent).await?,
            None => None,
        };
        let ends =
            speaker.filter(|agent| agent.value.revoked_at.is_none()).map(|agent| agent.value.certificate_expires_at);
        let is_zombie = self.is_zombie(&host.value, tellers.last_word.as_ref(), now).await?;
        let mut view = HostView {
            renewal_overdue: ends.filter(|ends| ends.since(now) < OVERDUE_MS),
            known: self.known(&tellers).await?,
            status: self.status_of(&tellers, now).await?,
            findings: self.store().count(Scan::index(Index::FindingActiveByHost, format!("{key}/"))).await?,
            drift: self.store().count(Scan::index(Index::FindingDrift, format!("{key}/"))).await?,
            lifecycle: health::lifecycle_now(host.value.lifecycle, tellers.last_word.as_ref(), now),
            is_zombie,
            is_duplicate: self.is_name_shared(&host.value.name).await?,
            heard_at: tellers.heard_at(),
            last_seen: tellers.last_seen,
            sources: tellers.heard,
            host,
            alias: None,
        };
        if let Some(at) = moment.since() {
            let holder = self.holder(view.host.clone()).await?;
            let facts = self.facts_at(&holder, moment).await?;
            (view.findings, view.drift) = self.findings_counted(view.host.value.id, at).await?;
            view.lifecycle = view.host.value.lifecycle;
            view.renewal_overdue = None;
            (view.status, view.is_zombie, view.last_seen, view.heard_at) = (Status::Unknown, false, None, None);
            view.sources.clear();
            if let Some(known) = &mut view.known {
                (known.facts, known.sections) = (facts, BTreeMap::new());
            }
        }
        Ok(Some(view))
    }

    /// Whether a host that is out of service was heard after it went.
    async fn is_zombie(&self, host: &Host, heard: Option<&Heard>, now: Time) -> Result<bool, ServiceError> {
        let Some(heard) = heard.filter(|_| host.lifecycle.is_over()) else { return Ok(false) };
        let in_service = self.host_pasts(host.id).await?.into_iter().rfind(|past| !past.value.lifecycle.is_over());
        let since = host.known_since.map_or(host.created_at, |since| since.max(host.created_at));
        Ok(heard.outlives(in_service.map_or(since, |past| past.until), now))
    }

    /// How many findings stood on a host at a time, and how many of them were drift.
    async fn findings_counted(&self, host: HostId, at: Time) -> Result<(usize, usize), ServiceError> {
        let findings = self.store().all::<Finding>(Scan::index(Index::FindingByHost, format!("{host}/"))).await?;
        let states: Vec<FindingState> = findings.iter().filter_map(|stored| stored.value.state_at(at)).collect();
        let tally = |counts: fn(&FindingState) -> bool| states.iter().filter(|state| counts(state)).count();
        Ok((tally(FindingState::is_active), tally(FindingState::is_drift)))
    }

    /// The agents that speak or spoke for a host.
    pub async fn agents_of_host(&self, call: &Call, id: HostId) -> Result<Vec<Agent>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Host(id)).await?;
        let agents = self.store().all::<Agent>(Scan::index(Index::AgentByHost, id.to_string())).await?;
        Ok(agents.into_iter().map(|stored| stored.value).collect())
    }

    /// The version of what is authorised on a host.
    pub async fn baseline_of_host(&self, call: &Call, id: HostId) -> Result<Option<Baseline>, ServiceError> {
        self.authorize_at(call, Action::FindingRead, NodeId::Host(id)).await?;
        Ok(self.store().find::<Baseline>(&id.to_string()).await?.map(|stored| stored.value))
    }

    /// The latest volatile values of a section as a source read them, by item key.
    pub(crate) async fn metrics_told(
        &self,
        id: HostId,
        section: SectionName,
        source: Source,
    ) -> Result<BTreeMap<String, Attributes>, ServiceError> {
        let stored = self.store().find::<SectionMetrics>(&section_key(id, section, source)).await?;
        Ok(stored.map(|stored| stored.value.values).unwrap_or_default())
    }

    /// Asks the host's agent for a fresh look: at once when its heartbeat waits here, else at its next one.
    pub async fn recheck_host(&self, call: &Call, id: HostId) -> Result<(), ServiceError> {
        self.authorize_at(call, Action::HostRecheck, NodeId::Host(id)).await?;
        let name = self.get_host(call, id, Moment::NOW).await?.host.value.name;
        let name = &name;
        self.decide(|| async move {
            let stored = self.last_seen(id).await?;
            let Some(mut seen) = stored else {
                return Err(conflict("never_heard"));
            };
            seen.value.recheck = true;
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "host.recheck", id, name.clone()));
            changes.put(seen.value, Expected::Version(seen.version));
            Ok((changes, ()))
        })
        .await?;
        let agents = self.store().all::<Agent>(Scan::index(Index::AgentByHost, id.to_string())).await?;
        for stored in &agents {
            self.wake(stored.value.id);
        }
        Ok(())
    }
}
