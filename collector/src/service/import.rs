//! Files of facts: read, tried, imported bunch by bunch, and gone on with after an interruption.
//!
//! A dry run is the same walk over the rows without a commit. Each bunch of rows is committed with how far the import has come, so
//! that nothing is counted or done twice; a row that says what is known changes nothing. One import runs at a time.

mod declared;
mod host;
mod job;
mod keep;
mod relation;
pub(crate) mod terms;
mod ticket;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex as BlockingMutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use muster_model::import::{
    Counts, Import, ImportFile, ImportNote, MAX_NOTES, MAX_SAMPLES, Note, NoteKind, Outcome, Plan, Sample, State,
    relation as relation_file,
};
use muster_model::right::{Action, Resource};
use muster_model::text::{Phrase, Text};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::ImportId;
use muster_store::{Scan, TypedStore};
use tokio::sync::{Mutex, MutexGuard};

use self::job::{Items, Job, Prepared, Work};
use super::{Call, Page, Service, ServiceError, Window};

/// Rows of a bunch.
const BUNCH: usize = 250;
/// Longest time to wait until another import is over.
const PATIENCE: Duration = Duration::from_secs(25);

/// A file that somebody sends, and how it is to be read.
#[derive(Clone, Debug, Default)]
pub struct Order {
    /// How it is read.
    pub plan: Plan,
    /// Its name.
    pub file: String,
    /// Why it is imported.
    pub reason: String,
}

/// What an import would do.
#[derive(Clone, Debug)]
pub struct Preview {
    /// What each column is; none for one that is left out.
    pub columns: Vec<(String, Option<String>)>,
    /// How many rows would have which end.
    pub counts: Counts,
    /// What is to be said of rows, the first ones.
    pub notes: Vec<Note>,
    /// Examples of what would change.
    pub samples: Vec<Sample>,
}

/// An import as it is shown.
#[derive(Clone, Debug)]
pub struct ImportView {
    /// The record.
    pub import: Import,
    /// Whether it is worked on just now; one that runs and is not was interrupted.
    pub is_at_work: bool,
}

impl ImportView {
    /// The state with what only this collector knows: whether somebody works on it.
    pub const fn state(&self) -> &'static str {
        match self.import.state {
            State::Running { .. } if !self.is_at_work => "interrupted",
            _ => self.import.state.as_str(),
        }
    }
}

/// Where imports are worked on, one at a time.
#[derive(Debug, Default)]
pub(super) struct Desk {
    turn: Mutex<()>,
    /// One dry run at a time: each holds its file in memory.
    trying: Mutex<()>,
    /// What is worked on, and what waits for its turn.
    at_work: BlockingMutex<BTreeSet<ImportId>>,
}

impl Desk {
    fn at_work(&self) -> std::sync::MutexGuard<'_, BTreeSet<ImportId>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_at_work(&self, id: ImportId) -> bool {
        self.at_work().contains(&id)
    }
}

/// A turn, when it comes soon.
async fn turn(desk: &Mutex<()>) -> Result<MutexGuard<'_, ()>, ServiceError> {
    let busy = |_| ServiceError::Busy(Phrase::new("import_busy").into());
    tokio::time::timeout(PATIENCE, desk.lock()).await.map_err(busy)
}

/// Clears the desk, also when the work on it is dropped.
struct AtWork<'a>(&'a Desk, ImportId);

impl<'a> AtWork<'a> {
    /// Puts an import on the desk, unless it is there already.
    fn put(desk: &'a Desk, id: ImportId) -> Option<Self> {
        let is_new = desk.at_work().insert(id);
        is_new.then_some(Self(desk, id))
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.at_work().remove(&self.1);
    }
}

/// What became of a row.
#[derive(Clone, Debug)]
struct Ended {
    outcome: Outcome,
    notes: Vec<Note>,
    sample: Option<Sample>,
}

impl Prepared {
    fn note(&self, kind: NoteKind, column: Option<String>, why: impl Into<Text>) -> Note {
        Note { row: self.row, line: self.line, column, kind, why: why.into() }
    }

