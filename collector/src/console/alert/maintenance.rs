//! `/maintenance-windows`: times in which alerts of items are expected.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::alert::maintenance::Maintenance;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::schedule::{Schedule, Weekday};
use muster_model::text::Phrase;
use muster_shared::Time;
use muster_shared::id::{MaintenanceId, NodeId};

use super::silence::field_time;
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Choice, Field, Form, Kind};
use crate::console::list::{self, Pager};
use crate::console::locale::Locale;
use crate::console::moment;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::value;
use crate::console::visitor::Visitor;
use crate::service::alert::MaintenanceDraft;
use crate::service::{ServiceError, invalid};

/// A row of the list.
#[derive(Clone, Debug)]
struct WindowRow {
    id: String,
    name: String,
    state: &'static str,
    /// What it is of.
    of: Vec<(Option<String>, String)>,
    when: String,
    until: Option<Time>,
    next: Option<Time>,
    author: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "maintenance.html")]
struct MaintenancePage {
    page: Shell,
    is_one: bool,
    rows: Vec<WindowRow>,
    edit: Option<Form>,
    remove: Option<Form>,
    pager: Pager,
}

/// When a window is, in one line.
pub(in crate::console) fn when(schedule: &Schedule, locale: Locale) -> String {
    match schedule {
        Schedule::Never { starts_at, ends_at } => moment::interval(*starts_at, *ends_at),
        Schedule::Weekly { days, at, minutes, zone, .. } => {
            let days = days.iter().map(|day| locale.name("weekday", day.as_str())).collect::<Vec<_>>();
            let days = days.join(&locale.t("list-comma"));
            let minutes = minutes.to_string();
            locale.with("window-weekly", &[("days", &days), ("at", at), ("minutes", &minutes), ("zone", zone)])
        }
    }
}

async fn row(visitor: &Visitor, window: &Maintenance) -> WindowRow {
    let (locale, now) = (visitor.locale, visitor.now());
    let mut of = Vec::new();
    for item in &window.items {
        let named = visitor.service().name_node(&visitor.call, *item).await;
        let folder = if matches!(item, NodeId::Host(_)) { "hosts" } else { "items" };
        of.push((Some(format!("/{folder}/{item}")), value::middle(&named.name, 60)));
    }
    if !window.hosts.is_empty() {
        of.push((None, window.hosts.clone()));
    }
    WindowRow {
        id: window.id.to_string(),
        name: window.name.clone(),
        state: window.schedule.phase(now).as_str(),
        of,
        when: when(&window.schedule, locale),
        until: window.schedule.active(now),
        next: window.schedule.next(now),
        author: window.author.clone(),
        reason: window.reason.clone(),
    }
}

pub(in crate::console) fn fields_of(visitor: &Visitor, form: Form, window: Option<&Maintenance>) -> Form {
    let locale = visitor.locale;
    let items = window.map(|w| w.items.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
    let (mut starts, mut ends, mut until) = (String::new(), String::new(), String::new());
    let (mut chosen, mut at, mut minutes, mut zone) = (Vec::new(), String::new(), 60, "UTC".to_owned());
    match window.map(|window| &window.schedule) {
        Some(Schedule::Never { starts_at, ends_at }) => (starts, ends) = (field_time(*starts_at), field_time(*ends_at)),
        Some(Schedule::Weekly { days, at: clock, minutes: length, zone: name, until: last }) => {
            chosen.clone_from(days);
            (at, minutes, zone) = (clock.clone(), *length, name.clone());
            until = last.map(field_time).unwrap_or_default();
        }
        None => {}
    }
    let is_weekly = !chosen.is_empty();
    let day = |day: &Weekday| Choice {
        value: day.as_str().to_owned(),
        label: locale.name("weekday", day.as_str()),
        is_chosen: chosen.contains(day),
    };
    let repeats = form::choices(locale, "repeats", ["never", "weekly"], if is_weekly { "weekly" } else { "never" });
    let text = |name: &'static str, value: String| Field::text(locale, name).value(value);
    let moment = |name: &'static str, value: String| {
        Field::new(locale, name, Kind::Input("datetime-local")).value(value).hint(locale.t("hint-utc"))
    };
    let said = |get: fn(&Maintenance) -> &String| window.map(|window| get(window).clone()).unwrap_or_default();
    form.tone("primary")
        .submit(locale.t("save"))
        .field(text("name", said(|window| &window.name)).required())
        .field(Field::area(locale, "items").value(items.unwrap_or_default()).hint(locale.t("hint-items")))
        .field(text("hosts", said(|window| &window.hosts)).hint(locale.t("hint-hosts-query")))
        .field(Field::area(locale, "reason").required().value(said(|window| &window.reason)))
        .field(Field::select(locale, "repeats", repeats))
        .field(moment("starts_at", starts))
        .field(moment("ends_at", ends))
        .field(Field::checks(locale, "days", Weekday::ALL.iter().map(day).collect()))
        .field(text("at", at).hint(locale.t("hint-clock")))
        .field(text("length", minutes.to_string()))
        .field(text("zone", zone).hint(locale.t("hint-zone")))
        .field(moment("until", until))
}

/// The items that a text names, one a line: ids, or names of hosts and declared items.
pub(in crate::console) async fn items(visitor: &Visitor, text: &str) -> Result<Vec<NodeId>, ServiceError> {
    let mut items = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        items.push(Box::pin(visitor.service().node_named(&visitor.call, "/items", line)).await?);
    }
    Ok(items)
}

