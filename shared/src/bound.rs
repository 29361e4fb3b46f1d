//! How long the texts of an item may be: the agent keeps to it, and the collector refuses what does not.
//!
//! Much of what an agent reads is written by people without rights (their keys, their programs): none of it may be so large that a
//! report is refused for it.

use std::borrow::Cow;

use crate::SectionName;
use crate::canonical::Digest;

/// Most items of a section that a collector takes.
pub const ITEMS: usize = 200_000;
/// Longest key of an item.
pub const KEY_BYTES: usize = 4_096;
/// Longest text of an attribute that a collector takes.
pub const TEXT_BYTES: usize = 1 << 20;
/// The same of what a host is named and recognised by: it stands in indexes and lists.
pub const NAME_BYTES: usize = 256;
/// Longest text that an agent tells.
pub const TOLD_BYTES: usize = 64 << 10;

/// What stands behind the beginning of a shortened text.
const MARK_BYTES: usize = "… 0123456789abcdef".len();

/// The longest text of an attribute that a collector takes.
pub fn text_bytes(section: SectionName, attribute: &str) -> usize {
    let is_name = match section {
        SectionName::Host => matches!(attribute, "name" | "fqdn" | "machine_id" | "cloud_instance_id"),
        SectionName::Firmware => matches!(attribute, "system_uuid" | "system_serial"),
        SectionName::Interface => attribute == "permanent_mac",
        _ => false,
    };
    if is_name { NAME_BYTES } else { TEXT_BYTES }
}

/// A text of at most so many bytes: of a longer one its beginning and a digest of all of it, so that what differs behind the end is
/// another text.
pub fn shortened(text: &str, most_bytes: usize) -> Cow<'_, str> {
    if text.len() <= most_bytes {
        return Cow::Borrowed(text);
    }
    let most = most_bytes.saturating_sub(MARK_BYTES);
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    Cow::Owned(format!("{}{}", text.get(..end).unwrap_or_default(), mark(text)))
}

/// What stands in place of the rest of a text.
fn mark(text: &str) -> String {
    let digest: String = Digest::of(text.as_bytes()).to_string().chars().take(16).collect();
    format!("… {digest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_and_still_told_apart() {
        let (one, other) = (format!("{}ä1", "x".repeat(300)), format!("{}ä2", "x".repeat(300)));
        for most in [30, 31, 256] {
            let (one, other) = (shortened(&one, most), shortened(&other, most));
            assert!(one.len() <= most && one.starts_with("xxxxxx") && one != other, "{one}");
        }
        assert!(shortened(&"ä".repeat(300), 256).len() <= 256);
        assert_eq!(shortened(&one, one.len()), one, "what fits stays as it is");
        assert_eq!(mark(&one).len(), MARK_BYTES);
    }
}
