//! `/search`: full text over hosts, items, tickets, articles and accounts.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use muster_model::query::fields;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{ListQuery, write_cursor};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::console::markup::url;
use crate::service::search::{Hit, Kind, Question};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(search))
}

/// The parameters, for their description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what the handler takes out of the query")]
struct SearchParameters {
    /// Words, all of which must be there, and phrases in quotation marks.
    q: String,
    /// Only `host`, `item`, `ticket`, `article` or `user`.
    kind: Option<String>,
    /// At most so many entries: 1 to 1000, 50 without it.
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Something that was found.
#[derive(Debug, Serialize, ToSchema)]
struct HitView {
    /// `host`, `item`, `ticket`, `article` or `user`.
    kind: &'static str,
    /// How well it fits: `exact`, `prefix`, `word` or `part`.
    rank: &'static str,
    /// Its id; null for an item that several hosts have.
    id: Option<String>,
    /// Its name, or its title.
    name: String,
    /// The class of an item.
    class: Option<String>,
    /// The number of a ticket or an article.
    number: Option<String>,
    /// The state of a ticket or an article.
    state: Option<&'static str>,
    /// How far a problem is as a known error: `draft`, `published`, `fixed` or `retired`.
    known_error: Option<&'static str>,
    /// How many hosts have the item.
    hosts: Option<usize>,
    /// What else than its name it was found by.
    by: Option<String>,
    /// When a ticket was opened.
    opened_at: Option<String>,
    /// Its page in the console.
    page: String,
}

/// What was found, best first.
#[derive(Debug, Serialize, ToSchema)]
struct Found {
    items: Vec<HitView>,
    /// Send it as `cursor` for the next page; null at the end.
    next_cursor: Option<String>,
    /// How many there are, by kind; of kinds that the caller may see.
    totals: BTreeMap<&'static str, usize>,
    /// Whether there may be more: not all that came into question was read, or can be reached.
    is_cut: bool,
}

/// The query that lists an item on all hosts that have it.
fn same_item(class: &str, key: &str) -> String {
    format!("class:{class} key:\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The page of something that was found.
pub(crate) fn page(hit: &Hit) -> String {
    match (hit.kind, &hit.id, &hit.class, &hit.ticket) {
        (Kind::Host, Some(id), ..) => format!("/hosts/{id}"),
        (Kind::User, Some(id), ..) => format!("/users/{id}"),
        (Kind::Item, Some(id), ..) => format!("/items/{id}"),
        (Kind::Article, _, _, Some((number, _))) => format!("/knowledge/{number}"),
        (_, _, _, Some((number, _))) => format!("/incidents/{number}"),
        (_, _, Some((class, Some(key))), _) => format!("/items?q={}", url(&same_item(class, key))),
        _ => "/".to_owned(),
    }
}

impl From<Hit> for HitView {
    fn from(hit: Hit) -> Self {
        let page = page(&hit);
        let (number, state) = hit.ticket.unzip();
        Self {
            kind: hit.kind.as_str(),
            rank: hit.rank.as_str(),
            id: hit.id,
            name: hit.name.to_string(),
            class: hit.class.map(|(class, _)| class),
            number,
            state,
            known_error: hit.known_error,
            hosts: hit.hosts,
            by: hit.by,
            opened_at: hit.at.map(|at| at.to_string()),
            page,
        }
    }
}

/// Find hosts, items, tickets, articles and accounts by words, best first
#[utoipa::path(get, path = "/search", params(SearchParameters), responses((status = 200, body = Found)))]
async fn search(State(app): State<Shared>, Caller(call): Caller, mut query: ListQuery) -> Answer<Found> {
    let kind = query.take("kind").as_deref().map(Kind::of).transpose()?;
    let question = Question { text: query.take("q").unwrap_or_default(), kind };
    let (window, _) = query.parse(&fields::NONE)?;
    let answer = app.service.search(&call, &question, &window).await?;
    Ok(Json(Found {
        items: answer.hits.into_iter().map(HitView::from).collect(),
        next_cursor: answer.next_cursor.as_deref().map(write_cursor),
        totals: answer.totals.into_iter().map(|(kind, total)| (kind.as_str(), total)).collect(),
        is_cut: answer.is_cut,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_of_an_item_takes_any_key() {
        use muster_model::query::Query;
        let text = same_item("package", r#"a "b\ c, d"#);
        let query = Query::parse(&text, &fields::ITEM).unwrap();
        assert!(query.matches(&serde_json::json!({"class": "package", "key": r#"a "b\ c, d"#})), "{text}");
    }
}
