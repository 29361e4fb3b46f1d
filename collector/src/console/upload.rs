//! A form with a file in it: bounded, in time, and with the token of its session, as every other form.

use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::response::Response;
use bytes::Bytes;

use super::submission::{Fields, is_of_session};
use super::visitor::Visitor;
use crate::app::Shared;

/// Longest time that it may take to come.
const PATIENCE: Duration = Duration::from_mins(1);
/// What stands around the file, at most.
pub(super) const AROUND_BYTES: usize = 256 << 10;

/// The fields of a form, and the file with its name.
#[derive(Default)]
pub(super) struct Sent {
    pub(super) fields: Fields,
    pub(super) file: Option<(String, Bytes)>,
}

async fn parts(request: Request) -> Option<Sent> {
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.ok()? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            let called = field.file_name().unwrap_or_default().to_owned();
            sent.file = Some((called, field.bytes().await.ok()?));
        } else {
            sent.fields.0.push((name, field.text().await.ok()?));
        }
    }
    Some(sent)
}

/// Who sends it, and what. A form that is too large or cut off has no token that could be read: `None`.
pub(super) async fn receive(app: &Shared, request: Request) -> Result<(Visitor, Option<Sent>), Response> {
    let (mut head, body) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut head, app).await?;
    let sent = tokio::time::timeout(PATIENCE, parts(Request::from_parts(head, body))).await.ok().flatten();
    match sent {
        Some(sent) if !is_of_session(&sent.fields, &visitor) => Err(visitor.refuse_forged()),
        sent => Ok((visitor, sent)),
    }
}
