//! The form of an improvement: its fields, and what they say.

use muster_model::improvement::Terms;
use muster_model::kpi;
use muster_model::right::Action;
use muster_model::text::Phrase;
use serde_json::{Map, Value, json};

use crate::console::form::{self, Choice, Field, Form, Kind};
use crate::console::moment;
use crate::console::submission::Fields;
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, invalid};

/// The fields of terms. What cannot change any more is left out.
pub(super) async fn written(
    visitor: &Visitor,
    mut form: Form,
    terms: &Terms,
    is_begun: bool,
) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let number = |name: &'static str, value: Option<f64>| {
        Field::text(locale, name).value(value.map(|value| value.to_string()).unwrap_or_default())
    };
    form = form
        .field(Field::text(locale, "title").required().value(&terms.title))
        .field(Field::area(locale, "description").value(&terms.description));
    if !is_begun {
        let mut figures = vec![form::nothing(locale.t("improvement-own"), terms.kpi.is_none())];
        figures.extend(kpi::DEFINITIONS.iter().map(|definition| Choice {
            value: definition.name.to_owned(),
            label: locale.name("kpi-name", definition.name),
            is_chosen: terms.kpi.as_deref() == Some(definition.name),
        }));
        form = form
            .field(Field::select(locale, "kpi", figures))
            .field(
                Field::new(locale, "days", Kind::Input("number"))
                    .value(terms.days.to_string())
                    .hint(locale.t("improvement-days-hint")),
            )
            .field(Field::text(locale, "measure").value(&terms.measure))
            .field(number("baseline", terms.baseline))
            .field(number("target", terms.target));
    }
    let mut people = vec![form::nothing(locale.t("choose"), terms.owner.is_none())];
    for person in visitor.service().list_people(&visitor.call).await? {
        let is_chosen = terms.owner == Some(person.id);
        if is_chosen || person.may(&[Action::ImprovementManage]) {
            people.push(Choice { value: person.id.to_string(), label: person.display_name, is_chosen });
        }
    }
    let due = terms.due_at.map(|at| moment::field_of(&at.to_string())).unwrap_or_default();
    Ok(form
        .field(Field::select(locale, "owner", people))
        .field(Field::new(locale, "due_at", Kind::Input("datetime-local")).value(due).hint(locale.t("hint-utc"))))
}

/// The fields of a form as a patch of terms: what is left empty is taken away.
pub(super) fn patch(fields: &Fields) -> Result<Value, ServiceError> {
    let mut patch = Map::new();
    for (name, text) in &fields.0 {
        let text = text.trim();
        let value = match name.as_str() {
            "kpi" | "owner" | "due_at" | "baseline" | "target" if text.is_empty() => Value::Null,
            "title" | "description" | "measure" | "kpi" | "owner" => json!(text),
            "due_at" => json!(fields.moment(name).ok_or_else(|| invalid("/due_at", Phrase::new("date_and_time")))?),
            "days" => {
                let days: Option<u16> = fields.number(name);
                json!(days.ok_or_else(|| invalid("/days", Phrase::new("whole_number")))?)
            }
            "baseline" | "target" => {
                let number: Option<f64> = fields.number(name);
                let wrong = || invalid(&format!("/{name}"), Phrase::new("improvement_number"));
                json!(number.filter(|number| number.is_finite()).ok_or_else(wrong)?)
            }
            _ => continue,
        };
        patch.insert(name.clone(), value);
    }
    Ok(Value::Object(patch))
}
