//! `/profiles`: what hosts of a kind must be like; one profile, tried before it is saved.

pub(super) mod host;

use axum::extract::Path;
use axum::response::Response;
use muster_model::policy::{Class, Outcome, Severity};
use muster_model::profile::Profile;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form};
use super::list::Pager;
use super::locale::Locale;
use super::markup;
use super::policy::{classes, enabled, intent, kept, outcomes, previewed, severities};
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::policy::Preview;
use crate::service::profile::{ProfileDraft, ProfileEdit, ProfileView};
use crate::service::{ServiceError, invalid};

fn above(locale: Locale) -> (&'static str, String) {
    ("/profiles", locale.t("profiles-title"))
}

fn row(visitor: &Visitor, view: &ProfileView) -> Row {
    let locale = visitor.locale;
    let profile = &view.profile.value;
    let findings = Cell::text(view.findings.to_string());
    let state = match (&view.problem, profile.is_enabled) {
        (Some(_), true) => "broken",
        (_, true) => "on",
        (_, false) => "off",
    };
    Row {
        cells: vec![
            Cell::text(&profile.id).look("main").link(format!("/profiles/{}", profile.id)),
            Cell::text(&profile.purpose),
            Cell::text(&profile.scope).look("mono"),
            Cell::text(profile.layer.to_string()),
            Cell::text(profile.expectations.len().to_string()),
            Cell::drawn(markup::severity(locale, profile.severity)),
            Cell::text(locale.name("policy-state", state)),
            findings.link(format!("/findings?q={}", markup::url(&format!("policy:{}", profile.id)))),
        ],
        forms: Vec::new(),
    }
}

