//! `/change-templates`: what standard changes follow, approved once.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::ticket::Ticket;
use muster_model::ticket::change::Plan;
use muster_model::ticket::change::template::{Draft, Template, TemplateEdition, TemplateEvent};
use muster_shared::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::view::at;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::change_template::Proposal;
use crate::service::named::{Place, What};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, replace))
        .routes(routes!(transition))
        .routes(routes!(editions))
        .routes(routes!(changes))
}

/// Where a template names hosts and items.
const PLACES: &[Place] = &[("/plan/scope/items/*", What::Node)];

/// What was done with a template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateStep)]
struct StepView {
    /// `propose`, `edit`, `approve`, `reject`, `suspend` or `withdraw`.
    event: &'static str,
    /// To which edition.
    edition: u64,
    by: String,
    at: String,
    comment: Option<String>,
}

/// A template of standard changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeTemplate)]
struct View {
    id: String,
    name: String,
    description: String,
    /// What is made: a plan as changes have it, without times and people.
    #[schema(value_type = Object)]
    plan: Value,
    /// Which edition of it: changes name the one that they follow (`template_edition`).
    edition: u64,
    /// `proposed`, `approved`, `expired`, `rejected`, `suspended` or `withdrawn`. Changes may follow an approved one.
    state: &'static str,
    /// When somebody has to look at it again, as somebody said.
    review_at: Option<String>,
    approved_at: Option<String>,
    /// Until when its approval counts.
    valid_until: Option<String>,
    /// The change that it was made of.
    from: Option<String>,
    /// What was done with it, oldest first; votes are among that.
    steps: Vec<StepView>,
    version: u64,
}

impl View {
    fn of(stored: Versioned<Template>, now: Time) -> Self {
        let template = stored.value;
        let (state, valid_until) = (template.standing(now), template.valid_until().map(at));
        let step = |step: muster_model::ticket::change::template::Step| StepView {
            event: step.event.as_str(),
            edition: step.edition,
            by: step.by,
            at: at(step.at),
            comment: step.comment.map(|comment| comment.to_string()),
        };
        Self {
            id: template.id.to_string(),
            name: template.draft.name,
            description: template.draft.description,
            plan: json!(template.draft.plan),
            edition: template.edition,
            state,
            review_at: template.draft.review_at.map(at),
            approved_at: template.approved_at.map(at),
            valid_until,
            from: template.from.map(|id| id.to_string()),
            steps: template.steps.into_iter().map(step).collect(),
            version: stored.version,
        }
    }
}

fn answer(app: &Shared, status: StatusCode, stored: Versioned<Template>) -> Response {
    etag::tagged(status, stored.version, View::of(stored, app.service.now()))
}

/// A template to propose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewChangeTemplate)]
struct NewBody {
    /// What it is called, like no other.
    name: String,
    /// When it is right.
    #[serde(default)]
    description: String,
    /// What is made: a plan as changes have it, without times and people. Without it, it is that of the change in `from`.
    #[serde(default)]
    #[schema(value_type = Object)]
    plan: Plan,
    /// When somebody has to look at it again, within a year; a year after its approval without it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    review_at: Option<Time>,
    /// Id or number of a normal change that was voted on and ended well.
    #[serde(default)]
    from: Option<String>,
}

/// A template as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeTemplateFields)]
struct Body {
    /// What it is called, like no other.
    name: String,
    /// When it is right.
    #[serde(default)]
    description: String,
    /// What is made: a plan as changes have it, without times and people. Another one waits for approval.
    #[schema(value_type = Object)]
    plan: Plan,
    /// When somebody has to look at it again. Another day waits for approval.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    review_at: Option<Time>,
}

fn draft(name: &str, description: &str, plan: Plan, review_at: Option<Time>) -> Draft {
    Draft { name: name.trim().to_owned(), description: description.trim().to_owned(), plan, review_at }
}

/// Templates of standard changes, by name
#[utoipa::path(get, path = "/change-templates", responses((status = 200, body = List<View>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<View>> {
    let now = app.service.now();
    let all = app.service.list_templates(&call).await?;
    Ok(Json(List::whole(all.into_iter().map(|stored| View::of(stored, now)).collect())))
}

