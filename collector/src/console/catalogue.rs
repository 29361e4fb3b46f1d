//! `/catalogue`: what can be asked for, and asking for it by a form that is drawn from the item's schema.

pub(super) mod edit;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::catalogue::{CatalogueItem, DateFormat, FieldType, FormField, FormSchema};
use muster_model::right::Action;
use muster_model::ticket::Channel;
use serde_json::{Map, Value, json};

use edit::price;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form, Kind};
use super::list::Pager;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::ticket::address;
use super::visitor::Visitor;
use crate::service::catalogue::Order;
use crate::service::{ServiceError, Wrong};

/// What the names of answers begin with, so that none is a name of the page's own fields.
const PREFIX: &str = "answer_";

async fn all(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let items = visitor.service().list_catalogue(&visitor.call).await?;
    let row = |stored: &Versioned<CatalogueItem>| {
        let offer = &stored.value.offer;
        Row {
            cells: vec![
                Cell::text(&offer.name).look("main").link(format!("/catalogue/{}", stored.value.id)),
                Cell::text(&offer.description),
                Cell::text(&offer.category),
                Cell::text(locale.name("item-state", offer.state.as_str())),
                Cell::text(offer.cost.as_ref().map(price).unwrap_or_default()),
            ],
            forms: Vec::new(),
        }
    };
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: None,
        note: locale.t("catalogue-note"),
        begin: visitor.may(Action::CatalogueManage).then(|| ("/catalogue/new".to_owned(), locale.t("offer-new"))),
        facts: Vec::new(),
        tables: vec![Table {
            id: "catalogue",
            title: locale.t("catalogue-title"),
            heads: ["col-name", "col-description", "field-category", "col-state", "col-cost"]
                .map(|key| locale.t(key))
                .into(),
            rows: items.iter().map(row).collect(),
            empty: locale.t("catalogue-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: Shell::at(visitor, "/catalogue", &locale.t("catalogue-title")).await,
    };
    Ok(answer::page(StatusCode::OK, &page))
}

/// `GET /catalogue`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor).await;
    visitor.answer(outcome)
}

/// A field of the form of an item.
fn drawn(visitor: &Visitor, name: &str, field: &FormField, is_required: bool) -> Field {
    let locale = visitor.locale;
    let label = field.title.clone().unwrap_or_else(|| name.to_owned());
    let of = |kind| Field::named(format!("{PREFIX}{name}"), label.clone(), kind);
    let mut drawn = match (field.r#type, field.format) {
        (FieldType::Boolean, _) => of(Kind::Select).choices(form::choices(locale, "yes-no", ["no", "yes"], "no")),
        (FieldType::Integer | FieldType::Number, _) => of(Kind::Input("number")),
        (FieldType::String, Some(DateFormat::Date)) => of(Kind::Input("date")),
        (FieldType::String, Some(DateFormat::DateTime)) => of(Kind::Input("datetime-local")),
        (FieldType::String, None) if !field.r#enum.is_empty() => {
            let choice = |value: &String| Choice { value: value.clone(), label: value.clone(), is_chosen: false };
            let mut choices: Vec<Choice> = field.r#enum.iter().map(choice).collect();
            choices.insert(0, form::nothing(locale.t("choose"), true));
            of(Kind::Select).choices(choices)
        }
        (FieldType::String, None) if field.max_length.is_none_or(|length| length > 200) => of(Kind::Area),
        (FieldType::String, None) => of(Kind::Input("text")),
    };
    drawn.hint.clone_from(&field.description);
    if is_required { drawn.required() } else { drawn }
}

fn order_form(visitor: &Visitor, item: &CatalogueItem, attempt: Option<&Attempt>) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let wrong = |error: muster_model::catalogue::Refused| crate::service::invalid(&error.pointer, error.why);
    let schema = FormSchema::read(&item.offer.form).map_err(wrong)?;
    let mut form = Form::new(visitor, "order", format!("/catalogue/{}", item.id), locale.t("catalogue-order"))
        .tone("primary")
        .note(locale.t("catalogue-order-note"));
    for (name, field) in schema.fields() {
        let is_required = schema.required.iter().any(|required| required == name);
        form = form.field(drawn(visitor, name, field, is_required));
    }
    Ok(form.field(Field::text(locale, "beneficiary")).after(attempt))
}

