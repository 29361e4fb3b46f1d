//! `/reports`: reports that come by themselves, one form to have one, and those that came.

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::capacity::Resource;
use muster_model::report_plan::{ReportPlan, ReportRun, SHOWN_ROWS, Subject, Terms};
use muster_model::right::Action;
use muster_model::schedule::{Schedule, Weekday};
use muster_model::text::Phrase;
use muster_shared::id::{ReportPlanId, ReportRunId};

use super::answer::{self, see_other};
use super::form::{self, Attempt, Choice, Field, Form, Kind};
use super::list::Pager;
use super::locale::Locale;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::http::rest::report_plan::file;
use crate::service::{ServiceError, Wrong, invalid};

/// The page above.
fn above(locale: Locale) -> (&'static str, String) {
    ("/reports", locale.t("reports-title"))
}

fn missing(text: &str) -> ServiceError {
    ServiceError::NotFound { kind: "report", id: text.chars().take(80).collect() }
}

fn plan_id(text: &str) -> Result<ReportPlanId, ServiceError> {
    text.parse().map_err(|_| missing(text))
}

/// When a plan comes, in words.
fn when(locale: Locale, terms: &Terms) -> String {
    let Schedule::Weekly { days, at, zone, .. } = &terms.schedule else { return String::new() };
    let names = days.iter().map(|day| locale.name("weekday", day.as_str())).collect::<Vec<_>>();
    let days =
        if days.len() == Weekday::ALL.len() { locale.t("report-daily") } else { names.join(&locale.t("list-comma")) };
    locale.with("report-when", &[("days", &days), ("at", at), ("zone", zone)])
}

fn row(visitor: &Visitor, shell: &Shell, stored: &Versioned<ReportPlan>) -> Row {
    let (locale, plan) = (visitor.locale, &stored.value);
    let last = match &plan.last {
        None => Cell::text(locale.t("report-never")),
        Some(last) => match &last.problem {
            Some(problem) => Cell::text(locale.say(problem)),
            None => Cell::drawn(shell.when(&last.made_at)),
        },
    };
    let next = plan.next_at.filter(|_| plan.terms.is_active);
    Row {
        cells: vec![
            Cell::text(&plan.terms.name).look("main").link(format!("/reports/{}", plan.id)),
            Cell::text(locale.name("report-of", plan.terms.subject.as_str())),
            Cell::text(when(locale, &plan.terms)),
            next.map_or_else(|| Cell::text(locale.t("report-off")), |at| Cell::drawn(shell.when(&at))),
            last,
            Cell::text((plan.terms.recipients.len() + plan.terms.channels.len()).to_string()),
        ],
        forms: Vec::new(),
    }
}

