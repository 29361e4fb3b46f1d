//! Delivers: the spool in order, heartbeats, and the renewal of the certificate. One round at a time; the daemon decides
//! when.
//!
//! A report leaves the spool only when the collector acknowledged it, or said that it can never take it. What the collector
//! wants in return (another full report, a fresh look, other intervals) is collected in [`Answer`].

use std::path::PathBuf;
use std::sync::Arc;

use muster_shared::Clock;
use muster_shared::canonical::Digest;
use muster_shared::protocol::{Heartbeat, ReportResult, Settings};

use crate::client::{Client, ClientError};
use crate::disk::{Disk, DiskError};
use crate::enroll::{self, RenewError};
use crate::identity::{Identity, IdentityError};
use crate::scan::{SharedSpool, Want, lock};
use crate::spool::Entry;

/// A report that the collector rejected so often is set aside (case 13).
const MAX_REJECTIONS: u32 = 3;
/// Gap in `seq` after a report was called stale: about 50 days of milliseconds.
const SEQ_GAP: u64 = 1 << 32;

/// What a round came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Reports that were acknowledged.
    pub acknowledged: u32,
    /// What the next scan has to do.
    pub want: Want,
    /// Scan now.
    pub rescan: bool,
    /// How often to speak.
    pub settings: Option<Settings>,
}

