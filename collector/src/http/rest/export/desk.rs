//! `/export/tickets?preset=…`: tickets in the words of another desk, as `POST /imports?class=ticket` takes them.

use axum::response::Response;
use muster_model::exchange::{Told, write};
use muster_model::query::fields;
use serde_json::Value;
use utoipa::IntoParams;

use super::form::Form;
use super::{stream_list, values};
use crate::app::Shared;
use crate::http::problem::Refusal;
use crate::http::rest::ListQuery;
use crate::service::Call;
use crate::service::import::terms::Asked;

/// In whose words, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
pub(super) struct DeskParameters {
    /// Whose names of fields and values: `muster`, `servicenow`, `jira`, `glpi` or `itop`. Without it tickets are as the API has them.
    preset: Option<String>,
    /// The desk by whose ids its own tickets are named; others have our numbers. The preset without it.
    source: Option<String>,
    /// By whose clocks times are written, such as `Europe/Berlin`; UTC without it.
    zone: Option<String>,
}

/// Tickets in the words of another desk.
pub(crate) async fn tickets(app: Shared, call: Call, mut query: ListQuery) -> Result<Response, Refusal> {
    let form = Form::take(&mut query)?;
    let asked = Asked {
        preset: query.take("preset"),
        source: query.take("source"),
        zone: query.take("zone"),
        ..Asked::default()
    };
    let terms = asked.terms()?;
    let form = form.with(write::columns(terms.preset));
    let (_, query) = query.parse(&fields::TICKET)?;
    let is_csv = form.name == "csv";
    stream_list("tickets", form, move |window| {
        let (app, call, query, terms) = (app.clone(), call.clone(), query.clone(), terms.clone());
        Box::pin(async move {
            let page = app.service.list_told(&call, &query, &window, &terms.source).await?;
            Ok(values(page, |told: Told| {
                if is_csv {
                    write::cells(&told, terms.preset, &terms.zone).into_iter().map(Value::String).collect()
                } else {
                    write::record(&told, terms.preset, &terms.zone)
                }
            }))
        })
    })
    .await
}
