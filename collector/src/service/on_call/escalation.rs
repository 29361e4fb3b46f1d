//! Escalation: plans, the escalations that run, and their steps when they are due.

use muster_model::notification::Topic;
use muster_model::notification::happening::ticket_notice;
use muster_model::notification::subscription::{Subscription, Target};
use muster_model::on_call::escalation::{self, End, Escalation, EscalationPolicy, Step};
use muster_model::query::{Query, fields};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::{Entry, Escalated, FieldChange, Ticket};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::Time;
use muster_shared::id::{EscalationPolicyId, RotaId, TicketId};
use muster_store::{Index, Scan, TypedStore};

use crate::service::class::wrong;
use crate::service::{Call, Page, Service, ServiceError, Window, check_version, conflict, ticket};

/// Most plans.
const MOST: usize = 200;

/// What a plan is to be.
#[derive(Clone, Debug)]
pub struct EscalationPolicyDraft {
    /// What it is called.
    pub name: String,
    /// Which tickets it is for.
    pub filter: String,
    /// Its place among the plans.
    pub order: u32,
    /// The steps.
    pub steps: Vec<Step>,
    /// How often all steps are gone through again.
    pub repeat: u32,
    /// Minutes between two rounds.
    pub repeat_after_minutes: u32,
    /// Whether it is used.
    pub is_active: bool,
}

fn missing(id: EscalationPolicyId) -> ServiceError {
    ServiceError::NotFound { kind: "escalation policy", id: id.to_string() }
}

impl Service {
    /// All plans, in the order in which they are tried.
    pub async fn list_escalation_policies(
        &self,
        call: &Call,
    ) -> Result<Vec<Versioned<EscalationPolicy>>, ServiceError> {
        call.authorize(Action::OnCallRead, Resource::Shared)?;
        let mut all = self.store().all::<EscalationPolicy>(Scan::keys(Collection::EscalationPolicy, "")).await?;
        all.sort_by_key(|policy| (policy.value.order, policy.value.id));
        Ok(all)
    }

    /// A plan.
    pub async fn get_escalation_policy(
        &self,
        call: &Call,
        id: EscalationPolicyId,
    ) -> Result<Versioned<EscalationPolicy>, ServiceError> {
        call.authorize(Action::OnCallRead, Resource::Shared)?;
        self.store().find::<EscalationPolicy>(&id.to_string()).await?.ok_or_else(|| missing(id))
    }

    /// Makes a plan, or changes the one of an id that was seen in a version. What runs goes on by the plan as it was.
    pub async fn save_escalation_policy(
        &self,
        call: &Call,
        known: Option<(EscalationPolicyId, Option<u64>)>,
        draft: EscalationPolicyDraft,
    ) -> Result<Versioned<EscalationPolicy>, ServiceError> {
        call.authorize(Action::OnCallManage, Resource::All)?;
        let now = self.now();
        let (id, version) = match known {
            Some((id, seen)) => {
                let stored = self.get_escalation_policy(call, id).await?;
                check_version(&stored, seen)?;
                (id, Some(stored.version))
            }
            None => (EscalationPolicyId::new(now), None),
        };
        let policy = EscalationPolicy {
            id,
            name: draft.name.trim().to_owned(),
            filter: draft.filter.trim().to_owned(),
            order: draft.order,
            steps: draft.steps,
            repeat: draft.repeat,
            repeat_after_minutes: draft.repeat_after_minutes,
            is_active: draft.is_active,
            changed_at: now,
            changed_by: call.actor.label(),
        };
        let violations = escalation::check(&policy);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        self.check_kept_filter(&policy.filter).await?;
        for (i, step) in policy.steps.iter().enumerate() {
            for target in &step.targets {
                self.check_target(&format!("/steps/{i}/targets"), *target).await?;
            }
        }
        let full = self.store().count(Scan::keys(Collection::EscalationPolicy, "").limit(MOST)).await? >= MOST;
        if version.is_none() && full {
            return Err(ServiceError::Conflict(Phrase::new("many_of_these").with("max", MOST).into()));
        }
        let mut changes = ChangeSet::new();
        let action = if version.is_some() { "escalation_policy.update" } else { "escalation_policy.create" };
        changes.audit.push(call.audit(now, action, id, policy.name.clone()));
        changes.put(policy.clone(), version.map_or(Expected::Absent, Expected::Version));
        self.commit(changes).await?;
        Ok(Versioned { value: policy, version: version.unwrap_or_default() + 1 })
    }

