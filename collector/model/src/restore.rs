//! What a restored store makes of those who had access: who was shut out after the backup was made stays shut out.
//!
//! When the store that is replaced can be read, its word about access is the newer one. When it is lost, nobody knows who was shut out
//! since: everything that is easily made anew (sessions, links, tokens) ends, and agents go on by their certificates.

use muster_shared::Time;

use crate::account::{ApiToken, User};
use crate::agent::{Agent, EnrollmentTokenRecord};

/// An agent after a restore from a backup of `made_at`. `newer` is the record of the store that is replaced, if that is at hand.
pub fn agent(restored: Option<&Agent>, newer: Option<Agent>, made_at: Time) -> Option<Agent> {
    match (restored, newer) {
        (Some(restored), Some(mut newer)) => {
            newer.host = restored.host;
            newer.matched.clone_from(&restored.matched);
            Some(newer)
        }
        // It came after the backup: which host it speaks for is found out by its next report, as at its first.
        (None, Some(newer)) => Some(Agent { host: None, matched: None, ..newer }),
        (Some(restored), None) => Some(Agent { adopts_from: Some(made_at), ..restored.clone() }),
        (None, None) => None,
    }
}

/// An API token after a restore.
pub fn api_token(restored: Option<&ApiToken>, newer: Option<ApiToken>, now: Time) -> Option<ApiToken> {
    newer.or_else(|| {
        let mut token = restored?.clone();
        token.revoked_at.get_or_insert(now);
        Some(token)
    })
}

/// An enrollment token after a restore.
pub fn enrollment_token(
    restored: Option<&EnrollmentTokenRecord>,
    newer: Option<EnrollmentTokenRecord>,
    now: Time,
) -> Option<EnrollmentTokenRecord> {
    newer.or_else(|| {
        let mut token = restored?.clone();
        token.revoked_at.get_or_insert(now);
        Some(token)
    })
}

/// An account after a restore: one that was disabled since stays so.
pub fn user(restored: &User, newer: Option<&User>) -> User {
    User { disabled: restored.disabled || newer.is_some_and(|newer| newer.disabled), ..restored.clone() }
}
