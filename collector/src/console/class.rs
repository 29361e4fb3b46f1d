//! `/classes`: which classes there are, one with its attributes, schema and items, and the forms of those who define them.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::class::{self, Attribute, AttributeDefinition, Class, Need, Origin};
use muster_model::right::Action;
use muster_shared::attribute::Kind;
use muster_shared::{Attributes, Time};
use serde_json::Value;

use super::answer::{self, see_other};
use super::attribute;
use super::form::{self, Attempt, Field, Form};
use super::list;
use super::list::Pager;
use super::locale::Locale;
use super::relation::class_name;
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::ServiceError;
use crate::service::class::{ClassDraft, ClassView};

/// A class in the list.
#[derive(Clone, Debug)]
pub(super) struct ClassRow {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) origin: &'static str,
    pub(super) attributes: usize,
    pub(super) items: Option<usize>,
    pub(super) meaning: String,
    pub(super) is_retired: bool,
}

/// An attribute of a class.
#[derive(Clone, Debug)]
pub(super) struct AttributeRow {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) kind: &'static str,
    pub(super) need: &'static str,
    /// What values must be besides.
    pub(super) rules: String,
    pub(super) meaning: String,
    pub(super) is_shipped: bool,
}

/// An item of a class.
#[derive(Clone, Debug)]
pub(super) struct ItemRow {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) owner: Option<String>,
    pub(super) lifecycle: &'static str,
    pub(super) criticality: &'static str,
    pub(super) since: Time,
}

/// A version of a class.
#[derive(Clone, Debug)]
pub(super) struct VersionRow {
    pub(super) number: u32,
    pub(super) by: String,
    pub(super) at: Time,
    pub(super) reason: String,
    pub(super) attributes: usize,
}

#[derive(Template)]
#[template(path = "classes.html")]
pub(super) struct ClassesPage {
    pub(super) page: Shell,
    pub(super) rows: Vec<ClassRow>,
    pub(super) add: Option<Form>,
    pub(super) may_declare: bool,
}

#[derive(Template)]
#[template(path = "class.html")]
pub(super) struct ClassPage {
    pub(super) page: Shell,
    pub(super) class: ClassRow,
    pub(super) attributes: Vec<AttributeRow>,
    pub(super) rules: Vec<(String, String)>,
    pub(super) schema: String,
    pub(super) items: Vec<ItemRow>,
    pub(super) versions: Vec<VersionRow>,
    pub(super) pager: Pager,
    pub(super) add: Option<Form>,
    pub(super) retire: Option<Form>,
    pub(super) may_declare: bool,
}

/// A schema without its English words.
fn silence(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    // A property may have this name; a description is a text.
    if members.get("description").is_some_and(Value::is_string) {
        members.remove("description");
    }
    members.values_mut().for_each(silence);
}

/// What is shipped is described in English only; what owners wrote is shown as it stands.
fn meaning(locale: Locale, text: &str, is_shipped: bool) -> String {
    if is_shipped && locale != Locale::English { String::new() } else { text.to_owned() }
}

impl ClassRow {
    fn of(view: &ClassView, locale: Locale) -> Self {
        let class = &view.class;
        Self {
            name: class.name.clone(),
            label: class_name(locale, &class.name, &class.label),
            origin: class.origin.as_str(),
            attributes: class.attributes.len(),
            items: class.is_declared().then_some(view.items),
            meaning: meaning(locale, &class.meaning, class.origin != Origin::Owner),
            is_retired: class.is_retired,
        }
    }
}

impl AttributeRow {
    fn of(found: &Attribute, locale: Locale) -> Self {
        let definition = &found.definition;
        let bound = |sign: &str, bound: Option<f64>| bound.map(|bound| format!("{sign} {bound}"));
        let rules = [
            Some(definition.choices.join(", ")).filter(|choices| !choices.is_empty()),
            bound("≥", definition.minimum),
            bound("≤", definition.maximum),
            definition.pattern.clone(),
            definition.unit.clone(),
        ];
        Self {
            label: attribute::label(locale, &definition.name),
            name: definition.name.clone(),
            kind: definition.kind.as_str(),
            need: definition.need.as_str(),
            rules: rules.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            meaning: meaning(locale, &definition.meaning, found.is_shipped),
            is_shipped: found.is_shipped,
        }
    }
}

