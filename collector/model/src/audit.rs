//! The audit trail: who did what to which record, chained by hashes, written in the same commit as the change itself.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use muster_shared::Time;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::record::record;
use crate::text::Phrase;

/// An entry before the store has chained it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDraft {
    /// When.
    pub at: Time,
    /// Who: a user's name, `agent_…`, or `system:<job>`.
    pub actor: String,
    /// How it came in: `console`, `api`, `cli`, `agent`, `job`, `command`.
    pub via: String,
    /// The request, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What was done, `finding.accept`.
    pub action: String,
    /// To which record, by id.
    pub object: String,
    /// What is different now, in one line for people. Never a secret.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// Why, in the actor's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// In whose place, when it was somebody else's to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<String>,
    /// The digest of the record as it was before; `None` when it was not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The digest of the record as it is since; `None` when it is not there any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Digest of a record as it is stored: SHA-256, in hex.
pub fn digest(record: &[u8]) -> String {
    hex(&Sha256::digest(record))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// An entry of the trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Counts up by one, from 1.
    pub seq: u64,
    /// What happened.
    #[serde(flatten)]
    pub draft: AuditDraft,
    /// Hash of the entry before; 64 zeros for the first.
    pub prev_hash: String,
    /// SHA-256(0x00, canonical entry, previous hash), in hex.
    pub hash: String,
}

record!(AuditEntry, Audit, |entry| key(entry.seq));

/// The key of the entry with this number.
pub fn key(seq: u64) -> String {
    format!("{seq:016x}")
}

/// The end of the chain: what the next entry follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last entry.
    pub seq: u64,
    /// Its hash.
    pub hash: String,
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.seq, self.hash)
    }
}

impl FromStr for Head {
    type Err = Phrase;

    fn from_str(text: &str) -> Result<Self, Phrase> {
        let parsed = text.trim().split_once(':').and_then(|(seq, hash)| {
            let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            Some(Self { seq: seq.parse().ok().filter(|_| is_hash)?, hash: hash.to_ascii_lowercase() })
        });
        parsed.ok_or_else(|| Phrase::new("audit_anchor"))
    }
}

impl Default for Head {
    fn default() -> Self {
        Self { seq: 0, hash: "0".repeat(64) }
    }
}

fn hash(seq: u64, draft: &AuditDraft, prev_hash: &str) -> String {
    // A draft is plain strings: its JSON with fields in declared order is canonical, and cannot fail to be written.
    let entry = serde_json::to_vec(&(seq, draft)).unwrap_or_default();
    hex(&Sha256::new().chain_update([0]).chain_update(entry).chain_update(prev_hash).finalize())
}

/// The entry that follows `head`.
pub fn chain(head: &Head, draft: AuditDraft) -> AuditEntry {
    let seq = head.seq + 1;
    let hash = hash(seq, &draft, &head.hash);
    AuditEntry { seq, draft, prev_hash: head.hash.clone(), hash }
}

/// What is wrong with a trail.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// An entry's content does not fit its hash.
    #[error("entry {0} was altered: its content does not fit its hash")]
    Altered(u64),
    /// An entry is not there.
    #[error("entry {0} is missing")]
    Missing(u64),
    /// Entries that were there are not.
    #[error("entry {seq} of the anchor is missing, the last one is {last}: the end of the trail was cut off")]
    Cut {
        /// The entry that was the last one once.
        seq: u64,
        /// The last one now.
        last: u64,
    },
    /// An entry is not the one that was there.
    #[error("entry {0} is not the one of the anchor: the trail was written anew")]
    Rewritten(u64),
    /// An entry does not follow the one before it.
    #[error("entry {0} does not follow the entry before it: the trail was forked or rebuilt")]
    Forked(u64),
}

/// Checks that `entry` follows `head`; gives the new head.
pub fn verify(head: &Head, entry: &AuditEntry) -> Result<Head, ChainError> {
    if entry.seq != head.seq + 1 {
        return Err(ChainError::Missing(head.seq + 1));
    }
    if entry.prev_hash != head.hash {
        return Err(ChainError::Forked(entry.seq));
    }
    if entry.hash != hash(entry.seq, &entry.draft, &entry.prev_hash) {
        return Err(ChainError::Altered(entry.seq));
    }
    Ok(Head { seq: entry.seq, hash: entry.hash.clone() })
}

/// Checks a trail, of which the chain holds, against an end that it had once and that was kept elsewhere: a chain alone cannot show
/// that its end was cut off or all of it was written anew. `there` is the hash of the entry of that number.
pub fn held(anchor: &Head, there: Option<&str>, last: u64) -> Result<(), ChainError> {
    match there {
        _ if *anchor == Head::default() => Ok(()),
        Some(hash) if hash == anchor.hash => Ok(()),
        Some(_) => Err(ChainError::Rewritten(anchor.seq)),
        None => Err(ChainError::Cut { seq: anchor.seq, last }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(action: &str) -> AuditDraft {
        AuditDraft {
            at: Time::from_millis(1),
            actor: "ann".into(),
            via: "api".into(),
            request_id: None,
            action: action.into(),
            object: "x".into(),
            summary: String::new(),
            reason: String::new(),
            acting_for: None,
            before: None,
            after: None,
        }
    }

    #[test]
    fn altered_missing_and_forked_entries_are_told_apart() {
        let start = Head::default();
        let first = chain(&start, draft("a"));
        let after_first = verify(&start, &first).unwrap();
        let second = chain(&after_first, draft("b"));
        assert!(verify(&after_first, &second).is_ok());

        let mut altered = second.clone();
        altered.draft.actor = "eve".into();
        assert_eq!(verify(&after_first, &altered), Err(ChainError::Altered(2)));
        assert_eq!(verify(&start, &second), Err(ChainError::Missing(1)));
        let forked = chain(&Head { seq: 1, hash: "f".repeat(64) }, draft("b"));
        assert_eq!(verify(&after_first, &forked), Err(ChainError::Forked(2)));
    }
}
