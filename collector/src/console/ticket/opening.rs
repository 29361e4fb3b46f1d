//! `/tickets/new` and `/incidents/new`: what a ticket of any kind begins with; the rest is written on the record's page.

use askama::Template;
use axum::response::Response;
use muster_model::right::Action;
use muster_model::text::Text;
use muster_model::ticket::edit::Opening;
use muster_model::ticket::{Channel, Details, Kind};

use super::list::kind_of;
use super::{about, address};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::incident::handling::levels;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

#[derive(Template)]
#[template(path = "ticket_new.html")]
pub(in crate::console) struct NewTicketPage {
    pub(in crate::console) page: Shell,
    /// Where tickets of the kind are listed.
    pub(in crate::console) list: String,
    pub(in crate::console) kinds: String,
    pub(in crate::console) form: Form,
}

/// Where tickets of a kind are opened.
fn place(kind: Kind) -> String {
    match kind {
        Kind::Incident => "/incidents/new".to_owned(),
        kind => format!("/tickets/new?kind={}", kind.as_str()),
    }
}

async fn page(visitor: &Visitor, kind: Kind, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let is_incident = kind == Kind::Incident;
    visitor.call.holds(if is_incident { Action::TicketCreate } else { kind.right() })?;
    let title = locale.name("new", kind.as_str());
    let mut form = Form::new(visitor, "new", place(kind), title.clone())
        .tone("primary")
        .submit(locale.t(if is_incident { "incident-open" } else { "ticket-open" }))
        .note(if is_incident { String::new() } else { locale.t("ticket-new-note") })
        .field(Field::text(locale, "title").required())
        .field(Field::area(locale, "description"))
        .field(
            Field::area(locale, "items")
                .value(visitor.parameter("item").unwrap_or_default())
                .hint(locale.t("hint-about")),
        )
        .field(Field::select(locale, "impact", levels(locale, "impact", 3, 3)))
        .field(Field::select(locale, "urgency", levels(locale, "urgency", 3, 3)))
        .field(Field::group(locale, "assignment_group"))
        .field(Field::text(locale, "category"));
    if visitor.may(Action::TicketTransition) {
        let channels = [Channel::Portal].into_iter().chain(Channel::BY_WORD.iter().copied()).map(Channel::as_str);
        form = form.field(Field::text(locale, "requester").hint(locale.t("hint-requester"))).field(Field::select(
            locale,
            "channel",
            form::choices(locale, "channel", channels, "portal"),
        ));
    }
    let form = form.after(attempt);
    let kinds = locale.name("kinds", kind.as_str());
    let list = if is_incident { "/incidents".to_owned() } else { format!("/tickets?kind={}", kind.as_str()) };
    let page = Shell::at(visitor, if is_incident { "/incidents" } else { "/tickets" }, &title).await;
    Ok(answer::page(form::status(attempt), &NewTicketPage { page, list, kinds, form }))
}

/// What a form says of a new ticket.
async fn opening(visitor: &Visitor, kind: Kind, fields: &Fields) -> Result<Opening, ServiceError> {
    let text = |name: &str| fields.filled(name).map(str::to_owned);
    let channel = fields.filled("channel").and_then(|name| Channel::BY_WORD.iter().find(|one| one.as_str() == name));
    let requester = match fields.filled("requester") {
        Some(name) => Some(visitor.service().user_named("/requester", name).await?),
        None => None,
    };
    Ok(Opening {
        details: Details::empty(kind),
        description: Text::Written(fields.text("description").to_owned()),
        impact: fields.number("impact").unwrap_or(3),
        urgency: fields.number("urgency").unwrap_or(3),
        category: text("category"),
        items: about::read(fields.text("items")),
        assignment_group: text("assignment_group"),
        requester,
        ..Opening::incident(fields.text("title").trim().into(), channel.copied().unwrap_or(Channel::Portal))
    })
}

/// An error at an item of the list is one of the field that has all of them.
fn placed(error: ServiceError) -> ServiceError {
    let ServiceError::Invalid(mut errors) = error else { return error };
    for error in errors.iter_mut().filter(|error| error.pointer.starts_with("/items")) {
        "/items".clone_into(&mut error.pointer);
    }
    ServiceError::Invalid(errors)
}

async fn create(visitor: &Visitor, kind: Kind, fields: Fields) -> Result<Response, ServiceError> {
    let made = match opening(visitor, kind, &fields).await {
        Ok(opening) => visitor.service().create_ticket(&visitor.call, opening, None).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(stored) => Ok(see_other(&format!("{}?done=opened", address(&stored.value.number)))),
        Err(error) => {
            let attempt = Attempt::new("new", fields, placed(error), visitor.locale)?;
            page(visitor, kind, Some(&attempt)).await
        }
    }
}

/// `GET /tickets/new`; incidents have an address of their own.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    if visitor.parameter("kind").as_deref() == Some(Kind::Incident.as_str()) {
        return see_other(&place(Kind::Incident));
    }
    let outcome = page(&visitor, kind_of(&visitor), None).await;
    visitor.answer(outcome)
}

/// `POST /tickets/new`.
pub(in crate::console) async fn submit(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, kind_of(&visitor), fields).await;
    visitor.answer(outcome)
}

/// `GET /incidents/new`.
pub(in crate::console) async fn show_incident(visitor: Visitor) -> Response {
    let outcome = page(&visitor, Kind::Incident, None).await;
    visitor.answer(outcome)
}

/// `POST /incidents/new`.
pub(in crate::console) async fn submit_incident(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, Kind::Incident, fields).await;
    visitor.answer(outcome)
}
