//! What people do with an incident.

use axum::extract::Path;
use axum::response::Response;
use muster_model::text::Phrase;
use muster_model::ticket::Visibility;
use muster_model::ticket::edit::Edit;
use muster_model::ticket::transition::Fields as Given;
use muster_shared::id::HostId;

use super::detail;
use crate::console::answer::see_other;
use crate::console::form::Attempt;
use crate::console::submission::{Fields, Submission};
use crate::console::ticket::about;
use crate::console::ticket::address;
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, invalid};

/// Back to the incident with a note, or the page with the form that was not taken.
pub(in crate::console) async fn finish(
    visitor: &Visitor,
    number: &str,
    form: &str,
    done: &str,
    fields: Fields,
    outcome: Result<(), ServiceError>,
) -> Response {
    let answered = match outcome {
        Ok(()) => Ok(see_other(&format!("{}?done={done}", address(number)))),
        Err(error) => match Attempt::new(form, fields, error, visitor.locale) {
            Ok(attempt) => detail::page(visitor, number, Some(&attempt)).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(answered)
}

fn no_user(id: &str) -> ServiceError {
    invalid("/assignee", Phrase::new("no_active_user").with("user", id))
}

fn level(fields: &Fields, name: &str) -> Result<Option<u8>, ServiceError> {
    match fields.filled(name) {
        None => Ok(None),
        Some(text) => text
            .parse()
            .map(Some)
            .map_err(|_| invalid(&format!("/{name}"), Phrase::new("number_from_to").with("min", "1").with("max", "5"))),
    }
}

/// `None` when the form has no such field; `Some(None)` when it is empty.
#[expect(clippy::option_option, reason = "the model's own form of an edit: absent stays, empty takes away")]
fn optional(fields: &Fields, name: &str) -> Option<Option<String>> {
    let is_there = fields.0.iter().any(|(key, _)| key == name);
    is_there.then(|| fields.filled(name).map(str::to_owned))
}

/// The time of a follow-up; empty takes it away.
#[expect(clippy::option_option, reason = "the model's own form of an edit: absent stays, empty takes away")]
fn follow_up(fields: &Fields) -> Result<Option<Option<muster_shared::Time>>, ServiceError> {
    match optional(fields, "follow_up_at") {
        Some(Some(_)) => match fields.moment("follow_up_at") {
            Some(at) => Ok(Some(Some(at))),
            None => Err(invalid("/follow_up_at", Phrase::new("date_and_time"))),
        },
        Some(None) => Ok(Some(None)),
        None => Ok(None),
    }
}

async fn edit_of(visitor: &Visitor, fields: &Fields) -> Result<Edit, ServiceError> {
    let assignee = match optional(fields, "assignee") {
        None => None,
        Some(None) => Some(None),
        Some(Some(id)) => Some(Some(id.parse().map_err(|_| no_user(&id))?)),
    };
    let requester = match fields.filled("requester") {
        Some(name) => Some(visitor.service().user_named("/requester", name).await?),
        None => None,
    };
    Ok(Edit {
        title: optional(fields, "title").map(Option::unwrap_or_default),
        description: None,
        impact: level(fields, "impact")?,
        urgency: level(fields, "urgency")?,
        priority: level(fields, "priority")?,
        override_reason: fields.filled("override_reason").map(str::to_owned),
        pin: fields.0.iter().any(|(key, _)| key == "override_reason").then(|| fields.text("pin") == "yes"),
        requester,
        items: optional(fields, "items").map(|text| about::read(&text.unwrap_or_default())),
        category: optional(fields, "category"),
        assignment_group: optional(fields, "assignment_group"),
        assignee,
        follow_up_at: follow_up(fields)?,
        ..Edit::default()
    })
}

async fn edit(visitor: &Visitor, number: &str, fields: &Fields) -> Result<(), ServiceError> {
    let edit = edit_of(visitor, fields).await?;
    let edited = visitor.service().edit_ticket(&visitor.call, number, edit, fields.version());
    Box::pin(edited).await.map(drop)
}

/// `POST /incidents/{number}`.
pub(in crate::console) async fn save(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = Box::pin(edit(&visitor, &number, &fields)).await;
    finish(&visitor, &number, "edit", "saved", fields, outcome).await
}

/// `POST /incidents/{number}/take`: it is mine.
pub(in crate::console) async fn take(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let edit = Edit { assignee: Some(Some(visitor.id())), ..Edit::default() };
    let edited = visitor.service().edit_ticket(&visitor.call, &number, edit, fields.version());
    let outcome = Box::pin(edited).await.map(drop);
    finish(&visitor, &number, "take", "taken", fields, outcome).await
}

/// `POST /incidents/{number}/acknowledge`: I saw it.
pub(in crate::console) async fn acknowledge(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let acknowledged = visitor.service().acknowledge_ticket(&visitor.call, &number, fields.version());
    let outcome = Box::pin(acknowledged).await.map(drop);
    finish(&visitor, &number, "acknowledge", "acknowledged", fields, outcome).await
}

/// `POST /incidents/{number}/watch`: tell me of what happens to it.
pub(in crate::console) async fn watch(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = visitor.service().watch_ticket(&visitor.call, &number, true).await;
    finish(&visitor, &number, "watch", "watched", fields, outcome).await
}

/// `POST /incidents/{number}/unwatch`: tell me no more.
pub(in crate::console) async fn unwatch(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = visitor.service().watch_ticket(&visitor.call, &number, false).await;
    finish(&visitor, &number, "unwatch", "unwatched", fields, outcome).await
}

fn given(fields: &Fields) -> Result<Given, ServiceError> {
    let text = |name: &str| fields.filled(name).map(str::to_owned);
    let wake_at = match fields.filled("wake_at") {
        None => None,
        Some(_) => Some(fields.moment("wake_at").ok_or_else(|| invalid("/wake_at", Phrase::new("date_and_time")))?),
    };
    let until = match fields.filled("until") {
        None => None,
        Some(_) => Some(fields.moment("until").ok_or_else(|| invalid("/until", Phrase::new("date_and_time")))?),
    };
    let assignee = match fields.filled("assignee") {
        None => None,
        Some(id) => Some(id.parse().map_err(|_| no_user(id))?),
    };
    Ok(Given {
        comment: text("comment"),
        reason: text("reason"),
        wake_at,
        until,
        close_code: text("close_code"),
        close_notes: text("close_notes"),
        cause_item: text("cause_item"),
        assignment_group: text("assignment_group"),
        assignee,
        duplicate_of: text("duplicate_of"),
        said: None,
    })
}

async fn step(visitor: &Visitor, number: &str, event: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let moved = service.transition_ticket(call, number, event, given(fields)?, fields.version());
    Box::pin(moved).await.map(drop)
}

/// `POST /incidents/{number}/do/{event}`.
pub(in crate::console) async fn transition(
    Path((number, event)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = Box::pin(step(&visitor, &number, &event, &fields)).await;
    finish(&visitor, &number, &format!("do-{event}"), "moved", fields, outcome).await
}

/// `POST /incidents/{number}/comments`. A comment hurts nobody's change, so it does not ask for the version.
pub(in crate::console) async fn comment(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let visibility = if fields.text("visibility") == "internal" { Visibility::Internal } else { Visibility::Public };
    let text = fields.text("text").trim();
    let outcome = visitor.service().comment_ticket(&visitor.call, &number, text, visibility, None).await.map(drop);
    finish(&visitor, &number, "comment", "commented", fields, outcome).await
}

/// Asks all hosts of an incident for a fresh look. One that was never heard of holds the others up no more than it can help.
async fn recheck_all(visitor: &Visitor, number: &str) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let ticket = service.get_ticket(call, number).await?.value;
    let mut outcome = Ok(());
    let mut is_asked = false;
    for item in detail::hosts_of(&ticket) {
        let Ok(host) = item.id.parse::<HostId>() else { continue };
        match service.recheck_host(call, host).await {
            Ok(()) => is_asked = true,
            Err(error) => outcome = Err(error),
        }
    }
    if is_asked { Ok(()) } else { outcome }
}

/// `POST /incidents/{number}/recheck`: what is so now?
pub(in crate::console) async fn recheck(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = recheck_all(&visitor, &number).await;
    finish(&visitor, &number, "recheck", "recheck", fields, outcome).await
}

async fn accept_all(visitor: &Visitor, number: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let ticket = service.get_ticket(call, number).await?.value;
    let ids = ticket.drift.map(|origin| origin.findings).unwrap_or_default();
    let findings = service.findings_of_ticket(call, &ids).await?;
    for finding in findings.iter().filter(|finding| finding.value.state.is_active()) {
        service.accept_finding(call, finding.value.id, fields.text("reason"), Some(finding.version)).await?;
    }
    Ok(())
}

/// `POST /incidents/{number}/accept`: everything that was found is right from now on.
pub(in crate::console) async fn accept(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = accept_all(&visitor, &number, &fields).await;
    finish(&visitor, &number, "accept", "accept", fields, outcome).await
}
