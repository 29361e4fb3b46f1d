//! What is like a ticket on its page: known errors to take on, articles to read.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::ticket::Ticket;

use super::address;
use super::panel::{Cell, Panel};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::incident::act::finish;
use crate::console::submission::Submission;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

/// Known errors and articles that are like the ticket, as long as it is worked on.
pub(super) async fn panels(
    visitor: &Visitor,
    stored: &Versioned<Ticket>,
    attempt: Option<&Attempt>,
) -> Result<Vec<Panel>, ServiceError> {
    let (ticket, locale) = (&stored.value, visitor.locale);
    if !ticket.state.name().is_active() {
        return Ok(Vec::new());
    }
    let known = visitor.service().suggest_known_errors(&visitor.call, &ticket.number).await?;
    let mut errors = Panel::new("known-errors", locale.t("suggested-known-errors"));
    errors.head = ["col-known-error", "col-workaround", "col-found", "col-points"].map(|key| locale.t(key)).into();
    for suggestion in &known {
        let found: Vec<String> = suggestion
            .likeness
            .found
            .iter()
            .map(|(part, text)| format!("{}: {text}", locale.name("field", &format!("signature_{part}"))))
            .collect();
        let workaround = suggestion.analysis().and_then(|analysis| analysis.workaround.clone());
        errors.rows.push(vec![
            Cell::link(
                format!("{} {}", suggestion.problem.number, locale.say(&suggestion.problem.title)),
                address(&suggestion.problem.number),
            ),
            Cell::plain(workaround.unwrap_or_default()),
            Cell::plain(found.join(", ")),
            Cell::plain(suggestion.likeness.score.to_string()),
        ]);
    }
    if !known.is_empty() && visitor.may(Action::TicketTransition) {
        let choice = |suggestion: &crate::service::ticket::known_error::Suggestion| form::Choice {
            value: suggestion.problem.number.clone(),
            label: format!("{} {}", suggestion.problem.number, locale.say(&suggestion.problem.title)),
            is_chosen: false,
        };
        let action = format!("{}/known-error", address(&ticket.number));
        let form = Form::new(visitor, "known-error", action, locale.t("known-error-accept"))
            .version(stored.version)
            .field(Field::select(locale, "problem", known.iter().map(choice).collect()));
        errors.forms.push(form.after(attempt));
    }
    let articles = visitor.service().suggest_articles(&visitor.call, &ticket.number).await?;
    let mut read = Panel::new("articles", locale.t("suggested-articles"));
    read.head = ["col-title", "col-words"].map(|key| locale.t(key)).into();
    let row = |(found, article): &(muster_model::knowledge::Suggested, muster_model::knowledge::Article)| {
        vec![
            Cell::link(&article.content.title, format!("/knowledge/{}", article.number)),
            Cell::plain(found.words.join(", ")),
        ]
    };
    read.rows = articles.iter().map(row).collect();
    Ok([errors, read].into_iter().filter(|panel| !panel.rows.is_empty()).collect())
}

/// `POST /incidents/{number}/known-error`.
pub(in crate::console) async fn accept(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let (service, call) = (visitor.service(), &visitor.call);
    let outcome = service.accept_known_error(call, &number, fields.text("problem"), fields.version()).await.map(drop);
    finish(&visitor, &number, "known-error", "moved", fields, outcome).await
}
