//! Two that speak as one agent: quarantine, with an incident, and the reports set aside.

use std::sync::PoisonError;

use muster_model::agent::{Agent, AsideReport, MAX_ASIDE, MAX_ASIDE_BYTES, Sightings, Standing};
use muster_model::event::Event;
use muster_model::identification::decision::Settled;
use muster_model::right::Actor;
use muster_model::text::Phrase;
use muster_model::ticket::edit::Opening;
use muster_model::ticket::{Channel, ItemRole, TicketItem};
use muster_model::{ChangeSet, Collection, Expected};
use muster_shared::Report;
use muster_shared::id::{AgentId, HostId};
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

impl Service {
    fn sighting(&self, agent: AgentId, note: impl FnOnce(&mut Sightings) -> Option<Phrase>) -> Option<Phrase> {
        let mut all = self.sightings.lock().unwrap_or_else(PoisonError::into_inner);
        note(all.entry(agent).or_default())
    }

    /// What was noted of an agent is settled.
    pub(super) fn forget_sightings(&self, agent: AgentId) {
        self.sightings.lock().unwrap_or_else(PoisonError::into_inner).remove(&agent);
    }

    /// Notes the boot id that an agent names; two that take turns bring it into quarantine.
    pub(crate) async fn note_boot(&self, agent: AgentId, boot_id: &str) -> Result<bool, ServiceError> {
        let now = self.now();
        match self.sighting(agent, |heard| heard.hear_boot(boot_id, now)) {
            Some(why) => self.quarantine(agent, why).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// A host has one living agent: those that were silent are not to come back beside the one that speaks for it now.
    pub(crate) async fn supersede(
        &self,
        changes: &mut ChangeSet,
        settled: &Settled,
        (host, by): (HostId, AgentId),
    ) -> Result<(), ServiceError> {
        // What a person said of it stands as it was said.
        if *settled != Settled::Ladder {
            return Ok(());
        }
        for mut other in self.store().all::<Agent>(Scan::index(Index::AgentByHost, host.to_string())).await? {
            if other.value.id != by && other.value.revoked_at.is_none() {
                other.value.superseded_by = Some(by);
                changes.update(other);
            }
        }
        Ok(())
    }

    /// An agent whose host was taken over while it was silent speaks again: it is kept in quarantine until a person says which
    /// of the two is right.
    pub(crate) async fn note_return(&self, agent: &Agent) -> Result<bool, ServiceError> {
        let Some(other) = agent.superseded_by else { return Ok(false) };
        let why = Phrase::new("agent_superseded").with("agent", other.to_string());
        self.quarantine(agent.id, why).await.map(|()| true)
    }

    /// Notes a report whose number was overtaken; too many of them bring the agent into quarantine.
    pub(crate) async fn note_overtaken(&self, agent: AgentId) -> Result<bool, ServiceError> {
        let now = self.now();
        match self.sighting(agent, |heard| heard.hear_overtaken(now)) {
            Some(why) => self.quarantine(agent, why).await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Takes an agent's word no longer, whoever shows its certificates, until a person decides.
    pub(super) async fn quarantine(&self, agent: AgentId, why: Phrase) -> Result<(), ServiceError> {
        let why = &why;
        let _one_at_a_time = self.numbering.lock().await;
        self.decide(|| async move {
            let mut stored = self.authenticate_agent(agent).await?;
            if matches!(stored.value.standing, Standing::Quarantined { .. }) {
                return Ok((ChangeSet::new(), ()));
            }
            let now = self.now();
            let call = Call { actor: Actor::System("clone_detection"), via: "agent", request_id: None };
            let mut changes = ChangeSet::new();
            let mut draft = call.audit(now, "agent.quarantine", agent, stored.value.hostname.clone());
            draft.reason = why.to_string();
            changes.audit.push(draft);
            changes.events.push(Event::AgentQuarantined { agent, host: stored.value.host });
            self.open_incident(&mut changes, &call, incident(&stored.value, why)).await?;
            stored.value.standing = Standing::Quarantined { since: now, why: why.clone().into() };
            changes.update(stored);
            tracing::warn!(%agent, %why, "an agent is quarantined");
            Ok((changes, ()))
        })
        .await
    }

    /// Keeps a report of a quarantined agent as evidence. The agent keeps it too: nothing is acknowledged.
    pub(crate) async fn set_aside(&self, agent: AgentId, report: &Report) -> Result<(), ServiceError> {
        let prefix = format!("{agent}/");
        let kept = self.store().all::<AsideReport>(Scan::keys(Collection::Aside, prefix)).await?;
        if kept.iter().any(|stored| stored.value.report == report.report_id) {
            return Ok(());
        }
        let body = serde_json::to_string(report).ok().filter(|body| body.len() <= MAX_ASIDE_BYTES);
        let mut changes = ChangeSet::new();
        for old in kept.iter().take((kept.len() + 1).saturating_sub(MAX_ASIDE)) {
            let key = format!("{agent}/{}", old.value.report);
            changes.delete(Collection::Aside, key, Expected::Any);
        }
        let aside = AsideReport {
            agent,
            report: report.report_id,
            boot_id: report.boot_id.clone(),
            seq: report.seq,
            received_at: self.now(),
            body,
        };
        changes.put(aside, Expected::Any);
        Ok(self.commit(changes).await?)
    }

    /// The reports of an agent that were set aside, oldest first.
    pub async fn reports_aside(&self, agent: AgentId) -> Result<Vec<AsideReport>, ServiceError> {
        let kept = self.store().all::<AsideReport>(Scan::keys(Collection::Aside, format!("{agent}/"))).await?;
        Ok(kept.into_iter().map(|stored| stored.value).collect())
    }
}

/// The incident that tells people of it.
fn incident(agent: &Agent, why: &Phrase) -> Opening {
    let item =
        |host: muster_shared::id::HostId| TicketItem::computed(host.to_string(), &agent.hostname, ItemRole::Affected);
    let title = Phrase::new("clone_title").with("host", agent.hostname.chars().take(100).collect::<String>());
    Opening {
        description: Phrase::new("clone_story").with("sign", why.clone()).with("agent", agent.id.to_string()).into(),
        impact: 2,
        urgency: 2,
        category: Some("security".into()),
        items: agent.host.map(item).into_iter().collect(),
        ..Opening::incident(title.into(), Channel::Agent)
    }
}
