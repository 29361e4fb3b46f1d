//! A form with a file in it: bounded, in time, and with the token of its session, as every other form.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Multipart, Request, State};
use axum::response::Response;
use bytes::Bytes;
use muster_model::import::{MAX_FILE_BYTES, Plan, Recognition};
use muster_model::text::Phrase;

use super::all;
use crate::app::Shared;
use crate::console::answer::see_other;
use crate::console::form::Attempt;
use crate::console::submission::{Fields, is_of_session};
use crate::console::visitor::Visitor;
use crate::service::import::Order;
use crate::service::{ServiceError, Wrong, invalid};

/// Largest form: the file and what stands around it.
pub(in crate::console) const MAX_FORM_BYTES: usize = MAX_FILE_BYTES + (256 << 10);
/// Longest time that it may take to come.
const PATIENCE: Duration = Duration::from_mins(1);

/// The fields of a form, and the file with its name.
#[derive(Default)]
struct Sent {
    fields: Fields,
    file: Option<(String, Bytes)>,
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

/// `POST /imports`.
pub(in crate::console) async fn submit(State(app): State<Shared>, request: Request) -> Response {
    let (mut head, body) = request.into_parts();
    let visitor = match Visitor::from_request_parts(&mut head, &app).await {
        Ok(visitor) => visitor,
        Err(response) => return response,
    };
    let sent = tokio::time::timeout(PATIENCE, parts(Request::from_parts(head, body))).await;
    let outcome = match sent {
        Ok(Some(sent)) if is_of_session(&sent.fields, &visitor) => keep(&visitor, sent).await,
        Ok(Some(_)) => return visitor.refuse_forged(),
        // A form that is too large or cut off has no token that could be read.
        Ok(None) | Err(_) => Err(ServiceError::TooLarge(format!("at most {MAX_FILE_BYTES} bytes are taken"))),
    };
    visitor.answer(outcome)
}

async fn keep(visitor: &Visitor, sent: Sent) -> Result<Response, ServiceError> {
    let Sent { fields, file } = sent;
    let kept = async {
        let (name, bytes) = file.filter(|(_, bytes)| !bytes.is_empty()).unwrap_or_default();
        let order = Order { plan: plan(&fields)?, file: name, reason: fields.text("reason").to_owned() };
        visitor.service().keep_import(&visitor.call, order, bytes, &None, false).await
    };
    match kept.await {
        Ok(view) => Ok(see_other(&format!("/imports/{}", view.import.id))),
        Err(error) => {
            let attempt = Attempt::new("upload", fields, in_form(error), visitor.locale)?;
            all(visitor, Some(&attempt)).await
        }
    }
}

fn plan(fields: &Fields) -> Result<Plan, ServiceError> {
    let mut map = BTreeMap::new();
    for line in fields.text("map").lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (column, field) = line.rsplit_once('=').ok_or_else(|| invalid("/map", Phrase::new("import_map_form")))?;
        map.insert(column.trim().to_owned(), field.trim().to_owned());
    }
    let by_name = fields.text("recognise_by") == Recognition::Name.as_str();
    Ok(Plan {
        class: fields.text("class").to_owned(),
        map,
        form: None,
        delimiter: None,
        recognise_by: if by_name { Recognition::Name } else { Recognition::Identifiers },
        is_all_or_nothing: fields.text("all_or_nothing") == "true",
    })
}

/// What is wrong with columns, said of the field in which they are mapped: each with its column.
fn in_form(error: ServiceError) -> ServiceError {
    let ServiceError::Invalid(errors) = error else { return error };
    let (columns, mut others): (Vec<Wrong>, Vec<Wrong>) =
        errors.into_iter().partition(|error| error.pointer.starts_with("/map/"));
    let said = columns.iter().filter_map(|wrong| {
        let column = wrong.pointer.strip_prefix("/map/")?.replace("~1", "/").replace("~0", "~");
        let why = wrong.detail.phrase()?.clone();
        Some(Phrase::new("import_column_wrong").with("column", column).with("why", why))
    });
    let said: Vec<Phrase> = said.collect();
    if !said.is_empty() {
        others.push(Wrong { pointer: "/map".to_owned(), detail: muster_model::text::Text::Drawn(said) });
    }
    ServiceError::Invalid(others)
}
