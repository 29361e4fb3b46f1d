//! The one writer: checks, journals, applies and acknowledges commits, in groups. Between two groups it runs errands: what has to see
//! the store at rest.

use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

use muster_model::change_set::Target;
use muster_model::{ChangeSet, Collection, Expected};
use muster_shared::{Clock, SystemClock};
use muster_store::{Sequence, StoreError};
use tokio::sync::oneshot;

use crate::fail;
use crate::journal::{self, Journal, Payload, Tail};
use crate::lock::Lock;
use crate::room::Room;
use crate::shared::Shared;
use crate::staging::Staging;

/// Commits that wait while the writer syncs; more are refused as busy.
const QUEUE: usize = 4_096;
/// Most commits in one group.
const GROUP_COMMITS: usize = 1_024;
/// Most bytes in one group.
const GROUP_BYTES: usize = 8 << 20;

struct Request {
    expectations: Vec<(Collection, String, Expected)>,
    payload: Payload,
    bytes: Vec<u8>,
    reply: oneshot::Sender<Result<Sequence, StoreError>>,
}

type Errand = Box<dyn FnOnce(&mut Loop) + Send>;

enum Message {
    Commit(Box<Request>),
    Errand(Errand),
}

/// The way to the writer.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    queue: SyncSender<Message>,
}

impl Handle {
    /// Hands a commit to the writer and waits until it is durable.
    pub(crate) async fn commit(&self, changes: ChangeSet) -> Result<Sequence, StoreError> {
        let (reply, answer) = oneshot::channel();
        let targets = changes.checks.iter().chain(&changes.deletes);
        let targets = targets.map(|Target { collection, key, expected }| (*collection, key.clone(), *expected));
        let puts = changes.puts.iter().map(|put| (put.document.collection(), put.document.key(), put.expected));
        let expectations = targets.chain(puts).filter(|(.., expected)| *expected != Expected::Any).collect();
        let payload = Payload::of(changes)?;
        let bytes = payload.encode().map_err(StoreError::backend)?;
        match self.queue.try_send(Message::Commit(Box::new(Request { expectations, payload, bytes, reply }))) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(StoreError::Busy("too many commits wait".into())),
            Err(TrySendError::Disconnected(_)) => return Err(ended()),
        }
        answer.await.map_err(|_| ended())?
    }

    /// Writes a commit of the store's own. Blocks.
    pub(crate) fn write(&self, payload: Payload, bytes: Vec<u8>) -> Result<Sequence, StoreError> {
        let (reply, answer) = oneshot::channel();
        let request = Box::new(Request { expectations: Vec::new(), payload, bytes, reply });
        self.queue.send(Message::Commit(request)).map_err(|_| ended())?;
        answer.blocking_recv().map_err(|_| ended())?
    }

    /// Lets the writer do something between two groups, and waits for it. Blocks.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        errand: impl FnOnce(&mut Loop) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (reply, answer) = sync_channel(1);
        // Who asked may have gone away.
        let errand: Errand = Box::new(move |writer| drop(reply.send(errand(writer))));
        self.queue.send(Message::Errand(errand)).map_err(|_| ended())?;
        answer.recv().map_err(|_| ended())
    }
}

fn ended() -> StoreError {
    StoreError::backend("the writer has ended")
}

/// The writer's thread. Dropping it waits until everything that was handed over is written.
#[derive(Debug)]
pub(crate) struct Writer {
    handle: Option<Handle>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread. It holds the data directory's lock until it ends.
    pub(crate) fn start(shared: Arc<Shared>, staging: Staging, parts: (Journal, Room, Lock)) -> std::io::Result<Self> {
        let (queue, messages) = sync_channel(QUEUE);
        let (journal, room, lock) = parts;
        let run = move || {
            Loop { shared, staging, journal, room }.run(&messages);
            drop(lock);
        };
        let thread = std::thread::Builder::new().name("store-writer".into()).spawn(run)?;
        Ok(Self { handle: Some(Handle { queue }), thread: Some(thread) })
    }

