//! Where access is: the hosts that its terms mean now, and how a grant goes on to others when those do. A grant for a service or an
//! item is for the hosts that serve it.

use std::collections::{BTreeSet, HashMap};
use std::sync::PoisonError;

use muster_model::ChangeSet;
use muster_model::declared::Declared;
use muster_model::event::Event;
use muster_model::grant::{Follows, Grant};
use muster_model::query::Query;
use muster_model::relation::Source;
use muster_model::text::Phrase;
use muster_model::ticket::Details;
use muster_model::ticket::access::Terms;
use muster_shared::id::{HostId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::turn::summary;
use crate::service::{Call, Service, ServiceError, invalid};

/// How often it is looked whether hosts became others.
const ROUND_MS: i64 = 60_000;
/// How far it is followed what a service depends on.
const DEPTH: usize = 10;
/// Hosts that an entry of the trail names.
const NAMED: usize = 50;
/// What counts: what agents see of each other lets nobody in.
const SOURCES: &[Source] = &[Source::Declared, Source::Derived];

impl Service {
    /// The hosts that terms mean now.
    pub(in crate::service) async fn access_reach(&self, terms: &Terms) -> Result<Vec<HostId>, ServiceError> {
        match Follows::of(terms) {
            Some(follows) => self.hosts_followed(&follows).await,
            None => Ok(terms.hosts.clone()),
        }
    }

    async fn hosts_followed(&self, follows: &Follows) -> Result<Vec<HostId>, ServiceError> {
        let mut hosts: BTreeSet<HostId> = follows.named.iter().copied().collect();
        if let Some(resource) = follows.resource {
            hosts.extend(self.hosts_serving(resource).await?);
        }
        if let Some(question) = &follows.question {
            let asked = Box::pin(self.hosts_asked(&Call::system("access"), question)).await?;
            hosts.extend(asked.into_iter().map(|host| host.value.id));
        }
        Ok(hosts.into_iter().collect())
    }

    /// The hosts that serve a node: it, the one that it is on, else those on which the way of what it depends on ends first. What a
    /// host itself stands on is another's.
    pub(in crate::service) async fn hosts_serving(&self, node: NodeId) -> Result<BTreeSet<HostId>, ServiceError> {
        let mut hosts: BTreeSet<HostId> = node.host().into_iter().collect();
        let (mut level, mut met) = (vec![node], BTreeSet::from([node]));
        for _ in 0..DEPTH {
            let mut next = Vec::new();
            for node in level.into_iter().filter(|node| node.host().is_none()) {
                for cause in self.needs_of(node, SOURCES).await? {
                    hosts.extend(cause.host());
                    if met.insert(cause) {
                        next.push(cause);
                    }
                }
            }
            level = next;
        }
        Ok(hosts)
    }

    /// Whether access can be asked for to what terms name, beside hosts.
    pub(in crate::service) async fn check_resource(&self, call: &Call, terms: &Terms) -> Result<(), ServiceError> {
        if let Some(question) = &terms.question {
            let wrong = |why: Phrase| invalid("/details/terms/question", why);
            let query = Query::parse(question, &self.registry().await?.host_fields());
            if query.map_err(|error| wrong(error.phrase()))?.moment.since().is_some() {
                return Err(wrong(Phrase::new("scope_moment")));
            }
        }
        match terms.resource {
            Some(resource) => {
                let unknown = |error: ServiceError| invalid("/details/terms/resource", error.text());
                self.check_node(call, resource).await.map_err(unknown)
            }
            None => Ok(()),
        }
    }

    /// Hosts and resource of access, for who answers for them.
    pub(in crate::service) async fn asked_nodes(&self, terms: &Terms) -> Result<Vec<(NodeId, String)>, ServiceError> {
        let hosts = self.access_reach(terms).await?;
        let nodes = hosts.into_iter().map(NodeId::Host).chain(terms.resource);
        Ok(nodes.map(|node| (node, String::new())).collect())
    }

    /// Who answers for the service or item that access is asked for to, if that is all that it is to and somebody is named.
    pub(in crate::service) async fn resource_owner(&self, details: &Details) -> Result<Option<String>, ServiceError> {
        let Details::Access(access) = details else { return Ok(None) };
        let terms = &access.terms;
        let is_all = terms.hosts.is_empty() && terms.question.is_none();
        match terms.resource.filter(|_| is_all) {
            Some(node) => self.owner_of(node).await,
            None => Ok(None),
        }
    }

    /// Who answers for an item that people declare.
    pub(super) async fn owner_of(&self, node: NodeId) -> Result<Option<String>, ServiceError> {
        let Some(id) = node.declared() else { return Ok(None) };
        Ok(self.store().find::<Declared>(&id.to_string()).await?.and_then(|item| item.value.owner))
    }

    /// Looks once a minute whether services, items and questions mean other hosts now: grants go on to those. `false` when none did.
    pub async fn follow_grants_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        {
            let mut looked_at = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
            if looked_at.is_some_and(|at| (0..ROUND_MS).contains(&now.since(at))) {
                return Ok(false);
            }
            *looked_at = Some(now);
        }
        let grants = self.store().all::<Grant>(Scan::index(Index::GrantFollowing, "")).await?;
        let mut known: HashMap<String, Vec<HostId>> = HashMap::new();
        let mut worked = false;
        for mut stored in grants {
            let Some(follows) = stored.value.follows.clone() else { continue };
            let key = serde_json::to_string(&follows).unwrap_or_default();
            let hosts = match known.get(&key) {
                Some(hosts) => hosts.clone(),
                None => Box::pin(self.hosts_followed(&follows)).await?,
            };
            let turn = stored.value.follow(&hosts, now);
            known.insert(key, hosts);
            let Some((came, went)) = turn else { continue };
            let mut changes = ChangeSet::new();
            let mut audit = Call::system("access").audit(now, "grant.follow", stored.value.id, summary(&stored.value));
            let named = |sign: char, hosts: &[HostId]| -> Vec<String> {
                hosts.iter().take(NAMED).map(|host| format!("{sign}{host}")).collect()
            };
            audit.reason = [named('+', &came), named('-', &went)].concat().join(" ");
            changes.audit.push(audit);
            changes.events.extend(came.iter().chain(&went).map(|host| Event::AccessChanged { host: *host }));
            changes.update(stored);
            worked |= self.commit_step(changes).await?;
        }
        Ok(worked)
    }
}
