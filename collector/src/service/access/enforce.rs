//! What becomes of access by the clock: its time begins, somebody has to look over it, who did not answer is passed by, and what
//! was decided is done, one grant in each commit.

use muster_model::grant::Grant;
use muster_model::grant::recertification::{self, Answer, Campaign, CampaignState, Counts, Outcome, ReviewItem, Scope};
use muster_model::text::{Phrase, Text};
use muster_model::ticket::transition::{self, Fields};
use muster_model::ticket::{Details, Entry, FieldChange, Ticket};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::{CampaignId, UserId};
use muster_store::{Index, Scan, TypedStore};

use super::campaign::reviewers;
use super::turn::tell_hosts;
use crate::service::drift::write_ticket;
use crate::service::{Call, Service, ServiceError};

/// Who acts here.
const CALL: Call = Call::system("access");
/// Days to answer in a campaign that the clock opens.
const USUAL_DAYS: u16 = 21;

impl Service {
    /// Does what is due to one grant or campaign. `false` when nothing is.
    pub async fn access_due_step(&self) -> Result<bool, ServiceError> {
        let now = self.now();
        let due = self.store().first::<Grant>(Scan::index(Index::GrantDue, "")).await?;
        if let Some(mut stored) = due.filter(|stored| stored.value.due_at().is_some_and(|at| at <= now)) {
            let mut changes = ChangeSet::new();
            if stored.value.has_begun {
                self.open_due_campaign(&mut changes, stored.value.is_privileged(), now).await?;
            } else {
                stored.value.has_begun = true;
                tell_hosts(&mut changes, &stored.value);
                changes.update(stored);
            }
            return self.commit_step(changes).await;
        }
        let due = self.store().first::<Campaign>(Scan::index(Index::CampaignDue, "")).await?;
        let Some(stored) = due.filter(|stored| stored.value.next_at().is_some_and(|at| at <= now)) else {
            return Ok(false);
        };
        let changes = self.move_campaign(stored, now).await?;
        self.commit_step(changes).await
    }

    /// When the next grant or campaign is due.
    pub(in crate::service) async fn next_access_due(&self) -> Result<Option<Time>, ServiceError> {
        let grant = self.store().first::<Grant>(Scan::index(Index::GrantDue, "")).await?;
        let campaign = self.store().first::<Campaign>(Scan::index(Index::CampaignDue, "")).await?;
        let grant = grant.and_then(|stored| stored.value.due_at());
        let campaign = campaign.and_then(|stored| stored.value.next_at());
        Ok(grant.into_iter().chain(campaign).min())
    }

    /// Access that gives power is looked over each quarter, the rest each year: with one grant whose time has come all of its kind
    /// are.
    async fn open_due_campaign(
        &self,
        changes: &mut ChangeSet,
        is_privileged: bool,
        now: Time,
    ) -> Result<(), ServiceError> {
        let key = if is_privileged { "campaign_privileged" } else { "campaign_rest" };
        let month: String = now.to_string().chars().take(7).collect();
        let mut campaign = Campaign {
            id: CampaignId::new(now),
            name: Text::from(Phrase::new(key).with("month", month)),
            scope: Scope { privileged: Some(is_privileged), hosts: String::new() },
            window_days: USUAL_DAYS,
            created_by: CALL.actor.label(),
            created_at: now,
            state: CampaignState::Draft,
            opened_at: None,
            due_at: None,
            escalated_at: None,
            closed_at: None,
            counts: Counts::default(),
        };
        self.fill_campaign(changes, &CALL, &mut campaign).await?;
        changes.create(campaign);
        Ok(())
    }

    async fn move_campaign(&self, stored: Versioned<Campaign>, now: Time) -> Result<ChangeSet, ServiceError> {
        let Versioned { value: mut campaign, version } = stored;
        let mut changes = ChangeSet::new();
        if campaign.escalates(now) {
            self.escalate_campaign(&mut changes, &campaign).await?;
            campaign.escalated_at = Some(now);
            changes.audit.push(CALL.audit(now, "review.escalate", campaign.id, campaign.name.to_string()));
        } else if campaign.is_over(now) {
            campaign.state = CampaignState::Enforcing;
            changes.audit.push(CALL.audit(now, "review.enforce", campaign.id, campaign.name.to_string()));
        } else if campaign.state == CampaignState::Enforcing {
            let scan = Scan::keys(Collection::ReviewItem, format!("{}/", campaign.id));
            let items = self.store().all::<ReviewItem>(scan).await?;
            if let Some(item) = items.into_iter().find(|item| item.value.outcome.is_none()) {
                self.enforce(&mut changes, &campaign, item, now).await?;
                campaign.counts.done += 1;
            } else {
                campaign.state = CampaignState::Closed;
                campaign.closed_at = Some(now);
                changes.audit.push(CALL.audit(now, "review.close", campaign.id, campaign.name.to_string()));
            }
        }
        changes.update(Versioned { value: campaign, version });
        Ok(changes)
    }

