//! A row as what it says of an item that people declare, of a host, or of an item of a host.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::attribute::Kind;
use muster_shared::id::{DeclaredId, HostId};
use muster_shared::{Attributes, SectionName};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::mapping::{Mapping, Target, single_key};
use super::table::{Cell, Row, short};
use crate::class::{self, Class, Origin};
use crate::declared::{Edit, Status};
use crate::host::{Criticality, Lifecycle};
use crate::identification::Identifier;
use crate::source::facts;
use crate::text::{Phrase, Word};

/// Longest name or key that a row gives.
const MAX_TEXT: usize = 256;

/// Longest owner or site of a host.
const MAX_OF_HOST: usize = 100;

/// What a row says.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Of an item that people declare.
    Declared(Box<DeclaredEntry>),
    /// Of a host.
    Host(Box<HostEntry>),
    /// Of an item of a host.
    Item(Box<ItemEntry>),
    /// Of what two are to each other.
    Relation(Box<super::relation::RelationEntry>),
    /// Of a ticket.
    Ticket(Box<crate::exchange::Told>),
}

/// What a row says of an item that people declare.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeclaredEntry {
    /// Which, if the row says it.
    pub id: Option<DeclaredId>,
    /// What is to be so.
    pub edit: Edit,
}

/// What people say of a host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct People {
    /// Who answers for it.
    pub owner: Option<String>,
    /// Where it is.
    pub site: Option<String>,
    /// How much depends on it.
    pub criticality: Option<Criticality>,
    /// Where it stands in its life.
    pub lifecycle: Option<Lifecycle>,
}

/// What a row says of a host.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostEntry {
    /// Which, if the row says it.
    pub id: Option<HostId>,
    /// Its name.
    pub name: Option<String>,
    /// What the sender calls it.
    pub external_id: Option<String>,
    /// What it is recognised by besides its facts.
    pub identifiers: Vec<Identifier>,
    /// What the file says as a source, of the sections that have one item.
    pub facts: BTreeMap<SectionName, Attributes>,
    /// What people say of it.
    pub people: People,
    /// Attributes that owners added to its class.
    pub own: Attributes,
}

/// What a row says of an item of a host.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemEntry {
    /// Id or name of the host.
    pub host: String,
    /// The section.
    pub section: SectionName,
    /// Its key.
    pub key: String,
    /// What the file says as a source.
    pub attributes: Attributes,
    /// Attributes that owners added to its class.
    pub own: Attributes,
}

/// What is wrong with a row: the column, if it is one, and the rule.
pub type Wrong = (Option<String>, Phrase);

/// One row while it is read.
struct Reader<'a> {
    mapping: &'a Mapping,
    wrong: Vec<Wrong>,
}

/// What a row says, or all that is wrong with it.
pub fn read(row: &Row, class: &Class, mapping: &Mapping) -> Result<Entry, Vec<Wrong>> {
    let name = |place: &usize| mapping.columns.get(*place).cloned();
    let cells = row.cells.as_ref().map_err(|(place, why)| vec![(place.as_ref().and_then(name), why.clone())])?;
    let mut reader = Reader { mapping, wrong: Vec::new() };
    reader.check_export(class, cells);
    let entry = match class.origin {
        Origin::Section(SectionName::Host) => Entry::Host(Box::new(reader.host(cells))),
        Origin::Section(section) => Entry::Item(Box::new(reader.item(section, cells))),
        Origin::Shipped | Origin::Owner => Entry::Declared(Box::new(reader.declared(cells))),
    };
    if reader.wrong.is_empty() { Ok(entry) } else { Err(reader.wrong) }
}

