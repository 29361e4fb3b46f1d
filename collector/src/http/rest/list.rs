//! Query parameters of lists: `limit`, `cursor`, `filter`, and every other one as a term of the filter.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use muster_shared::secret;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::problem::Refusal;
use crate::service::filter::Filter;
use crate::service::{Page, Window, invalid};

const MAX_LIMIT: usize = 1_000;

/// What a list is asked for.
pub(crate) struct ListQuery(BTreeMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let query = Query::<BTreeMap<String, String>>::from_request_parts(parts, state).await;
        query.map(|Query(map)| Self(map)).map_err(|error| Refusal::Malformed(format!("the query: {error}")))
    }
}

impl ListQuery {
    /// The page and the filter over the given fields.
    pub(crate) fn parse(self, fields: &[&str]) -> Result<(Window, Filter), Refusal> {
        let mut window = Window::default();
        let mut filter = match self.0.get("filter") {
            Some(text) => Filter::parse(text, fields)?,
            None => Filter::default(),
        };
        for (name, value) in &self.0 {
            match name.as_str() {
                "filter" => {}
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
                    let wrong = || invalid("/limit", format!("a whole number from 1 to {MAX_LIMIT}"));
                    window.limit = limit.ok_or_else(wrong)?;
                }
                "cursor" => {
                    let text = secret::decode(value).and_then(|bytes| String::from_utf8(bytes).ok());
                    let wrong = || invalid("/cursor", "a cursor is taken as `next_cursor` gave it");
                    window.cursor = Some(text.ok_or_else(wrong)?);
                }
                field => filter.add(field, value, fields, None)?,
            }
        }
        Ok((window, filter))
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct List<T> {
    /// The entries.
    items: Vec<T>,
    /// Send it as `cursor` for the next page; null at the end.
    next_cursor: Option<String>,
}

impl<T> List<T> {
    /// A page in the form of the API.
    pub(crate) fn of<U>(page: Page<U>, view: impl Fn(U) -> T) -> Self {
        let next_cursor = page.next_cursor.map(|cursor| secret::encode(cursor.as_bytes()));
        Self { items: page.items.into_iter().map(view).collect(), next_cursor }
    }

    /// A list that is short enough to be whole.
    pub(crate) const fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
