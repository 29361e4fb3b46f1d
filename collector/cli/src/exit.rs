//! Exit codes, and the one line that says why.

use std::process::ExitCode;

use crate::client::ClientError;

/// The exit code of an error.
fn code(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<ClientError>() {
        Some(ClientError::NotLoggedIn | ClientError::Ca { .. }) => 3,
        Some(ClientError::Refused { status: 401 | 403, .. }) => 4,
        Some(ClientError::Unreachable { .. }) => 5,
        Some(ClientError::Refused { status: 409 | 412, .. }) => 6,
        // Busy or full: it is said why, and it may work later.
        Some(ClientError::Refused { status: 503, .. }) => 1,
        Some(ClientError::Refused { status: 500.., .. } | ClientError::Malformed(_)) => 70,
        Some(ClientError::Refused { .. }) | None => 1,
    }
}

/// Says what went wrong, and ends.
#[expect(clippy::print_stderr, reason = "the one place where this program complains")]
pub(crate) fn fail(error: &anyhow::Error) -> ExitCode {
    // `muster item list | head` is no failure.
    let is_closed = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(is_closed) {
        return ExitCode::SUCCESS;
    }
    eprintln!("muster: {}", muster_shared::terminal::lines(&format!("{error:#}")));
    ExitCode::from(code(error))
}
