//! `/items/{id}/relations`, `/items/{id}/impact` and `/services`: what depends on what, and how services do.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::history::Moment;
use muster_model::query;
use muster_model::relation::graph::Direction;
use muster_model::text::{Phrase, Word};
use muster_shared::Time;
use muster_shared::id::NodeId;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ask::Ask;
use super::list::{List, ListParameters, ListQuery, MomentParameters};
use super::view::{ImpactAnswer, RelationListed, ServiceListed};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::past::elapsed;
use crate::service::relation::NewRelation;
use crate::service::{ServiceError, invalid};

/// Steps that are followed when it is not said.
const USUAL_DEPTH: u32 = 5;
/// Nodes that are listed when it is not said, and at most.
const USUAL: usize = 200;
const MOST: usize = 1_000;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, declare))
        .routes(routes!(retract))
        .routes(routes!(impact))
        .routes(routes!(services))
        .routes(routes!(service))
}

fn node(text: &str) -> Result<NodeId, Refusal> {
    super::id("item", text)
}

/// The relations of a host or an item, now or at a moment
#[utoipa::path(get, path = "/items/{id}/relations", params(("id" = String, Path), MomentParameters), responses((status = 200, body = List<RelationListed>)))]
async fn list(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<RelationListed>> {
    let moment = query.moment()?;
    let views = app.service.list_relations(&call, node(&text)?, moment).await?;
    let now = moment.since().unwrap_or_else(|| app.service.now());
    Ok(Json(List::whole(views.into_iter().map(|view| RelationListed::of(view, now)).collect())))
}

/// A relation from the item in the path.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Declare {
    /// `depends_on`, `runs_on`, ... or the name as the other end sees it, such as `needed_by`: docs/classes.md lists them.
    kind: String,
    /// Id of the other end: a host, an item of one, or an item that people declared.
    to: String,
    /// The redundancy group of the item that depends.
    group: Option<String>,
    /// Why.
    reason: String,
}

/// Declare a relation
#[utoipa::path(post, path = "/items/{id}/relations", params(("id" = String, Path)), request_body = Declare, responses((status = 201, body = RelationListed)))]
async fn declare(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<Declare>,
) -> Result<Response, Refusal> {
    let from = node(&text)?;
    let given = body.to.chars().take(80).collect::<String>();
    let to = body.to.parse().map_err(|_| invalid("/to", Phrase::new("not_an_id").with("id", given)))?;
    let new = NewRelation { kind: body.kind, to, group: body.group, reason: body.reason };
    let stored = app.service.declare_relation(&call, from, new).await?;
    let (version, view) = (stored.version, app.service.relation_view(&call, from, stored).await);
    Ok(etag::tagged(StatusCode::CREATED, version, RelationListed::of(view, app.service.now())))
}

/// Why something is done.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Why {
    /// Why.
    reason: String,
}

/// Take back a relation that people declared; it is kept as one of the past
#[utoipa::path(delete, path = "/items/{id}/relations/{relation}", params(("id" = String, Path), ("relation" = String, Path), Why), responses((status = 204)))]
async fn retract(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, relation)): Path<(String, String)>,
    Ask(why): Ask<Why>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let seen = etag::required(&headers)?;
    let id = super::id("relation", &relation)?;
    app.service.retract_relation(&call, node(&text)?, id, &why.reason, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which way, how deep and when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Walk {
    /// `up`: what is hit when it fails (the default). `down`: what it depends on.
    direction: Option<String>,
    /// Steps that are followed: 1 to 20, 5 without it.
    depth: Option<u32>,
    /// Nodes that are listed: 1 to 1000, 200 without it. All are counted.
    limit: Option<usize>,
    /// As it was at this time (RFC 3339, or a day).
    as_of: Option<String>,
    /// As far as it was known at this time: relations are known as they begin and end.
    known_at: Option<String>,
}

/// What is hit when a host or item fails, or what it depends on, each with the shortest path that explains it
#[utoipa::path(get, path = "/items/{id}/impact", params(("id" = String, Path), Walk), responses((status = 200, body = ImpactAnswer)))]
async fn impact(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    Ask(walk): Ask<Walk>,
) -> Answer<ImpactAnswer> {
    let direction = match &walk.direction {
        None => Direction::Up,
        Some(text) => *Direction::ALL.iter().find(|direction| direction.as_str() == text).ok_or_else(|| {
            let given: String = text.chars().take(60).collect();
            let why = Phrase::new("no_choice").with("value", given).term("field", "field", "direction");
            invalid("/direction", why.with("choices", Word::list(["up", "down"])))
        })?,
    };
    let between = |min: usize, max: usize| Phrase::new("number_from_to").with("min", min).with("max", max);
    let depth = walk.depth.unwrap_or(USUAL_DEPTH);
    if !(1..=20).contains(&depth) {
        return Err(invalid("/depth", between(1, 20)).into());
    }
    let limit = walk.limit.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(invalid("/limit", between(1, MOST)).into());
    }
    let time = |field: &str, text: &Option<String>| -> Result<Option<Time>, Refusal> {
        let Some(text) = text else { return Ok(None) };
        let wrong = || Phrase::new("query_time").with("field", field).with("value", text.as_str());
        let at = query::moment(text).ok_or_else(|| invalid(&format!("/{field}"), wrong()))?;
        Ok(Some(elapsed(field, at, app.service.now())?))
    };
    let moment = Moment { as_of: time("as_of", &walk.as_of)?, known_at: time("known_at", &walk.known_at)? };
    let view = app.service.impact(&call, node(&text)?, direction, depth, moment, limit).await?;
    Ok(Json(ImpactAnswer::from(view)))
}

/// Business services and applications with how they do, the worst first; at a moment: as it was seen then, `unknown` before
/// anybody looked
#[utoipa::path(get, path = "/services", params(ListParameters, MomentParameters), responses((status = 200, body = List<ServiceListed>)))]
async fn services(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<ServiceListed>> {
    let (window, query) = query.parse(&app.service.registry().await?.item_fields())?;
    Ok(Json(List::of(app.service.list_services(&call, &query, &window).await?, ServiceListed::from)))
}

/// One business service or application with how it does
#[utoipa::path(get, path = "/services/{id}", params(("id" = String, Path), MomentParameters), responses((status = 200, body = ServiceListed)))]
async fn service(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Result<Response, Refusal> {
    let missing = || ServiceError::NotFound { kind: "service", id: text.chars().take(80).collect() };
    let id = text.parse().map_err(|_| missing())?;
    let view = app.service.get_service(&call, id, query.moment()?).await?;
    Ok(etag::tagged(StatusCode::OK, view.item.version, ServiceListed::from(view)))
}
