//! What a policy or a profile would do, as the API says it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::service::policy::{Preview, PreviewHit};

/// An item that breaks a policy.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyHit)]
struct HitView {
    host: String,
    host_name: String,
    item: String,
    item_key: String,
}

/// What a policy would do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolicyPreview)]
pub(in crate::http::rest) struct PreviewView {
    /// Hosts that were looked at.
    hosts: usize,
    /// Hosts that it means.
    in_scope: usize,
    /// Items that it was asked about.
    items: usize,
    /// Hosts with an item that breaks it now.
    broken_hosts: usize,
    /// Items that break it now.
    broken: usize,
    /// The first 100 of them.
    hits: Vec<HitView>,
    /// Findings that it would have made of the changes of the last 30 days.
    past_findings: usize,
    /// Incidents that would have come of them.
    past_incidents: usize,
    /// Whether all hosts were looked at.
    complete: bool,
    /// Why it had no answer about some item.
    problem: Option<String>,
}

impl From<Preview> for PreviewView {
    fn from(preview: Preview) -> Self {
        let hit = |hit: PreviewHit| HitView {
            host: hit.host.to_string(),
            host_name: hit.host_name,
            item: hit.item.to_string(),
            item_key: hit.key,
        };
        Self {
            hosts: preview.hosts,
            in_scope: preview.in_scope,
            items: preview.items,
            broken_hosts: preview.broken_hosts,
            broken: preview.broken,
            hits: preview.hits.into_iter().map(hit).collect(),
            past_findings: preview.past_findings,
            past_incidents: preview.past_incidents,
            complete: preview.is_complete,
            problem: preview.problem,
        }
    }
}
