//! sled as the index: documents and index entries in one tree, written in atomic batches.

mod check;

use std::path::Path;

use muster_model::{Collection, Versioned};
use muster_store::{Over, Page, Row, Scan, Sequence, StoreError};

use crate::journal::{Hash, Tail};
use crate::row;

const APPLIED: &[u8] = &[0];
const ENTRY: u8 = 0x80;

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

impl Index {
    /// Opens or makes the index in a folder.
    pub(crate) fn open(folder: &Path, cache_bytes: u64) -> sled::Result<Self> {
        let db = sled::Config::new().path(folder).cache_capacity(cache_bytes).flush_every_ms(Some(1_000)).open()?;
        Ok(Self { db })
    }

    /// The last commit that is in the index: its number and the hash of its record.
    pub(crate) fn applied(&self) -> Result<(Sequence, Hash), StoreError> {
        let unknown = || StoreError::backend("the index does not say how far it is");
        let Some(value) = self.db.get(APPLIED).map_err(StoreError::backend)? else {
            return if self.db.is_empty() { Ok((0, Tail::START.hash)) } else { Err(unknown()) };
        };
        let sequence = value.get(..8).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes);
        let hash = value.get(8..40).and_then(|bytes| bytes.try_into().ok());
        sequence.zip(hash).ok_or_else(unknown)
    }

    /// Applies a batch together with the tail that it brings the index to.
    pub(crate) fn apply(&self, mut batch: sled::Batch, tail: Tail) -> sled::Result<()> {
        let mut value = tail.sequence.to_le_bytes().to_vec();
        value.extend_from_slice(&tail.hash);
        batch.insert(APPLIED, value);
        self.db.apply_batch(batch)
    }

    /// A raw row.
    pub(crate) fn raw(&self, key: &[u8]) -> sled::Result<Option<sled::IVec>> {
        self.db.get(key)
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
        let row = self.raw(&document_key(collection, key)).map_err(StoreError::backend)?;
        row.map(|row| row::decode(collection, key, &row)).transpose()
    }

    pub(crate) fn count(&self, scan: &Scan) -> Result<usize, StoreError> {
        let mut count = 0;
        for pair in self.walk(scan).take(scan.limit) {
            pair.map_err(StoreError::backend)?;
            count += 1;
        }
        Ok(count)
    }

    pub(crate) fn scan(&self, scan: &Scan) -> Result<Page<Row>, StoreError> {
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
        let mut row = self.raw(document).map_err(StoreError::backend)?;
        loop {
            if row.is_none() || self.raw(entry).map_err(StoreError::backend)?.is_none() {
                return Ok(None);
            }
            let again = self.raw(document).map_err(StoreError::backend)?;
            if again == row {
                return Ok(row);
            }
            row = again;
        }
    }

    /// The document that a walked key stands for; `None` when it went away in between.
    fn row(&self, over: Over, key: &[u8], value: &[u8]) -> Result<Option<Row>, StoreError> {
        let text = |bytes: &[u8]| {
            String::from_utf8(bytes.to_vec()).map_err(|_| StoreError::backend("a key in the index is no text"))
        };
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
