//! Files on the page of a ticket: what is there, a form to put one, and the file itself.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::ticket::attachment::{Attachment, MAX_BYTES, TYPES};
use muster_model::ticket::{Ticket, Visibility};

use super::address;
use super::panel::{Cell, Panel};
use crate::app::Shared;
use crate::console::form::{self, Attempt, Field, Form, Kind};
use crate::console::incident::act::finish;
use crate::console::submission::{Fields, Submission};
use crate::console::upload::{AROUND_BYTES, Sent, receive};
use crate::console::visitor::Visitor;
use crate::http::download::download;
use crate::service::ServiceError;
use crate::service::ticket::attachment::NewAttachment;

/// Largest form: the file and what stands around it.
pub(in crate::console) const MAX_FORM_BYTES: usize = MAX_BYTES + AROUND_BYTES;

fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KiB", bytes.div_ceil(1_024)),
        _ => format!("{}.{} MiB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
    }
}

/// The files, with the forms of who may put or take one off.
pub(super) async fn panel(
    visitor: &Visitor,
    ticket: &Ticket,
    attempt: Option<&Attempt>,
) -> Result<Panel, ServiceError> {
    let locale = visitor.locale;
    let files = visitor.service().list_attachments(&visitor.call, &ticket.number).await?;
    let mut panel = Panel::new("attachments", locale.t("attachments"));
    panel.head = ["col-file", "col-size", "col-by", "col-visibility"].map(|key| locale.t(key)).into();
    panel.rows = files.iter().map(|file| row(visitor, ticket, &file.value)).collect();
    if visitor.may(Action::TicketComment) {
        panel.forms.push(add_form(visitor, ticket).after(attempt));
    }
    if let Some(form) = remove_form(visitor, ticket, &files) {
        panel.forms.push(form.after(attempt));
    }
    Ok(panel)
}

fn row(visitor: &Visitor, ticket: &Ticket, file: &Attachment) -> Vec<Cell> {
    let visibility = if file.visibility == Visibility::Internal { "internal" } else { "public" };
    vec![
        Cell::link(&file.name, format!("{}/attachments/{}", address(&ticket.number), file.id)),
        Cell::plain(size(file.size_bytes)),
        Cell::plain(visitor.locale.actor(&file.added_by)),
        Cell::plain(visitor.locale.name("visibility", visibility)),
    ]
}

fn add_form(visitor: &Visitor, ticket: &Ticket) -> Form {
    let locale = visitor.locale;
    let endings: Vec<&str> = TYPES.iter().flat_map(|kind| kind.endings.iter().copied()).collect();
    let hint = locale.with("hint-attachment", &[("size", &size(MAX_BYTES as u64)), ("endings", &endings.join(", "))]);
    let mut form =
        Form::new(visitor, "attach", format!("{}/attachments", address(&ticket.number)), locale.t("attachment-add"))
            .uploading()
            .field(Field::new(locale, "file", Kind::Input("file")).required().hint(hint));
    if visitor.may(Action::TicketInternal) {
        let visibilities = form::choices(locale, "visibility", ["public", "internal"], "public");
        form = form.field(Field::select(locale, "visibility", visibilities));
    }
    form
}

/// Takes one of the files off that the visitor may take off.
fn remove_form(visitor: &Visitor, ticket: &Ticket, files: &[Versioned<Attachment>]) -> Option<Form> {
    let locale = visitor.locale;
    let may =
        |file: &&Versioned<Attachment>| visitor.may(ticket.kind().right()) || file.value.author == Some(visitor.id());
    let choice = |file: &Versioned<Attachment>| form::Choice {
        value: file.value.id.to_string(),
        label: file.value.name.clone(),
        is_chosen: false,
    };
    let choices: Vec<form::Choice> = files.iter().filter(may).map(choice).collect();
    (!choices.is_empty()).then(|| {
        let action = format!("{}/attachments/remove", address(&ticket.number));
        Form::new(visitor, "detach", action, locale.t("attachment-remove")).tone("danger").field(Field::select(
            locale,
            "attachment",
            choices,
        ))
    })
}

async fn put(visitor: &Visitor, number: &str, sent: &mut Sent) -> Result<(), ServiceError> {
    let (name, bytes) = sent.file.take().unwrap_or_default();
    let is_internal = sent.fields.text("visibility") == "internal";
    let visibility = if is_internal { Visibility::Internal } else { Visibility::Public };
    let new = NewAttachment { name, visibility, bytes: bytes.to_vec() };
    let stored = visitor.service().attach(&visitor.call, number, new, None).await;
    stored.map(drop).map_err(|error| match error {
        // The form has one field for the file and its name.
        ServiceError::Invalid(mut errors) => {
            for error in errors.iter_mut().filter(|error| error.pointer == "/name") {
                error.pointer = "/file".into();
            }
            ServiceError::Invalid(errors)
        }
        error => error,
    })
}

/// `POST /tickets/{number}/attachments`.
pub(in crate::console) async fn add(
    State(app): State<Shared>,
    Path(number): Path<String>,
    request: Request,
) -> Response {
    let (visitor, sent) = match receive(&app, request).await {
        Ok(received) => received,
        Err(response) => return response,
    };
    let Some(mut sent) = sent else {
        let outcome = Err(ServiceError::TooLarge(format!("at most {MAX_BYTES} bytes are taken")));
        return finish(&visitor, &number, "attach", "attached", Fields::default(), outcome).await;
    };
    let outcome = put(&visitor, &number, &mut sent).await;
    finish(&visitor, &number, "attach", "attached", sent.fields, outcome).await
}

fn missing(id: &str) -> ServiceError {
    ServiceError::NotFound { kind: "attachment", id: id.chars().take(80).collect() }
}

/// `GET /tickets/{number}/attachments/{id}`.
pub(in crate::console) async fn fetch(visitor: Visitor, Path((number, id)): Path<(String, String)>) -> Response {
    let read = async {
        let id = id.parse().map_err(|_| missing(&id))?;
        let (file, bytes) = visitor.service().read_attachment(&visitor.call, &number, id).await?;
        Ok(download(&file, bytes))
    };
    let outcome = read.await;
    visitor.answer(outcome)
}

/// `POST /tickets/{number}/attachments/remove`: the one that the form names.
pub(in crate::console) async fn remove(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let id = fields.text("attachment");
    let outcome = match id.parse() {
        Ok(id) => visitor.service().detach(&visitor.call, &number, id, None).await,
        Err(_) => Err(missing(id)),
    };
    finish(&visitor, &number, "detach", "detached", fields, outcome).await
}
