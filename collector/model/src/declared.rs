//! What people declare: items of logical and own classes, and values that they add to hosts and to what agents found.
//!
//! Each change is kept with both values, so that [`at`] gives the item of any moment, and taking a change back is a change of
//! its own. An item is never removed: it is retired.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::NodeId;
use muster_shared::{Attributes, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::class::{self, Class, Violation};
use crate::host::{Criticality, Lifecycle};
use crate::query::Fields;
use crate::reconcile::rule::Rules;
use crate::record::record;
use crate::text::Phrase;

mod check;
mod past;
pub mod voice;

pub use past::{at, difference, first, surplus, undo};
use voice::{Pins, Voices};

/// Whether something works, as somebody says who knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It works.
    Up,
    /// It works badly.
    Degraded,
    /// It does not work.
    Down,
}

impl Status {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Up, Self::Degraded, Self::Down];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Down => "down",
        }
    }
}

/// Everything that fits a query is something that the item depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Members {
    /// A query over the items of hosts; with `class:host` the hosts themselves are meant.
    pub query: String,
    /// The redundancy group that they are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

/// What people declare of a node. Of a host or an item of one only the attributes count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declared {
    /// Which node.
    pub id: NodeId,
    /// Its class.
    pub class: String,
    /// Its name; empty for what an agent names.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The values of its attributes.
    pub attributes: Attributes,
    /// Where it stands in its life.
    pub lifecycle: Lifecycle,
    /// Whether it works.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// How much depends on it.
    pub criticality: Criticality,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// What it depends on besides what is related to it one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Members>,
    /// Groups of which so many must work.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub redundancy: BTreeMap<String, u32>,
    /// What tells it apart in its class.
    #[serde(default)]
    pub identity: String,
    /// What each source says, by pointer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub voices: Voices,
    /// What people pinned, by pointer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pins: Pins,
    /// When it was declared.
    pub created_at: Time,
    /// When it was last changed.
    pub updated_at: Time,
    /// Number of the last change.
    pub changes: u64,
}

record!(Declared, Declared, |declared| declared.id.to_string());

/// Where a change comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeSource {
    /// Somebody at the console.
    Person,
    /// A program over the API.
    Rest,
    /// A file.
    Import,
    /// A change of the class.
    Class,
}

impl ChangeSource {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Rest => "rest",
            Self::Import => "import",
            Self::Class => "class",
        }
    }
}

/// One change: the values before and after by RFC 6901 pointer; null is no value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeclaredChange {
    /// Of which node.
    pub node: NodeId,
    /// Counts up per node, from 1: the first declares it.
    pub seq: u64,
    /// When.
    pub at: Time,
    /// Who.
    pub by: String,
    /// How it came.
    pub source: ChangeSource,
    /// Why, in the actor's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The change that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// Values before.
    pub before: BTreeMap<String, Value>,
    /// Values after.
    pub after: BTreeMap<String, Value>,
}

record!(DeclaredChange, DeclaredChange, |change| change_key(change.node, change.seq));

/// The key of a node's change with this number.
pub fn change_key(node: NodeId, seq: u64) -> String {
    format!("{node}/{seq:016x}")
}

/// Who changes something, how, why and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Hand {
    /// Who.
    pub by: String,
    /// How it came.
    pub source: ChangeSource,
    /// Why.
    pub reason: String,
    /// When.
    pub now: Time,
}

/// What is changed. Absent fields stay; in `attributes` null takes a value away.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// The name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Values of attributes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: Attributes,
    /// Where it stands in its life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// Whether it works; null when nobody says.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub status: Option<Option<Status>>,
    /// Who answers for it; null is nobody.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub owner: Option<Option<String>>,
    /// How much depends on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub criticality: Option<Criticality>,
    /// Words to find it by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeSet<String>>,
    /// What it depends on by query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Members>>,
    /// Groups of which so many must work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redundancy: Option<BTreeMap<String, u32>>,
}

/// Tells null from absent.
fn given<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl Declared {
    /// A node of which nothing is declared yet.
    pub fn empty(id: NodeId, class: &str, now: Time) -> Self {
        Self {
            id,
            class: class.to_owned(),
            name: String::new(),
            attributes: Attributes::new(),
            lifecycle: Lifecycle::Active,
            status: None,
            owner: None,
            criticality: Criticality::default(),
            tags: BTreeSet::new(),
            members: Vec::new(),
            redundancy: BTreeMap::new(),
            identity: String::new(),
            voices: Voices::new(),
            pins: Pins::new(),
            created_at: now,
            updated_at: now,
            changes: 0,
        }
    }

    /// Whether it is there: not retired.
    pub const fn is_present(&self) -> bool {
        !matches!(self.lifecycle, Lifecycle::Retired | Lifecycle::Archived)
    }

    /// The item with an edit made on it, not yet checked.
    fn edited(&self, edit: &Edit) -> Self {
        let mut next = self.clone();
        for (name, value) in &edit.attributes {
            if value.is_null() {
                next.attributes.remove(name);
            } else {
                next.attributes.insert(name.clone(), value.clone());
            }
        }
        let text = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        next.name = edit.name.as_ref().map_or(next.name, |name| name.trim().to_owned());
        next.lifecycle = edit.lifecycle.unwrap_or(next.lifecycle);
        next.status = edit.status.unwrap_or(next.status);
        next.owner = edit.owner.as_ref().map_or(next.owner, |owner| owner.as_ref().and_then(text));
        next.criticality = edit.criticality.unwrap_or(next.criticality);
        next.tags = edit.tags.clone().unwrap_or(next.tags);
        next.members = edit.members.clone().unwrap_or(next.members);
        next.redundancy = edit.redundancy.clone().unwrap_or(next.redundancy);
        next
    }
}

/// A new item and its first change; what is wrong with it otherwise. `fields` is what queries can ask of items.
pub fn create(
    id: NodeId,
    class: &Class,
    fields: &Fields<'_>,
    edit: &Edit,
    hand: &Hand,
    rules: &Rules,
) -> Result<(Declared, DeclaredChange), Vec<Violation>> {
    if class.is_retired {
        let why = Phrase::new("class_is_retired").with("class", class.name.as_str());
        return Err(vec![Violation::new("/class", why)]);
    }
    let empty = Declared::empty(id, &class.name, hand.now);
    // Also without any value it is declared: that is a change too.
    let told = voice::tell(&empty, class, fields, edit, hand, rules)?.map(|told| (told.item, told.change));
    let (item, change) = told.unwrap_or_else(|| (empty.clone(), None));
    Ok(match change {
        Some(change) => (item, change),
        None => (Declared { changes: 1, ..item }, past::change(&empty, &empty, hand)),
    })
}

/// The item as it has to be for its class as it is now: where its values break a rule, those that the class change gives for
/// such items. `None` when it fits as it is; what is still wrong otherwise.
pub fn fit(
    item: &Declared,
    class: &Class,
    defaults: &Attributes,
    hand: &Hand,
) -> Result<Option<(Declared, DeclaredChange)>, Vec<Violation>> {
    let mut next = item.clone();
    for wrong in class::check_values(class, &item.attributes) {
        let given = defaults.iter().find(|(name, _)| class::pointer(name) == wrong.pointer);
        match given {
            Some((name, Value::Null)) => drop(next.attributes.remove(name)),
            Some((name, value)) => drop(next.attributes.insert(name.clone(), value.clone())),
            None => {}
        }
    }
    let wrong = class::check_values(class, &next.attributes);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    next.identity = class::identity(class, &next.name, &next.attributes);
    Ok(past::changed(item, next, hand))
}

#[cfg(test)]
mod tests;
