//! `/approvals`: what waits for the visitor's vote, and who votes in whose place.

use axum::response::Response;

use super::{address, delegation};
use crate::console::answer;
use crate::console::form::{self, Attempt};
use crate::console::list::{self, Pager};
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

/// The page, with a form of it that was not taken.
pub(super) async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let found = service.list_approvals(call, &list::window(visitor)).await?;
    let delegations = service.list_delegations(call).await?;
    let shell = Shell::at(visitor, "/approvals", &locale.t("approvals-title")).await;
    let mut rows = Vec::new();
    for round in &found.items {
        let ticket = service.get_ticket(call, &round.value.number).await?.value;
        let stage =
            round.value.open_stage().map_or_else(String::new, |stage| locale.name("stage", stage.name.as_str()));
        let title = format!("{} {}", ticket.number, locale.say(&ticket.title));
        rows.push(Row {
            cells: vec![
                Cell::text(title).look("main").link(address(&ticket.number)),
                Cell::text(stage),
                Cell::drawn(shell.when(&round.value.opened_at)),
            ],
            forms: Vec::new(),
        });
    }
    let page = SheetPage {
        above: None,
        note: locale.t("approvals-note"),
        tabs: tabs(visitor, "/approvals"),
        pager: Pager::new(visitor, "/approvals", found.next_cursor),
        begin: None,
        facts: Vec::new(),
        tables: vec![
            Table {
                id: "approvals",
                title: locale.t("approvals-title"),
                heads: ["col-ticket", "col-stage", "col-opened"].map(|key| locale.t(key)).into(),
                rows,
                empty: locale.t("approvals-empty"),
            },
            delegation::table(visitor, &shell, &delegations, attempt),
        ],
        forms: Vec::new(),
        folds: vec![delegation::form(visitor, attempt).await?],
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /approvals`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// What stands beside each other about votes.
pub(super) fn tabs(visitor: &Visitor, here: &str) -> Vec<(String, String, bool)> {
    let all = [
        ("/approvals", "approvals-title"),
        ("/approvals/board", "board-title"),
        ("/approvals/rules", "approval-rules-title"),
    ];
    all.map(|(path, title)| (path.to_owned(), visitor.locale.t(title), path == here)).into()
}
