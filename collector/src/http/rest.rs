//! The REST API: `/api/v1/…`, its OpenAPI description, and what all of its handlers share.

mod account;
mod agent;
mod alert;
mod alert_rule;
mod approval;
mod approval_rule;
mod ask;
mod attachment;
mod audit;
pub(crate) mod availability;
mod blackout;
mod board;
mod bulk;
mod calendar;
pub(crate) mod capacity;
mod catalogue;
mod change_template;
mod channel;
mod class;
pub(crate) mod clock;
mod declared;
mod delegation;
mod delivery;
mod escalation;
mod event;
mod evidence;
pub(crate) mod export;
mod finding;
mod grant;
mod hearing;
pub(crate) mod host;
mod identification;
pub(crate) mod import;
mod improvement;
pub(crate) mod item;
mod knowledge;
pub(crate) mod kpi;
mod level;
mod link;
mod list;
mod maintenance;
mod on_call;
pub(crate) mod order;
mod pin;
mod policy;
mod priority;
mod problem_proposal;
mod profile;
mod relation;
mod report;
pub(crate) mod report_plan;
mod retention;
mod review;
pub(crate) mod saved_search;
pub(crate) mod search;
mod separation;
mod silence;
mod source;
mod status;
mod subscription;
mod team;
mod ticket;
mod ticket_count;
mod told;
mod transition;
mod upsert;
mod view;
mod volatility;
mod waiver;
mod watcher;

use std::fmt::Write;

use axum::Json;
use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use muster_shared::id::RequestId;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;

pub(crate) use self::list::ListQuery;
use super::problem::Refusal;
use crate::app::{Local, Shared};
use crate::authority::sha256_hex;
use crate::console::asset;
use crate::service::named::Place;
use crate::service::{Call, ServiceError, invalid};
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(OpenApi)]
#[openapi(
    info(title = "Muster", description = "A CMDB that is true: items, drift, tickets.", license(name = "Apache-2.0")),
    modifiers(&Bearer),
    security(("bearer" = []))
)]
struct Description;

struct Bearer;

impl utoipa::Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        openapi.components.get_or_insert_default().add_security_scheme("bearer", scheme);
    }
}

fn described() -> OpenApiRouter<Shared> {
    OpenApiRouter::with_openapi(Description::openapi()).nest(
        "/api/v1",
        OpenApiRouter::new()
            .merge(host::router())
            .merge(identification::router())
            .merge(item::router())
            .merge(declared::router())
            .merge(bulk::router())
            .merge(upsert::router())
            .merge(class::router())
            .merge(relation::router())
            .merge(finding::router())
            .merge(evidence::router())
            .merge(policy::router())
            .merge(profile::router())
            .merge(waiver::router())
            .merge(problem_proposal::router())
            .merge(priority::router())
            .merge(retention::router())
            .merge(watcher::router())
            .merge(volatility::router())
            .merge(ticket::router())
            .merge(transition::router())
            .merge(ticket_count::router())
            .merge(link::router())
            .merge(catalogue::router())
            .merge(knowledge::router())
            .merge(blackout::router())
            .merge(change_template::router())
            .merge(delegation::router())
            .merge(grant::router())
            .merge(separation::router())
            .merge(team::router())
            .merge(review::router())
            .merge(attachment::router())
            .merge(approval::router())
            .merge(approval_rule::router())
            .merge(board::router())
            .merge(agent::router())
            .merge(account::router())
            .merge(audit::router())
            .merge(export::router())
            .merge(report::router())
            .merge(source::router())
            .merge(told::router())
            .merge(import::router())
            .merge(pin::router())
            .merge(saved_search::router())
            .merge(search::router())
            .merge(calendar::router())
            .merge(level::router())
            .merge(clock::router())
            .merge(kpi::router())
            .merge(availability::router())
            .merge(capacity::router())
            .merge(report_plan::router())
            .merge(improvement::router())
            .merge(event::router())
            .merge(alert::router())
            .merge(alert_rule::router())
            .merge(silence::router())
            .merge(maintenance::router())
            .merge(channel::router())
            .merge(hearing::router())
            .merge(subscription::router())
            .merge(delivery::router())
            .merge(on_call::router())
            .merge(escalation::router())
            .merge(status::router()),
    )
}

/// The OpenAPI 3.1 description, as it is checked in.
pub fn openapi() -> String {
    let (_, description) = described().split_for_parts();
    description.to_pretty_json().unwrap_or_default() + "\n"
}

/// The routes.
pub fn router() -> Router<Shared> {
    let (routes, description) = described().split_for_parts();
    let json = description.to_json().unwrap_or_default();
    let page = docs_page(&description);
    let description = move || async move { ([(header::CONTENT_TYPE, "application/json")], json) };
    routes
        .route("/api/openapi.json", get(description))
        .route("/api/docs", get(|| async move { Html(page) }))
        .route("/api/{*rest}", get(super::edge::not_found))
}

