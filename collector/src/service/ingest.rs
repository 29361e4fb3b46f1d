//! Taking in what agents report. An agent's word is about its own host and nothing else.

mod limit;

use std::collections::BTreeMap;

use muster_model::agent::{Agent, Standing};
use muster_model::baseline::Baseline;
use muster_model::event::Event;
use muster_model::host::{self, Host, LastSeen};
use muster_model::inventory::Inventory;
use muster_model::merge::{self, Current, MergeError, Merged, Needed};
use muster_model::skew::Unread;
use muster_model::source::Source;
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::{AgentId, HostId};
use muster_shared::protocol::{ReportAck, ReportResult};
use muster_shared::report::Report;
use muster_store::TypedStore;

pub(crate) use self::limit::{check_limits, other_schema};
use super::agent::barred;
use super::identification::Placed;
use super::{Service, ServiceError, invalid};

impl Service {
    /// Merges a report, which waited as long as its agent says and had sections that cannot be read here. Returns after the
    /// commit is durable.
    pub async fn ingest(
        &self,
        agent: AgentId,
        report: Report,
        body: Digest,
        content_digest: String,
        (waited_ms, unread): (Option<i64>, Unread),
    ) -> Result<ReportAck, ServiceError> {
        let began = std::time::Instant::now();
        let ack = self.take_in(agent, &report, (body, waited_ms, &unread), &content_digest).await;
        self.measures().count_report(ack.as_ref().ok().map(|ack| ack.result), began.elapsed());
        ack
    }

    async fn take_in(
        &self,
        agent: AgentId,
        report: &Report,
        sent: (Digest, Option<i64>, &Unread),
        digest: &str,
    ) -> Result<ReportAck, ServiceError> {
        let _permit =
            self.ingesting.try_acquire().map_err(|_| ServiceError::Busy("too many reports at once".into()))?;
        check_limits(report)?;
        self.check_standing(agent, report).await?;
        let _claim = self.claim_identity(agent, report).await?;
        let ack = match self.merge_report(agent, report, sent, digest).await? {
            Ok(ack) => ack,
            Err(waits) => {
                self.announce_reviews(&agent.to_string()).await?;
                return Err(waits);
            }
        };
        if ack.result == ReportResult::Stale && self.note_overtaken(agent).await? {
            self.check_standing(agent, report).await?;
        }
        Ok(ack)
    }

