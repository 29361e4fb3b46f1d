//! Who is told of something: those whose ticket it is, those who subscribed, those who are on call; each as they wish.

use std::collections::{BTreeSet, HashMap};

use muster_model::Collection;
use muster_model::account::User;
use muster_model::notification::channel::{Channel, ChannelKind};
use muster_model::notification::delivery::Destination;
use muster_model::notification::form::pager_action;
use muster_model::notification::happening::Happening;
use muster_model::notification::preference::{Preference, Way};
use muster_model::notification::subscription::{Subscription, Target};
use muster_model::notification::{Notice, Source, Topic, Watchers};
use muster_model::on_call::Rota;
use muster_model::right::Action;
use muster_model::ticket::Ticket;
use muster_shared::Time;
use muster_shared::id::{ChannelId, RotaId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::Value;

use super::outbox::{Recipient, Recipients};
use crate::service::{Call, Service, ServiceError};

/// A person and what they wish.
#[derive(Clone, Debug)]
pub(super) struct Person {
    pub(super) user: User,
    pub(super) wish: Preference,
}

/// All that decides who is told, read once for a bunch of events.
pub(super) struct Directory {
    channels: HashMap<ChannelId, Channel>,
    subscriptions: Vec<Subscription>,
    rotas: Vec<Rota>,
    people: HashMap<UserId, Option<Person>>,
    has_mail: bool,
    now: Time,
}

/// What is told with what besides the notice decides about it.
pub(super) struct Told<'a> {
    pub(super) notice: &'a Notice,
    /// Whether only those may know who work on tickets.
    pub(super) is_internal: bool,
}

/// The right that it takes to be told.
const fn right_of(notice: &Notice, is_internal: bool) -> Action {
    match notice.topic.source() {
        Source::Ticket if is_internal => Action::TicketInternal,
        Source::Ticket | Source::Notification => Action::TicketRead,
        Source::Finding => Action::FindingRead,
        Source::Agent => Action::AgentRead,
        Source::Identity | Source::Item => Action::ItemRead,
    }
}

impl Directory {
    pub(super) async fn read(service: &Service) -> Result<Self, ServiceError> {
        let store = service.store();
        let channels = store.all::<Channel>(Scan::keys(Collection::Channel, "")).await?;
        let subscriptions = store.all::<Subscription>(Scan::keys(Collection::Subscription, "")).await?;
        let rotas = store.all::<Rota>(Scan::keys(Collection::Rota, "")).await?;
        Ok(Self {
            channels: channels.into_iter().map(|stored| (stored.value.id, stored.value)).collect(),
            subscriptions: subscriptions.into_iter().map(|stored| stored.value).collect(),
            rotas: rotas.into_iter().map(|stored| stored.value).collect(),
            people: HashMap::new(),
            has_mail: service.post().has_mail(),
            now: service.now(),
        })
    }

    /// Whether any subscription is about a topic.
    pub(super) fn is_asked_for(&self, topic: Topic) -> bool {
        self.subscriptions.iter().any(|subscription| subscription.is_active && subscription.topics.contains(&topic))
    }

    /// A person who has an account that is not shut out.
    pub(super) async fn person(&mut self, service: &Service, id: UserId) -> Result<Option<Person>, ServiceError> {
        if let Some(known) = self.people.get(&id) {
            return Ok(known.clone());
        }
        let user = service.store().find::<User>(&id.to_string()).await?.filter(|user| !user.value.disabled);
        let person = match user {
            Some(user) => {
                let wish = service.store().find::<Preference>(&id.to_string()).await?;
                let wish = wish.map_or_else(|| Preference::unsaid(id), |stored| stored.value);
                Some(Person { user: user.value, wish })
            }
            None => None,
        };
        self.people.insert(id, person.clone());
        Ok(person)
    }

    /// Where a channel leads.
    fn destinations(&self, id: ChannelId, notice: &Notice) -> Vec<(Destination, bool)> {
        let Some(channel) = self.channels.get(&id).filter(|channel| channel.is_active) else { return Vec::new() };
        match channel.kind {
            ChannelKind::Email if !self.has_mail => Vec::new(),
            ChannelKind::Email => {
                channel.addresses.iter().map(|address| (Destination::Mail(address.clone()), true)).collect()
            }
            ChannelKind::PagerDuty if pager_action(notice).is_none() => Vec::new(),
            kind => vec![(Destination::Channel(id), kind.is_for_people())],
        }
    }

    pub(super) fn add_channel(&self, recipients: &mut Recipients, id: ChannelId, notice: &Notice) {
        for (to, folds) in self.destinations(id, notice) {
            recipients.add(Recipient { to, user: None, due: self.now, folds });
        }
    }

    /// Adds a person, unless they did it themselves, may not know of it or do not wish to. Says whether they are told.
    pub(super) async fn add_person(
        &mut self,
        service: &Service,
        recipients: &mut Recipients,
        id: UserId,
        told: &Told<'_>,
        is_own: bool,
    ) -> Result<bool, ServiceError> {
        let Some(Person { user, wish }) = self.person(service, id).await? else { return Ok(false) };
        let notice = told.notice;
        let call = Call { actor: user.actor(None), via: "notification", request_id: None };
        let may_know = service.may_know(&call, right_of(notice, told.is_internal), notice).await?;
        let wants = !wish.muted.contains(&notice.topic) && (!is_own || wish.own_tickets);
        if user.name == notice.actor || !may_know || !wants {
            return Ok(false);
        }
        let due = wish.due(self.now, notice.is_urgent);
        let found = match &wish.way {
            Way::Nowhere => Vec::new(),
            Way::Email(_) if !self.has_mail => Vec::new(),
            Way::Email(address) => vec![(Destination::Mail(address.clone()), true)],
            Way::Channel(channel) => self.destinations(*channel, notice),
        };
        let is_told = !found.is_empty();
        for (to, folds) in found {
            recipients.add(Recipient { to, user: Some(id), due, folds });
        }
        Ok(is_told)
    }

