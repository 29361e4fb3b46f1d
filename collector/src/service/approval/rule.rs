//! Whose votes tickets ask for: the rules of the organisation, those that are shipped, and which of them means a ticket.

use std::collections::{BTreeMap, HashMap};

use muster_model::account::User;
use muster_model::approval::rule::{self, ApprovalRule, ApprovalRules, KEY};
use muster_model::approval::seat::{Approver, Rota};
use muster_model::approval::{Wanted, line};
use muster_model::on_call;
use muster_model::right::{Action, Resource, holders};
use muster_model::team::{Roster, Team};
use muster_model::text::{self, Phrase, Word};
use muster_model::ticket::{Details, Ticket};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::id::UserId;
use muster_store::{Scan, TypedStore};

use super::timing::excluded_from;
use crate::service::class::wrong;
use crate::service::routing::placed;
use crate::service::ticket::entry;
use crate::service::{Call, Service, ServiceError, invalid};

impl Service {
    /// The rules of the organisation; version 0 is none yet.
    pub async fn approval_rules(&self, call: &Call) -> Result<Versioned<ApprovalRules>, ServiceError> {
        call.authorize(Action::TicketInternal, Resource::Shared)?;
        Ok(self.stored_rules().await?)
    }

    pub(super) async fn stored_rules(&self) -> Result<Versioned<ApprovalRules>, muster_store::StoreError> {
        let stored = self.store().find::<ApprovalRules>(KEY).await?;
        Ok(stored.unwrap_or_else(|| Versioned { value: ApprovalRules::default(), version: 0 }))
    }

