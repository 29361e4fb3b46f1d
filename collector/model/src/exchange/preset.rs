//! What other desks call fields and values: one table for each product, read both ways.
//!
//! Columns are found by their names in any case, with `_` for blanks and hyphens. The first name of a field or value is the one that
//! is written; the others are read. What a table does not know has our own name, in files of every desk, so that all of ours can be
//! written and read again. A value `on_hold:caller` is a state with what belongs to it.

mod glpi;
mod itop;
mod jira;
mod servicenow;

use serde::{Deserialize, Serialize};

use super::Field;
use super::journal::Journal;
use crate::ticket::Kind;

/// A table of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Our own names.
    #[default]
    Muster,
    /// ServiceNow: names of fields or their labels, values or what is shown for them.
    ServiceNow,
    /// Jira Service Management: the CSV of a search.
    Jira,
    /// GLPI: the CSV of a list, or the fields of its API.
    Glpi,
    /// iTop: the CSV of a list, with codes or labels.
    Itop,
}

/// What a value of theirs is in our words.
#[derive(Debug)]
pub(super) struct Words {
    /// Of which field.
    pub(super) field: Field,
    /// For which kinds; empty is all.
    pub(super) kinds: &'static [Kind],
    /// Ours.
    pub(super) ours: &'static str,
    /// Theirs: the first one is written.
    pub(super) theirs: &'static [&'static str],
}

/// A row of a table.
const fn words(field: Field, kinds: &'static [Kind], ours: &'static str, theirs: &'static [&'static str]) -> Words {
    Words { field, kinds, ours, theirs }
}

/// What one desk calls things.
#[derive(Debug)]
pub(super) struct Table {
    /// Names of columns, in the order in which they are written.
    pub(super) columns: &'static [(Field, &'static [&'static str])],
    /// Names of values.
    pub(super) words: &'static [Words],
    /// How remarks are written.
    pub(super) journal: Journal,
    /// How many columns of remarks a file has.
    pub(super) remark_columns: usize,
    /// Whether times are written as they are, not by the clocks of a zone.
    pub(super) is_exact: bool,
}

/// Our own: a file of ours says everything by our names.
const OWN: Table = Table {
    columns: &[(Field::ExternalId, &["number", "external_id"])],
    words: &[],
    journal: Journal::Json,
    remark_columns: 1,
    is_exact: true,
};

impl Preset {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Muster, Self::ServiceNow, Self::Jira, Self::Glpi, Self::Itop];

    /// The name in JSON and in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Muster => "muster",
            Self::ServiceNow => "servicenow",
            Self::Jira => "jira",
            Self::Glpi => "glpi",
            Self::Itop => "itop",
        }
    }

    /// Its names.
    pub(super) const fn table(self) -> &'static Table {
        match self {
            Self::Muster => &OWN,
            Self::ServiceNow => &servicenow::TABLE,
            Self::Jira => &jira::TABLE,
            Self::Glpi => &glpi::TABLE,
            Self::Itop => &itop::TABLE,
        }
    }

    /// The field of a column.
    pub(super) fn field(self, column: &str) -> Option<Field> {
        let name = plain(column);
        let is_it = |(_, names): &&(Field, &[&str])| names.iter().any(|known| plain(known) == name);
        self.table().columns.iter().find(is_it).map(|(field, _)| *field).or_else(|| Field::of(&name))
    }

    /// The name of a field's column, where the table has one.
    pub fn column(self, field: Field) -> Option<&'static str> {
        let found = self.table().columns.iter().find(|(known, _)| *known == field);
        found.and_then(|(_, names)| names.first().copied())
    }

    /// Whether a column is a field.
    pub fn knows(self, column: &str) -> bool {
        self.field(column).is_some()
    }

    /// A value of theirs in our words, as far as it has one.
    pub fn meaning(self, field: Field, kind: Kind, theirs: &str) -> String {
        self.ours(field, Some(kind), theirs)
            .map_or_else(|| theirs.to_lowercase().replace([' ', '-'], "_"), str::to_owned)
    }

    /// What the table says that a value of theirs is.
    pub(super) fn ours(self, field: Field, kind: Option<Kind>, theirs: &str) -> Option<&'static str> {
        let theirs = theirs.trim().to_lowercase();
        let is_of = |row: &&Words| {
            row.field == field && (row.kinds.is_empty() || kind.is_none_or(|kind| row.kinds.contains(&kind)))
        };
        let mut rows = self.table().words.iter().filter(is_of);
        rows.find(|row| row.theirs.iter().any(|known| known.to_lowercase() == theirs)).map(|row| row.ours)
    }

    /// What is written for a value of ours, if the table has a word for it that is read as the same again.
    pub(super) fn theirs(self, field: Field, kind: Kind, ours: &str) -> Option<&'static str> {
        let is_of = |row: &&Words| {
            row.field == field && row.ours == ours && (row.kinds.is_empty() || row.kinds.contains(&kind))
        };
        let word = self.table().words.iter().find(is_of).and_then(|row| row.theirs.first().copied())?;
        (self.ours(field, Some(kind), word) == Some(ours)).then_some(word)
    }

    /// The names that values of a field have there, to say what would be right.
    pub(super) fn known(self, field: Field, kind: Option<Kind>) -> impl Iterator<Item = &'static str> {
        let rows = self.table().words.iter().filter(move |row| {
            row.field == field && (row.kinds.is_empty() || kind.is_none_or(|kind| row.kinds.contains(&kind)))
        });
        rows.filter_map(|row| row.theirs.first().copied())
    }

    /// The columns of a file: their names, then ours for what the table has no name for.
    pub(super) fn columns(self) -> Vec<(Field, &'static str)> {
        let table = self.table();
        let mut all: Vec<(Field, &'static str)> = Vec::new();
        for (field, names) in table.columns {
            let count = if *field == Field::Comments { table.remark_columns } else { 1 };
            all.extend(names.first().map(|name| (*field, *name)).into_iter().cycle().take(count));
        }
        for field in Field::ALL {
            if !all.iter().any(|(known, _)| known == field) {
                all.push((*field, field.as_str()));
            }
        }
        all
    }

    /// Everything that a preset knows, for the docs: our name, and the names that are read.
    pub fn describe(self) -> Vec<(&'static str, Vec<&'static str>)> {
        let table = self.table();
        table.columns.iter().map(|(field, names)| (field.as_str(), names.to_vec())).collect()
    }

    /// Its values, for the docs: field, kinds, ours, theirs.
    pub fn describe_values(self) -> Vec<(&'static str, Vec<&'static str>, &'static str, Vec<&'static str>)> {
        let row = |row: &Words| {
            let kinds = row.kinds.iter().map(|kind| kind.as_str()).collect();
            (row.field.as_str(), kinds, row.ours, row.theirs.to_vec())
        };
        self.table().words.iter().map(row).collect()
    }
}

/// The name of a column as names are compared.
pub(super) fn plain(column: &str) -> String {
    column.trim().to_lowercase().replace([' ', '-'], "_")
}
