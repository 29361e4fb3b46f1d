//! `/users`, `/roles`, `/api-tokens`, `/sessions`.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::account::{ApiToken, Session, User};
use muster_model::query::fields;
use muster_model::right::{Action, Reach, Reaches, Role, Scope, holders};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller, account_of};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::account::{NewUser, UserEdit};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(roles))
        .routes(routes!(list_tokens, create_token))
        .routes(routes!(revoke_token))
        .routes(routes!(list_sessions))
        .routes(routes!(end_session))
}

/// Where a role counts: what lies in one of these, and what concerns the account itself.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = Reach)]
struct ReachBody {
    /// Sites of hosts and items.
    sites: BTreeSet<String>,
    /// Owners of hosts and items, and groups that tickets are assigned to.
    teams: BTreeSet<String>,
    /// Services by id, with what people say that they depend on; by name too where they are written.
    services: BTreeSet<String>,
}

impl From<Reach> for ReachBody {
    fn from(Reach { sites, teams, services }: Reach) -> Self {
        Self { sites, teams, services }
    }
}

impl From<ReachBody> for Reach {
    fn from(ReachBody { sites, teams, services }: ReachBody) -> Self {
        Self { sites, teams, services }
    }
}

/// Reaches as they come in.
type ReachBodies = BTreeMap<Role, ReachBody>;

fn reaches(bodies: ReachBodies) -> Reaches {
    bodies.into_iter().map(|(role, reach)| (role, reach.into())).collect()
}

/// An account, without its secrets.
#[derive(Debug, Serialize, ToSchema)]
struct UserView {
    id: String,
    name: String,
    display_name: String,
    roles: Vec<String>,
    /// Where roles count, of those that do not count everywhere, by role.
    reaches: BTreeMap<String, ReachBody>,
    has_password: bool,
    /// Whom they report to.
    manager: Option<String>,
    disabled: bool,
    created_at: String,
    version: u64,
}

impl From<Versioned<User>> for UserView {
    fn from(stored: Versioned<User>) -> Self {
        let user = stored.value;
        Self {
            id: user.id.to_string(),
            name: user.name,
            display_name: user.display_name,
            roles: user.roles.iter().map(ToString::to_string).collect(),
            reaches: user.reaches.into_iter().map(|(role, reach)| (role.to_string(), reach.into())).collect(),
            manager: user.manager.map(|id| id.to_string()),
            has_password: user.password_hash.is_some(),
            disabled: user.disabled,
            created_at: user.created_at.to_string(),
            version: stored.version,
        }
    }
}

/// Accounts by name
#[utoipa::path(get, path = "/users", params(ListParameters), responses((status = 200, body = List<UserView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<UserView>> {
    let (window, query) = query.parse(&fields::USER)?;
    let users = app.service.list_users(&call).await?;
    Ok(Json(List::chosen(users.into_iter().map(UserView::from).collect(), (&window, &query))?))
}

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CreateUser)]
struct Create {
    /// Sign-in name.
    name: String,
    display_name: Option<String>,
    /// At least 15 characters; without one the account signs in by token only.
    password: Option<String>,
    #[schema(value_type = Vec<String>)]
    roles: Vec<Role>,
    /// Where roles count, by role; those that are not named count everywhere.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, ReachBody>)]
    reaches: ReachBodies,
    /// Whom they report to, by sign-in name or id.
    manager: Option<String>,
}

/// Make an account
#[utoipa::path(post, path = "/users", request_body = Create, responses((status = 201, body = UserView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Create>,
) -> Result<Response, Refusal> {
    let Create { name, display_name, password, roles, reaches, manager } = body;
    let new = NewUser { name, display_name, password, roles, reaches: self::reaches(reaches), manager };
    let stored = app.service.create_user(&call, new).await?;
    Ok(etag::tagged(StatusCode::CREATED, stored.version, UserView::from(stored)))
}

/// One account
#[utoipa::path(get, path = "/users/{id}", params(("id" = String, Path)), responses((status = 200, body = UserView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_user(&call, super::id("user", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, UserView::from(stored)))
}

/// What may be changed of an account. Absent fields stay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = UpdateUser)]
struct Update {
    display_name: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    roles: Option<Vec<Role>>,
    /// Where roles count, by role: all of those that do not count everywhere.
    #[schema(value_type = Option<BTreeMap<String, ReachBody>>)]
    reaches: Option<ReachBodies>,
    disabled: Option<bool>,
    password: Option<String>,
    /// Whom they report to, and who agrees to what they ask for: an id, or the name that they sign in with; empty is nobody.
    #[serde(default, deserialize_with = "said")]
    manager: Option<String>,
}

