//! `/hosts/{id}/{section}`: the items of a section, one attribute per column.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_shared::{SectionName, Time};

use super::edit::parse;
use crate::console::answer;
use crate::console::list::{self, Pager};
use crate::console::shell::Shell;
use crate::console::value;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::item::ItemView;

/// Items of a page.
const ROWS: usize = 200;
/// Most columns: the item's own page has the rest.
const COLUMNS: usize = 10;

/// Columns that come first when a section has them.
const FIRST: &[&str] = &[
    "name",
    "version",
    "architecture",
    "manager",
    "state",
    "enabled_state",
    "uid",
    "gid",
    "groups",
    "members",
    "shell",
    "home",
    "port",
    "protocol",
    "address",
    "process",
    "type",
    "size_bytes",
    "target",
    "source",
];

/// A row: the item and a text per column.
#[derive(Clone, Debug)]
pub(in crate::console) struct ItemRow {
    pub(in crate::console) id: String,
    pub(in crate::console) key: String,
    pub(in crate::console) cells: Vec<String>,
    pub(in crate::console) since: Time,
}

#[derive(Template)]
#[template(path = "section.html")]
pub(in crate::console) struct SectionPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) host_id: String,
    pub(in crate::console) host_name: String,
    pub(in crate::console) section: &'static str,
    pub(in crate::console) q: String,
    pub(in crate::console) status: &'static str,
    pub(in crate::console) problems: Vec<String>,
    pub(in crate::console) is_known: bool,
    pub(in crate::console) seen_at: Option<Time>,
    pub(in crate::console) columns: Vec<String>,
    pub(in crate::console) hidden_columns: usize,
    pub(in crate::console) rows: Vec<ItemRow>,
    pub(in crate::console) total: usize,
    pub(in crate::console) matching: usize,
    pub(in crate::console) pager: Pager,
}

/// The attributes that most items have, the telling ones first.
fn columns(items: &[ItemView]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in items.iter().flat_map(|item| item.attributes.keys()) {
        *counts.entry(name).or_default() += 1;
    }
    let rank = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
    let mut names: Vec<(&str, usize)> = counts.into_iter().collect();
    names.sort_by_key(|(name, count)| (rank(name), std::cmp::Reverse(*count), *name));
    names.into_iter().map(|(name, _)| name.to_owned()).collect()
}

fn contains(item: &ItemView, needle: &str) -> bool {
    item.key.to_lowercase().contains(needle)
        || item.attributes.values().any(|value| value::exact(value).to_lowercase().contains(needle))
}

fn row(item: &ItemView, columns: &[String]) -> ItemRow {
    let cell = |name: &String| item.attributes.get(name).map(|v| value::cell(name, v)).unwrap_or_default();
    let key = value::middle(&item.key, 60);
    ItemRow { id: item.id.to_string(), key, cells: columns.iter().map(cell).collect(), since: item.since }
}

async fn page(visitor: &Visitor, id: &str, section: &str) -> Result<Response, ServiceError> {
    let missing = || ServiceError::NotFound { kind: "section", id: section.chars().take(80).collect() };
    let name: SectionName = section.parse().map_err(|_| missing())?;
    let (service, call) = (visitor.service(), &visitor.call);
    let view = service.get_host(call, parse(id)?).await?;
    let host = view.host.value;
    let head = view.inventory.as_ref().and_then(|inventory| inventory.sections.get(&name));
    let items = service.host_section(call, host.id, name).await?;
    let q = visitor.parameter("q").unwrap_or_default();
    let needle = q.to_lowercase();
    let matching: Vec<&ItemView> = items.iter().filter(|item| needle.is_empty() || contains(item, &needle)).collect();
    let from = visitor.parameter("cursor").and_then(|cursor| cursor.parse::<usize>().ok()).unwrap_or_default();
    let mut columns = columns(&items);
    // A column that only says the key again says nothing.
    columns
        .retain(|name| items.iter().any(|item| item.attributes.get(name).and_then(|v| v.as_str()) != Some(&item.key)));
    let hidden_columns = columns.len().saturating_sub(COLUMNS);
    columns.truncate(COLUMNS);
    let next = from.saturating_add(ROWS);
    let next_cursor = (next < matching.len()).then(|| next.to_string());
    let title = format!("{} – {}", visitor.locale.name("section", name.as_str()), host.name);
    let page = SectionPage {
        page: Shell::at(visitor, "/hosts", &title).await,
        host_id: host.id.to_string(),
        host_name: host.name,
        section: name.as_str(),
        q,
        status: head.map_or("unsupported", |head| head.status.as_str()),
        problems: head.iter().flat_map(|h| &h.problems).map(|p| format!("{}: {}", p.source, p.message)).collect(),
        is_known: head.is_some_and(|head| head.is_known),
        seen_at: head.filter(|head| head.is_known).map(|head| head.seen_at),
        rows: matching.iter().skip(from).take(ROWS).map(|item| row(item, &columns)).collect(),
        columns: columns.iter().map(|name| value::name(name)).collect(),
        hidden_columns,
        total: items.len(),
        matching: matching.len(),
        pager: list::Pager::new(visitor, &format!("/hosts/{}/{}", host.id, name.as_str()), next_cursor),
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /hosts/{id}/{section}`.
pub(in crate::console) async fn show(visitor: Visitor, Path((id, section)): Path<(String, String)>) -> Response {
    let outcome = page(&visitor, &id, &section).await;
    visitor.answer(outcome)
}
