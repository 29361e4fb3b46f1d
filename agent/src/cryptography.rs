//! The cryptography that the agent speaks with its collector: TLS 1.3 with AES-GCM, and the curve P-256 for everything that is
//! signed or agreed on.
//!
//! Its collector makes every certificate that the agent shows or believes, on that curve. What a provider can do beside it (RSA,
//! three other curves, another cipher) nobody could ever ask for: it is not linked, which takes a twentieth off the packaged program.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rcgen::{PublicKeyData, SigningKey};
use rustls::SignatureScheme;
use rustls::crypto::{CryptoProvider, GetRandomFailed, KeyProvider, SecureRandom, WebPkiSupportedAlgorithms};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};
use zeroize::Zeroizing;

#[cfg(feature = "aws-lc")]
use aws_lc_rs as primitive;
#[cfg(all(feature = "ring", not(feature = "aws-lc")))]
use ring as primitive;
#[cfg(feature = "aws-lc")]
use rustls::crypto::aws_lc_rs as tls;
#[cfg(all(feature = "ring", not(feature = "aws-lc")))]
use rustls::crypto::ring as tls;
#[cfg(feature = "aws-lc")]
use webpki::aws_lc_rs as certificate;
#[cfg(all(feature = "ring", not(feature = "aws-lc")))]
use webpki::ring as certificate;

/// A point on the curve, not compressed.
const POINT_BYTES: usize = 65;
/// So wide are the lines of a PEM text.
const LINE_BYTES: usize = 64;

/// How signatures are made and checked.
pub(crate) const SIGNATURES: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[certificate::ECDSA_P256_SHA256],
    mapping: &[(SignatureScheme::ECDSA_NISTP256_SHA256, &[certificate::ECDSA_P256_SHA256])],
};

/// A key that cannot be made or used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text is no private key in PEM.
    #[error("what should be a private key is not PEM that can be read")]
    Pem(#[source] rustls::pki_types::pem::Error),
    /// It is a key of another kind.
    #[error("the private key cannot be used: it has to be one on the curve P-256")]
    Kind(#[source] rustls::Error),
    /// The provider makes none.
    #[error("no key can be made: the kernel gives no randomness")]
    Make,
    /// The request for a certificate cannot be written.
    #[error("cannot write the request for a certificate")]
    Request(#[from] rcgen::Error),
}

/// What rustls needs for a connection, and no more.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider {
        cipher_suites: vec![tls::cipher_suite::TLS13_AES_256_GCM_SHA384, tls::cipher_suite::TLS13_AES_128_GCM_SHA256],
        kx_groups: vec![tls::kx_group::SECP256R1],
        signature_verification_algorithms: SIGNATURES,
        secure_random: &Kernel,
        key_provider: &Kernel,
    })
}

/// Randomness of the kernel, and keys of the one kind.
#[derive(Debug)]
struct Kernel;

impl SecureRandom for Kernel {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), GetRandomFailed> {
        getrandom::fill(buffer).map_err(|_| GetRandomFailed)
    }
}

impl KeyProvider for Kernel {
    fn load_private_key(
        &self,
        key: PrivateKeyDer<'static>,
    ) -> Result<Arc<dyn rustls::sign::SigningKey>, rustls::Error> {
        tls::sign::any_ecdsa_type(&key)
    }
}

/// A private key as rustls signs with it. What was read of it is wiped; what signs is kept.
pub(crate) fn signing_key(key_pem: &str) -> Result<Arc<dyn rustls::sign::SigningKey>, KeyError> {
    let key = Zeroizing::new(PrivateKeyDer::from_pem_slice(key_pem.as_bytes()).map_err(KeyError::Pem)?);
    tls::sign::any_ecdsa_type(&key).map_err(KeyError::Kind)
}

/// A new private key in PEM.
pub(crate) fn make_key() -> Result<Zeroizing<String>, KeyError> {
    let (algorithm, random) =
        (&primitive::signature::ECDSA_P256_SHA256_ASN1_SIGNING, primitive::rand::SystemRandom::new());
    let made = primitive::signature::EcdsaKeyPair::generate_pkcs8(algorithm, &random).map_err(|_| KeyError::Make)?;
    let text = Zeroizing::new(STANDARD.encode(made.as_ref()));
    // Room for all of it from the start: growing would leave copies behind.
    let mut pem = Zeroizing::new(String::with_capacity(2 * text.len() + 64));
    pem.push_str("-----BEGIN PRIVATE KEY-----\n");
    for line in text.as_bytes().chunks(LINE_BYTES) {
        pem.extend(line.iter().copied().map(char::from));
        pem.push('\n');
    }
    pem.push_str("-----END PRIVATE KEY-----\n");
    Ok(pem)
}

/// A key that signs a request for its own certificate.
pub(crate) struct Signer {
    key: Arc<dyn rustls::sign::SigningKey>,
    info: SubjectPublicKeyInfoDer<'static>,
}

impl Signer {
    /// Of a private key in PEM.
    pub(crate) fn of(key_pem: &str) -> Result<Self, KeyError> {
        let key = signing_key(key_pem)?;
        let other = || KeyError::Kind(rustls::Error::General("it signs otherwise".into()));
        let info = key.public_key().filter(|info| info.len() > POINT_BYTES).ok_or_else(other)?.into_owned();
        // A key of the other curve signs, but not so that anybody here would believe it.
        key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]).ok_or_else(other)?;
        Ok(Self { key, info })
    }

    /// The public half: its `SubjectPublicKeyInfo` in DER.
    pub(crate) fn public_key_info(&self) -> &[u8] {
        &self.info
    }
}

impl PublicKeyData for Signer {
    fn der_bytes(&self) -> &[u8] {
        self.info.last_chunk::<POINT_BYTES>().map_or(&[], |point| point)
    }

    fn algorithm(&self) -> &'static rcgen::SignatureAlgorithm {
        &rcgen::PKCS_ECDSA_P256_SHA256
    }
}

impl SigningKey for Signer {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        let signer = self.key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]);
        signer.and_then(|signer| signer.sign(message).ok()).ok_or(rcgen::Error::RemoteKeyError)
    }
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_is_made_signs_what_others_verify() {
        let pem = make_key().unwrap();
        assert!(pem.lines().all(|line| line.len() <= LINE_BYTES) && pem.ends_with("-----END PRIVATE KEY-----\n"));
        assert_ne!(make_key().unwrap(), pem);
        // Another implementation reads it and has the same public half.
        let other = rcgen::KeyPair::from_pem(&pem).unwrap();
        let signer = Signer::of(&pem).unwrap();
        assert_eq!(signer.public_key_info(), other.subject_public_key_info());
        assert_eq!(signer.subject_public_key_info(), other.subject_public_key_info());
        let signature = SigningKey::sign(&signer, b"message").unwrap();
        let verify = |message: &[u8]| {
            certificate::ECDSA_P256_SHA256.verify_signature(signer.der_bytes(), message, &signature).is_ok()
        };
        assert!(verify(b"message") && !verify(b"another"));
    }

    #[test]
    fn keys_of_other_kinds_are_none() {
        for algorithm in [&rcgen::PKCS_ED25519, &rcgen::PKCS_ECDSA_P384_SHA384] {
            let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
            let error = Signer::of(&key.serialize_pem()).unwrap_err();
            assert!(error.to_string().contains("P-256"), "{error}");
        }
        assert!(matches!(Signer::of("no key").unwrap_err(), KeyError::Pem(_)));
        assert_eq!(signing_key(&make_key().unwrap()).unwrap().algorithm(), rustls::SignatureAlgorithm::ECDSA);
    }
}
