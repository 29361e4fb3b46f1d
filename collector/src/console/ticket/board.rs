//! `/board`: the tickets of a kind by where they stand, first things first in each column.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::query::{Query, fields};
use muster_model::ticket::Kind;
use muster_model::ticket::state::StateName;
use muster_model::ticket::transition;

use crate::console::answer;
use crate::console::form::Choice;
use crate::console::incident::list::TicketRow;
use crate::console::list;
use crate::console::markup;
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::service::{ServiceError, Window, invalid};

/// Tickets that a column shows.
const SHOWN: usize = 12;

/// The tickets of one state.
pub(in crate::console) struct Lane {
    pub(in crate::console) state: &'static str,
    /// How many there are.
    pub(in crate::console) count: u64,
    /// The first of them.
    pub(in crate::console) tickets: Vec<TicketRow>,
    /// The list of all of them.
    pub(in crate::console) href: String,
}

#[derive(Template)]
#[template(path = "board.html")]
pub(in crate::console) struct BoardPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) kind: &'static str,
    pub(in crate::console) kinds: Vec<Choice>,
    pub(in crate::console) q: String,
    pub(in crate::console) error: Option<String>,
    pub(in crate::console) lanes: Vec<Lane>,
    /// The list of all of them.
    pub(in crate::console) list: String,
    pub(in crate::console) fields: String,
}

/// Where the list of a kind is; its address goes on with `&`.
fn list_of(kind: Kind) -> String {
    match kind {
        Kind::Incident => "/incidents?show=all".to_owned(),
        kind => format!("/tickets?show=all&kind={}", kind.as_str()),
    }
}

fn query(q: &str, demands: &[(&str, &str)]) -> Result<Query, ServiceError> {
    let mut query = Query::parse(q, &fields::TICKET)?;
    for (field, value) in demands {
        query.and(field, value, &fields::TICKET).map_err(|why| invalid(&format!("/{field}"), why))?;
    }
    Ok(query)
}

/// The columns of a board: the states in which something is to be done.
async fn lanes(visitor: &Visitor, kind: Kind, q: &str) -> Result<Vec<Lane>, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let of_kind = [("kind", kind.as_str()), ("active", "true")];
    let counts = service.count_tickets(&visitor.call, &query(q, &of_kind)?, "state").await?;
    let people = service.list_people(&visitor.call).await?;
    let mut lanes = Vec::new();
    for state in
        transition::states(kind).into_iter().filter(|state| StateName::is_active(*state)).map(StateName::as_str)
    {
        let count = counts.iter().find(|(value, _)| value == state).map_or(0, |(_, tickets)| *tickets);
        let wanted = query(q, &[of_kind[0], of_kind[1], ("state", state)])?;
        let window = Window { limit: SHOWN, cursor: None };
        let first =
            if count > 0 { service.list_tickets(&visitor.call, &wanted, &window).await?.items } else { Vec::new() };
        let row = |ticket| TicketRow::of(ticket, &people, locale, visitor.now());
        let filter = format!("{} state:{state}", if q.is_empty() { String::new() } else { format!("({q})") });
        lanes.push(Lane {
            state,
            count,
            tickets: first.iter().map(|stored| row(&stored.value)).collect(),
            href: format!("{}&q={}", list_of(kind), markup::url(filter.trim())),
        });
    }
    Ok(lanes)
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let name = visitor.parameter("kind").unwrap_or_default();
    let kind = Kind::ALL.iter().copied().find(|kind| kind.as_str() == name).unwrap_or(Kind::Incident);
    let q = visitor.parameter("q").unwrap_or_default();
    let (lanes, error) = match query(&q, &[]) {
        Ok(_) => (lanes(visitor, kind, &q).await?, None),
        Err(error) => (Vec::new(), Some(list::query_error(error, locale)?)),
    };
    let code = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let choice = |one: &Kind| Choice {
        value: one.as_str().to_owned(),
        label: locale.name("kinds", one.as_str()),
        is_chosen: *one == kind,
    };
    let place = if kind == Kind::Incident { "/incidents" } else { "/tickets" };
    let page = BoardPage {
        page: Shell::at(visitor, place, &format!("{}: {}", locale.t("board"), locale.name("kinds", kind.as_str())))
            .await,
        kind: kind.as_str(),
        kinds: Kind::ALL.iter().map(choice).collect(),
        list: list_of(kind).replace("?show=all&", "?").replace("?show=all", ""),
        error,
        lanes,
        q,
        fields: fields::TICKET.names().collect::<Vec<_>>().join(", "),
    };
    Ok(answer::page(code, &page))
}

/// `GET /board`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
