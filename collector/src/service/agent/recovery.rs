//! Recovery: an agent whose certificate ran out while it was off proves that it holds its last key (case 36).
//!
//! The collector draws a challenge that counts once and for a minute; the agent signs it together with its new key. A few
//! recoveries need nobody; after that the agent waits for a person's approval. Every refusal has the same words, and an audit
//! entry.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use muster_model::ChangeSet;
use muster_model::agent::{Agent, MAX_RECOVERIES, Standing};
use muster_model::event::Event;
use muster_model::right::Actor;
use muster_model::text::Phrase;
use muster_shared::Time;
use muster_shared::id::AgentId;
use muster_shared::protocol::{Challenge, Credential, REFUSED, RecoverRequest, recovery_message};
use muster_shared::secret;
use muster_store::TypedStore;

use super::bad_request;
use super::certificate::barred;
use crate::authority::{is_signed, requested_key, sha256_hex};
use crate::service::{Call, Service, ServiceError};

/// How long a challenge counts.
const CHALLENGE_MS: i64 = 60_000;
/// Challenges that are open at the same time.
const MAX_CHALLENGES: usize = 10_000;

/// Open challenges, in memory: a restart only makes agents ask again.
#[derive(Debug, Default)]
pub(in crate::service) struct Challenges(Mutex<HashMap<String, (AgentId, Time)>>);

impl Challenges {
    fn draw(&self, agent: AgentId, now: Time) -> Option<String> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MAX_CHALLENGES {
            open.retain(|_, (_, ends_at)| now <= *ends_at);
        }
        if open.len() >= MAX_CHALLENGES {
            return None;
        }
        let nonce = secret::draw_secret();
        open.insert(nonce.clone(), (agent, now.plus_millis(CHALLENGE_MS)));
        Some(nonce)
    }

    /// Whether a challenge was drawn for this agent and still counts. It does not a second time.
    fn take(&self, agent: AgentId, nonce: &str, now: Time) -> bool {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(nonce);
        taken.is_some_and(|(drawn_for, ends_at)| drawn_for == agent && now <= ends_at)
    }
}

fn refused() -> ServiceError {
    let detail = "this agent cannot be recovered: enroll it anew with a new token".to_owned();
    ServiceError::Barred { code: REFUSED, detail, retry_after_seconds: None }
}

impl Service {
    /// A challenge for an agent that wants to recover. There is one for every id, known or not.
    pub fn challenge(&self, agent: AgentId) -> Result<Challenge, ServiceError> {
        let nonce = self.challenges.draw(agent, self.now());
        let nonce = nonce.ok_or_else(|| ServiceError::Busy("too many recoveries at once".into()))?;
        Ok(Challenge { nonce })
    }

    /// Gives a certificate to an agent whose last one ran out and who holds the key of it.
    pub async fn recover(&self, request: RecoverRequest, from: IpAddr) -> Result<Credential, ServiceError> {
        let agent = request.agent_id;
        let key_sha256 = requested_key(&request.csr_pem).map_err(bad_request)?;
        let message = recovery_message(agent, &request.nonce, &request.csr_pem);
        let last_key = secret::decode(&request.last_key).unwrap_or_default();
        let signature = secret::decode(&request.signature).unwrap_or_default();
        let is_proven =
            self.challenges.take(agent, &request.nonce, self.now()) && is_signed(&last_key, &message, &signature);
        let (request, key_sha256, last_key) = (&request, key_sha256.as_str(), sha256_hex(&last_key));
        let last_key = last_key.as_str();
        self.decide(|| async move {
            let now = self.now();
            let found = self.store().find::<Agent>(&agent.to_string()).await?;
            let call = Call { actor: Actor::Agent(agent), via: "agent", request_id: None };
            let mut changes = ChangeSet::new();
            let Some(mut stored) = found.filter(|stored| is_proven && may_recover(&stored.value, last_key, now)) else {
                changes.audit.push(call.audit(now, "agent.recover_refused", agent, format!("from {from}")));
                return Ok((changes, Err(refused())));
            };
            let record = &mut stored.value;
            if matches!(record.standing, Standing::Quarantined { .. }) {
                return Err(barred(&record.standing).unwrap_or_else(refused));
            }
            // The same new key again: the answer was lost.
            let is_again = record.key_sha256 == key_sha256;
            if !is_again && record.recoveries >= MAX_RECOVERIES && record.standing == Standing::Active {
                let reasons = vec![Phrase::new("recovered_often").with("times", record.recoveries.to_string()).into()];
                record.standing = Standing::Pending { reasons };
                changes.events.push(Event::AgentPending { agent });
            } else if !is_again {
                record.recoveries = record.recoveries.saturating_add(1);
            }
            if record.key_sha256 == last_key {
                record.previous = None;
            }
            let issued = self.authority.issue_agent(&request.csr_pem, agent, now).map_err(bad_request)?;
            let (serial, key, ca) = (issued.serial.clone(), issued.key_sha256.clone(), issued.ca.clone());
            record.take_certificate(serial, key, issued.not_after, ca);
            let summary = format!("certificate {} from {from}, recovery {}", issued.serial, record.recoveries);
            changes.audit.push(call.audit(now, "agent.recover", agent, summary));
            let is_pending = record.standing != Standing::Active;
            changes.update(stored);
            Ok((changes, Ok(self.credential(agent, issued, is_pending))))
        })
        .await?
    }
}

/// Whether the certificate of a key ran out. One that lives renews instead.
fn may_recover(agent: &Agent, key_sha256: &str, now: Time) -> bool {
    let is_newest = agent.key_sha256 == key_sha256;
    let ends_at = match &agent.previous {
        Some(previous) if !is_newest => previous.expires_at,
        _ => agent.certificate_expires_at,
    };
    agent.revoked_at.is_none() && agent.is_last_key(key_sha256) && now > ends_at
}
