//! `/audit`: the trail, and whether it is whole.

use axum::Json;
use axum::extract::{Query, State};
use muster_model::audit::AuditEntry;
use muster_model::query::fields;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::list::{List, ListParameters, ListQuery};
use super::{Answer, Caller};
use crate::app::Shared;
use crate::service::audit;

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
    /// In whose place, when it was somebody else's to do.
    acting_for: Option<String>,
    /// SHA-256 of the record as it was stored before; none when it was not there.
    before: Option<String>,
    /// SHA-256 of the record as it is stored since; none when it is not there any more.
    after: Option<String>,
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
            acting_for: draft.acting_for,
            before: draft.before,
            after: draft.after,
            prev_hash: entry.prev_hash,
            hash: entry.hash,
        }
    }
}

/// The audit trail, newest first: of one record, of one person, of one kind of action
#[utoipa::path(get, path = "/audit", params(ListParameters), responses((status = 200, body = List<EntryView>)))]
async fn list(State(app): State<Shared>, Caller(call): Caller, query: ListQuery) -> Answer<List<EntryView>> {
    let (window, query) = query.parse(&fields::AUDIT)?;
    let page = app.service.list_audit(&call, &query, &window).await?;
    Ok(Json(List::of(page, EntryView::from)))
}

/// What a check of journal and audit trail found.
#[derive(Debug, Serialize, ToSchema)]
struct Verified {
    ok: bool,
    /// What is wrong, one line each.
    problems: Vec<String>,
    /// The end of the trail, `number:hash`: kept elsewhere, it shows later whether the trail was cut off or written anew.
    anchor: String,
}

/// What the trail is checked against.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Anchored {
    /// Ends that the trail had once, `number:hash`, between commas: as this answer gives them, and the collector's log.
    #[serde(default)]
    anchors: String,
}

/// Check journal and audit trail
#[utoipa::path(get, path = "/audit/verify", params(Anchored), responses((status = 200, body = Verified)))]
async fn verify(
    State(app): State<Shared>,
    Caller(call): Caller,
    Query(Anchored { anchors }): Query<Anchored>,
) -> Answer<Verified> {
    let anchors = audit::anchors(&anchors)?;
    let problems = app.service.verify(&call, &anchors).await?;
    let anchor = app.service.audit_head(&call).await?.to_string();
    Ok(Json(Verified { ok: problems.is_empty(), problems, anchor }))
}
