//! `/tickets`: problems, changes, releases, requests, access and tasks, one kind at a time.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use muster_model::query::{Query, fields};
use muster_model::right::Action;
use muster_model::ticket::{Kind, Ticket};

use crate::console::answer;
use crate::console::form::Choice;
use crate::console::incident::list::TicketRow;
use crate::console::list::{self, Pager};
use crate::console::shell::Shell;
use crate::console::visitor::{Visitor, form_pairs};
use crate::http::rest::{ListQuery, export};
use crate::service::{Page, ServiceError, invalid};

#[derive(Template)]
#[template(path = "tickets.html")]
pub(in crate::console) struct TicketsPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) kind: &'static str,
    pub(in crate::console) kinds: Vec<Choice>,
    pub(in crate::console) q: String,
    pub(in crate::console) shows_all: bool,
    pub(in crate::console) error: Option<String>,
    pub(in crate::console) tickets: Vec<TicketRow>,
    pub(in crate::console) pager: Pager,
    pub(in crate::console) may_open: bool,
    pub(in crate::console) may_import: bool,
    /// How many proposals wait, where problems are shown.
    pub(in crate::console) proposals: Option<usize>,
    pub(in crate::console) fields: String,
}

/// Most proposals of problems that are counted one by one.
const PROPOSALS: usize = 100;

/// The kinds that this page shows.
pub(super) fn kinds() -> impl Iterator<Item = Kind> {
    Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Incident)
}

/// The kind that an address names; changes when it names none.
pub(super) fn kind_of(visitor: &Visitor) -> Kind {
    let name = visitor.parameter("kind").unwrap_or_default();
    kinds().find(|kind| kind.as_str() == name).unwrap_or(Kind::Change)
}

fn query(q: &str, kind: Kind, shows_all: bool) -> Result<Query, ServiceError> {
    let mut query = Query::parse(q, &fields::TICKET)?;
    let mut demands = vec![("kind", kind.as_str())];
    if !shows_all && !query.mentions("active") {
        demands.push(("active", "true"));
    }
    for (field, value) in demands {
        query.and(field, value, &fields::TICKET).map_err(|why| invalid(&format!("/{field}"), why))?;
    }
    Ok(query)
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (locale, kind) = (visitor.locale, kind_of(visitor));
    let q = visitor.parameter("q").unwrap_or_default();
    let shows_all = visitor.parameter("show").as_deref() == Some("all");
    let people = visitor.service().list_people(&visitor.call).await?;
    let (found, error) = match query(&q, kind, shows_all) {
        Ok(query) => (visitor.service().list_tickets(&visitor.call, &query, &list::window(visitor)).await?, None),
        Err(error) => (Page { items: Vec::new(), next_cursor: None }, Some(list::query_error(error, locale)?)),
    };
    let code = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let choice = |one: Kind| Choice {
        value: one.as_str().to_owned(),
        label: locale.name("kinds", one.as_str()),
        is_chosen: one == kind,
    };
    let row = |ticket: &Ticket| TicketRow::of(ticket, &people, locale, visitor.now());
    let proposals = match kind {
        Kind::Problem if visitor.may_all(Action::TicketRead) => {
            Some(visitor.service().count_problem_proposals(&visitor.call, PROPOSALS).await?)
        }
        _ => None,
    };
    let page = TicketsPage {
        proposals,
        page: Shell::at(visitor, "/tickets", &locale.name("kinds", kind.as_str())).await,
        kind: kind.as_str(),
        kinds: kinds().map(choice).collect(),
        error,
        pager: Pager::new(visitor, "/tickets", found.next_cursor),
        tickets: found.items.iter().map(|stored| row(&stored.value)).collect(),
        shows_all,
        may_import: visitor.may(Action::TicketImport),
        may_open: visitor.may(kind.right()) && kind != Kind::Task,
        q,
        fields: fields::TICKET.names().collect::<Vec<_>>().join(", "),
    };
    Ok(answer::page(code, &page))
}

/// `GET /tickets`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}

/// `GET /tickets/export`: all tickets in the words of another desk, as a file.
pub(in crate::console) async fn export(visitor: Visitor) -> Response {
    let pairs = form_pairs(&visitor.query).into_iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = ListQuery::of(pairs, visitor.app.service.now());
    let answer = export::desk::tickets(visitor.app.clone(), visitor.call.clone(), query).await;
    answer.unwrap_or_else(IntoResponse::into_response)
}
