//! People and scripts: users, sessions, API tokens, one-time links. Secrets are kept as hashes only.

use muster_shared::Time;
use muster_shared::id::{ApiTokenId, SessionId, UserId};
use serde::{Deserialize, Serialize};

use crate::record::record;
use crate::right::{Actor, Reaches, Role, Scope};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Who.
    pub id: UserId,
    /// Sign-in name: lower case, unique.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    /// argon2id in PHC form; `None` cannot sign in with a password.
    pub password_hash: Option<String>,
    /// What the account may do.
    pub roles: Vec<Role>,
    /// Where its roles count, of those that do not count everywhere.
    #[serde(default, skip_serializing_if = "Reaches::is_empty")]
    pub reaches: Reaches,
    /// Language of the console; `None` follows the browser.
    pub locale: Option<String>,
    /// Whom they report to: who agrees to what they ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<UserId>,
    /// A disabled account may do nothing; its sessions and tokens are dead.
    pub disabled: bool,
    /// When it was made.
    pub created_at: Time,
}

record!(User, User, |user| user.id.to_string());

impl User {
    /// The account as it acts now: with the limits of an API token, when it comes with one.
    pub fn actor(&self, scopes: Option<Vec<Scope>>) -> Actor {
        Actor::User {
            id: self.id,
            name: self.name.clone(),
            roles: self.roles.clone(),
            reaches: self.reaches.clone(),
            scopes,
        }
    }
}

/// Idle time after which a session ends.
pub const SESSION_IDLE_MS: i64 = 30 * 60_000;
/// Age at which a session ends.
pub const SESSION_MAX_MS: i64 = 12 * 3_600_000;

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Name of the session, safe to show.
    pub id: SessionId,
    /// SHA-256 of the cookie, in hex: the key under which it is found.
    pub token_hash: String,
    /// Whose.
    pub user: UserId,
    /// Token that every form of this session carries.
    pub csrf_token: String,
    /// When it began.
    pub created_at: Time,
    /// When it was last used, to the minute.
    pub used_at: Time,
    /// The browser, for the list of sessions.
    pub user_agent: String,
}

record!(Session, Session, |session| session.token_hash.clone());

impl Session {
    /// Whether it is over.
    pub const fn is_over(&self, now: Time) -> bool {
        now.since(self.used_at) > SESSION_IDLE_MS || now.since(self.created_at) > SESSION_MAX_MS
    }
}

/// A link that signs one person in once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInLink {
    /// SHA-256 of the secret in the link, in hex.
    pub token_hash: String,
    /// Who is signed in.
    pub user: UserId,
    /// End of its life.
    pub expires_at: Time,
}

record!(SignInLink, SignInLink, |link| link.token_hash.clone());

/// A token for scripts. Effective rights are its scopes and the rights that its user has now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Which token.
    pub id: ApiTokenId,
    /// SHA-256 of its secret, in hex: the key under which it is found.
    pub token_hash: String,
    /// Whose.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// What it is limited to.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Time,
    /// End of its life.
    pub expires_at: Time,
    /// When it was taken back.
    pub revoked_at: Option<Time>,
}

record!(ApiToken, ApiToken, |token| token.token_hash.clone());

/// The answer to a request that may come again (header `Idempotency-Key`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRecord {
    /// User and key.
    pub key: String,
    /// Digest of the request's method, path and body: another request under the same key is refused.
    pub request_digest: String,
    /// Id of the record that was made.
    pub record: String,
    /// When.
    pub at: Time,
}

record!(IdempotencyRecord, Idempotency, |record| record.key.clone());
