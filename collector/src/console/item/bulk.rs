//! `/items/bulk`: many declared items at once. First which ones and what is to change, then what that makes of each, then what
//! became of it.

use axum::http::StatusCode;
use axum::response::Response;
use muster_model::class::Class;
use muster_model::declared::{Edit, Status};
use muster_model::host::{Criticality, Lifecycle};
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_shared::id::NodeId;
use serde_json::Value;

use crate::console::attribute;
use crate::console::declared::entry::{self, in_form};
use crate::console::form::{self, Attempt, Choice, Field, Form};
use crate::console::host::bulk::{BulkPage, BulkRow};
use crate::console::host::edit::choice;
use crate::console::locale::Locale;
use crate::console::relation::class_name;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::{Visitor, form_pairs};
use crate::console::{answer, list, markup, value};
use crate::service::declared::bulk::{ChangedItem, FieldChange, MOST, PlannedItem};
use crate::service::{ServiceError, invalid};

/// How many would change, and did.
const COUNTS: (&str, &str) = ("n-items-would-change", "n-items-changed");
/// What stands for taking a value away.
const NOTHING: &str = "-";

/// The class that a question is about, if it is one.
async fn class_of(visitor: &Visitor, query: &Query) -> Result<Option<Class>, ServiceError> {
    let Some(name) = query.requires("class") else { return Ok(None) };
    Ok(Some(visitor.service().get_class(&visitor.call, name).await?.class).filter(Class::is_declared))
}

async fn asked(visitor: &Visitor, q: &str) -> Result<Query, ServiceError> {
    Ok(Query::parse(q, &visitor.service().registry().await?.item_fields())?)
}

/// What the form says: an empty field stays as it is, a dash takes the value away.
fn edit_of(class: Option<&Class>, fields: &Fields) -> Result<Edit, ServiceError> {
    let owner = fields.filled("owner").map(|text| Some(text.to_owned()).filter(|text| text != NOTHING));
    let status = match fields.filled("status") {
        Some(NOTHING) => Some(None),
        _ => choice(fields, "status", Status::ALL, Status::as_str)?.map(Some),
    };
    let mut edit = Edit {
        owner,
        status,
        criticality: choice(fields, "criticality", Criticality::ALL, Criticality::as_str)?,
        lifecycle: choice(fields, "lifecycle", Lifecycle::BY_PEOPLE, Lifecycle::as_str)?,
        ..Edit::default()
    };
    for definition in class.iter().flat_map(|class| class.declarable()) {
        let value = match fields.filled(&entry::field_name(&definition.name)) {
            None => continue,
            Some(NOTHING) => Value::Null,
            Some(text) => entry::value_of(definition.kind, text),
        };
        edit.attributes.insert(definition.name.clone(), value);
    }
    if edit == Edit::default() { Err(invalid("/owner", Phrase::new("bulk_nothing"))) } else { Ok(edit) }
}

fn shell(locale: Locale) -> (&'static str, String, String) {
    ("/items", locale.t("items-title"), locale.t("col-name"))
}

async fn page(visitor: &Visitor, step: &'static str) -> BulkPage {
    let locale = visitor.locale;
    BulkPage {
        page: Shell::at(visitor, "/items", &locale.t("bulk-items-title")).await,
        list: shell(locale),
        step,
        choose: None,
        rows: Vec::new(),
        kept: Vec::new(),
        changing: 0,
        counts: COUNTS,
        is_cut: false,
        error: None,
    }
}

fn fields_of(locale: Locale, class: Option<&Class>) -> Vec<Field> {
    let stays = |mut choices: Vec<Choice>| {
        choices.insert(0, form::nothing(locale.t("bulk-stays"), true));
        choices
    };
    let closed = |set: &'static str, field: &'static str, names: Vec<&'static str>| {
        Field::select(locale, field, stays(form::choices(locale, set, names, "")))
    };
    let mut statuses = stays(form::choices(locale, "item-status", Status::ALL.iter().map(|s| s.as_str()), ""));
    statuses.push(Choice { value: NOTHING.to_owned(), label: locale.t("not-known"), is_chosen: false });
    let mut fields = vec![
        Field::group(locale, "owner").hint(locale.t("hint-bulk")),
        closed("criticality", "criticality", Criticality::ALL.iter().map(|c| c.as_str()).collect()),
        closed("lifecycle", "lifecycle", Lifecycle::BY_PEOPLE.iter().map(|l| l.as_str()).collect()),
        Field::select(locale, "status", statuses),
    ];
    let own = class.iter().flat_map(|class| class.declarable());
    fields.extend(own.map(|definition| entry::bulk_field(locale, definition)));
    fields
}

async fn choose(visitor: &Visitor, q: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::ItemManage, Resource::All)?;
    let locale = visitor.locale;
    let mut found = page(visitor, "choose").await;
    match asked(visitor, q).await {
        Ok(query) => {
            let class = class_of(visitor, &query).await?;
            let (items, is_cut) = visitor.service().declared_meant(&visitor.call, &query).await?;
            let item = |item: &muster_model::declared::Declared| Choice {
                value: item.id.to_string(),
                label: format!("{} ({})", item.name, class_name(locale, &item.class, &item.class)),
                is_chosen: true,
            };
            found.is_cut = is_cut;
            let action = format!("/items/bulk?q={}", markup::url(q));
            let mut form = Form::new(visitor, "bulk", action, locale.t("bulk-items-title"));
            form.fields = fields_of(locale, class.as_ref());
            let form = form
                .tone("primary")
                .submit(locale.t("bulk-preview"))
                .field(Field::text(locale, "reason"))
                .field(Field::checks(locale, "items", items.iter().map(item).collect()))
                .after(attempt);
            found.choose = (!items.is_empty()).then_some(form);
        }
        Err(wrong) => found.error = Some(list::query_error(wrong, locale)?),
    }
    let status = if found.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { form::status(attempt) };
    Ok(answer::page(status, &found))
}

