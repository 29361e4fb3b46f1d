//! Classes: which attributes the items of a kind have, and what their values may be.
//!
//! A class is what is shipped (the sections of agents, and the logical classes of [`shipped`]) and what owners defined, put
//! together: an owner's definition of a shipped class only adds to it. Definitions are checked when they are saved, every
//! version is kept, and nothing needs a restart: [`Registry`] is rebuilt from the stored definitions.

use std::collections::BTreeMap;

use muster_shared::attribute::Kind;
use muster_shared::{Attributes, SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::query::{Fields, Query, fields};
use crate::record::record;
use crate::relation::RelationKind;
use crate::text::Phrase;

mod check;
mod schema;
pub mod shipped;
mod value;

pub use check::{check_definition, places};
pub use schema::json_schema;
pub(crate) use value::check_value;
pub use value::{check_values, is_text_of, value_of};

/// How much an attribute is missed when it has no value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// An item without it is not taken.
    Required,
    /// An item without it is incomplete.
    Recommended,
    /// It may be left out.
    #[default]
    Optional,
}

impl Need {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Required, Self::Recommended, Self::Optional];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Recommended => "recommended",
            Self::Optional => "optional",
        }
    }
}

/// An attribute as somebody defined it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeDefinition {
    /// Its name, in small letters.
    pub name: String,
    /// What its values are.
    pub kind: Kind,
    /// How much it is missed.
    #[serde(default)]
    pub need: Need,
    /// The only values that a text, or each text of a list, can be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<f64>,
    /// A regular expression that a text has a match for. It takes linear time, so that no value can keep the collector busy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The unit of a number, `W`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What it says, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub meaning: String,
}

impl AttributeDefinition {
    /// An attribute without any rule but its kind.
    pub fn plain(name: &str, kind: Kind) -> Self {
        Self {
            name: name.to_owned(),
            kind,
            need: Need::default(),
            choices: Vec::new(),
            minimum: None,
            maximum: None,
            pattern: None,
            unit: None,
            meaning: String::new(),
        }
    }
}

/// From what items have, relations follow: an item of the class has the relation to each host on which something fits the
/// query. `{name}` in the query stands for the item's attribute; a rule whose attributes have no value says nothing. Where
/// several rules of one relation speak, all of them must hold on the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The relation, from the item to the host.
    pub relation: RelationKind,
    /// A query over the items of hosts, such as `class:listener port:{port}`.
    pub query: String,
}

/// What somebody says of a class: a class of their own, or more attributes of a shipped one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassDefinition {
    /// The name in queries and URLs, in small letters.
    pub name: String,
    /// The name for people. Empty for a shipped class, which has its own.
    #[serde(default)]
    pub label: String,
    /// What its items are.
    #[serde(default)]
    pub meaning: String,
    /// The attributes; of a shipped class those that are added.
    pub attributes: Vec<AttributeDefinition>,
    /// The attributes that no two living items have the same of; without any it is the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identified_by: Vec<String>,
    /// Which relations follow from the attributes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<Rule>,
    /// Whether no new items are taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_retired: bool,
    /// Counts up with every change, from 1.
    pub number: u32,
    /// When this was said.
    pub changed_at: Time,
    /// By whom.
    pub changed_by: String,
}

record!(ClassDefinition, Class, |class| class.name.clone());

/// A definition as it was from one change to the next. Kept for good.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassVersion {
    /// The definition.
    pub definition: ClassDefinition,
    /// Why it was changed, in the actor's words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

record!(ClassVersion, ClassVersion, |version| version_key(&version.definition.name, version.definition.number));

/// The key of a version of a class.
pub fn version_key(class: &str, number: u32) -> String {
    format!("{class}/{number:08x}")
}

/// Where a class comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Agents discover its items: a section of their inventory.
    Section(SectionName),
    /// It is shipped, and people declare its items.
    Shipped,
    /// An owner defined it.
    Owner,
}

