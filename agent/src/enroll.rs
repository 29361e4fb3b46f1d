//! Enrollment: from a token to an identity.
//!
//! The key is made and stored here before anything is asked, and the request holds only its public half: when the answer
//! is lost, the same command with the same token gets the same agent. What comes back is checked before it counts: the CA
//! must be the one the token names, the certificate must belong to the key.

use std::io::Read;
use std::path::Path;

use muster_shared::enrollment::{EnrollmentToken, InvalidToken};
use muster_shared::id::AgentId;
use muster_shared::protocol::{
    ChallengeRequest, Credential, EnrollRequest, RecoverRequest, RenewRequest, recovery_message,
};
use muster_shared::{Clock, Time, secret};
use zeroize::{Zeroize, Zeroizing};

use crate::client::{Client, ClientError};
use crate::disk::{self, Disk, DiskError, read_plain};
use crate::identity::{self, Identity, IdentityError, Record};
use crate::spool;
use crate::state::State;
use crate::status::{self, Standing, Status};
use crate::strict::{self, Loose};
use crate::trust::{self, TrustError};

const MAX_TOKEN_BYTES: usize = 8 << 10;
/// More than an identity takes, with what the file system needs beside it.
const ROOM_BYTES: usize = 64 << 10;

/// Why there is no identity.
#[derive(Debug, thiserror::Error)]
pub enum EnrollError {
    /// The token cannot be read.
    #[error("cannot read the enrollment token from {from}")]
    ReadToken {
        /// Where.
        from: String,
        /// Why.
        source: std::io::Error,
    },
    /// Others can read the token.
    #[error(transparent)]
    Loose(#[from] Loose),
    /// The file holds no token.
    #[error("what {from} holds is not usable")]
    Token {
        /// Where.
        from: String,
        /// Why.
        source: InvalidToken,
    },
    /// There is one already.
    #[error(
        "this machine is enrolled already as {agent} at {url}: nothing to do; to begin anew as another agent, use --force"
    )]
    AlreadyEnrolled {
        /// The agent.
        agent: String,
        /// The collector.
        url: String,
    },
    /// The identity on the disk.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The request.
    #[error("cannot enroll")]
    Client(#[from] ClientError),
    /// The answer does not fit to the token or the key.
    #[error("the collector answered with a certificate that cannot be used")]
    Answer(#[from] TrustError),
    /// The disk.
    #[error("cannot prepare the state directory")]
    Disk(#[from] DiskError),
}

impl EnrollError {
    /// Whose identity this machine has.
    pub(crate) fn already(record: &Record) -> Self {
        Self::AlreadyEnrolled { agent: record.agent_id.to_string(), url: record.url.clone() }
    }
}

/// Where and how to enroll. Its token is wiped when it goes.
#[derive(Debug)]
pub struct Order<'a> {
    /// The state directory; its lock is held by the caller.
    pub state_dir: &'a Path,
    /// The token.
    pub token: EnrollmentToken,
    /// Instead of the token's URL.
    pub url: Option<String>,
    /// Give up an identity that is there.
    pub force: bool,
    /// Through which proxy.
    pub proxy: Option<&'a str>,
}

impl Drop for Order<'_> {
    fn drop(&mut self) {
        self.token.secret.zeroize();
    }
}

/// Reads a token from a file, or from standard input for `-`.
pub fn read_token(file: &Path) -> Result<EnrollmentToken, EnrollError> {
    let is_stdin = file.as_os_str() == "-";
    let from = if is_stdin { "standard input".to_owned() } else { file.display().to_string() };
    // Room for all of it from the start: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_TOKEN_BYTES + 1));
    let most = MAX_TOKEN_BYTES as u64;
    let failed = |source| EnrollError::ReadToken { from: from.clone(), source };
    if is_stdin {
        std::io::stdin().take(most).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        // Tokens come from process substitutions and secret mounts too: links and pipes are fine here.
        let opened = std::fs::File::open(file).map_err(failed)?;
        let meta = opened.metadata().map_err(failed)?;
        if meta.is_file() {
            strict::check_secret("the enrollment token", file, &meta)?;
        }
        opened.take(most).read_to_end(&mut bytes).map_err(failed)?;
    }
    let text = std::str::from_utf8(&bytes).unwrap_or_default();
    text.parse().map_err(|source| EnrollError::Token { from, source })
}

