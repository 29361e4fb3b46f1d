//! Block devices as `/sys` and udev's database describe them: what disks, partitions and file systems share.
//!
//! Raw devices are never opened: models and serials come from `/sys` or from what udev wrote down when it saw the device.

use std::collections::BTreeMap;

use crate::root::{ReadError, Root};
use muster_shared::mapping::Mapping as _;

/// Every whole block device.
pub(super) const BLOCK: &str = "/sys/block";
const UDEV: &str = "/run/udev/data";
/// The kernel counts sizes in sectors of this many bytes whatever the device does.
const SECTOR_BYTES: u64 = 512;

/// What udev knows of a device: its properties by name.
pub(super) type Properties = BTreeMap<String, String>;

/// A device below `/sys/block`.
pub(super) struct Device {
    /// The kernel's name, such as `sda` or `nvme0n1p2`.
    pub(super) name: String,
    /// The directory that describes it.
    pub(super) path: String,
}

impl Device {
    /// Whether there is something behind it: loop devices without a file and old RAM disks are not worth a line.
    pub(super) fn is_real(&self, root: &Root) -> bool {
        let is_spare = self.name.starts_with("loop") || self.name.starts_with("ram");
        !(is_spare && self.size_bytes(root) == Some(0))
    }

    pub(super) fn value(&self, root: &Root, file: &str) -> Option<String> {
        root.value(&format!("{}/{file}", self.path))
    }

    pub(super) fn number(&self, root: &Root, file: &str) -> Option<u64> {
        root.number(&format!("{}/{file}", self.path))
    }

    /// Yes or no, as the kernel writes it; nothing of what is neither.
    pub(super) fn flag(&self, root: &Root, file: &str) -> Option<bool> {
        self.number(root, file).filter(|number| *number < 2).map(|number| number == 1)
    }

    pub(super) fn size_bytes(&self, root: &Root) -> Option<u64> {
        self.number(root, "size").map(|sectors| sectors.saturating_mul(SECTOR_BYTES))
    }

    /// Bytes read and written since boot, from the counters of Documentation/block/stat.
    pub(super) fn traffic_bytes(&self, root: &Root) -> Option<(u64, u64)> {
        let text = self.value(root, "stat")?;
        let numbers: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let sectors = |index: usize| numbers.get(index).map(|sectors| sectors.saturating_mul(SECTOR_BYTES));
        Some((sectors(2)?, sectors(6)?))
    }

    /// What is stacked on the device: mapped devices by their own name, whose number is another at every boot.
    pub(super) fn holders(&self, root: &Root) -> Option<Vec<String>> {
        let holders = root.list(&format!("{}/holders", self.path)).unwrap_or_default();
        let own_name = |name: String| root.value(&format!("{BLOCK}/{name}/dm/name")).unwrap_or(name);
        let mut names: Vec<String> = holders.into_iter().map(|holder| own_name(holder.name)).collect();
        names.sort_unstable();
        (!names.is_empty()).then_some(names)
    }

    /// What udev wrote down; empty where no udev runs.
    pub(super) fn properties(&self, root: &Root) -> Properties {
        let Some(number) = self.value(root, "dev") else { return Properties::new() };
        properties(root, &number)
    }

    /// Partitions of the device.
    pub(super) fn partitions(&self, root: &Root) -> Vec<Self> {
        let entries = root.list(&self.path).unwrap_or_default();
        let named = entries.into_iter().filter(|entry| entry.name.starts_with(&self.name));
        let devices = named.map(|entry| Self { path: format!("{}/{}", self.path, entry.name), name: entry.name });
        devices.filter(|device| root.exists(&format!("{}/partition", device.path))).collect()
    }
}

/// Every whole block device that is worth a line.
pub(super) fn devices(root: &Root) -> Result<Vec<Device>, ReadError> {
    let entries = root.list(BLOCK)?.into_iter();
    let devices = entries.map(|entry| Device { path: format!("{BLOCK}/{}", entry.name), name: entry.name });
    Ok(devices.filter(|device| device.is_real(root)).collect())
}

/// What udev knows of the device of a number such as `8:1`.
pub(super) fn properties(root: &Root, number: &str) -> Properties {
    let text = root.text(&format!("{UDEV}/b{number}")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.strip_prefix("E:")?.split_once('='));
    lines.map(|(name, value)| (name.to_owned(), value.to_owned())).into_map()
}

/// The first of some properties that is there, its `\x20` escapes undone.
pub(super) fn property(properties: &Properties, names: &[&str]) -> Option<String> {
    let value = names.iter().find_map(|name| properties.get(*name))?;
    let value = unescape(value);
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Undoes udev's `\x2f` and mountinfo's `\040`: a backslash and the number of a byte.
pub(super) fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut bytes: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let (digits, radix) = match after.strip_prefix('x') {
            Some(hex) => (hex.get(..2), 16),
            None => (after.get(..3), 8),
        };
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, radix).ok());
        let undone = byte.zip(after.get(3..));
        let (byte, remainder) = undone.unwrap_or((b'\\', after));
        bytes.push(byte);
        rest = remainder;
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn both_kinds_of_escapes_are_undone_and_a_lone_backslash_stays() {
        for (from, to) in
            [("a\\040b", "a b"), ("a\\x20b\\x2f", "a b/"), ("a\\b", "a\\b"), ("\\", "\\"), ("x\\134", "x\\")]
        {
            assert_eq!(unescape(from), to);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".{0,40}") {
            let _ = unescape(&text);
        }
    }
}
