//! Whose files some paths are: the names of files stand in the headers, as three arrays (directory of each, its name, directories).

use super::header::{BASENAMES, DIRINDEXES, DIRNAMES, Header, NAME};
use super::{Blob, DIRECTORIES, FORMATS, Sink, attempt};
use crate::root::{ReadError, Root};

/// Packages of paths: those that are looked for, and what was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners {
    wanted: Vec<Vec<u8>>,
    found: Vec<(Vec<u8>, String)>,
}

/// The packages of paths, from the first database that is there. `None` when it cannot be read to its end.
pub(in crate::section) fn owners(root: &Root, wanted: &[Vec<u8>]) -> Option<Vec<(Vec<u8>, String)>> {
    for directory in DIRECTORIES {
        for (file, read) in FORMATS {
            let sink = Sink::of_files(Owners { wanted: wanted.to_vec(), found: Vec::new() });
            match attempt(root, &format!("{directory}/{file}"), *read, &sink) {
                Err(error) if error.is_absent() => {}
                Ok(outcome) if outcome.error.is_none() && !outcome.changed => {
                    return Some(outcome.sink.owners.unwrap_or_default().found);
                }
                Ok(_) | Err(_) => return None,
            }
        }
    }
    Some(Vec::new())
}

impl Owners {
    /// Looks through the files of a package.
    pub(super) fn take(&mut self, blob: &mut dyn Blob) -> Result<(), ReadError> {
        let Some(arrays) = Header::arrays(blob)? else { return Ok(()) };
        let directories: Vec<&[u8]> = arrays.texts(DIRNAMES).collect();
        let indexes = arrays.get(DIRINDEXES).unwrap_or_default().0.chunks_exact(4);
        for (name, index) in arrays.texts(BASENAMES).zip(indexes) {
            // Most files are passed over by their last component.
            if name.is_empty() || !self.wanted.iter().any(|path| path.ends_with(name)) {
                continue;
            }
            let index = index.first_chunk().map_or(0, |bytes| u32::from_be_bytes(*bytes));
            let directory = usize::try_from(index).ok().and_then(|index| directories.get(index));
            let path = [directory.copied().unwrap_or_default(), name].concat();
            if self.wanted.contains(&path) {
                let package = arrays.texts(NAME).next().unwrap_or_default();
                self.found.push((path, String::from_utf8_lossy(package).into_owned()));
            }
        }
        Ok(())
    }
}
