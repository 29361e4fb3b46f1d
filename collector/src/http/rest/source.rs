//! `/sources` and `/reconciliation`: who says something of hosts, and who is believed.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::Versioned;
use muster_model::query::fields;
use muster_model::reconcile::rule::{Reconciliation, Rule, shipped};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::JsonBody;
use crate::http::etag;
use crate::http::problem::Refusal;
use crate::service::source::SourceView;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(get, update))
}

/// Something that says what is there.
#[derive(Debug, Serialize, ToSchema)]
struct SourceRow {
    /// `agent`, `glpi`, `fusioninventory`, `ocsinventory`, `import`, `rest` or `person`.
    name: String,
    /// Of how many hosts it says something.
    hosts: usize,
    last_report_at: Option<String>,
    /// How many of its reports were not taken.
    refused: u64,
    /// The last of them, newest first.
    errors: Vec<RefusedRow>,
    /// The classes of which it tells items.
    covers: Vec<String>,
    /// Categories of its reports of which nothing is taken.
    left_out: Vec<String>,
    /// Names and versions of what reports, with the number of hosts.
    clients: BTreeMap<String, usize>,
}

/// A report that was not taken.
#[derive(Debug, Serialize, ToSchema)]
struct RefusedRow {
    at: String,
    device_id: String,
    why: String,
}

impl From<SourceView> for SourceRow {
    fn from(view: SourceView) -> Self {
        let errors = view.errors.into_iter();
        Self {
            name: view.source.to_string(),
            hosts: view.hosts,
            last_report_at: view.last_report_at.map(|at| at.to_string()),
            refused: view.refused,
            errors: errors.map(|e| RefusedRow { at: e.at.to_string(), device_id: e.device_id, why: e.why }).collect(),
            covers: view.covers.iter().map(ToString::to_string).collect(),
            left_out: view.left_out,
            clients: view.clients,
        }
    }
}

/// All sources, in the order in which they are believed unless a rule says otherwise
#[utoipa::path(get, path = "/sources", params(ListParameters), responses((status = 200, body = List<SourceRow>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<SourceRow>> {
    let (window, query) = query.parse(&fields::SOURCE)?;
    let items = app.service.list_sources(&call).await?;
    Ok(Json(List::chosen(items.into_iter().map(SourceRow::from).collect(), (&window, &query))?))
}

/// Which source is believed: the rules that owners set, and those that are shipped, which count where no other does.
#[derive(Debug, Serialize, ToSchema)]
struct ReconciliationView {
    /// Each with `class` and `attribute` (null: all), `order` (a source, or a list of equals) and `ttl_hours` by source.
    #[schema(value_type = Vec<Object>)]
    rules: Value,
    #[schema(value_type = Vec<Object>)]
    shipped: Value,
    changed_by: Option<String>,
    changed_at: Option<String>,
    version: u64,
}

impl From<Versioned<Reconciliation>> for ReconciliationView {
    fn from(stored: Versioned<Reconciliation>) -> Self {
        let (set, version) = (stored.value, stored.version);
        Self {
            rules: serde_json::to_value(&set.rules).unwrap_or_default(),
            shipped: serde_json::to_value(shipped()).unwrap_or_default(),
            changed_by: Some(set.changed_by).filter(|_| version > 0),
            changed_at: Some(set.changed_at.to_string()).filter(|_| version > 0),
            version,
        }
    }
}

fn answer(stored: Versioned<Reconciliation>) -> Response {
    etag::tagged(StatusCode::OK, stored.version, ReconciliationView::from(stored))
}

/// Which source is believed
#[utoipa::path(get, path = "/reconciliation", responses((status = 200, body = ReconciliationView)))]
async fn get(State(app): State<Shared>, Caller(call): Caller) -> Result<Response, Refusal> {
    Ok(answer(app.service.reconciliation(&call).await?))
}

/// The rules that owners set, all of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[schema(value_type = Vec<Object>)]
    rules: Vec<Rule>,
}

/// Say which source is believed: all rules at once
#[utoipa::path(put, path = "/reconciliation", request_body = Rules, responses((status = 200, body = ReconciliationView)))]
async fn update(
    State(app): State<Shared>,
    Caller(call): Caller,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Rules>,
) -> Result<Response, Refusal> {
    let seen = etag::required(&headers)?;
    Ok(answer(app.service.update_reconciliation(&call, body.rules, seen).await?))
}
