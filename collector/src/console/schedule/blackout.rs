//! `/blackouts`: times in which nothing is changed.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::alert::maintenance::Maintenance;
use muster_model::blackout::{Blackout, Rule};
use muster_model::right::Action;
use muster_shared::id::{BlackoutId, MaintenanceId};

use super::tabs;
use crate::console::alert::maintenance::{fields_of, items, placed, schedule, when};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::list::Pager;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

/// The fields that it shares with a maintenance window, as one.
fn as_window(visitor: &Visitor, rule: &Rule) -> Maintenance {
    Maintenance {
        id: MaintenanceId::new(visitor.now()),
        name: rule.name.clone(),
        items: rule.items.clone(),
        hosts: rule.hosts.clone(),
        schedule: rule.schedule.clone(),
        reason: rule.reason.clone(),
        author: String::new(),
        created_at: visitor.now(),
    }
}

fn with_fields(visitor: &Visitor, form: Form, rule: Option<&Rule>) -> Form {
    let locale = visitor.locale;
    let of_all = rule.is_some_and(|rule| rule.everything);
    let switch = vec![Choice { value: "yes".into(), label: locale.t("blackout-everything"), is_chosen: of_all }];
    let form = form.field(Field::named("everything", locale.t("blackout-of"), Kind::Checks).choices(switch));
    fields_of(visitor, form, rule.map(|rule| as_window(visitor, rule)).as_ref())
}

async fn of(visitor: &Visitor, rule: &Rule) -> String {
    let mut parts: Vec<String> = rule.everything.then(|| visitor.locale.t("blackout-everything")).into_iter().collect();
    for item in &rule.items {
        parts.push(visitor.service().name_node(&visitor.call, *item).await.name);
    }
    parts.extend((!rule.hosts.is_empty()).then(|| rule.hosts.clone()));
    parts.join(", ")
}

async fn row(visitor: &Visitor, stored: &Versioned<Blackout>, attempt: Option<&Attempt>) -> Row {
    let (locale, id, rule) = (visitor.locale, stored.value.id, &stored.value.rule);
    let forms = || {
        let edit = Form::new(visitor, format!("edit-{id}"), format!("/blackouts/{id}"), locale.t("separation-edit"));
        let title = locale.t("separation-remove");
        let remove = Form::new(visitor, format!("remove-{id}"), format!("/blackouts/{id}/remove"), title);
        vec![
            with_fields(visitor, edit.version(stored.version), Some(rule)).after(attempt),
            remove.tone("danger").version(stored.version).after(attempt),
        ]
    };
    Row {
        cells: vec![
            Cell::text(&rule.name).look("main"),
            Cell::text(locale.name("phase", rule.schedule.phase(visitor.now()).as_str())),
            Cell::text(of(visitor, rule).await),
            Cell::text(when(&rule.schedule, locale)),
            Cell::text(&rule.reason),
        ],
        forms: if visitor.may_all(Action::ChangeReview) { forms() } else { Vec::new() },
    }
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let mut rows = Vec::new();
    for stored in visitor.service().list_blackouts(&visitor.call).await? {
        rows.push(row(visitor, &stored, attempt).await);
    }
    let add = || {
        let form = Form::new(visitor, "add", "/blackouts".to_owned(), locale.t("blackout-new"));
        with_fields(visitor, form, None).after(attempt)
    };
    let page = SheetPage {
        above: Some(("/changes/calendar", locale.t("calendar-changes"))),
        note: locale.t("blackouts-note"),
        tabs: tabs(locale, "/blackouts"),
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: vec![Table {
            id: "blackouts",
            title: locale.t("blackouts-title"),
            heads: ["field-name", "col-state", "blackout-of", "blackout-when", "field-reason"]
                .map(|key| locale.t(key))
                .into_iter()
                .chain([String::new()])
                .collect(),
            rows,
            empty: locale.t("blackouts-none"),
        }],
        forms: visitor.may_all(Action::ChangeReview).then(add).into_iter().collect(),
        folds: Vec::new(),
        page: Shell::at(visitor, "/tickets", &locale.t("blackouts-title")).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /blackouts`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

async fn rule_of(visitor: &Visitor, fields: &Fields) -> Result<Rule, ServiceError> {
    let text = |name: &str| fields.text(name).trim().to_owned();
    Ok(Rule {
        name: text("name"),
        everything: fields.text("everything") == "yes",
        items: items(visitor, fields.text("items")).await?,
        hosts: text("hosts"),
        schedule: schedule(fields)?,
        reason: text("reason"),
    })
}

fn parse(id: &str) -> Result<BlackoutId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "blackout", id: id.chars().take(80).collect() })
}

async fn made(visitor: &Visitor, id: Option<&str>, fields: Fields) -> Result<Response, ServiceError> {
    let parsed = id.map(parse).transpose()?;
    let outcome = match (rule_of(visitor, &fields).await, parsed) {
        (Err(error), _) => Err(error),
        (Ok(rule), None) => visitor.service().create_blackout(&visitor.call, rule).await,
        (Ok(rule), Some(id)) => visitor.service().replace_blackout(&visitor.call, id, rule, fields.version()).await,
    };
    let form = id.map_or_else(|| "add".to_owned(), |id| format!("edit-{id}"));
    match outcome.map_err(placed) {
        Ok(_) => Ok(see_other("/blackouts?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new(&form, fields, error, visitor.locale)?)).await,
    }
}

/// `POST /blackouts`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = made(&visitor, None, fields).await;
    visitor.answer(outcome)
}

/// `POST /blackouts/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = made(&visitor, Some(&id), fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().remove_blackout(&visitor.call, parse(id)?, fields.version()).await {
        Ok(()) => Ok(see_other("/blackouts?done=removed")),
        Err(error) => page(visitor, Some(&Attempt::new(&format!("remove-{id}"), fields, error, visitor.locale)?)).await,
    }
}

/// `POST /blackouts/{id}/remove`.
pub(in crate::console) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
