//! Who watches a host, an item of one or an item that people declare, and what they are told of it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use muster_model::account::User;
use muster_model::declared::{Declared, DeclaredChange, change_key};
use muster_model::event::Event;
use muster_model::history::{Bearing, HistoryEntry, Moment};
use muster_model::host::Host;
use muster_model::notification::happening::{self, Seen};
use muster_model::notification::{ItemWatchers, Notice};
use muster_model::right::{Action, Resource};
use muster_model::{ChangeSet, Collection, Expected};
use muster_shared::id::{HostId, ItemId, NodeId, UserId};
use muster_store::{Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// Who watches what.
pub(super) struct Watched(HashMap<NodeId, BTreeSet<UserId>>);

impl Watched {
    /// Whether somebody watches what an event is of.
    pub(super) fn has(&self, event: &Event) -> bool {
        match event {
            Event::HostChanged { host, .. } => self.0.keys().any(|node| node.host() == Some(*host)),
            Event::DeclaredChanged { node } => self.0.contains_key(node),
            _ => false,
        }
    }

    fn of(&self, node: NodeId) -> Option<&BTreeSet<UserId>> {
        self.0.get(&node)
    }

    /// The items of a host that are watched.
    fn items_of(&self, host: HostId) -> impl Iterator<Item = ItemId> {
        let item = move |node: &NodeId| if let NodeId::Item(id) = node { Some(*id) } else { None };
        self.0.keys().filter_map(item).filter(move |id| id.host() == host)
    }
}

/// Those who are told of something.
pub(super) type News = Vec<(Notice, BTreeSet<UserId>)>;

impl Service {
    /// Who watches what, everything: people watch few things.
    pub(super) async fn watched(&self) -> Result<Watched, ServiceError> {
        let all = self.store().all::<ItemWatchers>(Scan::keys(Collection::ItemWatchers, "")).await?;
        let all = all.into_iter().map(|stored| (stored.value.node, stored.value.users));
        Ok(Watched(all.filter(|(_, users)| !users.is_empty()).collect()))
    }

    /// What those who watch are told of an event.
    pub(super) async fn news_of(&self, watched: &Watched, event: &Event) -> Result<News, ServiceError> {
        match event {
            Event::HostChanged { host, from, to } => self.news_of_host(watched, *host, (*from, *to)).await,
            Event::DeclaredChanged { node } => Ok(self.news_of_declared(watched, *node).await?.into_iter().collect()),
            _ => Ok(Vec::new()),
        }
    }

    async fn news_of_host(&self, watched: &Watched, id: HostId, span: (u64, u64)) -> Result<News, ServiceError> {
        let Some(host) = self.store().find::<Host>(&id.to_string()).await? else { return Ok(Vec::new()) };
        let name = host.value.name;
        let entries = self.entries(id, span).await?;
        let shown: Vec<&HistoryEntry> =
            entries.iter().map(AsRef::as_ref).filter(|entry| entry.bearing != Bearing::Shadowed).collect();
        let mut news = Vec::new();
        let mut tell = |node: NodeId, label: String, entries: &[&HistoryEntry]| {
            if let (Some(users), Some(last)) = (watched.of(node), entries.last()) {
                let seen = Seen { node, label: &label, host: &name, at: last.known_at() };
                news.push((happening::of_history(&seen, entries), users.clone()));
            }
        };
        tell(NodeId::Host(id), name.clone(), &shown);
        for item in watched.items_of(id) {
            let own: Vec<&HistoryEntry> = shown.iter().copied().filter(|entry| entry.item == item).collect();
            let label = own.first().map(|entry| format!("{} {}", entry.section, entry.key)).unwrap_or_default();
            tell(NodeId::Item(item), label, &own);
        }
        Ok(news)
    }

    async fn news_of_declared(
        &self,
        watched: &Watched,
        node: NodeId,
    ) -> Result<Option<(Notice, BTreeSet<UserId>)>, ServiceError> {
        let Some(users) = watched.of(node) else { return Ok(None) };
        if let NodeId::Host(id) = node {
            // What people say of a host is kept in versions: the last one but the present is what was said before.
            let Some(host) = self.store().find::<Host>(&id.to_string()).await? else { return Ok(None) };
            let before = self.host_pasts(id).await?.pop().map(|past| past.value);
            let seen = Seen { node, label: &host.value.name, host: &host.value.name, at: self.now() };
            return Ok(before
                .and_then(|before| happening::of_host(&seen, &before, &host.value))
                .map(|notice| (notice, users.clone())));
        }
        let Some(item) = self.store().find::<Declared>(&node.to_string()).await? else { return Ok(None) };
        let key = change_key(node, item.value.changes);
        let Some(change) = self.store().find::<DeclaredChange>(&key).await? else { return Ok(None) };
        let name = if item.value.name.is_empty() { node.to_string() } else { item.value.name.clone() };
        let seen = Seen { node, label: &name, host: "", at: change.value.at };
        Ok(Some((happening::of_declared(&seen, &item.value.class, &change.value), users.clone())))
    }

    /// Who watches a host or an item, by name.
    pub async fn list_item_watchers(
        &self,
        call: &Call,
        node: NodeId,
    ) -> Result<BTreeMap<UserId, String>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, node).await?;
        self.check_node(call, node).await?;
        let watchers = self.store().find::<ItemWatchers>(&node.to_string()).await?;
        let mut named = BTreeMap::new();
        for id in watchers.into_iter().flat_map(|stored| stored.value.users) {
            let user = self.store().find::<User>(&id.to_string()).await?;
            named.extend(user.map(|user| (id, user.value.name)));
        }
        Ok(named)
    }

    /// Watches a host or an item from now on, or does so no more.
    pub async fn watch_item(&self, call: &Call, node: NodeId, watches: bool) -> Result<(), ServiceError> {
        self.authorize_at(call, Action::ItemRead, node).await?;
        let user = call.actor.user().ok_or(ServiceError::Unauthenticated("an account is needed for this"))?;
        call.authorize(Action::SelfManage, Resource::Own(user))?;
        if watches {
            self.check_node(call, node).await?;
        }
        // Another id of the same host is the same host.
        let node = match node {
            NodeId::Host(id) if watches => NodeId::Host(self.get_host(call, id, Moment::NOW).await?.host.value.id),
            node => node,
        };
        self.decide(|| async move {
            let stored = self.store().find::<ItemWatchers>(&node.to_string()).await?;
            let (mut entry, expected) = match stored {
                Some(stored) => (stored.value, Expected::Version(stored.version)),
                None => (ItemWatchers { node, users: BTreeSet::new() }, Expected::Absent),
            };
            let has_changed = if watches { entry.users.insert(user) } else { entry.users.remove(&user) };
            let mut changes = ChangeSet::new();
            if has_changed {
                let action = if watches { "item.watch" } else { "item.unwatch" };
                changes.audit.push(call.audit(self.now(), action, node, String::new()));
                changes.put(entry, expected);
            }
            Ok((changes, ()))
        })
        .await
    }
}
