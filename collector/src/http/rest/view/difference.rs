//! How items differ between two moments, in the form of the API.

use muster_shared::Attributes;
use serde::Serialize;
use utoipa::ToSchema;

use super::{DeclaredView, Item};
use crate::service::listing::{DeclaredDifference, Differing};
use crate::service::past::Difference;

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
