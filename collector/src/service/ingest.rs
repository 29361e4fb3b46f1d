//! Taking in what agents report. An agent's word is about its own host and nothing else.

mod limit;

use std::collections::BTreeMap;

use muster_model::agent::{Agent, Standing};
use muster_model::baseline::Baseline;
use muster_model::event::Event;
use muster_model::host::{self, Criticality, Host, LastSeen, Lifecycle};
use muster_model::identification::{self, Identified, Identifier, Match};
use muster_model::inventory::Inventory;
use muster_model::merge::{self, Current, MergeError, Merged};
use muster_model::source::Source;
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::canonical::Digest;
use muster_shared::diff::ItemMap;
use muster_shared::id::{AgentId, HostId};
use muster_shared::protocol::{ReportAck, ReportResult};
use muster_shared::report::{Change, Report};
use muster_shared::{SectionName, Time};
use muster_store::TypedStore;

pub(crate) use self::limit::check_limits;
use super::agent::barred;
use super::{Service, ServiceError, invalid};

impl Service {
    /// Merges a report. Returns after the commit is durable.
    pub async fn ingest(
        &self,
        agent: AgentId,
        report: Report,
        body: Digest,
        content_digest: String,
    ) -> Result<ReportAck, ServiceError> {
        let _permit =
            self.ingesting.try_acquire().map_err(|_| ServiceError::Busy("too many reports at once".into()))?;
        check_limits(&report)?;
        let report = &report;
        let digest = &content_digest;
        self.check_standing(agent, report).await?;
        let _claim = self.claim_identity(agent, report).await?;
        let ack = self.merge_report(agent, report, body, digest).await?;
        if ack.result == ReportResult::Stale && self.note_overtaken(agent).await? {
            self.check_standing(agent, report).await?;
        }
        Ok(ack)
    }

    /// What an agent says counts only while it is active and one; a quarantined one's report is kept aside.
    async fn check_standing(&self, agent: AgentId, report: &Report) -> Result<(), ServiceError> {
        let mut standing = self.authenticate_agent(agent).await?.value.standing;
        if standing == Standing::Active && self.note_boot(agent, &report.boot_id).await? {
            standing = self.authenticate_agent(agent).await?.value.standing;
        }
        if matches!(standing, Standing::Quarantined { .. }) {
            self.set_aside(agent, report).await?;
        }
        barred(&standing).map_or(Ok(()), Err)
    }

    async fn merge_report(
        &self,
        agent: AgentId,
        report: &Report,
        body: Digest,
        digest: &str,
    ) -> Result<ReportAck, ServiceError> {
        self.decide(|| async move {
            let stored = self.authenticate_agent(agent).await?;
            let (host, mut changes) = self.host_of(&stored, report).await?;
            let inventory = self.store().find::<Inventory>(&host.value.id.to_string()).await?;
            let mut ack = self.ack(report, digest, host.value.id);
            if let Some(known) = &inventory {
                ack.generation = known.value.generation;
                match known.value.recent.iter().find(|recent| recent.id == report.report_id) {
                    Some(recent) if recent.body == body => {
                        ack.result = ReportResult::Duplicate;
                        return Ok((ChangeSet::new(), ack));
                    }
                    Some(_) => {
                        return Err(ServiceError::Conflict(
                            "a report of this id with another content was stored".into(),
                        ));
                    }
                    None => {}
                }
            }
            let current = self.current(&host.value, inventory.as_ref(), report).await?;
            let (now, skew_ms) = (self.now(), current.skew_ms);
            let before = if host.value.sources.is_empty() {
                None
            } else {
                Some(super::source::before_of(&host.value, &current, report))
            };
            match merge::merge(host.value.id, agent, current, report, body, now) {
                Ok(mut merged) => {
                    if let Some(before) = before {
                        let known = inventory.as_ref().map(|stored| &stored.value);
                        self.mark_reported(&host.value, &before, known, report.report_id, &mut merged).await?;
                    }
                    ack.generation = merged.inventory.generation;
                    let version = inventory.map(|inventory| inventory.version);
                    changes.extend(self.store_merged(merged, version, host, report, (now, skew_ms)).await?);
                    Ok((changes, ack))
                }
                Err(MergeError::Stale { .. }) => {
                    ack.result = ReportResult::Stale;
                    Ok((ChangeSet::new(), ack))
                }
                Err(error @ MergeError::SectionDigest(name)) => {
                    Err(invalid(&format!("/sections/{name}/digest"), error.to_string()))
                }
                Err(error @ MergeError::RootDigest) if report.base == 0 => Err(invalid("/root", error.to_string())),
                Err(error @ (MergeError::UnknownBase { .. } | MergeError::RootDigest)) => {
                    Err(ServiceError::UnknownBase(error.to_string()))
                }
            }
        })
        .await
    }

