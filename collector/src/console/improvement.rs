//! `/improvements`: the register of what is to become better; one record with its figure, what happened and what can happen.

mod written;

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::improvement::{Event, Improvement, Outcome, State, Terms};
use muster_model::kpi::{self, Unit};
use muster_model::right::Action;
use muster_model::text::Phrase;

use written::{patch, written};

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form};
use super::kpi::{href, shown};
use super::list::{self, Pager};
use super::locale::Locale;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::account::Person;
use crate::service::improvement::Move;
use crate::service::{ServiceError, invalid};

/// The page above.
fn above(locale: Locale) -> (&'static str, String) {
    ("/improvements", locale.t("improvements-title"))
}

/// The name of a figure.
fn figure_name(locale: Locale, terms: &Terms) -> String {
    match &terms.kpi {
        Some(name) => locale.name("kpi-name", name),
        None => terms.measure.clone(),
    }
}

/// A value in the unit of the figure of an improvement.
fn value(locale: Locale, terms: &Terms, value: Option<f64>) -> String {
    let unit = terms.kpi.as_deref().and_then(kpi::definition).map(|definition| definition.unit);
    match (unit, value) {
        (_, None) => "—".to_owned(),
        (Some(unit), value) => shown(locale, unit, value),
        (None, Some(value)) => value.to_string(),
    }
}

fn outcome(locale: Locale, improvement: &Improvement) -> String {
    improvement.outcome().map(|outcome: Outcome| locale.name("outcome-of", outcome.as_str())).unwrap_or_default()
}

fn row(visitor: &Visitor, shell: &Shell, stored: &Versioned<Improvement>, people: &[Person]) -> Row {
    let (locale, it) = (visitor.locale, &stored.value);
    let owner = it.terms.owner.and_then(|owner| people.iter().find(|person| person.id == owner));
    Row {
        cells: vec![
            Cell::text(format!("{} {}", it.number, it.terms.title))
                .look("main")
                .link(format!("/improvements/{}", it.number)),
            Cell::drawn(shell.state("improvement-state", it.state.as_str())),
            Cell::text(figure_name(locale, &it.terms)),
            Cell::text(value(locale, &it.terms, it.terms.baseline)).look(""),
            Cell::text(value(locale, &it.terms, it.terms.target)).look(""),
            Cell::text(value(locale, &it.terms, it.measured.map(|measured| measured.value))).look(""),
            Cell::text(outcome(locale, it)).look(""),
            Cell::text(owner.map(|person| person.display_name.clone()).unwrap_or_default()),
        ],
        forms: Vec::new(),
    }
}