impl Origin {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Section(_) => "section",
            Self::Shipped => "shipped",
            Self::Owner => "owner",
        }
    }
}

/// An attribute of a class.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// What it is.
    pub definition: AttributeDefinition,
    /// Whether it is shipped: then owners cannot take it away.
    pub is_shipped: bool,
}

/// A class as it holds: what is shipped with what owners said.
#[derive(Clone, Debug, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// What its items are.
    pub meaning: String,
    /// Where it comes from.
    pub origin: Origin,
    /// Its attributes, the shipped ones first. One whose name ends with `*` stands for all that begin so.
    pub attributes: Vec<Attribute>,
    /// The attributes that no two living items have the same of; without any it is the name.
    pub identified_by: Vec<String>,
    /// Which relations follow from the attributes.
    pub rules: Vec<Rule>,
    /// Whether no new items are taken.
    pub is_retired: bool,
    /// Number of the owner's definition, 0 when there is none.
    pub number: u32,
}

impl Class {
    /// A section's class.
    fn of_section(section: SectionName) -> Self {
        let attribute =
            |(name, kind)| Attribute { definition: AttributeDefinition::plain(name, kind), is_shipped: true };
        Self {
            name: section.as_str().to_owned(),
            label: section.as_str().replace('_', " "),
            meaning: section.meaning().to_owned(),
            origin: Origin::Section(section),
            attributes: muster_shared::attribute::of(section).map(attribute).collect(),
            identified_by: Vec::new(),
            rules: Vec::new(),
            is_retired: false,
            number: 0,
        }
    }

    /// The class with what an owner says of it.
    #[must_use]
    pub fn with(mut self, definition: &ClassDefinition) -> Self {
        let added = definition.attributes.iter();
        let added = added.map(|definition| Attribute { definition: definition.clone(), is_shipped: false });
        self.attributes.extend(added);
        self.rules.extend(definition.rules.iter().cloned());
        self.number = definition.number;
        self.is_retired = definition.is_retired;
        if self.origin == Origin::Owner {
            self.label.clone_from(&definition.label);
            self.meaning.clone_from(&definition.meaning);
            self.identified_by.clone_from(&definition.identified_by);
        }
        self
    }

    /// What only an owner's definition says.
    pub fn owned(definition: &ClassDefinition) -> Self {
        let (label, meaning) = (String::new(), String::new());
        let empty = Self {
            name: definition.name.clone(),
            label,
            meaning,
            origin: Origin::Owner,
            attributes: Vec::new(),
            identified_by: Vec::new(),
            rules: Vec::new(),
            is_retired: false,
            number: 0,
        };
        empty.with(definition)
    }

    /// The attribute of a name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        let is_it = |known: &str| known.strip_suffix('*').map_or(known == name, |start| name.starts_with(start));
        self.attributes.iter().find(|attribute| is_it(&attribute.definition.name))
    }

    /// Whether a value is missing that the class requires or recommends.
    pub fn is_incomplete(&self, attributes: &Attributes) -> bool {
        let wanted = self.declarable().filter(|definition| definition.need != Need::Optional);
        let is_said = |value: &Value| !value.is_null() && value.as_str() != Some("");
        wanted.into_iter().any(|definition| !attributes.get(&definition.name).is_some_and(is_said))
    }

    /// Whether it requires or recommends a value that people give.
    pub fn asks_values(&self) -> bool {
        self.declarable().any(|definition| definition.need != Need::Optional)
    }

    /// Whether people declare its items; else agents discover them, and people add to what agents say.
    pub const fn is_declared(&self) -> bool {
        !matches!(self.origin, Origin::Section(_))
    }

    /// The attributes that people give values to: of a section's class those that owners added.
    pub fn declarable(&self) -> impl Iterator<Item = &AttributeDefinition> {
        let all = self.is_declared();
        self.attributes
            .iter()
            .filter(move |attribute| all || !attribute.is_shipped)
            .map(|attribute| &attribute.definition)
    }
}

