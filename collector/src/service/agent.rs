//! Agents as people see them: the tokens that let them in, approving them, shutting them out, ending a quarantine.

mod admission;
mod certificate;
mod clone;
mod listed;
mod recovery;
mod refusal;
mod rollover;
mod shut_out;
mod skew;
mod waiting;

use muster_model::agent::{Agent, EnrollmentTokenRecord, Split, Standing, parse_network};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::{AgentId, EnrollmentTokenId};
use muster_shared::secret;
use muster_store::{Index, Scan, TypedStore};

pub(crate) use self::certificate::barred;
pub use self::listed::AgentSeen;
pub(super) use self::recovery::Challenges;
pub(super) use self::refusal::Refusals;
pub use self::rollover::Rollover;
pub(super) use self::waiting::Waiting;
use super::{Call, Service, ServiceError, conflict, invalid};
use crate::authority::{AuthorityError, sha256_hex};

/// Longest life of an enrollment token.
const MAX_TOKEN_MINUTES: u32 = 30 * 24 * 60;
/// Most agents that one token lets in.
const MAX_USES: u32 = 100_000;

/// Most networks of one token.
const MAX_NETWORKS: usize = 100;
/// A token for several agents that lives longer than this is a fleet token: a person approves each agent, unless told
/// otherwise.
const FLEET_MINUTES: u32 = 60;
/// After a split the copies of an agent have a day to become agents of their own.
const SPLIT_MS: i64 = 24 * 3_600_000;

/// What is asked of a new enrollment token.
#[derive(Clone, Debug, Default)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// How many agents it lets in.
    pub max_uses: u32,
    /// How long it lives.
    pub minutes: u32,
    /// Networks from which it lets agents in at once, in CIDR form; empty is everywhere.
    pub networks: Vec<String>,
    /// Whether a person approves each agent; `None` leaves it to the kind of token.
    pub needs_approval: Option<bool>,
}

fn bad_request(error: AuthorityError) -> ServiceError {
    match error {
        AuthorityError::Request(why) => invalid("/csr_pem", why),
        error => ServiceError::Store(muster_store::StoreError::backend(error)),
    }
}

impl Service {
    /// Makes an enrollment token. Gives its text, which is shown once.
    pub async fn create_enrollment_token(
        &self,
        call: &Call,
        name: &str,
        max_uses: u32,
        minutes: u32,
    ) -> Result<(String, EnrollmentTokenRecord), ServiceError> {
        let new = NewToken { name: name.to_owned(), max_uses, minutes, ..NewToken::default() };
        self.create_limited_token(call, new).await
    }

