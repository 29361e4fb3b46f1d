//! Whether a definition can be taken, and what stored items would say to it.

use std::collections::BTreeSet;

use muster_shared::attribute::Kind;
use regex::{Regex, RegexBuilder};

use super::value::short;
use super::{AttributeDefinition, Class, ClassDefinition, Origin, Registry, Violation};
use crate::query::{self, Fields, Query};
use crate::text::{Phrase, unseen};

/// Longest name of a class or an attribute.
const MAX_NAME: usize = 63;
/// Most attributes that owners give to a class.
const MAX_ATTRIBUTES: usize = 200;
/// Most choices of an attribute.
const MAX_CHOICES: usize = 500;
/// Most rules of a class.
const MAX_RULES: usize = 20;
/// Longest pattern.
const MAX_PATTERN: usize = 500;
/// Most memory that a compiled pattern takes.
const MAX_PATTERN_BYTES: usize = 256 << 10;

/// A pattern, compiled within bounds.
pub(super) fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern).size_limit(MAX_PATTERN_BYTES).nest_limit(32).build()
}

fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|c| c.is_ascii_lowercase())
        && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && name.len() <= MAX_NAME
}

/// What is wrong with a definition, among the classes that there are.
pub fn check_definition(definition: &ClassDefinition, registry: &Registry) -> Vec<Violation> {
    let mut wrong = Vec::new();
    let shipped = registry.get(&definition.name).filter(|class| class.origin != Origin::Owner);
    if !is_name(&definition.name) {
        wrong.push(Violation::new("/name", Phrase::new("class_name").with("max", MAX_NAME)));
    }
    let texts = [("/label", &definition.label, 100), ("/meaning", &definition.meaning, 1_000)];
    for (pointer, text, max) in texts {
        wrong.extend(check_text(text, max).map(|why| Violation::new(pointer, why)));
    }
    if shipped.is_none() && definition.label.trim().is_empty() {
        wrong.push(Violation::new("/label", Phrase::new("is_needed")));
    }
    if shipped.is_some() && !definition.identified_by.is_empty() {
        wrong.push(Violation::new("/identified_by", Phrase::new("class_shipped_identity")));
    }
    if definition.attributes.len() > MAX_ATTRIBUTES {
        wrong.push(Violation::new("/attributes", Phrase::new("at_most_entries").with("max", MAX_ATTRIBUTES)));
    }
    let mut names = BTreeSet::new();
    for (i, attribute) in definition.attributes.iter().enumerate() {
        let at = |field: &str| format!("/attributes/{i}/{field}");
        if !names.insert(attribute.name.as_str()) {
            wrong.push(Violation::new(at("name"), Phrase::new("class_twice")));
        }
        if shipped.is_some_and(|class| class.attributes.iter().any(|known| is_shipped(known, &attribute.name))) {
            wrong.push(Violation::new(at("name"), Phrase::new("class_has_it")));
        }
        wrong.extend(check_attribute(attribute).into_iter().map(|(field, why)| Violation::new(at(field), why)));
    }
    for (i, name) in definition.identified_by.iter().enumerate() {
        let is_required = |known: &&AttributeDefinition| known.name == *name && known.need == super::Need::Required;
        if !definition.attributes.iter().any(|known| is_required(&known)) {
            wrong.push(Violation::new(format!("/identified_by/{i}"), Phrase::new("class_identity_required")));
        }
    }
    wrong.extend(check_rules(definition, shipped, &registry.item_fields()));
    wrong
}

fn is_shipped(known: &super::Attribute, name: &str) -> bool {
    known.is_shipped && known.definition.name == name
}

fn check_text(text: &str, max: usize) -> Option<Phrase> {
    if text.chars().count() > max {
        return Some(Phrase::new("at_most_characters").with("max", max));
    }
    unseen(text)
}

