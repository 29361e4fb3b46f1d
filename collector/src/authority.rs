//! The private certificate authority: signs agents and the agent listener. Names are made here, never taken from a request.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use muster_shared::Time;
use muster_shared::id::AgentId;
use rcgen::string::Ia5String;
use rcgen::{
    CertificateParams, CertificateSigningRequestParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair,
    KeyUsagePurpose, PublicKeyData, SanType, SerialNumber,
};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use sha2::{Digest, Sha256};
use tokio::sync::watch;

pub use self::trust::Root;
use self::trust::Trust;

mod trust;

const DAY_MS: i64 = 86_400_000;
const CA_DAYS: i64 = 3_650;
const SERVER_DAYS: i64 = 365;
/// Life of an agent's certificate.
pub const AGENT_MS: i64 = 7 * DAY_MS;
/// Certificates begin a little before they are made: clocks differ.
const BACKDATE_MS: i64 = 5 * 60_000;

/// What an agent's name in its certificate begins with.
const AGENT_URN: &str = "urn:muster:agent:";

/// Why the authority does not do what it is asked for.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// A key or certificate file cannot be read or written.
    #[error("{what} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// A certificate cannot be made or read.
    #[error("the certificate authority: {0}")]
    Certificate(#[from] rcgen::Error),
    /// A signing request is not acceptable.
    #[error("the signing request is not acceptable: {0}")]
    Request(String),
    /// A PEM file holds nothing usable.
    #[error("{}: {what}", path.display())]
    Pem {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

/// A certificate for an agent.
#[derive(Clone, Debug)]
pub struct Issued {
    /// In PEM.
    pub pem: String,
    /// Its serial, in hex.
    pub serial: String,
    /// End of its life.
    pub not_after: Time,
    /// SHA-256 of the public key in it, in hex.
    pub key_sha256: String,
    /// SHA-256 of the public key of the CA that signed it, in hex.
    pub ca: String,
}

/// The authority.
pub struct Authority {
    folder: PathBuf,
    trust: RwLock<Trust>,
    moved: watch::Sender<u64>,
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// The CAs of a collector as they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Roots {
    /// Signs the collector's certificate.
    pub current: Root,
    /// Signs agents, and the collector after a switch.
    pub next: Option<Root>,
    /// Signed agents before a switch.
    pub old: Option<Root>,
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 of some bytes, in hex.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn window(params: &mut CertificateParams, now: Time, life_ms: i64) -> Time {
    let at = |time: Time| {
        let seconds = u64::try_from(time.millis() / 1_000).unwrap_or_default();
        rcgen::date_time_ymd(1970, 1, 1) + std::time::Duration::from_secs(seconds)
    };
    let not_after = now.plus_millis(life_ms);
    params.not_before = at(now.plus_millis(-BACKDATE_MS));
    params.not_after = at(not_after);
    not_after
}

fn serial(params: &mut CertificateParams) -> String {
    let mut bytes = muster_shared::secret::random_bytes::<16>();
    // A serial is a positive number.
    if let Some(first) = bytes.first_mut() {
        *first = (*first & 0x7f) | 0x01;
    }
    params.serial_number = Some(SerialNumber::from_slice(&bytes));
    hex(&bytes)
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    params
}

/// Writes a file that only its owner reads, whole or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())
}

/// The public key of a signing request; its signature shows that who asks holds the private one.
fn public_key(csr_pem: &str) -> Result<rcgen::PublicKey, AuthorityError> {
    if csr_pem.len() > 8 << 10 {
        return Err(AuthorityError::Request("it is larger than 8 KiB".into()));
    }
    let request = CertificateSigningRequestParams::from_pem(csr_pem)
        .map_err(|error| AuthorityError::Request(format!("{error}; a PEM certificate request is expected")))?;
    let allowed = [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384, &rcgen::PKCS_ED25519];
    if !allowed.contains(&request.public_key.algorithm()) {
        return Err(AuthorityError::Request("the key is neither ECDSA P-256 or P-384 nor Ed25519".into()));
    }
    Ok(request.public_key)
}

/// SHA-256 of the public key that a request asks a certificate for, in hex.
pub fn requested_key(csr_pem: &str) -> Result<String, AuthorityError> {
    Ok(sha256_hex(&public_key(csr_pem)?.subject_public_key_info()))
}

/// Whether the key of a `SubjectPublicKeyInfo` signed a message: ECDSA P-256 or P-384 in ASN.1 form, or Ed25519.
pub fn is_signed(spki: &[u8], message: &[u8], signature: &[u8]) -> bool {
    use rustls_pki_types::alg_id;
    use x509_parser::prelude::{FromDer, SubjectPublicKeyInfo};

    let Ok(([], parsed)) = SubjectPublicKeyInfo::from_der(spki) else { return false };
    let key = &parsed.subject_public_key.data;
    let wanted = [
        (alg_id::ECDSA_P256, alg_id::ECDSA_SHA256),
        (alg_id::ECDSA_P384, alg_id::ECDSA_SHA384),
        (alg_id::ED25519, alg_id::ED25519),
    ];
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    let mut algorithms = provider.signature_verification_algorithms.all.iter();
    // The DER of the key names its algorithm right behind the two headers: what the key is decides, not what is claimed.
    let holds = |id: &[u8]| spki.windows(id.len()).take(16).any(|window| window == id);
    algorithms.any(|algorithm| {
        let ids = (algorithm.public_key_alg_id(), algorithm.signature_alg_id());
        wanted.contains(&ids) && holds(ids.0.as_ref()) && algorithm.verify_signature(key, message, signature).is_ok()
    })
}

impl Authority {
    /// The authority in a folder; it is made at the first start.
    pub fn open(folder: &Path, now: Time) -> Result<Self, AuthorityError> {
        let trust = RwLock::new(Trust::open(folder, now)?);
        Ok(Self { folder: folder.to_owned(), trust, moved: watch::Sender::new(0) })
    }

    fn trust(&self) -> Trust {
        self.trust.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What agents believe, in PEM: one CA, during a rollover two.
    pub fn pem(&self) -> String {
        self.trust().bundle()
    }

    /// SHA-256 of the `SubjectPublicKeyInfo` of the CA that the collector shows, in hex: what an enrollment token carries.
    pub fn spki_sha256(&self) -> String {
        self.trust().current.root.spki_sha256.clone()
    }

    /// The CAs.
    pub fn roots(&self) -> Roots {
        let Trust { current, next, old } = self.trust();
        Roots { current: current.root.clone(), next: next.map(|next| next.root.clone()), old }
    }

    /// SHA-256 of the public key of the next CA, in hex, while there is one: asked for with every heartbeat.
    pub fn next_sha256(&self) -> Option<String> {
        let trust = self.trust.read().unwrap_or_else(PoisonError::into_inner);
        trust.next.as_ref().map(|next| next.root.spki_sha256.clone())
    }

    /// Whose certificates of agents count.
    pub fn believed(&self) -> Result<Vec<CertificateDer<'static>>, AuthorityError> {
        self.trust().roots().iter().map(Root::der).collect()
    }

    /// Is told when something of this moved: the listener shows another certificate then.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.moved.subscribe()
    }

    /// Makes the next CA, which signs agents from now on.
    pub fn rotate(&self, now: Time) -> Result<(), AuthorityError> {
        self.step(now, |_, folder| Trust::rotate(folder, now))
    }

    /// Puts the next CA in the place of the current one, which is believed still.
    pub fn switch(&self, now: Time) -> Result<(), AuthorityError> {
        self.step(now, Trust::switch)
    }

    /// Believes the old CA no more.
    pub fn drop_old(&self, now: Time) -> Result<(), AuthorityError> {
        self.step(now, |_, folder| Trust::drop_old(folder))
    }

    fn step(
        &self,
        now: Time,
        step: impl FnOnce(&Trust, &Path) -> Result<(), AuthorityError>,
    ) -> Result<(), AuthorityError> {
        let mut trust = self.trust.write().unwrap_or_else(PoisonError::into_inner);
        step(&trust, &self.folder)?;
        *trust = Trust::open(&self.folder, now)?;
        self.moved.send_modify(|turn| *turn += 1);
        Ok(())
    }

    /// Signs an agent's key. Only the public key of the request is used.
    pub fn issue_agent(&self, csr_pem: &str, agent: AgentId, now: Time) -> Result<Issued, AuthorityError> {
        let key = public_key(csr_pem)?;
        let mut params = named(&agent.to_string());
        let urn = format!("{AGENT_URN}{agent}");
        params.subject_alt_names = vec![SanType::URI(Ia5String::try_from(urn)?)];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        let serial = serial(&mut params);
        let not_after = window(&mut params, now, AGENT_MS);
        let trust = self.trust();
        let ca = trust.next.unwrap_or(trust.current);
        let certificate = params.signed_by(&key, &ca.issuer)?;
        let key_sha256 = sha256_hex(&key.subject_public_key_info());
        Ok(Issued { pem: certificate.pem(), serial, not_after, key_sha256, ca: ca.root.spki_sha256.clone() })
    }

    /// The listener's own certificate chain and key, made anew at each start: names and addresses may have changed.
    pub fn issue_server(
        &self,
        names: &[String],
        now: Time,
    ) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), AuthorityError> {
        let key = KeyPair::generate()?;
        let mut params = named("Muster collector");
        for name in names {
            let san = match name.parse::<IpAddr>() {
                Ok(address) => SanType::IpAddress(address),
                Err(_) => SanType::DnsName(Ia5String::try_from(name.clone())?),
            };
            params.subject_alt_names.push(san);
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        serial(&mut params);
        window(&mut params, now, SERVER_DAYS * DAY_MS);
        let ca = self.trust().current;
        let certificate = params.signed_by(&key, &ca.issuer)?;
        let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
        Ok((vec![certificate.der().clone(), ca.root.der()?], key))
    }
}

/// What a verified client certificate of an agent says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// Whom it speaks for.
    pub agent: AgentId,
    /// Its serial, in hex.
    pub serial: String,
    /// When it was signed, in whole seconds.
    pub issued_at: Time,
    /// End of its life.
    pub expires_at: Time,
    /// SHA-256 of its public key, in hex.
    pub key_sha256: String,
}

