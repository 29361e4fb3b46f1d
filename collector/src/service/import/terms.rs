//! How a file of tickets is to be read, as somebody says it: checked, each with what would be right.

use std::collections::BTreeMap;

use muster_model::exchange::{CLASS, Field, Form, MAX_SOURCE, Preset, Terms};
use muster_model::text::{Phrase, Word};
use muster_model::ticket::Kind;

use crate::service::{ServiceError, invalid};

/// What somebody says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// The name of a preset.
    pub(crate) preset: Option<String>,
    /// Which desk.
    pub(crate) source: Option<String>,
    /// The kind of all tickets.
    pub(crate) kind: Option<String>,
    /// The zone of times that have none.
    pub(crate) zone: Option<String>,
    /// `field:theirs=ours`.
    pub(crate) values: Vec<String>,
}

/// The value of a name in a closed set.
fn one_of<T: Copy>(pointer: &str, text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, ServiceError> {
    let choices = || Phrase::new("import_option").with("choices", Word::list(all.iter().map(|one| name(*one))));
    all.iter().copied().find(|one| name(*one) == text).ok_or_else(|| invalid(pointer, choices()))
}

impl Asked {
    /// The options that only tickets have.
    pub(crate) const NAMES: &'static [&'static str] = &["preset", "source", "kind", "zone", "value"];

    /// The terms for a class; `None` when it is none of tickets.
    pub(crate) fn of_class(self, class: &str) -> Result<Option<Box<Terms>>, ServiceError> {
        if class == CLASS {
            return Ok(Some(Box::new(self.terms()?)));
        }
        let said = [("preset", &self.preset), ("source", &self.source), ("kind", &self.kind), ("zone", &self.zone)];
        let said = said.iter().find(|(_, text)| text.is_some()).map(|(name, _)| *name);
        match said.or_else(|| (!self.values.is_empty()).then_some("value")) {
            Some(name) => Err(invalid(&format!("/{name}"), Phrase::new("desk_only_tickets"))),
            None => Ok(None),
        }
    }

    /// The terms.
    pub(crate) fn terms(self) -> Result<Terms, ServiceError> {
        let preset = match self.preset {
            Some(name) => one_of("/preset", &name, Preset::ALL, Preset::as_str)?,
            None => Preset::default(),
        };
        let source = self.source.unwrap_or_else(|| preset.as_str().to_owned());
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if source.is_empty() || source.len() > MAX_SOURCE || !source.chars().all(is_plain) {
            return Err(invalid("/source", Phrase::new("desk_source").with("max", MAX_SOURCE)));
        }
        let kinds: Vec<Kind> = Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Access).collect();
        let kind = match self.kind {
            Some(name) => Some(one_of("/kind", &name, &kinds, Kind::as_str)?),
            None => None,
        };
        let zone = match self.zone {
            Some(name) => {
                name.parse().map_err(|error: muster_model::zone::InvalidZone| invalid("/zone", error.to_string()))?
            }
            None => muster_model::zone::Zone::default(),
        };
        Ok(Terms { preset, source, kind, zone, values: values(&self.values)? })
    }
}

/// `field:theirs=ours`, as often as needed.
fn values(said: &[String]) -> Result<BTreeMap<String, BTreeMap<String, String>>, ServiceError> {
    let mut all: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let has_values = |field: &Field| matches!(field.form(), Form::Choice | Form::Level(_));
    for text in said {
        let form = || invalid("/value", Phrase::new("desk_value_form"));
        let (field, rest) = text.split_once(':').ok_or_else(form)?;
        let (theirs, ours) = rest.rsplit_once('=').ok_or_else(form)?;
        let field = field.trim();
        if !Field::of(field).is_some_and(|field| has_values(&field)) {
            let known = Word::list(Field::ALL.iter().filter(|field| has_values(field)).map(|field| field.as_str()));
            let shown: String = field.chars().take(60).collect();
            return Err(invalid("/value", Phrase::new("desk_value_field").with("field", shown).with("known", known)));
        }
        all.entry(field.to_owned()).or_default().insert(theirs.trim().to_owned(), ours.trim().to_owned());
    }
    Ok(all)
}
