//! Agreements of a service: the policies whose filter asks for tickets about it, with how they were kept.

use muster_model::Versioned;
use muster_model::declared::Declared;
use muster_model::history::Moment;
use muster_model::kpi::Period;
use muster_model::level::Policy;
use muster_model::level::attainment::Attainment;
use muster_model::level::shipped::{self, Example};
use muster_model::text::{Phrase, Word};
use muster_model::ticket::{ItemRole, TicketItem};
use muster_shared::id::{DeclaredId, NodeId};
use muster_store::TypedStore;

use crate::service::impact::SERVICES;
use crate::service::{Call, Service, ServiceError, invalid};

/// An agreement.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// The policy.
    pub policy: Versioned<Policy>,
    /// How it was kept; `None` when none of its clocks ended in the time that was asked for.
    pub kept: Option<Attainment>,
}

/// The agreements of a service.
#[derive(Clone, Debug)]
pub struct Agreements {
    /// The service.
    pub service: Versioned<Declared>,
    /// Those that are there, first things first.
    pub agreed: Vec<Agreement>,
    /// Some to begin with: those of which none is there by that name.
    pub examples: Vec<Example>,
}

impl Service {
    /// The agreements of a service, and how they were kept in a period.
    pub async fn agreements(&self, call: &Call, id: DeclaredId, period: Period) -> Result<Agreements, ServiceError> {
        let service = self.get_service(call, id, Moment::NOW).await?.item;
        let kept = self.level_attainment(call, period.from, period.to).await?;
        let all = self.list_level_policies(call).await?;
        let examples = shipped::examples(&service.value.name, &id.to_string());
        let is_new = |example: &Example| !all.iter().any(|policy| policy.value.name == example.name);
        let examples = examples.into_iter().filter(is_new).collect();
        let own = all.into_iter().filter(|policy| policy.value.agreed_for() == Some(id.to_string()));
        let agreement = |policy: Versioned<Policy>| Agreement {
            kept: kept.iter().map(|(row, _)| row).find(|row| row.policy == policy.value.name).cloned(),
            policy,
        };
        Ok(Agreements { agreed: own.map(agreement).collect(), examples, service })
    }

    /// The service that a ticket is about, by id or name, as an item of it.
    pub async fn service_item(&self, call: &Call, field: &str, text: &str) -> Result<TicketItem, ServiceError> {
        let node = self.node_named(call, field, text).await?;
        let found = match node {
            NodeId::Declared(id) => self.store().find::<Declared>(&id.to_string()).await?,
            NodeId::Host(_) | NodeId::Item(_) | NodeId::Address(_) => None,
        };
        let is_service = found.is_some_and(|found| SERVICES.contains(&found.value.class.as_str()));
        if !is_service {
            return Err(invalid(field, Phrase::new("no_service").with("classes", Word::list(SERVICES))));
        }
        Ok(TicketItem::named(node.to_string(), "", ItemRole::Affected))
    }
}
