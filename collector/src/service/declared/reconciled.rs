//! What sources say of declared items: pins, what counts now, and what is explained of it.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use muster_model::class::{self, Class};
use muster_model::declared::voice::{self, Belief, Hold};
use muster_model::declared::{ChangeSource, Declared, DeclaredChange, Hand};
use muster_model::history::Moment;
use muster_model::reconcile::Explained;
use muster_model::reconcile::rule::has_value;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::NodeId;
use muster_store::{Scan, TypedStore};

use crate::service::class::wrong;
use crate::service::source::NewPin;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// What counts of declared items is looked at this often: a word or a pin may have ended.
const ROUND_MS: i64 = 60_000;
/// Items that are brought up to date in one commit.
const AT_ONCE: usize = 100;

fn no_node(node: NodeId) -> ServiceError {
    ServiceError::NotFound { kind: "item", id: node.to_string() }
}

/// The pointer of a value of an item by its name.
fn pointer(class: &Class, name: &str) -> Result<String, ServiceError> {
    if !has_value(class, name) {
        let unknown = Phrase::new("no_such_attribute").with("class", class.name.as_str());
        return Err(invalid("/attribute", unknown.with("attribute", name.chars().take(80).collect::<String>())));
    }
    Ok(if class.attribute(name).is_some() { class::pointer(name) } else { format!("/{name}") })
}

impl Service {
    /// Stores what somebody said: with its change and everything that goes with it, or alone when what counts is as it was.
    pub(in crate::service) fn write_told(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        action: &str,
        item: Versioned<Declared>,
        change: Option<DeclaredChange>,
    ) {
        match change {
            Some(change) => self.write_declared(changes, call, action, item, change),
            None => changes.put(item.value, Expected::Version(item.version)),
        }
    }

    /// All that is said of the values of a declared item now, by name, with what counts and why.
    pub async fn explain_declared(&self, item: &Declared) -> Result<BTreeMap<String, Explained>, ServiceError> {
        let rules = self.rules().await?;
        Ok(Belief { rules: &rules, class: &item.class, at: self.now() }.explain(&item.voices, &item.pins))
    }

    /// The pins that hold on what is said of a declared item, or of a host itself, by name.
    pub async fn said_pins(&self, call: &Call, node: NodeId) -> Result<(Vec<(String, Hold)>, u64), ServiceError> {
        let (pins, version) = match node {
            NodeId::Declared(id) => {
                let stored = self.get_declared(call, id).await?;
                (stored.value.pins, stored.version)
            }
            NodeId::Host(id) => {
                let stored = self.get_host(call, id, Moment::NOW).await?.host;
                (stored.value.sayings.pins, stored.version)
            }
            NodeId::Item(_) | NodeId::Address(_) => return Err(no_node(node)),
        };
        let holds = pins.into_iter().filter(|(_, hold)| hold.holds(self.now()));
        Ok((holds.map(|(pointer, hold)| (voice::name(&pointer), hold)).collect(), version))
    }

    /// Pins a value of a declared item or of a host itself: it counts before what sources say until it ends or is taken back.
    pub async fn pin_said(
        &self,
        call: &Call,
        node: NodeId,
        new: NewPin,
        seen: Option<u64>,
    ) -> Result<(Hold, u64), ServiceError> {
        let now = self.now();
        if new.until.is_some_and(|until| until <= now) {
            return Err(invalid("/until", Phrase::new("pin_ahead")));
        }
        let reason = crate::service::finding::words("/reason", &new.reason)?;
        let (by, value, until) = (call.actor.label(), new.value, new.until);
        let hold = Hold { value, reason, by, at: now, until };
        let version = self.move_pin(call, "item.pin", node, (&new.attribute, Some(&hold)), seen).await?;
        Ok((hold, version))
    }

    /// Takes such a pin back.
    pub async fn unpin_said(
        &self,
        call: &Call,
        node: NodeId,
        attribute: &str,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        self.move_pin(call, "item.unpin", node, (attribute, None), seen).await.map(drop)
    }

