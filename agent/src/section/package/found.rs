//! What the managers of a host add up to: one list with keys that stand once, one status.

use std::collections::BTreeSet;

use muster_shared::{Item, Problem};

use crate::root::{ReadError, Root};
use crate::section::Section;

/// The most packages that are told.
const ITEM_CAP: usize = 60_000;
/// Before this time, in seconds since 1970, nothing was ever installed: the field was not filled in.
const EARLIEST: i64 = 86_400 * 365;

/// Databases of managers that are not read. Where one exists, the list is not whole.
const FOREIGN: &[(&str, &str)] = &[
    ("/var/db/pkg", "portage"),
    ("/nix/var/nix/db", "nix"),
    ("/var/db/xbps", "xbps"),
    ("/var/lib/pkgtools/packages", "slackware pkgtools"),
    ("/var/lib/opkg/status", "opkg"),
    ("/usr/lib/opkg/status", "opkg"),
];

/// Collects what every manager adds.
#[derive(Default)]
pub(super) struct Found {
    pub(super) items: Vec<Item>,
    pub(super) problems: Vec<Problem>,
    /// Whether a database of the system's packages was read, so that few or no items mean few or no packages.
    pub(super) has_source: bool,
    errors: Vec<ReadError>,
}

impl Found {
    /// A source that could not be read; that it is not there is no problem.
    pub(super) fn error(&mut self, error: ReadError) {
        if !error.is_absent() {
            self.errors.push(error);
        }
    }

    /// What has been found, as a section.
    pub(super) fn section(mut self, root: &Root) -> Section {
        if !self.has_source && self.items.is_empty() && self.problems.is_empty() {
            let Some((first, rest)) = self.errors.split_first() else {
                return Section { problems: foreign(root), ..Section::unsupported() };
            };
            let mut section = Section::unreadable(first);
            section.problems.extend(rest.iter().map(ReadError::problem));
            return section;
        }
        self.problems.extend(self.errors.iter().map(ReadError::problem));
        self.problems.extend(foreign(root));
        let left_out = self.items.len().saturating_sub(ITEM_CAP);
        if left_out > 0 {
            self.items.truncate(ITEM_CAP);
            let message = format!("more than {ITEM_CAP} packages: {left_out} left out");
            self.problems.push(Problem { source: "package".to_owned(), message });
        }
        separate(&mut self.items);
        Section::of(self.items, self.problems)
    }
}

fn foreign(root: &Root) -> Vec<Problem> {
    let there = FOREIGN.iter().filter(|(path, _)| root.exists(path));
    let problem = |(path, manager): &(&str, &str)| Problem {
        source: (*path).to_owned(),
        message: format!("packages of {manager} are not read"),
    };
    there.map(problem).collect()
}

/// Gives every item a key of its own: the first keeps its key, later ones have their version in it.
fn separate(items: &mut [Item]) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    if items.iter().all(|item| seen.insert(&item.key)) {
        return;
    }
    let mut keys: BTreeSet<String> = BTreeSet::new();
    for item in items {
        if keys.contains(&item.key) {
            let versioned = format!("{}@{}", item.key, item.text("version").unwrap_or_default());
            let numbered = (2..).map(|number| format!("{versioned}#{number}"));
            let mut free = std::iter::once(versioned.clone()).chain(numbered);
            item.key = free.find(|key| !keys.contains(key)).unwrap_or(versioned);
        }
        keys.insert(item.key.clone());
    }
}

/// A time in seconds since 1970 as text; a field that was not filled in is no time.
pub(super) fn timestamp(seconds: i64) -> Option<String> {
    (seconds >= EARLIEST).then(|| jiff::Timestamp::from_second(seconds).ok())?.map(|time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stand_once_and_the_first_keeps_its_own() {
        let kernel = |version: &str| Item::new("rpm:kernel.x86_64").with("version", version);
        let mut items = [kernel("6.2"), kernel("6.1"), kernel("6.1"), Item::new("npm:all"), Item::new("npm:all")];
        separate(&mut items);
        let keys = items.map(|item| item.key);
        let expected = ["rpm:kernel.x86_64", "rpm:kernel.x86_64@6.1", "rpm:kernel.x86_64@6.1#2", "npm:all", "npm:all@"];
        assert_eq!(keys, expected);
    }

    #[test]
    fn a_time_that_was_not_filled_in_is_unknown() {
        assert_eq!((timestamp(0), timestamp(-5), timestamp(3600)), (None, None, None));
        assert_eq!(timestamp(1_643_279_456).as_deref(), Some("2022-01-27T10:30:56Z"));
    }
}
