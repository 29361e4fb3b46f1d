//! `/audit`: who did what to which record, newest first.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use muster_model::audit::AuditEntry;
use muster_model::query::{Query, fields};
use muster_shared::Time;

use super::answer;
use super::list::{self, Pager};
use super::locale::Locale;
use super::markup;
use super::shell::Shell;
use super::value;
use super::visitor::Visitor;
use crate::service::{Page, ServiceError};

/// An entry of the trail.
#[derive(Clone, Debug)]
pub(super) struct AuditRow {
    pub(super) seq: u64,
    pub(super) at: Time,
    pub(super) actor: String,
    pub(super) via: String,
    pub(super) action: String,
    pub(super) object: String,
    pub(super) object_short: String,
    pub(super) href: Option<String>,
    pub(super) summary: String,
    pub(super) reason: String,
    pub(super) hash: String,
}

/// The page of a record, for those that have one.
fn page_of(object: &str) -> Option<String> {
    let place = match object.split_once('_')?.0 {
        "host" => "hosts",
        "item" => "items",
        "fnd" => "findings",
        "tkt" => "incidents",
        "user" => "users",
        _ => return None,
    };
    Some(format!("/{place}/{}", markup::url(object)))
}

impl AuditRow {
    fn of(entry: AuditEntry, locale: Locale) -> Self {
        let draft = entry.draft;
        Self {
            seq: entry.seq,
            at: draft.at,
            actor: value::middle(&locale.actor(&draft.actor), 24),
            via: draft.via,
            action: draft.action,
            href: page_of(&draft.object),
            object_short: value::middle(&draft.object, 20),
            object: draft.object,
            summary: draft.summary,
            reason: draft.reason,
            hash: entry.hash.chars().take(12).collect(),
        }
    }
}

#[derive(Template)]
#[template(path = "audit.html")]
pub(super) struct AuditPage {
    pub(super) page: Shell,
    pub(super) q: String,
    pub(super) error: Option<String>,
    pub(super) fields: String,
    pub(super) rows: Vec<AuditRow>,
    pub(super) pager: Pager,
}

async fn page(visitor: &Visitor) -> Result<Response, ServiceError> {
    let (service, locale) = (visitor.service(), visitor.locale);
    let of_one = visitor.parameter("object").map(|object| format!("object:{object}"));
    let q = visitor.parameter("q").or(of_one).unwrap_or_default();
    let found = match Query::parse(&q, &fields::AUDIT).map_err(ServiceError::from) {
        Ok(query) => service.list_audit(&visitor.call, &query, &list::window(visitor)).await,
        Err(wrong) => Err(wrong),
    };
    let (found, error) = match found {
        Ok(found) => (found, None),
        Err(wrong) => (Page { items: Vec::new(), next_cursor: None }, Some(list::query_error(wrong, locale)?)),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = AuditPage {
        page: Shell::at(visitor, "/audit", &locale.t("audit-title")).await,
        q,
        error,
        fields: fields::AUDIT.names().collect::<Vec<_>>().join(", "),
        pager: Pager::new(visitor, "/audit", found.next_cursor),
        rows: found.items.into_iter().map(|entry| AuditRow::of(entry, locale)).collect(),
    };
    Ok(answer::page(status, &page))
}

/// `GET /audit`.
pub(super) async fn show(visitor: Visitor) -> Response {
    let outcome = page(&visitor).await;
    visitor.answer(outcome)
}
