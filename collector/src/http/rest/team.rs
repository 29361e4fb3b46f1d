//! `/teams`: people who work together.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::query::fields;
use muster_model::team::{Roster, Team};
use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::Call;
use crate::service::account::Person;
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
    /// The names that they sign in with, in the same order; the id of one that is not there any more.
    member_names: Vec<String>,
    lead: Option<String>,
    lead_name: Option<String>,
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

impl View {
    fn of(stored: Versioned<Team>, people: &[Person]) -> Self {
        let Team { id, roster, changed_by, changed_at } = stored.value;
        let name = |id: &UserId| {
            let known = people.iter().find(|person| person.id == *id);
            known.map_or_else(|| id.to_string(), |person| person.name.clone())
        };
        Self {
            id: id.to_string(),
            name: roster.name,
            description: roster.description,
            members: roster.members.iter().map(ToString::to_string).collect(),
            member_names: roster.members.iter().map(name).collect(),
            lead_name: roster.lead.as_ref().map(name),
            lead: roster.lead.map(|lead| lead.to_string()),
            changed_by,
            changed_at: changed_at.to_string(),
            version: stored.version,
        }
    }
}

async fn answer(app: &Shared, call: &Call, status: StatusCode, stored: Versioned<Team>) -> Result<Response, Refusal> {
    let people = app.service.list_people(call).await?;
    Ok(etag::tagged(status, stored.version, View::of(stored, &people)))
}

/// Teams, by name
#[utoipa::path(get, path = "/teams", params(ListParameters), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<View>> {
    let (window, query) = query.parse(&fields::NAMED)?;
    let people = app.service.list_people(&call).await?;
    let teams = app.service.list_teams(&call).await?.into_iter();
    Ok(Json(List::chosen(teams.map(|team| View::of(team, &people)).collect(), (&window, &query))?))
}

/// One team
#[utoipa::path(get, path = "/teams/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let team = app.service.get_team(&call, super::id("team", &text)?).await?;
    answer(&app, &call, StatusCode::OK, team).await
}

/// Make a team
#[utoipa::path(post, path = "/teams", request_body = Body, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: Body = super::named(&app, &call, body, PLACES).await?;
    let team = app.service.create_team(&call, body.into()).await?;
    answer(&app, &call, StatusCode::CREATED, team).await
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
    let team = app.service.replace_team(&call, id, body.into(), seen).await?;
    answer(&app, &call, StatusCode::OK, team).await
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
