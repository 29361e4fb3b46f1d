//! The log: one line per event on standard error, as text or as JSON.

use clap::ValueEnum;
use muster_shared::terminal;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt, registry};

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

/// Reads a filter; `None` when it is none.
pub fn parse(filter: &str) -> Option<Targets> {
    // A lone word that is no level would be the name of a target: nothing would be logged, without a word of why.
    let mut words = filter.split(',').map(str::trim).filter(|word| !word.contains('='));
    if words.any(|word| word.parse::<LevelFilter>().is_err()) {
        return None;
    }
    filter.parse().ok()
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
    let filter = parse(filter).unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    // Words of hosts, files and the collector are in every line; the layer itself makes harmless only some of them.
    let lines = fmt::layer().with_writer(|| terminal::Entries(std::io::stderr())).with_ansi(false);
    let lines = match format {
        Format::Text => lines.with_target(false).boxed(),
        Format::Json => lines.json().flatten_event(true).boxed(),
    };
    let started = registry().with(lines.with_filter(filter)).try_init();
    drop(started);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_level_is_refused() {
        for right in ["info", "off", "info,muster_agent::client=debug", "muster_agent=trace"] {
            assert!(parse(right).is_some(), "{right}");
        }
        for wrong in ["loud", "info,loud", "muster_agent=loud"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
