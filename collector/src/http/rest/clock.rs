//! `/service-levels` and `/tickets/{id}/service-levels`: clocks, why they stand where they stand, what would be, and how often
//! promises were kept.

use axum::Json;
use axum::extract::{Path, Query as Parameters, State};
use muster_model::level::Former;
use muster_model::level::attainment::Attainment;
use muster_model::level::clock::{Clock, Outcome, Segment};
use muster_model::level::explain::Line;
use muster_model::query::fields;
use muster_shared::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::problem::Refusal;
use crate::service::level::{Reading, TicketLevels, WhatIf};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(attained))
        .routes(routes!(of_ticket))
        .routes(routes!(explained))
        .routes(routes!(tried))
        .routes(routes!(recompute))
}

/// What a clock did in a stretch of time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LevelSegment)]
struct SegmentView {
    from: String,
    /// Null is still so.
    to: Option<String>,
    /// `run`, `pause` or `off`.
    mode: &'static str,
    /// Why it does not run: the state, and its reason.
    reason: Option<String>,
    /// Whether a person paused it in the last tenth of its time.
    late_pause: bool,
}

impl From<&Segment> for SegmentView {
    fn from(segment: &Segment) -> Self {
        Self {
            from: segment.from.to_string(),
            to: segment.to.map(|to| to.to_string()),
            mode: segment.mode.as_str(),
            reason: segment.reason.clone(),
            late_pause: segment.is_late_pause,
        }
    }
}

/// A clock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LevelClock)]
struct ClockView {
    /// The ticket's number.
    ticket: String,
    /// What is promised.
    target: &'static str,
    /// Counts up with each clock of the ticket for this target.
    cycle: u32,
    policy: String,
    policy_number: u32,
    calendar: String,
    calendar_number: u32,
    calendar_label: String,
    attached_at: String,
    start_at: String,
    target_ms: i64,
    /// `run`, `pause` or `off`.
    mode: &'static str,
    /// `met`, `breached` or `cancelled`; null while it runs in time.
    outcome: Option<&'static str>,
    /// When its time is over if it runs on; null while it does not run.
    deadline: Option<String>,
    breach_at: Option<String>,
    stopped_at: Option<String>,
    /// When a pause has been long enough and it runs on.
    runs_on_at: Option<String>,
    group: String,
    priority: u8,
    segments: Vec<SegmentView>,
}

impl From<&Clock> for ClockView {
    fn from(clock: &Clock) -> Self {
        let text = |at: Option<Time>| at.map(|at| at.to_string());
        Self {
            ticket: clock.number.clone(),
            target: clock.target.as_str(),
            cycle: clock.cycle,
            policy: clock.policy.clone(),
            policy_number: clock.policy_number,
            calendar: clock.calendar.clone(),
            calendar_number: clock.calendar_number,
            calendar_label: clock.calendar_label.clone(),
            attached_at: clock.attached_at.to_string(),
            start_at: clock.start_at.to_string(),
            target_ms: clock.target_ms,
            mode: clock.mode().as_str(),
            outcome: clock.outcome.map(Outcome::as_str),
            deadline: text(clock.deadline),
            breach_at: text(clock.breach_at),
            stopped_at: text(clock.stopped_at),
            runs_on_at: text(clock.runs_on_at),
            group: clock.group.clone(),
            priority: clock.priority,
            segments: clock.segments.iter().map(SegmentView::from).collect(),
        }
    }
}

/// A clock as it stands now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LevelReading)]
struct ReadingView {
    #[serde(flatten)]
    clock: ClockView,
    /// The policy's name for people.
    label: String,
    /// Milliseconds that counted.
    elapsed_ms: i64,
    /// Milliseconds that are left; below zero when it is over.
    remaining_ms: i64,
}

