//! `/changes/templates`: what standard changes follow, with votes, editions and the changes that followed.

mod table;

use axum::extract::Path;
use axum::response::Response;
use muster_model::Versioned;
use muster_model::right::Action;
use muster_model::ticket::change::template::{Draft, Template, TemplateEvent, TemplateState};
use muster_model::ticket::change::{Change, ChangeType, Plan};
use muster_model::ticket::state::CloseCode;
use muster_model::ticket::{Details, Kind, Ticket};
use muster_shared::Time;
use muster_shared::id::TemplateId;

use self::table::{editions, followers, history, time};
use super::panel::Panel;
use super::shape::{self, Shape};
use super::{address, named};
use crate::console::answer::{self, see_other};
use crate::console::form::{self, Attempt, Field, Form};
use crate::console::list::Pager;
use crate::console::sheet::{Cell, Row, SheetPage, Table};
use crate::console::shell::Shell;
use crate::console::submission::{Fields, Submission};
use crate::console::visitor::Visitor;
use crate::console::{markup, moment, schedule};
use crate::service::change_template::Proposal;
use crate::service::ticket::refused_details;
use crate::service::{ServiceError, Wrong, invalid};

/// What of a plan only one change has.
const OF_ONE_CHANGE: &[&str] =
    &["type", "template", "template_edition", "planned_start", "planned_end", "is_retroactive", "implementer"];

/// The paths of a plan that a template has.
fn shapes() -> impl Iterator<Item = &'static (&'static str, Shape)> {
    shape::shapes(Kind::Change).iter().filter(|(path, _)| !OF_ONE_CHANGE.contains(path))
}

fn state(visitor: &Visitor, template: &Template) -> Cell {
    Cell::drawn(markup::state(visitor.locale, "template-state", template.standing(visitor.now())))
}

fn field_for(visitor: &Visitor, form: Form, draft: &Draft) -> Form {
    let locale = visitor.locale;
    let review = draft.review_at.map(|at| moment::field_of(&at.to_string())).unwrap_or_default();
    let hint = format!("{} {}", locale.t("template-review-hint"), locale.t("hint-utc"));
    form.field(Field::text(locale, "name").required().value(&draft.name))
        .field(Field::area(locale, "description").value(&draft.description))
        .field(
            Field::named("review_at", locale.t("template-review"), form::Kind::Input("datetime-local"))
                .value(review)
                .hint(hint),
        )
}

/// An error of a template, at the field of the form that it means.
fn placed(error: ServiceError) -> ServiceError {
    let place = |mut wrong: Wrong| {
        let path = wrong.pointer.strip_prefix("/details").unwrap_or(&wrong.pointer);
        if let Some(path) = path.strip_prefix("/plan/") {
            let fits = |(own, _): &&(&str, Shape)| path == *own || path.starts_with(&format!("{own}/"));
            // Of a scope that says nothing the hosts are asked for.
            let own = shapes().find(fits).map_or(if path == "scope" { "scope/hosts" } else { path }, |(own, _)| own);
            wrong.pointer = format!("/{}", shape::name(own));
        }
        wrong
    };
    match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(errors.into_iter().map(place).collect()),
        other => other,
    }
}

fn day(fields: &Fields, name: &'static str) -> Result<Option<Time>, ServiceError> {
    let text = fields.text(name).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || invalid(&format!("/{name}"), muster_model::text::Phrase::new("date_and_time"));
    Ok(Some(moment::parse_field(text).ok_or_else(wrong)?))
}

fn draft_of(fields: &Fields, plan: Plan) -> Result<Draft, ServiceError> {
    let text = |name: &str| fields.text(name).trim().to_owned();
    Ok(Draft { name: text("name"), description: text("description"), plan, review_at: day(fields, "review_at")? })
}

/// The form with which a change that ended well is proposed as a template.
pub(super) fn propose(visitor: &Visitor, ticket: &Ticket, change: &Change) -> Option<Panel> {
    let locale = visitor.locale;
    let is_good = ticket.state.resolution().is_some_and(|how| how.close_code == CloseCode::Successful);
    let is_voted = change.plan.r#type == ChangeType::Normal && change.approved_plan.is_some();
    if !(is_good && is_voted && visitor.may_all(Action::ChangePlan)) {
        return None;
    }
    let mut panel = Panel::new("template", locale.t("template-title"));
    panel.note = locale.t("template-of-change");
    let form = Form::new(visitor, "add", "/changes/templates".to_owned(), locale.t("template-new"));
    let from = Field::named("from", locale.t("template-from"), form::Kind::Input("text")).value(&ticket.number);
    panel.forms.push(field_for(visitor, form, &Draft::default()).field(from));
    Some(panel)
}