    fn ack(&self, report: &Report, content_digest: &str, host_id: HostId) -> ReportAck {
        ReportAck {
            report_id: report.report_id,
            content_digest: content_digest.to_owned(),
            result: ReportResult::Stored,
            host_id,
            generation: 0,
            settings: self.policy().agents,
        }
    }

    /// The host that an agent speaks for; its first report decides.
    async fn host_of(
        &self,
        agent: &Versioned<Agent>,
        report: &Report,
    ) -> Result<(Versioned<Host>, ChangeSet), ServiceError> {
        if let Some(host) = agent.value.host {
            let missing = || ServiceError::NotFound { kind: "host", id: host.to_string() };
            let host = self.store().find::<Host>(&host.to_string()).await?.ok_or_else(missing)?;
            let mut changes = ChangeSet::new();
            if agent.value.version != report.agent_version {
                let mut next = agent.clone();
                next.value.version.clone_from(&report.agent_version);
                changes.update(next);
            }
            return Ok((host, changes));
        }
        if report.base != 0 {
            return Err(ServiceError::UnknownBase("the first report of an agent has to be a full one".into()));
        }
        let now = self.now();
        let whole = whole_sections(report);
        let identifiers = identification::identifiers(&whole.iter().map(|(name, items)| (*name, items)).collect());
        let known = self.known_hosts(&identifiers).await?;
        let namesakes = self.namesakes(&known, name_in(&whole).unwrap_or_default()).await?;
        let identified = match agent.value.split_from {
            // A person said that it is a machine of its own, whatever the two have in common.
            Some(_) => Identified::New,
            None => identification::identify(&identifiers, &known, &namesakes),
        };
        let (host, matched) = match identified {
            Identified::Conflict(hosts) => {
                let hosts = hosts.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
                let why = format!(
                    "this machine's identifiers belong to {hosts}; nothing was stored. Retire one of them or correct its identifiers"
                );
                return Err(ServiceError::Conflict(why.into()));
            }
            Identified::Existing(id, rule, values) => {
                self.check_succession(agent.value.id, id, now).await?;
                let missing = || ServiceError::NotFound { kind: "host", id: id.to_string() };
                let host = self.store().find::<Host>(&id.to_string()).await?.ok_or_else(missing)?;
                (host, Match { rule: rule.as_str().into(), values, at: now })
            }
            Identified::New => {
                let is_taken = |identifier: &Identifier| known.iter().any(|(taken, _)| taken == identifier);
                let identifiers = identifiers.into_iter().filter(|identifier| !is_taken(identifier)).collect();
                let host = new_host(&agent.value, &whole, identifiers, now);
                (Versioned { value: host, version: 0 }, Match { rule: "new".into(), values: Vec::new(), at: now })
            }
        };
        let mut changes = ChangeSet::new();
        let mut next = agent.clone();
        next.value.host = Some(host.value.id);
        next.value.hostname.clone_from(&host.value.name);
        next.value.matched = Some(matched);
        next.value.version.clone_from(&report.agent_version);
        changes.update(next);
        Ok((host, changes))
    }

    /// A host has one living agent. A new one takes over only when the one before is revoked or silent: two that speak for
    /// one identity are a clone.
    async fn check_succession(&self, agent: AgentId, host: HostId, now: Time) -> Result<(), ServiceError> {
        match self.living_agent(host, Some(agent), now).await? {
            Some(other) => {
                let why = format!(
                    "{host} is spoken for by {other} which is alive: a clone? Revoke that agent if this one replaces it, or \
                     give the clone its own machine-id"
                );
                Err(ServiceError::Conflict(why.into()))
            }
            None => Ok(()),
        }
    }

    /// What is stored of the sections that a report speaks of.
    async fn current(
        &self,
        host: &Host,
        inventory: Option<&Versioned<Inventory>>,
        report: &Report,
    ) -> Result<Current, ServiceError> {
        let floor = self.heads(host).await?.iter().map(|head| head.value.history).max().unwrap_or_default();
        let mut bodies = BTreeMap::new();
        if let Some(inventory) = inventory {
            for name in report.sections.keys().filter(|name| inventory.value.sections.contains_key(name)) {
                bodies.insert(*name, self.body_of(host.id, *name, Source::Agent).await?);
            }
        }
        let last_seen = self.store().find::<LastSeen>(&host.id.to_string()).await?;
        let skew_ms = last_seen.map_or(0, |seen| seen.value.skew_ms);
        Ok(Current { inventory: inventory.map(|stored| stored.value.clone()), bodies, floor, skew_ms })
    }

