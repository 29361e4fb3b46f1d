//! `/identification/rules`: the rules by which hosts are recognised. They are tried on the decisions of the last thirty days first;
//! what that would have changed is shown, and then they are saved.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use muster_model::identification::IdentifierKind;
use muster_model::identification::junk::Placeholder;
use muster_model::identification::ladder::{Effect, Rules, Step};
use muster_model::identification::replay::Difference;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_shared::Time;

use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form, Kind};
use crate::console::locale::Locale;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::identification::{DryRun, RulesEdit};
use crate::service::{ServiceError, Wrong};

/// What the names of fields begin with.
const PLACE: &str = "place.";
const EFFECT: &str = "effect.";
const LIMIT: &str = "limit.";
/// Differences that the page shows.
const SHOWN: usize = 100;

/// A decision that would have been another one.
#[derive(Clone, Debug)]
pub(in crate::console) struct TrialRow {
    pub(in crate::console) at: Time,
    pub(in crate::console) name: String,
    pub(in crate::console) effect: &'static str,
    pub(in crate::console) rule: String,
    pub(in crate::console) was: Option<String>,
    pub(in crate::console) would_be: Vec<String>,
}

/// What trying rules came to.
#[derive(Clone, Debug)]
pub(in crate::console) struct Trial {
    pub(in crate::console) decisions: usize,
    pub(in crate::console) differences: usize,
    pub(in crate::console) rows: Vec<TrialRow>,
}

#[derive(Template)]
#[template(path = "identity_rules.html")]
pub(in crate::console) struct RulesPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) form: Form,
    pub(in crate::console) trial: Option<Trial>,
}

fn trial(locale: Locale, run: &DryRun) -> Trial {
    let row = |one: &Difference| TrialRow {
        at: one.at,
        name: one.name.clone(),
        effect: one.effect.as_str(),
        rule: one.rule.map(|rule| locale.name("rule", rule.as_str())).unwrap_or_default(),
        was: one.was.map(|host| host.to_string()),
        would_be: one.would_be.iter().map(ToString::to_string).collect(),
    };
    let rows = run.differences.iter().take(SHOWN).map(row).collect();
    Trial { decisions: run.decisions, differences: run.differences.len(), rows }
}

fn form(visitor: &Visitor, rules: &Rules, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let mut form = Form::new(visitor, "rules", "/identification/rules".to_owned(), locale.t("rules-edit"))
        .tone("primary")
        .submit(locale.t("rules-go"))
        .version(rules.version)
        .note(locale.t("rules-edit-note"));
    for (place, step) in rules.steps.iter().enumerate() {
        let (rule, name) = (step.rule.as_str(), locale.name("rule", step.rule.as_str()));
        let effects = form::choices(
            locale,
            "rule-effect",
            Effect::ALL.iter().map(|effect| effect.as_str()),
            step.effect.as_str(),
        );
        let label = format!("{name}: {}", locale.t("rule-place"));
        form = form
            .field(Field::named(format!("{PLACE}{rule}"), label, Kind::Input("number")).value((place + 1).to_string()))
            .field(Field::named(format!("{EFFECT}{rule}"), name, Kind::Select).choices(effects));
    }
    let line = |one: &Placeholder| match one.kind {
        Some(kind) => format!("{}={}", kind.as_str(), one.value),
        None => one.value.clone(),
    };
    let lines: Vec<String> = rules.placeholders.iter().map(line).collect();
    let label = format!("{} ({})", locale.name("field", "placeholders"), locale.t("hint-placeholders"));
    form = form.field(Field::named("placeholders", label, Kind::Area).value(lines.join("\n")));
    for kind in IdentifierKind::ALL {
        let label = format!("{}: {}", locale.name("identity-kind", kind.as_str()), locale.t("rule-limit"));
        let value = rules.limit(*kind).to_string();
        form = form.field(Field::named(format!("{LIMIT}{}", kind.as_str()), label, Kind::Input("number")).value(value));
    }
    form.field(Field::text(locale, "reason"))
        .field(Field::select(locale, "step", form::choices(locale, "rules-step", ["try", "save"], "try")))
        .after(attempt)
}

