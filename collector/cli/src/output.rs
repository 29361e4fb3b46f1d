//! What commands print: tables for people, JSON and CSV for machines.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use muster_shared::{Clock, SystemClock, Time, terminal};
use serde_json::Value;

use crate::careful;

/// The form of what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For machines.
    Json,
    /// For spreadsheets.
    Csv,
}

/// A column: heading, JSON pointer, and how it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    heading: Cow<'static, str>,
    pointer: Cow<'static, str>,
    is_time: bool,
}

/// A column with plain values.
pub(crate) const fn col(heading: &'static str, pointer: &'static str) -> Column {
    Column { heading: Cow::Borrowed(heading), pointer: Cow::Borrowed(pointer), is_time: false }
}

/// A column with times: relative for people, RFC 3339 for machines.
pub(crate) const fn time(heading: &'static str, pointer: &'static str) -> Column {
    Column { heading: Cow::Borrowed(heading), pointer: Cow::Borrowed(pointer), is_time: true }
}

/// A column that somebody chose, by the name of the field.
pub(crate) fn chosen(field: &str) -> Column {
    Column {
        heading: field.to_uppercase().into(),
        pointer: format!("/{}", field.replace('~', "~0").replace('/', "~1")).into(),
        is_time: field.ends_with("_at") || ["since", "last_seen", "first_seen"].contains(&field),
    }
}

fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Object(fields)) => {
            let pairs = fields.iter().map(|(name, value)| format!("{name}={}", plain(Some(value)).replace(' ', "|")));
            pairs.collect::<Vec<_>>().join(" ")
        }
        Some(Value::Array(values)) => values.iter().map(|value| plain(Some(value))).collect::<Vec<_>>().join(" "),
        Some(other) => other.to_string(),
    }
}

/// `3 min ago`, `in 2 h`.
pub(crate) fn relative(text: &str, now: Time) -> String {
    let Ok(at) = text.parse::<Time>() else { return text.to_owned() };
    let seconds = now.since(at) / 1_000;
    let (count, unit) = match seconds.abs() {
        s @ 0..60 => (s, "s"),
        s @ 60..3_600 => (s / 60, "min"),
        s @ 3_600..86_400 => (s / 3_600, "h"),
        s => (s / 86_400, "d"),
    };
    if seconds >= 0 { format!("{count} {unit} ago") } else { format!("in {count} {unit}") }
}

/// Prints rows.
pub(crate) fn rows(format: Format, columns: &[Column], rows: &[Value]) -> io::Result<()> {
    match format {
        Format::Json => writeln!(careful::json(), "{}", serde_json::to_string_pretty(rows)?),
        Format::Csv => csv(&mut careful::stdout(), columns, rows),
        Format::Table => table(&mut io::stdout().lock(), columns, rows),
    }
}

fn csv(out: &mut impl Write, columns: &[Column], rows: &[Value]) -> io::Result<()> {
    // Always quoted; a cell that a spreadsheet would take for a formula gets an apostrophe.
    let cell = |text: &str| {
        let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    };
    let line = |cells: Vec<String>| cells.join(",");
    writeln!(out, "{}", line(columns.iter().map(|column| cell(&column.heading)).collect()))?;
    for row in rows {
        writeln!(out, "{}", line(columns.iter().map(|column| cell(&plain(row.pointer(&column.pointer)))).collect()))?;
    }
    Ok(())
}

fn table(out: &mut impl Write, columns: &[Column], rows: &[Value]) -> io::Result<()> {
    if rows.is_empty() {
        return writeln!(out, "nothing found");
    }
    let now = SystemClock.now();
    // The last column may be as long as it is: nothing stands behind it.
    let show = |column: &Column, is_last: bool, row: &Value| {
        let text = plain(row.pointer(&column.pointer));
        let text = if column.is_time && !text.is_empty() { relative(&text, now) } else { terminal::line(&text) };
        if !is_last && text.chars().count() > 72 { text.chars().take(71).chain(['…']).collect() } else { text }
    };
    let line = |row| columns.iter().enumerate().map(|(i, c)| show(c, i + 1 == columns.len(), row)).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(line).collect();
    let width = |i: usize, column: &Column| {
        let longest = cells.iter().filter_map(|line| line.get(i)).map(|cell| cell.chars().count()).max();
        longest.unwrap_or_default().max(column.heading.chars().count())
    };
    let widths: Vec<usize> = columns.iter().enumerate().map(|(i, column)| width(i, column)).collect();
    let line = |cells: Vec<String>| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let heading = line(columns.iter().map(|column| column.heading.to_string()).collect());
    if io::stdout().is_terminal() {
        writeln!(out, "\u{1b}[1m{heading}\u{1b}[0m")?;
    } else {
        writeln!(out, "{heading}")?;
    }
    cells.into_iter().try_for_each(|cells| writeln!(out, "{}", line(cells)))
}

/// Prints one record: for people its fields line by line.
pub(crate) fn record(format: Format, fields: &[Column], record: &Value) -> io::Result<()> {
    if format != Format::Table {
        return match format {
            Format::Json => writeln!(careful::json(), "{}", serde_json::to_string_pretty(record)?),
            Format::Csv | Format::Table => rows(format, fields, std::slice::from_ref(record)),
        };
    }
    let mut out = io::stdout().lock();
    let now = SystemClock.now();
    let width = fields.iter().map(|field| field.heading.chars().count()).max().unwrap_or_default();
    for field in fields {
        let text = plain(record.pointer(&field.pointer));
        if text.is_empty() {
            continue;
        }
        let text = if field.is_time { format!("{text} ({})", relative(&text, now)) } else { text };
        let text = text.lines().map(terminal::line).collect::<Vec<_>>().join(&format!("\n{:width$}  ", ""));
        writeln!(out, "{:width$}  {text}", field.heading)?;
    }
    Ok(())
}

/// Prints a line beside the output, so that what reads that is not misled.
pub(crate) fn note(text: &str) -> io::Result<()> {
    writeln!(io::stderr().lock(), "{}", terminal::lines(text))
}

/// Prints a line.
pub(crate) fn say(text: &str) -> io::Result<()> {
    writeln!(careful::stdout(), "{text}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_are_relative_for_people() {
        let now = Time::from_millis(1_000_000_000);
        for (ms, expected) in [(0, "0 s ago"), (-90_000, "1 min ago"), (7_200_000, "in 2 h"), (-172_800_000, "2 d ago")]
        {
            assert_eq!(relative(&now.plus_millis(ms).to_string(), now), expected);
        }
    }

    /// Who asks why an agent waits reads all of the answer, and nothing in it moves the cursor or turns the line around.
    #[test]
    fn the_last_column_is_whole_and_no_cell_is_obeyed() {
        let why = format!("{} end", "x".repeat(300));
        let row = json!({"name": format!("web\u{202e}1\u{9b}2J{}", "y".repeat(100)), "why": why});
        let mut out = Vec::new();
        table(&mut out, &[col("NAME", "/name"), col("WHY", "/why")], &[row]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with(&format!("…  {why}\n")) && text.contains("web\u{fffd}1\u{fffd}2Jy"), "{text}");
    }

    #[test]
    fn a_cell_is_no_formula() {
        let mut out = Vec::new();
        csv(&mut out, &[col("name", "/name")], &[json!({"name": "=1+1,\"x\""})]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "\"name\"\n\"'=1+1,\"\"x\"\"\"\n");
    }
}
