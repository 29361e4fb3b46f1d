//! Who calls: sign-in with password or one-time link, sessions, API tokens.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use muster_model::account::{ApiToken, Session, SignInLink, User};
use muster_model::right::{Action, Actor, Resource};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::id::{SessionId, UserId};
use muster_shared::{Time, secret};
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError};
use crate::authority::sha256_hex;
use crate::password;

/// Life of a one-time sign-in link.
const LINK_MS: i64 = 15 * 60_000;
/// Failed sign-ins that are free before delays begin.
const FREE_ATTEMPTS: u32 = 5;
/// Sessions note their use this often.
const TOUCH_MS: i64 = 60_000;

/// Failed sign-ins by account and address: each beyond the free ones doubles the delay, up to five minutes. No lock-out.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<HashMap<String, (u32, Time)>>);

impl Attempts {
    fn check(&self, key: &str, now: Time) -> Result<(), ServiceError> {
        let attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((failures, last)) = attempts.get(key) else { return Ok(()) };
        let delay_ms = match failures.checked_sub(FREE_ATTEMPTS) {
            None | Some(0) => 0,
            Some(beyond) => 1_000_i64 << beyond.min(9).saturating_sub(1),
        };
        let wait_ms = delay_ms.min(300_000) - now.since(*last);
        if wait_ms <= 0 {
            return Ok(());
        }
        Err(ServiceError::TooMany { seconds: u64::try_from(wait_ms / 1_000).unwrap_or_default() + 1 })
    }

    fn note(&self, key: &str, failed: bool, now: Time) {
        let mut attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Old entries go as new ones come, so that a spray cannot fill the memory.
        if attempts.len() > 10_000 {
            attempts.retain(|_, (_, last)| now.since(*last) < 300_000);
        }
        if failed {
            let entry = attempts.entry(key.to_owned()).or_insert((0, now));
            *entry = (entry.0 + 1, now);
        } else {
            attempts.remove(key);
        }
    }
}

/// A person who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The account.
    pub user: User,
    /// The session.
    pub session: Session,
}

impl SignedIn {
    /// The person as an actor.
    pub fn actor(&self) -> Actor {
        self.user.actor(None)
    }
}

const WRONG: ServiceError = ServiceError::Unauthenticated("user name or password is wrong");
const EXPIRED: ServiceError = ServiceError::Unauthenticated("the session is over; sign in again");

impl Service {
    /// Signs in with a password. Gives the cookie's secret, which is shown to nobody else.
    pub async fn sign_in(
        &self,
        name: &str,
        password: &str,
        address: &str,
        user_agent: &str,
    ) -> Result<(String, SignedIn), ServiceError> {
        let now = self.now();
        let name = name.trim().to_lowercase();
        let key = format!("{name}@{address}");
        self.attempts.check(&key, now)?;
        let user = self.find_user_by_name(&name).await?.map(|stored| stored.value).filter(|user| !user.disabled);
        let fits = {
            let _permit = self.hashing.acquire().await.map_err(|_| WRONG)?;
            // Others of the same account may have failed while this one waited: many at once get no free tries.
            self.attempts.check(&key, now)?;
            let hash = user.as_ref().and_then(|user| user.password_hash.clone());
            let password = password.to_owned();
            tokio::task::spawn_blocking(move || password::verify(&password, hash.as_deref())).await.unwrap_or(false)
        };
        self.attempts.note(&key, !fits, now);
        match user.filter(|_| fits) {
            Some(user) => self.begin_session(user, user_agent, "session.sign_in", now).await,
            None => Err(WRONG),
        }
    }

