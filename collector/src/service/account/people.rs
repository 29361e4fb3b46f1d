//! What others may know of an account: its names, and which work its roles are for. Whoever is given work must be able to do it.

use muster_model::account::User;
use muster_model::right::{Action, Resource, Role, holders};
use muster_model::text::{Phrase, Word};
use muster_shared::id::UserId;
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError, invalid};

/// Somebody who has or had an account.
#[derive(Clone, Debug)]
pub struct Person {
    /// Which account.
    pub id: UserId,
    /// Sign-in name.
    pub name: String,
    /// Name for people.
    pub display_name: String,
    roles: Vec<Role>,
    is_disabled: bool,
}

impl Person {
    fn of(user: User) -> Self {
        let User { id, name, display_name, roles, disabled, .. } = user;
        Self { id, name, display_name, roles: roles.into_iter().collect(), is_disabled: disabled }
    }

    /// Somebody who may do nothing.
    #[cfg(test)]
    pub(crate) fn called(id: UserId, name: &str) -> Self {
        let (name, display_name) = (name.to_lowercase(), name.to_owned());
        Self { id, name, display_name, roles: Vec::new(), is_disabled: false }
    }

    /// Whether it can be given work that takes one of these rights, somewhere at least.
    pub fn may(&self, work: &[Action]) -> bool {
        !self.is_disabled && work.iter().any(|right| self.roles.iter().any(|role| holders(*right).contains(role)))
    }
}

/// Managers above each other that are looked at.
const MOST_ABOVE: usize = 100;

impl Service {
    /// Everybody who has or had an account, by name, for whoever may see tickets.
    pub async fn list_people(&self, call: &Call) -> Result<Vec<Person>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::Shared)?;
        let users = self.store().all::<User>(Scan::index(Index::UserByName, "")).await?;
        Ok(users.into_iter().map(|stored| Person::of(stored.value)).collect())
    }

    /// Somebody who is given work has an account that is not shut out, and a role that holds one of the rights that it takes.
    pub(in crate::service) async fn check_worker(
        &self,
        user: UserId,
        field: &str,
        work: &[Action],
    ) -> Result<(), ServiceError> {
        self.check_active(user, field).await?;
        let Some(found) = self.store().find::<User>(&user.to_string()).await? else { return Ok(()) };
        let person = Person::of(found.value);
        if person.may(work) {
            return Ok(());
        }
        let able = Role::ALL.iter().filter(|role| work.iter().any(|right| holders(*right).contains(role)));
        let roles = Word::list(able.map(|role| role.as_str()));
        Err(invalid(field, Phrase::new("may_not_work").with("user", person.name).with("roles", roles)))
    }

    /// Whom somebody reports to, as it is named: nobody when that is empty, and never themselves.
    pub(super) async fn manager_named(&self, user: UserId, name: &str) -> Result<Option<UserId>, ServiceError> {
        if name.trim().is_empty() {
            return Ok(None);
        }
        let manager = self.user_named("/manager", name).await?;
        self.check_worker(manager, "/manager", &[Action::ApprovalVote]).await?;
        if manager == user {
            return Err(invalid("/manager", Phrase::new("manager_self")));
        }
        let (mut above, mut steps) = (manager, 0);
        while let Some(found) = self.store().find::<User>(&above.to_string()).await?
            && let Some(next) = found.value.manager
        {
            if next == user {
                return Err(invalid("/manager", Phrase::new("manager_loop").with("user", found.value.name)));
            }
            (above, steps) = (next, steps + 1);
            // Two that name each other at the same moment may have made a ring of which this one is no part.
            if steps > MOST_ABOVE {
                break;
            }
        }
        Ok(Some(manager))
    }
}
