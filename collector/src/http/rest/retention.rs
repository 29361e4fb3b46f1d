//! `/retention`: for how long the past is kept, and since when it is.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::retention::{Retention, Windows};
use muster_shared::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Caller;
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::retention::RetentionView;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get, update))
}

/// Windows; 0 is for ever.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RetentionWindows)]
struct WindowsView {
    /// Days of the history of items, of what people said, and of relations.
    history_days: u32,
    /// Days of the history of single classes: of what agents report, and of items that people declare.
    classes: BTreeMap<String, u32>,
    /// Commits whose events can be read again.
    event_commits: u64,
    /// Days of closed alerts and of the events of alerts.
    alert_days: u32,
}

impl From<Retention> for WindowsView {
    fn from(retention: Retention) -> Self {
        Self {
            history_days: retention.history_days,
            classes: retention.classes,
            event_commits: retention.event_commits,
            alert_days: retention.alert_days,
        }
    }
}

/// How long the past is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Retention)]
struct View {
    /// What counts.
    #[serde(flatten)]
    counts: WindowsView,
    /// What the configuration says, which counts where nothing was set.
    configured: WindowsView,
    /// What somebody set over it.
    #[schema(value_type = Object)]
    set: Windows,
    /// Everything from this time on is answered exactly; null: for ever. What went before a window was made longer does not come
    /// back: sections and items say since when they are known.
    kept_since: Option<String>,
    /// The same of classes with a window of their own.
    classes_kept_since: BTreeMap<String, String>,
    alerts_kept_since: Option<String>,
    changed_by: Option<String>,
    changed_at: Option<String>,
    version: u64,
}

impl From<RetentionView> for View {
    fn from(view: RetentionView) -> Self {
        let text = |at: Time| at.to_string();
        let (set, version) = (view.set.value, view.set.version);
        Self {
            counts: view.counts.into(),
            configured: view.configured.into(),
            set: set.windows,
            kept_since: view.since.map(text),
            classes_kept_since: view.classes_since.into_iter().map(|(class, at)| (class, text(at))).collect(),
            alerts_kept_since: view.alerts_since.map(text),
            changed_by: Some(set.changed_by).filter(|_| version > 0),
            changed_at: Some(set.changed_at.to_string()).filter(|_| version > 0),
            version,
        }
    }
}

fn answer(view: RetentionView) -> Response {
    etag::tagged(StatusCode::OK, view.set.version, View::from(view))
}

/// How long the past is kept, and since when it is
#[utoipa::path(get, path = "/retention", responses((status = 200, body = View)))]
async fn get(State(app): State<Shared>, Caller(call): Caller) -> Result<Response, Refusal> {
    Ok(answer(app.service.retention_windows(&call).await?))
}

/// Windows that are set, all of them: what is left out is as the configuration says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(as = SetRetention)]
struct Set {
    #[schema(value_type = Object)]
    windows: Windows,
}

/// Say how long the past is kept. A longer window begins to count now; what is older than a shorter one goes with the next round,
/// within hours
#[utoipa::path(put, path = "/retention", request_body = Set, responses((status = 200, body = View)))]
async fn update(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Set>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Ok(answer(app.service.set_retention(&call, body.windows, seen).await?))
}