async fn all(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let classes = visitor.service().list_classes(&visitor.call).await?;
    let mut rows: Vec<ClassRow> = classes.iter().map(|view| ClassRow::of(view, locale)).collect();
    // Those of people first: the sections are many and always the same.
    rows.sort_by_key(|row| row.items.is_none());
    let add = || {
        Form::new(visitor, "add", "/classes".to_owned(), locale.t("class-add"))
            .field(Field::text(locale, "name").required().hint(locale.t("hint-class-name")))
            .field(Field::text(locale, "label").required())
            .field(Field::text(locale, "meaning"))
            .field(Field::text(locale, "reason"))
            .after(attempt)
    };
    let page = ClassesPage {
        page: Shell::at(visitor, "/classes", &locale.t("classes-title")).await,
        rows,
        add: visitor.may(Action::ClassManage).then(add),
        may_declare: visitor.may_all(Action::ItemManage),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /classes`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, None).await;
    visitor.answer(outcome)
}

/// `POST /classes`.
pub(super) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = async {
        let name = fields.text("name").trim().to_owned();
        let text = |name: &str| fields.text(name).trim().to_owned();
        let draft = ClassDraft {
            label: text("label"),
            meaning: text("meaning"),
            reason: text("reason"),
            ..ClassDraft::default()
        };
        match visitor.service().create_class(&visitor.call, &name, draft).await {
            Ok(_) => Ok(see_other(&format!("/classes/{name}?done=saved"))),
            Err(error) => {
                let attempt = Attempt::new("add", fields.clone(), error, visitor.locale)?;
                all(&visitor, Some(&attempt)).await
            }
        }
    };
    let outcome = outcome.await;
    visitor.answer(outcome)
}

fn attribute_form(visitor: &Visitor, name: &str, version: u64, attempt: Option<&Attempt>) -> Form {
    let locale = visitor.locale;
    let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Any).map(|kind| kind.as_str());
    let needs = Need::ALL.iter().map(|need| need.as_str());
    Form::new(visitor, "attribute", format!("/classes/{name}"), locale.t("attribute-add"))
        .version(version)
        .field(Field::text(locale, "name").required().hint(locale.t("hint-class-name")))
        .field(Field::select(locale, "kind", form::choices(locale, "value-kind", kinds, "text")))
        .field(Field::select(locale, "need", form::choices(locale, "need", needs, "optional")))
        .field(Field::text(locale, "choices").hint(locale.t("hint-choices")))
        .field(Field::text(locale, "minimum"))
        .field(Field::text(locale, "maximum"))
        .field(Field::text(locale, "pattern").hint(locale.t("hint-pattern")))
        .field(Field::text(locale, "unit"))
        .field(Field::text(locale, "meaning"))
        .field(Field::text(locale, "default").hint(locale.t("hint-default")))
        .field(Field::text(locale, "reason"))
        .after(attempt)
}

async fn one(visitor: &Visitor, name: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let view = service.get_class(call, name).await?;
    let found = &view.class;
    let items = service.list_declared(call, name, &list::window(visitor)).await?;
    let versions = service.class_versions(call, name).await?;
    let row = ClassRow::of(&view, locale);
    let may = visitor.may(Action::ClassManage);
    let retire = || {
        Form::new(visitor, "retire", format!("/classes/{name}/retire"), locale.t("class-retire"))
            .tone("danger")
            .version(view.version)
            .after(attempt)
    };
    let can_retire = may && found.origin == Origin::Owner && !found.is_retired;
    let mut schema = class::json_schema(found);
    if found.origin != Origin::Owner && locale != Locale::English {
        silence(&mut schema);
    }
    let schema = serde_json::to_string_pretty(&schema).unwrap_or_default();
    let page = ClassPage {
        attributes: found.attributes.iter().map(|attribute| AttributeRow::of(attribute, locale)).collect(),
        rules: found
            .rules
            .iter()
            .map(|rule| (locale.name("relation", rule.relation.as_str()), rule.query.clone()))
            .collect(),
        schema,
        items: items
            .items
            .iter()
            .map(|stored| ItemRow {
                id: stored.value.id.to_string(),
                name: stored.value.name.clone(),
                owner: stored.value.owner.clone(),
                lifecycle: stored.value.lifecycle.as_str(),
                criticality: stored.value.criticality.as_str(),
                since: stored.value.updated_at,
            })
            .collect(),
        versions: versions
            .into_iter()
            .map(|version| VersionRow {
                number: version.definition.number,
                attributes: version.definition.attributes.len(),
                by: version.definition.changed_by,
                at: version.definition.changed_at,
                reason: version.reason,
            })
            .collect(),
        pager: Pager::new(visitor, &format!("/classes/{name}"), items.next_cursor),
        add: may.then(|| attribute_form(visitor, name, view.version, attempt)),
        retire: can_retire.then(retire),
        may_declare: visitor.may_all(Action::ItemManage) && found.is_declared() && !found.is_retired,
        page: Shell::at(visitor, "/classes", &row.label).await,
        class: row,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /classes/{name}`.
pub(super) async fn show(visitor: Visitor, Path(name): Path<String>) -> Response {
    let outcome = one(&visitor, &name, None).await;
    visitor.answer(outcome)
}

/// What the form says of a new attribute.
fn definition(fields: &Fields) -> AttributeDefinition {
    let kind = Kind::ALL.iter().copied().find(|kind| kind.as_str() == fields.text("kind")).unwrap_or(Kind::Text);
    let need = Need::ALL.iter().copied().find(|need| need.as_str() == fields.text("need")).unwrap_or_default();
    let choices = fields.text("choices").split(',').map(str::trim).filter(|choice| !choice.is_empty());
    AttributeDefinition {
        need,
        choices: choices.map(str::to_owned).collect(),
        minimum: fields.number("minimum"),
        maximum: fields.number("maximum"),
        pattern: fields.filled("pattern").map(str::to_owned),
        unit: fields.filled("unit").map(str::to_owned),
        meaning: fields.text("meaning").trim().to_owned(),
        ..AttributeDefinition::plain(fields.text("name").trim(), kind)
    }
}

/// The class as owners defined it, with one more attribute.
fn draft(class: &Class, added: AttributeDefinition, fields: &Fields) -> ClassDraft {
    let is_own = class.origin == Origin::Owner;
    let own = class.attributes.iter().filter(|attribute| !attribute.is_shipped);
    let mut defaults = Attributes::new();
    if let Some(text) = fields.filled("default") {
        defaults.insert(added.name.clone(), super::declared::value_of(added.kind, text));
    }
    let kept = |text: &String| if is_own { text.clone() } else { String::new() };
    ClassDraft {
        label: kept(&class.label),
        meaning: kept(&class.meaning),
        attributes: own.map(|attribute| attribute.definition.clone()).chain([added]).collect(),
        identified_by: if is_own { class.identified_by.clone() } else { Vec::new() },
        rules: if is_own { class.rules.clone() } else { Vec::new() },
        defaults,
        reason: fields.text("reason").trim().to_owned(),
    }
}

async fn change(visitor: &Visitor, name: &str, form: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    if form == "retire" {
        return service.retire_class(call, name, fields.version()).await.map(drop);
    }
    let class = service.get_class(call, name).await?.class;
    let draft = draft(&class, definition(fields), fields);
    let last = draft.attributes.len().saturating_sub(1);
    let outcome = service.update_class(call, name, draft, fields.version()).await.map(drop);
    outcome.map_err(|error| match error {
        ServiceError::Invalid(mut errors) => {
            // The form has one attribute: the last of the list.
            let prefix = format!("/attributes/{last}");
            for error in &mut errors {
                if let Some(rest) = error.pointer.strip_prefix(&prefix) {
                    error.pointer = rest.to_owned();
                }
            }
            ServiceError::Invalid(errors)
        }
        other => other,
    })
}

async fn submit(visitor: &Visitor, name: &str, form: &str, fields: Fields) -> Result<Response, ServiceError> {
    match change(visitor, name, form, &fields).await {
        Ok(()) => Ok(see_other(&format!("/classes/{name}?done=saved"))),
        Err(error) => {
            let attempt = Attempt::new(form, fields, error, visitor.locale)?;
            one(visitor, name, Some(&attempt)).await
        }
    }
}

/// `POST /classes/{name}`: one more attribute.
pub(super) async fn add_attribute(Path(name): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = submit(&visitor, &name, "attribute", fields).await;
    visitor.answer(outcome)
}

/// `POST /classes/{name}/retire`.
pub(super) async fn retire(Path(name): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = submit(&visitor, &name, "retire", fields).await;
    visitor.answer(outcome)
}
