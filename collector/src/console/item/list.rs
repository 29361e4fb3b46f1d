//! `/items`: items of all classes over all hosts, found by a query; with the values that narrow it down.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::saved_search::ListName;
use muster_shared::{SectionName, Time};
use serde_json::Value;

use crate::console::list::{self, Pager};
use crate::console::locale::Locale;
use crate::console::saved::{self, SavedBar};
use crate::console::shell::Shell;
use crate::console::visitor::{Visitor, form_pairs};
use crate::console::{answer, attribute, markup, value};
use crate::http::rest::{ListQuery, export};
use crate::service::listing::Listed;
use crate::service::past::elapsed_query;
use crate::service::{Page, ServiceError, Window};

/// Items whose values are counted beside the list.
const SAMPLE: usize = 500;
/// Values of a field that are offered.
const OFFERED: usize = 6;
/// Attributes of an item that its row shows.
const SHOWN: usize = 3;

/// A row of the list.
#[derive(Clone, Debug)]
pub(in crate::console) struct Row {
    pub(in crate::console) href: String,
    pub(in crate::console) name: String,
    pub(in crate::console) class: String,
    pub(in crate::console) details: String,
    pub(in crate::console) host: Option<(String, String)>,
    pub(in crate::console) since: Time,
    pub(in crate::console) is_present: bool,
}

/// A value that narrows the list down.
#[derive(Clone, Debug)]
pub(in crate::console) struct Offer {
    pub(in crate::console) label: String,
    pub(in crate::console) count: usize,
    pub(in crate::console) href: String,
}

/// The values of a field.
#[derive(Clone, Debug)]
pub(in crate::console) struct Facet {
    pub(in crate::console) title: String,
    pub(in crate::console) offers: Vec<Offer>,
}

#[derive(Template)]
#[template(path = "items.html")]
pub(in crate::console) struct ItemsPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) q: String,
    pub(in crate::console) error: Option<String>,
    pub(in crate::console) rows: Vec<Row>,
    pub(in crate::console) facets: Vec<Facet>,
    /// Where those of them that people declare are changed at once, for whom may.
    pub(in crate::console) bulk: Option<String>,
    /// The addresses of the same list as CSV and JSON.
    pub(in crate::console) exports: Vec<(&'static str, String)>,
    pub(in crate::console) examples: Vec<(&'static str, String)>,
    pub(in crate::console) pager: Pager,
    pub(in crate::console) saved: SavedBar,
    pub(in crate::console) fields: String,
}

/// Questions that people ask first.
const EXAMPLES: &[&str] = &[
    "class:package name:openssl",
    "class:user uid:0 -name:root",
    "class:listener port:22",
    "class:service enabled_state:enabled",
    "class:filesystem used_percent>90",
];

fn class_of(item: &Listed) -> String {
    match item {
        Listed::Discovered(item) => item.class.as_str().to_owned(),
        Listed::Declared(item) => item.value.class.clone(),
    }
}

fn row(item: &Listed, locale: Locale) -> Row {
    let class = locale.name("section", &class_of(item));
    match item {
        Listed::Discovered(item) => {
            let telling = attribute::telling(item.class).iter().filter(|name| **name != "name");
            let detail = |name: &&str| {
                let seen = item.attributes.get(*name).or_else(|| item.metrics.get(*name))?;
                Some(format!("{} {}", attribute::label(locale, name), attribute::cell(locale, name, seen)))
            };
            Row {
                href: format!("/items/{}", item.id),
                name: value::middle(item.name(), 60),
                class,
                details: telling.filter_map(detail).take(SHOWN).collect::<Vec<_>>().join(", "),
                host: Some((format!("/hosts/{}", item.host), item.host_name.clone())),
                since: item.since,
                is_present: item.is_present,
            }
        }
        Listed::Declared(item) => {
            let item = &item.value;
            Row {
                href: format!("/items/{}", item.id),
                name: value::middle(&item.name, 60),
                class,
                details: item.owner.clone().unwrap_or_default(),
                host: None,
                since: item.updated_at,
                is_present: !item.lifecycle.is_over(),
            }
        }
    }
}

/// The query with another demand.
fn narrowed(q: &str, field: &str, value: &str) -> String {
    let is_plain = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '+'));
    let value =
        if is_plain { value.to_owned() } else { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) };
    format!("/items?q={}", markup::url(format!("{q} {field}:{value}").trim()))
}

