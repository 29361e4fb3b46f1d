//! A clock in words: every stretch of its time, what it did in it, and why it did not count.

use muster_shared::Time;

use super::clock::{Clock, Mode};
use super::names;
use crate::calendar::{Closed, Opening};
use crate::text::Phrase;

names! {
    /// What a stretch of time was for a clock.
    Kind {
        /// It counted.
        Ran = "ran",
        /// The clock paused.
        Paused = "paused",
        /// The clock stood still.
        Off = "off",
        /// The calendar was closed.
        Closed = "closed",
    }
}

/// A stretch of time of a clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// From then.
    pub from: Time,
    /// Until then.
    pub to: Time,
    /// What it was.
    pub kind: Kind,
    /// In words.
    pub why: Phrase,
    /// How much of it counted.
    pub counted_ms: i64,
    /// How much had counted by its end.
    pub elapsed_ms: i64,
    /// Whether a person paused it in the last tenth of its time.
    pub is_late_pause: bool,
}

fn closed_words(closed: &Closed) -> Phrase {
    match closed {
        Closed::Break => Phrase::new("level_break"),
        Closed::Hours => Phrase::new("level_closed"),
        Closed::Holiday(name) => Phrase::new("level_holiday").with("name", name.as_str()),
    }
}

fn standing_words(mode: Mode, reason: Option<&str>) -> Phrase {
    let reason = reason.unwrap_or_default();
    let (state, code) = reason.split_once(':').map_or((reason, None), |(state, code)| (state, Some(code)));
    match (mode, code) {
        (Mode::Pause, Some(code)) => Phrase::new("level_paused_for").term("reason", "hold-reason", code.to_owned()),
        (Mode::Pause, None) => Phrase::new("level_paused").term("state", "state-word", state.to_owned()),
        _ => Phrase::new("level_off").term("state", "state-word", state.to_owned()),
    }
}

/// The stretches of a clock's time up to a moment, oldest first.
pub fn lines(clock: &Clock, opening: &Opening, now: Time) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut elapsed = 0;
    for segment in clock.segments.iter().filter(|segment| segment.from < now) {
        let (from, to) = (segment.from, segment.to.unwrap_or(now).min(now));
        if segment.mode != Mode::Run {
            let kind = if segment.mode == Mode::Pause { Kind::Paused } else { Kind::Off };
            let why = standing_words(segment.mode, segment.reason.as_deref());
            let is_late_pause = segment.is_late_pause;
            lines.push(Line { from, to, kind, why, counted_ms: 0, elapsed_ms: elapsed, is_late_pause });
            continue;
        }
        for part in opening.parts(from, to) {
            let (kind, why) = match &part.closed {
                None => (Kind::Ran, Phrase::new("level_ran")),
                Some(closed) => (Kind::Closed, closed_words(closed)),
            };
            let counted_ms = if part.closed.is_none() { part.to.since(part.from) } else { 0 };
            elapsed += counted_ms;
            let (from, to) = (part.from, part.to);
            lines.push(Line { from, to, kind, why, counted_ms, elapsed_ms: elapsed, is_late_pause: false });
        }
    }
    lines
}
