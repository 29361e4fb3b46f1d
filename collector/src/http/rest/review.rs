//! `/reviews`: campaigns in which people look over who has access.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::grant::recertification::{Campaign, ReviewItem, Scope, Verdict};
use muster_model::query::fields;
use muster_model::text::Text;
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
use crate::service::access::campaign::CampaignDraft;
use crate::service::invalid;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, remove))
        .routes(routes!(open))
        .routes(routes!(items))
        .routes(routes!(answer_item))
}

/// How the grants of a campaign stand.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewCounts)]
struct CountsView {
    all: usize,
    answered: usize,
    done: usize,
}

/// Which grants a campaign looks over.
#[derive(Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = ReviewScope)]
struct ScopeBody {
    /// Only those that give power, or only those that do not; all without it.
    privileged: Option<bool>,
    /// Of hosts that a query means; all without it.
    hosts: String,
}

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Campaign)]
struct View {
    id: String,
    name: String,
    scope: ScopeBody,
    /// Days that there are to answer, 14 to 30.
    window_days: u16,
    /// `draft`, `open`, `in_review`, `enforcing` or `closed`.
    state: &'static str,
    created_by: String,
    created_at: String,
    opened_at: Option<String>,
    due_at: Option<String>,
    /// When what was not answered went to somebody else.
    escalated_at: Option<String>,
    closed_at: Option<String>,
    counts: CountsView,
    version: u64,
}

impl From<Versioned<Campaign>> for View {
    fn from(stored: Versioned<Campaign>) -> Self {
        let campaign = stored.value;
        let text = |at: Option<Time>| at.map(|at| at.to_string());
        let counts = campaign.counts;
        Self {
            id: campaign.id.to_string(),
            name: campaign.name.to_string(),
            scope: ScopeBody { privileged: campaign.scope.privileged, hosts: campaign.scope.hosts },
            window_days: campaign.window_days,
            state: campaign.state.as_str(),
            created_by: campaign.created_by,
            created_at: campaign.created_at.to_string(),
            opened_at: text(campaign.opened_at),
            due_at: text(campaign.due_at),
            escalated_at: text(campaign.escalated_at),
            closed_at: text(campaign.closed_at),
            counts: CountsView { all: counts.all, answered: counts.answered, done: counts.done },
            version: stored.version,
        }
    }
}

fn answer(status: StatusCode, stored: Versioned<Campaign>) -> Response {
    etag::tagged(status, stored.version, View::from(stored))
}

/// Campaigns, the newest first
#[utoipa::path(get, path = "/reviews", params(ListParameters), responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<View>> {
    let (window, query) = query.parse(&fields::CAMPAIGN)?;
    Ok(Json(List::of(app.service.list_campaigns(&call, &query, &window).await?, View::from)))
}

/// One campaign
#[utoipa::path(get, path = "/reviews/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_campaign(&call, super::id("review", &text)?).await?))
}

/// A campaign to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCampaign)]
struct Body {
    /// What it is called.
    name: String,
    /// Which grants.
    #[serde(default)]
    scope: ScopeBody,
    /// Days that there are to answer, 14 to 30.
    #[serde(default = "usual")]
    window_days: u16,
}

const fn usual() -> u16 {
    21
}

/// Make a campaign, still a draft
#[utoipa::path(post, path = "/reviews", request_body = Body, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Body>,
) -> Result<Response, Refusal> {
    let scope = Scope { privileged: body.scope.privileged, hosts: body.scope.hosts.trim().to_owned() };
    let draft =
        CampaignDraft { name: Text::Written(body.name.trim().to_owned()), scope, window_days: body.window_days };
    Ok(answer(StatusCode::CREATED, app.service.create_campaign(&call, draft).await?))
}

/// Take a draft away
#[utoipa::path(delete, path = "/reviews/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("review", &text)?, etag::required(&headers)?);
    app.service.remove_campaign(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Open a campaign: each grant that it means gets those who are to look over it
#[utoipa::path(post, path = "/reviews/{id}/open", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn open(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("review", &text)?, etag::seen(&headers)?);
    Ok(answer(StatusCode::OK, app.service.open_campaign(&call, id, seen).await?))
}

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reviewer)]
struct PersonView {
    id: String,
    name: String,
}

