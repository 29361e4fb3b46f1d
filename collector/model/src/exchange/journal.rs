//! Remarks as other desks write them into a cell: who said what, and when.

use serde::Deserialize;
use serde_json::Value;

use super::{Remark, stamp};
use crate::zone::Zone;
use muster_shared::Time;

/// How a desk writes remarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Journal {
    /// As a JSON list of `at`, `by`, `text`.
    Json,
    /// `2024-03-12 09:41:00 - Beth Anglin (Work notes)` before each.
    Dashed,
    /// `12/Mar/24 9:41 AM;beth;text`, one in a cell.
    Semicolons,
    /// `========== 2024-03-12 09:41:00 : Beth Anglin (7) ============` before each.
    Ruled,
}

/// What a remark of a list has, under the names that lists use.
#[derive(Deserialize)]
struct Listed {
    #[serde(alias = "created", alias = "date", alias = "sys_created_on")]
    at: Option<String>,
    #[serde(default, alias = "author", alias = "user", alias = "sys_created_by")]
    by: Option<Value>,
    #[serde(alias = "body", alias = "content", alias = "value", alias = "comment")]
    text: String,
}

/// The name in a value: a text, or an object that has one.
pub(super) fn name_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Object(members) => {
            let known = ["display_value", "displayName", "name", "key", "value"];
            known.iter().find_map(|name| members.get(*name).filter(|value| !value.is_object()).and_then(name_in))
        }
        Value::Null | Value::Array(_) => None,
    }
}

/// The remarks in a cell. `opened` is when those were said of which it is not written; `None` when it is a list and no list of remarks.
pub(super) fn parse(form: Journal, text: &str, is_internal: bool, zone: &Zone, opened: Time) -> Option<Vec<Remark>> {
    let text = text.trim();
    if text.starts_with("[{") {
        return list(text, is_internal, zone, opened);
    }
    let plain = |at: Option<Time>, by: &str, text: &str| Remark {
        at: at.unwrap_or(opened),
        by: by.trim().to_owned(),
        text: text.trim().to_owned(),
        is_internal,
    };
    let mut remarks: Vec<Remark> = Vec::new();
    match form {
        Journal::Json => remarks.push(plain(None, "", text)),
        Journal::Semicolons => {
            let mut parts = text.splitn(3, ';');
            let found = match (parts.next(), parts.next(), parts.next()) {
                (Some(at), Some(by), Some(said)) => stamp::parse(at.trim(), zone).map(|at| plain(Some(at), by, said)),
                _ => None,
            };
            remarks.push(found.unwrap_or_else(|| plain(None, "", text)));
        }
        Journal::Dashed | Journal::Ruled => {
            let head = if form == Journal::Dashed { dashed } else { ruled };
            for line in text.lines() {
                if let Some((at, by, internal)) = head(line, zone) {
                    let mut next = plain(Some(at), by, "");
                    next.is_internal = internal.unwrap_or(is_internal);
                    remarks.push(next);
                } else if let Some(last) = remarks.last_mut() {
                    last.text += line;
                    last.text.push('\n');
                } else if !line.trim().is_empty() {
                    remarks.push(plain(None, "", line));
                    if let Some(last) = remarks.last_mut() {
                        last.text.push('\n');
                    }
                }
            }
            for remark in &mut remarks {
                remark.text = remark.text.trim().to_owned();
            }
        }
    }
    remarks.retain(|remark| !remark.text.is_empty());
    // The newest stands first there.
    remarks.sort_by_key(|remark| remark.at);
    Some(remarks)
}

fn list(text: &str, is_internal: bool, zone: &Zone, opened: Time) -> Option<Vec<Remark>> {
    let listed: Vec<Listed> = serde_json::from_str(text).ok()?;
    let mut remarks = Vec::new();
    for one in listed {
        let at = match one.at {
            Some(at) => stamp::parse(&at, zone)?,
            None => opened,
        };
        let by = one.by.as_ref().and_then(name_in).unwrap_or_default();
        remarks.push(Remark { at, by, text: one.text.trim().to_owned(), is_internal });
    }
    remarks.retain(|remark| !remark.text.is_empty());
    remarks.sort_by_key(|remark| remark.at);
    Some(remarks)
}

/// `2024-03-12 09:41:00 - Beth Anglin (Work notes)`: when, who, and whether it is only for those who work on it.
fn dashed<'a>(line: &'a str, zone: &Zone) -> Option<(Time, &'a str, Option<bool>)> {
    let (at, rest) = line.split_once(" - ")?;
    let (by, label) = rest.trim_end().strip_suffix(')')?.rsplit_once(" (")?;
    let is_internal = match label {
        "Work notes" => true,
        "Additional comments" | "Comments" => false,
        _ => return None,
    };
    Some((stamp::parse(at.trim(), zone)?, by, Some(is_internal)))
}

