//! What can go wrong between agent and collector, sorted by what the agent does about it.

use std::error::Error;
use std::io;
use std::time::Duration;

use muster_shared::SectionName;

use super::TransportError;
use crate::status::Standing;
use crate::trust::{Doubt, TrustError};

/// Why a request did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The URL cannot be one of a collector.
    #[error("'{0}' is not the URL of a collector: it has the form https://host:8443")]
    Url(String),
    /// The proxy cannot be used. Neither what was configured nor the cause that quotes it is repeated: it may hold a password.
    #[error("the setting 'proxy' is no proxy: it has the form http://host:3128 or http://user:password@host:3128")]
    Proxy,
    /// The key or the certificates cannot be used.
    #[error("cannot prepare the connection")]
    Trust(#[from] TrustError),
    /// The request cannot be written.
    #[error("cannot write the request")]
    Build(#[source] Box<dyn Error + Send + Sync>),
    /// Nobody answers.
    #[error("cannot reach the collector at {url}")]
    Unreachable {
        /// Where.
        url: String,
        /// Why.
        source: TransportError,
    },
    /// What answers there does not speak TLS.
    #[error("what answers at {url} does not speak TLS: it is not the collector's port for agents")]
    NotTls {
        /// Where.
        url: String,
    },
    /// Somebody answers who is not the collector.
    #[error("who answers at {url} is not trusted, and nothing was sent")]
    Untrusted {
        /// Where.
        url: String,
        /// Why.
        source: Doubt,
    },
    /// The collector does not take our certificate, or the two have no TLS in common.
    #[error(
        "no TLS connection to {url} ({why}): the collector may not take this agent's certificate; `muster-agent status` says \
         until when it is good, and `muster-agent enroll --force --token-file FILE` gets another"
    )]
    Handshake {
        /// Where.
        url: String,
        /// Why, in the words of the TLS library.
        why: String,
    },
    /// An answer that the collector cannot have given.
    #[error("what {url} answered is not from a collector: {why}")]
    NotAnAnswer {
        /// Where.
        url: String,
        /// What is wrong.
        why: &'static str,
    },
    /// Not now.
    #[error("the collector at {url} cannot take it now (status {status}: {detail})")]
    Busy {
        /// Where.
        url: String,
        /// HTTP status.
        status: u16,
        /// In words.
        detail: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// This agent never speaks again.
    #[error("the collector at {url} shut this agent out: {detail} (`muster-agent enroll --force --token-file FILE`)")]
    Revoked {
        /// Where.
        url: String,
        /// In words.
        detail: String,
    },
    /// Not known, expired, or a token that does not count.
    #[error("the collector at {url} refuses this agent: {detail}")]
    Refused {
        /// Where.
        url: String,
        /// In words.
        detail: String,
    },
    /// Known, but its word does not count now: it waits for approval, or is in quarantine.
    #[error("the collector at {url} keeps this agent waiting: {detail}")]
    Held {
        /// Where.
        url: String,
        /// Which of the two.
        standing: Standing,
        /// In words.
        detail: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// This is a copy of another agent, and shall become an agent of its own.
    #[error("the collector at {url} takes this for the copy of an agent that was split")]
    Split {
        /// Where.
        url: String,
    },
    /// The base of a report is not there.
    #[error("the collector does not have what the report builds on")]
    UnknownBase,
    /// A person has to say which host this is; until then nothing is taken.
    #[error("the collector at {url} does not know which host this is: {detail}")]
    Undecided {
        /// Where.
        url: String,
        /// In words.
        detail: String,
        /// When it wants to be asked again.
        retry_after: Option<Duration>,
    },
    /// It is there already, in another form.
    #[error("the collector at {url} sees a conflict: {detail}")]
    Conflict {
        /// Where.
        url: String,
        /// In words.
        detail: String,
    },
    /// The collector will never take it.
    #[error("the collector at {url} rejects it (status {status}): {detail}")]
    Rejected {
        /// Where.
        url: String,
        /// HTTP status.
        status: u16,
        /// In words.
        detail: String,
        /// The sections that it rejects a report for, and why.
        sections: Vec<(SectionName, String)>,
    },
}

impl ClientError {
    /// Sorts an error of the transport: not there, or not trusted.
    pub(super) fn transport(url: &str, source: TransportError) -> Self {
        let url = url.to_owned();
        match tls_error(&source) {
            Some(rustls::Error::InvalidMessage(_)) => Self::NotTls { url },
            None | Some(rustls::Error::General(_)) => Self::Unreachable { url, source },
            Some(error) => match Doubt::in_error(error) {
                Some(doubt) => Self::Untrusted { url, source: doubt.clone() },
                None => Self::Handshake { url, why: error.to_string() },
            },
        }
    }

    /// How long the collector asked to wait.
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } | Self::Held { retry_after, .. } | Self::Undecided { retry_after, .. } => {
                *retry_after
            }
            _ => None,
        }
    }

    /// Whether only a person can help, so that trying often makes no sense.
    pub const fn needs_a_person(&self) -> bool {
        self.doubts_certificate() || matches!(self, Self::Held { .. } | Self::Undecided { .. } | Self::Revoked { .. })
    }

    /// What the collector said with it of the agent itself.
    pub const fn standing(&self) -> Option<Standing> {
        match self {
            Self::Held { standing, .. } => Some(*standing),
            Self::Undecided { .. } => Some(Standing::Undecided),
            Self::Revoked { .. } => Some(Standing::Revoked),
            Self::Refused { .. } => Some(Standing::Refused),
            _ => None,
        }
    }

    /// Whether it may be for the certificate that was shown.
    pub const fn doubts_certificate(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Untrusted { .. } | Self::Handshake { .. } | Self::Trust(_))
    }
}

/// What TLS says is wrong. I/O errors hide what they wrap from `source`, so they are opened here.
fn tls_error(error: &TransportError) -> Option<&rustls::Error> {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        let tls = error.downcast_ref::<rustls::Error>();
        if let Some(tls) = tls.or_else(|| inner.and_then(|inner| inner.downcast_ref::<rustls::Error>())) {
            return Some(tls);
        }
        next = match inner {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}
