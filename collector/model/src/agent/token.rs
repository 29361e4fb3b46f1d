//! The tokens that let agents in.

use std::net::IpAddr;

use muster_shared::Time;
use muster_shared::id::{AgentId, EnrollmentTokenId};
use serde::{Deserialize, Serialize};

use crate::record::record;

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
    /// Who came in by it while all stood here; those that came later are documents of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<TokenUse>,
    /// How many came in that are documents of their own.
    #[serde(default)]
    pub admitted: u32,
    /// Wrong secrets tried.
    pub failures: u32,
    /// When it was taken back.
    pub revoked_at: Option<Time>,
    /// Networks from which it lets agents in at once; empty is everywhere.
    #[serde(default)]
    pub networks: Vec<String>,
    /// Whether a person approves each agent.
    #[serde(default)]
    pub needs_approval: bool,
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

/// An agent that came in by a token: a document of its own, so that the thousandth costs what the first did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdmittedKey {
    /// By which token.
    pub token: EnrollmentTokenId,
    /// Who.
    #[serde(flatten)]
    pub used: TokenUse,
}

record!(AdmittedKey, AdmittedKey, |admitted| admitted_key(admitted.token, &admitted.used.key_sha256));

/// The key of who came in by a token with a public key.
pub fn admitted_key(token: EnrollmentTokenId, key_sha256: &str) -> String {
    format!("{token}/{key_sha256}")
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
    /// How many came in.
    pub fn uses(&self) -> usize {
        self.uses.len() + self.admitted as usize
    }

    /// Whether a key may come in by this token now; `admitted` is who came in with it and is no part of the record.
    pub fn admit(&self, key_sha256: &str, admitted: Option<&TokenUse>, now: Time) -> Admission {
        if self.revoked_at.is_some() || now > self.expires_at || self.failures >= MAX_TOKEN_FAILURES {
            return Admission::Refused;
        }
        let within = self.uses.iter().find(|used| used.key_sha256 == key_sha256);
        if let Some(before) = admitted.or(within) {
            return Admission::Again(before.agent);
        }
        if self.uses() >= self.max_uses as usize { Admission::Refused } else { Admission::New }
    }

    /// How a token can stand, for people.
    pub const STATES: &'static [&'static str] = &["active", "used", "expired", "revoked", "locked"];

    /// The state for people: `active`, `used`, `expired`, `revoked`, `locked`.
    pub fn state(&self, now: Time) -> &'static str {
        if self.revoked_at.is_some() {
            "revoked"
        } else if self.failures >= MAX_TOKEN_FAILURES {
            "locked"
        } else if self.uses() >= self.max_uses as usize {
            "used"
        } else if now > self.expires_at {
            "expired"
        } else {
            "active"
        }
    }
}

/// A network in CIDR form, `10.1.0.0/16` or `2001:db8::/32`; an address alone is a network of one.
pub fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.trim().split_once('/').map_or((text.trim(), None), |(a, l)| (a, Some(l)));
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Some(most), |length| length.parse().ok())?;
    (length <= most).then_some((address, length))
}

/// Whether an address is in one of the networks. A text that is no network holds nothing.
pub fn is_within(networks: &[String], address: IpAddr) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()) << 96, true),
        IpAddr::V6(v6) => (v6.to_bits(), false),
    };
    let (wanted, is_v4) = bits(address.to_canonical());
    networks.iter().filter_map(|text| parse_network(text)).any(|(network, length)| {
        let (network, network_is_v4) = bits(network);
        let differing = (network ^ wanted).checked_shr(128 - u32::from(length)).unwrap_or_default();
        network_is_v4 == is_v4 && differing == 0
    })
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
            admitted: 0,
            failures: 0,
            revoked_at: None,
            networks: vec![],
            needs_approval: false,
        };
        assert_eq!(token.admit("k1", None, now), Admission::New);
        token.uses.push(TokenUse { agent, key_sha256: "k1".into(), at: now });
        assert_eq!(token.admit("k1", None, now), Admission::Again(agent));
        assert_eq!(token.admit("k2", None, now), Admission::Refused);
        assert_eq!(token.admit("k1", None, now.plus_millis(11)), Admission::Refused);
        let used = token.uses.remove(0);
        token.admitted = 1;
        assert_eq!(token.admit("k1", Some(&used), now), Admission::Again(agent), "who is a document of its own");
        assert_eq!(token.admit("k2", None, now), Admission::Refused);
        assert_eq!(token.state(now), "used");
        token.failures = MAX_TOKEN_FAILURES;
        assert_eq!(token.admit("k1", None, now), Admission::Refused);
        assert_eq!(token.state(now), "locked");
    }

    #[test]
    fn networks_hold_their_addresses_and_nothing_else() {
        let within = |network: &str, address: &str| is_within(&[network.into()], address.parse().unwrap());
        assert!(within("10.1.0.0/16", "10.1.255.3") && !within("10.1.0.0/16", "10.2.0.1"));
        assert!(within("10.1.2.3", "10.1.2.3") && !within("10.1.2.3", "10.1.2.4"));
        assert!(within("0.0.0.0/0", "192.0.2.1") && !within("0.0.0.0/0", "2001:db8::1"));
        assert!(within("2001:db8::/32", "2001:db8:1::1") && within("10.0.0.0/8", "::ffff:10.1.1.1"));
        for wrong in ["", "10.0.0.0/33", "10.0.0/8", "x/8", "10.0.0.0/x", "::/129"] {
            assert!(parse_network(wrong).is_none() && !within(wrong, "10.0.0.1"), "{wrong}");
        }
    }
}
