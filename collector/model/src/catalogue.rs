//! The catalogue of services: what can be asked for, with a form, who approves it and the tasks that fulfil it (service-desk rules,
//! section 8).
//!
//! An item has versions; a request keeps the one that it was made from. A form is a JSON Schema, of the part of the standard that can be
//! drawn as one: an object of plain values, with nothing else. Its answers are checked against it by the standard's own rules.

pub mod access;
mod answer;
mod audience;
pub mod line;
mod order;

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use muster_shared::id::CatalogueId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::approval::{Wanted, stage};
use crate::record::record;
use crate::right::{Reach, Role};
use crate::text::Phrase;
use access::AccessGrant;
pub use answer::check_answers;
pub use order::order;

/// Fields of a form, at most.
const MAX_FIELDS: usize = 40;
/// Longest text of an answer without a limit of its own, in characters.
const MAX_ANSWER: u64 = 4_000;

/// Where an item stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemState {
    /// Being written.
    #[default]
    Draft,
    /// It can be asked for.
    Published,
    /// It cannot any more.
    Retired,
}

impl ItemState {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Draft, Self::Published, Self::Retired];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Retired => "retired",
        }
    }
}

/// Who has to agree.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApproverPolicy {
    /// Nobody: it is fulfilled as it is asked for.
    None,
    /// The round of votes that the rules of approvals say.
    #[default]
    Vote,
    /// The stages that the item names.
    Stages,
}

impl ApproverPolicy {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::None, Self::Vote, Self::Stages];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Vote => "vote",
            Self::Stages => "stages",
        }
    }
}

/// A piece of the work that fulfils a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TaskTemplate {
    /// A name among the tasks of the item.
    pub name: String,
    /// One line.
    pub title: String,
    /// The story.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Which group does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment_group: Option<String>,
    /// Whether the request is complete without it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Names of tasks that come first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
}

/// What it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// In hundredths of the currency.
    pub cents: u64,
    /// ISO 4217, such as `EUR`.
    pub currency: String,
}

/// What people write of an item.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Offer {
    /// What it is called.
    pub name: String,
    /// What one gets.
    pub description: String,
    /// To sort by.
    pub category: String,
    /// Where it stands.
    pub state: ItemState,
    /// What has to be filled in: a JSON Schema.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub form: Value,
    /// The roles that may ask for it; empty is all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub visible_to: Vec<Role>,
    /// The sites, teams and services whose people may ask for it; nothing named is everybody.
    #[serde(skip_serializing_if = "Reach::is_empty")]
    pub visible_within: Reach,
    /// Who has to agree.
    pub approval: ApproverPolicy,
    /// Whose votes, one stage after the other, when the item names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approval_stages: Vec<Wanted>,
    /// The tasks that fulfil it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskTemplate>,
    /// What it costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Cost>,
    /// The service level policy of requests for it; without one the first that fits counts, as for every ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level_policy: Option<String>,
    /// The access that comes with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_grant: Option<AccessGrant>,
}

/// An item as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CatalogueItem {
    /// Which.
    pub id: CatalogueId,
    /// What it offers.
    pub offer: Offer,
    /// Counts its versions.
    pub edition: u32,
    /// Who wrote this one.
    pub changed_by: String,
    /// When.
    pub changed_at: Time,
}

record!(CatalogueItem, CatalogueItem, |item| item.id.to_string());

/// An item as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CatalogueVersion {
    /// Which item.
    pub item: CatalogueId,
    /// Which version.
    pub edition: u32,
    /// What it offered.
    pub offer: Offer,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Time,
}

record!(CatalogueVersion, CatalogueVersion, |version| version_key(version.item, version.edition));

/// The key of a version.
pub fn version_key(item: CatalogueId, edition: u32) -> String {
    format!("{item}/{edition:08x}")
}

/// What kind of value a field of a form takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
}

/// One field of a form: what is taken of a JSON Schema, and nothing else.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// What kind of value.
    pub r#type: FieldType,
    /// What it is called.
    #[serde(default)]
    pub title: Option<String>,
    /// What is to be known of it.
    #[serde(default)]
    pub description: Option<String>,
    /// The values that it can have.
    #[serde(default)]
    pub r#enum: Vec<String>,
    /// `date` or `date-time`.
    #[serde(default)]
    pub format: Option<DateFormat>,
    /// Fewest characters.
    #[serde(default, rename = "minLength")]
    pub min_length: Option<u64>,
    /// Most characters.
    #[serde(default, rename = "maxLength")]
    pub max_length: Option<u64>,
    /// Smallest number.
    #[serde(default)]
    pub minimum: Option<f64>,
    /// Largest number.
    #[serde(default)]
    pub maximum: Option<f64>,
}

/// Forms of time that are texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateFormat {
    /// A day.
    Date,
    /// A moment.
    DateTime,
}

