//! Names of makers and devices by number, from the lists that distributions install (`pci.ids`, `usb.ids`, `pnp.ids`).
//!
//! A list is more than a megabyte for the few names that a host needs, so it is read line by line and nothing else of it is
//! kept. Without a list devices have their numbers, which is all that the host itself knows.

use std::collections::{BTreeMap, BTreeSet};

use crate::root::Root;

/// Where distributions put lists.
const FOLDERS: &[&str] = &["/usr/share/misc", "/usr/share/hwdata", "/var/lib/usbutils"];

/// The most that is read of a list, in bytes.
const LIST_CAP_BYTES: u64 = 8 << 20;

/// Names by path in the list: `8086`, `8086/100e`, `8086/100e/1af4 1100` and, for classes, `C 01`, `C 01/06`.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: BTreeMap<String, String>,
}

impl Names {
    /// Looks the wanted paths up in the first list of that name that is installed.
    pub(super) fn look_up(root: &Root, list: &str, wanted: &BTreeSet<String>) -> Self {
        if wanted.is_empty() {
            return Self::default();
        }
        for folder in FOLDERS {
            let mut search = Search::new(wanted);
            let path = format!("{folder}/{list}");
            let Ok(mut lines) = root.linked_lines(&path, LIST_CAP_BYTES) else { continue };
            while let Ok(Some(line)) = lines.next_bytes() {
                search.line(line);
            }
            return Self { names: search.found };
        }
        Self::default()
    }

    /// The name at a path.
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.names.get(path).map(String::as_str)
    }
}

/// A path that is looked for below the place where its first id is looked for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    path: &'a str,
    id: &'a str,
    below: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn new(path: &'a str, rest: &'a str) -> Self {
        let (id, below) = rest.split_once('/').map_or((rest, None), |(id, below)| (id, Some(below)));
        Self { path, id, below }
    }

    /// What follows the id in a line that begins with it. PNP ids are set off by a tab, all others by two spaces; the ids of
    /// subsystems have one space inside.
    fn name<'l>(&self, line: &'l [u8]) -> Option<&'l [u8]> {
        // One comparison of a word tells nearly all lines of a list that are of no interest.
        if let (Some(start), Some(own)) = (line.first_chunk::<4>(), self.id.as_bytes().first_chunk::<4>())
            && start != own
        {
            return None;
        }
        let rest = line.strip_prefix(self.id.as_bytes())?;
        let name = rest.trim_ascii();
        (name.is_empty() || rest.starts_with(b"  ") || rest.starts_with(b"\t")).then_some(name)
    }
}

/// Goes through a list. Lines begin with as many tabs as they are deep; a line without belongs to itself. Most of the tens of
/// thousands are of no interest, and are passed over by their first byte or the first of their id.
struct Search<'a> {
    found: BTreeMap<String, String>,
    /// What is looked for at each depth below the lines above.
    places: [Vec<Wanted<'a>>; 3],
}

impl<'a> Search<'a> {
    fn new(wanted: &'a BTreeSet<String>) -> Self {
        let all = wanted.iter().map(|path| Wanted::new(path, path)).collect();
        Self { found: BTreeMap::new(), places: [all, Vec::new(), Vec::new()] }
    }

    fn line(&mut self, line: &[u8]) {
        let depth = line.iter().take_while(|byte| **byte == b'\t').count();
        let Some(place) = self.places.get(depth).filter(|place| !place.is_empty()) else { return };
        let line = line.get(depth..).unwrap_or_default();
        if line.is_empty() || line.starts_with(b"#") {
            return;
        }
        let mut below = Vec::new();
        for wanted in place {
            let Some(name) = wanted.name(line) else { continue };
            if let Some(rest) = wanted.below {
                below.push(Wanted::new(wanted.path, rest));
            } else if let (false, Ok(name)) = (name.is_empty(), std::str::from_utf8(name)) {
                self.found.entry(wanted.path.to_owned()).or_insert_with(|| name.to_owned());
            }
        }
        let mut next = Some(below);
        for place in self.places.iter_mut().skip(depth + 1) {
            *place = next.take().unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::recorded::tree;
    use super::*;

    const LIST: &[u8] = b"# comment\n8086  Intel Corporation\n\t100e  82540EM\n\t\t1af4 1100  QEMU Virtual Machine\n\
        1234  Other\n\t100e  Not this\nC 01  Mass storage controller\n\t06  SATA controller\n\xff\xff  x\n";

    fn look_up(list: &[u8], wanted: &[&str]) -> Names {
        let directory = tree(&[("usr/share/hwdata/pci.ids", list)]);
        let wanted = wanted.iter().map(|path| (*path).to_owned()).collect();
        Names::look_up(&Root::at(directory.path()), "pci.ids", &wanted)
    }

    #[test]
    fn only_what_is_wanted_is_kept_and_found_at_its_place() {
        let wanted = ["8086", "8086/100e", "8086/100e/1af4 1100", "C 01/06", "1234/ffff", "100e"];
        let names = look_up(LIST, &wanted);
        let expected =
            [Some("Intel Corporation"), Some("82540EM"), Some("QEMU Virtual Machine"), Some("SATA controller")];
        for (path, name) in wanted.iter().zip(expected.into_iter().chain([None, None])) {
            assert_eq!(names.get(path), name, "{path}");
        }
        assert_eq!(names.names.len(), 4);
        assert_eq!(look_up(b"ACR\tAcer Technologies\n", &["ACR"]).get("ACR"), Some("Acer Technologies"));
    }

    proptest! {
        #[test]
        fn any_list_is_survived(list in proptest::collection::vec(prop_oneof![Just(b'\t'), Just(b'\n'), any::<u8>()], 0..200)) {
            let wanted = BTreeSet::from(["8086/100e".to_owned()]);
            let mut search = Search::new(&wanted);
            list.split(|byte| *byte == b'\n').for_each(|line| search.line(line));
            prop_assert!(search.found.len() <= 1);
        }
    }
}
