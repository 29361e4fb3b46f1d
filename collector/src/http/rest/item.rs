//! `/items`: items of all classes, one item, its history.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::history::Moment;
use muster_model::query::{Query, fields};
use muster_model::reconcile::Explained;
use muster_model::right::Action;
use muster_model::saved_search::ListName;
use muster_shared::Attributes;
use muster_shared::id::NodeId;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{BetweenParameters, FilterParameters, List, ListParameters, ListQuery, MomentParameters};
use super::order::{self, SortParameters};
use super::view::{Change, DeclaredView, DiffAnswer, DifferenceView, FindingView, Item};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::listing::Listed;
use crate::service::past::NotKnown;
use crate::service::{Call, Window, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(facets))
        .routes(routes!(get))
        .routes(routes!(history))
        .routes(routes!(diff))
        .routes(routes!(diff_of_item))
}

/// Items of all classes that are there now: those of hosts, then those that people declare; or in the order of a column
#[utoipa::path(get, path = "/items", params(ListParameters, SortParameters, MomentParameters), responses((status = 200, body = List<ListedItem>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, mut query: ListQuery) -> Answer<List<ListedItem>> {
    let sort = query.take_sort(&app.service, ListName::Items).await?;
    let (window, query) = query.parse(&app.service.registry().await?.item_fields())?;
    let page = order::items(&app.service, &call, &query, (sort.as_ref(), &window)).await?;
    Ok(Json(List::of(page, ListedItem::from)))
}

/// How many items there are.
#[derive(Debug, Serialize, ToSchema)]
struct TotalView {
    count: usize,
    /// Whether there are just so many; else there are at least so many.
    exact: bool,
}

/// How many items have a value of a field.
#[derive(Debug, Serialize, ToSchema)]
struct FacetValue {
    value: String,
    items: usize,
}

/// The values of a field, those first that most items have. `field:value` narrows the list down to one of them.
#[derive(Debug, Serialize, ToSchema)]
struct FacetView {
    field: &'static str,
    values: Vec<FacetValue>,
}

/// What a list of items holds besides the page that is shown.
#[derive(Debug, Serialize, ToSchema)]
struct FacetsView {
    total: TotalView,
    facets: Vec<FacetView>,
}

/// Values of a facet that an answer gives.
const VALUES: usize = 50;

/// How many items a filter means, and how many of them have which class, host, site, criticality, lifecycle, status, package
/// manager and version. Where the index cannot tell, 10,000 items or 1,000 hosts are looked at, and the counts are what was found
#[utoipa::path(get, path = "/items/facets", params(FilterParameters, MomentParameters), responses((status = 200, body = FacetsView)))]
async fn facets(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<FacetsView> {
    let (_, query) = query.parse(&app.service.registry().await?.item_fields())?;
    let tally = app.service.count_items(&call, &query).await?;
    let values =
        |values: Vec<(String, usize)>| values.into_iter().map(|(value, items)| FacetValue { value, items }).collect();
    let facets = tally.facets(VALUES).map(|(field, counts)| FacetView { field, values: values(counts) }).collect();
    Ok(Json(FacetsView { total: TotalView { count: tally.count, exact: tally.is_exact }, facets }))
}

/// An item of a list: of a host, or one that people declared.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum ListedItem {
    Discovered(Box<Item>),
    Declared(Box<DeclaredView>),
}

impl From<Listed> for ListedItem {
    fn from(listed: Listed) -> Self {
        match listed {
            Listed::Discovered(item) => Self::Discovered(Box::new(Item::from(item))),
            Listed::Declared(item) => Self::Declared(Box::new(DeclaredView::from(item))),
        }
    }
}

/// An item with the findings that stand on it, of a moment those that stood then: they say what is authorised instead.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ItemDetail)]
struct Detail {
    #[serde(flatten)]
    item: Item,
    findings: Vec<FindingView>,
    /// Values that people add, of attributes that an owner added to the class.
    #[schema(value_type = Object)]
    declared: Attributes,
    /// What every source says of each attribute, best believed first, and why the winner won: `pinned`, `only`, `agreed`,
    /// `rank`, `younger`, `newest` or `last`.
    #[schema(value_type = Object)]
    values: std::collections::BTreeMap<String, Explained>,
}

/// A declared item with what is said of it.
#[derive(Debug, Serialize, ToSchema)]
struct DeclaredDetail {
    #[serde(flatten)]
    item: DeclaredView,
    /// What every source says of each value now, best believed first, and why the winner won, as of items of hosts.
    #[schema(value_type = Object)]
    values: std::collections::BTreeMap<String, Explained>,
}

/// An item of a host or one that people declared.
#[derive(ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "the schema of two answers")]
enum AnyItem {
    Discovered(Box<Detail>),
    Declared(Box<DeclaredDetail>),
}

