//! Optimistic locking over HTTP: `ETag` out, `If-Match` in.

use axum::Json;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::problem::Refusal;

/// A record with its version as `ETag`.
pub(crate) fn tagged(status: StatusCode, version: u64, record: impl Serialize) -> Response {
    let mut response = (status, Json(record)).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// The version that the caller saw, if it says so.
pub(crate) fn seen(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.trim_matches('"').parse();
    version.map(Some).map_err(|_| Refusal::Malformed("If-Match takes an ETag as it was given, such as \"3\"".into()))
}

/// The version that the caller saw; without one nothing is changed.
pub(crate) fn required(headers: &HeaderMap) -> Result<Option<u64>, Refusal> {
    if headers.contains_key(header::IF_MATCH) { seen(headers) } else { Err(Refusal::NoPrecondition) }
}
