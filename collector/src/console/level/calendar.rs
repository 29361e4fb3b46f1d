//! `/levels/calendars`: when somebody works. Each calendar with its form and every version.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use muster_model::calendar::{Calendar, Holiday, Hours, Plan, Weekday};
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::Time;

use super::calendar_label;
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::locale::Locale;
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::service::level::CalendarDraft;
use crate::service::{ServiceError, Wrong, invalid};

/// A calendar in the list.
#[derive(Clone, Debug)]
pub(in crate::console) struct CalendarRow {
    pub(in crate::console) name: String,
    pub(in crate::console) label: String,
    pub(in crate::console) zone: String,
    /// Day and hours.
    pub(in crate::console) days: Vec<(&'static str, String)>,
    pub(in crate::console) holidays: usize,
    pub(in crate::console) number: u32,
}

/// A version of a calendar or a policy.
#[derive(Clone, Debug)]
pub(in crate::console) struct VersionRow {
    pub(in crate::console) number: u32,
    pub(in crate::console) by: String,
    pub(in crate::console) at: Time,
    pub(in crate::console) reason: String,
    /// What it says, in one line.
    pub(in crate::console) what: String,
}

#[derive(Template)]
#[template(path = "calendars.html")]
pub(in crate::console) struct CalendarsPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) rows: Vec<CalendarRow>,
    pub(in crate::console) days: [&'static str; 7],
    pub(in crate::console) add: Option<Form>,
}

#[derive(Template)]
#[template(path = "calendar.html")]
pub(in crate::console) struct CalendarPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) row: CalendarRow,
    pub(in crate::console) holidays: Vec<(String, String, String)>,
    pub(in crate::console) versions: Vec<VersionRow>,
    pub(in crate::console) form: Option<Form>,
}

