//! Values that are not what they should be: they are left out and said, and what stands beside them is kept.

use std::net::IpAddr;

use muster_shared::{Item, Problem};
use serde_json::Value;

/// More of them are not told one by one: a file of junk is junk in every line.
const MOST: usize = 64;

/// How much of a value is shown.
const SHOWN_CHARS: usize = 64;

/// Says that something is not what it should be: `what`, and how it is written.
pub(super) fn say(problems: &mut Vec<Problem>, source: &str, what: &str, written: &str) {
    let shown: String = written.chars().take(SHOWN_CHARS).collect();
    let problem = Problem { source: source.to_owned(), message: format!("{what} {shown:?}") };
    if problems.len() < MOST && !problems.contains(&problem) {
        problems.push(problem);
    }
}

/// What the text of an attribute must be.
pub(super) type Check = (&'static str, fn(&str) -> bool);

/// Takes out of an item the texts, alone or in a list, that are not what their attribute must be; each is said.
pub(super) fn keep_sound(problems: &mut Vec<Problem>, source: &str, item: &mut Item, checks: &[Check]) {
    for (attribute, is_sound) in checks {
        let mut is_kept = |value: &Value| {
            let odd = value.as_str().filter(|text| !is_sound(text));
            if let Some(text) = odd {
                say(problems, source, &format!("`{attribute}` cannot be"), text);
            }
            odd.is_none()
        };
        let stays = match item.attributes.get_mut(*attribute) {
            Some(Value::Array(values)) => {
                values.retain(&mut is_kept);
                true
            }
            value => value.is_none_or(|value| is_kept(value)),
        };
        if !stays {
            item.attributes.remove(*attribute);
        }
    }
}

/// Whether people can read it: no control character, nothing that turns the direction of what they read.
pub(super) fn is_readable(text: &str) -> bool {
    !text.contains(muster_shared::terminal::is_obeyed)
}

/// Whether it is an IP address, of IPv6 maybe with its zone.
pub(super) fn is_address(text: &str) -> bool {
    text.split('%').next().is_some_and(|address| address.parse::<IpAddr>().is_ok())
}

/// Whether it can be the name of a host (RFC 1123, underscores as they are met in the field): letters, digits, hyphens, and
/// not four numbers that are no address.
pub(super) fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    let is_number = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    name.len() <= 253 && !is_number && name.split('.').all(is_label)
}

/// Whether it is a moment as engines and tools write it (RFC 3339): `2026-01-02T03:04:05`, maybe with a fraction, and its zone.
pub(super) fn is_moment(text: &str) -> bool {
    let Some((day, time)) = text.split_at_checked(10) else { return false };
    let Some((time, rest)) = time.split_at_checked(9) else { return false };
    let zone = rest.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit()).trim();
    let zone = zone.split(' ').next().unwrap_or_default();
    let is_zone =
        zone.len() <= 6 && zone.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'Z' | b'+' | b'-' | b':'));
    is_day(day)
        && time.starts_with(['T', ' '])
        && is_numbers(time.get(1..).unwrap_or_default(), ':', &[24, 60, 61])
        && is_zone
}

/// Whether it is a day, `2026-01-02`.
pub(super) fn is_day(text: &str) -> bool {
    text.len() == 10 && is_numbers(text, '-', &[10_000, 13, 32]) && !text.contains("-00")
}

/// Numbers with something between them, each less than its limit.
fn is_numbers(text: &str, between: char, limits: &[u16]) -> bool {
    let parts = text.split(between);
    let is_sound = |(part, limit): (&str, &u16)| {
        part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_digit()) && part.parse().is_ok_and(|n: u16| n < *limit)
    };
    parts.clone().count() == limits.len() && parts.zip(limits).all(is_sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_odd_is_said_once_and_shown_in_part() {
        let mut problems = Vec::new();
        for _ in 0..3 {
            say(&mut problems, "/x", "no number:", "\u{1b}[31m");
            let mut item =
                Item::new("x").with("day", "9".repeat(1000)).with("days", vec!["2026-01-02", "soon"]).with("n", 1);
            keep_sound(
                &mut problems,
                "/x",
                &mut item,
                &[("day", is_day), ("days", is_day), ("n", is_day), ("none", is_day)],
            );
            assert_eq!(serde_json::json!(item.attributes), serde_json::json!({"days": ["2026-01-02"], "n": 1}));
        }
        let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "no number: \"\\u{1b}[31m\"",
                &format!("`day` cannot be {:?}", "9".repeat(64)),
                "`days` cannot be \"soon\""
            ]
        );
        for n in 0..1000 {
            say(&mut problems, "/x", "no number:", &n.to_string());
        }
        assert_eq!(problems.len(), MOST);
    }

    #[test]
    fn names_addresses_and_times_are_told_from_junk() {
        for name in ["a", "ntp1.example.org", "_x.example.", "xn--p1ai", "2.debian.pool.ntp.org", "PHC"] {
            assert!(is_host_name(name), "{name}");
        }
        for junk in ["", ".", "a..b", "300.1.1.1", "-x", "a b", "\u{202e}x", "ä", "a/b", &"a".repeat(64), "$(id)"] {
            assert!(!is_host_name(junk), "{junk}");
        }
        for moment in ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.123456789+02:00", "2026-01-02 03:04:05 +0000 UTC"] {
            assert!(is_moment(moment), "{moment}");
        }
        for junk in [
            "",
            "yesterday",
            "2026-13-02T03:04:05Z",
            "2026-01-02T25:04:05Z",
            "2026-01-02",
            "2026-01-02T03:04:05ä",
            "1e9",
        ] {
            assert!(!is_moment(junk), "{junk}");
        }
        assert!(is_address("fe80::1%eth0") && !is_address("1.2.3"));
        assert!(is_day("2028-12-31") && !is_day("2028-00-31") && !is_day("28-12-31") && !is_day("2028-12-3x"));
    }
}
