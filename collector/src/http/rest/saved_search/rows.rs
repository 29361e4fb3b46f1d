//! What a saved search finds, as a table: columns that somebody chose, in an order that somebody chose.

use muster_model::query::Query;
use muster_model::saved_search::{ListName, SavedSearch, Sort, no_column, shown};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use crate::http::rest::item::ListedItem;
use crate::http::rest::order;
use crate::http::rest::view::{FindingView, Host, TicketView};
use crate::service::past::elapsed_query;
use crate::service::{Call, Page, Service, ServiceError, Window, invalid};

/// The parameters, for the description.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `ListQuery` reads")]
pub(super) struct RowsParameters {
    /// Other columns than the saved ones, with commas between.
    columns: Option<String>,
    /// Another order than the saved one.
    sort: Option<String>,
    /// At most so many entries: 1 to 1000, 50 without it.
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// What is asked of a list, and how it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    list: ListName,
    filter: String,
    /// What is shown of each record; nothing is what is usual.
    pub(crate) columns: Vec<String>,
    /// The order.
    pub(crate) sort: Option<Sort>,
}

/// A page of records.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// What each shows.
    pub(crate) columns: Vec<String>,
    /// The whole records.
    pub(crate) page: Page<Value>,
}

impl Table {
    /// What is shown of a record, and its id.
    pub(crate) fn row(&self, record: &Value) -> Value {
        let id = record.get("id").map(|id| ("id".to_owned(), id.clone()));
        let own =
            self.columns.iter().map(|column| (column.clone(), shown(record, column).cloned().unwrap_or_default()));
        Value::Object(id.into_iter().chain(own).collect::<Map<_, _>>())
    }
}

fn json(record: impl Serialize) -> Value {
    serde_json::to_value(record).unwrap_or_default()
}

fn values<T>(page: Page<T>, view: impl Fn(T) -> Value) -> Page<Value> {
    Page { items: page.items.into_iter().map(view).collect(), next_cursor: page.next_cursor }
}

impl Asked {
    /// As a search was saved.
    pub(crate) fn of(search: &SavedSearch) -> Self {
        let SavedSearch { list, filter, columns, sort, .. } = search.clone();
        Self { list, filter, columns, sort }
    }

    /// A page of what is found.
    pub(crate) async fn rows(&self, service: &Service, call: &Call, window: &Window) -> Result<Table, ServiceError> {
        let registry = service.registry().await?;
        for (name, column) in self
            .columns
            .iter()
            .map(|column| ("columns", column))
            .chain(self.sort.as_ref().map(|sort| ("sort", &sort.column)))
        {
            if let Some(why) = no_column(self.list, column, &registry) {
                return Err(invalid(&format!("/{name}"), why));
            }
        }
        let query = Query::parse(&self.filter, &self.list.fields(&registry))?;
        elapsed_query("filter", &query, service.now())?;
        let usual = || self.list.usual().iter().map(|column| (*column).to_owned()).collect();
        let columns = if self.columns.is_empty() { usual() } else { self.columns.clone() };
        let page = match &self.sort {
            None => self.page(service, call, &query, window).await?,
            Some(sort) => {
                let query = &query;
                let read = |window: Window| async move { self.page(service, call, query, &window).await };
                order::sorted((self.list, sort), window, Value::clone, read).await?
            }
        };
        Ok(Table { columns, page })
    }

    async fn page(
        &self,
        service: &Service,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Value>, ServiceError> {
        Ok(match self.list {
            ListName::Hosts => values(service.list_hosts(call, query, window).await?, |host| json(Host::from(host))),
            ListName::Items => {
                values(service.list_everything(call, query, window).await?, |item| json(ListedItem::from(item)))
            }
            ListName::Findings => {
                values(service.list_findings(call, query, window).await?, |finding| json(FindingView::from(finding)))
            }
            ListName::Tickets => {
                let now = service.now();
                values(service.list_tickets(call, query, window).await?, |ticket| json(TicketView::now(ticket, now)))
            }
        })
    }
}
