//! `/volatility`: what moves by itself: the table that is shipped, what people added to it, and what the learner proposes.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::learner::{Proposal, ProposalState};
use muster_shared::SectionName;
use muster_shared::volatility::{self, Target};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::ServiceError;
use crate::service::learner::Ruling;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get)).routes(routes!(accept)).routes(routes!(reject))
}

/// Something that moves by itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Volatile)]
struct View {
    section: &'static str,
    /// The attribute, or which items are meant.
    what: String,
    /// `shipped`: the agent leaves it out, or shows it as a metric. `proposed` by the learner, `accepted` or `rejected` by a
    /// person.
    state: &'static str,
    /// Why.
    reason: String,
    /// Hosts on which it moved more than four times within a day, when that was last counted.
    hosts: Option<usize>,
    /// Of how many.
    of: Option<usize>,
    /// How often it moved on those within a day, on average.
    times: Option<u32>,
    first_at: Option<String>,
    last_at: Option<String>,
    /// Who decided, and when.
    decided_by: Option<String>,
    decided_at: Option<String>,
    /// A rejected one is not proposed before.
    rests_until: Option<String>,
    version: u64,
}

impl From<&volatility::Rule> for View {
    fn from(rule: &volatility::Rule) -> Self {
        let what = match rule.target {
            Target::Attribute(name) => name.to_owned(),
            Target::KeyPrefix(prefix) => format!("items whose key begins with {prefix}"),
            Target::ValuePrefix(name, prefix) => format!("items whose {name} begins with {prefix}"),
            Target::KeyHex(prefix, digits) => format!("items whose key is {prefix} and {digits} hex digits"),
            Target::Has(name) => format!("items with {name}"),
        };
        Self {
            section: rule.section.as_str(),
            what,
            state: "shipped",
            reason: rule.reason.to_owned(),
            hosts: None,
            of: None,
            times: None,
            first_at: None,
            last_at: None,
            decided_by: None,
            decided_at: None,
            rests_until: None,
            version: 0,
        }
    }
}

impl From<Versioned<Proposal>> for View {
    fn from(stored: Versioned<Proposal>) -> Self {
        let proposal = stored.value;
        let state = proposal.state.as_str();
        let (by, reason, at, until) = match proposal.state {
            ProposalState::Proposed => (None, String::new(), None, None),
            ProposalState::Accepted { by, reason, at } => (Some(by), reason, Some(at), None),
            ProposalState::Rejected { by, reason, at, until } => (Some(by), reason, Some(at), Some(until)),
        };
        Self {
            section: proposal.section.as_str(),
            what: proposal.attribute,
            state,
            reason,
            hosts: Some(proposal.hosts),
            of: Some(proposal.of),
            times: Some(proposal.times),
            first_at: Some(proposal.first_at.to_string()),
            last_at: Some(proposal.last_at.to_string()),
            decided_by: by,
            decided_at: at.map(|at| at.to_string()),
            rests_until: until.map(|at| at.to_string()),
            version: stored.version,
        }
    }
}

/// What moves by itself: proposals and what people decided, then the table that is shipped
#[utoipa::path(get, path = "/volatility", responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<View>> {
    let proposals = app.service.list_proposals(&call).await?.into_iter().map(View::from);
    Ok(Json(List::whole(proposals.chain(volatility::TABLE.iter().map(View::from)).collect())))
}

fn section(text: &str, attribute: &str) -> Result<SectionName, Refusal> {
    let missing = |_| ServiceError::NotFound { kind: "proposal", id: format!("{text}/{attribute}") };
    Ok(text.parse().map_err(missing)?)
}

/// A proposal of the learner
#[utoipa::path(get, path = "/volatility/{section}/{attribute}", params(("section" = String, Path), ("attribute" = String, Path)), responses((status = 200, body = View)))]
async fn get(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, attribute)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let stored = app.service.get_proposal(&call, section(&text, &attribute)?, &attribute).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, View::from(stored)))
}

/// Why something is volatile, or is not.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = VolatilityRuling)]
struct Because {
    reason: String,
}

/// Say that an attribute is volatile: its changes are recorded and make no finding
#[utoipa::path(post, path = "/volatility/{section}/{attribute}/accept", params(("section" = String, Path), ("attribute" = String, Path)), request_body = Because, responses((status = 200, body = View)))]
async fn accept(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, attribute)): Path<(String, String)>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Because>,
) -> Result<Response, Refusal> {
    let (place, seen) = ((section(&text, &attribute)?, attribute.as_str()), etag::seen(&headers)?);
    let stored = app.service.decide_proposal(&call, place, Ruling::Accept, &body.reason, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, View::from(stored)))
}

/// Say that an attribute is a fact: it is not proposed again for 30 days
#[utoipa::path(post, path = "/volatility/{section}/{attribute}/reject", params(("section" = String, Path), ("attribute" = String, Path)), request_body = Because, responses((status = 200, body = View)))]
async fn reject(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, attribute)): Path<(String, String)>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Because>,
) -> Result<Response, Refusal> {
    let (place, seen) = ((section(&text, &attribute)?, attribute.as_str()), etag::seen(&headers)?);
    let stored = app.service.decide_proposal(&call, place, Ruling::Reject, &body.reason, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, View::from(stored)))
}
