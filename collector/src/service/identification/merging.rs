//! Merging and splitting hosts, and taking it back. Nothing is rewritten: a merged host keeps its items and its history, and
//! its id answers with the host that it is in truth.

use muster_model::agent::Agent;
use muster_model::alias::{self, HostMerge, MergeKind, Undone};
use muster_model::event::Event;
use muster_model::finding::Finding;
use muster_model::history::Moment;
use muster_model::host::{self, Host};
use muster_model::identification::{Identifier, Match};
use muster_model::inventory::Inventory;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::{AgentId, HostId, MergeId};
use muster_store::{Index, Scan, TypedStore};

use super::named_host;
use crate::service::finding::words;
use crate::service::{Call, Page, Service, ServiceError, Window, conflict, invalid};

/// What a merge or a split would do, or did.
#[derive(Clone, Debug)]
pub struct MergePreview {
    /// The merge; in a preview it is not stored.
    pub merge: HostMerge,
    /// Whether it was done.
    pub is_done: bool,
    /// How many tickets name the host that things move from: they are found on both.
    pub tickets: usize,
}

/// What is to leave a host.
#[derive(Clone, Debug, Default)]
pub struct SplitPlan {
    /// Agents that speak for the new host from now on.
    pub agents: Vec<AgentId>,
    /// Identifiers that are the new host's.
    pub identifiers: Vec<Identifier>,
    /// What the new host is called until it says so itself.
    pub name: Option<String>,
}

fn moved(kind: MergeKind, (from, into): (&Host, &Host), call: &Call, reason: &str, now: Time) -> HostMerge {
    HostMerge {
        id: MergeId::new(now),
        kind,
        from: from.id,
        from_name: from.name.clone(),
        into: into.id,
        into_name: into.name.clone(),
        identifiers: from.identifiers.clone(),
        known_before: into.identifiers.clone(),
        agents: Vec::new(),
        findings: Vec::new(),
        by: call.actor.label(),
        reason: reason.to_owned(),
        at: now,
        undone: None,
    }
}

impl Service {
    /// Makes a host an alias of another one. A preview writes nothing.
    pub async fn merge_hosts(
        &self,
        call: &Call,
        (from, into): (HostId, HostId),
        reason: &str,
        is_preview: bool,
    ) -> Result<MergePreview, ServiceError> {
        call.authorize(Action::IdentityDecide, Resource::One(&from.to_string()))?;
        let reason = &words("/reason", reason)?;
        let merge = self
            .decide(|| async move {
                let from = self.own_host(from).await?;
                let unknown = |_| {
                    let what = Phrase::new("not_found").term("kind", "kind", "host").with("id", into.to_string());
                    invalid("/into", what)
                };
                let into = self.own_host(into).await.map_err(unknown)?;
                let (changes, merge) = self.merge_changes(call, (from, into), reason).await?;
                Ok((if is_preview { ChangeSet::new() } else { changes }, merge))
            })
            .await?;
        self.preview(merge, !is_preview).await
    }

    async fn preview(&self, merge: HostMerge, is_done: bool) -> Result<MergePreview, ServiceError> {
        let tickets = self.store().count(Scan::index(Index::TicketByItem, format!("{}/", merge.from))).await?;
        Ok(MergePreview { merge, is_done, tickets })
    }

    /// Everything that a merge writes.
    pub(super) async fn merge_changes(
        &self,
        call: &Call,
        (from, into): (Versioned<Host>, Versioned<Host>),
        reason: &str,
    ) -> Result<(ChangeSet, HostMerge), ServiceError> {
        if let Some(why) = alias::refuse_merge(&from.value, &into.value) {
            return Err(ServiceError::Conflict(why.into()));
        }
        let now = self.now();
        let (a, b) = (into.value.id, from.value.id);
        if let (Some(one), Some(other)) =
            (self.living_agent(a, None, now).await?, self.living_agent(b, None, now).await?)
        {
            let why = Phrase::new("merge_two_living").with("one", one.to_string()).with("other", other.to_string());
            return Err(ServiceError::Conflict(why.into()));
        }
        let mut merge = moved(MergeKind::Merge, (&from.value, &into.value), call, reason, now);
        let mut changes = ChangeSet::new();
        merge.agents = self.move_agents(&mut changes, (b, &into.value), None, ("merge", now)).await?;
        self.welcome(&mut changes, a, &merge.agents).await?;
        for mut stored in self.standing_findings(b).await? {
            let twin = alias_of_finding(&stored.value, &into.value);
            let known = Scan::index(Index::FindingByFingerprint, format!("{}/", twin.fingerprint)).descending();
            let same = self.store().first::<Finding>(known).await?;
            if same.is_some_and(|same| same.value.state.is_active()) {
                continue;
            }
            merge.findings.push(stored.value.id);
            stored.value = twin;
            changes.update(stored);
        }
        self.close_answered(&mut changes, (&from.value, &into.value), now).await?;
        let (alias, whole) = alias::merge(&from.value, &into.value);
        host::replace(&mut changes, from, alias, now);
        host::replace(&mut changes, into, whole, now);
        let summary = format!("{} became {}", merge.from_name, merge.into);
        let mut draft = call.audit(now, "host.merge", merge.from, summary);
        reason.clone_into(&mut draft.reason);
        changes.audit.push(draft);
        changes.events.push(Event::HostsMerged { merge: merge.id, hosts: vec![merge.from, merge.into] });
        changes.create(merge.clone());
        Ok((changes, merge))
    }

