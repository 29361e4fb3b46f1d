//! Answers to a form, checked by the rules of the standard; each error at its field, in the collector's words.

use serde_json::{Value, json};

use super::{FormSchema, Refused, refused};
use crate::text::{Phrase, Word};

/// What the standard's rules say of an answer, at its field, in the collector's words.
fn said(error: &jsonschema::ValidationError<'_>) -> Vec<Refused> {
    use jsonschema::error::ValidationErrorKind as Wrong;

    let place = format!("/answers{}", error.instance_path());
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let phrase = match error.kind() {
        Wrong::Required { property } => {
            return vec![refused(format!("{place}/{}", plain(property)), Phrase::new("is_needed"))];
        }
        Wrong::AdditionalProperties { unexpected } => {
            let unknown = |name: &String| refused(format!("{place}/{name}"), Phrase::new("answer_unknown"));
            return unexpected.iter().map(unknown).collect();
        }
        Wrong::Enum { options } => {
            let options = options.as_array().map(|all| all.iter().map(plain).collect::<Vec<_>>()).unwrap_or_default();
            Phrase::new("import_option").with("choices", Word::list(options))
        }
        Wrong::Minimum { limit } => Phrase::new("answer_minimum").with("limit", plain(limit)),
        Wrong::Maximum { limit } => Phrase::new("answer_maximum").with("limit", plain(limit)),
        Wrong::MinLength { limit } => Phrase::new("answer_shortest").with("limit", limit.to_string()),
        Wrong::MaxLength { limit } => Phrase::new("answer_longest").with("limit", limit.to_string()),
        Wrong::Format { format } if format == "date" => Phrase::new("date_alone"),
        Wrong::Format { .. } => Phrase::new("date_and_time"),
        _ => Phrase::new("answer_kind"),
    };
    vec![refused(place, phrase)]
}

/// Checks answers against a form; each error at its field.
pub fn check_answers(form: &Value, answers: &Value) -> Result<(), Vec<Refused>> {
    let read = FormSchema::read(form).map_err(|error| vec![error])?;
    let none = json!({"type": "object"});
    let schema = read.strict(if form.is_null() { &none } else { form });
    let validator = jsonschema::options().should_validate_formats(true).build(&schema);
    let validator = validator.map_err(|error| vec![refused("/form", error.to_string())])?;
    let errors: Vec<Refused> = validator.iter_errors(answers).flat_map(|error| said(&error)).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}
