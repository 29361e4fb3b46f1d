//! Campaigns: rounds in which people look over who has access. Made and opened by who may, or by the clock; answered by those who
//! answer for the hosts.

use std::collections::BTreeMap;

use muster_model::account::User;
use muster_model::grant::Grant;
use muster_model::grant::recertification::{
    self, Campaign, CampaignState, Counts, MOST, ReviewItem, Said, Scope, Verdict, item_key,
};
use muster_model::query::Query;
use muster_model::right::{Action, Resource, Role};
use muster_model::text::{Phrase, Text};
use muster_model::{ChangeSet, Collection, Expected, Versioned};
use muster_shared::Time;
use muster_shared::id::{CampaignId, GrantId, HostId, NodeId, UserId};
use muster_store::{Index, Scan, TypedStore};
use serde_json::json;

use crate::service::class::wrong;
use crate::service::{Call, Page, Service, ServiceError, Window, check_version, invalid};

/// A campaign that somebody makes.
#[derive(Clone, Debug)]
pub struct CampaignDraft {
    /// What it is called.
    pub name: Text,
    /// Which grants.
    pub scope: Scope,
    /// Days that there are to answer.
    pub window_days: u16,
}

fn not_while(state: CampaignState) -> ServiceError {
    ServiceError::Conflict(Phrase::new("review_state").term("state", "campaign-state", state.as_str()).into())
}

