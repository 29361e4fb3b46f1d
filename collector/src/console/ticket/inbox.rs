//! `/approvals`: what waits for the visitor's vote.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_shared::Time;

use super::address;
use crate::console::answer;
use crate::console::list::{self, Pager};
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

/// A round that waits.
#[derive(Clone, Debug)]
pub(in crate::console) struct Row {
    pub(in crate::console) number: String,
    pub(in crate::console) href: String,
    pub(in crate::console) title: String,
    pub(in crate::console) stage: String,
    pub(in crate::console) opened_at: Time,
}

#[derive(Template)]
#[template(path = "approvals.html")]
pub(in crate::console) struct InboxPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) rows: Vec<Row>,
    pub(in crate::console) pager: Pager,
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let found = service.list_approvals(call, &list::window(visitor)).await?;
    let mut rows = Vec::new();
    for round in &found.items {
        let ticket = service.get_ticket(call, &round.value.number).await?.value;
        let stage =
            round.value.open_stage().map_or_else(String::new, |stage| locale.name("stage", stage.name.as_str()));
        rows.push(Row {
            href: address(&ticket.number),
            title: locale.say(&ticket.title),
            number: ticket.number,
            stage,
            opened_at: round.value.opened_at,
        });
    }
    let page = InboxPage {
        page: Shell::at(visitor, "/approvals", &locale.t("approvals-title")).await,
        rows,
        pager: Pager::new(visitor, "/approvals", found.next_cursor),
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /approvals`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
