//! Why a collector is not believed: in words that say what is wrong and what to do. What the TLS library says of it names
//! neither who issued the certificate nor where the agent has its own opinion from.

use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;

use muster_shared::Time;
use rustls::pki_types::{CertificateDer, UnixTime};
use rustls::{CertificateError, OtherError};

use crate::{distinguished_name, x509};

/// What is wrong with the certificate of whoever answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// No certificate of the chain has the key that the token names.
    #[error(
        "its certificate was issued by '{issuer}', and not by the CA that the token names (SHA-256 {pin}): the URL leads \
         elsewhere, the token is of another collector, or somebody stands in between"
    )]
    Pin {
        /// Who issued it, as the certificate says.
        issuer: String,
        /// The hash of the key that was expected, in hex.
        pin: String,
    },
    /// The chain does not lead to the CA that this agent knows.
    #[error(
        "its certificate was issued by '{issuer}', and not by the CA that this agent enrolled with (ca.crt in the state \
         directory): the URL leads elsewhere, somebody stands in between, or the collector was set up anew (then: \
         `muster-agent enroll --force --token-file FILE`)"
    )]
    Issuer {
        /// Who issued it, as the certificate says.
        issuer: String,
    },
    /// It is the certificate of another name.
    #[error(
        "its certificate is for {presented}, and not for {wanted}: enroll with `--url` and one of its names, or add {wanted} \
         to 'names' in the collector's configuration"
    )]
    Name {
        /// The name in the URL.
        wanted: String,
        /// The names that it is for.
        presented: String,
    },
    /// It ended.
    #[error(
        "its certificate ended at {end}, and the clock of this host says {now}: set the clock if it is wrong, else restart \
         the collector, which then gets a new one"
    )]
    Ended {
        /// When.
        end: Time,
        /// What the clock says.
        now: Time,
    },
    /// It does not count yet.
    #[error(
        "its certificate begins at {begin}, and the clock of this host says {now}: set the clock of whoever is wrong"
    )]
    Early {
        /// When.
        begin: Time,
        /// What the clock says.
        now: Time,
    },
    /// Anything else, in the words of the TLS library.
    #[error("its certificate cannot be used ({0})")]
    Other(String),
}

fn time(at: UnixTime) -> Time {
    Time::from_millis(i64::try_from(at.as_secs()).unwrap_or(i64::MAX / 1_000).saturating_mul(1_000))
}

/// Who issued a certificate, as it says itself.
pub(super) fn issuer(certificate: &CertificateDer<'_>) -> String {
    x509::read(certificate).map_or_else(|| "?".to_owned(), |read| distinguished_name::text(read.issuer()))
}

impl Doubt {
    /// The doubt that an error of a check is.
    pub(super) fn of(error: &rustls::Error, certificate: &CertificateDer<'_>) -> Self {
        let rustls::Error::InvalidCertificate(error) = error else { return Self::Other(error.to_string()) };
        match error {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                Self::Issuer { issuer: issuer(certificate) }
            }
            CertificateError::NotValidForNameContext { expected, presented } => {
                Self::Name { wanted: expected.to_str().into_owned(), presented: names(presented) }
            }
            CertificateError::ExpiredContext { time: now, not_after } => {
                Self::Ended { end: time(*not_after), now: time(*now) }
            }
            CertificateError::NotValidYetContext { time: now, not_before } => {
                Self::Early { begin: time(*not_before), now: time(*now) }
            }
            error => Self::Other(error.to_string()),
        }
    }

    /// As an error of the handshake.
    pub(super) fn refuse(self) -> rustls::Error {
        rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(self))))
    }

    /// The doubt that a handshake ended with.
    pub(crate) fn in_error(error: &rustls::Error) -> Option<&Self> {
        match error {
            rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(doubt))) => {
                let doubt: &(dyn Error + 'static) = doubt.as_ref();
                doubt.downcast_ref()
            }
            _ => None,
        }
    }
}

/// Names without the words that the TLS library puts around each: `DnsName("a")`, `IpAddress(127.0.0.1)`.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let inner = name.split_once('(').map_or(name.as_str(), |(_, inner)| inner.trim_end_matches(')'));
        let inner = inner.trim_matches('"');
        // The library writes addresses of IPv6 in a way of its own.
        inner.parse::<IpAddr>().map_or_else(|_| inner.to_owned(), |address| address.to_string())
    };
    if presented.is_empty() { "no name".to_owned() } else { presented.iter().map(bare).collect::<Vec<_>>().join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_bare() {
        let presented = ["DnsName(\"a.test\")", "IpAddress(127.0.0.1)", "IpAddress(0::1)", "odd"].map(str::to_owned);
        assert_eq!(names(&presented), "a.test, 127.0.0.1, ::1, odd");
        assert_eq!(names(&[]), "no name");
    }

    #[test]
    fn a_doubt_comes_through_the_handshake_and_others_are_none() {
        let doubt = Doubt::Issuer { issuer: "CN=x".into() };
        assert_eq!(Doubt::in_error(&doubt.clone().refuse()), Some(&doubt));
        assert_eq!(Doubt::in_error(&rustls::Error::DecryptError), None);
        let junk = CertificateDer::from(vec![1, 2, 3]);
        assert_eq!(issuer(&junk), "?");
        assert!(matches!(Doubt::of(&rustls::Error::DecryptError, &junk), Doubt::Other(_)));
    }
}
