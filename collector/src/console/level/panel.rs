//! Clocks as rows: in the list of all, and beside their ticket with every stretch of their time.

use muster_model::level::clock::{Clock, Mode, Outcome};
use muster_model::level::explain::{Kind, Line};
use muster_shared::Time;

use super::{calendar_label, policy_label, span};
use crate::console::locale::Locale;
use crate::console::moment;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::level::Reading;

/// A stretch of time.
#[derive(Clone, Debug)]
pub(in crate::console) struct LineRow {
    pub(in crate::console) when: String,
    pub(in crate::console) what: String,
    /// How much of it counted; empty for nothing.
    pub(in crate::console) counted: String,
    pub(in crate::console) is_late_pause: bool,
}

/// A clock.
#[derive(Clone, Debug)]
pub(in crate::console) struct ClockRow {
    pub(in crate::console) ticket: String,
    pub(in crate::console) policy: String,
    pub(in crate::console) label: String,
    pub(in crate::console) target: &'static str,
    pub(in crate::console) calendar: String,
    pub(in crate::console) calendar_label: String,
    pub(in crate::console) calendar_number: u32,
    /// How it stands, in a word, and whether that is bad.
    pub(in crate::console) state: String,
    pub(in crate::console) is_bad: bool,
    /// When its time is over, or was.
    pub(in crate::console) over_at: Option<Time>,
    pub(in crate::console) stopped_at: Option<Time>,
    pub(in crate::console) target_span: String,
    pub(in crate::console) elapsed: String,
    /// What is left, or how much too much it is.
    pub(in crate::console) remaining: String,
    pub(in crate::console) lines: Vec<LineRow>,
    /// How often a person paused it in the last tenth of its time.
    pub(in crate::console) late_pauses: usize,
}

fn state(clock: &Clock, locale: Locale) -> String {
    match (clock.outcome, clock.mode()) {
        (Some(outcome), _) => locale.name("level-outcome", outcome.as_str()),
        (None, mode) => locale.name("level-mode", mode.as_str()),
    }
}

fn line(line: &Line, locale: Locale) -> LineRow {
    let word = locale.name("level-line", line.kind.as_str());
    let what = match line.kind {
        Kind::Ran => word,
        Kind::Paused | Kind::Off | Kind::Closed => locale.phrase(&line.why),
    };
    LineRow {
        when: moment::interval(line.from, line.to),
        what,
        counted: if line.counted_ms > 0 { span(locale, line.counted_ms) } else { String::new() },
        is_late_pause: line.is_late_pause,
    }
}

impl ClockRow {
    /// A clock without what it did.
    pub(super) fn of(clock: &Clock, label: String, locale: Locale) -> Self {
        Self {
            ticket: clock.number.clone(),
            policy: clock.policy.clone(),
            label,
            target: clock.target.as_str(),
            calendar_label: calendar_label(locale, &clock.calendar, &clock.calendar_label),
            calendar: clock.calendar.clone(),
            calendar_number: clock.calendar_number,
            state: state(clock, locale),
            is_bad: clock.outcome == Some(Outcome::Breached),
            over_at: clock.breach_at.or(clock.deadline),
            stopped_at: clock.stopped_at,
            target_span: span(locale, clock.target_ms),
            elapsed: String::new(),
            remaining: String::new(),
            lines: Vec::new(),
            late_pauses: clock.segments.iter().filter(|segment| segment.is_late_pause).count(),
        }
    }

    fn with_lines(reading: &Reading, locale: Locale) -> Self {
        let clock = &reading.clock;
        let label = policy_label(locale, &clock.policy, &reading.label);
        let is_open = clock.is_open() || clock.mode() != Mode::Off;
        let key = if reading.remaining_ms < 0 { "level-over-by" } else { "level-left" };
        let left = span(locale, reading.remaining_ms);
        Self {
            elapsed: span(locale, reading.elapsed_ms),
            remaining: if is_open { locale.with(key, &[("time", &left)]) } else { String::new() },
            lines: reading.lines.iter().map(|part| line(part, locale)).collect(),
            ..Self::of(clock, label, locale)
        }
    }
}

/// The clocks of a ticket: those that go on first.
pub(in crate::console) async fn clocks(visitor: &Visitor, ticket: &str) -> Result<Vec<ClockRow>, ServiceError> {
    let levels = visitor.service().ticket_levels(&visitor.call, ticket).await?;
    let mut readings = levels.readings;
    readings.sort_by_key(|reading| !reading.clock.is_open());
    Ok(readings.iter().map(|reading| ClockRow::with_lines(reading, visitor.locale)).collect())
}