    /// What nobody answered goes to those whose role it is.
    async fn escalate_campaign(&self, changes: &mut ChangeSet, campaign: &Campaign) -> Result<(), ServiceError> {
        let users = self.active_users().await?;
        let scan = Scan::keys(Collection::ReviewItem, format!("{}/", campaign.id));
        for mut stored in self.store().all::<ReviewItem>(scan).await? {
            if stored.value.answer.is_some() {
                continue;
            }
            let Some(grant) = self.store().find::<Grant>(&stored.value.grant.to_string()).await? else { continue };
            let before: Vec<UserId> = stored.value.reviewers.iter().map(|(user, _)| *user).collect();
            let next = reviewers(&users, &grant.value, &[], &before);
            stored.value.is_escalated = true;
            if !next.is_empty() {
                stored.value.reviewers = next;
            }
            changes.update(stored);
        }
        Ok(())
    }

    /// Does what was decided of one grant.
    async fn enforce(
        &self,
        changes: &mut ChangeSet,
        campaign: &Campaign,
        mut item: Versioned<ReviewItem>,
        now: Time,
    ) -> Result<(), ServiceError> {
        let Some(mut stored) = self.store().find::<Grant>(&item.value.grant.to_string()).await? else {
            item.value.outcome = Some(Outcome::Over);
            changes.update(item);
            return Ok(());
        };
        let outcome = recertification::outcome(&item.value, &stored.value, now);
        stored.value.in_review = None;
        match outcome {
            // What nobody answered is asked again after the usual time.
            Outcome::Kept | Outcome::KeptUnanswered | Outcome::Over => stored.value.reviewed_at = Some(now),
            Outcome::Modified => {
                let end = item.value.answer.as_ref().and_then(|answer| answer.valid_to);
                self.shorten(changes, &mut stored.value, end, now).await?;
                stored.value.reviewed_at = Some(now);
            }
            Outcome::Revoked | Outcome::RevokedUnanswered => {
                self.revoke_reviewed(changes, campaign, item.value.answer.as_ref(), stored, now).await?;
                item.value.outcome = Some(outcome);
                changes.update(item);
                return Ok(());
            }
        }
        changes.audit.push(CALL.audit(
            now,
            "grant.review",
            stored.value.id,
            format!("{}: {}", stored.value.number, outcome.as_str()),
        ));
        item.value.outcome = Some(outcome);
        changes.update(item);
        changes.update(stored);
        Ok(())
    }

    /// Lets a grant and its ticket end sooner.
    async fn shorten(
        &self,
        changes: &mut ChangeSet,
        grant: &mut Grant,
        end: Option<Time>,
        now: Time,
    ) -> Result<(), ServiceError> {
        let (Some(end), Some(stored)) = (end, self.store().find::<Ticket>(&grant.ticket.to_string()).await?) else {
            return Ok(());
        };
        let mut ticket = stored.value;
        let Details::Access(access) = &mut ticket.details else { return Ok(()) };
        let say = |at: Option<Time>| at.map(|at| at.to_string()).unwrap_or_default();
        let change = FieldChange { field: "valid_to".into(), from: say(access.terms.valid_to), to: say(Some(end)) };
        access.terms.valid_to = Some(end);
        grant.valid_to = Some(end);
        changes.create(ticket.note(now, &CALL.actor.label(), Entry::Changed { fields: vec![change] }));
        changes.audit.push(CALL.audit(now, "ticket.update", ticket.id, ticket.number.clone()));
        write_ticket(changes, Versioned { value: ticket, version: stored.version });
        Ok(())
    }

    async fn revoke_reviewed(
        &self,
        changes: &mut ChangeSet,
        campaign: &Campaign,
        answer: Option<&Answer>,
        stored: Versioned<Grant>,
        now: Time,
    ) -> Result<(), ServiceError> {
        let name = campaign.name.to_string();
        let said = match answer {
            Some(answer) => Phrase::new("campaign_revoked")
                .with("by", answer.by.as_str())
                .with("name", name)
                .with("comment", answer.comment.as_str()),
            None => Phrase::new("campaign_unanswered").with("name", name),
        };
        let Some(ticket) = self.store().find::<Ticket>(&stored.value.ticket.to_string()).await? else { return Ok(()) };
        let reason = said.to_string();
        let fields = Fields { said: Some(said.into()), ..Fields::default() };
        let Ok((next, entry)) = transition::apply(&ticket.value, "revoke", &fields, &CALL.actor, now) else {
            return Ok(());
        };
        changes.audit.push(CALL.audit(now, "ticket.revoke", next.id, next.number.clone()));
        changes.create(entry);
        self.with_grant(changes, &CALL, &next, "revoke", &reason).await?;
        write_ticket(changes, Versioned { value: next, version: ticket.version });
        // The grant as it ended is written once, out of the campaign.
        for put in &mut changes.puts {
            if let muster_model::Document::Grant(grant) = &mut put.document
                && grant.id == stored.value.id
            {
                grant.in_review = None;
            }
        }
        Ok(())
    }
}
