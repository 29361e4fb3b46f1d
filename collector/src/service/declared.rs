//! What people declare: items of their own, and values that they add to hosts and to what agents found.

pub mod bulk;
mod reconciled;
pub mod upsert;

use muster_model::class::Class;
use muster_model::declared::voice::{self, Told};
use muster_model::declared::{self, ChangeSource, Declared, DeclaredChange, Edit, Hand};
use muster_model::event::Event;
use muster_model::history::Moment;
use muster_model::host::Lifecycle;
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Word, unseen};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::{DeclaredId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::class::{twice, wrong};
use super::{Call, Page, Service, ServiceError, Window, invalid};

/// Longest reason.
const MAX_REASON: usize = 2_000;

/// A new item.
#[derive(Clone, Debug, Default)]
pub struct NewItem {
    /// Its class.
    pub class: String,
    /// Everything else.
    pub edit: Edit,
    /// Why.
    pub reason: String,
}

/// How a call's changes come.
pub(super) fn source(call: &Call) -> ChangeSource {
    match call.via {
        "api" => ChangeSource::Rest,
        "import" => ChangeSource::Import,
        _ => ChangeSource::Person,
    }
}

pub(super) fn check_reason(reason: &str) -> Result<(), ServiceError> {
    if let Some(why) = unseen(reason) {
        return Err(invalid("/reason", why));
    }
    if reason.chars().count() > MAX_REASON {
        return Err(invalid("/reason", Phrase::new("at_most_characters").with("max", MAX_REASON)));
    }
    Ok(())
}

impl Service {
    /// An item that people declared.
    pub async fn get_declared(&self, call: &Call, id: DeclaredId) -> Result<Versioned<Declared>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Declared(id)).await?;
        let missing = || ServiceError::NotFound { kind: "item", id: id.to_string() };
        self.store().find::<Declared>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// What is declared of a node at a moment; version 0 when nothing is. What people say is known when they say it, so the
    /// earlier of the two times counts.
    pub async fn get_declaration(
        &self,
        call: &Call,
        node: NodeId,
        moment: Moment,
    ) -> Result<Versioned<Declared>, ServiceError> {
        let (class, mut stored) = self.declared_of(call, node).await?;
        if let Some(at) = moment.since() {
            stored.value = match (self.declared_at(stored.value, at).await?, node) {
                (Some(past), _) => past,
                (None, NodeId::Declared(id)) => {
                    return Err(ServiceError::NotFound { kind: "item", id: id.to_string() });
                }
                (None, _) => Declared::empty(node, &class.name, at),
            };
        }
        if let NodeId::Host(id) = node {
            stored.value.name = self.get_host(call, id, moment).await?.host.value.name;
        }
        Ok(stored)
    }

    /// Present items of a class, by name.
    pub async fn list_declared(
        &self,
        call: &Call,
        class: &str,
        window: &Window,
    ) -> Result<Page<Versioned<Declared>>, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        let is_listed = |item: &Declared| item.is_present() && item.id.declared().is_some() && sight.sees_node(item.id);
        self.list(Scan::index(Index::DeclaredByClass, format!("{class}/")), window, is_listed).await
    }

    /// Every change of what people declare of a node until a moment, newest first.
    pub async fn declared_history(
        &self,
        call: &Call,
        node: NodeId,
        moment: Moment,
        window: &Window,
    ) -> Result<Page<Versioned<DeclaredChange>>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, node).await?;
        let scan = Scan::keys(Collection::DeclaredChange, format!("{node}/")).descending();
        self.list(scan, window, |change: &DeclaredChange| moment.includes(change.at, change.at)).await
    }

    /// Declares an item. With `idempotency` (the caller's key and a digest of the request) a repetition gives the first one.
    pub async fn create_declared(
        &self,
        call: &Call,
        new: NewItem,
        idempotency: Option<(String, String)>,
    ) -> Result<Versioned<Declared>, ServiceError> {
        call.authorize(Action::ItemManage, Resource::All)?;
        check_reason(&new.reason)?;
        // Read before the gate is taken: reading the classes takes it too.
        self.registry().await?;
        let _gate = self.class_gate.read().await;
        let _one_at_a_time = self.declaring.lock().await;
        let registry = self.registry().await?;
        let (class, fields) = (Self::class_of(&registry, &new.class)?, registry.item_fields());
        if !class.is_declared() {
            let why = Phrase::new("class_is_discovered").with("class", class.name.as_str());
            return Err(invalid("/class", why));
        }
        let (class, fields, new, idempotency) = (&class, &fields, &new, &idempotency);
        let item = self.decide(|| async move {
            if let Some(record) = self.answered(call, "item.create", idempotency).await? {
                let id = record.parse().map_err(|_| ServiceError::NotFound { kind: "item", id: record })?;
                return Ok((ChangeSet::new(), self.get_declared(call, id).await?));
            }
            let now = self.now();
            let hand = Hand { by: call.actor.label(), source: source(call), reason: new.reason.trim().to_owned(), now };
            let id = NodeId::Declared(DeclaredId::new(now));
            let rules = self.rules().await?;
            let (item, change) = declared::create(id, class, fields, &new.edit, &hand, &rules).map_err(wrong)?;
            self.check_identity(class, &item).await?;
            let mut changes = ChangeSet::new();
            self.write_declared(
                &mut changes,
                call,
                "item.create",
                Versioned { value: item.clone(), version: 0 },
                change,
            );
            self.remember(&mut changes, call, "item.create", idempotency, &id);
            Ok((changes, Versioned { value: item, version: 1 }))
        });
        let item = item.await?;
        self.learn_declared(&item.value).await?;
        Ok(item)
    }

    /// No two present items of a class are told apart by the same.
    async fn check_identity(&self, class: &Class, item: &Declared) -> Result<(), ServiceError> {
        if !item.is_present() || item.id.declared().is_none() {
            return Ok(());
        }
        let same = self.told_apart_by(&class.name, &item.identity).await?;
        let same = same.into_iter().map(|stored| stored.value);
        match { same }.find(|other| other.id != item.id) {
            Some(other) => Err(ServiceError::Conflict(twice(class, format!("{} ({})", other.name, other.id)).into())),
            None => Ok(()),
        }
    }

    /// The present items of a class that are told apart by the same.
    pub(super) async fn told_apart_by(
        &self,
        class: &str,
        identity: &str,
    ) -> Result<Vec<Versioned<Declared>>, ServiceError> {
        let scan = Scan::exactly(Index::DeclaredByIdentity, &format!("{class}/{identity}"));
        Ok(self.store().all::<Declared>(scan).await?)
    }

    /// Stores the next state of what is declared, its change, the audit entry and the event. Version 0 is new.
    pub(super) fn write_declared(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        action: &str,
        item: Versioned<Declared>,
        change: DeclaredChange,
    ) {
        let fields: Vec<&str> =
            change.after.keys().map(|at| at.trim_start_matches('/')).filter(|at| *at != "identity").collect();
        let summary = format!("{} {}: {}", item.value.class, item.value.name, fields.join(", "));
        let mut audit = call.audit(self.now(), action, item.value.id, summary);
        audit.reason.clone_from(&change.reason);
        changes.audit.push(audit);
        changes.events.push(Event::DeclaredChanged { node: item.value.id });
        changes.create(change);
        let expected = if item.version == 0 { Expected::Absent } else { Expected::Version(item.version) };
        changes.put(item.value, expected);
    }

    /// The class of a node and what is declared of it; version 0 when nothing is.
    async fn declared_of(&self, call: &Call, node: NodeId) -> Result<(Class, Versioned<Declared>), ServiceError> {
        let class = match node {
            NodeId::Declared(id) => self.get_declared(call, id).await?.value.class,
            NodeId::Host(id) => {
                self.get_host(call, id, Moment::NOW).await?;
                "host".to_owned()
            }
            NodeId::Item(id) => self.get_item(call, id, Moment::NOW).await?.item.class.to_string(),
            NodeId::Address(_) => return Err(ServiceError::NotFound { kind: "item", id: node.to_string() }),
        };
        let class = Self::class_of(&*self.registry().await?, &class)?;
        let stored = self.store().find::<Declared>(&node.to_string()).await?;
        let empty = || Versioned { value: Declared::empty(node, &class.name, self.now()), version: 0 };
        let stored = stored.unwrap_or_else(empty);
        Ok((class, stored))
    }

    /// Changes what is declared of a node.
    pub async fn edit_declared(
        &self,
        call: &Call,
        node: NodeId,
        edit: Edit,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Declared>, ServiceError> {
        self.authorize_at(call, Action::ItemManage, node).await?;
        self.change_declared(call, "item.update", node, reason, seen, |_| Ok((edit.clone(), None))).await
    }

    /// Retires an item.
    pub async fn retire_declared(
        &self,
        call: &Call,
        id: DeclaredId,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Declared>, ServiceError> {
        self.authorize_at(call, Action::ItemManage, NodeId::Declared(id)).await?;
        let edit = Edit { lifecycle: Some(Lifecycle::Retired), ..Edit::default() };
        self.change_declared(call, "item.retire", NodeId::Declared(id), reason, seen, |_| Ok((edit.clone(), None)))
            .await
    }

    /// Takes a change back, by a change to what was before it.
    pub async fn undo_declared(
        &self,
        call: &Call,
        node: NodeId,
        seq: u64,
        reason: &str,
        seen: Option<u64>,
    ) -> Result<Versioned<Declared>, ServiceError> {
        self.authorize_at(call, Action::ItemManage, node).await?;
        let found = self.store().find::<DeclaredChange>(&declared::change_key(node, seq)).await?;
        let missing = || ServiceError::NotFound { kind: "change", id: format!("{node} {seq}") };
        let change = found.ok_or_else(missing)?.value;
        self.change_declared(call, "item.undo", node, reason, seen, |item| {
            let moved = |fields: Vec<String>| {
                let fields = Word::list(fields.iter().map(|at| at.trim_start_matches('/')));
                ServiceError::Conflict(Phrase::new("undo_moved").with("fields", fields).into())
            };
            Ok((declared::undo(item, &change).map_err(moved)?, Some(seq)))
        })
        .await
    }

    async fn change_declared(
        &self,
        call: &Call,
        action: &str,
        node: NodeId,
        reason: &str,
        seen: Option<u64>,
        edit: impl Fn(&Declared) -> Result<(Edit, Option<u64>), ServiceError> + Send + Sync,
    ) -> Result<Versioned<Declared>, ServiceError> {
        check_reason(reason)?;
        // Read before the gate is taken: reading the classes takes it too.
        self.registry().await?;
        let _gate = self.class_gate.read().await;
        let _one_at_a_time = self.declaring.lock().await;
        let registry = self.registry().await?;
        let (edit, fields) = (&edit, &registry.item_fields());
        let item = self.decide(|| async move {
            let (class, stored) = self.declared_of(call, node).await?;
            if seen.is_some_and(|seen| seen != stored.version) {
                return Err(ServiceError::Stale { have: stored.version });
            }
            let (edit, undoes) = edit(&stored.value)?;
            let hand = Hand {
                by: call.actor.label(),
                source: source(call),
                reason: reason.trim().to_owned(),
                now: self.now(),
            };
            let rules = self.rules().await?;
            let told = voice::tell(&stored.value, &class, fields, &edit, &hand, &rules).map_err(wrong)?;
            let Some(Told { item, mut change, .. }) = told else {
                if undoes.is_some() {
                    return Err(ServiceError::Conflict(Phrase::new("undo_nothing").into()));
                }
                return Ok((ChangeSet::new(), stored));
            };
            self.check_identity(&class, &item).await?;
            if let Some(change) = &mut change {
                change.undoes = undoes;
            }
            let mut changes = ChangeSet::new();
            let next = Versioned { value: item.clone(), version: stored.version };
            self.write_told(&mut changes, call, action, next, change);
            Ok((changes, Versioned { value: item, version: stored.version + 1 }))
        });
        let item = item.await?;
        self.learn_declared(&item.value).await?;
        Ok(item)
    }
}
