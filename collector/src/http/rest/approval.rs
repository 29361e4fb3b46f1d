//! `/approvals`: rounds of votes; voting.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::approval::{Approval, Decision};
use muster_model::query::fields;
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

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(vote)).routes(routes!(of_ticket))
}

/// A round of votes on a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Approval)]
struct ApprovalView {
    id: String,
    ticket: String,
    /// Number of the ticket.
    number: String,
    round: u32,
    /// Digest of what is voted on: another plan is another round.
    subject: String,
    opened_at: String,
    /// `open`, `approved`, `rejected` or `voided`.
    state: &'static str,
    /// One after the other: `name`, `rule` (`any`, `all`, `count`, `percent`), `reject_rule`, `limit`, `opened_at`, and `seats` with `approver`, `members` and `vote`.
    #[schema(value_type = Vec<Object>)]
    stages: Value,
    /// The rule that asked for these stages.
    rule: String,
    /// What was changed since the votes before: since which `round`, and `changes` with `field`, `before` and `after`. Only where rounds
    /// of one ticket are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    changed: Option<Value>,
    /// Ids of the accounts that may vote now.
    waits_for: Vec<String>,
    version: u64,
}

impl From<Versioned<Approval>> for ApprovalView {
    fn from(stored: Versioned<Approval>) -> Self {
        let approval = stored.value;
        Self {
            id: approval.id.to_string(),
            ticket: approval.ticket.to_string(),
            round: approval.round,
            subject: approval.subject.to_string(),
            opened_at: approval.opened_at.to_string(),
            state: approval.state.as_str(),
            stages: serde_json::to_value(&approval.stages).unwrap_or_default(),
            rule: approval.rule.clone(),
            changed: None,
            waits_for: approval.waits_for().iter().map(ToString::to_string).collect(),
            number: approval.number,
            version: stored.version,
        }
    }
}

/// Rounds that wait for your vote
#[utoipa::path(get, path = "/approvals", params(ListParameters), responses((status = 200, body = List<ApprovalView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<ApprovalView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    Ok(Json(List::of(app.service.list_approvals(&call, &window).await?, ApprovalView::from)))
}

/// One round of votes
#[utoipa::path(get, path = "/approvals/{id}", params(("id" = String, Path)), responses((status = 200, body = ApprovalView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_approval(&call, super::id("approval", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, ApprovalView::from(stored)))
}

/// A vote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewVote {
    /// `approve`, `reject`, `abstain`, or `need_info`: ask back, the seat stays open.
    #[schema(value_type = String)]
    decision: Decision,
    /// Why; `reject` and `need_info` ask for it.
    #[serde(default)]
    comment: String,
}

/// Vote. When the round is over with it, the ticket moves in the same commit
#[utoipa::path(post, path = "/approvals/{id}/votes", params(("id" = String, Path)), request_body = NewVote, responses((status = 200, body = ApprovalView)))]
async fn vote(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewVote>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("approval", &text)?, etag::seen(&headers)?);
    let stored = app.service.vote(&call, id, body.decision, &body.comment, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, ApprovalView::from(stored)))
}

/// The rounds of votes on a ticket, oldest first
#[utoipa::path(get, path = "/tickets/{id}/approvals", params(("id" = String, Path)), responses((status = 200, body = List<ApprovalView>)))]
async fn of_ticket(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<ApprovalView>> {
    let rounds = app.service.approvals_of_ticket(&call, &text).await?;
    let known: Vec<Approval> = rounds.iter().map(|stored| stored.value.clone()).collect();
    let view = |stored: Versioned<Approval>| {
        let changed = stored.value.changes_since(&known);
        let changed = changed.map(|(round, changes)| json!({"round": round, "changes": changes}));
        ApprovalView { changed, ..ApprovalView::from(stored) }
    };
    Ok(Json(List::whole(rounds.into_iter().map(view).collect())))
}
