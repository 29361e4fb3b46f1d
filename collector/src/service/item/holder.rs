//! A host as the holder of its items, and an item as queries see it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use muster_model::Versioned;
use muster_model::class::{Class, Registry};
use muster_model::host::Host;
use muster_model::host::status::Status;
use muster_model::inventory::{Facts, Known, SectionHead, StoredItem};
use muster_model::query::{Entry, Query};
use muster_shared::attribute::{self, Kind};
use muster_shared::id::{ItemId, NodeId};
use muster_shared::{Attributes, SectionName, Time};
use serde_json::{Value, json};

use super::ItemView;
use crate::service::source::view::Tellers;

/// A host as the holder of its items.
#[derive(Clone, Debug)]
pub(in crate::service) struct Holder {
    pub(in crate::service) host: Versioned<Host>,
    pub(in crate::service) tellers: Tellers,
    pub(in crate::service) known: Option<Known>,
    pub(in crate::service) facts: Facts,
    pub(in crate::service) status: Status,
    /// What people added to the host and its items, when it was asked for, with what classes ask for.
    pub(in crate::service) added: BTreeMap<NodeId, Attributes>,
    pub(in crate::service) registry: Option<Arc<Registry>>,
}

impl Holder {
    /// An item of the host.
    pub(in crate::service) fn item(
        &self,
        section: SectionName,
        key: String,
        item: StoredItem,
        metrics: Attributes,
        seen_at: Time,
    ) -> ItemView {
        ItemView {
            id: ItemId::new(self.host.value.id, section, &key),
            class: section,
            host: self.host.value.id,
            host_name: self.host.value.name.clone(),
            attributes: item.attributes,
            metrics,
            since: item.since,
            seen_at,
            is_present: true,
            key,
        }
    }

    /// A section that was read at some time.
    pub(in crate::service) fn head(&self, section: SectionName) -> Option<&SectionHead> {
        self.known.as_ref()?.sections.get(&section).filter(|head| head.is_known)
    }

    /// The sections that were read and that a query can mean, by name.
    pub(in crate::service) fn sections(&self, query: &Query) -> Vec<SectionName> {
        let known = self.known.iter().flat_map(|known| &known.sections).filter(|(_, head)| head.is_known);
        // Where nothing is asked for, nothing is missing.
        let asks = |name: &SectionName| self.class(*name).is_none_or(Class::asks_values);
        let is_asked = |name: &SectionName| query.requires("incomplete") != Some("true") || asks(name);
        let meant = known.map(|(name, _)| *name).filter(|name| query.allows("class", name.as_str()) && is_asked(name));
        let mut names: Vec<SectionName> = meant.collect();
        names.sort_by_key(|name| name.as_str());
        names
    }

    fn class(&self, section: SectionName) -> Option<&Class> {
        self.registry.as_ref()?.get(section.as_str())
    }

    /// Whether an item lacks a value that its class asks people for. What people say of a host is said of it as a whole.
    fn is_incomplete(&self, item: &ItemView) -> bool {
        let is_host = item.class == SectionName::Host;
        let node = if is_host { NodeId::Host(item.host) } else { NodeId::Item(item.id) };
        let nothing = Attributes::new();
        let added = self.added.get(&node).unwrap_or(&nothing);
        self.class(item.class).is_some_and(|class| class.is_incomplete(added))
    }

    /// What queries can ask of the host itself.
    fn value(&self, field: &str) -> Option<Value> {
        let host = &self.host.value;
        Some(match field {
            "id" => json!(host.id),
            "name" => json!(host.name),
            "lifecycle" => json!(host.lifecycle),
            "owner" => json!(host.owner),
            "site" => json!(host.site),
            "criticality" => json!(host.criticality),
            "os" => json!(self.facts.os),
            "architecture" => json!(self.facts.architecture),
            "virtualization" => json!(self.facts.virtualization),
            "status" => json!(self.status.as_str()),
            _ => return None,
        })
    }

    /// Whether items of this host can pass at all, as far as single demands on the host tell.
    pub(in crate::service) fn is_possible(&self, query: &Query) -> bool {
        let text =
            |field: &str| self.value(field).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        let asked =
            ["name", "lifecycle", "owner", "site", "criticality", "os", "architecture", "virtualization", "status"];
        query.reaches(&self.host.value.id.to_string())
            && query.allows("host_name", &self.host.value.name)
            && asked.iter().all(|field| query.allows(&format!("host.{field}"), &text(field)))
    }
}

/// An item as queries see it: its own fields, its host's, its attributes, its metrics.
pub(in crate::service) struct ItemEntry<'a> {
    pub(super) item: &'a ItemView,
    pub(super) holder: &'a Holder,
}

impl Entry for ItemEntry<'_> {
    fn value(&self, field: &str) -> Option<Cow<'_, Value>> {
        let item = self.item;
        let own = match field {
            "class" => json!(item.class),
            "id" => json!(item.id),
            "key" => json!(item.key),
            "name" => json!(item.name()),
            "host" => json!(item.host),
            "host_name" => json!(item.host_name),
            "lifecycle" => json!(if item.is_present { "active" } else { "retired" }),
            "since" => json!(item.since),
            "declared" => json!(false),
            "incomplete" => json!(self.holder.is_incomplete(item)),
            _ => {
                if let Some(field) = field.strip_prefix("host.") {
                    return self.holder.value(field).map(Cow::Owned);
                }
                let added = || self.holder.added.get(&NodeId::Item(item.id))?.get(field);
                let found = item.attributes.get(field).or_else(|| item.metrics.get(field)).or_else(added);
                return found.map(Cow::Borrowed);
            }
        };
        Some(Cow::Owned(own))
    }

    fn kind(&self, field: &str) -> Option<Kind> {
        attribute::kind_of(self.item.class, field)
    }

    fn manager(&self) -> Option<&str> {
        self.item.attributes.get("manager")?.as_str()
    }
}
