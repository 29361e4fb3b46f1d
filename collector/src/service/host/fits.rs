//! Whether a host is one that a query means: asked of that host alone.

use std::collections::HashMap;

use muster_model::history::Moment;
use muster_model::query::Query;
use muster_shared::id::{HostId, NodeId};

use crate::service::{Call, Service, ServiceError};

/// Who looks.
const CALL: Call = Call::system("query");

impl Service {
    /// Whether a host is one that a query means now.
    pub(in crate::service) async fn host_fits(&self, query: &Query, id: HostId) -> Result<bool, ServiceError> {
        let view = match self.get_host(&CALL, id, Moment::NOW).await {
            Ok(view) => view,
            Err(ServiceError::NotFound { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let node = NodeId::Host(view.host.value.id);
        let ties = if query.mentions("broken_relations") { self.ties(Moment::NOW).await? } else { HashMap::new() };
        let mut entry = view.entry(ties.get(&node).copied().unwrap_or_default());
        if self.registry().await?.asks_people(query) {
            self.add_said(&mut entry, view.host.value.id, Moment::NOW).await?;
        }
        Ok(query.matches(&entry))
    }
}
