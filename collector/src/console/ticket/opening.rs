//! `/tickets/new`: a title and a story; the rest is written on the record's page.

use askama::Template;
use axum::response::Response;
use muster_model::text::Text;
use muster_model::ticket::edit::Opening;
use muster_model::ticket::{Channel, Details, Kind};

use super::address;
use super::list::kind_of;
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

#[derive(Template)]
#[template(path = "ticket_new.html")]
pub(in crate::console) struct NewTicketPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) kind: &'static str,
    pub(in crate::console) kinds: String,
    pub(in crate::console) form: Form,
}

async fn page(visitor: &Visitor, kind: Kind, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let title = locale.name("new", kind.as_str());
    let form = Form::new(visitor, "new", format!("/tickets/new?kind={}", kind.as_str()), title.clone())
        .tone("primary")
        .note(locale.t("ticket-new-note"))
        .field(Field::text(locale, "title").required())
        .field(Field::area(locale, "description"))
        .field(Field::text(locale, "assignment_group"))
        .after(attempt);
    let kinds = locale.name("kinds", kind.as_str());
    let page = Shell::at(visitor, "/tickets", &title).await;
    Ok(answer::page(form::status(attempt), &NewTicketPage { page, kind: kind.as_str(), kinds, form }))
}

/// `GET /tickets/new`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, kind_of(&visitor), None).await;
    visitor.answer(outcome)
}

async fn create(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let kind = kind_of(visitor);
    let opening = Opening {
        details: Details::empty(kind),
        description: Text::Written(fields.text("description").to_owned()),
        assignment_group: fields.filled("assignment_group").map(str::to_owned),
        ..Opening::incident(fields.text("title").trim().into(), Channel::Portal)
    };
    match visitor.service().create_ticket(&visitor.call, opening, None).await {
        Ok(stored) => Ok(see_other(&format!("{}?done=opened", address(&stored.value.number)))),
        Err(error) => {
            let attempt = Attempt::new("new", fields, error, visitor.locale)?;
            page(visitor, kind, Some(&attempt)).await
        }
    }
}

/// `POST /tickets/new`.
pub(in crate::console) async fn submit(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, fields).await;
    visitor.answer(outcome)
}