/// `GET /items/bulk?q=…`, or `?id=…&id=…` for those that were chosen in a list.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let chosen = form_pairs(&visitor.query).into_iter().filter(|(name, _)| name == "id").map(|(_, id)| id);
    let chosen = chosen.collect::<Vec<_>>().join(",");
    let asked = if chosen.is_empty() { String::new() } else { format!("id:{chosen}") };
    let q = visitor.parameter("q").unwrap_or(asked);
    let outcome = choose(&visitor, &q, None).await;
    visitor.answer(outcome)
}

/// A field of a change for people: what it is called, before, after.
fn told(locale: Locale, (at, before, after): FieldChange) -> (String, String, String) {
    let attribute_name = at.strip_prefix("/attributes/");
    let name = attribute_name.unwrap_or_else(|| at.trim_start_matches('/'));
    let text = |seen: &Value| match (attribute_name, seen) {
        (_, Value::Null) => locale.t("none-set"),
        (None, seen) if ["criticality", "lifecycle"].contains(&name) => {
            locale.name(name, seen.as_str().unwrap_or_default())
        }
        (None, seen) if name == "status" => locale.name("item-status", seen.as_str().unwrap_or_default()),
        (_, seen) => value::middle(&attribute::text(locale, name, seen), 60),
    };
    let label = if attribute_name.is_some() { attribute::label(locale, name) } else { locale.name("field", name) };
    (label, text(&before), text(&after))
}

fn planned(locale: Locale, plan: PlannedItem) -> BulkRow {
    let (changes, outcome) = match plan.outcome {
        Ok(changes) => (changes.into_iter().map(|change| told(locale, change)).collect(), None),
        Err(error) => (Vec::new(), Some((answer::sentence(&error.text(), locale), true))),
    };
    BulkRow { id: plan.node.to_string(), name: plan.name, version: plan.version, changes, outcome }
}

fn changed(locale: Locale, one: ChangedItem) -> BulkRow {
    let outcome = match one.outcome {
        Ok(true) => (locale.t("bulk-changed"), false),
        Ok(false) => (locale.t("bulk-same"), false),
        Err(error) => (answer::sentence(&error.text(), locale), true),
    };
    BulkRow { id: one.node.to_string(), name: one.name, version: 0, changes: Vec::new(), outcome: Some(outcome) }
}

async fn preview(visitor: &Visitor, class: Option<&Class>, fields: &Fields) -> Result<Response, ServiceError> {
    let edit = edit_of(class, fields)?;
    let nodes: Vec<NodeId> = fields.all("items").filter_map(|id| id.parse().ok()).take(MOST).collect();
    let all = visitor.service().plan_items(&visitor.call, &nodes, &edit).await?;
    let mut found = page(visitor, "preview").await;
    found.rows = all.into_iter().map(|plan| planned(visitor.locale, plan)).collect();
    found.changing = found.rows.iter().filter(|row| !row.changes.is_empty()).count();
    let kept = fields
        .0
        .iter()
        .filter(|(name, text)| !["items", "csrf", "step", "change"].contains(&name.as_str()) && !text.is_empty());
    found.kept = kept.cloned().collect();
    found.kept.extend(class.map(|class| ("class".to_owned(), class.name.clone())));
    Ok(answer::page(StatusCode::OK, &found))
}

async fn apply(visitor: &Visitor, fields: &Fields) -> Result<Response, ServiceError> {
    let class = match fields.filled("class") {
        Some(name) => Some(visitor.service().get_class(&visitor.call, name).await?.class),
        None => None,
    };
    let edit = edit_of(class.as_ref(), fields)?;
    let chosen = fields.all("change").filter_map(|text| {
        let (id, version) = text.split_once('@')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    });
    let chosen: Vec<(NodeId, u64)> = chosen.take(MOST).collect();
    let all = visitor.service().change_items(&visitor.call, &chosen, &edit, fields.text("reason")).await?;
    let mut found = page(visitor, "receipt").await;
    found.changing = all.iter().filter(|one| matches!(one.outcome, Ok(true))).count();
    found.rows = all.into_iter().map(|one| changed(visitor.locale, one)).collect();
    Ok(answer::page(StatusCode::OK, &found))
}

async fn answered(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let q = visitor.parameter("q").unwrap_or_default();
    let outcome = match fields.text("step") {
        "apply" => apply(visitor, &fields).await,
        _ => match asked(visitor, &q).await {
            Ok(query) => preview(visitor, class_of(visitor, &query).await?.as_ref(), &fields).await,
            Err(error) => Err(error),
        },
    };
    match outcome {
        Ok(page) => Ok(page),
        Err(error) => {
            let attempt = Attempt::new("bulk", fields, in_form(error), visitor.locale)?;
            choose(visitor, &q, Some(&attempt)).await
        }
    }
}

/// `POST /items/bulk`.
pub(in crate::console) async fn submit(Submission { visitor, fields }: Submission) -> Response {
    let outcome = answered(&visitor, fields).await;
    visitor.answer(outcome)
}
