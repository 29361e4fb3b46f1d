//! `/policies`: what is minded; one policy; a new one, tried before it is saved.

pub(super) mod detail;

use axum::response::Response;
use muster_model::finding::Basis;
use muster_model::policy::patience::{GroupBy, MAX_DEBOUNCE_SECONDS, Patience};
use muster_model::policy::rule::HELPERS;
use muster_model::policy::shipped;
use muster_model::policy::{Class, Outcome, Severity};
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::SectionName;

use super::answer::{self, see_other};
use super::finding::detail::purpose;
use super::form::{self, Attempt, Choice, Field, Form};
use super::list::Pager;
use super::locale::Locale;
use super::markup;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::{self, Shell};
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::policy::{PolicyDraft, PolicyView, Preview};
use crate::service::{ServiceError, invalid};

/// The page above.
fn above(locale: Locale) -> (&'static str, String) {
    ("/policies", locale.t("policies-title"))
}

fn row(visitor: &Visitor, policy: &PolicyView) -> Row {
    let locale = visitor.locale;
    let sections = policy.sections.iter().map(|section| locale.name("section", section.as_str()));
    let findings = Cell::text(policy.findings.to_string()).look("short");
    let findings = if policy.findings > 0 {
        findings.link(format!("/findings?q={}", markup::url(&format!("policy:{}", policy.id))))
    } else {
        findings
    };
    let state = if policy.problem.is_some() {
        "broken"
    } else if policy.is_enabled {
        "on"
    } else {
        "off"
    };
    Row {
        cells: vec![
            Cell::text(&policy.id).look("main").link(format!("/policies/{}", policy.id)),
            Cell::text(locale.name("policy-state", state)).look("short"),
            findings,
            Cell::cut(purpose(locale, &policy.id, &policy.purpose)),
            Cell::cut(sections.collect::<Vec<_>>().join(&locale.t("list-comma"))).look(""),
            Cell::drawn(markup::severity(locale, policy.severity)),
            Cell::text(locale.name("outcome", policy.outcome.as_str())).look("short"),
        ],
        forms: Vec::new(),
    }
}