async fn all(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let plans = visitor.service().list_report_plans(&visitor.call).await?;
    let shell = Shell::at(visitor, "/reports", &locale.t("reports-title")).await;
    let heads = ["col-name", "report-subject", "report-comes", "report-next", "report-last", "report-recipients"];
    let page = SheetPage {
        above: None,
        note: locale.t("reports-note"),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: Some(("/reports/new".to_owned(), locale.t("report-new"))),
        facts: Vec::new(),
        tables: vec![Table {
            id: "reports",
            title: locale.t("reports-title"),
            heads: heads.map(|key| locale.t(key)).into(),
            rows: plans.iter().map(|stored| row(visitor, &shell, stored)).collect(),
            empty: locale.t("reports-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /reports`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor).await;
    visitor.answer(outcome)
}

fn usual() -> Terms {
    Terms {
        name: String::new(),
        subject: Subject::Kpi { days: 7 },
        schedule: Schedule::Weekly {
            days: vec![Weekday::Monday],
            at: "07:00".into(),
            minutes: 1,
            zone: "UTC".into(),
            until: None,
        },
        calendar: None,
        recipients: Vec::new(),
        channels: Vec::new(),
        is_active: true,
    }
}

/// What a subject asks: days, filter, resource, saved search.
fn parts(subject: &Subject) -> (u16, String, &'static str, String) {
    match subject {
        Subject::Kpi { days } => (*days, String::new(), "", String::new()),
        Subject::Availability { days, filter } => (*days, filter.clone(), "", String::new()),
        Subject::Capacity { filter, resource, .. } => {
            (7, filter.clone(), resource.map_or("", Resource::as_str), String::new())
        }
        Subject::Search { search } => (7, String::new(), "", search.to_string()),
    }
}

/// The choices of what can be picked by the visitor: saved searches, calendars, channels.
async fn picks(visitor: &Visitor, terms: &Terms, search: &str) -> Result<[Vec<Choice>; 3], ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let window = crate::service::Window { limit: 1_000, cursor: None };
    let found = service.list_saved_searches(call, &muster_model::query::Query::default(), &window).await?;
    let mut searches = vec![form::nothing(locale.t("choose"), search.is_empty())];
    searches.extend(found.items.into_iter().map(|view| {
        let value = view.search.value.id.to_string();
        Choice { is_chosen: value == search, value, label: view.search.value.name }
    }));
    let mut calendars = vec![form::nothing(locale.t("report-any-day"), terms.calendar.is_none())];
    for calendar in service.list_calendars(call).await? {
        let is_chosen = terms.calendar.as_ref() == Some(&calendar.value.name);
        calendars.push(Choice { value: calendar.value.name, label: calendar.value.plan.label, is_chosen });
    }
    let mut channels = Vec::new();
    if visitor.may(Action::NotificationRead) {
        for channel in service.list_channels(call).await? {
            let is_chosen = terms.channels.contains(&channel.value.id);
            channels.push(Choice { value: channel.value.id.to_string(), label: channel.value.name, is_chosen });
        }
    }
    Ok([searches, calendars, channels])
}

async fn written(visitor: &Visitor, form: Form, terms: &Terms) -> Result<Form, ServiceError> {
    let locale = visitor.locale;
    let (period, filter, resource, search) = parts(&terms.subject);
    let [searches, calendars, channels] = picks(visitor, terms, &search).await?;
    let (days, at, zone) = match &terms.schedule {
        Schedule::Weekly { days, at, zone, .. } => (days.clone(), at.clone(), zone.clone()),
        Schedule::Never { .. } => (Vec::new(), String::new(), String::new()),
    };
    let weekday = |day: &Weekday| Choice {
        value: day.as_str().to_owned(),
        label: locale.name("weekday", day.as_str()),
        is_chosen: days.contains(day),
    };
    let mut resources = vec![form::nothing(locale.t("capacity-all"), resource.is_empty())];
    resources.extend(form::choices(locale, "resource", Resource::ALL.iter().map(|one| one.as_str()), resource));
    let subjects = form::choices(locale, "report-of", Subject::NAMES.iter().copied(), terms.subject.as_str());
    let active = form::choices(locale, "yes-no", ["yes", "no"], if terms.is_active { "yes" } else { "no" });
    let mut form = form
        .field(Field::text(locale, "name").required().value(&terms.name))
        .field(Field::select(locale, "subject", subjects))
        .field(
            Field::new(locale, "period_days", Kind::Input("number"))
                .value(period.to_string())
                .hint(locale.t("report-days-hint")),
        )
        .field(Field::text(locale, "filter").value(filter).hint(locale.t("report-filter-hint")))
        .field(Field::select(locale, "resource", resources).hint(locale.t("report-resource-hint")))
        .field(Field::select(locale, "search", searches))
        .field(Field::checks(locale, "weekdays", Weekday::ALL.iter().map(weekday).collect()))
        .field(Field::new(locale, "at", Kind::Input("time")).required().value(at))
        .field(Field::text(locale, "zone").required().value(zone))
        .field(Field::select(locale, "calendar", calendars))
        .field(
            Field::area(locale, "recipients")
                .value(terms.recipients.join("\n"))
                .hint(locale.t("report-recipients-hint")),
        );
    if !channels.is_empty() {
        form = form.field(Field::checks(locale, "channels", channels));
    }
    Ok(form.field(Field::select(locale, "is_active", active)))
}

/// The terms in a form. What the form does not show stays as it was.
fn terms(fields: &Fields, before: Option<&Terms>) -> Result<Terms, ServiceError> {
    let filter = fields.text("filter").trim().to_owned();
    let days = || {
        let number: Option<u16> = fields.number("period_days");
        number.ok_or_else(|| invalid("/subject/days", Phrase::new("whole_number")))
    };
    let subject = match fields.text("subject") {
        "availability" => Subject::Availability { days: days()?, filter },
        "capacity" => {
            let (service, standing) = match before.map(|before| &before.subject) {
                Some(Subject::Capacity { service, standing, .. }) => (*service, *standing),
                _ => (None, None),
            };
            Subject::Capacity { filter, service, resource: Resource::of(fields.text("resource")), standing }
        }
        "search" => {
            let search = fields.text("search").parse();
            Subject::Search { search: search.map_err(|_| invalid("/subject/search", Phrase::new("is_needed")))? }
        }
        _ => Subject::Kpi { days: days()? },
    };
    let weekdays: Vec<Weekday> =
        Weekday::ALL.iter().copied().filter(|day| fields.all("weekdays").any(|name| name == day.as_str())).collect();
    let until = match before.map(|before| &before.schedule) {
        Some(Schedule::Weekly { until, .. }) => *until,
        _ => None,
    };
    let addresses = fields.text("recipients").split([',', '\n']).map(str::trim).filter(|text| !text.is_empty());
    Ok(Terms {
        name: fields.text("name").trim().to_owned(),
        subject,
        schedule: Schedule::Weekly {
            days: weekdays,
            at: fields.text("at").trim().to_owned(),
            minutes: 1,
            zone: fields.text("zone").trim().to_owned(),
            until,
        },
        calendar: fields.filled("calendar").map(str::to_owned),
        recipients: addresses.map(str::to_owned).collect(),
        channels: fields.all("channels").filter_map(|id| id.parse().ok()).collect(),
        is_active: fields.text("is_active") != "no",
    })
}

/// Errors at the fields that the form has for them.
fn placed(error: ServiceError) -> ServiceError {
    let place = |mut wrong: Wrong| {
        wrong.pointer = match wrong.pointer.as_str() {
            "/subject/days" => "/period_days".into(),
            "/schedule/days" => "/weekdays".into(),
            other => other.trim_start_matches("/subject").trim_start_matches("/schedule").to_owned(),
        };
        wrong
    };
    match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(errors.into_iter().map(place).collect()),
        other => other,
    }
}

async fn new_page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::ReportSchedule, muster_model::right::Resource::All)?;
    let locale = visitor.locale;
    let form = Form::new(visitor, "report", "/reports/new".to_owned(), locale.t("report-new"));
    let form =
        written(visitor, form.submit(locale.t("save")).tone("primary").note(locale.t("report-note")), &usual()).await?;
    let page = SheetPage {
        above: Some(above(locale)),
        note: locale.t("reports-note"),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: Vec::new(),
        forms: vec![form.after(attempt)],
        folds: Vec::new(),
        page: Shell::at(visitor, "/reports", &locale.t("report-new")).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /reports/new`.
pub(super) async fn show_new(visitor: Visitor) -> Response {
    let outcome = new_page(&visitor, None).await;
    visitor.answer(outcome)
}

/// `POST /reports/new`.
pub(super) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let made = async {
        let terms = terms(&fields, None)?;
        visitor.service().create_report_plan(&visitor.call, terms).await
    };
    let outcome = match made.await {
        Ok(stored) => Ok(see_other(&format!("/reports/{}?done=saved", stored.value.id))),
        Err(error) => match Attempt::new("report", fields, placed(error), visitor.locale) {
            Ok(attempt) => new_page(&visitor, Some(&attempt)).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(outcome)
}

fn came(visitor: &Visitor, shell: &Shell, run: &ReportRun) -> Row {
    let locale = visitor.locale;
    let missed = run.missed.map_or(0, |(count, _)| count);
    let name = run.due_at.to_string().get(..10).unwrap_or_default().to_owned();
    Row {
        cells: vec![
            Cell::text(name).look("main").link(format!("/reports/{}/runs/{}", run.plan, run.id)),
            Cell::drawn(shell.when(&run.made_at)),
            Cell::text(run.table.total.to_string()),
            Cell::text(if missed > 0 { missed.to_string() } else { String::new() }),
            Cell::text(locale.t("capacity-csv")).link(format!("/reports/{}/runs/{}/file", run.plan, run.id)),
        ],
        forms: Vec::new(),
    }
}

async fn one(visitor: &Visitor, id: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let stored = service.get_report_plan(call, plan_id(id)?).await?;
    let plan = &stored.value;
    let shell = Shell::at(visitor, "/reports", &plan.terms.name).await;
    let runs = match service.list_report_runs(call, plan.id).await {
        Ok(runs) => runs,
        // Who may not see what it says sees that it is there.
        Err(ServiceError::Denied(_)) => Vec::new(),
        Err(error) => return Err(error),
    };
    let at = |name: &str| format!("/reports/{}{name}", plan.id);
    let edit = Form::new(visitor, "report", at(""), locale.t("report-edit")).submit(locale.t("save"));
    let edit = edit.version(stored.version).note(locale.t("report-note"));
    let mut facts = vec![
        (locale.t("report-subject"), Cell::text(locale.name("report-of", plan.terms.subject.as_str()))),
        (locale.t("report-comes"), Cell::text(when(locale, &plan.terms))),
        (locale.t("report-recipients"), Cell::text(plan.terms.recipients.join(", "))),
    ];
    if let Some(next) = plan.next_at.filter(|_| plan.terms.is_active) {
        facts.push((locale.t("report-next"), Cell::drawn(shell.when(&next))));
    }
    if let Some(problem) = plan.last.as_ref().and_then(|last| last.problem.as_ref()) {
        facts.push((locale.t("report-problem"), Cell::text(locale.say(problem))));
    }
    let heads = ["report-due", "report-made", "report-rows", "report-missed", "report-file"];
    let page = SheetPage {
        above: Some(above(locale)),
        note: String::new(),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts,
        tables: vec![Table {
            id: "runs",
            title: locale.t("report-runs"),
            heads: heads.map(|key| locale.t(key)).into(),
            rows: runs.iter().map(|run| came(visitor, &shell, run)).collect(),
            empty: locale.t("report-no-runs"),
        }],
        forms: vec![
            Form::new(visitor, "run", at("/run"), locale.t("report-run"))
                .note(locale.t("report-run-note"))
                .after(attempt),
        ],
        folds: vec![
            written(visitor, edit, &plan.terms).await?.after(attempt),
            Form::new(visitor, "remove", at("/remove"), locale.t("separation-remove"))
                .tone("danger")
                .version(stored.version)
                .after(attempt),
        ],
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /reports/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn finish(
    visitor: &Visitor,
    id: &str,
    form: &str,
    fields: Fields,
    to: String,
    outcome: Result<(), ServiceError>,
) -> Response {
    let outcome = match outcome {
        Ok(()) => Ok(see_other(&to)),
        Err(error) => match Attempt::new(form, fields, placed(error), visitor.locale) {
            Ok(attempt) => one(visitor, id, Some(&attempt)).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(outcome)
}

/// `POST /reports/{id}`.
pub(super) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let saved = async {
        let (service, call, id) = (visitor.service(), &visitor.call, plan_id(&id)?);
        let before = service.get_report_plan(call, id).await?.value.terms;
        service.replace_report_plan(call, id, terms(&fields, Some(&before))?, fields.version()).await.map(drop)
    };
    let outcome = saved.await;
    finish(&visitor, &id, "report", fields, format!("/reports/{id}?done=saved"), outcome).await
}

/// `POST /reports/{id}/remove`.
pub(super) async fn remove(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let removed = async { visitor.service().remove_report_plan(&visitor.call, plan_id(&id)?, fields.version()).await };
    let outcome = removed.await;
    finish(&visitor, &id, "remove", fields, "/reports?done=saved".to_owned(), outcome).await
}

/// `POST /reports/{id}/run`: makes and sends it now.
pub(super) async fn run(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let made = async {
        let ready = visitor.service().report_now(&visitor.call, plan_id(&id)?).await?;
        let run = Box::pin(crate::report::make(visitor.service(), &ready)).await?;
        run.map(drop).ok_or_else(|| crate::service::conflict("report_nothing"))
    };
    let outcome = made.await;
    finish(&visitor, &id, "run", fields, format!("/reports/{id}?done=saved"), outcome).await
}

async fn seen(visitor: &Visitor, text: &str) -> Result<ReportRun, ServiceError> {
    let id: ReportRunId = text.parse().map_err(|_| missing(text))?;
    Ok(visitor.service().get_report_run(&visitor.call, id).await?.value)
}

async fn run_page(visitor: &Visitor, text: &str) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let run = seen(visitor, text).await?;
    let shell = Shell::at(visitor, "/reports", &run.name).await;
    let row = |cells: &Vec<String>| Row { cells: cells.iter().map(Cell::text).collect(), forms: Vec::new() };
    let mut facts = vec![
        (locale.t("report-due"), Cell::drawn(shell.when(&run.due_at))),
        (locale.t("report-made"), Cell::drawn(shell.when(&run.made_at))),
        (locale.t("report-rows"), Cell::text(run.table.total.to_string())),
    ];
    if let Some((count, since)) = run.missed {
        let since = since.to_string();
        let text = locale.with("report-missed-since", &[("count", &count.to_string()), ("since", &since)]);
        facts.push((locale.t("report-missed"), Cell::text(text)));
    }
    let shown = SHOWN_ROWS * 5;
    let cut = run.table.total > shown;
    let page = SheetPage {
        above: Some(above(locale)),
        note: if cut { locale.with("report-cut", &[("count", &shown.to_string())]) } else { String::new() },
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: Some((format!("/reports/{}/runs/{}/file", run.plan, run.id), locale.t("capacity-csv"))),
        facts,
        tables: vec![Table {
            id: "rows",
            title: locale.t("report-rows"),
            heads: run.table.columns.clone(),
            rows: run.table.rows.iter().take(shown).map(row).collect(),
            empty: locale.t("report-no-rows"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /reports/{id}/runs/{run}`.
pub(super) async fn show_run(visitor: Visitor, Path((_, run)): Path<(String, String)>) -> Response {
    let outcome = run_page(&visitor, &run).await;
    visitor.answer(outcome)
}

/// `GET /reports/{id}/runs/{run}/file`.
pub(super) async fn fetch(visitor: Visitor, Path((_, run)): Path<(String, String)>) -> Response {
    let outcome = seen(&visitor, &run).await.map(|run| file(&run));
    visitor.answer(outcome)
}
