//! The database of rpm, in each of its three file formats. What is read of a package is its header; the database is never
//! locked, never written, and never in memory as a whole.

use muster_shared::{Item, Problem};

use super::found::{Found, timestamp};
use crate::root::{ReadError, Root};
use files::Owners;
use header::Header;

mod files;
mod hash;
mod header;
mod ndb;
mod signature;
pub(in crate::section) mod sqlite;
mod wal;

/// Where the database is: the place since 2021 first, which the old one is often a link to.
const DIRECTORIES: &[&str] = &["/usr/lib/sysimage/rpm", "/var/lib/rpm"];
/// The largest database that is read. A host with ten thousand packages has about 1 GiB.
const CAP_BYTES: u64 = 4 << 30;
/// The most headers of one database.
const HEADER_CAP: usize = 50_000;
/// How often a database is read that is written to meanwhile.
const ATTEMPTS: usize = 2;

/// Bytes of a database that belong together, read from front to back.
trait Blob {
    /// How many bytes are left.
    fn left(&self) -> u64;
    /// Fills `buffer`.
    fn read(&mut self, buffer: &mut [u8]) -> Result<(), ReadError>;
    /// Passes over bytes.
    fn skip(&mut self, bytes: u64) -> Result<(), ReadError>;
}

pub(in crate::section) use files::owners;

/// Takes the headers that a reader finds, each with the number of the package in the database; or only looks through the names
/// of their files.
#[derive(Clone, Default)]
struct Sink {
    packages: Vec<(u64, Header)>,
    broken: usize,
    left_out: usize,
    owners: Option<Owners>,
}

impl Sink {
    fn of_files(owners: Owners) -> Self {
        Self { owners: Some(owners), ..Self::default() }
    }

    fn take(&mut self, instance: u64, blob: &mut dyn Blob) {
        if let Some(owners) = &mut self.owners {
            self.broken += usize::from(owners.take(blob).is_err());
            return;
        }
        if self.packages.len() >= HEADER_CAP {
            self.left_out += 1;
            return;
        }
        match Header::read(blob) {
            // Keys that were imported to check signatures stand among the packages.
            Ok(Some(header)) if header.name == "gpg-pubkey" => {}
            Ok(Some(header)) => self.packages.push((instance, header)),
            Ok(None) | Err(_) => self.broken += 1,
        }
    }
}

/// One read of a database: the sink, why it ended early, what else is wrong.
struct Outcome {
    sink: Sink,
    error: Option<ReadError>,
    problems: Vec<Problem>,
    /// Whether it was written to meanwhile.
    changed: bool,
}

type Read = fn(&Root, &str, Sink) -> Result<Outcome, ReadError>;

const FORMATS: &[(&str, Read)] =
    &[("rpmdb.sqlite", sqlite::read), ("Packages.db", ndb::read), ("Packages", hash::read)];

/// The files whose change is a change of packages.
pub(in crate::section) fn watched() -> impl Iterator<Item = String> {
    let files = FORMATS.iter().map(|(file, _)| *file).chain(["rpmdb.sqlite-wal"]);
    files.flat_map(|file| DIRECTORIES.iter().map(move |directory| format!("{directory}/{file}")))
}

pub(super) fn collect(root: &Root, found: &mut Found) {
    for directory in DIRECTORIES {
        for (file, read) in FORMATS {
            let path = format!("{directory}/{file}");
            match attempt(root, &path, *read, &Sink::default()) {
                Ok(Outcome { sink, error: Some(error), .. }) if sink.packages.is_empty() => found.error(error),
                Ok(outcome) => {
                    found.has_source = true;
                    let is_empty = outcome.sink.packages.is_empty();
                    add(outcome, &path, found);
                    if !is_empty {
                        return;
                    }
                }
                Err(error) => found.error(error),
            }
        }
    }
}

fn attempt(root: &Root, path: &str, read: Read, sink: &Sink) -> Result<Outcome, ReadError> {
    let mut outcome = read(root, path, sink.clone())?;
    for _ in 1..ATTEMPTS {
        if !outcome.changed {
            break;
        }
        outcome = read(root, path, sink.clone())?;
    }
    if outcome.changed {
        outcome.problems.push(problem(path, "was written to while it was read"));
    }
    Ok(outcome)
}

fn problem(path: &str, message: impl Into<String>) -> Problem {
    Problem { source: path.to_owned(), message: message.into() }
}

fn add(outcome: Outcome, path: &str, found: &mut Found) {
    let Outcome { mut sink, error, problems, .. } = outcome;
    found.problems.extend(problems);
    if let Some(error) = error {
        found.problems.push(error.problem());
    }
    if sink.broken > 0 {
        found.problems.push(problem(path, format!("{} broken headers left out", sink.broken)));
    }
    if sink.left_out > 0 {
        found.problems.push(problem(path, format!("more than {HEADER_CAP} packages: {} left out", sink.left_out)));
    }
    // The newest of several installed versions comes first, and with it the key without a version.
    sink.packages.sort_unstable_by(|(a_instance, a), (b_instance, b)| {
        let newest = (b.install_time, b_instance).cmp(&(a.install_time, a_instance));
        a.name.cmp(&b.name).then_with(|| a.architecture.cmp(&b.architecture)).then(newest)
    });
    found.items.extend(sink.packages.iter().map(|(_, header)| item(header)));
}

fn item(header: &Header) -> Item {
    let key = match header.architecture.as_str() {
        "" => format!("rpm:{}", header.name),
        architecture => format!("rpm:{}.{architecture}", header.name),
    };
    let epoch = header.epoch.map(|epoch| format!("{epoch}:")).unwrap_or_default();
    let (source, source_version) = source(&header.source_rpm);
    Item::new(key)
        .with("name", header.name.as_str())
        .with("version", format!("{epoch}{}-{}", header.version, header.release))
        .with("release", header.release.as_str())
        .with("epoch", header.epoch)
        .with("architecture", header.architecture.as_str())
        .with("manager", "rpm")
        .with("source", source)
        .with("source_version", source_version)
        .with("vendor", header.vendor.as_str())
        .with("license", header.license.as_str())
        .with("summary", header.summary.as_str())
        .with("size_bytes", header.size_bytes)
        .with("installed_at", header.install_time.and_then(timestamp))
        .with("signature_key_id", header.signature_key_id.as_deref())
}

/// Name and version of `bash-5.1.8-1.cm2.src.rpm`.
fn source(file: &str) -> (&str, &str) {
    let stem = file.strip_suffix(".src.rpm").or_else(|| file.strip_suffix(".nosrc.rpm")).unwrap_or_default();
    let Some((rest, _release)) = stem.rsplit_once('-') else { return (stem, "") };
    let Some((name, _version)) = rest.rsplit_once('-') else { return (stem, "") };
    (name, stem.get(name.len() + 1..).unwrap_or_default())
}

#[cfg(test)]
mod tests;
