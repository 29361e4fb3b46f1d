//! `/audit`: the trail, and whether it is whole.

use axum::Json;
use axum::extract::State;
use muster_model::audit::AuditEntry;
use muster_model::query::fields;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;

pub(super) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(verify))
}

/// An entry of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct EntryView {
    seq: u64,
    at: String,
    actor: String,
    via: String,
    request_id: Option<String>,
    action: String,
    object: String,
    summary: String,
    reason: String,
    prev_hash: String,
    hash: String,
}

impl From<AuditEntry> for EntryView {
    fn from(entry: AuditEntry) -> Self {
        let draft = entry.draft;
        Self {
            seq: entry.seq,
            at: draft.at.to_string(),
            actor: draft.actor,
            via: draft.via,
            request_id: draft.request_id,
            action: draft.action,
            object: draft.object,
            summary: draft.summary,
            reason: draft.reason,
            prev_hash: entry.prev_hash,
            hash: entry.hash,
        }
    }
}

/// The audit trail, newest first; of one record with `object`
#[utoipa::path(get, path = "/audit", params(ListParameters), responses((status = 200, body = List<EntryView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<EntryView>> {
    let (window, query) = query.parse(&fields::AUDIT)?;
    let page = app.service.list_audit(&call, query.requires("object"), &window).await?;
    Ok(Json(List::of(page, EntryView::from)))
}

/// What a check of journal and audit trail found.
#[derive(Debug, Serialize, ToSchema)]
struct Verified {
    ok: bool,
    /// What is wrong, one line each.
    problems: Vec<String>,
}

/// Check journal and audit trail
#[utoipa::path(get, path = "/audit/verify", responses((status = 200, body = Verified)))]
async fn verify(State(app): State<Shared>, Caller(call): Caller) -> Answer<Verified> {
    let problems = app.service.verify(&call).await?;
    Ok(Json(Verified { ok: problems.is_empty(), problems }))
}
