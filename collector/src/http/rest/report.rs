//! `/reports/…`: numbers about the CMDB itself.

use axum::Json;
use axum::extract::State;
use muster_model::query::fields;
use muster_model::text::Phrase;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::ListQuery;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::service::health::{Health, Score};
use crate::service::invalid;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(health))
}

/// A check: those that fail it are the ones that the filter finds.
#[derive(Debug, Serialize, ToSchema)]
struct CheckView {
    id: &'static str,
    /// What it minds.
    meaning: &'static str,
    /// `hosts` or `items`.
    of: &'static str,
    /// How many fail it.
    failing: usize,
    /// `GET /hosts?filter=…` or `GET /items?filter=…` lists them.
    filter: &'static str,
}

/// A dimension of health.
#[derive(Debug, Serialize, ToSchema)]
struct ScoreView {
    /// `completeness`, `correctness` or `compliance`.
    dimension: &'static str,
    /// Share of hosts, declared items and items of which owners ask values that fail none of its checks; null without any.
    percent: Option<f64>,
    checks: Vec<CheckView>,
}

/// How good the CMDB is.
#[derive(Debug, Serialize, ToSchema)]
struct HealthView {
    /// Hosts that count: those in service, and those that report although they are not.
    hosts: usize,
    /// Items that people declare.
    items: usize,
    /// Items of hosts of which owners ask values.
    found: usize,
    scores: Vec<ScoreView>,
}

impl From<Score> for ScoreView {
    fn from(score: Score) -> Self {
        let view = |outcome: crate::service::health::Outcome| CheckView {
            id: outcome.check.id,
            meaning: outcome.check.meaning,
            of: outcome.check.of.as_str(),
            failing: outcome.failing,
            filter: outcome.check.query,
        };
        let checks = score.outcomes.into_iter().map(view).collect();
        Self { dimension: score.dimension.as_str(), percent: score.percent, checks }
    }
}

impl From<Health> for HealthView {
    fn from(health: Health) -> Self {
        Self {
            hosts: health.hosts,
            items: health.items,
            found: health.found,
            scores: health.scores.into_iter().map(ScoreView::from).collect(),
        }
    }
}

/// The health of the CMDB: every number is the length of a list
#[utoipa::path(get, path = "/reports/health", responses((status = 200, body = HealthView)))]
async fn health(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<HealthView> {
    // Silence, coverage and what stands are known of now only: a number of then could not open its list.
    if let Some(name) = ["as_of", "known_at"].into_iter().find(|name| query.has(name)) {
        return Err(invalid(&format!("/{name}"), Phrase::new("health_of_now")).into());
    }
    query.parse(&fields::NONE)?;
    Ok(Json(app.service.health(&call).await?.into()))
}
