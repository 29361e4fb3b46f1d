//! `/alerts/{id}`: one alert with its events, why it is muted, and what can be done.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::alert::event::Received;
use muster_model::alert::{Alert, AlertState, Cause, Subject};
use muster_model::right::Action;
use muster_shared::Time;
use muster_shared::id::AlertId;

use super::list::{self, AlertRow};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::markup;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, Window};

/// Events that the page shows.
const EVENTS: usize = 50;

/// An event as the page shows it.
#[derive(Clone, Debug)]
struct EventRow {
    at: Time,
    received_at: Time,
    level: &'static str,
    outcome: &'static str,
    summary: String,
}

impl From<Received> for EventRow {
    fn from(received: Received) -> Self {
        Self {
            at: received.occurred_at,
            received_at: received.received_at,
            level: received.event.severity.as_str(),
            outcome: received.outcome.as_str(),
            summary: received.event.summary,
        }
    }
}

#[derive(Template)]
#[template(path = "alert.html")]
struct AlertPage {
    page: Shell,
    alert: Alert,
    row: AlertRow,
    /// How the item was found, or why it was not.
    found: &'static str,
    /// Page of what mutes it.
    mute_href: Option<String>,
    /// Who closed it and why.
    closed: Option<(Time, Option<String>, String)>,
    taken_by: Option<String>,
    events: Vec<EventRow>,
    buttons: Vec<Form>,
    folds: Vec<Form>,
    silence: Option<String>,
}

fn parse(id: &str) -> Result<AlertId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "alert", id: id.chars().take(80).collect() })
}

/// The question that means an alert and its like.
fn matcher(alert: &Alert) -> String {
    let is_plain =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if is_plain(alert.ci_name()) && is_plain(&alert.kind) {
        format!("ci:{} kind:{}", alert.ci_name(), alert.kind)
    } else {
        format!("key:{}", alert.key)
    }
}

fn mute_href(alert: &Alert) -> Option<String> {
    let AlertState::Suppressed(mute) = &alert.state else { return None };
    Some(match mute.cause {
        Cause::Maintenance => format!("/maintenance-windows/{}", mute.by),
        Cause::Change => format!("/tickets/{}", mute.by),
        Cause::Parent => format!("/alerts/{}", mute.by),
        Cause::Silence => format!("/silences/{}", mute.by),
    })
}

fn forms(visitor: &Visitor, stored: &Versioned<Alert>, attempt: Option<&Attempt>) -> (Vec<Form>, Vec<Form>) {
    let alert = &stored.value;
    if !alert.state.is_active() || !visitor.may(Action::AlertUpdate) {
        return (Vec::new(), Vec::new());
    }
    let form = |id: &'static str| {
        let action = format!("/alerts/{}/{id}", alert.id);
        Form::new(visitor, id, action, visitor.locale.name("alert-do", id)).version(stored.version)
    };
    let is_taken = matches!(alert.state, AlertState::Acknowledged { .. });
    let take = (!is_taken).then(|| form("acknowledge").tone("primary").after(attempt));
    let close = form("close").field(Field::area(visitor.locale, "reason").required()).after(attempt);
    (take.into_iter().collect(), vec![close])
}

async fn page(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let stored = service.get_alert(call, parse(id)?).await?;
    let window = Window { limit: EVENTS, cursor: None };
    let events = service.events_of_alert(call, stored.value.id, &window).await?;
    let (buttons, folds) = forms(visitor, &stored, attempt);
    let alert = stored.value;
    let incident = service.incident_of_alert(&alert).await?;
    let may_silence = visitor.may(Action::AlertSilence) && alert.state.is_active();
    let page = AlertPage {
        page: Shell::at(visitor, "/alerts", &alert.title()).await,
        row: AlertRow::of(&alert, incident, visitor.locale),
        found: match &alert.subject {
            Subject::Item { by, .. } => by.as_str(),
            Subject::Nothing => "unknown",
            Subject::Several => "several",
        },
        mute_href: mute_href(&alert),
        closed: match &alert.state {
            AlertState::Closed { at, by, reason } => Some((*at, by.clone(), reason.clone())),
            _ => None,
        },
        taken_by: match &alert.state {
            AlertState::Acknowledged { by, .. } => Some(by.clone()),
            _ => None,
        },
        events: events.items.into_iter().map(|stored| EventRow::from(stored.value)).collect(),
        buttons,
        folds,
        silence: may_silence.then(|| format!("/silences?matcher={}#form-new", markup::url(&matcher(&alert)))),
        alert,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /alerts/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = page(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn turn(visitor: &Visitor, id: &str, what: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call, alert, seen) = (visitor.service(), &visitor.call, parse(id)?, fields.version());
    let done = match what {
        "acknowledge" => service.acknowledge_alert(call, alert, seen).await.map(drop),
        "close" => service.close_alert(call, alert, fields.text("reason"), seen).await.map(drop),
        other => Err(ServiceError::NotFound { kind: "action", id: other.chars().take(40).collect() }),
    };
    match done {
        Ok(()) => Ok(see_other(&format!("/alerts/{id}?done=moved"))),
        Err(error) => {
            let attempt = Attempt::new(what, fields, error, visitor.locale)?;
            page(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /alerts/{id}/{acknowledge|close}`.
pub(in crate::console) async fn act(
    Path((id, what)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = turn(&visitor, &id, &what, fields).await;
    visitor.answer(outcome)
}

/// Alerts of an incident, for its page.
pub(in crate::console) async fn of_ticket(
    visitor: &Visitor,
    ticket: &muster_model::ticket::Ticket,
) -> Result<Vec<AlertRow>, ServiceError> {
    if ticket.alert.is_none() || !visitor.may(Action::AlertRead) {
        return Ok(Vec::new());
    }
    let alerts = visitor.service().alerts_of_ticket(&visitor.call, ticket.id).await?;
    list::rows(visitor, &alerts).await
}
