//! The form of an item, made from its class: fields of attributes as their kinds ask, and what was typed as values.

use muster_model::class::{self, AttributeDefinition, Class, Need};
use muster_model::declared::{Declared, Edit, Status};
use muster_model::host::{Criticality, Lifecycle};
use muster_shared::Attributes;
use muster_shared::attribute::Kind;
use serde_json::{Value, json};

use crate::console::attribute;
use crate::console::form::{self, Choice, Field};
use crate::console::locale::Locale;
use crate::console::submission::Fields;
use crate::service::{ServiceError, invalid};

/// What the names of fields for attributes begin with.
const ATTRIBUTE: &str = "attribute.";

/// A value as it stands in a field.
fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        Some(Value::Object(members)) => {
            let line = |(name, value): (&String, &Value)| format!("{name}={}", value.as_str().unwrap_or_default());
            members.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        Some(other) => other.to_string(),
    }
}

/// A field's text as a value of a kind: lists stand in lines.
pub(in crate::console) fn value_of(kind: Kind, text: &str) -> Value {
    class::value_of(kind, text, &['\n'])
}

/// The name of the field of an attribute.
pub(in crate::console) fn field_name(attribute: &str) -> String {
    format!("{ATTRIBUTE}{attribute}")
}

/// The field of an attribute of many items at once: empty stays as it is.
pub(in crate::console) fn bulk_field(locale: Locale, definition: &AttributeDefinition) -> Field {
    let label = attribute::label(locale, &definition.name);
    let field = Field::named(field_name(&definition.name), label, form::Kind::Input("text"));
    field.hint(locale.t("hint-bulk"))
}

/// The fields of the attributes that owners added to the class of a host or an item of one, filled with what people gave.
pub(in crate::console) fn own_fields(locale: Locale, class: &Class, item: &Declared) -> Vec<Field> {
    class
        .declarable()
        .map(|definition| attribute_field(locale, definition, item.attributes.get(&definition.name)))
        .collect()
}

/// What such a form says.
pub(in crate::console) fn own_edit(class: &Class, fields: &Fields) -> Edit {
    let value = |definition: &AttributeDefinition| {
        (definition.name.clone(), value_of(definition.kind, fields.text(&field_name(&definition.name))))
    };
    Edit { attributes: class.declarable().map(value).collect(), ..Edit::default() }
}

/// The field of an attribute, as its class defines it.
fn attribute_field(locale: Locale, definition: &AttributeDefinition, value: Option<&Value>) -> Field {
    let name = field_name(&definition.name);
    let label = match &definition.unit {
        Some(unit) => format!("{} ({unit})", attribute::label(locale, &definition.name)),
        None => attribute::label(locale, &definition.name),
    };
    let now = shown(value);
    let choice = |value: &str, label: String| Choice { is_chosen: value == now, value: value.to_owned(), label };
    let nothing = || form::nothing(locale.t("none-set"), now.is_empty());
    let field = match definition.kind {
        Kind::Boolean => {
            let choices = vec![nothing(), choice("true", locale.t("yes")), choice("false", locale.t("no"))];
            Field::named(name, label, form::Kind::Select).choices(choices)
        }
        Kind::List | Kind::Table => Field::named(name, label, form::Kind::Area).value(now),
        _ if !definition.choices.is_empty() => {
            let choices = definition.choices.iter().map(|value| choice(value, value.clone()));
            Field::named(name, label, form::Kind::Select).choices(std::iter::once(nothing()).chain(choices).collect())
        }
        _ => Field::named(name, label, form::Kind::Input("text")).value(now),
    };
    let hint = match definition.kind {
        Kind::List => locale.t("hint-list"),
        Kind::Table => locale.t("hint-table"),
        Kind::Time => locale.t("hint-time"),
        _ => String::new(),
    };
    let field = if hint.is_empty() || field.is_area() { field } else { field.hint(hint) };
    if definition.need == Need::Required { field.required() } else { field }
}

