//! What a ticket has to do with others and with what agents see: links, parts, conflicts, verification, deployment.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::query::fields;
use muster_model::text::{Phrase, Word};
use muster_model::ticket::major::{Fields, Step};
use muster_model::ticket::{Details, LinkKind, Ticket};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListQuery};
use super::view::{FindingView, TicketView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::named::What;
use crate::service::ticket::check_mark::Found;
use crate::service::{ServiceError, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(link))
        .routes(routes!(unlink))
        .routes(routes!(parts))
        .routes(routes!(aftermath))
        .routes(routes!(major))
        .routes(routes!(acknowledge))
        .routes(routes!(check))
        .routes(routes!(verification))
        .routes(routes!(findings))
        .routes(routes!(confirm))
}

fn answer(stored: Versioned<Ticket>) -> Response {
    etag::tagged(StatusCode::OK, stored.version, TicketView::from(stored))
}

/// A link to another ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewLink {
    /// What this ticket is to the other one: `caused_by`, `causes`, `fixed_by`, `fixes`, `duplicate_of`, `duplicated_by`, `relates_to`.
    #[schema(value_type = String)]
    kind: LinkKind,
    /// Id or number of the other one.
    ticket: String,
}

/// Link a ticket to another one; the other one has the link back
#[utoipa::path(post, path = "/tickets/{id}/links", params(("id" = String, Path)), request_body = NewLink, responses((status = 200, body = TicketView)))]
async fn link(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewLink>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    Ok(answer(app.service.link_tickets(&call, &text, body.kind, &body.ticket, seen).await?))
}

/// Take a link back, at both ends
#[utoipa::path(delete, path = "/tickets/{id}/links/{kind}/{other}", params(("id" = String, Path), ("kind" = String, Path), ("other" = String, Path)), responses((status = 200, body = TicketView)))]
async fn unlink(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, kind, other)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let found = LinkKind::ALL.iter().copied().find(|known| known.as_str() == kind);
    let kind = found.ok_or(ServiceError::NotFound { kind: "link", id: kind })?;
    let seen = etag::required(&headers)?;
    Ok(answer(app.service.unlink_tickets(&call, &text, kind, &other, seen).await?))
}

