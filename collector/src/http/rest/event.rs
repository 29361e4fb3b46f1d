//! `/events` and `/integrations/alertmanager`: what monitoring systems send.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use muster_model::alert::alertmanager::{self, Message};
use muster_model::alert::event::Outcome;
use muster_model::text::Phrase;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::view::alert::SubjectView;
use super::{Answer, Caller};
use crate::app::Shared;
use crate::http::body::{self, JsonBody};
use crate::http::problem::Refusal;
use crate::service::alert::{Receipt, Row};
use crate::service::{Call, ServiceError, Wrong, invalid};

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(send)).routes(routes!(alertmanager))
}

/// An event. One, or several as `{"events": [...]}`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of an event; the model's own type is what is read")]
#[schema(as = Event)]
struct EventFields {
    /// Who sends it.
    source: String,
    /// What the sender calls it: what comes twice under one name is one event.
    source_event_id: Option<String>,
    /// What it is about: id, name, FQDN or address of a host or an item.
    ci_ref: Option<String>,
    /// What kind of trouble.
    kind: String,
    /// Which part of the item.
    resource: Option<String>,
    /// What was measured.
    metric: Option<String>,
    /// `critical`, `major`, `minor`, `warning`, `info` or `clear`.
    severity: String,
    /// When it occurred (RFC 3339); now without it.
    occurred_at: Option<String>,
    /// What its alert is recognised by, in place of item, kind and resource.
    dedup_key: Option<String>,
    /// One line for people.
    summary: Option<String>,
    /// What else is known of it: texts by name.
    #[schema(value_type = Object)]
    attrs: Option<BTreeMap<String, String>>,
}

/// What is wrong with a field.
#[derive(Debug, Serialize, ToSchema)]
struct ErrorView {
    pointer: String,
    detail: String,
}

/// What became of an event.
#[derive(Debug, Serialize, ToSchema)]
struct ReceiptView {
    /// `opened`, `updated`, `reopened`, `closed`, `late`, `ignored`, `duplicate` or `refused`.
    outcome: &'static str,
    /// Its alert.
    alert: Option<String>,
    /// Where that stands now.
    state: Option<&'static str>,
    /// What that is about.
    ci: Option<SubjectView>,
    /// What is wrong with it.
    errors: Vec<ErrorView>,
}

/// What became of the events, in their order.
#[derive(Debug, Serialize, ToSchema)]
struct ReceivedEvents {
    items: Vec<ReceiptView>,
    /// How many were taken now.
    taken: usize,
    /// How many were taken before.
    duplicate: usize,
    /// How many are wrong.
    refused: usize,
}

fn row(value: Value) -> Row {
    body::take(value).map_err(|errors| {
        errors.into_iter().map(|error| Wrong { pointer: error.pointer, detail: error.detail.into() }).collect()
    })
}

fn receipt(outcome: Result<Receipt, Vec<Wrong>>) -> ReceiptView {
    match outcome {
        Ok(receipt) => ReceiptView {
            outcome: receipt.outcome.as_str(),
            alert: receipt.alert.as_ref().map(|alert| alert.id.to_string()),
            state: receipt.alert.as_ref().map(|alert| alert.state.as_str()),
            ci: receipt.alert.as_ref().map(|alert| SubjectView::of(&alert.subject, &alert.ci_ref)),
            errors: Vec::new(),
        },
        Err(wrong) => ReceiptView {
            outcome: "refused",
            alert: None,
            state: None,
            ci: None,
            errors: wrong
                .into_iter()
                .map(|one| ErrorView { pointer: one.pointer, detail: one.detail.to_string() })
                .collect(),
        },
    }
}

async fn receive(app: &Shared, call: &Call, rows: &[Row]) -> Answer<ReceivedEvents> {
    let outcomes = app.service.receive_events(call, rows).await?;
    let refused = outcomes.iter().filter(|outcome| outcome.is_err()).count();
    let is_duplicate = |outcome: &&Result<Receipt, Vec<Wrong>>| {
        outcome.as_ref().is_ok_and(|receipt| receipt.outcome == Outcome::Duplicate)
    };
    let duplicate = outcomes.iter().filter(is_duplicate).count();
    let taken = outcomes.len() - refused - duplicate;
    Ok(Json(ReceivedEvents { items: outcomes.into_iter().map(receipt).collect(), taken, duplicate, refused }))
}

/// Send an event, or up to 1000 as `{"events": [...]}`: each is taken once, and has an answer of its own
#[utoipa::path(post, path = "/events", request_body = EventFields, responses((status = 200, body = ReceivedEvents)))]
async fn send(
    State(app): State<Shared>,
    Caller(call): Caller,
    JsonBody(mut body): JsonBody<Map<String, Value>>,
) -> Answer<ReceivedEvents> {
    // Who may not send hears that before what is wrong.
    app.service.may_send_events(&call)?;
    let rows: Vec<Row> = match body.remove("events") {
        Some(Value::Array(events)) if body.is_empty() => events.into_iter().map(row).collect(),
        Some(_) => return Err(invalid("/events", Phrase::new("event_list")).into()),
        None => {
            let one = row(Value::Object(body));
            // One event has its errors where every other request has them.
            vec![Ok(one.map_err(ServiceError::Invalid)?)]
        }
    };
    let is_one = rows.len() == 1;
    let answer = receive(&app, &call, &rows).await?;
    match answer.0.items.first() {
        Some(first) if is_one && first.outcome == "refused" => {
            let wrong = first.errors.iter();
            let wrong =
                wrong.map(|error| Wrong { pointer: error.pointer.clone(), detail: error.detail.as_str().into() });
            Err(ServiceError::Invalid(wrong.collect()).into())
        }
        _ => Ok(answer),
    }
}

/// Who sends.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct From {
    /// What this Alertmanager is called; `alertmanager` without it. Those of a cluster share a name.
    source: Option<String>,
}

/// The message of an Alertmanager's webhook, version 4. What it says besides is not looked at.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a message; the model's own type is what is read")]
struct AlertmanagerMessage {
    version: String,
    alerts: Vec<AlertmanagerAlert>,
}

/// An alert of an Alertmanager.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a message; the model's own type is what is read")]
#[schema(rename_all = "camelCase")]
struct AlertmanagerAlert {
    /// `firing` or `resolved`.
    status: String,
    #[schema(value_type = Object)]
    labels: BTreeMap<String, String>,
    #[schema(value_type = Object)]
    annotations: Option<BTreeMap<String, String>>,
    starts_at: String,
    ends_at: Option<String>,
    fingerprint: Option<String>,
}

/// Take the webhook of a Prometheus Alertmanager (version 4)
#[utoipa::path(post, path = "/integrations/alertmanager", params(From), request_body = AlertmanagerMessage, responses((status = 200, body = ReceivedEvents)))]
async fn alertmanager(
    State(app): State<Shared>,
    Caller(call): Caller,
    Query(from): Query<From>,
    JsonBody(message): JsonBody<Message>,
) -> Answer<ReceivedEvents> {
    app.service.may_send_events(&call)?;
    if message.version != alertmanager::VERSION {
        let why = Phrase::new("alertmanager_version").with("version", alertmanager::VERSION);
        return Err(invalid("/version", why).into());
    }
    let source = from.source.as_deref().unwrap_or("alertmanager");
    let rows: Vec<Row> = message.alerts.iter().map(|alert| Ok(alertmanager::event(source, alert))).collect();
    if rows.is_empty() {
        return Err(Refusal::from(invalid("/alerts", Phrase::new("is_needed"))));
    }
    receive(&app, &call, &rows).await
}
