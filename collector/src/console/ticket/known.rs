//! The known error on the page of its problem: how far it is, what has it now, and publishing or retiring it by hand.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::problem::{self, KnownError};
use muster_model::ticket::{Details, Ticket};

use super::address;
use super::panel::{Cell, Panel};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::incident::act::finish;
use crate::console::markup;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, invalid};

/// The panel of a problem that is a known error.
pub(super) async fn panel(
    visitor: &Visitor,
    stored: &Versioned<Ticket>,
    attempt: Option<&Attempt>,
) -> Result<Option<Panel>, ServiceError> {
    let (ticket, locale) = (&stored.value, visitor.locale);
    let (Some(state), Details::Problem(known)) = (problem::known_error(ticket), &ticket.details) else {
        return Ok(None);
    };
    let mut panel = Panel::new("known-error", locale.t("col-known-error"));
    let mut pair = |name: String, cell: Cell| panel.pairs.push((name, vec![cell]));
    pair(locale.name("field", "state"), Cell::plain(locale.name("known-error", state.as_str())));
    if let Some(standing) = &known.standing {
        let (by, at) = (locale.actor(&standing.by), standing.at.to_string());
        let state = locale.name("known-error", standing.state.as_str());
        let said = [("by", by.as_str()), ("at", &at), ("state", &state), ("reason", &standing.reason)];
        pair(locale.t("known-error-by-hand"), Cell::plain(locale.with("known-error-standing", &said)));
    }
    if let Some((question, tally)) = visitor.service().items_of_known_error(&visitor.call, ticket).await? {
        let key = if tally.is_exact { "known-error-items" } else { "known-error-items-least" };
        let link = format!("/items?q={}", markup::url(&question));
        pair(locale.t("known-error-concerned"), Cell::link(locale.n(key, tally.count), link));
    }
    let next = problem::known_error_next(ticket);
    if !next.is_empty() && visitor.may(Action::ProblemManage) {
        let action = format!("{}/known-error/state", address(&ticket.number));
        let states = form::choices(locale, "known-error", next.iter().map(|state| state.as_str()), "");
        let form = Form::new(visitor, "known-state", action, locale.t("known-error-set"))
            .version(stored.version)
            .field(Field::select(locale, "state", states))
            .field(Field::text(locale, "reason"));
        panel.forms.push(form.after(attempt));
    }
    Ok(Some(panel))
}

async fn stood(visitor: &Visitor, number: &str, fields: &Fields) -> Result<(), ServiceError> {
    let wrong = || invalid("/state", Phrase::new("is_needed"));
    let state = KnownError::of(fields.text("state")).ok_or_else(wrong)?;
    let by_hand = (state, fields.text("reason"));
    visitor.service().stand_known_error(&visitor.call, number, by_hand, fields.version()).await.map(drop)
}

/// `POST /tickets/{number}/known-error/state`.
pub(in crate::console) async fn stand(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = Box::pin(stood(&visitor, &number, &fields)).await;
    finish(&visitor, &number, "known-state", "saved", fields, outcome).await
}
