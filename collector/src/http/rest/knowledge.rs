//! `/articles`, `/known-errors` and what of both is like a ticket.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::knowledge::{Article, ArticleVersion};
use muster_model::query::fields;
use muster_model::text::Phrase;
use muster_model::ticket::problem::{self, KnownError};
use muster_model::ticket::{Details, LinkKind, Ticket};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::{TicketView, at};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::knowledge::ArticleEdit;
use crate::service::ticket::known_error::Suggestion;
use crate::service::{Call, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change))
        .routes(routes!(versions))
        .routes(routes!(known_errors))
        .routes(routes!(known_error, stand))
        .routes(routes!(suggestions))
        .routes(routes!(accept))
}

/// An article.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Article)]
struct ArticleView {
    id: String,
    number: String,
    title: String,
    /// The text, as it is written.
    body: String,
    keywords: Vec<String>,
    /// `draft`, `published` or `retired`.
    state: &'static str,
    /// `public` or `internal`.
    #[schema(value_type = String)]
    visibility: Value,
    /// When somebody looks at it again.
    review_at: Option<String>,
    /// Whether that day is over.
    overdue: bool,
    /// Counts its versions.
    edition: u32,
    created_by: String,
    created_at: String,
    changed_by: String,
    changed_at: String,
    version: u64,
}

fn view(app: &Shared, stored: Versioned<Article>) -> ArticleView {
    let Versioned { value: article, version } = stored;
    ArticleView {
        overdue: article.is_overdue(app.service.now()),
        id: article.id.to_string(),
        number: article.number,
        title: article.content.title,
        body: article.content.body,
        keywords: article.content.keywords,
        state: article.content.state.as_str(),
        visibility: json!(article.content.visibility),
        review_at: article.content.review_at.map(at),
        edition: article.edition,
        created_by: article.created_by,
        created_at: at(article.created_at),
        changed_by: article.changed_by,
        changed_at: at(article.changed_at),
        version,
    }
}

fn answer(app: &Shared, status: StatusCode, stored: Versioned<Article>) -> Response {
    etag::tagged(status, stored.version, view(app, stored))
}

/// Articles, newest first; plain words of the filter are looked for in title, text and keywords
#[utoipa::path(get, path = "/articles", params(ListParameters), responses((status = 200, body = List<ArticleView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<ArticleView>> {
    let (window, query) = query.parse(&fields::ARTICLE)?;
    let page = app.service.list_articles(&call, &query, &window).await?;
    Ok(Json(List::of(page, |stored| view(&app, stored))))
}

/// What is written of an article; what is left out stays.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an edit; the service's own type is what is read")]
#[schema(as = ArticleEdit)]
struct EditFields {
    title: Option<String>,
    body: Option<String>,
    keywords: Option<Vec<String>>,
    /// `draft`, `published` (asks for `body` and `review_at`) or `retired`.
    state: Option<String>,
    /// `public` or `internal`.
    visibility: Option<String>,
    /// When somebody looks at it again, at most two years away.
    #[schema(format = DateTime)]
    review_at: Option<String>,
    /// Why it is changed.
    reason: Option<String>,
}

/// Write an article
#[utoipa::path(post, path = "/articles", request_body = EditFields, responses((status = 201, body = ArticleView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<ArticleEdit>,
) -> Result<Response, Refusal> {
    let stored = app.service.create_article(&call, body).await?;
    Ok(answer(&app, StatusCode::CREATED, stored))
}

/// One article, by id or number
#[utoipa::path(get, path = "/articles/{id}", params(("id" = String, Path)), responses((status = 200, body = ArticleView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_article(&call, &text).await?;
    Ok(answer(&app, StatusCode::OK, stored))
}

/// Write the next version of an article
#[utoipa::path(patch, path = "/articles/{id}", params(("id" = String, Path)), request_body = EditFields, responses((status = 200, body = ArticleView)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<ArticleEdit>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let stored = app.service.edit_article(&call, &text, body, seen).await?;
    Ok(answer(&app, StatusCode::OK, stored))
}

/// An article as it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArticleVersion)]
struct VersionView {
    edition: u32,
    by: String,
    at: String,
    reason: String,
    #[schema(value_type = Object)]
    content: Value,
}

impl From<ArticleVersion> for VersionView {
    fn from(version: ArticleVersion) -> Self {
        Self {
            edition: version.edition,
            by: version.by,
            at: at(version.at),
            reason: version.reason,
            content: json!(version.content),
        }
    }
}

/// All versions of an article, newest first
#[utoipa::path(get, path = "/articles/{id}/versions", params(("id" = String, Path)), responses((status = 200, body = List<VersionView>)))]
async fn versions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<VersionView>> {
    let versions = app.service.article_versions(&call, &text).await?;
    Ok(Json(List::whole(versions.into_iter().map(VersionView::from).collect())))
}

/// A known error: a problem whose cause is known.
#[derive(Debug, Serialize, ToSchema)]
struct KnownErrorView {
    /// Number of the problem.
    problem: String,
    title: String,
    /// `draft` (no way around it is known), `published`, `fixed` or `retired`.
    state: &'static str,
    /// Symptom, cause, workaround, fix, and the signature by which it is recognised.
    #[schema(value_type = Object)]
    analysis: Value,
    /// Incidents that come of it.
    incidents: Vec<String>,
}

impl From<Ticket> for KnownErrorView {
    fn from(ticket: Ticket) -> Self {
        let analysis = match &ticket.details {
            Details::Problem(problem) => json!(problem.analysis),
            _ => Value::Null,
        };
        let causes = ticket.links.iter().filter(|link| link.kind == LinkKind::Causes);
        Self {
            state: problem::known_error(&ticket).map_or("draft", KnownError::as_str),
            incidents: causes.map(|link| link.number.clone()).collect(),
            problem: ticket.number,
            title: ticket.title.to_string(),
            analysis,
        }
    }
}

