//! `/separations`: what nobody may have together.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::grant::separation::{Rule, Separation, Side};
use muster_model::query::fields;
use muster_model::ticket::access::Entitlement;
use muster_shared::id::SeparationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::access::separation::Together;
use crate::service::{Call, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace, remove))
}

/// One kind of access.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SeparationSide)]
struct SideBody {
    /// `account`, `group` or `sudo`.
    entitlement: String,
    /// In which group; any without it.
    #[serde(default)]
    group: Option<String>,
    /// On which hosts, in the query language; any without it.
    #[serde(default)]
    hosts: String,
}

/// Two kinds of access that nobody may have together.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewSeparation)]
struct Body {
    /// What it is called.
    name: String,
    /// The one.
    one: SideBody,
    /// The other.
    other: SideBody,
    /// Why.
    #[serde(default)]
    reason: String,
    /// Whether it is asked.
    #[serde(default = "yes")]
    is_enabled: bool,
}

const fn yes() -> bool {
    true
}

/// The same as it is stored.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Separation)]
struct View {
    id: String,
    name: String,
    one: SideBody,
    other: SideBody,
    reason: String,
    is_enabled: bool,
    /// Access that stands though the rule keeps it apart; on single rules and lists.
    standing: Vec<TogetherView>,
    changed_by: String,
    changed_at: String,
    version: u64,
}

/// Access of one person that a rule keeps apart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StandingTogether)]
struct TogetherView {
    account: String,
    /// The numbers of the tickets by which both were granted.
    numbers: [String; 2],
    /// Whether somebody said that it may be so.
    is_excepted: bool,
}

impl From<&Together> for TogetherView {
    fn from(pair: &Together) -> Self {
        Self { account: pair.account.clone(), numbers: pair.numbers.clone(), is_excepted: pair.is_excepted }
    }
}

fn side(field: &str, body: SideBody) -> Result<Side, Refusal> {
    let known = Entitlement::ALL.iter().copied().find(|known| known.as_str() == body.entitlement);
    let names = || Entitlement::ALL.iter().map(|known| known.as_str()).collect::<Vec<_>>().join(", ");
    let wrong = || invalid(&format!("/{field}/entitlement"), format!("one of {}", names()));
    let group = body.group.map(|group| group.trim().to_owned()).filter(|group| !group.is_empty());
    Ok(Side { entitlement: known.ok_or_else(wrong)?, group, hosts: body.hosts.trim().to_owned() })
}

impl Body {
    fn rule(self) -> Result<Rule, Refusal> {
        Ok(Rule {
            name: self.name.trim().to_owned(),
            one: side("one", self.one)?,
            other: side("other", self.other)?,
            reason: self.reason.trim().to_owned(),
            is_enabled: self.is_enabled,
        })
    }
}

impl View {
    fn of(stored: Versioned<Separation>, standing: &HashMap<SeparationId, Vec<Together>>) -> Self {
        let shown = |side: Side| SideBody {
            entitlement: side.entitlement.as_str().to_owned(),
            group: side.group,
            hosts: side.hosts,
        };
        let Separation { id, rule, changed_by, changed_at } = stored.value;
        Self {
            id: id.to_string(),
            name: rule.name,
            one: shown(rule.one),
            other: shown(rule.other),
            reason: rule.reason,
            is_enabled: rule.is_enabled,
            standing: standing.get(&id).into_iter().flatten().map(TogetherView::from).collect(),
            changed_by,
            changed_at: changed_at.to_string(),
            version: stored.version,
        }
    }
}

async fn answer(
    app: &Shared,
    call: &Call,
    status: StatusCode,
    stored: Versioned<Separation>,
) -> Result<Response, Refusal> {
    let standing = app.service.standing_clashes(call).await?;
    Ok(etag::tagged(status, stored.version, View::of(stored, &standing)))
}

/// What nobody may have together, by when it was made
#[utoipa::path(get, path = "/separations", params(ListParameters), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<View>> {
    let (window, query) = query.parse(&fields::NAMED)?;
    let standing = app.service.standing_clashes(&call).await?;
    let all = app.service.list_separations(&call).await?;
    let views = all.into_iter().map(|stored| View::of(stored, &standing)).collect();
    Ok(Json(List::chosen(views, (&window, &query))?))
}

/// One rule
#[utoipa::path(get, path = "/separations/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_separation(&call, super::id("separation", &text)?).await?;
    answer(&app, &call, StatusCode::OK, stored).await
}

/// Say what nobody may have together
#[utoipa::path(post, path = "/separations", request_body = Body, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Refusal> {
    let stored = app.service.create_separation(&call, body.rule()?).await?;
    answer(&app, &call, StatusCode::CREATED, stored).await
}

/// Change a rule
#[utoipa::path(put, path = "/separations/{id}", params(("id" = String, Path)), request_body = Body, responses((status = 200, body = View)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("separation", &text)?, etag::required(&headers)?);
    let stored = app.service.replace_separation(&call, id, body.rule()?, seen).await?;
    answer(&app, &call, StatusCode::OK, stored).await
}

/// Take a rule away
#[utoipa::path(delete, path = "/separations/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("separation", &text)?, etag::required(&headers)?);
    app.service.remove_separation(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}
