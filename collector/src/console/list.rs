//! What lists share: what is wrong with a query line, and the way to the next page.

use super::answer::sentence;
use super::locale::Locale;
use super::markup;
use super::visitor::Visitor;
use crate::service::{ServiceError, Window};

/// Entries of a page.
pub(super) const PAGE: usize = 50;

/// The part of the list that the address asks for.
pub(super) fn window(visitor: &Visitor) -> Window {
    Window { limit: PAGE, cursor: visitor.parameter("cursor") }
}

/// The address of the next page: the present one with another cursor.
pub(super) fn next(visitor: &Visitor, path: &str, cursor: Option<String>) -> Option<String> {
    let cursor = cursor?;
    let kept =
        super::visitor::form_pairs(&visitor.query).into_iter().filter(|(name, _)| name != "cursor" && name != "done");
    let mut pairs: Vec<String> =
        kept.map(|(name, value)| format!("{}={}", markup::url(&name), markup::url(&value))).collect();
    pairs.push(format!("cursor={}", markup::url(&cursor)));
    Some(format!("{path}?{}", pairs.join("&")))
}

/// Where the list goes on and where it began, for the template.
#[derive(Clone, Debug, Default)]
pub(super) struct Pager {
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

impl Pager {
    /// The pager of a page.
    pub(super) fn new(visitor: &Visitor, path: &str, next_cursor: Option<String>) -> Self {
        let has_cursor = visitor.parameter("cursor").is_some();
        let first = next(visitor, path, has_cursor.then(String::new));
        Self {
            first: first.map(|first| first.trim_end_matches("cursor=").trim_end_matches(['?', '&']).to_owned()),
            next: next(visitor, path, next_cursor),
        }
    }
}

/// What is wrong with a query line, or the error if it is something else.
pub(super) fn query_error(error: ServiceError, locale: Locale) -> Result<String, ServiceError> {
    match error {
        ServiceError::Invalid(errors) => {
            Ok(errors.iter().map(|error| sentence(&error.detail, locale)).collect::<Vec<_>>().join(" "))
        }
        other => Err(other),
    }
}
