//! `/routing`: who deals with incidents of drift: rules, tried in order.

use axum::extract::Path;
use axum::response::Response;
use muster_model::right::Action;
use muster_model::routing::rule::{About, RoutingRule};
use muster_model::ticket::Kind as TicketKind;

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form, Kind};
use super::incident;
use super::list::Pager;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::routing::RoutingDraft;
use crate::service::{ServiceError, Wrong};

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let stored = visitor.service().routing(&visitor.call).await?;
    let may = visitor.may(Action::RoutingUpdate);
    let people = visitor.service().list_people(&visitor.call).await?;
    let row = |(n, rule): (usize, &RoutingRule)| {
        let remove = || {
            Form::new(visitor, format!("remove-{n}"), format!("/routing/{n}/remove"), locale.t("route-remove"))
                .tone("danger")
                .version(stored.version)
                .after(attempt)
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
            forms: may.then(remove).into_iter().collect(),
        }
    };
    let add = || {
        let last = stored.value.rules.len() + 1;
        Form::new(visitor, "add", "/routing".to_owned(), locale.t("route-new"))
            .tone("primary")
            .version(stored.version)
            .note(locale.t("route-note"))
            .field(Field::text(locale, "name").required())
            .field(Field::named("about", locale.t("route-about"), Kind::Select).choices(form::choices(
                locale,
                "route-about",
                About::ALL.iter().map(|about| about.as_str()),
                About::Findings.as_str(),
            )))
            .field(Field::text(locale, "filter").hint(locale.t("hint-route")))
            .field(Field::text(locale, "group"))
            .field(Field::new(locale, "assignee", Kind::Select).choices(incident::people(
                locale,
                &people,
                TicketKind::Incident.work(),
                None,
            )))
            .field(Field::new(locale, "place", Kind::Input("number")).value(last.to_string()))
            .after(attempt)
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

async fn added(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let (service, call) = (visitor.service(), &visitor.call);
    let rules = service.routing(call).await?.value.rules;
    let mut rules: Vec<RoutingDraft> = rules.into_iter().map(RoutingDraft::from).collect();
    let place = fields.number::<usize>("place").unwrap_or(usize::MAX).clamp(1, rules.len() + 1) - 1;
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
    let beside = |error: ServiceError| match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(
            errors
                .into_iter()
                .map(|wrong| Wrong {
                    pointer: wrong.pointer.strip_prefix(&start).unwrap_or(&wrong.pointer).to_owned(),
                    ..wrong
                })
                .collect(),
        ),
        other => other,
    };
    match service.update_routing(call, rules, Some(fields.version().unwrap_or_default())).await.map_err(beside) {
        Ok(_) => Ok(see_other("/routing?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new("add", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /routing`.
pub(super) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = added(&visitor, fields).await;
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
