//! Searches that people keep: a question of the query language under a name, for oneself or for everybody.
//!
//! A question is checked when it is saved. What it names may go later (an owner takes an attribute away, retires a class): it is
//! kept and shown all the same, and [`problem`] says what no longer holds.

mod sort;

use muster_shared::Time;
use muster_shared::id::{SavedSearchId, UserId};
use serde::{Deserialize, Serialize};

pub use self::sort::{Sort, shown};
use crate::class::{Registry, Violation};
use crate::query::{Fields, Query, QueryError, fields};
use crate::record::record;
use crate::right::Action;
use crate::text::{Phrase, Word, unseen};

/// Longest name.
const MAX_NAME: usize = 80;
/// Most columns.
const MAX_COLUMNS: usize = 20;

/// A list that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListName {
    /// Hosts.
    Hosts,
    /// Items of all classes.
    Items,
    /// Drift.
    Findings,
    /// Tickets of all kinds.
    Tickets,
}

impl ListName {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Hosts, Self::Items, Self::Findings, Self::Tickets];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hosts => "hosts",
            Self::Items => "items",
            Self::Findings => "findings",
            Self::Tickets => "tickets",
        }
    }

    /// The list of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|list| list.as_str() == name)
    }

    /// The right that it takes to see the list, and so what is asked of it.
    pub const fn right(self) -> Action {
        match self {
            Self::Hosts | Self::Items => Action::ItemRead,
            Self::Findings => Action::FindingRead,
            Self::Tickets => Action::TicketRead,
        }
    }

    /// What a record of it shows, in this order; items have the attributes of their class besides.
    pub const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Hosts => &[
                "name",
                "id",
                "status",
                "lifecycle",
                "owner",
                "site",
                "criticality",
                "last_seen",
                "findings",
                "os",
                "kernel",
                "architecture",
                "virtualization",
                "cpu_model",
                "cpu_threads",
                "memory_bytes",
                "addresses",
            ],
            Self::Items => &[
                "id",
                "class",
                "name",
                "key",
                "host",
                "host_name",
                "since",
                "seen_at",
                "is_present",
                "lifecycle",
                "status",
                "owner",
                "criticality",
                "tags",
            ],
            Self::Findings => &[
                "id",
                "severity",
                "state",
                "title",
                "host_name",
                "section",
                "item_key",
                "attribute",
                "expected",
                "actual",
                "policy",
                "first_seen",
                "last_seen",
                "incident",
            ],
            Self::Tickets => &[
                "number",
                "kind",
                "state",
                "priority",
                "title",
                "assignment_group",
                "assignee",
                "opened_at",
                "opened_by",
                "resolved_at",
                "close_code",
            ],
        }
    }

    /// What is shown where nobody chose.
    pub const fn usual(self) -> &'static [&'static str] {
        match self {
            Self::Hosts => &["name", "status", "findings", "os", "owner", "lifecycle", "last_seen"],
            Self::Items => &["name", "class", "host_name", "version", "since"],
            Self::Findings => &["title", "severity", "state", "host_name", "first_seen", "last_seen"],
            Self::Tickets => &["number", "title", "state", "priority", "assignee", "opened_at"],
        }
    }

    /// Whether a record can show this: a column, or for items an attribute of some class.
    fn shows(self, column: &str, registry: &Registry) -> bool {
        self.columns().contains(&column) || (self == Self::Items && self.fields(registry).has_attribute(column))
    }

    /// What can be asked of it, with the classes as they are now.
    pub fn fields(self, registry: &Registry) -> Fields<'_> {
        match self {
            Self::Hosts => registry.host_fields(),
            Self::Items => registry.item_fields(),
            Self::Findings => fields::FINDING,
            Self::Tickets => fields::TICKET,
        }
    }
}

/// A search that somebody keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// Which one.
    pub id: SavedSearchId,
    /// What it is called; its owner has no other one of that name.
    pub name: String,
    /// Who keeps it.
    pub owner: UserId,
    /// Whether everybody who may see the list sees it.
    pub is_shared: bool,
    /// What it asks.
    pub list: ListName,
    /// The question, in the query language.
    pub filter: String,
    /// What is shown of each record; nothing is what is usual.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// By what the records are sorted; nothing is the order of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// When it was saved first.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
}

