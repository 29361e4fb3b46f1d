//! `/alert-rules`: which alerts make incidents.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::alert::preview::{self, WouldBe};
use muster_model::alert::rule::AlertRule;
use muster_model::query::fields;
use muster_shared::id::AlertRuleId;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::view::alert::AlertRuleView;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::alert::RuleDraft;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, change, remove)).routes(routes!(try_out))
}

fn answer(status: StatusCode, stored: Versioned<AlertRule>) -> Response {
    etag::tagged(status, stored.version, AlertRuleView::from(stored))
}

/// Alert rules in the order in which they are tried
#[utoipa::path(get, path = "/alert-rules", params(ListParameters), responses((status = 200, body = List<AlertRuleView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<AlertRuleView>> {
    let (window, query) = query.parse(&fields::ALERT_RULE)?;
    Ok(Json(List::of(app.service.list_alert_rules(&call, &query, &window).await?, AlertRuleView::from)))
}

/// One alert rule
#[utoipa::path(get, path = "/alert-rules/{id}", params(("id" = String, Path)), responses((status = 200, body = AlertRuleView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller, Path(text): Path<String>) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::OK, app.service.get_alert_rule(&call, super::id("alert rule", &text)?).await?))
}

/// A value that may be taken away by a null.
#[derive(Debug, Deserialize, Serialize)]
#[serde(transparent)]
struct Change<T>(Option<T>);

/// Tells a null from an absent field.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// An alert rule: what is left out stays, or is as usual.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = AlertRuleEdit)]
struct Edit {
    name: Option<String>,
    /// Rules are tried from the smallest to the greatest; the first that fits decides.
    position: Option<u32>,
    enabled: Option<bool>,
    /// Which alerts it is for, in the query language of `/alerts`; empty is all.
    filter: Option<String>,
    /// So many events of a group make an incident: 1 to 100.
    min_count: Option<u32>,
    /// Within so many seconds.
    window_seconds: Option<u32>,
    /// An alert has to go on for so many seconds.
    hold_seconds: Option<u32>,
    /// Title of the incident, with `{ci}`, `{kind}`, `{resource}`, `{attrs.…}`; empty is the alert's own line.
    title: Option<String>,
    /// Alerts that are alike in these are one incident: `ci`, `source`, `kind`, `resource`, `metric`, `severity`, `attrs.…`.
    group_by: Option<Vec<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    assignment_group: Option<Change<String>>,
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    /// Who works on it: the id of an account, or the name that they sign in with.
    assignee: Option<Change<String>>,
    /// Whether the incident ends by itself when all of its alerts are closed and no person is assigned.
    auto_resolve: Option<bool>,
}

impl From<Edit> for RuleDraft {
    fn from(edit: Edit) -> Self {
        Self {
            name: edit.name,
            position: edit.position,
            is_enabled: edit.enabled,
            filter: edit.filter,
            min_count: edit.min_count,
            window_seconds: edit.window_seconds,
            hold_seconds: edit.hold_seconds,
            title: edit.title,
            group_by: edit.group_by,
            assignment_group: edit.assignment_group.map(|change| change.0),
            assignee: edit.assignee.map(|change| change.0),
            auto_resolve: edit.auto_resolve,
        }
    }
}

/// Make an alert rule
#[utoipa::path(post, path = "/alert-rules", request_body = Edit, responses((status = 201, body = AlertRuleView)))]
async fn create(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    Ok(answer(StatusCode::CREATED, app.service.create_alert_rule(&call, body.into()).await?))
}

/// Change an alert rule
#[utoipa::path(patch, path = "/alert-rules/{id}", params(("id" = String, Path)), request_body = Edit, responses((status = 200, body = AlertRuleView)))]
async fn change(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Edit>,
) -> Result<Response, Refusal> {
    let (id, seen) = (super::id("alert rule", &text)?, etag::required(&headers)?);
    Ok(answer(StatusCode::OK, app.service.update_alert_rule(&call, id, body.into(), seen).await?))
}

/// Remove an alert rule; the shipped one can only be switched off
#[utoipa::path(delete, path = "/alert-rules/{id}", params(("id" = String, Path)), responses((status = 204)))]
async fn remove(
    State(app): State<Shared>,
    Caller(call): Caller,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refusal> {
    let (id, seen) = (super::id("alert rule", &text)?, etag::required(&headers)?);
    app.service.remove_alert_rule(&call, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A rule that is tried on the past.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TryOut {
    /// The rule that would be changed; without it, a new one.
    #[schema(value_type = Option<String>)]
    id: Option<AlertRuleId>,
    /// What the rule would say.
    #[serde(default)]
    rule: Edit,
}

/// An incident that would have been.
#[derive(Debug, Serialize, ToSchema)]
struct WouldBeView {
    title: String,
    at: String,
    /// Its alerts.
    alerts: Vec<String>,
}

impl From<WouldBe> for WouldBeView {
    fn from(incident: WouldBe) -> Self {
        let alerts = incident.alerts.iter().take(100).map(ToString::to_string).collect();
        Self { title: incident.title, at: incident.at.to_string(), alerts }
    }
}

/// What a rule would have done.
#[derive(Debug, Serialize, ToSchema)]
struct PreviewView {
    /// Days that were looked at.
    days: i64,
    /// Alerts that the rule is for.
    alerts: usize,
    /// Those of them that are muted now.
    muted: usize,
    /// Incidents that it would have made.
    incidents: usize,
    /// The first of them.
    first: Vec<WouldBeView>,
}

/// Say what a rule would have done with the alerts of the last 30 days; nothing is changed
#[utoipa::path(post, path = "/alert-rules/preview", request_body = TryOut, responses((status = 200, body = PreviewView)))]
async fn try_out(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(body): JsonBody<TryOut>,
) -> Answer<PreviewView> {
    let (_, found) = app.service.preview_alert_rule(&call, body.id, body.rule.into()).await?;
    let incidents = found.incidents.len();
    let first = found.incidents.into_iter().take(preview::SHOWN).map(WouldBeView::from).collect();
    Ok(Json(PreviewView { days: preview::DAYS, alerts: found.alerts, muted: found.muted, incidents, first }))
}
