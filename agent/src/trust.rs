//! Whom the agent believes: its collector's CA and nobody else. TLS 1.3 only; system roots are not used.
//!
//! Before enrollment it knows only the SHA-256 of the CA's public key (`SubjectPublicKeyInfo`, from the token): the collector
//! shows its CA in the chain, the agent takes it when the hash fits and then verifies the leaf and its name against it, all
//! before a byte of the request is sent (case 40). After enrollment the CA itself is the root.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WantsClientCert, verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ConfigBuilder, DigitallySignedStruct, InconsistentKeys, RootCertStore, SignatureScheme};
use sha2::{Digest as _, Sha256};

pub use self::doubt::Doubt;
use crate::cryptography::{KeyError, SIGNATURES, provider, signing_key};

mod doubt;

/// Why a connection cannot be prepared or a collector is not believed.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The key of this agent cannot be used.
    #[error("cannot use the agent's key")]
    Key(#[from] KeyError),
    /// A PEM text holds no certificate.
    #[error("the {what} is not PEM that can be read")]
    Pem {
        /// Which.
        what: &'static str,
    },
    /// No certificate of the chain has the pinned key.
    #[error(
        "the collector's certificate does not come from the CA that the token names (SHA-256 {pin}): wrong URL, or somebody \
         stands in between"
    )]
    Pin {
        /// What was expected, in hex.
        pin: String,
    },
    /// rustls refuses the pieces.
    #[error("cannot prepare TLS with the key and certificates of this agent")]
    Tls(#[from] rustls::Error),
}

fn certificates(pem: &str, what: &'static str) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    all.ok().filter(|all| !all.is_empty()).ok_or(TrustError::Pem { what })
}

/// A root store of one certificate.
fn store(certificate: CertificateDer<'_>) -> Result<RootCertStore, rustls::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate)?;
    Ok(roots)
}

/// SHA-256 of a certificate's `SubjectPublicKeyInfo` in DER, in lower-case hex.
pub fn spki_sha256(certificate: &CertificateDer<'_>) -> Option<String> {
    let roots = store(certificate.clone().into_owned()).ok()?;
    // The trust anchor holds the content of the SEQUENCE: its tag and length come back in front.
    let content = roots.roots.first()?.subject_public_key_info.as_ref();
    let mut hasher = Sha256::new();
    hasher.update(sequence_header(content.len()));
    hasher.update(content);
    Some(hasher.finalize().iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")))
}

fn sequence_header(length: usize) -> Vec<u8> {
    let bytes = length.to_be_bytes();
    let significant: Vec<u8> = bytes.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut header = vec![0x30];
    if length >= 0x80 {
        header.push(0x80 | u8::try_from(significant.len()).unwrap_or_default());
    }
    header.extend(if significant.is_empty() { vec![0] } else { significant });
    header
}

/// Whether a PEM bundle holds the pinned CA.
pub fn holds_pin(ca_pem: &str, pin: &str) -> Result<(), TrustError> {
    let found = certificates(ca_pem, "CA")?.iter().any(|ca| spki_sha256(ca).as_deref() == Some(pin));
    if found { Ok(()) } else { Err(TrustError::Pin { pin: pin.to_owned() }) }
}

/// Whether a certificate belongs to a key.
pub fn check_pair(certificate_pem: &str, key_pem: &str) -> Result<(), TrustError> {
    certified(certificate_pem, key_pem).map(drop)
}

/// A certificate with the key that it belongs to.
fn certified(certificate_pem: &str, key_pem: &str) -> Result<CertifiedKey, TrustError> {
    let chain = certificates(certificate_pem, "agent's certificate")?;
    let certified = CertifiedKey::new(chain, signing_key(key_pem)?);
    match certified.keys_match() {
        // A provider that cannot say it is no proof against the pair; the collector has the last word.
        Ok(()) | Err(rustls::Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(certified),
        Err(error) => Err(error.into()),
    }
}

/// TLS for an enrolled agent: trusts `ca_pem`, shows its certificate.
pub fn enrolled(ca_pem: &str, certificate_pem: &str, key_pem: &str) -> Result<ClientConfig, TrustError> {
    let certified = certified(certificate_pem, key_pem)?;
    let config = believing(Whom::Ca(bundle(ca_pem)?))?;
    Ok(finish(config.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(certified)))))
}

