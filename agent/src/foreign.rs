//! Every parser of bytes that others wrote, by name: files of the host, answers of the kernel and of engines, what the probe
//! and the collector say, what lies in the spool.
//!
//! One table for two readers: the fuzz target (`tests/fuzz`) runs the parser that it is told, and the tests replay the
//! corpus and its mutations through all of them. No program looks at it, so none of it is in them. A parser that is not in
//! the table is one that nobody tries: a new one gets its row here and a folder of seeds in `tests/fuzz/corpus`.

use std::path::Path;

use muster_shared::SectionName;

use crate::root::Root;
use crate::section::{Options, Section, collectors};

mod file;
mod stream;

/// Something that reads what others wrote.
#[derive(Clone, Copy, Debug)]
pub struct Parser {
    /// The name of its folder in the corpus.
    pub name: &'static str,
    source: Source,
}

/// Where its bytes come from.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// From a file of the host, read by the collector of a section through a tree of its own.
    File(&'static File),
    /// From two files that belong together: the length of the first (u32 LE), the first, the second at this path.
    Pair(&'static File, &'static str),
    /// From a socket or a file of the agent's own. Gives the bytes of what it made of them.
    Stream(fn(&[u8]) -> usize),
}

/// A file that a section reads, and what has to be there so that it does.
#[derive(Debug)]
struct File {
    section: SectionName,
    path: &'static str,
    /// Other files and their content; one that begins with `-> ` is a link.
    beside: &'static [(&'static str, &'static str)],
}

/// All of them.
pub fn parsers() -> impl Iterator<Item = Parser> {
    let files = file::FILES.iter().map(|(name, file)| Parser { name, source: Source::File(file) });
    let streams = stream::STREAMS.iter().chain(crate::section::STREAMS);
    let pairs = file::PAIRS.iter().map(|(name, file, path)| Parser { name, source: Source::Pair(file, path) });
    files.chain(pairs).chain(streams.map(|(name, read)| Parser { name, source: Source::Stream(*read) }))
}

/// Rows of parsers that read no file of the host.
pub(crate) type Streams = &'static [(&'static str, fn(&[u8]) -> usize)];

impl Parser {
    /// Reads the bytes, and gives the size of what was made of them: the JSON of the section, in bytes. `scratch` is a folder
    /// that belongs to this run alone.
    pub fn run(&self, bytes: &[u8], scratch: &Path) -> std::io::Result<usize> {
        match self.source {
            Source::Stream(read) => Ok(read(bytes)),
            Source::File(file) => file.run(bytes, &scratch.join(self.name)),
            Source::Pair(file, path) => {
                let tree = scratch.join(self.name);
                let (length, rest) = bytes.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
                let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
                let (first, second) = rest.split_at_checked(length).unwrap_or((rest, &[]));
                write(&tree.join(path.trim_start_matches('/')), second)?;
                file.run(first, &tree)
            }
        }
    }
}

#[cfg(test)]
impl Parser {
    /// The file that it reads.
    pub(crate) fn path(&self) -> Option<&'static str> {
        if let Source::File(file) = self.source { Some(file.path) } else { None }
    }

    /// What it makes of the bytes of that file.
    pub(crate) fn section(&self, bytes: &[u8], scratch: &Path) -> std::io::Result<Option<Section>> {
        let Source::File(file) = self.source else { return Ok(None) };
        file.section(bytes, &scratch.join(self.name))
    }
}

impl File {
    fn run(&self, bytes: &[u8], tree: &Path) -> std::io::Result<usize> {
        Ok(serde_json::to_vec(&self.section(bytes, tree)?)?.len())
    }

    fn section(&self, bytes: &[u8], tree: &Path) -> std::io::Result<Option<Section>> {
        let inside = |path: &str| tree.join(path.trim_start_matches('/'));
        let place = inside(self.path);
        if !place.exists() {
            for (path, content) in self.beside {
                write(&inside(path), content.as_bytes())?;
            }
        }
        write(&place, bytes)?;
        let options = Options { processes: true, ..Options::default() };
        let wanted = collectors(&options).into_iter().find(|collector| collector.name() == self.section);
        Ok(wanted.map(|collector| collector.collect(&Root::at(tree))))
    }
}

fn write(place: &Path, content: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match content.strip_prefix(b"-> ").and_then(|target| std::str::from_utf8(target).ok()) {
        Some(target) if place.symlink_metadata().is_err() => std::os::unix::fs::symlink(target, place),
        Some(_) => Ok(()),
        None => std::fs::write(place, content),
    }
}

#[cfg(test)]
mod tests;
