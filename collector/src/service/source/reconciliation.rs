//! Which source is believed: the rules that owners set, and the values that people pin.

use muster_model::event::Event;
use muster_model::history::{Bearing, HistoryEntry, Moment, Operation};
use muster_model::host::{self, Host};
use muster_model::inventory::Inventory;
use muster_model::reconcile::pin::{Pin, attribute_prefix, pin_prefix};
use muster_model::reconcile::rule::{self, FormerReconciliation, Reconciliation, Rule};
use muster_model::reconcile::{Explained, View, Word, explain};
use muster_model::right::{Action, Resource};
use muster_model::source::{Source, SourceHead};
use muster_model::text::Phrase;
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::attribute::kind_of;
use muster_shared::id::{ItemId, NodeId, ReportId};
use muster_shared::report::Attributes;
use muster_store::{Scan, TypedStore};
use serde_json::Value;

use super::view::Spoken;
use crate::service::item::ItemView;
use crate::service::{Call, Service, ServiceError, check_version, invalid};

/// A value that a person wants to pin.
#[derive(Clone, Debug)]
pub struct NewPin {
    /// Of which attribute.
    pub attribute: String,
    /// What it is.
    pub value: Value,
    /// Why.
    pub reason: String,
    /// How long it holds.
    pub until: Option<Time>,
}

/// Longest text of a value.
const MAX_VALUE_BYTES: usize = 4 << 10;

