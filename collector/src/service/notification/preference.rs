//! How people wish to be told, and which tickets they watch.

use std::collections::BTreeSet;

use muster_model::account::User;
use muster_model::notification::channel::Channel;
use muster_model::notification::preference::{self, Preference, Quiet, Rhythm, Way};
use muster_model::notification::{Topic, Watchers};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::zone::Zone;
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::id::UserId;
use muster_store::TypedStore;

use crate::service::class::wrong;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// What a person wishes.
#[derive(Clone, Debug)]
pub struct PreferenceDraft {
    /// Where.
    pub way: Way,
    /// How often.
    pub rhythm: Rhythm,
    /// When not.
    pub quiet: Option<Quiet>,
    /// Where the person is.
    pub zone: Zone,
    /// Whether they are told of their own tickets.
    pub own_tickets: bool,
    /// The groups whose tickets they follow.
    pub groups: BTreeSet<String>,
    /// Of what they are not told.
    pub muted: BTreeSet<Topic>,
}

/// One's own wishes are one's own matter; those of others are an administrator's.
fn authorize(call: &Call, user: UserId) -> Result<(), ServiceError> {
    if call.actor.user() == Some(user) {
        return call.authorize(Action::SelfManage, Resource::Own(user));
    }
    call.authorize(Action::UserManage, Resource::One(&user.to_string()))
}

impl Service {
    /// How a person wishes to be told; version 0 is what holds for somebody who said nothing.
    pub async fn get_preference(&self, call: &Call, user: UserId) -> Result<Versioned<Preference>, ServiceError> {
        authorize(call, user)?;
        let missing = || ServiceError::NotFound { kind: "user", id: user.to_string() };
        self.store().find::<User>(&user.to_string()).await?.ok_or_else(missing)?;
        let unsaid = || Versioned { value: Preference::unsaid(user), version: 0 };
        Ok(self.store().find::<Preference>(&user.to_string()).await?.unwrap_or_else(unsaid))
    }

    /// Says how a person wishes to be told.
    pub async fn set_preference(
        &self,
        call: &Call,
        user: UserId,
        draft: PreferenceDraft,
        seen: Option<u64>,
    ) -> Result<Versioned<Preference>, ServiceError> {
        let stored = self.get_preference(call, user).await?;
        check_version(&stored, seen)?;
        let trimmed = draft.groups.iter().map(|group| group.trim().to_owned()).filter(|group| !group.is_empty());
        let wish = Preference {
            user,
            way: draft.way,
            rhythm: draft.rhythm,
            quiet: draft.quiet,
            zone: draft.zone,
            own_tickets: draft.own_tickets,
            groups: trimmed.collect(),
            muted: draft.muted,
        };
        let violations = preference::check(&wish);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        if let Way::Channel(id) = &wish.way
            && self.store().find::<Channel>(&id.to_string()).await?.is_none()
        {
            return Err(invalid("/channel", Phrase::new("no_target").with("value", id.to_string())));
        }
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "preference.update", user, ""));
        let expected = if stored.version == 0 { Expected::Absent } else { Expected::Version(stored.version) };
        changes.put(wish.clone(), expected);
        self.commit(changes).await?;
        Ok(Versioned { value: wish, version: stored.version + 1 })
    }

    /// Who watches a ticket.
    pub async fn list_watchers(&self, call: &Call, ticket: &str) -> Result<Vec<(UserId, String)>, ServiceError> {
        let ticket = self.get_ticket(call, ticket).await?.value;
        let watchers = self.store().find::<Watchers>(&ticket.id.to_string()).await?;
        let mut named = Vec::new();
        for id in watchers.into_iter().flat_map(|stored| stored.value.users) {
            let user = self.store().find::<User>(&id.to_string()).await?;
            named.extend(user.map(|user| (id, user.value.name)));
        }
        Ok(named)
    }

    /// Watches a ticket from now on, or does so no more.
    pub async fn watch_ticket(&self, call: &Call, ticket: &str, watches: bool) -> Result<(), ServiceError> {
        call.authorize(Action::TicketRead, Resource::One(ticket))?;
        let user = call.actor.user().ok_or(ServiceError::Unauthenticated("an account is needed for this"))?;
        call.authorize(Action::SelfManage, Resource::Own(user))?;
        let ticket = self.get_ticket(call, ticket).await?.value;
        self.decide(|| {
            let ticket = &ticket;
            async move {
                let stored = self.store().find::<Watchers>(&ticket.id.to_string()).await?;
                let (mut watchers, expected) = match stored {
                    Some(stored) => (stored.value, Expected::Version(stored.version)),
                    None => (Watchers { ticket: ticket.id, users: BTreeSet::new() }, Expected::Absent),
                };
                let has_changed = if watches { watchers.users.insert(user) } else { watchers.users.remove(&user) };
                let mut changes = ChangeSet::new();
                if has_changed {
                    let action = if watches { "ticket.watch" } else { "ticket.unwatch" };
                    changes.audit.push(call.audit(self.now(), action, ticket.id, ticket.number.clone()));
                    changes.put(watchers, expected);
                }
                Ok((changes, ()))
            }
        })
        .await
    }
}
