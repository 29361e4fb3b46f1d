//! `/grants`: what accounts are allowed, and `/observed-access`: what they have beside that.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::grant::{Grant, GrantState};
use muster_model::query::fields;
use muster_shared::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::access::observed::Seen;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
        .routes(routes!(revoke))
        .routes(routes!(suspend))
        .routes(routes!(resume))
        .routes(routes!(observed))
}

/// Whether an agent sees a grant on a host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantPlace)]
struct PlaceView {
    host: String,
    host_name: String,
    is_there: bool,
    /// Since when that is known.
    since: String,
}

/// Why it may be together with what it is to be separate from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantException)]
struct ExceptionView {
    reason: String,
    until: Option<String>,
}

/// A host that it is for no more.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantLeft)]
struct LeftView {
    host: String,
    /// Since when.
    at: String,
}

/// The work that its end made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GrantRemoval)]
struct RemovalView {
    /// Number of the task.
    task: String,
    /// Since when no agent sees it any more.
    proven_at: Option<String>,
}

/// What an account is allowed on hosts, for a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Grant)]
struct View {
    id: String,
    /// Number of the ticket by which it was granted.
    number: String,
    account: String,
    /// `account`, `group` or `sudo`.
    entitlement: &'static str,
    group: Option<String>,
    /// Ids of the hosts.
    hosts: Vec<String>,
    /// Id of the service or item that it is for: its hosts are those that serve it.
    resource: Option<String>,
    /// The question over hosts that it is for.
    question: Option<String>,
    /// Hosts of before, that it is for no more.
    left: Vec<LeftView>,
    /// Id of who has it.
    holder: Option<String>,
    reason: String,
    valid_from: String,
    valid_to: Option<String>,
    /// `planned`, `active`, `expiring`, `expired`, `revoked` or `suspended`.
    status: &'static str,
    is_privileged: bool,
    /// Whether somebody let themselves in without votes.
    is_emergency: bool,
    exception: Option<ExceptionView>,
    granted_by: String,
    granted_at: String,
    reviewed_at: Option<String>,
    /// Who ended or suspended it.
    ended_by: Option<String>,
    ended_at: Option<String>,
    ended_because: Option<String>,
    /// Where agents see it, host by host.
    places: Vec<PlaceView>,
    removal: Option<RemovalView>,
    version: u64,
}

impl View {
    fn of(stored: Versioned<Grant>, now: Time) -> Self {
        let (status, is_privileged) = (stored.value.status(now).as_str(), stored.value.is_privileged());
        let grant = stored.value;
        let resource = grant.resource().map(|node| node.to_string());
        let (ended_by, ended_at, ended_because) = match grant.state {
            GrantState::Given => (None, None, None),
            GrantState::Suspended { by, at, reason } | GrantState::Revoked { by, at, reason } => {
                (Some(by), Some(at), Some(reason))
            }
            GrantState::Expired { at } => (None, Some(at), None),
        };
        let place = |place: muster_model::grant::Place| PlaceView {
            host: place.host.to_string(),
            host_name: place.host_name,
            is_there: place.is_there,
            since: place.since.to_string(),
        };
        let text = |at: Option<Time>| at.map(|at| at.to_string());
        Self {
            id: grant.id.to_string(),
            number: grant.number,
            account: grant.account,
            entitlement: grant.entitlement.as_str(),
            group: grant.group,
            hosts: grant.hosts.iter().map(ToString::to_string).collect(),
            resource,
            question: grant.follows.and_then(|follows| follows.question),
            left: grant
                .left
                .iter()
                .map(|left| LeftView { host: left.host.to_string(), at: left.at.to_string() })
                .collect(),
            holder: grant.holder.map(|holder| holder.to_string()),
            reason: grant.reason,
            valid_from: grant.valid_from.to_string(),
            valid_to: text(grant.valid_to),
            status,
            is_privileged,
            is_emergency: grant.is_emergency,
            exception: grant
                .exception
                .map(|exception| ExceptionView { reason: exception.reason, until: text(exception.until) }),
            granted_by: grant.granted_by,
            granted_at: grant.granted_at.to_string(),
            reviewed_at: text(grant.reviewed_at),
            ended_by,
            ended_at: text(ended_at),
            ended_because,
            places: grant.places.into_iter().map(place).collect(),
            removal: grant
                .removal
                .map(|removal| RemovalView { task: removal.number, proven_at: text(removal.proven_at) }),
            version: stored.version,
        }
    }
}