/// All classes as they hold now.
#[derive(Clone, Debug, PartialEq)]
pub struct Registry {
    classes: BTreeMap<String, Class>,
    /// The classes whose items people declare.
    declared: Vec<String>,
    /// Attributes that people give values to, in the classes of items, and of hosts.
    attributes: Vec<(String, Kind)>,
    of_hosts: Vec<(String, Kind)>,
}

impl Registry {
    /// What is shipped with what owners said.
    pub fn new<'a>(definitions: impl IntoIterator<Item = &'a ClassDefinition>) -> Self {
        let sections = SectionName::ALL.iter().map(|section| Class::of_section(*section));
        let mut classes: BTreeMap<String, Class> =
            sections.chain(shipped::all()).map(|class| (class.name.clone(), class)).collect();
        for definition in definitions {
            let class = match classes.remove(&definition.name) {
                Some(shipped) => shipped.with(definition),
                None => Class::owned(definition),
            };
            classes.insert(definition.name.clone(), class);
        }
        let name = |definition: &AttributeDefinition| (definition.name.clone(), definition.kind);
        let all = classes.values().flat_map(Class::declarable).map(name);
        let attributes: BTreeMap<(String, &str), Kind> =
            all.map(|(name, kind)| ((name, kind.as_str()), kind)).collect();
        let host = classes.get(SectionName::Host.as_str());
        Self {
            declared: classes.values().filter(|class| class.is_declared()).map(|class| class.name.clone()).collect(),
            attributes: attributes.into_iter().map(|((name, _), kind)| (name, kind)).collect(),
            of_hosts: host.into_iter().flat_map(Class::declarable).map(name).collect(),
            classes,
        }
    }

    /// The class of a name.
    pub fn get(&self, name: &str) -> Option<&Class> {
        self.classes.get(name)
    }

    /// All classes, by name.
    pub fn all(&self) -> impl Iterator<Item = &Class> {
        self.classes.values()
    }

    /// What can be asked of items, with the classes and attributes of people.
    pub fn item_fields(&self) -> Fields<'_> {
        Fields { own_attributes: &self.attributes, own_classes: &self.declared, ..fields::ITEM }
    }

    /// What can be asked of hosts, with the attributes of people.
    pub fn host_fields(&self) -> Fields<'_> {
        Fields { own_attributes: &self.of_hosts, ..fields::HOST }
    }

    /// Whether a query asks for an attribute that people may have added to what agents discover.
    pub fn asks_people(&self, query: &Query) -> bool {
        let added = self.all().filter(|class| !class.is_declared()).flat_map(Class::declarable);
        query.mentions("incomplete") || added.into_iter().any(|definition| query.mentions(&definition.name))
    }
}

/// A value or a definition that a rule forbids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// RFC 6901 pointer to what is wrong.
    pub pointer: String,
    /// Which rule, and what would be right.
    pub why: Phrase,
}

impl Violation {
    pub(crate) fn new(pointer: impl Into<String>, why: Phrase) -> Self {
        Self { pointer: pointer.into(), why }
    }
}

/// The pointer of an attribute.
pub fn pointer(attribute: &str) -> String {
    format!("/attributes/{}", attribute.replace('~', "~0").replace('/', "~1"))
}

/// What tells an item of a class apart: the values of the identifying attributes, or its name; case does not count.
pub fn identity(class: &Class, name: &str, attributes: &muster_shared::Attributes) -> String {
    if class.identified_by.is_empty() {
        return name.trim().to_lowercase();
    }
    let value = |name: &String| attributes.get(name).map(Value::to_string).unwrap_or_default().to_lowercase();
    class.identified_by.iter().map(value).collect::<Vec<_>>().join("\u{1f}")
}

#[cfg(test)]
mod tests;
