//! `/classes`: which classes there are, one with its attributes, schema and items, and the forms of those who define them.

mod attribute;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::class::{self, Attribute, Origin};
use muster_model::right::Action;
use muster_shared::Time;
use serde_json::Value;

use super::answer::{self, see_other};
use super::attribute as word;
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
    /// The attribute that the form changes; without it, it adds one.
    pub(super) chosen: Option<String>,
    pub(super) form: Option<Form>,
    pub(super) remove: Option<Form>,
    pub(super) may_define: bool,
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
            label: word::label(locale, &definition.name),
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

/// The page of a class; with an attribute of its own that is chosen, the form to change that.
async fn one(
    visitor: &Visitor,
    name: &str,
    chosen: Option<&str>,
    attempt: Option<&Attempt>,
) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let view = service.get_class(call, name).await?;
    let found = &view.class;
    let chosen = chosen.filter(|of| attribute::own(found, of).is_some());
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
        chosen: chosen.map(str::to_owned),
        form: may.then(|| attribute::form(visitor, (found, view.version), chosen, attempt)),
        remove: chosen.filter(|_| may).map(|of| attribute::remove_form(visitor, (name, view.version), of, attempt)),
        may_define: may,
        retire: can_retire.then(retire),
        may_declare: visitor.may_all(Action::ItemManage) && found.is_declared() && !found.is_retired,
        page: Shell::at(visitor, "/classes", &row.label).await,
        class: row,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /classes/{name}`.
pub(super) async fn show(visitor: Visitor, Path(name): Path<String>) -> Response {
    let chosen = visitor.parameter("attribute");
    let outcome = one(&visitor, &name, chosen.as_deref(), None).await;
    visitor.answer(outcome)
}

/// What a form does to a class.
#[derive(Clone, Copy)]
enum Act<'a> {
    Add,
    Change(&'a str),
    Remove(&'a str),
    Retire,
}

async fn submit(visitor: &Visitor, name: &str, act: Act<'_>, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let (form, chosen, outcome) = match act {
        Act::Add => ("attribute", None, attribute::save(visitor, name, None, &fields).await),
        Act::Change(of) => ("attribute", Some(of), attribute::save(visitor, name, Some(of), &fields).await),
        Act::Remove(of) => ("remove", Some(of), attribute::remove(visitor, name, of, &fields).await),
        Act::Retire => ("retire", None, service.retire_class(call, name, fields.version()).await.map(drop)),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/classes/{name}?done=saved"))),
        Err(error) => {
            let attempt = Attempt::new(form, fields, error, visitor.locale)?;
            one(visitor, name, chosen, Some(&attempt)).await
        }
    }
}

/// `POST /classes/{name}`: one more attribute.
pub(super) async fn add_attribute(Path(name): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = submit(&visitor, &name, Act::Add, fields).await;
    visitor.answer(outcome)
}

/// `POST /classes/{name}/attributes/{attribute}`: another definition of it.
pub(super) async fn change_attribute(
    Path((name, of)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = submit(&visitor, &name, Act::Change(&of), fields).await;
    visitor.answer(outcome)
}

/// `POST /classes/{name}/attributes/{attribute}/remove`.
pub(super) async fn remove_attribute(
    Path((name, of)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = submit(&visitor, &name, Act::Remove(&of), fields).await;
    visitor.answer(outcome)
}

/// `POST /classes/{name}/retire`.
pub(super) async fn retire(Path(name): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = submit(&visitor, &name, Act::Retire, fields).await;
    visitor.answer(outcome)
}