/// Every version of an item, newest first.
async fn versions(visitor: &Visitor, id: &str) -> Result<Table, ServiceError> {
    let locale = visitor.locale;
    let shell = Shell::plain(visitor, "");
    let row = |version: muster_model::catalogue::CatalogueVersion| Row {
        cells: vec![
            Cell::text(version.edition.to_string()),
            Cell::text(&version.offer.name).look("main"),
            Cell::text(locale.name("item-state", version.offer.state.as_str())),
            Cell::text(locale.actor(&version.by)),
            Cell::drawn(shell.when(&version.at)),
        ],
        forms: Vec::new(),
    };
    let all = visitor.service().catalogue_versions(&visitor.call, id).await?;
    Ok(Table {
        id: "versions",
        title: locale.t("offer-versions"),
        heads: ["col-edition", "col-name", "col-state", "col-by", "col-changed"].map(|key| locale.t(key)).into(),
        rows: all.into_iter().map(row).collect(),
        empty: String::new(),
    })
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let stored = service.get_catalogue_item(&visitor.call, id).await?;
    let (item, offer) = (&stored.value, &stored.value.offer);
    let mut facts = vec![
        (locale.t("col-state"), Cell::text(locale.name("item-state", offer.state.as_str()))),
        (locale.t("col-edition"), Cell::text(item.edition.to_string())),
        (locale.t("catalogue-approval"), Cell::text(locale.name("approver-policy", offer.approval.as_str()))),
    ];
    if let Some(cost) = &offer.cost {
        facts.push((locale.t("col-cost"), Cell::text(price(cost))));
    }
    if !offer.description.is_empty() {
        facts.push((locale.t("col-description"), Cell::text(&offer.description).look("prose")));
    }
    // People know a task by its title; names are what the form of the item is written in.
    let title = |name: &String| {
        let found = offer.tasks.iter().find(|task| task.name == *name);
        found.map_or_else(|| name.clone(), |task| task.title.clone())
    };
    let task = |task: &muster_model::catalogue::TaskTemplate| Row {
        cells: vec![
            Cell::text(&task.title).look("main"),
            Cell::text(task.assignment_group.as_deref().unwrap_or_default()),
            Cell::text(task.after.iter().map(title).collect::<Vec<_>>().join(&locale.t("list-comma"))),
            Cell::text(locale.name("yes-no", if task.optional { "yes" } else { "no" })),
        ],
        forms: Vec::new(),
    };
    let works = visitor.may(Action::TicketInternal) && !offer.tasks.is_empty();
    let tasks = works.then(|| Table {
        id: "tasks",
        title: locale.t("catalogue-tasks"),
        heads: ["col-title", "field-assignment-group", "field-after", "field-optional"].map(|key| locale.t(key)).into(),
        rows: offer.tasks.iter().map(task).collect(),
        empty: String::new(),
    });
    if let Some(policy) = offer.level_policy.as_ref().filter(|_| visitor.may(Action::TicketInternal)) {
        let cell = Cell::text(policy).link(format!("/levels/policies/{policy}"));
        facts.push((locale.name("field", "level-policy"), cell));
    }
    if let Some(grant) = offer.access_grant.as_ref().filter(|_| visitor.may(Action::TicketInternal)) {
        let (what, hosts) = (locale.name("entitlement", grant.entitlement.as_str()), grant.hosts.len().to_string());
        let text = locale.with("offer-access", &[("what", &what), ("hosts", &hosts)]);
        facts.push((locale.name("field", "access-grant"), Cell::text(text)));
    }
    let manages = visitor.may(Action::CatalogueManage);
    let versions = if manages { Some(versions(visitor, id).await?) } else { None };
    let is_offered = offer.state == muster_model::catalogue::ItemState::Published;
    let may = is_offered && visitor.may(Action::RequestSubmit);
    let mut forms = if may { vec![order_form(visitor, item, attempt)?] } else { Vec::new() };
    forms.extend(edit::moves(visitor, &stored));
    let edit = (format!("/catalogue/{}/edit", item.id), locale.t("offer-edit"));
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(("/catalogue", locale.t("catalogue-title"))),
        note: String::new(),
        begin: manages.then_some(edit),
        facts,
        tables: tasks.into_iter().chain(versions).collect(),
        forms,
        folds: Vec::new(),
        page: Shell::at(visitor, "/catalogue", &offer.name).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /catalogue/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

/// The answers in a form: what is left empty is no answer. What is no number is given as it is, and refused by the schema.
fn answers(schema: &FormSchema, fields: &Fields) -> Value {
    let mut answers = Map::new();
    for (name, field) in &schema.properties {
        let Some(text) = fields.filled(&format!("{PREFIX}{name}")) else { continue };
        let value = match (field.r#type, field.format) {
            (FieldType::Boolean, _) => json!(text == "yes"),
            (FieldType::Integer, _) => text.parse::<i64>().map_or_else(|_| json!(text), |number| json!(number)),
            (FieldType::Number, _) => text.parse::<f64>().map_or_else(|_| json!(text), |number| json!(number)),
            // A browser says a moment without its zone, which is UTC here.
            (FieldType::String, Some(DateFormat::DateTime)) if text.len() == 16 => json!(format!("{text}:00Z")),
            (FieldType::String, _) => json!(text),
        };
        answers.insert(name.clone(), value);
    }
    Value::Object(answers)
}

/// An error of an answer, at its field of the form.
fn placed(error: ServiceError) -> ServiceError {
    let place = |mut wrong: Wrong| {
        if let Some(name) = wrong.pointer.strip_prefix("/answers/") {
            wrong.pointer = format!("/{PREFIX}{name}");
        }
        wrong
    };
    match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(errors.into_iter().map(place).collect()),
        error => error,
    }
}

async fn ordered(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let service = visitor.service();
    let item = service.get_catalogue_item(&visitor.call, id).await?.value;
    let made = async {
        let wrong = |error: muster_model::catalogue::Refused| crate::service::invalid(&error.pointer, error.why);
        let schema = FormSchema::read(&item.offer.form).map_err(wrong)?;
        let beneficiary = fields.filled("beneficiary").map(str::to_owned);
        let order = Order { answers: answers(&schema, &fields), beneficiary, channel: Channel::Portal };
        service.order(&visitor.call, id, order, None).await
    };
    match made.await {
        Ok(stored) => Ok(see_other(&format!("{}?done=opened", address(&stored.value.number)))),
        Err(error) => {
            let attempt = Attempt::new("order", fields, placed(error), visitor.locale)?;
            one(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /catalogue/{id}`.
pub(super) async fn order(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = ordered(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