    /// Sets the rules of the organisation. Rounds that are open keep their stages.
    pub async fn update_approval_rules(
        &self,
        call: &Call,
        rules: Vec<ApprovalRule>,
        seen: Option<u64>,
    ) -> Result<Versioned<ApprovalRules>, ServiceError> {
        call.authorize(Action::ApprovalRule, Resource::All)?;
        let violations = rule::check(&rules);
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        // What stays as it was is not asked again: somebody named in it may have left.
        let known = self.stored_rules().await?.value.rules;
        for (i, rule) in rules.iter().enumerate().filter(|(_, rule)| !known.contains(rule)) {
            self.check_kept_filter(&rule.filter).await.map_err(|error| placed(error, &format!("/rules/{i}")))?;
            for (n, stage) in rule.stages.iter().enumerate() {
                self.check_approvers(stage, &format!("/rules/{i}/stages/{n}")).await?;
            }
        }
        let rules = &rules;
        self.decide(|| async move {
            let stored = self.stored_rules().await?;
            let version = stored.version;
            if seen.is_some_and(|seen| seen != version) {
                return Err(ServiceError::Stale { have: version });
            }
            let now = self.now();
            let next = ApprovalRules { rules: rules.clone(), changed_at: now, changed_by: call.actor.label() };
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(now, "approval.rules", KEY, rule::difference(&stored.value.rules, rules)));
            let expected = if version == 0 { Expected::Absent } else { Expected::Version(version) };
            changes.put(next.clone(), expected);
            Ok((changes, Versioned { value: next, version: version + 1 }))
        })
        .await
    }

    /// Whether the approvers of a stage are there: people with an account that may vote, groups that have a rota.
    pub(in crate::service) async fn check_approvers(&self, stage: &Wanted, place: &str) -> Result<(), ServiceError> {
        let mut rotas = None;
        let mut named: Vec<(String, &Approver)> = Vec::new();
        named.extend(stage.approvers.iter().enumerate().map(|(i, one)| (format!("{place}/approvers/{i}"), one)));
        named.extend(stage.escalate_to.as_ref().map(|one| (format!("{place}/escalate_to"), one)));
        for (at, approver) in named {
            if let Approver::User(user) = approver {
                self.check_worker(*user, &format!("{at}/user"), &[Action::ApprovalVote]).await?;
            }
            if let Approver::Role(role) = approver
                && !holders(Action::ApprovalVote).contains(role)
            {
                let able = Word::terms("role-name", holders(Action::ApprovalVote).iter().map(|role| role.as_str()));
                let why = Phrase::new("stage_role").term("role", "role-name", role.as_str()).with("roles", able);
                return Err(invalid(&format!("{at}/role"), why));
            }
            let Some(group) = approver.group() else { continue };
            let known = match rotas.take() {
                Some(known) => known,
                None => self.rotas_by_group().await?,
            };
            if !known.contains_key(group) {
                let near = text::near(group, known.keys().map(String::as_str), 5);
                let key = if near.is_empty() { "approver_no_rota" } else { "approver_near" };
                let why = Phrase::new(key).with("group", group);
                let why = if near.is_empty() { why } else { why.with("near", Word::list(near)) };
                return Err(invalid(&format!("{at}/{}", approver.as_str()), why));
            }
            rotas = Some(known);
        }
        Ok(())
    }

    /// The rule that counts for a ticket. Where the item that was ordered names stages, those count.
    /// One that asks for no votes does not count for tickets of whoever set the rules.
    pub(super) async fn approval_rule_of(
        &self,
        ticket: &Ticket,
        users: &[User],
        asks: Option<UserId>,
    ) -> Result<ApprovalRule, ServiceError> {
        if let Details::Request(request) = &ticket.details
            && let Some(ordered) = request.ordered.as_ref().filter(|ordered| !ordered.approval_stages.is_empty())
        {
            return Ok(ApprovalRule {
                name: ordered.name.clone(),
                filter: String::new(),
                stages: ordered.approval_stages.clone(),
                auto_approve: false,
            });
        }
        let ApprovalRules { rules: own, changed_by, .. } = self.stored_rules().await?.value;
        let shipped = rule::shipped();
        let has_stake = excluded_from(ticket, users, asks);
        let is_own = users.iter().any(|user| user.name == changed_by && has_stake.contains(&user.id));
        let counts = own.iter().filter(|rule| !(rule.auto_approve && is_own));
        let found = rule::of(counts.chain(&shipped), &entry(ticket));
        found.cloned().ok_or_else(|| ServiceError::Conflict(Phrase::new("approval_no_rule").into()))
    }

    /// Who is of each group: the members of the team, and who takes turns in its rotas; and whose turn it is.
    pub(in crate::service) async fn rotas_by_group(&self) -> Result<BTreeMap<String, Rota>, ServiceError> {
        let mut groups: BTreeMap<String, Rota> = BTreeMap::new();
        for stored in self.store().all::<on_call::Rota>(Scan::keys(Collection::Rota, "")).await? {
            let Some(group) = stored.value.group.clone() else { continue };
            let turn = self.who_is_on_call(&stored.value, self.now()).await?;
            let rota = groups.entry(group).or_default();
            let members = stored.value.layers.iter().flat_map(|layer| layer.members.iter().copied());
            let members: Vec<UserId> = members.chain(turn).collect();
            for (all, more) in [(&mut rota.members, members), (&mut rota.on_call, turn.into_iter().collect())] {
                all.extend(more);
                all.sort();
                all.dedup();
            }
        }
        for stored in self.store().all::<Team>(Scan::keys(Collection::Team, "")).await? {
            let Roster { name, members, .. } = stored.value.roster;
            let all = &mut groups.entry(name).or_default().members;
            all.extend(members);
            all.sort();
            all.dedup();
        }
        Ok(groups)
    }

    /// The names that the people of stages sign in with, whether they still may or not.
    pub(super) async fn names_of_stages(&self, stages: &[Wanted]) -> Result<HashMap<UserId, String>, ServiceError> {
        let mut names = HashMap::new();
        for user in stages.iter().flat_map(Wanted::people).collect::<Vec<_>>() {
            names.insert(user, self.name_of_user(user).await?);
        }
        Ok(names)
    }

    /// Stages as lines, with people by the names that they sign in with.
    pub(crate) async fn stage_lines(&self, stages: &[Wanted]) -> Result<Vec<String>, ServiceError> {
        let names = self.names_of_stages(stages).await?;
        let name = |user: UserId| names.get(&user).cloned().unwrap_or_else(|| user.to_string());
        Ok(stages.iter().map(|stage| line::write(std::slice::from_ref(stage), &name)).collect())
    }
}