/// Who a verified client certificate is.
pub fn agent_of(certificate: &CertificateDer<'_>) -> Option<Certified> {
    use x509_parser::prelude::{FromDer, GeneralName, X509Certificate};

    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    let names = parsed.subject_alternative_name().ok().flatten()?;
    let agent = names.value.general_names.iter().find_map(|name| match name {
        GeneralName::URI(uri) => uri.strip_prefix(AGENT_URN)?.parse().ok(),
        _ => None,
    })?;
    let validity = parsed.validity();
    let time = |at: &x509_parser::time::ASN1Time| Time::from_millis(at.timestamp().saturating_mul(1_000));
    Some(Certified {
        agent,
        serial: hex(parsed.raw_serial()),
        issued_at: time(&validity.not_before).plus_millis(BACKDATE_MS),
        expires_at: time(&validity.not_after),
        key_sha256: sha256_hex(parsed.public_key().raw),
    })
}

/// Reads a PEM certificate chain and key from files: the console's own.
pub fn read_pem(
    chain: &Path,
    key: &Path,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), AuthorityError> {
    let pem = |path: &Path, error: &dyn std::fmt::Display| AuthorityError::Pem {
        path: path.to_owned(),
        what: error.to_string(),
    };
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| pem(chain, &error))?;
    if certificates.is_empty() {
        return Err(pem(chain, &"there is no certificate in it"));
    }
    Ok((certificates, PrivateKeyDer::from_pem_file(key).map_err(|error| pem(key, &error))?))
}

#[cfg(test)]
mod tests;