/// The fields of an item, filled with what it is.
pub(super) fn fields_of(locale: Locale, class: &Class, item: &Declared) -> Vec<Field> {
    let status = item.status.map_or("", Status::as_str);
    let mut choices = vec![form::nothing(locale.t("not-known"), status.is_empty())];
    choices.extend(form::choices(locale, "item-status", Status::ALL.iter().map(|status| status.as_str()), status));
    let lifecycles = Lifecycle::BY_PEOPLE.iter().map(|lifecycle| lifecycle.as_str());
    let criticalities = Criticality::ALL.iter().map(|criticality| criticality.as_str());
    let members = item.members.iter().map(|members| match &members.group {
        Some(group) => format!("[{group}] {}", members.query),
        None => members.query.clone(),
    });
    let groups = item.redundancy.iter().map(|(group, needed)| format!("{group}={needed}"));
    let tags = item.tags.iter().cloned().collect::<Vec<_>>().join(", ");
    let mut fields = vec![
        Field::text(locale, "name").value(item.name.clone()).required(),
        Field::group(locale, "owner").value(item.owner.clone().unwrap_or_default()).hint(locale.t("hint-owner")),
        Field::select(
            locale,
            "criticality",
            form::choices(locale, "criticality", criticalities, item.criticality.as_str()),
        ),
        Field::select(locale, "lifecycle", form::choices(locale, "lifecycle", lifecycles, item.lifecycle.as_str())),
        Field::select(locale, "status", choices),
    ];
    fields.extend(
        class.declarable().map(|definition| attribute_field(locale, definition, item.attributes.get(&definition.name))),
    );
    fields.push(Field::text(locale, "tags").value(tags).hint(locale.t("hint-tags")));
    fields.push(Field::area(locale, "members").value(members.collect::<Vec<_>>().join("\n")));
    fields.push(Field::area(locale, "redundancy").value(groups.collect::<Vec<_>>().join("\n")));
    fields.push(Field::text(locale, "reason"));
    fields
}

/// What a form says of an item.
pub(super) fn edit_of(class: &Class, fields: &Fields) -> Result<Edit, ServiceError> {
    let lines = |name: &str| -> Vec<String> {
        fields.text(name).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let members: Vec<Value> = lines("members")
        .into_iter()
        .map(|line| match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((group, query)) => json!({"group": group.trim(), "query": query.trim()}),
            None => json!({"query": line}),
        })
        .collect();
    let mut redundancy = serde_json::Map::new();
    for line in lines("redundancy") {
        let (group, needed) = line.split_once('=').unwrap_or((line.as_str(), ""));
        let why = || muster_model::text::Phrase::new("group_line");
        let needed: u32 = needed.trim().parse().map_err(|_| invalid("/redundancy", why()))?;
        redundancy.insert(group.trim().to_owned(), json!(needed));
    }
    let tags: Vec<&str> = fields.text("tags").split(',').map(str::trim).filter(|tag| !tag.is_empty()).collect();
    let attributes: Attributes = class
        .declarable()
        .map(|definition| {
            let text = fields.text(&field_name(&definition.name));
            (definition.name.clone(), value_of(definition.kind, text))
        })
        .collect();
    let edit = json!({
        "name": fields.text("name"), "owner": fields.filled("owner"), "criticality": fields.filled("criticality"),
        "lifecycle": fields.filled("lifecycle"), "status": fields.filled("status"), "tags": tags,
        "members": members, "redundancy": redundancy, "attributes": attributes,
    });
    // A browser sends nothing else than what the form has to choose from.
    serde_json::from_value(edit).map_err(|_| invalid("/name", muster_model::text::Phrase::new("is_needed")))
}

/// The form's own names in the place of pointers into the item.
pub(in crate::console) fn in_form(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Invalid(mut errors) => {
            for error in &mut errors {
                if let Some(name) = error.pointer.strip_prefix("/attributes/") {
                    error.pointer = format!("/{ATTRIBUTE}{name}");
                }
            }
            ServiceError::Invalid(errors)
        }
        other => other,
    }
}
