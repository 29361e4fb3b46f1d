//! The order of what a search finds: by one column, numbers as numbers, versions as versions, what is blank last.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ListName;
use crate::export::csv;
use crate::policy::Severity;
use crate::version;

/// The order of records, written as the column by which they are sorted, with `-` before it from the last to the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Sort {
    /// The column.
    pub column: String,
    /// From the last to the first.
    pub is_descending: bool,
}

impl From<String> for Sort {
    fn from(text: String) -> Self {
        match text.strip_prefix('-') {
            Some(column) => Self { column: column.to_owned(), is_descending: true },
            None => Self { column: text, is_descending: false },
        }
    }
}

impl From<Sort> for String {
    fn from(sort: Sort) -> Self {
        sort.to_string()
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_descending { "-" } else { "" }, self.column)
    }
}

impl Sort {
    /// Sorts records; those without a value stand last, whichever way it goes.
    pub fn apply<T>(&self, list: ListName, records: &mut [T], record: impl Fn(&T) -> &Value) {
        records.sort_by(|a, b| {
            let (a, b) = (shown(record(a), &self.column), shown(record(b), &self.column));
            match (is_blank(a), is_blank(b)) {
                (true, blank) => blank.cmp(&true).reverse(),
                (false, true) => Ordering::Less,
                (false, false) => {
                    let order = self.order(list, a, b);
                    if self.is_descending { order.reverse() } else { order }
                }
            }
        });
    }

    fn order(&self, list: ListName, a: Option<&Value>, b: Option<&Value>) -> Ordering {
        let (Some(a), Some(b)) = (a, b) else { return Ordering::Equal };
        if let (Some(a), Some(b)) = (a.as_f64(), b.as_f64()) {
            return a.total_cmp(&b);
        }
        let (a, b) = (csv::plain(Some(a)), csv::plain(Some(b)));
        // How bad something is has an order of its own.
        let ranks = if self.column == "severity" && list == ListName::Findings {
            let rank = |text: &str| Severity::ALL.iter().position(|severity| severity.as_str() == text);
            rank(&a).zip(rank(&b))
        } else {
            None
        };
        match ranks {
            Some((a, b)) => a.cmp(&b),
            None if ["version", "kernel"].contains(&self.column.as_str()) => version::order("dpkg", &a, &b),
            None => a.to_lowercase().cmp(&b.to_lowercase()).then(a.cmp(&b)),
        }
    }
}

fn is_blank(value: Option<&Value>) -> bool {
    value.is_none_or(|value| value.is_null() || value.as_str() == Some(""))
}

/// What a record shows in a column: a field, or an attribute.
pub fn shown<'a>(record: &'a Value, column: &str) -> Option<&'a Value> {
    csv::value(record, column)
}
