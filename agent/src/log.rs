//! The log: one line per event on standard error, as text or as JSON.

use clap::ValueEnum;
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

/// A filter that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error(
    "'{filter}' is not a log filter: it is a level (error, warn, info, debug, trace) or a list such as info,muster_agent::client=debug"
)]
pub struct FilterError {
    filter: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

/// Reads a filter.
pub fn parse(filter: &str) -> Result<Targets, FilterError> {
    // A lone word that is no level would be the name of a target: nothing would be logged, without a word of why.
    let words = filter.split(',').map(str::trim).filter(|word| !word.contains('='));
    for word in words {
        word.parse::<LevelFilter>()
            .map_err(|source| FilterError { filter: filter.to_owned(), source: Box::new(source) })?;
    }
    filter.parse::<Targets>().map_err(|source| FilterError { filter: filter.to_owned(), source: Box::new(source) })
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
pub fn start(format: Format, filter: Targets) {
    use std::io::IsTerminal;
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match format {
        Format::Text => lines.with_ansi(std::io::stderr().is_terminal()).with_target(false).boxed(),
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
            parse(right).unwrap();
        }
        for wrong in ["loud", "info,loud", "muster_agent=loud"] {
            assert!(parse(wrong).unwrap_err().to_string().contains("is not a log filter"), "{wrong}");
        }
    }
}