    async fn standing_findings(&self, host: HostId) -> Result<Vec<Versioned<Finding>>, ServiceError> {
        Ok(self.store().all::<Finding>(Scan::index(Index::FindingActiveByHost, format!("{host}/"))).await?)
    }

    /// Lets agents of a host speak for another one: those that are named, else all that are not shut out.
    async fn move_agents(
        &self,
        changes: &mut ChangeSet,
        (from, into): (HostId, &Host),
        only: Option<&[AgentId]>,
        (rule, now): (&str, Time),
    ) -> Result<Vec<AgentId>, ServiceError> {
        let mut moved = Vec::new();
        for mut stored in self.store().all::<Agent>(Scan::index(Index::AgentByHost, from.to_string())).await? {
            let agent = &mut stored.value;
            let is_meant = only.map_or(agent.revoked_at.is_none(), |only| only.contains(&agent.id));
            if !is_meant {
                continue;
            }
            moved.push(agent.id);
            agent.host = Some(into.id);
            agent.matched = Some(Match { rule: rule.to_owned(), values: Vec::new(), at: now, report: None });
            changes.update(stored);
        }
        Ok(moved)
    }

    /// The first full report of these agents sets a host's state anew.
    async fn welcome(&self, changes: &mut ChangeSet, host: HostId, agents: &[AgentId]) -> Result<(), ServiceError> {
        let Some(mut stored) = self.store().find::<Inventory>(&host.to_string()).await? else { return Ok(()) };
        let known = stored.value.newcomers.len();
        for agent in agents {
            if !stored.value.newcomers.contains(agent) {
                stored.value.newcomers.push(*agent);
            }
        }
        if stored.value.newcomers.len() > known {
            changes.update(stored);
        }
        Ok(())
    }

    /// Makes a host of its own out of a part of another one. A preview writes nothing.
    pub async fn split_host(
        &self,
        call: &Call,
        id: HostId,
        plan: SplitPlan,
        reason: &str,
        is_preview: bool,
    ) -> Result<MergePreview, ServiceError> {
        call.authorize(Action::IdentityDecide, Resource::One(&id.to_string()))?;
        let reason = &words("/reason", reason)?;
        if plan.agents.is_empty() && plan.identifiers.is_empty() {
            return Err(invalid("/agents", Phrase::new("split_nothing")));
        }
        if plan.name.as_ref().is_some_and(|name| name.trim().is_empty() || name.chars().count() > 253) {
            return Err(invalid("/name", Phrase::new("characters").with("min", 1).with("max", 253)));
        }
        let plan = &plan;
        let merge = self
            .decide(|| async move {
                let from = self.own_host(id).await?;
                if from.value.merged_into.is_some() {
                    return Err(ServiceError::Conflict(Phrase::new("merge_alias").with("host", id.to_string()).into()));
                }
                let (changes, merge) = self.split_changes(call, from, plan, reason).await?;
                Ok((if is_preview { ChangeSet::new() } else { changes }, merge))
            })
            .await?;
        self.preview(merge, !is_preview).await
    }

    async fn split_changes(
        &self,
        call: &Call,
        from: Versioned<Host>,
        plan: &SplitPlan,
        reason: &str,
    ) -> Result<(ChangeSet, HostMerge), ServiceError> {
        let now = self.now();
        let foreign = |one: &Identifier| !from.value.identifiers.contains(one);
        if let Some(place) = plan.identifiers.iter().position(foreign) {
            return Err(invalid(&format!("/identifiers/{place}"), Phrase::new("split_not_its")));
        }
        let own = self.store().all::<Agent>(Scan::index(Index::AgentByHost, from.value.id.to_string())).await?;
        let speaks = |id: &AgentId| own.iter().find(|agent| agent.value.id == *id && agent.value.revoked_at.is_none());
        if let Some(place) = plan.agents.iter().position(|id| speaks(id).is_none()) {
            return Err(invalid(&format!("/agents/{place}"), Phrase::new("split_not_its_agent")));
        }
        let first = plan.agents.first().and_then(speaks).map(|agent| agent.value.hostname.clone());
        let name = plan.name.clone().or(first).unwrap_or_else(|| from.value.name.clone());
        let new = named_host(name.trim().to_owned(), now);
        let (rest, new) = alias::split(&from.value, new, &plan.identifiers);
        let mut merge = moved(MergeKind::Split, (&from.value, &new), call, reason, now);
        merge.identifiers.clone_from(&plan.identifiers);
        let mut changes = ChangeSet::new();
        merge.agents = self.move_agents(&mut changes, (rest.id, &new), Some(&plan.agents), ("split", now)).await?;
        let stays = own.iter().map(|agent| agent.value.id).filter(|id| !merge.agents.contains(id));
        self.welcome(&mut changes, rest.id, &stays.collect::<Vec<_>>()).await?;
        host::replace(&mut changes, from, rest, now);
        let summary = format!("{} left {}", new.id, merge.from_name);
        let mut draft = call.audit(now, "host.split", merge.from, summary);
        reason.clone_into(&mut draft.reason);
        changes.audit.push(draft);
        changes.events.push(Event::HostsMerged { merge: merge.id, hosts: vec![merge.from, merge.into] });
        changes.create(new);
        changes.create(merge.clone());
        Ok((changes, merge))
    }

