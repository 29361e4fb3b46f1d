//! `/approval-rules`: whose votes tickets ask for.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::approval::rule::{ApprovalRule, ApprovalRules, shipped};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Caller;
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::named::{Place, What};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get, set))
}

/// Where rules are written as lines, and where they name people.
const PLACES: &[Place] = &[
    ("/rules/*/stages/*", What::Stage),
    ("/rules/*/stages/*/approvers/*/user", What::Person),
    ("/rules/*/stages/*/escalate_to/user", What::Person),
];

/// A rule: the first that means a ticket says whose votes it asks for.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalRule)]
struct RuleView {
    name: String,
    /// Which tickets it means, in the query language.
    filter: String,
    /// One after the other: `name`, `approvers` (`peer`, `service_owners`, `board`, `security`, `manager`, or an object with `user`,
    /// `group`, `on_call` or `role`), `rule` (`any`, `all`, `{"count": 2}`, `{"percent": 50}`), `reject_rule` (`first` or
    /// `when_unreachable`), `due_hours`, `on_timeout` (`remind`, `escalate`, `reject`), `escalate_to`, `each_member`, `skip_nobody`.
    #[schema(value_type = Vec<Object>)]
    stages: Value,
    /// The same as lines, with people by name.
    lines: Vec<String>,
    /// Whether such tickets are approved without votes.
    auto_approve: bool,
    /// Whether it comes with Muster: those cannot be changed, and count where none of the organisation's does.
    shipped: bool,
}

/// Rules of the organisation, then those that are shipped.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApprovalRules)]
struct RulesView {
    rules: Vec<RuleView>,
    changed_by: String,
    changed_at: String,
    version: u64,
}

async fn answer(app: &Shared, stored: Versioned<ApprovalRules>) -> Result<Response, Refusal> {
    let own = stored.value.rules.into_iter().map(|rule| (rule, false));
    let mut rules = Vec::new();
    for (rule, shipped) in own.chain(shipped().into_iter().map(|rule| (rule, true))) {
        let lines = app.service.stage_lines(&rule.stages).await?;
        let ApprovalRule { name, filter, stages, auto_approve } = rule;
        rules.push(RuleView { name, filter, stages: json!(stages), lines, auto_approve, shipped });
    }
    let view = RulesView {
        rules,
        changed_by: stored.value.changed_by,
        changed_at: stored.value.changed_at.to_string(),
        version: stored.version,
    };
    Ok(etag::tagged(StatusCode::OK, stored.version, view))
}

/// Whose votes tickets ask for: rules of the organisation, then those that are shipped; the first that means a ticket counts
#[utoipa::path(get, path = "/approval-rules", responses((status = 200, body = RulesView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller) -> Result<Response, Refusal> {
    answer(&app, app.service.approval_rules(&call).await?).await
}

/// A rule to set.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a rule; the model's own type is what is read")]
struct NewApprovalRule {
    name: String,
    /// Which tickets it means, in the query language; empty is all that wait for votes.
    filter: Option<String>,
    /// Objects as they are read, or lines: `name | approvers | rule | hours | then | options`. People by id or sign-in name.
    #[schema(value_type = Vec<Object>)]
    stages: Value,
    /// Approved without votes.
    auto_approve: Option<bool>,
}

/// The rules to set.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of the body; it is read once names are ids")]
struct NewApprovalRules {
    rules: Vec<NewApprovalRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    rules: Vec<ApprovalRule>,
}

/// Set the organisation's rules of whose votes tickets ask for; rounds that are open keep their stages
#[utoipa::path(put, path = "/approval-rules", request_body = NewApprovalRules, responses((status = 200, body = RulesView)))]
async fn set(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    let Body { rules } = super::named(&app, &call, body, PLACES).await?;
    answer(&app, app.service.update_approval_rules(&call, rules, seen).await?).await
}