/// TLS for recovery: trusts `ca_pem`, shows no certificate.
pub fn unproven(ca_pem: &str) -> Result<ClientConfig, TrustError> {
    Ok(finish(believing(Whom::Ca(bundle(ca_pem)?))?.with_no_client_auth()))
}

/// TLS for enrollment: trusts whom the token names.
pub fn pinned(pin: &str) -> Result<ClientConfig, TrustError> {
    Ok(finish(believing(Whom::Pin(pin.to_ascii_lowercase()))?.with_no_client_auth()))
}

fn bundle(ca_pem: &str) -> Result<RootCertStore, TrustError> {
    let mut roots = RootCertStore::empty();
    for ca in certificates(ca_pem, "CA")? {
        roots.add(ca)?;
    }
    Ok(roots)
}

fn believing(whom: Whom) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>, TrustError> {
    let config = ClientConfig::builder_with_provider(provider()).with_protocol_versions(&[&rustls::version::TLS13])?;
    Ok(config.dangerous().with_custom_certificate_verifier(Arc::new(whom)))
}

fn finish(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // Agents speak once in minutes: a session cache would only cost memory, and revocation is checked per request.
    config.resumption = rustls::client::Resumption::disabled();
    config
}

/// Who is believed. What rustls brings for this reads revocation lists too, of which this CA has none.
#[derive(Debug)]
enum Whom {
    /// A chain that leads to one of these.
    Ca(RootCertStore),
    /// A chain that leads to the CA with this key, which is in it.
    Pin(String),
}

impl ServerCertVerifier for Whom {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let shown;
        let roots = match self {
            Self::Ca(roots) => roots,
            Self::Pin(pin) => {
                let ca = intermediates.iter().find(|ca| spki_sha256(ca).as_ref() == Some(pin));
                let other = || Doubt::Pin { issuer: doubt::issuer(end_entity), pin: pin.clone() }.refuse();
                shown = store(ca.ok_or_else(other)?.clone().into_owned())?;
                &shown
            }
        };
        let check = || {
            let certificate = ParsedCertificate::try_from(end_entity)?;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, intermediates, now, SIGNATURES.all)?;
            verify_server_name(&certificate, server_name)
        };
        check().map_err(|error| Doubt::of(&error, end_entity).refuse())?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("only TLS 1.3 is spoken".into()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &SIGNATURES)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        SIGNATURES.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rcgen::PublicKeyData;

    #[test]
    fn the_pin_is_the_hash_of_the_public_key_info() {
        for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ED25519, &rcgen::PKCS_ECDSA_P521_SHA512] {
            let key = rcgen::KeyPair::generate_for(algorithm).unwrap();
            let ca = rcgen::CertificateParams::default().self_signed(&key).unwrap();
            let digest = Sha256::digest(key.subject_public_key_info());
            let expected = digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
            assert_eq!(spki_sha256(ca.der()), Some(expected.clone()));
            holds_pin(&ca.pem(), &expected).unwrap();
            assert!(matches!(holds_pin(&ca.pem(), "00"), Err(TrustError::Pin { .. })));
        }
        let key = rcgen::KeyPair::generate().unwrap();
        let ca = rcgen::CertificateParams::default().self_signed(&key).unwrap();
        check_pair(&ca.pem(), &key.serialize_pem()).unwrap();
        assert!(check_pair(&ca.pem(), &rcgen::KeyPair::generate().unwrap().serialize_pem()).is_err());
        assert!(holds_pin("no pem", "00").is_err());
    }

    #[test]
    fn lengths_are_written_as_der_wants_them() {
        assert_eq!(sequence_header(0), [0x30, 0]);
        assert_eq!(sequence_header(89), [0x30, 89]);
        assert_eq!(sequence_header(200), [0x30, 0x81, 200]);
        assert_eq!(sequence_header(0x126), [0x30, 0x82, 1, 0x26]);
    }
}