    /// What an agent says counts only while it is active and one; a quarantined one's report is kept aside.
    async fn check_standing(&self, agent: AgentId, report: &Report) -> Result<(), ServiceError> {
        let stored = self.authenticate_agent(agent).await?.value;
        let mut standing = stored.standing.clone();
        if standing == Standing::Active
            && (self.note_boot(agent, &report.boot_id).await? || self.note_return(&stored).await?)
        {
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
        (body, waited_ms, unread): (Digest, Option<i64>, &Unread),
        digest: &str,
    ) -> Result<Result<ReportAck, ServiceError>, ServiceError> {
        self.decide(|| async move {
            let stored = self.authenticate_agent(agent).await?;
            let (host, mut changes) = match self.place(&stored, report).await? {
                Placed::At(host, changes) => (host, changes),
                Placed::Waits(changes, why) => return Ok((changes, Err(why))),
            };
            let inventory = self.recall_inventory(host.value.id).await?;
            let mut ack = self.ack(report, digest, (host.value.id, &stored.value));
            if let Some(known) = &inventory {
                ack.generation = known.value.generation;
                match known.value.recent.iter().find(|recent| recent.id == report.report_id) {
                    Some(recent) if recent.body == body => {
                        ack.result = ReportResult::Duplicate;
                        return Ok((ChangeSet::new(), Ok(ack)));
                    }
                    Some(_) => {
                        return Err(ServiceError::Conflict(
                            "a report of this id with another content was stored".into(),
                        ));
                    }
                    None => {}
                }
            }
            let mut current = self.current(&host.value, inventory.as_deref(), report).await?;
            current.waited_ms = waited_ms;
            current.unread.clone_from(unread);
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
                    let version = inventory.as_ref().map(|inventory| inventory.version);
                    let addresses = inventory.map(|inventory| inventory.value.facts.addresses.clone());
                    let addresses = addresses.unwrap_or_default();
                    let clocks = (now, skew_ms, waited_ms);
                    changes.extend(self.store_merged(merged, version, host, report, (clocks, addresses)).await?);
                    Ok((changes, Ok(ack)))
                }
                Err(MergeError::Stale { .. }) => {
                    ack.result = ReportResult::Stale;
                    Ok((ChangeSet::new(), Ok(ack)))
                }
                Err(error @ MergeError::SectionDigest(name)) => {
                    Err(invalid(&format!("/sections/{name}/digest"), error.to_string()))
                }
                Err(error @ MergeError::RootDigest) if report.base == 0 => Err(invalid("/root", error.to_string())),
                Err(error @ (MergeError::UnknownBase { .. } | MergeError::RootDigest)) => {
                    // The same report may have come twice at once, and the other one was merged between two reads of this
                    // one: then this write of what was read is refused, and all is read anew.
                    let mut changes = ChangeSet::new();
                    let stored = self.store().find::<Inventory>(&host.value.id.to_string()).await?;
                    if let (Some(read), Some(stored)) = (inventory, stored)
                        && read.version != stored.version
                    {
                        changes.update(Versioned::clone(&read));
                    }
                    Ok((changes, Err(ServiceError::UnknownBase(error.to_string()))))
                }
            }
        })
        .await
    }

    fn ack(&self, report: &Report, content_digest: &str, (host_id, agent): (HostId, &Agent)) -> ReportAck {
        ReportAck {
            report_id: report.report_id,
            content_digest: content_digest.to_owned(),
            result: ReportResult::Stored,
            host_id,
            generation: 0,
            settings: self.settings_of(agent),
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
            for (name, section) in &report.sections {
                let Some(head) = inventory.value.sections.get(name) else { continue };
                let body = match Needed::of(*name, section, head) {
                    // What several sources tell is compared as a whole.
                    Needed::Named(keys) if host.sources.is_empty() => {
                        self.part_of(host.id, *name, Source::Agent, &keys).await?
                    }
                    Needed::Named(_) | Needed::All => self.body_of(host.id, *name, Source::Agent).await?,
                };
                bodies.insert(*name, body);
            }
        }
        let last_seen = self.last_seen(host.id).await?;
        let skew_ms = last_seen.map_or(0, |seen| seen.value.skew_ms);
        let inventory = inventory.map(|stored| stored.value.clone());
        Ok(Current { inventory, bodies, floor, skew_ms, waited_ms: None, unread: Unread::new() })
    }

    async fn store_merged(
        &self,
        merged: Merged,
        version: Option<u64>,
        host: Versioned<Host>,
        report: &Report,
        ((now, skew_ms, waited_ms), addresses): ((Time, i64, Option<i64>), Vec<String>),
    ) -> Result<ChangeSet, ServiceError> {
        let (id, is_over) = (host.value.id, host.value.lifecycle.is_over());
        let mut changes = ChangeSet::new();
        let facts = &merged.inventory.facts;
        let mut next = host.clone();
        if !facts.name.is_empty() {
            next.value.name.clone_from(&facts.name);
        }
        self.learn_identifiers(&mut changes, &mut next.value, host.version == 0, merged.inventory.agent, report)
            .await?;
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
            changes.events.push(if merged.is_rebased {
                Event::HostRebased { host: id, from, to }
            } else {
                Event::HostChanged { host: id, from, to }
            });
        }
        // The differences fitted the digests: the agent and the collector see the same. That is worth an event where something
        // waits for a second look, and when a host speaks that should be silent.
        let looked_at = merged.inventory.looked_at;
        let at = looked_at.unwrap_or(now);
        if merged.is_first || is_over || self.waits_for_match(id, at).await? {
            changes.events.push(Event::DigestMatched { host: id, at });
        }
        if !merged.is_first && merged.inventory.facts.addresses != addresses {
            // A leased address moves without a change of the items.
            changes.events.push(Event::AddressMoved { host: id });
        }
        let recheck = false;
        // A report that waited says nothing of the clocks.
        let was_prompt =
            waited_ms.map_or(merged.inventory.looked_at == Some(now), |waited| (0..merge::PROMPT_MS).contains(&waited));
        let skew_ms = if was_prompt { report.collected_at.since(now) } else { skew_ms };
        changes.put(LastSeen { host: id, at: now, looked_at, root: report.root, skew_ms, recheck }, Expected::Any);
        let expected = version.map_or(Expected::Absent, Expected::Version);
        changes.put(merged.inventory, expected);
        merged.bodies.into_iter().for_each(|body| changes.put(body, Expected::Any));
        merged.metrics.into_iter().for_each(|metrics| changes.put(metrics, Expected::Any));
        merged.history.into_iter().for_each(|entry| changes.create(entry));
        Ok(changes)
    }
}
