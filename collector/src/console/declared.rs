//! Items that people declare: `/items/new`, the page of one, its edit form made from the class, retiring, taking changes back.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use muster_model::Versioned;
use muster_model::class::Class;
use muster_model::declared::{Declared, DeclaredChange};
use muster_model::history::Moment;
use muster_model::reconcile::{Explained, Reason};
use muster_model::right::{Action, Resource};
use muster_shared::Time;
use muster_shared::id::{DeclaredId, NodeId};
use serde_json::Value;

use super::access::holder::{HolderRow, holders};
use super::answer::{self, see_other};
use super::attribute;
use super::form::{self, Attempt, Choice, Field, Form};
use super::incident::list::{TicketRow, rows_of};
use super::item::{AttributeRow, believed, others};
use super::list::Pager;
use super::locale::Locale;
use super::moment::MomentBar;
use super::pin::{self, Pins};
use super::relation::{self, Relations, class_name, parse};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::value;
use super::visitor::Visitor;
use super::watch::{self, Watch};
use crate::http::rest::export::bill_of_service;
use crate::service::declared::NewItem;
use crate::service::impact::SERVICES;
use crate::service::{ServiceError, Window};

pub(super) mod entry;

use self::entry::{edit_of, fields_of, in_form};
pub(super) use self::entry::{field_name, value_of};

/// Changes that the page shows.
const SHOWN: usize = 20;

