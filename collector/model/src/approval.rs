//! Approvals: who has to agree to what, in which order, and what their votes come to (service-desk rules A1 to A7).
//!
//! A round is bound to the digest of what is voted on. Its seats are frozen when their stage opens. Another plan is another round,
//! and no vote goes over from one round to the next.

pub mod ballot;
pub mod delegation;
mod difference;
pub mod line;
pub mod meeting;
pub mod rule;
pub mod seat;
pub mod stage;
mod tally;
mod timing;

use muster_shared::Time;
use muster_shared::canonical::Digest;
use muster_shared::id::{ApprovalId, TicketId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::record;
use crate::text::Phrase;
use crate::ticket::Ticket;
pub use difference::Difference;
use seat::Approver;
pub use stage::{OnTimeout, TimeLimit, Wanted};
use tally::Tally;
pub use tally::{RejectRule, Rule};
pub use timing::Due;

/// A round of votes on a ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Approval {
    /// Which round.
    pub id: ApprovalId,
    /// On which ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// Counts up per ticket.
    pub round: u32,
    /// Digest of what is voted on.
    pub subject: Digest,
    /// What is voted on, as it was: another round shows what is otherwise.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub matter: Value,
    /// The rule that asked for these stages.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub rule: String,
    /// Who asked for the votes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_by: Option<UserId>,
    /// When it began.
    pub opened_at: Time,
    /// Where it stands.
    pub state: RoundState,
    /// One after the other.
    pub stages: Vec<Stage>,
}

record!(Approval, Approval, |approval| approval.id.to_string());

/// Where a round stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum RoundState {
    /// Votes are wanted.
    Open,
    /// All stages agreed.
    Approved {
        /// When.
        at: Time,
    },
    /// A stage did not.
    Rejected {
        /// When.
        at: Time,
    },
    /// What is voted on changed, or was taken back.
    Voided {
        /// When.
        at: Time,
    },
}

impl RoundState {
    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved { .. } => "approved",
            Self::Rejected { .. } => "rejected",
            Self::Voided { .. } => "voided",
        }
    }
}

/// One stage of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// Which.
    pub name: String,
    /// How many have to agree.
    pub rule: Rule,
    /// When it is a no.
    #[serde(default, skip_serializing_if = "RejectRule::is_first")]
    pub reject_rule: RejectRule,
    /// By when it is to be voted on.
    #[serde(default)]
    pub limit: TimeLimit,
    /// Whose votes count.
    pub seats: Vec<Seat>,
    /// When it opened; `None` is not yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Time>,
    /// When those who have not voted are asked again, or it times out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Time>,
    /// How often they were asked again.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub reminders: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// Whose votes count once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Whose seat it is.
    pub approver: Approver,
    /// Who may fill it, as it was when the stage opened: id and name.
    pub members: Vec<(UserId, String)>,
    /// The vote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vote: Option<Vote>,
}

/// A vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// Who voted.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// In whose place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acting_for: Option<UserId>,
    /// What.
    pub decision: Decision,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
    /// When.
    pub at: Time,
    /// How it came in.
    pub via: String,
    /// Who wrote it down, when it was given in a meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_by: Option<String>,
    /// Whether the seat was empty in that meeting: nobody voted, and it does not count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_absent: bool,
}

/// What a vote says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// Neither: the seat does not count.
    Abstain,
    /// Not before something is answered: the seat stays open.
    NeedInfo,
}

impl Decision {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Approve, Self::Reject, Self::Abstain, Self::NeedInfo];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Abstain => "abstain",
            Self::NeedInfo => "need_info",
        }
    }
}

/// Why a vote was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The round is over.
    Over,
    /// The voter has no seat in the stage that is open.
    NoSeat,
    /// The voter has voted in this stage.
    Voted,
    /// A vote against, and a question, say why.
    Reason,
}

impl Refused {
    /// As a sentence.
    pub const fn phrase(&self) -> Phrase {
        Phrase::new(match self {
            Self::Over => "approval_over",
            Self::NoSeat => "approval_no_seat",
            Self::Voted => "approval_voted",
            Self::Reason => "approval_reason",
        })
    }
}

/// Who votes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voter {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Those whose seats they may fill meanwhile.
    pub acting_for: Vec<UserId>,
    /// How the vote comes in.
    pub via: String,
}

/// What is voted on.
#[derive(Clone, Debug, PartialEq)]
pub struct Matter {
    /// Its digest.
    pub digest: Digest,
    /// As it is.
    pub value: Value,
}