impl Service {
    /// Campaigns, the newest first.
    pub async fn list_campaigns(
        &self,
        call: &Call,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<Campaign>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::All)?;
        self.list(Scan::keys(Collection::Campaign, "").descending(), window, |campaign: &Campaign| {
            query.matches(&json!({
                "name": campaign.name.to_string(), "state": campaign.state.as_str(), "privileged": campaign.scope.privileged,
                "due_at": campaign.due_at,
            }))
        })
        .await
    }

    /// One campaign.
    pub async fn get_campaign(&self, call: &Call, id: CampaignId) -> Result<Versioned<Campaign>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::One(&id.to_string()))?;
        let missing = || ServiceError::NotFound { kind: "review", id: id.to_string() };
        self.store().find::<Campaign>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// The grants of a campaign.
    pub async fn list_review_items(
        &self,
        call: &Call,
        id: CampaignId,
        query: &Query,
        window: &Window,
    ) -> Result<Page<Versioned<ReviewItem>>, ServiceError> {
        self.get_campaign(call, id).await?;
        self.list(Scan::keys(Collection::ReviewItem, format!("{id}/")), window, |item: &ReviewItem| {
            query.matches(&json!({
                "number": item.number, "account": item.account, "right": item.right, "privileged": item.is_privileged,
                "reviewer": item.reviewers.iter().map(|(user, _)| user).collect::<Vec<_>>(),
                "escalated": item.is_escalated, "answered": item.answer.is_some(),
                "outcome": item.outcome.map(muster_model::grant::recertification::Outcome::as_str),
            }))
        })
        .await
    }

    /// What the caller is to look over, in all campaigns.
    pub async fn my_review_items(&self, call: &Call) -> Result<Vec<Versioned<ReviewItem>>, ServiceError> {
        call.authorize(Action::TicketRead, Resource::All)?;
        let Some(user) = call.actor.user() else { return Ok(Vec::new()) };
        let scan = Scan::index(Index::ReviewItemByReviewer, user.to_string()).limit(200);
        Ok(self.store().page::<ReviewItem>(scan).await?.rows)
    }

    /// Makes a campaign, still a draft.
    pub async fn create_campaign(
        &self,
        call: &Call,
        draft: CampaignDraft,
    ) -> Result<Versioned<Campaign>, ServiceError> {
        call.authorize(Action::AccessReview, Resource::All)?;
        let now = self.now();
        let campaign = Campaign {
            id: CampaignId::new(now),
            name: draft.name,
            scope: draft.scope,
            window_days: draft.window_days,
            created_by: call.actor.label(),
            created_at: now,
            state: CampaignState::Draft,
            opened_at: None,
            due_at: None,
            escalated_at: None,
            closed_at: None,
            counts: Counts::default(),
        };
        let violations = campaign.check(&self.registry().await?.host_fields());
        if !violations.is_empty() {
            return Err(wrong(violations));
        }
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "review.create", campaign.id, campaign.name.to_string()));
        changes.create(campaign.clone());
        self.commit(changes).await?;
        Ok(Versioned { value: campaign, version: 1 })
    }

    /// Takes a draft away.
    pub async fn remove_campaign(&self, call: &Call, id: CampaignId, seen: Option<u64>) -> Result<(), ServiceError> {
        call.authorize(Action::AccessReview, Resource::One(&id.to_string()))?;
        self.decide(|| async move {
            let stored = self.get_campaign(call, id).await?;
            check_version(&stored, seen)?;
            if stored.value.state != CampaignState::Draft {
                return Err(not_while(stored.value.state));
            }
            let mut changes = ChangeSet::new();
            changes.audit.push(call.audit(self.now(), "review.remove", id, stored.value.name.to_string()));
            changes.delete(Collection::Campaign, id.to_string(), Expected::Version(stored.version));
            Ok((changes, ()))
        })
        .await
    }

    /// Opens a campaign: each grant that it means gets those who are to look over it.
    pub async fn open_campaign(
        &self,
        call: &Call,
        id: CampaignId,
        seen: Option<u64>,
    ) -> Result<Versioned<Campaign>, ServiceError> {
        call.authorize(Action::AccessReview, Resource::One(&id.to_string()))?;
        self.decide(|| async move {
            let stored = self.get_campaign(call, id).await?;
            check_version(&stored, seen)?;
            if stored.value.state != CampaignState::Draft {
                return Err(not_while(stored.value.state));
            }
            let mut changes = ChangeSet::new();
            let mut campaign = stored.value;
            self.fill_campaign(&mut changes, call, &mut campaign).await?;
            if campaign.counts.all == 0 {
                return Err(ServiceError::Conflict(Phrase::new("review_empty").into()));
            }
            let written = Versioned { value: campaign.clone(), version: stored.version + 1 };
            changes.update(Versioned { value: campaign, version: stored.version });
            Ok((changes, written))
        })
        .await
    }

    /// Opens a campaign over the grants that it means now.
    pub(super) async fn fill_campaign(
        &self,
        changes: &mut ChangeSet,
        call: &Call,
        campaign: &mut Campaign,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let query = Query::parse(&campaign.scope.hosts, &self.registry().await?.host_fields())
            .map_err(|error| invalid("/scope/hosts", error.phrase()))?;
        let mut grants = Vec::new();
        for stored in self.store().all::<Grant>(Scan::index(Index::GrantDue, "")).await? {
            if grants.len() >= MOST {
                break;
            }
            if campaign.means(&stored.value) && self.any_fits(&query, &stored.value.hosts).await? {
                grants.push(stored);
            }
        }
        let users = self.active_users().await?;
        let mut owners: BTreeMap<HostId, Vec<UserId>> = BTreeMap::new();
        for mut stored in grants {
            let mut named = Vec::new();
            let owner = match stored.value.resource() {
                Some(resource) => self.owner_of(resource).await?,
                None => None,
            };
            if let Some(owner) = owner {
                let is_named = |user: &&User| owner == user.name || owner == user.display_name;
                named.extend(users.iter().filter(is_named).map(|user| user.id));
            }
            for host in &stored.value.hosts {
                if !owners.contains_key(host) {
                    let owned_by = self.around(&[(NodeId::Host(*host), String::new())]).await?.owners;
                    let is_named =
                        |user: &&User| owned_by.contains(&user.name) || owned_by.contains(&user.display_name);
                    owners.insert(*host, users.iter().filter(is_named).map(|user| user.id).collect());
                }
                named.extend(owners.get(host).into_iter().flatten().copied());
            }
            let grant = &mut stored.value;
            let item = ReviewItem {
                campaign: campaign.id,
                grant: grant.id,
                number: grant.number.clone(),
                account: grant.account.clone(),
                right: grant.right(),
                is_privileged: grant.is_privileged(),
                holder: grant.holder,
                reviewers: reviewers(&users, grant, &named, &[]),
                is_escalated: false,
                handed_on: Vec::new(),
                answer: None,
                outcome: None,
            };
            changes.create(item);
            grant.in_review = Some(campaign.id);
            campaign.counts.all += 1;
            changes.update(stored);
        }
        let all = campaign.counts.all;
        campaign.open(all, now);
        changes.audit.push(call.audit(now, "review.open", campaign.id, format!("{}: {all} grants", campaign.name)));
        Ok(())
    }

    async fn any_fits(&self, query: &Query, hosts: &[HostId]) -> Result<bool, ServiceError> {
        if query.is_empty() {
            return Ok(true);
        }
        for host in hosts {
            if self.host_fits(query, *host).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Who may be asked to look over access: id and name.
    pub async fn list_reviewers(&self, call: &Call) -> Result<Vec<(UserId, String)>, ServiceError> {
        call.authorize(Action::ApprovalVote, Resource::Shared)?;
        let may = |user: &User| user.roles.iter().any(|role| REVIEWERS.contains(role));
        Ok(self.active_users().await?.into_iter().filter(may).map(|user| (user.id, user.display_name)).collect())
    }

    /// The accounts that are not disabled.
    pub(in crate::service) async fn active_users(&self) -> Result<Vec<User>, ServiceError> {
        let users = self.store().all::<User>(Scan::index(Index::UserByName, "")).await?;
        Ok(users.into_iter().map(|stored| stored.value).filter(|user| !user.disabled).collect())
    }

    /// Answers to a grant of a campaign. What was answered is done when the campaign is over.
    pub async fn answer_review(
        &self,
        call: &Call,
        (campaign, grant): (CampaignId, GrantId),
        verdict: Verdict,
        (comment, valid_to, to): (&str, Option<Time>, Option<&str>),
        seen: Option<u64>,
    ) -> Result<Versioned<ReviewItem>, ServiceError> {
        let key = item_key(campaign, grant);
        call.authorize(Action::ApprovalVote, Resource::Shared)?;
        crate::service::ticket::check_text("/comment", comment, 0, 2_000)?;
        let to = match to {
            Some(name) => Some(self.user_named("/to", name).await?),
            None => None,
        };
        let key = &key;
        self.decide(|| async move {
            let missing = || ServiceError::NotFound { kind: "review", id: key.clone() };
            // Whoever may not see campaigns hears that, of an item that is there as of one that is not (case 68).
            let mut held = self.get_campaign(call, campaign).await?;
            let stored = self.store().find::<ReviewItem>(key).await?.ok_or_else(missing)?;
            check_version(&stored, seen)?;
            let found = self.store().find::<Grant>(&grant.to_string()).await?.ok_or_else(missing)?;
            let user = call
                .actor
                .user()
                .ok_or_else(|| ServiceError::Conflict(recertification::Refused::NotAsked.phrase().into()))?;
            let to = match to {
                None => None,
                Some(to) => {
                    let users = self.active_users().await?;
                    let may = |user: &User| user.roles.iter().any(|role| REVIEWERS.contains(role));
                    let named = users.into_iter().find(|user| user.id == to && may(user));
                    Some(named.map(|user| (user.id, user.name, user.display_name)))
                }
            };
            let said = Said { verdict, comment: comment.to_owned(), valid_to, to: to.flatten() };
            let by = (user, call.actor.label());
            let now = self.now();
            let next = recertification::answer(&held.value, &stored.value, &found.value, (by.0, &by.1), &said, now)
                .map_err(|refused| match refused.field() {
                    Some(field) => invalid(field, refused.phrase()),
                    None => ServiceError::Conflict(refused.phrase().into()),
                })?;
            let mut changes = ChangeSet::new();
            let mut audit =
                call.audit(now, "review.answer", campaign, format!("{}: {}", next.number, verdict.as_str()));
            comment.trim().clone_into(&mut audit.reason);
            changes.audit.push(audit);
            if next.answer.is_some() {
                held.value.counts.answered += 1;
                held.value.state = CampaignState::InReview;
                if held.value.is_over(now) {
                    held.value.state = CampaignState::Enforcing;
                }
                changes.update(held);
            }
            changes.put(next.clone(), Expected::Version(stored.version));
            Ok((changes, Versioned { value: next, version: stored.version + 1 }))
        })
        .await
    }
}

/// Roles whose holders may look over access.
pub(super) const REVIEWERS: &[Role] =
    &[Role::ServiceOwner, Role::AccessReviewer, Role::CmdbOwner, Role::IncidentManager, Role::Administrator];

/// Who looks over a grant: the owners of its hosts, else those whose role it is, else the administrators; never who has it.
/// `but` are those who had their time.
pub(super) fn reviewers(users: &[User], grant: &Grant, owners: &[UserId], but: &[UserId]) -> Vec<(UserId, String)> {
    let may = |user: &&User| !grant.is_of(user.id, &user.name) && !but.contains(&user.id);
    let named = |user: &User| (user.id, user.display_name.clone());
    let own: Vec<_> = users.iter().filter(may).filter(|user| owners.contains(&user.id)).map(named).collect();
    let holders = |role: Role| -> Vec<_> {
        users.iter().filter(may).filter(|user| user.roles.contains(&role)).map(named).collect()
    };
    let all = [own, holders(Role::AccessReviewer), holders(Role::Administrator)];
    all.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}
