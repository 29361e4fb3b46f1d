//! Meetings of the board (rule A9): the agenda, and what was decided, recorded as votes of those who were there.

use std::collections::HashMap;

use muster_model::approval::meeting::{Meeting, Outcome, Settled, Unsettled};
use muster_model::approval::{Approval, Decision};
use muster_model::notification::happening;
use muster_model::notification::subscription::Target;
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::{Entry, StateName, Ticket};
use muster_model::{ChangeSet, Collection, Versioned};
use muster_shared::Time;
use muster_shared::id::{MeetingId, UserId};
use muster_store::{Index, Scan, TypedStore};

use crate::service::drift::write_ticket;
use crate::service::{Call, Page, Service, ServiceError, Window, invalid};

/// Most people of a meeting, and most changes of its agenda.
const MOST: usize = 100;

/// A meeting as somebody writes it down.
#[derive(Clone, Debug)]
pub struct MeetingDraft {
    /// When it was; now without it.
    pub held_at: Option<Time>,
    /// Who was there: ids.
    pub present: Vec<UserId>,
    /// What was said.
    pub minutes: String,
    /// What came of each change: id or number, outcome, comment.
    pub items: Vec<(String, Outcome, String)>,
}

impl Service {
    /// What the board has before it: changes that wait for its votes, by their windows.
    pub async fn board_agenda(&self, call: &Call) -> Result<Vec<(Ticket, Approval)>, ServiceError> {
        let sight = self.sight(call, Action::TicketRead).await?;
        let mut agenda = Vec::new();
        for stored in self.store().all::<Ticket>(Scan::index(Index::ChangeByStart, "")).await? {
            let ticket = stored.value;
            if ticket.state.name() != StateName::Authorize || !self.sees_ticket(&sight, &ticket).await? {
                continue;
            }
            let rounds = self.approvals_of_ticket(call, &ticket.id.to_string()).await?;
            let open = rounds.into_iter().map(|round| round.value).find(Approval::is_for_board);
            agenda.extend(open.map(|round| (ticket, round)));
        }
        Ok(agenda)
    }

    /// Meetings that were held, the last one first.
    pub async fn list_meetings(&self, call: &Call, window: &Window) -> Result<Page<Versioned<Meeting>>, ServiceError> {
        call.authorize(Action::TicketInternal, Resource::All)?;
        self.list(Scan::keys(Collection::Meeting, "").descending(), window, |_: &Meeting| true).await
    }

    /// One meeting.
    pub async fn get_meeting(&self, call: &Call, id: MeetingId) -> Result<Versioned<Meeting>, ServiceError> {
        call.authorize(Action::TicketInternal, Resource::All)?;
        let missing = || ServiceError::NotFound { kind: "meeting", id: id.to_string() };
        self.store().find::<Meeting>(&id.to_string()).await?.ok_or_else(missing)
    }

    /// Writes a meeting down: all of it or nothing. Who was there votes as it decided; whoever wrote it down has no stake in any of it.
    pub async fn record_meeting(&self, call: &Call, draft: MeetingDraft) -> Result<Versioned<Meeting>, ServiceError> {
        call.authorize(Action::BoardRecord, Resource::All)?;
        crate::service::ticket::check_text("/minutes", &draft.minutes, 0, 20_000)?;
        for (field, count) in [("/present", draft.present.len()), ("/items", draft.items.len())] {
            if count == 0 {
                return Err(invalid(field, Phrase::new("meeting_empty")));
            }
            if count > MOST {
                return Err(invalid(field, Phrase::new("at_most_entries").with("max", MOST)));
            }
        }
        let mut present = Vec::new();
        for (i, user) in draft.present.iter().enumerate() {
            self.check_worker(*user, &format!("/present/{i}"), &[Action::ApprovalVote]).await?;
            if present.iter().any(|(known, _)| known == user) {
                return Err(invalid(&format!("/present/{i}"), Phrase::new("meeting_twice")));
            }
            present.push((*user, self.name_of_user(*user).await?));
        }
        let (draft, present) = (&draft, &present);
        self.decide(|| async move {
            let now = self.now();
            let held_at = draft.held_at.unwrap_or(now);
            if held_at > now {
                return Err(invalid("/held_at", Phrase::new("meeting_future")));
            }
            let mut meeting = Meeting {
                id: MeetingId::new(now),
                held_at,
                present: present.clone(),
                minutes: draft.minutes.trim().to_owned(),
                items: Vec::new(),
                recorded_by: call.actor.label(),
                recorded_at: now,
            };
            let mut changes = ChangeSet::new();
            for (i, (ticket, outcome, comment)) in draft.items.iter().enumerate() {
                let place = format!("/items/{i}");
                let settled =
                    self.settle_item(call, &mut changes, &meeting, &place, (ticket, *outcome, comment)).await?;
                if meeting.items.iter().any(|known| known.ticket == settled.ticket) {
                    return Err(invalid(&format!("{place}/ticket"), Phrase::new("meeting_twice")));
                }
                meeting.items.push(settled);
            }
            let numbers: Vec<&str> = meeting.items.iter().map(|item| item.number.as_str()).collect();
            changes.audit.push(call.audit(now, "board.record", meeting.id, numbers.join(", ")));
            changes.create(meeting.clone());
            Ok((changes, Versioned { value: meeting, version: 1 }))
        })
        .await
    }

