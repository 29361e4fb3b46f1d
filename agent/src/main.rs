//! The agent's entry: reads the command line, runs the command, turns an error into one line and an exit code.

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;
use muster_agent::command::{self, Cli};
use muster_agent::exit::{self, Exit};
use muster_shared::terminal;

/// Gives memory back as soon as a scan is over, as musl's own allocator does. Set up by packaging/build.
#[cfg(all(feature = "lean", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = std::io::stdout().lock();
    let result = command::run(cli, &mut out).and_then(|()| Ok(out.flush()?));
    match result {
        Ok(()) => Exit::Done.into(),
        // `muster-agent inventory | head` is no failure.
        Err(error) if is_broken_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            let text = muster_agent::log::chain(error.as_ref());
            // With standard error gone there is nobody left to tell.
            drop(writeln!(std::io::stderr(), "muster-agent: {}", terminal::lines(text.trim_end())));
            exit::of(&error).into()
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let kind = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let kind =
            kind.or_else(|| cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind));
        kind == Some(std::io::ErrorKind::BrokenPipe)
    })
}
