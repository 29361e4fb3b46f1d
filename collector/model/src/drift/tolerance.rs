//! Numbers that move a little by themselves (tier V4 of volatility): how far one may before it is a difference that anybody minds.

use muster_shared::SectionName;
use serde_json::Value;

/// Of a hundred, how much it may move.
pub const SHARE_PERCENT: u64 = 1;

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Tolerance {
    /// The section.
    pub section: SectionName,
    /// The attribute.
    pub attribute: &'static str,
    /// How far it may move, however small it is, in its own unit.
    pub least: u64,
    /// Why, for people.
    pub reason: &'static str,
}

/// The table. Documented in `docs/volatility.md`, which a test prints from here.
pub const TABLE: &[Tolerance] = &[
    Tolerance {
        section: SectionName::Memory,
        attribute: "total_bytes",
        least: 64 << 20,
        reason: "what a kernel and a firmware keep for themselves differs from boot to boot",
    },
    Tolerance {
        section: SectionName::Disk,
        attribute: "size_bytes",
        least: 64 << 20,
        reason: "controllers and hypervisors round sizes in their own way",
    },
];

/// Why a number that became another one is still the same; `None` where it is not.
pub fn reason(
    section: SectionName,
    attribute: &str,
    before: Option<&Value>,
    after: Option<&Value>,
) -> Option<&'static str> {
    let row = TABLE.iter().find(|row| row.section == section && row.attribute == attribute)?;
    let (before, after) = (before?.as_u64()?, after?.as_u64()?);
    let share = before / 100 * SHARE_PERCENT;
    (before.abs_diff(after) <= share.max(row.least)).then_some(row.reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_move_by_a_hundredth_or_by_64_mebibytes() {
        const GIB: u64 = 1 << 30;
        let is_same = |attribute: &str, before: u64, after: u64| {
            reason(SectionName::Memory, attribute, Some(&before.into()), Some(&after.into())).is_some()
        };
        for (before, after, expected) in [
            (2 * GIB, 2 * GIB - (64 << 20), true),
            (2 * GIB, 2 * GIB - (64 << 20) - 1, false),
            (2 * GIB, 2 * GIB + (64 << 20), true),
            (512 * GIB, 507 * GIB, true),
            (512 * GIB, 506 * GIB, false),
        ] {
            assert_eq!(is_same("total_bytes", before, after), expected, "{before} {after}");
        }
        assert!(!is_same("swap_bytes", 10, 11), "others are what they are");
        assert_eq!(reason(SectionName::Memory, "total_bytes", None, Some(&GIB.into())), None);
    }
}