/// One item, there or gone, now or at a moment: of a host, or one that people declared. The `ETag` is that of what people
/// declared.
#[utoipa::path(get, path = "/items/{id}", params(("id" = String, Path), MomentParameters), responses((status = 200, body = AnyItem)))]
async fn get(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Result<Response, Refusal> {
    record(&app, &call, &text, query.moment()?).await
}

/// What the API says of an item.
pub(crate) async fn record(app: &Shared, call: &Call, text: &str, moment: Moment) -> Result<Response, Refusal> {
    let id = match super::id("item", text)? {
        NodeId::Item(id) => id,
        node => {
            let stored = app.service.get_declaration(call, node, moment).await?;
            // Of the past it is kept what counted, not what else was said.
            let mut values =
                if moment.is_now() { app.service.explain_declared(&stored.value).await? } else { [].into() };
            if let (NodeId::Host(host), true) = (node, moment.is_now()) {
                let host = app.service.get_host(call, host, moment).await?.host.value;
                values.extend(app.service.explain_host(&host).await?);
            }
            let detail = DeclaredDetail { values, item: DeclaredView::from(stored) };
            return Ok(etag::tagged(StatusCode::OK, detail.item.version, detail));
        }
    };
    let detail = app.service.get_item(call, id, moment).await?;
    app.service.authorize_at(call, Action::FindingRead, NodeId::Item(detail.item.id)).await?;
    let findings = detail.findings.into_iter().map(FindingView::from).collect();
    let declared = app.service.get_declaration(call, NodeId::Item(id), moment).await?;
    let (version, declared) = (declared.version, declared.value.attributes);
    let detail = Detail { item: Item::from(detail.item), findings, declared, values: detail.values };
    Ok(etag::tagged(StatusCode::OK, version, detail))
}

/// What changed on an item until now or a moment, newest first
#[utoipa::path(get, path = "/items/{id}/history", params(("id" = String, Path), ListParameters, MomentParameters), responses((status = 200, body = List<Change>)))]
async fn history(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<Change>> {
    let (window, query) = query.parse(&fields::MOMENT)?;
    let moment = query.moment;
    let id = match super::id("item", &text)? {
        NodeId::Item(id) => id,
        node => {
            let item = app.service.get_declaration(&call, node, moment).await?.value;
            let page = app.service.declared_history(&call, node, moment, &window).await?;
            let view = |stored: Versioned<_>| Change::of_declared(&item.class, &item.name, stored.value);
            return Ok(Json(List::of(page, view)));
        }
    };
    let page = app.service.item_history(&call, id, moment, &window).await?;
    Ok(Json(List::of(page, |stored| Change::from(stored.value))))
}

/// What differs between two moments, in all that the filter means: of a host, a group of hosts, the fleet. Items of hosts come
/// first, then those that people declare, then what people say of hosts and of what agents find, then relations of which an end
/// is meant.
#[utoipa::path(get, path = "/diff", params(BetweenParameters, ListParameters), responses((status = 200, body = DiffAnswer)))]
async fn diff(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<DiffAnswer> {
    let (from, to, window, query) = query.between(&app.service.registry().await?.item_fields())?;
    let page = app.service.diff_everything(&call, &query, (from, to), &window).await?;
    let not_known = not_known(&app, &call, &query, from, &window).await?;
    Ok(Json(DiffAnswer::of(List::of(page, DifferenceView::from), not_known)))
}

/// What differs on an item between two moments, with its relations; on all items of a host when it is one
#[utoipa::path(get, path = "/items/{id}/diff", params(("id" = String, Path), BetweenParameters, ListParameters), responses((status = 200, body = DiffAnswer)))]
async fn diff_of_item(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<DiffAnswer> {
    let (from, to, window, mut query) = query.between(&app.service.registry().await?.item_fields())?;
    let node = super::id("item", &text)?;
    app.service.authorize_at(&call, Action::ItemRead, node).await?;
    let field = if matches!(node, NodeId::Host(_)) { "host" } else { "id" };
    let fields = app.service.registry().await?;
    let fields = fields.item_fields();
    query.and(field, &text, &fields).map_err(|why| invalid("/id", why))?;
    if node.declared().is_some() {
        query.and("declared", "true", &fields).map_err(|why| invalid("/id", why))?;
    }
    let page = app.service.diff_everything(&call, &query, (from, to), &window).await?;
    let not_known = not_known(&app, &call, &query, from, &window).await?;
    Ok(Json(DiffAnswer::of(List::of(page, DifferenceView::from), not_known)))
}

/// What was not known at the earlier moment, on the first page.
async fn not_known(
    app: &Shared,
    call: &Call,
    query: &Query,
    from: Moment,
    window: &Window,
) -> Result<Vec<NotKnown>, Refusal> {
    if window.cursor.is_some() {
        return Ok(Vec::new());
    }
    Ok(app.service.not_known(call, query, from).await?)
}
