//! The log: one line per event on standard error, as text or as JSON.

use clap::ValueEnum;
use tracing_subscriber::filter::Targets;
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
    source: tracing_subscriber::filter::ParseError,
}

/// Reads a filter.
pub fn parse(filter: &str) -> Result<Targets, FilterError> {
    filter.parse::<Targets>().map_err(|source| FilterError { filter: filter.to_owned(), source })
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
