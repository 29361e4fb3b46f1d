//! Values as texts: exact, short enough, sizes with a unit.

use serde_json::Value;

/// What stands for "there is none".
pub(crate) const NONE: &str = "—";

/// `16.0 GiB`.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut scale = 1_u64;
    let mut unit = "B";
    for next in UNITS {
        if bytes / scale < 1_024 {
            break;
        }
        scale = scale.saturating_mul(1_024);
        unit = next;
    }
    if scale == 1 {
        return format!("{bytes} B");
    }
    let tenths = u128::from(bytes) * 10 / u128::from(scale);
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

/// A value as it stands in a diff: exact, in one line for plain values.
pub(crate) fn exact(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        // An empty list is something else than no list: it is shown as what it is.
        Value::Array(list) if list.is_empty() => "[]".to_owned(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(list) => list.iter().map(exact).collect::<Vec<_>>().join(", "),
        Value::Object(map) => map.iter().map(|(k, v)| format!("{k} {}", exact(v))).collect::<Vec<_>>().join(", "),
    }
}

/// A text of at most `limit` characters, cut in the middle: both ends of a long name tell it apart.
pub(crate) fn middle(text: &str, limit: usize) -> String {
    let count = text.chars().count();
    if count <= limit {
        return text.to_owned();
    }
    let tail = limit / 3;
    let head: String = text.chars().take(limit.saturating_sub(tail + 1)).collect();
    let end: String = text.chars().skip(count - tail).collect();
    format!("{head}…{end}")
}

/// A text, or what stands for none.
pub(crate) fn or_none(text: String) -> String {
    if text.is_empty() { NONE.to_owned() } else { text }
}

/// A title with arrows as people write them.
pub(crate) fn title(text: &str, limit: usize) -> String {
    middle(&text.replace(" -> ", " → "), limit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_read_well() {
        assert_eq!(exact(&json!(["adm", "sudo"])), "adm, sudo");
        assert_eq!(exact(&json!({"a": 1, "b": [true]})), "a 1, b true");
        assert_eq!((exact(&Value::Null), exact(&json!([]))), (NONE.to_owned(), "[]".to_owned()));
        assert_eq!((size(0), size(1_536), size(u64::MAX)), ("0 B".into(), "1.5 KiB".into(), "16383.9 PiB".into()));
    }

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(middle("abcdefghijkl", 9), "abcde…jkl");
        assert_eq!(middle("日本語", 3), "日本語");
    }
}
