//! The stored form of a document: `[schema u8][flags u8][version u64 LE][JSON, or zstd of it]`.

use muster_model::{Collection, Versioned};
use muster_store::StoreError;

/// Version of the stored form of documents.
const SCHEMA: u8 = 1;
const COMPRESSED: u8 = 1;
const HEAD_BYTES: usize = 10;

/// JSON shorter than this is kept as it is.
const COMPRESS_FROM_BYTES: usize = 1_024;
/// No document is larger than this.
const MAX_DOCUMENT_BYTES: usize = 256 << 20;

/// A document's body, compressed when that pays. Done by the caller of a commit, not by the writer.
pub(crate) fn pack(json: &[u8]) -> Result<(u8, Vec<u8>), StoreError> {
    if json.len() < COMPRESS_FROM_BYTES {
        return Ok((0, json.to_vec()));
    }
    zstd::bulk::compress(json, 3).map(|body| (COMPRESSED, body)).map_err(StoreError::backend)
}

/// The whole row.
pub(crate) fn encode(flags: u8, version: u64, body: &[u8]) -> Vec<u8> {
    let mut row = Vec::with_capacity(HEAD_BYTES + body.len());
    row.extend_from_slice(&[SCHEMA, flags]);
    row.extend_from_slice(&version.to_le_bytes());
    row.extend_from_slice(body);
    row
}

/// The version in a row.
pub(crate) fn version(row: &[u8]) -> Option<u64> {
    row.get(2..HEAD_BYTES).and_then(|bytes| bytes.try_into().ok()).map(u64::from_le_bytes)
}

/// The document in a row.
pub(crate) fn decode(collection: Collection, key: &str, row: &[u8]) -> Result<Versioned<Vec<u8>>, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt { collection, key: key.to_owned(), what: what.to_owned() };
    let (Some([schema, flags]), Some(version)) = (row.first_chunk::<2>(), version(row)) else {
        return Err(corrupt("the row is too short"));
    };
    if *schema != SCHEMA {
        return Err(corrupt(&format!("the row has schema {schema}, this program knows {SCHEMA}")));
    }
    let body = row.get(HEAD_BYTES..).unwrap_or_default();
    let value = if flags & COMPRESSED == 0 {
        body.to_vec()
    } else {
        let size = zstd::zstd_safe::get_frame_content_size(body).ok().flatten();
        let size = size.and_then(|size| usize::try_from(size).ok()).filter(|size| *size <= MAX_DOCUMENT_BYTES);
        let size = size.ok_or_else(|| corrupt("the row names an impossible size"))?;
        zstd::bulk::decompress(body, size).map_err(|_| corrupt("the row cannot be inflated"))?
    };
    Ok(Versioned { value, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_and_long_documents_come_back() {
        for json in [b"{}".to_vec(), vec![b'x'; 10_000]] {
            let (flags, body) = pack(&json).unwrap();
            let row = encode(flags, 7, &body);
            assert_eq!(decode(Collection::Host, "k", &row).unwrap(), Versioned { value: json, version: 7 });
        }
    }

    #[test]
    fn a_damaged_row_is_an_error() {
        let (flags, body) = pack(&vec![b'x'; 10_000]).unwrap();
        let row = encode(flags, 7, &body);
        for cut in 0..row.len() {
            assert!(matches!(decode(Collection::Host, "k", &row[..cut]), Err(StoreError::Corrupt { .. })), "{cut}");
        }
        assert!(decode(Collection::Host, "k", &[9; 20]).is_err());
    }
}