/// Who gave it on to whom.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewHandedOn)]
struct HandedView {
    by: String,
    to: String,
    comment: String,
    at: String,
}

/// A grant in a campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReviewItem)]
struct ItemView {
    /// Id of the grant.
    grant: String,
    /// Number of its ticket.
    number: String,
    account: String,
    right: String,
    is_privileged: bool,
    holder: Option<String>,
    reviewers: Vec<PersonView>,
    is_escalated: bool,
    handed_on: Vec<HandedView>,
    /// `keep`, `revoke` or `modify`.
    decision: Option<&'static str>,
    valid_to: Option<String>,
    comment: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<String>,
    /// `kept`, `revoked`, `modified`, `revoked_unanswered`, `kept_unanswered` or `over`.
    outcome: Option<&'static str>,
    version: u64,
}

impl From<Versioned<ReviewItem>> for ItemView {
    fn from(stored: Versioned<ReviewItem>) -> Self {
        let item = stored.value;
        let person = |(id, name): (muster_shared::id::UserId, String)| PersonView { id: id.to_string(), name };
        let handed = |it: muster_model::grant::recertification::HandedOn| HandedView {
            by: it.by,
            to: it.to,
            comment: it.comment,
            at: it.at.to_string(),
        };
        let said = item.answer;
        Self {
            grant: item.grant.to_string(),
            number: item.number,
            account: item.account,
            right: item.right,
            is_privileged: item.is_privileged,
            holder: item.holder.map(|holder| holder.to_string()),
            reviewers: item.reviewers.into_iter().map(person).collect(),
            is_escalated: item.is_escalated,
            handed_on: item.handed_on.into_iter().map(handed).collect(),
            decision: said.as_ref().map(|said| said.verdict.as_str()),
            valid_to: said.as_ref().and_then(|said| said.valid_to).map(|at| at.to_string()),
            comment: said.as_ref().map(|said| said.comment.clone()),
            decided_by: said.as_ref().map(|said| said.by.clone()),
            decided_at: said.as_ref().map(|said| said.at.to_string()),
            outcome: item.outcome.map(muster_model::grant::recertification::Outcome::as_str),
            version: stored.version,
        }
    }
}

/// The grants of a campaign
#[utoipa::path(get, path = "/reviews/{id}/items", params(("id" = String, Path), ListParameters), responses((status = 200, body = List<ItemView>)))]
async fn items(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<ItemView>> {
    let id = super::id("review", &text)?;
    let (window, query) = query.parse(&fields::REVIEW_ITEM)?;
    Ok(Json(List::of(app.service.list_review_items(&call, id, &query, &window).await?, ItemView::from)))
}

/// An answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewDecision)]
struct Decide {
    /// `keep`, `revoke`, `modify` or `delegate`.
    decision: String,
    /// Why; needed for all but `keep`.
    #[serde(default)]
    comment: String,
    /// For `modify`: when it ends now.
    #[schema(value_type = Option<String>, format = DateTime)]
    valid_to: Option<Time>,
    /// For `delegate`: who is to say, by id or by the name that they sign in with.
    to: Option<String>,
}

/// Say whether a grant stays. It is done when the campaign is over
#[utoipa::path(post, path = "/reviews/{id}/items/{grant}", params(("id" = String, Path), ("grant" = String, Path)), request_body = Decide, responses((status = 200, body = ItemView)))]
async fn answer_item(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((campaign, grant)): Path<(String, String)>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Decide>,
) -> Result<Response, Refusal> {
    let ids = (super::id("review", &campaign)?, super::id("grant", &grant)?);
    let seen = etag::seen(&headers)?;
    let known = Verdict::ALL.iter().copied().find(|verdict| verdict.as_str() == body.decision);
    let names = || Verdict::ALL.iter().map(|verdict| verdict.as_str()).collect::<Vec<_>>().join(", ");
    let verdict = known.ok_or_else(|| invalid("/decision", format!("one of {}", names())))?;
    let said = (body.comment.as_str(), body.valid_to, body.to.as_deref());
    let stored = app.service.answer_review(&call, ids, verdict, said, seen).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, ItemView::from(stored)))
}