record!(SavedSearch, SavedSearch, |search| search.id.to_string());

impl SavedSearch {
    /// Whether somebody sees it: the owner, and everybody when it is shared.
    pub fn is_for(&self, user: Option<UserId>) -> bool {
        self.is_shared || user == Some(self.owner)
    }
}

/// What does not hold of a question any more, with the classes as they are now.
pub fn problem(list: ListName, filter: &str, registry: &Registry) -> Option<QueryError> {
    Query::parse(filter, &list.fields(registry)).err()
}

/// What forbids to save a search.
pub fn check(search: &SavedSearch, registry: &Registry) -> Vec<Violation> {
    let mut wrong = Vec::new();
    let length = search.name.trim().chars().count();
    if !(1..=MAX_NAME).contains(&length) {
        let why = Phrase::new("characters").with("min", 1).with("max", MAX_NAME);
        wrong.push(Violation { pointer: "/name".into(), why });
    } else if let Some(why) = unseen(&search.name).or_else(|| search.name.contains('\n').then(one_line)) {
        wrong.push(Violation { pointer: "/name".into(), why });
    }
    if search.columns.len() > MAX_COLUMNS {
        wrong.push(Violation {
            pointer: "/columns".into(),
            why: Phrase::new("search_columns").with("max", MAX_COLUMNS),
        });
    }
    for (place, column) in search.columns.iter().enumerate() {
        let pointer = format!("/columns/{place}");
        if search.columns.iter().take(place).any(|other| other == column) {
            wrong.push(Violation { pointer, why: Phrase::new("search_column_twice").with("column", column.as_str()) });
        } else {
            wrong.extend(no_column(search.list, column, registry).map(|why| Violation { pointer, why }));
        }
    }
    let sorted = search.sort.as_ref().and_then(|sort| no_column(search.list, &sort.column, registry));
    wrong.extend(sorted.map(|why| Violation { pointer: "/sort".into(), why }));
    let problem = problem(search.list, &search.filter, registry);
    wrong.extend(problem.map(|error| Violation { pointer: "/filter".into(), why: error.phrase() }));
    wrong
}

/// Why a list has no such column, if it has none.
pub fn no_column(list: ListName, column: &str, registry: &Registry) -> Option<Phrase> {
    if list.shows(column, registry) {
        return None;
    }
    let columns = list.columns().iter().copied();
    let near = columns.clone().min_by_key(|known| strsim::damerau_levenshtein(known, column)).unwrap_or_default();
    let name: String = column.chars().take(60).collect();
    Some(Phrase::new("no_column").with("column", name).with("near", near).with("columns", Word::list(columns)))
}

fn one_line() -> Phrase {
    Phrase::new("one_line")
}

#[cfg(test)]
mod tests {
    use muster_shared::attribute::Kind;
    use serde_json::{Value, json};

    use super::*;
    use crate::class::{AttributeDefinition, ClassDefinition};

    fn search(name: &str, list: ListName, filter: &str) -> SavedSearch {
        let at = Time::from_millis(1);
        SavedSearch {
            id: SavedSearchId::new(at),
            name: name.into(),
            owner: UserId::new(at),
            is_shared: false,
            list,
            filter: filter.into(),
            columns: Vec::new(),
            sort: None,
            created_at: at,
            updated_at: at,
        }
    }

    fn pointers(search: &SavedSearch, registry: &Registry) -> Vec<String> {
        check(search, registry).into_iter().map(|violation| violation.pointer).collect()
    }