    /// Makes an enrollment token with limits of where it counts and whether a person approves.
    pub async fn create_limited_token(
        &self,
        call: &Call,
        new: NewToken,
    ) -> Result<(String, EnrollmentTokenRecord), ServiceError> {
        call.authorize(Action::EnrollmentManage, Resource::All)?;
        let NewToken { name, max_uses, minutes, networks, needs_approval } = new;
        if networks.len() > MAX_NETWORKS {
            return Err(invalid("/networks", Phrase::new("at_most_networks").with("max", MAX_NETWORKS)));
        }
        if let Some(place) = networks.iter().position(|text| parse_network(text).is_none()) {
            return Err(invalid(&format!("/networks/{place}"), Phrase::new("network_form")));
        }
        if name.trim().is_empty() || name.chars().count() > 100 {
            return Err(invalid("/name", Phrase::new("token_purpose")));
        }
        if !(1..=MAX_USES).contains(&max_uses) {
            return Err(invalid("/max_uses", Phrase::new("token_uses").with("max", MAX_USES.to_string())));
        }
        if !(1..=MAX_TOKEN_MINUTES).contains(&minutes) {
            return Err(invalid("/minutes", Phrase::new("token_minutes").with("max", MAX_TOKEN_MINUTES.to_string())));
        }
        let now = self.now();
        let token_secret = secret::draw_secret();
        let record = EnrollmentTokenRecord {
            id: EnrollmentTokenId::new(now),
            secret_sha256: sha256_hex(token_secret.as_bytes()),
            name: name.trim().to_owned(),
            created_by: call.actor.label(),
            created_at: now,
            expires_at: now.plus_millis(i64::from(minutes) * 60_000),
            max_uses,
            uses: Vec::new(),
            admitted: 0,
            failures: 0,
            revoked_at: None,
            networks,
            needs_approval: needs_approval.unwrap_or(max_uses > 1 && minutes > FLEET_MINUTES),
        };
        let token = EnrollmentToken {
            url: self.policy().agents_url.clone(),
            ca_spki_sha256: self.authority.spki_sha256(),
            id: record.id,
            secret: token_secret,
        };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "enrollment_token.create", record.id, record.name.clone()));
        changes.create(record.clone());
        self.commit(changes).await?;
        Ok((token.to_string(), record))
    }

    /// All enrollment tokens, newest first.
    pub async fn list_enrollment_tokens(&self, call: &Call) -> Result<Vec<EnrollmentTokenRecord>, ServiceError> {
        call.authorize(Action::AgentRead, Resource::All)?;
        let scan = Scan::keys(Collection::EnrollmentToken, "").descending();
        Ok(self.store().all::<EnrollmentTokenRecord>(scan).await?.into_iter().map(|stored| stored.value).collect())
    }

    /// Takes an enrollment token back. Agents that came in by it stay.
    pub async fn revoke_enrollment_token(&self, call: &Call, id: EnrollmentTokenId) -> Result<(), ServiceError> {
        call.authorize(Action::EnrollmentManage, Resource::One(&id.to_string()))?;
        self.decide(|| async move {
            let stored = self.store().find::<EnrollmentTokenRecord>(&id.to_string()).await?;
            let missing = || ServiceError::NotFound { kind: "enrollment token", id: id.to_string() };
            let mut stored = stored.ok_or_else(missing)?;
            let now = self.now();
            stored.value.revoked_at.get_or_insert(now);
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "enrollment_token.revoke", id, stored.value.name.clone()));
            changes.update(stored);
            Ok((changes, ()))
        })
        .await
    }

    /// All agents, newest first.
    pub async fn list_agents(&self, call: &Call) -> Result<Vec<Versioned<Agent>>, ServiceError> {
        let sight = self.sight(call, Action::AgentRead).await?;
        let mut agents = self.store().all::<Agent>(Scan::keys(Collection::Agent, "").descending()).await?;
        // An agent that speaks for no host yet is for those who see all of them.
        let sees = |agent: &Agent| sight.is_whole() || agent.host.is_some_and(|host| sight.sees_host(host));
        agents.retain(|stored| sees(&stored.value));
        Ok(agents)
    }

    /// Shuts an agent out, at once: its next request is refused and its open connections are closed.
    pub async fn revoke_agent(&self, call: &Call, id: AgentId, reason: &str) -> Result<(), ServiceError> {
        call.authorize(Action::AgentRevoke, Resource::One(&id.to_string()))?;
        self.change_agent(call, id, ("agent.revoke", reason), |agent, now| {
            agent.revoked_at.get_or_insert(now);
            Ok(())
        })
        .await?;
        self.shut_out(id);
        Ok(())
    }

    /// Lets in an agent that waits for it.
    pub async fn approve_agent(&self, call: &Call, id: AgentId) -> Result<(), ServiceError> {
        call.authorize(Action::EnrollmentManage, Resource::One(&id.to_string()))?;
        self.change_agent(call, id, ("agent.approve", ""), |agent, _| {
            check_pending(agent)?;
            agent.standing = Standing::Active;
            agent.recoveries = 0;
            Ok(())
        })
        .await
    }

    /// Turns away an agent that waits for approval.
    pub async fn reject_agent(&self, call: &Call, id: AgentId, reason: &str) -> Result<(), ServiceError> {
        call.authorize(Action::EnrollmentManage, Resource::One(&id.to_string()))?;
        self.change_agent(call, id, ("agent.reject", reason), |agent, now| {
            check_pending(agent)?;
            agent.revoked_at.get_or_insert(now);
            Ok(())
        })
        .await?;
        self.shut_out(id);
        Ok(())
    }

    /// Ends a quarantine. Whoever holds the newest certificate goes on as the agent; with `split` a copy that shows an
    /// older one becomes an agent of its own, without anybody at its keyboard.
    pub async fn release_agent(&self, call: &Call, id: AgentId, split: bool, reason: &str) -> Result<(), ServiceError> {
        call.authorize(Action::AgentRevoke, Resource::One(&id.to_string()))?;
        let action = if split { "agent.split" } else { "agent.release" };
        self.change_agent(call, id, (action, reason), |agent, now| {
            if agent.revoked_at.is_some() || !matches!(agent.standing, Standing::Quarantined { .. }) {
                return Err(conflict("not_in_quarantine"));
            }
            agent.standing = Standing::Active;
            agent.superseded_by = None;
            let generation = agent.certificate_generation;
            agent.split = split.then(|| Split { until: now.plus_millis(SPLIT_MS), generation });
            Ok(())
        })
        .await?;
        self.forget_sightings(id);
        self.supersede_others(call, id).await
    }

    /// The host of a released agent is spoken for by it: the others are not to speak beside it.
    async fn supersede_others(&self, call: &Call, id: AgentId) -> Result<(), ServiceError> {
        let Some(released) = self.store().find::<Agent>(&id.to_string()).await? else { return Ok(()) };
        let Some(host) = released.value.host.filter(|_| released.value.split.is_none()) else { return Ok(()) };
        for other in self.store().all::<Agent>(Scan::index(Index::AgentByHost, host.to_string())).await? {
            let other = other.value;
            if other.id != id && other.revoked_at.is_none() && other.standing == Standing::Active {
                let reason = format!("{id} was released");
                self.change_agent(call, other.id, ("agent.supersede", &reason), |agent, _| {
                    agent.superseded_by = Some(id);
                    Ok(())
                })
                .await?;
            }
        }
        Ok(())
    }

    /// A decision of a person about an agent, with its audit entry.
    async fn change_agent(
        &self,
        call: &Call,
        id: AgentId,
        (action, reason): (&str, &str),
        change: impl Fn(&mut Agent, muster_shared::Time) -> Result<(), ServiceError> + Send + Sync,
    ) -> Result<(), ServiceError> {
        if reason.chars().count() > 2_000 {
            return Err(invalid("/reason", Phrase::new("at_most_characters").with("max", "2000")));
        }
        let change = &change;
        // The agent itself writes its record too, when it renews or reports for the first time: decide until it is done.
        self.decide(|| async move {
            let stored = self.store().find::<Agent>(&id.to_string()).await?;
            let mut stored = stored.ok_or_else(|| ServiceError::NotFound { kind: "agent", id: id.to_string() })?;
            let now = self.now();
            change(&mut stored.value, now)?;
            let mut draft = call.audit(now, action, id, stored.value.hostname.clone());
            reason.clone_into(&mut draft.reason);
            let mut changes = ChangeSet::new();
            changes.audit.push(draft);
            changes.update(stored);
            Ok((changes, ()))
        })
        .await
    }
}

fn check_pending(agent: &Agent) -> Result<(), ServiceError> {
    if agent.revoked_at.is_none() && matches!(agent.standing, Standing::Pending { .. }) {
        return Ok(());
    }
    Err(conflict("not_waiting"))
}
