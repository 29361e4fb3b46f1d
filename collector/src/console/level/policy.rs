//! `/levels/policies`: what is promised for which tickets. Each policy with its form and every version.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::level::{Action as LevelAction, Anchor, Policy, Target, Terms};
use muster_model::right::Action;
use muster_model::text::Phrase;

use super::calendar::VersionRow;
use super::{policy_label, span};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::locale::Locale;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::level::PolicyDraft;
use crate::service::{ServiceError, invalid};

/// A policy in the list.
#[derive(Clone, Debug)]
pub(in crate::console) struct PolicyRow {
    pub(in crate::console) name: String,
    pub(in crate::console) label: String,
    pub(in crate::console) target: &'static str,
    pub(in crate::console) filter: String,
    pub(in crate::console) time: String,
    pub(in crate::console) calendar: String,
    pub(in crate::console) is_enabled: bool,
    pub(in crate::console) number: u32,
}

#[derive(Template)]
#[template(path = "level_policies.html")]
pub(in crate::console) struct PoliciesPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) rows: Vec<PolicyRow>,
    pub(in crate::console) add: Option<Form>,
}

#[derive(Template)]
#[template(path = "level_policy.html")]
pub(in crate::console) struct PolicyPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) row: PolicyRow,
    /// Name and value of what else it says.
    pub(in crate::console) terms: Vec<(String, String)>,
    pub(in crate::console) versions: Vec<VersionRow>,
    pub(in crate::console) form: Option<Form>,
}

impl PolicyRow {
    fn of(policy: &Policy, locale: Locale) -> Self {
        let terms = &policy.terms;
        Self {
            name: policy.name.clone(),
            label: policy_label(locale, &policy.name, &terms.label),
            target: terms.target.as_str(),
            filter: terms.filter.clone(),
            time: span(locale, i64::from(terms.minutes) * 60_000),
            calendar: terms.calendar.clone(),
            is_enabled: terms.is_enabled,
            number: policy.number,
        }
    }
}

/// `90 group duty`, `100 urgency 1`: one a line.
fn actions(terms: &Terms) -> String {
    let line = |action: &LevelAction| {
        let group = action.assignment_group.as_ref().map(|group| format!("{} group {group}", action.at));
        let urgency = action.urgency.map(|urgency| format!("{} urgency {urgency}", action.at));
        [group, urgency].into_iter().flatten().collect::<Vec<_>>()
    };
    terms.actions.iter().flat_map(line).collect::<Vec<_>>().join("\n")
}

fn pauses(terms: &Terms) -> String {
    let pair = |(reason, minutes): (&String, &u32)| format!("{reason} {minutes}");
    terms.max_pause_minutes.iter().map(pair).collect::<Vec<_>>().join("\n")
}

