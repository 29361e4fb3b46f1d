//! What people do with a host: say who answers for it, and ask for a fresh look.

use axum::extract::Path;
use axum::response::Response;
use muster_model::history::Moment;
use muster_model::host::{Criticality, Lifecycle};
use muster_model::text::{Phrase, Word};
use muster_shared::id::{HostId, NodeId};

use super::detail;
use crate::console::answer::see_other;
use crate::console::form::Attempt;
use crate::console::pin;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::host::HostEdit;
use crate::service::{ServiceError, invalid};

/// The host of a path.
pub(in crate::console) fn parse(id: &str) -> Result<HostId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "host", id: id.chars().take(80).collect() })
}

/// A choice of a closed set; a browser sends no other value, so it is refused as a whole.
pub(in crate::console) fn choice<T: Copy>(
    fields: &Fields,
    name: &'static str,
    all: &[T],
    spelled: fn(T) -> &'static str,
) -> Result<Option<T>, ServiceError> {
    let Some(given) = fields.filled(name) else { return Ok(None) };
    let wrong = || {
        let given: String = given.chars().take(60).collect();
        let why = Phrase::new("no_choice").with("value", given).term("field", "field", name);
        invalid(&format!("/{name}"), why.with("choices", Word::list(all.iter().map(|choice| spelled(*choice)))))
    };
    all.iter().copied().find(|choice| spelled(*choice) == given).map(Some).ok_or_else(wrong)
}

async fn update(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let host = parse(id)?;
    let edit = HostEdit {
        owner: Some(fields.text("owner").to_owned()),
        site: Some(fields.text("site").to_owned()),
        criticality: choice(&fields, "criticality", Criticality::ALL, Criticality::as_str)?,
        lifecycle: choice(&fields, "lifecycle", Lifecycle::ALL, Lifecycle::as_str)?,
    };
    if let Err(error) = pin::check(visitor, NodeId::Host(host), &fields).await {
        let attempt = Attempt::new("edit", fields, error, visitor.locale)?;
        return detail::page(visitor, id, Some(&attempt)).await;
    }
    let present = visitor.service().get_host(&visitor.call, host, Moment::NOW).await?.host.value;
    match visitor.service().update_host(&visitor.call, host, edit.only_new(&present), fields.version()).await {
        Ok(_) => Ok(see_other(&format!("/hosts/{id}?done=saved"))),
        Err(error) => {
            let attempt = Attempt::new("edit", fields, error, visitor.locale)?;
            detail::page(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /hosts/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = Box::pin(update(&visitor, &id, fields)).await;
    visitor.answer(outcome)
}

async fn ask(visitor: &Visitor, id: &str) -> Result<Response, ServiceError> {
    visitor.service().recheck_host(&visitor.call, parse(id)?).await?;
    Ok(see_other(&format!("/hosts/{id}?done=recheck")))
}

/// `POST /hosts/{id}/recheck`.
pub(in crate::console) async fn recheck(Path(id): Path<String>, Submission { visitor, .. }: Submission) -> Response {
    let outcome = ask(&visitor, &id).await;
    visitor.answer(outcome)
}
