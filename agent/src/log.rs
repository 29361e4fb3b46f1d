//! The log: one line per event on standard error, as text or as JSON.
//!
//! The subscriber that everybody takes keeps spans in tables of its own and weighs a hundredth of the packaged program: there are none
//! here, and a line is all that an event comes to.

use std::fmt::{Debug, Write as _};
use std::io::Write as _;

use clap::ValueEnum;
use muster_shared::{Clock as _, SystemClock, terminal};
use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// What a filter is, in the words of an error.
pub const FORM: &str =
    "a level (off, error, warn, info, debug, trace) or a list such as info,muster_agent::client=debug";

/// From which level on is logged: of everything, and of what begins with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter(Vec<(String, LevelFilter)>);

impl Filter {
    /// Whether an event of a level at a place is logged; the longest name that fits counts.
    fn lets_through(&self, level: Level, target: &str) -> bool {
        let fitting = self.0.iter().filter(|(name, _)| target.starts_with(name.as_str()));
        fitting.max_by_key(|(name, _)| name.len()).is_some_and(|(_, least)| level <= *least)
    }
}

/// Reads a filter; `None` when it is none.
pub fn parse(filter: &str) -> Option<Filter> {
    let rules = filter.split(',').map(|rule| {
        // A lone word that is no level would be the name of a target: nothing would be logged, without a word of why.
        let (name, level) = rule.split_once('=').unwrap_or(("", rule));
        Some((name.trim().to_owned(), level.trim().parse().ok()?))
    });
    rules.collect::<Option<_>>().map(Filter)
}

/// An error with its causes in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

/// Starts logging. A second call changes nothing.
pub fn start(format: Format, filter: &str) {
    // The configuration takes no other.
    let filter = parse(filter).unwrap_or_else(|| Filter(vec![(String::new(), LevelFilter::INFO)]));
    let started = tracing::subscriber::set_global_default(Log { format, filter });
    drop(started);
}

/// Writes what passes the filter.
struct Log {
    format: Format,
    filter: Filter,
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && self.filter.lets_through(*metadata.level(), metadata.target())
    }

    fn event(&self, event: &Event<'_>) {
        let line = line(self.format, &SystemClock.now().to_string(), event);
        // Words of hosts, files and the collector are in every line. With standard error gone there is nobody left to tell.
        drop(terminal::Entries(std::io::stderr()).write_all(line.as_bytes()));
    }

    // There are no spans.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An event in one line.
fn line(format: Format, now: &str, event: &Event<'_>) -> String {
    let metadata = event.metadata();
    match format {
        Format::Text => {
            let mut text = Text(format!("{now} {:>5}", metadata.level().as_str()));
            event.record(&mut text);
            text.0
        }
        Format::Json => {
            let mut members = Members(Map::new());
            for (name, value) in
                [("timestamp", now), ("level", metadata.level().as_str()), ("target", metadata.target())]
            {
                members.0.insert(name.to_owned(), value.into());
            }
            event.record(&mut members);
            Value::Object(members.0).to_string()
        }
    }
}

/// `message name=value`.
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        // Writing to a String cannot fail.
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }
}

/// A member for each field: numbers and yes or no as such, the rest as text.
struct Members(Map<String, Value>);

impl Members {
    fn set(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Members {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field, format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn a_word_that_is_no_level_is_refused() {
        for right in ["info", "off", "info,muster_agent::client=debug", "muster_agent=trace", "warn, hyper=off"] {
            assert!(parse(right).is_some(), "{right}");
        }
        for wrong in ["loud", "info,loud", "muster_agent=loud"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_longest_name_that_fits_says_from_which_level_on() {
        let filter = parse("warn,muster_agent::client=debug,muster_agent=off").unwrap();
        for (level, target, is_logged) in [
            (Level::WARN, "hyper", true),
            (Level::INFO, "hyper", false),
            (Level::ERROR, "muster_agent::spool", false),
            (Level::DEBUG, "muster_agent::client::connection", true),
            (Level::TRACE, "muster_agent::client", false),
        ] {
            assert_eq!(filter.lets_through(level, target), is_logged, "{level} {target}");
        }
        assert!(!parse("muster_agent=trace").unwrap().lets_through(Level::ERROR, "hyper"));
    }

    /// What is logged, as a line of each form.
    struct Heard(Arc<Mutex<Vec<String>>>);

    impl Subscriber for Heard {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "heard"
        }
        fn event(&self, event: &Event<'_>) {
            let forms = [Format::Text, Format::Json].map(|format| line(format, "T", event));
            self.0.lock().unwrap().extend(forms);
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    #[test]
    fn an_event_is_one_line_with_its_fields_in_both_forms() {
        let heard = Arc::default();
        tracing::subscriber::with_default(Heard(Arc::clone(&heard)), || {
            let error = std::io::Error::other("no \"room\"");
            tracing::warn!(target: "heard", %error, count = 3_u64, is_last = true, word = "a b", "not kept");
        });
        let lines = heard.lock().unwrap();
        assert_eq!(lines[0], "T  WARN not kept error=no \"room\" count=3 is_last=true word=\"a b\"");
        let told: Value = serde_json::from_str(&lines[1]).unwrap();
        assert_eq!(
            told,
            serde_json::json!({
                "timestamp": "T", "level": "WARN", "target": "heard", "message": "not kept", "error": "no \"room\"",
                "count": 3, "is_last": true, "word": "a b",
            })
        );
    }
}
