//! A message of another product's agent, whichever form it came in.

use std::borrow::Cow;
use std::collections::BTreeMap;

use muster_model::source::Source;

/// Longest device id, name of a client or tag that is kept.
pub(crate) const MAX_NAME_BYTES: usize = 256;

/// What an agent wants.
#[derive(Debug)]
pub(crate) enum Message<'a> {
    /// It asks what is wanted of it.
    Prolog,
    /// GLPI: the same in JSON.
    Contact,
    /// It tells what it found.
    Inventory(Told<'a>),
    /// Something that is not dealt with here, by its name: results of scans and deployments.
    Other(String),
}

/// An inventory as it was told.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    /// Whose format it is.
    pub(crate) source: Source,
    /// What the agent calls its machine: a hint, for cloned machines share it.
    pub(crate) device_id: String,
    /// Name and version of the agent, as far as it says.
    pub(crate) client: String,
    /// Whether what is left out is unchanged.
    pub(crate) is_partial: bool,
    /// What it found, by category in lower case.
    pub(crate) content: Content<'a>,
}

/// Entries by category, in lower case.
pub(crate) type Content<'a> = BTreeMap<String, Vec<Entry<'a>>>;

/// One entry of a category: named texts. A name that stands several times is a list; what is nested has a path for a name.
#[derive(Debug, Default)]
pub(crate) struct Entry<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Entry<'a> {
    /// Adds a text; empty ones say nothing.
    pub(crate) fn add(&mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        let value = value.into();
        if !value.trim().is_empty() {
            self.0.push((name.into(), value));
        }
    }

    /// How many texts it has.
    pub(crate) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The first text of any of these names. Names count in either case: XML has them in upper, JSON in lower.
    pub(crate) fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.all(name).next())
    }

    /// All texts of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}
