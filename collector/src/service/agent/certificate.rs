//! What a certificate is worth, and the next one: rotation in two phases.
//!
//! The collector's record says which serial is the newest and which was before it. The one before is good until the newest
//! was used once; then it is retired. A retired one that still speaks is a copy of the agent's state (cases 33 and 35).

use muster_model::ChangeSet;
use muster_model::Versioned;
use muster_model::agent::{Agent, Shown, Standing};
use muster_model::right::Actor;
use muster_model::text::Phrase;
use muster_shared::id::AgentId;
use muster_shared::protocol::{Credential, PENDING, QUARANTINED, REVOKED, RenewRequest, SPLIT, StandingAnswer};
use muster_store::TypedStore;

use super::admission::new_agent;
use super::bad_request;
use crate::authority::{Certified, requested_key};
use crate::service::{Call, Service, ServiceError};

/// Not the same as revoked: a backup that is put back may not know an agent which the next one knows.
const UNKNOWN: ServiceError =
    ServiceError::Unauthenticated("this collector has no such agent; enroll it anew with a new token");
const EXPIRED: ServiceError =
    ServiceError::Unauthenticated("this agent's certificate ran out; the agent recovers with its last key");
/// An agent that waits asks once a minute.
const ASK_AGAIN_SECONDS: u64 = 60;

/// The refusal of an agent whose word does not count now.
pub(crate) fn barred(standing: &Standing) -> Option<ServiceError> {
    let (code, detail) = match standing {
        Standing::Active => return None,
        Standing::Pending { .. } => (PENDING, "an administrator has to approve this agent first".to_owned()),
        Standing::Quarantined { why, .. } => {
            (QUARANTINED, format!("{why}; an administrator has to release or split it"))
        }
    };
    Some(ServiceError::Barred { code, detail, retry_after_seconds: Some(ASK_AGAIN_SECONDS) })
}

/// The refusal after which an agent ends.
fn revoked() -> ServiceError {
    let detail = "this agent was revoked; enroll it anew with a new token".to_owned();
    ServiceError::Barred { code: REVOKED, detail, retry_after_seconds: None }
}

fn split() -> ServiceError {
    let detail = "this is a copy of an agent: renew to become an agent of your own".to_owned();
    ServiceError::Barred { code: SPLIT, detail, retry_after_seconds: None }
}

impl Service {
    /// Loads who is shut out. Called before the listener opens (case 44).
    pub async fn load_revoked(&self) -> Result<usize, ServiceError> {
        let agents = self.store().all::<Agent>(muster_store::Scan::keys(muster_model::Collection::Agent, "")).await?;
        let revoked: Vec<AgentId> = agents
            .iter()
            .map(|stored| &stored.value)
            .filter(|agent| agent.revoked_at.is_some())
            .map(|a| a.id)
            .collect();
        for agent in &revoked {
            self.shut_out(*agent);
        }
        Ok(revoked.len())
    }

    /// The agent of an id, if it is not shut out.
    pub(crate) async fn authenticate_agent(&self, agent: AgentId) -> Result<Versioned<Agent>, ServiceError> {
        if self.is_revoked(agent) {
            return Err(revoked());
        }
        let stored = self.recall_agent(agent).await?.ok_or(UNKNOWN)?;
        if stored.value.revoked_at.is_some() { Err(revoked()) } else { Ok(stored) }
    }

    /// Whether a verified certificate speaks for its agent now. Asked on every request; the first use of a new certificate
    /// retires the one before, and a retired one brings the agent into quarantine.
    pub async fn hear(&self, certified: &Certified, is_renewal: bool) -> Result<(), ServiceError> {
        let now = self.now();
        let (agent, serial) = (certified.agent, certified.serial.as_str());
        let stored = self.authenticate_agent(agent).await?;
        let splitting = stored.value.splitting(now);
        let has_to_renew = splitting.is_some_and(|split| split.generation == stored.value.certificate_generation);
        match stored.value.shown(serial, now) {
            Shown::Newest | Shown::NewestFirst if has_to_renew && !is_renewal => Err(split()),
            Shown::Previous if splitting.is_some() && !is_renewal => Err(split()),
            Shown::Newest | Shown::Previous => Ok(()),
            Shown::Expired => Err(EXPIRED),
            Shown::NewestFirst => self.retire_previous(agent, serial).await,
            Shown::Retired if stored.value.adopts(certified.issued_at) => self.adopt(certified).await,
            Shown::Retired if splitting.is_some() => {
                if is_renewal {
                    Ok(())
                } else {
                    Err(split())
                }
            }
            Shown::Retired => {
                let generation = stored.value.certificate_generation;
                let why = Phrase::new("older_certificate").with("generation", generation.to_string());
                self.quarantine(agent, why).await?;
                let stored = self.authenticate_agent(agent).await?;
                Err(barred(&stored.value.standing).unwrap_or(UNKNOWN))
            }
        }
    }