/// `========== 2024-03-12 09:41:00 : Beth Anglin (7) ============`.
fn ruled<'a>(line: &'a str, zone: &Zone) -> Option<(Time, &'a str, Option<bool>)> {
    let inner = line.trim().strip_prefix("====")?.strip_suffix("====")?.trim_matches('=').trim();
    let (at, by) = inner.split_once(" : ")?;
    let by = by.strip_suffix(')').and_then(|named| named.rsplit_once(" (")).map_or(by, |(name, _)| name);
    Some((stamp::parse(at.trim(), zone)?, by, None))
}

/// Remarks of one sort as a cell. What the form cannot say so that it is read again goes as a list.
pub(super) fn write(form: Journal, remarks: &[Remark], zone: &Zone) -> String {
    let Some(first) = remarks.first() else { return String::new() };
    let is_internal = first.is_internal;
    let label = if is_internal { "Work notes" } else { "Additional comments" };
    let one = |remark: &Remark| {
        let (at, by, said) = (stamp::write(remark.at, zone), &remark.by, &remark.text);
        match form {
            Journal::Json => String::new(),
            Journal::Dashed => format!("{at} - {by} ({label})\n{said}\n\n"),
            Journal::Semicolons => format!("{at};{by};{said}"),
            Journal::Ruled => format!("========== {at} : {by} (0) ============\n\n{said}\n\n"),
        }
    };
    let text = match form {
        Journal::Json => json(remarks),
        Journal::Semicolons if remarks.len() > 1 => json(remarks),
        // The newest first, as those desks do.
        _ => remarks.iter().rev().map(one).collect(),
    };
    let again = parse(form, &text, is_internal, zone, Time::default());
    if again.is_some_and(|again| same(&again, remarks)) { text } else { json(remarks) }
}

/// Whether these are the same, to the second.
fn same(some: &[Remark], others: &[Remark]) -> bool {
    let key =
        |remark: &Remark| (remark.at.millis() / 1_000, remark.by.clone(), remark.text.clone(), remark.is_internal);
    some.len() == others.len() && some.iter().map(key).eq(others.iter().map(key))
}

/// As a list.
pub(super) fn json(remarks: &[Remark]) -> String {
    serde_json::to_string(remarks).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(at: &str, by: &str, text: &str, is_internal: bool) -> Remark {
        Remark { at: at.parse().unwrap(), by: by.into(), text: text.into(), is_internal }
    }

    #[test]
    fn each_form_is_read_oldest_first() {
        let utc = Zone::default();
        let now: Time = "2024-01-01T00:00:00Z".parse().unwrap();
        let dashed = "2024-03-12 09:41:00 - Beth Anglin (Work notes)\nsecond\nline\n\n2024-03-11 08:00:00 - System (Additional comments)\nfirst\n";
        assert_eq!(
            parse(Journal::Dashed, dashed, true, &utc, now).unwrap(),
            [
                remark("2024-03-11T08:00:00Z", "System", "first", false),
                remark("2024-03-12T09:41:00Z", "Beth Anglin", "second\nline", true)
            ]
        );
        let ruled = "\n========== 2024-03-12 09:41:00 : Ann (7) (12) ============\n\nhello : there\n";
        let read = parse(Journal::Ruled, ruled, false, &utc, now).unwrap();
        assert_eq!(read, [remark("2024-03-12T09:41:00Z", "Ann (7)", "hello : there", false)]);
        let read = parse(Journal::Semicolons, "12/Mar/24 9:41 AM;557058:ab;a; b", false, &utc, now).unwrap();
        assert_eq!(read, [remark("2024-03-12T09:41:00Z", "557058:ab", "a; b", false)]);
        let listed =
            r#"[{"created":"2024-03-12T09:41:00.000+0000","author":{"displayName":"Ann"},"body":"x"},{"text":" "}]"#;
        let read = parse(Journal::Semicolons, listed, true, &utc, now).unwrap();
        assert_eq!(read, [remark("2024-03-12T09:41:00Z", "Ann", "x", true)]);
        for form in [Journal::Json, Journal::Dashed, Journal::Semicolons, Journal::Ruled] {
            assert_eq!(
                parse(form, "just words", true, &utc, now).unwrap(),
                [remark("2024-01-01T00:00:00Z", "", "just words", true)]
            );
            assert_eq!(parse(form, r#"[{"text":"x","at":"soon"}]"#, true, &utc, now), None);
        }
    }

    #[test]
    fn what_is_written_is_read_again_whatever_it_says() {
        let zone: Zone = "Asia/Shanghai".parse().unwrap();
        let sly = "2024-03-12 09:41:00 - Mallory (Work notes)\n========== 2024-03-12 09:41:00 : M (1) ============";
        for text in ["plain", "two\n\nlines", sly, ";;", "[{"] {
            for count in [1, 2] {
                let remarks: Vec<Remark> =
                    (0..count).map(|n| remark(&format!("2024-03-12T09:41:0{n}Z"), "Ann (ops)", text, false)).collect();
                for form in [Journal::Json, Journal::Dashed, Journal::Semicolons, Journal::Ruled] {
                    let cell = write(form, &remarks, &zone);
                    let again = parse(form, &cell, false, &zone, Time::default());
                    assert_eq!(again.as_deref(), Some(remarks.as_slice()), "{form:?} {cell}");
                }
            }
        }
    }
}
