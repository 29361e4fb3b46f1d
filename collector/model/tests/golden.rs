//! What was stored once is read for ever: `golden/COLLECTION/SCHEMA.json` is a document as it was stored under that schema. These files
//! are never changed; a new schema adds one.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use muster_model::{Collection, Document, schema};

/// The numbers of the collections that have a golden file of their first schema; new ones are added at a release at the latest.
const RELEASED: &[RangeInclusive<u8>] = &[
    1..=24,
    34..=44,
    50..=53,
    60..=62,
    64..=66,
    68..=68,
    100..=100,
    110..=115,
    120..=125,
    130..=145,
    150..=150,
    165..=174,
    180..=181,
    190..=195,
    210..=215,
    230..=230,
    240..=240,
    243..=245,
    250..=252,
];

fn file(collection: Collection, version: u8) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    folder.join(collection.as_str()).join(format!("{version}.json"))
}

#[test]
fn documents_of_every_schema_are_read() {
    let mut missing = Vec::new();
    for collection in Collection::ALL {
        let newest = schema::current(*collection);
        for version in 1..=newest {
            let path = file(*collection, version);
            let Ok(json) = std::fs::read(&path) else {
                if RELEASED.iter().any(|codes| codes.contains(&collection.code())) || newest > 1 {
                    missing.push(path.display().to_string());
                }
                continue;
            };
            let json = schema::bring_up(*collection, version, Cow::Owned(json)).unwrap();
            // Not a reason to change the file: the type has to read what is stored.
            let document = Document::decode(*collection, &json).unwrap_or_else(|error| {
                panic!("{} cannot be read any more ({error}): add a step to model/src/schema.rs", path.display())
            });
            assert_eq!(document.collection(), *collection);
            assert!(!document.key().is_empty(), "{}", path.display());
            let again = Document::decode(*collection, &document.encode().unwrap()).unwrap();
            assert_eq!(again, document, "{}: what is read is written and read again", path.display());
        }
        assert!(!file(*collection, newest + 1).exists(), "{collection}: a golden file of a schema that is not known");
    }
    assert!(missing.is_empty(), "documents as they are stored belong into {missing:#?}");
}
