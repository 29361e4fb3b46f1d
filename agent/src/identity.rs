//! Who the agent is: key pairs, certificate, CA and collector, in the state directory.
//!
//! Files: `identity.json` (names the pair in use; its rename is the moment a new pair counts), `agent-<n>.key` (0600),
//! `agent-<n>.crt`, `ca.crt`. A pair's key is on the disk before the collector hears of it, so a lost answer is asked for
//! again with the same key. After a renewal the old pair stays until the new one worked once. A key that others can read is
//! not a secret any more: the agent refuses to start (case 118). Every copy of a key that is made here is wiped when it goes
//! (case 117); what rustls signs with stays as long as its connection.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use muster_shared::Time;
use muster_shared::id::AgentId;
use muster_shared::protocol::{Credential, Settings};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::backoff;
use crate::cryptography::{self, KeyError, Signer};
use crate::disk::{self, Disk, DiskError};

const MAX_FILE_BYTES: u64 = 64 << 10;

/// What `identity.json` says. What a later version wrote besides is left aside: who goes back to this one keeps its identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The agent.
    pub agent_id: AgentId,
    /// Base URL of the collector's agent listener.
    pub url: String,
    /// The pair in use.
    pub pair: u64,
    /// The pair before, as long as the one in use has not worked yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// When the certificate came.
    pub obtained_at: Time,
    /// When it ends.
    pub not_after: Time,
    /// What the collector asked for when it came.
    pub settings: Settings,
}

/// The pair that a renewal replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Its number.
    pub pair: u64,
    /// When its certificate came.
    pub obtained_at: Time,
    /// When it ends.
    pub not_after: Time,
}

/// An enrolled agent, with what it needs for a connection.
#[derive(Clone)]
pub struct Identity {
    /// What `identity.json` says.
    pub record: Record,
    /// The private key in use, in PEM.
    pub key_pem: Zeroizing<String>,
    /// The certificate in use, in PEM.
    pub certificate_pem: String,
    /// The collector's CA, in PEM.
    pub ca_pem: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Identity").field("record", &self.record).finish_non_exhaustive()
    }
}

/// What is wrong with the identity on the disk.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// There is none.
    #[error(
        "this agent is not enrolled (no {}): create a token on the collector with `muster token create` and run \
         `muster-agent enroll --token-file FILE`",
        .0.display()
    )]
    NotEnrolled(PathBuf),
    /// A key that others can read.
    #[error(
        "{} has mode {mode:04o}: other users can read the key, so it is no secret any more; if nobody has, `chmod 0600` it, \
         else enroll again with --force",
        path.display()
    )]
    Exposed {
        /// The key.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A key of somebody else.
    #[error("{} belongs to user {owner}, the agent runs as user {me}: run the agent as the user who enrolled it", path.display())]
    Foreign {
        /// The key.
        path: PathBuf,
        /// Whose it is.
        owner: u32,
        /// Who we are.
        me: u32,
    },
    /// A file cannot be read.
    #[error(
        "cannot read {}: do this as root, or as the user that the agent runs as and that the file should belong to",
        path.display()
    )]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not what was written.
    #[error("{} is missing or damaged: enroll again with --force", path.display())]
    Damaged {
        /// Which.
        path: PathBuf,
    },
    /// The certificate's life is over.
    #[error(
        "the certificate ended at {0}: the daemon gets another one by its last key, and its log says why it does not"
    )]
    Expired(Time),
    /// The certificate ends soon, and the agent does not get another one.
    #[error("the certificate ends at {0} and is not renewed: {1}")]
    Unrenewed(Time, String),
    /// A key cannot be made or used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A file cannot be written.
    #[error("cannot store the identity")]
    Disk(#[from] DiskError),
}

/// Where the record lives.
pub fn record_path(dir: &Path) -> PathBuf {
    dir.join("identity.json")
}

/// Where the key of a pair lives.
pub fn key_path(dir: &Path, pair: u64) -> PathBuf {
    dir.join(format!("agent-{pair}.key"))
}

fn certificate_path(dir: &Path, pair: u64) -> PathBuf {
    dir.join(format!("agent-{pair}.crt"))
}

fn ca_path(dir: &Path) -> PathBuf {
    dir.join("ca.crt")
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, IdentityError> {
    disk::read_plain(path, MAX_FILE_BYTES).map_err(|source| IdentityError::Read { path: path.to_owned(), source })
}

fn read_text(path: &Path) -> Result<String, IdentityError> {
    let damaged = || IdentityError::Damaged { path: path.to_owned() };
    String::from_utf8(read(path)?.ok_or_else(damaged)?).map_err(|_| damaged())
}

/// Reads a key if only we can read it.
fn read_key(path: &Path) -> Result<Zeroizing<String>, IdentityError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => IdentityError::Damaged { path: path.to_owned() },
        _ => IdentityError::Read { path: path.to_owned(), source },
    };
    let meta = disk::open_plain(path).and_then(|file| file.metadata()).map_err(failed)?;
    let (owner, me) = (meta.uid(), rustix::process::geteuid().as_raw());
    if owner != me {
        return Err(IdentityError::Foreign { path: path.to_owned(), owner, me });
    }
    let mode = meta.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(IdentityError::Exposed { path: path.to_owned(), mode });
    }
    read_text(path).map(Zeroizing::new)
}

