//! Who deals with incidents of drift and with tickets: the rules of owners, and what they say of a finding.

use muster_model::finding::Finding;
use muster_model::host::Host;
use muster_model::right::{Action, Resource};
use muster_model::routing::Assigned;
use muster_model::routing::rule::{self, About, KEY, Routing, RoutingRule};
use muster_model::ticket::{Breadth, Channel, Kind, Ticket};
use muster_model::{ChangeSet, Expected, Versioned};
use muster_shared::id::{NodeId, UserId};
use muster_store::TypedStore;
use serde_json::{Value, json};

use super::class::wrong;
use super::{Call, Service, ServiceError};

/// What somebody says of a rule.
#[derive(Clone, Debug)]
pub struct RoutingDraft {
    /// What it is called.
    pub name: String,
    /// What it is about.
    pub about: About,
    /// Which findings or tickets it means; empty is all.
    pub filter: String,
    /// Which group deals with them.
    pub group: Option<String>,
    /// Who deals with them: an id, or the name that they sign in with.
    pub assignee: Option<String>,
}

impl From<RoutingRule> for RoutingDraft {
    fn from(rule: RoutingRule) -> Self {
        let RoutingRule { name, about, filter, group, assignee } = rule;
        Self { name, about, filter, group, assignee: assignee.map(|id| id.to_string()) }
    }
}

/// A rule that was tried.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The rule.
    pub rule: RoutingRule,
    /// Whether it means the finding.
    pub fits: bool,
}

/// An error of one rule, at its place.
pub(super) fn placed(error: ServiceError, place: &str) -> ServiceError {
    let ServiceError::Invalid(mut errors) = error else { return error };
    for error in &mut errors {
        error.pointer.insert_str(0, place);
    }
    ServiceError::Invalid(errors)
}

impl Service {
    /// The rules; version 0 is none yet.
    pub async fn routing(&self, call: &Call) -> Result<Versioned<Routing>, ServiceError> {
        call.authorize(Action::FindingRead, Resource::Shared)?;
        let stored = self.store().find::<Routing>(KEY).await?;
        Ok(stored.unwrap_or_else(|| Versioned { value: Routing::default(), version: 0 }))
    }

    /// Sets the rules.
    pub async fn update_routing(
        &self,
        call: &Call,
        drafts: Vec<RoutingDraft>,
        seen: Option<u64>,
    ) -> Result<Versioned<Routing>, ServiceError> {
        call.authorize(Action::RoutingUpdate, Resource::All)?;
        let known = self.routing(call).await?.value;
        let mut rules = Vec::with_capacity(drafts.len());
        for (i, draft) in drafts.into_iter().enumerate() {
            let RoutingDraft { name, about, filter, group, assignee } = draft;
            let assignee = match assignee {
                Some(who) => Some(self.deals(&format!("/rules/{i}/assignee"), &who, &known).await?),
                None => None,
            };
            let before = known.rules.iter().map(|rule| rule.group.as_deref()).find(|one| *one == group.as_deref());
            let field = format!("/rules/{i}/group");
            self.check_group_known(call, &field, group.as_deref(), before.flatten()).await?;
            rules.push(RoutingRule { name, about, filter, group, assignee });
        }
        for (i, rule) in rules.iter().enumerate().filter(|(_, rule)| rule.about == About::Tickets) {
            self.check_kept_filter(&rule.filter).await.map_err(|error| placed(error, &format!("/rules/{i}")))?;
        }
        let violations = rule::check(&rules);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let rules = &rules;
        self.decide(|| async move {
            let version = self.routing(call).await?.version;
            if seen.is_some_and(|seen| seen != version) {
                return Err(ServiceError::Stale { have: version });
            }
            let now = self.now();
            let next = Routing { rules: rules.clone(), changed_at: now, changed_by: call.actor.label() };
            let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "routing.update", KEY, names.join(", ")));
            let expected = if version == 0 { Expected::Absent } else { Expected::Version(version) };
            changes.put(next, expected);
            Ok((changes, ()))
        })
        .await?;
        self.routing(call).await
    }

    /// Who is named in a rule: somebody who may work on incidents, or who was in the rules already.
    async fn deals(&self, field: &str, name: &str, known: &Routing) -> Result<UserId, ServiceError> {
        let id = self.user_named(field, name).await?;
        if !known.rules.iter().any(|rule| rule.assignee == Some(id)) {
            self.check_worker(id, field, Kind::Incident.work()).await?;
        }
        Ok(id)
    }

    /// What the rules say of a finding, rule by rule until one fits.
    pub async fn explain_routing(&self, call: &Call, finding: &Finding) -> Result<Vec<Tried>, ServiceError> {
        self.authorize_at(call, Action::FindingRead, NodeId::Host(finding.host)).await?;
        let entry = self.route_entry(finding, &Breadth::Host).await?;
        let mut tried = Vec::new();
        for route in &self.policy_book().await?.routes {
            let fits = route.means(&entry);
            tried.push(Tried { rule: route.rule.clone(), fits });
            if fits {
                break;
            }
        }
        Ok(tried)
    }

    /// Who deals with a finding.
    pub(super) async fn assigned(
        &self,
        finding: &Finding,
        breadth: &Breadth,
    ) -> Result<Option<Assigned>, ServiceError> {
        let book = self.policy_book().await?;
        if book.routes.is_empty() {
            return Ok(None);
        }
        Ok(rule::assign(&book.routes, &self.route_entry(finding, breadth).await?))
    }

    /// Who deals with a ticket that somebody opens without saying so.
    pub(super) async fn dealt_with_by(&self, ticket: &Ticket) -> Result<Option<Assigned>, ServiceError> {
        let is_said = ticket.assignment_group.is_some() || ticket.assignee.is_some();
        // What the collector opens by itself has rules of its own.
        let book = self.policy_book().await?;
        if is_said || matches!(ticket.channel, Channel::Agent | Channel::Event) || book.ticket_routes.is_empty() {
            return Ok(None);
        }
        Ok(rule::assign(&book.ticket_routes, &super::ticket::entry(ticket)))
    }

    /// A finding as the rules see it.
    async fn route_entry(&self, finding: &Finding, breadth: &Breadth) -> Result<Value, ServiceError> {
        let host = self.store().find::<Host>(&finding.host.to_string()).await?.map(|stored| stored.value);
        let services = self.floors(NodeId::Host(finding.host)).await?;
        let services: Vec<String> = services.into_iter().map(|floor| floor.name).collect();
        Ok(json!({
            "policy": finding.policy, "section": finding.section, "severity": finding.severity,
            "item_key": finding.item_key, "attribute": finding.attribute, "host_name": finding.host_name,
            "host.owner": host.as_ref().and_then(|host| host.owner.clone()),
            "host.site": host.as_ref().and_then(|host| host.site.clone()),
            "host.criticality": host.as_ref().map(|host| host.criticality), "service": services,
            "breadth": breadth.as_str(),
        }))
    }
}
