//! `/saved-searches`: questions that people keep.

pub(crate) mod rows;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::query::fields;
use muster_model::saved_search::ListName;
use muster_model::text::{Phrase, Word};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use self::rows::{Asked, RowsParameters};
use super::list::{List, ListParameters, ListQuery, write_cursor};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::invalid;
use crate::service::saved_search::{SavedSearchDraft, SavedSearchEdit, SavedSearchView};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, change, remove)).routes(routes!(rows))
}

/// What does not hold of a search any more: a class or an attribute that it names is gone.
#[derive(Debug, Serialize, ToSchema)]
struct ProblemView {
    /// The character of the filter at which it goes wrong; the first is 1.
    column: usize,
    /// What is wrong there and what would be right.
    detail: String,
}

/// A saved search.
#[derive(Debug, Serialize, ToSchema)]
struct SavedView {
    id: String,
    name: String,
    /// `hosts`, `items`, `findings` or `tickets`.
    list: &'static str,
    /// The question, in the query language.
    filter: String,
    /// What is shown of each record; empty is what is usual.
    columns: Vec<String>,
    /// The column by which the records are sorted, with `-` before it from the last to the first; null is the order of the list.
    sort: Option<String>,
    /// Whether everybody who may see the list sees it.
    shared: bool,
    /// The sign-in name of who keeps it.
    owner: String,
    owner_id: String,
    /// What does not hold any more; null when all does.
    problem: Option<ProblemView>,
    created_at: String,
    updated_at: String,
    version: u64,
}

impl From<SavedSearchView> for SavedView {
    fn from(view: SavedSearchView) -> Self {
        let (search, version) = (view.search.value, view.search.version);
        let problem = view.problem.map(|error| ProblemView { column: error.column, detail: error.why.to_string() });
        Self {
            id: search.id.to_string(),
            name: search.name,
            list: search.list.as_str(),
            filter: search.filter,
            columns: search.columns,
            sort: search.sort.map(String::from),
            shared: search.is_shared,
            owner: view.owner,
            owner_id: search.owner.to_string(),
            problem,
            created_at: search.created_at.to_string(),
            updated_at: search.updated_at.to_string(),
            version,
        }
    }
}

fn answer(status: StatusCode, view: SavedSearchView) -> Response {
    etag::tagged(status, view.search.version, SavedView::from(view))
}

fn list_name(name: &str) -> Result<ListName, Refusal> {
    let all = || Word::list(ListName::ALL.iter().map(|list| list.as_str()));
    let wrong = || {
        let value: String = name.chars().take(60).collect();
        invalid("/list", Phrase::new("class_choice").with("value", value).with("choices", all()))
    };
    Ok(ListName::of(name).ok_or_else(wrong)?)
}

/// One's own saved searches and those that are shared, by name
#[utoipa::path(get, path = "/saved-searches", params(ListParameters), responses((status = 200, body = List<SavedView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<SavedView>> {
    let (window, query) = query.parse(&fields::SAVED_SEARCH)?;
    Ok(Json(List::of(app.service.list_saved_searches(&call, &query, &window).await?, SavedView::from)))
}

/// One saved search
#[utoipa::path(get, path = "/saved-searches/{id}", params(("id" = String, Path)), responses((status = 200, body = SavedView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let id = super::id("saved search", &text)?;
    Ok(answer(StatusCode::OK, app.service.get_saved_search(&call, id).await?))
}

/// A search to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSearch {
    /// What it is called: one's own searches have different names.
    name: String,
    /// `hosts`, `items`, `findings` or `tickets`.
    list: String,
    /// The question, in the query language; empty is everything.
    #[serde(default)]
    filter: String,
    /// What is shown of each record: fields of the list's records, and attributes of items; empty is what is usual.
    #[serde(default)]
    columns: Vec<String>,
    /// The column by which the records are sorted, with `-` before it from the last to the first; empty is the order of the list.
    #[serde(default)]
    sort: String,
    /// Whether everybody who may see the list sees it.
    #[serde(default)]
    shared: bool,
}

/// Save a search
#[utoipa::path(post, path = "/saved-searches", request_body = NewSearch, responses((status = 201, body = SavedView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewSearch>,
) -> Result<Response, Refusal> {
    let list = list_name(&body.list)?;
    let NewSearch { name, filter, columns, sort, shared: is_shared, .. } = body;
    let draft = SavedSearchDraft { name, list, filter, columns, sort, is_shared };
    Ok(answer(StatusCode::CREATED, app.service.create_saved_search(&call, draft).await?))
}

/// What is changed; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SearchEdit {
    name: Option<String>,
    list: Option<String>,
    filter: Option<String>,
    columns: Option<Vec<String>>,
    sort: Option<String>,
    shared: Option<bool>,
}

/// Change a saved search: one's own, or a shared one
#[utoipa::path(patch, path = "/saved-searches/{id}", params(("id" = String, Path)), request_body = SearchEdit, responses((status = 200, body = SavedView)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<SearchEdit>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("saved search", &text)?, etag::required(&headers)?);
    let list = body.list.as_deref().map(list_name).transpose()?;
    let SearchEdit { name, filter, columns, sort, shared: is_shared, .. } = body;
    let edit = SavedSearchEdit { name, list, filter, columns, sort, is_shared };
    Ok(answer(StatusCode::OK, app.service.update_saved_search(&call, id, edit, seen).await?))
}

/// Remove a saved search: one's own, or a shared one
#[utoipa::path(delete, path = "/saved-searches/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("saved search", &text)?, etag::required(&headers)?);
    app.service.remove_saved_search(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A page of what a saved search finds.
#[derive(Debug, Serialize, ToSchema)]
struct RowsAnswer {
    /// What each record shows.
    columns: Vec<String>,
    /// By what they are sorted.
    sort: Option<String>,
    /// The records: their id, and the columns by name.
    #[schema(value_type = Vec<Object>)]
    items: Vec<Value>,
    /// Send it as `cursor` for the next page; null at the end.
    next_cursor: Option<String>,
}

/// Ask a saved search: its records with its columns in its order; `columns` and `sort` ask for others this once
#[utoipa::path(get, path = "/saved-searches/{id}/rows", params(("id" = String, Path), RowsParameters), responses((status = 200, body = RowsAnswer)))]
async fn rows(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    mut query: ListQuery,
) -> Answer<RowsAnswer> {
    let search = app.service.get_saved_search(&call, super::id("saved search", &text)?).await?.search.value;
    let mut asked = Asked::of(&search);
    if let Some(columns) = query.take("columns") {
        asked.columns = columns.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    }
    if let Some(sort) = query.take("sort") {
        asked.sort = Some(sort.trim().to_owned()).filter(|sort| !sort.is_empty()).map(Into::into);
    }
    let (window, _) = query.parse(&fields::NONE)?;
    let table = asked.rows(&app.service, &call, &window).await?;
    let next_cursor = table.page.next_cursor.as_deref().map(write_cursor);
    let items = table.page.items.iter().map(|record| table.row(record)).collect();
    Ok(Json(RowsAnswer { items, columns: table.columns, sort: asked.sort.map(String::from), next_cursor }))
}