fn facet(
    title: String,
    q: &str,
    field: &str,
    items: &[Listed],
    value: impl Fn(&Listed) -> Option<(String, String)>,
) -> Option<Facet> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for found in items.iter().filter_map(value) {
        *counts.entry(found).or_default() += 1;
    }
    let mut offers: Vec<Offer> = counts
        .into_iter()
        .map(|((value, label), count)| Offer { href: narrowed(q, field, &value), label, count })
        .collect();
    offers.sort_by_key(|offer| std::cmp::Reverse(offer.count));
    // One value alone narrows nothing down.
    let is_choice = offers.len() > 1;
    offers.truncate(OFFERED);
    is_choice.then_some(Facet { title, offers })
}

fn facets(q: &str, items: &[Listed], locale: Locale) -> Vec<Facet> {
    let class = |item: &Listed| {
        let class = class_of(item);
        let label = locale.name("section", &class);
        Some((class, label))
    };
    let host = |item: &Listed| match item {
        Listed::Discovered(item) => Some((item.host_name.clone(), item.host_name.clone())),
        Listed::Declared(_) => None,
    };
    let named = |name: &'static str| {
        move |item: &Listed| match item {
            Listed::Discovered(item) if matches!(item.class, SectionName::Package) => {
                let text = item.attributes.get(name).and_then(Value::as_str)?;
                Some((text.to_owned(), value::middle(text, 24)))
            }
            _ => None,
        }
    };
    [
        facet(locale.t("col-class"), q, "class", items, class),
        facet(locale.t("col-host"), q, "host_name", items, host),
        facet(attribute::label(locale, "version"), q, "version", items, named("version")),
        facet(attribute::label(locale, "manager"), q, "manager", items, named("manager")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let q = visitor.parameter("q").unwrap_or_default();
    let (service, call) = (visitor.service(), &visitor.call);
    let registry = service.registry().await?;
    let known = registry.item_fields();
    let nothing = || Page { items: Vec::new(), next_cursor: None };
    let asked = Query::parse(&q, &known).map_err(ServiceError::from);
    let asked = asked.and_then(|query| elapsed_query("filter", &query, service.now()).map(|()| query));
    let (found, sample, error) = match asked {
        // Everything there is would be no answer: without a question there are examples.
        Ok(query) if query.is_empty() => (nothing(), Vec::new(), None),
        Ok(query) => {
            let found = service.list_everything(call, &query, &list::window(visitor)).await?;
            let all = Window { limit: SAMPLE, cursor: None };
            (found, service.list_everything(call, &query, &all).await?.items, None)
        }
        Err(error) => (nothing(), Vec::new(), Some(list::query_error(error, locale)?)),
    };
    let export = |format: &'static str| (format, format!("/items/export?format={format}&filter={}", markup::url(&q)));
    let has_declared = found.items.iter().any(|item| matches!(item, Listed::Declared(_)));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let example = |text: &&'static str| (*text, format!("/items?q={}", markup::url(text)));
    let page = ItemsPage {
        page: Shell::at(visitor, "/items", &locale.t("items-title")).await,
        error,
        saved: saved::bar(visitor, ListName::Items, &q).await?,
        pager: Pager::new(visitor, "/items", found.next_cursor),
        rows: found.items.iter().map(|item| row(item, locale)).collect(),
        facets: facets(&q, &sample, locale),
        bulk: (has_declared && visitor.may_all(Action::ItemManage))
            .then(|| format!("/items/bulk?q={}", markup::url(&q))),
        exports: if found.items.is_empty() { Vec::new() } else { vec![export("csv"), export("json")] },
        examples: EXAMPLES.iter().map(example).collect(),
        fields: known.names().collect::<Vec<_>>().join(", "),
        q,
    };
    Ok(answer::page(status, &page))
}

/// `GET /items/export`: the whole list that the query means, as a file.
pub(in crate::console) async fn export(visitor: Visitor) -> Response {
    let pairs = form_pairs(&visitor.query).into_iter().filter(|(_, value)| !value.is_empty()).collect();
    export::whole_items(visitor.app.clone(), visitor.call.clone(), ListQuery::of(pairs, visitor.app.service.now()))
        .await
        .into_response()
}

/// `GET /items`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
