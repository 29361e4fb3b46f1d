//! `/incidents/new`: opening an incident by hand.

use askama::Template;
use axum::response::Response;
use muster_model::right::Action;
use muster_model::ticket::edit::Opening;
use muster_model::ticket::{Channel, ItemRole, TicketItem};

use super::handling::levels;
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

#[derive(Template)]
#[template(path = "incident_new.html")]
pub(in crate::console) struct NewIncidentPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) form: Form,
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    visitor.call.holds(Action::TicketCreate)?;
    let item =
        Field::text(locale, "item").value(visitor.parameter("item").unwrap_or_default()).hint(locale.t("hint-item"));
    let form = Form::new(visitor, "new", "/incidents/new".to_owned(), locale.t("incident-new"))
        .tone("primary")
        .submit(locale.t("incident-open"))
        .field(Field::text(locale, "title").required())
        .field(Field::area(locale, "description"))
        .field(item)
        .field(Field::select(locale, "impact", levels(locale, "impact", 3, 3)))
        .field(Field::select(locale, "urgency", levels(locale, "urgency", 3, 3)))
        .field(Field::text(locale, "assignment_group"))
        .field(Field::text(locale, "category"))
        .after(attempt);
    let shell = Shell::at(visitor, "/incidents", &locale.t("incident-new")).await;
    Ok(answer::page(form::status(attempt), &NewIncidentPage { page: shell, form }))
}

/// `GET /incidents/new`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// What it is about, by id or name.
fn items(fields: &Fields) -> Vec<TicketItem> {
    let item = |text: &str| TicketItem { id: text.to_owned(), name: String::new(), role: ItemRole::Affected };
    fields.filled("item").map(item).into_iter().collect()
}

async fn open(visitor: &Visitor, fields: &Fields) -> Result<String, ServiceError> {
    let text = |name: &str| fields.filled(name).map(str::to_owned);
    let opening = Opening {
        description: fields.text("description").into(),
        impact: fields.number("impact").unwrap_or(3),
        urgency: fields.number("urgency").unwrap_or(3),
        category: text("category"),
        items: items(fields),
        assignment_group: text("assignment_group"),
        ..Opening::incident(fields.text("title").trim().into(), Channel::Portal)
    };
    Ok(visitor.service().create_ticket(&visitor.call, opening, None).await?.value.number)
}

async fn create(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    match open(visitor, &fields).await {
        Ok(number) => Ok(see_other(&format!("/incidents/{number}?done=opened"))),
        Err(ServiceError::Invalid(mut errors)) => {
            // The service counts the items of a list; the form has one field.
            errors
                .iter_mut()
                .filter(|e| e.pointer.starts_with("/items"))
                .for_each(|e| "/item".clone_into(&mut e.pointer));
            let attempt = Attempt::new("new", fields, ServiceError::Invalid(errors), visitor.locale)?;
            page(visitor, Some(&attempt)).await
        }
        Err(error) => {
            let attempt = Attempt::new("new", fields, error, visitor.locale)?;
            page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /incidents/new`.
pub(in crate::console) async fn submit(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, fields).await;
    visitor.answer(outcome)
}
