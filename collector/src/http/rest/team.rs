//! `/teams`: people who work together.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::team::{Roster, Team};
use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::named::{Place, What};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, remove))
}

/// Where a team names people.
const PLACES: &[Place] = &[("/members/*", What::Person), ("/lead", What::Person)];

/// People who work together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewTeam)]
struct Body {
    /// What tickets have as their group, hosts and items as their owner, rotas and stages of votes as theirs.
    name: String,
    /// What it is there for.
    #[serde(default)]
    description: String,
    /// Who is in it, by id or sign-in name.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    members: Vec<UserId>,
    /// Who leads it, one of them.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    lead: Option<UserId>,
}

/// The same as it is stored.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Team)]
struct View {
    id: String,
    name: String,
    description: String,
    /// Ids of users.
    members: Vec<String>,
    lead: Option<String>,
    changed_by: String,
    changed_at: String,
    version: u64,
}

impl From<Body> for Roster {
    fn from(body: Body) -> Self {
        let Body { name, description, members, lead } = body;
        Self { name: name.trim().to_owned(), description: description.trim().to_owned(), members, lead }
    }
}

impl From<Versioned<Team>> for View {
    fn from(stored: Versioned<Team>) -> Self {
        let Team { id, roster, changed_by, changed_at } = stored.value;
        Self {
            id: id.to_string(),
            name: roster.name,
            description: roster.description,
            members: roster.members.iter().map(ToString::to_string).collect(),
            lead: roster.lead.map(|lead| lead.to_string()),
            changed_by,
            changed_at: changed_at.to_string(),
            version: stored.version,
        }
    }
}

fn answer(status: StatusCode, stored: Versioned<Team>) -> Response {
    etag::tagged(status, stored.version, View::from(stored))
}

/// Teams, by name
#[utoipa::path(get, path = "/teams", responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<View>> {
    Ok(Json(List::whole(app.service.list_teams(&call).await?.into_iter().map(View::from).collect())))
}

/// One team
#[utoipa::path(get, path = "/teams/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_team(&call, super::id("team", &text)?).await?))
}

/// Make a team
#[utoipa::path(post, path = "/teams", request_body = Body, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: Body = super::named(&app, &call, body, PLACES).await?;
    Ok(answer(StatusCode::CREATED, app.service.create_team(&call, body.into()).await?))
}

/// Change a team: all of it
#[utoipa::path(put, path = "/teams/{id}", params(("id" = String, Path)), request_body = Body, responses((status = 200, body = View)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("team", &text)?, etag::required(&headers)?);
    let body: Body = super::named(&app, &call, body, PLACES).await?;
    Ok(answer(StatusCode::OK, app.service.replace_team(&call, id, body.into(), seen).await?))
}

/// Take a team away: what names it keeps the name
#[utoipa::path(delete, path = "/teams/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("team", &text)?, etag::required(&headers)?);
    app.service.remove_team(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}
