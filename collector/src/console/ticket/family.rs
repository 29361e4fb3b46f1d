//! What an incident belongs to on its page: the mark of a major incident with its steps, and what it is a part of.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::text::Phrase;
use muster_model::ticket::edit::Edit;
use muster_model::ticket::major::{self, Fields as Given, MajorState, Row, Step};
use muster_model::ticket::{Kind, Ticket};
use muster_shared::id::TicketId;

use super::address;
use super::panel::{Cell, Panel};
use crate::console::form::{self, Attempt, Field, Form, Kind as FieldKind};
use crate::console::incident::act::finish;
use crate::console::incident::{list::name_of, people as choices_of};
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::account::Person;
use crate::service::{ServiceError, invalid};

/// The mark of a major incident, and the steps that the visitor may take.
pub(super) fn major(
    visitor: &Visitor,
    stored: &Versioned<Ticket>,
    people: &[Person],
    attempt: Option<&Attempt>,
) -> Panel {
    let (ticket, locale) = (&stored.value, visitor.locale);
    let mut panel = Panel::new("major", locale.t("major-title"));
    if let Some(mark) = &ticket.major {
        let mut pair =
            |name: &str, text: String| panel.pairs.push((locale.name("field", name), vec![Cell::plain(text)]));
        pair("state", locale.name("major-state", mark.state.as_str()));
        pair("reason", locale.say(&mark.reason));
        pair("proposed_by", locale.actor(&mark.proposed_by));
        if let Some(text) = &mark.business_impact {
            pair("business_impact", text.clone());
        }
        if let Some(commander) = mark.commander {
            pair("commander", name_of(commander, people));
        }
        if let Some(at) = mark.next_update_at.filter(|_| mark.state == MajorState::Accepted) {
            pair("next_update_at", at.to_string());
        }
    }
    let may = |row: &&'static Row| visitor.may(row.right);
    panel.forms =
        major::possible(ticket).filter(may).map(|row| step_form(visitor, stored, row, people).after(attempt)).collect();
    panel
}

fn step_form(visitor: &Visitor, stored: &Versioned<Ticket>, row: &Row, people: &[Person]) -> Form {
    let locale = visitor.locale;
    let step = row.step.as_str();
    let action = format!("{}/major/{step}", address(&stored.value.number));
    let mut form = Form::new(visitor, format!("major-{step}"), action, locale.name("major-do", step));
    form = form.version(stored.version);
    for name in row.required {
        let field = match *name {
            "commander" => Field::select(
                locale,
                "commander",
                choices_of(locale, people, Kind::Incident.work(), Some(visitor.id())),
            ),
            "next_update_at" => {
                Field::new(locale, "next_update_at", FieldKind::Input("datetime-local")).hint(locale.t("hint-utc"))
            }
            name => Field::area(locale, name),
        };
        form = form.field(field.required());
    }
    if row.step == Step::Accept { form.tone("primary") } else { form }
}

/// What it is a part of, for kinds whose tickets are parts of others of their kind.
pub(super) async fn parent(
    visitor: &Visitor,
    stored: &Versioned<Ticket>,
    attempt: Option<&Attempt>,
) -> Result<Option<Form>, ServiceError> {
    let (ticket, locale) = (&stored.value, visitor.locale);
    if ticket.kind() == Kind::Task || !ticket.state.name().is_active() || !visitor.may(ticket.kind().right()) {
        return Ok(None);
    }
    let number = match ticket.parent {
        Some(parent) => visitor.service().number_of(parent).await?.unwrap_or_default(),
        None => String::new(),
    };
    let mut form = Form::new(visitor, "parent", format!("{}/parent", address(&ticket.number)), locale.t("parent-set"))
        .submit(locale.t("save"))
        .version(stored.version)
        .field(Field::text(locale, "parent").value(number).hint(locale.t("hint-parent")));
    if ticket.kind() == Kind::Incident {
        let follows = if ticket.auto_follow { "yes" } else { "no" };
        let choices = form::choices(locale, "yes-no", ["no", "yes"], follows);
        form = form.field(Field::select(locale, "auto_follow", choices));
    }
    Ok(Some(form.after(attempt)))
}

async fn step(visitor: &Visitor, number: &str, name: &str, fields: &Fields) -> Result<(), ServiceError> {
    let missing = || ServiceError::NotFound { kind: "event", id: name.chars().take(80).collect() };
    let step = Step::ALL.iter().copied().find(|step| step.as_str() == name).ok_or_else(missing)?;
    let text = |name: &str| fields.filled(name).map(str::to_owned);
    let commander = match fields.filled("commander") {
        None => None,
        Some(id) => {
            let unknown = |_| invalid("/commander", Phrase::new("no_active_user").with("user", id));
            Some(id.parse().map_err(unknown)?)
        }
    };
    let wrong = || invalid("/next_update_at", Phrase::new("date_and_time"));
    let is_given = fields.filled("next_update_at").is_some();
    let next_update_at = if is_given { Some(fields.moment("next_update_at").ok_or_else(wrong)?) } else { None };
    let given = Given { note: text("note"), business_impact: text("business_impact"), commander, next_update_at };
    visitor.service().step_major(&visitor.call, number, step, given, fields.version()).await.map(drop)
}

/// `POST /incidents/{number}/major/{step}`.
pub(in crate::console) async fn take(
    Path((number, name)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = step(&visitor, &number, &name, &fields).await;
    finish(&visitor, &number, &format!("major-{name}"), "saved", fields, outcome).await
}

async fn set_parent(visitor: &Visitor, number: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let parent: Option<TicketId> = match fields.filled("parent") {
        None => None,
        Some(text) => {
            let unknown = |error: ServiceError| invalid("/parent", error.text());
            Some(service.get_ticket(call, text).await.map_err(unknown)?.value.id)
        }
    };
    let auto_follow = fields.filled("auto_follow").map(|text| text == "yes");
    let edit = Edit { parent: Some(parent), auto_follow, ..Edit::default() };
    Box::pin(service.edit_ticket(call, number, edit, fields.version())).await.map(drop)
}

/// `POST /tickets/{number}/parent`.
pub(in crate::console) async fn save_parent(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = Box::pin(set_parent(&visitor, &number, &fields)).await;
    finish(&visitor, &number, "parent", "saved", fields, outcome).await
}