async fn all(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let wanted = visitor.parameter("state").unwrap_or_default();
    let state = State::ALL.iter().copied().find(|state| state.as_str() == wanted);
    let found = service.list_improvements(call, state, &list::window(visitor)).await?;
    let people = service.list_people(call).await?;
    let shell = Shell::at(visitor, "/improvements", &locale.t("improvements-title")).await;
    let rows = found.items.iter().map(|stored| row(visitor, &shell, stored, &people)).collect();
    let tab = |state: Option<State>, of: State| {
        let path = format!("/improvements?state={}", of.as_str());
        (path, locale.name("improvement-state", of.as_str()), state == Some(of))
    };
    let mut tabs = vec![("/improvements".to_owned(), locale.t("capacity-all"), state.is_none())];
    tabs.extend(State::ALL.iter().map(|of| tab(state, *of)));
    let heads = [
        "improvements-title",
        "col-state",
        "improvement-figure",
        "improvement-baseline",
        "improvement-target",
        "improvement-measured",
        "improvement-outcome",
        "improvement-owner",
    ];
    let page = SheetPage {
        above: None,
        note: locale.t("improvements-note"),
        tabs,
        pager: Pager::new(visitor, "/improvements", found.next_cursor),
        begin: visitor
            .may(Action::ImprovementManage)
            .then(|| ("/improvements/new".to_owned(), locale.t("improvement-new"))),
        facts: Vec::new(),
        tables: vec![Table {
            id: "improvements",
            title: locale.t("improvements-title"),
            heads: heads.map(|key| locale.t(key)).into(),
            rows,
            empty: locale.t("improvements-none"),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /improvements`.
pub(super) async fn show_all(visitor: Visitor) -> Response {
    let outcome = all(&visitor).await;
    visitor.answer(outcome)
}

async fn new_page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    visitor.call.authorize(Action::ImprovementManage, muster_model::right::Resource::All)?;
    let locale = visitor.locale;
    let form = Form::new(visitor, "new", "/improvements/new".to_owned(), locale.t("improvement-new"));
    let form = written(visitor, form.submit(locale.t("save")).tone("primary"), &Terms::default(), false).await?;
    let page = SheetPage {
        above: Some(above(locale)),
        note: locale.t("improvements-note"),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: Vec::new(),
        forms: vec![form.after(attempt)],
        folds: Vec::new(),
        page: Shell::at(visitor, "/improvements", &locale.t("improvement-new")).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /improvements/new`.
pub(super) async fn show_new(visitor: Visitor) -> Response {
    let outcome = new_page(&visitor, None).await;
    visitor.answer(outcome)
}

/// `POST /improvements/new`.
pub(super) async fn submit_new(Submission { visitor, fields }: Submission) -> Response {
    let made = async {
        let mut patch = patch(&fields)?;
        if let Some(patch) = patch.as_object_mut() {
            patch.retain(|_, value| !value.is_null());
        }
        let terms = serde_json::from_value(patch).map_err(|error| invalid("/title", error.to_string()))?;
        visitor.service().create_improvement(&visitor.call, terms).await
    };
    let outcome = match made.await {
        Ok(stored) => Ok(see_other(&format!("/improvements/{}?done=saved", stored.value.number))),
        Err(error) => match Attempt::new("new", fields, error, visitor.locale) {
            Ok(attempt) => new_page(&visitor, Some(&attempt)).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(outcome)
}

/// The forms of what can happen.
fn moves(visitor: &Visitor, stored: &Versioned<Improvement>, attempt: Option<&Attempt>) -> Vec<Form> {
    let (locale, it) = (visitor.locale, &stored.value);
    let form = |row: &muster_model::improvement::Row| {
        let name = row.event.as_str();
        let action = format!("/improvements/{}/do/{name}", it.number);
        let mut form = Form::new(visitor, format!("do-{name}"), action, locale.name("improvement-do", name));
        form = form.version(stored.version).tone(match row.event {
            Event::Cancel => "danger",
            Event::Approve | Event::Start | Event::Review | Event::Continue | Event::Close => "plain",
        });
        let asks = it.terms.kpi.is_none()
            && (row.event == Event::Review || row.event == Event::Start && it.terms.baseline.is_none());
        if asks {
            form = form.field(Field::text(locale, "value").required().hint(locale.t("improvement-value-hint")));
        }
        let note = Field::area(locale, "note");
        form.field(if row.needs_note { note.required() } else { note }).after(attempt)
    };
    it.legal().map(form).collect()
}

/// What is known of an improvement, with its figure as it is now.
async fn facts(visitor: &Visitor, it: &Improvement, shell: &Shell) -> Result<Vec<(String, Cell)>, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let people = service.list_people(call).await?;
    let owner = it.terms.owner.and_then(|owner| people.into_iter().find(|person| person.id == owner));
    let mut facts = vec![
        (locale.t("col-state"), Cell::drawn(shell.state("improvement-state", it.state.as_str()))),
        (locale.t("improvement-owner"), Cell::text(owner.map(|person| person.display_name).unwrap_or_default())),
        (locale.t("improvement-baseline"), Cell::text(value(locale, &it.terms, it.terms.baseline))),
        (locale.t("improvement-target"), Cell::text(value(locale, &it.terms, it.terms.target))),
    ];
    let now = match service.figure_of_improvement(call, it).await {
        Ok(figure) => figure,
        // Who may not see all that makes the figure sees the record all the same.
        Err(ServiceError::Denied(_)) => None,
        Err(error) => return Err(error),
    };
    let name = figure_name(locale, &it.terms);
    facts.push(match &now {
        Some(figure) => {
            let text = format!("{name}: {}", value(locale, &it.terms, figure.value));
            (locale.t("improvement-figure"), Cell::text(text).link(href(figure)))
        }
        None => (locale.t("improvement-figure"), Cell::text(name)),
    });
    if let Some(measured) = it.measured {
        let progress = it.progress().map(|percent| format!("{percent:.0}")).unwrap_or_default();
        let way = locale.with("improvement-progress", &[("percent", &progress)]);
        let text = format!("{} ({way})", value(locale, &it.terms, Some(measured.value)));
        facts.push((locale.t("improvement-measured"), Cell::text(text)));
        facts.push((locale.t("improvement-outcome"), Cell::text(outcome(locale, it))));
    }
    if let Some(due) = it.terms.due_at {
        let late =
            if it.is_overdue(visitor.now()) { locale.t("improvement-overdue") } else { locale.name("field", "due-at") };
        facts.push((late, Cell::drawn(shell.when(&due))));
    }
    if let Some(unit) = it.terms.kpi.as_deref().and_then(kpi::definition).map(|definition| definition.unit) {
        let unit = locale.name("unit", Unit::as_str(unit));
        facts.push((locale.t("improvement-unit-title"), Cell::text(unit)));
    }
    if !it.terms.description.is_empty() {
        facts.push((locale.t("col-description"), Cell::text(&it.terms.description).look("prose")));
    }
    Ok(facts)
}

async fn one(visitor: &Visitor, text: &str, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let stored = visitor.service().get_improvement(&visitor.call, text).await?;
    let it = &stored.value;
    let shell = Shell::at(visitor, "/improvements", &format!("{} {}", it.number, it.terms.title)).await;
    let step = |step: &muster_model::improvement::Step| Row {
        cells: vec![
            Cell::text(locale.name("improvement-event", step.event.as_str())).look("main"),
            Cell::text(step.measured.map(|it_was| value(locale, &it.terms, Some(it_was))).unwrap_or_default()),
            Cell::text(&step.note),
            Cell::text(locale.actor(&step.by)).look(""),
            Cell::drawn(shell.when(&step.at)),
        ],
        forms: Vec::new(),
    };
    let manages = visitor.may(Action::ImprovementManage);
    let mut folds = Vec::new();
    if manages {
        folds = moves(visitor, &stored, attempt);
        if it.state.is_active() {
            let is_begun = !matches!(it.state, State::Proposed | State::Approved);
            let form = Form::new(visitor, "edit", format!("/improvements/{}", it.number), locale.t("improvement-edit"));
            let form = form.submit(locale.t("save")).version(stored.version);
            folds.push(written(visitor, form, &it.terms, is_begun).await?.after(attempt));
        }
    }
    let heads = ["improvement-steps", "improvement-measured", "field-note", "col-by", "col-changed"];
    let page = SheetPage {
        above: Some(above(locale)),
        note: String::new(),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: facts(visitor, it, &shell).await?,
        tables: vec![Table {
            id: "steps",
            title: locale.t("improvement-steps"),
            heads: heads.map(|key| locale.t(key)).into(),
            rows: it.steps.iter().rev().map(step).collect(),
            empty: locale.t("improvement-no-steps"),
        }],
        forms: Vec::new(),
        folds,
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /improvements/{id}`.
pub(super) async fn show(visitor: Visitor, Path(id): Path<String>) -> Response {
    let outcome = one(&visitor, &id, None).await;
    visitor.answer(outcome)
}

async fn finish(
    visitor: &Visitor,
    id: &str,
    form: &str,
    fields: Fields,
    outcome: Result<(), ServiceError>,
) -> Response {
    let outcome = match outcome {
        Ok(()) => Ok(see_other(&format!("/improvements/{id}?done=saved"))),
        Err(error) => match Attempt::new(form, fields, error, visitor.locale) {
            Ok(attempt) => one(visitor, id, Some(&attempt)).await,
            Err(error) => Err(error),
        },
    };
    visitor.answer(outcome)
}

/// `POST /improvements/{id}`.
pub(super) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let saved = async {
        let patch = patch(&fields)?;
        visitor.service().edit_improvement(&visitor.call, &id, &patch, fields.version()).await.map(drop)
    };
    let outcome = saved.await;
    finish(&visitor, &id, "edit", fields, outcome).await
}

/// `POST /improvements/{id}/do/{event}`.
pub(super) async fn transition(
    Path((id, name)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let moved = async {
        let event = Event::ALL.iter().copied().find(|event| event.as_str() == name);
        let event = event.ok_or_else(|| ServiceError::NotFound { kind: "page", id: String::new() })?;
        let value = match fields.filled("value") {
            Some(text) => Some(text.parse().map_err(|_| invalid("/value", Phrase::new("improvement_number")))?),
            None => None,
        };
        let asked = Move { event, note: fields.text("note").to_owned(), value };
        visitor.service().move_improvement(&visitor.call, &id, &asked, fields.version()).await.map(drop)
    };
    let outcome = moved.await;
    finish(&visitor, &id, &format!("do-{name}"), fields, outcome).await
}