fn numbers(numbers: &[u8]) -> String {
    numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn with_terms(form: Form, locale: Locale, terms: Option<&Terms>, calendars: &[String]) -> Form {
    let text = |value: fn(&Terms) -> String| terms.map(value).unwrap_or_default();
    let chosen = terms.map_or("resolve", |terms| terms.target.as_str());
    let anchor = terms.map_or("", |terms| terms.anchor.as_str());
    let targets = form::choices(locale, "level-target", Target::ALL.iter().map(|target| target.as_str()), chosen);
    let mut anchors = form::choices(locale, "level-anchor", Anchor::ALL.iter().map(|anchor| anchor.as_str()), anchor);
    if terms.is_none() {
        anchors.insert(0, form::nothing(locale.t("as-usual"), true));
    }
    let calendar = |name: &String| Choice {
        value: name.clone(),
        label: name.clone(),
        is_chosen: terms.is_some_and(|terms| terms.calendar == *name),
    };
    let on = form::choices(
        locale,
        "level-switch",
        ["on", "off"],
        if terms.is_none_or(|t| t.is_enabled) { "on" } else { "off" },
    );
    let number = |name: &'static str, value: String| Field::new(locale, name, Kind::Input("number")).value(value);
    form.field(Field::text(locale, "label").required().value(text(|terms| terms.label.clone())))
        .field(Field::select(locale, "target", targets))
        .field(
            Field::text(locale, "filter").value(text(|terms| terms.filter.clone())).hint(locale.t("hint-level-filter")),
        )
        .field(number("minutes", text(|terms| terms.minutes.to_string())).required())
        .field(Field::select(locale, "calendar", calendars.iter().map(calendar).collect()))
        .field(
            Field::text(locale, "start_when").value(text(|t| t.start_when.join(", "))).hint(locale.t("hint-condition")),
        )
        .field(Field::text(locale, "stop_when").value(text(|t| t.stop_when.join(", "))))
        .field(Field::text(locale, "pause_when").value(text(|t| t.pause_when.join(", "))))
        .field(Field::select(locale, "anchor", anchors))
        .field(Field::text(locale, "warn_at").value(text(|terms| numbers(&terms.warn_at))))
        .field(Field::area(locale, "actions").value(text(actions)).hint(locale.t("hint-level-actions")))
        .field(Field::area(locale, "max_pause_minutes").value(text(pauses)).hint(locale.t("hint-max-pause")))
        .field(number("order", text(|terms| terms.order.to_string())).hint(locale.t("hint-level-order")))
        .field(Field::select(locale, "enabled", on))
        .field(Field::text(locale, "reason"))
}

/// A new policy begins with what the address says: an agreement of a service comes so.
fn begun(visitor: &Visitor, mut form: Form) -> Form {
    for field in &mut form.fields {
        let Some(said) = visitor.parameter(&field.name) else { continue };
        if field.choices.is_empty() {
            field.value = said;
        } else if field.choices.iter().any(|choice| choice.value == said) {
            for choice in &mut field.choices {
                choice.is_chosen = choice.value == said;
            }
        }
    }
    form
}

fn list(fields: &Fields, name: &str) -> Option<Vec<String>> {
    let text = fields.filled(name)?;
    let parts = text.split([',', ' ', '，']).map(str::trim).filter(|part| !part.is_empty());
    Some(parts.map(str::to_owned).collect())
}

fn odd(field: &str, text: &str) -> ServiceError {
    let shown: String = text.chars().take(40).collect();
    invalid(&format!("/{field}"), Phrase::new("level_line").with("line", shown))
}

fn read_actions(text: &str) -> Result<Vec<LevelAction>, ServiceError> {
    let mut actions: Vec<LevelAction> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = || odd("actions", line);
        let (at, rest) = line.split_once(' ').ok_or_else(wrong)?;
        let at: u8 = at.trim_end_matches('%').parse().map_err(|_| wrong())?;
        let action = match rest.trim().split_once(' ') {
            Some(("group", group)) => {
                LevelAction { at, assignment_group: Some(group.trim().to_owned()), urgency: None }
            }
            Some(("urgency", urgency)) => {
                let urgency = urgency.trim().parse().map_err(|_| wrong())?;
                LevelAction { at, assignment_group: None, urgency: Some(urgency) }
            }
            _ => return Err(wrong()),
        };
        actions.push(action);
    }
    Ok(actions)
}

fn read_pauses(text: &str) -> Result<BTreeMap<String, u32>, ServiceError> {
    let mut pauses = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let wrong = || odd("max_pause_minutes", line);
        let (reason, minutes) = line.split_once(' ').ok_or_else(wrong)?;
        pauses.insert(reason.to_owned(), minutes.trim().parse().map_err(|_| wrong())?);
    }
    Ok(pauses)
}

/// What a form says. Of a policy that is there, an empty field is an empty list; of a new one, what is usual.
fn draft(fields: &Fields, is_new: bool) -> Result<PolicyDraft, ServiceError> {
    let needed = |field: &str| invalid(&format!("/{field}"), Phrase::new("is_needed"));
    let conditions = |name: &str| list(fields, name).or_else(|| (!is_new).then(Vec::new));
    let warn_at = match conditions("warn_at") {
        None => None,
        Some(texts) => {
            let number = |text: &String| text.trim_end_matches('%').parse();
            let read: Result<Vec<u8>, _> = texts.iter().map(number).collect();
            Some(read.map_err(|_| invalid("/warn_at", Phrase::new("level_warn_at")))?)
        }
    };
    Ok(PolicyDraft {
        label: fields.text("label").to_owned(),
        target: Target::of(fields.text("target")).ok_or_else(|| needed("target"))?,
        filter: fields.text("filter").to_owned(),
        minutes: fields.number("minutes").unwrap_or_default(),
        calendar: fields.text("calendar").to_owned(),
        start_when: conditions("start_when"),
        stop_when: conditions("stop_when"),
        pause_when: conditions("pause_when"),
        anchor: Anchor::of(fields.text("anchor")),
        warn_at,
        actions: read_actions(fields.text("actions"))?,
        max_pause_minutes: read_pauses(fields.text("max_pause_minutes"))?,
        order: fields.number("order"),
        is_enabled: fields.text("enabled") != "off",
        reason: fields.text("reason").to_owned(),
    })
}

