//! Bytes that lie beside the documents, such as files on tickets: kept once under their hash, as long as a document names them.
//!
//! A document that names bytes is committed after they are durable, so what it names is there. Bytes that nothing names (their commit
//! never came, or the document is gone) are removed some time later.

use muster_model::Document;
use muster_shared::canonical::Digest;

use crate::Index;

/// The index in which documents stand under the hash of the bytes that they name.
pub const INDEX: Index = Index::AttachmentByBlob;

/// The bytes that a document names.
pub const fn named(document: &Document) -> Option<Digest> {
    match document {
        Document::Attachment(file) => Some(file.hash),
        _ => None,
    }
}
