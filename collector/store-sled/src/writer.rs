//! The one writer: checks, journals, applies and acknowledges commits, in groups.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use muster_model::audit::{self, Head};
use muster_model::change_set::Target;
use muster_model::event::EventRecord;
use muster_model::{ChangeSet, Collection, Document, Expected};
use muster_shared::{Clock, SystemClock};
use muster_store::{Sequence, StoreError};
use tokio::sync::oneshot;

use crate::index::{Index, document_key, entry_key};
use crate::journal::{self, Journal, Payload, Tail};
use crate::open::{Lock, OpenError};
use crate::room::Room;
use crate::row;

/// Commits that wait while the writer syncs; more are refused as busy.
const QUEUE: usize = 4_096;
/// Most commits in one group.
const GROUP_COMMITS: usize = 1_024;
/// Most bytes in one group.
const GROUP_BYTES: usize = 8 << 20;

/// A document on its way into the index.
pub(crate) struct Prepared {
    pub(crate) document: Document,
    pub(crate) flags: u8,
    pub(crate) body: Vec<u8>,
}

impl Prepared {
    /// From a document and its JSON.
    pub(crate) fn new(document: Document, json: &[u8]) -> Result<Self, StoreError> {
        let (flags, body) = row::pack(json)?;
        Ok(Self { document, flags, body })
    }
}

struct Request {
    checks: Vec<Target>,
    puts: Vec<(Prepared, Expected)>,
    deletes: Vec<Target>,
    payload: Payload,
    bytes: Vec<u8>,
    reply: oneshot::Sender<Result<Sequence, StoreError>>,
}

/// The caller's end.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: Option<SyncSender<Box<Request>>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. It holds the data directory's lock until it ends.
    pub(crate) fn start(index: Arc<Index>, journal: Journal, room: Room, lock: Lock) -> Result<Self, OpenError> {
        let (queue, requests) = sync_channel(QUEUE);
        let staging = Staging::new(index)?;
        let run = move || {
            Loop { staging, journal, room }.run(&requests);
            drop(lock);
        };
        let thread = std::thread::Builder::new().name("store-writer".into()).spawn(run).map_err(OpenError::Thread)?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Hands a commit to the writer and waits until it is durable.
    pub(crate) async fn commit(&self, changes: ChangeSet) -> Result<Sequence, StoreError> {
        let (reply, answer) = oneshot::channel();
        let payload = Payload::of(&changes).map_err(StoreError::backend)?;
        let bytes = payload.encode().map_err(StoreError::backend)?;
        let puts = changes.puts.into_iter().map(|put| {
            let json = put.document.encode().map_err(StoreError::backend)?;
            Ok((Prepared::new(put.document, &json)?, put.expected))
        });
        let puts = puts.collect::<Result<_, StoreError>>()?;
        let request =
            Box::new(Request { checks: changes.checks, puts, deletes: changes.deletes, payload, bytes, reply });
        let queue = self.queue.as_ref().ok_or_else(|| StoreError::Busy("the store is closing".into()))?;
        match queue.try_send(request) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(StoreError::Busy("too many commits wait".into())),
            Err(TrySendError::Disconnected(_)) => return Err(StoreError::backend("the writer has ended")),
        }
        answer.await.map_err(|_| StoreError::backend("the writer has ended"))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has said so; there is nobody left to tell.
            drop(thread.join());
        }
    }
}

struct Loop {
    staging: Staging,
    journal: Journal,
    room: Room,
}

impl Loop {
    fn run(mut self, requests: &Receiver<Box<Request>>) {
        while let Ok(first) = requests.recv() {
            let mut size = first.bytes.len();
            let mut group = vec![*first];
            while group.len() < GROUP_COMMITS && size < GROUP_BYTES {
                let Ok(request) = requests.try_recv() else { break };
                size += request.bytes.len();
                group.push(*request);
            }
            self.group(group);
        }
        if let Err(error) = self.staging.index.flush() {
            tracing::warn!(%error, "the index was not flushed at the end; the journal has everything");
        }
    }