    /// Those who are meant by a target, by their names.
    pub(super) async fn add_target(
        &mut self,
        service: &Service,
        recipients: &mut Recipients,
        target: Target,
        told: &Told<'_>,
    ) -> Result<Vec<String>, ServiceError> {
        let user = match target {
            Target::Channel(id) => {
                let is_told = !self.destinations(id, told.notice).is_empty() && !told.is_internal;
                if is_told {
                    self.add_channel(recipients, id, told.notice);
                }
                let name = self.channels.get(&id).map(|channel| channel.name.clone());
                return Ok(name.into_iter().filter(|_| is_told).collect());
            }
            Target::User(id) => Some(id),
            Target::Rota(id) => self.on_call(service, id).await?,
        };
        let Some(user) = user else { return Ok(Vec::new()) };
        if !self.add_person(service, recipients, user, told, false).await? {
            return Ok(Vec::new());
        }
        Ok(self.person(service, user).await?.map(|person| person.user.name).into_iter().collect())
    }

    async fn on_call(&self, service: &Service, id: RotaId) -> Result<Option<UserId>, ServiceError> {
        let Some(rota) = self.rotas.iter().find(|rota| rota.id == id) else { return Ok(None) };
        service.who_is_on_call(rota, self.now).await
    }

    /// Everybody of a group: those of its rotas, and those who follow it.
    async fn group(&self, service: &Service, group: &str) -> Result<BTreeSet<UserId>, ServiceError> {
        let rotas = self.rotas.iter().filter(|rota| rota.group.as_deref() == Some(group));
        let mut members: BTreeSet<UserId> =
            rotas.flat_map(|rota| &rota.layers).flat_map(|layer| layer.members.iter().copied()).collect();
        let followers = service.store().all::<Preference>(Scan::exactly(Index::PreferenceByGroup, group)).await?;
        members.extend(followers.into_iter().map(|stored| stored.value.user));
        Ok(members)
    }

    /// Everybody who is told of what happened to a ticket.
    pub(super) async fn of_ticket(
        &mut self,
        service: &Service,
        ticket: &Ticket,
        entry: &Value,
        happening: &Happening,
    ) -> Result<Recipients, ServiceError> {
        let told = Told { notice: &happening.notice, is_internal: happening.is_internal };
        let mut recipients = self.of_subscribers(service, entry, &told).await?;
        if told.notice.topic != Topic::TicketChanged {
            let is_warning = told.notice.topic == Topic::TicketWarned;
            let mut own: BTreeSet<UserId> = ticket.workers().collect();
            // Who asks need not worry; a group is told when nobody of it has the ticket.
            let group = ticket.assignment_group.as_ref().filter(|_| !is_warning || own.is_empty());
            if let Some(group) = group {
                own.extend(self.group(service, group).await?);
            }
            own.extend(ticket.requester.filter(|_| !is_warning).into_iter().chain(happening.former));
            let watchers = service.store().find::<Watchers>(&ticket.id.to_string()).await?;
            own.extend(watchers.into_iter().flat_map(|stored| stored.value.users));
            for user in own {
                self.add_person(service, &mut recipients, user, &told, true).await?;
            }
        }
        Ok(recipients)
    }

    /// Those whose votes are wanted, and who subscribed to that.
    pub(super) async fn of_voters(
        &mut self,
        service: &Service,
        voters: Vec<UserId>,
        entry: &Value,
        notice: &Notice,
    ) -> Result<Recipients, ServiceError> {
        let told = Told { notice, is_internal: false };
        let mut recipients = self.of_subscribers(service, entry, &told).await?;
        for voter in voters {
            self.add_person(service, &mut recipients, voter, &told, true).await?;
        }
        Ok(recipients)
    }

    /// Everybody who subscribed to something like that. `entry` is the record as queries see it.
    pub(super) async fn of_subscribers(
        &mut self,
        service: &Service,
        entry: &Value,
        told: &Told<'_>,
    ) -> Result<Recipients, ServiceError> {
        let mut recipients = Recipients::default();
        for subscription in self.subscriptions.clone() {
            if !subscription.wants(told.notice.topic, entry) {
                continue;
            }
            let urgent = Notice { is_urgent: subscription.is_urgent || told.notice.is_urgent, ..told.notice.clone() };
            let told = Told { notice: &urgent, is_internal: told.is_internal };
            self.add_target(service, &mut recipients, subscription.target, &told).await?;
        }
        Ok(recipients)
    }

    /// Those who watch a host or an item, of what changed on it.
    pub(super) async fn of_watchers(
        &mut self,
        service: &Service,
        watchers: &BTreeSet<UserId>,
        told: &Told<'_>,
    ) -> Result<Recipients, ServiceError> {
        let mut recipients = Recipients::default();
        for watcher in watchers {
            self.add_person(service, &mut recipients, *watcher, told, false).await?;
        }
        Ok(recipients)
    }
}
