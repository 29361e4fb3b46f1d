//! `/service-level-policies`: what is promised for which tickets, and every version of that.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::level::{Action, Anchor, Policy, Target};
use muster_model::query::fields;
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
use crate::service::level::PolicyDraft;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, replace)).routes(routes!(versions))
}

/// What a clock does by itself when so much of its time is used up.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LevelAction)]
struct ActionView {
    /// One of `warn_at`, or 100.
    at: u8,
    /// Hands the ticket to this group.
    #[serde(default)]
    assignment_group: Option<String>,
    /// Makes it so urgent, if it was less: 1 to 3.
    #[serde(default)]
    urgency: Option<u8>,
}

/// A policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LevelPolicy)]
struct PolicyView {
    name: String,
    label: String,
    /// What is promised.
    target: &'static str,
    /// For which tickets, in the query language.
    filter: String,
    /// In which time, in minutes of the calendar.
    minutes: u32,
    calendar: String,
    start_when: Vec<String>,
    stop_when: Vec<String>,
    pause_when: Vec<String>,
    /// `opened`, `attached` or `group_assigned`.
    anchor: &'static str,
    warn_at: Vec<u8>,
    actions: Vec<ActionView>,
    max_pause_minutes: BTreeMap<String, u32>,
    order: u32,
    enabled: bool,
    /// Counts up with every change: clocks name the one that they go by.
    number: u32,
    changed_at: String,
    changed_by: String,
    reason: String,
    version: u64,
}

impl From<Versioned<Policy>> for PolicyView {
    fn from(stored: Versioned<Policy>) -> Self {
        let (policy, version) = (stored.value, stored.version);
        let terms = policy.terms;
        let action = |action: Action| ActionView {
            at: action.at,
            assignment_group: action.assignment_group,
            urgency: action.urgency,
        };
        Self {
            name: policy.name,
            label: terms.label,
            target: terms.target.as_str(),
            filter: terms.filter,
            minutes: terms.minutes,
            calendar: terms.calendar,
            start_when: terms.start_when,
            stop_when: terms.stop_when,
            pause_when: terms.pause_when,
            anchor: terms.anchor.as_str(),
            warn_at: terms.warn_at,
            actions: terms.actions.into_iter().map(action).collect(),
            max_pause_minutes: terms.max_pause_minutes,
            order: terms.order,
            enabled: terms.is_enabled,
            number: policy.number,
            changed_at: policy.changed_at.to_string(),
            changed_by: policy.changed_by,
            reason: policy.reason,
            version,
        }
    }
}

const fn yes() -> bool {
    true
}

/// A policy, or the next version of one. What is left out is as usual for its target.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SetLevelPolicy)]
struct Set {
    /// `a-z`, `0-9` and `-`. With PUT it stands in the path.
    #[serde(default)]
    name: Option<String>,
    label: String,
    /// `first_response`, `acknowledge`, `resolve`, `update_every`, `ola_group_resolve`, `fulfil` or `change_review`.
    target: String,
    /// For which tickets, in the query language; empty is all.
    #[serde(default)]
    filter: String,
    minutes: u32,
    calendar: String,
    /// States, `state:reason`, `responded`, `acknowledged`.
    #[serde(default)]
    start_when: Option<Vec<String>>,
    #[serde(default)]
    stop_when: Option<Vec<String>>,
    #[serde(default)]
    pause_when: Option<Vec<String>>,
    /// `opened`, `attached` or `group_assigned`.
    #[serde(default)]
    anchor: Option<String>,
    /// Percent of the time, going up.
    #[serde(default)]
    warn_at: Option<Vec<u8>>,
    #[serde(default)]
    actions: Vec<ActionView>,
    /// For how many minutes it pauses for a reason at most.
    #[serde(default)]
    max_pause_minutes: BTreeMap<String, u32>,
    /// Of several that fit, the one with the lowest number counts.
    #[serde(default)]
    order: Option<u32>,
    #[serde(default = "yes")]
    enabled: bool,
    /// Why.
    #[serde(default)]
    reason: String,
}

fn one_of<T>(pointer: &str, found: Option<T>, all: &[&str]) -> Result<T, Refusal> {
    found.ok_or_else(|| invalid(pointer, format!("one of {}", all.join(", "))).into())
}

impl Set {
    fn draft(self) -> Result<PolicyDraft, Refusal> {
        let targets: Vec<&str> = Target::ALL.iter().map(|target| target.as_str()).collect();
        let anchors: Vec<&str> = Anchor::ALL.iter().map(|anchor| anchor.as_str()).collect();
        let anchor = self.anchor.map(|name| one_of("/anchor", Anchor::of(&name), &anchors)).transpose()?;
        let action = |action: ActionView| Action {
            at: action.at,
            assignment_group: action.assignment_group,
            urgency: action.urgency,
        };
        Ok(PolicyDraft {
            label: self.label,
            target: one_of("/target", Target::of(&self.target), &targets)?,
            filter: self.filter,
            minutes: self.minutes,
            calendar: self.calendar,
            start_when: self.start_when,
            stop_when: self.stop_when,
            pause_when: self.pause_when,
            anchor,
            warn_at: self.warn_at,
            actions: self.actions.into_iter().map(action).collect(),
            max_pause_minutes: self.max_pause_minutes,
            order: self.order,
            is_enabled: self.enabled,
            reason: self.reason,
        })
    }
}

fn answer(status: StatusCode, stored: Versioned<Policy>) -> Response {
    etag::tagged(status, stored.version, PolicyView::from(stored))
}

/// All policies, first things first
#[utoipa::path(get, path = "/service-level-policies", params(ListParameters), responses((status = 200, body = List<PolicyView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<PolicyView>> {
    let (window, query) = query.parse(&fields::NAMED)?;
    let all = app.service.list_level_policies(&call).await?;
    Ok(Json(List::chosen(all.into_iter().map(PolicyView::from).collect(), (&window, &query))?))
}

/// One policy
#[utoipa::path(get, path = "/service-level-policies/{name}", params(("name" = String, Path)), responses((status = 200, body = PolicyView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(name): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_level_policy(&call, &name).await?))
}

/// Every version of a policy, newest first
#[utoipa::path(get, path = "/service-level-policies/{name}/versions", params(("name" = String, Path)), responses((status = 200, body = List<PolicyView>)))]
async fn versions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(name): Path<String>,
) -> Answer<List<PolicyView>> {
    let all = app.service.level_policy_versions(&call, &name).await?.into_iter();
    let view = |value: Policy| PolicyView::from(Versioned { version: u64::from(value.number), value });
    Ok(Json(List::whole(all.map(view).collect())))
}

/// Make a policy
#[utoipa::path(post, path = "/service-level-policies", request_body = Set, responses((status = 201, body = PolicyView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Set>,
) -> Result<Response, Refusal> {
    let name = body.name.clone().unwrap_or_default();
    Ok(answer(StatusCode::CREATED, app.service.set_level_policy(&call, &name, body.draft()?, true, None).await?))
}

/// Change a policy: a new version; clocks that run keep the one that they have
#[utoipa::path(put, path = "/service-level-policies/{name}", params(("name" = String, Path)), request_body = Set, responses((status = 200, body = PolicyView)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Set>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Ok(answer(StatusCode::OK, app.service.set_level_policy(&call, &name, body.draft()?, false, seen).await?))
}
