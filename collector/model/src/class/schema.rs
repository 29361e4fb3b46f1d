//! A class as JSON Schema, draft 2020-12: the same rules for every program that knows the standard.

use muster_shared::attribute::Kind;
use serde_json::{Map, Value, json};

use super::{AttributeDefinition, Class, Need};

/// The schema of the attributes of a class.
pub fn json_schema(class: &Class) -> Value {
    let mut properties = Map::new();
    let mut patterns = Map::new();
    for attribute in &class.attributes {
        let definition = &attribute.definition;
        let schema = of_attribute(definition, !attribute.is_shipped || class.is_declared());
        match definition.name.strip_suffix('*') {
            Some(start) => patterns.insert(format!("^{start}"), schema),
            None => properties.insert(definition.name.clone(), schema),
        };
    }
    let is_required = |definition: &&AttributeDefinition| class.is_declared() && definition.need == Need::Required;
    let required: Vec<&str> =
        class.declarable().filter(is_required).map(|definition| definition.name.as_str()).collect();
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("/api/v1/classes/{}", class.name),
        "title": class.label,
        "description": class.meaning,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if let Some(schema) = schema.as_object_mut().filter(|_| !patterns.is_empty()) {
        schema.insert("patternProperties".into(), patterns.into());
    }
    schema
}

fn of_attribute(definition: &AttributeDefinition, is_declared: bool) -> Value {
    let mut schema = match definition.kind {
        Kind::Text | Kind::Version => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        // What agents find may have parts; what people give are texts.
        Kind::List if is_declared => json!({"type": "array", "items": {"type": "string"}}),
        Kind::List => json!({"type": "array"}),
        Kind::Time => json!({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
        Kind::Table if is_declared => json!({"type": "object", "additionalProperties": {"type": "string"}}),
        Kind::Table => json!({"type": "object"}),
        Kind::Any => json!({"type": ["string", "number", "boolean", "array"]}),
    };
    let is_list = definition.kind == Kind::List;
    let mut say = |name: &str, value: Value| {
        let place =
            if is_list && matches!(name, "enum" | "pattern") { schema.get_mut("items") } else { Some(&mut schema) };
        if let Some(Value::Object(place)) = place {
            place.insert(name.to_owned(), value);
        }
    };
    if !definition.choices.is_empty() {
        say("enum", json!(definition.choices));
    }
    if let Some(minimum) = definition.minimum {
        say("minimum", json!(minimum));
    }
    if let Some(maximum) = definition.maximum {
        say("maximum", json!(maximum));
    }
    if let Some(pattern) = &definition.pattern {
        say("pattern", json!(pattern));
    }
    if !definition.meaning.is_empty() {
        say("description", json!(definition.meaning));
    }
    if let Some(unit) = &definition.unit {
        say("unit", json!(unit));
    }
    schema
}