/// One template
#[utoipa::path(get, path = "/change-templates/{id}", params(("id" = String, Path)), responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_template(&call, super::id("template", &text)?).await?;
    Ok(answer(&app, StatusCode::OK, stored))
}

/// Propose a template, of a plan or of a change that was made
#[utoipa::path(post, path = "/change-templates", request_body = NewBody, responses((status = 201, body = View)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let NewBody { name, description, plan, review_at, from } = super::named(&app, &call, body, PLACES).await?;
    let proposal = Proposal { draft: draft(&name, &description, plan, review_at), from };
    let made = Box::pin(app.service.create_template(&call, proposal)).await?;
    Ok(answer(&app, StatusCode::CREATED, made))
}

/// Write a template anew: another plan or day of review is another edition, which waits for approval
#[utoipa::path(put, path = "/change-templates/{id}", params(("id" = String, Path)), request_body = Body, responses((status = 200, body = View)))]
async fn replace(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("template", &text)?, etag::required(&headers)?);
    let Body { name, description, plan, review_at } = super::named(&app, &call, body, PLACES).await?;
    let draft = draft(&name, &description, plan, review_at);
    let written = Box::pin(app.service.replace_template(&call, id, draft, seen)).await?;
    Ok(answer(&app, StatusCode::OK, written))
}

/// What is done with a template.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TemplateTransition)]
struct Moved {
    /// `approve` and `reject` are votes of somebody else than who wrote or proposed it (right `change.review`), so are `suspend` and
    /// `withdraw`; `propose` asks for votes again (right `change.plan`).
    #[schema(value_type = String)]
    event: TemplateEvent,
    /// Why; only `approve` needs no word.
    #[serde(default)]
    comment: String,
    /// The edition that a vote is for.
    #[serde(default)]
    edition: Option<u64>,
}

/// Vote on a template, suspend it, withdraw it or propose it again
#[utoipa::path(post, path = "/change-templates/{id}/transitions", params(("id" = String, Path)), request_body = Moved, responses((status = 200, body = View)))]
async fn transition(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(Moved { event, comment, edition }): JsonBody<Moved>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("template", &text)?, etag::seen(&headers)?);
    let moved = app.service.move_template(&call, id, event, edition, &comment, seen).await?;
    Ok(answer(&app, StatusCode::OK, moved))
}

/// A template as it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChangeTemplateEdition)]
struct EditionView {
    edition: u64,
    name: String,
    description: String,
    #[schema(value_type = Object)]
    plan: Value,
    review_at: Option<String>,
    by: String,
    at: String,
}

impl From<TemplateEdition> for EditionView {
    fn from(edition: TemplateEdition) -> Self {
        let Draft { name, description, plan, review_at } = edition.draft;
        Self {
            edition: edition.edition,
            name,
            description,
            plan: json!(plan),
            review_at: review_at.map(at),
            by: edition.by,
            at: at(edition.at),
        }
    }
}

/// All editions of a template, newest first
#[utoipa::path(get, path = "/change-templates/{id}/versions", params(("id" = String, Path)), responses((status = 200, body = List<EditionView>)))]
async fn editions(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<EditionView>> {
    let all = app.service.list_editions(&call, super::id("template", &text)?).await?;
    Ok(Json(List::whole(all.into_iter().map(EditionView::from).collect())))
}

/// A change that followed a template.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TemplateChange)]
struct ChangeView {
    number: String,
    title: String,
    /// Which edition it followed.
    edition: Option<u64>,
    closed_at: Option<String>,
    close_code: Option<&'static str>,
}

impl From<Ticket> for ChangeView {
    fn from(ticket: Ticket) -> Self {
        Self {
            edition: ticket.details.change().and_then(|change| change.plan.template_edition),
            closed_at: ticket.closed_at.map(at),
            close_code: ticket.state.resolution().map(|how| how.close_code.as_str()),
            title: ticket.title.to_string(),
            number: ticket.number,
        }
    }
}

/// The last ten changes that followed a template and are over, newest first
#[utoipa::path(get, path = "/change-templates/{id}/changes", params(("id" = String, Path)), responses((status = 200, body = List<ChangeView>)))]
async fn changes(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<ChangeView>> {
    let all = app.service.changes_of_template(&call, super::id("template", &text)?).await?;
    Ok(Json(List::whole(all.into_iter().map(ChangeView::from).collect())))
}