    /// The way to it.
    pub(crate) fn handle(&self) -> Result<&Handle, StoreError> {
        self.handle.as_ref().ok_or_else(ended)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.handle.take());
        if let Some(thread) = self.thread.take() {
            // A writer that panicked has said so; there is nobody left to tell.
            drop(thread.join());
        }
    }
}

/// What the writer's thread works on.
pub(crate) struct Loop {
    shared: Arc<Shared>,
    /// The index, and what is on its way into it: nothing, during an errand.
    pub(crate) staging: Staging,
    /// The journal.
    pub(crate) journal: Journal,
    room: Room,
}

impl Loop {
    fn run(mut self, messages: &Receiver<Message>) {
        let mut next = None;
        while let Some(message) = next.take().or_else(|| messages.recv().ok()) {
            let first = match message {
                Message::Errand(errand) => {
                    errand(&mut self);
                    continue;
                }
                Message::Commit(first) => first,
            };
            let mut size = first.bytes.len();
            let mut group = vec![*first];
            while group.len() < GROUP_COMMITS && size < GROUP_BYTES && next.is_none() {
                match messages.try_recv() {
                    Ok(Message::Commit(request)) => {
                        size += request.bytes.len();
                        group.push(*request);
                    }
                    Ok(errand) => next = Some(errand),
                    Err(_) => break,
                }
            }
            self.group(group);
        }
        if let Err(error) = self.staging.index().flush() {
            tracing::warn!(%error, "the index was not flushed at the end; the journal has everything");
        }
    }

    /// The store's folder.
    pub(crate) fn dir(&self) -> &std::path::Path {
        &self.shared.options.dir
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
        for Request { expectations, payload, bytes, reply } in group {
            match self.accept(&expectations, payload, &bytes, (tail, durable.sequence)) {
                Ok((record, next)) => {
                    records.extend_from_slice(&record);
                    tail = next;
                    accepted.push((next.sequence, reply));
                }
                Err(error) => drop(reply.send(Err(error))),
            }
        }
        if accepted.is_empty() {
            return;
        }
        fail::at("writer.accepted");
        if let Err(error) = self.journal.append(&records, tail) {
            end(&format!("writing the journal: {error}"));
        }
        if let Err(error) = self.staging.apply(tail) {
            end(&format!("writing the index: {error}"));
        }
        fail::at("index.applied");
        self.shared.written(accepted.len() as u64, records.len() as u64);
        for (sequence, reply) in accepted {
            drop(reply.send(Ok(sequence)));
        }
    }

    /// Makes sure that a group can be written; else says why not.
    fn make_room(&mut self, size: u64) -> Result<(), String> {
        self.shared.check_halted()?;
        self.room.check(size)?;
        self.journal.reserve(size).map_err(|error| match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
                format!("no space for the journal: {error}")
            }
            _ => end(&format!("making room in the journal: {error}")),
        })
    }

    /// Checks and stages one commit; gives its record and the tail after it.
    fn accept(
        &mut self,
        expectations: &[(Collection, String, Expected)],
        payload: Payload,
        bytes: &[u8],
        (tail, durable): (Tail, Sequence),
    ) -> Result<(Vec<u8>, Tail), StoreError> {
        for (collection, key, expected) in expectations {
            self.staging.expect(*collection, key, *expected).map_err(|error| self.shared.seen(error))?;
        }
        let (record, next) =
            journal::encode(tail, durable, SystemClock.now().millis(), bytes).map_err(StoreError::backend)?;
        self.staging.stage(next.sequence, payload).map_err(|error| self.shared.seen(error))?;
        Ok((record, next))
    }
}

/// After a failed write or sync nothing is known of what is on the disk; a restart reads it anew.
pub(crate) fn end(error: &str) -> ! {
    tracing::error!(error, "the store cannot go on; the process ends so that nothing false is acknowledged");
    std::process::exit(70);
}
