//! Who has access, as the pages of services and items show it.

use muster_model::right::Action;
use muster_shared::Time;
use muster_shared::id::NodeId;

use super::right;
use crate::console::visitor::Visitor;
use crate::service::ServiceError;

/// A grant for a service or an item.
#[derive(Clone, Debug)]
pub(in crate::console) struct HolderRow {
    pub(in crate::console) id: String,
    pub(in crate::console) account: String,
    pub(in crate::console) right: String,
    pub(in crate::console) status: &'static str,
    pub(in crate::console) until: Option<Time>,
    pub(in crate::console) seen: String,
}

/// The grants for a node; none for whoever may not see grants.
pub(in crate::console) async fn holders(visitor: &Visitor, node: NodeId) -> Result<Vec<HolderRow>, ServiceError> {
    if !visitor.may(Action::TicketRead) {
        return Ok(Vec::new());
    }
    let found = visitor.service().grants_for(&visitor.call, node).await?;
    let row = |grant: muster_model::grant::Grant| HolderRow {
        id: grant.id.to_string(),
        right: right(visitor.locale, grant.entitlement.as_str(), grant.group.as_deref()),
        status: grant.status(visitor.now()).as_str(),
        until: grant.valid_to,
        seen: super::grant::seen_words(visitor, &grant),
        account: grant.account,
    };
    Ok(found.into_iter().map(|stored| row(stored.value)).collect())
}
