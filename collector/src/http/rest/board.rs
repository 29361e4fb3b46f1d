//! `/board`: the agenda of the change advisory board, and its meetings.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::approval::Approval;
use muster_model::approval::meeting::{Meeting, Outcome};
use muster_model::query::fields;
use muster_model::ticket::Ticket;
use muster_shared::Time;
use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::approval::meeting::MeetingDraft;
use crate::service::named::{Place, What};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(agenda)).routes(routes!(list, record)).routes(routes!(get))
}

/// A change that the board has before it.
#[derive(Debug, Serialize, ToSchema)]
struct AgendaItem {
    ticket: String,
    number: String,
    title: String,
    planned_start: Option<String>,
    planned_end: Option<String>,
    /// Score of its risk, 0 to 100.
    risk: Option<u32>,
    /// The round of votes.
    approval: String,
    /// The stage that votes are wanted for now: the board's own may come later.
    stage: Option<String>,
    /// Whether the board's votes are wanted now.
    waits_for_board: bool,
    /// Seats of that stage.
    seats: usize,
    /// How many of them have their vote.
    voted: usize,
}

impl From<(Ticket, Approval)> for AgendaItem {
    fn from((ticket, round): (Ticket, Approval)) -> Self {
        let change = ticket.details.change();
        let plan = change.map(|change| &change.plan);
        let at = |time: Option<Time>| time.map(|time| time.to_string());
        let stage = round.open_stage();
        Self {
            ticket: ticket.id.to_string(),
            number: ticket.number.clone(),
            title: ticket.title.to_string(),
            planned_start: at(plan.and_then(|plan| plan.planned_start)),
            planned_end: at(plan.and_then(|plan| plan.planned_end)),
            risk: change.and_then(|change| change.risk.as_ref()).map(|risk| u32::from(risk.score)),
            approval: round.id.to_string(),
            stage: stage.map(|stage| stage.name.clone()),
            waits_for_board: round.waits_for_board(),
            seats: stage.map_or(0, |stage| stage.seats.len()),
            voted: stage.map_or(0, |stage| stage.seats.iter().filter(|seat| seat.is_filled()).count()),
        }
    }
}

/// What the board has before it: changes that ask for its votes, by their windows
#[utoipa::path(get, path = "/board/agenda", responses((status = 200, body = List<AgendaItem>)))]
async fn agenda(State(app): State<Shared>, Caller(call): Caller) -> Answer<List<AgendaItem>> {
    let agenda = app.service.board_agenda(&call).await?;
    Ok(Json(List::whole(agenda.into_iter().map(AgendaItem::from).collect())))
}

/// Who was there.
#[derive(Debug, Serialize, ToSchema)]
struct PresentView {
    id: String,
    name: String,
}

/// What came of one change.
#[derive(Debug, Serialize, ToSchema)]
struct SettledView {
    ticket: String,
    number: String,
    /// `approve`, `reject` or `defer`.
    outcome: &'static str,
    comment: String,
}

/// A meeting of the board.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Meeting)]
struct MeetingView {
    id: String,
    held_at: String,
    present: Vec<PresentView>,
    minutes: String,
    items: Vec<SettledView>,
    recorded_by: String,
    recorded_at: String,
    version: u64,
}

impl From<Versioned<Meeting>> for MeetingView {
    fn from(stored: Versioned<Meeting>) -> Self {
        let meeting = stored.value;
        let present = |(id, name): (UserId, String)| PresentView { id: id.to_string(), name };
        let item = |item: muster_model::approval::meeting::Settled| SettledView {
            ticket: item.ticket.to_string(),
            number: item.number,
            outcome: item.outcome.as_str(),
            comment: item.comment,
        };
        Self {
            id: meeting.id.to_string(),
            held_at: meeting.held_at.to_string(),
            present: meeting.present.into_iter().map(present).collect(),
            minutes: meeting.minutes,
            items: meeting.items.into_iter().map(item).collect(),
            recorded_by: meeting.recorded_by,
            recorded_at: meeting.recorded_at.to_string(),
            version: stored.version,
        }
    }
}

/// Meetings that were held, the last one first
#[utoipa::path(get, path = "/board/meetings", params(ListParameters), responses((status = 200, body = List<MeetingView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<MeetingView>> {
    let (window, _) = query.parse(&fields::NONE)?;
    Ok(Json(List::of(app.service.list_meetings(&call, &window).await?, MeetingView::from)))
}

/// One meeting
#[utoipa::path(get, path = "/board/meetings/{id}", params(("id" = String, Path)), responses((status = 200, body = MeetingView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    let stored = app.service.get_meeting(&call, super::id("meeting", &text)?).await?;
    Ok(etag::tagged(StatusCode::OK, stored.version, MeetingView::from(stored)))
}

/// What came of a change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSettled {
    /// Id or number of the change.
    ticket: String,
    /// `approve`, `reject` (with a comment) or `defer`: nobody votes.
    #[schema(value_type = String)]
    outcome: Outcome,
    /// Why.
    #[serde(default)]
    comment: String,
}

/// A meeting to write down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewMeeting {
    /// When it was; now without it.
    #[schema(value_type = Option<String>, format = DateTime)]
    held_at: Option<Time>,
    /// Who was there: ids, or names that they sign in with. Half of the seats of each change have to be.
    #[schema(value_type = Vec<String>)]
    present: Vec<UserId>,
    /// What was said.
    #[serde(default)]
    minutes: String,
    /// What came of its agenda.
    items: Vec<NewSettled>,
}

/// Where a meeting names people.
const PRESENT: &[Place] = &[("/present/*", What::Person)];

/// Write a meeting down: those present vote as it decided, seats of others do not count. All of it or nothing
#[utoipa::path(post, path = "/board/meetings", request_body = NewMeeting, responses((status = 201, body = MeetingView)))]
async fn record(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Value>,
) -> Result<Response, Refusal> {
    let NewMeeting { held_at, present, minutes, items } = super::named(&app, &call, body, PRESENT).await?;
    let items = items.into_iter().map(|item| (item.ticket, item.outcome, item.comment)).collect();
    let stored = app.service.record_meeting(&call, MeetingDraft { held_at, present, minutes, items }).await?;
    Ok(etag::tagged(StatusCode::CREATED, stored.version, MeetingView::from(stored)))
}
