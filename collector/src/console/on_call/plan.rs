//! `/on-call/plans/…`: whom to call when nobody takes a ticket: making a plan, changing and removing it. A step is a line: minutes after the
//! step before, and who is called.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::notification::subscription::Target;
use muster_model::on_call::escalation::{EscalationPolicy, Step};
use muster_model::text::{Phrase, Text};
use muster_shared::id::EscalationPolicyId;

use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form, Kind};
use crate::console::notification::targets;
use crate::console::policy;
use crate::console::sheet::SheetPage;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::on_call::escalation::EscalationPolicyDraft;
use crate::service::{ServiceError, Wrong};

fn plan_id(id: &str) -> Result<EscalationPolicyId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "escalation policy", id: id.chars().take(80).collect() })
}

/// Everybody who can be called: id and name.
async fn known(visitor: &Visitor) -> Result<Vec<(Target, String)>, ServiceError> {
    let mut all = Vec::new();
    for choice in targets(visitor).await? {
        if let Ok(target) = choice.value.parse::<Target>() {
            all.push((target, visitor.service().target_name(target).await?));
        }
    }
    Ok(all)
}

/// The steps as lines.
fn lines(steps: &[Step], known: &[(Target, String)]) -> String {
    let name = |target: &Target| {
        // Of two that are called the same the id tells them apart.
        let named = known.iter().find(|(other, _)| other == target).map(|(_, name)| name.as_str());
        let alone =
            named.filter(|name| known.iter().filter(|(_, other)| other == name).count() == 1 && !name.contains(','));
        alone.map_or_else(|| target.id(), str::to_owned)
    };
    let line = |step: &Step| {
        format!("{}: {}", step.after_minutes, step.targets.iter().map(name).collect::<Vec<_>>().join(", "))
    };
    steps.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The steps that lines say.
fn read_steps(text: &str, known: &[(Target, String)]) -> Result<Vec<Step>, ServiceError> {
    let wrong = |why: Phrase| ServiceError::Invalid(vec![Wrong { pointer: "/steps".into(), detail: Text::from(why) }]);
    let target = |name: &str| {
        let found =
            known.iter().find(|(target, known)| known == name || target.id() == name).map(|(target, _)| *target);
        found.ok_or_else(|| wrong(Phrase::new("step_target").with("name", name.chars().take(80).collect::<String>())))
    };
    let step = |line: &str| {
        let form = || wrong(Phrase::new("step_form").with("line", line.chars().take(80).collect::<String>()));
        let (minutes, names) = line.split_once(':').ok_or_else(form)?;
        let after_minutes = minutes.trim().parse().map_err(|_| form())?;
        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(Step { after_minutes, targets: names.map(target).collect::<Result<_, ServiceError>>()? })
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(step).collect()
}

fn read(fields: &Fields, known: &[(Target, String)]) -> Result<EscalationPolicyDraft, ServiceError> {
    Ok(EscalationPolicyDraft {
        name: fields.text("name").trim().to_owned(),
        filter: fields.text("filter").trim().to_owned(),
        order: fields.number("order").unwrap_or_default(),
        steps: read_steps(fields.text("steps"), known)?,
        repeat: fields.number("repeat").unwrap_or_default(),
        repeat_after_minutes: fields.number("repeat_after_minutes").unwrap_or_default(),
        is_active: fields.text("enabled") != "no",
    })
}

fn editor(visitor: &Visitor, form: Form, plan: Option<&EscalationPolicy>, known: &[(Target, String)]) -> Form {
    let locale = visitor.locale;
    let named = |name: &'static str, kind| Field::named(name, locale.name("plan", name), kind);
    let number = |name: &'static str, value: Option<u32>| {
        named(name, Kind::Input("number")).value(value.unwrap_or_default().to_string())
    };
    let all: Vec<&str> = known.iter().map(|(_, name)| name.as_str()).collect();
    form.field(Field::text(locale, "name").required().value(plan.map_or("", |plan| plan.name.as_str())))
        .field(
            Field::text(locale, "filter")
                .value(plan.map_or("", |plan| plan.filter.as_str()))
                .hint(locale.t("hint-filter")),
        )
        .field(
            named("steps", Kind::Area)
                .required()
                .value(plan.map(|plan| lines(&plan.steps, known)).unwrap_or_default())
                .hint(locale.with("hint-steps", &[("names", &all.join(", "))])),
        )
        .field(number("order", plan.map(|plan| plan.order)))
        .field(number("repeat", plan.map(|plan| plan.repeat)))
        .field(number("repeat_after_minutes", plan.map(|plan| plan.repeat_after_minutes)))
        .field(policy::enabled(locale, plan.is_none_or(|plan| plan.is_active)))
}

async fn page(
    visitor: &Visitor,
    plan: Option<&Versioned<EscalationPolicy>>,
    attempt: Option<&Attempt>,
) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let known = known(visitor).await?;
    let (path, title) = match plan {
        Some(plan) => (format!("/on-call/plans/{}", plan.value.id), plan.value.name.clone()),
        None => ("/on-call/plans/new".to_owned(), locale.t("plan-new")),
    };
    let mut form =
        Form::new(visitor, "plan", path.clone(), locale.t("plan-title")).submit(locale.t("save")).tone("primary");
    let mut folds = Vec::new();
    if let Some(plan) = plan {
        form = form.version(plan.version);
        let remove = Form::new(visitor, "remove", format!("{path}/remove"), locale.t("plan-remove"));
        folds.push(remove.tone("danger").version(plan.version).after(attempt));
    }
    let page = SheetPage {
        page: Shell::at(visitor, "/on-call", &title).await,
        above: Some(("/on-call", locale.t("on-call-title"))),
        note: String::new(),
        begin: None,
        facts: Vec::new(),
        tables: Vec::new(),
        forms: vec![editor(visitor, form, plan.map(|plan| &plan.value), &known).after(attempt)],
        folds,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /on-call/plans/new`.
pub(in crate::console) async fn show_new(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None, None).await;
    visitor.answer(outcome)
}

async fn one(visitor: &Visitor, id: &str) -> Result<Response, ServiceError> {
    let stored = visitor.service().get_escalation_policy(&visitor.call, plan_id(id)?).await?;
    page(visitor, Some(&stored), None).await
}

/// `GET /on-call/plans/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id).await;
    visitor.answer(outcome)
}

