//! `/reports`: reports that come by themselves, one form to have one, and those that came.

mod plan;

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::report_plan::{ReportPlan, ReportRun, SHOWN_ROWS, Terms};
use muster_model::right::Action;
use muster_model::schedule::{Schedule, Weekday};
use muster_shared::id::{ReportPlanId, ReportRunId};

use plan::{placed, terms, usual, written};

use super::answer::{self, see_other};
use super::form::{self, Attempt, Form};
use super::list::Pager;
use super::locale::Locale;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::http::rest::report_plan::file;
use crate::service::ServiceError;

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
        begin: visitor.may(Action::ReportSchedule).then(|| ("/reports/new".to_owned(), locale.t("report-new"))),
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

/// Who gets it: addresses, and channels by their names for who may see those.
async fn receivers(visitor: &Visitor, terms: &Terms) -> Result<String, ServiceError> {
    let mut all = terms.recipients.clone();
    if visitor.may(Action::NotificationRead) {
        let channels = visitor.service().list_channels(&visitor.call).await?.into_iter().map(|stored| stored.value);
        all.extend(channels.filter(|channel| terms.channels.contains(&channel.id)).map(|channel| channel.name));
    }
    Ok(all.join(&visitor.locale.t("list-comma")))
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
        (locale.t("report-recipients"), Cell::text(receivers(visitor, &plan.terms).await?)),
    ];
    if let Some(next) = plan.next_at.filter(|_| plan.terms.is_active) {
        facts.push((locale.t("report-next"), Cell::drawn(shell.when(&next))));
    }
    if let Some(problem) = plan.last.as_ref().and_then(|last| last.problem.as_ref()) {
        facts.push((locale.t("report-problem"), Cell::text(locale.say(problem))));
    }
    let (mut forms, mut folds) = (Vec::new(), Vec::new());
    if visitor.may(Action::ReportSchedule) {
        let run = Form::new(visitor, "run", at("/run"), locale.t("report-run")).note(locale.t("report-run-note"));
        forms.push(run.after(attempt));
        let remove = Form::new(visitor, "remove", at("/remove"), locale.t("separation-remove")).tone("danger");
        folds.push(written(visitor, edit, &plan.terms).await?.after(attempt));
        folds.push(remove.version(stored.version).after(attempt));
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
        forms,
        folds,
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
