//! Tables of recorded machines, and tables that are broken.

use std::path::Path;

use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::section::{firmware, memory};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures/smbios");

/// Every recorded table with what another program reads in it; empty where the fixtures are not there.
pub(in crate::section) fn recorded() -> Vec<(String, Vec<u8>, Value)> {
    if !Path::new(FIXTURES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "the folder of fixtures is missing");
        println!("skipped: no fixtures");
        return Vec::new();
    }
    let mut recorded = Vec::new();
    for file in std::fs::read_dir(FIXTURES).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "dmi") {
            let json = std::fs::read(path.with_extension("json")).unwrap();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            recorded.push((name, std::fs::read(&path).unwrap(), serde_json::from_slice(&json).unwrap()));
        }
    }
    assert!(recorded.len() >= 3, "only {} tables", recorded.len());
    recorded
}

/// A structure with its strings, as it stands in a table.
pub(in crate::section) fn structure(kind: u8, handle: u8, fields: &[u8], strings: &[&str]) -> Vec<u8> {
    let length = u8::try_from(fields.len() + 4).unwrap();
    let mut bytes = vec![kind, length, handle, 0];
    bytes.extend_from_slice(fields);
    for string in strings {
        bytes.extend_from_slice(string.as_bytes());
        bytes.push(0);
    }
    if strings.is_empty() {
        bytes.push(0);
    }
    bytes.push(0);
    bytes
}

/// Everything that is read from a table.
fn read_all(bytes: Vec<u8>) -> usize {
    let table = Table::new(bytes, Some((3, 3)));
    let _ = table.problem();
    firmware::of_table(&table).attributes.len() + memory::modules(&table).0.len()
}

#[test]
fn what_says_nothing_is_told_apart() {
    for junk in [
        "To Be Filled By O.E.M.",
        " Default string ",
        "Not Specified",
        "0123456789",
        "00000000",
        "0",
        "11111111",
        "FFFFFFFF",
        "xxxx-xxxx",
        "...",
        "\u{fffd}[\u{fffd}",
        "a\u{1}b",
        "System Serial Number",
    ] {
        assert_eq!(Text::of(junk), Text::Placeholder, "{junk}");
    }
    assert_eq!(Text::of("LNV-45N1\u{fffd}\u{fffd}\n"), Text::Value("LNV-45N1".to_owned()));
    assert_eq!((Text::of(""), Text::of("   ")), (Text::Absent, Text::Absent));
    for value in ["790H8D2", ".790H8D2.CN7475162M0382.", "1.0", "A", "11", "1111-2", "VMware-56 4d 00"] {
        assert_eq!(Text::of(value), Text::Value(value.to_owned()), "{value}");
    }
}

#[test]
fn a_uuid_has_the_byte_order_of_its_version() {
    let bytes: Vec<u8> = (0x10..0x20).collect();
    let text = |version| uuid(&bytes, version).value().unwrap();
    assert_eq!(text(Some((2, 5))), "10111213-1415-1617-1819-1a1b1c1d1e1f");
    for version in [Some((2, 6)), Some((3, 3)), None] {
        assert_eq!(text(version), "13121110-1514-1716-1819-1a1b1c1d1e1f");
    }
    assert_eq!((uuid(&[0; 16], None), uuid(&[0xff; 16], None)), (Text::Placeholder, Text::Placeholder));
    assert_eq!(uuid(&[1; 15], None), Text::Absent);
}

#[test]
fn the_entry_point_tells_the_version() {
    assert_eq!(version(b"_SM3_\x00\x18\x03\x02\x01"), Some((3, 2)));
    assert_eq!(version(b"_SM_\x00\x1f\x02\x08"), Some((2, 8)));
    assert_eq!((version(b"_SM3_"), version(b"")), (None, None));
}

#[test]
fn a_broken_structure_ends_the_table_and_is_said() {
    let mut bytes = structure(1, 1, &[1, 0, 0, 0], &["Maker"]);
    bytes.extend([9, 3, 0, 0, 0, 0]);
    let table = Table::new(bytes.clone(), None);
    assert_eq!(table.structures().count(), 1);
    assert!(table.problem().unwrap().message.contains("6 bytes"));
    bytes.truncate(bytes.len() - 6);
    assert_eq!(Table::new(bytes.clone(), None).problem(), None, "a table may lack its end");
    bytes.extend(structure(END_OF_TABLE, 2, &[], &[]));
    bytes.extend([0xaa; 9]);
    assert_eq!(Table::new(bytes, None).problem(), None, "what stands behind the end is no part of the table");
}

#[test]
fn every_truncation_of_a_recorded_table_is_survived() {
    for (name, bytes, _) in recorded() {
        let whole = read_all(bytes.clone());
        for length in 0..bytes.len().min(4096) {
            assert!(read_all(bytes[..length].to_vec()) <= whole, "{name} cut at {length}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn flipped_bits_are_survived(flips in proptest::collection::vec((any::<prop::sample::Index>(), 0_u8..8), 1..20)) {
        for (_, mut bytes, _) in recorded() {
            bytes.truncate(4096);
            for (index, bit) in &flips {
                let index = index.index(bytes.len());
                bytes[index] ^= 1 << bit;
            }
            read_all(bytes);
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        read_all(bytes);
    }
}