/// A field of a change: its name, before, after.
#[derive(Clone, Debug)]
pub(super) struct DeltaRow {
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

/// A change of what is declared.
#[derive(Clone, Debug)]
pub(super) struct DeclaredLine {
    pub(super) seq: u64,
    pub(super) at: Time,
    pub(super) by: String,
    pub(super) reason: String,
    pub(super) undoes: Option<u64>,
    pub(super) deltas: Vec<DeltaRow>,
}

#[derive(Template)]
#[template(path = "declared.html")]
pub(super) struct DeclaredPage {
    pub(super) page: Shell,
    pub(super) id: String,
    pub(super) class: String,
    pub(super) class_label: String,
    pub(super) lifecycle: &'static str,
    pub(super) is_present: bool,
    pub(super) facts: Vec<(String, String)>,
    pub(super) attributes: Vec<AttributeRow>,
    /// What sources say of its fields.
    pub(super) said: Vec<AttributeRow>,
    pub(super) has_sources: bool,
    pub(super) pins: Pins,
    pub(super) watch: Option<Watch>,
    pub(super) members: Vec<(String, String)>,
    pub(super) since: Time,
    pub(super) created_at: Time,
    pub(super) relations: Relations,
    pub(super) tickets: Vec<TicketRow>,
    /// Who has access.
    pub(super) holders: Vec<HolderRow>,
    pub(super) changes: Vec<DeclaredLine>,
    pub(super) pager: Pager,
    pub(super) edit: Option<Form>,
    pub(super) retire: Option<Form>,
    pub(super) may_undo: bool,
    pub(super) undo_message: Option<String>,
    pub(super) moment: MomentBar,
    /// The bill of materials of a service.
    pub(super) bill: Option<String>,
}

#[derive(Template)]
#[template(path = "item_new.html")]
pub(super) struct NewItemPage {
    pub(super) page: Shell,
    pub(super) classes: Vec<Choice>,
    pub(super) form: Option<Form>,
}

fn line(change: DeclaredChange, locale: Locale) -> DeclaredLine {
    let text = |name: &str, value: Option<&Value>| -> Option<String> {
        let value = value.filter(|value| !value.is_null())?;
        Some(value::middle(&value::or_none(attribute::text(locale, name, value)), 60))
    };
    let delta = |at: &String| {
        let name = at.trim_start_matches("/attributes/").trim_start_matches('/');
        let label =
            if at.starts_with("/attributes/") { attribute::label(locale, name) } else { locale.name("field", name) };
        DeltaRow { name: label, before: text(name, change.before.get(at)), after: text(name, change.after.get(at)) }
    };
    let deltas = change.after.keys().filter(|at| *at != "/identity").map(delta).collect();
    let DeclaredChange { seq, at, by, reason, undoes, .. } = change;
    DeclaredLine { seq, at, by, reason, undoes, deltas }
}

/// Where the bill of materials of a service is, as of the moment that the page shows.
fn bill_of(id: &str, moment: Moment) -> String {
    moment.as_of.map_or_else(|| format!("/items/{id}/sbom"), |at| format!("/items/{id}/sbom?as_of={at}"))
}

/// What is said of the attributes of an item, and of its fields where sources differ.
fn said_of(
    item: &Declared,
    values: &BTreeMap<String, Explained>,
    locale: Locale,
) -> (Vec<AttributeRow>, Vec<AttributeRow>) {
    let said = |label: String, name: &str, seen: String| AttributeRow {
        name: label,
        seen,
        authorised: None,
        believed: values.get(name).and_then(|explained| believed(explained, locale)),
        others: values.get(name).map(|explained| others(name, explained, locale)).unwrap_or_default(),
    };
    let attributes = item
        .attributes
        .iter()
        .map(|(name, value)| said(attribute::label(locale, name), name, attribute::text(locale, name, value)));
    let attributes: Vec<AttributeRow> = attributes.collect();
    let contested = values.iter().filter(|(name, known)| known.said.len() > 1 && !item.attributes.contains_key(*name));
    let counts = |known: &Explained| known.said.first().map(|said| said.value.clone()).unwrap_or_default();
    let others_said = contested
        .map(|(name, known)| said(locale.name("field", name), name, attribute::text(locale, name, &counts(known))));
    (attributes, others_said.collect())
}

/// The page of a declared item, now or at a moment.
async fn page(visitor: &Visitor, id: DeclaredId, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let node = NodeId::Declared(id);
    let moment = visitor.moment()?;
    let Versioned { value: item, version } = service.get_declaration(call, node, moment).await?;
    let visitor = &visitor.before_node(node).await?;
    let class = service.get_class(call, &item.class).await?.class;
    let window = Window { limit: SHOWN, cursor: visitor.parameter("cursor") };
    let history = service.declared_history(call, node, moment, &window).await?;
    let text = id.to_string();
    // What was worked on then is not kept, and what is past cannot be changed.
    let tickets = if moment.is_now() { service.tickets_of_item(call, &text).await? } else { Vec::new() };
    let may = visitor.may(Action::ItemManage) && moment.is_now();
    let edit = || {
        let mut edit = Form::new(visitor, "edit", format!("/items/{id}"), locale.t("item-edit"));
        edit.fields = fields_of(locale, &class, &item);
        edit.submit(locale.t("save")).tone("primary").version(version).after(attempt)
    };
    let retire = || {
        Form::new(visitor, "retire", format!("/items/{id}/retire"), locale.t("item-retire"))
            .tone("danger")
            .version(version)
            .field(Field::text(locale, "reason"))
            .after(attempt)
    };
    let fact = |name: &str, value: String| (locale.name("field", name), value);
    let mut facts = vec![
        fact("owner", item.owner.clone().unwrap_or_else(|| locale.t("nobody"))),
        fact("criticality", locale.name("criticality", item.criticality.as_str())),
    ];
    facts.extend(item.status.map(|status| fact("status", locale.name("item-status", status.as_str()))));
    let tags = item.tags.iter().cloned().collect::<Vec<_>>().join(", ");
    facts.extend(Some(fact("tags", tags)).filter(|_| !item.tags.is_empty()));
    let groups =
        item.redundancy.iter().map(|(group, needed)| format!("{group}: {needed}")).collect::<Vec<_>>().join(", ");
    facts.extend(Some(fact("redundancy", groups)).filter(|_| !item.redundancy.is_empty()));
    let values = if moment.is_now() { service.explain_declared(&item).await? } else { [].into() };
    let (attributes, said) = said_of(&item, &values, locale);
    let members = item.members.iter().map(|members| (members.query.clone(), members.group.clone().unwrap_or_default()));
    let page = DeclaredPage {
        class_label: class_name(locale, &class.name, &class.label),
        class: class.name.clone(),
        lifecycle: item.lifecycle.as_str(),
        is_present: item.is_present(),
        facts,
        has_sources: values.values().any(|known| known.said.len() > 1 || known.reason == Reason::Pinned),
        attributes,
        said,
        pins: if moment.is_now() { pin::of_declared(visitor, id, &class, attempt).await? } else { Pins::default() },
        members: members.collect(),
        since: item.updated_at,
        created_at: item.created_at,
        watch: watch::of_node(visitor, node, moment).await?,
        relations: relation::of_node(visitor, node, moment, attempt).await?,
        tickets: rows_of(visitor, &tickets).await?,
        holders: if moment.is_now() { holders(visitor, node).await? } else { Vec::new() },
        changes: history.items.into_iter().map(|stored| line(stored.value, locale)).collect(),
        pager: Pager::new(visitor, &format!("/items/{id}"), history.next_cursor),
        edit: may.then(edit),
        retire: (may && item.is_present()).then(retire),
        may_undo: may,
        undo_message: attempt.filter(|attempt| attempt.form == "undo").map(|attempt| attempt.message.clone()),
        page: Shell::at(visitor, "/classes", &item.name).await,
        bill: SERVICES.contains(&item.class.as_str()).then(|| bill_of(&text, moment)),
        moment: MomentBar::new(format!("/items/{text}"), moment),
        id: text,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// The page of any node, with a form that was sent and not taken.
pub(super) async fn page_of(
    visitor: &Visitor,
    node: NodeId,
    attempt: Option<&Attempt>,
) -> Result<Response, ServiceError> {
    match node {
        NodeId::Declared(id) => page(visitor, id, attempt).await,
        NodeId::Host(id) => super::host::detail::page(visitor, &id.to_string(), attempt).await,
        NodeId::Item(id) => super::item::page(visitor, id, attempt).await,
        NodeId::Address(_) => Err(ServiceError::NotFound { kind: "item", id: node.to_string() }),
    }
}

/// `GET /items/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = async { page_of(&visitor, parse(&id)?, None).await };
    let outcome = outcome.await;
    visitor.answer(outcome)
}

/// `GET /items/{id}/sbom`: the software of all hosts on which a service depends, as a file.
pub(super) async fn bill(visitor: Visitor, Path(id): Path<String>) -> Response {
    let bill = async { bill_of_service(&visitor.app, &visitor.call, &id, visitor.moment()?).await };
    bill.await.into_response()
}

/// The id of a declared item in a path.
fn declared(text: &str) -> Result<DeclaredId, ServiceError> {
    parse(text)?.declared().ok_or_else(|| ServiceError::NotFound { kind: "item", id: text.chars().take(80).collect() })
}

async fn change(visitor: &Visitor, id: DeclaredId, form: &str, fields: &Fields) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let reason = fields.text("reason");
    match form {
        "retire" => service.retire_declared(call, id, reason, fields.version()).await.map(drop),
        "undo" => {
            let seq = fields.number("change").unwrap_or_default();
            service.undo_declared(call, NodeId::Declared(id), seq, reason, None).await.map(drop)
        }
        _ => {
            let item = service.get_declared(call, id).await?.value;
            let class = service.get_class(call, &item.class).await?.class;
            let edit = edit_of(&class, fields)?;
            super::pin::check(visitor, NodeId::Declared(id), fields).await?;
            service.edit_declared(call, NodeId::Declared(id), edit, reason, fields.version()).await.map(drop)
        }
    }
}

async fn submit(visitor: &Visitor, id: &str, form: &str, fields: Fields) -> Result<Response, ServiceError> {
    let id = declared(id)?;
    match change(visitor, id, form, &fields).await {
        Ok(()) => Ok(see_other(&format!("/items/{id}?done=saved"))),
        Err(error) => {
            let attempt = Attempt::new(form, fields, in_form(error), visitor.locale)?;
            page(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /items/{id}`.
pub(super) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = submit(&visitor, &id, "edit", fields).await;
    visitor.answer(outcome)
}

/// `POST /items/{id}/retire`.
pub(super) async fn retire(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = submit(&visitor, &id, "retire", fields).await;
    visitor.answer(outcome)
}

/// `POST /items/{id}/undo`.
pub(super) async fn undo(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = submit(&visitor, &id, "undo", fields).await;
    visitor.answer(outcome)
}

/// The form of a new item: first its class, then what the class has.
async fn new_page(visitor: &Visitor, class: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    visitor.call.authorize(Action::ItemManage, Resource::All)?;
    let all = visitor.service().list_classes(&visitor.call).await?;
    let all = all.into_iter().map(|view| view.class).filter(|class| class.is_declared() && !class.is_retired);
    let all: Vec<Class> = all.collect();
    let choices = all.iter().map(|known| Choice {
        value: known.name.clone(),
        label: class_name(locale, &known.name, &known.label),
        is_chosen: known.name == class,
    });
    let form = all.iter().find(|known| known.name == class).map(|class| {
        let empty = Declared::empty(NodeId::Declared(DeclaredId::new(visitor.now())), &class.name, visitor.now());
        let mut form = Form::new(visitor, "new", format!("/items/new?class={}", class.name), locale.t("item-new"));
        form.fields = fields_of(locale, class, &empty);
        form.tone("primary").submit(locale.t("item-declare")).after(attempt)
    });
    let page = NewItemPage {
        classes: choices.collect(),
        form,
        page: Shell::at(visitor, "/classes", &locale.t("item-new")).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /items/new`.
pub(super) async fn show_new(visitor: Visitor) -> Response {
    let class = visitor.parameter("class").unwrap_or_default();
    let outcome = new_page(&visitor, &class, None).await;
    visitor.answer(outcome)
}

async fn create(visitor: &Visitor, class: &str, fields: Fields) -> Result<Response, ServiceError> {
    let made = async {
        let known = visitor.service().get_class(&visitor.call, class).await?.class;
        let edit = edit_of(&known, &fields)?;
        let reason = fields.text("reason").to_owned();
        let new = NewItem { class: class.to_owned(), edit, reason };
        visitor.service().create_declared(&visitor.call, new, None).await
    };
    match made.await {
        Ok(item) => Ok(see_other(&format!("/items/{}?done=saved", item.value.id))),
        Err(error) => {
            let attempt = Attempt::new("new", fields, in_form(error), visitor.locale)?;
            new_page(visitor, class, Some(&attempt)).await
        }
    }
}

/// `POST /items/new`.
pub(super) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let class = visitor.parameter("class").unwrap_or_default();
    let outcome = create(&visitor, &class, fields).await;
    visitor.answer(outcome)
}