    async fn begin_session(
        &self,
        user: User,
        user_agent: &str,
        action: &str,
        now: Time,
    ) -> Result<(String, SignedIn), ServiceError> {
        let cookie = secret::draw_secret();
        let session = Session {
            id: SessionId::new(now),
            token_hash: sha256_hex(cookie.as_bytes()),
            user: user.id,
            csrf_token: secret::draw_secret(),
            created_at: now,
            used_at: now,
            user_agent: user_agent.chars().take(200).collect(),
        };
        let signed_in = SignedIn { user, session };
        let call = Call { actor: signed_in.actor(), via: "console", request_id: None };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, action, signed_in.user.id, ""));
        changes.create(signed_in.session.clone());
        self.commit(changes).await?;
        Ok((cookie, signed_in))
    }

    /// Makes a link that signs a user in once. Only the host's own commands may: they could write the store anyway.
    pub async fn create_sign_in_link(&self, call: &Call, user: UserId) -> Result<String, ServiceError> {
        call.authorize(Action::UserManage, Resource::One(&user.to_string()))?;
        let now = self.now();
        let link_secret = secret::draw_secret();
        let link =
            SignInLink { token_hash: sha256_hex(link_secret.as_bytes()), user, expires_at: now.plus_millis(LINK_MS) };
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "session.link", user, "one-time sign-in link"));
        changes.create(link);
        self.commit(changes).await?;
        Ok(format!("{}/sign-in/link#{link_secret}", self.policy().console_url))
    }

    /// Signs in with a one-time link's secret; the link is used up in the same commit.
    pub async fn sign_in_by_link(&self, secret: &str, user_agent: &str) -> Result<(String, SignedIn), ServiceError> {
        const GONE: ServiceError =
            ServiceError::Unauthenticated("the link was used, has expired, or is incomplete; ask for a new one");
        let now = self.now();
        let hash = sha256_hex(secret.as_bytes());
        let Some(link) = self.store().find::<SignInLink>(&hash).await? else { return Err(GONE) };
        let mut changes = ChangeSet::new();
        changes.delete(Collection::SignInLink, hash, Expected::Version(link.version));
        match self.commit(changes).await {
            Err(muster_store::StoreError::Conflict { .. }) => return Err(GONE),
            other => other?,
        }
        let user = self.store().find::<User>(&link.value.user.to_string()).await?.map(|stored| stored.value);
        match user.filter(|user| !user.disabled && now <= link.value.expires_at) {
            Some(user) => self.begin_session(user, user_agent, "session.sign_in_by_link", now).await,
            None => Err(GONE),
        }
    }

    /// The person behind a cookie.
    pub async fn find_session(&self, cookie: &str) -> Result<SignedIn, ServiceError> {
        let now = self.now();
        let stored = self.store().find::<Session>(&sha256_hex(cookie.as_bytes())).await?.ok_or(EXPIRED)?;
        let user = self.store().find::<User>(&stored.value.user.to_string()).await?.ok_or(EXPIRED)?.value;
        if stored.value.is_over(now) || user.disabled {
            return Err(EXPIRED);
        }
        let mut session = stored.value;
        if now.since(session.used_at) > TOUCH_MS {
            session.used_at = now;
            let mut changes = ChangeSet::new();
            changes.update(Versioned { value: session.clone(), version: stored.version });
            // Two requests at once both note the use: either is right.
            drop(self.commit(changes).await);
        }
        Ok(SignedIn { user, session })
    }

    /// Ends the caller's own session.
    pub async fn sign_out(&self, call: &Call, session: &Session) -> Result<(), ServiceError> {
        call.authorize(Action::SelfManage, Resource::Own(session.user))?;
        let mut changes = ChangeSet::new();
        changes.delete(Collection::Session, session.key(), Expected::Any);
        changes.audit.push(call.audit(self.now(), "session.sign_out", session.user, ""));
        Ok(self.commit(changes).await?)
    }

    /// Own sessions that are not over.
    pub async fn list_sessions(&self, call: &Call, user: UserId) -> Result<Vec<Session>, ServiceError> {
        call.authorize(Action::SelfManage, Resource::Own(user))?;
        let now = self.now();
        let all = self.store().all::<Session>(Scan::index(Index::SessionByUser, user.to_string())).await?;
        Ok(all.into_iter().map(|stored| stored.value).filter(|session| !session.is_over(now)).collect())
    }

    /// Ends one of the caller's own sessions.
    pub async fn end_session(&self, call: &Call, user: UserId, id: SessionId) -> Result<(), ServiceError> {
        let sessions = self.list_sessions(call, user).await?;
        let session = sessions.into_iter().find(|session| session.id == id);
        let session = session.ok_or_else(|| ServiceError::NotFound { kind: "session", id: id.to_string() })?;
        let mut changes = ChangeSet::new();
        changes.delete(Collection::Session, session.key(), Expected::Any);
        changes.audit.push(call.audit(self.now(), "session.end", id, ""));
        Ok(self.commit(changes).await?)
    }

    /// The account and limits behind an API token.
    pub async fn authenticate_token(&self, token: &str) -> Result<Actor, ServiceError> {
        const UNKNOWN: ServiceError = ServiceError::Unauthenticated("the API token is unknown, expired or revoked");
        let now = self.now();
        let stored = self.store().find::<ApiToken>(&sha256_hex(token.as_bytes())).await?.ok_or(UNKNOWN)?.value;
        if stored.revoked_at.is_some() || now > stored.expires_at {
            return Err(UNKNOWN);
        }
        let user = self.store().find::<User>(&stored.user.to_string()).await?.ok_or(UNKNOWN)?.value;
        if user.disabled { Err(UNKNOWN) } else { Ok(user.actor(Some(stored.scopes))) }
    }

    /// The account with a sign-in name.
    pub(crate) async fn find_user_by_name(&self, name: &str) -> Result<Option<Versioned<User>>, ServiceError> {
        let found = self.store().all::<User>(Scan::index(Index::UserByName, name)).await?;
        Ok(found.into_iter().find(|stored| stored.value.name == name))
    }
}
