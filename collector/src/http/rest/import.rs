//! `/imports`: files of facts that are tried, imported, gone on with, and what became of their rows.

use axum::Json;
use axum::extract::{Path, Query as Parameters, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use muster_model::import::{Form, MAX_FILE_BYTES, Plan, Recognition};
use muster_model::query::fields;
use muster_model::text::{Phrase, Word};
use muster_shared::id::ImportId;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListQuery};
use super::view::import::{ImportRow, NoteView, PreviewView};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::authority::sha256_hex;
use crate::http::body::{check_plain, check_unpacked, read};
use crate::http::problem::Refusal;
use crate::service::import::Order;
use crate::service::import::terms::Asked;
use crate::service::{Call, ServiceError, Window, invalid};

/// Notes that come with the answer to an import; the others are asked for.
const NOTES: usize = 100;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get))
        .routes(routes!(errors))
        .routes(routes!(apply))
        .routes(routes!(discard))
}

/// How a file is to be read and what is to be done with it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `order` reads")]
struct ImportParameters {
    /// The class of its items: one of people, `host`, or a class that hosts have items of; `ticket` for tickets, `relation` for
    /// relations, with the columns `from`, `type`, `to`, `group` and `reason`.
    class: String,
    /// What a column is, where its name does not say it: `column=field`; `column=-` leaves it out. As often as needed.
    map: Option<Vec<String>>,
    /// `csv`, `json` or `ndjson`; found out without it.
    format: Option<String>,
    /// What stands between the values of a CSV, such as `;` or `tab`; found out without it.
    delimiter: Option<String>,
    /// How hosts without an id are recognised: `identifiers`, or `name` when names are unique in this file.
    recognise_by: Option<String>,
    /// Of tickets: whose names of fields and values the file has: `muster`, `servicenow`, `jira`, `glpi` or `itop`.
    preset: Option<String>,
    /// Of tickets: which desk they come from; with its ids it tells them apart. The preset without it.
    source: Option<String>,
    /// Of tickets: the kind of all, where no column says it.
    kind: Option<String>,
    /// Of tickets: the zone of times that have none, such as `Europe/Berlin`; UTC without it.
    zone: Option<String>,
    /// Of tickets: what a value is that the preset does not know: `field:theirs=ours`. As often as needed.
    value: Option<Vec<String>>,
    /// Whether nothing is taken when one row cannot be.
    all_or_nothing: Option<bool>,
    /// Whether the import is only tried: nothing is written.
    dry_run: Option<bool>,
    /// Name of the file.
    file: Option<String>,
    /// Why it is imported.
    reason: Option<String>,
}

/// What can be said of every file.
const OPTIONS: &[&str] =
    &["class", "map", "format", "delimiter", "recognise_by", "all_or_nothing", "dry_run", "file", "reason"];

/// The name of a value in a closed set.
fn choice<T: Copy>(name: &str, text: &str, all: &[T], of: fn(T) -> &'static str) -> Result<T, Refusal> {
    all.iter().copied().find(|one| of(*one) == text).ok_or_else(|| {
        let choices = Word::list(all.iter().map(|one| of(*one)));
        invalid(&format!("/{name}"), Phrase::new("import_option").with("choices", choices)).into()
    })
}

fn flag(name: &str, text: &str) -> Result<bool, Refusal> {
    match text {
        "true" | "" => Ok(true),
        "false" => Ok(false),
        _ => {
            let why = Phrase::new("import_option").with("choices", Word::list(["true", "false"]));
            Err(invalid(&format!("/{name}"), why).into())
        }
    }
}

/// The order in the parameters of a request, and whether it is only tried.
fn order(pairs: Vec<(String, String)>) -> Result<(Order, bool), Refusal> {
    let mut order = Order { file: "upload".to_owned(), ..Order::default() };
    let mut is_dry = false;
    let mut asked = Asked::default();
    for (name, text) in pairs {
        let plan: &mut Plan = &mut order.plan;
        match name.as_str() {
            "class" => plan.class = text,
            "map" => {
                let (column, field) =
                    text.rsplit_once('=').ok_or_else(|| invalid("/map", Phrase::new("import_map_form")))?;
                plan.map.insert(column.trim().to_owned(), field.trim().to_owned());
            }
            "format" => plan.form = Some(choice("format", &text, Form::ALL, Form::as_str)?),
            "delimiter" => plan.delimiter = Some(delimiter(&text)?),
            "recognise_by" => {
                plan.recognise_by = choice("recognise_by", &text, Recognition::ALL, Recognition::as_str)?;
            }
            "all_or_nothing" => plan.is_all_or_nothing = flag("all_or_nothing", &text)?,
            "dry_run" => is_dry = flag("dry_run", &text)?,
            "file" => order.file = text,
            "reason" => order.reason = text,
            "preset" => asked.preset = Some(text),
            "source" => asked.source = Some(text),
            "kind" => asked.kind = Some(text),
            "zone" => asked.zone = Some(text),
            "value" => asked.values.push(text),
            other => {
                let names = Word::list(OPTIONS.iter().chain(Asked::NAMES));
                let pointer = format!("/{}", other.chars().take(60).collect::<String>());
                return Err(invalid(&pointer, Phrase::new("import_option").with("choices", names)).into());
            }
        }
    }
    if order.plan.class.is_empty() {
        return Err(invalid("/class", Phrase::new("is_needed")).into());
    }
    order.plan.tickets = asked.of_class(&order.plan.class)?;
    Ok((order, is_dry))
}