    fn group(&mut self, group: Vec<Request>) {
        let size: u64 = group.iter().map(|request| (request.bytes.len() + journal::HEAD_BYTES) as u64).sum();
        if let Err(why) = self.make_room(size) {
            for request in group {
                drop(request.reply.send(Err(StoreError::Busy(why.clone()))));
            }
            return;
        }
        let durable = self.journal.tail();
        let mut tail = durable;
        let mut records = Vec::new();
        let mut accepted = Vec::new();
        for request in group {
            match self.accept(request, tail, durable.sequence, &mut records) {
                Ok((next, reply)) => {
                    tail = next;
                    accepted.push((next.sequence, reply));
                }
                Err((error, reply)) => drop(reply.send(Err(error))),
            }
        }
        if accepted.is_empty() {
            return;
        }
        let batch = self.staging.take_batch();
        let outcome = self.journal.append(&records, tail).map_err(|error| format!("writing the journal: {error}"));
        let outcome = outcome.and_then(|()| {
            self.staging.index.apply(batch, tail).map_err(|error| format!("writing the index: {error}"))
        });
        if let Err(error) = outcome {
            end(&error);
        }
        for (sequence, reply) in accepted {
            drop(reply.send(Ok(sequence)));
        }
    }

    /// Makes sure that a group can be written; else says why not.
    fn make_room(&mut self, size: u64) -> Result<(), String> {
        self.room.check(size)?;
        self.journal.reserve(size).map_err(|error| match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                format!("no space for the journal: {error}")
            }
            _ => end(&format!("making room in the journal: {error}")),
        })
    }

    #[expect(clippy::type_complexity, reason = "the reply channel goes back to the caller either way")]
    fn accept(
        &mut self,
        request: Request,
        tail: Tail,
        durable: Sequence,
        records: &mut Vec<u8>,
    ) -> Result<
        (Tail, oneshot::Sender<Result<Sequence, StoreError>>),
        (StoreError, oneshot::Sender<Result<Sequence, StoreError>>),
    > {
        let Request { checks, puts, deletes, payload, bytes, reply } = request;
        let expectations = checks
            .iter()
            .chain(&deletes)
            .map(|target| (target.collection, target.key.clone(), target.expected))
            .chain(puts.iter().map(|(put, expected)| (put.document.collection(), put.document.key(), *expected)));
        for (collection, key, expected) in expectations {
            if let Err(error) = self.staging.expect(collection, &key, expected) {
                return Err((error, reply));
            }
        }
        let time_ms = SystemClock.now().millis();
        let (record, next) = match journal::encode(tail, durable, time_ms, &bytes) {
            Ok(encoded) => encoded,
            Err(error) => return Err((StoreError::backend(error), reply)),
        };
        let prepared = puts.into_iter().map(|(put, _)| put).collect();
        if let Err(error) = self.staging.stage(next.sequence, prepared, &payload) {
            // Only an unreadable old document gets here; what was staged of this commit must not be applied without it.
            end(&format!("reading the index: {error}"));
        }
        records.extend_from_slice(&record);
        Ok((next, reply))
    }
}

/// After a failed write or sync nothing is known of what is on the disk; a restart reads it anew.
fn end(error: &str) -> ! {
    tracing::error!(error, "the store cannot go on; the process ends so that nothing false is acknowledged");
    std::process::exit(70);
}

/// What a group of commits makes of the index, before it is written: later commits of a group see earlier ones.
pub(crate) struct Staging {
    index: Arc<Index>,
    rows: HashMap<Vec<u8>, Option<Vec<u8>>>,
    head: Head,
}

impl Staging {
    /// Nothing staged; the audit chain goes on where the index ends.
    pub(crate) fn new(index: Arc<Index>) -> Result<Self, OpenError> {
        let last = muster_store::Scan::keys(Collection::Audit, "").descending().limit(1);
        let last = index.scan(&last).map_err(OpenError::Store)?.rows.into_iter().next();
        let head = match last {
            None => Head::default(),
            Some(row) => {
                let entry: audit::AuditEntry =
                    serde_json::from_slice(&row.bytes).map_err(|error| OpenError::Store(StoreError::backend(error)))?;
                Head { seq: entry.seq, hash: entry.hash }
            }
        };
        Ok(Self { index, rows: HashMap::new(), head })
    }

