//! The table that the firmware leaves to the kernel (DMTF DSP0134, "SMBIOS"): its structures, their fields and strings.
//!
//! The bytes come from the maker of the machine and are often wrong: lengths that run out of the table, strings that are
//! missing, makers that never filled in what the template said. Every access is checked; what is no value is told apart
//! from a value by [`Text`].

use muster_shared::Problem;

use crate::root::{ReadError, Root};

/// The structures, as the kernel hands them out to root.
pub(super) const TABLE: &str = "/sys/firmware/dmi/tables/DMI";
const ENTRY_POINT: &str = "/sys/firmware/dmi/tables/smbios_entry_point";

/// A table is a few kilobytes; what is larger is none.
const TABLE_CAP_BYTES: u64 = 1 << 20;

/// Type of the structure that ends a table.
const END_OF_TABLE: u8 = 127;

/// What makers write where they have nothing to say, in lower case and without surrounding spaces.
const PLACEHOLDERS: &[&str] = &[
    "to be filled by o.e.m.",
    "to be filled by o.e.m",
    "to be filled by oem",
    "to be filed by msft",
    "o.e.m.",
    "oem",
    "default string",
    "default",
    "default_string",
    "not specified",
    "not provided",
    "not available",
    "not applicable",
    "not present",
    "no asset information",
    "no asset tag",
    "no enclosure",
    "no dimm",
    "none",
    "null",
    "n/a",
    "na",
    "unknown",
    "unspecified",
    "undefined",
    "empty",
    "invalid",
    "system manufacturer",
    "system manufacter",
    "system product name",
    "system version",
    "system serial number",
    "system sku",
    "system family",
    "sku",
    "family",
    "type1family",
    "type1productconfigid",
    "base board serial number",
    "baseboard serial number",
    "board serial number",
    "mb-1234567890",
    "chassis manufacture",
    "chassis manufacturer",
    "chassis version",
    "chassis serial number",
    "serial number",
    "asset tag",
    "asset-1234567890",
    "no serial number",
    "serialnumber",
    "sernum0",
    "partnum0",
    "manufacturer0",
    "assettagnum0",
    "0123456789",
    "0123456789abcdef",
    "123456789",
    "1234567890",
    "12345678",
    "1234567",
    "123456",
    "not a real serial",
    "standard",
];

/// What a field says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    /// There is no such field, or it is empty.
    Absent,
    /// Something was written that says nothing.
    Placeholder,
    /// A value.
    Value(String),
}

impl Text {
    /// Tells values from placeholders. Makers pad with spaces, and some hand out memory that was never written.
    pub(super) fn of(text: &str) -> Self {
        let is_garbage = |c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER;
        let text = text.trim_start().trim_end_matches(|c: char| c.is_whitespace() || is_garbage(c));
        let is_garbage = text.contains(is_garbage);
        if text.is_empty() {
            Self::Absent
        } else if is_garbage || is_placeholder(text) {
            Self::Placeholder
        } else {
            Self::Value(text.to_owned())
        }
    }

    /// The value, if it is one.
    pub(super) fn value(self) -> Option<String> {
        match self {
            Self::Value(text) => Some(text),
            Self::Absent | Self::Placeholder => None,
        }
    }
}

/// Whether a text says nothing: one of the well-known ones, or one sign over and over (`0000`, `FF-FF`, `....`,
/// `x.x`).
fn is_placeholder(text: &str) -> bool {
    let plain = text.to_lowercase();
    let signs: Vec<char> = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_one_sign = match signs.first() {
        None => true,
        Some(first) => {
            let least = match first {
                '0' => 1,
                'f' | 'x' => 2,
                _ => 4,
            };
            signs.len() >= least && signs.iter().all(|c| c == first)
        }
    };
    is_one_sign || PLACEHOLDERS.contains(&plain.as_str())
}

/// The UUID of a system in the usual form. Since SMBIOS 2.6 its first three fields are little-endian (DSP0134, 7.2.1); who
/// reads them in the order of the bytes gives the machine another identity than every other tool does.
pub(super) fn uuid(bytes: &[u8], version: Option<(u8, u8)>) -> Text {
    let Ok(mut bytes) = <[u8; 16]>::try_from(bytes) else { return Text::Absent };
    if bytes.iter().all(|byte| *byte == 0) || bytes.iter().all(|byte| *byte == 0xff) {
        return Text::Placeholder;
    }
    if version.is_none_or(|version| version >= (2, 6)) {
        for field in [0..4, 4..6, 6..8] {
            if let Some(field) = bytes.get_mut(field) {
                field.reverse();
            }
        }
    }
    // What a template or a cheap board holds (03000200-0400-0500-0006-000700080009).
    let text = hex(&bytes);
    if text == "03000200040005000006000700080009" || text == "00020003000400050006000700080009" {
        return Text::Placeholder;
    }
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    Text::Value(format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// One structure: its formatted area and the strings behind it.
#[derive(Clone, Copy)]
pub(super) struct Structure<'a> {
    /// What it describes (DSP0134, chapter 7).
    pub(super) kind: u8,
    /// How others refer to it.
    pub(super) handle: u16,
    formatted: &'a [u8],
    strings: &'a [u8],
}

impl<'a> Structure<'a> {
    /// Bytes at an offset from the start of the structure; `None` beyond its end, which is how older versions lack fields.
    pub(super) fn bytes(&self, offset: usize, length: usize) -> Option<&'a [u8]> {
        self.formatted.get(offset..offset.checked_add(length)?)
    }

    pub(super) fn byte(&self, offset: usize) -> Option<u8> {
        self.formatted.get(offset).copied()
    }

    pub(super) fn word(&self, offset: usize) -> Option<u16> {
        self.bytes(offset, 2)?.try_into().ok().map(u16::from_le_bytes)
    }

    pub(super) fn double_word(&self, offset: usize) -> Option<u32> {
        self.bytes(offset, 4)?.try_into().ok().map(u32::from_le_bytes)
    }

    /// The string whose number stands at an offset; number 0 is no string.
    pub(super) fn text(&self, offset: usize) -> Text {
        let number = usize::from(self.byte(offset).unwrap_or(0));
        let Some(index) = number.checked_sub(1) else { return Text::Absent };
        let string = self.strings.split(|byte| *byte == 0).nth(index);
        string.map_or(Text::Absent, |string| Text::of(&String::from_utf8_lossy(string)))
    }
}

