//! Forms as data: one template draws them all, with the error beside the field and what was typed still in it.

use std::borrow::Cow;

use axum::http::StatusCode;
use muster_model::right::Because;
use muster_model::ticket::transition::TransitionError;
use muster_shared::problem::FieldError;

use super::answer::sentence;
use super::locale::Locale;
use super::submission::Fields;
use super::visitor::Visitor;
use crate::service::{ServiceError, Wrong};

/// A form that was sent and not taken.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// Which form of the page.
    pub(crate) form: String,
    pub(crate) fields: Fields,
    pub(crate) errors: Vec<FieldError>,
    pub(crate) message: String,
    pub(crate) status: StatusCode,
}

impl Attempt {
    /// What a form's sender is told; gives an error back that is no matter of its fields.
    pub(crate) fn new(form: &str, fields: Fields, error: ServiceError, locale: Locale) -> Result<Self, ServiceError> {
        let needed = |fields: &[&'static str]| -> Vec<FieldError> {
            let detail = locale.t("form-needed");
            fields.iter().map(|field| FieldError { pointer: format!("/{field}"), detail: detail.clone() }).collect()
        };
        let wrong = StatusCode::UNPROCESSABLE_ENTITY;
        let (status, message, errors) = match error {
            ServiceError::Invalid(errors) => {
                let say = |wrong: Wrong| FieldError { detail: locale.say(&wrong.detail), pointer: wrong.pointer };
                (wrong, locale.t("form-invalid"), errors.into_iter().map(say).collect())
            }
            ServiceError::Stale { .. } => (StatusCode::CONFLICT, locale.t("form-stale"), Vec::new()),
            ServiceError::Conflict(why) => (StatusCode::CONFLICT, sentence(&why, locale), Vec::new()),
            ServiceError::Transition(TransitionError::Missing { missing, .. }) => {
                (wrong, locale.t("form-invalid"), needed(&missing))
            }
            ServiceError::Transition(TransitionError::Choice { field, .. }) => {
                (wrong, locale.t("form-invalid"), needed(&[field]))
            }
            ServiceError::Transition(other) => {
                (StatusCode::CONFLICT, sentence(&other.phrase().into(), locale), Vec::new())
            }
            // What was typed lies further than the visitor's role reaches: it stays, so that it can be made to fit.
            ServiceError::Denied(denied) if denied.because == Because::Reach => {
                (StatusCode::FORBIDDEN, sentence(&denied.phrase().into(), locale), Vec::new())
            }
            other => return Err(other),
        };
        Ok(Self { form: form.to_owned(), fields, errors, message, status })
    }
}

/// The status of a page with or without an attempt.
pub(crate) fn status(attempt: Option<&Attempt>) -> StatusCode {
    attempt.map_or(StatusCode::OK, |attempt| attempt.status)
}

/// What a field looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `<input>` of this type.
    Input(&'static str),
    /// `<textarea>`.
    Area,
    /// `<select>`.
    Select,
    /// Check boxes.
    Checks,
}

/// A choice of a select or a check box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

/// One field.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) name: Cow<'static, str>,
    pub(crate) label: String,
    pub(crate) kind: Kind,
    pub(crate) value: String,
    pub(crate) choices: Vec<Choice>,
    pub(crate) error: Option<String>,
    pub(crate) hint: Option<String>,
    pub(crate) is_required: bool,
    /// The list of the page that it offers names of.
    pub(crate) list: Option<&'static str>,
    pub(crate) autocomplete: &'static str,
}

impl Field {
    /// A field, labelled by the catalogue (`field-<name>`).
    pub(crate) fn new(locale: Locale, name: &'static str, kind: Kind) -> Self {
        Self::named(name, locale.name("field", name), kind)
    }

    /// A field with a label of its own.
    pub(crate) fn named(name: impl Into<Cow<'static, str>>, label: String, kind: Kind) -> Self {
        Self {
            name: name.into(),
            label,
            kind,
            value: String::new(),
            choices: Vec::new(),
            error: None,
            hint: None,
            is_required: false,
            list: None,
            autocomplete: "off",
        }
    }

    /// One line of text.
    pub(crate) fn text(locale: Locale, name: &'static str) -> Self {
        Self::new(locale, name, Kind::Input("text"))
    }

    /// A group: a line that offers those that are known.
    pub(crate) fn group(locale: Locale, name: &'static str) -> Self {
        Self { list: Some("groups"), ..Self::text(locale, name) }
    }

    /// Many lines of text.
    pub(crate) fn area(locale: Locale, name: &'static str) -> Self {
        Self::new(locale, name, Kind::Area)
    }

    /// A choice of one.
    pub(crate) fn select(locale: Locale, name: &'static str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(locale, name, Kind::Select) }
    }

    /// A choice of many.
    pub(crate) fn checks(locale: Locale, name: &'static str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(locale, name, Kind::Checks) }
    }

    /// With a value.
    #[must_use]
    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// With something to choose from.
    #[must_use]
    pub(crate) fn choices(mut self, choices: Vec<Choice>) -> Self {
        self.choices = choices;
        self
    }

