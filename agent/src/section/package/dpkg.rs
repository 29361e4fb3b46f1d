//! Debian's packages: one pass over `/var/lib/dpkg/status`, line by line, nothing kept of the fields that nobody asks for.

use std::collections::BTreeSet;
use std::io::BufRead;

use muster_shared::{Item, Problem};

use super::found::Found;
use crate::root::{Kind, Lines, ReadError, Root, to_text};

const STATUS: &str = "/var/lib/dpkg/status";
/// Container images built without a package manager have one file per package here.
const STATUS_DIRECTORY: &str = "/var/lib/dpkg/status.d";
/// A status file of ten thousand packages is about 12 MiB.
const CAP_BYTES: u64 = 64 << 20;

/// Where apt says which packages came for the sake of others.
const EXTENDED_STATES: &str = "/var/lib/apt/extended_states";

pub(super) const WATCHED: &[&str] = &[STATUS, STATUS_DIRECTORY, EXTENDED_STATES];

pub(super) fn collect(root: &Root, found: &mut Found) {
    match read(root, STATUS, found) {
        Ok(()) => {
            found.has_source = true;
            match automatic(root) {
                Ok(automatic) => mark(&mut found.items, &automatic),
                Err(error) if error.is_absent() => {}
                Err(error) => found.error(error),
            }
        }
        Err(error) if error.is_absent() && root.kind(STATUS_DIRECTORY) == Some(Kind::Directory) => {
            collect_directory(root, found).unwrap_or_else(|e| found.error(e));
        }
        Err(error) => found.error(error),
    }
}

fn read(root: &Root, path: &str, found: &mut Found) -> Result<(), ReadError> {
    parse(&mut root.lines(path, CAP_BYTES)?, &mut found.items, &mut found.problems)
}

/// Keys of the packages that apt installed for the sake of others.
fn automatic(root: &Root) -> Result<BTreeSet<String>, ReadError> {
    let mut lines = root.lines(EXTENDED_STATES, CAP_BYTES)?;
    let (mut keys, mut key) = (BTreeSet::new(), String::new());
    while let Some(line) = lines.next_line()? {
        let (field, value) = line.split_once(':').unwrap_or_default();
        match (field, value.trim()) {
            ("Package", name) => name.clone_into(&mut key),
            ("Architecture", architecture) => key = format!("{key}:{architecture}"),
            ("Auto-Installed", "1") => drop(keys.insert(std::mem::take(&mut key))),
            _ => {}
        }
    }
    Ok(keys)
}

fn mark(items: &mut [Item], automatic: &BTreeSet<String>) {
    for item in items {
        // Packages for all architectures are noted under the machine's own.
        let name = item.key.rsplit_once(':').map_or(item.key.as_str(), |(name, _)| name);
        let is_automatic = automatic.contains(&item.key)
            || item.key.ends_with(":all")
                && automatic
                    .range(format!("{name}:")..)
                    .next()
                    .is_some_and(|key| key.rsplit_once(':').is_some_and(|(other, _)| other == name));
        if is_automatic {
            item.set("automatic", true);
        }
    }
}

fn collect_directory(root: &Root, found: &mut Found) -> Result<(), ReadError> {
    for entry in root.list(STATUS_DIRECTORY)? {
        if entry.kind != Kind::File || entry.name.ends_with(".md5sums") {
            continue;
        }
        read(root, &format!("{STATUS_DIRECTORY}/{}", entry.name), found).unwrap_or_else(|e| found.error(e));
    }
    found.has_source = true;
    Ok(())
}

/// The fields of one paragraph that are kept.
#[derive(Default)]
struct Paragraph {
    name: String,
    version: String,
    architecture: String,
    status: String,
    source: String,
    section: String,
    priority: String,
    installed_size_kib: Option<u64>,
    maintainer: String,
    essential: bool,
    summary: String,
    is_broken: bool,
    has_lines: bool,
}

fn parse(lines: &mut Lines<impl BufRead>, items: &mut Vec<Item>, problems: &mut Vec<Problem>) -> Result<(), ReadError> {
    let source = lines.path().to_owned();
    let mut paragraph = Paragraph::default();
    let mut broken = 0_usize;
    loop {
        let line = lines.next_bytes()?;
        let is_end = line.is_none();
        let line = line.unwrap_or_default();
        if !line.trim_ascii_start().is_empty() {
            paragraph.take_line(line);
            continue;
        }
        if paragraph.has_lines {
            // Only a file of `status.d` has no status: what is there is installed.
            paragraph.is_broken |= paragraph.status.is_empty() && source == STATUS;
            match std::mem::take(&mut paragraph).item() {
                Ok(item) => items.extend(item),
                Err(()) => broken += 1,
            }
        }
        if is_end {
            break;
        }
    }
    if broken > 0 {
        problems.push(Problem { source, message: format!("{broken} broken paragraphs left out") });
    }
    Ok(())
}