    async fn store_merged(
        &self,
        merged: Merged,
        version: Option<u64>,
        host: Versioned<Host>,
        report: &Report,
        (now, skew_ms): (Time, i64),
    ) -> Result<ChangeSet, ServiceError> {
        let id = host.value.id;
        let mut changes = ChangeSet::new();
        let facts = &merged.inventory.facts;
        let mut next = host.clone();
        if !facts.name.is_empty() {
            next.value.name.clone_from(&facts.name);
        }
        self.learn_identifiers(&mut next.value, report).await?;
        if host.version == 0 {
            changes.create(next.value);
        } else {
            host::replace(&mut changes, host, next.value, now);
        }
        if merged.is_first {
            let approved_by = "system:first_report".to_owned();
            // Another source may have told the host before.
            let before = self.store().find::<Baseline>(&id.to_string()).await?;
            let version = before.map_or(1, |stored| stored.value.version + 1);
            changes.put(Baseline { host: id, version, approved_by, valid_from: now }, Expected::Any);
            changes.events.push(Event::HostDiscovered { host: id });
        }
        if !merged.is_first && !merged.discovered.is_empty() {
            changes.events.push(Event::SectionsDiscovered { host: id, sections: merged.discovered });
        }
        let numbers = merged.history.first().zip(merged.history.last()).map(|(first, last)| (first.seq, last.seq));
        if let Some((from, to)) = numbers {
            changes.events.push(Event::HostChanged { host: id, from, to });
        }
        // The differences fitted the digests: the agent and the collector see the same.
        changes.events.push(Event::DigestMatched { host: id, at: now });
        let recheck = false;
        // A report that waited says nothing of the clocks.
        let was_prompt = merged.inventory.looked_at == Some(now);
        let skew_ms = if was_prompt { report.collected_at.since(now) } else { skew_ms };
        changes.put(LastSeen { host: id, at: now, root: report.root, skew_ms, recheck }, Expected::Any);
        let expected = version.map_or(Expected::Absent, Expected::Version);
        changes.put(merged.inventory, expected);
        merged.bodies.into_iter().for_each(|body| changes.put(body, Expected::Any));
        merged.metrics.into_iter().for_each(|metrics| changes.put(metrics, Expected::Any));
        merged.history.into_iter().for_each(|entry| changes.create(entry));
        Ok(changes)
    }

    /// Identifiers that a full report shows and the host does not know yet. What names another host stays that one's: an
    /// agent that claims it would otherwise stand in the way of that host's next agent (case 18).
    async fn learn_identifiers(&self, host: &mut Host, report: &Report) -> Result<(), ServiceError> {
        if report.base != 0 {
            return Ok(());
        }
        let whole = whole_sections(report);
        let mut found = identification::identifiers(&whole.iter().map(|(name, items)| (*name, items)).collect());
        found.retain(|identifier| !host.identifiers.contains(identifier));
        let taken = self.known_hosts(&found).await?;
        for identifier in found {
            match taken.iter().find(|(known, other)| *known == identifier && *other != host.id) {
                Some((_, other)) => {
                    tracing::warn!(host = %host.id, %other, kind = identifier.kind.as_str(), "an identifier of another host is claimed");
                }
                None => host.identifiers.push(identifier),
            }
        }
        host.identifiers.sort();
        Ok(())
    }
}

/// The whole sections by which a host is recognised.
pub(super) fn whole_sections(report: &Report) -> BTreeMap<SectionName, ItemMap> {
    let told = report.sections.iter().filter(|(name, _)| identification::SECTIONS.contains(name));
    let whole = told.filter_map(|(name, section)| match &section.change {
        Change::Whole(items) => Some((*name, muster_shared::diff::to_map(items.iter().cloned()))),
        Change::Delta { .. } | Change::Same => None,
    });
    whole.collect()
}

/// What a host calls itself.
fn name_in(whole: &BTreeMap<SectionName, ItemMap>) -> Option<&str> {
    whole.get(&SectionName::Host).and_then(|items| items.values().find_map(|item| item.get("name")?.as_str()))
}

fn new_host(agent: &Agent, whole: &BTreeMap<SectionName, ItemMap>, identifiers: Vec<Identifier>, now: Time) -> Host {
    Host {
        id: HostId::new(now),
        name: name_in(whole).unwrap_or(&agent.hostname).to_owned(),
        lifecycle: Lifecycle::Discovered,
        owner: None,
        site: None,
        criticality: Criticality::default(),
        identifiers,
        created_at: now,
        sources: Vec::new(),
    }
}
