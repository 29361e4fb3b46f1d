//! Reads everything again: the index against what should be in it, checkpoint and journal against their checksums, the audit trail
//! against its chain.
//!
//! The index is walked in small steps on the writer's thread, between two groups: nothing changes during a step, and what changes
//! behind the walk afterwards is counted by the writer. So the sums of the walk and those of the writer must be equal at the end,
//! whatever was written meanwhile.

use muster_model::audit::{self, AuditEntry, Head};
use muster_model::{Collection, Document};
use muster_store::{Scan, StoreError};

use crate::index::{ENTRY, Index, MARK, document_key, entry_key};
use crate::row;
use crate::staging::Staging;
use crate::sum::Sums;

/// Rows that are looked at in one step.
const STEP: usize = 256;
/// No more lines than this: a rotten index is rebuilt, not studied.
const MOST: usize = 100;

/// A walk over the index.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    cursor: Vec<u8>,
    /// What was found so far.
    pub(crate) found: Sums,
    wrong: Vec<String>,
}

impl Walk {
    /// At the beginning.
    pub(crate) fn start() -> Self {
        Self { cursor: MARK.to_vec(), found: Sums::default(), wrong: Vec::new() }
    }

    /// Whether a key was looked at already.
    pub(crate) fn has_passed(&self, key: &[u8]) -> bool {
        key <= self.cursor.as_slice()
    }
}

/// Goes on with the walk, or begins one. Gives what is wrong when it is at the end.
pub(crate) fn walk_on(staging: &mut Staging) -> Result<Option<Vec<String>>, StoreError> {
    let mut walk = staging.walk.take().unwrap_or_else(Walk::start);
    let rows = staging.index().raw_after(&walk.cursor, STEP)?;
    for (key, row) in &rows {
        if let Some(line) = look(staging.index(), &mut walk.found, key, row)? {
            walk.wrong.push(format!("index: {line}"));
        }
    }
    if let Some((key, _)) = rows.last().filter(|_| rows.len() == STEP && walk.wrong.len() < MOST) {
        walk.cursor = key.to_vec();
        staging.walk = Some(walk);
        return Ok(None);
    }
    let mut wrong = walk.wrong;
    if wrong.len() < MOST {
        wrong.extend(staging.sums().differences(&walk.found).iter().map(|line| format!("index: {line}")));
    }
    Ok(Some(wrong))
}

/// What is wrong with a row.
fn look(index: &Index, found: &mut Sums, key: &[u8], value: &[u8]) -> Result<Option<String>, StoreError> {
    let text = |from: usize| String::from_utf8_lossy(key.get(from..).unwrap_or_default()).into_owned();
    match key.first() {
        Some(&ENTRY) => {
            found.add_entries(1);
            let is_known = key.get(1).is_some_and(|code| muster_store::Index::from_code(*code).is_some());
            Ok((!is_known).then(|| format!("an entry of no index: {}", text(2))))
        }
        Some(code) => match Collection::from_code(*code) {
            Some(collection) => look_at_document(index, found, collection, &text(1), value),
            None => Ok(Some("a row of no collection".to_owned())),
        },
        None => Ok(Some("a row without a key".to_owned())),
    }
}

fn look_at_document(
    index: &Index,
    found: &mut Sums,
    collection: Collection,
    name: &str,
    value: &[u8],
) -> Result<Option<String>, StoreError> {
    let (packed, version) = match row::take_apart(collection, name, value) {
        Ok(parts) => parts,
        Err(error) => return Ok(Some(error.to_string())),
    };
    found.add(collection, &packed.content, version);
    // Its hash fits: it is the document that was written. Only what stands in indexes has to be understood.
    if !muster_store::index::is_indexed(collection) {
        return Ok(None);
    }
    let json = match packed.json() {
        Ok(json) => json,
        Err(error) => return Ok(Some(error.to_string())),
    };
    let document = match Document::decode(collection, &json) {
        Ok(document) => document,
        Err(error) => return Ok(Some(format!("{collection} {name}: {error}"))),
    };
    if document_key(collection, &document.key()) != document_key(collection, name) {
        return Ok(Some(format!("{collection} {name} is stored under the key of another")));
    }
    for (list, entry) in muster_store::index::entries(&document) {
        if index.raw(&entry_key(list, &entry, name))?.is_none() {
            return Ok(Some(format!("{collection} {name} is missing in the index {list:?}")));
        }
    }
    Ok(None)
}

/// What is wrong with the audit trail.
pub(crate) fn audit_trail(index: &Index) -> Result<Vec<String>, StoreError> {
    let mut wrong = Vec::new();
    let mut head = Head::default();
    let mut scan = Scan::keys(Collection::Audit, "");
    loop {
        let page = match index.scan(&scan) {
            Err(error @ StoreError::Corrupt { .. }) => {
                wrong.push(format!("audit trail: {error}"));
                return Ok(wrong);
            }
            page => page?,
        };
        for row in page.rows {
            let Ok(entry) = serde_json::from_slice::<AuditEntry>(&row.bytes) else {
                wrong.push(format!("audit trail: entry {} cannot be read", row.place));
                continue;
            };
            match audit::verify(&head, &entry) {
                Ok(next) => head = next,
                Err(error) => {
                    wrong.push(format!("audit trail: {error}"));
                    head = Head { seq: entry.seq, hash: entry.hash };
                }
            }
        }
        match page.next {
            None => return Ok(wrong),
            next => scan.after = next,
        }
    }
}
