//! `/items/upsert`: items that people declare, told by a script: each is made, changed, or known already.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use muster_model::declared::Edit;
use muster_model::declared::voice::name;
use muster_model::import::Outcome;
use muster_model::text::Phrase;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::declared::EditFields;
use super::{Answer, Caller, repetition};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::service::declared::upsert::Upserted;
use crate::service::{ServiceError, invalid};

/// Most rows of a request.
const MOST: usize = 1_000;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(upsert))
}

/// Items of one class.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpsertItems {
    /// A class whose items people declare.
    class: String,
    /// At most 1,000. Each means the item of the class that is told apart by the same: by its name, or by what the class says. Fields
    /// that are absent stay, as in `PATCH /items/{id}`.
    #[schema(value_type = Vec<EditFields>)]
    items: Vec<Edit>,
    /// Why.
    #[serde(default)]
    reason: String,
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
struct RowError {
    /// Where in the row.
    pointer: String,
    detail: String,
}

/// A value that was taken and does not count.
#[derive(Debug, Serialize, ToSchema)]
struct OverruledField {
    field: String,
    /// Who is believed instead.
    source: &'static str,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
struct UpsertedRow {
    /// `created`, `updated`, `unchanged`, `refused` or `conflict`.
    outcome: &'static str,
    id: Option<String>,
    version: Option<u64>,
    errors: Vec<RowError>,
    overruled: Vec<OverruledField>,
}

impl From<Upserted> for UpsertedRow {
    fn from(row: Upserted) -> Self {
        let errors = match row.why {
            None => Vec::new(),
            Some(ServiceError::Invalid(wrong)) => wrong
                .into_iter()
                .map(|wrong| RowError { pointer: wrong.pointer, detail: wrong.detail.to_string() })
                .collect(),
            Some(error) => vec![RowError { pointer: String::new(), detail: error.to_string() }],
        };
        Self {
            outcome: row.outcome.as_str(),
            version: row.item.as_ref().map(|item| item.version),
            id: row.item.map(|item| item.value.id.to_string()),
            errors,
            overruled: row
                .overruled
                .into_iter()
                .map(|(pointer, source)| OverruledField { field: name(&pointer), source: source.as_str() })
                .collect(),
        }
    }
}

/// What became of all rows.
#[derive(Debug, Serialize, ToSchema)]
struct UpsertAnswer {
    created: usize,
    updated: usize,
    unchanged: usize,
    /// Rows that were not taken: `refused` and `conflict`.
    failed: usize,
    /// In the order of the request.
    items: Vec<UpsertedRow>,
}

/// Declare or change items of a class by what tells them apart: the same again changes nothing
#[utoipa::path(post, path = "/items/upsert", request_body = UpsertItems, responses((status = 200, body = UpsertAnswer)))]
async fn upsert(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<UpsertItems>,
) -> Answer<UpsertAnswer> {
    if body.items.len() > MOST {
        return Err(invalid("/items", Phrase::new("at_most_items").with("max", MOST)).into());
    }
    let repetition = repetition(&headers, &body)?;
    let rows = (body.items.as_slice(), body.reason.as_str());
    let rows = app.service.upsert_declared(&call, &body.class, rows, &repetition).await?;
    let count = |wanted: &[Outcome]| rows.iter().filter(|row| wanted.contains(&row.outcome)).count();
    let (created, updated) = (count(&[Outcome::Created]), count(&[Outcome::Updated]));
    let (unchanged, failed) = (count(&[Outcome::Unchanged]), count(&[Outcome::Refused, Outcome::Conflict]));
    let items = rows.into_iter().map(UpsertedRow::from).collect();
    Ok(Json(UpsertAnswer { created, updated, unchanged, failed, items }))
}
