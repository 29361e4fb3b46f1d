//! `/hosts/bulk`: many hosts at once. First which ones and what is to change, then what that makes of each, then what became of it.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::host::{Criticality, Lifecycle};
use muster_model::query::Query;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_shared::id::HostId;

use super::edit::choice;
use crate::console::form::{self, Attempt, Choice, Field, Form};
use crate::console::locale::Locale;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::console::{answer, list};
use crate::service::host::{Changed, HostEdit, Planned};
use crate::service::{ServiceError, Window, invalid};

/// Most hosts that are changed at once.
const MOST: usize = 500;
/// How many would change, and did.
const COUNTS: (&str, &str) = ("n-would-change", "n-changed");
/// What stands for taking a value away.
const NOTHING: &str = "-";

/// A host of the preview or the receipt.
#[derive(Clone, Debug)]
pub(in crate::console) struct BulkRow {
    pub(in crate::console) id: String,
    pub(in crate::console) name: String,
    pub(in crate::console) version: u64,
    /// What would change: field, before, after.
    pub(in crate::console) changes: Vec<(String, String, String)>,
    /// What became of it, and whether that is bad.
    pub(in crate::console) outcome: Option<(String, bool)>,
}

#[derive(Template)]
#[template(path = "bulk.html")]
pub(in crate::console) struct BulkPage {
    pub(in crate::console) page: Shell,
    /// The list that it is about: its address, its title, what one of it is called.
    pub(in crate::console) list: (&'static str, String, String),
    pub(in crate::console) step: &'static str,
    /// The hosts to choose from.
    pub(in crate::console) choose: Option<Form>,
    pub(in crate::console) rows: Vec<BulkRow>,
    /// What was chosen, to be sent once more: name and value of each field.
    pub(in crate::console) kept: Vec<(String, String)>,
    pub(in crate::console) changing: usize,
    /// What the count of those is said with.
    pub(in crate::console) counts: (&'static str, &'static str),
    /// Whether more hosts fit than are taken at once.
    pub(in crate::console) is_cut: bool,
    pub(in crate::console) error: Option<String>,
}

fn hosts_list(locale: Locale) -> (&'static str, String, String) {
    ("/hosts", locale.t("hosts-title"), locale.t("col-host"))
}

/// What the form says: an empty field stays as it is, a dash takes the value away.
fn edit_of(fields: &Fields) -> Result<HostEdit, ServiceError> {
    let text =
        |name: &str| fields.filled(name).map(|text| if text == NOTHING { String::new() } else { text.to_owned() });
    let edit = HostEdit {
        owner: text("owner"),
        site: text("site"),
        criticality: choice(fields, "criticality", Criticality::ALL, Criticality::as_str)?,
        lifecycle: choice(fields, "lifecycle", Lifecycle::BY_PEOPLE, Lifecycle::as_str)?,
    };
    if edit.is_empty() { Err(invalid("/owner", Phrase::new("bulk_nothing"))) } else { Ok(edit) }
}

fn chosen(fields: &Fields) -> Result<Vec<HostId>, ServiceError> {
    let ids: Vec<HostId> = fields.all("hosts").filter_map(|id| id.parse().ok()).take(MOST).collect();
    if ids.is_empty() { Err(invalid("/hosts", Phrase::new("bulk_nobody"))) } else { Ok(ids) }
}

async fn choose(visitor: &Visitor, q: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::HostUpdate, Resource::All)?;
    let locale = visitor.locale;
    let registry = visitor.service().registry().await?;
    let mut hosts = Vec::new();
    let (mut is_cut, mut error) = (false, None);
    match Query::parse(q, &registry.host_fields()) {
        Ok(query) => {
            let window = Window { limit: MOST, cursor: None };
            let page = visitor.service().list_hosts(&visitor.call, &query, &window).await?;
            is_cut = page.next_cursor.is_some();
            hosts = page.items;
        }
        Err(wrong) => error = Some(list::query_error(wrong.into(), locale)?),
    }
    let host = |view: &crate::service::host::HostView| {
        let host = &view.host.value;
        Choice { value: host.id.to_string(), label: host.name.clone(), is_chosen: true }
    };
    let mut criticalities = form::choices(locale, "criticality", Criticality::ALL.iter().map(|c| c.as_str()), "");
    criticalities.insert(0, form::nothing(locale.t("bulk-stays"), true));
    let mut lifecycles = form::choices(locale, "lifecycle", Lifecycle::BY_PEOPLE.iter().map(|l| l.as_str()), "");
    lifecycles.insert(0, form::nothing(locale.t("bulk-stays"), true));
    let action = format!("/hosts/bulk?q={}", crate::console::markup::url(q));
    let form = Form::new(visitor, "bulk", action, locale.t("bulk-title"))
        .tone("primary")
        .submit(locale.t("bulk-preview"))
        .field(Field::group(locale, "owner").hint(locale.t("hint-bulk")))
        .field(Field::text(locale, "site").hint(locale.t("hint-bulk")))
        .field(Field::select(locale, "criticality", criticalities))
        .field(Field::select(locale, "lifecycle", lifecycles))
        .field(Field::checks(locale, "hosts", hosts.iter().map(host).collect()))
        .after(attempt);
    let page = BulkPage {
        page: Shell::at(visitor, "/hosts", &locale.t("bulk-title")).await,
        list: hosts_list(locale),
        step: "choose",
        choose: (!hosts.is_empty()).then_some(form),
        rows: Vec::new(),
        kept: Vec::new(),
        changing: 0,
        counts: COUNTS,
        is_cut,
        error,
    };
    let status = if page.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { form::status(attempt) };
    Ok(answer::page(status, &page))
}

