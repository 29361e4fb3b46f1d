//! What people do on the page of a ticket besides moving it: its details, conflicts, links, tasks, votes, checks.

use axum::extract::Path;
use axum::response::Response;
use muster_model::approval::Decision;
use muster_model::text::Text;
use muster_model::ticket::edit::{Edit, Opening};
use muster_model::ticket::{Channel, Details, Kind, LinkKind};

use super::{address, shape};
use crate::console::answer::see_other;
use crate::console::form::Attempt;
use crate::console::incident::act::finish;
use crate::console::incident::detail;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ticket::check_mark::Found;
use crate::service::ticket::refused_details;
use crate::service::{ServiceError, Wrong};

/// An error of details, at the field of the form that it means.
fn placed(error: ServiceError, kind: Kind) -> ServiceError {
    let part = Details::editable(kind).unwrap_or_default();
    let prefix = format!("/details/{part}/");
    let place = |mut wrong: Wrong| {
        if let Some(path) = wrong.pointer.strip_prefix(&prefix) {
            let fits = |(own, _): &&(&str, shape::Shape)| path == *own || path.starts_with(&format!("{own}/"));
            let own = shape::shapes(kind).iter().find(fits).map_or(path, |(own, _)| own);
            wrong.pointer = format!("/{}", shape::name(own));
        }
        wrong
    };
    match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(errors.into_iter().map(place).collect()),
        other => other,
    }
}

async fn write(visitor: &Visitor, number: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let kind = service.get_ticket(call, number).await?.value.kind();
    let details = Some(shape::patch(kind, fields)?);
    let edit = Edit { details, ..Edit::default() };
    let edited = service.edit_ticket(call, number, edit, fields.version());
    Box::pin(edited).await.map(drop).map_err(|error| placed(error, kind))
}

/// `POST /tickets/{number}/details`.
pub(in crate::console) async fn details(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = Box::pin(write(&visitor, &number, &fields)).await;
    finish(&visitor, &number, "details", "saved", fields, outcome).await
}

/// `POST /tickets/{number}/conflicts`.
pub(in crate::console) async fn conflicts(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let (service, call) = (visitor.service(), &visitor.call);
    let (other, reason) = (fields.text("other"), fields.text("reason"));
    let outcome = service.acknowledge_conflicts(call, &number, other, reason, fields.version()).await.map(drop);
    finish(&visitor, &number, "conflicts", "saved", fields, outcome).await
}

/// `POST /tickets/{number}/checks`: what was found at one.
pub(in crate::console) async fn check(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let found = Found {
        check: fields.text("check").to_owned(),
        passed: fields.text("found") == "passed",
        note: fields.text("note").to_owned(),
    };
    let noted = visitor.service().note_check(&visitor.call, &number, &found, fields.version());
    let outcome = Box::pin(noted).await.map(drop);
    finish(&visitor, &number, "check", "saved", fields, outcome).await
}

/// `POST /tickets/{number}/findings/confirm`.
pub(in crate::console) async fn confirm(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = visitor.service().confirm_findings(&visitor.call, &number).await.map(drop);
    finish(&visitor, &number, "confirm-findings", "confirm", fields, outcome).await
}

async fn returned(visitor: &Visitor, number: &str, fields: Fields) -> Result<Response, ServiceError> {
    let comment = fields.text("comment").to_owned();
    let opened = visitor.service().report_again(&visitor.call, number, &comment, Channel::Portal, fields.version());
    match Box::pin(opened).await {
        Ok(next) => Ok(see_other(&format!("{}?done=opened", address(&next.value.number)))),
        Err(error) => {
            let attempt = Attempt::new("again", fields, error, visitor.locale)?;
            detail::page(visitor, number, Some(&attempt)).await
        }
    }
}

/// `POST /incidents/{number}/again`: it is back.
pub(in crate::console) async fn again(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = returned(&visitor, &number, fields).await;
    visitor.answer(outcome)
}

/// `POST /tickets/{number}/links`.
pub(in crate::console) async fn link(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let kind = LinkKind::ALL.iter().copied().find(|kind| kind.as_str() == fields.text("kind"));
    let (kind, other) = (kind.unwrap_or(LinkKind::RelatesTo), fields.text("ticket").trim());
    let outcome = visitor.service().link_tickets(&visitor.call, &number, kind, other, fields.version()).await.map(drop);
    finish(&visitor, &number, "link", "saved", fields, outcome).await
}

/// `POST /tickets/{number}/links/remove`.
pub(in crate::console) async fn unlink(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let (kind, other) = fields.text("link").split_once('/').unwrap_or_default();
    let kind = LinkKind::ALL.iter().copied().find(|known| known.as_str() == kind).unwrap_or(LinkKind::RelatesTo);
    let outcome =
        visitor.service().unlink_tickets(&visitor.call, &number, kind, other, fields.version()).await.map(drop);
    finish(&visitor, &number, "unlink", "saved", fields, outcome).await
}

async fn add_task(visitor: &Visitor, number: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let parent = service.get_ticket(call, number).await?.value.id;
    let mut patch = shape::patch(Kind::Task, fields)?;
    Box::pin(service.name_details(call, Kind::Task, &mut patch)).await?;
    let opening = Opening {
        details: Details::empty(Kind::Task).patched(&patch).map_err(refused_details)?,
        description: Text::Written(fields.text("description").to_owned()),
        assignment_group: fields.filled("assignment_group").map(str::to_owned),
        parent: Some(parent),
        ..Opening::incident(fields.text("title").trim().into(), Channel::Portal)
    };
    service.create_ticket(call, opening, None).await.map(drop)
}

/// `POST /tickets/{number}/tasks`.
pub(in crate::console) async fn task(
    Path(number): Path<String>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = add_task(&visitor, &number, &fields).await;
    finish(&visitor, &number, "task", "opened", fields, outcome).await
}

async fn cast(visitor: &Visitor, id: &str, fields: &Fields) -> Result<(), ServiceError> {
    let missing = || ServiceError::NotFound { kind: "approval", id: id.to_owned() };
    let id = id.parse().map_err(|_| missing())?;
    let decision = Decision::ALL.iter().copied().find(|decision| decision.as_str() == fields.text("decision"));
    let (decision, comment) = (decision.unwrap_or(Decision::Abstain), fields.text("comment"));
    visitor.service().vote(&visitor.call, id, decision, comment, fields.version()).await.map(drop)
}

/// `POST /approvals/{id}`.
pub(in crate::console) async fn vote(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let found = match id.parse() {
        Ok(id) => visitor.service().get_approval(&visitor.call, id).await,
        Err(_) => Err(ServiceError::NotFound { kind: "approval", id: id.clone() }),
    };
    let number = match found {
        Ok(round) => round.value.number,
        Err(error) => return visitor.answer(Err(error)),
    };
    let outcome = cast(&visitor, &id, &fields).await;
    finish(&visitor, &number, "vote", "voted", fields, outcome).await
}
