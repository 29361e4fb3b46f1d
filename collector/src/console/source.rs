//! `/sources`: who says something of hosts, how much, when it was last heard, and what it sent that was not taken.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_shared::Time;

use super::answer;
use super::locale::Locale;
use super::shell::Shell;
use super::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::source::SourceView;

/// A source.
#[derive(Clone, Debug)]
pub(super) struct SourceRow {
    pub(super) label: String,
    pub(super) hosts: usize,
    pub(super) last_report_at: Option<Time>,
    pub(super) refused: u64,
    /// What reports, with the number of hosts.
    pub(super) clients: Vec<String>,
    pub(super) covers: String,
    pub(super) left_out: String,
}

/// A report that was not taken.
#[derive(Clone, Debug)]
pub(super) struct RefusedRow {
    pub(super) at: Time,
    pub(super) label: String,
    pub(super) device_id: String,
    pub(super) why: String,
}

#[derive(Template)]
#[template(path = "sources.html")]
pub(super) struct SourcesPage {
    pub(super) page: Shell,
    pub(super) rows: Vec<SourceRow>,
    pub(super) refused: Vec<RefusedRow>,
}

fn row(view: &SourceView, locale: Locale) -> SourceRow {
    let covers: Vec<String> = view.covers.iter().map(|name| locale.name("section", name.as_str())).collect();
    SourceRow {
        label: locale.name("source", view.source.as_str()),
        hosts: view.hosts,
        last_report_at: view.last_report_at,
        refused: view.refused,
        clients: view.clients.iter().map(|(client, hosts)| format!("{client} × {hosts}")).collect(),
        covers: covers.join(&locale.t("list-comma")),
        left_out: view.left_out.join(", "),
    }
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let views = visitor.service().list_sources(&visitor.call).await?;
    let mut refused: Vec<RefusedRow> = Vec::new();
    for view in &views {
        refused.extend(view.errors.iter().map(|error| RefusedRow {
            at: error.at,
            label: locale.name("source", view.source.as_str()),
            device_id: error.device_id.clone(),
            why: error.why.clone(),
        }));
    }
    refused.sort_by_key(|row| std::cmp::Reverse(row.at));
    let page = SourcesPage {
        page: Shell::at(visitor, "/sources", &locale.t("sources-title")).await,
        rows: views.iter().map(|view| row(view, locale)).collect(),
        refused,
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /sources`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
