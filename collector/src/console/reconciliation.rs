//! `/sources/rules`: which source is believed. The rules that owners set, one form to set or change one, and what is shipped.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::class::{Class, Registry};
use muster_model::reconcile::rule::{self, Level, Reconciliation, Rule};
use muster_model::right::Action;
use muster_model::source::Source;
use muster_model::text::Phrase;
use muster_shared::Time;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form, Kind};
use super::locale::Locale;
use super::markup;
use super::relation::class_name;
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::{ServiceError, Wrong};

/// What the fields of a source's place and hours begin with.
const PLACE: &str = "place.";
const HOURS: &str = "hours.";

/// A rule in words.
#[derive(Clone, Debug)]
pub(super) struct RuleRow {
    pub(super) class: String,
    pub(super) attribute: String,
    pub(super) order: String,
    pub(super) hours: String,
    /// The address of the form with this rule in it.
    pub(super) edit: Option<String>,
    pub(super) remove: Option<Form>,
}

#[derive(Template)]
#[template(path = "reconciliation.html")]
pub(super) struct RulesPage {
    pub(super) page: Shell,
    pub(super) own: Vec<RuleRow>,
    pub(super) shipped: Vec<RuleRow>,
    /// Who set them last, and when.
    pub(super) changed: Option<(String, Time)>,
    pub(super) form: Option<Form>,
}

/// The sources that have a place: what a person pinned comes first always.
fn sources() -> impl Iterator<Item = Source> {
    Source::ALL.iter().copied().filter(|source| *source != Source::Person)
}

fn level(level: &Level) -> Vec<Source> {
    match level {
        Level::One(source) => vec![*source],
        Level::Equal(sources) => sources.clone(),
    }
}

fn row(locale: Locale, rule: &Rule) -> RuleRow {
    let name = |source: &Source| locale.name("source", source.as_str());
    let order = rule.order.iter().map(|one| level(one).iter().map(name).collect::<Vec<_>>().join(" = "));
    let hours = rule.ttl_hours.iter().map(|(source, hours)| format!("{} {hours} h", name(source)));
    RuleRow {
        class: rule.class.as_ref().map_or_else(|| locale.t("rule-all"), |class| class_name(locale, class, class)),
        attribute: rule.attribute.clone().unwrap_or_default(),
        order: order.collect::<Vec<_>>().join(" > "),
        hours: hours.collect::<Vec<_>>().join(&locale.t("list-comma")),
        edit: None,
        remove: None,
    }
}

