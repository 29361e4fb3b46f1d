//! Accounts: making, changing, disabling them; one's own language and password.

mod people;
mod reach;
mod team;

use muster_model::account::{Session, User};
use muster_model::right::{Action, Reaches, Resource, Role};
use muster_model::text::{Phrase, Word};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::id::UserId;
use muster_store::{Index, Scan, TypedStore};

use super::{Call, Service, ServiceError, check_version, conflict, invalid};
use crate::password;
pub use people::Person;

/// A new account.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Sign-in name.
    pub name: String,
    /// Name for people.
    pub display_name: Option<String>,
    /// Its password; `None` signs in by link or token only.
    pub password: Option<String>,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Where its roles count, of those that do not count everywhere.
    pub reaches: Reaches,
    /// Whom they report to, by name or id.
    pub manager: Option<String>,
}

/// A change to an account. Absent fields stay.
#[derive(Clone, Debug, Default)]
pub struct UserEdit {
    /// Name for people.
    pub display_name: Option<String>,
    /// What it may do.
    pub roles: Option<Vec<Role>>,
    /// Where its roles count, all of those that do not count everywhere.
    pub reaches: Option<Reaches>,
    /// Whether it is shut out.
    pub disabled: Option<bool>,
    /// A new password.
    pub password: Option<String>,
    /// Whom they report to: an id, or the name that they sign in with; empty is nobody.
    pub manager: Option<String>,
}

/// Names that mean something in queries and forms.
const RESERVED: &[&str] = &["me", "none", "nobody"];

/// A name that people can type, URLs can carry and logs can show.
fn taken(name: &str) -> ServiceError {
    ServiceError::Conflict(Phrase::new("user_exists").with("name", name).into())
}

fn check_name(name: &str) -> Result<(), ServiceError> {
    if RESERVED.contains(&name) {
        return Err(invalid("/name", Phrase::new("sign_in_reserved").with("name", name)));
    }
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-@".contains(c));
    if plain && (1..=64).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(invalid("/name", Phrase::new("sign_in_name")))
}

fn check_display_name(name: Option<&str>) -> Result<(), ServiceError> {
    if name.is_some_and(|name| name.chars().count() > 200) {
        return Err(invalid("/display_name", Phrase::new("at_most_characters").with("max", "200")));
    }
    Ok(())
}

impl Service {
    async fn hash_password(&self, field: &str, password: String, user: &str) -> Result<String, ServiceError> {
        if let Some(why) = password::weakness(&password, user) {
            return Err(invalid(field, Phrase::new("password_weak").with("why", why)));
        }
        let busy = || ServiceError::Busy(Phrase::new("hashing_busy").into());
        let _permit = self.hashing.acquire().await.map_err(|_| busy())?;
        tokio::task::spawn_blocking(move || password::hash(&password)).await.ok().flatten().ok_or_else(busy)
    }

