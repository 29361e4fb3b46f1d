//! How a list is written, and which columns it has: one that is none is named with what would be right.

use std::collections::BTreeSet;

use muster_model::export::csv;
use muster_model::query::{Fields, Query};
use muster_model::text::{Phrase, Word};
use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use crate::http::problem::Refusal;
use crate::http::rest::list::ListQuery;
use crate::service::invalid;

/// The forms of a list and their content types.
const FORMS: &[(&str, &str)] = &[
    ("json", "application/json"),
    ("ndjson", "application/x-ndjson"),
    ("csv", "text/csv; charset=utf-8; header=present"),
];

/// How a list is written.
pub(super) struct Form {
    pub(super) name: &'static str,
    pub(super) media_type: &'static str,
    columns: Vec<String>,
}

impl Form {
    pub(super) fn take(query: &mut ListQuery) -> Result<Self, Refusal> {
        let wanted = query.take("format").unwrap_or_else(|| "json".into());
        let Some((name, media_type)) = FORMS.iter().find(|(name, _)| *name == wanted) else {
            let names = Word::list(FORMS.iter().map(|(name, _)| *name));
            let why = Phrase::new("never_value").with("field", "format").with("value", wanted.as_str());
            return Err(invalid("/format", why.with("choices", names)).into());
        };
        let columns = query.take("columns").unwrap_or_default();
        let columns = columns.split(',').map(str::trim).filter(|column| !column.is_empty()).map(str::to_owned);
        Ok(Self { name, media_type, columns: columns.collect() })
    }

    /// With these columns, in place of any that were asked for.
    pub(super) fn with(self, columns: Vec<String>) -> Self {
        Self { columns, ..self }
    }

    /// What stands before a record, the record, and nothing after it.
    pub(super) fn record(&self, record: &Value, is_first: bool) -> String {
        match self.name {
            "csv" => match record.as_array() {
                // Its cells: some columns have the same name.
                Some(cells) => csv::line(cells.iter().map(|cell| cell.as_str().unwrap_or_default())),
                None => csv::record(record, &self.columns),
            },
            "ndjson" => format!("{record}\n"),
            _ => format!("{}{record}", if is_first { "" } else { ",\n" }),
        }
    }

    pub(super) fn head(&self) -> String {
        match self.name {
            "csv" => csv::line(self.columns.iter().map(String::as_str)),
            "ndjson" => String::new(),
            _ => "[".into(),
        }
    }

    pub(super) fn tail(&self) -> &'static str {
        if self.name == "json" { "]\n" } else { "" }
    }
}

/// The form and the query of an exported list; the columns that are not named are the usual ones, others than the record's or
/// these are none.
pub(super) fn asked<T: PartialSchema>(
    mut query: ListQuery,
    fields: &Fields,
    usual: impl FnOnce(&Query) -> Vec<String>,
    is_other: impl Fn(&Query, &str) -> bool,
) -> Result<(Form, Query), Refusal> {
    let mut form = Form::take(&mut query)?;
    let (_, query) = query.parse(fields)?;
    let usual = usual(&query);
    if form.columns.is_empty() {
        form.columns = usual;
        return Ok((form, query));
    }
    let known: BTreeSet<String> = members::<T>().into_iter().chain(usual).collect();
    for column in &form.columns {
        if known.contains(column) || is_other(&query, column) {
            continue;
        }
        let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, column));
        let why = Phrase::new("no_column").with("column", column.chars().take(60).collect::<String>());
        let why = why.with("near", near.cloned().unwrap_or_default()).with("columns", Word::list(&known));
        return Err(invalid("/columns", why).into());
    }
    Ok((form, query))
}

/// The names of the members of a record.
pub(super) fn members<T: PartialSchema>() -> Vec<String> {
    match T::schema() {
        RefOr::T(Schema::Object(object)) => object.properties.into_keys().collect(),
        _ => Vec::new(),
    }
}
