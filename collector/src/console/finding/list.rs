//! `/findings`: what differs from what is authorised, last seen first.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::finding::{Finding, FindingState};
use muster_model::policy::Severity;
use muster_model::query::{Query, fields};
use muster_model::saved_search::ListName;
use muster_shared::Time;

use crate::console::answer;
use crate::console::form::{self, Choice};
use crate::console::list::{self, Pager};
use crate::console::locale::Locale;
use crate::console::saved::{self, SavedBar};
use crate::console::shell::Shell;
use crate::console::value;
use crate::console::visitor::Visitor;
use crate::service::{Page, ServiceError, invalid};

/// A row of a list of findings.
#[derive(Clone, Debug)]
pub(in crate::console) struct FindingRow {
    pub(in crate::console) id: String,
    pub(in crate::console) severity: Severity,
    pub(in crate::console) title: String,
    pub(in crate::console) host_id: String,
    pub(in crate::console) host_name: String,
    pub(in crate::console) state: &'static str,
    pub(in crate::console) policy: String,
    pub(in crate::console) last_seen: Time,
}

impl FindingRow {
    /// A finding as a row. The host stands in its own column, not again in the title.
    pub(in crate::console) fn of(finding: &Finding, locale: Locale) -> Self {
        Self {
            id: finding.id.to_string(),
            severity: finding.severity,
            title: value::title(&locale.phrase(&finding.what()), 120),
            host_id: finding.host.to_string(),
            host_name: finding.host_name.clone(),
            state: finding.state.as_str(),
            policy: finding.policy.clone(),
            last_seen: finding.last_seen,
        }
    }
}

#[derive(Template)]
#[template(path = "findings.html")]
pub(in crate::console) struct FindingsPage {
    pub(in crate::console) page: Shell,
    pub(in crate::console) q: String,
    pub(in crate::console) states: Vec<Choice>,
    pub(in crate::console) severities: Vec<Choice>,
    pub(in crate::console) error: Option<String>,
    pub(in crate::console) findings: Vec<FindingRow>,
    pub(in crate::console) pager: Pager,
    pub(in crate::console) is_filtered: bool,
    pub(in crate::console) saved: SavedBar,
    pub(in crate::console) fields: String,
}

fn query(q: &str, state: &str, severity: &str) -> Result<Query, ServiceError> {
    let mut query = Query::parse(q, &fields::FINDING)?;
    for (field, value) in [("state", state), ("severity", severity)] {
        if !value.is_empty() {
            query.and(field, value, &fields::FINDING).map_err(|why| invalid(&format!("/{field}"), why))?;
        }
    }
    Ok(query)
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let locale = visitor.locale;
    let parameter = |name: &str| visitor.parameter(name).unwrap_or_default();
    let (q, state, severity) = (parameter("q"), parameter("state"), parameter("severity"));
    let (found, error) = match query(&q, &state, &severity) {
        Ok(query) => (visitor.service().list_findings(&visitor.call, &query, &list::window(visitor)).await?, None),
        Err(error) => (Page { items: Vec::new(), next_cursor: None }, Some(list::query_error(error, locale)?)),
    };
    let mut states = form::choices(locale, "finding-state", FindingState::NAMES.iter().copied(), &state);
    states.insert(0, form::nothing(locale.t("findings-standing"), state.is_empty()));
    let mut severities = form::choices(locale, "severity", Severity::ALL.iter().rev().map(|s| s.as_str()), &severity);
    severities.insert(0, form::nothing(locale.t("any"), severity.is_empty()));
    let code = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let demand = |field: &str, value: &str| (!value.is_empty()).then(|| format!("{field}:{value}"));
    let demands: Vec<String> = [demand("state", &state), demand("severity", &severity)].into_iter().flatten().collect();
    let page = FindingsPage {
        saved: saved::bar(visitor, ListName::Findings, &saved::with(&q, &demands)).await?,
        page: Shell::at(visitor, "/findings", &locale.t("findings-title")).await,
        is_filtered: !(q.is_empty() && state.is_empty() && severity.is_empty()),
        q,
        states,
        severities,
        error,
        pager: Pager::new(visitor, "/findings", found.next_cursor),
        findings: found.items.iter().map(|stored| FindingRow::of(&stored.value, locale)).collect(),
        fields: fields::FINDING.names().collect::<Vec<_>>().join(", "),
    };
    Ok(answer::page(code, &page))
}

/// `GET /findings`.
pub(in crate::console) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