    /// With a line of help.
    #[must_use]
    pub(crate) fn hint(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Must be filled.
    #[must_use]
    pub(crate) const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// What browsers and password keepers may fill in.
    #[must_use]
    pub(crate) const fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// Whether this is an `<input>`, and of which type.
    pub(crate) const fn input(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Input(kind) => Some(kind),
            Kind::Area | Kind::Select | Kind::Checks => None,
        }
    }

    /// Whether this is a `<textarea>`.
    pub(crate) fn is_area(&self) -> bool {
        self.kind == Kind::Area
    }

    /// How many lines of text are seen: all of a few.
    pub(crate) fn lines(&self) -> usize {
        (self.value.lines().count() + 1).clamp(3, 14)
    }

    /// Whether these are check boxes.
    pub(crate) fn is_checks(&self) -> bool {
        self.kind == Kind::Checks
    }

    fn refill(&mut self, attempt: &Attempt) {
        match self.kind {
            Kind::Input("password" | "file") => {}
            Kind::Input(_) | Kind::Area => attempt.fields.text(&self.name).clone_into(&mut self.value),
            Kind::Select | Kind::Checks => {
                for choice in &mut self.choices {
                    choice.is_chosen = attempt.fields.all(&self.name).any(|value| value == choice.value);
                }
            }
        }
        let pointer =
            |error: &&FieldError| error.pointer.trim_start_matches('/').split('/').next() == Some(&*self.name);
        self.error = attempt.errors.iter().find(pointer).map(|error| error.detail.clone());
    }
}

/// The choices of a closed set, named by the catalogue.
pub(crate) fn choices(
    locale: Locale,
    set: &str,
    values: impl IntoIterator<Item = &'static str>,
    chosen: &str,
) -> Vec<Choice> {
    let choice =
        |value: &str| Choice { value: value.to_owned(), label: locale.name(set, value), is_chosen: value == chosen };
    values.into_iter().map(choice).collect()
}

/// An empty choice, for "none" or "any".
pub(crate) fn nothing(label: String, is_chosen: bool) -> Choice {
    Choice { value: String::new(), label, is_chosen }
}

/// One form.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) id: String,
    pub(crate) action: String,
    pub(crate) title: String,
    pub(crate) submit: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) version: Option<u64>,
    pub(crate) csrf: String,
    pub(crate) message: Option<String>,
    /// Whether a fold that holds it stands open.
    pub(crate) is_open: bool,
    /// `primary`, `plain` or `danger`.
    pub(crate) tone: &'static str,
    /// Sentence above the fields.
    pub(crate) note: Option<String>,
    /// Whose password it sets: for password keepers only.
    pub(crate) username: Option<String>,
    /// Whether it holds a file.
    pub(crate) is_upload: bool,
}

impl Form {
    /// A form that posts to `action`; its title stands on the button too.
    pub(crate) fn new(visitor: &Visitor, id: impl Into<String>, action: String, title: String) -> Self {
        Self {
            id: id.into(),
            action,
            submit: title.clone(),
            title,
            fields: Vec::new(),
            version: None,
            csrf: visitor.signed_in.session.csrf_token.clone(),
            message: None,
            is_open: false,
            tone: "plain",
            note: None,
            username: None,
            is_upload: false,
        }
    }

    /// For the password of this account.
    #[must_use]
    pub(crate) fn username(mut self, name: &str) -> Self {
        self.username = Some(name.to_owned());
        self
    }

    /// With a file.
    #[must_use]
    pub(crate) const fn uploading(mut self) -> Self {
        self.is_upload = true;
        self
    }

    /// With a field.
    #[must_use]
    pub(crate) fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// With the version of the record that it changes.
    #[must_use]
    pub(crate) const fn version(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    /// With another word on the button.
    #[must_use]
    pub(crate) fn submit(mut self, text: String) -> Self {
        self.submit = text;
        self
    }

    /// With another look of the button.
    #[must_use]
    pub(crate) const fn tone(mut self, tone: &'static str) -> Self {
        self.tone = tone;
        self
    }

    /// With a sentence above the fields.
    #[must_use]
    pub(crate) fn note(mut self, text: String) -> Self {
        self.note = Some(text);
        self
    }

    /// With what was typed and what was wrong with it, if this form was sent and not taken.
    #[must_use]
    pub(crate) fn after(mut self, attempt: Option<&Attempt>) -> Self {
        let Some(attempt) = attempt.filter(|attempt| attempt.form == self.id) else { return self };
        for field in &mut self.fields {
            field.refill(attempt);
        }
        let placed = |error: &FieldError| self.fields.iter().any(|field| field.error.as_ref() == Some(&error.detail));
        let rest: Vec<&str> =
            attempt.errors.iter().filter(|error| !placed(error)).map(|error| error.detail.as_str()).collect();
        self.message = Some([vec![attempt.message.as_str()], rest].concat().join(" "));
        self.is_open = true;
        self
    }
}

#[cfg(test)]
mod tests;