    fn row(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(row) = self.rows.get(key) {
            return Ok(row.clone());
        }
        Ok(self.index.raw(key).map_err(StoreError::backend)?.map(|row| row.to_vec()))
    }

    fn version(&self, key: &[u8]) -> Result<Option<u64>, StoreError> {
        Ok(self.row(key)?.as_deref().and_then(row::version))
    }

    fn expect(&self, collection: Collection, key: &str, expected: Expected) -> Result<(), StoreError> {
        let holds = match expected {
            Expected::Any => true,
            Expected::Absent => self.version(&document_key(collection, key))?.is_none(),
            Expected::Version(version) => self.version(&document_key(collection, key))? == Some(version),
        };
        if holds { Ok(()) } else { Err(StoreError::Conflict { collection, key: key.to_owned() }) }
    }

    /// Stages a commit.
    pub(crate) fn stage(
        &mut self,
        sequence: Sequence,
        puts: Vec<Prepared>,
        payload: &Payload,
    ) -> Result<(), StoreError> {
        for (collection, key) in &payload.deletes {
            self.remove_entries(*collection, key)?;
            self.rows.insert(document_key(*collection, key), None);
        }
        for put in puts {
            self.put(&put)?;
        }
        for draft in &payload.audit {
            let entry = audit::chain(&self.head, draft.clone());
            self.head = Head { seq: entry.seq, hash: entry.hash.clone() };
            self.put_plain(entry.into())?;
        }
        for (place, event) in (0..).zip(&payload.events) {
            self.put_plain(EventRecord { commit: sequence, place, event: event.clone() }.into())?;
        }
        Ok(())
    }

    fn put_plain(&mut self, document: Document) -> Result<(), StoreError> {
        let json = document.encode().map_err(StoreError::backend)?;
        let prepared = Prepared::new(document, &json)?;
        self.put(&prepared)
    }

    fn put(&mut self, put: &Prepared) -> Result<(), StoreError> {
        let (collection, key) = (put.document.collection(), put.document.key());
        self.remove_entries(collection, &key)?;
        let at = document_key(collection, &key);
        let version = self.version(&at)?.unwrap_or(0) + 1;
        for (index, entry) in muster_store::index::entries(&put.document) {
            self.rows.insert(entry_key(index, &entry, &key), Some(Vec::new()));
        }
        self.rows.insert(at, Some(row::encode(put.flags, version, &put.body)));
        Ok(())
    }

    fn remove_entries(&mut self, collection: Collection, key: &str) -> Result<(), StoreError> {
        let Some(row) = self.row(&document_key(collection, key))? else { return Ok(()) };
        if !is_indexed(collection) {
            return Ok(());
        }
        let old = row::decode(collection, key, &row)?;
        let old = Document::decode(collection, &old.value).map_err(|error| StoreError::Corrupt {
            collection,
            key: key.to_owned(),
            what: error.to_string(),
        })?;
        for (index, entry) in muster_store::index::entries(&old) {
            self.rows.insert(entry_key(index, &entry, key), None);
        }
        Ok(())
    }

    /// Everything staged, as one batch.
    pub(crate) fn take_batch(&mut self) -> sled::Batch {
        let mut batch = sled::Batch::default();
        for (key, row) in self.rows.drain() {
            match row {
                Some(row) => batch.insert(key, row),
                None => batch.remove(key),
            }
        }
        batch
    }

    /// How much is staged.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// Whether documents of a collection have index entries: the others need not be read before they are replaced.
pub(crate) const fn is_indexed(collection: Collection) -> bool {
    matches!(
        collection,
        Collection::Agent
            | Collection::ApiToken
            | Collection::Session
            | Collection::User
            | Collection::Host
            | Collection::History
            | Collection::Finding
            | Collection::Ticket
            | Collection::Audit
            | Collection::Decision
            | Collection::Review
    )
}
