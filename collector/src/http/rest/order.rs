//! Lists in the order of a column: `sort` of the API and the headings of the console ask the same.

use muster_model::query::Query;
use muster_model::saved_search::{ListName, Sort, no_column};
use muster_model::text::Phrase;
use serde_json::Value;
use utoipa::IntoParams;

use super::item::ListedItem;
use super::list::ListQuery;
use super::view::Host;
use crate::http::problem::Refusal;
use crate::service::host::HostView;
use crate::service::listing::Listed;
use crate::service::{Call, Page, Service, ServiceError, Window, invalid};

/// Most records that are sorted: who sorts reads them all.
const MOST_SORTED: usize = 10_000;
/// Records that are read at a time to be sorted.
const READ: usize = 1_000;

/// The order of a list, for its description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
pub(super) struct SortParameters {
    /// A column; with `-` before it from the last to the first. Records without a value stand last. At most 10,000 are sorted.
    sort: Option<String>,
}

/// The order that a list is asked for.
pub(crate) async fn asked(
    service: &Service,
    list: ListName,
    text: Option<String>,
) -> Result<Option<Sort>, ServiceError> {
    let Some(sort) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).map(Sort::from) else {
        return Ok(None);
    };
    let registry = service.registry().await?;
    no_column(list, &sort.column, &registry).map_or(Ok(Some(sort)), |why| Err(invalid("/sort", why)))
}

impl ListQuery {
    /// The order that a list is asked for; it is no term of the filter.
    pub(super) async fn take_sort(&mut self, service: &Service, list: ListName) -> Result<Option<Sort>, Refusal> {
        Ok(asked(service, list, self.take("sort")).await?)
    }
}

/// All records in an order, from a place on: the cursor counts those that were shown.
pub(crate) async fn sorted<T: Send, R: Future<Output = Result<Page<T>, ServiceError>> + Send>(
    (list, sort): (ListName, &Sort),
    window: &Window,
    record: impl Fn(&T) -> Value + Send,
    read: impl Fn(Window) -> R + Send,
) -> Result<Page<T>, ServiceError> {
    let made_up = || invalid("/cursor", Phrase::new("cursor_made_up"));
    let from: usize = window.cursor.as_deref().map_or(Ok(0), |text| text.parse().map_err(|_| made_up()))?;
    let mut all: Vec<(Value, T)> = Vec::new();
    let mut next = Window { limit: READ, cursor: None };
    loop {
        let page = read(next.clone()).await?;
        all.extend(page.items.into_iter().map(|item| (record(&item), item)));
        if all.len() > MOST_SORTED {
            return Err(invalid("/sort", Phrase::new("search_too_many").with("max", MOST_SORTED)));
        }
        match page.next_cursor {
            None => break,
            cursor => next.cursor = cursor,
        }
    }
    sort.apply(list, &mut all, |(record, _)| record);
    let through = from.saturating_add(window.limit);
    let next_cursor = (through < all.len()).then(|| through.to_string());
    Ok(Page { items: all.into_iter().skip(from).take(window.limit).map(|(_, item)| item).collect(), next_cursor })
}

fn json(record: impl serde::Serialize) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

/// Items in an order, or as they come.
pub(crate) async fn items(
    service: &Service,
    call: &Call,
    query: &Query,
    (sort, window): (Option<&Sort>, &Window),
) -> Result<Page<Listed>, ServiceError> {
    let Some(sort) = sort else { return service.list_everything(call, query, window).await };
    let record = |item: &Listed| json(ListedItem::from(item.clone()));
    let read = |window: Window| async move { service.list_everything(call, query, &window).await };
    sorted((ListName::Items, sort), window, record, read).await
}

/// Hosts in an order, or by name.
pub(crate) async fn hosts(
    service: &Service,
    call: &Call,
    query: &Query,
    (sort, window): (Option<&Sort>, &Window),
) -> Result<Page<HostView>, ServiceError> {
    let Some(sort) = sort else { return service.list_hosts(call, query, window).await };
    let record = |view: &HostView| json(Host::from(view.clone()));
    let read = |window: Window| async move { service.list_hosts(call, query, &window).await };
    sorted((ListName::Hosts, sort), window, record, read).await
}
