//! Query parameters of lists: `limit`, `cursor`, `filter` (the query language), and every other one as a term of it.

use std::collections::BTreeMap;

use axum::extract::{FromRequestParts, Query as Parameters};
use axum::http::request::Parts;
use muster_model::history::Moment;
use muster_model::query::{self, Fields, Query, fields};
use muster_model::text::Phrase;
use muster_shared::canonical::Digest;
use muster_shared::{Time, secret};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::app::Shared;
use crate::http::problem::Refusal;
use crate::service::past::{elapsed, elapsed_query};
use crate::service::{Page, ServiceError, Window, invalid};

const MAX_LIMIT: usize = 1_000;

const DAY_MS: i64 = 86_400_000;

/// The parameters of lists, for their description; every other one is a term of the filter.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
pub(crate) struct ListParameters {
    /// What is wanted, in the query language (`docs/query.md`).
    filter: Option<String>,
    /// At most so many entries: 1 to 1000, 50 without it.
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What is counted, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
pub(crate) struct FilterParameters {
    /// What is wanted, in the query language (`docs/query.md`).
    filter: Option<String>,
}

/// The moment at which something is looked at, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
pub(crate) struct MomentParameters {
    /// As it was at this time (RFC 3339, or a day).
    as_of: Option<String>,
    /// As far as it was known at this time.
    known_at: Option<String>,
}

/// The two moments between which a difference is looked for, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
pub(crate) struct BetweenParameters {
    /// The earlier moment (RFC 3339, or a day); a day before the later one without it.
    from: Option<String>,
    /// The later moment; now without it.
    to: Option<String>,
}

/// What a list is asked for, and when.
pub(crate) struct ListQuery {
    named: BTreeMap<String, String>,
    now: Time,
}

impl FromRequestParts<Shared> for ListQuery {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &Shared) -> Result<Self, Refusal> {
        let query = Parameters::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Parameters(query) = query.map_err(|error| Refusal::Malformed(format!("the query: {error}")))?;
        let mut named = BTreeMap::new();
        for (name, value) in query {
            if named.contains_key(&name) {
                return Err(invalid(&format!("/{name}"), Phrase::new("query_twice")).into());
            }
            named.insert(name, value);
        }
        Ok(Self::of(named, state.service.now()))
    }
}

impl ListQuery {
    /// The query of these parameters.
    pub(crate) const fn of(named: BTreeMap<String, String>, now: Time) -> Self {
        Self { named, now }
    }

    /// Takes a parameter out, so that it is no term of the filter.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        self.named.remove(name)
    }

    /// Whether a parameter is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// The moment of a record.
    pub(crate) fn moment(self) -> Result<Moment, Refusal> {
        Ok(self.parse(&fields::MOMENT)?.1.moment)
    }

    /// The two moments of a difference, with the page and the query.
    pub(crate) fn between(mut self, fields: &Fields<'_>) -> Result<(Moment, Moment, Window, Query), Refusal> {
        let now = self.now;
        let mut time = |name: &str| -> Result<Option<Time>, Refusal> {
            let Some(text) = self.take(name) else { return Ok(None) };
            let wrong = || Phrase::new("query_time").with("field", name).with("value", text.as_str());
            let at = query::moment(&text).ok_or_else(|| invalid(&format!("/{name}"), wrong()))?;
            Ok(Some(elapsed(name, at, now)?))
        };
        let (from, to) = (time("from")?, time("to")?);
        let from = from.unwrap_or_else(|| to.unwrap_or(now).plus_millis(-DAY_MS));
        let (window, query) = self.parse(fields)?;
        Ok((Moment::at(from), to.map_or(Moment::NOW, Moment::at), window, query))
    }

    /// The page and the query over the given fields.
    pub(crate) fn parse(self, fields: &Fields<'_>) -> Result<(Window, Query), Refusal> {
        let mut window = Window::default();
        let mut query = match self.named.get("filter") {
            Some(text) => Query::parse(text, fields).map_err(ServiceError::from)?,
            None => Query::default(),
        };
        for (name, value) in &self.named {
            match name.as_str() {
                "filter" => {}
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MAX_LIMIT).contains(limit));
                    let wrong = || invalid("/limit", format!("a whole number from 1 to {MAX_LIMIT}"));
                    window.limit = limit.ok_or_else(wrong)?;
                }
                "cursor" => {
                    window.cursor = Some(read_cursor(value)?);
                }
                field => {
                    let pointer = || format!("/{}", field.chars().take(60).collect::<String>());
                    query.and(field, value, fields).map_err(|why| invalid(&pointer(), why))?;
                }
            }
        }
        // A moment may stand in the filter too.
        let place = ["as_of", "known_at"].into_iter().find(|name| self.named.contains_key(*name));
        elapsed_query(place.unwrap_or("filter"), &query, self.now)?;
        Ok((window, query))
    }
}

/// Bytes of a cursor that show that a list gave it.
const SEAL_BYTES: usize = 6;

fn seal(place: &[u8]) -> Vec<u8> {
    Digest::of(place).as_bytes().iter().copied().take(SEAL_BYTES).collect()
}

/// A place in a list as a cursor. The seal keeps nothing secret: it tells a cursor from what somebody made up or cut off.
pub(super) fn write_cursor(place: &str) -> String {
    secret::encode(&[&seal(place.as_bytes()), place.as_bytes()].concat())
}

pub(super) fn read_cursor(text: &str) -> Result<String, Refusal> {
    let place = || {
        let bytes = secret::decode(text)?;
        let (sealed, place) = bytes.split_at_checked(SEAL_BYTES)?;
        if sealed == seal(place) { String::from_utf8(place.to_vec()).ok() } else { None }
    };
    place().ok_or_else(|| invalid("/cursor", Phrase::new("cursor_made_up")).into())
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
        let next_cursor = page.next_cursor.as_deref().map(write_cursor);
        Self { items: page.items.into_iter().map(view).collect(), next_cursor }
    }

    /// A page of a list that is short enough to be read as a whole: of the records that a query means as they stand in the API. The
    /// cursor counts those that were shown.
    pub(crate) fn chosen(records: Vec<T>, (window, query): (&Window, &Query)) -> Result<Self, Refusal>
    where
        T: Serialize,
    {
        let made_up = || invalid("/cursor", Phrase::new("cursor_made_up"));
        let from: usize = window.cursor.as_deref().map_or(Ok(0), |text| text.parse().map_err(|_| made_up()))?;
        let meant = |record: &T| serde_json::to_value(record).is_ok_and(|entry| query.matches(&entry));
        let mut items: Vec<T> = records.into_iter().filter(meant).skip(from).collect();
        let is_more = items.len() > window.limit;
        items.truncate(window.limit);
        let next_cursor = is_more.then(|| write_cursor(&from.saturating_add(window.limit).to_string()));
        Ok(Self { items, next_cursor })
    }

    /// A list that is short enough to be whole.
    pub(crate) const fn whole(items: Vec<T>) -> Self {
        Self { items, next_cursor: None }
    }
}
