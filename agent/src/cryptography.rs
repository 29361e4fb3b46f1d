//! The cryptography that the agent speaks with its collector: TLS 1.3 with AES-GCM, and the curve P-256 for everything that is
//! signed or agreed on.
//!
//! Its collector makes every certificate that the agent shows or believes, on that curve. What a provider can do beside it (RSA,
//! three other curves, another cipher) nobody could ever ask for: it is not linked, which takes a twentieth off the packaged program.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
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
    /// It does not sign.
    #[error("the private key does not sign")]
    Sign,
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
    Ok(pem("PRIVATE KEY", made.as_ref()))
}

/// A text in PEM (RFC 7468). It may be a secret.
fn pem(label: &str, der: &[u8]) -> Zeroizing<String> {
    let text = Zeroizing::new(STANDARD.encode(der));
    // Room for all of it from the start: growing would leave copies behind.
    let mut pem = Zeroizing::new(String::with_capacity(2 * text.len() + 128));
    for part in ["-----BEGIN ", label, "-----\n"] {
        pem.push_str(part);
    }
    for line in text.as_bytes().chunks(LINE_BYTES) {
        pem.extend(line.iter().copied().map(char::from));
        pem.push('\n');
    }
    for part in ["-----END ", label, "-----\n"] {
        pem.push_str(part);
    }
    pem
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

    /// A signature by the key, in DER.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signer = self.key.choose_scheme(&[SignatureScheme::ECDSA_NISTP256_SHA256]);
        signer.and_then(|signer| signer.sign(message).ok()).ok_or(KeyError::Sign)
    }

    /// A request for a certificate (RFC 2986) that holds nothing but the public key, in PEM. It has the one form, so that what
    /// else a request may say needs no code.
    pub(crate) fn request(&self) -> Result<String, KeyError> {
        let (version, subject, attributes) = (der(INTEGER, &[&[0]]), der(SEQUENCE, &[]), der(FIRST, &[]));
        let info = der(SEQUENCE, &[&version, &subject, &self.info, &attributes]);
        let signature = self.sign(&info)?;
        let algorithm = der(SEQUENCE, &[&der(OBJECT_ID, &[ECDSA_WITH_SHA256])]);
        // All bits of the last byte count.
        let request = der(SEQUENCE, &[&info, &algorithm, &der(BIT_STRING, &[&[0], &signature])]);
        Ok(pem("CERTIFICATE REQUEST", &request).to_string())
    }
}

/// Tags of DER (X.690); the last one is `[0]`.
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OBJECT_ID: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const FIRST: u8 = 0xa0;
/// 1.2.840.10045.4.3.2.
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];

/// A value in DER: its tag, its length, what it is made of.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut value = vec![tag];
    let bytes = length.to_be_bytes();
    let significant: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
    match significant.as_slice() {
        [] => value.push(0),
        [short] if *short < 0x80 => value.push(*short),
        long => {
            value.push(0x80 | u8::try_from(long.len()).unwrap_or_default());
            value.extend_from_slice(long);
        }
    }
    for part in parts {
        value.extend_from_slice(part);
    }
    value
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use rcgen::PublicKeyData as _;

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
        let signature = signer.sign(b"message").unwrap();
        let point = signer.public_key_info().last_chunk::<POINT_BYTES>().unwrap();
        let verify =
            |message: &[u8]| certificate::ECDSA_P256_SHA256.verify_signature(point, message, &signature).is_ok();
        assert!(verify(b"message") && !verify(b"another"));
    }

    /// What the collector does with it: the reader checks the signature too.
    #[test]
    fn a_request_is_what_another_implementation_writes_and_believes() {
        let pem = make_key().unwrap();
        let signer = Signer::of(&pem).unwrap();
        let request = signer.request().unwrap();
        assert!(request.lines().all(|line| line.len() <= LINE_BYTES), "{request}");
        let read = rcgen::CertificateSigningRequestParams::from_pem(&request).unwrap();
        assert_eq!(read.public_key.der_bytes(), signer.public_key_info().last_chunk::<65>().unwrap());
        assert!(read.params.subject_alt_names.is_empty());
        // The other one writes the same, but for the signature, which is another one every time.
        let mut params = rcgen::CertificateParams::default();
        params.distinguished_name = rcgen::DistinguishedName::new();
        let theirs = params.serialize_request(&rcgen::KeyPair::from_pem(&pem).unwrap()).unwrap();
        let ours = rustls::pki_types::CertificateSigningRequestDer::from_pem_slice(request.as_bytes()).unwrap();
        // Behind the head of the whole, whose length depends on the signature's: what is signed, and how.
        let length = signer.public_key_info().len() + 9 + 12;
        let part = |der: &[u8]| der.get(3..3 + length).map(<[u8]>::to_vec).unwrap();
        assert_eq!(part(&ours), part(theirs.der()));
        assert!(rcgen::CertificateSigningRequestParams::from_der(&spoilt(&ours).into()).is_err());
    }

    /// The same with another public key: one bit of its point is changed.
    fn spoilt(request: &[u8]) -> Vec<u8> {
        let mut bytes = request.to_vec();
        bytes[60] ^= 1;
        bytes
    }

    #[test]
    fn lengths_are_in_their_shortest_form() {
        for (length, head) in
            [(0, vec![0x30, 0]), (127, vec![0x30, 127]), (128, vec![0x30, 0x81, 128]), (256, vec![0x30, 0x82, 1, 0])]
        {
            let value = der(SEQUENCE, &[&vec![7; length]]);
            assert_eq!((&value[..head.len()], value.len()), (&head[..], head.len() + length));
        }
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