    /// Takes over a certificate that was signed after the backup from which the agent's record was restored.
    async fn adopt(&self, certified: &Certified) -> Result<(), ServiceError> {
        self.decide(|| async move {
            let mut stored = self.authenticate_agent(certified.agent).await?;
            let mut changes = ChangeSet::new();
            if stored.value.adopts(certified.issued_at) {
                let Certified { agent, serial, key_sha256, expires_at, .. } = certified;
                tracing::info!(%agent, serial, "a certificate from after the backup is taken over");
                stored.value.adopt(serial.clone(), key_sha256.clone(), *expires_at);
                changes.update(stored);
            }
            Ok((changes, ()))
        })
        .await
    }

    async fn retire_previous(&self, agent: AgentId, serial: &str) -> Result<(), ServiceError> {
        self.decide(|| async move {
            let mut stored = self.authenticate_agent(agent).await?;
            let mut changes = ChangeSet::new();
            if stored.value.certificate_serial == serial && stored.value.previous.take().is_some() {
                changes.update(stored);
            }
            Ok((changes, ()))
        })
        .await
    }

    /// How an agent stands: all that it may ask while it is not active.
    pub async fn standing(&self, agent: AgentId) -> Result<StandingAnswer, ServiceError> {
        let standing = self.authenticate_agent(agent).await?.value.standing;
        // What the doubts are is for the person who approves, not for the one who is doubted.
        Ok(StandingAnswer {
            standing: standing.as_str().to_owned(),
            why: barred(&standing).map(|barred| barred.to_string()),
        })
    }

    /// Gives an agent its next certificate, always for another key.
    pub async fn renew(&self, agent: AgentId, serial: &str, request: RenewRequest) -> Result<Credential, ServiceError> {
        let key_sha256 = requested_key(&request.csr_pem).map_err(bad_request)?;
        let (request, key_sha256) = (&request, key_sha256.as_str());
        self.decide(|| async move {
            let mut stored = self.authenticate_agent(agent).await?;
            if let Some(barred) = barred(&stored.value.standing) {
                return Err(barred);
            }
            let now = self.now();
            let splits = stored.value.splitting(now).is_some();
            let shown = stored.value.shown(serial, now);
            let is_other_copy = match shown {
                Shown::Retired => true,
                Shown::Previous => stored.value.key_sha256 != key_sha256,
                Shown::Newest | Shown::NewestFirst | Shown::Expired => false,
            };
            if splits && is_other_copy {
                return self.split_off(stored, request);
            }
            if matches!(shown, Shown::Retired | Shown::Expired) {
                return Err(EXPIRED);
            }
            if matches!(shown, Shown::Newest | Shown::NewestFirst) && stored.value.key_sha256 == key_sha256 {
                return Err(crate::service::invalid("/csr_pem", "a new certificate takes a new key"));
            }
            let issued = self.authority.issue_agent(&request.csr_pem, agent, now).map_err(bad_request)?;
            let (serial, key, ca) = (issued.serial.clone(), issued.key_sha256.clone(), issued.ca.clone());
            stored.value.take_certificate(serial, key, issued.not_after, ca);
            let call = Call { actor: Actor::Agent(agent), via: "agent", request_id: None };
            let mut changes = ChangeSet::new();
            let summary = format!("certificate {}, generation {}", issued.serial, stored.value.certificate_generation);
            changes.audit.push(call.audit(now, "agent.renew", agent, summary));
            changes.update(stored);
            Ok((changes, self.credential(agent, issued, false)))
        })
        .await
    }

    /// A copy becomes an agent of its own. One per split: a third copy is a case for a person again.
    fn split_off(
        &self,
        mut stored: Versioned<Agent>,
        request: &RenewRequest,
    ) -> Result<(ChangeSet, Credential), ServiceError> {
        let now = self.now();
        let id = AgentId::new(now);
        let issued = self.authority.issue_agent(&request.csr_pem, id, now).map_err(bad_request)?;
        let original = &stored.value;
        let record = new_agent(id, (&original.hostname, &original.version), original.token, &issued, now);
        let record = Agent { split_from: Some(original.id), ..record };
        let call = Call { actor: Actor::Agent(original.id), via: "agent", request_id: None };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "agent.split_off", id, format!("a copy of {}", original.id)));
        stored.value.split = None;
        changes.create(record);
        changes.update(stored);
        Ok((changes, self.credential(id, issued, false)))
    }
}
