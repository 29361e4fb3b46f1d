//! Comma-separated values (RFC 4180) that a spreadsheet shows and does not run: every cell is quoted, and one that begins like a
//! formula gets an apostrophe (case 53).

use serde_json::Value;

/// A value as the text of a cell.
pub fn plain(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(list)) if list.iter().all(is_plain) => {
            list.iter().map(|value| plain(Some(value))).collect::<Vec<_>>().join("; ")
        }
        Some(other) => other.to_string(),
    }
}

/// Whether a value can stand in a list of texts: it has no parts and no sign that ends one.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains([';', '\n']) && !text.starts_with(['[', '{']),
        Value::Array(_) | Value::Object(_) => false,
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}

/// Whether a spreadsheet could run a text, or an apostrophe before it could be taken for the guard against that.
pub(crate) fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// A line of cells, with its end.
pub fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let cell = |text: &str| {
        let guard = if is_formula(text) { "'" } else { "" };
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    };
    cells.into_iter().map(cell).collect::<Vec<_>>().join(",") + "\r\n"
}

/// What a record has in a column: a field of its own, or an attribute.
pub fn value<'a>(record: &'a Value, column: &str) -> Option<&'a Value> {
    let nested = |part: &str| record.get(part).and_then(|inner| inner.get(column));
    let own = record.get(column).filter(|value| !value.is_null());
    own.or_else(|| ["attributes", "facts", "metrics"].into_iter().find_map(nested))
}

/// The line of a record: the values that the columns name.
pub fn record(record: &Value, columns: &[String]) -> String {
    let cells: Vec<String> = columns.iter().map(|column| plain(value(record, column))).collect();
    line(cells.iter().map(String::as_str))
}