fn answer(app: &Shared, stored: Versioned<Grant>) -> Response {
    etag::tagged(StatusCode::OK, stored.version, View::of(stored, app.service.now()))
}

/// Grants, the newest first: those that are not over unless the filter asks for a status
#[utoipa::path(get, path = "/grants", params(ListParameters), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<View>> {
    let (window, query) = query.parse(&fields::GRANT)?;
    let (page, now) = (app.service.list_grants(&call, &query, &window).await?, app.service.now());
    Ok(Json(List::of(page, |stored| View::of(stored, now))))
}

/// The grant of an id, or of the number of its ticket
#[utoipa::path(get, path = "/grants/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(&app, app.service.get_grant(&call, &text).await?))
}

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = GrantReason)]
struct Because {
    /// Why.
    reason: String,
}

/// Take a grant back: its ticket closes, a task has it taken off the hosts, and agents prove that
#[utoipa::path(post, path = "/grants/{id}/revoke", params(("id" = String, Path)), request_body = Because, responses((status = 200, body = View)))]
async fn revoke(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Because>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    Ok(answer(&app, app.service.revoke_grant(&call, &text, &body.reason, seen).await?))
}

/// Let a grant not hold for now
#[utoipa::path(post, path = "/grants/{id}/suspend", params(("id" = String, Path)), request_body = Because, responses((status = 200, body = View)))]
async fn suspend(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Because>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    Ok(answer(&app, app.service.suspend_grant(&call, &text, Some(&body.reason), seen).await?))
}

/// Let a suspended grant hold again
#[utoipa::path(post, path = "/grants/{id}/resume", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn resume(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    Ok(answer(&app, app.service.suspend_grant(&call, &text, None, seen).await?))
}

/// What an account has, or should have, on a host.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ObservedAccess)]
struct SeenView {
    host: String,
    host_name: String,
    account: String,
    /// `account`, `group docker`, `sudo`, `sudo ops` (by that group), `key`.
    right: String,
    /// `granted`, `orphan` (no grant ever allowed it), `left_over` (one did, and is over), `missing` (granted and not there), `unknown`.
    standing: &'static str,
    /// Id of the grant that allows it, or did.
    grant: Option<String>,
    /// Number of its ticket.
    number: Option<String>,
    /// When that grant ended.
    ended_at: Option<String>,
    /// The item by which the agent sees it.
    item: Option<String>,
}

impl From<Seen> for SeenView {
    fn from(seen: Seen) -> Self {
        let (grant, number) = seen.grant.unzip();
        Self {
            host: seen.host.to_string(),
            host_name: seen.host_name,
            account: seen.account,
            right: seen.right,
            standing: seen.standing.as_str(),
            grant: grant.map(|grant| grant.to_string()),
            number,
            ended_at: seen.ended_at.map(|at| at.to_string()),
            item: seen.item.map(|item| item.to_string()),
        }
    }
}

/// What accounts have on hosts beside what grants allow, host by host; a page ends with a host
#[utoipa::path(get, path = "/observed-access", params(ListParameters), responses((status = 200, body = List<SeenView>)))]
async fn observed(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<SeenView>> {
    let (window, query) = query.parse(&fields::OBSERVED)?;
    Ok(Json(List::of(app.service.list_observed(&call, &query, &window).await?, SeenView::from)))
}
