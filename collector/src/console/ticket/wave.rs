//! `/tickets/{number}/waves/{wave}`: all hosts of a wave of a release that have not got it, just those that its page counts.

use axum::extract::Path;
use axum::response::Response;
use muster_model::ticket::release::Elsewhere;

use super::address;
use crate::console::answer;
use crate::console::list::Pager;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

async fn page(visitor: &Visitor, number: &str, place: &str) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let missing = || ServiceError::NotFound { kind: "wave", id: place.chars().take(80).collect() };
    let place = place.parse::<usize>().ok().and_then(|place| place.checked_sub(1)).ok_or_else(missing)?;
    let (wave, left) = Box::pin(visitor.service().wave_left(&visitor.call, number, place)).await?;
    let row = |it: &Elsewhere| {
        let version = it.version.clone().unwrap_or_else(|| locale.t("none-set"));
        let cells = vec![
            Cell::text(&it.name).look("main").link(format!("/hosts/{}", it.host)),
            Cell::text(&it.package),
            Cell::text(version),
        ];
        Row { cells, forms: Vec::new() }
    };
    let title = format!("{number} {}", wave.name);
    let ticket = Cell::text(number).link(address(number));
    let page = SheetPage {
        above: Some(("/tickets?kind=release", locale.t("kinds-release"))),
        note: locale.n("release-left-hosts", left.len()),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: vec![(locale.t("col-ticket"), ticket), (locale.t("col-hosts"), Cell::text(&wave.hosts).look("mono"))],
        tables: vec![Table {
            id: "left",
            title: locale.t("release-elsewhere"),
            heads: ["col-host", "col-package", "col-installed"].map(|key| locale.t(key)).into(),
            rows: left.iter().map(row).collect(),
            empty: locale.t("release-left-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: Shell::at(visitor, "/tickets", &title).await,
    };
    Ok(answer::page(axum::http::StatusCode::OK, &page))
}

/// `GET /tickets/{number}/waves/{wave}`.
pub(in crate::console) async fn show(Path((number, wave)): Path<(String, String)>, visitor: Visitor) -> Response {
    let outcome = page(&visitor, &number, &wave).await;
    visitor.answer(outcome)
}
