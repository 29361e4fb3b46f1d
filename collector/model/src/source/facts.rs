//! Facts about a host as a script or a file tells them: each attribute is one of its section, and of its kind.

use muster_shared::attribute::{self, Kind};
use muster_shared::{Attributes, SectionName};
use serde_json::Value;

use crate::class::{AttributeDefinition, Violation, pointer};
use crate::text::Phrase;

/// Longest key of an item.
const MAX_KEY_BYTES: usize = 1 << 10;

/// What is wrong with an item as a source tells it.
pub fn check(section: SectionName, key: &str, attributes: &Attributes) -> Vec<Violation> {
    let mut wrong = Vec::new();
    if key.is_empty() || key.len() > MAX_KEY_BYTES {
        let why = Phrase::new("characters").with("min", 1).with("max", MAX_KEY_BYTES);
        wrong.push(Violation::new("/key", why));
    }
    wrong.extend(crate::text::unseen(key).map(|why| Violation::new("/key", why)));
    for (name, value) in attributes {
        let why = match attribute::kind_of(section, name) {
            None => Some(unknown(section, name)),
            Some(kind) => check_value(kind, value),
        };
        wrong.extend(why.map(|why| Violation::new(pointer(name), why)));
    }
    wrong
}

/// The rule that a value of a kind breaks.
pub fn check_value(kind: Kind, value: &Value) -> Option<Phrase> {
    crate::class::check_value(&AttributeDefinition::plain("", kind), value)
}

fn unknown(section: SectionName, name: &str) -> Phrase {
    let known = attribute::of(section).map(|(name, _)| name);
    let near = known.min_by_key(|known| strsim::damerau_levenshtein(known, name)).unwrap_or_default();
    Phrase::new("fact_unknown")
        .with("class", section.as_str())
        .with("attribute", name.chars().take(60).collect::<String>())
        .with("near", near)
}
