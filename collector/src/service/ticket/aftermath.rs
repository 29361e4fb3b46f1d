//! Incidents that may have come of a change: proposed to who reviews it, who links those that did.

use std::collections::BTreeSet;

use muster_model::relation::graph::Direction;
use muster_model::right::Action;
use muster_model::text::Phrase;
use muster_model::ticket::change::aftermath;
use muster_model::ticket::{Kind, Ticket};
use muster_shared::id::NodeId;
use muster_store::index::time_key;
use muster_store::{Index, Scan, TypedStore};

use crate::service::{Call, Service, ServiceError};

/// Incidents that are proposed for one change.
const MOST: usize = 50;

impl Service {
    /// The incidents that may have come of a change, oldest first, each with the item by which.
    pub async fn list_aftermath(&self, call: &Call, text: &str) -> Result<Vec<(Ticket, String)>, ServiceError> {
        let ticket = self.get_ticket(call, text).await?.value;
        let sight = self.sight(call, Action::TicketRead).await?;
        let Some(change) = ticket.details.change() else {
            return Err(ServiceError::Conflict(Phrase::new("aftermath_change").with("number", ticket.number).into()));
        };
        let Some((from, to)) = aftermath::window(change, self.now()) else { return Ok(Vec::new()) };
        let mut touched: BTreeSet<NodeId> = BTreeSet::new();
        for (node, _) in self.scope_nodes(&change.plan.scope).await? {
            touched.insert(node);
            touched.extend(self.reach(node, Direction::Up).await?.into_iter().map(|reached| reached.node));
        }
        let kind = Kind::Incident.as_str();
        let start = format!("{kind}/{}", time_key(from.plus_millis(-1)));
        let mut scan = Scan::index(Index::TicketByTime, format!("{kind}/")).after(Some(format!("{start}~")));
        let mut found = Vec::new();
        loop {
            let page = self.store().page::<Ticket>(scan.clone()).await?;
            for incident in page.rows.into_iter().map(|stored| stored.value) {
                if incident.opened_at > to || found.len() == MOST {
                    return Ok(found);
                }
                if let Some(item) = aftermath::touches(&ticket, &incident, &touched)
                    && self.sees_ticket(&sight, &incident).await?
                {
                    let item = item.to_owned();
                    found.push((incident, item));
                }
            }
            match page.next {
                Some(next) => scan = scan.after(Some(next)),
                None => return Ok(found),
            }
        }
    }
}