/// The record alone; `None` when not enrolled.
pub fn find_record(dir: &Path) -> Result<Option<Record>, IdentityError> {
    let path = record_path(dir);
    let Some(bytes) = read(&path)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|_| IdentityError::Damaged { path })
}

/// A certificate signing request that holds nothing but the public key.
pub fn signing_request(key_pem: &str) -> Result<String, IdentityError> {
    Ok(Signer::of(key_pem)?.request()?)
}

/// Signs a message with a key: gives the key's `SubjectPublicKeyInfo` in DER and the signature.
pub fn prove(key_pem: &str, message: &[u8]) -> Result<(Vec<u8>, Vec<u8>), IdentityError> {
    let signer = Signer::of(key_pem)?;
    let signature = signer.sign(message)?;
    Ok((signer.public_key_info().to_vec(), signature))
}

/// The key of a pair that is about to be asked for: the one of an earlier try, or a fresh one, stored before it is used.
pub fn prepare_key(disk: &dyn Disk, dir: &Path, pair: u64) -> Result<Zeroizing<String>, IdentityError> {
    let path = key_path(dir, pair);
    if path.symlink_metadata().is_ok() {
        let pem = read_key(&path)?;
        if Signer::of(&pem).is_ok() {
            return Ok(pem);
        }
    }
    let pem = cryptography::make_key()?;
    disk::write_durably(disk, &path, pem.as_bytes(), 0o600)?;
    Ok(pem)
}

impl Identity {
    /// Reads the identity and checks that the key is still a secret.
    pub fn load(dir: &Path) -> Result<Self, IdentityError> {
        let record = find_record(dir)?.ok_or_else(|| IdentityError::NotEnrolled(record_path(dir)))?;
        Ok(Self {
            key_pem: read_key(&key_path(dir, record.pair))?,
            certificate_pem: read_text(&certificate_path(dir, record.pair))?,
            ca_pem: read_text(&ca_path(dir))?,
            record,
        })
    }

    /// Makes a credential that just came the identity; `key_pem` is already stored under `pair`.
    pub fn adopt(
        disk: &dyn Disk,
        dir: &Path,
        (pair, key_pem): (u64, Zeroizing<String>),
        credential: Credential,
        (url, previous, now): (String, Option<Previous>, Time),
    ) -> Result<Self, IdentityError> {
        disk::write_durably(disk, &ca_path(dir), credential.ca_pem.as_bytes(), 0o644)?;
        disk::write_durably(disk, &certificate_path(dir, pair), credential.certificate_pem.as_bytes(), 0o644)?;
        let record = Record {
            agent_id: credential.agent_id,
            url,
            pair,
            previous,
            obtained_at: now,
            not_after: credential.not_after,
            settings: credential.settings,
        };
        let identity = Self { record, key_pem, certificate_pem: credential.certificate_pem, ca_pem: credential.ca_pem };
        identity.save_record(disk, dir)?;
        Ok(identity)
    }

    fn save_record(&self, disk: &dyn Disk, dir: &Path) -> Result<(), IdentityError> {
        let path = record_path(dir);
        let bytes = serde_json::to_vec_pretty(&self.record).map_err(|e| DiskError::io("encode", &path, e.into()))?;
        Ok(disk::write_durably(disk, &path, &bytes, 0o600)?)
    }

    /// The pair in use worked: the one before is not needed any more.
    pub fn confirm(&mut self, disk: &dyn Disk, dir: &Path) -> Result<(), IdentityError> {
        let Some(previous) = self.record.previous.take() else { return Ok(()) };
        self.save_record(disk, dir)?;
        disk.remove(&key_path(dir, previous.pair))?;
        Ok(disk.remove(&certificate_path(dir, previous.pair))?)
    }

    /// The pair in use was refused before it ever worked: back to the one before. `None` when there is none.
    pub fn fall_back(&self, disk: &dyn Disk, dir: &Path) -> Result<Option<Self>, IdentityError> {
        let Some(previous) = self.record.previous else { return Ok(None) };
        let identity = Self {
            key_pem: read_key(&key_path(dir, previous.pair))?,
            certificate_pem: read_text(&certificate_path(dir, previous.pair))?,
            ca_pem: self.ca_pem.clone(),
            record: Record {
                pair: previous.pair,
                previous: None,
                obtained_at: previous.obtained_at,
                not_after: previous.not_after,
                ..self.record.clone()
            },
        };
        identity.save_record(disk, dir)?;
        disk.remove(&key_path(dir, self.record.pair))?;
        disk.remove(&certificate_path(dir, self.record.pair))?;
        Ok(Some(identity))
    }