/// A plain page for people: every path with its methods and what it does.
fn docs_page(description: &utoipa::openapi::OpenApi) -> String {
    let mut rows = String::new();
    for (path, item) in &description.paths.paths {
        let methods = [
            ("GET", &item.get),
            ("POST", &item.post),
            ("PUT", &item.put),
            ("PATCH", &item.patch),
            ("DELETE", &item.delete),
        ];
        for (method, operation) in methods {
            let Some(operation) = operation else { continue };
            let summary = operation.summary.as_deref().unwrap_or_default();
            // Only texts of this program get in here, none of which holds a sign of HTML.
            let _ = writeln!(rows, "<li><code>{method} {path}</code> {summary}</li>");
        }
    }
    let (style, mark) = (asset::path("console.css"), asset::path("mark.svg"));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Muster API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"{mark}\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"{style}\"></head>\
         <body class=\"outside\"><main id=\"main\"><h1>Muster API</h1><p>Authenticate with <code>Authorization: Bearer &lt;API token&gt;</code>. \
         The whole description is <a href=\"/api/openapi.json\">OpenAPI 3.1</a>.</p><ul class=\"plain-list\">\n{rows}</ul></main></body></html>\n"
    )
}

/// Whether the collector can serve: it reads its store.
pub(super) async fn ready(State(app): State<Shared>) -> Response {
    match app.service.stats().await {
        Ok(_) => "ready\n".into_response(),
        Err(error) => Refusal::from(error).into_response(),
    }
}

/// Who calls the API: the bearer of a token.
pub(crate) struct Caller(pub(crate) Call);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Refusal> {
        const NO_TOKEN: ServiceError =
            ServiceError::Unauthenticated("an API token is needed: send it as `Authorization: Bearer <token>`");
        if let Some(Local(call)) = parts.extensions.get::<Local>() {
            return Ok(Self(call.clone()));
        }
        let text = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (scheme, token) = text.split_once(' ').ok_or(NO_TOKEN)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(NO_TOKEN.into());
        }
        let actor = app.service.authenticate_token(token.trim()).await?;
        let request_id = parts.extensions.get::<RequestId>().copied();
        // What comes through the command line is said by a person, and not by a script.
        let agent = parts.headers.get(header::USER_AGENT).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
        let via = if agent.starts_with(b"muster/") { "cli" } else { "api" };
        Ok(Self(Call { actor, via, request_id }))
    }
}

/// `GET /metrics`: what the collector measures of itself, for Prometheus.
pub(crate) async fn metrics(State(app): State<Shared>, Caller(call): Caller) -> Result<Response, Refusal> {
    let text = app.service.metrics(&call).await?;
    Ok(([(header::CONTENT_TYPE, crate::measure::MEDIA_TYPE)], text).into_response())
}

/// The account of a caller; every bearer of a token is one.
fn account_of(call: &Call) -> Result<muster_shared::id::UserId, Refusal> {
    let nobody = ServiceError::Unauthenticated("an account is needed for this");
    call.actor.user().ok_or_else(|| nobody.into())
}

/// An id in a path.
fn id<T: std::str::FromStr<Err = muster_shared::id::InvalidId>>(kind: &'static str, text: &str) -> Result<T, Refusal> {
    // A malformed id is the id of nothing.
    text.parse().map_err(|_| ServiceError::NotFound { kind, id: text.chars().take(80).collect() }.into())
}

/// The key of a request that may come twice, and the digest that tells whether it is the same request.
fn repetition(headers: &HeaderMap, body: &impl serde::Serialize) -> Result<Option<(String, String)>, Refusal> {
    match headers.get("idempotency-key").map(|value| value.to_str().unwrap_or_default()) {
        None => Ok(None),
        Some(key) if (1..=128).contains(&key.len()) => {
            Ok(Some((key.to_owned(), sha256_hex(&serde_json::to_vec(body).unwrap_or_default()))))
        }
        Some(_) => Err(invalid("/Idempotency-Key", "a text of 1 to 128 characters").into()),
    }
}

/// A body that names things where ids stand, read with their ids.
async fn named<T: DeserializeOwned>(
    app: &Shared,
    call: &Call,
    mut body: Value,
    places: &[Place],
) -> Result<T, Refusal> {
    Box::pin(app.service.name_places(call, &mut body, "", places)).await?;
    crate::http::body::parse(&serde_json::to_vec(&body).unwrap_or_default())
}

type Answer<T> = Result<Json<T>, Refusal>;
