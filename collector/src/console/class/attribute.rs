//! The forms about attributes of a class that owners gave it: one more, another definition of one, one less.

use muster_model::class::{AttributeDefinition, Class, Need, Origin};
use muster_shared::Attributes;
use muster_shared::attribute::Kind;

use crate::console::declared::value_of;
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::submission::Fields;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::class::ClassDraft;

/// An attribute that owners gave a class.
pub(super) fn own<'a>(class: &'a Class, name: &str) -> Option<&'a AttributeDefinition> {
    let own = class.attributes.iter().filter(|attribute| !attribute.is_shipped);
    own.map(|attribute| &attribute.definition).find(|definition| definition.name == name)
}

/// The form of one more attribute, or of the one that is chosen.
pub(super) fn form(
    visitor: &Visitor,
    (class, version): (&Class, u64),
    chosen: Option<&str>,
    attempt: Option<&Attempt>,
) -> Form {
    let locale = visitor.locale;
    let known = chosen.and_then(|name| own(class, name));
    let (kind, need) = known.map_or(("text", "optional"), |known| (known.kind.as_str(), known.need.as_str()));
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Any).map(|kind| kind.as_str());
    let needs = Need::ALL.iter().map(|need| need.as_str());
    let text = |name: &'static str, value: Option<String>| Field::text(locale, name).value(value.unwrap_or_default());
    let number = |value: Option<f64>| value.map(|value| value.to_string());
    let (action, title) = match chosen {
        None => (format!("/classes/{}", class.name), locale.t("attribute-add")),
        Some(of) => {
            (format!("/classes/{}/attributes/{of}", class.name), locale.with("attribute-change", &[("name", of)]))
        }
    };
    let form = Form::new(visitor, "attribute", action, title).version(version);
    let form = match known {
        // Its name is what values stand under: it stays.
        Some(_) => form,
        None => form.field(Field::text(locale, "name").required().hint(locale.t("hint-class-name"))),
    };
    form.field(Field::select(locale, "kind", form::choices(locale, "value-kind", kinds, kind)))
        .field(Field::select(locale, "need", form::choices(locale, "need", needs, need)))
        .field(text("choices", known.map(|known| known.choices.join(", "))).hint(locale.t("hint-choices")))
        .field(text("minimum", known.and_then(|known| number(known.minimum))))
        .field(text("maximum", known.and_then(|known| number(known.maximum))))
        .field(text("pattern", known.and_then(|known| known.pattern.clone())).hint(locale.t("hint-pattern")))
        .field(text("unit", known.and_then(|known| known.unit.clone())))
        .field(text("meaning", known.map(|known| known.meaning.clone())))
        .field(text("default", None).hint(locale.t("hint-default")))
        .field(text("reason", None))
        .after(attempt)
}

/// The form that takes an attribute away.
pub(super) fn remove_form(
    visitor: &Visitor,
    (class, version): (&str, u64),
    of: &str,
    attempt: Option<&Attempt>,
) -> Form {
    let locale = visitor.locale;
    let action = format!("/classes/{class}/attributes/{of}/remove");
    Form::new(visitor, "remove", action, locale.with("attribute-remove", &[("name", of)]))
        .tone("danger")
        .version(version)
        .field(Field::text(locale, "reason"))
        .after(attempt)
}

/// What the form says of an attribute.
fn definition(name: &str, fields: &Fields) -> AttributeDefinition {
    let kind = Kind::ALL.iter().copied().find(|kind| kind.as_str() == fields.text("kind")).unwrap_or(Kind::Text);
    let need = Need::ALL.iter().copied().find(|need| need.as_str() == fields.text("need")).unwrap_or_default();
    let choices = fields.text("choices").split(',').map(str::trim).filter(|choice| !choice.is_empty());
    AttributeDefinition {
        need,
        choices: choices.map(str::to_owned).collect(),
        minimum: fields.number("minimum"),
        maximum: fields.number("maximum"),
        pattern: fields.filled("pattern").map(str::to_owned),
        unit: fields.filled("unit").map(str::to_owned),
        meaning: fields.text("meaning").trim().to_owned(),
        ..AttributeDefinition::plain(name, kind)
    }
}

/// The class as owners defined it.
fn draft(class: &Class, fields: &Fields) -> ClassDraft {
    let is_own = class.origin == Origin::Owner;
    let own = class.attributes.iter().filter(|attribute| !attribute.is_shipped);
    let kept = |text: &String| if is_own { text.clone() } else { String::new() };
    ClassDraft {
        label: kept(&class.label),
        meaning: kept(&class.meaning),
        attributes: own.map(|attribute| attribute.definition.clone()).collect(),
        identified_by: if is_own { class.identified_by.clone() } else { Vec::new() },
        rules: if is_own { class.rules.clone() } else { Vec::new() },
        defaults: Attributes::new(),
        reason: fields.text("reason").trim().to_owned(),
    }
}

/// Gives a class one more attribute, or another definition of the one that is named.
pub(super) async fn save(
    visitor: &Visitor,
    class: &str,
    of: Option<&str>,
    fields: &Fields,
) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let found = service.get_class(call, class).await?.class;
    let mut draft = draft(&found, fields);
    let said = definition(of.unwrap_or_else(|| fields.text("name").trim()), fields);
    if let Some(text) = fields.filled("default") {
        draft.defaults.insert(said.name.clone(), value_of(said.kind, text));
    }
    let known = of.and_then(|of| draft.attributes.iter_mut().position(|known| known.name == of));
    let at = known.unwrap_or(draft.attributes.len());
    match draft.attributes.get_mut(at) {
        Some(known) => *known = said,
        None => draft.attributes.push(said),
    }
    let outcome = service.update_class(call, class, draft, fields.version()).await.map(drop);
    outcome.map_err(|error| match error {
        ServiceError::Invalid(mut errors) => {
            // The form has one attribute of the list.
            let prefix = format!("/attributes/{at}");
            for error in &mut errors {
                if let Some(rest) = error.pointer.strip_prefix(&prefix) {
                    error.pointer = rest.to_owned();
                }
            }
            ServiceError::Invalid(errors)
        }
        other => other,
    })
}

/// Takes an attribute away from a class.
pub(super) async fn remove(visitor: &Visitor, class: &str, of: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let found = service.get_class(call, class).await?.class;
    if own(&found, of).is_none() {
        return Err(ServiceError::NotFound {
            kind: "class",
            id: format!("{class}/{}", of.chars().take(80).collect::<String>()),
        });
    }
    let mut draft = draft(&found, fields);
    draft.attributes.retain(|known| known.name != of);
    service.update_class(call, class, draft, fields.version()).await.map(drop)
}
