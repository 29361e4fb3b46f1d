//! What the impact of a ticket does not fall below, by how critical its items are and what depends on them (rule P2).

use muster_model::availability::{Health, Track};
use muster_model::declared::{Declared, Status};
use muster_model::host::{Criticality, Host};
use muster_model::relation::graph::Direction;
use muster_model::ticket::edit::{self, Edit};
use muster_model::ticket::priority::Floor;
use muster_model::ticket::{Kind, Ticket};
use muster_model::{ChangeSet, Versioned};
use muster_shared::id::NodeId;
use muster_store::{Index, Scan, TypedStore};

use super::FLOOR_DEPTH;
use crate::service::{Call, Service, ServiceError};

impl Service {
    /// What the impact of a ticket about a node does not fall below: by the host's own criticality, or that of services.
    pub(in crate::service) async fn floors_of(&self, node: NodeId) -> Result<Vec<Floor>, ServiceError> {
        let mut floors = Vec::new();
        if let Some(id) = node.host()
            && let Some(stored) = self.store().find::<Host>(&id.to_string()).await?
        {
            let Host { name, criticality, .. } = stored.value;
            // A host that is silent may be up.
            floors.push(Floor { item: id.to_string(), name, criticality, is_down: false, raised_from: None });
        }
        floors.extend(self.floors(node).await?);
        Ok(floors)
    }

    /// The services that depend on a node, as far as their criticality asks for more than usual impact.
    pub(in crate::service) async fn floors(&self, node: NodeId) -> Result<Vec<Floor>, ServiceError> {
        let impact = self.walk(node, Direction::Up, FLOOR_DEPTH, None).await?;
        let reached = impact.reached().filter_map(|reached| reached.node.declared());
        let mut floors = Vec::new();
        for id in reached.chain(node.declared()) {
            let Some(stored) = self.store().find::<Declared>(&id.to_string()).await? else { continue };
            let item = stored.value;
            if item.is_present() && item.criticality > Criticality::Normal {
                let is_down = item.status == Some(Status::Down) || self.was_last_down(item.id).await?;
                let (item, name, criticality) = (id.to_string(), item.name, item.criticality);
                floors.push(Floor { item, name, criticality, is_down, raised_from: None });
            }
        }
        Ok(floors)
    }

    /// Whether a service was down when it was last looked at.
    async fn was_last_down(&self, service: NodeId) -> Result<bool, ServiceError> {
        let track = self.store().find::<Track>(&service.to_string()).await?;
        Ok(track.and_then(|track| track.value.turns.last().map(|turn| turn.health)) == Some(Health::Down))
    }

    /// A service went down, or came back: the incidents about it, and about what it depends on, are as wide as that asks for; those
    /// that were widened for it are as they were before.
    pub(in crate::service) async fn follow_service(&self, service: NodeId, is_down: bool) -> Result<(), ServiceError> {
        let id = service.to_string();
        let scan = Scan::index(Index::TicketActive, format!("{}/", Kind::Incident.as_str()));
        let of_it = |ticket: &Ticket| {
            let floor = ticket.impact_floor.as_ref().filter(|floor| floor.item == id);
            if is_down {
                ticket.impact > 1 && (floor.is_some() || ticket.items.iter().any(|item| item.id == id))
            } else {
                floor.is_some_and(|floor| floor.is_down)
            }
        };
        for stored in self.store().all::<Ticket>(scan).await?.into_iter().filter(|stored| of_it(&stored.value)) {
            self.floor_anew(&stored.value.number).await?;
        }
        Ok(())
    }

    async fn floor_anew(&self, number: &str) -> Result<(), ServiceError> {
        let call = &Call::system("availability");
        self.decide(|| async move {
            let stored: Versioned<Ticket> = self.get_ticket(call, number).await?;
            let mut floors = Vec::new();
            for node in stored.value.items.iter().filter_map(|item| item.id.parse::<NodeId>().ok()) {
                floors.extend(self.floors_of(node).await?);
            }
            let priorities = self.priorities().await?;
            let edit = Edit { impact_floor: Some(priorities.strongest(floors)), ..Edit::default() };
            let is_active = stored.value.state.name().is_active();
            match edit::edit(&stored.value, edit, &priorities, &call.actor, self.now()) {
                Ok(Some((ticket, entry))) if is_active => {
                    Ok((Self::written(call, "ticket.update", stored.version, ticket, entry).0, ()))
                }
                _ => Ok((ChangeSet::new(), ())),
            }
        })
        .await
    }
}
