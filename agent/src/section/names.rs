//! Names of makers and devices by number, from the lists that distributions install (`pci.ids`, `usb.ids`, `pnp.ids`).
//!
//! A list is more than a megabyte for the few names that a host needs. Makers stand in it in order, so each is looked for by
//! halves and nothing is read but what stands around it; one that is not found so (a list that somebody has added to) is looked
//! for line by line. Without a list devices have their numbers, which is all that the host itself knows.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use muster_shared::mapping::Distinct as _;

use crate::root::{Reader, Root};

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
        let lists = FOLDERS.iter().map(|folder| root.open_linked_reader(&format!("{folder}/{list}"), LIST_CAP_BYTES));
        let names = lists.flatten().next().map(|reader| List { reader }.look_up(wanted)).unwrap_or_default();
        Self { names }
    }

    /// The name at a path.
    pub(super) fn get(&self, path: &str) -> Option<&str> {
        self.names.get(path).map(String::as_str)
    }
}

/// For more makers than this the whole list is gone through once.
const MAKERS: usize = 64;
/// So much of a list is read at a time.
const BLOCK_BYTES: usize = 4 << 10;

/// More than any id is long.
const PROBE_BYTES: usize = 16;

/// A look into a list. The devices of one maker are a quarter of it: what was learnt by passing over them serves all who are
/// looked for.
struct Probe {
    from: u64,
    to: u64,
    /// The first line without a tab in between, its beginning.
    line: Option<(u64, Vec<u8>)>,
}

/// A list on the disk.
struct List {
    reader: Reader,
}

impl List {
    fn look_up(&self, wanted: &BTreeSet<String>) -> BTreeMap<String, String> {
        let mut found = BTreeMap::new();
        let mut left: Vec<&str> = Vec::new();
        let makers: BTreeSet<&str> = wanted.iter().map(|path| first(path)).into_set();
        let is_few = makers.len() <= MAKERS;
        let mut probes = Vec::new();
        for maker in makers {
            let own: Vec<&str> = wanted.iter().map(String::as_str).filter(|path| first(path) == maker).collect();
            match is_few.then(|| self.find(maker, &mut probes)).flatten() {
                Some(place) => self.read(place, &own, &mut found),
                None => left.extend(own),
            }
        }
        if !left.is_empty() {
            let mut search = Search::new(&left, &mut found);
            self.walk(0, |_, line| {
                search.line(line);
                ControlFlow::Continue(())
            });
        }
        found
    }

    /// Where the line of a maker or a class begins, if the lines without a tab are in order.
    fn find(&self, maker: &str, probes: &mut Vec<Probe>) -> Option<u64> {
        let (mut low, mut high) = (0, self.reader.size_bytes());
        while low < high {
            let middle = u64::midpoint(low, high);
            let known = probes.iter().position(|probe| (probe.from, probe.to) == (middle, high));
            let known = known.unwrap_or_else(|| {
                probes.push(self.probe(middle, high));
                probes.len() - 1
            });
            match probes.get(known).and_then(|probe| probe.line.as_ref()) {
                None => high = middle,
                Some((place, line)) => match order(line, maker.as_bytes()) {
                    Ordering::Equal => return Some(*place),
                    Ordering::Less => low = place + 1,
                    Ordering::Greater => high = middle,
                },
            }
        }
        None
    }

    /// Looks for a line without a tab.
    fn probe(&self, from: u64, to: u64) -> Probe {
        let mut probe = Probe { from, to, line: None };
        self.walk(from, |place, line| match line.first() {
            _ if place >= to => ControlFlow::Break(()),
            None | Some(b'\t' | b'#') => ControlFlow::Continue(()),
            Some(_) => {
                probe.line = Some((place, line.get(..PROBE_BYTES).unwrap_or(line).to_vec()));
                ControlFlow::Break(())
            }
        });
        probe
    }

    /// What stands at a maker's line and below it.
    fn read(&self, place: u64, wanted: &[&str], found: &mut BTreeMap<String, String>) {
        let end = found.len() + wanted.len();
        let mut search = Search::new(wanted, found);
        self.walk(place, |at, line| {
            let is_next = at > place && !line.is_empty() && !line.starts_with(b"\t") && !line.starts_with(b"#");
            if is_next || search.found.len() == end {
                return ControlFlow::Break(());
            }
            search.line(line);
            ControlFlow::Continue(())
        });
    }

    /// Hands out the lines that begin at `from` or later, and where each does. One that is longer than a block is passed over.
    fn walk(&self, from: u64, mut take: impl FnMut(u64, &[u8]) -> ControlFlow<()>) {
        let size = self.reader.size_bytes();
        let mut block = [0; BLOCK_BYTES];
        // The end of the line before tells that one begins.
        let (mut at, mut is_inside) = (from.saturating_sub(1), from > 0);
        while at < size {
            let length = usize::try_from(size - at).unwrap_or(BLOCK_BYTES).min(BLOCK_BYTES);
            let Some(read) = block.get_mut(..length).filter(|_| length > 0) else { return };
            if self.reader.read_at(at, read).is_err() {
                return;
            }
            let is_last = at + length as u64 == size;
            let mut rest: &[u8] = read;
            while let Some((line, after)) = split_line(rest, is_last) {
                if !std::mem::take(&mut is_inside) && take(at, line).is_break() {
                    return;
                }
                at += (rest.len() - after.len()) as u64;
                rest = after;
            }
            if rest.len() == length {
                is_inside = true;
                at += length as u64;
            }
        }
    }
}