/// A form, read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSchema {
    /// The dialect, if it is said.
    #[serde(default, rename = "$schema")]
    pub schema: Option<String>,
    /// `object`.
    pub r#type: ObjectType,
    /// Its fields, by name.
    #[serde(default)]
    pub properties: BTreeMap<String, FormField>,
    /// Those that have to be filled in.
    #[serde(default)]
    pub required: Vec<String>,
    /// The fields in the order in which they stand in the form; those that it leaves out come after them.
    #[serde(default, rename = "x-order")]
    pub order: Vec<String>,
    /// Nothing else is taken, whatever it says.
    #[serde(default, rename = "additionalProperties")]
    pub additional: Option<bool>,
}

/// The one type of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectType {
    /// Names and values.
    Object,
}

/// Why something is not taken: the field, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// JSON pointer.
    pub pointer: String,
    /// What would be right.
    pub why: crate::text::Text,
}

fn refused(pointer: impl Into<String>, why: impl Into<crate::text::Text>) -> Refused {
    Refused { pointer: pointer.into(), why: why.into() }
}

impl FormSchema {
    /// The form of an item; an item without one asks for nothing.
    pub fn read(form: &Value) -> Result<Self, Refused> {
        if form.is_null() {
            let (schema, properties, additional) = (None, BTreeMap::new(), None);
            let (required, order) = (Vec::new(), Vec::new());
            return Ok(Self { schema, r#type: ObjectType::Object, properties, required, order, additional });
        }
        let read: Self = serde_path_to_error::deserialize(form).map_err(|error| {
            let place = error.path().to_string().replace('.', "/");
            let place = if place == "/" { String::new() } else { format!("/{place}") };
            refused(format!("/form{place}"), error.inner().to_string())
        })?;
        if read.properties.len() > MAX_FIELDS {
            return Err(refused("/form/properties", Phrase::new("at_most_items").with("max", MAX_FIELDS)));
        }
        for (name, field) in &read.properties {
            let pointer = format!("/form/properties/{name}");
            let is_name = !name.is_empty()
                && name.len() <= 60
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if !is_name {
                return Err(refused(pointer, Phrase::new("form_name")));
            }
            let is_text = field.r#type == FieldType::String;
            if !is_text && (!field.r#enum.is_empty() || field.format.is_some() || field.max_length.is_some()) {
                return Err(refused(pointer, Phrase::new("form_text_only")));
            }
        }
        for (place, names) in [("/form/required", &read.required), ("/form/x-order", &read.order)] {
            if let Some(unknown) = names.iter().find(|name| !read.properties.contains_key(*name)) {
                return Err(refused(place, Phrase::new("form_required").with("name", unknown.as_str())));
            }
        }
        Ok(read)
    }

    /// The fields as they stand in the form: those of `x-order`, then those that have to be filled in as they are listed, then the rest by
    /// name. The order of the properties themselves says nothing: a JSON object has none.
    pub fn fields(&self) -> Vec<(&str, &FormField)> {
        let all = self.order.iter().chain(&self.required).chain(self.properties.keys());
        let mut seen = BTreeSet::new();
        let fresh = all.filter(|name| seen.insert(name.as_str()));
        fresh.filter_map(|name| Some((name.as_str(), self.properties.get(name)?))).collect()
    }

    /// The schema as answers are checked against it: nothing else is taken, and no text goes on without end.
    fn strict(&self, form: &Value) -> Value {
        let mut schema = form.clone();
        if let Some(object) = schema.as_object_mut() {
            object.remove("x-order");
            object.insert("additionalProperties".into(), json!(false));
            object.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        }
        for (name, field) in &self.properties {
            let place = schema.pointer_mut(&format!("/properties/{name}")).and_then(Value::as_object_mut);
            if let Some(place) = place.filter(|_| field.r#type == FieldType::String && field.max_length.is_none()) {
                place.insert("maxLength".into(), json!(MAX_ANSWER));
            }
        }
        schema
    }
}

/// Whether an offer can be what it says.
pub fn check(offer: &Offer) -> Result<(), Refused> {
    let form = FormSchema::read(&offer.form)?;
    if let Some(grant) = &offer.access_grant {
        grant.check(&form)?;
    }
    if let Some(cost) = &offer.cost
        && !(cost.currency.len() == 3 && cost.currency.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        return Err(refused("/cost/currency", Phrase::new("currency_form")));
    }
    if (offer.approval == ApproverPolicy::Stages) == offer.approval_stages.is_empty() {
        return Err(refused("/approval_stages", Phrase::new("catalogue_stages")));
    }
    if let Some(wrong) = stage::check(&offer.approval_stages, "/approval_stages").into_iter().next() {
        return Err(refused(wrong.pointer, wrong.why));
    }
    order(&offer.tasks).map(drop)
}

#[cfg(test)]
mod tests;
