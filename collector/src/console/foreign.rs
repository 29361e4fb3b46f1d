//! The console's part of the table of foreign bytes (`crate::foreign`). Every function gives the size of what it made of them.

use axum::http::HeaderMap;

use super::locale::Locale;
use super::{moment, visitor};

pub(crate) fn accept_language(header: &str) -> usize {
    Locale::negotiate(header).tag().len()
}

pub(crate) fn cookies(headers: &HeaderMap) -> usize {
    ["__Host-muster-session", "muster-session"]
        .iter()
        .filter_map(|name| visitor::cookie(headers, name))
        .map(str::len)
        .sum()
}

/// A query or the body of a form; moments and places to go to are read from its values.
pub(crate) fn form(text: &str) -> usize {
    let pairs = visitor::form_pairs(text);
    let read = |(name, value): &(String, String)| {
        let moment = usize::from(moment::parse_field(value).is_some());
        moment + name.len() + visitor::local_path(value).len()
    };
    pairs.iter().map(read).sum()
}
