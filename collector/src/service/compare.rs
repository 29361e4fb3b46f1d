//! How two hosts differ, or one host at two times: only the differences, class by class. How two items differ, attribute by
//! attribute.

use muster_model::declared::Declared;
use muster_model::history::{self, Moment, Operation};
use muster_shared::diff::ItemMap;
use muster_shared::id::NodeId;
use muster_shared::{Attributes, SectionName};
use serde_json::json;

use super::host::HostView;
use super::{Call, Service, ServiceError};

/// The classes in which two hosts of one kind should be alike. What each machine has of its own (disks, addresses, ...) is
/// compared when it is asked for.
pub const ALIKE: &[SectionName] = &[
    SectionName::Package,
    SectionName::Repository,
    SectionName::Service,
    SectionName::Timer,
    SectionName::Cron,
    SectionName::User,
    SectionName::Group,
    SectionName::SudoRule,
    SectionName::AuthorizedKey,
    SectionName::LoginPolicy,
    SectionName::Kernel,
    SectionName::Sysctl,
    SectionName::Module,
    SectionName::Firewall,
    SectionName::Listener,
    SectionName::TimeSync,
];

/// A host at a moment.
#[derive(Clone, Debug)]
pub struct Side {
    /// The host.
    pub host: HostView,
    /// When.
    pub moment: Moment,
}

/// An item that is not alike on both sides.
#[derive(Clone, Debug, PartialEq)]
pub struct Contrast {
    /// Its class.
    pub class: SectionName,
    /// Its key.
    pub key: String,
    /// `added` is on the right side only, `removed` on the left side only.
    pub operation: Operation,
    /// Values on the left: of an item that both have only those that differ.
    pub left: Attributes,
    /// Values on the right.
    pub right: Attributes,
}

impl Service {
    /// A side of a comparison: a host by name or id.
    pub async fn side(&self, call: &Call, text: &str, moment: Moment) -> Result<Side, ServiceError> {
        Ok(Side { host: self.find_host(call, text, moment).await?, moment })
    }

    /// What is known of an item at a moment, for a comparison: its attributes, and what people say of every item.
    pub async fn attributes_at(&self, call: &Call, node: NodeId, moment: Moment) -> Result<Attributes, ServiceError> {
        let NodeId::Item(id) = node else {
            return Ok(said(self.get_declaration(call, node, moment).await?.value));
        };
        let item = self.get_item(call, id, moment).await?.item;
        let own = self.get_declaration(call, node, moment).await?.value.attributes;
        Ok(item.attributes.into_iter().chain(own).chain([("key".to_owned(), json!(item.key))]).collect())
    }

    /// What differs, by class and key. A class that one side does not know is no difference.
    pub async fn compare(
        &self,
        call: &Call,
        left: &Side,
        right: &Side,
        classes: &[SectionName],
    ) -> Result<Vec<Contrast>, ServiceError> {
        let mut contrasts = Vec::new();
        for class in classes {
            let (Some(before), Some(after)) =
                (self.side_items(call, left, *class).await?, self.side_items(call, right, *class).await?)
            else {
                continue;
            };
            let mut changes = history::item_changes(*class, &before, &after);
            changes.sort_by(|a, b| a.key.cmp(&b.key));
            contrasts.extend(changes.into_iter().map(|change| Contrast {
                class: *class,
                key: change.key,
                operation: change.operation,
                left: change.before,
                right: change.after,
            }));
        }
        Ok(contrasts)
    }

    /// The items of a class on one side; `None` when they are not known.
    async fn side_items(&self, call: &Call, side: &Side, class: SectionName) -> Result<Option<ItemMap>, ServiceError> {
        let id = side.host.host.value.id;
        let now = self.get_host(call, id, Moment::NOW).await?;
        let head = now.known.as_ref().and_then(|known| known.sections.get(&class));
        let created_at = now.host.value.created_at;
        let since = head.filter(|head| head.is_known).map(|head| head.known_since.unwrap_or(created_at));
        if since.is_none_or(|since| !side.moment.includes(since, since)) {
            return Ok(None);
        }
        let items = self.host_section(call, id, class, side.moment).await?;
        Ok(Some(items.into_iter().map(|item| (item.key, item.attributes)).collect()))
    }
}

/// What people say of an item.
fn said(item: Declared) -> Attributes {
    let mut told = item.attributes;
    let mut tell = |name: &str, value| drop(told.insert(name.to_owned(), value));
    tell("name", json!(item.name));
    tell("class", json!(item.class));
    tell("lifecycle", json!(item.lifecycle));
    tell("criticality", json!(item.criticality));
    tell("tags", json!(item.tags));
    if let Some(owner) = item.owner {
        tell("owner", json!(owner));
    }
    if let Some(status) = item.status {
        tell("status", json!(status));
    }
    told
}
