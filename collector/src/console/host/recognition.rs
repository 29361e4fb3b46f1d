//! By what a host is recognised, and how each of its agents came to it; and making it another host.

use axum::extract::Path;
use axum::response::Response;
use muster_model::identification::Identifier;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::Time;
use muster_shared::id::HostId;

use super::{detail, edit};
use crate::console::answer::see_other;
use crate::console::form::{Attempt, Field, Form};
use crate::console::identity;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::host::HostView;
use crate::service::identification::Recognition;
use crate::service::{ServiceError, invalid};

/// How an agent came to the host.
#[derive(Clone, Debug)]
pub(in crate::console) struct RecognitionRow {
    pub(in crate::console) agent: String,
    pub(in crate::console) rule: String,
    pub(in crate::console) values: String,
    pub(in crate::console) at: Time,
    /// Other hosts that were looked at: id, name, and why they were not taken.
    pub(in crate::console) others: Vec<(String, String, String)>,
    /// Values that counted for nothing, and why.
    pub(in crate::console) ignored: Vec<(String, String)>,
}

fn label(visitor: &Visitor, identifier: &Identifier) -> String {
    visitor.locale.name("identity-kind", identifier.kind.as_str())
}

/// What a host is recognised by: kind and value.
pub(in crate::console) fn identifiers(visitor: &Visitor, all: &[Identifier]) -> Vec<(String, String)> {
    all.iter().map(|one| (label(visitor, one), one.value.clone())).collect()
}

/// How its agents came to it.
pub(in crate::console) fn rows(visitor: &Visitor, host: HostId, all: Vec<Recognition>) -> Vec<RecognitionRow> {
    let locale = visitor.locale;
    let row = |recognition: Recognition| {
        let matched = recognition.agent.matched?;
        let decision = recognition.decision;
        let considered = decision.as_ref().map(|decision| decision.considered.as_slice()).unwrap_or_default();
        let others = considered.iter().filter(|one| one.host != host);
        let ignored = decision.as_ref().map(|decision| decision.ignored.as_slice()).unwrap_or_default();
        let junk = |one: &muster_model::identification::junk::Ignored| {
            let what = format!("{} {}", label(visitor, &one.identifier), one.identifier.value);
            (what, locale.name("junk", one.why.as_str()))
        };
        Some(RecognitionRow {
            agent: recognition.agent.id.to_string(),
            rule: locale.name("rule", &matched.rule),
            values: matched.values.join(", "),
            at: matched.at,
            others: others.map(|one| (one.host.to_string(), one.name.clone(), identity::why(locale, one))).collect(),
            ignored: ignored.iter().map(junk).collect(),
        })
    };
    all.into_iter().filter_map(row).collect()
}

/// The form that merges a host into another one.
pub(in crate::console) fn merge_form(view: &HostView, visitor: &Visitor, attempt: Option<&Attempt>) -> Option<Form> {
    let locale = visitor.locale;
    visitor.may(Action::IdentityDecide).then(|| {
        let action = format!("/hosts/{}/merge", view.host.value.id);
        Form::new(visitor, "merge", action, locale.t("host-merge"))
            .tone("danger")
            .note(locale.t("host-merge-note"))
            .field(Field::text(locale, "into").required().hint(locale.t("hint-into")))
            .field(Field::text(locale, "reason").required())
            .after(attempt)
    })
}

async fn merged(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call, from) = (visitor.service(), &visitor.call, edit::parse(id)?);
    let into = fields.text("into").trim();
    let outcome = match service.find_host(call, into, muster_model::history::Moment::NOW).await {
        Ok(into) => {
            let hosts = (from, into.host.value.id);
            service.merge_hosts(call, hosts, fields.text("reason"), false).await
        }
        Err(ServiceError::NotFound { .. }) if into.is_empty() => Err(invalid("/into", Phrase::new("is_needed"))),
        Err(ServiceError::NotFound { .. }) => {
            let name: String = into.chars().take(80).collect();
            Err(invalid("/into", Phrase::new("not_found").term("kind", "kind", "host").with("id", name)))
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(done) => Ok(see_other(&format!("/hosts/{}?done=merged", done.merge.into))),
        Err(error) => {
            let attempt = Attempt::new("merge", fields, error, visitor.locale)?;
            Box::pin(detail::page(visitor, id, Some(&attempt))).await
        }
    }
}

/// `POST /hosts/{id}/merge`.
pub(in crate::console) async fn merge(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = merged(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
