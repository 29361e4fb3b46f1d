//! What people decide about a finding: it is right from now on, it may stand for a time, or it shall be quiet for a time.

use axum::extract::Path;
use axum::response::Response;
use muster_model::text::Phrase;

use super::detail::{self, parse};
use crate::console::answer::see_other;
use crate::console::form::Attempt;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, invalid};

async fn act(visitor: &Visitor, id: &str, what: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call, finding, seen) = (visitor.service(), &visitor.call, parse(id)?, fields.version());
    let moment = |field: &str| {
        let missing = || invalid(&format!("/{field}"), Phrase::new("date_ahead"));
        fields.moment(field).ok_or_else(missing)
    };
    match what {
        "confirm" => service.confirm_finding(call, finding, fields.text("change"), seen).await.map(drop),
        "accept" => service.accept_finding(call, finding, fields.text("reason"), seen).await.map(drop),
        "waive" => {
            let end = moment("expires_at")?;
            service.waive_finding(call, finding, fields.text("justification"), end, seen).await.map(drop)
        }
        "suppress" => {
            let until = moment("until")?;
            service.suppress_finding(call, finding, fields.text("reason"), until, seen).await.map(drop)
        }
        other => Err(ServiceError::NotFound { kind: "action", id: other.chars().take(40).collect() }),
    }
}

async fn outcome(visitor: &Visitor, id: &str, what: &str, fields: Fields) -> Result<Response, ServiceError> {
    match act(visitor, id, what, &fields).await {
        Ok(()) => Ok(see_other(&format!("/findings/{id}?done={what}"))),
        Err(error) => {
            let attempt = Attempt::new(what, fields, error, visitor.locale)?;
            detail::page(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /findings/{id}/{confirm|accept|waive|suppress}`.
pub(in crate::console) async fn decide(
    Path((id, what)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = outcome(&visitor, &id, &what, fields).await;
    visitor.answer(outcome)
}
