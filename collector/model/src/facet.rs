//! What a list of items holds besides the page that is shown: how many there are, and how many have which value of a few fields.
//!
//! Each value narrows the list down when it is asked for, so the fields are those of the query language.

use std::collections::BTreeMap;

use crate::query::Entry;

/// The fields whose values are counted, in the order in which they are shown.
pub const FIELDS: &[&str] = &[
    "class",
    "host.site",
    "host.criticality",
    "host.lifecycle",
    "host.status",
    "lifecycle",
    "criticality",
    "status",
    "host_name",
    "manager",
    "version",
];

/// Those of them that a host has, with the name of the field of the host.
pub const OF_HOST: &[(&str, &str)] = &[
    ("host.site", "site"),
    ("host.criticality", "criticality"),
    ("host.lifecycle", "lifecycle"),
    ("host.status", "status"),
    ("host_name", "name"),
];

/// Those that the index of what hosts have knows of an entry.
pub const INDEXED: &[&str] = &["class", "manager", "version"];

/// How many entries there are, and how many have which value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many there are.
    pub count: usize,
    /// Whether there are just so many; else there are at least so many, and the values are those of these.
    pub is_exact: bool,
    values: BTreeMap<&'static str, BTreeMap<String, usize>>,
}

impl Tally {
    /// Nothing yet, of a count that will be exact.
    pub fn exact() -> Self {
        Self { is_exact: true, ..Self::default() }
    }

    /// Counts the values that entries have in some of the [`FIELDS`]: `times` entries have them.
    pub fn add(&mut self, entry: &dyn Entry, fields: &[&'static str], times: usize) {
        for field in fields {
            if let Some(value) = entry.value(field).as_deref().and_then(serde_json::Value::as_str) {
                self.add_value(field, value, times);
            }
        }
    }

    /// Counts a value of a field.
    pub fn add_value(&mut self, field: &'static str, value: &str, times: usize) {
        if times == 0 || value.is_empty() {
            return;
        }
        let values = self.values.entry(field).or_default();
        match values.get_mut(value) {
            Some(count) => *count += times,
            None => drop(values.insert(value.to_owned(), times)),
        }
    }

    /// The fields that any entry has a value of, with the values: those first that most have, at most so many of each.
    pub fn facets(&self, most: usize) -> impl Iterator<Item = (&'static str, Vec<(String, usize)>)> {
        FIELDS.iter().filter_map(move |field| {
            let mut values: Vec<(String, usize)> =
                self.values.get(field)?.iter().map(|(value, count)| (value.clone(), *count)).collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            values.truncate(most);
            Some((*field, values))
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_counted_by_field_and_the_most_come_first() {
        let mut tally = Tally::default();
        tally.add(&json!({"class": "package", "manager": "dpkg", "version": "1.0", "host.site": "fra"}), FIELDS, 3);
        tally.add(&json!({"class": "package", "manager": "rpm", "version": ""}), FIELDS, 5);
        tally.add(&json!({"class": "user", "version": 7}), INDEXED, 1);
        tally.add_value("host.site", "ber", 0);
        let named = |name: &str| tally.facets(10).find(|(field, _)| *field == name).map(|(_, values)| values);
        let count = |value: &str, count| (value.to_owned(), count);
        assert_eq!(named("class"), Some(vec![count("package", 8), count("user", 1)]));
        assert_eq!(named("manager"), Some(vec![count("rpm", 5), count("dpkg", 3)]));
        assert_eq!(named("version"), Some(vec![count("1.0", 3)]), "nothing and numbers narrow nothing down");
        assert_eq!(named("host.site"), Some(vec![count("fra", 3)]));
        assert_eq!(named("status"), None);
        assert_eq!(tally.facets(1).next(), Some(("class", vec![count("package", 8)])), "no more than are asked for");
    }

    #[test]
    fn the_fields_can_be_asked_for() {
        for field in FIELDS {
            let query = format!("{field}:*");
            assert!(crate::query::Query::parse(&query, &crate::query::fields::ITEM).is_ok(), "{field}");
        }
        assert!(OF_HOST.iter().map(|(field, _)| field).chain(INDEXED).all(|f| FIELDS.contains(f)));
    }
}
