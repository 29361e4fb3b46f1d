//! The filter of lists: `field:value` terms, all of which must hold. `value*` is a prefix; quotes hold spaces together.
//!
//! The fields are those of the JSON of a list's entries, so what is seen can be filtered by.

use muster_model::text::{Phrase, Word};
use muster_shared::SectionName;
use serde_json::Value;

use super::ServiceError;
use super::error::invalid;

/// One term.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: String,
    value: String,
    is_prefix: bool,
}

/// A parsed filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter(Vec<Term>);

fn words(text: &str) -> Result<Vec<(usize, String)>, ServiceError> {
    let mut words = Vec::new();
    let (mut word, mut start, mut quoted) = (String::new(), 0, false);
    for (at, c) in text.chars().enumerate() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push((start, std::mem::take(&mut word)));
                }
            }
            c => {
                if word.is_empty() {
                    start = at;
                }
                word.push(c);
            }
        }
    }
    if quoted {
        return Err(invalid("/filter", Phrase::new("quote_open")));
    }
    if !word.is_empty() {
        words.push((start, word));
    }
    Ok(words)
}

/// The classes that items have.
pub(super) fn section_names() -> Vec<&'static str> {
    SectionName::ALL.iter().map(|section| section.as_str()).collect()
}

/// What was written, as far as it helps to see it again.
fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

fn at_column(column: Option<usize>, what: Phrase) -> Phrase {
    match column {
        Some(column) => Phrase::new("at_column").with("column", column).with("what", what),
        None => what,
    }
}

impl Filter {
    /// Parses a filter over the given fields.
    pub fn parse(text: &str, fields: &[&str]) -> Result<Self, ServiceError> {
        let mut filter = Self::default();
        for (column, word) in words(text)? {
            let Some((field, value)) = word.split_once(':') else {
                let such_as = fields.first().copied().unwrap_or("name");
                let why = Phrase::new("no_term").with("word", short(&word)).with("field", such_as);
                return Err(invalid("/filter", at_column(Some(column + 1), why)));
            };
            filter.add(field, value, fields, Some(column + 1))?;
        }
        Ok(filter)
    }

    /// Adds a term. `column` says where in the filter it stands; without it the term was a query parameter of its own.
    pub fn add(
        &mut self,
        field: &str,
        value: &str,
        fields: &[&str],
        column: Option<usize>,
    ) -> Result<(), ServiceError> {
        let pointer = if column.is_none() { format!("/{}", short(field)) } else { "/filter".to_owned() };
        if !fields.contains(&field) {
            let near = fields.iter().min_by_key(|known| strsim::levenshtein(known, field)).unwrap_or(&"");
            let why = Phrase::new("no_field").with("field", short(field)).with("near", *near);
            return Err(invalid(&pointer, at_column(column, why.with("fields", Word::list(fields)))));
        }
        let is_prefix = value.ends_with('*');
        let value = value.trim_end_matches('*').to_lowercase();
        self.0.push(Term { field: field.to_owned(), value, is_prefix });
        Ok(())
    }

    /// Refuses a value that no entry can have in a field of few values, and says which there are.
    pub fn among(&self, field: &str, choices: &[&str]) -> Result<(), ServiceError> {
        let possible = |term: &Term| {
            choices
                .iter()
                .any(|choice| if term.is_prefix { choice.starts_with(&term.value) } else { *choice == term.value })
        };
        match self.0.iter().find(|term| term.field == field && !possible(term)) {
            None => Ok(()),
            Some(term) => {
                let why = Phrase::new("never_value").with("field", field).with("value", short(&term.value));
                Err(invalid("/filter", why.with("choices", Word::list(choices))))
            }
        }
    }

    /// Whether there is no term.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value that an entry must have in a field, when the filter says so exactly.
    pub fn exactly(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|term| term.field == field && !term.is_prefix).map(|term| term.value.as_str())
    }

    /// The filter without terms that ask for exactly this: for a value that stands for every value.
    #[must_use]
    pub fn without(&self, field: &str, value: &str) -> Self {
        let is_it = |term: &&Term| term.field == field && term.value == value && !term.is_prefix;
        Self(self.0.iter().filter(|term| !is_it(term)).cloned().collect())
    }

    /// Whether an entry passes.
    pub fn matches(&self, entry: &Value) -> bool {
        self.0.iter().all(|term| match entry.get(&term.field) {
            Some(Value::Array(values)) => values.iter().any(|value| term.matches(value)),
            Some(value) => term.matches(value),
            None => term.value.is_empty() && !term.is_prefix,
        })
    }
}

impl Term {
    fn matches(&self, value: &Value) -> bool {
        let text = match value {
            Value::String(text) => text.to_lowercase(),
            Value::Null => String::new(),
            other => other.to_string().to_lowercase(),
        };
        if self.is_prefix { text.starts_with(&self.value) } else { text == self.value }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: &[&str] = &["name", "state", "tags"];

    #[test]
    fn all_terms_must_hold() {
        let filter = Filter::parse(r#"name:"Web 1" state:op* tags:a"#, FIELDS).unwrap();
        assert!(filter.matches(&json!({"name": "web 1", "state": "open", "tags": ["b", "a"]})));
        assert!(!filter.matches(&json!({"name": "web 1", "state": "closed", "tags": ["a"]})));
        assert!(!filter.matches(&json!({"name": "web 1"})));
    }

    #[test]
    fn errors_name_column_and_suggestion() {
        let error = Filter::parse("name:x stat:open", FIELDS).unwrap_err().to_string();
        assert!(error.contains("column 8") && error.contains("'state'"), "{error}");
        assert!(Filter::parse("x", FIELDS).is_err());
        assert!(Filter::parse("name:\"x", FIELDS).is_err());
    }
}
