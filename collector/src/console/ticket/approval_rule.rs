//! `/approvals/rules`: whose votes tickets ask for: rules of the organisation, tried in order, then those that are shipped.

use axum::extract::Path;
use axum::response::Response;
use muster_model::approval::line::OddPart;
use muster_model::approval::rule::{ApprovalRule, shipped};
use muster_model::approval::{Wanted, line};
use muster_model::right::Action;
use muster_model::text::Phrase;
use serde_json::Value;

use super::inbox::tabs;
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::list::Pager;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::named::{Place, What};
use crate::service::{ServiceError, Wrong, invalid};

/// Where stages name people.
const PEOPLE: &[Place] = &[("/*/approvers/*/user", What::Person), ("/*/escalate_to/user", What::Person)];

/// Stages that somebody wrote as lines in a field of a form.
pub(in crate::console) async fn stages(
    visitor: &Visitor,
    field: &str,
    text: &str,
) -> Result<Vec<Wanted>, ServiceError> {
    let odd =
        |odd: OddPart| invalid(field, Phrase::new("form_stage_line").with("line", odd.line).with("why", odd.phrase()));
    let mut read = Value::from(line::read(text).map_err(odd)?);
    let beside = |error: ServiceError| match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(
            errors.into_iter().map(|wrong| Wrong { pointer: field.to_owned(), ..wrong }).collect(),
        ),
        other => other,
    };
    Box::pin(visitor.service().name_places(&visitor.call, &mut read, "", PEOPLE)).await.map_err(beside)?;
    serde_json::from_value(read).map_err(|error| invalid(field, error.to_string()))
}