/// The form with a rule in it.
fn form(visitor: &Visitor, registry: &Registry, rule: Option<&Rule>, version: u64, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let class = rule.and_then(|rule| rule.class.as_deref());
    let choice = |known: &Class| Choice {
        label: class_name(locale, &known.name, &known.label),
        is_chosen: class == Some(known.name.as_str()),
        value: known.name.clone(),
    };
    let mut classes: Vec<Choice> = registry.all().map(choice).collect();
    classes.insert(0, form::nothing(locale.t("rule-all"), class.is_none()));
    let attribute = rule.and_then(|rule| rule.attribute.clone()).unwrap_or_default();
    let mut form = Form::new(visitor, "rule", "/sources/rules".to_owned(), locale.t("rule-set"))
        .tone("primary")
        .version(version)
        .note(locale.t("rule-note"))
        .field(Field::select(locale, "class", classes))
        .field(Field::text(locale, "attribute").value(attribute).hint(locale.t("hint-rule-attribute")));
    for source in sources() {
        let name = locale.name("source", source.as_str());
        let place = rule.and_then(|rule| rule.order.iter().position(|one| level(one).contains(&source)));
        let place = place.map_or_else(String::new, |place| (place + 1).to_string());
        let hours = rule.and_then(|rule| rule.ttl_hours.get(&source)).map_or_else(String::new, ToString::to_string);
        let label = |key: &str| format!("{name}: {}", locale.t(key));
        let number = |field: String, key: &str| Field::named(field, label(key), Kind::Input("number"));
        form = form
            .field(number(format!("{PLACE}{}", source.as_str()), "rule-place").value(place))
            .field(number(format!("{HOURS}{}", source.as_str()), "rule-hours").value(hours));
    }
    form.after(attempt)
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let Versioned { value: set, version } = visitor.service().reconciliation(&visitor.call).await?;
    let (may_change, registry) = (visitor.may(Action::ReconciliationUpdate), visitor.service().registry().await?);
    let wanted = (visitor.parameter("class"), visitor.parameter("attribute"));
    let is_wanted =
        |rule: &&Rule| visitor.parameter("edit").is_some() && (rule.class.clone(), rule.attribute.clone()) == wanted;
    let own = set.rules.iter().enumerate().map(|(n, rule)| {
        let edit = format!(
            "/sources/rules?edit=yes&class={}&attribute={}#form-rule",
            markup::url(rule.class.as_deref().unwrap_or_default()),
            markup::url(rule.attribute.as_deref().unwrap_or_default())
        );
        let remove = || {
            Form::new(visitor, format!("remove-{n}"), format!("/sources/rules/{n}/remove"), locale.t("rule-remove"))
                .tone("danger")
                .version(version)
                .after(attempt)
        };
        RuleRow { edit: may_change.then_some(edit), remove: may_change.then(remove), ..row(locale, rule) }
    });
    let page = RulesPage {
        page: Shell::at(visitor, "/sources", &locale.t("reconciliation-title")).await,
        own: own.collect(),
        shipped: rule::shipped().iter().map(|rule| row(locale, rule)).collect(),
        changed: (version > 0).then(|| (locale.actor(&set.changed_by), set.changed_at)),
        form: may_change.then(|| form(visitor, &registry, set.rules.iter().find(is_wanted), version, attempt)),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /sources/rules`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// The rule that a form says.
fn rule_of(fields: &Fields) -> Result<Rule, ServiceError> {
    let class = fields.filled("class").map(str::to_owned);
    let mut wrong = Vec::new();
    let mut number = |field: String, max: u32| -> Option<u32> {
        let text = fields.filled(&field)?;
        let number = text.parse().ok().filter(|number| (1..=max).contains(number));
        if number.is_none() {
            let why = Phrase::new("number_from_to").with("min", "1").with("max", max.to_string());
            wrong.push(Wrong { pointer: format!("/{field}"), detail: why.into() });
        }
        number
    };
    let mut places: BTreeMap<u32, Vec<Source>> = BTreeMap::new();
    let mut rule = Rule {
        class,
        attribute: fields.filled("attribute").map(str::to_owned),
        order: Vec::new(),
        ttl_hours: BTreeMap::new(),
    };
    for source in sources() {
        if let Some(place) = number(format!("{PLACE}{}", source.as_str()), 9) {
            places.entry(place).or_default().push(source);
        }
        if let Some(hours) = number(format!("{HOURS}{}", source.as_str()), rule::MAX_TTL_HOURS) {
            rule.ttl_hours.insert(source, hours);
        }
    }
    rule.order = places
        .into_values()
        .map(|equals| match equals.as_slice() {
            [one] => Level::One(*one),
            _ => Level::Equal(equals),
        })
        .collect();
    if wrong.is_empty() { Ok(rule) } else { Err(ServiceError::Invalid(wrong)) }
}

/// The rules with one set: in the place of the one that speaks of the same, or at the end.
fn with(set: &Reconciliation, rule: Rule) -> (Vec<Rule>, usize) {
    let mut rules = set.rules.clone();
    let same = |other: &Rule| other.class == rule.class && other.attribute == rule.attribute;
    let place = rules.iter().position(same).unwrap_or(rules.len());
    match rules.get_mut(place) {
        Some(known) => *known = rule,
        None => rules.push(rule),
    }
    (rules, place)
}

/// What is wrong with a rule of the set, beside the fields of its form.
fn beside(error: ServiceError, place: usize) -> ServiceError {
    let ServiceError::Invalid(errors) = error else { return error };
    let start = format!("/rules/{place}");
    let moved = |wrong: Wrong| {
        let field = wrong.pointer.strip_prefix(&start).unwrap_or(&wrong.pointer).to_owned();
        Wrong { pointer: field, ..wrong }
    };
    ServiceError::Invalid(errors.into_iter().map(moved).collect())
}

async fn changed(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let outcome = match rule_of(&fields) {
        Ok(rule) => {
            let set = service.reconciliation(call).await?;
            let (rules, place) = with(&set.value, rule);
            let updated = service.update_reconciliation(call, rules, fields.version()).await;
            updated.map(drop).map_err(|error| beside(error, place))
        }
        Err(wrong) => Err(wrong),
    };
    match outcome {
        Ok(()) => Ok(see_other("/sources/rules?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new("rule", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /sources/rules`.
pub(super) async fn save(Submission { visitor, fields }: Submission) -> Response {
    let outcome = changed(&visitor, fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, n: usize, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let mut rules = service.reconciliation(call).await?.value.rules;
    if n < rules.len() {
        rules.remove(n);
    }
    // The number of a rule means something only in the version that was looked at.
    match service.update_reconciliation(call, rules, Some(fields.version().unwrap_or_default())).await {
        Ok(_) => Ok(see_other("/sources/rules?done=saved")),
        Err(error) => {
            let attempt = Attempt::new(&format!("remove-{n}"), fields, error, visitor.locale)?;
            page(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /sources/rules/{n}/remove`.
pub(super) async fn remove(Path(n): Path<usize>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, n, fields).await;
    visitor.answer(outcome)
}
