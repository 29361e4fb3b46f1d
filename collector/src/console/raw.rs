//! `/hosts/{id}/json`, `/items/{id}/json`: what the API says of a record, for whoever looks at its page.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};

use super::visitor::Visitor;
use crate::http::rest;

/// `GET /hosts/{id}/json`.
pub(super) async fn host(visitor: Visitor, Path(text): Path<String>) -> Response {
    let record = async { rest::host::record(&visitor.app, &visitor.call, &text, visitor.moment()?).await };
    record.await.into_response()
}

/// `GET /items/{id}/json`.
pub(super) async fn item(visitor: Visitor, Path(text): Path<String>) -> Response {
    let record = async { rest::item::record(&visitor.app, &visitor.call, &text, visitor.moment()?).await };
    record.await.into_response()
}
