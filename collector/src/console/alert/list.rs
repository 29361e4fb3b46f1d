//! `/alerts`: what monitoring systems say is wrong, the last event first.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::alert::{Alert, AlertState, Subject};
use muster_model::policy::Severity;
use muster_model::query::{Query, fields};
use muster_shared::Time;
use muster_shared::id::NodeId;

use crate::console::answer;
use crate::console::form::{self, Choice};
use crate::console::list::{self, Pager};
use crate::console::locale::Locale;
use crate::console::moment;
use crate::console::shell::Shell;
use crate::console::value;
use crate::console::visitor::Visitor;
use crate::service::{Page, ServiceError, invalid};

/// A row of a list of alerts.
#[derive(Clone, Debug)]
pub(in crate::console) struct AlertRow {
    pub(in crate::console) id: String,
    pub(in crate::console) severity: Severity,
    pub(in crate::console) title: String,
    /// What kind of trouble, and of which part; empty when the title says just that.
    pub(in crate::console) kind: String,
    /// The page of the item, if it is known.
    pub(in crate::console) item: Option<String>,
    pub(in crate::console) item_name: String,
    pub(in crate::console) state: &'static str,
    /// Why it is muted.
    pub(in crate::console) why: Option<String>,
    pub(in crate::console) count: usize,
    pub(in crate::console) first_at: Time,
    pub(in crate::console) last_at: Time,
    pub(in crate::console) incident: Option<String>,
}

/// The page of what an alert is about.
pub(super) fn page_of(subject: &Subject) -> Option<String> {
    match subject {
        Subject::Item { node: NodeId::Host(id), .. } => Some(format!("/hosts/{id}")),
        Subject::Item { node, .. } => Some(format!("/items/{node}")),
        Subject::Nothing | Subject::Several => None,
    }
}

/// Why an alert is muted, in one line.
pub(super) fn why(alert: &Alert, locale: Locale) -> Option<String> {
    let AlertState::Suppressed(mute) = &alert.state else { return None };
    let cause = locale.name("mute", mute.cause.as_str());
    let name = value::middle(&mute.name, 60);
    Some(match mute.until {
        Some(until) => {
            locale.with("alert-muted-until", &[("cause", &cause), ("name", &name), ("until", &moment::exact(until))])
        }
        None => locale.with("alert-muted", &[("cause", &cause), ("name", &name)]),
    })
}

/// The kind of an alert and the part that it is of, as far as its line does not say it already.
fn kind_of(alert: &Alert) -> String {
    let parts = [alert.kind.as_str(), alert.resource.as_str()];
    let kind = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    // Without a line of the sender the title is made of both.
    if alert.title().contains(&kind) { String::new() } else { value::middle(&kind, 60) }
}

impl AlertRow {
    /// An alert as a row.
    pub(in crate::console) fn of(alert: &Alert, incident: Option<String>, locale: Locale) -> Self {
        Self {
            id: alert.id.to_string(),
            severity: alert.severity,
            title: value::title(&alert.title(), 120),
            kind: kind_of(alert),
            item: page_of(&alert.subject),
            item_name: value::or_none(value::middle(alert.ci_name(), 60)),
            state: alert.state.as_str(),
            why: why(alert, locale),
            count: usize::try_from(alert.count).unwrap_or(usize::MAX),
            first_at: alert.first_at,
            last_at: alert.last_at,
            incident,
        }
    }
}

/// Alerts as rows, with the numbers of their incidents.
pub(super) async fn rows(visitor: &Visitor, alerts: &[Alert]) -> Result<Vec<AlertRow>, ServiceError> {
    let mut rows = Vec::new();
    for alert in alerts {
        let incident = visitor.service().incident_of_alert(alert).await?;
        rows.push(AlertRow::of(alert, incident, visitor.locale));
    }
    Ok(rows)
}

#[derive(Template)]
#[template(path = "alerts.html")]
struct AlertsPage {
    page: Shell,
    q: String,
    states: Vec<Choice>,
    severities: Vec<Choice>,
    error: Option<String>,
    alerts: Vec<AlertRow>,
    pager: Pager,
    is_filtered: bool,
    fields: String,
}

fn query(q: &str, state: &str, severity: &str) -> Result<Query, ServiceError> {
    let mut query = Query::parse(q, &fields::ALERT)?;
    for (field, value) in [("state", state), ("severity", severity)] {
        if !value.is_empty() {
            query.and(field, value, &fields::ALERT).map_err(|why| invalid(&format!("/{field}"), why))?;
        }
    }
    Ok(query)
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let parameter = |name: &str| visitor.parameter(name).unwrap_or_default();
    let (q, state, severity) = (parameter("q"), parameter("state"), parameter("severity"));
    let (found, error) = match query(&q, &state, &severity) {
        Ok(query) => (visitor.service().list_alerts(&visitor.call, &query, &list::window(visitor)).await?, None),
        Err(error) => (Page { items: Vec::new(), next_cursor: None }, Some(list::query_error(error, locale)?)),
    };
    let mut states = form::choices(locale, "alert-state", AlertState::NAMES.iter().copied(), &state);
    states.insert(0, form::nothing(locale.t("alerts-standing"), state.is_empty()));
    let mut severities = form::choices(locale, "severity", Severity::ALL.iter().rev().map(|s| s.as_str()), &severity);
    severities.insert(0, form::nothing(locale.t("any"), severity.is_empty()));
    let code = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let alerts: Vec<Alert> = found.items.into_iter().map(|stored| stored.value).collect();
    let page = AlertsPage {
        page: Shell::at(visitor, "/alerts", &locale.t("alerts-title")).await,
        is_filtered: !(q.is_empty() && state.is_empty() && severity.is_empty()),
        q,
        states,
        severities,
        error,
        pager: Pager::new(visitor, "/alerts", found.next_cursor),
        alerts: rows(visitor, &alerts).await?,
        fields: fields::ALERT.names().collect::<Vec<_>>().join(", "),
    };
    Ok(answer::page(code, &page))
}

/// `GET /alerts`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
