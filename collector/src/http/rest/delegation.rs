//! `/delegations`: who votes in whose place, for a time.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::approval::delegation::Delegation;
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
use crate::service::Service;
use crate::service::approval::delegation::DelegationDraft;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(remove))
}

/// Somebody votes in another's place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delegation)]
struct View {
    id: String,
    /// In whose place.
    from: String,
    from_name: String,
    /// Who votes.
    to: String,
    to_name: String,
    starts_at: String,
    ends_at: String,
    /// Only on tickets of this kind.
    kind: Option<&'static str>,
    /// Only on tickets about this service.
    service: Option<String>,
    service_name: Option<String>,
    reason: String,
    version: u64,
}

impl From<Versioned<Delegation>> for View {
    fn from(stored: Versioned<Delegation>) -> Self {
        let it = stored.value;
        Self {
            id: it.id.to_string(),
            from: it.from.to_string(),
            from_name: it.from_name,
            to: it.to.to_string(),
            to_name: it.to_name,
            starts_at: it.starts_at.to_string(),
            ends_at: it.ends_at.to_string(),
            kind: it.kind.map(muster_model::ticket::Kind::as_str),
            service: it.service,
            service_name: it.service_name,
            reason: it.reason,
            version: stored.version,
        }
    }
}

/// Delegations from and to you that are not over; all of them for who may see accounts
#[utoipa::path(get, path = "/delegations", params(ListParameters), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<View>> {
    let (window, query) = query.parse(&fields::NONE)?;
    let views = app.service.list_delegations(&call).await?.into_iter().map(View::from).collect();
    Ok(Json(List::chosen(views, (&window, &query))?))
}

/// Who votes in your place.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewDelegation {
    /// Who votes: an id, or the name that they sign in with.
    to: String,
    /// From when; now without it.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Time>,
    /// Until when, at most a year.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Time,
    /// Only on tickets of this kind.
    kind: Option<String>,
    /// Only on tickets about this service and what it stands on: its id or its name.
    service: Option<String>,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// Let somebody vote in your place. It goes no further, and never to who asks for a ticket or does its work
#[utoipa::path(post, path = "/delegations", request_body = NewDelegation, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<NewDelegation>,
) -> Result<Response, Refusal> {
    let kind = body.kind.as_deref().map(Service::parse_kind).transpose()?;
    let NewDelegation { to, starts_at, ends_at, service, reason, .. } = body;
    let draft = DelegationDraft { to, starts_at, ends_at, kind, service, reason };
    let stored = app.service.create_delegation(&call, draft).await?;
    Ok(etag::tagged(StatusCode::CREATED, stored.version, View::from(stored)))
}

/// Take a delegation back
#[utoipa::path(delete, path = "/delegations/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("delegation", &text)?, etag::required(&headers)?);
    app.service.remove_delegation(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}