/// Field and rule of all that is wrong with an attribute.
fn check_attribute(attribute: &AttributeDefinition) -> Vec<(&'static str, Phrase)> {
    let mut wrong = Vec::new();
    if !is_name(&attribute.name) {
        wrong.push(("name", Phrase::new("class_name").with("max", MAX_NAME)));
    }
    let is_field = query::fields::ITEM.names().chain(query::fields::HOST.names()).any(|field| field == attribute.name);
    if is_field || RESERVED.contains(&attribute.name.as_str()) {
        wrong.push(("name", Phrase::new("class_reserved").with("attribute", short(&attribute.name))));
    }
    let is_number = matches!(attribute.kind, Kind::Integer | Kind::Number);
    let is_text = matches!(attribute.kind, Kind::Text | Kind::List | Kind::Version);
    if attribute.kind == Kind::Any {
        wrong.push(("kind", Phrase::new("class_any")));
    }
    if !attribute.choices.is_empty() && !is_text {
        wrong.push(("choices", Phrase::new("class_rule_of_texts")));
    }
    if attribute.choices.len() > MAX_CHOICES {
        wrong.push(("choices", Phrase::new("at_most_entries").with("max", MAX_CHOICES)));
    }
    if attribute
        .choices
        .iter()
        .any(|choice| choice.trim() != choice || check_text(choice, 100).is_some() || choice.is_empty())
    {
        wrong.push(("choices", Phrase::new("characters").with("min", 1_usize).with("max", 100_usize)));
    }
    if attribute.minimum.is_some() && !is_number {
        wrong.push(("minimum", Phrase::new("class_rule_of_numbers")));
    }
    if attribute.maximum.is_some() && !is_number {
        wrong.push(("maximum", Phrase::new("class_rule_of_numbers")));
    }
    if let (Some(minimum), Some(maximum)) = (attribute.minimum, attribute.maximum)
        && minimum > maximum
    {
        wrong.push(("minimum", Phrase::new("class_bounds")));
    }
    if let Some(pattern) = &attribute.pattern {
        if !is_text {
            wrong.push(("pattern", Phrase::new("class_rule_of_texts")));
        } else if pattern.chars().count() > MAX_PATTERN {
            wrong.push(("pattern", Phrase::new("at_most_characters").with("max", MAX_PATTERN)));
        } else if let Err(error) = compile(pattern) {
            let cause = error.to_string();
            let cause = cause.lines().last().unwrap_or_default().trim_start_matches("error: ");
            wrong.push(("pattern", Phrase::new("class_pattern_wrong").with("cause", short(cause))));
        }
    }
    let texts = [("unit", attribute.unit.as_deref().unwrap_or_default(), 20), ("meaning", &attribute.meaning, 500)];
    wrong.extend(texts.into_iter().filter_map(|(field, text, max)| Some((field, check_text(text, max)?))));
    wrong
}

/// Names of an item's own fields, which its attributes cannot have in queries.
const RESERVED: &[&str] =
    &["id", "label", "tags", "created_at", "updated_at", "redundancy", "queries", "relation", "status", "version_of"];

fn check_rules(definition: &ClassDefinition, shipped: Option<&Class>, fields: &Fields<'_>) -> Vec<Violation> {
    let mut wrong = Vec::new();
    if definition.rules.len() > MAX_RULES {
        wrong.push(Violation::new("/rules", Phrase::new("at_most_entries").with("max", MAX_RULES)));
    }
    if !definition.rules.is_empty() && shipped.is_some_and(|class| !class.is_declared()) {
        wrong.push(Violation::new("/rules", Phrase::new("class_rules_of_declared")));
    }
    let names = shipped.into_iter().flat_map(|class| &class.attributes).map(|attribute| &attribute.definition);
    let names: BTreeSet<&str> =
        names.chain(&definition.attributes).map(|definition| definition.name.as_str()).collect();
    for (i, rule) in definition.rules.iter().enumerate() {
        let pointer = format!("/rules/{i}/query");
        let places = places(&rule.query);
        if let Some(other) = places.iter().find(|name| !names.contains(**name)) {
            wrong.push(Violation::new(pointer, Phrase::new("class_rule_place").with("name", short(other))));
            continue;
        }
        let sample = places.iter().fold(rule.query.clone(), |text, name| text.replace(&format!("{{{name}}}"), "1"));
        match Query::parse(&sample, fields) {
            Err(error) => wrong.push(Violation::new(pointer, error.phrase())),
            Ok(query) if !query.moment.is_now() || query.requires("class").is_none() => {
                wrong.push(Violation::new(pointer, Phrase::new("class_rule_class")));
            }
            Ok(_) => {}
        }
    }
    wrong
}

/// The names between curly brackets of a rule's query.
pub fn places(query: &str) -> Vec<&str> {
    query.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name)).collect()
}
