//! A file of relations: each row says that something is to something else what a name of [`crate::relation::RelationKind`] says.

use std::collections::BTreeMap;

use serde_json::Value;

use super::mapping::{LEFT_OUT, Unmapped, plain};
use super::row::Wrong;
use super::table::{Cell, Row, short};
use crate::text::{Phrase, Word};

/// The class that such a file names.
pub const CLASS: &str = "relation";
/// Longest name, id, group or reason in a row.
const MAX_TEXT: usize = 2_000;

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The end at which it begins, by id or name.
    From,
    /// What it is, also as the other end sees it.
    Kind,
    /// The other end.
    To,
    /// The redundancy group of the end that depends.
    Group,
    /// Why it is said.
    Reason,
}

impl Field {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::From, Self::Kind, Self::To, Self::Group, Self::Reason];
    /// Those that every row has.
    const NEEDED: &'static [Self] = &[Self::From, Self::Kind, Self::To];

    /// The name of its column.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Kind => "type",
            Self::To => "to",
            Self::Group => "group",
            Self::Reason => "reason",
        }
    }

    fn of(name: &str) -> Option<Self> {
        let is_it = |field: &&Self| field.as_str() == name || (**field == Self::Kind && name == "kind");
        Self::ALL.iter().find(is_it).copied()
    }
}

/// What a row says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RelationEntry {
    /// Where it begins: an id or a name.
    pub from: String,
    /// What it is.
    pub kind: String,
    /// The other end.
    pub to: String,
    /// The redundancy group.
    pub group: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl RelationEntry {
    /// What tells it apart from those of other rows.
    pub fn identity(&self) -> String {
        let parts = [Some(&self.from), Some(&self.kind), Some(&self.to), self.group.as_ref()];
        Value::from(parts.map(|part| part.map(|text| text.to_lowercase())).to_vec()).to_string()
    }
}

/// What each column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    columns: Vec<String>,
    fields: BTreeMap<usize, Field>,
}

impl Mapping {
    /// What the columns of a file are, by their names or as it is said.
    pub fn of(columns: &[String], map: &BTreeMap<String, String>) -> Result<Self, Vec<Unmapped>> {
        let (mut wrong, mut fields) = (Vec::new(), BTreeMap::new());
        let names = || Word::list(Field::ALL.iter().map(|field| field.as_str()));
        for (place, column) in columns.iter().enumerate() {
            let name = map.get(column).map_or_else(|| plain(column), |said| said.trim().to_owned());
            if name == LEFT_OUT {
                continue;
            }
            let refuse = |why| Unmapped { column: column.clone(), why };
            match Field::of(&name) {
                None => wrong.push(refuse(Phrase::new("import_relation_column").with("columns", names()))),
                Some(field) => {
                    if let Some((other, _)) = fields.iter().find(|(_, known)| **known == field) {
                        let other = columns.get(*other).map(String::as_str).map(short).unwrap_or_default();
                        let why = Phrase::new("import_target_twice").with("other", other);
                        wrong.push(refuse(why.with("field", field.as_str())));
                    }
                    fields.insert(place, field);
                }
            }
        }
        for column in map.keys().filter(|column| !columns.contains(column)) {
            let near = columns.iter().min_by_key(|known| strsim::damerau_levenshtein(known, column));
            let why = Phrase::new("import_no_column").with("near", near.map(|near| short(near)).unwrap_or_default());
            wrong.push(Unmapped { column: column.clone(), why: why.with("all", Word::list(columns.iter().take(50))) });
        }
        let missing = Field::NEEDED.iter().filter(|field| !fields.values().any(|known| known == *field));
        let needed = || Phrase::new("import_relation_needs");
        wrong.extend(missing.map(|field| Unmapped { column: field.as_str().to_owned(), why: needed() }));
        if wrong.is_empty() { Ok(Self { columns: columns.to_vec(), fields }) } else { Err(wrong) }
    }

    /// What each column is, in our words; none for one that is left out.
    pub fn shown(&self) -> Vec<(String, Option<String>)> {
        let field = |place: usize| self.fields.get(&place).map(|field| field.as_str().to_owned());
        self.columns.iter().enumerate().map(|(place, name)| (name.clone(), field(place))).collect()
    }

