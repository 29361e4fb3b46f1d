//! What a caller's rights leave of a list: entries of which one field names something that lies within reach.
//!
//! It stands beside what a query asks for, so that every place that asks a query keeps to it.

use std::collections::HashSet;
use std::sync::Arc;

use muster_shared::id::ItemId;
use serde_json::Value;

use super::Entry;

/// Names in small letters.
pub type Names = Arc<HashSet<String>>;

/// Entries that pass: one of these fields has one of these values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Within(Vec<(&'static str, Names)>);

/// Whether a name is among those that lie within reach; an item of a host lies where its host does.
pub fn lies_within(names: &Names, name: &str) -> bool {
    let host_of = |name: &str| name.parse::<ItemId>().ok().map(|item| item.host().to_string());
    names.contains(&name.to_lowercase())
        || (name.starts_with("item_") && host_of(name).is_some_and(|host| names.contains(&host)))
}

impl Within {
    /// Passes entries of which a field has one of these values too.
    #[must_use]
    pub fn or(mut self, field: &'static str, names: Names) -> Self {
        self.0.push((field, names));
        self
    }

    /// The fields and what they may be.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static str, &Names)> {
        self.0.iter().map(|(field, names)| (*field, names))
    }

    /// Whether an entry passes; `None` when what is known of it does not tell.
    pub(super) fn verdict(&self, entry: &dyn Entry) -> Option<bool> {
        let verdicts = self.0.iter().map(|(field, names)| {
            entry.knows(field).then(|| entry.value(field).is_some_and(|value| holds(names, &value)))
        });
        super::decided(verdicts, true)
    }
}

/// Whether a value, or one of a list, is among names.
pub(super) fn holds(names: &Names, value: &Value) -> bool {
    match value {
        Value::String(name) => lies_within(names, name),
        Value::Array(list) => list.iter().any(|value| holds(names, value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::id::HostId;
    use muster_shared::{SectionName, Time};
    use serde_json::json;

    use super::*;
    use crate::query::columns::Columns;
    use crate::query::{Query, fields};

    fn names(names: &[&str]) -> Names {
        Arc::new(names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn an_item_lies_where_its_host_does_and_letters_do_not_matter() {
        let host = HostId::new(Time::from_millis(1));
        let item = ItemId::new(host, SectionName::Package, "openssl").to_string();
        let other = ItemId::new(HostId::new(Time::from_millis(2)), SectionName::Package, "openssl").to_string();
        let within = names(&[&host.to_string(), "db"]);
        assert!(lies_within(&within, &item));
        assert!(lies_within(&within, &host.to_string()));
        assert!(lies_within(&within, "DB"));
        assert!(!lies_within(&within, &other));
        assert!(!lies_within(&within, "web"));
    }

    #[test]
    fn nothing_asks_its_way_out() {
        let within = Within::default().or("assignment_group", names(&["db"])).or("opened_by", names(&["ann"]));
        let entry = |group: Value, by: &str| json!({"assignment_group": group, "opened_by": by, "title": "it is down"});
        for text in ["", "down", "assignment_group:web OR title:*", "NOT assignment_group:db", "assignment_group:\"\""]
        {
            let mut query = Query::parse(text, &fields::TICKET).unwrap();
            query.within = Some(within.clone());
            assert!(!query.matches(&entry(json!("web"), "bob")), "{text}");
            assert!(!query.matches(&entry(Value::Null, "bob")), "{text}");
            assert!(!query.is_empty(), "{text}");
        }
        let query = Query { within: Some(within), ..Query::default() };
        assert!(query.matches(&entry(json!("db"), "bob")));
        assert!(query.matches(&entry(json!("web"), "ann")));
    }

    #[test]
    fn columns_pick_what_lies_within() {
        let mut columns = Columns::new(&fields::TICKET, &["title", "number"]);
        let entry = |group: &str, items: Value| json!({"assignment_group": group, "item": items, "title": "t"});
        let one = columns.put(&entry("db", json!([])));
        let two = columns.put(&entry("web", json!(["host_1", "host_2"])));
        let three = columns.put(&entry("web", json!(["host_3"])));
        let mut query = Query::parse("title:t", &fields::TICKET).unwrap();
        assert_eq!(columns.pick(&query).certain.len(), 3);
        query.within = Some(Within::default().or("assignment_group", names(&["db"])).or("item", names(&["host_2"])));
        let picked = columns.pick(&query);
        assert_eq!(picked.certain, picked.possible);
        assert_eq!(picked.certain.iter().collect::<Vec<_>>(), [one, two]);
        assert!(!picked.possible.contains(three));
        query.within = Some(Within::default());
        assert!(columns.pick(&query).possible.is_empty());
    }
}
