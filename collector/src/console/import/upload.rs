//! `POST /imports`: a file and how it is to be read.

use std::collections::BTreeMap;

use axum::extract::{Request, State};
use axum::response::Response;
use muster_model::exchange;
use muster_model::import::{MAX_FILE_BYTES, Plan, Recognition};
use muster_model::text::Phrase;

use super::all;
use crate::app::Shared;
use crate::console::answer::see_other;
use crate::console::form::Attempt;
use crate::console::submission::Fields;
use crate::console::upload::{AROUND_BYTES, Sent, receive};
use crate::console::visitor::Visitor;
use crate::service::import::Order;
use crate::service::import::terms::Asked;
use crate::service::{ServiceError, Wrong, invalid};

/// Largest form: the file and what stands around it.
pub(in crate::console) const MAX_FORM_BYTES: usize = MAX_FILE_BYTES + AROUND_BYTES;
/// `POST /imports`.
pub(in crate::console) async fn submit(State(app): State<Shared>, request: Request) -> Response {
    let (visitor, sent) = match receive(&app, request).await {
        Ok(received) => received,
        Err(response) => return response,
    };
    let outcome = match sent {
        Some(sent) => keep(&visitor, sent).await,
        None => Err(ServiceError::TooLarge(format!("at most {MAX_FILE_BYTES} bytes are taken"))),
    };
    visitor.answer(outcome)
}

async fn keep(visitor: &Visitor, sent: Sent) -> Result<Response, ServiceError> {
    let Sent { fields, file } = sent;
    let kept = async {
        let (name, bytes) = file.filter(|(_, bytes)| !bytes.is_empty()).unwrap_or_default();
        let class = visitor.parameter("class").unwrap_or_default();
        let order = Order { plan: plan(&fields, &class)?, file: name, reason: fields.text("reason").to_owned() };
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

fn plan(fields: &Fields, class: &str) -> Result<Plan, ServiceError> {
    let mut map = BTreeMap::new();
    for line in fields.text("map").lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (column, field) = line.rsplit_once('=').ok_or_else(|| invalid("/map", Phrase::new("import_map_form")))?;
        map.insert(column.trim().to_owned(), field.trim().to_owned());
    }
    let said = |name: &str| Some(fields.text(name).trim().to_owned()).filter(|text| !text.is_empty());
    let is_tickets = class == exchange::CLASS;
    let values = fields.text("value").lines().map(str::trim).filter(|line| !line.is_empty());
    let asked = Asked {
        preset: said("preset"),
        source: said("source"),
        kind: said("kind"),
        zone: said("zone"),
        values: values.map(str::to_owned).collect(),
    };
    let by_name = fields.text("recognise_by") == Recognition::Name.as_str();
    Ok(Plan {
        class: if is_tickets { class } else { fields.text("class") }.to_owned(),
        map,
        form: None,
        delimiter: None,
        recognise_by: if by_name { Recognition::Name } else { Recognition::Identifiers },
        is_all_or_nothing: fields.text("all_or_nothing") == "true",
        tickets: if is_tickets { asked.of_class(class)? } else { None },
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
