//! sled as the index: documents and index entries in one tree, written in atomic batches.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use muster_model::{Collection, Versioned};
use muster_store::{Over, Page, Row, Scan, StoreError};

use crate::mark::Mark;
use crate::row;

/// The key of the mark: before all others.
pub(crate) const MARK: &[u8] = &[0];
/// How the key of an index entry begins: behind all documents, whose keys begin with the number of their collection.
pub(crate) const ENTRY: u8 = 0xff;

/// The index.
#[derive(Debug)]
pub(crate) struct Index {
    db: sled::Db,
}

/// The key of a document.
pub(crate) fn document_key(collection: Collection, key: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(key.len() + 1);
    bytes.push(collection.code());
    bytes.extend_from_slice(key.as_bytes());
    bytes
}

/// The key of an index entry.
pub(crate) fn entry_key(index: muster_store::Index, entry: &str, document: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(entry.len() + document.len() + 3);
    bytes.extend_from_slice(&[ENTRY, index.code()]);
    bytes.extend_from_slice(entry.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(document.as_bytes());
    bytes
}

/// sled panics on some damage: that is an error like others, and the index is built anew.
fn guarded<T>(read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(StoreError::backend("sled panicked")))
}

impl Index {
    /// Opens or makes the index in a folder.
    pub(crate) fn open(folder: &Path, cache_bytes: u64) -> sled::Result<Self> {
        let db = sled::Config::new().path(folder).cache_capacity(cache_bytes).flush_every_ms(Some(1_000)).open()?;
        Ok(Self { db })
    }

    /// How far the index is and what should be in it.
    pub(crate) fn mark(&self) -> Result<Mark, StoreError> {
        match self.raw(MARK)? {
            Some(value) => Mark::decode(&value),
            None if self.db.is_empty() => Ok(Mark::start()),
            None => Err(StoreError::backend("the index does not say how far it is")),
        }
    }

    /// Applies a batch together with the mark that it brings the index to.
    pub(crate) fn apply(&self, mut batch: sled::Batch, mark: &Mark) -> Result<(), StoreError> {
        batch.insert(MARK, mark.encode()?);
        self.apply_part(batch)
    }

    /// Applies a part of what an index is made of; until its mark is there it counts for nothing.
    pub(crate) fn apply_part(&self, batch: sled::Batch) -> Result<(), StoreError> {
        guarded(|| self.db.apply_batch(batch).map_err(StoreError::backend))
    }

    /// A raw row.
    pub(crate) fn raw(&self, key: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        guarded(|| self.db.get(key).map_err(StoreError::backend))
    }

    /// Raw rows after a key, in order.
    pub(crate) fn raw_after(&self, after: &[u8], limit: usize) -> Result<Vec<(sled::IVec, sled::IVec)>, StoreError> {
        let bounds = (std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded);
        guarded(|| self.db.range::<&[u8], _>(bounds).take(limit).collect::<Result<_, _>>().map_err(StoreError::backend))
    }

    /// Writes what sled still holds in memory; a courtesy at the end, not a promise.
    pub(crate) fn flush(&self) -> sled::Result<()> {
        self.db.flush().map(drop)
    }

    /// Every row as it is stored.
    #[cfg(test)]
    pub(crate) fn rows(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.db.iter().map(|pair| pair.map(|(key, value)| (key.to_vec(), value.to_vec())).unwrap()).collect()
    }

    pub(crate) fn size_bytes(&self) -> Result<u64, StoreError> {
        self.db.size_on_disk().map_err(StoreError::backend)
    }