/// `GET /hosts/bulk?q=…`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let q = visitor.parameter("q").unwrap_or_default();
    let outcome = choose(&visitor, &q, None).await;
    visitor.answer(outcome)
}

fn value(locale: Locale, field: &str, value: Option<String>) -> String {
    match (field, value) {
        ("criticality" | "lifecycle", Some(value)) => locale.name(field, &value),
        (_, value) => value.unwrap_or_else(|| locale.t("none-set")),
    }
}

fn planned(locale: Locale, plan: Planned) -> BulkRow {
    let change = |(field, before, after): (&'static str, Option<String>, Option<String>)| {
        (locale.name("field", field), value(locale, field, before), value(locale, field, after))
    };
    let changes = plan.changes.into_iter().map(change).collect();
    BulkRow { id: plan.id.to_string(), name: plan.name, version: plan.version, changes, outcome: None }
}

fn changed(locale: Locale, one: Changed) -> BulkRow {
    let outcome = match one.outcome {
        Ok(true) => (locale.t("bulk-changed"), false),
        Ok(false) => (locale.t("bulk-same"), false),
        Err(error) => (answer::sentence(&error.text(), locale), true),
    };
    let (changes, version) = (Vec::new(), 0);
    BulkRow { id: one.id.to_string(), name: one.name, version, changes, outcome: Some(outcome) }
}

async fn preview(visitor: &Visitor, fields: &Fields) -> Result<Response, ServiceError> {
    let (ids, edit) = (chosen(fields)?, edit_of(fields)?);
    let planned_all = visitor.service().plan_hosts(&visitor.call, &ids, &edit).await?;
    let rows: Vec<BulkRow> = planned_all.into_iter().map(|plan| planned(visitor.locale, plan)).collect();
    let kept = ["owner", "site", "criticality", "lifecycle"];
    let kept = kept.iter().map(|name| ((*name).to_owned(), fields.text(name).trim().to_owned()));
    let page = BulkPage {
        page: Shell::at(visitor, "/hosts", &visitor.locale.t("bulk-title")).await,
        list: hosts_list(visitor.locale),
        step: "preview",
        choose: None,
        changing: rows.iter().filter(|row| !row.changes.is_empty()).count(),
        rows,
        kept: kept.collect(),
        counts: COUNTS,
        is_cut: false,
        error: None,
    };
    Ok(answer::page(StatusCode::OK, &page))
}

async fn apply(visitor: &Visitor, fields: &Fields) -> Result<Response, ServiceError> {
    let edit = edit_of(fields)?;
    let chosen = fields.all("change").filter_map(|text| {
        let (id, version) = text.split_once('@')?;
        Some((id.parse().ok()?, version.parse().ok()?))
    });
    let chosen: Vec<(HostId, u64)> = chosen.take(MOST).collect();
    let all = visitor.service().change_hosts(&visitor.call, &chosen, &edit).await?;
    let page = BulkPage {
        page: Shell::at(visitor, "/hosts", &visitor.locale.t("bulk-title")).await,
        list: hosts_list(visitor.locale),
        step: "receipt",
        choose: None,
        changing: all.iter().filter(|one| matches!(one.outcome, Ok(true))).count(),
        rows: all.into_iter().map(|one| changed(visitor.locale, one)).collect(),
        kept: Vec::new(),
        counts: COUNTS,
        is_cut: false,
        error: None,
    };
    Ok(answer::page(StatusCode::OK, &page))
}

async fn answered(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let outcome = match fields.text("step") {
        "apply" => apply(visitor, &fields).await,
        _ => preview(visitor, &fields).await,
    };
    match outcome {
        Ok(page) => Ok(page),
        Err(error) => {
            let attempt = Attempt::new("bulk", fields, error, visitor.locale)?;
            let q = visitor.parameter("q").unwrap_or_default();
            choose(visitor, &q, Some(&attempt)).await
        }
    }
}

/// `POST /hosts/bulk`.
pub(in crate::console) async fn submit(Submission { visitor, fields }: Submission) -> Response {
    let outcome = answered(&visitor, fields).await;
    visitor.answer(outcome)
}