/// Why a round ended early.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// The collector.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The renewal.
    #[error(transparent)]
    Renew(#[from] RenewError),
    /// The identity on the disk.
    #[error(transparent)]
    Identity(#[from] IdentityError),
    /// The spool on the disk.
    #[error("cannot work with the spool")]
    Disk(#[from] DiskError),
}

impl CourierError {
    /// Whether the process has to end.
    pub const fn is_fatal(&self) -> bool {
        match self {
            Self::Disk(error)
            | Self::Identity(IdentityError::Disk(error))
            | Self::Renew(RenewError::Identity(IdentityError::Disk(error))) => error.is_fatal(),
            _ => false,
        }
    }

    /// What the collector said, if it was asked.
    pub const fn client(&self) -> Option<&ClientError> {
        match self {
            Self::Client(error) | Self::Renew(RenewError::Client(error)) => Some(error),
            _ => None,
        }
    }
}

/// What a heartbeat says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pulse {
    /// The kernel's boot id.
    pub boot_id: String,
    /// Generation after the newest report.
    pub generation: u64,
    /// Hash of the last scan.
    pub root: Digest,
}

/// Speaks with the collector.
pub struct Courier {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    clock: Arc<dyn Clock>,
    spool: SharedSpool,
    proxy: Option<String>,
    identity: Identity,
    client: Client,
    rejected: Option<(u64, u32)>,
}

impl Courier {
    /// A courier for an enrolled agent.
    pub fn new(
        (disk, dir, clock): (Arc<dyn Disk>, PathBuf, Arc<dyn Clock>),
        spool: SharedSpool,
        identity: Identity,
        proxy: Option<String>,
    ) -> Result<Self, ClientError> {
        let client = Client::enrolled(&identity, proxy.as_deref())?;
        Ok(Self { disk, dir, clock, spool, proxy, identity, client, rejected: None })
    }

    /// Who speaks.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What waits.
    pub const fn spool(&self) -> &SharedSpool {
        &self.spool
    }

    /// Whether nothing waits.
    pub fn is_idle(&self) -> bool {
        lock(&self.spool).count() == 0
    }

    /// Delivers everything that waits, oldest first. What was reached before an error stands in `answer`.
    pub async fn deliver(&mut self, answer: &mut Answer) -> Result<(), CourierError> {
        loop {
            let Some(entry) = lock(&self.spool).first().cloned() else { return Ok(()) };
            let Some(body) = lock(&self.spool).read(&entry)? else {
                // A hole in the chain: what builds on it will be refused, and a whole report heals it.
                answer.want.full = true;
                answer.rescan = true;
                continue;
            };
            let sent = self.client.report(entry.report_id, body).await;
            self.learn(&sent)?;
            match sent {
                Ok(ack) => {
                    lock(&self.spool).remove(&entry)?;
                    self.rejected = None;
                    answer.acknowledged += 1;
                    answer.settings = Some(ack.settings);
                    tracing::info!(report = %entry.report_id, generation = ack.generation, result = ?ack.result, "delivered");
                    if ack.result == ReportResult::Stale {
                        answer.want = Want { full: true, skip_seq: SEQ_GAP };
                        answer.rescan = true;
                        lock(&self.spool).skip_to_full()?;
                    }
                }
                Err(ClientError::UnknownBase) => self.go_on_whole(&entry, answer)?,
                Err(error) => {
                    self.count_rejection(&entry, &error, answer)?;
                    return Err(error.into());
                }
            }
        }
    }

    fn go_on_whole(&mut self, entry: &Entry, answer: &mut Answer) -> Result<(), DiskError> {
        tracing::warn!(report = %entry.report_id, "the collector does not have what the report builds on: a whole one follows");
        if !lock(&self.spool).skip_to_full()? {
            answer.want.full = true;
            answer.rescan = true;
        }
        Ok(())
    }

    fn count_rejection(&mut self, entry: &Entry, error: &ClientError, answer: &mut Answer) -> Result<(), DiskError> {
        if !matches!(error, ClientError::Rejected { .. } | ClientError::Conflict { .. }) {
            return Ok(());
        }
        let before = self.rejected.filter(|(seq, _)| *seq == entry.seq).map_or(0, |(_, count)| count);
        self.rejected = Some((entry.seq, before + 1));
        if before + 1 >= MAX_REJECTIONS {
            self.rejected = None;
            // A whole report with the next regular scan, not at once: it may be rejected as well.
            answer.want.full = true;
            lock(&self.spool).quarantine(entry)?;
        }
        Ok(())
    }

    /// Says that the agent lives. Only sensible when nothing waits: else the hashes differ for a good reason.
    pub async fn heartbeat(&mut self, pulse: &Pulse, answer: &mut Answer) -> Result<(), CourierError> {
        let heartbeat = Heartbeat {
            boot_id: pulse.boot_id.clone(),
            generation: pulse.generation,
            root: pulse.root,
            at: self.clock.now(),
        };
        let sent = self.client.heartbeat(&heartbeat).await;
        self.learn(&sent)?;
        let ack = sent?;
        answer.settings = Some(ack.settings);
        answer.want.full |= ack.send_full;
        answer.rescan |= ack.send_full || ack.recheck;
        Ok(())
    }

    /// Gets the next certificate when it is time.
    pub async fn renew_when_due(&mut self) -> Result<(), CourierError> {
        let now = self.clock.now();
        if now < self.identity.renew_at() || self.identity.record.previous.is_some() {
            return Ok(());
        }
        let identity = enroll::renew(self.disk.as_ref(), &self.dir, now, &self.identity, &self.client).await?;
        tracing::info!(not_after = %identity.record.not_after, "the certificate was renewed");
        self.client = Client::enrolled(&identity, self.proxy.as_deref())?;
        self.identity = identity;
        Ok(())
    }

    /// After an answer to a new key pair: it is confirmed, or the one before comes back.
    fn learn<T>(&mut self, sent: &Result<T, ClientError>) -> Result<(), CourierError> {
        match sent {
            Ok(_) | Err(ClientError::UnknownBase) => self.identity.confirm(self.disk.as_ref(), &self.dir)?,
            Err(error) if error.needs_a_person() => {
                if let Some(identity) = self.identity.fall_back(self.disk.as_ref(), &self.dir)? {
                    tracing::warn!(%error, "the new certificate does not work: back to the one before");
                    self.client = Client::enrolled(&identity, self.proxy.as_deref())?;
                    self.identity = identity;
                }
            }
            Err(_) => {}
        }
        Ok(())
    }
}