async fn saved(visitor: &Visitor, id: Option<&str>, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let stored = match id {
        Some(id) => Some(service.get_escalation_policy(call, plan_id(id)?).await?),
        None => None,
    };
    let known = known(visitor).await?;
    let saved = match read(&fields, &known) {
        Ok(draft) => {
            let before = stored.as_ref().map(|stored| (stored.value.id, fields.version()));
            service.save_escalation_policy(call, before, draft).await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(see_other("/on-call?done=saved")),
        Err(error) => page(visitor, stored.as_ref(), Some(&Attempt::new("plan", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /on-call/plans/new`.
pub(in crate::console) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, None, fields).await;
    visitor.answer(outcome)
}

/// `POST /on-call/plans/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, Some(&id), fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call, id) = (visitor.service(), &visitor.call, plan_id(id)?);
    match service.remove_escalation_policy(call, id, fields.version()).await {
        Ok(()) => Ok(see_other("/on-call?done=removed")),
        Err(error) => {
            let stored = service.get_escalation_policy(call, id).await?;
            page(visitor, Some(&stored), Some(&Attempt::new("remove", fields, error, visitor.locale)?)).await
        }
    }
}

/// `POST /on-call/plans/{id}/remove`.
pub(in crate::console) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_as_they_are_written_and_what_is_wrong_is_named() {
        let ann = Target::User("user_00000000000000000000000000000001".parse().unwrap());
        let twin = Target::User("user_00000000000000000000000000000002".parse().unwrap());
        let rota = Target::Rota("rota_00000000000000000000000000000003".parse().unwrap());
        let known = [(ann, "ann".to_owned()), (rota, "web".to_owned()), (twin, "web".to_owned())];
        let steps =
            vec![Step { after_minutes: 0, targets: vec![rota] }, Step { after_minutes: 15, targets: vec![ann, twin] }];
        let text = lines(&steps, &known);
        assert_eq!(text, format!("0: {}\n15: ann, {}", rota.id(), twin.id()));
        assert_eq!(read_steps(&text, &known).unwrap(), steps);
        for wrong in ["ann", "soon: ann", "5: nobody"] {
            assert!(matches!(read_steps(wrong, &known), Err(ServiceError::Invalid(_))), "{wrong}");
        }
    }
}
