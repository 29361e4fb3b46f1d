//! `/policies/{id}`: one policy, and what can be set of it.

use axum::extract::Path;
use axum::response::Response;
use muster_model::policy::{Outcome, Severity};
use muster_model::right::Action;
use muster_shared::SectionName;

use super::{
    above, draft, enabled, intent, kept, outcomes, patience, patience_fields, previewed, rule_fields, severities,
};
use crate::console::answer::{self, see_other};
use crate::console::finding::detail::purpose;
use crate::console::form::{self, Attempt, Form};
use crate::console::list::Pager;
use crate::console::locale::Locale;
use crate::console::markup;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::policy::{Debounce, PolicyDraft, PolicyEdit, PolicyView, Preview};

fn facts(visitor: &Visitor, shell: &Shell, policy: &PolicyView) -> Vec<(String, Cell)> {
    let locale = visitor.locale;
    let sections = policy.sections.iter().map(|section| locale.name("section", section.as_str()));
    let debounce = match policy.patience.debounce_seconds {
        Some(seconds) => seconds.to_string(),
        None => locale.t("policy-debounce-usual"),
    };
    let mut facts = vec![
        (locale.t("col-purpose"), Cell::text(purpose(locale, &policy.id, &policy.purpose))),
        (locale.t("policy-basis"), Cell::text(locale.name("basis", policy.basis.as_str()))),
        (locale.t("col-class"), Cell::text(sections.collect::<Vec<_>>().join(&locale.t("list-comma")))),
        (locale.t("col-severity"), Cell::drawn(markup::severity(locale, policy.severity))),
        (locale.name("field", "class"), Cell::text(locale.name("policy-class", policy.class.as_str()))),
        (locale.t("policy-outcome"), Cell::text(locale.name("outcome", policy.outcome.as_str()))),
        (locale.name("field", "debounce_seconds"), Cell::text(debounce)),
        (locale.t("policy-group"), Cell::text(locale.name("policy-group", policy.patience.group_by.as_str()))),
        (locale.name("field", "enabled"), Cell::text(locale.t(if policy.is_enabled { "yes" } else { "no" }))),
        (
            locale.t("col-findings"),
            Cell::text(policy.findings.to_string())
                .link(format!("/findings?q={}", markup::url(&format!("policy:{}", policy.id)))),
        ),
    ];
    if let Some(condition) = &policy.condition {
        facts.push((locale.t("policy-condition"), Cell::text(condition).look("mono")));
    }
    if !policy.scope.is_empty() {
        facts.push((locale.name("field", "scope"), Cell::text(&policy.scope).look("mono")));
    }
    if let Some(problem) = &policy.problem {
        facts.push((locale.t("policy-problem"), Cell::text(problem)));
    }
    if let Some((by, at)) = &policy.changed {
        facts.push((locale.t("policy-changed"), Cell::drawn(shell.when(at))));
        facts.push((locale.t("by"), Cell::text(locale.actor(by))));
    }
    facts
}

fn edit_form(visitor: &Visitor, policy: &PolicyView, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let form = Form::new(visitor, "edit", format!("/policies/{}", policy.id), locale.t("policy-edit"))
        .tone("primary")
        .version(policy.version);
    let form = if policy.is_shipped {
        let form = form
            .note(locale.t("policy-fixed-note"))
            .field(severities(locale, policy.severity))
            .field(outcomes(locale, policy.outcome));
        patience_fields(locale, form, policy.patience).field(enabled(locale, policy.is_enabled))
    } else {
        rule_fields(locale, form.submit(locale.t("go-on")), &as_draft(policy)).field(intent(locale))
    };
    form.after(attempt)
}

fn as_draft(policy: &PolicyView) -> PolicyDraft {
    PolicyDraft {
        id: policy.id.clone(),
        purpose: policy.purpose.clone(),
        section: policy.sections.first().copied().unwrap_or(SectionName::Host),
        scope: policy.scope.clone(),
        condition: policy.condition.clone().unwrap_or_default(),
        severity: policy.severity,
        class: policy.class,
        outcome: policy.outcome,
        patience: policy.patience,
        is_enabled: policy.is_enabled,
    }
}

