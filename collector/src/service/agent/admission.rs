//! Enrollment: which key comes in by which token, at once or after a person's approval (cases 22 to 27).
//!
//! Every refusal has the same words, does the same work and leaves an audit entry: neither text nor time tells a guesser
//! whether the token was wrong, expired, used up or revoked.

use std::collections::BTreeMap;
use std::net::IpAddr;

use muster_model::agent::{
    Admission, AdmittedKey, Agent, EnrollmentTokenRecord, Standing, TokenUse, admitted_key, is_within,
};
use muster_model::event::Event;
use muster_model::host::is_stale;
use muster_model::identification;
use muster_model::right::Actor;
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Versioned};
use muster_shared::diff::to_map;
use muster_shared::id::{AgentId, HostId};
use muster_shared::protocol::{Credential, EnrollRequest, REFUSED};
use muster_shared::{Item, SectionName, Time};
use muster_store::{Index, Scan, TypedStore};
use subtle::ConstantTimeEq;

use super::bad_request;
use crate::authority::{Issued, sha256_hex};
use crate::service::{Call, Service, ServiceError, invalid};

/// A hash to compare with where there is no token: the work stays the same.
const NO_TOKEN: &str = "0000000000000000000000000000000000000000000000000000000000000000";

pub(super) fn refused() -> ServiceError {
    ServiceError::Barred {
        code: REFUSED,
        detail: "the enrollment token is unknown, used up or expired: make a new one with `muster token create`".into(),
        retry_after_seconds: None,
    }
}

/// What the collector remembers of who enrolls.
type Decided = Result<Credential, ServiceError>;

impl Service {
    /// Lets an agent in, or keeps it waiting for approval.
    pub async fn enroll(&self, request: EnrollRequest, from: IpAddr) -> Result<Credential, ServiceError> {
        if request.hostname.is_empty() || request.hostname.len() > 253 {
            return Err(invalid("/hostname", "a host name has 1 to 253 characters"));
        }
        for (pointer, text) in [
            ("/machine_id", &request.machine_id),
            ("/system_uuid", &request.system_uuid),
            ("/system_serial", &request.system_serial),
        ] {
            if text.as_ref().is_some_and(|text| text.len() > 256) {
                return Err(invalid(pointer, "at most 256 bytes are taken"));
            }
        }
        let key_sha256 = crate::authority::requested_key(&request.csr_pem).map_err(bad_request)?;
        let (request, key_sha256) = (&request, &key_sha256);
        let decided: Decided = self
            .decide(|| async move {
                let now = self.now();
                let found = self.store().find::<EnrollmentTokenRecord>(&request.token_id.to_string()).await?;
                let given = sha256_hex(request.token_secret.as_bytes());
                let known = found.as_ref().map_or(NO_TOKEN, |token| token.value.secret_sha256.as_str());
                let is_right = bool::from(given.as_bytes().ct_eq(known.as_bytes()));
                let key = admitted_key(request.token_id, key_sha256);
                let admitted = self.store().find::<AdmittedKey>(&key).await?.map(|stored| stored.value.used);
                let admission = found.as_ref().map(|token| token.value.admit(key_sha256, admitted.as_ref(), now));
                match (found, admission) {
                    (Some(token), Some(Admission::New)) if is_right => {
                        self.admit(request, token, AgentId::new(now), from).await
                    }
                    (Some(token), Some(Admission::Again(agent))) if is_right => {
                        self.admit_again(request, token, agent).await
                    }
                    (found, _) => Ok((self.refusal(request, found.filter(|_| !is_right), from), Err(refused()))),
                }
            })
            .await?;
        decided
    }

    /// What a refused enrollment leaves behind: an audit entry, and a wrong secret counted.
    fn refusal(
        &self,
        request: &EnrollRequest,
        guessed: Option<Versioned<EnrollmentTokenRecord>>,
        from: IpAddr,
    ) -> ChangeSet {
        let mut changes = ChangeSet::new();
        let call = Call { actor: Actor::System("enrollment"), via: "agent", request_id: None };
        let summary = format!("{} from {from}", request.hostname.escape_default());
        changes.audit.push(call.audit(self.now(), "agent.enroll_refused", request.token_id, summary));
        if let Some(mut token) = guessed {
            token.value.failures = token.value.failures.saturating_add(1);
            changes.update(token);
        }
        changes
    }

    async fn admit(
        &self,
        request: &EnrollRequest,
        mut token: Versioned<EnrollmentTokenRecord>,
        agent: AgentId,
        from: IpAddr,
    ) -> Result<(ChangeSet, Decided), ServiceError> {
        let now = self.now();
        let issued = self.authority.issue_agent(&request.csr_pem, agent, now).map_err(bad_request)?;
        let reasons = self.doubts(request, &token.value, from, now).await?;
        let mut changes = ChangeSet::new();
        let call = Call { actor: Actor::Agent(agent), via: "agent", request_id: None };
        let mut draft =
            call.audit(now, "agent.enroll", agent, format!("{} from {from}", request.hostname.escape_default()));
        draft.reason = reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        changes.audit.push(draft);
        let record = new_agent(agent, (&request.hostname, &request.agent_version), token.value.id, &issued, now);
        let is_pending = !reasons.is_empty();
        let standing = if is_pending {
            Standing::Pending { reasons: reasons.into_iter().map(Into::into).collect() }
        } else {
            Standing::Active
        };
        if is_pending {
            changes.events.push(Event::AgentPending { agent });
        }
        changes.create(Agent { standing, ..record });
        let used = TokenUse { agent, key_sha256: issued.key_sha256.clone(), at: now };
        changes.create(AdmittedKey { token: token.value.id, used });
        token.value.admitted = token.value.admitted.saturating_add(1);
        changes.update(token);
        Ok((changes, Ok(self.credential(agent, issued, is_pending))))
    }