    /// Merges and splits, newest first.
    pub async fn list_merges(&self, call: &Call, window: &Window) -> Result<Page<Versioned<HostMerge>>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::All)?;
        self.list(Scan::keys(Collection::HostMerge, "").descending(), window, |_: &HostMerge| true).await
    }

    /// Takes a merge or a split back.
    pub async fn undo_merge(&self, call: &Call, id: MergeId, reason: &str) -> Result<HostMerge, ServiceError> {
        call.authorize(Action::IdentityDecide, Resource::One(&id.to_string()))?;
        let reason = &words("/reason", reason)?;
        self.decide(|| async move {
            let gone = || ServiceError::NotFound { kind: "merge", id: id.to_string() };
            let mut stored = self.store().find::<HostMerge>(&id.to_string()).await?.ok_or_else(gone)?;
            if stored.value.undone.is_some() {
                return Err(conflict("merge_undone"));
            }
            let now = self.now();
            let mut changes = match stored.value.kind {
                MergeKind::Merge => self.unmerge_changes(&stored.value, now).await?,
                MergeKind::Split => {
                    let (new, rest) =
                        (self.own_host(stored.value.into).await?, self.own_host(stored.value.from).await?);
                    let (mut changes, _) = self.merge_changes(call, (new, rest), reason).await?;
                    changes.audit.clear();
                    changes
                }
            };
            let summary = format!("{} and {} are as before", stored.value.from, stored.value.into);
            let mut draft = call.audit(now, "host.merge_undo", id, summary);
            draft.reason.clone_from(reason);
            changes.audit.push(draft);
            let hosts = vec![stored.value.from, stored.value.into];
            changes.events.push(Event::HostsMerged { merge: id, hosts });
            stored.value.undone = Some(Undone { by: call.actor.label(), reason: reason.clone(), at: now });
            let merge = stored.value.clone();
            changes.update(stored);
            Ok((changes, merge))
        })
        .await
    }

    async fn unmerge_changes(&self, merge: &HostMerge, now: Time) -> Result<ChangeSet, ServiceError> {
        let (alias, whole) = (self.own_host(merge.from).await?, self.own_host(merge.into).await?);
        if alias.value.merged_into != Some(merge.into) || whole.value.merged_into.is_some() {
            return Err(conflict("merge_moved_on"));
        }
        let mut changes = ChangeSet::new();
        let back = self
            .move_agents(&mut changes, (merge.into, &alias.value), Some(&merge.agents), ("merge_undone", now))
            .await?;
        self.welcome(&mut changes, merge.from, &back).await?;
        let told = self.store().find::<Inventory>(&merge.into.to_string()).await?;
        let by_moved = told.as_ref().is_some_and(|told| merge.agents.contains(&told.value.agent));
        let mut last = 0;
        if let Some(told) = told {
            let stays: Vec<AgentId> = self.staying_agents(merge.into, &back).await?;
            let moment = by_moved.then_some(Moment::at(merge.at));
            last = self.restore_inventory(&mut changes, (&whole.value, told), moment, (&back, &stays)).await?;
        }
        self.restore_told(&mut changes, (&alias.value, &whole), merge.at, last).await?;
        for id in &merge.findings {
            let Some(mut finding) = self.store().find::<Finding>(&id.to_string()).await? else { continue };
            if finding.value.host == merge.into {
                alias::rehome(&mut finding.value, alias.value.id, &alias.value.name);
                changes.update(finding);
            }
        }
        let (back, rest) = alias::unmerge(merge, &alias.value, &whole.value, by_moved);
        host::replace(&mut changes, alias, back, now);
        host::replace(&mut changes, whole, rest, now);
        Ok(changes)
    }

    /// The agents of a host that do not go.
    async fn staying_agents(&self, host: HostId, but: &[AgentId]) -> Result<Vec<AgentId>, ServiceError> {
        let agents = self.store().all::<Agent>(Scan::index(Index::AgentByHost, host.to_string())).await?;
        Ok(agents.into_iter().map(|stored| stored.value.id).filter(|id| !but.contains(id)).collect())
    }
}

fn alias_of_finding(finding: &Finding, host: &Host) -> Finding {
    let mut twin = finding.clone();
    alias::rehome(&mut twin, host.id, &host.name);
    twin
}