impl Paragraph {
    /// Most lines are of fields that nobody asks for: only what is kept is made text.
    fn take_line(&mut self, line: &[u8]) {
        self.has_lines = true;
        if line.starts_with(b" ") || line.starts_with(b"\t") {
            return;
        }
        let Some((field, value)) =
            line.iter().position(|byte| *byte == b':').and_then(|colon| line.split_at_checked(colon))
        else {
            self.is_broken = true;
            return;
        };
        let value = || to_text(value.get(1..).unwrap_or_default().trim_ascii());
        let text = match field {
            b"Package" => &mut self.name,
            b"Version" => &mut self.version,
            b"Architecture" => &mut self.architecture,
            b"Status" => &mut self.status,
            b"Source" => &mut self.source,
            b"Section" => &mut self.section,
            b"Priority" => &mut self.priority,
            b"Maintainer" => &mut self.maintainer,
            b"Description" => &mut self.summary,
            b"Installed-Size" => {
                self.installed_size_kib = value().parse().ok();
                return;
            }
            b"Essential" => {
                self.essential = value() == "yes";
                return;
            }
            _ => return,
        };
        *text = value().into_owned();
    }

    /// The package, `None` when it is not on the disk (removed, its settings kept), an error when the paragraph is broken.
    fn item(self) -> Result<Option<Item>, ()> {
        let status = if self.status.is_empty() { "install ok installed" } else { self.status.as_str() };
        let mut words = status.split_whitespace();
        let (wanted, _flag, state) = (words.next(), words.next(), words.next().ok_or(())?);
        if matches!(state, "not-installed" | "config-files") {
            return Ok(None);
        }
        if self.is_broken || self.name.is_empty() || self.version.is_empty() {
            return Err(());
        }
        let key = if self.architecture.is_empty() {
            self.name.clone()
        } else {
            format!("{}:{}", self.name, self.architecture)
        };
        let (source, source_version) = self.source();
        let (source, source_version) = (source.to_owned(), source_version.to_owned());
        let state = (state != "installed").then(|| state.to_owned());
        let is_held = wanted == Some("hold");
        // In the order of the map: nothing that is in it is moved for what comes, a dozen times for each of a thousand packages.
        let item = Item::new(key)
            .with("architecture", self.architecture)
            .with("essential", self.essential.then_some(true))
            .with("held", is_held.then_some(true))
            .with("maintainer", self.maintainer)
            .with("manager", "dpkg")
            .with("name", self.name)
            .with("priority", self.priority)
            .with("section", self.section)
            .with("size_bytes", self.installed_size_kib.map(|kib| kib.saturating_mul(1024)))
            .with("source", source)
            .with("source_version", source_version)
            .with("state", state)
            .with("summary", self.summary)
            .with("version", self.version);
        Ok(Some(item))
    }

    /// Source package and its version, which default to those of the package: `Source: glibc (2.36-9)`.
    fn source(&self) -> (&str, &str) {
        match self.source.split_once('(') {
            Some((name, version)) => (name.trim(), version.trim_end_matches(')')),
            None if self.source.is_empty() => (&self.name, &self.version),
            None => (&self.source, &self.version),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> (Vec<Item>, Vec<Problem>) {
        let (mut items, mut problems) = (Vec::new(), Vec::new());
        parse(&mut Lines::new(text.as_bytes(), "x"), &mut items, &mut problems).unwrap();
        (items, problems)
    }

    #[test]
    fn what_is_on_the_disk_is_told_and_what_is_removed_is_not() {
        let (items, problems) = parsed(
            "Package: libc6\nEssential: yes\nStatus: hold ok installed\nInstalled-Size: 10\nArchitecture: amd64\n\
             Source: glibc (2.36-9)\nVersion: 2.36-9+deb12u7\nDescription: GNU C Library\n more\n\n\
             Package: gone\nStatus: deinstall ok config-files\nArchitecture: all\nVersion: 1\n\n\n\
             Package: half\nStatus: install ok half-configured\nArchitecture: all\nVersion: 1:2-3\n\n\
             Package: bad\nStatus: install ok installed\n",
        );
        assert_eq!(items.iter().map(|i| i.key.as_str()).collect::<Vec<_>>(), ["libc6:amd64", "half:all"]);
        let libc = &items[0].attributes;
        assert_eq!((&libc["source"], &libc["source_version"]), (&"glibc".into(), &"2.36-9".into()));
        assert_eq!(
            (&libc["size_bytes"], &libc["held"], &libc["essential"]),
            (&10240.into(), &true.into(), &true.into())
        );
        assert_eq!(items[1].attributes["state"], "half-configured");
        assert_eq!(problems[0].message, "1 broken paragraphs left out");
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(?s).{0,400}") {
            let (items, _) = parsed(&text);
            prop_assert!(items.iter().all(|item| !item.key.is_empty()));
        }
    }
}