/// Known errors, newest first; `state=published` for those that are suggested
#[utoipa::path(get, path = "/known-errors", params(ListParameters), responses((status = 200, body = List<KnownErrorView>)))]
async fn known_errors(
    State(app): State<Shared>,
    Caller(call): Caller,
    query: ListQuery,
) -> Answer<List<KnownErrorView>> {
    let (window, query) = query.parse(&fields::KNOWN_ERROR)?;
    let state = query.requires("state").and_then(KnownError::of);
    let page = app.service.list_known_errors(&call, state, &window).await?;
    Ok(Json(List::of(page, |stored| KnownErrorView::from(stored.value))))
}

/// What has a known error now.
#[derive(Debug, Serialize, ToSchema)]
struct ConcernedView {
    /// The question over items: `/items?filter=…` lists them.
    filter: String,
    /// How many items it means.
    count: usize,
    /// Whether all were counted; false: there are at least so many.
    is_exact: bool,
}

/// A known error with what has it now.
#[derive(Debug, Serialize, ToSchema)]
struct OneKnownErrorView {
    #[serde(flatten)]
    known: KnownErrorView,
    /// Null when its analysis names no `items`.
    concerned: Option<ConcernedView>,
    /// What may be made of it now: `draft`, `published`, `retired`.
    next: Vec<&'static str>,
    version: u64,
}

async fn one(app: &Shared, call: &Call, stored: Versioned<Ticket>) -> Result<Response, Refusal> {
    let concerned = app.service.items_of_known_error(call, &stored.value).await?;
    let concerned =
        concerned.map(|(filter, tally)| ConcernedView { filter, count: tally.count, is_exact: tally.is_exact });
    let next = problem::known_error_next(&stored.value).into_iter().map(KnownError::as_str).collect();
    let version = stored.version;
    let view = OneKnownErrorView { known: stored.value.into(), concerned, next, version };
    Ok(etag::tagged(StatusCode::OK, version, view))
}

/// One known error, by the number of its problem, with how many items have it now
#[utoipa::path(get, path = "/known-errors/{id}", params(("id" = String, Path)), responses((status = 200, body = OneKnownErrorView)))]
async fn known_error(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<Response, Refusal> {
    let stored = app.service.get_known_error(&call, &text).await?;
    one(&app, &call, stored).await
}

/// How far a known error is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Stand {
    /// `draft` (taken back), `published` (asks for a cause and a workaround) or `retired`.
    #[schema(value_type = String)]
    state: KnownError,
    /// Why; a known error is published without one.
    #[serde(default)]
    reason: String,
}

/// Publish a known error, take it back or retire it, whatever follows from its problem
#[utoipa::path(patch, path = "/known-errors/{id}", params(("id" = String, Path)), request_body = Stand, responses((status = 200, body = OneKnownErrorView)))]
async fn stand(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Stand>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let stored = app.service.stand_known_error(&call, &text, (body.state, &body.reason), seen).await?;
    one(&app, &call, stored).await
}

/// What is like a ticket.
#[derive(Debug, Serialize, ToSchema)]
struct SuggestionsView {
    /// At most three, those first for which most speaks: `problem`, `title`, `score` (1 to 100), what was `found` of the signature,
    /// and the `workaround`.
    #[schema(value_type = Vec<Object>)]
    known_errors: Vec<Value>,
    /// At most three: `number`, `title`, the `words` that both have.
    #[schema(value_type = Vec<Object>)]
    articles: Vec<Value>,
}

fn known(suggestion: &Suggestion) -> Value {
    let found: serde_json::Map<String, Value> =
        suggestion.likeness.found.iter().map(|(part, text)| ((*part).to_owned(), json!(text))).collect();
    json!({
        "problem": suggestion.problem.number, "title": suggestion.problem.title.to_string(),
        "score": suggestion.likeness.score, "found": found,
        "workaround": suggestion.analysis().and_then(|analysis| analysis.workaround.clone()),
    })
}

/// Known errors and articles that are like a ticket
#[utoipa::path(get, path = "/tickets/{id}/suggestions", params(("id" = String, Path)), responses((status = 200, body = SuggestionsView)))]
async fn suggestions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<SuggestionsView> {
    let known_errors = app.service.suggest_known_errors(&call, &text).await?;
    let articles = app.service.suggest_articles(&call, &text).await?;
    let article = |(found, article): &(muster_model::knowledge::Suggested, Article)| json!({"id": article.id, "number": article.number, "title": article.content.title, "words": found.words});
    Ok(Json(SuggestionsView {
        known_errors: known_errors.iter().map(known).collect(),
        articles: articles.iter().map(article).collect(),
    }))
}

/// The known error that an incident is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct KnownErrorOf {
    /// Number or id of the problem.
    problem: String,
}

/// Resolve an incident as a known error: close code, notes and link come with it
#[utoipa::path(post, path = "/tickets/{id}/known-error", params(("id" = String, Path)), request_body = KnownErrorOf, responses((status = 200, body = TicketView)))]
async fn accept(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<KnownErrorOf>,
) -> Result<Response, Refusal> {
    if body.problem.trim().is_empty() {
        return Err(invalid("/problem", Phrase::new("is_needed")).into());
    }
    let seen = etag::seen(&headers)?;
    let stored = app.service.accept_known_error(&call, &text, body.problem.trim(), seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, TicketView::from(stored)))
}
