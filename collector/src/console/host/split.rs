//! Making a host of its own out of a part of another one: which agents and identifiers leave it.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::agent::Agent;
use muster_model::identification::Identifier;
use muster_model::right::Action;

use super::{detail, edit};
use crate::console::answer::{self, see_other};
use crate::console::form::{Attempt, Choice, Field, Form};
use crate::console::shell::Shell;
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
        .submit(locale.t("split-preview"))
        .field(Field::checks(locale, "agents", agents))
        .field(Field::checks(locale, "identifiers", identifiers))
        .field(Field::text(locale, "name"))
        .field(Field::text(locale, "reason").required());
    Some(form.after(attempt))
}

/// What stays or goes, for the preview.
#[derive(Clone, Debug)]
pub(in crate::console) struct SplitSide {
    pub(in crate::console) title: String,
    pub(in crate::console) name: String,
    pub(in crate::console) agents: Vec<String>,
    pub(in crate::console) identifiers: Vec<(String, String)>,
}

/// The page that shows what a split would do, with the button that does it.
#[derive(Template)]
#[template(path = "split.html")]
pub(in crate::console) struct SplitPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) id: String,
    pub(in crate::console) host: String,
    pub(in crate::console) sides: [SplitSide; 2],
    pub(in crate::console) tickets: usize,
    pub(in crate::console) reason: String,
    /// What was chosen, to be sent once more: name and value of each field.
    pub(in crate::console) kept: Vec<(String, String)>,
}

async fn preview(
    visitor: &Visitor,
    view: &HostView,
    plan: SplitPlan,
    fields: &Fields,
) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let host = &view.host.value;
    let would = service.split_host(call, host.id, plan.clone(), fields.text("reason"), true).await?;
    let living = service.agents_of_host(call, host.id).await?.into_iter().filter(|agent| agent.revoked_at.is_none());
    let (gone, left): (Vec<Agent>, Vec<Agent>) = living.partition(|agent| would.merge.agents.contains(&agent.id));
    let side = |title: &str, name: &str, agents: &[Agent], goes: bool| SplitSide {
        title: locale.t(title),
        name: name.to_owned(),
        agents: agents.iter().map(|agent| format!("{} ({})", agent.hostname, agent.id)).collect(),
        identifiers: host
            .identifiers
            .iter()
            .filter(|one| plan.identifiers.contains(one) == goes)
            .map(|one| (locale.name("identity-kind", one.kind.as_str()), one.value.clone()))
            .collect(),
    };
    let kept = fields.0.iter().filter(|(name, _)| ["agents", "identifiers", "name", "reason"].contains(&name.as_str()));
    let page = SplitPage {
        page: Shell::at(visitor, "/hosts", &locale.t("split-preview-title")).await,
        id: host.id.to_string(),
        host: host.name.clone(),
        sides: [side("split-stays", &host.name, &left, false), side("split-goes", &would.merge.into_name, &gone, true)],
        tickets: would.tickets,
        reason: fields.text("reason").trim().to_owned(),
        kept: kept.cloned().collect(),
    };
    Ok(answer::page(StatusCode::OK, &page))
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
    let outcome = if fields.text("step") == "apply" {
        let done = service.split_host(call, host, plan, fields.text("reason"), false).await;
        done.map(|done| see_other(&format!("/hosts/{}?done=split", done.merge.into)))
    } else {
        preview(visitor, &view, plan, &fields).await
    };
    match outcome {
        Ok(response) => Ok(response),
        Err(error) => {
            let attempt = Attempt::new("split", fields, error, visitor.locale)?;
            detail::page(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /hosts/{id}/split`: first what it would do, then the split itself.
pub(in crate::console) async fn split(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = Box::pin(done(&visitor, &id, fields)).await;
    visitor.answer(outcome)
}