    /// Makes an account.
    pub async fn create_user(&self, call: &Call, new: NewUser) -> Result<Versioned<User>, ServiceError> {
        call.authorize(Action::UserManage, Resource::All)?;
        let name = new.name.trim().to_lowercase();
        check_name(&name)?;
        check_display_name(new.display_name.as_deref())?;
        if new.roles.is_empty() {
            let all = Word::terms("role-name", Role::ALL.iter().map(|role| role.as_str()));
            return Err(invalid("/roles", Phrase::new("role_needed").with("all", all)));
        }
        let reaches = self.checked_reaches(new.reaches, &new.roles).await?;
        let password_hash = match new.password {
            Some(password) => Some(self.hash_password("/password", password, &name).await?),
            None => None,
        };
        if self.find_user_by_name(&name).await?.is_some() {
            return Err(taken(&name));
        }
        let now = self.now();
        let id = UserId::new(now);
        let manager = match &new.manager {
            Some(manager) => self.manager_named(id, manager).await?,
            None => None,
        };
        let user = User {
            id,
            display_name: new.display_name.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| name.clone()),
            name: name.clone(),
            password_hash,
            roles: new.roles,
            reaches,
            locale: None,
            manager,
            disabled: false,
            created_at: now,
        };
        let mut changes = ChangeSet::new();
        let roles = user.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
        let limits =
            if user.reaches.is_empty() { String::new() } else { format!("; {}", reach::summary(&user.reaches)) };
        changes.audit.push(call.audit(now, "user.create", user.id, format!("{name}: {roles}{limits}")));
        // Two at once with one name: the second finds the guard document and loses.
        changes.create(muster_model::account::IdempotencyRecord {
            key: format!("user-name/{name}"),
            request_digest: String::new(),
            record: user.id.to_string(),
            at: now,
        });
        changes.create(user.clone());
        match self.commit(changes).await {
            Err(muster_store::StoreError::Conflict { .. }) => Err(taken(&name)),
            outcome => outcome.map(|()| Versioned { value: user, version: 1 }).map_err(Into::into),
        }
    }

    /// All accounts, by name.
    pub async fn list_users(&self, call: &Call) -> Result<Vec<Versioned<User>>, ServiceError> {
        call.authorize(Action::UserRead, Resource::All)?;
        Ok(self.store().all::<User>(Scan::index(Index::UserByName, "")).await?)
    }

    /// One account.
    pub async fn get_user(&self, call: &Call, id: UserId) -> Result<Versioned<User>, ServiceError> {
        if call.actor.user() != Some(id) {
            call.authorize(Action::UserRead, Resource::One(&id.to_string()))?;
        }
        let missing = || ServiceError::NotFound { kind: "user", id: id.to_string() };
        self.store().find::<User>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// Changes an account. Roles, password and disabling end its sessions.
    pub async fn update_user(
        &self,
        call: &Call,
        id: UserId,
        edit: UserEdit,
        seen: Option<u64>,
    ) -> Result<Versioned<User>, ServiceError> {
        call.authorize(Action::UserManage, Resource::One(&id.to_string()))?;
        let _one_at_a_time = self.accounts.lock().await;
        let stored = self.get_user(call, id).await?;
        check_version(&stored, seen)?;
        check_display_name(edit.display_name.as_deref())?;
        let mut user = stored.value.clone();
        let mut summary = Vec::new();
        if let Some(text) = edit.display_name.filter(|text| !text.trim().is_empty()) {
            summary.push(format!("display name {text}"));
            user.display_name = text;
        }
        if let Some(roles) = edit.roles {
            if roles.is_empty() {
                return Err(invalid("/roles", Phrase::new("role_needed_or_disable")));
            }
            summary.push(format!("roles {}", roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")));
            user.roles = roles;
            user.reaches = reach::of_roles(user.reaches, &user.roles);
        }
        if let Some(reaches) = edit.reaches {
            user.reaches = self.checked_reaches(reaches, &user.roles).await?;
            summary.push(format!("roles count {}", reach::summary(&user.reaches)));
        }
        if let Some(disabled) = edit.disabled {
            summary.push(if disabled { "disabled".into() } else { "enabled".into() });
            user.disabled = disabled;
        }
        if let Some(password) = edit.password {
            user.password_hash = Some(self.hash_password("/password", password, &user.name).await?);
            summary.push("password changed".into());
        }
        if let Some(manager) = edit.manager {
            user.manager = self.manager_named(id, &manager).await?;
            summary.push(format!("manager {}", manager.trim()));
        }
        self.check_last_administrator(&stored.value, &user).await?;
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "user.update", id, summary.join(", ")));
        let before = &stored.value;
        let is_other = (&user.roles, &user.reaches, user.disabled, &user.password_hash)
            != (&before.roles, &before.reaches, before.disabled, &before.password_hash);
        if is_other {
            changes.extend(self.end_all_sessions(id).await?);
        }
        if user.disabled && !stored.value.disabled {
            Box::pin(self.with_seats_left(&mut changes, call, id)).await?;
        }
        let turned = Box::pin(self.with_suspended(&mut changes, call, (&stored.value, &user))).await?;
        changes.update(Versioned { value: user.clone(), version: stored.version });
        self.commit(changes).await?;
        Box::pin(self.tell_suspended(turned)).await?;
        Ok(Versioned { value: user, version: stored.version + 1 })
    }

    async fn end_all_sessions(&self, user: UserId) -> Result<ChangeSet, ServiceError> {
        let mut changes = ChangeSet::new();
        for session in self.store().all::<Session>(Scan::index(Index::SessionByUser, user.to_string())).await? {
            changes.delete(Collection::Session, session.value.key(), Expected::Any);
        }
        Ok(changes)
    }

    /// The last administrator cannot take the role from themselves or be disabled (case 74).
    async fn check_last_administrator(&self, before: &User, after: &User) -> Result<(), ServiceError> {
        let holds = |user: &User| {
            let rules = user.roles.contains(&Role::Administrator) && !user.reaches.contains_key(&Role::Administrator);
            rules && !user.disabled
        };
        if !holds(before) || holds(after) {
            return Ok(());
        }
        let users = self.store().all::<User>(Scan::index(Index::UserByName, "")).await?;
        if users.iter().any(|other| other.value.id != before.id && holds(&other.value)) {
            return Ok(());
        }
        Err(conflict("last_administrator"))
    }

    /// Sets one's own language; `None` follows the browser.
    pub async fn set_own_locale(&self, call: &Call, id: UserId, locale: Option<String>) -> Result<(), ServiceError> {
        call.authorize(Action::SelfManage, Resource::Own(id))?;
        let stored = self.get_user(call, id).await?;
        let mut user = stored.value;
        user.locale = locale;
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "user.locale", id, user.locale.clone().unwrap_or_default()));
        changes.update(Versioned { value: user, version: stored.version });
        Ok(self.commit(changes).await?)
    }

    /// Sets one's own password; the old one must be known. All sessions end.
    pub async fn set_own_password(
        &self,
        call: &Call,
        id: UserId,
        old: String,
        new: String,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::SelfManage, Resource::Own(id))?;
        let stored = self.get_user(call, id).await?;
        let hash = stored.value.password_hash.clone();
        let fits = {
            let _permit =
                self.hashing.acquire().await.map_err(|_| ServiceError::Busy(Phrase::new("hashing_busy").into()))?;
            tokio::task::spawn_blocking(move || password::verify(&old, hash.as_deref())).await.unwrap_or(false)
        };
        if !fits {
            return Err(invalid("/old_password", Phrase::new("other_password")));
        }
        let mut user = stored.value;
        user.password_hash = Some(self.hash_password("/new_password", new, &user.name).await?);
        let mut changes = self.end_all_sessions(id).await?;
        changes.audit.push(call.audit(self.now(), "user.password", id, ""));
        changes.update(Versioned { value: user, version: stored.version });
        Ok(self.commit(changes).await?)
    }
}
