//! `/tickets/bulk`: one event of many tickets, with what became of each.

use axum::response::Response;
use muster_model::ticket::Kind;
use muster_model::ticket::state::{CancelReason, CloseCode, HoldReason};
use muster_model::ticket::transition::{self, Cause, Fields as Given};

use super::address;
use crate::console::answer;
use crate::console::form::{self, Attempt, Choice, Field, Form};
use crate::console::list::Pager;
use crate::console::locale::Locale;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::ticket::bulk::Deed;
use crate::service::ticket::bulk::Moved;

/// What events take besides, as far as it is the same for many tickets.
const TAKEN: [&str; 5] = ["comment", "reason", "close_code", "close_notes", "assignment_group"];

/// Codes of a closed set, each with the kinds of tickets that have it; the first is none.
fn codes(locale: Locale, set: &str, none: &str, of: impl Fn(Kind) -> Vec<&'static str>) -> Vec<Choice> {
    let mut found: Vec<(&'static str, Vec<String>)> = Vec::new();
    for kind in Kind::ALL {
        for code in of(*kind) {
            let name = locale.name("ticket-kind", kind.as_str());
            match found.iter_mut().find(|(known, _)| *known == code) {
                Some((_, kinds)) => kinds.extend((!kinds.contains(&name)).then_some(name)),
                None => found.push((code, vec![name])),
            }
        }
    }
    let all = |kinds: &[String]| kinds.join(&locale.t("list-comma"));
    let choice = |(code, kinds): (&'static str, Vec<String>)| Choice {
        value: code.to_owned(),
        label: format!("{} ({})", locale.name(set, code), all(&kinds)),
        is_chosen: false,
    };
    std::iter::once(form::nothing(locale.t(none), true)).chain(found.into_iter().map(choice)).collect()
}

/// What an event can be, and the codes that it can take: those of all kinds, for tickets of several may be moved at once.
fn coded(locale: Locale, name: &'static str) -> Field {
    let choices = match name {
        "event" => codes(locale, "do", "choose", |kind| {
            let by_hand = transition::table(kind).iter().filter(|row| row.cause != Cause::System);
            by_hand.map(|row| row.event).collect()
        }),
        "close_code" => codes(locale, "close-code", "none-set", |kind| {
            CloseCode::of(kind).iter().map(|code| code.as_str()).collect()
        }),
        _ => {
            let mut all = codes(locale, "hold-reason", "none-set", |kind| {
                let holds = transition::table(kind).iter().any(|row| row.event == "hold");
                HoldReason::ALL.iter().filter(|_| holds).map(|reason| reason.as_str()).collect()
            });
            let cancels = codes(locale, "cancel-reason", "none-set", |kind| {
                CancelReason::of(kind).iter().map(|reason| reason.as_str()).collect()
            });
            all.extend(cancels.into_iter().skip(1));
            all
        }
    };
    Field::select(locale, name, choices)
}

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
        .field(coded(locale, "event").required());
    for name in TAKEN {
        let is_coded = matches!(name, "reason" | "close_code");
        form = form.field(if is_coded { coded(locale, name) } else { Field::text(locale, name) });
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
    match Box::pin(visitor.service().handle_tickets(
        &visitor.call,
        &tickets,
        &Deed::Event(event.clone(), Box::new(given)),
    ))
    .await
    {
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
