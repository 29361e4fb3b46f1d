//! What lists share: what is wrong with a query line, and the way to the next page.

use muster_model::saved_search::Sort;

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

/// The heading of a column, which sorts by it.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub(super) label: String,
    /// Where the list is sorted by it, the other way when it is already.
    pub(super) href: Option<String>,
    /// `ascending` or `descending`, for the column by which the rows are sorted.
    pub(super) sorted: Option<&'static str>,
}

impl Heading {
    /// The heading of a column; without one nothing is sorted by it. `path` is an address to which `sort=` is added.
    pub(super) fn new(label: String, path: &str, column: Option<&str>, sort: Option<&Sort>) -> Self {
        let sorted = sort.filter(|sort| Some(sort.column.as_str()) == column);
        let is_descending = sorted.is_some_and(|sort| sort.is_descending);
        let next = |column: &str| {
            let next = Sort { column: column.to_owned(), is_descending: sorted.is_some() && !is_descending };
            format!("{path}sort={}", markup::url(&next.to_string()))
        };
        Self {
            label,
            href: column.map(next),
            sorted: sorted.map(|_| if is_descending { "descending" } else { "ascending" }),
        }
    }
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
