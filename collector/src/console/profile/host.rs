//! `/hosts/{id}/profile`: what profiles demand of a host: what counts, what does not and why, and how it stands.

use axum::extract::Path;
use axum::response::Response;
use muster_shared::id::HostId;

use crate::console::answer;
use crate::console::form;
use crate::console::list::Pager;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::profile::Effective;

async fn host_page(visitor: &Visitor, text: &str) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let missing = |_| ServiceError::NotFound { kind: "host", id: text.chars().take(80).collect() };
    let id: HostId = text.parse().map_err(missing)?;
    let host = visitor.service().get_host(&visitor.call, id, muster_model::history::Moment::NOW).await?;
    let all = visitor.service().effective_profile(&visitor.call, id).await?;
    let name = host.host.value.name;
    let title = locale.with("profile-of-host", &[("host", &name)]);
    let row = |one: &Effective| {
        let standing = locale.name("standing", one.standing.as_str());
        let standing = match one.standing.by() {
            Some(by) => Cell::text(format!("{standing}: {by}")).link(format!("/profiles/{by}")),
            None => Cell::text(standing),
        };
        Row {
            cells: vec![
                Cell::text(one.expectation.to_string()).look("main mono"),
                standing,
                Cell::text(muster_model::finding::plain(&one.actual)).look("mono"),
                Cell::text(&one.profile).link(format!("/profiles/{}", one.profile)),
                Cell::text(one.layer.to_string()),
            ],
            forms: Vec::new(),
        }
    };
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        page: Shell::at(visitor, "/hosts", &title).await,
        above: Some(("/hosts", locale.t("hosts-title"))),
        note: locale.t("profile-of-host-note"),
        begin: None,
        facts: vec![(locale.t("col-host"), Cell::text(&name).link(format!("/hosts/{id}")))],
        tables: vec![Table {
            id: "demands",
            title: locale.t("profile-demands"),
            heads: ["profile-demand", "policy-state", "profile-actual", "profile-name", "profile-layer"]
                .map(|key| locale.t(key))
                .into(),
            rows: all.iter().map(row).collect(),
            empty: locale.t("profile-of-host-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /hosts/{id}/profile`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = host_page(&visitor, &id).await;
    visitor.answer(outcome)
}