    /// What the pair in use will be called once there is a newer one.
    pub const fn as_previous(&self) -> Previous {
        let Record { pair, obtained_at, not_after, .. } = &self.record;
        Previous { pair: *pair, obtained_at: *obtained_at, not_after: *not_after }
    }

    /// A number in 0..1 of this agent: where it stands among the others.
    pub fn fraction(&self) -> f64 {
        backoff::stable_fraction(self.record.agent_id.as_bytes())
    }

    /// When to ask for the next certificate: at 70 to 90 percent of this one's life, by agent.
    pub fn renew_at(&self) -> Time {
        let life_ms = self.record.not_after.since(self.record.obtained_at).max(0);
        // At most some years in milliseconds: exact in an f64, and the share is below one.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a span of time, no count")]
        let share_ms = (life_ms as f64 * self.fraction().mul_add(0.2, 0.7)) as i64;
        self.record.obtained_at.plus_millis(share_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;
    use std::os::unix::fs::PermissionsExt;

    const NOW: Time = Time::from_millis(1_700_000_000_000);
    const DAY_MS: i64 = 24 * 3_600 * 1_000;

    fn credential() -> Credential {
        Credential {
            agent_id: AgentId::from_bytes([7; 16]),
            certificate_pem: "certificate".into(),
            ca_pem: "ca".into(),
            not_after: NOW.plus_millis(7 * DAY_MS),
            settings: Settings::default(),
            is_pending: false,
        }
    }

    fn enrolled(dir: &Path) -> Identity {
        let key = prepare_key(&RealDisk, dir, 1).unwrap();
        Identity::adopt(&RealDisk, dir, (1, key), credential(), ("https://c".into(), None, NOW)).unwrap()
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(Identity::load(dir.path()), Err(IdentityError::NotEnrolled(_))));
        enrolled(dir.path());
        Identity::load(dir.path()).unwrap();
        let path = key_path(dir.path(), 1);
        for mode in [0o644, 0o640, 0o602] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let error = Identity::load(dir.path()).unwrap_err();
            assert!(matches!(error, IdentityError::Exposed { .. }), "{error}");
            assert!(error.to_string().contains("chmod 0600"), "{error}");
        }
    }

    #[test]
    fn who_goes_back_from_a_later_version_keeps_the_identity() {
        let dir = tempfile::tempdir().unwrap();
        let identity = enrolled(dir.path());
        let text = std::fs::read_to_string(record_path(dir.path())).unwrap();
        std::fs::write(record_path(dir.path()), text.replacen('{', r#"{"pronoun": "it","#, 1)).unwrap();
        assert_eq!(Identity::load(dir.path()).unwrap().record, identity.record);
    }

    #[test]
    fn the_key_is_there_before_it_is_used_and_used_again_on_a_retry() {
        let dir = tempfile::tempdir().unwrap();
        let first = prepare_key(&RealDisk, dir.path(), 1).unwrap();
        assert_eq!(prepare_key(&RealDisk, dir.path(), 1).unwrap(), first);
        assert!(signing_request(&first).unwrap().contains("CERTIFICATE REQUEST"));
    }

    #[test]
    fn a_renewed_pair_counts_once_it_worked_and_can_be_taken_back() {
        let dir = tempfile::tempdir().unwrap();
        let old = enrolled(dir.path());
        let key = prepare_key(&RealDisk, dir.path(), 2).unwrap();
        let at = ("https://c".to_owned(), Some(old.as_previous()), NOW.plus_millis(DAY_MS));
        let mut new = Identity::adopt(&RealDisk, dir.path(), (2, key), credential(), at.clone()).unwrap();
        assert_eq!(Identity::load(dir.path()).unwrap().record.pair, 2);

        let back = new.fall_back(&RealDisk, dir.path()).unwrap().unwrap();
        assert_eq!((&back.record, &back.key_pem), (&old.record, &old.key_pem));
        assert_eq!(back.fall_back(&RealDisk, dir.path()).unwrap().map(|i| i.record.pair), None);

        let key = prepare_key(&RealDisk, dir.path(), 2).unwrap();
        new = Identity::adopt(&RealDisk, dir.path(), (2, key), credential(), at).unwrap();
        new.confirm(&RealDisk, dir.path()).unwrap();
        assert!(!key_path(dir.path(), 1).exists());
        assert_eq!(Identity::load(dir.path()).unwrap().record.previous, None);
    }

    #[test]
    fn renewal_comes_between_70_and_90_percent_of_a_certificates_life() {
        let dir = tempfile::tempdir().unwrap();
        let share = enrolled(dir.path()).renew_at().since(NOW) * 100 / (7 * DAY_MS);
        assert!((70..=90).contains(&share), "{share}");
    }
}