/// The sign between values.
pub(crate) fn delimiter(text: &str) -> Result<char, ServiceError> {
    let mut signs = text.chars();
    match (text, signs.next(), signs.next()) {
        ("tab" | "\\t", ..) => Ok('\t'),
        (_, Some(sign), None) => Ok(sign),
        _ => Err(invalid("/delimiter", Phrase::new("import_delimiter"))),
    }
}

/// The form that a body is said to have, where that says enough.
fn check_kind(headers: &HeaderMap, plan: &mut Plan) -> Result<(), Refusal> {
    const TAKEN: Refusal = Refusal::MediaType("text/csv, application/json or application/x-ndjson in UTF-8");
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.to_ascii_lowercase();
    let mut parts = kind.split(';').map(str::trim);
    let form = match parts.next().unwrap_or_default() {
        "text/csv" => Some(Form::Csv),
        "application/x-ndjson" | "application/ndjson" => Some(Form::Ndjson),
        "" | "application/json" | "text/plain" | "application/octet-stream" => None,
        _ => return Err(TAKEN),
    };
    if parts
        .filter_map(|part| part.strip_prefix("charset="))
        .any(|name| !matches!(name.trim_matches('"'), "utf-8" | "utf8"))
    {
        return Err(TAKEN);
    }
    plan.form = plan.form.or(form);
    Ok(())
}

/// Import a file, or try it (`dry_run=true`). Rows that cannot be taken are named, and the others are
#[utoipa::path(post, path = "/imports", params(ImportParameters), request_body(content = String, content_type = "text/csv"),
    responses((status = 200, description = "what would happen", body = PreviewView), (status = 201, body = ImportRow)))]
async fn create(State(app): State<Shared>, Caller(call): Caller, request: Request) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let pairs = Parameters::<Vec<(String, String)>>::try_from_uri(&parts.uri)
        .map_err(|error| Refusal::Malformed(format!("the query: {error}")))?;
    let (mut order, is_dry) = order(pairs.0)?;
    check_kind(&parts.headers, &mut order.plan)?;
    app.service.may_import(&call, &order.plan).await?;
    check_plain(&parts.headers)?;
    let bytes = read(&parts.headers, body, MAX_FILE_BYTES).await?;
    check_unpacked(&bytes, "CSV, JSON or NDJSON as text: unpack the file first")?;
    if is_dry {
        return Ok(Json(PreviewView::from(app.service.preview_import(&call, &order, bytes).await?)).into_response());
    }
    let repetition = repetition(&parts.headers, parts.uri.query().unwrap_or_default(), &bytes)?;
    let kept = app.service.keep_import(&call, order, bytes, &repetition, true).await?;
    let id = kept.import.id;
    if kept.import.state.is_open() {
        app.service.run_import(&call, id).await?;
    }
    Ok((StatusCode::CREATED, Json(row(&app, &call, id).await?)).into_response())
}

fn repetition(headers: &HeaderMap, query: &str, bytes: &Bytes) -> Result<Option<(String, String)>, Refusal> {
    let Some((key, told)) = super::repetition(headers, &query)? else { return Ok(None) };
    Ok(Some((key, format!("{told}{}", sha256_hex(bytes)))))
}

/// An import with what is to be said of its first rows.
async fn row(app: &Shared, call: &Call, id: ImportId) -> Result<ImportRow, Refusal> {
    let window = Window { limit: NOTES, cursor: None };
    let notes = app.service.list_import_notes(call, id, &window).await?;
    let errors = notes.items.into_iter().map(NoteView::from).collect();
    Ok(ImportRow::from(app.service.get_import(call, id).await?).with(errors))
}

fn id(text: &str) -> Result<ImportId, Refusal> {
    super::id("import", text)
}

/// A page of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
struct PageParameters {
    /// At most so many entries: 1 to 1000, 50 without it.
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Imports, newest first
#[utoipa::path(get, path = "/imports", params(PageParameters), responses((status = 200, body = List<ImportRow>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<ImportRow>> {
    let window = query.parse(&fields::NONE)?.0;
    Ok(Json(List::of(app.service.list_imports(&call, &window).await?, ImportRow::from)))
}

/// One import
#[utoipa::path(get, path = "/imports/{id}", params(("id" = String, Path)), responses((status = 200, body = ImportRow)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<ImportRow> {
    Ok(Json(row(&app, &call, id(&text)?).await?))
}

/// What is to be said of the rows of an import: what is wrong and would be right, by row, line and column
#[utoipa::path(get, path = "/imports/{id}/errors", params(("id" = String, Path), PageParameters), responses((status = 200, body = List<NoteView>)))]
async fn errors(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    query: ListQuery,
) -> Answer<List<NoteView>> {
    let window = query.parse(&fields::NONE)?.0;
    Ok(Json(List::of(app.service.list_import_notes(&call, id(&text)?, &window).await?, NoteView::from)))
}

/// Import a file that waits, or go on with an import that was interrupted
#[utoipa::path(post, path = "/imports/{id}/apply", params(("id" = String, Path)), responses((status = 200, body = ImportRow)))]
async fn apply(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Answer<ImportRow> {
    let id = id(&text)?;
    app.service.run_import(&call, id).await?;
    Ok(Json(row(&app, &call, id).await?))
}

/// Give up a file that waits
#[utoipa::path(post, path = "/imports/{id}/discard", params(("id" = String, Path)), responses((status = 204, description = "it is gone")))]
async fn discard(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Result<StatusCode, Refusal> {
    app.service.discard_import(&call, id(&text)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