async fn one(
    visitor: &Visitor,
    id: &str,
    attempt: Option<&Attempt>,
    preview: Option<&Preview>,
) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let policy = visitor.service().get_policy(&visitor.call, id).await?;
    let shell = Shell::at(visitor, "/policies", &policy.id).await;
    let may = visitor.may(Action::PolicyManage);
    let remove = || {
        Form::new(visitor, "remove", format!("/policies/{id}/remove"), locale.t("policy-remove"))
            .tone("danger")
            .version(policy.version)
            .after(attempt)
    };
    let row = |row: &&'static muster_model::policy::Policy| Row {
        cells: vec![
            Cell::text(locale.name("section", row.section.as_str())).look("main"),
            Cell::text(if locale == Locale::English { row.purpose.to_owned() } else { purpose(locale, row.id, "") }),
        ],
        forms: Vec::new(),
    };
    let mut tables = Vec::new();
    let mut told = facts(visitor, &shell, &policy);
    if let Some(preview) = preview {
        let (facts, hits) = previewed(locale, preview);
        told.extend(facts);
        tables.push(hits);
    }
    if !policy.rows.is_empty() {
        tables.push(Table {
            id: "rows",
            title: locale.t("policy-rows"),
            heads: vec![locale.t("col-class"), locale.t("col-purpose")],
            rows: policy.rows.iter().map(row).collect(),
            empty: String::new(),
        });
    }
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(above(locale)),
        note: locale.t(if policy.is_shipped { "policy-shipped" } else { "policy-own" }),
        begin: None,
        facts: told,
        tables,
        forms: may.then(|| edit_form(visitor, &policy, attempt)).into_iter().collect(),
        folds: (may && !policy.is_shipped).then(remove).into_iter().collect(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /policies/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None, None).await;
    visitor.answer(outcome)
}

/// What a form changes of a policy; of a shipped one only what can be set.
fn edit(policy: &PolicyView, fields: &Fields) -> Result<PolicyEdit, ServiceError> {
    if policy.is_shipped {
        let patience = patience(fields)?;
        return Ok(PolicyEdit {
            debounce: Some(Debounce::of(patience.debounce_seconds)),
            group_by: Some(patience.group_by),
            severity: Severity::of(fields.text("severity")),
            outcome: Outcome::of(fields.text("outcome")),
            is_enabled: Some(fields.text("enabled") == "yes"),
            ..PolicyEdit::default()
        });
    }
    let draft = draft(&policy.id, policy.sections.first().copied(), fields)?;
    Ok(PolicyEdit {
        purpose: Some(draft.purpose),
        scope: Some(draft.scope),
        condition: Some(draft.condition),
        severity: Some(draft.severity),
        class: Some(draft.class),
        outcome: Some(draft.outcome),
        debounce: Some(Debounce::of(draft.patience.debounce_seconds)),
        group_by: Some(draft.patience.group_by),
        is_enabled: Some(draft.is_enabled),
    })
}

async fn saved(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let policy = service.get_policy(call, id).await?;
    if !policy.is_shipped && fields.text("intent") != "save" {
        let tried = match draft(id, policy.sections.first().copied(), &fields) {
            Ok(draft) => service.preview_policy(call, &draft).await,
            Err(wrong) => Err(wrong),
        };
        return match tried {
            Ok(preview) => one(visitor, id, Some(&kept("edit", fields, visitor.locale)), Some(&preview)).await,
            Err(error) => one(visitor, id, Some(&Attempt::new("edit", fields, error, visitor.locale)?), None).await,
        };
    }
    let outcome = match edit(&policy, &fields) {
        Ok(edit) => service.update_policy(call, id, edit, fields.version()).await.map(drop),
        Err(wrong) => Err(wrong),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/policies/{id}?done=saved"))),
        Err(error) => one(visitor, id, Some(&Attempt::new("edit", fields, error, visitor.locale)?), None).await,
    }
}

/// `POST /policies/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

/// `POST /policies/{id}/remove`.
pub(in crate::console) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = match visitor.service().remove_policy(&visitor.call, &id, fields.version()).await {
        Ok(()) => Ok(see_other("/policies?done=removed")),
        Err(error) => match Attempt::new("remove", fields, error, visitor.locale) {
            Ok(attempt) => one(&visitor, &id, Some(&attempt), None).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(outcome)
}
