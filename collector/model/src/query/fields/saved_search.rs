//! What can be asked of saved searches.

use muster_shared::attribute::Kind::{Boolean, Text};

use super::{Fields, choice, field};
use crate::saved_search::ListName;

fn lists() -> Vec<&'static str> {
    ListName::ALL.iter().map(|list| list.as_str()).collect()
}

/// Searches that people keep.
pub const SAVED_SEARCH: Fields<'static> = Fields {
    of: "saved searches",
    rows: &[
        field("name", Text, "its name"),
        choice("list", lists, "the list that it asks"),
        field("owner", Text, "the sign-in name of who keeps it"),
        field("shared", Boolean, "whether everybody sees it"),
    ],
    words: &["name"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};
