//! `/waivers`: what may stand for a time, one form to make one, and why a change alerted somebody or nobody.

use axum::extract::Path;
use axum::response::Response;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::id::{HostId, WaiverId};

use super::answer::{self, see_other};
use super::form::{self, Attempt, Field, Form, Kind};
use super::list::Pager;
use super::sheet::{Cell, Row, SheetPage, Table};
use super::shell::Shell;
use super::submission::{Fields, Submission};
use super::visitor::Visitor;
use crate::service::waiver::{WaiverDraft, WaiverView};
use crate::service::{ServiceError, invalid};

fn row(visitor: &Visitor, shell: &Shell, view: &WaiverView, attempt: Option<&Attempt>) -> Row {
    let locale = visitor.locale;
    let waiver = &view.waiver.value;
    let id = waiver.id;
    let end = || {
        Form::new(visitor, format!("end-{id}"), format!("/waivers/{id}/end"), locale.t("waiver-end"))
            .tone("danger")
            .version(view.waiver.version)
            .after(attempt)
    };
    let may_end = visitor.may_all(Action::FindingWaive) && view.state == "active";
    Row {
        cells: vec![
            Cell::text(&waiver.selector).look("main"),
            Cell::text(&waiver.justification),
            Cell::text(locale.actor(&waiver.owner)),
            Cell::text(locale.name("waiver-state", view.state)),
            Cell::drawn(shell.when(&waiver.expires_at)),
        ],
        forms: may_end.then(end).into_iter().collect(),
    }
}

async fn page(visitor: &Visitor, attempt: Option<&Attempt>) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let waivers = visitor.service().list_waivers(&visitor.call).await?;
    let shell = Shell::at(visitor, "/policies", &locale.t("waivers-title")).await;
    let add = || {
        Form::new(visitor, "add", "/waivers".to_owned(), locale.t("waiver-new"))
            .tone("primary")
            .field(Field::text(locale, "selector").required().hint(locale.t("hint-selector")))
            .field(Field::area(locale, "justification").required())
            .field(Field::text(locale, "owner").required().value(&visitor.user().name))
            .field(Field::new(locale, "expires_at", Kind::Input("date")).required().hint(locale.t("hint-year")))
            .after(attempt)
    };
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(("/policies", locale.t("policies-title"))),
        note: locale.t("waivers-note"),
        begin: None,
        facts: Vec::new(),
        tables: vec![Table {
            id: "waivers",
            title: locale.t("waivers-title"),
            heads: ["waiver-means", "waiver-because", "col-owner", "policy-state", "until"]
                .map(|key| locale.t(key))
                .into_iter()
                .chain([String::new()])
                .collect(),
            rows: waivers.iter().map(|view| row(visitor, &shell, view, attempt)).collect(),
            empty: locale.t("waivers-none"),
        }],
        forms: visitor.may_all(Action::FindingWaive).then(add).into_iter().collect(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(attempt), &page))
}

/// `GET /waivers`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor, None).await;
    visitor.answer(outcome)
}

async fn made(visitor: &Visitor, fields: Fields) -> Result<Response, ServiceError> {
    let outcome = match fields.moment("expires_at") {
        Some(expires_at) => {
            let text = |name: &str| fields.text(name).to_owned();
            let (selector, justification, owner) = (text("selector"), text("justification"), text("owner"));
            let draft = WaiverDraft { selector, justification, owner, expires_at };
            visitor.service().create_waiver(&visitor.call, draft).await.map(drop)
        }
        None => Err(invalid("/expires_at", Phrase::new("date_ahead"))),
    };
    match outcome {
        Ok(()) => Ok(see_other("/waivers?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new("add", fields, error, visitor.locale)?)).await,
    }
}

/// `POST /waivers`.
pub(super) async fn add(Submission { visitor, fields }: Submission) -> Response {
    let outcome = made(&visitor, fields).await;
    visitor.answer(outcome)
}

async fn ended(visitor: &Visitor, text: &str, fields: Fields) -> Result<Response, ServiceError> {
    let missing = |_| ServiceError::NotFound { kind: "waiver", id: text.chars().take(80).collect() };
    let id: WaiverId = text.parse().map_err(missing)?;
    match visitor.service().end_waiver(&visitor.call, id, fields.version()).await {
        Ok(_) => Ok(see_other("/waivers?done=saved")),
        Err(error) => page(visitor, Some(&Attempt::new(&format!("end-{id}"), fields, error, visitor.locale)?)).await,
    }
}

/// `POST /waivers/{id}/end`.
pub(super) async fn end(Path(id): Path<String>, Submission { visitor, fields }: Submission) -> Response {
    let outcome = ended(&visitor, &id, fields).await;
    visitor.answer(outcome)
}

async fn why_page(visitor: &Visitor, host: &str, seq: &str) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let missing = || ServiceError::NotFound { kind: "change", id: seq.chars().take(40).collect() };
    let (id, number): (HostId, u64) = (host.parse().map_err(|_| missing())?, seq.parse().map_err(|_| missing())?);
    let why = visitor.service().explain_change(&visitor.call, id, number).await?;
    let shell = Shell::at(visitor, "/findings", &locale.t("why-title")).await;
    let step = |step: &crate::service::why::Step| Row {
        cells: vec![
            Cell::text(locale.name("why-step", step.step)).look("main"),
            Cell::text(locale.phrase(&step.why)),
            Cell::text(locale.name("why-went", if step.passed { "on" } else { "no_further" })),
        ],
        forms: Vec::new(),
    };
    let entry = &why.entry;
    let section = locale.name("section", entry.section.as_str());
    let page = SheetPage {
        tabs: Vec::new(),
        pager: Pager::default(),
        above: Some(("/findings", locale.t("findings-title"))),
        note: locale.t(if why.is_alerted { "why-alerted" } else { "why-not-alerted" }),
        begin: None,
        facts: vec![
            (section, Cell::text(&entry.key).look("mono").link(format!("/items/{}", entry.item))),
            (locale.t("col-operation"), Cell::text(locale.name("operation", entry.operation.as_str()))),
            (locale.t("happened"), Cell::drawn(shell.when(&entry.seen_at))),
        ],
        tables: vec![Table {
            id: "steps",
            title: locale.t("why-steps"),
            heads: ["why-step", "why-because", "why-outcome"].map(|key| locale.t(key)).into(),
            rows: why.steps.iter().map(step).collect(),
            empty: String::new(),
        }],
        forms: Vec::new(),
        folds: Vec::new(),
        page: shell,
    };
    Ok(answer::page(form::status(None), &page))
}

/// `GET /hosts/{id}/changes/{seq}`.
pub(super) async fn why(visitor: Visitor, Path((host, seq)): Path<(String, String)>) -> Response {
    let outcome = why_page(&visitor, &host, &seq).await;
    visitor.answer(outcome)
}
