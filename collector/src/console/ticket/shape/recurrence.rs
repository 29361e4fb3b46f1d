//! Times of the week on one line, as people write them and as pages say them.

use muster_model::schedule::Weekday;
use muster_shared::Time;
use serde_json::{Value, json};

use crate::console::locale::Locale;
use crate::console::moment;

/// The parts of a weekly schedule.
struct Parts<'a> {
    /// None is every day.
    days: Option<Vec<&'a str>>,
    at: &'a str,
    minutes: &'a Value,
    zone: &'a str,
    until: Option<&'a str>,
}

fn parts(value: &Value) -> Option<Parts<'_>> {
    let text = |name: &str| value.get(name).and_then(Value::as_str);
    let days: Vec<&str> = value.get("days")?.as_array()?.iter().filter_map(Value::as_str).collect();
    let days = (days.len() < Weekday::ALL.len()).then_some(days);
    Some(Parts { days, at: text("at")?, minutes: value.get("minutes")?, zone: text("zone")?, until: text("until") })
}

/// A weekly schedule, as it is written on its line.
pub(super) fn line(value: &Value) -> Option<String> {
    let Parts { days, at, minutes, zone, until } = parts(value)?;
    let days = days.map_or_else(|| "daily".to_owned(), |days| days.join(", "));
    let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
    Some(format!("{days} at {at} for {minutes} minutes, {zone}{until}"))
}

/// A weekly schedule in the language of the page.
pub(super) fn said(locale: Locale, value: &Value) -> Option<String> {
    let Parts { days, at, minutes, zone, until } = parts(value)?;
    let name = |day: &&str| locale.name("weekday", day);
    let days = days.map_or_else(
        || locale.t("report-daily"),
        |days| days.iter().map(name).collect::<Vec<_>>().join(&locale.t("list-comma")),
    );
    let minutes = minutes.to_string();
    let words = [("days", days.as_str()), ("at", at), ("minutes", minutes.as_str()), ("zone", zone)];
    let times = locale.with("recurrence-times", &words);
    let Some(until) = until else { return Some(times) };
    let until = until.parse::<Time>().map_or_else(|_| until.to_owned(), moment::exact);
    Some(locale.with("recurrence-until", &[("times", &times), ("until", &until)]))
}

/// The weekly schedule that a line says. What it says wrongly is for the change to refuse, by the field.
pub(super) fn read(line: &str) -> Option<Value> {
    let (days, rest) = line.split_once(" at ")?;
    let (at, rest) = rest.split_once(" for ")?;
    let (rest, until) = rest.split_once(" until ").map_or((rest, None), |(rest, until)| (rest, Some(until.trim())));
    let (minutes, zone) = rest.trim().split_once(char::is_whitespace)?;
    let minutes: u32 = minutes.parse().ok()?;
    // The word may be left out, and so may its comma.
    let zone = ["minutes", "minute"].iter().find_map(|word| zone.trim().strip_prefix(word)).unwrap_or(zone);
    let zone = zone.trim_start_matches(',').trim();
    let names: Vec<String> = match days.trim() {
        "daily" => Weekday::ALL.iter().map(|day| day.as_str().to_owned()).collect(),
        days => days.split([',', ' ']).filter(|day| !day.is_empty()).map(str::to_lowercase).collect(),
    };
    let is_day = |name: &String| Weekday::ALL.iter().any(|day| day.as_str() == name);
    let until = match until {
        Some(text) => json!(muster_model::query::moment(text)?),
        None => Value::Null,
    };
    let is_whole = !zone.is_empty() && names.iter().all(is_day);
    is_whole.then(|| {
        json!({"repeats": "weekly", "days": names, "at": at.trim(), "minutes": minutes, "zone": zone, "until": until})
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_comes_back_as_it_was() {
        for text in [
            "daily at 02:00 for 120 minutes, UTC",
            "monday, friday at 22:30 for 90 minutes, Europe/Berlin until 2026-12-31T00:00:00.000Z",
        ] {
            assert_eq!(line(&read(text).unwrap()).unwrap(), text);
        }
        let whole = read("daily at 02:00 for 120 minutes, UTC");
        for short in ["daily at 02:00 for 120 UTC", "daily at 02:00 for 120 minutes UTC"] {
            assert_eq!(read(short), whole, "{short}");
        }
        for text in [
            "daily",
            "daily at 02:00",
            "today at 02:00 for 5 UTC",
            "daily at 02:00 for long UTC",
            "daily at 2 for 5",
            "daily at 02:00 for 5 minutes",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn pages_say_it_in_their_language() {
        let value = read("monday, friday at 22:30 for 90 Europe/Berlin until 2026-12-31T00:00:00Z").unwrap();
        let said = |locale| said(locale, &value).unwrap();
        assert_eq!(
            said(Locale::English),
            "Monday, Friday at 22:30 for 90 minutes, Europe/Berlin, until 2026-12-31 00:00:00 UTC"
        );
        assert!(said(Locale::Chinese).contains("90 分钟"), "{}", said(Locale::Chinese));
    }
}
