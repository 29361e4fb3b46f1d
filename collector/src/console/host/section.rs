//! `/hosts/{id}/{section}`: the items of a section, their telling attributes in columns.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_shared::{SectionName, Time};

use super::edit::parse;
use crate::console::answer;
use crate::console::attribute;
use crate::console::list::{self, Pager};
use crate::console::locale::Locale;
use crate::console::moment::MomentBar;
use crate::console::shell::Shell;
use crate::console::value;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::item::ItemView;

/// Items of a page.
const ROWS: usize = 200;
/// A row: the item and a text per column.
#[derive(Clone, Debug)]
pub(in crate::console) struct ItemRow {
    pub(in crate::console) id: String,
    pub(in crate::console) key: String,
    /// What the column is called, and its text.
    pub(in crate::console) cells: Vec<(String, String)>,
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
    pub(in crate::console) hidden: usize,
    pub(in crate::console) rows: Vec<ItemRow>,
    pub(in crate::console) total: usize,
    pub(in crate::console) matching: usize,
    pub(in crate::console) pager: Pager,
    pub(in crate::console) moment: MomentBar,
}

/// The columns: what tells most of such an item, as far as any item has it. One that only says the key again says nothing.
fn columns(section: SectionName, items: &[ItemView]) -> Vec<&'static str> {
    let value = |item: &ItemView, name: &str| item.attributes.get(name).or_else(|| item.metrics.get(name)).cloned();
    let says = |item: &ItemView, name: &str| value(item, name).is_some_and(|value| value.as_str() != Some(&item.key));
    attribute::telling(section).iter().copied().filter(|name| items.iter().any(|item| says(item, name))).collect()
}

/// Attributes that no column shows.
fn hidden(items: &[ItemView], columns: &[&str]) -> usize {
    let names: BTreeSet<&String> = items.iter().flat_map(|item| item.attributes.keys()).collect();
    names.into_iter().filter(|name| !columns.contains(&name.as_str())).count()
}

fn contains(item: &ItemView, needle: &str) -> bool {
    item.key.to_lowercase().contains(needle)
        || item.attributes.values().any(|value| value::exact(value).to_lowercase().contains(needle))
}

fn row(item: &ItemView, columns: &[&str], locale: Locale) -> ItemRow {
    let value = |name: &&str| item.attributes.get(*name).or_else(|| item.metrics.get(*name));
    let text = |name: &&str| value(name).map(|v| attribute::cell(locale, name, v)).unwrap_or_default();
    let cell = |name: &&str| (attribute::label(locale, name), text(name));
    let key = value::middle(&item.key, 60);
    ItemRow { id: item.id.to_string(), key, cells: columns.iter().map(cell).collect(), since: item.since }
}

async fn page(visitor: &Visitor, id: &str, section: &str) -> Result<Response, ServiceError> {
    let missing = || ServiceError::NotFound { kind: "section", id: section.chars().take(80).collect() };
    let name: SectionName = section.parse().map_err(|_| missing())?;
    let (service, call, moment) = (visitor.service(), &visitor.call, visitor.moment()?);
    let view = service.get_host(call, parse(id)?, moment).await?;
    let host = view.host.value;
    let head = view.known.as_ref().and_then(|known| known.sections.get(&name));
    let items = service.host_section(call, host.id, name, moment).await?;
    let q = visitor.parameter("q").unwrap_or_default();
    let needle = q.to_lowercase();
    let matching: Vec<&ItemView> = items.iter().filter(|item| needle.is_empty() || contains(item, &needle)).collect();
    let from = visitor.parameter("cursor").and_then(|cursor| cursor.parse::<usize>().ok()).unwrap_or_default();
    let columns = columns(name, &items);
    let locale = visitor.locale;
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
        rows: matching.iter().skip(from).take(ROWS).map(|item| row(item, &columns, locale)).collect(),
        columns: columns.iter().map(|name| attribute::label(locale, name)).collect(),
        hidden: hidden(&items, &columns),
        total: items.len(),
        matching: matching.len(),
        moment: MomentBar::new(format!("/hosts/{}/{}", host.id, name.as_str()), moment),
        pager: list::Pager::new(visitor, &format!("/hosts/{}/{}", host.id, name.as_str()), next_cursor),
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /hosts/{id}/{section}`.
pub(in crate::console) async fn show(visitor: Visitor, Path((id, section)): Path<(String, String)>) -> Response {
    let outcome = page(&visitor, &id, &section).await;
    visitor.answer(outcome)
}