impl From<&Reading> for ReadingView {
    fn from(reading: &Reading) -> Self {
        Self {
            clock: ClockView::from(&reading.clock),
            label: reading.label.clone(),
            elapsed_ms: reading.elapsed_ms,
            remaining_ms: reading.remaining_ms,
        }
    }
}

/// A stretch of a clock's time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LevelLine)]
struct LineView {
    from: String,
    to: String,
    /// `ran`, `paused`, `off` or `closed`.
    what: &'static str,
    /// In words.
    why: String,
    /// How much of it counted.
    counted_ms: i64,
    /// How much had counted by its end.
    elapsed_ms: i64,
    /// Whether a person paused it in the last tenth of its time.
    late_pause: bool,
}

impl From<&Line> for LineView {
    fn from(line: &Line) -> Self {
        Self {
            from: line.from.to_string(),
            to: line.to.to_string(),
            what: line.kind.as_str(),
            why: line.why.to_string(),
            counted_ms: line.counted_ms,
            elapsed_ms: line.elapsed_ms,
            late_pause: line.is_late_pause,
        }
    }
}

/// A clock and every stretch of its time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LevelExplanation)]
struct ExplanationView {
    #[serde(flatten)]
    reading: ReadingView,
    lines: Vec<LineView>,
}

/// Clocks as they were before they were reckoned anew.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FormerLevels)]
struct FormerView {
    /// When they were reckoned anew.
    at: String,
    by: String,
    reason: String,
    clocks: Vec<ClockView>,
}

impl From<&Former> for FormerView {
    fn from(former: &Former) -> Self {
        Self {
            at: former.at.to_string(),
            by: former.by.clone(),
            reason: former.reason.clone(),
            clocks: former.clocks.iter().map(ClockView::from).collect(),
        }
    }
}

/// The clocks of a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketLevels)]
struct LevelsView {
    /// The ticket's number.
    ticket: String,
    items: Vec<ReadingView>,
    /// What was said before an administrator reckoned them anew, oldest first.
    former: Vec<FormerView>,
}

impl From<TicketLevels> for LevelsView {
    fn from(levels: TicketLevels) -> Self {
        Self {
            items: levels.readings.iter().map(ReadingView::from).collect(),
            former: levels.former.iter().map(FormerView::from).collect(),
            ticket: levels.ticket.number,
        }
    }
}

/// The clocks of all tickets
#[utoipa::path(get, path = "/service-levels", params(ListParameters), responses((status = 200, body = List<ClockView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<ClockView>> {
    let (window, query) = query.parse(&fields::SERVICE_LEVEL)?;
    let page = app.service.list_levels(&call, &query, &window).await?;
    Ok(Json(List::of(page, |stored| ClockView::from(&stored.value))))
}

/// The clocks of a ticket as they stand now
#[utoipa::path(get, path = "/tickets/{id}/service-levels", params(("id" = String, Path)), responses((status = 200, body = LevelsView)))]
async fn of_ticket(State(app): State<Shared>, Caller(call): Caller, Path(id): Path<String>) -> Answer<LevelsView> {
    Ok(Json(app.service.ticket_levels(&call, &id).await?.into()))
}

/// Why the clocks of a ticket stand where they stand: every stretch of their time
#[utoipa::path(get, path = "/tickets/{id}/service-levels/explanation", params(("id" = String, Path)), responses((status = 200, body = List<ExplanationView>)))]
async fn explained(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
) -> Answer<List<ExplanationView>> {
    let levels = app.service.ticket_levels(&call, &id).await?;
    let view = |reading: &Reading| ExplanationView {
        reading: reading.into(),
        lines: reading.lines.iter().map(LineView::from).collect(),
    };
    Ok(Json(List::whole(levels.readings.iter().map(view).collect())))
}

/// Terms to try.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Trial {
    /// Another priority, from the opening on: 1 to 5.
    priority: Option<u8>,
    /// This policy for its target, whether it fits or not.
    policy: Option<String>,
    /// Another calendar for all clocks.
    calendar: Option<String>,
    /// Another time for all clocks.
    minutes: Option<u32>,
}