    /// The answer of an enrollment was lost: the same key gets the same agent. Once its certificate is in use, or it is shut
    /// out, the token gets it nothing any more.
    async fn admit_again(
        &self,
        request: &EnrollRequest,
        token: Versioned<EnrollmentTokenRecord>,
        agent: AgentId,
    ) -> Result<(ChangeSet, Decided), ServiceError> {
        let now = self.now();
        let mut changes = ChangeSet::new();
        let known = self.store().find::<Agent>(&agent.to_string()).await?;
        // After its first renewal the agent has other keys than the one that came in.
        let is_first = |known: &Versioned<Agent>| known.value.certificate_generation == 1;
        let Some(mut known) = known.filter(|known| known.value.revoked_at.is_none() && is_first(known)) else {
            return Ok((self.refusal(request, None, IpAddr::from([0, 0, 0, 0])), Err(refused())));
        };
        let issued = self.authority.issue_agent(&request.csr_pem, agent, now).map_err(bad_request)?;
        known.value.certificate_serial.clone_from(&issued.serial);
        known.value.certificate_expires_at = issued.not_after;
        known.value.ca = Some(issued.ca.clone());
        let is_pending = matches!(known.value.standing, Standing::Pending { .. });
        let call = Call { actor: Actor::Agent(agent), via: "agent", request_id: None };
        changes.audit.push(call.audit(now, "agent.enroll_again", agent, token.value.name));
        changes.update(known);
        Ok((changes, Ok(self.credential(agent, issued, is_pending))))
    }

    /// Why a person has to look at an enrollment before the agent's word counts.
    async fn doubts(
        &self,
        request: &EnrollRequest,
        token: &EnrollmentTokenRecord,
        from: IpAddr,
        now: Time,
    ) -> Result<Vec<Phrase>, ServiceError> {
        let mut reasons = Vec::new();
        if token.needs_approval {
            reasons.push(Phrase::new("token_asks_approval"));
        }
        if !token.networks.is_empty() && !is_within(&token.networks, from) {
            reasons.push(Phrase::new("outside_networks").with("address", from.to_string()));
        }
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let host = to_map([Item::new("host").with("machine_id", text(&request.machine_id))]);
        let firmware = Item::new("firmware").with("system_uuid", text(&request.system_uuid));
        let firmware = to_map([firmware.with("system_serial", text(&request.system_serial))]);
        let told = BTreeMap::from([(SectionName::Host, &host), (SectionName::Firmware, &firmware)]);
        for (identifier, host) in self.known_hosts(&identification::identifiers(&told)).await? {
            if let Some(living) = self.living_agent(host, None, now).await? {
                let same = Phrase::new("same_identifier").term("kind", "identifier", identifier.kind.as_str());
                reasons.push(same.with("host", host.to_string()).with("agent", living.to_string()));
            }
        }
        Ok(reasons)
    }

    /// The agent that speaks for a host and was heard lately.
    pub(crate) async fn living_agent(
        &self,
        host: HostId,
        but: Option<AgentId>,
        now: Time,
    ) -> Result<Option<AgentId>, ServiceError> {
        let seen = self.last_seen(host).await?;
        if seen.is_none_or(|seen| is_stale(seen.value.at, now, self.policy().agents.heartbeat_seconds)) {
            return Ok(None);
        }
        let agents = self.store().all::<Agent>(Scan::index(Index::AgentByHost, host.to_string())).await?;
        let living = agents.iter().map(|stored| &stored.value);
        Ok(living.filter(|agent| agent.revoked_at.is_none()).map(|agent| agent.id).find(|id| Some(*id) != but))
    }

    pub(super) fn credential(&self, agent_id: AgentId, issued: Issued, is_pending: bool) -> Credential {
        Credential {
            agent_id,
            certificate_pem: issued.pem,
            ca_pem: self.authority.pem(),
            not_after: issued.not_after,
            settings: self.policy().agents.clone(),
            is_pending,
        }
    }
}

/// The record of an agent with its first certificate.
pub(super) fn new_agent(
    id: AgentId,
    (hostname, version): (&str, &str),
    token: muster_shared::id::EnrollmentTokenId,
    issued: &Issued,
    now: Time,
) -> Agent {
    Agent {
        id,
        key_sha256: issued.key_sha256.clone(),
        token,
        hostname: hostname.to_owned(),
        version: version.to_owned(),
        certificate_serial: issued.serial.clone(),
        certificate_expires_at: issued.not_after,
        certificate_generation: 1,
        enrolled_at: now,
        host: None,
        matched: None,
        revoked_at: None,
        previous: None,
        standing: Standing::Active,
        recoveries: 0,
        split: None,
        split_from: None,
        superseded_by: None,
        adopts_from: None,
        ca: Some(issued.ca.clone()),
        not_understood: None,
    }
}
