//! The file `format`: what may open this store, and how often it was restored.
//!
//! It names the form of the store and the schema of each collection that the program knew which wrote it last. A program that does not
//! know all of that refuses the store before it touches anything; one that knows more brings it up (the index by building it anew,
//! documents when they are read) and writes its own names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use muster_model::{Collection, schema};
use serde::{Deserialize, Serialize};

use crate::fail;
use crate::open::{OpenError, io_error};

/// The form of journal, checkpoints and index. 1 had no checkpoints and no such file, 2 no sections in runs, and
/// in its sums not all collections, 3 no hashes of runs.
pub(crate) const FORM: u32 = 4;
/// The file's name.
pub(crate) const FILE: &str = "format";

/// What stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Format {
    /// Form of the store.
    pub(crate) form: u32,
    /// Tells this store from others, for backups.
    #[serde(default)]
    pub(crate) id: String,
    /// Schema by collection.
    pub(crate) schemas: BTreeMap<u8, u8>,
    /// Counts up with every restore.
    pub(crate) epoch: u64,
    /// The program that wrote it, for people.
    pub(crate) written_by: String,
}

impl Format {
    /// Of this program.
    pub(crate) fn current(id: String, epoch: u64) -> Self {
        let schemas = Collection::ALL.iter().map(|collection| (collection.code(), schema::current(*collection)));
        let written_by = muster_shared::VERSION.to_owned();
        Self { form: FORM, id, schemas: schemas.collect(), epoch, written_by }
    }

    /// That of a store; one without the file is of form 1.
    pub(crate) fn read(dir: &Path) -> Result<Self, OpenError> {
        let path = dir.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| io_error("reading", &path)(error.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let written_by = "a first version".to_owned();
                Ok(Self { form: 1, id: String::new(), schemas: BTreeMap::new(), epoch: 1, written_by })
            }
            Err(error) => Err(io_error("reading", &path)(error)),
        }
    }

    /// Refuses what a later program wrote.
    pub(crate) fn check(&self, dir: &Path) -> Result<(), OpenError> {
        let is_known = |(code, schema): (&u8, &u8)| {
            Collection::from_code(*code).is_some_and(|collection| *schema <= schema::current(collection))
        };
        if self.form <= FORM && self.schemas.iter().all(is_known) {
            return Ok(());
        }
        Err(OpenError::Newer { dir: dir.to_owned(), by: self.written_by.clone(), form: self.form, know: FORM })
    }

    /// Writes it, whole or not at all.
    pub(crate) fn write(&self, dir: &Path) -> io::Result<()> {
        let bytes = serde_json::to_vec_pretty(self)?;
        write_whole(&dir.join(FILE), &bytes)?;
        fail::at("format.written");
        Ok(())
    }
}

/// Writes a file beside its place, syncs it, and renames it: a crash leaves the old or the new one.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("tmp");
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}
