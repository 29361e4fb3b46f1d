//! `/priority-rules`: which priority impact and urgency make, and what makes an incident a major one (rules P1 to P4).

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::ticket::priority::rules::{Matrix, PriorityVersion};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::ServiceError;
use crate::service::ticket::priority::{Followed, Following, PriorityDraft};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get, update)).routes(routes!(version)).routes(routes!(follow))
}

/// What comes with a major incident that a rule accepts.
#[derive(Debug, Serialize, ToSchema)]
struct AcceptView {
    business_impact: String,
    /// The id of the account that leads.
    commander: String,
    /// Minutes until the first word is due.
    update_minutes: u32,
}

/// A rule by which an incident is proposed as a major one, or becomes one: the first that means it counts.
#[derive(Debug, Serialize, ToSchema)]
struct MajorRuleView {
    name: String,
    /// Which incidents it means, in the query language of tickets.
    filter: String,
    /// Null: the incident is proposed. Else it is a major one from then on.
    accept: Option<AcceptView>,
}

/// The rules of priorities.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PriorityRules)]
struct View {
    /// Rows are impact 1 to 3, columns urgency 1 to 3.
    #[schema(value_type = Vec<Vec<u8>>)]
    matrix: Matrix,
    /// Matrices of single kinds of tickets.
    #[schema(value_type = BTreeMap<String, Vec<Vec<u8>>>)]
    kinds: BTreeMap<&'static str, Matrix>,
    /// The impact that the criticality of a host or service asks for at least; 3 asks for nothing.
    impact_floor: BTreeMap<&'static str, u8>,
    /// The same while the host or service is down.
    impact_floor_down: BTreeMap<&'static str, u8>,
    /// The urgency of incidents that machines open, by severity.
    urgency: BTreeMap<&'static str, u8>,
    major: Vec<MajorRuleView>,
    /// 0 is as shipped. A ticket names the version that gave it its priority.
    version: u64,
    changed_by: Option<String>,
    changed_at: Option<String>,
}

impl From<PriorityVersion> for View {
    fn from(stored: PriorityVersion) -> Self {
        let PriorityVersion { version, rules, changed_by, changed_at } = stored;
        let major = rules.major.into_iter().map(|rule| MajorRuleView {
            name: rule.name,
            filter: rule.filter,
            accept: rule.accept.map(|accept| AcceptView {
                business_impact: accept.business_impact,
                commander: accept.commander.to_string(),
                update_minutes: accept.update_minutes,
            }),
        });
        Self {
            matrix: rules.matrix,
            kinds: rules.kinds.iter().map(|(kind, matrix)| (kind.as_str(), *matrix)).collect(),
            impact_floor: rules.impact_floor.iter().map(|(one, level)| (one.as_str(), *level)).collect(),
            impact_floor_down: rules.impact_floor_down.iter().map(|(one, level)| (one.as_str(), *level)).collect(),
            urgency: rules.urgency.iter().map(|(one, level)| (one.as_str(), *level)).collect(),
            major: major.collect(),
            version,
            changed_by: Some(changed_by).filter(|_| version > 0),
            changed_at: Some(changed_at.to_string()).filter(|_| version > 0),
        }
    }
}

fn answer(stored: PriorityVersion) -> Response {
    etag::tagged(StatusCode::OK, stored.version, View::from(stored))
}

/// Which priority impact and urgency make, and what makes an incident a major one
#[utoipa::path(get, path = "/priority-rules", responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller) -> Result<Response, Refusal> {
    Ok(answer(app.service.priority_rules(&call, None).await?))
}

/// The rules of a version: those that gave a ticket its priority
#[utoipa::path(get, path = "/priority-rules/versions/{version}", params(("version" = u64, Path)), responses((status = 200, body = View)))]
async fn version(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<Response, Refusal> {
    let missing = || ServiceError::NotFound { kind: "version", id: text.clone() };
    let version: u64 = text.parse().map_err(|_| missing())?;
    Ok(answer(app.service.priority_rules(&call, Some(version)).await?))
}

/// Rules to set, all of them: what is left out is as shipped.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(as = SetPriorityRules)]
struct Set {
    #[schema(value_type = Object)]
    rules: PriorityDraft,
}

/// Set the rules. No ticket moves: what is over stays as it was, open tickets have the new priority when their impact or urgency is set
/// next, or with `/priority-rules/follow`
#[utoipa::path(put, path = "/priority-rules", request_body = Set, responses((status = 200, body = View)))]
async fn update(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Set>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Ok(answer(app.service.set_priority_rules(&call, body.rules, seen).await?))
}

/// How open tickets are to follow.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
struct Follow {
    /// Only say which would follow.
    dry_run: bool,
}

/// A ticket that has another priority by the rules.
#[derive(Debug, Serialize, ToSchema)]
struct FollowingView {
    number: String,
    from: u8,
    to: u8,
}

impl From<Following> for FollowingView {
    fn from(one: Following) -> Self {
        Self { number: one.number, from: one.from, to: one.to }
    }
}

/// The tickets that followed.
#[derive(Debug, Serialize, ToSchema)]
struct FollowedView {
    /// At most 200.
    tickets: Vec<FollowingView>,
    /// How many more there are: ask again.
    left: usize,
}

/// Let open tickets follow the rules: those that a person set the priority of stay, what is over stays
#[utoipa::path(post, path = "/priority-rules/follow", request_body = Follow, responses((status = 200, body = FollowedView)))]
async fn follow(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Follow>,
) -> Answer<FollowedView> {
    let Followed { tickets, left } = app.service.follow_priorities(&call, body.dry_run).await?;
    Ok(Json(FollowedView { tickets: tickets.into_iter().map(FollowingView::from).collect(), left }))
}
