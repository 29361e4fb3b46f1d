//! What people declare in the form of the API: the fields of an item of a host first, then its own.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::Versioned;
use muster_model::declared::{self, Declared, DeclaredChange};
use muster_shared::Attributes;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Change, at};

/// An item that people declare.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeclaredView {
    pub(crate) id: String,
    class: String,
    name: String,
    key: String,
    /// It stands on no host.
    host: Option<String>,
    host_name: Option<String>,
    #[schema(value_type = Object)]
    attributes: Attributes,
    #[schema(value_type = Object)]
    metrics: Attributes,
    /// Since when it is as it is.
    since: String,
    seen_at: String,
    /// Whether it is not retired.
    is_present: bool,
    /// `discovered`, `review`, `active`, `maintenance`, `stale`, `missing`, `retiring`, `retired` or `archived`.
    lifecycle: String,
    /// `up`, `degraded` or `down`, when somebody says so.
    status: Option<String>,
    owner: Option<String>,
    criticality: String,
    tags: BTreeSet<String>,
    members: Vec<MembersView>,
    /// How many of each redundancy group must work.
    redundancy: BTreeMap<String, u32>,
    created_at: String,
    updated_at: String,
    /// Number of the last change.
    changes: u64,
    pub(crate) version: u64,
}

/// Everything that fits a query is something that the item depends on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MembersView {
    /// A query over the items of hosts; with `class:host` the hosts themselves are meant.
    query: String,
    /// The redundancy group that they are in.
    group: Option<String>,
}

impl From<&declared::Members> for MembersView {
    fn from(members: &declared::Members) -> Self {
        Self { query: members.query.clone(), group: members.group.clone() }
    }
}

impl From<Versioned<Declared>> for DeclaredView {
    fn from(stored: Versioned<Declared>) -> Self {
        let item = stored.value;
        Self {
            id: item.id.to_string(),
            is_present: item.is_present(),
            class: item.class,
            key: item.name.clone(),
            name: item.name,
            host: item.id.host().map(|host| host.to_string()),
            host_name: None,
            attributes: item.attributes,
            metrics: Attributes::new(),
            since: at(item.updated_at),
            seen_at: at(item.updated_at),
            lifecycle: item.lifecycle.as_str().into(),
            status: item.status.map(|status| status.as_str().into()),
            owner: item.owner,
            criticality: item.criticality.as_str().into(),
            tags: item.tags,
            members: item.members.iter().map(MembersView::from).collect(),
            redundancy: item.redundancy,
            created_at: at(item.created_at),
            updated_at: at(item.updated_at),
            changes: item.changes,
            version: stored.version,
        }
    }
}

impl Change {
    /// A change of what people declare: the values by RFC 6901 pointer, who, how and why.
    pub(crate) fn of_declared(class: &str, name: &str, change: DeclaredChange) -> Self {
        let values = |values: BTreeMap<String, Value>| -> Attributes {
            values.into_iter().filter(|(at, value)| at != "/identity" && !value.is_null()).collect()
        };
        let retires = change.after.get("/lifecycle").is_some_and(|to| to == "retired");
        let operation = match () {
            () if declared::first(&change) => "added",
            () if retires => "removed",
            () => "modified",
        };
        Self {
            seq: change.seq,
            item: change.node.to_string(),
            class: class.to_owned(),
            key: name.to_owned(),
            operation: operation.into(),
            before: values(change.before),
            after: values(change.after),
            not_before: None,
            seen_at: at(change.at),
            received_at: None,
            view_changed: false,
            report: None,
            by: Some(change.by),
            source: change.source.as_str().into(),
            bearing: "effective".into(),
            kept_by: None,
            reason: Some(change.reason).filter(|reason| !reason.is_empty()),
            undoes: change.undoes,
        }
    }
}
