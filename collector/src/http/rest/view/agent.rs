//! Agents and enrollment tokens in the form of the API.

use muster_model::agent::EnrollmentTokenRecord;
use muster_shared::Time;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::at;
use crate::service::agent::AgentSeen;

/// An agent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AgentView {
    id: String,
    hostname: String,
    agent_version: String,
    host: Option<String>,
    /// Why it was taken for that host.
    #[schema(value_type = Option<Object>)]
    matched: Value,
    /// `pending`, `enrolled`, `active`, `quarantined` or `revoked`.
    state: String,
    /// Why it is pending or quarantined, its reports are refused, or what of them this collector does not know.
    why: Option<String>,
    /// Sections, fields and values of its messages that this collector does not know: the agent is newer.
    not_understood: Vec<String>,
    /// When it was last heard, of the agent that speaks for its host.
    last_seen: Option<String>,
    /// How long before that it had looked at its host.
    lag_seconds: Option<i64>,
    enrolled_at: String,
    certificate_serial: String,
    /// Counts certificates: an older one that is used after a newer one tells of a copy.
    certificate_generation: u64,
    certificate_expires_at: String,
    /// How often it came back by its last key after its certificate had run out.
    recoveries: u32,
    revoked_at: Option<String>,
}

impl From<AgentSeen> for AgentView {
    fn from(known: AgentSeen) -> Self {
        let (error, lag_seconds) = (known.error(), known.lag_seconds());
        let agent = known.agent.value;
        let not_understood = agent.not_understood().map(|noted| noted.names.iter().cloned().collect());
        let state = agent.state();
        Self {
            id: agent.id.to_string(),
            hostname: agent.hostname,
            agent_version: agent.version,
            host: agent.host.map(|id| id.to_string()),
            matched: serde_json::to_value(agent.matched).unwrap_or_default(),
            state: state.into(),
            why: error,
            last_seen: known.seen.map(|seen| at(seen.at)),
            lag_seconds,
            not_understood: not_understood.unwrap_or_default(),
            enrolled_at: at(agent.enrolled_at),
            certificate_serial: agent.certificate_serial,
            certificate_generation: agent.certificate_generation,
            recoveries: agent.recoveries,
            certificate_expires_at: at(agent.certificate_expires_at),
            revoked_at: agent.revoked_at.map(at),
        }
    }
}

/// An enrollment token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnrollmentTokenView {
    id: String,
    name: String,
    /// `active`, `used`, `expired`, `revoked` or `locked`.
    state: String,
    created_by: String,
    created_at: String,
    expires_at: String,
    max_uses: u32,
    uses: usize,
    networks: Vec<String>,
    needs_approval: bool,
    /// The token's text: only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl EnrollmentTokenView {
    /// A token as it is at `now`; with its text when it was just made.
    pub(crate) fn new(record: EnrollmentTokenRecord, now: Time, token: Option<String>) -> Self {
        Self {
            id: record.id.to_string(),
            state: record.state(now).into(),
            uses: record.uses(),
            name: record.name,
            created_by: record.created_by,
            created_at: at(record.created_at),
            expires_at: at(record.expires_at),
            max_uses: record.max_uses,
            networks: record.networks,
            needs_approval: record.needs_approval,
            token,
        }
    }
}
