//! Times as other desks write them.

use jiff::civil::{Date, DateTime};
use muster_shared::Time;

use crate::zone::Zone;

/// Forms of times without a zone. A day and a month that could be either way round are no time.
const LOCAL: &[&str] = &[
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%d/%b/%y %I:%M %p",
    "%d/%b/%Y %I:%M %p",
    "%d/%b/%y %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
];
/// Forms of times with an offset.
const WITH_OFFSET: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%z"];

/// A time in one of the forms, by the clocks of a zone where it names none.
pub(super) fn parse(text: &str, zone: &Zone) -> Option<Time> {
    if let Ok(at) = text.parse::<Time>() {
        return Some(at);
    }
    let offset = |form: &&str| jiff::Timestamp::strptime(*form, text).ok();
    if let Some(at) = WITH_OFFSET.iter().find_map(offset) {
        return Some(Time::from_millis(at.as_millisecond()));
    }
    let local = LOCAL.iter().find_map(|form| DateTime::strptime(*form, text).ok());
    let local = local.or_else(|| Date::strptime("%Y-%m-%d", text).ok().map(|day| day.at(0, 0, 0, 0)));
    local.map(|local| zone.instant(local))
}

/// A time to the second, by the clocks of a zone.
pub(super) fn write(at: Time, zone: &Zone) -> String {
    zone.local(at).strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_each_form_by_the_clocks_of_the_zone() {
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        for (text, in_utc) in [
            ("2024-03-12T09:41:00Z", "2024-03-12T09:41:00Z"),
            ("2024-03-12T09:41:00.250+0200", "2024-03-12T07:41:00.25Z"),
            ("2024-03-12 09:41:07", "2024-03-12T08:41:07Z"),
            ("12/Mar/24 9:41 AM", "2024-03-12T08:41:00Z"),
            ("12/Jul/24 9:41 PM", "2024-07-12T19:41:00Z"),
            ("12.07.2024 21:41", "2024-07-12T19:41:00Z"),
            ("2024-07-12", "2024-07-11T22:00:00Z"),
        ] {
            assert_eq!(parse(text, &berlin), Some(in_utc.parse().unwrap()), "{text}");
        }
        for text in ["", "yesterday", "03/04/2024 10:00", "2024-13-01 00:00:00"] {
            assert_eq!(parse(text, &berlin), None, "{text}");
        }
        let at: Time = "2024-07-12T19:41:05Z".parse().unwrap();
        assert_eq!(write(at, &berlin), "2024-07-12 21:41:05");
        assert_eq!(parse(&write(at, &berlin), &berlin), Some(at));
    }
}