async fn all(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let profiles = visitor.service().list_profiles(&visitor.call).await?;
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        page: Shell::at(visitor, "/policies", &locale.t("profiles-title")).await,
        above: Some(("/policies", locale.t("policies-title"))),
        note: locale.t("profiles-note"),
        begin: visitor.may(Action::PolicyManage).then(|| ("/profiles/new".to_owned(), locale.t("profile-new"))),
        facts: Vec::new(),
        tables: vec![Table {
            id: "profiles",
            title: locale.t("profiles-title"),
            heads: [
                "profile-name",
                "col-purpose",
                "profile-means",
                "profile-layer",
                "profile-demands",
                "col-severity",
                "policy-state",
                "col-findings",
            ]
            .map(|key| locale.t(key))
            .into(),
            rows: profiles.iter().map(|view| row(visitor, view)).collect(),
            empty: locale.t("profiles-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /profiles`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor).await;
    visitor.answer(outcome)
}

fn fields(locale: Locale, form: Form, profile: &ProfileDraft) -> Form {
    form.field(Field::text(locale, "purpose").required().value(&profile.purpose))
        .field(Field::text(locale, "scope").value(&profile.scope).hint(locale.t("hint-scope")))
        .field(Field::text(locale, "layer").required().value(profile.layer.to_string()).hint(locale.t("hint-layer")))
        .field(
            Field::area(locale, "expectations")
                .required()
                .value(profile.expectations.join("\n"))
                .hint(locale.t("hint-expectations")),
        )
        .field(severities(locale, profile.severity))
        .field(classes(locale, profile.class))
        .field(outcomes(locale, profile.outcome))
        .field(enabled(locale, profile.is_enabled))
}

fn draft(id: &str, fields: &Fields) -> Result<ProfileDraft, ServiceError> {
    let needed = |field: &str| invalid(field, Phrase::new("is_needed"));
    let layer = || invalid("/layer", Phrase::new("profile_layer").with("max", 99));
    Ok(ProfileDraft {
        id: id.to_owned(),
        purpose: fields.text("purpose").to_owned(),
        scope: fields.text("scope").to_owned(),
        layer: fields.text("layer").trim().parse().map_err(|_| layer())?,
        expectations: fields.text("expectations").lines().map(str::to_owned).collect(),
        severity: Severity::of(fields.text("severity")).ok_or_else(|| needed("/severity"))?,
        class: Class::of(fields.text("class")).ok_or_else(|| needed("/class"))?,
        outcome: Outcome::of(fields.text("outcome")).ok_or_else(|| needed("/outcome"))?,
        is_enabled: fields.text("enabled") == "yes",
    })
}

/// What is wrong with one line is wrong with the field of all: the line is named.
fn of_lines(error: ServiceError) -> ServiceError {
    let ServiceError::Invalid(mut wrongs) = error else { return error };
    for wrong in &mut wrongs {
        let Some(place) = wrong.pointer.strip_prefix("/expectations/").and_then(|n| n.parse::<usize>().ok()) else {
            continue;
        };
        let why = wrong.detail.phrase().cloned();
        if let Some(why) = why {
            wrong.detail = Phrase::new("profile_in_line").with("line", place + 1).with("why", why).into();
        }
        "/expectations".clone_into(&mut wrong.pointer);
    }
    ServiceError::Invalid(wrongs)
}

async fn new_page(
    visitor: &Visitor,
    attempt: Option<&Attempt>,
    preview: Option<&Preview>,
) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::PolicyManage, Resource::All)?;
    let locale = visitor.locale;
    let (facts, hits) = preview.map(|preview| previewed(locale, preview)).unzip();
    let start = ProfileDraft {
        id: String::new(),
        purpose: String::new(),
        scope: String::new(),
        layer: 0,
        expectations: Vec::new(),
        severity: Severity::Warning,
        class: Class::Critical,
        outcome: Outcome::Finding,
        is_enabled: true,
    };
    let form = Form::new(visitor, "new", "/profiles/new".to_owned(), locale.t("profile-new"))
        .tone("primary")
        .note(locale.t("profile-form-note"))
        .submit(locale.t("go-on"))
        .field(Field::text(locale, "id").required().hint(locale.t("hint-policy-id")));
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        page: Shell::at(visitor, "/policies", &locale.t("profile-new")).await,
        above: Some(above(locale)),
        note: String::new(),
        begin: None,
        facts: facts.unwrap_or_default(),
        tables: hits.into_iter().collect(),
        forms: vec![fields(locale, form, &start).field(intent(locale)).after(attempt)],
        folds: Vec::new(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /profiles/new`.
pub(super) async fn show_new(visitor: Visitor) -> Response {
    let outcome = new_page(&visitor, None, None).await;
    visitor.answer(outcome)
}

async fn made(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let id = fields.text("id").trim().to_owned();
    let outcome = match draft(&id, &fields) {
        Ok(draft) if fields.text("intent") == "save" => service.create_profile(call, draft).await.map(|_| None),
        Ok(draft) => service.preview_profile(call, draft).await.map(Some),
        Err(wrong) => Err(wrong),
    };
    match outcome.map_err(of_lines) {
        Ok(None) => Ok(see_other(&format!("/profiles/{id}?done=saved"))),
        Ok(Some(preview)) => new_page(visitor, Some(&kept("new", fields, visitor.locale)), Some(&preview)).await,
        Err(error) => new_page(visitor, Some(&Attempt::new("new", fields, error, visitor.locale)?), None).await,
    }
}

/// `POST /profiles/new`.
pub(super) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let outcome = made(&visitor, fields).await;
    visitor.answer(outcome)
}

fn as_draft(profile: &Profile) -> ProfileDraft {
    ProfileDraft {
        id: profile.id.clone(),
        purpose: profile.purpose.clone(),
        scope: profile.scope.clone(),
        layer: profile.layer,
        expectations: profile.lines(),
        severity: profile.severity,
        class: profile.class,
        outcome: profile.outcome,
        is_enabled: profile.is_enabled,
    }
}

fn facts(locale: Locale, shell: &Shell, view: &ProfileView) -> Vec<(String, Cell)> {
    let profile = &view.profile.value;
    let mut facts = vec![
        (locale.t("col-purpose"), Cell::text(&profile.purpose)),
        (locale.t("profile-layer"), Cell::text(profile.layer.to_string())),
        (locale.t("col-severity"), Cell::drawn(markup::severity(locale, profile.severity))),
        (locale.name("field", "class"), Cell::text(locale.name("policy-class", profile.class.as_str()))),
        (locale.t("policy-outcome"), Cell::text(locale.name("outcome", profile.outcome.as_str()))),
        (locale.name("field", "enabled"), Cell::text(locale.t(if profile.is_enabled { "yes" } else { "no" }))),
        (
            locale.t("col-findings"),
            Cell::text(view.findings.to_string())
                .link(format!("/findings?q={}", markup::url(&format!("policy:{}", profile.id)))),
        ),
        (locale.t("policy-changed"), Cell::drawn(shell.when(&profile.changed_at))),
        (locale.t("by"), Cell::text(locale.actor(&profile.changed_by))),
    ];
    if !profile.scope.is_empty() {
        facts.push((locale.name("field", "scope"), Cell::text(&profile.scope).look("mono")));
    }
    if let Some(problem) = &view.problem {
        facts.push((locale.t("policy-problem"), Cell::text(problem)));
    }
    facts
}

async fn one(
    visitor: &Visitor,
    id: &str,
    attempt: Option<&Attempt>,
    preview: Option<&Preview>,
) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let view = visitor.service().get_profile(&visitor.call, id).await?;
    let (profile, version) = (&view.profile.value, view.profile.version);
    let shell = Shell::at(visitor, "/policies", &profile.id).await;
    let may = visitor.may(Action::PolicyManage);
    let mut told = facts(locale, &shell, &view);
    let mut tables = Vec::new();
    if let Some(preview) = preview {
        let (facts, hits) = previewed(locale, preview);
        told.extend(facts);
        tables.push(hits);
    }
    let demand = |expectation: &muster_model::profile::Expectation| Row {
        cells: vec![
            Cell::text(expectation.to_string()).look("main mono"),
            Cell::text(locale.name("demand", expectation.demand.kind())),
            Cell::text(expectation.condition()).look("mono"),
        ],
        forms: Vec::new(),
    };
    tables.push(Table {
        id: "demands",
        title: locale.t("profile-demands"),
        heads: ["profile-demand", "profile-kind", "policy-condition"].map(|key| locale.t(key)).into(),
        rows: profile.expectations.iter().map(demand).collect(),
        empty: String::new(),
    });
    let edit = || {
        let form = Form::new(visitor, "edit", format!("/profiles/{id}"), locale.t("profile-edit"))
            .tone("primary")
            .version(version)
            .submit(locale.t("go-on"));
        fields(locale, form, &as_draft(profile)).field(intent(locale)).after(attempt)
    };
    let remove = || {
        Form::new(visitor, "remove", format!("/profiles/{id}/remove"), locale.t("profile-remove"))
            .tone("danger")
            .version(version)
            .after(attempt)
    };
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(above(locale)),
        note: String::new(),
        begin: None,
        facts: told,
        tables,
        forms: may.then(edit).into_iter().collect(),
        folds: may.then(remove).into_iter().collect(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /profiles/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None, None).await;
    visitor.answer(outcome)
}

async fn saved(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let outcome = match draft(id, &fields) {
        Ok(draft) if fields.text("intent") == "save" => {
            let edit = ProfileEdit {
                purpose: Some(draft.purpose),
                scope: Some(draft.scope),
                layer: Some(draft.layer),
                expectations: Some(draft.expectations),
                severity: Some(draft.severity),
                class: Some(draft.class),
                outcome: Some(draft.outcome),
                is_enabled: Some(draft.is_enabled),
            };
            service.update_profile(call, id, edit, fields.version()).await.map(|_| None)
        }
        Ok(draft) => service.preview_profile(call, draft).await.map(Some),
        Err(wrong) => Err(wrong),
    };
    match outcome.map_err(of_lines) {
        Ok(None) => Ok(see_other(&format!("/profiles/{id}?done=saved"))),
        Ok(Some(preview)) => one(visitor, id, Some(&kept("edit", fields, visitor.locale)), Some(&preview)).await,
        Err(error) => one(visitor, id, Some(&Attempt::new("edit", fields, error, visitor.locale)?), None).await,
    }
}

/// `POST /profiles/{id}`.
pub(super) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = saved(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

/// `POST /profiles/{id}/remove`.
pub(super) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = match visitor.service().remove_profile(&visitor.call, &id, fields.version()).await {
        Ok(()) => Ok(see_other("/profiles?done=removed")),
        Err(error) => match Attempt::new("remove", fields, error, visitor.locale) {
            Ok(attempt) => one(&visitor, &id, Some(&attempt), None).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(outcome)
}