    #[test]
    fn a_question_is_checked_against_its_own_list() {
        let registry = Registry::new([]);
        assert!(check(&search("hosts", ListName::Hosts, "site:fra status:unknown"), &registry).is_empty());
        assert_eq!(pointers(&search("", ListName::Hosts, "severity:critical"), &registry), ["/name", "/filter"]);
        assert!(check(&search("f", ListName::Findings, "severity:critical"), &registry).is_empty());
        assert_eq!(pointers(&search("a\nb", ListName::Tickets, "site:fra"), &registry), ["/name", "/filter"]);
        assert_eq!(pointers(&search(&"x".repeat(81), ListName::Items, ""), &registry), ["/name"]);
        let why = check(&search("x", ListName::Hosts, "site:fra sitte:x"), &registry).remove(0).why;
        assert!(why.to_string().contains("column 10"), "{why}");
    }

    #[test]
    fn what_it_names_may_go_and_is_then_told() {
        let definition = ClassDefinition {
            name: "printer".into(),
            label: "Printer".into(),
            meaning: String::new(),
            attributes: vec![AttributeDefinition::plain("trays", Kind::Integer)],
            identified_by: Vec::new(),
            rules: Vec::new(),
            is_retired: false,
            number: 1,
            changed_at: Time::from_millis(1),
            changed_by: "ann".into(),
        };
        let with = Registry::new([&definition]);
        assert_eq!(problem(ListName::Items, "class:printer trays>2", &with), None);
        let without = Registry::new([&ClassDefinition { attributes: Vec::new(), ..definition }]);
        let problem = problem(ListName::Items, "class:printer trays>2", &without).unwrap();
        assert_eq!(problem.column, 15);
    }

    #[test]
    fn what_is_private_is_the_owners_alone() {
        let mine = search("x", ListName::Hosts, "");
        assert!(mine.is_for(Some(mine.owner)) && !mine.is_for(None));
        assert!(!mine.is_for(Some(UserId::new(Time::from_millis(2)))));
        assert!(SavedSearch { is_shared: true, ..mine }.is_for(None));
    }

    #[test]
    fn columns_and_order_are_checked_and_applied() {
        let registry = Registry::new([]);
        let with = |list, columns: &[&str], sort: &str| SavedSearch {
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            sort: (!sort.is_empty()).then(|| sort.to_owned().into()),
            ..search("x", list, "")
        };
        assert!(check(&with(ListName::Hosts, &["name", "os"], "-last_seen"), &registry).is_empty());
        assert!(check(&with(ListName::Items, &["name", "version", "host_name"], "version"), &registry).is_empty());
        let wrong = with(ListName::Hosts, &["name", "oss", "name"], "-version");
        assert_eq!(pointers(&wrong, &registry), ["/columns/1", "/columns/2", "/sort"]);
        assert!(check(&wrong, &registry)[0].why.to_string().contains("'os'"));
        let many: Vec<&str> = ListName::Items.columns().iter().copied().chain(["version"; 9]).collect();
        assert_eq!(pointers(&with(ListName::Items, &many, ""), &registry)[0], "/columns");
        let sorted = |list, sort: &str, values: &[Value]| {
            let sort = Sort::from(sort.to_owned());
            let mut records: Vec<Value> =
                values.iter().map(|value| json!({"attributes": {&sort.column: value}})).collect();
            sort.apply(list, &mut records, |record| record);
            records.iter().map(|record| shown(record, &sort.column).cloned().unwrap_or_default()).collect::<Vec<_>>()
        };
        let (numbers, names) = ([json!(10), json!(null), json!(9)], [json!("b"), json!("A"), json!(""), json!("c")]);
        assert_eq!(sorted(ListName::Items, "n", &numbers), [json!(9), json!(10), json!(null)]);
        assert_eq!(sorted(ListName::Items, "-n", &numbers), [json!(10), json!(9), json!(null)]);
        assert_eq!(sorted(ListName::Hosts, "-name", &names), [json!("c"), json!("b"), json!("A"), json!("")]);
        assert_eq!(sorted(ListName::Items, "version", &[json!("1.10"), json!("1.9")]), [json!("1.9"), json!("1.10")]);
        let bad = sorted(ListName::Findings, "severity", &[json!("info"), json!("critical"), json!("major")]);
        assert_eq!(bad, [json!("info"), json!("major"), json!("critical")]);
    }
}
