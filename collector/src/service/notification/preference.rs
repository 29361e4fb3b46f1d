//! How people wish to be told, and which tickets they watch.

use std::collections::BTreeSet;

use muster_model::account::User;
use muster_model::notification::channel::Channel;
use muster_model::notification::preference::{self, Preference, Quiet, Rhythm, Way};
use muster_model::notification::{Topic, Watchers};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::zone::{DayTime, Zone};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::id::{ChannelId, UserId};
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

/// What a person wishes, in the flat form of the API and of forms.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// An address of e-mail.
    pub email: Option<String>,
    /// A channel, in place of e-mail.
    pub channel: Option<ChannelId>,
    /// One message every so many minutes.
    pub digest_minutes: Option<u32>,
    /// One message a day, at this time.
    pub daily_at: Option<DayTime>,
    /// Quiet from this time of the day.
    pub quiet_from: Option<DayTime>,
    /// To this one.
    pub quiet_to: Option<DayTime>,
    /// Where the person is.
    pub zone: Zone,
    /// Whether they are told of their own tickets.
    pub own_tickets: bool,
    /// The groups whose tickets they follow.
    pub groups: BTreeSet<String>,
    /// Of what they are not told.
    pub muted: BTreeSet<Topic>,
}

impl Wishes {
    /// The flat form of what is stored.
    pub fn of(wish: &Preference) -> Self {
        let (email, channel) = match &wish.way {
            Way::Nowhere => (None, None),
            Way::Email(address) => (Some(address.clone()), None),
            Way::Channel(id) => (None, Some(*id)),
        };
        let (digest_minutes, daily_at) = match wish.rhythm {
            Rhythm::AtOnce => (None, None),
            Rhythm::Every { minutes } => (Some(minutes), None),
            Rhythm::Daily { at } => (None, Some(at)),
        };
        Self {
            email,
            channel,
            digest_minutes,
            daily_at,
            quiet_from: wish.quiet.map(|quiet| quiet.from),
            quiet_to: wish.quiet.map(|quiet| quiet.to),
            zone: wish.zone.clone(),
            own_tickets: wish.own_tickets,
            groups: wish.groups.clone(),
            muted: wish.muted.clone(),
        }
    }

    /// What is meant, if it is not two things at once.
    pub fn draft(self) -> Result<PreferenceDraft, ServiceError> {
        let either = |pointer: &str| Err(invalid(pointer, Phrase::new("one_of_two")));
        let way = match (self.email, self.channel) {
            (Some(_), Some(_)) => return either("/channel"),
            (Some(address), None) => Way::Email(address),
            (None, Some(id)) => Way::Channel(id),
            (None, None) => Way::Nowhere,
        };
        let rhythm = match (self.digest_minutes, self.daily_at) {
            (Some(_), Some(_)) => return either("/daily_at"),
            (Some(minutes), None) => Rhythm::Every { minutes },
            (None, Some(at)) => Rhythm::Daily { at },
            (None, None) => Rhythm::AtOnce,
        };
        let quiet = match (self.quiet_from, self.quiet_to) {
            (Some(from), Some(to)) => Some(Quiet { from, to }),
            (None, None) => None,
            (Some(_), None) => return Err(invalid("/quiet_to", Phrase::new("is_needed"))),
            (None, Some(_)) => return Err(invalid("/quiet_from", Phrase::new("is_needed"))),
        };
        let Self { zone, own_tickets, groups, muted, .. } = self;
        Ok(PreferenceDraft { way, rhythm, quiet, zone, own_tickets, groups, muted })
    }
}

/// One's own wishes are one's own matter; those of others are an administrator's.
fn authorize(call: &Call, user: UserId, others: Action) -> Result<(), ServiceError> {
    if call.actor.user() == Some(user) {
        return call.authorize(Action::SelfManage, Resource::Own(user));
    }
    call.authorize(others, Resource::One(&user.to_string()))
}

impl Service {
    /// How a person wishes to be told; version 0 is what holds for somebody who said nothing.
    pub async fn get_preference(&self, call: &Call, user: UserId) -> Result<Versioned<Preference>, ServiceError> {
        authorize(call, user, Action::UserRead)?;
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
        authorize(call, user, Action::UserManage)?;
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
        call.holds(Action::TicketRead)?;
        let user = call.actor.user().ok_or(ServiceError::Unauthenticated("an account is needed for this"))?;
        call.authorize(Action::SelfManage, Resource::Own(user))?;
        let ticket = self.get_ticket(call, ticket).await?.value;
        self.decide(|| {
            let ticket = &ticket;
            async move {
                let stored = self.store().find::<Watchers>(&ticket.id.to_string()).await?;
                let (mut entry, expected) = match stored {
                    Some(stored) => (stored.value, Expected::Version(stored.version)),
                    None => (Watchers { ticket: ticket.id, users: BTreeSet::new() }, Expected::Absent),
                };
                let has_changed = if watches { entry.users.insert(user) } else { entry.users.remove(&user) };
                let mut changes = ChangeSet::new();
                if has_changed {
                    let action = if watches { "ticket.watch" } else { "ticket.unwatch" };
                    changes.audit.push(call.audit(self.now(), action, ticket.id, ticket.number.clone()));
                    changes.put(entry, expected);
                }
                Ok((changes, ()))
            }
        })
        .await
    }
}
