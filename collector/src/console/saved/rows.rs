//! `/saved-searches/{id}/rows`: what a saved search finds, with its columns in its order; a heading sorts by its column for once.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::saved_search::{ListName, Sort, shown};
use muster_shared::Time;
use serde_json::Value;

use super::{may_change, parse};
use crate::console::list::{self, Heading, Pager};
use crate::console::locale::Locale;
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::console::{answer, attribute, markup, value};
use crate::http::rest::saved_search::rows::Asked;
use crate::service::ServiceError;

/// What stands in a row.
#[derive(Clone, Debug)]
pub(in crate::console) struct Cell {
    pub(in crate::console) label: String,
    pub(in crate::console) text: String,
    pub(in crate::console) at: Option<Time>,
    /// The page of the record, in its first cell.
    pub(in crate::console) href: Option<String>,
}

#[derive(Template)]
#[template(path = "saved_rows.html")]
pub(in crate::console) struct RowsPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) filter: String,
    pub(in crate::console) error: Option<String>,
    pub(in crate::console) headings: Vec<Heading>,
    pub(in crate::console) rows: Vec<Vec<Cell>>,
    pub(in crate::console) edit: Option<String>,
    pub(in crate::console) pager: Pager,
}

/// What a column is called.
fn label(locale: Locale, column: &str) -> String {
    let word = column.replace('_', "-");
    let known = ["col", "field"].iter().find_map(|set| locale.find(&format!("{set}-{word}")));
    known.unwrap_or_else(|| attribute::label(locale, column))
}

/// The page of a record.
fn address(list: ListName, record: &Value) -> Option<String> {
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    Some(match list {
        ListName::Hosts => format!("/hosts/{}", text("id")?),
        ListName::Items => format!("/items/{}", text("id")?),
        ListName::Findings => format!("/findings/{}", text("id")?),
        ListName::Tickets => format!("/incidents/{}", markup::url(text("number")?)),
    })
}

/// A value of a closed set in the reader's language, any other one as it is.
fn text(locale: Locale, list: ListName, column: &str, seen: &Value) -> String {
    let set = match (list, column) {
        (ListName::Hosts, "status") => "host-status",
        (ListName::Findings, "state") => "finding-state",
        (ListName::Tickets, "state") => "state",
        (ListName::Items, "class") | (ListName::Findings, "section") => "section",
        (_, "lifecycle") => "lifecycle",
        (_, "criticality") => "criticality",
        (ListName::Findings, "severity") => "severity",
        _ => "",
    };
    match seen.as_str() {
        Some(word) if !set.is_empty() => locale.name(set, word),
        _ => attribute::cell(locale, column, seen),
    }
}

async fn page(visitor: &Visitor, id: &str) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let view = visitor.service().get_saved_search(&visitor.call, parse(id)?).await?;
    let search = &view.search.value;
    let mut asked = Asked::of(search);
    if let Some(sort) = visitor.parameter("sort") {
        asked.sort = Some(sort).filter(|sort| !sort.is_empty()).map(Sort::from);
    }
    let path = format!("/saved-searches/{}/rows", search.id);
    let (table, error) = match asked.rows(visitor.service(), &visitor.call, &list::window(visitor)).await {
        Ok(table) => (Some(table), None),
        Err(error) => (None, Some(list::query_error(error, locale)?)),
    };
    let columns = table.as_ref().map(|table| table.columns.clone()).unwrap_or_default();
    let heading =
        |column: &String| Heading::new(label(locale, column), &format!("{path}?"), Some(column), asked.sort.as_ref());
    let row = |record: &Value| -> Vec<Cell> {
        let cell = |(place, column): (usize, &String)| {
            let seen = shown(record, column).filter(|seen| !seen.is_null());
            let is_time = column.ends_with("_at") || ["since", "last_seen", "first_seen"].contains(&column.as_str());
            let at = seen.and_then(Value::as_str).filter(|_| is_time).and_then(|text| text.parse().ok());
            let text = seen.map(|seen| text(locale, search.list, column, seen)).unwrap_or_default();
            let href = if place == 0 { address(search.list, record) } else { None };
            Cell { label: label(locale, column), text: value::middle(&text, 80), at, href }
        };
        columns.iter().enumerate().map(cell).collect()
    };
    let records = table.as_ref().map(|table| table.page.items.as_slice()).unwrap_or_default();
    let next = table.as_ref().and_then(|table| table.page.next_cursor.clone());
    let page = RowsPage {
        page: Shell::at(visitor, "", &search.name).await,
        filter: search.filter.clone(),
        headings: columns.iter().map(heading).collect(),
        rows: records.iter().map(row).collect(),
        edit: may_change(visitor, &view).then(|| format!("/saved-searches/{}", search.id)),
        pager: Pager::new(visitor, &path, next),
        error: error.clone(),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(answer::page(status, &page))
}

/// `GET /saved-searches/{id}/rows`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = page(&visitor, &id).await;
    visitor.answer(outcome)
}