/// A line and what follows it; at the end of the list a line needs no end.
fn split_line(bytes: &[u8], is_last: bool) -> Option<(&[u8], &[u8])> {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => bytes.split_at_checked(end).map(|(line, after)| (line, after.get(1..).unwrap_or_default())),
        None => (is_last && !bytes.is_empty()).then_some((bytes, &[])),
    }
}

/// The id that a path begins with.
fn first(path: &str) -> &str {
    path.split_once('/').map_or(path, |(first, _)| first)
}

/// How a line without a tab stands to a maker or a class: makers by number, then `C 01` and the like, then other tables.
fn order(line: &[u8], wanted: &[u8]) -> Ordering {
    let kind = |text: &[u8]| match text {
        [b'0'..=b'9' | b'a'..=b'f', _, _, _] | [b'0'..=b'9' | b'a'..=b'f', _, _, _, b' ', ..] => 0,
        [b'C', b' ', ..] => 1,
        _ => 2,
    };
    let own = line.get(..wanted.len()).unwrap_or(line);
    kind(line).cmp(&kind(wanted)).then_with(|| own.cmp(wanted))
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
    found: &'a mut BTreeMap<String, String>,
    /// What is looked for at each depth below the lines above.
    places: [Vec<Wanted<'a>>; 3],
}

impl<'a> Search<'a> {
    fn new(wanted: &[&'a str], found: &'a mut BTreeMap<String, String>) -> Self {
        let all = wanted.iter().map(|path| Wanted::new(path, path)).collect();
        Self { found, places: [all, Vec::new(), Vec::new()] }
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

    /// Makers `0000`, `0003`, ... with ever more devices, one with very many, then classes; and how much of it was read.
    fn long_list() -> String {
        let devices = |maker: u32| if maker == 3_000 { 5_000 } else { maker % 7 };
        let of = |maker: u32| {
            let devices = (0..devices(maker)).map(move |n| format!("\t{n:04x}  Device {n} of {maker}\n"));
            format!("{maker:04x}  Maker {maker}\n{}", devices.collect::<String>())
        };
        let makers: String = (0..2_000).map(|n| of(3 * n)).collect();
        format!("# A list\n\n{makers}\n# Classes\nC 01  Storage\n\t06  SATA\nC 02  Network\nHID 01  Other\n\t06  No\n")
    }

    #[test]
    fn a_maker_is_found_by_halves() {
        let (list, directory) = (long_list(), tempfile::tempdir().unwrap());
        let path = directory.path().join("list");
        std::fs::write(&path, &list).unwrap();
        let of = |name: &str| List { reader: Root::at(directory.path()).open_linked_reader(name, 8 << 20).unwrap() };
        let mut probes = Vec::new();
        for n in (0..2_000).step_by(7) {
            let (maker, other) = (format!("{:04x}", 3 * n), format!("{:04x}", 3 * n + 1));
            let place = usize::try_from(of("/list").find(&maker, &mut Vec::new()).unwrap()).unwrap();
            assert!(list[place..].starts_with(&format!("{maker}  Maker")), "{maker}");
            assert_eq!(of("/list").find(&other, &mut probes), None);
        }
        for (class, is_there) in [("C 01", true), ("C 02", true), ("C 00", false), ("C 03", false)] {
            assert_eq!(of("/list").find(class, &mut probes).is_some(), is_there, "{class}");
        }
        // Nothing is read but what stands around it: a list may be read eight times over in all.
        let names = look_up(list.as_bytes(), &["0bb8", "0bb8/1387", "C 01/06", "1770", "176d/0001"]);
        let expected = [("0bb8", "Maker 3000"), ("0bb8/1387", "Device 4999 of 3000"), ("C 01/06", "SATA")];
        assert!(expected.iter().all(|(path, name)| names.get(path) == Some(*name)), "{names:?}");
        assert_eq!(names.get("1770"), None);
        // Out of order, and without an end of the last line.
        let mixed = "ffff  Last\n0001  First\n\t0002  Its device\n8086  Middle\n\t0001  Other";
        let names = look_up(mixed.as_bytes(), &["0001", "0001/0002", "8086/0001", "ffff"]);
        assert_eq!(names.names.len(), 4, "{names:?}");
    }

    #[test]
    fn a_line_that_is_longer_than_a_block_is_passed_over() {
        for length in [4_000, 4_095, 4_096, 4_097, 9_000] {
            let list = format!("0001  First\n0002  {}\n0003  Third\n\t0001  Its\n", "x".repeat(length));
            let names = look_up(list.as_bytes(), &["0001", "0003", "0003/0001"]);
            assert_eq!(names.names.len(), 3, "{length}: {:?}", names.names.keys());
        }
    }

    proptest! {
        #[test]
        fn any_list_is_survived(list in proptest::collection::vec(prop_oneof![Just(b'\t'), Just(b'\n'), any::<u8>()], 0..200)) {
            prop_assert!(look_up(&list, &["8086/100e"]).names.len() <= 1);
        }
    }
}