async fn all(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let policies = visitor.service().list_policies(&visitor.call).await?;
    let table = |id, key: &str, keep: &dyn Fn(&PolicyView) -> bool| Table {
        id,
        title: locale.t(key),
        heads: [
            "policy-name",
            "policy-state",
            "col-findings",
            "col-purpose",
            "col-class",
            "col-severity",
            "policy-outcome",
        ]
        .map(|key| locale.t(key))
        .into(),
        rows: policies.iter().filter(|policy| keep(policy)).map(|policy| row(visitor, policy)).collect(),
        empty: locale.t("policies-none"),
    };
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        page: Shell::at(visitor, "/policies", &locale.t("policies-title")).await,
        above: None,
        note: locale.t("policies-note"),
        begin: visitor.may(Action::PolicyManage).then(|| ("/policies/new".to_owned(), locale.t("policy-new"))),
        facts: [
            ("/profiles", locale.t("profiles-title"), locale.t("profiles-note")),
            ("/volatility", locale.t("volatility-title"), locale.t("volatility-note")),
            ("/waivers", locale.t("waivers-title"), locale.t("waivers-note")),
            ("/routing", locale.t("routing-title"), locale.t("routing-note")),
            ("/priorities", locale.t("priorities-title"), locale.t("priorities-note")),
        ]
        .into_iter()
        .filter(|(path, ..)| shell::leads(visitor, path))
        .map(|(path, title, note)| (title, Cell::text(note).link(path.to_owned())))
        .collect(),
        tables: vec![
            table("own", "policies-own", &|policy| !policy.is_shipped),
            table("state", "policies-state", &|policy| policy.is_shipped && policy.basis == Basis::State),
            table("change", "policies-change", &|policy| policy.is_shipped && policy.basis == Basis::Change),
        ],
        forms: Vec::new(),
        folds: Vec::new(),
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /policies`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor).await;
    visitor.answer(outcome)
}

fn sections(locale: Locale, chosen: &str) -> Vec<Choice> {
    form::choices(locale, "section", SectionName::ALL.iter().map(|section| section.as_str()), chosen)
}

pub(super) fn severities(locale: Locale, chosen: Severity) -> Field {
    let all = Severity::ALL.iter().map(|severity| severity.as_str());
    Field::select(locale, "severity", form::choices(locale, "severity", all, chosen.as_str()))
}

pub(super) fn outcomes(locale: Locale, chosen: Outcome) -> Field {
    let all = Outcome::ALL.iter().map(|outcome| outcome.as_str());
    Field::select(locale, "outcome", form::choices(locale, "outcome", all, chosen.as_str()))
}

pub(super) fn classes(locale: Locale, chosen: Class) -> Field {
    let all = Class::ALL.iter().map(|class| class.as_str());
    // The class of what is minded stands in the same form under that word.
    let choices = form::choices(locale, "policy-class", all, chosen.as_str());
    Field::named("class", locale.t("policy-class"), form::Kind::Select).choices(choices)
}

/// How long a policy waits, and what it tells as one incident.
pub(super) fn patience_fields(locale: Locale, form: Form, patience: Patience) -> Form {
    let seconds = patience.debounce_seconds.map(|seconds| seconds.to_string()).unwrap_or_default();
    let all = GroupBy::ALL.iter().map(|group_by| group_by.as_str());
    let choices = form::choices(locale, "policy-group", all, patience.group_by.as_str());
    form.field(
        Field::new(locale, "debounce_seconds", form::Kind::Input("number"))
            .value(seconds)
            .hint(locale.t("hint-policy-debounce")),
    )
    .field(Field::named("group_by", locale.t("policy-group"), form::Kind::Select).choices(choices))
}

/// What a form says of that.
pub(super) fn patience(fields: &Fields) -> Result<Patience, ServiceError> {
    let text = fields.text("debounce_seconds").trim();
    let wrong = || Phrase::new("policy_debounce").with("max", MAX_DEBOUNCE_SECONDS.to_string());
    let debounce_seconds = match text {
        "" => None,
        text => Some(text.parse().map_err(|_| invalid("/debounce_seconds", wrong()))?),
    };
    let group_by = match fields.text("group_by") {
        "" => GroupBy::default(),
        text => GroupBy::of(text).ok_or_else(|| invalid("/group_by", Phrase::new("is_needed")))?,
    };
    Ok(Patience { debounce_seconds, group_by })
}

pub(super) fn enabled(locale: Locale, is_enabled: bool) -> Field {
    let chosen = if is_enabled { "yes" } else { "no" };
    let choice = |value: &str, state: &str| Choice {
        value: value.into(),
        label: locale.name("policy-state", state),
        is_chosen: value == chosen,
    };
    Field::select(locale, "enabled", vec![choice("yes", "on"), choice("no", "off")])
}

/// The fields that say what an owner's policy minds.
fn rule_fields(locale: Locale, form: Form, policy: &PolicyDraft) -> Form {
    let helpers = HELPERS.iter().map(|(helper, _)| *helper).collect::<Vec<_>>().join(", ");
    let form = form
        .field(Field::text(locale, "purpose").required().value(&policy.purpose))
        .field(Field::text(locale, "scope").value(&policy.scope).hint(locale.t("hint-scope")))
        .field(
            Field::area(locale, "condition")
                .required()
                .value(&policy.condition)
                .hint(locale.with("hint-policy-condition", &[("helpers", &helpers)])),
        )
        .field(severities(locale, policy.severity))
        .field(classes(locale, policy.class))
        .field(outcomes(locale, policy.outcome));
    patience_fields(locale, form, policy.patience).field(enabled(locale, policy.is_enabled))
}

/// What happens to a policy in a form: it is tried, or saved.
pub(super) fn intent(locale: Locale) -> Field {
    let choices = form::choices(locale, "intent", ["preview", "save"], "preview");
    Field::select(locale, "intent", choices)
}

fn draft(id: &str, section: Option<SectionName>, fields: &Fields) -> Result<PolicyDraft, ServiceError> {
    let needed = |field: &str| invalid(field, Phrase::new("is_needed"));
    Ok(PolicyDraft {
        id: id.to_owned(),
        purpose: fields.text("purpose").to_owned(),
        section: match section {
            Some(section) => section,
            None => fields.text("section").parse().map_err(|_| needed("/section"))?,
        },
        scope: fields.text("scope").to_owned(),
        condition: fields.text("condition").to_owned(),
        severity: Severity::of(fields.text("severity")).ok_or_else(|| needed("/severity"))?,
        class: Class::of(fields.text("class")).ok_or_else(|| needed("/class"))?,
        outcome: Outcome::of(fields.text("outcome")).ok_or_else(|| needed("/outcome"))?,
        patience: patience(fields)?,
        is_enabled: fields.text("enabled") == "yes",
    })
}

/// What a policy would do, as facts and a table.
pub(super) fn previewed(locale: Locale, preview: &Preview) -> (Vec<(String, Cell)>, Table) {
    let number = |key: &str, n: usize| (locale.t(key), Cell::text(n.to_string()));
    let mut facts = vec![
        number("preview-hosts", preview.hosts),
        number("preview-in-scope", preview.in_scope),
        number("preview-items", preview.items),
        number("preview-broken", preview.broken),
        number("preview-broken-hosts", preview.broken_hosts),
        number("preview-past-findings", preview.past_findings),
        number("preview-past-incidents", preview.past_incidents),
    ];
    if !preview.is_complete {
        facts.push((locale.t("preview-complete"), Cell::text(locale.t("no"))));
    }
    if let Some(problem) = &preview.problem {
        facts.push((locale.t("policy-problem"), Cell::text(problem)));
    }
    let hit = |hit: &crate::service::policy::PreviewHit| Row {
        cells: vec![
            Cell::text(&hit.host_name).look("main").link(format!("/hosts/{}", hit.host)),
            Cell::text(&hit.key).look("mono").link(format!("/items/{}", hit.item)),
        ],
        forms: Vec::new(),
    };
    let table = Table {
        id: "hits",
        title: locale.t("preview-hits"),
        heads: vec![locale.t("col-host"), locale.t("col-item")],
        rows: preview.hits.iter().map(hit).collect(),
        empty: locale.t("preview-none"),
    };
    (facts, table)
}

fn example(visitor: &Visitor) -> Option<&'static shipped::Shipped> {
    let wanted = visitor.parameter("example")?;
    shipped::EXAMPLES.iter().chain(shipped::STATE).find(|policy| policy.id == wanted)
}

fn new_form(visitor: &Visitor, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let example = example(visitor);
    let say = |policy: &shipped::Shipped| locale.phrase(&Phrase::new(policy.says));
    let policy = PolicyDraft {
        id: example.map(|example| example.id.to_owned()).unwrap_or_default(),
        purpose: example.map(say).unwrap_or_default(),
        section: example.map_or(SectionName::Package, |example| example.section),
        scope: String::new(),
        condition: example.map(|example| example.condition.to_owned()).unwrap_or_default(),
        severity: example.map_or(Severity::Warning, |example| example.severity),
        class: example.map_or(Class::Critical, |example| example.class),
        outcome: example.map_or(Outcome::Finding, |example| example.outcome),
        patience: Patience::default(),
        is_enabled: true,
    };
    let form = Form::new(visitor, "new", "/policies/new".to_owned(), locale.t("policy-new"))
        .tone("primary")
        .note(locale.t("policy-form-note"))
        .submit(locale.t("go-on"))
        .field(Field::text(locale, "id").required().value(&policy.id).hint(locale.t("hint-policy-id")))
        .field(Field::select(locale, "section", sections(locale, policy.section.as_str())));
    rule_fields(locale, form, &policy).field(intent(locale)).after(attempt)
}

async fn new_page(
    visitor: &Visitor,
    attempt: Option<&Attempt>,
    preview: Option<&Preview>,
) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::PolicyManage, muster_model::right::Resource::All)?;
    let locale = visitor.locale;
    let (facts, hits) = preview.map(|preview| previewed(locale, preview)).unzip();
    let example = |policy: &shipped::Shipped| Row {
        cells: vec![
            Cell::text(locale.phrase(&Phrase::new(policy.says)))
                .look("main")
                .link(format!("/policies/new?example={}", policy.id)),
            Cell::text(locale.name("section", policy.section.as_str())),
            Cell::text(policy.condition).look("mono"),
        ],
        forms: Vec::new(),
    };
    let examples = Table {
        id: "examples",
        title: locale.t("policy-examples"),
        heads: ["col-purpose", "col-class", "policy-condition"].map(|key| locale.t(key)).into(),
        rows: shipped::EXAMPLES.iter().chain(shipped::STATE).map(example).collect(),
        empty: String::new(),
    };
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        page: Shell::at(visitor, "/policies", &locale.t("policy-new")).await,
        above: Some(above(locale)),
        note: String::new(),
        begin: None,
        facts: facts.unwrap_or_default(),
        tables: hits.into_iter().chain(attempt.is_none().then_some(examples)).collect(),
        forms: vec![new_form(visitor, attempt)],
        folds: Vec::new(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /policies/new`.
pub(super) async fn show_new(visitor: Visitor) -> Response {
    let outcome = new_page(&visitor, None, None).await;
    visitor.answer(outcome)
}

/// What was typed, still in the form, though nothing was wrong with it.
pub(super) fn kept(form: &str, fields: Fields, locale: Locale) -> Attempt {
    Attempt {
        form: form.to_owned(),
        fields,
        errors: Vec::new(),
        message: locale.t("preview-done"),
        status: axum::http::StatusCode::OK,
    }
}

async fn made(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let id = fields.text("id").trim().to_owned();
    let outcome = match draft(&id, None, &fields) {
        Ok(draft) if fields.text("intent") == "save" => service.create_policy(call, draft).await.map(|_| None),
        Ok(draft) => service.preview_policy(call, &draft).await.map(Some),
        Err(wrong) => Err(wrong),
    };
    match outcome {
        Ok(None) => Ok(see_other(&format!("/policies/{id}?done=saved"))),
        Ok(Some(preview)) => new_page(visitor, Some(&kept("new", fields, visitor.locale)), Some(&preview)).await,
        Err(error) => new_page(visitor, Some(&Attempt::new("new", fields, error, visitor.locale)?), None).await,
    }
}

/// `POST /policies/new`.
pub(super) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let outcome = made(&visitor, fields).await;
    visitor.answer(outcome)
}
