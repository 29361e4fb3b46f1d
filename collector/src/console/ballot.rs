//! `/ballot`: the link of a mail that votes without a session (rule A8). Opening it shows what is voted on and does nothing;
//! only its form votes. The link stands in the query, which no log keeps, and no page refers to it.

use askama::Template;
use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use muster_model::approval::Decision;
use muster_model::ticket::{Details, Ticket};
use muster_shared::id::RequestId;
use muster_shared::{Time, problem::FieldError};

use super::answer::{self, Failure, sentence};
use super::locale::Locale;
use super::markup::Html;
use super::shell::Shell;
use super::submission::{Fields, read_fields};
use super::visitor::{browser_locale, form_pairs};
use crate::app::Shared;
use crate::service::ServiceError;
use crate::service::approval::ballot::Paper;

/// What a link shows.
struct Shown {
    number: String,
    title: String,
    stage: String,
    voter: String,
    ends: Html,
    facts: Vec<(String, String)>,
    decisions: Vec<(&'static str, String, bool)>,
}

#[derive(Template)]
#[template(path = "ballot.html")]
struct BallotPage {
    page: Shell,
    link: String,
    comment: String,
    /// The ballot; none when the link votes no more.
    shown: Option<Shown>,
    /// That the vote is counted.
    done: Option<String>,
    error: Option<String>,
    errors: Vec<FieldError>,
}

/// What people have to know of a ticket to vote on it.
fn facts(ticket: &Ticket, locale: Locale) -> Vec<(String, String)> {
    let time = |at: Option<Time>| at.map(|at| at.to_string()).unwrap_or_default();
    let mut facts = vec![("description", ticket.description.to_string())];
    match &ticket.details {
        Details::Change(change) => {
            let plan = &change.plan;
            facts.extend([
                ("reason", plan.reason.clone().unwrap_or_default()),
                ("planned-start", time(plan.planned_start)),
                ("planned-end", time(plan.planned_end)),
                ("implementation", plan.implementation.clone().unwrap_or_default()),
                ("backout", plan.backout.clone().unwrap_or_default()),
            ]);
        }
        Details::Access(access) => {
            let terms = &access.terms;
            facts.extend([
                ("account", terms.account.clone().unwrap_or_default()),
                ("reason", terms.reason.clone().unwrap_or_default()),
                ("valid-from", time(terms.valid_from)),
                ("valid-to", time(terms.valid_to)),
            ]);
        }
        Details::Request(_) | Details::Incident | Details::Problem(_) | Details::Release(_) | Details::Task(_) => {}
    }
    facts.retain(|(_, value)| !value.trim().is_empty());
    facts.into_iter().map(|(name, value)| (locale.name("field", name), value)).collect()
}

fn shown(paper: &Paper, page: &Shell, chosen: &str) -> Shown {
    let locale = page.locale;
    let decision = |it: &Decision| (it.as_str(), locale.name("decision", it.as_str()), it.as_str() == chosen);
    Shown {
        number: paper.ticket.number.clone(),
        title: locale.say(&paper.ticket.title),
        stage: locale.name("stage", paper.stage.as_str()),
        voter: paper.voter.clone(),
        ends: page.when(&paper.ends_at),
        facts: facts(&paper.ticket, locale),
        decisions: Decision::ALL.iter().map(decision).collect(),
    }
}

/// The page of a link, with what was typed into its form and why that was not taken.
async fn page(
    app: &Shared,
    locale: Locale,
    fields: &Fields,
    refused: Option<ServiceError>,
    id: Option<RequestId>,
) -> Response {
    let mut page = BallotPage {
        page: Shell::outside(locale, &locale.t("ballot-title")),
        link: fields.text("t").to_owned(),
        comment: fields.text("comment").to_owned(),
        shown: None,
        done: None,
        error: None,
        errors: Vec::new(),
    };
    // Nobody is signed in, but the end of the vote is told from now.
    page.page.now = app.service.now();
    let mut status = StatusCode::OK;
    match refused {
        None => {}
        Some(ServiceError::Invalid(wrong)) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            let say =
                |wrong: crate::service::Wrong| FieldError { detail: locale.say(&wrong.detail), pointer: wrong.pointer };
            page.errors = wrong.into_iter().map(say).collect();
        }
        Some(ServiceError::Conflict(why)) => {
            status = StatusCode::CONFLICT;
            page.error = Some(sentence(&why, locale));
        }
        Some(error) => return Failure::of(&error, id, locale).page(None),
    }
    match app.service.see_ballot(fields.text("t")).await {
        Ok(paper) => page.shown = Some(shown(&paper, &page.page, fields.text("decision"))),
        Err(ServiceError::Conflict(why)) => {
            page.error = Some(sentence(&why, locale));
            status = StatusCode::CONFLICT;
        }
        Err(error) => return Failure::of(&error, id, locale).page(None),
    }
    answer::page(status, &page)
}

/// `GET /ballot?t=…`: what is voted on.
pub(super) async fn show(
    State(app): State<Shared>,
    id: Option<Extension<RequestId>>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let fields = Fields(form_pairs(request.uri().query().unwrap_or_default()));
    page(&app, browser_locale(&headers), &fields, None, id.map(|Extension(id)| id)).await
}

/// `POST /ballot`: votes.
pub(super) async fn submit(
    State(app): State<Shared>,
    id: Option<Extension<RequestId>>,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let fields = read_fields(request).await;
    let (locale, id) = (browser_locale(&headers), id.map(|Extension(id)| id));
    let Some(decision) = Decision::ALL.iter().copied().find(|it| it.as_str() == fields.text("decision")) else {
        let choose = crate::service::invalid("/decision", muster_model::text::Phrase::new("ballot_decision"));
        return page(&app, locale, &fields, Some(choose), id).await;
    };
    let voted = app.service.vote_by_ballot(fields.text("t"), decision, fields.text("comment"), id).await;
    match voted {
        Ok(number) => {
            let done = locale
                .with("ballot-done", &[("number", &number), ("decision", &locale.name("decision", decision.as_str()))]);
            let page = Shell::outside(locale, &locale.t("ballot-title"));
            let (link, comment) = (String::new(), String::new());
            answer::page(
                StatusCode::OK,
                &BallotPage { page, link, comment, shown: None, done: Some(done), error: None, errors: Vec::new() },
            )
        }
        Err(error) => page(&app, locale, &fields, Some(error), id).await,
    }
}
