//! Classes in the form of the API.

use muster_model::class::{Attribute, AttributeDefinition, ClassVersion, Rule, json_schema};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::at;
use crate::service::class::ClassView;

/// An attribute of a class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttributeView {
    name: String,
    /// `text`, `integer`, `number`, `boolean`, `list`, `time`, `version`, `table` or, of sections, `any`.
    kind: String,
    /// `required`, `recommended` or `optional`.
    need: String,
    /// The only values of a text, or of the texts of a list.
    choices: Vec<String>,
    minimum: Option<f64>,
    maximum: Option<f64>,
    /// A regular expression that texts have a match for.
    pattern: Option<String>,
    unit: Option<String>,
    meaning: String,
    /// Whether it is shipped; else an owner added it.
    #[schema(read_only)]
    is_shipped: bool,
}

impl AttributeView {
    fn of(definition: &AttributeDefinition, is_shipped: bool) -> Self {
        Self {
            name: definition.name.clone(),
            kind: definition.kind.as_str().into(),
            need: definition.need.as_str().into(),
            choices: definition.choices.clone(),
            minimum: definition.minimum,
            maximum: definition.maximum,
            pattern: definition.pattern.clone(),
            unit: definition.unit.clone(),
            meaning: definition.meaning.clone(),
            is_shipped,
        }
    }
}

impl From<&Attribute> for AttributeView {
    fn from(attribute: &Attribute) -> Self {
        Self::of(&attribute.definition, attribute.is_shipped)
    }
}

/// From the attributes of an item relations to hosts follow.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleView {
    /// The relation from the item to each host on which something fits.
    relation: String,
    /// A query over the items of hosts; `{name}` stands for the item's attribute.
    query: String,
}

impl From<&Rule> for RuleView {
    fn from(rule: &Rule) -> Self {
        Self { relation: rule.relation.as_str().into(), query: rule.query.clone() }
    }
}

/// A class in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassListed {
    name: String,
    label: String,
    meaning: String,
    /// `section`: agents discover its items; `shipped` and `owner`: people declare them.
    origin: String,
    /// How many attributes it has.
    attributes: usize,
    /// How many items people declared of it; null when agents discover them.
    items: Option<usize>,
    is_retired: bool,
    version: u64,
}

impl From<&ClassView> for ClassListed {
    fn from(view: &ClassView) -> Self {
        Self {
            name: view.class.name.clone(),
            label: view.class.label.clone(),
            meaning: view.class.meaning.clone(),
            origin: view.class.origin.as_str().into(),
            attributes: view.class.attributes.len(),
            items: view.class.is_declared().then_some(view.items),
            is_retired: view.class.is_retired,
            version: view.version,
        }
    }
}

/// A class.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassDetail {
    name: String,
    label: String,
    meaning: String,
    /// `section`: agents discover its items; `shipped` and `owner`: people declare them.
    origin: String,
    attributes: Vec<AttributeView>,
    identified_by: Vec<String>,
    rules: Vec<RuleView>,
    is_retired: bool,
    /// How many items people declared of it; null when agents discover them.
    items: Option<usize>,
    /// Number of the owners' definition; 0 when there is none.
    number: u32,
    /// JSON Schema, draft 2020-12, of an item's attributes.
    #[schema(value_type = Object)]
    schema: Value,
    version: u64,
}

impl From<ClassView> for ClassDetail {
    fn from(view: ClassView) -> Self {
        let class = view.class;
        let is_declared = class.is_declared();
        Self {
            schema: json_schema(&class),
            attributes: class.attributes.iter().map(AttributeView::from).collect(),
            rules: class.rules.iter().map(RuleView::from).collect(),
            origin: class.origin.as_str().into(),
            name: class.name,
            label: class.label,
            meaning: class.meaning,
            identified_by: class.identified_by,
            is_retired: class.is_retired,
            items: is_declared.then_some(view.items),
            number: class.number,
            version: view.version,
        }
    }
}

/// What owners said of a class from one change to the next.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClassVersionView {
    number: u32,
    changed_at: String,
    changed_by: String,
    reason: String,
    label: String,
    meaning: String,
    attributes: Vec<AttributeView>,
    identified_by: Vec<String>,
    rules: Vec<RuleView>,
    is_retired: bool,
}

impl From<ClassVersion> for ClassVersionView {
    fn from(version: ClassVersion) -> Self {
        let definition = version.definition;
        Self {
            number: definition.number,
            changed_at: at(definition.changed_at),
            reason: version.reason,
            attributes: definition.attributes.iter().map(|attribute| AttributeView::of(attribute, false)).collect(),
            rules: definition.rules.iter().map(RuleView::from).collect(),
            changed_by: definition.changed_by,
            label: definition.label,
            meaning: definition.meaning,
            identified_by: definition.identified_by,
            is_retired: definition.is_retired,
        }
    }
}
