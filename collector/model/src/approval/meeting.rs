//! Meetings of the board (rule A9): who was there, and what came of each change, recorded as votes of those present.

use std::collections::HashMap;

use muster_shared::Time;
use muster_shared::id::{MeetingId, TicketId, UserId};
use serde::{Deserialize, Serialize};

use super::seat::Approver;
use super::tally::Tally;
use super::{Approval, Decision, RoundState, Seat, Stage, Vote};
use crate::record::record;
use crate::text::Phrase;

/// What a meeting makes of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Those present agree.
    Approve,
    /// They do not.
    Reject,
    /// It is for another time: nobody votes.
    Defer,
}

impl Outcome {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Approve, Self::Reject, Self::Defer];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Defer => "defer",
        }
    }
}

/// What came of one change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// Which.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// What.
    pub outcome: Outcome,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub comment: String,
}

/// A meeting that was held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Which.
    pub id: MeetingId,
    /// When.
    pub held_at: Time,
    /// Who was there: id and name.
    pub present: Vec<(UserId, String)>,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub minutes: String,
    /// What came of its agenda.
    pub items: Vec<Settled>,
    /// Who wrote it down.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Time,
}

record!(Meeting, Meeting, |meeting| meeting.id.to_string());

/// Why a meeting decides nothing about a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsettled {
    /// It does not wait for the board.
    NotBoard,
    /// Fewer than half of the seats were there.
    Quorum {
        /// How many were.
        present: usize,
        /// How many have to be.
        needed: usize,
    },
    /// Those present are not enough to decide it so.
    Short {
        /// How many agree.
        agreed: usize,
        /// How many have to.
        needed: usize,
    },
    /// A vote against says why.
    Reason,
}

impl Unsettled {
    /// As a sentence.
    pub fn phrase(self) -> Phrase {
        match self {
            Self::NotBoard => Phrase::new("meeting_not_board"),
            Self::Quorum { present, needed } => {
                Phrase::new("meeting_quorum").with("present", present).with("needed", needed)
            }
            Self::Short { agreed, needed } => {
                Phrase::new("meeting_short").with("agreed", agreed).with("needed", needed)
            }
            Self::Reason => Phrase::new("approval_reason"),
        }
    }
}

impl Stage {
    /// Whether the board votes in it.
    pub fn is_of_board(&self) -> bool {
        self.seats.iter().any(|seat| seat.approver == Approver::Board)
    }
}

impl Approval {
    /// With what a meeting said: those present who have not voted vote so, and the seats of those who were not there do not count.
    /// Half of the seats have to be there. `lent` says in whose places those present vote.
    pub fn met(
        &self,
        settled: &Settled,
        meeting: &Meeting,
        lent: &HashMap<UserId, Vec<UserId>>,
    ) -> Result<Self, Unsettled> {
        let stage = self.open_stage().filter(|stage| stage.is_of_board()).ok_or(Unsettled::NotBoard)?;
        let decision = match settled.outcome {
            Outcome::Defer => return Ok(self.clone()),
            Outcome::Approve => Decision::Approve,
            Outcome::Reject => Decision::Reject,
        };
        if decision == Decision::Reject && settled.comment.trim().is_empty() {
            return Err(Unsettled::Reason);
        }
        let name = stage.name.clone();
        let mut next = self.clone();
        let Some(stage) = next.stages.iter_mut().find(|stage| stage.name == name) else {
            return Err(Unsettled::NotBoard);
        };
        // Only the board's own seats: whoever else sits in the stage votes as always.
        let needed = stage.seats.iter().filter(|seat| seat.approver == Approver::Board).count().div_ceil(2);
        let filled = stage.seats.iter().filter(|seat| seat.is_filled());
        let mut taken: Vec<UserId> = filled.filter_map(|seat| Some(seat.vote.as_ref()?.user)).collect();
        let voted = |seat: &&Seat| {
            let decision = seat.vote.as_ref().map(|vote| vote.decision);
            seat.approver == Approver::Board && matches!(decision, Some(Decision::Approve | Decision::Reject))
        };
        let mut present = stage.seats.iter().filter(voted).count();
        let vote = |user: UserId, name: &str, acting_for: Option<UserId>, decision: Decision| Vote {
            user,
            name: name.to_owned(),
            acting_for,
            decision,
            comment: settled.comment.trim().to_owned(),
            at: meeting.held_at.max(self.opened_at),
            via: "meeting".to_owned(),
            recorded_by: Some(meeting.recorded_by.clone()),
            is_absent: decision == Decision::Abstain,
        };
        // Who is there sits in their own seat; only then in that of somebody who lent them theirs.
        for own in [true, false] {
            let open = |seat: &&mut Seat| seat.approver == Approver::Board && !seat.is_filled();
            for seat in stage.seats.iter_mut().filter(open) {
                let sits = |user: &UserId| seat.members.iter().any(|(member, _)| member == user);
                let place = |user: &UserId| {
                    if own {
                        return sits(user).then_some(None);
                    }
                    lent.get(user)?.iter().find(|place| sits(place)).map(|place| Some(*place))
                };
                let free = meeting.present.iter().filter(|(user, _)| !taken.contains(user));
                let mut takers = free.filter_map(|(user, name)| Some((*user, name, place(user)?)));
                if let Some((user, name, acting_for)) = takers.next() {
                    present += 1;
                    taken.push(user);
                    seat.vote = Some(vote(user, name, acting_for, decision));
                }
            }
        }
        let empty = |seat: &&mut Seat| seat.approver == Approver::Board && !seat.is_filled();
        for seat in stage.seats.iter_mut().filter(empty) {
            if let Some((user, name)) = seat.members.first() {
                seat.vote = Some(vote(*user, name, None, Decision::Abstain));
            }
        }
        if present < needed {
            return Err(Unsettled::Quorum { present, needed });
        }
        let count = |wanted: Decision| {
            stage.seats.iter().filter(|seat| seat.vote.as_ref().is_some_and(|vote| vote.decision == wanted)).count()
        };
        let waits = stage.seats.iter().any(|seat| !seat.is_filled());
        let is_so = match (decision, stage.tally()) {
            (Decision::Approve, Tally::Approved) | (Decision::Reject, Tally::Rejected) => true,
            (_, Tally::Open) => waits,
            _ => false,
        };
        if !is_so {
            let base = stage.seats.len() - count(Decision::Abstain);
            return Err(Unsettled::Short { agreed: count(decision), needed: stage.rule.needed(base) });
        }
        next.settle(meeting.recorded_at);
        Ok(next)
    }

    /// Whether the board is asked in it, now or in a stage to come.
    pub fn is_for_board(&self) -> bool {
        self.state == RoundState::Open && self.stages.iter().any(Stage::is_of_board)
    }

    /// Whether it waits for the board now.
    pub fn waits_for_board(&self) -> bool {
        self.state == RoundState::Open && self.open_stage().is_some_and(Stage::is_of_board)
    }
}