impl Approval {
    /// A round on a ticket, with its first stage open. One without stages waits for the collector to approve it.
    pub fn open(ticket: &Ticket, round: u32, matter: Matter, rule: &str, stages: Vec<Stage>, now: Time) -> Self {
        let mut approval = Self {
            id: ApprovalId::new(now),
            ticket: ticket.id,
            number: ticket.number.clone(),
            round,
            subject: matter.digest,
            matter: matter.value,
            rule: rule.to_owned(),
            asked_by: None,
            opened_at: now,
            state: RoundState::Open,
            stages,
        };
        if !approval.stages.is_empty() {
            approval.settle(now);
        }
        approval
    }

    /// The stage that votes are wanted for.
    pub fn open_stage(&self) -> Option<&Stage> {
        if self.state != RoundState::Open {
            return None;
        }
        self.stages.iter().find(|stage| stage.tally() == Tally::Open)
    }

    /// Who may still vote now.
    pub fn waits_for(&self) -> Vec<UserId> {
        let Some(stage) = self.open_stage() else { return Vec::new() };
        let voted: Vec<UserId> = stage.seats.iter().filter_map(|seat| Some(seat.vote.as_ref()?.user)).collect();
        let open = stage.seats.iter().filter(|seat| !seat.is_filled());
        let mut all: Vec<UserId> = open.flat_map(|seat| seat.members.iter().map(|(id, _)| *id)).collect();
        all.retain(|id| !voted.contains(id));
        all.sort();
        all.dedup();
        all
    }

    /// With a vote. The first seat of the open stage that the voter may fill takes it; one person fills one seat of a stage.
    pub fn vote(&self, voter: &Voter, decision: Decision, comment: &str, now: Time) -> Result<Self, Refused> {
        let mut next = self.clone();
        if next.state != RoundState::Open {
            return Err(Refused::Over);
        }
        if comment.trim().is_empty() && matches!(decision, Decision::Reject | Decision::NeedInfo) {
            return Err(Refused::Reason);
        }
        let stage = next.stages.iter_mut().find(|stage| stage.tally() == Tally::Open).ok_or(Refused::Over)?;
        let is_theirs = |vote: &Vote| vote.user == voter.user && vote.decision != Decision::NeedInfo;
        if stage.seats.iter().any(|seat| seat.vote.as_ref().is_some_and(is_theirs)) {
            return Err(Refused::Voted);
        }
        let holds = |seat: &Seat, user: UserId| seat.members.iter().any(|(id, _)| *id == user);
        let open = stage.seats.iter_mut().filter(|seat| !seat.is_filled());
        let mut candidates: Vec<(&mut Seat, Option<UserId>)> = open
            .filter_map(|seat| {
                let own = holds(seat, voter.user).then_some(None);
                let lent = || voter.acting_for.iter().copied().find(|user| holds(seat, *user)).map(Some);
                let acting_for = own.or_else(lent)?;
                Some((seat, acting_for))
            })
            .collect();
        candidates.sort_by_key(|(_, acting_for)| acting_for.is_some());
        let (seat, acting_for) = candidates.into_iter().next().ok_or(Refused::NoSeat)?;
        seat.vote = Some(Vote {
            user: voter.user,
            name: voter.name.clone(),
            acting_for,
            decision,
            comment: comment.trim().to_owned(),
            at: now,
            via: voter.via.clone(),
            recorded_by: None,
            is_absent: false,
        });
        next.settle(now);
        Ok(next)
    }

    /// Opens the next stage, or ends the round.
    fn settle(&mut self, now: Time) {
        if self.stages.iter().any(|stage| stage.tally() == Tally::Rejected) {
            self.state = RoundState::Rejected { at: now };
            return;
        }
        match self.stages.iter_mut().find(|stage| stage.tally() == Tally::Open) {
            Some(stage) => {
                if stage.opened_at.is_none() {
                    stage.opened_at = Some(now);
                    stage.next_at = Some(now.plus_millis(stage.limit.millis() / 2));
                }
            }
            None => self.state = RoundState::Approved { at: now },
        }
    }

    /// Taken back: what was voted on changed, or is not wanted any more.
    #[must_use]
    pub fn voided(&self, now: Time) -> Self {
        Self { state: RoundState::Voided { at: now }, ..self.clone() }
    }

    /// What those who voted against said.
    pub fn objections(&self) -> String {
        let votes = self.stages.iter().flat_map(|stage| &stage.seats).filter_map(|seat| seat.vote.as_ref());
        let against = votes.filter(|vote| vote.decision == Decision::Reject);
        against.map(|vote| format!("{}: {}", vote.name, vote.comment)).collect::<Vec<_>>().join("\n")
    }
}

impl Seat {
    /// Whether it has its vote.
    pub fn is_filled(&self) -> bool {
        self.vote.as_ref().is_some_and(|vote| vote.decision != Decision::NeedInfo)
    }
}

#[cfg(test)]
mod tests;
