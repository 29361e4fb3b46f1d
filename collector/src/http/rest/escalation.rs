//! `/escalation-policies`, `/escalations`: whom to call when nobody takes a ticket, and whom that called.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::notification::subscription::Target;
use muster_model::on_call::escalation::{End, Escalation, EscalationPolicy, EscalationState, Step};
use muster_model::query::fields;
use muster_model::text::Phrase;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::named::{Place, What};
use crate::service::on_call::escalation::EscalationPolicyDraft;
use crate::service::{ServiceError, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace, remove))
        .routes(routes!(escalations))
        .routes(routes!(escalation))
        .routes(routes!(acknowledge))
}

/// A step: whom to call so many minutes after the one before.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct StepBody {
    after_minutes: u32,
    /// Ids of channels, users and rotas.
    targets: Vec<String>,
}

/// Whom to call when nobody takes a ticket.
#[derive(Debug, Serialize, ToSchema)]
struct PolicyView {
    id: String,
    name: String,
    /// Which tickets it is for, in the query language.
    filter: String,
    /// Policies are tried in this order; the first that fits is taken.
    order: u32,
    steps: Vec<StepBody>,
    /// How often all steps are gone through again.
    repeat: u32,
    repeat_after_minutes: u32,
    active: bool,
    changed_at: String,
    changed_by: String,
    version: u64,
}

fn steps(steps: &[Step]) -> Vec<StepBody> {
    let body = |step: &Step| StepBody {
        after_minutes: step.after_minutes,
        targets: step.targets.iter().map(Target::id).collect(),
    };
    steps.iter().map(body).collect()
}

impl From<Versioned<EscalationPolicy>> for PolicyView {
    fn from(stored: Versioned<EscalationPolicy>) -> Self {
        let policy = stored.value;
        Self {
            id: policy.id.to_string(),
            steps: steps(&policy.steps),
            name: policy.name,
            filter: policy.filter,
            order: policy.order,
            repeat: policy.repeat,
            repeat_after_minutes: policy.repeat_after_minutes,
            active: policy.is_active,
            changed_at: policy.changed_at.to_string(),
            changed_by: policy.changed_by,
            version: stored.version,
        }
    }
}

/// What a plan is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyBody {
    name: String,
    #[serde(default)]
    filter: String,
    #[serde(default)]
    order: u32,
    steps: Vec<StepBody>,
    #[serde(default)]
    repeat: u32,
    #[serde(default)]
    repeat_after_minutes: u32,
    #[serde(default = "yes")]
    active: bool,
}

const fn yes() -> bool {
    true
}

/// Where a plan names whom to call.
const TARGETS: &[Place] = &[("/steps/*/targets/*", What::Target)];

impl PolicyBody {
    fn draft(self) -> Result<EscalationPolicyDraft, ServiceError> {
        let mut steps = Vec::new();
        for (i, step) in self.steps.into_iter().enumerate() {
            let mut targets = Vec::new();
            for (k, text) in step.targets.iter().enumerate() {
                let shown: String = text.chars().take(80).collect();
                let why = Phrase::new("no_target").with("value", shown);
                targets.push(text.parse().map_err(|()| invalid(&format!("/steps/{i}/targets/{k}"), why))?);
            }
            steps.push(Step { after_minutes: step.after_minutes, targets });
        }
        Ok(EscalationPolicyDraft {
            name: self.name,
            filter: self.filter,
            order: self.order,
            steps,
            repeat: self.repeat,
            repeat_after_minutes: self.repeat_after_minutes,
            is_active: self.active,
        })
    }
}

/// All plans, in the order in which they are tried
#[utoipa::path(get, path = "/escalation-policies", params(ListParameters), responses((status = 200, body = List<PolicyView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<PolicyView>> {
    let (window, query) = query.parse(&fields::NAMED)?;
    let all = app.service.list_escalation_policies(&call).await?;
    Ok(Json(List::chosen(all.into_iter().map(PolicyView::from).collect(), (&window, &query))?))
}

