//! Exit codes of the contract, and which error leads to which.

use crate::client::ClientError;
use crate::config::ConfigError;
use crate::courier::CourierError;
use crate::enroll::EnrollError;
use crate::identity::IdentityError;
use crate::lock::LockError;
use crate::trust::TrustError;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Failed.
    Failed = 1,
    /// The command line is wrong.
    Usage = 2,
    /// The configuration or the state directory is wrong.
    Configuration = 3,
    /// The collector refuses, or is not whom we trust.
    Unauthorised = 4,
    /// The collector cannot be reached or cannot take it now.
    Unreachable = 5,
    /// It is there already.
    Conflict = 6,
    /// A bug.
    Internal = 70,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// The exit code for an error: the first cause that says one decides.
pub fn of(error: &anyhow::Error) -> Exit {
    error.chain().find_map(of_cause).unwrap_or(Exit::Failed)
}

fn of_cause(cause: &(dyn std::error::Error + 'static)) -> Option<Exit> {
    if let Some(error) = cause.downcast_ref::<ClientError>() {
        return Some(of_client(error));
    }
    if let Some(error) = cause.downcast_ref::<CourierError>() {
        return error.client().map(of_client);
    }
    if let Some(error) = cause.downcast_ref::<EnrollError>() {
        return match error {
            EnrollError::AlreadyEnrolled { .. } => Some(Exit::Conflict),
            EnrollError::Token { .. } | EnrollError::ReadToken { .. } | EnrollError::Loose(_) => {
                Some(Exit::Configuration)
            }
            EnrollError::Client(error) => Some(of_client(error)),
            EnrollError::Identity(error) => of_identity(error),
            EnrollError::Answer(_) | EnrollError::Disk(_) => None,
        };
    }
    if let Some(error) = cause.downcast_ref::<IdentityError>() {
        return of_identity(error);
    }
    if cause.is::<ConfigError>() {
        return Some(Exit::Configuration);
    }
    if let Some(error) = cause.downcast_ref::<LockError>() {
        return Some(if matches!(error, LockError::Held(_)) { Exit::Conflict } else { Exit::Configuration });
    }
    if matches!(cause.downcast_ref(), Some(TrustError::Pin { .. })) {
        return Some(Exit::Unauthorised);
    }
    cause.is::<tokio::task::JoinError>().then_some(Exit::Internal)
}

const fn of_client(error: &ClientError) -> Exit {
    match error {
        ClientError::Url(_) | ClientError::Proxy | ClientError::Trust(_) => Exit::Configuration,
        ClientError::Unreachable { .. }
        | ClientError::NotTls { .. }
        | ClientError::Busy { .. }
        | ClientError::NotAnAnswer { .. } => Exit::Unreachable,
        ClientError::Untrusted { .. }
        | ClientError::Handshake { .. }
        | ClientError::Refused { .. }
        | ClientError::Revoked { .. }
        | ClientError::Held { .. }
        | ClientError::Split { .. } => Exit::Unauthorised,
        ClientError::Conflict { .. } | ClientError::Undecided { .. } | ClientError::UnknownBase => Exit::Conflict,
        ClientError::Build(_) => Exit::Internal,
        ClientError::Rejected { .. } => Exit::Failed,
    }
}

fn of_identity(error: &IdentityError) -> Option<Exit> {
    match error {
        // Trying again does not give the file to another user.
        IdentityError::Read { source, .. } if source.kind() == std::io::ErrorKind::PermissionDenied => {
            Some(Exit::Configuration)
        }
        IdentityError::Expired(_) => Some(Exit::Unauthorised),
        IdentityError::NotEnrolled(_)
        | IdentityError::Exposed { .. }
        | IdentityError::Foreign { .. }
        | IdentityError::Damaged { .. } => Some(Exit::Configuration),
        IdentityError::Unrenewed(..) | IdentityError::Read { .. } | IdentityError::Key(_) | IdentityError::Disk(_) => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context;

    #[test]
    fn the_cause_decides_also_below_context() {
        let refused = || ClientError::Refused { url: "https://c".into(), detail: "revoked".into() };
        assert_eq!(of(&anyhow::Error::from(refused()).context("while enrolling")), Exit::Unauthorised);
        assert_eq!(of(&EnrollError::Client(refused()).into()), Exit::Unauthorised);
        let held: Result<(), _> = Err(LockError::Held("/x".into()));
        assert_eq!(of(&held.context("starting").unwrap_err()), Exit::Conflict);
        assert_eq!(of(&IdentityError::NotEnrolled("/x".into()).into()), Exit::Configuration);
        assert_eq!(of(&IdentityError::Expired(muster_shared::Time::default()).into()), Exit::Unauthorised);
        let read = |kind: std::io::ErrorKind| IdentityError::Read { path: "/x".into(), source: kind.into() };
        assert_eq!(of(&read(std::io::ErrorKind::PermissionDenied).into()), Exit::Configuration);
        assert_eq!(of(&read(std::io::ErrorKind::Other).into()), Exit::Failed);
        assert_eq!(of(&anyhow::anyhow!("something else")), Exit::Failed);
    }
}