    fn end(&self, outcome: Outcome) -> Ended {
        let _ = self;
        Ended { outcome, notes: Vec::new(), sample: None }
    }

    fn refused(&self, column: Option<String>, why: impl Into<Text>) -> Ended {
        let notes = vec![self.note(NoteKind::Refused, column, why)];
        Ended { outcome: Outcome::Refused, notes, sample: None }
    }

    fn conflict(&self, column: Option<String>, why: impl Into<Text>) -> Ended {
        let notes = vec![self.note(NoteKind::Conflict, column, why)];
        Ended { outcome: Outcome::Conflict, notes, sample: None }
    }

    /// The end of a row that a use case did not take; what is no matter of the row stops the import.
    fn not_taken(&self, job: &Items, error: ServiceError) -> Result<Ended, ServiceError> {
        match error {
            ServiceError::Invalid(wrong) => {
                let note = |wrong: super::Wrong| {
                    let column = job.mapping.column_at(&wrong.pointer).map(str::to_owned);
                    self.note(NoteKind::Refused, column, wrong.detail)
                };
                let notes = wrong.into_iter().map(note).collect();
                Ok(Ended { outcome: Outcome::Refused, notes, sample: None })
            }
            error @ ServiceError::NotFound { .. } => Ok(self.refused(None, error.text())),
            ServiceError::Conflict(why) => Ok(self.conflict(None, why)),
            other => Err(other),
        }
    }
}

/// Whether a caller may import items of a class: what people declare, or also what hosts are told to be.
fn authorize(call: &Call, is_declared: bool) -> Result<(), ServiceError> {
    call.authorize(Action::ItemManage, Resource::All)?;
    if !is_declared {
        call.authorize(Action::SourceReport, Resource::All)?;
        call.authorize(Action::HostUpdate, Resource::All)?;
    }
    Ok(())
}

impl Service {
    /// Whether a caller may import files like this: asked before a body is read.
    pub(crate) async fn may_import(&self, call: &Call, plan: &Plan) -> Result<(), ServiceError> {
        if plan.tickets.is_some() {
            return call.authorize(Action::TicketImport, Resource::All);
        }
        authorize(call, true)?;
        if plan.class == relation_file::CLASS {
            return Ok(());
        }
        authorize(call, Self::class_of(&*self.registry().await?, &plan.class)?.is_declared())
    }

    /// What an import of a file would do. Writes nothing.
    pub async fn preview_import(&self, call: &Call, order: &Order, bytes: Bytes) -> Result<Preview, ServiceError> {
        let _turn = turn(&self.desk.trying).await?;
        let job = self.job(call, order, bytes).await?;
        let call = &importing(call);
        let mut preview =
            Preview { columns: job.columns(), counts: Counts::default(), notes: Vec::new(), samples: Vec::new() };
        for rows in job.rows.chunks(BUNCH) {
            let (_, ended) = self.bunch(call, &job, rows, None).await?;
            for row in ended {
                count(&mut preview.counts, &row);
                preview.notes.extend(row.notes.into_iter().take(MAX_NOTES.saturating_sub(preview.notes.len())));
                preview.samples.extend(row.sample.filter(|_| preview.samples.len() < MAX_SAMPLES));
            }
        }
        Ok(preview)
    }

    /// Imports a file that is kept, or goes on with it where it stopped. It goes on when the caller does not wait for it.
    pub async fn run_import(self: &Arc<Self>, call: &Call, id: ImportId) -> Result<ImportView, ServiceError> {
        self.may_import_some(call, id).await?;
        let (service, call) = (Arc::clone(self), call.clone());
        let work = tokio::spawn(async move { service.work_on(&call, id).await });
        work.await.unwrap_or_else(|_| Err(ServiceError::Busy(Phrase::new("keeps_changing").into())))
    }

