//! Brings everything that is stored in an older form to that of this program.
//!
//! Opening has done the most of it: journal and checkpoints of an older form are read for ever, the index is built anew. What is left
//! are documents of an older schema, which are written again in commits like any other, and the journal, which leaves for a checkpoint
//! of the new form. Each commit is whole, so an interrupted migration goes on where it was.

use muster_model::{Collection, Document, schema};
use muster_store::StoreError;

use crate::fail;
use crate::index::{ENTRY, Index, MARK};
use crate::journal::{self, Payload, Put};
use crate::keeper::Work;
use crate::row;

/// Documents that are written in one commit.
const STEP: usize = 500;

/// Writes all older documents again and makes a checkpoint; gives how many documents were older.
pub(crate) fn run(work: &Work) -> Result<u64, StoreError> {
    let mut count = 0;
    let mut after = MARK.to_vec();
    loop {
        let index = work.shared.index();
        let Some((puts, last)) = older(&index, &after)? else { break };
        after = last;
        if puts.is_empty() {
            continue;
        }
        count += puts.len() as u64;
        let payload = Payload { puts, ..Payload::default() };
        let bytes = payload.encode().map_err(StoreError::backend)?;
        work.handle.write(payload, bytes)?;
        fail::at("migrate.step");
        tracing::info!(documents = count, "older documents are written in the new form");
    }
    fail::at("migrate.done");
    // Also without such documents: what the journal holds in an older form leaves.
    work.checkpoint()?;
    let folder = work.shared.options.dir.join(journal::FOLDER);
    tracing::info!(segments = journal::segments(&folder).map_or(0, |all| all.len()), "migrated");
    Ok(count)
}

/// The older documents of some rows, and the key of the last of these.
type Older = (Vec<Put>, Vec<u8>);

/// The older documents of the next rows.
pub(crate) fn older(index: &Index, after: &[u8]) -> Result<Option<Older>, StoreError> {
    let rows = index.raw_after(after, STEP)?;
    let mut puts = Vec::new();
    let mut last = None;
    for (key, value) in rows.iter().take_while(|(key, _)| key.first().is_none_or(|code| *code < ENTRY)) {
        last = Some(key.to_vec());
        let Some((collection, name)) = crate::checkpoint::place(key).ok() else { continue };
        if row::head(collection, &name, value)?.schema < schema::current(collection) {
            let json = row::decode(collection, &name, value)?.value;
            puts.push(Put::of(&decoded(collection, &name, &json)?)?);
        }
    }
    Ok(last.map(|last| (puts, last)))
}

fn decoded(collection: Collection, key: &str, json: &[u8]) -> Result<Document, StoreError> {
    let corrupt =
        |error: serde_json::Error| StoreError::Corrupt { collection, key: key.to_owned(), what: error.to_string() };
    Document::decode(collection, json).map_err(corrupt)
}