impl Reader<'_> {
    fn refuse(&mut self, place: usize, why: Phrase) {
        self.wrong.push((self.mapping.columns.get(place).cloned(), why));
    }

    /// Refuses a row of an export that is of another class, or of something that was gone.
    fn check_export(&mut self, class: &Class, cells: &BTreeMap<usize, Cell>) {
        for (place, target, cell) in known(self.mapping, cells) {
            match target {
                Target::Class if self.text(place, cell).is_some_and(|name| name != class.name) => {
                    self.refuse(place, Phrase::new("import_other_class").with("class", class.name.as_str()));
                }
                Target::Presence if value(Kind::Boolean, cell) == json!(false) => {
                    self.refuse(place, Phrase::new("import_not_present"));
                }
                _ => {}
            }
        }
    }

    fn declared(&mut self, cells: &BTreeMap<usize, Cell>) -> DeclaredEntry {
        let mut entry = DeclaredEntry::default();
        for (place, target, cell) in known(self.mapping, cells) {
            match target {
                Target::Id => entry.id = self.id(place, cell),
                Target::Name => entry.edit.name = self.text(place, cell),
                Target::Owner if is_null(cell) => entry.edit.owner = Some(None),
                Target::Owner => entry.edit.owner = self.text(place, cell).map(Some),
                Target::Criticality => {
                    entry.edit.criticality = self.choice(place, cell, names(Criticality::ALL, |it| it.as_str()));
                }
                Target::Lifecycle => entry.edit.lifecycle = self.lifecycle(place, cell),
                Target::Status if is_null(cell) => entry.edit.status = Some(None),
                Target::Status => {
                    entry.edit.status = self.choice(place, cell, names(Status::ALL, |it| it.as_str())).map(Some);
                }
                Target::Tags => entry.edit.tags = self.list(place, cell).map(BTreeSet::from_iter),
                Target::Attribute(name, kind) => {
                    entry.edit.attributes.insert(name.clone(), value(*kind, cell));
                }
                Target::ExternalId
                | Target::Site
                | Target::Host
                | Target::Key
                | Target::Class
                | Target::Presence
                | Target::Identifier(_)
                | Target::Fact(..) => {}
            }
        }
        if entry.id.is_none() && entry.edit.name.is_none() && self.wrong.is_empty() {
            self.missing(|target| *target == Target::Name, "import_row_needs_name");
        }
        entry
    }

    fn host(&mut self, cells: &BTreeMap<usize, Cell>) -> HostEntry {
        let mut entry = HostEntry::default();
        for (place, target, cell) in known(self.mapping, cells) {
            match target {
                Target::Id => entry.id = self.id(place, cell),
                Target::Name => entry.name = self.text(place, cell),
                Target::ExternalId => entry.external_id = self.text(place, cell),
                Target::Owner => entry.people.owner = self.text_or_none(place, cell),
                Target::Site => entry.people.site = self.text_or_none(place, cell),
                Target::Criticality => {
                    entry.people.criticality = self.choice(place, cell, names(Criticality::ALL, |it| it.as_str()));
                }
                Target::Lifecycle => entry.people.lifecycle = self.lifecycle(place, cell),
                Target::Identifier(kind) => {
                    for text in self.list(place, cell).unwrap_or_default() {
                        if let Some(identifier) = Identifier::read(*kind, &text) {
                            entry.identifiers.push(identifier);
                        } else {
                            let why = Phrase::new("no_identifier").with("value", short(&text));
                            self.refuse(place, why.term("kind", "identifier", kind.as_str()));
                        }
                    }
                }
                Target::Attribute(name, kind) => {
                    entry.own.insert(name.clone(), value(*kind, cell));
                }
                Target::Fact(section, name, kind) => {
                    if let Some(value) = self.fact(place, *kind, cell) {
                        entry.facts.entry(*section).or_default().insert(name.clone(), value);
                    }
                }
                Target::Status | Target::Tags | Target::Host | Target::Key | Target::Class | Target::Presence => {}
            }
        }
        let says_which = entry.id.is_some()
            || entry.name.is_some()
            || entry.external_id.is_some()
            || !entry.identifiers.is_empty()
            || !crate::identification::identifiers_in(&entry.facts).is_empty();
        if !says_which && self.wrong.is_empty() {
            self.missing(|target| *target == Target::Name, "import_row_needs_host");
        }
        entry
    }

    fn item(&mut self, section: SectionName, cells: &BTreeMap<usize, Cell>) -> ItemEntry {
        let key = single_key(section).unwrap_or_default().to_owned();
        let (attributes, own) = (Attributes::new(), Attributes::new());
        let mut entry = ItemEntry { host: String::new(), section, key, attributes, own };
        for (place, target, cell) in known(self.mapping, cells) {
            match target {
                Target::Host => entry.host = self.text(place, cell).unwrap_or_default(),
                Target::Key => entry.key = self.text(place, cell).unwrap_or_default(),
                Target::Attribute(name, kind) => {
                    entry.own.insert(name.clone(), value(*kind, cell));
                }
                Target::Fact(_, name, kind) => {
                    if let Some(value) = self.fact(place, *kind, cell) {
                        entry.attributes.insert(name.clone(), value);
                    }
                }
                _ => {}
            }
        }
        // An export gives each item a name to show: where it is the key, it may be that only.
        let is_export = self.mapping.column(|target| *target == Target::Presence).is_some();
        if is_export && entry.attributes.get("name").and_then(Value::as_str) == Some(&entry.key) {
            entry.attributes.remove("name");
        }
        if entry.host.is_empty() && self.wrong.is_empty() {
            self.missing(|target| *target == Target::Host, "import_row_needs_place");
        }
        if entry.key.is_empty() && self.wrong.is_empty() {
            self.missing(|target| *target == Target::Key, "import_row_needs_key");
        }
        entry
    }

    fn missing(&mut self, is_it: impl Fn(&Target) -> bool, why: &'static str) {
        let column = self.mapping.column(is_it).map(str::to_owned);
        self.wrong.push((column, Phrase::new(why)));
    }

    fn text(&mut self, place: usize, cell: &Cell) -> Option<String> {
        let text = match cell {
            Cell::Text(text) | Cell::Value(Value::String(text)) => text.trim(),
            Cell::Value(Value::Null) => return None,
            Cell::Value(_) => {
                self.refuse(place, Phrase::new("class_kind").term("kind", "value-kind", "text"));
                return None;
            }
        };
        if let Some(why) = crate::text::unseen(text) {
            self.refuse(place, why);
            return None;
        }
        if text.chars().count() > MAX_TEXT {
            self.refuse(place, Phrase::new("at_most_characters").with("max", MAX_TEXT));
            return None;
        }
        Some(text.to_owned()).filter(|text| !text.is_empty())
    }

    /// An owner or a site of a host; null takes it away.
    fn text_or_none(&mut self, place: usize, cell: &Cell) -> Option<String> {
        let text = if is_null(cell) { String::new() } else { self.text(place, cell)? };
        if text.chars().count() > MAX_OF_HOST {
            self.refuse(place, Phrase::new("at_most_characters").with("max", MAX_OF_HOST));
            return None;
        }
        Some(text)
    }

    fn id<T: std::str::FromStr>(&mut self, place: usize, cell: &Cell) -> Option<T> {
        let text = self.text(place, cell)?;
        let id = text.parse().ok();
        if id.is_none() {
            self.refuse(place, Phrase::new("import_no_id").with("id", short(&text)));
        }
        id
    }

    /// A value of a closed set.
    fn choice<T: DeserializeOwned>(&mut self, place: usize, cell: &Cell, names: Vec<&'static str>) -> Option<T> {
        let text = self.text(place, cell)?;
        let found = serde_json::from_value(json!(text.to_lowercase())).ok();
        if found.is_none() {
            let why = Phrase::new("class_choice").with("value", short(&text)).with("choices", Word::list(names));
            self.refuse(place, why);
        }
        found
    }

    fn lifecycle(&mut self, place: usize, cell: &Cell) -> Option<Lifecycle> {
        let names = names(Lifecycle::BY_PEOPLE, |it| it.as_str());
        let found = self.choice(place, cell, names.clone())?;
        if Lifecycle::BY_PEOPLE.contains(&found) {
            return Some(found);
        }
        self.refuse(place, Phrase::new("lifecycle_choice").with("choices", Word::list(names)));
        None
    }

    /// Several texts.
    fn list(&mut self, place: usize, cell: &Cell) -> Option<Vec<String>> {
        let split = |text: &str| -> Vec<String> {
            let parts = text.split([',', ';', '\n']).map(str::trim);
            parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        match cell {
            Cell::Text(text) | Cell::Value(Value::String(text)) => Some(split(text)),
            Cell::Value(Value::Null) => Some(Vec::new()),
            Cell::Value(Value::Array(values)) if values.iter().all(Value::is_string) => {
                Some(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
            }
            Cell::Value(_) => {
                self.refuse(place, Phrase::new("class_kind").term("kind", "value-kind", "list"));
                None
            }
        }
    }

    /// A value that is told as a source; null says nothing.
    fn fact(&mut self, place: usize, kind: Kind, cell: &Cell) -> Option<Value> {
        if is_null(cell) {
            return None;
        }
        let value = value(kind, cell);
        if let Some(why) = facts::check_value(kind, &value) {
            self.refuse(place, why);
            return None;
        }
        Some(value)
    }
}

/// The cells of columns that are something.
fn known<'a>(
    mapping: &'a Mapping,
    cells: &'a BTreeMap<usize, Cell>,
) -> impl Iterator<Item = (usize, &'a Target, &'a Cell)> {
    cells.iter().filter_map(|(place, cell)| Some((*place, mapping.targets.get(place)?, cell)))
}

fn is_null(cell: &Cell) -> bool {
    matches!(cell, Cell::Value(Value::Null))
}

fn names<T>(all: &[T], name: impl Fn(&T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(name).collect()
}

/// A cell as a value of a kind: a text of a spreadsheet is read as one.
fn value(kind: Kind, cell: &Cell) -> Value {
    match cell {
        // An export writes what has parts of its own as JSON.
        Cell::Text(text) if matches!(kind, Kind::List | Kind::Table | Kind::Any) && text.starts_with(['[', '{']) => {
            serde_json::from_str(text).unwrap_or_else(|_| class::value_of(kind, text, &['\n', ';']))
        }
        Cell::Text(text) => class::value_of(kind, text, &['\n', ';']),
        Cell::Value(value) => value.clone(),
    }
}

#[cfg(test)]
mod tests;
