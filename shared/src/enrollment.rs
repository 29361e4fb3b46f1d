//! The text form of an enrollment token.
//!
//! `muster1.` and base64url of a small JSON object: where the collector is, the SHA-256 of its CA's public key (so that the
//! agent knows whom it speaks to before it says anything), the token's id and its secret. Read from a file or standard
//! input, never from a command line, where every user of the machine could see it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::id::EnrollmentTokenId;
use crate::secret;

const PREFIX: &str = "muster1.";

/// What an enrollment token says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrollmentToken {
    /// Base URL of the agent listener.
    pub url: String,
    /// SHA-256 of the CA's `SubjectPublicKeyInfo` (DER), in lower-case hex.
    pub ca_spki_sha256: String,
    /// Which token.
    pub id: EnrollmentTokenId,
    /// Its secret. The collector keeps only a hash.
    pub secret: String,
}

impl fmt::Debug for EnrollmentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EnrollmentToken").field("url", &self.url).field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Display for EnrollmentToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = Zeroizing::new(serde_json::to_vec(self).map_err(|_| fmt::Error)?);
        write!(f, "{PREFIX}{}", secret::encode(&json))
    }
}

/// A text that is no enrollment token. Says nothing of the text: it may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an enrollment token: one begins with '{PREFIX}' and is copied whole from `muster token create`")]
pub struct InvalidToken;

impl FromStr for EnrollmentToken {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, InvalidToken> {
        let body = text.trim().strip_prefix(PREFIX).ok_or(InvalidToken)?;
        let json = Zeroizing::new(secret::decode(body).ok_or(InvalidToken)?);
        serde_json::from_slice(&json).map_err(|_| InvalidToken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;

    #[test]
    fn a_token_survives_its_text_form_and_hides_its_secret() {
        let token = EnrollmentToken {
            url: "https://127.0.0.1:8443".into(),
            ca_spki_sha256: "ab".repeat(32),
            id: EnrollmentTokenId::new(Time::from_millis(1)),
            secret: "s3cret".into(),
        };
        let text = format!("{token}\n");
        assert_eq!(text.parse::<EnrollmentToken>().unwrap(), token);
        assert!(!format!("{token:?}").contains("s3cret"));
        for wrong in ["", "muster1.", "muster1.e30", &text[..text.len() / 2], "muster2.e30"] {
            assert_eq!(wrong.parse::<EnrollmentToken>(), Err(InvalidToken), "{wrong}");
        }
    }
}