fn row(visitor: &Visitor, stored: &Versioned<Template>) -> Row {
    let template = &stored.value;
    let cells = vec![
        Cell::text(&template.draft.name).look("main").link(format!("/changes/templates/{}", template.id)),
        state(visitor, template),
        Cell::text(template.edition.to_string()),
        time(visitor, template.valid_until()),
        Cell::cut(&template.draft.description),
    ];
    Row { cells, forms: Vec::new() }
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let all = visitor.service().list_templates(&visitor.call).await?;
    let add = || {
        let form = Form::new(visitor, "add", "/changes/templates".to_owned(), locale.t("template-new")).tone("primary");
        let from = Field::named("from", locale.t("template-from"), form::Kind::Input("text")).required();
        field_for(visitor, form, &Draft::default()).field(from.hint(locale.t("template-from-hint"))).after(attempt)
    };
    let heads = ["field-name", "col-state", "col-edition", "template-until", "field-description"];
    let page = SheetPage {
        above: Some(("/tickets?kind=change", locale.t("kinds-change"))),
        note: locale.t("templates-note"),
        tabs: schedule::tabs(locale, "/changes/templates"),
        pager: Pager::default(),
        begin: None,
        facts: Vec::new(),
        tables: vec![Table {
            id: "templates",
            title: locale.t("templates-title"),
            heads: heads.map(|key| locale.t(key)).into(),
            rows: all.iter().map(|stored| row(visitor, stored)).collect(),
            empty: locale.t("templates-none"),
        }],
        forms: visitor.may_all(Action::ChangePlan).then(add).into_iter().collect(),
        folds: Vec::new(),
        page: Shell::at(visitor, "/tickets", &locale.t("templates-title")).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /changes/templates`.
pub(in crate::console) async fn list(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// What can be done with a template by whoever looks.
fn steps(visitor: &Visitor, stored: &Versioned<Template>) -> Vec<Form> {
    let (locale, template) = (visitor.locale, &stored.value);
    let is_over = template.is_expired(visitor.now());
    let can = |event: &&TemplateEvent| {
        let right = if event.is_of_planners() { Action::ChangePlan } else { Action::ChangeReview };
        let fits = match (event, template.state) {
            (TemplateEvent::Approve | TemplateEvent::Reject, state) => state == TemplateState::Proposed,
            (TemplateEvent::Suspend, state) => state == TemplateState::Approved && !is_over,
            (TemplateEvent::Propose, TemplateState::Approved) => is_over,
            (TemplateEvent::Propose, state) => matches!(state, TemplateState::Rejected | TemplateState::Suspended),
            (_, state) => state != TemplateState::Withdrawn,
        };
        fits && visitor.may_all(right)
    };
    let form = |event: &TemplateEvent| {
        let name = event.as_str();
        let tone = match event {
            TemplateEvent::Approve => "primary",
            TemplateEvent::Withdraw | TemplateEvent::Suspend | TemplateEvent::Reject => "danger",
            _ => "plain",
        };
        let action = format!("/changes/templates/{}/{name}", template.id);
        let comment = Field::area(locale, "comment");
        let comment = if *event == TemplateEvent::Approve { comment } else { comment.required() };
        Form::new(visitor, name, action, locale.name("template-event", name))
            .tone(tone)
            .version(stored.version)
            .field(comment)
    };
    TemplateEvent::ASKED.iter().filter(can).map(form).collect()
}

async fn facts(visitor: &Visitor, template: &Template) -> Vec<(String, Cell)> {
    let locale = visitor.locale;
    let mut facts = vec![
        (locale.t("col-state"), state(visitor, template)),
        (locale.t("col-edition"), Cell::text(template.edition.to_string())),
    ];
    let mut add = |key: &str, cell: Cell| {
        if !cell.text.0.is_empty() {
            facts.push((locale.t(key), cell));
        }
    };
    add("template-approved", time(visitor, template.approved_at));
    add("template-until", time(visitor, template.valid_until()));
    add("field-description", Cell::text(&template.draft.description));
    if let Some(from) = template.from {
        let number = named::typed(visitor, Shape::Tickets, &from.to_string()).await;
        add("template-from", Cell::text(&number).link(address(&number)));
    }
    let details = Details::Change(Box::new(Change { plan: template.draft.plan.clone(), ..Change::default() }));
    let part = shape::part(&details);
    for (path, shape) in shapes() {
        let mut text = shape::said(locale, *shape, part.pointer(&format!("/{path}")), &[]);
        if *shape == Shape::Nodes {
            let mut names = Vec::new();
            for id in text.lines().take(named::MOST) {
                names.push(named::typed(visitor, *shape, id).await);
            }
            text = names.join(", ");
        }
        if !text.is_empty() {
            facts.push((locale.name("field", &shape::name(path)), Cell::text(text)));
        }
    }
    facts
}

async fn detail(visitor: &Visitor, id: TemplateId, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let (service, call, locale) = (visitor.service(), &visitor.call, visitor.locale);
    let stored = service.get_template(call, id).await?;
    let template = &stored.value;
    let mut forms: Vec<Form> = steps(visitor, &stored).into_iter().map(|form| form.after(attempt)).collect();
    if template.state != TemplateState::Withdrawn && visitor.may_all(Action::ChangePlan) {
        let form = Form::new(visitor, "edit", format!("/changes/templates/{id}"), locale.t("edit"));
        let mut form = field_for(visitor, form.version(stored.version), &template.draft).submit(locale.t("save"));
        form.note = Some(locale.t("template-edit-note"));
        let details = Details::Change(Box::new(Change { plan: template.draft.plan.clone(), ..Change::default() }));
        let wanted: Vec<String> = shapes().map(|(path, _)| shape::name(path)).collect();
        for field in Box::pin(shape::fields(visitor, &details, &[])).await {
            if wanted.iter().any(|name| *name == field.name) {
                form = form.field(field);
            }
        }
        forms.push(form.after(attempt));
    }
    let editions_of = service.list_editions(call, id).await?;
    let changes = service.changes_of_template(call, id).await?;
    let page = SheetPage {
        above: Some(("/changes/templates", locale.t("templates-title"))),
        note: String::new(),
        tabs: Vec::new(),
        pager: Pager::default(),
        begin: None,
        facts: facts(visitor, template).await,
        tables: vec![history(visitor, template), editions(visitor, &editions_of), followers(visitor, &changes)],
        forms: Vec::new(),
        folds: forms,
        page: Shell::at(visitor, "/tickets", &template.draft.name).await,
    };
    Ok(answer::page(form::status(attempt), &page))
}

fn parse(id: &str) -> Result<TemplateId, ServiceError> {
    id.parse().map_err(|_| ServiceError::NotFound { kind: "template", id: id.chars().take(80).collect() })
}

/// `GET /changes/templates/{id}`.
pub(in crate::console) async fn show(Path(id): Path<String>, visitor: Visitor) -> Response {
    let outcome = match parse(&id) {
        Ok(id) => detail(&visitor, id, None).await,
        Err(error) => Err(error),
    };
    visitor.answer(outcome)
}

async fn added(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let from = fields.text("from").trim().to_owned();
    let made = match draft_of(&fields, Plan::default()) {
        Ok(draft) => visitor.service().create_template(&visitor.call, Proposal { draft, from: Some(from) }).await,
        Err(error) => Err(error),
    };
    match made.map_err(placed) {
        Ok(made) => Ok(see_other(&format!("/changes/templates/{}?done=saved", made.value.id))),
        Err(error) => page(visitor, Some(&Attempt::new("add", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /changes/templates`.
pub(in crate::console) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = Box::pin(added(&visitor, fields)).await;
    visitor.answer(outcome)
}

async fn done(
    visitor: &Visitor,
    id: TemplateId,
    form: &str,
    fields: Fields,
    outcome: Result<Versioned<Template>, ServiceError>,
) -> Result<Response, ServiceError> {
    match outcome.map_err(placed) {
        Ok(_) => Ok(see_other(&format!("/changes/templates/{id}?done=saved"))),
        Err(error) => detail(visitor, id, Some(&Attempt::new(form, fields, error, visitor.locale)?)).await,
    }
}

async fn written(visitor: &Visitor, id: TemplateId, fields: &Fields) -> Result<Versioned<Template>, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let before = service.get_template(call, id).await?.value.draft.plan;
    let mut patch = shape::patch(Kind::Change, fields)?;
    service.name_details(call, Kind::Change, &mut patch).await?;
    let details = Details::Change(Box::new(Change { plan: before, ..Change::default() }));
    let details = details.patched(&patch).map_err(refused_details)?;
    let plan = details.change().map(|change| change.plan.clone()).unwrap_or_default();
    service.replace_template(call, id, draft_of(fields, plan)?, fields.version()).await
}

/// `POST /changes/templates/{id}`.
pub(in crate::console) async fn save(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = match parse(&id) {
        Ok(id) => {
            let outcome = Box::pin(written(&visitor, id, &fields)).await;
            Box::pin(done(&visitor, id, "edit", fields, outcome)).await
        }
        Err(error) => Err(error),
    };
    visitor.answer(outcome)
}

async fn moved(visitor: &Visitor, id: &str, event: &str, fields: Fields) -> Result<Response, ServiceError> {
    let id = parse(id)?;
    let unknown = || ServiceError::NotFound { kind: "template", id: id.to_string() };
    let event = TemplateEvent::ASKED.iter().find(|one| one.as_str() == event).ok_or_else(unknown)?;
    let (comment, seen) = (fields.text("comment"), fields.version());
    let outcome = visitor.service().move_template(&visitor.call, id, *event, None, comment, seen).await;
    done(visitor, id, event.as_str(), fields, outcome).await
}

/// `POST /changes/templates/{id}/{event}`.
pub(in crate::console) async fn act(
    Path((id, event)): Path<(String, String)>,
    Submission { visitor, fields }: Submission,
) -> Response {
    let outcome = moved(&visitor, &id, &event, fields).await;
    visitor.answer(outcome)
}
