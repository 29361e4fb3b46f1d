//! `/tickets/bulk`: one event of many tickets, with what became of each.

use axum::response::Response;
use muster_model::ticket::transition::Fields as Given;

use super::address;
use crate::console::answer;
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::list::Pager;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::ticket::bulk::Moved;

/// What events take besides, as far as it is the same for many tickets.
const TAKEN: [&str; 5] = ["comment", "reason", "close_code", "close_notes", "assignment_group"];

fn row(visitor: &Visitor, moved: &Moved) -> Row {
    let locale = visitor.locale;
    let cells = match &moved.outcome {
        Ok((number, state)) => vec![
            Cell::text(number).look("main").link(address(number)),
            Cell::text(locale.t("bulk-moved")),
            Cell::text(locale.name("state", state)),
        ],
        Err(why) => vec![
            Cell::text(&moved.ticket).look("main"),
            Cell::text(locale.t("bulk-refused")),
            Cell::text(answer::sentence(why, locale)),
        ],
    };
    Row { cells, forms: Vec::new() }
}

async fn page(visitor: &Visitor, moved: Option<&[Moved]>, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let mut form = Form::new(visitor, "bulk", "/tickets/bulk".to_owned(), locale.t("ticket-bulk-title"))
        .tone("primary")
        .field(Field::area(locale, "tickets").required().hint(locale.t("hint-bulk-tickets")))
        .field(Field::text(locale, "event").required().hint(locale.t("hint-bulk-event")));
    for name in TAKEN {
        form = form.field(Field::text(locale, name));
    }
    let table = |moved: &[Moved]| Table {
        id: "moved",
        title: locale.t("bulk-outcome"),
        heads: ["col-ticket", "bulk-outcome", "col-state"].map(|key| locale.t(key)).into(),
        rows: moved.iter().map(|moved| row(visitor, moved)).collect(),
        empty: String::new(),
    };
    let page = SheetPage {
        above: Some(("/tickets", locale.t("nav-ticket"))),
        note: locale.t("bulk-note"),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: moved.map(table).into_iter().collect(),
        forms: vec![form.after(attempt)],
        folds: Vec::new(),
        page: Shell::at(visitor, "/tickets", &locale.t("ticket-bulk-title")).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /tickets/bulk`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None, None).await;
    visitor.answer(outcome)
}

async fn moved(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let text = |name: &str| fields.filled(name).map(str::to_owned);
    let given = Given {
        comment: text("comment"),
        reason: text("reason"),
        close_code: text("close_code"),
        close_notes: text("close_notes"),
        assignment_group: text("assignment_group"),
        ..Given::default()
    };
    let tickets: Vec<String> = fields
        .text("tickets")
        .split(|c: char| c.is_whitespace() || c == ',')
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect();
    let event = fields.text("event").trim().to_owned();
    match Box::pin(visitor.service().transition_tickets(&visitor.call, &tickets, &event, &given)).await {
        Ok(moved) => page(visitor, Some(&moved), None).await,
        Err(error) => {
            let attempt = Attempt::new("bulk", fields, error, visitor.locale)?;
            page(visitor, None, Some(&attempt)).await
        }
    }
}

/// `POST /tickets/bulk`.
pub(in crate::console) async fn submit(Submission { visitor, fields }: Submission) -> Response {
    let outcome = moved(&visitor, fields).await;
    visitor.answer(outcome)
}
