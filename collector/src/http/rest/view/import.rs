//! Imports as the API shows them.

use std::collections::BTreeMap;

use muster_model::import::{Counts, Note, Sample};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::service::import::{ImportView, Preview};

/// How many rows had which end.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CountsView {
    rows: u64,
    created: u64,
    updated: u64,
    unchanged: u64,
    /// Rows that contradict what is stored.
    conflicts: u64,
    /// Rows that break a rule.
    refused: u64,
    /// Rows that were taken and have values which do not count, because another source is believed more.
    overruled: u64,
}

impl From<Counts> for CountsView {
    fn from(counts: Counts) -> Self {
        let Counts { rows, created, updated, unchanged, conflicts, refused, overruled } = counts;
        Self { rows, created, updated, unchanged, conflicts, refused, overruled }
    }
}

/// What is to be said of a row.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoteView {
    /// Its number among the rows, from 1.
    row: u64,
    /// The line of the file in which it begins, from 1.
    line: u64,
    column: Option<String>,
    /// `refused`, `conflict` or `overruled`.
    kind: &'static str,
    /// Which rule, and what would be right.
    detail: String,
}

impl From<Note> for NoteView {
    fn from(note: Note) -> Self {
        let Note { row, line, column, kind, why } = note;
        Self { row, line, column, kind: kind.as_str(), detail: why.to_string() }
    }
}

/// What a column is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ColumnView {
    column: String,
    /// Null when it is left out.
    field: Option<String>,
}

/// A field of a change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldView {
    field: String,
    #[schema(value_type = Object)]
    before: Value,
    #[schema(value_type = Object)]
    after: Value,
}

/// What would change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SampleView {
    row: u64,
    line: u64,
    name: String,
    is_new: bool,
    fields: Vec<FieldView>,
}

impl From<Sample> for SampleView {
    fn from(sample: Sample) -> Self {
        let Sample { row, line, name, is_new, fields } = sample;
        let field = |(field, (before, after))| FieldView { field, before, after };
        Self { row, line, name, is_new, fields: fields.into_iter().map(field).collect() }
    }
}

/// What an import would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PreviewView {
    /// Always true: nothing was written.
    dry_run: bool,
    columns: Vec<ColumnView>,
    counts: CountsView,
    /// What is to be said of rows, the first ones.
    errors: Vec<NoteView>,
    /// The first rows that would change something.
    samples: Vec<SampleView>,
}

impl From<Preview> for PreviewView {
    fn from(preview: Preview) -> Self {
        Self {
            dry_run: true,
            columns: preview.columns.into_iter().map(|(column, field)| ColumnView { column, field }).collect(),
            counts: preview.counts.into(),
            errors: preview.notes.into_iter().map(NoteView::from).collect(),
            samples: preview.samples.into_iter().map(SampleView::from).collect(),
        }
    }
}

/// An import.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportRow {
    id: String,
    /// `waiting`, `running`, `interrupted`, `done`, or `refused` when nothing was taken because not all could be.
    state: &'static str,
    class: String,
    file: String,
    /// BLAKE3 of the file.
    digest: String,
    size_bytes: u64,
    by: String,
    at: String,
    reason: String,
    map: BTreeMap<String, String>,
    recognise_by: &'static str,
    all_or_nothing: bool,
    /// Of tickets: how they are read: `preset`, `source`, `kind`, `zone`, `values`.
    #[schema(value_type = Option<Object>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    tickets: Option<Value>,
    counts: CountsView,
    /// What is to be said of rows, the first ones; `/imports/{id}/errors` has all that are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<Vec<NoteView>>,
}

impl From<ImportView> for ImportRow {
    fn from(view: ImportView) -> Self {
        let state = view.state();
        let import = view.import;
        Self {
            id: import.id.to_string(),
            state,
            class: import.plan.class,
            file: import.file,
            digest: import.digest.to_string(),
            size_bytes: import.size_bytes,
            by: import.by,
            at: import.at.to_string(),
            reason: import.reason,
            map: import.plan.map,
            recognise_by: import.plan.recognise_by.as_str(),
            all_or_nothing: import.plan.is_all_or_nothing,
            tickets: import.plan.tickets.map(|terms| serde_json::to_value(terms).unwrap_or_default()),
            counts: import.counts.into(),
            errors: None,
        }
    }
}

impl ImportRow {
    /// With what is to be said of its first rows.
    pub(crate) fn with(self, errors: Vec<NoteView>) -> Self {
        Self { errors: Some(errors), ..self }
    }
}
