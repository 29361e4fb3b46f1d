//! Many items at once: what an edit would make of each, then what became of each. Every item is changed on its own, in the
//! version that was looked at, with its own change in the history and its own entry in the audit trail.

use muster_model::declared::voice::{self, Told};
use muster_model::declared::{Declared, DeclaredChange, Edit, Hand};
use muster_model::query::Query;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_shared::id::NodeId;
use serde_json::Value;

use super::{check_reason, source};
use crate::service::class::wrong;
use crate::service::listing::Listed;
use crate::service::{Call, Service, ServiceError, Window, invalid};

/// Most items that are changed at once.
pub const MOST: usize = 500;

/// A field that would be another one: its pointer, before, after.
pub type FieldChange = (String, Value, Value);

/// What an edit would make of an item.
#[derive(Debug)]
pub struct PlannedItem {
    /// The item.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// Its class.
    pub class: String,
    /// The version that was looked at; 0 when nothing is declared of it yet.
    pub version: u64,
    /// What would change, nothing when it is so already; or why it cannot.
    pub outcome: Result<Vec<FieldChange>, ServiceError>,
}

/// What became of an item.
#[derive(Debug)]
pub struct ChangedItem {
    /// The item.
    pub node: NodeId,
    /// Its name.
    pub name: String,
    /// Whether it changed, or why it did not.
    pub outcome: Result<bool, ServiceError>,
}

/// What a change changes, for people: what follows from it alone is left out.
fn fields(change: &DeclaredChange) -> Vec<FieldChange> {
    let value = |set: &muster_shared::Attributes, at: &str| set.get(at).cloned().unwrap_or_default();
    let told = change.after.keys().filter(|at| *at != "/identity");
    told.map(|at| (at.clone(), value(&change.before, at), value(&change.after, at))).collect()
}

fn check(edit: &Edit, count: usize) -> Result<(), ServiceError> {
    if count == 0 {
        return Err(invalid("/items", Phrase::new("bulk_nobody")));
    }
    if count > MOST {
        return Err(invalid("/items", Phrase::new("bulk_most").with("max", MOST)));
    }
    if *edit == Edit::default() {
        return Err(invalid("/edit", Phrase::new("bulk_nothing")));
    }
    Ok(())
}

impl Service {
    /// The items that people declare among those that a query means, and whether there are more than are changed at once.
    pub async fn declared_meant(&self, call: &Call, query: &Query) -> Result<(Vec<Declared>, bool), ServiceError> {
        let mut query = self.sight(call, Action::ItemManage).await?.of_nodes(query);
        query.and("declared", "true", &self.registry().await?.item_fields()).map_err(|why| invalid("/filter", why))?;
        let page = self.list_everything(call, &query, &Window { limit: MOST, cursor: None }).await?;
        let declared = page.items.into_iter().filter_map(|item| match item {
            Listed::Declared(item) => Some(item.value),
            Listed::Discovered(_) => None,
        });
        Ok((declared.collect(), page.next_cursor.is_some()))
    }

    /// What an edit would make of items. Nothing is written.
    pub async fn plan_items(
        &self,
        call: &Call,
        nodes: &[NodeId],
        edit: &Edit,
    ) -> Result<Vec<PlannedItem>, ServiceError> {
        call.holds(Action::ItemManage)?;
        check(edit, nodes.len())?;
        let mut planned = Vec::new();
        for node in nodes {
            planned.push(self.plan_item(call, *node, edit).await?);
        }
        Ok(planned)
    }

    async fn plan_item(&self, call: &Call, node: NodeId, edit: &Edit) -> Result<PlannedItem, ServiceError> {
        let found = match self.authorize_at(call, Action::ItemManage, node).await {
            Ok(()) => self.declared_of(call, node).await,
            Err(error) => Err(error),
        };
        let (class, stored) = match found {
            Ok(found) => found,
            Err(error @ (ServiceError::NotFound { .. } | ServiceError::Denied(_))) => {
                let (name, class) = (node.to_string(), String::new());
                return Ok(PlannedItem { node, name, class, version: 0, outcome: Err(error) });
            }
            Err(error) => return Err(error),
        };
        let registry = self.registry().await?;
        let hand = Hand { by: call.actor.label(), source: source(call), reason: String::new(), now: self.now() };
        let rules = self.rules().await?;
        let told = voice::tell(&stored.value, &class, &registry.item_fields(), edit, &hand, &rules).map_err(wrong);
        let outcome = match told {
            Ok(None) => Ok(Vec::new()),
            Ok(Some(Told { item, change, .. })) => {
                self.check_identity(&class, &item).await.map(|()| change.as_ref().map(fields).unwrap_or_default())
            }
            Err(error) => Err(error),
        };
        let Declared { name, .. } = stored.value;
        let name = if name.is_empty() { self.name_of(call, node).await? } else { name };
        Ok(PlannedItem { node, name, class: class.name, version: stored.version, outcome })
    }

    /// What a host or an item of one is called.
    async fn name_of(&self, call: &Call, node: NodeId) -> Result<String, ServiceError> {
        use muster_model::history::Moment;
        Ok(match node {
            NodeId::Host(id) => self.get_host(call, id, Moment::NOW).await?.host.value.name,
            NodeId::Item(id) => self.get_item(call, id, Moment::NOW).await?.item.name().to_owned(),
            NodeId::Declared(_) | NodeId::Address(_) => node.to_string(),
        })
    }

    /// Changes items, each on its own, in the version that was looked at: one that somebody else changed since stays as it is.
    pub async fn change_items(
        &self,
        call: &Call,
        items: &[(NodeId, u64)],
        edit: &Edit,
        reason: &str,
    ) -> Result<Vec<ChangedItem>, ServiceError> {
        call.holds(Action::ItemManage)?;
        check(edit, items.len())?;
        check_reason(reason)?;
        let mut changed = Vec::new();
        for (node, version) in items {
            let planned = self.plan_item(call, *node, edit).await?;
            let outcome = match planned.outcome {
                Ok(fields) if fields.is_empty() && planned.version == *version => Ok(false),
                _ => self.edit_declared(call, *node, edit.clone(), reason, Some(*version)).await.map(|_| true),
            };
            changed.push(ChangedItem { node: *node, name: planned.name, outcome });
        }
        Ok(changed)
    }
}
