//! Which host a report of another source is about: the ladder of identifiers, then the hint of what that source calls it.

use muster_model::Versioned;
use muster_model::host::{Criticality, Host, Lifecycle};
use muster_model::identification::{self, Identified, Identifier, IdentifierKind, Match};
use muster_model::source::{Source, SourceHead};
use muster_shared::Time;
use muster_shared::id::{AgentId, HostId};
use muster_shared::report::Report as AgentReport;
use muster_store::{Index, Scan, TypedStore};
use tokio::sync::MutexGuard;

use super::Report;
use crate::service::ingest::whole_sections;
use crate::service::{Service, ServiceError};

/// The host of a report.
#[derive(Debug)]
pub(super) struct Belonging {
    /// Which; version 0 is a new one.
    pub(super) host: Versioned<Host>,
    /// Why.
    pub(super) matched: Match,
    /// Identifiers of the report that belong to no other host.
    pub(super) free: Vec<Identifier>,
    /// Whether our own agent speaks for it: then what others say does not change how it is recognised.
    pub(super) has_agent: bool,
}

/// Takes over what a report tells of a host as such. Name and identifiers are those that its own agent tells, if it has one:
/// nobody else can make its agent's reports belong elsewhere.
pub(super) fn learn(host: &mut Host, report: &Report, free: &[Identifier], has_agent: bool) {
    let source = report.telling.source;
    if !host.sources.contains(&source) {
        host.sources.push(source);
        host.sources.sort_unstable();
    }
    if has_agent {
        return;
    }
    if !report.name.is_empty() {
        host.name.clone_from(&report.name);
    }
    host.identifiers
        .extend(free.iter().filter(|identifier| !host.identifiers.contains(identifier)).cloned().collect::<Vec<_>>());
    host.identifiers.sort();
}

impl Service {
    /// An agent's first report decides which host it speaks for: nobody else decides about the same identifiers meanwhile.
    pub(crate) async fn claim_identity(
        &self,
        agent: AgentId,
        report: &AgentReport,
    ) -> Result<Vec<MutexGuard<'_, ()>>, ServiceError> {
        if report.base != 0 || self.authenticate_agent(agent).await?.value.host.is_some() {
            return Ok(Vec::new());
        }
        let whole = whole_sections(report);
        let identifiers = identification::identifiers(&whole.iter().map(|(name, items)| (*name, items)).collect());
        Ok(self.claims.claim(identifiers.iter().map(Identifier::index_key)).await)
    }

    /// Which hosts are known by these identifiers.
    pub(crate) async fn known_hosts(
        &self,
        identifiers: &[Identifier],
    ) -> Result<Vec<(Identifier, HostId)>, ServiceError> {
        let mut known = Vec::new();
        for identifier in identifiers {
            // Tools write the parts of a UUID in either order of bytes.
            let swapped = Some(&identifier.value).filter(|_| identifier.kind == IdentifierKind::SystemUuid);
            let swapped = swapped.and_then(|uuid| identification::swapped_uuid(uuid));
            let swapped = swapped.map(|value| Identifier { kind: identifier.kind, value });
            for wanted in [Some(identifier.clone()), swapped].into_iter().flatten() {
                let hosts = self.store().all::<Host>(Scan::index(Index::HostByIdentifier, wanted.index_key())).await?;
                let hosts = hosts.into_iter().filter(|host| host.value.identifiers.contains(&wanted));
                known.extend(hosts.map(|host| (identifier.clone(), host.value.id)));
            }
        }
        Ok(known)
    }

    pub(super) async fn belonging(&self, report: &Report) -> Result<Belonging, ServiceError> {
        let known = self.known_hosts(&report.identifiers).await?;
        let namesakes = self.namesakes(&known, &report.name).await?;
        let now = self.now();
        let (host, rule, values) = match identification::identify(&report.identifiers, &known, &namesakes) {
            Identified::Conflict(hosts) => {
                let hosts = hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
                let why = format!("this machine's identifiers belong to {hosts}; nothing was stored");
                return Err(ServiceError::Conflict(why.into()));
            }
            Identified::Existing(id, rule, values) => (self.stored_host(id).await?, rule.as_str(), values),
            Identified::New => match self.hinted(report).await? {
                Some(host) => (host, "device_id", vec![report.telling.device_id.clone()]),
                None if report.is_partial => {
                    let why = "this partial inventory is of no host that is known here; send a full one first";
                    return Err(ServiceError::Conflict(why.into()));
                }
                None => (Versioned { value: new_host(report, now)?, version: 0 }, "new", Vec::new()),
            },
        };
        let has_agent = host.version > 0 && self.has_agent(host.value.id).await?;
        let is_others = |id: &Identifier| known.iter().any(|(taken, other)| taken == id && *other != host.value.id);
        let free = report.identifiers.iter().filter(|identifier| !is_others(identifier)).cloned().collect();
        Ok(Belonging { host, matched: Match { rule: rule.to_owned(), values, at: now }, free, has_agent })
    }

    async fn stored_host(&self, id: HostId) -> Result<Versioned<Host>, ServiceError> {
        let missing = || ServiceError::NotFound { kind: "host", id: id.to_string() };
        self.store().find::<Host>(&id.to_string()).await?.ok_or_else(missing)
    }

    async fn has_agent(&self, host: HostId) -> Result<bool, ServiceError> {
        let scan = Scan::index(Index::AgentByHost, host.to_string()).limit(1);
        Ok(!self.store().page::<muster_model::agent::Agent>(scan).await?.rows.is_empty())
    }

    /// Those of the hosts that have this name.
    pub(crate) async fn namesakes(
        &self,
        known: &[(Identifier, HostId)],
        name: &str,
    ) -> Result<Vec<HostId>, ServiceError> {
        let mut ids: Vec<HostId> = known.iter().map(|(_, host)| *host).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut namesakes = Vec::new();
        for id in ids.into_iter().filter(|_| !name.is_empty()) {
            let host = self.store().find::<Host>(&id.to_string()).await?;
            namesakes.extend(host.filter(|host| host.value.name.eq_ignore_ascii_case(name)).map(|host| host.value.id));
        }
        Ok(namesakes)
    }

    /// The one host that the source calls so and that nothing contradicts. Cloned machines share what a source calls them, so
    /// several hosts are no hint, and neither is one of another name.
    async fn hinted(&self, report: &Report) -> Result<Option<Versioned<Host>>, ServiceError> {
        let source: Source = report.telling.source;
        let device = format!("{source}/{}", report.telling.device_id);
        let heads = self.store().all::<SourceHead>(Scan::index(Index::SourceByDevice, device)).await?;
        let same = heads.into_iter().filter(|head| head.value.device_id == report.telling.device_id);
        let hosts: Vec<HostId> = same.map(|head| head.value.host).collect();
        let [id] = hosts.as_slice() else { return Ok(None) };
        let host = self.stored_host(*id).await?;
        let has_name = report.name.is_empty() || host.value.name.eq_ignore_ascii_case(&report.name);
        let can_be = identification::can_be(&host.value.identifiers, &report.identifiers);
        Ok((has_name && can_be).then_some(host))
    }
}

fn new_host(report: &Report, now: Time) -> Result<Host, ServiceError> {
    if report.name.is_empty() {
        return Err(crate::service::invalid("/host/name", "a machine without a name is no host"));
    }
    Ok(Host {
        id: HostId::new(now),
        name: report.name.clone(),
        lifecycle: Lifecycle::Discovered,
        owner: None,
        site: None,
        criticality: Criticality::default(),
        identifiers: Vec::new(),
        created_at: now,
        sources: Vec::new(),
    })
}