/// The tickets that are a part of one: tasks, children
#[utoipa::path(get, path = "/tickets/{id}/parts", params(("id" = String, Path)), responses((status = 200, body = List<TicketView>)))]
async fn parts(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<List<TicketView>> {
    let (parts, now) = (app.service.list_parts(&call, &text).await?, app.service.now());
    Ok(Json(List::whole(parts.into_iter().map(|part| TicketView::now(part, now)).collect())))
}

/// An incident that may have come of a change.
#[derive(Debug, Serialize, ToSchema)]
struct AftermathView {
    number: String,
    title: String,
    state: &'static str,
    priority: u8,
    opened_at: String,
    /// The item by which it may have.
    item: String,
}

/// The incidents that may have come of a change: opened since it began and within a day after it, on what it touched or what depends
/// on that. Link those that did as `causes`
#[utoipa::path(get, path = "/tickets/{id}/aftermath", params(("id" = String, Path)), responses((status = 200, body = List<AftermathView>)))]
async fn aftermath(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<AftermathView>> {
    let found = app.service.list_aftermath(&call, &text).await?;
    let view = |(ticket, item): (muster_model::ticket::Ticket, String)| AftermathView {
        state: ticket.state.name().as_str(),
        priority: ticket.priority,
        opened_at: super::view::at(ticket.opened_at),
        title: ticket.title.to_string(),
        number: ticket.number,
        item,
    };
    Ok(Json(List::whole(found.into_iter().map(view).collect())))
}

/// A step with a major incident.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "the schema of a step; its fields are read into the model's own type")]
struct MajorStep {
    /// `propose`, `accept`, `reject`, `update` or `stand_down`.
    step: String,
    /// Why, or how it stands; all but `accept` ask for it.
    note: Option<String>,
    /// What it means for the business; `accept` asks for it.
    business_impact: Option<String>,
    /// Who leads, by id or sign-in name; `accept` asks for it.
    commander: Option<String>,
    /// When the next word comes; `accept` and `update` ask for it.
    #[schema(format = DateTime)]
    next_update_at: Option<String>,
}

/// Propose, accept, reject or stand down a major incident, or tell how it stands
#[utoipa::path(post, path = "/tickets/{id}/major", params(("id" = String, Path)), request_body = MajorStep, responses((status = 200, body = TicketView)))]
async fn major(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(mut body): JsonBody<serde_json::Map<String, Value>>,
) -> Result<Response, Refusal> {
    let named = body.remove("step").and_then(|step| step.as_str().map(str::to_owned)).unwrap_or_default();
    let step = Step::ALL.iter().copied().find(|step| step.as_str() == named).ok_or_else(|| {
        let choices = Word::list(Step::ALL.iter().map(|step| step.as_str()));
        let why = Phrase::new("no_choice").with("value", named.as_str()).term("field", "field", "step");
        invalid("/step", why.with("choices", choices))
    })?;
    let fields: Fields = super::named(&app, &call, body.into(), &[("/commander", What::Person)]).await?;
    let seen = etag::seen(&headers)?;
    Ok(answer(app.service.step_major(&call, &text, step, fields, seen).await?))
}

/// Conflicts that somebody takes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Acknowledgement {
    /// Number of the other ticket, or a kind of conflict such as `empty_scope`.
    other: String,
    /// Why it may go on all the same.
    reason: String,
}

/// Take on what blocks a change
#[utoipa::path(post, path = "/tickets/{id}/conflicts", params(("id" = String, Path)), request_body = Acknowledgement, responses((status = 200, body = TicketView)))]
async fn acknowledge(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Acknowledgement>,
) -> Result<Response, Refusal> {
    let seen = etag::seen(&headers)?;
    Ok(answer(app.service.acknowledge_conflicts(&call, &text, &body.other, &body.reason, seen).await?))
}

/// What agents see of a change or release now.
#[derive(Debug, serde::Serialize, ToSchema)]
struct SeenView {
    /// Of a change: `at` and one result for each check on each host. Null before its end.
    #[schema(value_type = Option<Object>)]
    verification: Value,
    /// What all results together say: a close code. Null as long as a host was not looked at.
    suggestion: Option<&'static str>,
    /// Of a standard change that recurs, each of its times, newest first: `starts_at`, `ends_at`, how many `hosts` differed, and `counts` of
    /// differences. `done` is authorised, `no_data` waits for the host's next look, `not_done` was taken back, `partial` waits for a
    /// person's word, `extra` is none of its business.
    #[schema(value_type = Vec<Object>)]
    times: Value,
    /// Of a release: how many hosts of each wave have its versions, and which have not.
    #[schema(value_type = Option<Object>)]
    deployment: Value,
    /// Of a release that is not out: other releases that bring another version of a `package` to some of the same `hosts` (how many),
    /// with their `number`, and the `own` and the `other` version.
    #[schema(value_type = Vec<Object>)]
    clashes: Value,
    /// Of a release: its packages with their `checksum`, and whether that is `comparable` with what agents report: no agent reports
    /// the checksum of a package, so it never is, and is said so.
    #[schema(value_type = Vec<Object>)]
    packages: Value,
}

/// The packages of a release, and what can be said of their checksums.
fn packages(details: &Details) -> Value {
    let Details::Release(release) = details else { return json!([]) };
    let named = release.plan.packages.iter().filter(|package| package.checksum.is_some());
    let because = "agents report names and versions of packages, and no checksums";
    let rows = named.map(|it| {
        json!({"name": it.name, "version": it.version, "checksum": it.checksum, "comparable": false, "because": because})
    });
    Value::Array(rows.collect())
}

/// What agents see of a change or release now
#[utoipa::path(get, path = "/tickets/{id}/verification", params(("id" = String, Path)), responses((status = 200, body = SeenView)))]
async fn verification(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<SeenView> {
    let seen = app.service.verification_now(&call, &text).await?;
    let details = app.service.get_ticket(&call, &text).await?.value.details;
    Ok(Json(SeenView {
        packages: packages(&details),
        verification: json!(seen.verification),
        suggestion: seen.suggestion.map(muster_model::ticket::state::CloseCode::as_str),
        times: json!(seen.times),
        deployment: json!(seen.deployment),
        clashes: json!(seen.clashes),
    }))
}

/// A check by its place or by its words.
fn place_or_words<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "the place of a check, counted from 1, or its words")]
    enum Check {
        Place(u32),
        Words(String),
    }
    Ok(match Check::deserialize(deserializer)? {
        Check::Place(place) => place.to_string(),
        Check::Words(words) => words,
    })
}

/// What somebody found at a check of a change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CheckBody {
    /// Its place in the plan, counted from 1, as a number or a text; or its words.
    #[serde(deserialize_with = "place_or_words")]
    #[schema(value_type = String)]
    check: String,
    /// Whether it is as it should be.
    passed: bool,
    /// What was seen.
    #[serde(default)]
    note: String,
}

/// Note what was found at a check of a change
#[utoipa::path(post, path = "/tickets/{id}/checks", params(("id" = String, Path)), request_body = CheckBody, responses((status = 200, body = TicketView)))]
async fn check(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<CheckBody>,
) -> Result<Response, Refusal> {
    let found = Found { check: body.check, passed: body.passed, note: body.note };
    Ok(answer(app.service.note_check(&call, &text, &found, etag::seen(&headers)?).await?))
}

/// What was found that a change explains, may explain, or that contradicts it, newest first
#[utoipa::path(get, path = "/tickets/{id}/findings", params(("id" = String, Path)), responses((status = 200, body = List<FindingView>)))]
async fn findings(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<FindingView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    let ticket = app.service.get_ticket(&call, &text).await?.value.id;
    Ok(Json(List::of(app.service.findings_of_change(&call, ticket, &window).await?, FindingView::from)))
}

/// How many findings were confirmed.
#[derive(Debug, Serialize, ToSchema)]
struct Confirmed {
    confirmed: usize,
}

/// Say of all findings that a change may explain that it does
#[utoipa::path(post, path = "/tickets/{id}/findings/confirm", params(("id" = String, Path)), responses((status = 200, body = Confirmed)))]
async fn confirm(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<Confirmed> {
    Ok(Json(Confirmed { confirmed: app.service.confirm_findings(&call, &text).await? }))
}
