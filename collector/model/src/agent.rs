//! Agents and the tokens that let them in.

mod aside;
mod sighting;
mod skew;
mod token;

use muster_shared::Time;
use muster_shared::id::{AgentId, EnrollmentTokenId, HostId};
use serde::{Deserialize, Serialize};

pub use self::aside::{AsideReport, MAX_ASIDE, MAX_ASIDE_BYTES};
pub use self::sighting::{Sightings, WINDOW_MS};
pub use self::skew::NotUnderstood;
pub use self::token::{
    Admission, AdmittedKey, EnrollmentTokenRecord, MAX_TOKEN_FAILURES, TokenUse, admitted_key, is_within, parse_network,
};
use crate::identification::Match;
use crate::record::record;
use crate::text::Text;

/// How often an agent may recover by its last key before a person has to approve it.
pub const MAX_RECOVERIES: u32 = 3;

/// Whether an agent's word counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// It does.
    #[default]
    Active,
    /// Somebody has to approve it first.
    Pending {
        /// Why it was not let in at once.
        reasons: Vec<Text>,
    },
    /// Two seem to speak for it: what it says is kept aside, not merged.
    Quarantined {
        /// Since when.
        since: Time,
        /// What told of the second one.
        why: Text,
    },
}

impl Standing {
    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Pending { .. } => "pending",
            Self::Quarantined { .. } => "quarantined",
        }
    }

    /// Why it is not active, for people.
    pub fn why(&self) -> &[Text] {
        match self {
            Self::Active => &[],
            Self::Pending { reasons } => reasons,
            Self::Quarantined { why, .. } => std::slice::from_ref(why),
        }
    }
}

/// The certificate before the newest: good until the newest was used once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousCertificate {
    /// Its serial, in hex.
    pub serial: String,
    /// SHA-256 of the public key in it, in hex.
    pub key_sha256: String,
    /// End of its life.
    pub expires_at: Time,
    /// The CA that signed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
}

/// An agent that is being split: whoever shows a certificate of it has to renew. The first one goes on as the agent, the
/// next becomes an agent of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// How long.
    pub until: Time,
    /// The newest certificate when it began: who shows it has not renewed yet.
    pub generation: u64,
}

/// What a certificate that an agent shows is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The newest one.
    Newest,
    /// The newest one, for the first time: the one before is retired by that.
    NewestFirst,
    /// The one before, while the newest was not used yet: its answer may have been lost.
    Previous,
    /// Its life is over.
    Expired,
    /// One whose successor was used: somebody else holds the successor.
    Retired,
}

/// A key pair that speaks for a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Who: stands in the certificate.
    pub id: AgentId,
    /// SHA-256 of the public key in the newest certificate, in hex.
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
    /// The certificate before the newest, until the newest was used.
    #[serde(default)]
    pub previous: Option<PreviousCertificate>,
    /// Whether its word counts.
    #[serde(default)]
    pub standing: Standing,
    /// How often it came back by its last key.
    #[serde(default)]
    pub recoveries: u32,
    /// A quarantine that ended in a split: its copies are to become agents of their own.
    #[serde(default)]
    pub split: Option<Split>,
    /// The agent that this one was a copy of.
    #[serde(default)]
    pub split_from: Option<AgentId>,
    /// Who took over its host while it was silent: should it speak again, a person is asked which of them is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<AgentId>,
    /// Set by a restore from a backup of that time: a certificate that was issued later is not known here, and is taken over once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adopts_from: Option<Time>,
    /// SHA-256 of the public key of the CA that signed the newest certificate, in hex: with that the agent got to know it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<String>,
    /// What it says that the collector does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_understood: Option<NotUnderstood>,
}

record!(Agent, Agent, |agent| agent.id.to_string());

impl Agent {
    /// How an agent can stand, for people.
    pub const STATES: &'static [&'static str] = &["pending", "enrolled", "active", "quarantined", "revoked"];

    /// How it stands, for people: `enrolled` has not reported yet.
    pub const fn state(&self) -> &'static str {
        match (self.revoked_at, &self.standing, self.host) {
            (Some(_), ..) => "revoked",
            (None, Standing::Pending { .. } | Standing::Quarantined { .. }, _) => self.standing.as_str(),
            (None, Standing::Active, Some(_)) => "active",
            (None, Standing::Active, None) => "enrolled",
        }
    }

    /// What a verified certificate of this agent is worth now.
    pub fn shown(&self, serial: &str, now: Time) -> Shown {
        let (expires_at, good) = match &self.previous {
            _ if serial == self.certificate_serial => {
                let first = self.previous.is_some();
                (self.certificate_expires_at, if first { Shown::NewestFirst } else { Shown::Newest })
            }
            Some(previous) if serial == previous.serial => (previous.expires_at, Shown::Previous),
            _ => return Shown::Retired,
        };
        if now > expires_at { Shown::Expired } else { good }
    }

    /// The split that goes on now.
    pub fn splitting(&self, now: Time) -> Option<Split> {
        self.split.filter(|split| now <= split.until)
    }

    /// Takes over a certificate that was just signed. The one in use stays good until the new one was used; one that was
    /// never used makes room, as its answer was lost.
    pub fn take_certificate(&mut self, serial: String, key_sha256: String, expires_at: Time, ca: String) {
        if self.previous.is_none() {
            self.previous = Some(PreviousCertificate {
                serial: std::mem::take(&mut self.certificate_serial),
                key_sha256: std::mem::take(&mut self.key_sha256),
                expires_at: self.certificate_expires_at,
                ca: self.ca.take(),
            });
            self.certificate_generation += 1;
        }
        self.certificate_serial = serial;
        self.key_sha256 = key_sha256;
        self.certificate_expires_at = expires_at;
        self.ca = Some(ca);
    }

    /// Whether it knows a CA for sure: it used a certificate that came with it.
    pub fn knows_ca(&self, ca: &str) -> bool {
        self.previous.is_none() && self.ca.as_deref() == Some(ca)
    }

    /// Whether a certificate that is not known here was signed after the backup from which this record was restored. A certificate
    /// names seconds.
    pub fn adopts(&self, issued_at: Time) -> bool {
        self.adopts_from.is_some_and(|from| issued_at.plus_millis(1_000) > from)
    }

    /// Takes over such a certificate as the newest one.
    pub fn adopt(&mut self, serial: String, key_sha256: String, expires_at: Time) {
        self.certificate_serial = serial;
        self.key_sha256 = key_sha256;
        self.certificate_expires_at = expires_at;
        self.certificate_generation += 1;
        self.previous = None;
        self.ca = None;
        self.adopts_from = None;
    }

    /// Whether a key may speak for this agent after its certificate ran out: the newest, or the one before when the newest
    /// was never used.
    pub fn is_last_key(&self, key_sha256: &str) -> bool {
        self.key_sha256 == key_sha256 || self.previous.as_ref().is_some_and(|before| before.key_sha256 == key_sha256)
    }
}

#[cfg(test)]
mod tests;
