//! Checks the index against itself: every document can be read and stands in its indexes, every index entry leads to a
//! document that stands there.

use muster_model::{Collection, Document};
use muster_store::StoreError;

use super::{APPLIED, ENTRY, Index, document_key, entry_key};
use crate::row;

/// No more lines than this: a rotten index is rebuilt, not studied.
const MOST: usize = 100;

impl Index {
    /// What is wrong, one line each. Rows that change meanwhile are left alone.
    pub(crate) fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut wrong = Vec::new();
        for pair in self.db.iter() {
            let (key, value) = pair.map_err(StoreError::backend)?;
            let what = match key.first() {
                Some(_) if *key == *APPLIED => None,
                Some(&ENTRY) => self.check_entry(&key)?,
                Some(code) => match Collection::from_code(*code) {
                    Some(collection) => self.check_document(collection, &key, &value)?,
                    None => Some("a row of no collection".to_owned()),
                },
                None => Some("a row without a key".to_owned()),
            };
            let is_settled =
                || Ok::<_, StoreError>(self.raw(&key).map_err(StoreError::backend)?.as_ref() == Some(&value));
            if let Some(what) = what
                && is_settled()?
            {
                wrong.push(format!("index: {what}"));
            }
            if wrong.len() >= MOST {
                break;
            }
        }
        Ok(wrong)
    }

    fn check_document(&self, collection: Collection, key: &[u8], value: &[u8]) -> Result<Option<String>, StoreError> {
        let name = String::from_utf8_lossy(key.get(1..).unwrap_or_default()).into_owned();
        let decoded = row::decode(collection, &name, value).map_err(|error| error.to_string());
        let document =
            decoded.and_then(|found| Document::decode(collection, &found.value).map_err(|error| error.to_string()));
        let document = match document {
            Ok(document) => document,
            Err(error) => return Ok(Some(format!("{collection} {name}: {error}"))),
        };
        if document_key(collection, &document.key()) != key {
            return Ok(Some(format!("{collection} {name} is stored under the key of another")));
        }
        for (index, entry) in muster_store::index::entries(&document) {
            if self.raw(&entry_key(index, &entry, &name)).map_err(StoreError::backend)?.is_none() {
                return Ok(Some(format!("{collection} {name} is missing in the index {index:?}")));
            }
        }
        Ok(None)
    }

    fn check_entry(&self, key: &[u8]) -> Result<Option<String>, StoreError> {
        let text = String::from_utf8_lossy(key.get(2..).unwrap_or_default()).into_owned();
        let (entry, name) = text.rsplit_once('\0').unwrap_or(("", &text));
        let Some(index) = key.get(1).and_then(|code| muster_store::Index::from_code(*code)) else {
            return Ok(Some(format!("an entry of no index: {entry}")));
        };
        let collection = index.collection();
        let at = document_key(collection, name);
        let Some(row) = self.listed(key, &at)? else {
            // Entry and document go in one batch: an entry that is still there had none.
            let is_gone = self.raw(key).map_err(StoreError::backend)?.is_none()
                || self.raw(&at).map_err(StoreError::backend)?.is_some();
            return Ok((!is_gone).then(|| format!("the index {index:?} lists {collection} {name}, which is not there")));
        };
        // A document that cannot be read is told of under its own key.
        let Ok(found) = row::decode(collection, name, &row) else { return Ok(None) };
        let Ok(document) = Document::decode(collection, &found.value) else { return Ok(None) };
        let is_listed = muster_store::index::entries(&document).iter().any(|(i, e)| *i == index && e == entry);
        Ok((!is_listed).then(|| format!("the index {index:?} lists {collection} {name} in the wrong place")))
    }
}