/// Make a plan
#[utoipa::path(post, path = "/escalation-policies", request_body = PolicyBody, responses((status = 201, body = PolicyView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: PolicyBody = super::named(&app, &call, body, TARGETS).await?;
    let made = app.service.save_escalation_policy(&call, None, body.draft()?).await?;
    Ok(etag::tagged(StatusCode::CREATED, made.version, PolicyView::from(made)))
}

/// One plan
#[utoipa::path(get, path = "/escalation-policies/{id}", params(("id" = String, Path)), responses((status = 200, body = PolicyView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_escalation_policy(&call, super::id("escalation policy", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, PolicyView::from(stored)))
}

/// Change a plan; what runs goes on by the plan as it was
#[utoipa::path(put, path = "/escalation-policies/{id}", params(("id" = String, Path)), request_body = PolicyBody, responses((status = 200, body = PolicyView)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let body: PolicyBody = super::named(&app, &call, body, TARGETS).await?;
    let known = (super::id("escalation policy", &text)?, etag::required(&headers)?);
    let stored = app.service.save_escalation_policy(&call, Some(known), body.draft()?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, PolicyView::from(stored)))
}

/// Remove a plan; what runs goes on
#[utoipa::path(delete, path = "/escalation-policies/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("escalation policy", &text)?, etag::required(&headers)?);
    app.service.remove_escalation_policy(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A ticket that nobody took yet, and whom that was told.
#[derive(Debug, Serialize, ToSchema)]
struct EscalationView {
    /// The ticket's id.
    ticket: String,
    number: String,
    policy: String,
    policy_name: String,
    /// `running`, `acknowledged`, `ticket_over` or `exhausted`.
    state: &'static str,
    began_at: String,
    /// When the next step is due.
    next_at: Option<String>,
    /// Steps that were taken, each with `at`, `round`, `step` and `told`.
    #[schema(value_type = Vec<Object>)]
    taken: Vec<Value>,
    /// Who took it, if somebody said so here.
    acknowledged_by: Option<String>,
    version: u64,
}

impl From<Versioned<Escalation>> for EscalationView {
    fn from(stored: Versioned<Escalation>) -> Self {
        let it = stored.value;
        let (state, by) = match &it.state {
            EscalationState::Running { .. } => ("running", None),
            EscalationState::Over { end: End::Acknowledged { by }, .. } => {
                ("acknowledged", Some(by.clone()).filter(|by| !by.is_empty()))
            }
            EscalationState::Over { end, .. } => (end.as_str(), None),
        };
        Self {
            ticket: it.ticket.to_string(),
            next_at: it.next_at().map(|at| at.to_string()),
            number: it.number,
            policy: it.policy.id.to_string(),
            policy_name: it.policy.name,
            state,
            began_at: it.began_at.to_string(),
            taken: it.taken.into_iter().map(|taken| json!(taken)).collect(),
            acknowledged_by: by,
            version: stored.version,
        }
    }
}

/// Escalations, newest first
#[utoipa::path(get, path = "/escalations", params(ListParameters), responses((status = 200, body = List<EscalationView>)))]
async fn escalations(
    State(app): State<Shared>,
    Caller(call): Caller,
    query: ListQuery,
) -> Answer<List<EscalationView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    Ok(Json(List::of(app.service.list_escalations(&call, &window).await?, EscalationView::from)))
}

/// The escalation of a ticket
#[utoipa::path(get, path = "/escalations/{ticket}", params(("ticket" = String, Path)), responses((status = 200, body = EscalationView)))]
async fn escalation(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(ticket): Path<String>,
) -> Result<Response, Refusal> {
    let stored = app.service.get_escalation(&call, &ticket).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, EscalationView::from(stored)))
}

/// Take it: nobody else is called
#[utoipa::path(post, path = "/escalations/{ticket}/acknowledge", params(("ticket" = String, Path)), responses((status = 200, body = EscalationView)))]
async fn acknowledge(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(ticket): Path<String>,
) -> Result<Response, Refusal> {
    let stored = app.service.acknowledge_escalation(&call, &ticket).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, EscalationView::from(stored)))
}