    /// What a meeting makes of one change.
    async fn settle_item(
        &self,
        call: &Call,
        changes: &mut ChangeSet,
        meeting: &Meeting,
        place: &str,
        (text, outcome, comment): (&str, Outcome, &str),
    ) -> Result<Settled, ServiceError> {
        let field = format!("{place}/ticket");
        crate::service::ticket::check_text(&format!("{place}/comment"), comment, 0, 2_000)?;
        let unknown = |error: ServiceError| invalid(&field, error.text());
        let read = self.get_ticket(call, text).await.map_err(unknown)?;
        let (mut ticket, version) = (read.value, read.version);
        let comment = comment.trim().to_owned();
        let settled = Settled { ticket: ticket.id, number: ticket.number.clone(), outcome, comment };
        let rounds =
            self.store().all::<Approval>(Scan::index(Index::ApprovalByTicket, format!("{}/", ticket.id))).await?;
        let stored = rounds.into_iter().find(|round| round.value.waits_for_board());
        let stored = stored.ok_or_else(|| invalid(&field, Phrase::new("meeting_not_board")))?;
        // Rule A5: whoever has a stake in it or asked for its votes does not write down what others decided of it.
        if let Some(user) = call.actor.user()
            && (stored.value.asked_by == Some(user) || self.has_stake(&ticket, user).await?)
        {
            return Err(invalid(&field, Phrase::new("meeting_own").with("number", ticket.number)));
        }
        if outcome == Outcome::Defer {
            let entry = Entry::Deferred { held_at: meeting.held_at, comment: settled.comment.clone() };
            changes.create(ticket.note(meeting.recorded_at, &meeting.recorded_by, entry));
            write_ticket(changes, Versioned { value: ticket, version });
            return Ok(settled);
        }
        if meeting.held_at < stored.value.opened_at {
            return Err(invalid("/held_at", Phrase::new("meeting_before")));
        }
        let mut lent = HashMap::new();
        for (user, _) in &meeting.present {
            lent.insert(*user, self.places_of(&ticket, *user).await?);
        }
        let next = stored.value.met(&settled, meeting, &lent).map_err(|why| {
            let field = if why == Unsettled::Reason { format!("{place}/comment") } else { place.to_owned() };
            invalid(&field, why.phrase())
        })?;
        let decision = if outcome == Outcome::Approve { Decision::Approve } else { Decision::Reject };
        let who = next.voters_since(&stored.value);
        let summary = format!("{}: {} by {who}", next.number, decision.as_str());
        let mut audit = call.audit(meeting.recorded_at, "approval.vote", next.ticket, summary);
        audit.reason.clone_from(&settled.comment);
        changes.audit.push(audit);
        self.count_votes(call, changes, &next, (&who, decision, &settled.comment)).await?;
        // Each learns what was written down in their name.
        let what = Phrase::new("meeting_recorded").with("who", meeting.recorded_by.clone()).term(
            "decision",
            "decision",
            decision.as_str(),
        );
        let notice = happening::of_meeting(&ticket, what, meeting.recorded_at);
        let targets: Vec<Target> = meeting.present.iter().map(|(user, _)| Target::User(*user)).collect();
        self.page(changes, &notice, &targets).await?;
        changes.update(Versioned { value: next, version: stored.version });
        Ok(settled)
    }
}