pub(in crate::console) fn schedule(fields: &Fields) -> Result<Schedule, ServiceError> {
    let needed = |field: &'static str| move || invalid(&format!("/{field}"), Phrase::new("date_and_time"));
    if fields.text("repeats") == "weekly" {
        return Ok(Schedule::Weekly {
            days: Weekday::ALL
                .iter()
                .copied()
                .filter(|day| fields.all("days").any(|name| name == day.as_str()))
                .collect(),
            at: fields.text("at").trim().to_owned(),
            minutes: fields.number("length").unwrap_or_default(),
            zone: fields.text("zone").trim().to_owned(),
            until: fields.moment("until"),
        });
    }
    let starts_at = fields.moment("starts_at").ok_or_else(needed("starts_at"))?;
    Ok(Schedule::Never { starts_at, ends_at: fields.moment("ends_at").ok_or_else(needed("ends_at"))? })
}

async fn draft(visitor: &Visitor, fields: &Fields) -> Result<MaintenanceDraft, ServiceError> {
    let text = |name: &str| Some(fields.text(name).to_owned());
    Ok(MaintenanceDraft {
        name: text("name"),
        items: Some(items(visitor, fields.text("items")).await?),
        hosts: text("hosts"),
        schedule: Some(schedule(fields)?),
        reason: text("reason"),
    })
}

/// What is wrong with the schedule is wrong with the fields that it is made of.
pub(in crate::console) fn placed(error: ServiceError) -> ServiceError {
    let ServiceError::Invalid(mut wrong) = error else { return error };
    for one in &mut wrong {
        if let Some(field) = one.pointer.strip_prefix("/schedule/") {
            one.pointer = format!("/{}", if field == "minutes" { "length" } else { field });
        }
    }
    ServiceError::Invalid(wrong)
}

async fn all(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let window = list::window(visitor);
    let found = visitor.service().list_maintenance(&visitor.call, &Query::default(), &window).await?;
    let mut rows = Vec::new();
    for stored in &found.items {
        rows.push(row(visitor, &stored.value).await);
    }
    let new = || {
        let form = Form::new(visitor, "new", "/maintenance-windows".to_owned(), locale.t("maintenance-new"));
        fields_of(visitor, form, None).after(attempt)
    };
    let page = MaintenancePage {
        page: Shell::at(visitor, "/alerts", &locale.t("maintenance-title")).await,
        is_one: false,
        rows,
        edit: visitor.may_all(Action::AlertSilence).then(new),
        remove: None,
        pager: Pager::new(visitor, "/maintenance-windows", found.next_cursor),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /maintenance-windows`.
pub(in crate::console) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, None).await;
    visitor.answer(outcome)
}

async fn create(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let made = match draft(visitor, &fields).await {
        Ok(draft) => visitor.service().create_maintenance(&visitor.call, draft).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(stored) => Ok(see_other(&format!("/maintenance-windows/{}?done=saved", stored.value.id))),
        Err(error) => {
            let attempt = Attempt::new("new", fields, placed(error), visitor.locale)?;
            all(visitor, Some(&attempt)).await
        }
    }
}

/// `POST /maintenance-windows`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = create(&visitor, fields).await;
    visitor.answer(outcome)
}

fn parse(id: &str) -> Result<MaintenanceId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "maintenance window", id: id.chars().take(80).collect() })
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let stored = visitor.service().get_maintenance(&visitor.call, parse(id)?).await?;
    let may_change = visitor.may_all(Action::AlertSilence);
    let edit = || {
        let action = format!("/maintenance-windows/{id}");
        let form = Form::new(visitor, "edit", action, locale.t("maintenance-edit")).version(stored.version);
        fields_of(visitor, form, Some(&stored.value)).after(attempt)
    };
    let remove = || {
        let action = format!("/maintenance-windows/{id}/remove");
        let form = Form::new(visitor, "remove", action, locale.t("maintenance-remove"));
        form.tone("danger").version(stored.version).after(attempt)
    };
    let page = MaintenancePage {
        page: Shell::at(visitor, "/alerts", &stored.value.name).await,
        is_one: true,
        rows: vec![row(visitor, &stored.value).await],
        edit: may_change.then(edit),
        remove: may_change.then(remove),
        pager: Pager::default(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /maintenance-windows/{id}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn update(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    let seen = fields.version();
    let changed = match draft(visitor, &fields).await {
        Ok(draft) => visitor.service().update_maintenance(&visitor.call, parse(id)?, draft, seen).await,
        Err(error) => Err(error),
    };
    match changed {
        Ok(_) => Ok(see_other(&format!("/maintenance-windows/{id}?done=saved"))),
        Err(error) => {
            let attempt = Attempt::new("edit", fields, placed(error), visitor.locale)?;
            one(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /maintenance-windows/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = update(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, id: &str, fields: Fields) -> Result<Response, ServiceError> {
    match visitor.service().remove_maintenance(&visitor.call, parse(id)?, fields.version()).await {
        Ok(()) => Ok(see_other("/maintenance-windows?done=maintenance-removed")),
        Err(error) => {
            let attempt = Attempt::new("remove", fields, error, visitor.locale)?;
            one(visitor, id, Some(&attempt)).await
        }
    }
}

/// `POST /maintenance-windows/{id}/remove`.
pub(in crate::console) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, &id, fields).await;
    visitor.answer(outcome)
}