/// The fields of a rule; those of one that is there hold what it says.
fn with_fields(visitor: &Visitor, form: Form, place: usize, rule: Option<(&ApprovalRule, &[String])>) -> Form {
    let locale = visitor.locale;
    let (filter, auto) = rule.map_or(("", false), |(rule, _)| (rule.filter.as_str(), rule.auto_approve));
    let votes = [("no", false), ("yes", true)].map(|(value, is_auto)| Choice {
        value: value.to_owned(),
        label: locale.name("yes-no", value),
        is_chosen: auto == is_auto,
    });
    let name = rule.map(|(rule, _)| rule.name.clone()).unwrap_or_default();
    let stages = rule.map(|(_, lines)| lines.join("\n")).unwrap_or_default();
    form.field(Field::text(locale, "name").value(name).required())
        .field(Field::text(locale, "filter").value(filter).hint(locale.t("hint-approval-filter")))
        .field(Field::area(locale, "stages").value(stages).hint(locale.t("hint-approval-stages")))
        .field(Field::select(locale, "auto_approve", votes.into()))
        .field(Field::new(locale, "place", Kind::Input("number")).value((place + 1).to_string()))
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let stored = service.approval_rules(&visitor.call).await?;
    let may = visitor.may(Action::ApprovalRule);
    let form = |id: String, path: &str, title: &str| {
        Form::new(visitor, id, format!("/approvals/rules{path}"), locale.t(title)).version(stored.version)
    };
    let mut tables = Vec::new();
    for (id, title, rules, is_own) in [
        ("rules", "approval-rules-own", stored.value.rules.clone(), true),
        ("shipped", "approval-rules-shipped", shipped(), false),
    ] {
        let mut rows = Vec::new();
        for (n, rule) in rules.iter().enumerate() {
            let lines = service.stage_lines(&rule.stages).await?;
            let says = if rule.auto_approve { locale.t("approval-rule-auto") } else { lines.join("\n") };
            let name = if is_own { rule.name.clone() } else { locale.name("approval-rule", &rule.name) };
            let forms = || {
                let edit = form(format!("edit-{n}"), &format!("/{n}"), "edit").submit(locale.t("save"));
                let remove = form(format!("remove-{n}"), &format!("/{n}/remove"), "route-remove").tone("danger");
                [with_fields(visitor, edit, n, Some((rule, &lines))), remove].map(|form| form.after(attempt)).into()
            };
            rows.push(Row {
                cells: vec![
                    Cell::text((n + 1).to_string()),
                    Cell::text(name).look("main"),
                    Cell::text(&rule.filter).look("mono"),
                    Cell::text(says).look("mono lines"),
                ],
                forms: if may && is_own { forms() } else { Vec::new() },
            });
        }
        let heads = ["route-place", "route-name", "approval-rule-means", "approval-rule-stages"];
        let mut heads: Vec<String> = heads.map(|key| locale.t(key)).into();
        heads.extend(is_own.then(String::new));
        tables.push(Table { id, title: locale.t(title), heads, rows, empty: locale.t("approval-rules-none") });
    }
    let add = || {
        let form = form("add".to_owned(), "", "approval-rule-new").tone("primary").note(locale.t("approval-rule-note"));
        with_fields(visitor, form, stored.value.rules.len(), None).after(attempt)
    };
    let page = SheetPage {
        tabs: tabs(visitor, "/approvals/rules"),
        pager: Pager::default(),
        page: Shell::at(visitor, "/approvals", &locale.t("approval-rules-title")).await,
        above: None,
        note: locale.t("approval-rules-note"),
        begin: None,
        facts: Vec::new(),
        tables,
        forms: may.then(add).into_iter().collect(),
        folds: Vec::new(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /approvals/rules`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// Saves a rule where the form says; in the place of `old` when there is one.
async fn saved(visitor: &Visitor, fields: &Fields, old: Option<usize>) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let mut rules = service.approval_rules(call).await?.value.rules;
    if let Some(n) = old.filter(|n| *n < rules.len()) {
        rules.remove(n);
    }
    let last = rules.len() + 1;
    let place = match fields.filled("place").map(|text| text.trim().parse::<usize>()) {
        None => last,
        Some(Ok(place)) if (1..=last).contains(&place) => place,
        Some(_) => {
            let why = Phrase::new("number_from_to").with("min", 1_usize).with("max", last);
            return Err(invalid("/place", why));
        }
    } - 1;
    let rule = ApprovalRule {
        name: fields.text("name").trim().to_owned(),
        filter: fields.text("filter").trim().to_owned(),
        stages: stages(visitor, "/stages", fields.text("stages")).await?,
        auto_approve: fields.text("auto_approve") == "yes",
    };
    rules.insert(place, rule);
    let start = format!("/rules/{place}");
    let beside = |wrong: Wrong| {
        let rest = wrong.pointer.strip_prefix(&start).unwrap_or(&wrong.pointer);
        // A stage is a line of one field.
        let pointer = if rest.starts_with("/stages") { "/stages" } else { rest }.to_owned();
        Wrong { pointer, ..wrong }
    };
    // The number of a rule means something only in the version that was looked at.
    let seen = Some(fields.version().unwrap_or_default());
    match service.update_approval_rules(call, rules, seen).await {
        Ok(_) => Ok(()),
        Err(ServiceError::Invalid(errors)) => Err(ServiceError::Invalid(errors.into_iter().map(beside).collect())),
        Err(error) => Err(error),
    }
}

async fn sent(visitor: &Visitor, fields: Fields, old: Option<usize>) -> Result<Response, ServiceError> {
    match saved(visitor, &fields, old).await {
        Ok(()) => Ok(see_other("/approvals/rules?done=saved")),
        Err(error) => {
            let form = old.map_or_else(|| "add".to_owned(), |n| format!("edit-{n}"));
            page(visitor, Some(&Attempt::new(&form, fields, error, visitor.locale)?)).await
        }
    }
}

/// `POST /approvals/rules`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = sent(&visitor, fields, None).await;
    visitor.answer(outcome)
}

/// `POST /approvals/rules/{n}`.
pub(in crate::console) async fn edit(Path(n): Path<usize>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = sent(&visitor, fields, Some(n)).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, n: usize, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let mut rules = service.approval_rules(call).await?.value.rules;
    if n < rules.len() {
        rules.remove(n);
    }
    // The number of a rule means something only in the version that was looked at.
    match service.update_approval_rules(call, rules, Some(fields.version().unwrap_or_default())).await {
        Ok(_) => Ok(see_other("/approvals/rules?done=removed")),
        Err(error) => page(visitor, Some(&Attempt::new(&format!("remove-{n}"), fields, error, visitor.locale)?)).await,
    }
}

/// `POST /approvals/rules/{n}/remove`.
pub(in crate::console) async fn remove(Path(n): Path<usize>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, n, fields).await;
    visitor.answer(outcome)
}

/// What the rules say of a stage's approvers, as text of a field.
pub(in crate::console) async fn written(visitor: &Visitor, stages: &[Wanted]) -> Result<String, ServiceError> {
    Ok(visitor.service().stage_lines(stages).await?.join("\n"))
}
