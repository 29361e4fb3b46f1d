//! Typed reads over any store: documents in, no bytes out.

use async_trait::async_trait;
use muster_model::{Record, Versioned};

use crate::{Page, Scan, Store, StoreError};

/// A stored document with its place in the scan that found it.
pub type Loaded<T> = Versioned<T>;

fn decode<T: Record>(key: &str, bytes: &[u8]) -> Result<T, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Corrupt {
        collection: T::COLLECTION,
        key: key.to_owned(),
        what: error.to_string(),
    })
}

/// Typed reads. Implemented for every store.
#[async_trait]
pub trait TypedStore: Store {
    /// The document under a key.
    async fn find<T: Record>(&self, key: &str) -> Result<Option<Loaded<T>>, StoreError> {
        let Some(found) = self.get(T::COLLECTION, key).await? else { return Ok(None) };
        Ok(Some(Versioned { value: decode(key, &found.value)?, version: found.version }))
    }

    /// A page of documents.
    async fn page<T: Record>(&self, scan: Scan) -> Result<Page<Loaded<T>>, StoreError> {
        let page = self.scan(scan).await?;
        let rows = page
            .rows
            .into_iter()
            .map(|row| Ok(Versioned { value: decode(&row.place, &row.bytes)?, version: row.version }));
        Ok(Page { rows: rows.collect::<Result<_, StoreError>>()?, next: page.next })
    }

    /// All documents of a scan, page by page; the scan's limit is the size of a page.
    async fn all<T: Record>(&self, mut scan: Scan) -> Result<Vec<Loaded<T>>, StoreError> {
        let mut rows = Vec::new();
        loop {
            let page = self.page(scan.clone()).await?;
            rows.extend(page.rows);
            match page.next {
                None => return Ok(rows),
                next => scan.after = next,
            }
        }
    }

    /// The first document of a scan.
    async fn first<T: Record>(&self, scan: Scan) -> Result<Option<Loaded<T>>, StoreError> {
        Ok(self.page(scan.limit(1)).await?.rows.into_iter().next())
    }
}

impl<S: Store + ?Sized> TypedStore for S {}
