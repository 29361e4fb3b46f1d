//! Making a host of its own out of a part of another one: which agents and identifiers leave it.

use axum::extract::Path;
use axum::response::Response;
use muster_model::agent::Agent;
use muster_model::identification::Identifier;
use muster_model::right::Action;

use super::{detail, edit};
use crate::console::answer::see_other;
use crate::console::form::{Attempt, Choice, Field, Form};
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::host::HostView;
use crate::service::identification::SplitPlan;

fn key(identifier: &Identifier) -> String {
    identifier.index_key()
}

/// The form that splits a host; none for a host of which nothing can leave.
pub(in crate::console) fn form(
    view: &HostView,
    agents: &[Agent],
    visitor: &Visitor,
    attempt: Option<&Attempt>,
) -> Option<Form> {
    let (locale, host) = (visitor.locale, &view.host.value);
    let agent = |agent: &Agent| Choice {
        value: agent.id.to_string(),
        label: format!("{} ({})", agent.hostname, agent.id),
        is_chosen: false,
    };
    let agents: Vec<Choice> = agents.iter().filter(|agent| agent.revoked_at.is_none()).map(agent).collect();
    let identifier = |one: &Identifier| Choice {
        value: key(one),
        label: format!("{} {}", locale.name("identity-kind", one.kind.as_str()), one.value),
        is_chosen: false,
    };
    let identifiers: Vec<Choice> = host.identifiers.iter().map(identifier).collect();
    if !visitor.may(Action::IdentityDecide) || (agents.is_empty() && identifiers.is_empty()) {
        return None;
    }
    let form = Form::new(visitor, "split", format!("/hosts/{}/split", host.id), locale.t("host-split"))
        .tone("danger")
        .note(locale.t("host-split-note"))
        .field(Field::checks(locale, "agents", agents))
        .field(Field::checks(locale, "identifiers", identifiers))
        .field(Field::text(locale, "name"))
        .field(Field::text(locale, "reason").required());
    Some(form.after(attempt))
}

async fn done(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call, host) = (visitor.service(), &visitor.call, edit::parse(id)?);
    let view = service.get_host(call, host, muster_model::history::Moment::NOW).await?;
    let is_chosen = |one: &&Identifier| fields.all("identifiers").any(|text| text == key(one));
    let plan = SplitPlan {
        agents: fields.all("agents").filter_map(|id| id.parse().ok()).collect(),
        identifiers: view.host.value.identifiers.iter().filter(is_chosen).cloned().collect(),
        name: fields.filled("name").map(str::to_owned),
    };
    match service.split_host(call, host, plan, fields.text("reason"), false).await {
        Ok(done) => Ok(see_other(&format!("/hosts/{}?done=split", done.merge.into))),
        Err(error) => {
            let attempt = Attempt::new("split", fields, error, visitor.locale)?;
            detail::page(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /hosts/{id}/split`.
pub(in crate::console) async fn split(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = done(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
