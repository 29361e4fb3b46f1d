//! `/routing`: who deals with incidents of drift: rules, tried in order.

use axum::extract::Path;
use axum::response::Response;
use muster_model::right::Action;
use muster_model::routing::rule::{About, RoutingRule};
use muster_model::text::Phrase;
use muster_model::ticket::Kind as TicketKind;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form, Kind};
use super::incident;
use super::list::Pager;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::account::Person;
use crate::service::routing::RoutingDraft;
use crate::service::{ServiceError, Wrong, invalid};

/// The fields of a rule; of a new one they are empty.
fn with_fields(visitor: &Visitor, form: Form, people: &[Person], place: usize, rule: Option<&RoutingRule>) -> Form {
    let locale = visitor.locale;
    let text = |value: Option<&String>| value.cloned().unwrap_or_default();
    let about = rule.map_or_else(About::default, |rule| rule.about);
    let all = About::ALL.iter().map(|about| about.as_str());
    form.note(locale.t("route-note"))
        .field(Field::text(locale, "name").required().value(text(rule.map(|rule| &rule.name))))
        .field(Field::named("about", locale.t("route-about"), Kind::Select).choices(form::choices(
            locale,
            "route-about",
            all,
            about.as_str(),
        )))
        .field(Field::text(locale, "filter").hint(locale.t("hint-route")).value(text(rule.map(|rule| &rule.filter))))
        .field(Field::group(locale, "group").value(text(rule.and_then(|rule| rule.group.as_ref()))))
        .field(Field::new(locale, "assignee", Kind::Select).choices(incident::people(
            locale,
            people,
            TicketKind::Incident.work(),
            rule.and_then(|rule| rule.assignee),
        )))
        .field(Field::new(locale, "place", Kind::Input("number")).value((place + 1).to_string()))
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let stored = visitor.service().routing(&visitor.call).await?;
    let may = visitor.may(Action::RoutingUpdate);
    let people = visitor.service().list_people(&visitor.call).await?;
    let form = |id: String, path: &str, title: &str| {
        Form::new(visitor, id, format!("/routing{path}"), locale.t(title)).version(stored.version)
    };
    let row = |(n, rule): (usize, &RoutingRule)| {
        let forms = || {
            let edit = form(format!("edit-{n}"), &format!("/{n}"), "edit").submit(locale.t("save"));
            let remove = form(format!("remove-{n}"), &format!("/{n}/remove"), "route-remove").tone("danger");
            let edit = with_fields(visitor, edit, &people, n, Some(rule));
            [edit, remove].map(|form| form.after(attempt)).into()
        };
        Row {
            cells: vec![
                Cell::text((n + 1).to_string()),
                Cell::text(&rule.name).look("main"),
                Cell::text(locale.name("route-about", rule.about.as_str())),
                Cell::text(&rule.filter).look("mono"),
                Cell::text(rule.group.clone().unwrap_or_default()),
                Cell::text(rule.assignee.map(|id| incident::list::name_of(id, &people)).unwrap_or_default()),
            ],
            forms: if may { forms() } else { Vec::new() },
        }
    };
    let add = || {
        let form = form("add".to_owned(), "", "route-new").tone("primary");
        with_fields(visitor, form, &people, stored.value.rules.len(), None).after(attempt)
    };
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        page: Shell::at(visitor, "/policies", &locale.t("routing-title")).await,
        above: Some(("/policies", locale.t("policies-title"))),
        note: locale.t("routing-note"),
        begin: None,
        facts: Vec::new(),
        tables: vec![Table {
            id: "rules",
            title: locale.t("routing-title"),
            heads: ["route-place", "route-name", "route-about", "waiver-means", "route-group", "field-assignee"]
                .map(|key| locale.t(key))
                .into_iter()
                .chain([String::new()])
                .collect(),
            rows: stored.value.rules.iter().enumerate().map(row).collect(),
            empty: locale.t("routing-none"),
        }],
        forms: may.then(add).into_iter().collect(),
        folds: Vec::new(),
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /routing`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

/// Saves a rule where the form says; in the place of `old` when there is one.
async fn saved(visitor: &Visitor, fields: &Fields, old: Option<usize>) -> Result<(), ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let rules = service.routing(call).await?.value.rules;
    let mut rules: Vec<RoutingDraft> = rules.into_iter().map(RoutingDraft::from).collect();
    if let Some(n) = old.filter(|n| *n < rules.len()) {
        rules.remove(n);
    }
    let last = rules.len() + 1;
    let place = match fields.filled("place").map(|text| text.trim().parse::<usize>()) {
        None => last,
        Some(Ok(place)) if (1..=last).contains(&place) => place,
        Some(_) => {
            let why = Phrase::new("number_from_to").with("min", 1_usize).with("max", last);
            return Err(invalid("/place", why));
        }
    } - 1;
    rules.insert(
        place,
        RoutingDraft {
            name: fields.text("name").trim().to_owned(),
            about: About::ALL.iter().copied().find(|one| one.as_str() == fields.text("about")).unwrap_or_default(),
            filter: fields.text("filter").trim().to_owned(),
            group: fields.filled("group").map(str::to_owned),
            assignee: fields.filled("assignee").map(str::to_owned),
        },
    );
    let start = format!("/rules/{place}");
    let beside = |wrong: Wrong| {
        let pointer = wrong.pointer.strip_prefix(&start).unwrap_or(&wrong.pointer).to_owned();
        Wrong { pointer, ..wrong }
    };
    // The number of a rule means something only in the version that was looked at.
    match service.update_routing(call, rules, Some(fields.version().unwrap_or_default())).await {
        Ok(_) => Ok(()),
        Err(ServiceError::Invalid(errors)) => Err(ServiceError::Invalid(errors.into_iter().map(beside).collect())),
        Err(error) => Err(error),
    }
}

async fn sent(visitor: &Visitor, fields: Fields, old: Option<usize>) -> Result<Response, ServiceError> {
    match saved(visitor, &fields, old).await {
        Ok(()) => Ok(see_other("/routing?done=saved")),
        Err(error) => {
            let form = old.map_or_else(|| "add".to_owned(), |n| format!("edit-{n}"));
            page(visitor, Some(&Attempt::new(&form, fields, error, visitor.locale)?)).await
        }
    }
}

/// `POST /routing`.
pub(super) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = sent(&visitor, fields, None).await;
    visitor.answer(outcome)
}

/// `POST /routing/{n}`.
pub(super) async fn edit(Path(n): Path<usize>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = sent(&visitor, fields, Some(n)).await;
    visitor.answer(outcome)
}

async fn removed(visitor: &Visitor, n: usize, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let mut rules = service.routing(call).await?.value.rules;
    if n < rules.len() {
        rules.remove(n);
    }
    // The number of a rule means something only in the version that was looked at.
    let rules = rules.into_iter().map(RoutingDraft::from).collect();
    match service.update_routing(call, rules, Some(fields.version().unwrap_or_default())).await {
        Ok(_) => Ok(see_other("/routing?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new(&format!("remove-{n}"), fields, error, visitor.locale)?)).await,
    }
}

/// `POST /routing/{n}/remove`.
pub(super) async fn remove(Path(n): Path<usize>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = removed(&visitor, n, fields).await;
    visitor.answer(outcome)
}
