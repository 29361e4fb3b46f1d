//! Secrets that must be read again to be used: sealed with a key that is not in the store.
//!
//! AES-256-GCM; the name of the place that a secret is for is authenticated along, so that it opens nowhere else. The key is a
//! file beside the authority's, which only the collector's user reads. A copy of the store without it opens nothing.

use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use muster_model::notification::channel::Sealed;
use muster_shared::secret;

use crate::authority::write_private;

const KEY_BYTES: usize = 32;

/// Why a key file or a sealed secret cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key file cannot be read or written.
    #[error("the key of notifications {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key file holds no key.
    #[error("the key of notifications {}: it does not hold {KEY_BYTES} bytes", path.display())]
    Length {
        /// The file.
        path: PathBuf,
    },
    /// What is sealed was sealed with another key, or for another place, or is damaged.
    #[error("a secret cannot be opened with the key of this collector; enter it again")]
    Closed,
}

/// The key that seals and opens.
pub struct Keyring {
    key: RandomizedNonceKey,
    /// Signs what comes back to us; derived from the key, so that neither tells the other.
    signing: hmac::Key,
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring(…)")
    }
}

impl Keyring {
    /// By a key.
    #[expect(clippy::expect_used, reason = "the length is right by its type")]
    fn of(key: &[u8; KEY_BYTES]) -> Self {
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"muster signing key 1");
        Self {
            key: RandomizedNonceKey::new(&AES_256_GCM, key).expect("a key of the right length"),
            signing: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        }
    }

    /// By a key that ends with the process.
    pub fn fleeting() -> Self {
        Self::of(&secret::random_bytes())
    }

    /// By the key in a file, which is made if there is none.
    pub fn open(path: &Path) -> Result<Self, SealError> {
        let io = |source| SealError::Io { path: path.to_owned(), source };
        match std::fs::read(path) {
            Ok(bytes) => {
                let key = bytes.try_into().map_err(|_| SealError::Length { path: path.to_owned() })?;
                Ok(Self::of(&key))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let key = secret::random_bytes::<KEY_BYTES>();
                write_private(path, &key).map_err(io)?;
                Ok(Self::of(&key))
            }
            Err(error) => Err(io(error)),
        }
    }

    /// The signature of a message.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        hmac::sign(&self.signing, message).as_ref().to_vec()
    }

    /// Whether a signature is ours, in constant time.
    pub fn is_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        hmac::verify(&self.signing, message, signature).is_ok()
    }

    /// Seals a secret for a place.
    pub fn seal(&self, place: &str, text: &str) -> Result<Sealed, SealError> {
        let mut bytes = text.as_bytes().to_vec();
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(place.as_bytes()), &mut bytes)
            .map_err(|_| SealError::Closed)?;
        let mut sealed = nonce.as_ref().to_vec();
        sealed.append(&mut bytes);
        Ok(Sealed(secret::encode(&sealed)))
    }

    /// Opens a secret that was sealed for a place.
    pub fn open_sealed(&self, place: &str, sealed: &Sealed) -> Result<String, SealError> {
        let bytes = secret::decode(&sealed.0).ok_or(SealError::Closed)?;
        let (nonce, rest) = bytes.split_at_checked(NONCE_LEN).ok_or(SealError::Closed)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Closed)?;
        let mut rest = rest.to_vec();
        let plain =
            self.key.open_in_place(nonce, Aad::from(place.as_bytes()), &mut rest).map_err(|_| SealError::Closed)?;
        String::from_utf8(plain.to_vec()).map_err(|_| SealError::Closed)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_opens_with_its_key_and_at_its_place_only() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notification.key");
        let sealed = Keyring::open(&path).unwrap().seal("chn_1/secret", "whsec_abc").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = Keyring::open(&path).unwrap();
        assert_eq!(again.open_sealed("chn_1/secret", &sealed).unwrap(), "whsec_abc");
        assert!(again.open_sealed("chn_2/secret", &sealed).is_err(), "for another channel");
        assert!(Keyring::fleeting().open_sealed("chn_1/secret", &sealed).is_err(), "with another key");
        assert_ne!(again.seal("chn_1/secret", "whsec_abc").unwrap(), sealed, "no nonce is used twice");
        let signature = again.sign(b"a");
        assert!(Keyring::open(&path).unwrap().is_signed(b"a", &signature) && !again.is_signed(b"b", &signature));
        assert!(!Keyring::fleeting().is_signed(b"a", &signature) && !again.is_signed(b"a", &signature[..31]));
        for damaged in ["", "abc", "!!", &sealed.0[1..]] {
            assert!(again.open_sealed("chn_1/secret", &Sealed(damaged.into())).is_err());
        }
        std::fs::write(&path, b"short").unwrap();
        assert!(Keyring::open(&path).unwrap_err().to_string().contains("32 bytes"));
    }
}
