//! `/hosts`: all machines, by name, with what is known and what is not.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::saved_search::ListName;
use muster_shared::Time;

use crate::console::list::{self, PAGE, Pager};
use crate::console::saved::{self, SavedBar};
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::console::{answer, markup};
use crate::service::host::HostView;
use crate::service::{Page, ServiceError, Window};

/// A row of the list.
#[derive(Clone, Debug)]
pub(in crate::console) struct HostRow {
    pub(in crate::console) id: String,
    pub(in crate::console) name: String,
    pub(in crate::console) os: Option<String>,
    pub(in crate::console) status: &'static str,
    pub(in crate::console) findings: usize,
    pub(in crate::console) drift: usize,
    pub(in crate::console) last_seen: Option<Time>,
    pub(in crate::console) owner: Option<String>,
    pub(in crate::console) lifecycle: &'static str,
    pub(in crate::console) addresses: String,
}

impl From<HostView> for HostRow {
    fn from(view: HostView) -> Self {
        let status = view.status();
        let lifecycle = view.lifecycle.as_str();
        let facts = view.known.map(|known| known.facts).unwrap_or_default();
        let host = view.host.value;
        let mut addresses: Vec<String> = facts.addresses.iter().take(2).cloned().collect();
        if facts.addresses.len() > 2 {
            addresses.push(format!("+{}", facts.addresses.len() - 2));
        }
        Self {
            id: host.id.to_string(),
            name: host.name,
            os: Some(facts.os).filter(|os| !os.is_empty()),
            status,
            findings: view.findings,
            drift: view.drift,
            last_seen: view.heard_at,
            owner: host.owner,
            lifecycle,
            addresses: addresses.join(", "),
        }
    }
}

#[derive(Template)]
#[template(path = "hosts.html")]
pub(in crate::console) struct HostsPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) q: String,
    pub(in crate::console) only_drifted: bool,
    pub(in crate::console) error: Option<String>,
    pub(in crate::console) rows: Vec<HostRow>,
    pub(in crate::console) pager: Pager,
    pub(in crate::console) is_filtered: bool,
    pub(in crate::console) saved: SavedBar,
    /// Where all of these are changed at once, for whom may.
    pub(in crate::console) bulk: Option<String>,
    pub(in crate::console) fields: String,
}

/// One page of hosts; of those with drift when only they are wanted.
async fn rows(visitor: &Visitor, query: &Query, only_drifted: bool) -> Result<Page<HostView>, ServiceError> {
    let mut window = list::window(visitor);
    if !only_drifted {
        return visitor.service().list_hosts(&visitor.call, query, &window).await;
    }
    let mut items = Vec::new();
    loop {
        let page = visitor.service().list_hosts(&visitor.call, query, &window).await?;
        items.extend(page.items.into_iter().filter(|view| view.drift > 0));
        if items.len() >= PAGE || page.next_cursor.is_none() {
            return Ok(Page { items, next_cursor: page.next_cursor });
        }
        window = Window { cursor: page.next_cursor, ..window };
    }
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let q = visitor.parameter("q").unwrap_or_default();
    let only_drifted = visitor.parameter("drift").as_deref() == Some("yes");
    let demands: Vec<String> = only_drifted.then(|| "drift>0".to_owned()).into_iter().collect();
    let registry = visitor.service().registry().await?;
    let known = registry.host_fields();
    let (found, error) = match Query::parse(&q, &known) {
        Ok(query) => (rows(visitor, &query, only_drifted).await?, None),
        Err(error) => {
            (Page { items: Vec::new(), next_cursor: None }, Some(list::query_error(error.into(), visitor.locale)?))
        }
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = HostsPage {
        page: Shell::at(visitor, "/hosts", &visitor.locale.t("hosts-title")).await,
        is_filtered: !q.is_empty() || only_drifted,
        bulk: (visitor.may_all(Action::HostUpdate) && !found.items.is_empty())
            .then(|| format!("/hosts/bulk?q={}", markup::url(&saved::with(&q, &demands)))),
        saved: saved::bar(visitor, ListName::Hosts, &saved::with(&q, &demands)).await?,
        q,
        only_drifted,
        error,
        pager: Pager::new(visitor, "/hosts", found.next_cursor),
        rows: found.items.into_iter().map(HostRow::from).collect(),
        fields: known.names().collect::<Vec<_>>().join(", "),
    };
    Ok(answer::page(status, &page))
}

/// `GET /hosts`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