    pub(crate) fn get(&self, collection: Collection, key: &str) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        let row = self.raw(&document_key(collection, key))?;
        row.map(|row| row::decode(collection, key, &row)).transpose()
    }

    /// The same, of a section at least the items of these keys.
    pub(crate) fn part(
        &self,
        collection: Collection,
        key: &str,
        keys: &BTreeSet<String>,
    ) -> Result<Option<Versioned<Vec<u8>>>, StoreError> {
        let row = self.raw(&document_key(collection, key))?;
        row.map(|row| row::decode_part(collection, key, &row, keys)).transpose()
    }

    pub(crate) fn count(&self, scan: &Scan) -> Result<usize, StoreError> {
        guarded(|| {
            let mut count = 0;
            for pair in self.walk(scan).take(scan.limit) {
                pair.map_err(StoreError::backend)?;
                count += 1;
            }
            Ok(count)
        })
    }

    pub(crate) fn places(&self, scan: &Scan) -> Result<Vec<String>, StoreError> {
        let base = if matches!(scan.over, Over::Keys(_)) { 1 } else { 2 };
        guarded(|| {
            let place = |pair: sled::Result<(sled::IVec, sled::IVec)>| {
                text(pair.map_err(StoreError::backend)?.0.get(base..).unwrap_or_default())
            };
            self.walk(scan).take(scan.limit).map(place).collect()
        })
    }

    pub(crate) fn scan(&self, scan: &Scan) -> Result<Page<Row>, StoreError> {
        guarded(|| self.page(scan))
    }

    fn page(&self, scan: &Scan) -> Result<Page<Row>, StoreError> {
        let mut rows: Vec<Row> = Vec::new();
        for pair in self.walk(scan) {
            if rows.len() >= scan.limit {
                let next = rows.last().map(|row| row.place.clone());
                return Ok(Page { rows, next });
            }
            let (key, value) = pair.map_err(StoreError::backend)?;
            rows.extend(self.row(scan.over, &key, &value)?);
        }
        Ok(Page { rows, next: None })
    }

    fn walk(&self, scan: &Scan) -> Box<dyn Iterator<Item = sled::Result<(sled::IVec, sled::IVec)>>> {
        let base = match scan.over {
            Over::Keys(collection) => vec![collection.code()],
            Over::Index(index) => vec![ENTRY, index.code()],
        };
        let with = |text: &str| [base.as_slice(), text.as_bytes()].concat();
        let first = with(&scan.prefix);
        let end = upper_bound(&first);
        // A place from elsewhere must not lead out of what is scanned: it may come from outside.
        let after = scan.after.as_deref().map(with);
        if scan.descending {
            let end = after.map_or_else(|| end.clone(), |after| after.min(end.clone()));
            Box::new(self.db.range(first..end).rev())
        } else {
            match after.filter(|after| *after >= first) {
                Some(after) => {
                    Box::new(self.db.range((std::ops::Bound::Excluded(after), std::ops::Bound::Excluded(end))))
                }
                None => Box::new(self.db.range(first..end)),
            }
        }
    }

    /// The document that an index entry leads to, as long as it is listed there: it may be written meanwhile. Rows carry their
    /// version, so one that reads the same before and after its entry was seen fits that entry.
    fn listed(&self, entry: &[u8], document: &[u8]) -> Result<Option<sled::IVec>, StoreError> {
        let mut row = self.raw(document)?;
        loop {
            if row.is_none() || self.raw(entry)?.is_none() {
                return Ok(None);
            }
            let again = self.raw(document)?;
            if again == row {
                return Ok(row);
            }
            row = again;
        }
    }

    /// The document that a walked key stands for; `None` when it went away in between.
    fn row(&self, over: Over, key: &[u8], value: &[u8]) -> Result<Option<Row>, StoreError> {
        match over {
            Over::Keys(collection) => {
                let place = text(key.get(1..).unwrap_or_default())?;
                let found = row::decode(collection, &place, value)?;
                Ok(Some(Row { place, version: found.version, bytes: found.value }))
            }
            Over::Index(index) => {
                let place = text(key.get(2..).unwrap_or_default())?;
                let document = place.rsplit('\0').next().unwrap_or_default();
                let Some(row) = self.listed(key, &document_key(index.collection(), document))? else { return Ok(None) };
                let found = row::decode(index.collection(), document, &row)?;
                Ok(Some(Row { version: found.version, bytes: found.value, place }))
            }
        }
    }
}

fn text(bytes: &[u8]) -> Result<String, StoreError> {
    String::from_utf8(bytes.to_vec()).map_err(|_| StoreError::backend("a key in the index is no text"))
}

/// The first key behind all keys that begin with `prefix`.
fn upper_bound(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![u8::MAX; prefix.len() + 1]
}
