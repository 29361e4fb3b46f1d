//! Numbers, sizes and days in the words of others.

use serde_json::Value;

/// A whole number above zero: these formats write 0 and -1 for what they do not know.
pub(super) fn count(text: Option<&str>) -> Option<u64> {
    text?.trim().parse().ok().filter(|number| *number > 0)
}

/// A number of units, which may have a fraction, in bytes.
pub(super) fn bytes(text: Option<&str>, unit: u64) -> Option<u64> {
    let text = text?.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u64 = whole.parse().ok()?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Digit by digit, for a fraction in floating point would not be the same bytes again.
    let mut part = 0;
    let mut weight = unit;
    for digit in fraction.bytes().take(12) {
        weight /= 10;
        part += u64::from(digit - b'0') * weight;
    }
    whole.checked_mul(unit)?.checked_add(part).filter(|bytes| *bytes > 0)
}

/// Mebibytes in bytes.
pub(super) fn mebibytes(text: Option<&str>) -> Option<u64> {
    bytes(text, 1 << 20)
}

/// The number at the beginning of a text such as `1000 Mbps`.
pub(super) fn leading(text: Option<&str>) -> Option<u64> {
    count(text?.trim().split(|c: char| !c.is_ascii_digit() && c != '-').next())
}

/// A day of `2025/04/20 00:00:00`, `2025-04-20` or, where the day stands first, `20/04/2025`. The clock's zero is no day.
pub(super) fn day(text: Option<&str>) -> Option<String> {
    let date = text?.split_whitespace().next()?;
    let parts: Vec<&str> = date.split(['/', '-']).collect();
    let [first, month, last] = parts.as_slice() else { return None };
    let (year, day) = if first.len() == 4 { (first, last) } else { (last, first) };
    let number = |text: &str, least: u16, most: u16| text.parse::<u16>().ok().filter(|n| (least..=most).contains(n));
    let (year, month, day) = (number(year, 1971, 9999)?, number(month, 1, 12)?, number(day, 1, 31)?);
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// `MM/DD/YYYY`, as firmware writes it, as a day that sorts; other forms stay as they are.
pub(super) fn firmware_day(text: &str) -> String {
    let parts: Vec<&str> = text.split('/').collect();
    let is_number = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [month, day, year] if is_number(month, 2) && is_number(day, 2) && is_number(year, 4) => {
            format!("{year}-{month}-{day}")
        }
        _ => text.to_owned(),
    }
}

/// `2026-11-23 17:12:23` with the zone `+0100` as a moment.
pub(super) fn moment(text: Option<&str>, zone: Option<&str>) -> Option<String> {
    let (date, clock) = text?.trim().split_once(' ')?;
    let zone = zone?.trim();
    let (hours, minutes) = (zone.get(..3)?, zone.get(3..5)?);
    if day(Some(date))? != date || zone.len() != 5 {
        return None;
    }
    let moment: muster_shared::Time =
        serde_json::from_value(Value::from(format!("{date}T{clock}{hours}:{minutes}"))).ok()?;
    Some(moment.to_string())
}

/// Words that stand where nothing is known.
pub(super) fn known(text: Option<&str>) -> Option<&str> {
    text.filter(|text| {
        let plain = text.trim().to_lowercase();
        !matches!(
            plain.as_str(),
            "" | "unknown" | "n/a" | "none" | "(none)" | "not specified" | "empty" | "no asset tag"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_days_and_moments() {
        assert_eq!(bytes(Some("274877.906944"), 1_000_000), Some(274_877_906_944));
        assert_eq!(bytes(Some("274877"), 1_000_000), Some(274_877_000_000));
        for none in ["0", "-1", "x", "", "1.x", "99999999999999999999"] {
            assert_eq!(bytes(Some(none), 1 << 20), None, "{none}");
        }
        assert_eq!(leading(Some("1000 Mbps")), Some(1000));
        assert_eq!((leading(Some("-1 Mbps")), leading(Some("0 Mbps")), leading(Some("fast"))), (None, None, None));
        assert_eq!(day(Some("2025/04/20 00:00:00")).as_deref(), Some("2025-04-20"));
        assert_eq!(day(Some("20/04/2025")).as_deref(), Some("2025-04-20"));
        for none in ["1970-01-01 00:00:00", "1970-00-01", "01/01/1970", "2025-13-01", "soon"] {
            assert_eq!(day(Some(none)), None, "{none}");
        }
        assert_eq!(firmware_day("04/01/2014"), "2014-04-01");
        let at = moment(Some("2026-11-23 17:12:23"), Some("+0100"));
        assert_eq!(at.as_deref(), Some("2026-11-23T16:12:23.000Z"));
        assert_eq!(moment(Some("2026-11-23 17:12:23"), None), None, "without its zone it is no moment");
    }
}
