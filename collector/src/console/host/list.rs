//! `/hosts`: all machines, by name, with what is known and what is not.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::saved_search::ListName;
use muster_shared::Time;

use crate::console::list::{self, Heading, Pager};
use crate::console::saved::{self, SavedBar};
use crate::console::shell::Shell;
use crate::console::visitor::Visitor;
use crate::console::{answer, markup};
use crate::http::rest::order;
use crate::service::host::HostView;
use crate::service::{Page, ServiceError};

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
        let status = view.status.as_str();
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
    pub(in crate::console) headings: Vec<Heading>,
    pub(in crate::console) sort: String,
    pub(in crate::console) rows: Vec<HostRow>,
    pub(in crate::console) pager: Pager,
    pub(in crate::console) is_filtered: bool,
    pub(in crate::console) saved: SavedBar,
    /// Where all of these are changed at once, for whom may.
    pub(in crate::console) bulk: Option<String>,
    pub(in crate::console) fields: String,
}

/// The columns: what each is called, and by what it sorts.
const COLUMNS: &[(&str, Option<&str>)] = &[
    ("col-name", Some("name")),
    ("col-status", Some("status")),
    ("col-findings", Some("findings")),
    ("col-os", Some("os")),
    ("col-addresses", None),
    ("col-owner", Some("owner")),
    ("col-lifecycle", Some("lifecycle")),
    ("col-last-seen", Some("last_seen")),
];

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let q = visitor.parameter("q").unwrap_or_default();
    let only_drifted = visitor.parameter("drift").as_deref() == Some("yes");
    let demands: Vec<String> = only_drifted.then(|| "drift>0".to_owned()).into_iter().collect();
    let registry = visitor.service().registry().await?;
    let known = registry.host_fields();
    let nothing = || Page { items: Vec::new(), next_cursor: None };
    let sort = order::asked(visitor.service(), ListName::Hosts, visitor.parameter("sort")).await;
    // What is wrong is said of what was typed.
    let asked = Query::parse(&q, &known).and_then(|_| Query::parse(&saved::with(&q, &demands), &known));
    let (found, sort, error) = match asked.map_err(ServiceError::from).and_then(|query| Ok((query, sort?))) {
        Ok((query, sort)) => {
            match order::hosts(visitor.service(), &visitor.call, &query, (sort.as_ref(), &list::window(visitor))).await
            {
                Ok(found) => (found, sort, None),
                Err(error) => (nothing(), sort, Some(error)),
            }
        }
        Err(error) => (nothing(), None, Some(error)),
    };
    let error = error.map(|error| list::query_error(error, visitor.locale)).transpose()?;
    let path = format!("/hosts?q={}&drift={}&", markup::url(&q), if only_drifted { "yes" } else { "" });
    let heading =
        |(key, column): &(&str, Option<&str>)| Heading::new(visitor.locale.t(key), &path, *column, sort.as_ref());
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = HostsPage {
        page: Shell::at(visitor, "/hosts", &visitor.locale.t("hosts-title")).await,
        is_filtered: !q.is_empty() || only_drifted,
        bulk: (visitor.may_all(Action::HostUpdate) && !found.items.is_empty())
            .then(|| format!("/hosts/bulk?q={}", markup::url(&saved::with(&q, &demands)))),
        saved: saved::bar(visitor, ListName::Hosts, &saved::with(&q, &demands)).await?,
        headings: COLUMNS.iter().map(heading).collect(),
        sort: sort.as_ref().map(ToString::to_string).unwrap_or_default(),
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
