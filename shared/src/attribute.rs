//! The shipped classes: which attributes the items of a section have, and of what kind each is.
//!
//! The agent's tests hold its collectors to this table; the collector reads it to check filters and values, to compare
//! versions as versions, and to print the classes' JSON Schema.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::section::SectionName;

mod table;
mod written;

/// What the value of an attribute is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Words.
    Text,
    /// A whole number.
    Integer,
    /// A number that may have a fraction.
    Number,
    /// Yes or no.
    Boolean,
    /// A list of texts, sorted where its order means nothing.
    List,
    /// A time or a day, RFC 3339.
    Time,
    /// A version, in the order of its ecosystem.
    Version,
    /// Named texts.
    Table,
    /// A text, a number or a list: the class is open.
    Any,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Text,
        Self::Integer,
        Self::Number,
        Self::Boolean,
        Self::List,
        Self::Time,
        Self::Version,
        Self::Table,
        Self::Any,
    ];

    /// The name in docs and errors.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "list",
            Self::Time => "time",
            Self::Version => "version",
            Self::Table => "table",
            Self::Any => "any",
        }
    }

    /// Whether a value is of this kind.
    pub fn fits(self, value: &Value) -> bool {
        match self {
            Self::Text | Self::Time | Self::Version => value.is_string(),
            Self::Integer => value.is_i64() || value.is_u64(),
            Self::Number => value.is_number(),
            Self::Boolean => value.is_boolean(),
            Self::List => value.is_array(),
            Self::Table => value.is_object(),
            Self::Any => !value.is_null() && !value.is_object(),
        }
    }
}

/// Attributes of a class that are of one kind, by name, with spaces between. A name that ends with `*` stands for all that
/// begin so.
type Row = (Kind, &'static str);

/// The attributes of the items of a section, with their kinds.
pub fn of(section: SectionName) -> impl Iterator<Item = (&'static str, Kind)> {
    table::rows(section).iter().flat_map(|(kind, names)| names.split(' ').map(|name| (name, *kind)))
}

/// The attributes of a section's items, to be asked for again and again.
#[derive(Debug)]
pub struct Attributes {
    named: BTreeMap<&'static str, Kind>,
    /// Those that are known by how they begin.
    starts: Vec<(&'static str, Kind)>,
}

impl Attributes {
    /// Those of a section.
    pub fn of(section: SectionName) -> Self {
        let mut attributes = Self { named: BTreeMap::new(), starts: Vec::new() };
        for (name, kind) in of(section) {
            match name.strip_suffix('*') {
                Some(start) => attributes.starts.push((start, kind)),
                None => drop(attributes.named.insert(name, kind)),
            }
        }
        attributes
    }

    /// The kind of one; `None` when there is no such attribute.
    pub fn kind(&self, name: &str) -> Option<Kind> {
        let starts = || self.starts.iter().find(|(start, _)| name.starts_with(start)).map(|(_, kind)| *kind);
        self.named.get(name).copied().or_else(starts)
    }
}

/// The kind of an attribute of a section's items; `None` when they have no such attribute.
pub fn kind_of(section: SectionName, name: &str) -> Option<Kind> {
    let is_it = |known: &str| known.strip_suffix('*').map_or(known == name, |start| name.starts_with(start));
    of(section).find(|(known, _)| is_it(known)).map(|(_, kind)| kind)
}

/// The names that may be demanded or planned of a section's items: those of its table and, where hosts name attributes
/// themselves, those that are known to be written.
pub fn names(section: SectionName) -> impl Iterator<Item = &'static str> {
    let written =
        written::WRITTEN.iter().filter(move |(own, _)| *own == section).flat_map(|(_, names)| names.split(' '));
    of(section).map(|(name, _)| name).chain(written).filter(|name| *name != "*")
}

/// Whether people can mean an attribute of this name. Unlike [`kind_of`], which takes what agents may tell, it does not take
/// just any name of an open class: nobody notices a demand on a name that was typed wrong.
pub fn is_known(section: SectionName, name: &str) -> bool {
    let is_it = |known: &str| match known.strip_suffix('*') {
        Some(start) => name.strip_prefix(start).is_some_and(|rest| !rest.is_empty()),
        None => known == name,
    };
    names(section).any(is_it)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;
    use crate::volatility::{self, Target};

    #[test]
    fn each_name_stands_once_and_reads_as_a_name() {
        for section in SectionName::ALL {
            let names: Vec<&str> = of(*section).map(|(name, _)| name).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{section}");
            let is_name = |name: &str| name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            assert!(names.iter().all(|name| is_name(name.trim_end_matches('*'))), "{section}: {names:?}");
        }
    }

    #[test]
    fn what_is_volatile_is_an_attribute() {
        for rule in volatility::TABLE {
            let (Target::Attribute(name) | Target::ValuePrefix(name, _) | Target::Has(name)) = rule.target else {
                continue;
            };
            assert!(kind_of(rule.section, name).is_some(), "{} {name}", rule.section);
        }
    }

    #[test]
    fn kinds_are_found_and_fit() {
        assert_eq!(kind_of(SectionName::Package, "version"), Some(Kind::Version));
        assert_eq!(kind_of(SectionName::Package, "versoin"), None);
        assert_eq!(kind_of(SectionName::Kernel, "vulnerability_mds"), Some(Kind::Text));
        assert_eq!(kind_of(SectionName::LoginPolicy, "ports"), Some(Kind::List));
        assert_eq!(kind_of(SectionName::LoginPolicy, "use_pam"), Some(Kind::Any));
        assert!(Kind::Integer.fits(&json!(3)) && !Kind::Integer.fits(&json!(3.5)) && Kind::Number.fits(&json!(3)));
        for (name, expected) in
            [("permit_root_login", true), ("permit_rot_login", false), ("minlen", true), ("ports", true)]
        {
            assert_eq!(is_known(SectionName::LoginPolicy, name), expected, "{name}");
        }
        assert!(is_known(SectionName::Kernel, "vulnerability_mds") && !is_known(SectionName::Kernel, "vulnerability_"));
        assert!(!Kind::Any.fits(&json!(null)) && Kind::Time.fits(&json!("2026-11-24")));
    }
}
