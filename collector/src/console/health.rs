//! `/health`: how good the CMDB is. Every number opens the list that makes it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::answer;
use super::markup;
use super::shell::Shell;
use super::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::health::Outcome;

/// A check as a row.
#[derive(Clone, Debug)]
pub(super) struct CheckRow {
    pub(super) what: String,
    pub(super) failing: usize,
    pub(super) href: String,
    pub(super) query: &'static str,
}

/// A dimension as a panel.
#[derive(Clone, Debug)]
pub(super) struct ScorePanel {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) percent: Option<String>,
    pub(super) rows: Vec<CheckRow>,
}

#[derive(Template)]
#[template(path = "health.html")]
pub(super) struct HealthPage {
    pub(super) page: Shell,
    pub(super) hosts: usize,
    pub(super) items: usize,
    pub(super) panels: Vec<ScorePanel>,
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let health = visitor.service().health(&visitor.call).await?;
    let row = |outcome: &Outcome| CheckRow {
        what: locale.name("check", outcome.check.id),
        failing: outcome.failing,
        href: format!("/{}?q={}", outcome.check.of.as_str(), markup::url(outcome.check.query)),
        query: outcome.check.query,
    };
    let panels = health.scores.iter().map(|score| ScorePanel {
        id: score.dimension.as_str(),
        title: locale.name("dimension", score.dimension.as_str()),
        percent: score.percent.map(|percent| format!("{percent} %")),
        rows: score.outcomes.iter().map(row).collect(),
    });
    let page = HealthPage {
        page: Shell::at(visitor, "/health", &locale.t("health-title")).await,
        hosts: health.hosts,
        items: health.items,
        panels: panels.collect(),
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /health`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
