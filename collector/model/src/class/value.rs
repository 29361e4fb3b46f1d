//! Whether values are what their class allows. Every rule that is broken is named, with the place.

use muster_shared::attribute::Kind;
use muster_shared::{Attributes, Time};
use serde_json::{Value, json};

use super::{AttributeDefinition, Class, Need, Violation, check, pointer};
use crate::text::{Phrase, Word};

/// Most bytes of one value, as JSON.
const MAX_BYTES: usize = 16 << 10;

/// What is wrong with the values that people give to an item of a class. Null is no value.
pub fn check_values(class: &Class, attributes: &Attributes) -> Vec<Violation> {
    let mut wrong = Vec::new();
    for (name, value) in attributes {
        let known = class.declarable().find(|definition| definition.name == *name);
        let why = match known {
            _ if value.is_null() => continue,
            Some(definition) => check_value(definition, value),
            None if class.attribute(name).is_some() => {
                Some(Phrase::new("class_discovered").with("attribute", short(name)))
            }
            None => Some(unknown(class, name)),
        };
        wrong.extend(why.map(|why| Violation::new(pointer(name), why)));
    }
    let is_missing = |definition: &&AttributeDefinition| {
        definition.need == Need::Required && attributes.get(&definition.name).is_none_or(Value::is_null)
    };
    // Of an item that agents discover people say what they like; of their own items they say what is required.
    if class.is_declared() {
        let missing = class.declarable().filter(is_missing);
        wrong
            .extend(missing.map(|definition| Violation::new(pointer(&definition.name), Phrase::new("class_required"))));
    }
    wrong
}

/// What was written, as far as it helps to see it again.
pub(super) fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}

fn unknown(class: &Class, name: &str) -> Phrase {
    let known: Vec<&str> = class.declarable().map(|definition| definition.name.as_str()).collect();
    let near = known.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
    let why = match near {
        Some(near) => Phrase::new("class_no_attribute").with("near", *near).with("all", Word::list(&known)),
        None => Phrase::new("class_no_attributes"),
    };
    why.with("class", class.name.as_str()).with("attribute", short(name))
}

/// A text as a value of a kind, its lists with one of `separators` between; what cannot be one is left as text, and the class
/// says what is wrong with it. An empty text is no value.
pub fn value_of(kind: Kind, text: &str, separators: &[char]) -> Value {
    let text = text.trim();
    let parts = || text.split(separators).map(str::trim).filter(|part| !part.is_empty());
    match kind {
        _ if text.is_empty() => Value::Null,
        Kind::Integer => {
            let number = text.parse::<i64>().map(|number| json!(number));
            number.or_else(|_| text.parse::<u64>().map(|number| json!(number))).unwrap_or_else(|_| json!(text))
        }
        Kind::Number => {
            let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
            number.map_or_else(|| json!(text), |number| json!(number))
        }
        Kind::Boolean => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => json!(true),
            "false" | "no" | "0" => json!(false),
            _ => json!(text),
        },
        Kind::List => json!(parts().collect::<Vec<_>>()),
        Kind::Table => {
            let pairs = parts().map(|part| part.split_once('=').unwrap_or((part, "")));
            pairs.map(|(name, value)| (name.trim(), value.trim())).collect()
        }
        Kind::Text | Kind::Time | Kind::Version | Kind::Any => json!(text),
    }
}

/// Whether a text is what texts of this kind are: a time is one.
pub fn is_text_of(kind: Kind, text: &str) -> bool {
    const DAY: usize = 10;
    match kind {
        Kind::Time if text.len() == DAY => format!("{text}T00:00:00Z").parse::<Time>().is_ok(),
        Kind::Time => text.parse::<Time>().is_ok(),
        _ => true,
    }
}

/// The rule that a value breaks.
pub(crate) fn check_value(definition: &AttributeDefinition, value: &Value) -> Option<Phrase> {
    let kind = definition.kind;
    let is_of_kind = match (kind, value) {
        (Kind::List, Value::Array(values)) => values.iter().all(Value::is_string),
        (Kind::Table, Value::Object(members)) => members.values().all(Value::is_string),
        _ => kind.fits(value),
    };
    if !is_of_kind {
        return Some(Phrase::new("class_kind").term("kind", "value-kind", kind.as_str()));
    }
    if value.to_string().len() > MAX_BYTES {
        return Some(Phrase::new("class_too_long").with("max", MAX_BYTES));
    }
    if value.as_str().is_some_and(|text| !is_text_of(kind, text)) {
        return Some(Phrase::new("class_time"));
    }
    let texts: Vec<&str> = match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().into_iter().collect(),
    };
    if let Some(unseen) = texts.iter().find_map(|text| crate::text::unseen(text)) {
        return Some(unseen);
    }
    let is_choice = |text: &&str| definition.choices.iter().any(|choice| choice == text);
    if !definition.choices.is_empty()
        && let Some(other) = texts.iter().find(|text| !is_choice(text))
    {
        return Some(
            Phrase::new("class_choice").with("value", short(other)).with("choices", Word::list(&definition.choices)),
        );
    }
    let number = value.as_f64();
    if let (Some(number), Some(minimum)) = (number, definition.minimum)
        && number < minimum
    {
        return Some(Phrase::new("class_minimum").with("min", minimum.to_string()));
    }
    if let (Some(number), Some(maximum)) = (number, definition.maximum)
        && number > maximum
    {
        return Some(Phrase::new("class_maximum").with("max", maximum.to_string()));
    }
    let pattern = definition.pattern.as_ref().filter(|_| !texts.is_empty())?;
    // A stored pattern was compiled before it was stored; one that does not compile any more forbids nothing.
    let compiled = check::compile(pattern).ok()?;
    let fits = texts.iter().all(|text| compiled.is_match(text));
    (!fits).then(|| Phrase::new("class_pattern").with("pattern", short(pattern)))
}