async fn calendars(visitor: &Visitor) -> Result<Vec<String>, ServiceError> {
    let calendars = visitor.service().list_calendars(&visitor.call).await?;
    Ok(calendars.into_iter().map(|calendar| calendar.value.name).collect())
}

async fn all(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let policies = visitor.service().list_level_policies(&visitor.call).await?;
    let calendars = calendars(visitor).await?;
    let add = || {
        let form = Form::new(visitor, "add", "/levels/policies".to_owned(), locale.t("level-policy-add"));
        let form = form.field(Field::text(locale, "name").required().hint(locale.t("hint-level-name")));
        begun(visitor, with_terms(form, locale, None, &calendars)).after(attempt)
    };
    let page = PoliciesPage {
        page: Shell::at(visitor, "/levels", &locale.t("level-policies-title")).await,
        rows: policies.iter().map(|stored| PolicyRow::of(&stored.value, locale)).collect(),
        add: visitor.may(Action::LevelManage).then(add),
    };
    Ok(answer::page(form::status(attempt), &page))
}

async fn one(visitor: &Visitor, name: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let (service, call) = (visitor.service(), &visitor.call);
    let stored = service.get_level_policy(call, name).await?;
    let versions = service.level_policy_versions(call, name).await?;
    let calendars = calendars(visitor).await?;
    let terms = &stored.value.terms;
    let form = || {
        let form = Form::new(visitor, "edit", format!("/levels/policies/{name}"), locale.t("level-policy-edit"));
        let form = form.version(stored.version).note(locale.t("level-policy-edit-note"));
        with_terms(form, locale, Some(terms), &calendars).after(attempt)
    };
    let says = [
        ("start_when", terms.start_when.join(", ")),
        ("stop_when", terms.stop_when.join(", ")),
        ("pause_when", terms.pause_when.join(", ")),
        ("anchor", locale.name("level-anchor", terms.anchor.as_str())),
        ("warn_at", numbers(&terms.warn_at)),
        ("actions", actions(terms)),
        ("max_pause_minutes", pauses(terms)),
        ("order", terms.order.to_string()),
    ];
    let says = says.into_iter().filter(|(_, text)| !text.is_empty());
    let version = |policy: &Policy| VersionRow {
        number: policy.number,
        by: locale.actor(&policy.changed_by),
        at: policy.changed_at,
        reason: policy.reason.clone(),
        what: format!(
            "{} · {} · {} · {}",
            locale.name("level-target", policy.terms.target.as_str()),
            span(locale, i64::from(policy.terms.minutes) * 60_000),
            policy.terms.calendar,
            locale.name("level-switch", if policy.terms.is_enabled { "on" } else { "off" }),
        ),
    };
    let row = PolicyRow::of(&stored.value, locale);
    let page = PolicyPage {
        page: Shell::at(visitor, "/levels", &row.label).await,
        terms: says.map(|(name, text)| (locale.name("field", name), text)).collect(),
        versions: versions.iter().map(version).collect(),
        form: visitor.may(Action::LevelManage).then(form),
        row,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /levels/policies`.
pub(in crate::console) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, None).await;
    visitor.answer(outcome)
}

/// `GET /levels/policies/{name}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(name): Path<String>) -> Response {
    let outcome = one(&visitor, &name, None).await;
    visitor.answer(outcome)
}

async fn set(visitor: &Visitor, name: &str, fields: Fields, is_new: bool) -> Result<Response, ServiceError> {
    let outcome = match draft(&fields, is_new) {
        Ok(draft) => {
            let seen = fields.version();
            visitor.service().set_level_policy(&visitor.call, name, draft, is_new, seen).await.map(drop)
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/levels/policies/{name}?done=saved"))),
        Err(error) if is_new => all(visitor, Some(&Attempt::new("add", fields, error, visitor.locale)?)).await,
        Err(error) => one(visitor, name, Some(&Attempt::new("edit", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /levels/policies`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let name = fields.text("name").trim().to_owned();
    let outcome = set(&visitor, &name, fields, true).await;
    visitor.answer(outcome)
}

/// `POST /levels/policies/{name}`.
pub(in crate::console) async fn save(Path(name): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = set(&visitor, &name, fields, false).await;
    visitor.answer(outcome)
}
