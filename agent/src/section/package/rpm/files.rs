//! Whose files some paths are: the names of files stand in the headers, as three arrays (directory of each, its name, directories).

use std::collections::{BTreeMap, BTreeSet};

use super::header::{BASENAMES, DIRINDEXES, DIRNAMES, Header, NAME};
use super::{Blob, DIRECTORIES, FORMATS, Sink, attempt};
use crate::root::{ReadError, Root};

/// Packages of paths: those that are looked for, and what was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners {
    wanted: BTreeSet<Vec<u8>>,
    /// The last components of those, for most files are passed over by theirs.
    names: BTreeSet<Vec<u8>>,
    found: BTreeMap<Vec<u8>, String>,
}

/// The packages of paths, from the first database that has any. `None` when there is one that cannot be read to its end.
pub(in crate::section) fn owners<'a>(
    root: &Root,
    paths: impl Iterator<Item = &'a [u8]>,
) -> Option<BTreeMap<Vec<u8>, String>> {
    let wanted: BTreeSet<Vec<u8>> = paths.map(<[u8]>::to_vec).collect();
    let name = |path: &Vec<u8>| path.rsplit(|byte| *byte == b'/').next().unwrap_or_default().to_vec();
    let names: BTreeSet<Vec<u8>> = wanted.iter().map(name).collect();
    for directory in DIRECTORIES {
        for (file, read) in FORMATS {
            let owners = Owners { wanted: wanted.clone(), names: names.clone(), ..Owners::default() };
            match attempt(root, &format!("{directory}/{file}"), *read, &Sink::of_files(owners)) {
                Err(error) if error.is_absent() => {}
                Ok(outcome) if outcome.error.is_none() && !outcome.changed => {
                    return Some(outcome.sink.owners.unwrap_or_default().found);
                }
                Ok(_) | Err(_) => return None,
            }
        }
    }
    Some(BTreeMap::new())
}

impl Owners {
    /// Looks through the files of a package.
    pub(super) fn take(&mut self, blob: &mut dyn Blob) -> Result<(), ReadError> {
        let Some(arrays) = Header::arrays(blob)? else { return Ok(()) };
        let directories: Vec<&[u8]> = arrays.texts(DIRNAMES).collect();
        let indexes = arrays.get(DIRINDEXES).unwrap_or_default().0.chunks_exact(4);
        for (name, index) in arrays.texts(BASENAMES).zip(indexes) {
            if !self.names.contains(name) {
                continue;
            }
            let index = index.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
            let directory = usize::try_from(index).ok().and_then(|index| directories.get(index));
            let path = [directory.copied().unwrap_or_default(), name].concat();
            if self.wanted.contains(&path) {
                let package = arrays.texts(NAME).next().unwrap_or_default();
                self.found.entry(path).or_insert_with(|| String::from_utf8_lossy(package).into_owned());
            }
        }
        Ok(())
    }
}