    async fn work_on(&self, call: &Call, id: ImportId) -> Result<ImportView, ServiceError> {
        // Who asks twice waits twice; the second finds it done.
        let at_work = AtWork::put(&self.desk, id);
        let _turn = turn(&self.desk.turn).await?;
        let import = self.import_of(id).await?.value;
        if !import.state.is_open() {
            let why = Phrase::new("import_not_open").term("state", "import-state", import.state.as_str());
            return Err(ServiceError::Conflict(why.into()));
        }
        let order = Order { plan: import.plan.clone(), file: import.file.clone(), reason: import.reason_of() };
        let job = self.job(call, &order, self.file_of(id).await?).await?;
        let call = &importing(call);
        if self.begin(call, id, &job).await? {
            self.take_rows(call, id, &job).await?;
        }
        drop(at_work);
        self.get_import(call, id).await
    }

    /// Notes that the work begins; `false` when nothing is to be taken because not all can be.
    async fn begin(&self, call: &Call, id: ImportId, job: &Job) -> Result<bool, ServiceError> {
        let mut import = self.import_of(id).await?;
        let State::Waiting = import.value.state else { return Ok(true) };
        let mut changes = ChangeSet::new();
        changes.audit.push(keep::start(call, &import.value, job.rows.len(), self.now()));
        let mut goes = true;
        import.value.state = State::Running { next_row: 1 };
        if import.value.plan.is_all_or_nothing {
            let mut ended = Vec::new();
            for rows in job.rows.chunks(BUNCH) {
                ended.extend(self.bunch(call, job, rows, None).await?.1);
            }
            ended.retain(|row| matches!(row.outcome, Outcome::Conflict | Outcome::Refused));
            goes = ended.is_empty();
            if !goes {
                self.note(&mut changes, &mut import.value, ended);
                import.value.counts.rows = job.rows.len() as u64;
                import.value.state = State::Refused { at: self.now() };
                changes.delete(Collection::ImportFile, id.to_string(), Expected::Any);
            }
        }
        changes.update(import);
        self.commit(changes).await?;
        Ok(goes)
    }

    /// Takes the rows that are left, bunch by bunch.
    async fn take_rows(&self, call: &Call, id: ImportId, job: &Job) -> Result<(), ServiceError> {
        loop {
            let State::Running { next_row } = self.import_of(id).await?.value.state else { return Ok(()) };
            let done = usize::try_from(next_row.saturating_sub(1)).unwrap_or(usize::MAX);
            let left = job.rows.get(done..).unwrap_or_default();
            let rows = left.get(..BUNCH.min(left.len())).unwrap_or_default();
            let is_last = rows.len() == left.len();
            // Who declares something waits for the bunch, and who changes the class too; a host has its own claims. The classes are
            // read before the gate is taken: reading them takes it too.
            self.registry().await?;
            let _gate = if job.is_declared() { Some(self.class_gate.read().await) } else { None };
            let _one_at_a_time = match &job.work {
                Work::Items(items) if items.class.is_declared() => Some(self.declaring.lock().await),
                Work::Items(_) | Work::Relations(_) => None,
                Work::Tickets(_) => Some(self.numbering.lock().await),
            };
            let related = self.decide(|| async move {
                let mut import = self.import_of(id).await?;
                let (mut changes, ended) = self.bunch(call, job, rows, Some(id)).await?;
                self.note(&mut changes, &mut import.value, ended);
                import.value.state = State::Running { next_row: next_row + rows.len() as u64 };
                if is_last {
                    let now = self.now();
                    import.value.state = State::Done { at: now };
                    changes.delete(Collection::ImportFile, id.to_string(), Expected::Any);
                    changes.audit.push(call.audit(now, "import.done", id, import.value.summary()));
                }
                changes.update(import);
                let related = self.relations_in(&changes);
                Ok((changes, related))
            });
            self.learn_relations(&related.await?).await?;
        }
    }

