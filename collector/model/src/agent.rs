//! Agents and the tokens that let them in.

use muster_shared::Time;
use muster_shared::id::{AgentId, EnrollmentTokenId, HostId};
use serde::{Deserialize, Serialize};

use crate::identification::Match;
use crate::record::record;

/// A key pair that speaks for a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Who: stands in the certificate.
    pub id: AgentId,
    /// SHA-256 of the public key that enrolled, in hex.
    pub key_sha256: String,
    /// The token that let it in.
    pub token: EnrollmentTokenId,
    /// What the host called itself at enrollment.
    pub hostname: String,
    /// Version of the agent when it last reported.
    pub version: String,
    /// Serial of the newest certificate.
    pub certificate_serial: String,
    /// End of its life.
    pub certificate_expires_at: Time,
    /// Counts certificates; a renewal with an older one tells of a clone.
    pub certificate_generation: u64,
    /// When it came.
    pub enrolled_at: Time,
    /// The host it speaks for, once it has reported.
    pub host: Option<HostId>,
    /// Why that host.
    pub matched: Option<Match>,
    /// When it was shut out.
    pub revoked_at: Option<Time>,
}

record!(Agent, Agent, |agent| agent.id.to_string());

/// An enrollment token. The secret itself is shown once and never stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollmentTokenRecord {
    /// Which token.
    pub id: EnrollmentTokenId,
    /// SHA-256 of the secret, in hex.
    pub secret_sha256: String,
    /// What it is for.
    pub name: String,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
    /// End of its life.
    pub expires_at: Time,
    /// How many agents it lets in.
    pub max_uses: u32,
    /// Who came in by it: agent and the SHA-256 of its public key.
    pub uses: Vec<TokenUse>,
    /// Wrong secrets tried.
    pub failures: u32,
    /// When it was taken back.
    pub revoked_at: Option<Time>,
}

record!(EnrollmentTokenRecord, EnrollmentToken, |token| token.id.to_string());

/// One agent that came in by a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUse {
    /// The agent.
    pub agent: AgentId,
    /// SHA-256 of its public key, in hex.
    pub key_sha256: String,
    /// When.
    pub at: Time,
}

/// After this many wrong secrets a token is dead.
pub const MAX_TOKEN_FAILURES: u32 = 100;

/// What a valid secret gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// A new agent.
    New,
    /// The agent that came with this key before: its answer was lost.
    Again(AgentId),
    /// Nothing: expired, used up, revoked, or locked.
    Refused,
}

impl EnrollmentTokenRecord {
    /// Whether a key may come in by this token now.
    pub fn admit(&self, key_sha256: &str, now: Time) -> Admission {
        if self.revoked_at.is_some() || now > self.expires_at || self.failures >= MAX_TOKEN_FAILURES {
            return Admission::Refused;
        }
        if let Some(before) = self.uses.iter().find(|used| used.key_sha256 == key_sha256) {
            return Admission::Again(before.agent);
        }
        if self.uses.len() >= self.max_uses as usize { Admission::Refused } else { Admission::New }
    }

    /// The state for people: `active`, `used`, `expired`, `revoked`, `locked`.
    pub fn state(&self, now: Time) -> &'static str {
        if self.revoked_at.is_some() {
            "revoked"
        } else if self.failures >= MAX_TOKEN_FAILURES {
            "locked"
        } else if self.uses.len() >= self.max_uses as usize {
            "used"
        } else if now > self.expires_at {
            "expired"
        } else {
            "active"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_lets_in_as_many_keys_as_it_says_and_each_again() {
        let now = Time::from_millis(1_000);
        let agent = AgentId::new(now);
        let mut token = EnrollmentTokenRecord {
            id: EnrollmentTokenId::new(now),
            secret_sha256: String::new(),
            name: "t".into(),
            created_by: "ann".into(),
            created_at: now,
            expires_at: now.plus_millis(10),
            max_uses: 1,
            uses: vec![],
            failures: 0,
            revoked_at: None,
        };
        assert_eq!(token.admit("k1", now), Admission::New);
        token.uses.push(TokenUse { agent, key_sha256: "k1".into(), at: now });
        assert_eq!(token.admit("k1", now), Admission::Again(agent));
        assert_eq!(token.admit("k2", now), Admission::Refused);
        assert_eq!(token.admit("k1", now.plus_millis(11)), Admission::Refused);
        token.failures = MAX_TOKEN_FAILURES;
        assert_eq!(token.admit("k1", now), Admission::Refused);
        assert_eq!(token.state(now), "locked");
    }
}
