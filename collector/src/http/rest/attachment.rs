//! `/tickets/{id}/attachments`: files on tickets.

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use muster_model::Versioned;
use muster_model::ticket::Visibility;
use muster_model::ticket::attachment::{Attachment, MAX_BYTES};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::List;
use super::view::at;
use super::{Answer, Caller, id};
use crate::app::Shared;
use crate::authority::sha256_hex;
use crate::http::body::{check_plain, read};
use crate::http::download::download;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::ticket::attachment::NewAttachment;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, attach)).routes(routes!(fetch, detach))
}

/// A file on a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
struct AttachmentView {
    id: String,
    ticket: String,
    name: String,
    /// What it is, by the ending of its name.
    media_type: String,
    size_bytes: u64,
    /// BLAKE3 of its bytes, in hex.
    hash: String,
    /// SHA-256 of its bytes, in hex.
    sha256: String,
    /// `public` or `internal`.
    visibility: &'static str,
    added_by: String,
    added_at: String,
    /// Where its bytes are.
    content: String,
    version: u64,
}

impl From<Versioned<Attachment>> for AttachmentView {
    fn from(Versioned { value: file, version }: Versioned<Attachment>) -> Self {
        Self {
            content: format!("/api/v1/tickets/{}/attachments/{}", file.ticket, file.id),
            id: file.id.to_string(),
            ticket: file.ticket.to_string(),
            name: file.name,
            media_type: file.media_type,
            size_bytes: file.size_bytes,
            hash: file.hash.to_string(),
            sha256: file.sha256,
            visibility: if file.visibility == Visibility::Internal { "internal" } else { "public" },
            added_by: file.added_by,
            added_at: at(file.added_at),
            version,
        }
    }
}

/// The files on a ticket, oldest first
#[utoipa::path(get, path = "/tickets/{id}/attachments", params(("id" = String, Path)), responses((status = 200, body = List<AttachmentView>)))]
async fn list(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
) -> Answer<List<AttachmentView>> {
    let files = app.service.list_attachments(&call, &text).await?;
    Ok(Json(List::whole(files.into_iter().map(AttachmentView::from).collect())))
}

/// What a file is called, and who may see it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AttachParameters {
    /// Its name; the ending says what it is.
    name: String,
    /// `public` (default), or `internal`: only for those who work on it.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    visibility: Visibility,
}

/// Put a file on a ticket: its bytes are the body. At most 10 MiB each, 50 files and 50 MiB on a ticket
#[utoipa::path(post, path = "/tickets/{id}/attachments", params(("id" = String, Path), AttachParameters),
    request_body(content = String, content_type = "application/octet-stream"), responses((status = 201, body = AttachmentView)))]
async fn attach(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    request: Request,
) -> Result<Response, Refusal> {
    let (parts, body) = request.into_parts();
    let given = axum::extract::Query::<AttachParameters>::try_from_uri(&parts.uri)
        .map_err(|error| Refusal::Malformed(format!("the query: {error}")))?
        .0;
    // Who may not is told before the bytes come.
    app.service.may_attach(&call, &text, given.visibility).await?;
    check_plain(&parts.headers)?;
    let bytes = read(&parts.headers, body, MAX_BYTES).await?;
    let repetition = repetition(&parts.headers, &text, &given.name, &bytes)?;
    let new = NewAttachment { name: given.name, visibility: given.visibility, bytes: bytes.to_vec() };
    let stored = app.service.attach(&call, &text, new, repetition).await?;
    Ok(etag::tagged(StatusCode::CREATED, stored.version, AttachmentView::from(stored)))
}

/// The key of a request that may come twice; the same ticket, name and bytes make the same request.
fn repetition(
    headers: &HeaderMap,
    ticket: &str,
    name: &str,
    bytes: &[u8],
) -> Result<Option<(String, String)>, Refusal> {
    super::repetition(headers, &[ticket, name, &sha256_hex(bytes)])
}

/// The bytes of a file on a ticket
#[utoipa::path(get, path = "/tickets/{id}/attachments/{attachment}", params(("id" = String, Path), ("attachment" = String, Path)),
    responses((status = 200, description = "the file, as an attachment", content_type = "application/octet-stream")))]
async fn fetch(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, attachment)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let (file, bytes) = app.service.read_attachment(&call, &text, id("attachment", &attachment)?).await?;
    Ok(download(&file, bytes))
}

/// Take a file off a ticket. The timeline keeps that it was there
#[utoipa::path(delete, path = "/tickets/{id}/attachments/{attachment}", params(("id" = String, Path), ("attachment" = String, Path)),
    responses((status = 204)))]
async fn detach(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path((text, attachment)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    app.service.detach(&call, &text, id("attachment", &attachment)?, seen).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
