//! `/items`: items of all classes over all hosts, found by a query; with the values that narrow it down.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use muster_model::facet::Tally;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::saved_search::{ListName, Sort};
use muster_shared::Time;

use crate::console::list::{self, Heading, Pager};
use crate::console::locale::Locale;
use crate::console::saved::{self, SavedBar};
use crate::console::shell::Shell;
use crate::console::visitor::{Visitor, form_pairs};
use crate::console::{answer, attribute, markup, value};
use crate::http::rest::{ListQuery, export, order};
use crate::service::ServiceError;
use crate::service::listing::Listed;
use crate::service::past::elapsed_query;

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
    /// The id of an item that people declare: several of them can be chosen and changed.
    pub(in crate::console) id: Option<String>,
}

/// A value that narrows the list down.
#[derive(Clone, Debug)]
pub(in crate::console) struct Offer {
    pub(in crate::console) label: String,
    pub(in crate::console) count: String,
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
    /// How many there are in all.
    pub(in crate::console) total: Option<String>,
    pub(in crate::console) facets: Vec<Facet>,
    pub(in crate::console) headings: Vec<Heading>,
    pub(in crate::console) sort: String,
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
                id: None,
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
                id: Some(item.id.to_string()),
            }
        }
    }
}

/// The query with another demand.
fn narrowed((q, sort): (&str, Option<&Sort>), field: &str, value: &str) -> String {
    let is_plain = value.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '+'));
    let value =
        if is_plain { value.to_owned() } else { format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"")) };
    let order = sort.map(|sort| format!("&sort={}", markup::url(&sort.to_string()))).unwrap_or_default();
    format!("/items?q={}{order}", markup::url(format!("{q} {field}:{value}").trim()))
}

/// A value for people.
fn word(locale: Locale, field: &str, value: &str) -> String {
    match field {
        "class" => locale.name("section", value),
        "host.status" => locale.name("host-status", value),
        "status" => locale.name("item-status", value),
        "lifecycle" | "host.lifecycle" => locale.name("lifecycle", value),
        "criticality" | "host.criticality" => locale.name("criticality", value),
        _ => value::middle(value, 24),
    }
}

fn facets(q: (&str, Option<&Sort>), tally: &Tally, locale: Locale) -> Vec<Facet> {
    let facet = |(field, values): (&'static str, Vec<(String, usize)>)| {
        let offer = |(value, count): (String, usize)| Offer {
            href: narrowed(q, field, &value),
            label: word(locale, field, &value),
            count: grouped(count),
        };
        // One value alone narrows nothing down.
        (values.len() > 1)
            .then(|| Facet { title: locale.name("facet", field), offers: values.into_iter().map(offer).collect() })
    };
    tally.facets(OFFERED).filter_map(facet).collect()
}

/// A number in groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let group = |(place, digit): (usize, char)| {
        let comma = place > 0 && (digits.len() - place).is_multiple_of(3);
        comma.then_some(',').into_iter().chain([digit])
    };
    digits.chars().enumerate().flat_map(group).collect()
}

fn total(tally: &Tally, locale: Locale) -> String {
    let more = if tally.is_exact { "" } else { "+" };
    locale.with("items-total", &[("count", &format!("{}{more}", grouped(tally.count)))])
}

/// What was found of a question: a page of it, what it holds in all, and the order.
#[derive(Default)]
struct Found {
    items: Vec<Listed>,
    next_cursor: Option<String>,
    tally: Option<Tally>,
    sort: Option<Sort>,
}

async fn found(visitor: &Visitor, q: &str) -> Result<Found, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let query = Query::parse(q, &service.registry().await?.item_fields())?;
    elapsed_query("filter", &query, service.now())?;
    let sort = order::asked(service, ListName::Items, visitor.parameter("sort")).await?;
    // Everything there is would be no answer: without a question there are examples.
    if query.is_empty() {
        return Ok(Found::default());
    }
    let page = order::items(service, call, &query, (sort.as_ref(), &list::window(visitor))).await?;
    let tally = Some(service.count_items(call, &query).await?);
    Ok(Found { items: page.items, next_cursor: page.next_cursor, tally, sort })
}

/// The columns: what each is called, and by what it sorts.
const COLUMNS: &[(&str, Option<&str>)] = &[
    ("col-name", Some("name")),
    ("col-class", Some("class")),
    ("col-details", None),
    ("col-host", Some("host_name")),
    ("since", Some("since")),
];

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let q = visitor.parameter("q").unwrap_or_default();
    let registry = visitor.service().registry().await?;
    let known = registry.item_fields();
    let (found, error) = match found(visitor, &q).await {
        Ok(found) => (found, None),
        Err(error) => (Found::default(), Some(list::query_error(error, locale)?)),
    };
    let path = format!("/items?q={}&", markup::url(&q));
    let heading =
        |(key, column): &(&str, Option<&str>)| Heading::new(locale.t(key), &path, *column, found.sort.as_ref());
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
        total: found.tally.as_ref().map(|tally| total(tally, locale)),
        facets: found.tally.as_ref().map(|tally| facets((&q, found.sort.as_ref()), tally, locale)).unwrap_or_default(),
        headings: COLUMNS.iter().map(heading).collect(),
        sort: found.sort.as_ref().map(ToString::to_string).unwrap_or_default(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_exact_or_say_that_there_are_more() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        let text = |count, is_exact| {
            let mut tally = Tally::exact();
            (tally.count, tally.is_exact) = (count, is_exact);
            total(&tally, Locale::English)
        };
        assert_eq!((text(1_234, true), text(10_000, false)), ("1,234 items".to_owned(), "10,000+ items".to_owned()));
    }
}
