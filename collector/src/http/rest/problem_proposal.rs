//! `/problem-proposals`: what came so often that it may be a problem; a person makes one of it or says why not.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::problem_proposal::{ProblemProposal, ProposalState};
use muster_model::query::fields;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::at;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(accept)).routes(routes!(reject))
}

/// What a rule counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemReason)]
struct ReasonView {
    /// `same_item`, `hosts`, `came_back`, `flapping`, `same_cause`, `same_alerts`, `same_signature` or `not_done`.
    rule: &'static str,
    count: usize,
    /// The same in words.
    says: String,
}

/// A ticket that speaks for it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemWitness)]
struct WitnessView {
    ticket: String,
    number: String,
    opened_at: String,
}

/// A host that has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemPlace)]
struct PlaceView {
    host: String,
    name: String,
}

/// What may be a problem.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProblemProposal)]
struct View {
    id: String,
    title: String,
    /// What it is about: `drift`, `cause`, `alerts`, `signature` or `change`.
    about: &'static str,
    /// `proposed`, `accepted` or `rejected`.
    state: &'static str,
    reasons: Vec<ReasonView>,
    /// Incidents that were counted, newest first, at most 50; or the change.
    tickets: Vec<WitnessView>,
    /// Findings that were counted, newest first, at most 50.
    findings: Vec<String>,
    /// Hosts that have it, at most 50.
    hosts: Vec<PlaceView>,
    first_at: String,
    last_at: String,
    decided_by: Option<String>,
    decided_at: Option<String>,
    /// Why it was rejected.
    reason: Option<String>,
    /// A rejected one is not proposed before.
    rests_until: Option<String>,
    /// The problem that was made of it.
    problem: Option<String>,
    version: u64,
}

impl From<Versioned<ProblemProposal>> for View {
    fn from(stored: Versioned<ProblemProposal>) -> Self {
        let Versioned { value: proposal, version } = stored;
        let reasons = proposal.reasons.iter().map(|reason| ReasonView {
            rule: reason.rule.as_str(),
            count: reason.count,
            says: reason.says().to_string(),
        });
        let witness = |witness: muster_model::problem_proposal::Witness| WitnessView {
            ticket: witness.ticket.to_string(),
            number: witness.number,
            opened_at: at(witness.opened_at),
        };
        let mut view = Self {
            title: proposal.title.to_string(),
            about: proposal.subject.as_str(),
            state: proposal.state.as_str(),
            reasons: reasons.collect(),
            tickets: proposal.tickets.into_iter().map(witness).collect(),
            findings: proposal.findings.iter().map(ToString::to_string).collect(),
            hosts: proposal
                .hosts
                .into_iter()
                .map(|place| PlaceView { host: place.host.to_string(), name: place.name })
                .collect(),
            first_at: at(proposal.first_at),
            last_at: at(proposal.last_at),
            decided_by: None,
            decided_at: None,
            reason: None,
            rests_until: None,
            problem: None,
            version,
            id: proposal.id,
        };
        match proposal.state {
            ProposalState::Proposed => {}
            ProposalState::Accepted { by, at: when, number, .. } => {
                (view.decided_by, view.decided_at, view.problem) = (Some(by), Some(at(when)), Some(number));
            }
            ProposalState::Rejected { by, reason, at: when, until } => {
                (view.decided_by, view.decided_at, view.reason) = (Some(by), Some(at(when)), Some(reason));
                view.rests_until = Some(at(until));
            }
        }
        view
    }
}

/// What may be a problem, what was seen last first; `?state=proposed` for what waits for a person
#[utoipa::path(get, path = "/problem-proposals", params(ListParameters, ("state" = Option<String>, Query)), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, mut query: ListQuery) -> Answer<List<View>> {
    let state = query.take("state");
    let (window, _) = query.parse(&fields::NONE)?;
    Ok(Json(List::of(app.service.list_problem_proposals(&call, state.as_deref(), &window).await?, View::from)))
}

/// What may be a problem, with what made it
#[utoipa::path(get, path = "/problem-proposals/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(id): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_problem_proposal(&call, &id).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, View::from(stored)))
}

/// Make a problem of it, linked to the tickets that were counted; `problem` is its number
#[utoipa::path(post, path = "/problem-proposals/{id}/accept", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn accept(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let stored = app.service.accept_problem(&call, &id, etag::seen(&headers)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, View::from(stored)))
}

/// Why it is no problem.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ProblemRejection)]
struct Because {
    reason: String,
}

/// Say why it is no problem: it is not proposed again for 30 days
#[utoipa::path(post, path = "/problem-proposals/{id}/reject", params(("id" = String, Path)), request_body = Because, responses((status = 200, body = View)))]
async fn reject(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Because>,
) -> Result<Response, Refusal> {
    let stored = app.service.reject_problem(&call, &id, &body.reason, etag::seen(&headers)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, View::from(stored)))
}
