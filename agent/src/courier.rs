//! Delivers: the spool in order, heartbeats, and the renewal of the certificate. One round at a time; the daemon decides
//! when.
//!
//! A report leaves the spool only when the collector acknowledged it, or said that it can never take it. What the collector
//! wants in return (another full report, a fresh look, other intervals) is collected in [`Answer`].

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use muster_shared::canonical::Digest;
use muster_shared::protocol::{Heartbeat, HeartbeatAck, ReportResult, Settings};
use muster_shared::{Clock, Time};

use crate::client::{Client, ClientError};
use crate::disk::{Disk, DiskError};
use crate::enroll::{self, RenewError};
use crate::identity::{Identity, IdentityError};
use crate::scan::{SharedSpool, Want, lock};
use crate::spool::Entry;
use crate::status::Standing;

mod refusal;

/// A report that the collector rejected so often is set aside (case 13).
pub(crate) const MAX_REJECTIONS: u32 = 3;
/// An agent that is kept waiting asks again after this.
const ASK_AGAIN: Duration = Duration::from_mins(1);
/// Gap in `seq` after a report was called stale: about 50 days of milliseconds.
const SEQ_GAP: u64 = 1 << 32;

/// What a round came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Whether the process has to end: the disk is not to be trusted, or nobody will ever listen again.
    pub const fn is_fatal(&self) -> bool {
        match self {
            Self::Client(ClientError::Revoked { .. })
            | Self::Renew(RenewError::Client(ClientError::Revoked { .. })) => true,
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
    /// When that was over.
    pub looked_at: Time,
}

/// A heartbeat on its way.
pub struct Beat {
    /// Under which certificate it was sent.
    pair: u64,
    /// Its answer.
    pub answer: Pin<Box<dyn Future<Output = Result<HeartbeatAck, ClientError>> + Send>>,
}

/// For what a person is needed before the collector takes reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wait {
    /// The agent is approved or released: how it stands is asked before anything else.
    Standing,
    /// It is said which host this is: only the newest whole report is asked about.
    Decision,
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
    /// For what the collector keeps the agent waiting.
    waits_for: Option<Wait>,
    /// The certificate was doubted: near the end of its life the last key helps.
    is_doubted: bool,
    /// The collector holds answers back for those who want to wait.
    can_wait: bool,
    /// The collector wants another certificate to be taken: with it comes another CA.
    is_asked: bool,
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
        Ok(Self {
            disk,
            dir,
            clock,
            spool,
            proxy,
            identity,
            client,
            rejected: None,
            waits_for: None,
            is_doubted: false,
            can_wait: false,
            is_asked: false,
        })
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
        if self.waits_for == Some(Wait::Decision) {
            lock(&self.spool).keep_newest_full()?;
        }
        loop {
            let Some(entry) = lock(&self.spool).first().cloned() else { return Ok(()) };
            let Some(body) = lock(&self.spool).read(&entry)? else {
                // A hole in the chain: what builds on it will be refused, and a whole report heals it.
                answer.want.full = true;
                answer.rescan = true;
                continue;
            };
            let waited_ms = self.clock.now().since(entry.created_at);
            let sent = self.client.report(entry.report_id, waited_ms, body).await;
            self.learn(&sent)?;
            match sent {
                Ok(ack) => {
                    lock(&self.spool).remove(&entry)?;
                    (self.rejected, self.waits_for) = (None, None);
                    answer.acknowledged += 1;
                    self.is_asked = ack.settings.renew;
                    answer.settings = Some(ack.settings);
                    tracing::info!(report = %entry.report_id, generation = ack.generation, result = ?ack.result, "delivered");
                    if ack.result == ReportResult::Stale {
                        answer.want.full = true;
                        answer.want.skip_seq = SEQ_GAP;
                        answer.rescan = true;
                        lock(&self.spool).skip_to_full()?;
                    }
                }
                Err(ClientError::UnknownBase) => self.go_on_whole(&entry, answer)?,
                Err(ClientError::Rejected { sections, .. }) if !sections.is_empty() => {
                    self.go_on_without(&entry, sections, answer)?;
                }
                Err(error) => {
                    if let Some(largest) = self.too_large(&entry, &error)? {
                        self.go_on_without(&entry, vec![largest], answer)?;
                        continue;
                    }
                    // Nothing of this host was ever taken: the next look tells all of it, for what is asked about may be
                    // put right there.
                    answer.want.full |= matches!(error, ClientError::Undecided { .. });
                    if !self.count_rejection(&entry, &error, answer)? {
                        return Err(error.into());
                    }
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

    /// Whether a report was rejected that is tried once more.
    pub const fn is_rejected(&self) -> bool {
        self.rejected.is_some()
    }

    /// Whether a heartbeat may wait for its answer.
    pub const fn can_wait(&self) -> bool {
        self.can_wait
    }

    /// Asks how the agent stands, if the collector kept it waiting before: a report is not sent for nothing.
    pub async fn check_standing(&mut self) -> Result<(), CourierError> {
        if self.waits_for != Some(Wait::Standing) {
            return Ok(());
        }
        let standing = self.client.standing().await;
        self.learn(&standing)?;
        let standing = standing?;
        if standing.standing != "active" {
            let url = self.client.url().to_owned();
            let is_pending = standing.standing == "pending";
            let detail = standing.why.unwrap_or(standing.standing);
            let standing = if is_pending { Standing::Pending } else { Standing::Quarantined };
            return Err(ClientError::Held { url, standing, detail, retry_after: Some(ASK_AGAIN) }.into());
        }
        self.waits_for = None;
        tracing::info!("the collector takes this agent's word now");
        Ok(())
    }

    /// Says that the agent lives, and hears what the collector wants. Only sensible when nothing waits in the spool: else the
    /// hashes differ for a good reason.
    pub async fn heartbeat(&mut self, pulse: &Pulse, answer: &mut Answer) -> Result<(), CourierError> {
        let sent = self.beat(pulse, None).answer.await;
        self.hear(sent, answer)
    }

    /// A heartbeat whose answer the collector may hold back for so long. It is on a connection of its own, and what is told
    /// meanwhile does not end it.
    pub fn beat(&self, pulse: &Pulse, wait_seconds: Option<u32>) -> Beat {
        let heartbeat = Heartbeat {
            boot_id: pulse.boot_id.clone(),
            generation: pulse.generation,
            root: pulse.root,
            at: self.clock.now(),
            looked_at: Some(pulse.looked_at),
            wait_seconds,
        };
        let client = self.client.clone();
        let answer = Box::pin(async move { client.heartbeat(&heartbeat).await });
        Beat { pair: self.identity.record.pair, answer }
    }

    /// Whether a heartbeat is of the identity that counts now.
    pub const fn is_of(&self, beat: &Beat) -> bool {
        self.identity.record.pair == beat.pair
    }

    /// Takes over the answer to a heartbeat.
    pub fn hear(&mut self, sent: Result<HeartbeatAck, ClientError>, answer: &mut Answer) -> Result<(), CourierError> {
        self.can_wait = matches!(&sent, Ok(ack) if ack.can_wait);
        self.learn(&sent)?;
        let ack = sent?;
        self.is_asked = ack.settings.renew;
        answer.settings = Some(ack.settings);
        answer.want.full |= ack.send_full;
        answer.rescan |= ack.send_full || ack.recheck;
        Ok(())
    }

    /// Gets the next certificate when it is time; when the last one ran out, by its key.
    pub async fn renew_when_due(&mut self) -> Result<(), CourierError> {
        let now = self.clock.now();
        let is_late = now >= self.identity.renew_at();
        if now > self.identity.record.not_after || (is_late && self.is_doubted) {
            self.is_doubted = false;
            let proxy = self.proxy.as_deref();
            let recovered = enroll::recover(self.disk.as_ref(), &self.dir, now, &self.identity, proxy).await;
            if matches!(&recovered, Err(RenewError::Client(error)) if error.doubts_certificate()) {
                // The collector may know only the pair before: its answer with the newest was taken back.
                self.go_back("the last key was refused")?;
            }
            return self.become_identity(recovered?, "the certificate ran out; a new one came by the last key");
        }
        if (!is_late && !self.is_asked) || self.identity.record.previous.is_some() {
            return Ok(());
        }
        self.renew(false).await
    }

    /// Becomes an agent of its own: the collector said that this is the copy of another one.
    pub async fn split(&mut self, answer: &mut Answer) -> Result<(), CourierError> {
        self.renew(true).await?;
        self.waits_for = None;
        answer.want.full = true;
        answer.rescan = true;
        Ok(())
    }

    async fn renew(&mut self, may_split: bool) -> Result<(), CourierError> {
        let own = (&self.identity, &self.client);
        let renewed = enroll::renew(self.disk.as_ref(), &self.dir, self.clock.now(), own, may_split).await?;
        self.become_identity(renewed, "the certificate was renewed")
    }

    fn become_identity(&mut self, identity: Identity, why: &'static str) -> Result<(), CourierError> {
        tracing::info!(agent = %identity.record.agent_id, not_after = %identity.record.not_after, "{why}");
        self.client = Client::enrolled(&identity, self.proxy.as_deref())?;
        self.identity = identity;
        self.is_asked = false;
        Ok(())
    }

    /// After an answer to a new key pair: it is confirmed, or the one before comes back.
    fn learn<T>(&mut self, sent: &Result<T, ClientError>) -> Result<(), CourierError> {
        match sent {
            Ok(_) | Err(ClientError::UnknownBase) => {
                self.is_doubted = false;
                self.identity.confirm(self.disk.as_ref(), &self.dir)?;
            }
            // The certificate itself was good enough to be told so.
            Err(ClientError::Held { .. }) => self.waits_for = Some(Wait::Standing),
            Err(ClientError::Undecided { .. }) => self.waits_for = Some(Wait::Decision),
            Err(error) if error.doubts_certificate() => {
                self.is_doubted = true;
                self.go_back("the new certificate does not work")?;
            }
            Err(_) => {}
        }
        Ok(())
    }

    fn go_back(&mut self, why: &'static str) -> Result<(), CourierError> {
        if let Some(identity) = self.identity.fall_back(self.disk.as_ref(), &self.dir)? {
            tracing::warn!("{why}: back to the pair before");
            self.client = Client::enrolled(&identity, self.proxy.as_deref())?;
            self.identity = identity;
        }
        Ok(())
    }
}
