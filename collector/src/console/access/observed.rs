//! `/observed-access`: what accounts have on hosts beside what grants allow.

use axum::response::Response;
use muster_model::query::{Query, fields};

use super::{right_of, tabs};
use crate::console::answer;
use crate::console::form;
use crate::console::list::{self, Pager};
use crate::console::markup;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::access::observed::{Seen, Standing};

fn row(visitor: &Visitor, shell: &Shell, seen: &Seen) -> Row {
    let locale = visitor.locale;
    let grant = match &seen.grant {
        Some((id, number)) => Cell::text(number).link(format!("/grants/{id}")),
        None => Cell::text(""),
    };
    let host = Cell::text(&seen.host_name).link(format!("/hosts/{}", seen.host));
    let account = Cell::text(&seen.account).look("main mono");
    Row {
        cells: vec![
            seen.item.map_or(account.clone(), |item| account.link(format!("/items/{item}"))),
            Cell::text(right_of(locale, &seen.right)),
            host,
            Cell::drawn(markup::state(locale, "standing-access", seen.standing.as_str())),
            grant,
            seen.ended_at.map_or_else(|| Cell::text(""), |at| Cell::drawn(shell.when(&at))),
        ],
        forms: Vec::new(),
    }
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let mut query = Query::default();
    for (name, value) in crate::console::visitor::form_pairs(&visitor.query) {
        if !matches!(name.as_str(), "cursor" | "done") {
            let wrong = |why| crate::service::invalid(&format!("/{name}"), why);
            query.and(&name, &value, &fields::OBSERVED).map_err(wrong)?;
        }
    }
    let found = visitor.service().list_observed(&visitor.call, &query, &list::window(visitor)).await?;
    let shell = Shell::at(visitor, "/grants", &locale.t("observed-title")).await;
    let chosen = visitor.parameter("standing").unwrap_or_default();
    let mut tabs = tabs(visitor, "/observed-access");
    tabs.extend(Standing::ALL.iter().map(|standing| {
        let name = standing.as_str();
        (format!("/observed-access?standing={name}"), locale.name("standing-access", name), chosen == name)
    }));
    let page = SheetPage {
        above: None,
        note: locale.t("observed-note"),
        tabs,
        pager: Pager::new(visitor, "/observed-access", found.next_cursor),
        begin: None,
        facts: Vec::new(),
        tables: vec![Table {
            id: "observed",
            title: locale.t("observed-title"),
            heads: ["field-account", "observed-has", "col-host", "col-state", "observed-grant", "grant-ended"]
                .map(|key| locale.t(key))
                .into(),
            rows: found.items.iter().map(|seen| row(visitor, &shell, seen)).collect(),
            empty: locale.t("observed-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /observed-access`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
