//! Which hosts a question means, and which questions mean some hosts.

use std::collections::{HashMap, HashSet};

use muster_model::history::Moment;
use muster_model::host::Host;
use muster_model::query::Query;
use muster_model::relation::graph::Ties;
use muster_shared::id::{HostId, NodeId};
use muster_store::TypedStore;
use serde_json::Value;

use super::HostView;
use crate::service::{Service, ServiceError};

impl Service {
    /// Whether a query means a host: with how its relations are, and with what people added if it asks for that.
    pub(super) async fn is_meant(
        &self,
        view: &HostView,
        query: &Query,
        (ties, asks_people): (Ties, bool),
    ) -> Result<bool, ServiceError> {
        let id = view.host.value.id;
        let mut entry = view.entry(ties);
        if asks_people {
            self.add_said(&mut entry, id, query.moment).await?;
        }
        Ok(query.matches(&entry))
    }

    /// Adds what people added to a host to how queries see it, and whether something is missing.
    pub(in crate::service) async fn add_said(
        &self,
        entry: &mut Value,
        id: HostId,
        moment: Moment,
    ) -> Result<(), ServiceError> {
        let added = self.added_to(id, moment).await?.remove(&NodeId::Host(id)).unwrap_or_default();
        let is_incomplete = self.registry().await?.get("host").is_some_and(|class| class.is_incomplete(&added));
        if let Some(entry) = entry.as_object_mut() {
            entry.extend(added);
            entry.insert("incomplete".to_owned(), is_incomplete.into());
        }
        Ok(())
    }

    /// Those of some questions over hosts that mean one of these hosts.
    pub(in crate::service) async fn questions_of(
        &self,
        hosts: Vec<HostId>,
        questions: Vec<String>,
    ) -> Result<HashSet<String>, ServiceError> {
        let registry = self.registry().await?;
        let parsed = questions.into_iter().filter_map(|text| {
            let query = Query::parse(&text, &registry.host_fields()).ok()?;
            Some((text, registry.asks_people(&query), query))
        });
        let (mut open, mut met): (Vec<_>, _) = (parsed.collect(), HashSet::new());
        let asks_ties = open.iter().any(|(_, _, query)| query.mentions("broken_relations"));
        let ties = if asks_ties { self.ties(Moment::NOW).await? } else { HashMap::new() };
        for id in hosts {
            if open.is_empty() {
                break;
            }
            let Some(host) = self.store().find::<Host>(&id.to_string()).await? else { continue };
            let Some(view) = self.host_view(host, Moment::NOW).await? else { continue };
            let own = ties.get(&NodeId::Host(id)).copied().unwrap_or_default();
            let mut left = Vec::new();
            for (text, asks_people, query) in open {
                if self.is_meant(&view, &query, (own, asks_people)).await? {
                    met.insert(text);
                } else {
                    left.push((text, asks_people, query));
                }
            }
            open = left;
        }
        Ok(met)
    }
}