/// A table as it was read.
pub(super) struct Table {
    /// Of the specification that it follows; `None` when the entry point could not be read.
    pub(super) version: Option<(u8, u8)>,
    bytes: Vec<u8>,
}

impl Table {
    /// Reads the table of a machine.
    pub(super) fn read(root: &Root) -> Result<Self, ReadError> {
        let bytes = root.read_capped(TABLE, TABLE_CAP_BYTES)?;
        let version = root.read(ENTRY_POINT).ok().and_then(|bytes| version(&bytes));
        Ok(Self { version, bytes })
    }

    /// A table in memory.
    #[cfg(test)]
    pub(super) fn new(bytes: Vec<u8>, version: Option<(u8, u8)>) -> Self {
        Self { version, bytes }
    }

    /// The structures in their order, up to the first that is broken.
    pub(super) fn structures(&self) -> Structures<'_> {
        Structures { rest: &self.bytes, ended: false }
    }

    /// The structures of one type.
    pub(super) fn of_kind(&self, kind: u8) -> impl Iterator<Item = Structure<'_>> {
        self.structures().filter(move |structure| structure.kind == kind)
    }

    /// What is wrong with the table as a whole: a broken structure hides everything behind it.
    pub(super) fn problem(&self) -> Option<Problem> {
        let mut structures = self.structures();
        while structures.next().is_some() {}
        let rest = structures.rest;
        if structures.ended || rest.iter().all(|byte| *byte == 0) {
            return None;
        }
        let at = self.bytes.len().saturating_sub(rest.len());
        let message = format!("the structure at byte {at} is broken, the {} bytes from there are not read", rest.len());
        Some(Problem { source: TABLE.to_owned(), message })
    }
}

/// Goes through the structures.
pub(super) struct Structures<'a> {
    rest: &'a [u8],
    ended: bool,
}

impl<'a> Iterator for Structures<'a> {
    type Item = Structure<'a>;

    fn next(&mut self) -> Option<Structure<'a>> {
        let [kind, length, handle_low, handle_high, ..] = *self.rest else { return None };
        if self.ended || length < 4 {
            return None;
        }
        let (formatted, behind) = self.rest.split_at_checked(usize::from(length))?;
        // The strings end with an empty one; without any there are two zero bytes.
        let end = behind.windows(2).position(|pair| pair == [0, 0])?;
        let (strings, rest) = behind.split_at_checked(end.saturating_add(2))?;
        self.rest = rest;
        self.ended = kind == END_OF_TABLE;
        Some(Structure { kind, handle: u16::from_le_bytes([handle_low, handle_high]), formatted, strings })
    }
}

/// The version in an entry point: 64-bit (`_SM3_`) or 32-bit (`_SM_`).
fn version(entry_point: &[u8]) -> Option<(u8, u8)> {
    let (major, minor) = if entry_point.starts_with(b"_SM3_") {
        (entry_point.get(7)?, entry_point.get(8)?)
    } else if entry_point.starts_with(b"_SM_") {
        (entry_point.get(6)?, entry_point.get(7)?)
    } else {
        return None;
    };
    Some((*major, *minor))
}

/// What a chassis is called (DSP0134, table 17); the highest bit says whether it has a lock.
pub(super) fn chassis_name(number: u8) -> Option<&'static str> {
    const NAMES: &[&str] = &[
        "Other",
        "Unknown",
        "Desktop",
        "Low Profile Desktop",
        "Pizza Box",
        "Mini Tower",
        "Tower",
        "Portable",
        "Laptop",
        "Notebook",
        "Hand Held",
        "Docking Station",
        "All in One",
        "Sub Notebook",
        "Space-saving",
        "Lunch Box",
        "Main Server Chassis",
        "Expansion Chassis",
        "SubChassis",
        "Bus Expansion Chassis",
        "Peripheral Chassis",
        "RAID Chassis",
        "Rack Mount Chassis",
        "Sealed-case PC",
        "Multi-system chassis",
        "Compact PCI",
        "Advanced TCA",
        "Blade",
        "Blade Enclosure",
        "Tablet",
        "Convertible",
        "Detachable",
        "IoT Gateway",
        "Embedded PC",
        "Mini PC",
        "Stick PC",
    ];
    let index = usize::from(number & 0x7f).checked_sub(1)?;
    NAMES.get(index).copied().filter(|name| !matches!(*name, "Other" | "Unknown"))
}

#[cfg(test)]
pub(super) mod tests;
