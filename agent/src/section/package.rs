//! Installed packages. Debian's database is read as it is: one pass over `/var/lib/dpkg/status`, nothing kept of the
//! fields that nobody asks for. Other package managers follow behind the same section, told apart by `manager`.

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section};
use crate::root::{Kind, ReadError, Root};

const STATUS: &str = "/var/lib/dpkg/status";
/// Container images built without a package manager have one file per package here.
const STATUS_DIRECTORY: &str = "/var/lib/dpkg/status.d";
/// A status file of ten thousand packages is about 12 MiB.
const CAP_BYTES: u64 = 64 << 20;

pub(super) struct Package;

impl Collector for Package {
    fn name(&self) -> SectionName {
        SectionName::Package
    }

    fn purpose(&self) -> &'static str {
        "installed packages (dpkg): name, version, architecture, source, size, maintainer"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        super::paths(&[STATUS])
    }

    fn collect(&self, root: &Root) -> Section {
        let bytes = match root.read_capped(STATUS, CAP_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.is_absent() && root.kind(STATUS_DIRECTORY) == Some(Kind::Directory) => {
                return collect_directory(root).unwrap_or_else(|e| Section::unreadable(&e));
            }
            Err(error) => return Section::unreadable(&error),
        };
        let mut problems = Vec::new();
        let items = parse(&String::from_utf8_lossy(&bytes), STATUS, &mut problems);
        Section::of(items, problems)
    }
}

fn collect_directory(root: &Root) -> Result<Section, ReadError> {
    let (mut items, mut problems) = (Vec::new(), Vec::new());
    for entry in root.list(STATUS_DIRECTORY)? {
        if entry.kind != Kind::File || entry.name.ends_with(".md5sums") {
            continue;
        }
        let path = format!("{STATUS_DIRECTORY}/{}", entry.name);
        match root.text(&path) {
            Ok(text) => items.extend(parse(&text, &path, &mut problems)),
            Err(error) => problems.push(error.problem()),
        }
    }
    Ok(Section::of(items, problems))
}

/// The fields of one paragraph that are kept.
#[derive(Default)]
struct Paragraph<'a> {
    name: &'a str,
    version: &'a str,
    architecture: &'a str,
    status: &'a str,
    source: &'a str,
    section: &'a str,
    priority: &'a str,
    installed_size_kib: Option<u64>,
    maintainer: &'a str,
    essential: bool,
    summary: &'a str,
    is_broken: bool,
    is_empty: bool,
}

fn parse(text: &str, source: &str, problems: &mut Vec<Problem>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut paragraph = Paragraph { is_empty: true, ..Paragraph::default() };
    let mut broken = 0_usize;
    for line in text.lines().chain(std::iter::once("")) {
        if !line.trim().is_empty() {
            paragraph.take_line(line);
            continue;
        }
        if !paragraph.is_empty {
            match paragraph.item() {
                Ok(item) => items.extend(item),
                Err(()) => broken += 1,
            }
        }
        paragraph = Paragraph { is_empty: true, ..Paragraph::default() };
    }
    if broken > 0 {
        problems.push(Problem { source: source.to_owned(), message: format!("{broken} broken paragraphs left out") });
    }
    items
}

impl<'a> Paragraph<'a> {
    fn take_line(&mut self, line: &'a str) {
        self.is_empty = false;
        if line.starts_with([' ', '\t']) {
            return;
        }
        let Some((field, value)) = line.split_once(':') else {
            self.is_broken = true;
            return;
        };
        let value = value.trim();
        match field {
            "Package" => self.name = value,
            "Version" => self.version = value,
            "Architecture" => self.architecture = value,
            "Status" => self.status = value,
            "Source" => self.source = value,
            "Section" => self.section = value,
            "Priority" => self.priority = value,
            "Installed-Size" => self.installed_size_kib = value.parse().ok(),
            "Maintainer" => self.maintainer = value,
            "Essential" => self.essential = value == "yes",
            "Description" => self.summary = value,
            _ => {}
        }
    }

    /// The package, `None` when it is not on the disk (removed, its settings kept), an error when the paragraph is broken.
    fn item(&self) -> Result<Option<Item>, ()> {
        // A file of `status.d` has no status: what is there is installed.
        let status = if self.status.is_empty() { "install ok installed" } else { self.status };
        let mut words = status.split_whitespace();
        let (wanted, _flag, state) = (words.next(), words.next(), words.next().ok_or(())?);
        if matches!(state, "not-installed" | "config-files") {
            return Ok(None);
        }
        if self.is_broken || self.name.is_empty() || self.version.is_empty() {
            return Err(());
        }
        let key = if self.architecture.is_empty() {
            self.name.to_owned()
        } else {
            format!("{}:{}", self.name, self.architecture)
        };
        let (source, source_version) = self.source();
        let mut item = Item::new(key)
            .with("name", self.name)
            .with("version", self.version)
            .with("architecture", self.architecture)
            .with("manager", "dpkg")
            .with("source", source)
            .with("source_version", source_version)
            .with("section", self.section)
            .with("priority", self.priority)
            .with("size_bytes", self.installed_size_kib.map(|kib| kib.saturating_mul(1024)))
            .with("maintainer", self.maintainer)
            .with("summary", self.summary);
        if self.essential {
            item.set("essential", true);
        }
        if wanted == Some("hold") {
            item.set("held", true);
        }
        if state != "installed" {
            item.set("state", state);
        }
        Ok(Some(item))
    }

    /// Source package and its version, which default to those of the package: `Source: glibc (2.36-9)`.
    fn source(&self) -> (&'a str, &'a str) {
        match self.source.split_once('(') {
            Some((name, version)) => (name.trim(), version.trim_end_matches(')')),
            None if self.source.is_empty() => (self.name, self.version),
            None => (self.source, self.version),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str) -> (Vec<Item>, Vec<Problem>) {
        let mut problems = Vec::new();
        (parse(text, "x", &mut problems), problems)
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
