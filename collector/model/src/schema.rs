//! Versions of the stored form of documents: what was written once can be read for ever.
//!
//! A field that comes later gets `#[serde(default)]` and needs nothing here. A change that old JSON does not survive (a field is
//! renamed, split, or means something else) adds a row to `STEPS`: the collection, the version that it reads, and a function
//! from that JSON to the next version's. A document is stored with its version, brought up when it is read, and written in the new
//! form when it is written again or by `muster-collector migrate`. A golden file for each version stands in
//! `model/tests/golden`.

use std::borrow::Cow;

use serde_json::Value;

use crate::record::Collection;

/// From a version to the next one.
pub type Step = (Collection, u8, fn(&mut Value));

/// Every step there ever was; rows are only added.
const STEPS: &[Step] = &[];

/// Why a document cannot be brought up to this program's form.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It was written by a later program.
    #[error("the document has schema {have}, this program knows {know}: it was written by a newer muster-collector")]
    Newer {
        /// Version of the document.
        have: u8,
        /// Newest version that is known here.
        know: u8,
    },
    /// It is no JSON.
    #[error("the document is no JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// The version in which documents of a collection are written.
pub fn current(collection: Collection) -> u8 {
    newest(STEPS, collection)
}

/// A document of an older version as this program reads it; that of the current version as it is.
pub fn bring_up(collection: Collection, schema: u8, json: Cow<'_, [u8]>) -> Result<Cow<'_, [u8]>, SchemaError> {
    walk(STEPS, collection, schema, json)
}

fn newest(steps: &[Step], collection: Collection) -> u8 {
    steps.iter().filter(|step| step.0 == collection).map(|step| step.1 + 1).max().unwrap_or(1)
}

fn walk<'a>(
    steps: &[Step],
    collection: Collection,
    schema: u8,
    json: Cow<'a, [u8]>,
) -> Result<Cow<'a, [u8]>, SchemaError> {
    let know = newest(steps, collection);
    if schema > know {
        return Err(SchemaError::Newer { have: schema, know });
    }
    if schema == know {
        return Ok(json);
    }
    let mut value = serde_json::from_slice(&json)?;
    for version in schema..know {
        for (_, _, step) in steps.iter().filter(|step| step.0 == collection && step.1 == version) {
            step(&mut value);
        }
    }
    Ok(Cow::Owned(serde_json::to_vec(&value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Step] = &[
        (Collection::User, 1, |json| json["second"] = json["first"].take()),
        (Collection::User, 2, |json| json["third"] = json["second"].take()),
    ];

    #[test]
    fn every_older_version_comes_up_and_a_newer_one_is_refused() {
        let up = |schema, json: &str| {
            let json = Cow::Owned(json.as_bytes().to_vec());
            walk(TWO, Collection::User, schema, json).map(|json| serde_json::from_slice::<Value>(&json).unwrap())
        };
        assert_eq!(up(1, r#"{"first":7}"#).unwrap()["third"], 7);
        assert_eq!(up(2, r#"{"second":7}"#).unwrap()["third"], 7);
        assert_eq!(up(3, r#"{"third":7}"#).unwrap()["third"], 7);
        let error = up(4, "{}").unwrap_err().to_string();
        assert!(error.contains("schema 4, this program knows 3"), "{error}");
        assert!(walk(TWO, Collection::Host, 1, Cow::Borrowed(b"{}".as_slice())).is_ok());
    }

    #[test]
    fn steps_of_a_collection_have_no_gap() {
        for collection in Collection::ALL {
            let mut from: Vec<u8> = STEPS.iter().filter(|step| step.0 == *collection).map(|step| step.1).collect();
            from.sort_unstable();
            assert_eq!(from, (1..current(*collection)).collect::<Vec<_>>(), "{collection}");
        }
    }
}