impl Service {
    /// The rules that owners set; version 0 is none yet.
    pub async fn reconciliation(&self, call: &Call) -> Result<Versioned<Reconciliation>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::Shared)?;
        let stored = self.store().find::<Reconciliation>(rule::KEY).await?;
        Ok(stored.unwrap_or_else(|| Versioned { value: Reconciliation::default(), version: 0 }))
    }

    /// Sets the rules: all of them at once.
    pub async fn update_reconciliation(
        &self,
        call: &Call,
        rules: Vec<Rule>,
        seen: Option<u64>,
    ) -> Result<Versioned<Reconciliation>, ServiceError> {
        call.authorize(Action::ReconciliationUpdate, Resource::All)?;
        rule::check(&rules, &*self.registry().await?).map_err(|error| invalid(&error.pointer, error.detail))?;
        let rules = &rules;
        self.decide(|| async move {
            let stored = self.reconciliation(call).await?;
            check_version(&stored, seen)?;
            let now = self.now();
            let mut changes = ChangeSet::new();
            let summary = format!("{} rules, {} before", rules.len(), stored.value.rules.len());
            changes.audit.push(call.audit(now, "reconciliation.update", rule::KEY, summary));
            let next = Reconciliation { rules: rules.clone(), changed_by: call.actor.label(), changed_at: now };
            let expected = if stored.version == 0 { Expected::Absent } else { Expected::Version(stored.version) };
            changes.put(next, expected);
            if stored.version > 0 {
                changes.put(FormerReconciliation(stored.value), Expected::Any);
            }
            Ok((changes, ()))
        })
        .await?;
        self.unsettle_declared();
        self.reconciliation(call).await
    }

    /// All that is said of the attributes of an item at a moment, with what counts and why.
    pub(crate) async fn explained(
        &self,
        item: &ItemView,
        moment: Moment,
    ) -> Result<std::collections::BTreeMap<String, Explained>, ServiceError> {
        let Some(host) = self.store().find::<Host>(&item.host.to_string()).await? else { return Ok([].into()) };
        let Some(host) = self.host_at(host, moment).await? else { return Ok([].into()) };
        let tellers = self.tellers(&host.value).await?;
        let spoken = self.spoken(&tellers, item.class, moment, None).await?;
        let words: Vec<Word<'_>> = spoken.iter().map(Spoken::word).collect();
        let (rules, pins) = (self.rules_at(moment).await?, self.pins(&host.value, item.class).await?);
        let at = moment.since().unwrap_or_else(|| self.now());
        Ok(explain(View { class: item.class, rules: &rules, pins: &pins, at }, &words, &item.key))
    }

    /// The pins that hold on an item now.
    pub async fn item_pins(&self, call: &Call, id: ItemId) -> Result<Vec<Versioned<Pin>>, ServiceError> {
        let item = self.get_item(call, id, Moment::NOW).await?.item;
        let prefix = format!("{}{id}/", pin_prefix(id.host(), item.class));
        let pins = self.store().all::<Pin>(Scan::keys(Collection::Pin, prefix)).await?;
        let now = self.now();
        Ok(pins.into_iter().filter(|pin| pin.value.holds(now)).collect())
    }

    /// Pins a value of an item: it counts until it ends or is taken back.
    pub async fn pin_item(
        &self,
        call: &Call,
        id: ItemId,
        new: NewPin,
        seen: Option<u64>,
    ) -> Result<Versioned<Pin>, ServiceError> {
        self.authorize_at(call, Action::ItemPin, NodeId::Item(id)).await?;
        let reason = crate::service::finding::words("/reason", &new.reason)?;
        let (new, reason) = (&new, &reason);
        let key = self
            .decide(|| async move {
                let item = self.get_item(call, id, Moment::NOW).await?.item;
                let now = self.now();
                check_pin(&item, new, now)?;
                let mut changes = ChangeSet::new();
                if let Some(held) = self.held(id, &item, &new.attribute).await? {
                    check_version(&held, seen)?;
                    end(&mut changes, held, now);
                }
                let pin = Pin {
                    item: id,
                    section: item.class,
                    key: item.key.clone(),
                    attribute: new.attribute.clone(),
                    value: new.value.clone(),
                    reason: reason.clone(),
                    by: call.actor.label(),
                    at: now,
                    until: new.until,
                };
                let key = muster_model::Record::key(&pin);
                let mut entry = call.audit(now, "item.pin", id, format!("{} {}", item.key, new.attribute));
                entry.reason.clone_from(reason);
                changes.audit.push(entry);
                let before = item.attributes.get(&new.attribute).cloned();
                self.tell_pin(&mut changes, &item, &new.attribute, (before, Some(new.value.clone())), now).await?;
                // Two pins of one attribute in one millisecond are one.
                changes.put(pin, Expected::Any);
                Ok((changes, key))
            })
            .await?;
        let missing = || ServiceError::NotFound { kind: "pin", id: id.to_string() };
        self.store().find::<Pin>(&key).await?.ok_or_else(missing)
    }

    /// Takes a pin back.
    pub async fn unpin_item(
        &self,
        call: &Call,
        id: ItemId,
        attribute: &str,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        self.authorize_at(call, Action::ItemPin, NodeId::Item(id)).await?;
        self.decide(|| async move {
            let item = self.get_item(call, id, Moment::NOW).await?.item;
            let missing = || ServiceError::NotFound { kind: "pin", id: attribute.chars().take(80).collect() };
            let held = self.held(id, &item, attribute).await?.ok_or_else(missing)?;
            check_version(&held, seen)?;
            let now = self.now();
            let explained = self.explained(&item, Moment::NOW).await?;
            let after =
                explained.get(attribute).and_then(|explained| explained.said.get(1)).map(|said| said.value.clone());
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "item.unpin", id, format!("{} {attribute}", item.key)));
            self.tell_pin(&mut changes, &item, attribute, (Some(held.value.value.clone()), after), now).await?;
            end(&mut changes, held, now);
            Ok((changes, ()))
        })
        .await
    }

    /// The pin that holds on an attribute now.
    async fn held(&self, id: ItemId, item: &ItemView, attribute: &str) -> Result<Option<Versioned<Pin>>, ServiceError> {
        let scan = Scan::keys(Collection::Pin, attribute_prefix(id, item.class, attribute));
        let now = self.now();
        Ok(self.store().all::<Pin>(scan).await?.into_iter().find(|pin| pin.value.holds(now)))
    }

    /// What a pin changes in the view: an entry of the history, and the host is one of which a person speaks.
    async fn tell_pin(
        &self,
        changes: &mut ChangeSet,
        item: &ItemView,
        attribute: &str,
        (before, after): (Option<Value>, Option<Value>),
        now: Time,
    ) -> Result<(), ServiceError> {
        let missing = || ServiceError::NotFound { kind: "host", id: item.host.to_string() };
        let stored = self.store().find::<Host>(&item.host.to_string()).await?.ok_or_else(missing)?;
        let mut next = stored.value.clone();
        if !next.sources.contains(&Source::Person) {
            next.sources.push(Source::Person);
        }
        let heads = self.heads(&stored.value).await?;
        host::replace(changes, stored, next, now);
        changes.events.push(Event::SectionsDiscovered { host: item.host, sections: vec![item.class] });
        if before == after {
            return Ok(());
        }
        let values = |value: Option<Value>| -> Attributes {
            value.map(|value| (attribute.to_owned(), value)).into_iter().collect()
        };
        let seq = self.next_number_of(changes, item, heads).await?;
        changes.create(HistoryEntry {
            host: item.host,
            seq,
            report: ReportId::new(now),
            section: item.class,
            item: item.id,
            key: item.key.clone(),
            operation: Operation::Modified,
            before: values(before),
            after: values(after),
            not_before: None,
            held_since: None,
            seen_at: now,
            received_at: None,
            view_changed: false,
            source: Source::Person,
            bearing: Bearing::Winner,
            kept_by: None,
        });
        Ok(())
    }

    /// The next number of a host's history, taken in the record of whoever told the item.
    async fn next_number_of(
        &self,
        changes: &mut ChangeSet,
        item: &ItemView,
        heads: Vec<Versioned<SourceHead>>,
    ) -> Result<u64, ServiceError> {
        let inventory = self.store().find::<Inventory>(&item.host.to_string()).await?;
        let numbers = heads.iter().map(|head| head.value.history).chain(inventory.iter().map(|inv| inv.value.history));
        let next = numbers.max().unwrap_or_default() + 1;
        if let Some(mut inventory) = inventory {
            inventory.value.history = next;
            changes.update(inventory);
        } else if let Some(mut head) = heads.into_iter().next() {
            head.value.history = next;
            changes.update(head);
        }
        Ok(next)
    }
}

/// Ends a pin: it stays, so that the past stays as it was.
fn end(changes: &mut ChangeSet, mut held: Versioned<Pin>, now: Time) {
    held.value.until = Some(now);
    changes.update(held);
}

fn check_pin(item: &ItemView, new: &NewPin, now: Time) -> Result<(), ServiceError> {
    let Some(kind) = kind_of(item.class, &new.attribute) else {
        let unknown = Phrase::new("no_such_attribute").with("class", item.class.as_str());
        return Err(invalid(
            "/attribute",
            unknown.with("attribute", new.attribute.chars().take(80).collect::<String>()),
        ));
    };
    if !kind.fits(&new.value) {
        return Err(invalid("/value", Phrase::new("value_of_kind").with("kind", kind.as_str())));
    }
    if new.value.to_string().len() > MAX_VALUE_BYTES {
        return Err(invalid("/value", Phrase::new("at_most_bytes").with("max", MAX_VALUE_BYTES.to_string())));
    }
    if new.until.is_some_and(|until| until <= now) {
        return Err(invalid("/until", Phrase::new("pin_ahead")));
    }
    if !item.is_present {
        return Err(invalid("/attribute", Phrase::new("pin_gone")));
    }
    Ok(())
}
