//! What reports that come by themselves say: the records of the API, in columns. Composed here because pages and API present them; the
//! service keeps and sends what comes of it.

use muster_model::kpi::Period;
use muster_model::report_plan::{MOST_ROWS, Subject, Table};
use muster_model::text::Text;
use muster_shared::id::ReportRunId;
use serde_json::Value;

use crate::http::rest::{availability, capacity, kpi, saved_search::rows::Asked};
use crate::service::capacity::CapacityQuestion;
use crate::service::report::Ready;
use crate::service::{Call, Service, ServiceError, Window};

const DAY_MS: i64 = 86_400_000;
/// Records that are read at a time.
const PAGE: usize = 500;

/// The last so many days.
fn last(service: &Service, days: u16) -> Period {
    let to = service.now().plus_millis(1);
    Period { from: to.plus_millis(-i64::from(days) * DAY_MS), to }
}

async fn found(
    service: &Service,
    call: &Call,
    search: muster_shared::id::SavedSearchId,
) -> Result<Table, ServiceError> {
    let view = service.get_saved_search(call, search).await?;
    let asked = Asked::of(&view.search.value);
    let (mut records, mut columns, mut cursor): (Vec<Value>, Vec<String>, Option<String>) =
        (Vec::new(), Vec::new(), None);
    loop {
        let table = asked.rows(service, call, &Window { limit: PAGE, cursor }).await?;
        records.extend(table.page.items);
        columns = if columns.is_empty() { table.columns } else { columns };
        cursor = table.page.next_cursor;
        if cursor.is_none() || records.len() > MOST_ROWS {
            break;
        }
    }
    let names: Vec<&str> = columns.iter().map(String::as_str).collect();
    Ok(Table::of(&names, &records, records.len()))
}

/// What a question comes to, with somebody's rights.
async fn compose(service: &Service, call: &Call, subject: &Subject) -> Result<Table, ServiceError> {
    match subject {
        Subject::Kpi { days } => {
            let figures = service.kpis(call, last(service, *days), None).await?;
            let records: Vec<Value> = figures.into_iter().map(kpi::record).collect();
            Ok(Table::of(kpi::COLUMNS, &records, records.len()))
        }
        Subject::Availability { days, filter } => {
            let query = service.item_query("/filter", filter).await?;
            let views = service.availabilities(call, &query, last(service, *days)).await?;
            let records: Vec<Value> = views.into_iter().map(availability::record).collect();
            Ok(Table::of(availability::COLUMNS, &records, records.len()))
        }
        Subject::Capacity { filter, service: of, resource, standing } => {
            let filter = Some(filter.clone()).filter(|filter| !filter.trim().is_empty());
            let asked = CapacityQuestion { filter, service: *of, resource: *resource, standing: *standing };
            let report = service.capacity(call, &asked, &Window { limit: MOST_ROWS, cursor: None }).await?;
            let records: Vec<Value> = report.page.items.into_iter().map(capacity::record).collect();
            Ok(Table::of(capacity::COLUMNS, &records, records.len()))
        }
        Subject::Search { search } => found(service, call, *search).await,
    }
}

/// Makes a report: keeps and sends what came of it. `None` when nothing did, or somebody changed its plan meanwhile.
pub async fn make(service: &Service, ready: &Ready) -> Result<Option<ReportRunId>, ServiceError> {
    let outcome = match &ready.call {
        Ok(call) => match Box::pin(compose(service, call, &ready.plan.value.terms.subject)).await {
            Ok(table) => Ok(table),
            // The store and a busy collector are no matter of the plan: it is tried again.
            Err(error @ (ServiceError::Store(_) | ServiceError::Busy(_))) => return Err(error),
            Err(error) => Err(error.text()),
        },
        Err(why) => Err(Text::clone(why)),
    };
    service.finish_report(ready, outcome).await
}

/// Makes the next report that is due. `false` when none is.
pub async fn step(service: &Service) -> Result<bool, ServiceError> {
    match service.due_report().await? {
        Some(ready) => {
            make(service, &ready).await?;
            Ok(true)
        }
        None => Ok(false),
    }
}