    /// The name of the column of a field, by its pointer.
    pub fn column_at(&self, pointer: &str) -> Option<&str> {
        let field = Field::of(pointer.trim_start_matches('/'))?;
        let (place, _) = self.fields.iter().find(|(_, known)| **known == field)?;
        self.columns.get(*place).map(String::as_str)
    }
}

/// What a row says, or all that is wrong with it.
pub fn read(row: &Row, mapping: &Mapping) -> Result<RelationEntry, Vec<Wrong>> {
    let name = |place: &usize| mapping.columns.get(*place).cloned();
    let cells = row.cells.as_ref().map_err(|(place, why)| vec![(place.as_ref().and_then(name), why.clone())])?;
    let (mut entry, mut wrong) = (RelationEntry::default(), Vec::new());
    for (place, field) in &mapping.fields {
        let text = match cells.get(place) {
            None | Some(Cell::Value(Value::Null)) => String::new(),
            Some(Cell::Text(text) | Cell::Value(Value::String(text))) => text.trim().to_owned(),
            Some(Cell::Value(_)) => {
                wrong.push((name(place), Phrase::new("import_relation_text")));
                continue;
            }
        };
        if text.is_empty() && Field::NEEDED.contains(field) {
            wrong.push((name(place), Phrase::new("is_needed")));
        }
        if text.chars().count() > MAX_TEXT {
            wrong.push((name(place), Phrase::new("at_most_characters").with("max", MAX_TEXT)));
        }
        let given = Some(text.clone()).filter(|text| !text.is_empty());
        match field {
            Field::From => entry.from = text,
            Field::Kind => entry.kind = text,
            Field::To => entry.to = text,
            Field::Group => entry.group = given,
            Field::Reason => entry.reason = given,
        }
    }
    if wrong.is_empty() { Ok(entry) } else { Err(wrong) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Plan, table};

    fn rows(text: &str) -> Vec<Result<RelationEntry, Vec<Wrong>>> {
        let table = table::read(text.as_bytes(), &Plan::default()).unwrap();
        let mapping = Mapping::of(&table.columns, &BTreeMap::new()).unwrap();
        table.rows.iter().map(|row| read(row, &mapping)).collect()
    }

    #[test]
    fn rows_say_who_is_what_to_whom_and_what_is_missing_stands_at_its_column() {
        let read = rows("From,Kind,To,Group\nshop,depends_on,db-1,dbs\n,runs_on,web-1,\n");
        let first = read[0].as_ref().unwrap();
        assert_eq!((&*first.from, &*first.kind, &*first.to), ("shop", "depends_on", "db-1"));
        assert_eq!(first.group.as_deref(), Some("dbs"));
        assert_eq!(read[1].as_ref().unwrap_err()[0].0.as_deref(), Some("From"));
        let again = rows("{\"from\":\"SHOP\",\"type\":\"depends_on\",\"to\":\"db-1\",\"group\":\"dbs\"}\n");
        assert_eq!(again[0].as_ref().unwrap().identity(), first.identity(), "names have no case");
        let odd = rows("{\"from\":\"shop\",\"type\":7,\"to\":\"db-1\"}\n");
        assert_eq!(odd[0].as_ref().unwrap_err()[0].0.as_deref(), Some("type"));
    }

    #[test]
    fn columns_are_told_apart_or_said_to_be_wrong() {
        let columns = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let wrong = |names: &[&str], map: &[(&str, &str)]| {
            let map = map.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
            let wrong = Mapping::of(&columns(names), &map).unwrap_err();
            wrong.into_iter().map(|wrong| wrong.column).collect::<Vec<_>>()
        };
        assert_eq!(wrong(&["from", "to"], &[]), ["type"]);
        assert_eq!(wrong(&["from", "type", "kind", "to"], &[]), ["kind"]);
        assert_eq!(wrong(&["from", "type", "to", "colour"], &[]), ["colour"]);
        assert_eq!(wrong(&["from", "type", "to"], &[("too", "-")]), ["too"]);
        let map = BTreeMap::from([("who".to_owned(), "from".to_owned()), ("note".to_owned(), "-".to_owned())]);
        let mapping = Mapping::of(&columns(&["who", "type", "to", "note"]), &map).unwrap();
        assert_eq!(mapping.column_at("/from"), Some("who"));
        assert_eq!(mapping.shown()[3], ("note".to_owned(), None));
    }
}