    /// What rows do, and what is written of it; only tried without an import.
    async fn bunch(
        &self,
        call: &Call,
        job: &Job,
        rows: &[Prepared],
        import: Option<ImportId>,
    ) -> Result<(ChangeSet, Vec<Ended>), ServiceError> {
        match &job.work {
            Work::Items(items) if items.class.is_declared() => self.declare_rows(call, items, rows).await,
            Work::Items(items) => Ok((ChangeSet::new(), self.tell_rows(call, items, rows, import.is_none()).await?)),
            Work::Tickets(tickets) => self.ticket_rows(call, tickets, rows, import).await,
            Work::Relations(relations) => self.relate_rows(call, relations, rows).await,
        }
    }

    /// Whether a caller may go on with an import, or give it up.
    async fn may_import_some(&self, call: &Call, id: ImportId) -> Result<(), ServiceError> {
        authorize(call, true).or_else(|_| call.authorize(Action::TicketImport, Resource::All))?;
        self.may_import(call, &self.import_of(id).await?.value.plan).await
    }

    /// Counts rows and keeps what is to be said of them.
    fn note(&self, changes: &mut ChangeSet, import: &mut Import, ended: Vec<Ended>) {
        let _ = self;
        for row in ended {
            count(&mut import.counts, &row);
            for note in row.notes {
                if (import.notes as usize) < MAX_NOTES {
                    // A bunch that is taken again after an interruption says the same again.
                    changes.put(ImportNote { import: import.id, number: import.notes, note }, Expected::Any);
                    import.notes += 1;
                }
            }
        }
    }

    /// An import.
    pub async fn get_import(&self, call: &Call, id: ImportId) -> Result<ImportView, ServiceError> {
        call.authorize(Action::ItemRead, Resource::One(&id.to_string()))?;
        Ok(self.import_view(self.import_of(id).await?.value))
    }

    fn import_view(&self, import: Import) -> ImportView {
        ImportView { is_at_work: self.desk.is_at_work(import.id), import }
    }

    /// Imports, newest first.
    pub async fn list_imports(&self, call: &Call, window: &Window) -> Result<Page<ImportView>, ServiceError> {
        call.authorize(Action::ItemRead, Resource::All)?;
        let scan = Scan::keys(Collection::Import, "").descending();
        let page = self.list(scan, window, |_: &Import| true).await?;
        let items = page.items.into_iter().map(|stored: Versioned<Import>| self.import_view(stored.value));
        Ok(Page { items: items.collect(), next_cursor: page.next_cursor })
    }

    /// What is to be said of the rows of an import, in their order.
    pub async fn list_import_notes(
        &self,
        call: &Call,
        id: ImportId,
        window: &Window,
    ) -> Result<Page<Note>, ServiceError> {
        self.get_import(call, id).await?;
        let scan = Scan::keys(Collection::ImportNote, format!("{id}/"));
        let page = self.list(scan, window, |_: &ImportNote| true).await?;
        let items = page.items.into_iter().map(|stored: Versioned<ImportNote>| stored.value.note);
        Ok(Page { items: items.collect(), next_cursor: page.next_cursor })
    }

    async fn import_of(&self, id: ImportId) -> Result<Versioned<Import>, ServiceError> {
        let missing = || ServiceError::NotFound { kind: "import", id: id.to_string() };
        self.store().find::<Import>(&id.to_string()).await?.ok_or_else(missing)
    }

    async fn file_of(&self, id: ImportId) -> Result<Bytes, ServiceError> {
        let gone = || ServiceError::Conflict(Phrase::new("import_file_gone").into());
        let file = self.store().find::<ImportFile>(&id.to_string()).await?.ok_or_else(gone)?;
        keep::unpack(&file.value.base64).ok_or_else(gone)
    }
}

fn count(counts: &mut Counts, row: &Ended) {
    counts.add(row.outcome);
    counts.overruled += u64::from(row.notes.iter().any(|note| note.kind == NoteKind::Overruled));
}

/// The caller, whose changes come by a file.
fn importing(call: &Call) -> Call {
    Call { via: "import", ..call.clone() }
}
