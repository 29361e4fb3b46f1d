//! How items differ between two moments, in the form of the API.

use muster_shared::Attributes;
use serde::Serialize;
use utoipa::ToSchema;

use super::{DeclaredView, Item, at};
use crate::http::rest::list::List;
use crate::service::listing::{DeclaredDifference, Differing};
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

impl From<Differing> for DifferenceView {
    fn from(differing: Differing) -> Self {
        match differing {
            Differing::Discovered(difference) => (*difference).into(),
            Differing::Declared(difference) => (*difference).into(),
        }
    }
}

/// An item of a host, or one that people declare.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum DifferentItem {
    Discovered(Box<Item>),
    Declared(Box<DeclaredView>),
}