/// Where the clocks of a ticket would stand under other terms; nothing is changed
#[utoipa::path(get, path = "/tickets/{id}/service-levels/what-if", params(("id" = String, Path), Trial), responses((status = 200, body = LevelsView)))]
async fn tried(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
    trial: Result<Parameters<Trial>, axum::extract::rejection::QueryRejection>,
) -> Answer<LevelsView> {
    let Parameters(trial) = trial.map_err(|error| Refusal::Malformed(error.body_text()))?;
    let Trial { priority, policy, calendar, minutes } = trial;
    Ok(Json(app.service.try_levels(&call, &id, &WhatIf { priority, policy, calendar, minutes }).await?.into()))
}

/// Why the clocks are reckoned anew.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RecomputeLevels)]
struct Recompute {
    reason: String,
}

/// Reckon the clocks of a ticket anew: the calendars and policies of now count for all of its time. What was said before is kept
#[utoipa::path(post, path = "/tickets/{id}/service-levels/recompute", params(("id" = String, Path)), request_body = Recompute, responses((status = 200, body = LevelsView)))]
async fn recompute(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<Recompute>,
) -> Answer<LevelsView> {
    Ok(Json(app.service.recompute_levels(&call, &id, &body.reason).await?.into()))
}

/// How often a promise was kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attainment)]
struct AttainmentView {
    policy: String,
    /// The policy's name for people.
    label: String,
    target: &'static str,
    met: u64,
    /// Too late, or over its time and still going on.
    breached: u64,
    /// How many of the breached go on.
    breached_open: u64,
    /// Ended without counting.
    cancelled: u64,
    /// met / (met + breached), in percent; null when nothing ended.
    percent: Option<f64>,
    /// `GET /service-levels?filter=…` lists those that make the number, with ` outcome:met` or another one behind it only those.
    filter: String,
}

/// How often promises were kept in a period.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttainmentReport)]
struct AttainmentReport {
    /// From then on.
    from: String,
    /// Before then.
    to: String,
    items: Vec<AttainmentView>,
}

/// The query of the clocks behind a row.
pub(crate) fn attainment_filter(policy: &str, from: Time, to: Time) -> String {
    format!("policy:{policy} ended_at>={from} ended_at<{to}")
}

fn attainment_view((row, label): (Attainment, String), from: Time, to: Time) -> AttainmentView {
    AttainmentView {
        filter: attainment_filter(&row.policy, from, to),
        percent: row.ratio().map(|ratio| (ratio * 1_000.0).round() / 10.0),
        policy: row.policy,
        label,
        target: row.target.as_str(),
        met: row.met,
        breached: row.breached,
        breached_open: row.breached_open,
        cancelled: row.cancelled,
    }
}

/// A period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Period {
    /// From this time on (RFC 3339, or a day); four weeks before its end without it.
    from: Option<String>,
    /// Before this time; now without it.
    to: Option<String>,
}

/// How often promises were kept, of the clocks that ended in a period: met / (met + breached), by policy
#[utoipa::path(get, path = "/service-levels/attainment", params(Period), responses((status = 200, body = AttainmentReport)))]
async fn attained(
    State(app): State<Shared>,
    Caller(call): Caller,
    period: Result<Parameters<Period>, axum::extract::rejection::QueryRejection>,
) -> Answer<AttainmentReport> {
    let Parameters(period) = period.map_err(|error| Refusal::Malformed(error.body_text()))?;
    let muster_model::kpi::Period { from, to } =
        super::kpi::period(period.from.as_deref(), period.to.as_deref(), app.service.now())?;
    let rows = app.service.level_attainment(&call, from, to).await?;
    let items = rows.into_iter().map(|row| attainment_view(row, from, to)).collect();
    Ok(Json(AttainmentReport { from: from.to_string(), to: to.to_string(), items }))
}