    /// Removes a plan. What runs goes on.
    pub async fn remove_escalation_policy(
        &self,
        call: &Call,
        id: EscalationPolicyId,
        seen: Option<u64>,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::OnCallManage, Resource::One(&id.to_string()))?;
        let stored = self.get_escalation_policy(call, id).await?;
        check_version(&stored, seen)?;
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(self.now(), "escalation_policy.remove", id, stored.value.name.clone()));
        changes.delete(Collection::EscalationPolicy, stored.value.key(), Expected::Version(stored.version));
        Ok(self.commit(changes).await?)
    }

    /// The names of what calls a rota.
    pub(super) async fn users_of_rota(&self, id: RotaId) -> Result<Vec<String>, ServiceError> {
        let target = Target::Rota(id);
        let subscriptions = self.store().all::<Subscription>(Scan::keys(Collection::Subscription, "")).await?;
        let policies = self.store().all::<EscalationPolicy>(Scan::keys(Collection::EscalationPolicy, "")).await?;
        let calls = |it: &EscalationPolicy| it.steps.iter().any(|step| step.targets.contains(&target));
        let named = subscriptions.into_iter().filter(|it| it.value.target == target).map(|it| it.value.name);
        let called = policies.into_iter().filter(|it| calls(&it.value)).map(|it| it.value.name);
        Ok(named.chain(called).take(10).collect())
    }

    /// Escalations, newest first.
    pub async fn list_escalations(
        &self,
        call: &Call,
        window: &Window,
    ) -> Result<Page<Versioned<Escalation>>, ServiceError> {
        call.holds(Action::OnCallRead)?;
        let seen = self.tickets_seen(call).await?;
        let is_seen = |escalation: &Escalation| seen.as_ref().is_none_or(|seen| seen.contains(&escalation.ticket));
        self.list(Scan::index(Index::EscalationByTime, "").descending(), window, is_seen).await
    }

    /// The escalation of a ticket.
    pub async fn get_escalation(&self, call: &Call, ticket: &str) -> Result<Versioned<Escalation>, ServiceError> {
        call.authorize(Action::OnCallRead, Resource::Shared)?;
        let id = self.get_ticket(call, ticket).await?.value.id;
        let missing = || ServiceError::NotFound { kind: "escalation", id: ticket.to_owned() };
        self.store().find::<Escalation>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// Somebody takes it: nobody else is called.
    pub async fn acknowledge_escalation(
        &self,
        call: &Call,
        ticket: &str,
    ) -> Result<Versioned<Escalation>, ServiceError> {
        call.authorize(Action::OnCallOverride, Resource::Shared)?;
        self.decide(|| async move {
            let mut stored = self.get_escalation(call, ticket).await?;
            if stored.value.next_at().is_none() {
                return Err(conflict("escalation_over"));
            }
            let now = self.now();
            stored.value.end(End::Acknowledged { by: call.actor.label() }, now);
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(
                now,
                "escalation.acknowledge",
                stored.value.ticket,
                stored.value.number.clone(),
            ));
            // Who takes it has taken notice of what it is about.
            let about = self.get_ticket(call, ticket).await?;
            changes.extend(self.acknowledged(call, &about).map(|(changes, _)| changes).unwrap_or_default());
            changes.update(Versioned { value: stored.value.clone(), version: stored.version });
            stored.version += 1;
            Ok((changes, stored))
        })
        .await
    }

    /// After something happened to a ticket: begins its escalation, or ends it.
    pub(crate) async fn plan_escalation(&self, changes: &mut ChangeSet, ticket: &Ticket) -> Result<(), ServiceError> {
        let known = self.store().find::<Escalation>(&ticket.id.to_string()).await?;
        let end = escalation::ends(ticket);
        match (known, end) {
            (Some(mut known), Some(end)) if known.value.next_at().is_some() => {
                known.value.end(end, self.now());
                changes.update(known);
            }
            (Some(_), _) | (None, Some(_)) => {}
            // It was called for on the desk that it comes from; what happens to it here begins anew.
            (None, None) if ticket.is_as_imported() => {}
            (None, None) => {
                let entry = ticket::entry(ticket);
                let fits = |policy: &EscalationPolicy| {
                    policy.is_active
                        && Query::parse(&policy.filter, &fields::TICKET).is_ok_and(|query| query.matches(&entry))
                };
                let policies = self.list_escalation_policies(&Call::system("escalation")).await?;
                if let Some(policy) = policies.into_iter().map(|stored| stored.value).find(fits) {
                    changes.create(Escalation::begin(ticket, policy, self.now()));
                }
            }
        }
        Ok(())
    }

    /// Takes the next step that is due. `false` when none is.
    pub async fn escalation_step(&self) -> Result<bool, ServiceError> {
        let first = self.store().first::<Escalation>(Scan::index(Index::EscalationDue, "")).await?;
        let Some(first) = first.filter(|first| first.value.next_at().is_some_and(|at| at <= self.now())) else {
            return Ok(false);
        };
        let id = first.value.ticket;
        self.decide(|| self.take_step(id)).await?;
        Ok(true)
    }

    async fn take_step(&self, id: TicketId) -> Result<(ChangeSet, ()), ServiceError> {
        let (now, mut changes) = (self.now(), ChangeSet::new());
        let Some(mut stored) = self.store().find::<Escalation>(&id.to_string()).await? else {
            return Ok((changes, ()));
        };
        if stored.value.next_at().is_none_or(|at| at > now) {
            return Ok((changes, ()));
        }
        let ticket = self.store().find::<Ticket>(&id.to_string()).await?;
        let end = ticket.as_ref().map_or(Some(End::TicketOver), |ticket| escalation::ends(&ticket.value));
        match (ticket, end) {
            (Some(Versioned { value: mut ticket, version }), None) => {
                let targets = stored.value.next_step().map(|step| step.targets.clone()).unwrap_or_default();
                let what = Phrase::new("notice_page")
                    .with("step", (stored.value.step + 1).to_string())
                    .with("policy", stored.value.policy.name.clone());
                let notice = ticket_notice(&ticket, Topic::Page, now, "system:escalation", what);
                let told = self.page(&mut changes, &notice, &targets).await?;
                stored.value.advance(told, now);
                let level = |of: &Option<Box<Escalated>>| of.as_ref().map_or(0, |of| of.level).to_string();
                let (from, reached) = (level(&ticket.escalation), stored.value.reached().map(Box::new));
                if ticket.escalation != reached {
                    ticket.escalation.clone_from(&reached);
                    let field = FieldChange { field: "escalation".into(), from, to: level(&reached) };
                    let call = Call::system("escalation");
                    let entry = ticket.note(now, &call.actor.label(), Entry::Changed { fields: vec![field] });
                    changes.extend(Self::written(&call, "ticket.escalate", version, ticket, entry).0);
                }
            }
            (_, end) => stored.value.end(end.unwrap_or(End::TicketOver), now),
        }
        changes.update(stored);
        Ok((changes, ()))
    }

    /// When the next step is due.
    pub async fn next_escalation(&self) -> Result<Option<Time>, ServiceError> {
        let first = self.store().first::<Escalation>(Scan::index(Index::EscalationDue, "")).await?;
        Ok(first.and_then(|first| first.value.next_at()))
    }
}
