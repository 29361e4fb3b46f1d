//! The fields of articles and of known errors.

use muster_shared::attribute::Kind::{self, Boolean, Text};

use super::{Fields, choice, field};

fn article_states() -> Vec<&'static str> {
    crate::knowledge::ArticleState::ALL.iter().map(|state| state.as_str()).collect()
}

fn known_error_states() -> Vec<&'static str> {
    crate::ticket::problem::KnownError::ALL.iter().map(|state| state.as_str()).collect()
}

/// Articles of knowledge.
pub const ARTICLE: Fields<'static> = Fields {
    of: "articles",
    rows: &[
        field("title", Text, "its title"),
        field("number", Text, "its number"),
        field("body", Text, "its text"),
        field("keyword", Kind::List, "words that it is found by besides"),
        choice("state", article_states, "where it stands"),
        choice("visibility", || vec!["public", "internal"], "who may read it"),
        field("review_at", Kind::Time, "when somebody looks at it again"),
        field("overdue", Boolean, "whether that day is over"),
    ],
    words: &["title", "number", "body", "keyword"],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};

/// Known errors.
pub const KNOWN_ERROR: Fields<'static> = Fields {
    of: "known errors",
    rows: &[choice("state", known_error_states, "how far it is")],
    words: &[],
    attributes: false,
    own_attributes: &[],
    own_classes: &[],
};
