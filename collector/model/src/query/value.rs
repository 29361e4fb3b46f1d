//! Values against what a query asks: patterns with stars, and the order of numbers, sizes, times and versions.

use std::cmp::Ordering;

use muster_shared::Time;
use muster_shared::attribute::Kind;
use serde_json::Value;

use super::Operator;
use crate::version;

/// Units of sizes and their bytes.
const SIZES: &[(&str, f64)] = &[
    ("kib", 1_024.0),
    ("mib", 1_048_576.0),
    ("gib", 1_073_741_824.0),
    ("tib", 1_099_511_627_776.0),
    ("kb", 1e3),
    ("mb", 1e6),
    ("gb", 1e9),
    ("tb", 1e12),
];

/// How two values of a field are ordered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order<'a> {
    pub(super) kind: Kind,
    pub(super) manager: Option<&'a str>,
}

/// A value that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    /// As it was written.
    written: String,
    /// Small letters, cut at the stars: one part has no star in it.
    parts: Vec<String>,
    number: Option<f64>,
}

/// A number, also as a size: `1.5GiB`.
pub(super) fn number(text: &str) -> Option<f64> {
    let small = text.to_ascii_lowercase();
    let sized = SIZES.iter().find_map(|(unit, bytes)| Some((small.strip_suffix(unit)?.trim_end().to_owned(), *bytes)));
    let (digits, scale) = sized.unwrap_or((small, 1.0));
    let is_plain = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
    digits.parse::<f64>().ok().filter(|_| is_plain).map(|number| number * scale)
}

/// The length of an RFC 3339 date, which a time may be cut to.
const DAY: usize = 10;

/// The time of a text such as `2026-11-24T10:00:00Z`, the first one (UTC) of a day such as `2026-11-24`.
pub fn moment(text: &str) -> Option<Time> {
    if text.len() == DAY { format!("{text}T00:00:00Z").parse().ok() } else { text.parse().ok() }
}

impl Pattern {
    /// A value in which a star stands for any characters.
    pub(super) fn wild(text: &str) -> Self {
        let parts = text.to_lowercase().split('*').map(str::to_owned).collect();
        Self { written: text.to_owned(), parts, number: number(text) }
    }

    /// A value that is taken as it is.
    pub(super) fn literal(text: &str) -> Self {
        Self { written: text.to_owned(), parts: vec![text.to_lowercase()], number: number(text) }
    }

    /// Something that has this in it; a star stands for any characters.
    pub(super) fn within(text: &str) -> Self {
        Self::wild(&format!("*{}*", text.trim_matches('*')))
    }

    /// Something that has this in it as it is.
    pub(super) fn within_literal(text: &str) -> Self {
        Self { parts: vec![String::new(), text.to_lowercase(), String::new()], ..Self::literal(text) }
    }

    /// The value as it was written, as far as it helps to see it again.
    pub(super) fn shown(&self) -> String {
        const LONGEST: usize = 60;
        if self.written.chars().count() <= LONGEST {
            self.written.clone()
        } else {
            self.written.chars().take(LONGEST).chain(['…']).collect()
        }
    }

    /// The number that it is.
    pub(super) const fn number(&self) -> Option<f64> {
        self.number
    }

    /// The moment that it is.
    pub(super) fn moment(&self) -> Option<Time> {
        moment(&self.written)
    }

    /// The text in small letters, when there is no star in it.
    pub(super) fn exact(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [one] => Some(one),
            _ => None,
        }
    }

    /// The texts between the stars.
    pub(super) fn texts(&self) -> Vec<&str> {
        self.parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect()
    }

    /// Whether a text in small letters fits.
    pub(super) fn fits(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.parts.as_slice() else {
            return self.exact() == Some(text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
        for part in middle {
            let Some(at) = rest.find(part.as_str()) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        // A lone star asks for something, not for nothing.
        rest.ends_with(last.as_str()) && !text.is_empty()
    }

    /// Whether a value stands so to what is asked.
    pub(super) fn holds(&self, operator: Operator, value: &Value, order: Order<'_>) -> bool {
        if let Value::Array(list) = value {
            return match operator {
                Operator::Is if list.is_empty() => self.exact() == Some(""),
                _ => list.iter().any(|element| self.holds(operator, element, order)),
            };
        }
        match operator {
            Operator::Is => self.is(value),
            _ if value.is_null() => false,
            Operator::Less => self.compare(value, order) == Some(Ordering::Less),
            Operator::AtMost => self.compare(value, order).is_some_and(Ordering::is_le),
            Operator::More => self.compare(value, order) == Some(Ordering::Greater),
            Operator::AtLeast => self.compare(value, order).is_some_and(Ordering::is_ge),
        }
    }

    fn is(&self, value: &Value) -> bool {
        match value {
            Value::Number(found) => {
                let is_equal = |asked: f64| found.as_f64().is_some_and(|found| found.total_cmp(&asked).is_eq());
                self.number.is_some_and(is_equal) || self.fits(&found.to_string())
            }
            other => self.fits(&text(other)),
        }
    }

    /// How a value stands to what is asked; `None` when the two cannot be compared.
    fn compare(&self, value: &Value, order: Order<'_>) -> Option<Ordering> {
        match (value, order.kind) {
            (Value::Number(found), _) => found.as_f64()?.partial_cmp(&self.number?),
            (Value::String(found), Kind::Time) => Some(moment(found)?.cmp(&self.moment()?)),
            (Value::String(found), Kind::Version) => {
                Some(version::order(order.manager.unwrap_or_default(), found, &self.written))
            }
            (Value::String(found), _) => Some(found.to_lowercase().as_str().cmp(&self.written.to_lowercase())),
            _ => None,
        }
    }
}

/// A value as text in small letters.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_lowercase(),
        Value::Null => String::new(),
        other => other.to_string().to_lowercase(),
    }
}
