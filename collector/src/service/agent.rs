//! Agents: the tokens that let them in, their certificates, and shutting them out.

use muster_model::agent::{Admission, Agent, EnrollmentTokenRecord, TokenUse};
use muster_model::right::{Action, Actor, Resource};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::{AgentId, EnrollmentTokenId};
use muster_shared::protocol::{Credential, EnrollRequest, RenewRequest};
use muster_shared::secret;
use muster_store::{Scan, TypedStore};
use subtle::ConstantTimeEq;

use super::{Call, Service, ServiceError, invalid};
use crate::authority::{AuthorityError, Issued, sha256_hex};

/// Longest life of an enrollment token.
const MAX_TOKEN_MINUTES: u32 = 30 * 24 * 60;
/// Most agents that one token lets in.
const MAX_USES: u32 = 100_000;

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
        call.authorize(Action::EnrollmentManage, Resource::All)?;
        if name.trim().is_empty() || name.chars().count() > 100 {
            return Err(invalid("/name", "say in 1 to 100 characters what the token is for"));
        }
        if !(1..=MAX_USES).contains(&max_uses) {
            return Err(invalid("/max_uses", format!("a token lets in 1 to {MAX_USES} agents")));
        }
        if !(1..=MAX_TOKEN_MINUTES).contains(&minutes) {
            return Err(invalid("/minutes", format!("a token lives 1 to {MAX_TOKEN_MINUTES} minutes (30 days)")));
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
            failures: 0,
            revoked_at: None,
        };
        let token = EnrollmentToken {
            url: self.policy().agents_url.clone(),
            ca_spki_sha256: self.authority.spki_sha256().to_owned(),
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

    /// Lets an agent in. Every refusal has the same words: they tell a guesser nothing.
    pub async fn enroll(&self, request: EnrollRequest) -> Result<Credential, ServiceError> {
        const REFUSED: ServiceError = ServiceError::Unauthenticated("the enrollment token is not valid");
        if request.hostname.is_empty() || request.hostname.len() > 253 {
            return Err(invalid("/hostname", "a host name has 1 to 253 characters"));
        }
        let request = &request;
        self.decide(|| async move {
            let now = self.now();
            let found = self.store().find::<EnrollmentTokenRecord>(&request.token_id.to_string()).await?;
            let Some(mut token) = found else { return Err(REFUSED) };
            let given = sha256_hex(request.token_secret.as_bytes());
            if !bool::from(given.as_bytes().ct_eq(token.value.secret_sha256.as_bytes())) {
                token.value.failures = token.value.failures.saturating_add(1);
                let mut changes = ChangeSet::new();
                changes.update(token);
                drop(self.commit(changes).await);
                return Err(REFUSED);
            }
            let draft = AgentId::new(now);
            let issued = self.authority.issue_agent(&request.csr_pem, draft, now).map_err(bad_request)?;
            let (agent, issued) = match token.value.admit(&issued.key_sha256, now) {
                Admission::Refused => return Err(REFUSED),
                Admission::Again(before) => {
                    let again = self.authority.issue_agent(&request.csr_pem, before, now).map_err(bad_request)?;
                    (before, again)
                }
                Admission::New => (draft, issued),
            };
            let changes = self.admit(request, token, agent, &issued, now).await?;
            Ok((changes, self.credential(agent, issued)))
        })
        .await
    }

    async fn admit(
        &self,
        request: &EnrollRequest,
        mut token: Versioned<EnrollmentTokenRecord>,
        agent: AgentId,
        issued: &Issued,
        now: muster_shared::Time,
    ) -> Result<ChangeSet, ServiceError> {
        let mut changes = ChangeSet::new();
        let call = Call { actor: Actor::Agent(agent), via: "agent", request_id: None };
        if let Some(mut known) = self.store().find::<Agent>(&agent.to_string()).await? {
            if known.value.revoked_at.is_some() {
                return Err(ServiceError::Unauthenticated("the enrollment token is not valid"));
            }
            known.value.certificate_serial.clone_from(&issued.serial);
            known.value.certificate_expires_at = issued.not_after;
            changes.audit.push(call.audit(now, "agent.enroll_again", agent, request.hostname.clone()));
            changes.update(known);
            return Ok(changes);
        }
        changes.audit.push(call.audit(now, "agent.enroll", agent, request.hostname.clone()));
        changes.create(Agent {
            id: agent,
            key_sha256: issued.key_sha256.clone(),
            token: token.value.id,
            hostname: request.hostname.clone(),
            version: request.agent_version.clone(),
            certificate_serial: issued.serial.clone(),
            certificate_expires_at: issued.not_after,
            certificate_generation: 1,
            enrolled_at: now,
            host: None,
            matched: None,
            revoked_at: None,
        });
        token.value.uses.push(TokenUse { agent, key_sha256: issued.key_sha256.clone(), at: now });
        changes.update(token);
        Ok(changes)
    }

    fn credential(&self, agent_id: AgentId, issued: Issued) -> Credential {
        Credential {
            agent_id,
            certificate_pem: issued.pem,
            ca_pem: self.authority.pem().to_owned(),
            not_after: issued.not_after,
            settings: self.policy().agents,
        }
    }

    /// The agent behind a verified certificate, if it is not shut out. Asked for on every request.
    pub async fn authenticate_agent(&self, agent: AgentId) -> Result<Versioned<Agent>, ServiceError> {
        const REVOKED: ServiceError =
            ServiceError::Unauthenticated("this agent was revoked; enroll it anew with a new token");
        if self.is_revoked(agent) {
            return Err(REVOKED);
        }
        let stored = self.store().find::<Agent>(&agent.to_string()).await?;
        stored.filter(|stored| stored.value.revoked_at.is_none()).ok_or(REVOKED)
    }

    /// Gives an agent its next certificate.
    pub async fn renew(&self, agent: AgentId, request: RenewRequest) -> Result<Credential, ServiceError> {
        let request = &request;
        self.decide(|| async move {
            let mut stored = self.authenticate_agent(agent).await?;
            let now = self.now();
            let issued = self.authority.issue_agent(&request.csr_pem, agent, now).map_err(bad_request)?;
            stored.value.certificate_serial.clone_from(&issued.serial);
            stored.value.certificate_expires_at = issued.not_after;
            stored.value.certificate_generation += 1;
            stored.value.key_sha256.clone_from(&issued.key_sha256);
            let call = Call { actor: Actor::Agent(agent), via: "agent", request_id: None };
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "agent.renew", agent, format!("certificate {}", issued.serial)));
            changes.update(stored);
            Ok((changes, self.credential(agent, issued)))
        })
        .await
    }

    /// All agents, newest first.
    pub async fn list_agents(&self, call: &Call) -> Result<Vec<Versioned<Agent>>, ServiceError> {
        call.authorize(Action::AgentRead, Resource::All)?;
        Ok(self.store().all::<Agent>(Scan::keys(Collection::Agent, "").descending()).await?)
    }

    /// Shuts an agent out, at once.
    pub async fn revoke_agent(&self, call: &Call, id: AgentId, reason: &str) -> Result<(), ServiceError> {
        call.authorize(Action::AgentRevoke, Resource::One(&id.to_string()))?;
        if reason.chars().count() > 2_000 {
            return Err(invalid("/reason", "at most 2000 characters are possible"));
        }
        // The agent itself writes its record too, when it renews or reports for the first time: decide until it is done.
        self.decide(|| async move {
            let stored = self.store().find::<Agent>(&id.to_string()).await?;
            let mut stored = stored.ok_or_else(|| ServiceError::NotFound { kind: "agent", id: id.to_string() })?;
            let now = self.now();
            stored.value.revoked_at.get_or_insert(now);
            let mut draft = call.audit(now, "agent.revoke", id, stored.value.hostname.clone());
            reason.clone_into(&mut draft.reason);
            let mut changes = ChangeSet::new();
            changes.audit.push(draft);
            changes.update(stored);
            Ok((changes, ()))
        })
        .await?;
        self.shut_out(id);
        Ok(())
    }
}
