//! `/tickets/counts`: how many tickets there are of which kind, in which state, with whom: what a board is made of.

use axum::Json;
use axum::extract::State;
use muster_model::query::fields;
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::ListQuery;
use super::{Answer, Caller};
use crate::app::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(counts))
}

/// The parameters, for their description; every other one is a term of the filter.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what is read with `ListQuery`")]
struct CountParameters {
    /// A field of tickets with few values, such as `state`, `priority`, `kind`, `assignment_group`, `assignee`; `state` without it.
    by: Option<String>,
    /// Which tickets, in the query language (`docs/query.md`).
    filter: Option<String>,
}

/// How many tickets have a value.
#[derive(Debug, Serialize, ToSchema)]
struct TicketCount {
    /// The value; null where there is none.
    value: Value,
    /// How many have it; a ticket about several items counts for each.
    tickets: u64,
}

/// Tickets by the values of a field.
#[derive(Debug, Serialize, ToSchema)]
struct TicketCounts {
    /// The values, those first that most tickets have.
    items: Vec<TicketCount>,
}

/// How many tickets have which value of a field, the most first
#[utoipa::path(get, path = "/tickets/counts", params(CountParameters), responses((status = 200, body = TicketCounts)))]
async fn counts(State(app): State<Shared>, Caller(call): Caller, mut query: ListQuery) -> Answer<TicketCounts> {
    let by = query.take("by").unwrap_or_else(|| "state".to_owned());
    let (_, query) = query.parse(&fields::TICKET)?;
    let counted = app.service.count_tickets(&call, &query, &by).await?;
    let items = counted.into_iter().map(|(value, tickets)| TicketCount { value, tickets }).collect();
    Ok(Json(TicketCounts { items }))
}