async fn page(
    visitor: &Visitor,
    attempt: Option<&Attempt>,
    tried: Option<(DryRun, &Fields)>,
) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::IdentityRules, Resource::All)?;
    let locale = visitor.locale;
    let rules = visitor.service().identification_rules(&visitor.call).await?;
    let mut form = form(visitor, &rules, attempt);
    if let Some((_, fields)) = &tried {
        // What was tried stays in the form, to be saved as it is.
        let kept = Attempt {
            form: "rules".to_owned(),
            fields: (*fields).clone(),
            errors: Vec::new(),
            message: String::new(),
            status: axum::http::StatusCode::OK,
        };
        form = form.after(Some(&kept));
        form.message = None;
        form.version = fields.version().or(form.version);
    }
    let page = RulesPage {
        page: Shell::at(visitor, "/identification", &locale.t("rules-edit")).await,
        form,
        trial: tried.map(|(run, _)| trial(locale, &run)),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /identification/rules`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None, None).await;
    visitor.answer(outcome)
}

fn placeholder(line: &str) -> Placeholder {
    let kind = |name: &str| IdentifierKind::ALL.iter().copied().find(|kind| kind.as_str() == name);
    match line.split_once('=').and_then(|(name, value)| Some((kind(name.trim())?, value))) {
        Some((kind, value)) => Placeholder { kind: Some(kind), value: value.trim().to_owned() },
        None => Placeholder { kind: None, value: line.to_owned() },
    }
}

/// The rules that the form says. Rules on one place keep the order that they had.
fn edit_of(fields: &Fields, now: &Rules) -> Result<RulesEdit, ServiceError> {
    let mut wrong = Vec::new();
    let mut number = |field: String| -> usize {
        let number = fields.number::<usize>(&field);
        if number.is_none() {
            let why = Phrase::new("number_from_to").with("min", "1").with("max", "1000");
            wrong.push(Wrong { pointer: format!("/{field}"), detail: why.into() });
        }
        number.unwrap_or_default()
    };
    let mut steps: Vec<(usize, Step)> = Vec::new();
    for step in &now.steps {
        let rule = step.rule.as_str();
        let said = fields.text(&format!("{EFFECT}{rule}"));
        let effect = Effect::ALL.iter().copied().find(|effect| effect.as_str() == said).unwrap_or(step.effect);
        steps.push((number(format!("{PLACE}{rule}")), Step { effect, ..*step }));
    }
    steps.sort_by_key(|(place, _)| *place);
    let limits: BTreeMap<IdentifierKind, usize> =
        IdentifierKind::ALL.iter().map(|kind| (*kind, number(format!("{LIMIT}{}", kind.as_str())))).collect();
    if !wrong.is_empty() {
        return Err(ServiceError::Invalid(wrong));
    }
    let lines = fields.text("placeholders").lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(RulesEdit {
        steps: Some(steps.into_iter().map(|(_, step)| step).collect()),
        placeholders: Some(lines.map(placeholder).collect()),
        limits: Some(limits),
    })
}

async fn answered(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let edit = edit_of(&fields, &service.identification_rules(call).await?);
    let outcome = match edit {
        Ok(edit) if fields.text("step") == "save" => {
            let saved = service.change_identification_rules(call, &edit, fields.text("reason"), fields.version()).await;
            saved.map(|_| None)
        }
        Ok(edit) => service.dry_run_rules(call, &edit).await.map(Some),
        Err(wrong) => Err(wrong),
    };
    match outcome {
        Ok(None) => Ok(see_other("/identification?done=saved")),
        Ok(Some(run)) => page(visitor, None, Some((run, &fields))).await,
        Err(error) => {
            let attempt = Attempt::new("rules", fields, error, visitor.locale)?;
            page(visitor, Some(&attempt), None).await
        }
    }
}

/// `POST /identification/rules`.
pub(in crate::console) async fn submit(Submission { visitor, fields }: Submission) -> Response {
    let outcome = answered(&visitor, fields).await;
    visitor.answer(outcome)
}
