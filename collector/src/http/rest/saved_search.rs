//! `/saved-searches`: questions that people keep.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::query::fields;
use muster_model::saved_search::ListName;
use muster_model::text::{Phrase, Word};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::invalid;
use crate::service::saved_search::{SavedSearchDraft, SavedSearchEdit, SavedSearchView};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, change, remove))
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
    let draft = SavedSearchDraft { name: body.name, list, filter: body.filter, is_shared: body.shared };
    Ok(answer(StatusCode::CREATED, app.service.create_saved_search(&call, draft).await?))
}

/// What is changed; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SearchEdit {
    name: Option<String>,
    list: Option<String>,
    filter: Option<String>,
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
    let edit = SavedSearchEdit { name: body.name, list, filter: body.filter, is_shared: body.shared };
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