/// A field that is there: null says the same as an empty text.
fn said<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(deserializer)?.unwrap_or_default()))
}

/// Change an account; its sessions end when its roles, its password or its standing change
#[utoipa::path(patch, path = "/users/{id}", params(("id" = String, Path)), request_body = Update, responses((status = 200, body = UserView)))]
async fn update(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Update>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let Update { display_name, roles, reaches, disabled, password, manager } = body;
    let edit = UserEdit { display_name, roles, reaches: reaches.map(self::reaches), disabled, password, manager };
    let stored = app.service.update_user(&call, super::id("user", &text)?, edit, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, UserView::from(stored)))
}

/// A role and its rights.
#[derive(Debug, Serialize, ToSchema)]
struct RoleView {
    name: String,
    rights: Vec<String>,
}

/// The roles and their rights
#[utoipa::path(get, path = "/roles", responses((status = 200, body = List<RoleView>)))]
async fn roles(Caller(_): Caller) -> Answer<List<RoleView>> {
    let rights = |role: &Role| {
        let held = Action::ALL.iter().filter(|action| holders(**action).contains(role));
        held.map(ToString::to_string).collect()
    };
    let view = |role: &Role| RoleView { name: role.to_string(), rights: rights(role) };
    Ok(Json(List::whole(Role::ALL.iter().map(view).collect())))
}

/// An API token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
struct TokenView {
    id: String,
    name: String,
    scopes: Vec<String>,
    created_at: String,
    expires_at: String,
    revoked_at: Option<String>,
    /// The token's text: only in the answer that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

impl TokenView {
    fn new(token: ApiToken, text: Option<String>) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            scopes: token.scopes.iter().map(ToString::to_string).collect(),
            created_at: token.created_at.to_string(),
            expires_at: token.expires_at.to_string(),
            revoked_at: token.revoked_at.map(|at| at.to_string()),
            token: text,
        }
    }
}

/// Own API tokens, without their secrets
#[utoipa::path(get, path = "/api-tokens", params(ListParameters), responses((status = 200, body = List<TokenView>)))]
async fn list_tokens(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<TokenView>> {
    let (window, query) = query.parse(&fields::API_TOKEN)?;
    let tokens = app.service.list_api_tokens(&call, account_of(&call)?).await?;
    let views = tokens.into_iter().map(|stored| TokenView::new(stored.value, None)).collect();
    Ok(Json(List::chosen(views, (&window, &query))?))
}

const fn ninety() -> u32 {
    90
}

/// A new API token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateToken {
    /// What it is for.
    name: String,
    /// `read`, `work` or `all`; at most what the caller's own token has.
    #[schema(value_type = Vec<String>)]
    scopes: Vec<Scope>,
    /// How long it lives; 90 unless told.
    #[serde(default = "ninety")]
    days: u32,
}

/// Make an own API token; its text is in this answer and nowhere else
#[utoipa::path(post, path = "/api-tokens", request_body = CreateToken, responses((status = 201, body = TokenView)))]
async fn create_token(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<CreateToken>,
) -> Result<(StatusCode, Json<TokenView>), Refusal> {
    let user = account_of(&call)?;
    let (text, token) = app.service.create_api_token(&call, user, &body.name, body.scopes, body.days).await?;
    Ok((StatusCode::CREATED, Json(TokenView::new(token, Some(text)))))
}

/// Take an own API token back
#[utoipa::path(delete, path = "/api-tokens/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn revoke_token(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<StatusCode, Refusal> {
    app.service.revoke_api_token(&call, account_of(&call)?, super::id("API token", &text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
struct SessionView {
    id: String,
    created_at: String,
    used_at: String,
    user_agent: String,
}

impl From<Session> for SessionView {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.to_string(),
            created_at: session.created_at.to_string(),
            used_at: session.used_at.to_string(),
            user_agent: session.user_agent,
        }
    }
}

/// Own sessions
#[utoipa::path(get, path = "/sessions", responses((status = 200, body = List<SessionView>)))]
async fn list_sessions(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<SessionView>> {
    let sessions = app.service.list_sessions(&call, account_of(&call)?).await?;
    Ok(Json(List::whole(sessions.into_iter().map(SessionView::from).collect())))
}

/// End an own session
#[utoipa::path(delete, path = "/sessions/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn end_session(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<StatusCode, Refusal> {
    app.service.end_session(&call, account_of(&call)?, super::id("session", &text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
