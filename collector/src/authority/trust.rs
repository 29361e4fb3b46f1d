//! Which CAs a collector has: one, and during a rollover two (cases 38 and 39).
//!
//! A rollover has three steps, each asked for by a person. *Rotate* makes the next CA: agents are asked to renew, what signs them is the
//! next one already, and with the certificate they get both CAs to believe. *Switch* gives the collector a certificate of the next one;
//! an agent that does not know that one yet would be locked out. *Drop* ends the word of the old one.
//!
//! Each step is a few files that are written or renamed in an order which opening completes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use muster_shared::Time;
use rcgen::{BasicConstraints, IsCa, Issuer, KeyPair, KeyUsagePurpose, PublicKeyData};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use super::{AuthorityError, CA_DAYS, DAY_MS, named, serial, sha256_hex, window, write_private};

/// A CA whose key is here.
pub(super) struct Ca {
    pub(super) issuer: Issuer<'static, KeyPair>,
    pub(super) root: Root,
}

/// The certificate of a CA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// In PEM.
    pub pem: String,
    /// SHA-256 of its `SubjectPublicKeyInfo`, in hex.
    pub spki_sha256: String,
    /// End of its life.
    pub not_after: Time,
}

impl Root {
    fn of(pem: String, path: &Path) -> Result<Self, AuthorityError> {
        let wrong = |what: String| AuthorityError::Pem { path: path.to_owned(), what };
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|error| wrong(error.to_string()))?;
        let (_, parsed) = x509_parser::parse_x509_certificate(&der).map_err(|error| wrong(error.to_string()))?;
        let not_after = Time::from_millis(parsed.validity().not_after.timestamp().saturating_mul(1_000));
        let spki_sha256 = sha256_hex(parsed.public_key().raw);
        Ok(Self { pem, spki_sha256, not_after })
    }

    /// In DER.
    pub fn der(&self) -> Result<CertificateDer<'static>, AuthorityError> {
        CertificateDer::from_pem_slice(self.pem.as_bytes()).map_err(|error| AuthorityError::Request(error.to_string()))
    }
}

/// The CAs.
#[derive(Clone)]
pub(super) struct Trust {
    /// Signs the collector's certificate.
    pub(super) current: Arc<Ca>,
    /// Signs agents from now on.
    pub(super) next: Option<Arc<Ca>>,
    /// Signed agents before.
    pub(super) old: Option<Root>,
}

fn files(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    (folder.join(format!("{name}.key")), folder.join(format!("{name}.pem")))
}

fn io(what: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> AuthorityError {
    let path = path.to_owned();
    move |source| AuthorityError::Io { what, path, source }
}

fn rename(from: &Path, to: &Path) -> Result<(), AuthorityError> {
    fs::rename(from, to).map_err(io("renaming", from))
}

fn remove(path: &Path) -> Result<(), AuthorityError> {
    if path.exists() { fs::remove_file(path).map_err(io("removing", path)) } else { Ok(()) }
}

impl Ca {
    /// Makes one. The certificate is written last: without it the CA was never used.
    pub(super) fn make(folder: &Path, name: &str, now: Time) -> Result<(), AuthorityError> {
        let (key_path, pem_path) = files(folder, name);
        let key = KeyPair::generate()?;
        let mut params = named("Muster agents CA");
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        window(&mut params, now, CA_DAYS * DAY_MS);
        serial(&mut params);
        let certificate = params.self_signed(&key)?;
        write_private(&key_path, key.serialize_pem().as_bytes()).map_err(io("writing", &key_path))?;
        write_private(&pem_path, certificate.pem().as_bytes()).map_err(io("writing", &pem_path))
    }

    fn read(folder: &Path, name: &str) -> Result<Self, AuthorityError> {
        let (key_path, pem_path) = files(folder, name);
        let key = KeyPair::from_pem(&fs::read_to_string(&key_path).map_err(io("reading", &key_path))?)?;
        let root = Root::of(fs::read_to_string(&pem_path).map_err(io("reading", &pem_path))?, &pem_path)?;
        if sha256_hex(&key.subject_public_key_info()) != root.spki_sha256 {
            let what = format!("it does not belong to the key in {}", key_path.display());
            return Err(AuthorityError::Pem { path: pem_path, what });
        }
        Ok(Self { issuer: Issuer::from_ca_cert_pem(&root.pem, key)?, root })
    }
}

impl Trust {
    /// Reads the CAs of a folder; the first one is made when there is none.
    pub(super) fn open(folder: &Path, now: Time) -> Result<Self, AuthorityError> {
        fs::create_dir_all(folder).map_err(io("making the folder", folder))?;
        let ((_, pem), (next_key, next_pem)) = (files(folder, "ca"), files(folder, "ca-next"));
        if !pem.exists() {
            Ca::make(folder, "ca", now)?;
        }
        // A switch that was cut off: the key has moved, the certificate has not.
        if next_pem.exists() && !next_key.exists() {
            rename(&next_pem, &pem)?;
        }
        let current = Arc::new(Ca::read(folder, "ca")?);
        let next = if next_pem.exists() { Some(Arc::new(Ca::read(folder, "ca-next")?)) } else { None };
        let old_path = folder.join("ca-old.pem");
        let old = if old_path.exists() {
            let pem = fs::read_to_string(&old_path).map_err(io("reading", &old_path))?;
            Some(Root::of(pem, &old_path)?).filter(|old| old.spki_sha256 != current.root.spki_sha256)
        } else {
            None
        };
        Ok(Self { current, next, old })
    }

    /// Makes the next CA.
    pub(super) fn rotate(folder: &Path, now: Time) -> Result<(), AuthorityError> {
        Ca::make(folder, "ca-next", now)
    }

    /// The next CA takes the place of the current one.
    pub(super) fn switch(&self, folder: &Path) -> Result<(), AuthorityError> {
        let ((key, pem), (next_key, next_pem)) = (files(folder, "ca"), files(folder, "ca-next"));
        let old = folder.join("ca-old.pem");
        write_private(&old, self.current.root.pem.as_bytes()).map_err(io("writing", &old))?;
        rename(&next_key, &key)?;
        rename(&next_pem, &pem)
    }

    /// The old CA is believed no more.
    pub(super) fn drop_old(folder: &Path) -> Result<(), AuthorityError> {
        remove(&folder.join("ca-old.pem"))
    }

    /// What agents believe.
    pub(super) fn bundle(&self) -> String {
        let next = self.next.iter().map(|next| next.root.pem.as_str());
        std::iter::once(self.current.root.pem.as_str()).chain(next).collect()
    }

    /// Whose certificates of agents count.
    pub(super) fn roots(&self) -> Vec<Root> {
        let next = self.next.iter().map(|next| next.root.clone());
        std::iter::once(self.current.root.clone()).chain(next).chain(self.old.clone()).collect()
    }
}
