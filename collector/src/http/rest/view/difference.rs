//! How items differ between two moments, in the form of the API.

use muster_shared::Attributes;
use serde::Serialize;
use utoipa::ToSchema;

use super::relation::NodeView;
use super::{DeclaredView, Item, at};
use crate::http::rest::list::List;
use crate::service::past::differing::{DeclaredDifference, Differing, RelationDifference};
use crate::service::past::{Difference, NotKnown};

/// How an item differs between two moments.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ItemDifference)]
pub(crate) struct DifferenceView {
    /// The item as it was at the later moment, or before it went.
    item: DifferentItem,
    /// `added`, `removed` or `modified`: what happened in between, all in all.
    operation: String,
    #[schema(value_type = Object)]
    before: Attributes,
    #[schema(value_type = Object)]
    after: Attributes,
}

/// How things differ between two moments.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DiffAnswer {
    #[serde(flatten)]
    list: List<DifferenceView>,
    /// Hosts of which not all that is asked was known at the earlier moment, at most 100 and on the first page only: what they
    /// had before `known_since` is no difference.
    not_known: Vec<NotKnownView>,
}

/// A host that was not known, or not wholly.
#[derive(Debug, Serialize, ToSchema)]
struct NotKnownView {
    host: String,
    host_name: String,
    /// Since when all of it is known.
    known_since: String,
}

impl DiffAnswer {
    pub(crate) fn of(list: List<DifferenceView>, not_known: Vec<NotKnown>) -> Self {
        let view = |one: NotKnown| NotKnownView {
            host: one.host.to_string(),
            host_name: one.host_name,
            known_since: at(one.since),
        };
        Self { list, not_known: not_known.into_iter().map(view).collect() }
    }
}

impl From<Difference> for DifferenceView {
    fn from(difference: Difference) -> Self {
        Self {
            item: DifferentItem::Discovered(Box::new(difference.item.into())),
            operation: difference.operation.as_str().into(),
            before: difference.before,
            after: difference.after,
        }
    }
}

impl From<DeclaredDifference> for DifferenceView {
    fn from(difference: DeclaredDifference) -> Self {
        Self {
            item: DifferentItem::Declared(Box::new(difference.item.into())),
            operation: difference.operation.as_str().into(),
            before: difference.before,
            after: difference.after,
        }
    }
}

impl From<RelationDifference> for DifferenceView {
    fn from(difference: RelationDifference) -> Self {
        let RelationDifference { relation, from, to, operation } = difference;
        let name = format!("{} {} {}", from.name, relation.kind, to.name);
        let item = RelatedView {
            id: relation.id.to_string(),
            class: "relation",
            key: name.clone(),
            name,
            host: None,
            host_name: from.host_name.clone(),
            kind: relation.kind.as_str(),
            source: relation.source.as_str(),
            from: from.into(),
            to: to.into(),
        };
        let (before, after) = (Attributes::new(), Attributes::new());
        Self { item: DifferentItem::Related(Box::new(item)), operation: operation.as_str().into(), before, after }
    }
}

impl From<Differing> for DifferenceView {
    fn from(differing: Differing) -> Self {
        match differing {
            Differing::Discovered(difference) => (*difference).into(),
            Differing::Declared(difference) => (*difference).into(),
            Differing::Related(difference) => (*difference).into(),
        }
    }
}

/// A relation that came or went.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RelationDiffers)]
struct RelatedView {
    id: String,
    /// `relation`.
    class: &'static str,
    /// The names of its ends, and what one is to the other.
    name: String,
    /// The same.
    key: String,
    /// It stands on no host.
    host: Option<String>,
    /// The host of the item where it begins.
    host_name: Option<String>,
    /// `depends_on`, `runs_on`, ...: docs/classes.md lists them.
    kind: &'static str,
    /// `discovered`, `derived` or `declared`.
    source: &'static str,
    from: NodeView,
    to: NodeView,
}

/// An item of a host, one that people declare, or a relation. What people say of a host or of an item of one is shown as they
/// declare it, with its class and name.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum DifferentItem {
    Discovered(Box<Item>),
    Declared(Box<DeclaredView>),
    Related(Box<RelatedView>),
}