    async fn move_pin(
        &self,
        call: &Call,
        action: &str,
        node: NodeId,
        (attribute, hold): (&str, Option<&Hold>),
        seen: Option<u64>,
    ) -> Result<u64, ServiceError> {
        self.authorize_at(call, Action::ItemPin, node).await?;
        let id = match node {
            NodeId::Declared(id) => id,
            NodeId::Host(id) => return self.move_pin_of_host(call, action, id, (attribute, hold), seen).await,
            NodeId::Item(_) | NodeId::Address(_) => return Err(no_node(node)),
        };
        self.registry().await?;
        let _gate = self.class_gate.read().await;
        let _one_at_a_time = self.declaring.lock().await;
        let (registry, rules) = (self.registry().await?, self.rules().await?);
        let (registry, rules) = (&registry, &rules);
        let moved = self.decide(|| async move {
            let stored = self.get_declared(call, id).await?;
            check_version(&stored, seen)?;
            let class = Self::class_of(registry, &stored.value.class)?;
            let pointer = pointer(&class, attribute)?;
            if !stored.value.is_present() {
                return Err(invalid("/attribute", Phrase::new("pin_gone")));
            }
            if hold.is_none() && !stored.value.pins.contains_key(&pointer) {
                return Err(ServiceError::NotFound { kind: "pin", id: attribute.chars().take(80).collect() });
            }
            let reason = hold.map(|hold| hold.reason.clone()).unwrap_or_default();
            let hand = Hand { by: call.actor.label(), source: ChangeSource::Person, reason, now: self.now() };
            let told = voice::pin(&stored.value, &class, (&pointer, hold.cloned()), &hand, rules).map_err(wrong)?;
            let mut changes = ChangeSet::new();
            let Some((item, change)) = told else { return Ok((changes, stored)) };
            self.check_identity(&class, &item).await?;
            if change.is_none() {
                let summary = format!("{} {}: {attribute}", item.class, item.name);
                let mut audit = call.audit(self.now(), action, item.id, summary);
                audit.reason.clone_from(&hand.reason);
                changes.audit.push(audit);
            }
            let next = Versioned { value: item.clone(), version: stored.version };
            self.write_told(&mut changes, call, action, next, change);
            Ok((changes, Versioned { value: item, version: stored.version + 1 }))
        });
        let moved = moved.await?;
        self.learn_declared(&moved.value).await?;
        Ok(moved.version)
    }

    /// Brings what counts of hosts and declared items up to date, once a minute: a word or a pin may have ended, or the rules are others.
    /// `false` when nothing changed.
    pub async fn settle_declared_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let looked_at = self.settled.lock().unwrap_or_else(PoisonError::into_inner).replace(now);
        if looked_at.is_some_and(|at| (0..ROUND_MS).contains(&now.since(at))) {
            *self.settled.lock().unwrap_or_else(PoisonError::into_inner) = looked_at;
            return Ok(false);
        }
        let call = Call::system("reconciliation");
        let mut worked = self.settle_hosts(&call, now).await?;
        self.registry().await?;
        let _gate = self.class_gate.read().await;
        let _one_at_a_time = self.declaring.lock().await;
        let (registry, rules) = (self.registry().await?, self.rules().await?);
        let hand = Hand { by: call.actor.label(), source: ChangeSource::Person, reason: String::new(), now };
        let mut scan = Scan::keys(Collection::Declared, "").limit(AT_ONCE);
        loop {
            let page = self.store().page::<Declared>(scan.clone()).await?;
            let (mut changes, mut learnt) = (ChangeSet::new(), Vec::new());
            for stored in page.rows {
                let item = &stored.value;
                // Where one alone speaks nothing can change.
                let is_contested = !item.pins.is_empty() || item.voices.values().any(|said| said.len() > 1);
                let Some(class) = registry.get(&item.class).filter(|_| is_contested) else { continue };
                let Some((next, change)) = voice::settle(item, class, &hand, &rules) else { continue };
                if change.is_some() && self.check_identity(class, &next).await.is_err() {
                    continue;
                }
                learnt.push(next.clone());
                let next = Versioned { value: next, version: stored.version };
                self.write_told(&mut changes, &call, "item.reconcile", next, change);
            }
            if !changes.is_empty() {
                worked = true;
                self.commit(changes).await?;
            }
            for item in &learnt {
                self.learn_declared(item).await?;
            }
            match page.next {
                None => return Ok(worked),
                next => scan.after = next,
            }
        }
    }

    /// Has what counts looked at again at once.
    pub(in crate::service) fn unsettle_declared(&self) {
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