fn texts(hours: &[Hours]) -> String {
    hours.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Hours of a week in one line.
fn week(plan: &Plan, locale: Locale) -> String {
    let day =
        |(day, hours): (&Weekday, &Vec<Hours>)| format!("{} {}", locale.name("field", day.as_str()), texts(hours));
    format!("{} · {}", plan.zone, plan.hours.iter().map(day).collect::<Vec<_>>().join("; "))
}

impl CalendarRow {
    fn of(calendar: &Calendar, locale: Locale) -> Self {
        let hours = |day: Weekday| calendar.plan.hours.get(&day).map(|hours| texts(hours)).unwrap_or_default();
        Self {
            name: calendar.name.clone(),
            label: calendar_label(locale, &calendar.name, &calendar.plan.label),
            zone: calendar.plan.zone.clone(),
            days: Weekday::ALL.map(|day| (day.as_str(), hours(day))).into(),
            holidays: calendar.plan.holidays.len(),
            number: calendar.number,
        }
    }
}

/// The fields of a plan.
fn with_plan(mut form: Form, locale: Locale, plan: &Plan) -> Form {
    form = form
        .field(Field::text(locale, "label").required().value(plan.label.clone()))
        .field(Field::text(locale, "zone").required().value(plan.zone.clone()).hint(locale.t("hint-zone")));
    for day in Weekday::ALL {
        let hours = plan.hours.get(&day).map(|hours| texts(hours)).unwrap_or_default();
        let field = Field::text(locale, day.as_str()).value(hours);
        form = form.field(if day == Weekday::Monday { field.hint(locale.t("hint-hours")) } else { field });
    }
    let holiday = |day: &Holiday| {
        let hours = texts(&day.hours).replace(", ", ",");
        let parts = [day.date.as_str(), hours.as_str(), day.name.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let holidays = plan.holidays.iter().map(holiday).collect::<Vec<_>>().join("\n");
    form.field(Field::area(locale, "holidays").value(holidays).hint(locale.t("hint-holidays")))
        .field(Field::text(locale, "reason"))
}

fn read_hours(text: &str) -> Result<Vec<Hours>, ServiceError> {
    let parts = text.split([',', ';', '、', '，']).map(str::trim).filter(|part| !part.is_empty());
    let wrong = |text: &str| Phrase::new("calendar_hours_text").with("text", text.chars().take(40).collect::<String>());
    parts.map(|part| part.parse().map_err(|_| invalid("", wrong(part)))).collect()
}

/// What is wrong with one field of the form.
fn beside(error: ServiceError, field: &str) -> ServiceError {
    let ServiceError::Invalid(errors) = error else { return error };
    let moved = |wrong: Wrong| Wrong { pointer: format!("/{field}"), ..wrong };
    ServiceError::Invalid(errors.into_iter().map(moved).collect())
}

/// `2026-12-24 09:00-12:00 Christmas Eve`: the hours may be left out.
fn read_holiday(line: &str) -> Result<Holiday, ServiceError> {
    let mut words = line.split_whitespace();
    let date = words.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> = words.collect();
    let is_hours = |word: &&&str| word.chars().next().is_some_and(|c| c.is_ascii_digit()) && word.contains(':');
    let hours: Vec<&str> = rest.iter().take_while(is_hours).copied().collect();
    let name = rest.get(hours.len()..).unwrap_or_default().join(" ");
    Ok(Holiday { date, name, hours: read_hours(&hours.join(","))? })
}

fn draft(fields: &Fields) -> Result<CalendarDraft, ServiceError> {
    let mut plan = Plan {
        label: fields.text("label").trim().to_owned(),
        zone: fields.text("zone").trim().to_owned(),
        ..Plan::default()
    };
    for day in Weekday::ALL {
        let hours = read_hours(fields.text(day.as_str())).map_err(|error| beside(error, day.as_str()))?;
        plan.hours.insert(day, hours);
    }
    for line in fields.text("holidays").lines().filter(|line| !line.trim().is_empty()) {
        plan.holidays.push(read_holiday(line).map_err(|error| beside(error, "holidays"))?);
    }
    Ok(CalendarDraft { plan, reason: fields.text("reason").to_owned() })
}

/// Errors of the model's pointers, beside the fields of the form.
fn placed(error: ServiceError) -> ServiceError {
    let ServiceError::Invalid(errors) = error else { return error };
    let moved = |wrong: Wrong| {
        let pointer = match wrong.pointer.strip_prefix("/hours") {
            Some("") => "/monday".to_owned(),
            Some(day) => day.to_owned(),
            None => wrong.pointer,
        };
        Wrong { pointer, detail: wrong.detail }
    };
    ServiceError::Invalid(errors.into_iter().map(moved).collect())
}

async fn all(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let calendars = visitor.service().list_calendars(&visitor.call).await?;
    let add = || {
        let form = Form::new(visitor, "add", "/levels/calendars".to_owned(), locale.t("calendar-add"));
        let plan = Plan { zone: "UTC".into(), ..Plan::default() };
        with_plan(form.field(Field::text(locale, "name").required().hint(locale.t("hint-level-name"))), locale, &plan)
            .after(attempt)
    };
    let page = CalendarsPage {
        page: Shell::at(visitor, "/levels", &locale.t("calendars-title")).await,
        rows: calendars.iter().map(|stored| CalendarRow::of(&stored.value, locale)).collect(),
        days: Weekday::ALL.map(Weekday::as_str),
        add: visitor.may(Action::LevelManage).then(add),
    };
    Ok(answer::page(form::status(attempt), &page))
}

async fn one(visitor: &Visitor, name: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let (service, call) = (visitor.service(), &visitor.call);
    let stored = service.get_calendar(call, name).await?;
    let versions = service.calendar_versions(call, name).await?;
    let row = CalendarRow::of(&stored.value, locale);
    let form = || {
        let form = Form::new(visitor, "edit", format!("/levels/calendars/{name}"), locale.t("calendar-edit"));
        let form = form.version(stored.version).note(locale.t("calendar-edit-note"));
        with_plan(form, locale, &stored.value.plan).after(attempt)
    };
    let version = |calendar: &Calendar| VersionRow {
        number: calendar.number,
        by: locale.actor(&calendar.changed_by),
        at: calendar.changed_at,
        reason: calendar.reason.clone(),
        what: week(&calendar.plan, locale),
    };
    let holiday = |day: &Holiday| (day.date.clone(), day.name.clone(), texts(&day.hours));
    let page = CalendarPage {
        page: Shell::at(visitor, "/levels", &row.label).await,
        holidays: stored.value.plan.holidays.iter().map(holiday).collect(),
        versions: versions.iter().map(version).collect(),
        form: visitor.may(Action::LevelManage).then(form),
        row,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /levels/calendars`.
pub(in crate::console) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor, None).await;
    visitor.answer(outcome)
}

/// `GET /levels/calendars/{name}`.
pub(in crate::console) async fn show(visitor: Visitor, Path(name): Path<String>) -> Response {
    let outcome = one(&visitor, &name, None).await;
    visitor.answer(outcome)
}

async fn set(visitor: &Visitor, name: &str, fields: Fields, is_new: bool) -> Result<Response, ServiceError> {
    let outcome = match draft(&fields) {
        Ok(draft) => {
            let seen = fields.version();
            let set = visitor.service().set_calendar(&visitor.call, name, draft, is_new, seen).await;
            set.map(drop).map_err(placed)
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(see_other(&format!("/levels/calendars/{name}?done=saved"))),
        Err(error) if is_new => all(visitor, Some(&Attempt::new("add", fields, error, visitor.locale)?)).await,
        Err(error) => one(visitor, name, Some(&Attempt::new("edit", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /levels/calendars`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let name = fields.text("name").trim().to_owned();
    let outcome = set(&visitor, &name, fields, true).await;
    visitor.answer(outcome)
}

/// `POST /levels/calendars/{name}`.
pub(in crate::console) async fn save(Path(name): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = set(&visitor, &name, fields, false).await;
    visitor.answer(outcome)
}