/// Enrolls.
///
/// Says as well whether a person has to approve the agent before its reports are taken.
pub async fn enroll(disk: &dyn Disk, clock: &dyn Clock, order: Order<'_>) -> Result<(Identity, bool), EnrollError> {
    let dir = order.state_dir;
    let old = match identity::find_record(dir) {
        // A damaged record is what --force is for.
        Err(IdentityError::Damaged { .. }) if order.force => None,
        found => found?,
    };
    if let (Some(record), false) = (&old, order.force) {
        return Err(EnrollError::already(record));
    }
    let url = order.url.clone().unwrap_or_else(|| order.token.url.clone());
    let client = Client::pinned(&url, &order.token.ca_spki_sha256, order.proxy)?;
    check_room(disk, dir)?;
    let pair = old.map_or(1, |record| record.pair.saturating_add(1));
    let key_pem = identity::prepare_key(disk, dir, pair)?;
    let mut request = EnrollRequest {
        token_id: order.token.id,
        token_secret: order.token.secret.clone(),
        csr_pem: identity::signing_request(&key_pem)?,
        hostname: hostname::get().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        machine_id: first_line(Path::new("/etc/machine-id")),
        system_uuid: first_line(Path::new("/sys/class/dmi/id/product_uuid")),
        system_serial: first_line(Path::new("/sys/class/dmi/id/product_serial")),
        agent_version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let answer = client.enroll(&request).await;
    request.token_secret.zeroize();
    let credential = answer?;
    trust::holds_pin(&credential.ca_pem, &order.token.ca_spki_sha256)?;
    trust::check_pair(&credential.certificate_pem, &key_pem)?;
    forget(disk, dir)?;
    let at = (client.url().to_owned(), None, clock.now());
    let is_pending = credential.is_pending;
    let identity = Identity::adopt(disk, dir, (pair, key_pem), credential, at)?;
    let mut status = Status::default();
    status.stand(if is_pending { Standing::Pending } else { Standing::Active }, clock.now());
    if let Err(error) = status.save(dir) {
        tracing::warn!(%error, "cannot write the status file");
    }
    Ok((identity, is_pending))
}

/// Whether an identity can be kept: a token that was used up for nothing would be one more call to whoever made it.
fn check_room(disk: &dyn Disk, dir: &Path) -> Result<(), DiskError> {
    let trial = dir.join("room");
    let written = disk::write_durably(disk, &trial, &vec![0; ROOM_BYTES], 0o600);
    disk.remove(&trial)?;
    written
}

/// A new agent has told nothing yet: what an earlier identity told or wanted to tell goes, and how it stood.
fn forget(disk: &dyn Disk, dir: &Path) -> Result<(), DiskError> {
    disk.remove(&State::path(dir))?;
    disk.remove(&status::path(dir))?;
    let Ok(listed) = std::fs::read_dir(spool::dir(dir)) else { return Ok(()) };
    for file in listed.flatten() {
        disk.remove(&file.path())?;
    }
    Ok(())
}

/// What a small file says; `None` when it cannot be read or says nothing.
fn first_line(path: &Path) -> Option<String> {
    let bytes = read_plain(path, 256).ok()??;
    let text = String::from_utf8(bytes).ok()?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// Why there is no new certificate.
#[derive(Debug, thiserror::Error)]
pub enum RenewError {
    /// The request.
    #[error("cannot renew the certificate")]
    Client(#[from] ClientError),
    /// The answer.
    #[error("the collector answered with a certificate that cannot be used")]
    Answer(#[from] TrustError),
    /// The answer is for somebody else.
    #[error("the collector answered with a certificate of another agent ({0})")]
    OtherAgent(AgentId),
    /// The disk.
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

/// Gets the next certificate, with a new key. The old pair stays until [`Identity::confirm`]. After a split the copy of an
/// agent gets an identity of its own here (`may_split`), and nobody else does.
pub async fn renew(
    disk: &dyn Disk,
    dir: &Path,
    now: Time,
    (identity, client): (&Identity, &Client),
    may_split: bool,
) -> Result<Identity, RenewError> {
    let pair = identity.record.pair.saturating_add(1);
    let key_pem = identity::prepare_key(disk, dir, pair)?;
    let request = RenewRequest { csr_pem: identity::signing_request(&key_pem)? };
    let credential = client.renew(&request).await?;
    take(disk, dir, now, identity, (pair, key_pem), credential, may_split)
}

/// Comes back after the certificate ran out: proves with the last key who this is.
pub async fn recover(
    disk: &dyn Disk,
    dir: &Path,
    now: Time,
    identity: &Identity,
    proxy: Option<&str>,
) -> Result<Identity, RenewError> {
    let client = Client::unproven(identity, proxy)?;
    let agent_id = identity.record.agent_id;
    let pair = identity.record.pair.saturating_add(1);
    let key_pem = identity::prepare_key(disk, dir, pair)?;
    let csr_pem = identity::signing_request(&key_pem)?;
    let nonce = client.challenge(&ChallengeRequest { agent_id }).await?.nonce;
    let (last_key, signature) = identity::prove(&identity.key_pem, &recovery_message(agent_id, &nonce, &csr_pem))?;
    let (last_key, signature) = (secret::encode(&last_key), secret::encode(&signature));
    let credential = client.recover(&RecoverRequest { agent_id, nonce, csr_pem, last_key, signature }).await?;
    take(disk, dir, now, identity, (pair, key_pem), credential, false)
}

fn take(
    disk: &dyn Disk,
    dir: &Path,
    now: Time,
    identity: &Identity,
    (pair, key_pem): (u64, Zeroizing<String>),
    credential: Credential,
    may_split: bool,
) -> Result<Identity, RenewError> {
    trust::check_pair(&credential.certificate_pem, &key_pem)?;
    if credential.agent_id != identity.record.agent_id && !may_split {
        return Err(RenewError::OtherAgent(credential.agent_id));
    }
    trust::enrolled(&credential.ca_pem, &credential.certificate_pem, &key_pem)?;
    // Another agent's pair is nothing to go back to.
    let previous = (credential.agent_id == identity.record.agent_id).then(|| identity.as_previous());
    let at = (identity.record.url.clone(), previous, now);
    Ok(Identity::adopt(disk, dir, (pair, key_pem), credential, at)?)
}
