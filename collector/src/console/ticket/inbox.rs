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
        tabs: vec![
            ("/approvals".to_owned(), locale.t("approvals-title"), true),
            ("/approvals/board".to_owned(), locale.t("board-title"), false),
        ],
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

/// The agenda of the board (rule A9): changes of high risk that wait for it, in the order of their windows, with who has voted.
async fn agenda(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let shell = Shell::at(visitor, "/approvals", &locale.t("board-title")).await;
    let mut rows = Vec::new();
    for (ticket, round) in service.board_agenda(call).await? {
        let Some(change) = ticket.details.change() else { continue };
        let seats: Vec<_> = round.open_stage().into_iter().flat_map(|stage| &stage.seats).collect();
        let voted = seats.iter().filter(|seat| seat.is_filled()).count();
        let score = change.risk.as_ref().map(|risk| risk.score.to_string()).unwrap_or_default();
        rows.push(Row {
            cells: vec![
                Cell::text(format!("{} {}", ticket.number, locale.say(&ticket.title)))
                    .look("main")
                    .link(address(&ticket.number)),
                Cell::text(score),
                Cell::text(change.blocks().count().to_string()),
                change.plan.planned_start.map_or_else(|| Cell::text(""), |at| Cell::drawn(shell.when(&at))),
                Cell::text(
                    locale.with("board-votes", &[("voted", &voted.to_string()), ("seats", &seats.len().to_string())]),
                ),
            ],
            forms: Vec::new(),
        });
    }
    let page = SheetPage {
        above: None,
        note: locale.t("board-note"),
        tabs: vec![
            ("/approvals".to_owned(), locale.t("approvals-title"), false),
            ("/approvals/board".to_owned(), locale.t("board-title"), true),
        ],
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: vec![Table {
            id: "agenda",
            title: locale.t("board-title"),
            heads: ["col-ticket", "col-risk", "board-blocks", "field-planned-start", "board-vote"]
                .map(|key| locale.t(key))
                .into(),
            rows,
            empty: locale.t("board-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /approvals/board`.
pub(in crate::console) async fn board(visitor: Visitor) -> Response {
    let outcome = agenda(&visitor).await;
    visitor.answer(outcome)
}
