//! The ballot of a mail: a link that votes for one seat in one stage of a round, once, without a session (rule A8).
//!
//! What it votes on is in the signature and not in the link: the digest of the plan. So a link of another plan, another stage or
//! another person is none at all. It needs no record of its own: a seat that voted after the ballot was sent has used it.

use muster_shared::Time;
use muster_shared::id::{ApprovalId, UserId};

use super::{Approval, RoundState, Stage};
use crate::text::Phrase;

/// How long a link votes. Longer than the longest stage takes before somebody is asked again.
pub const BALLOT_MS: i64 = 7 * 86_400_000;

/// How long a ballot is, in bytes.
const LENGTH: usize = 16 + 16 + 1 + 8;

/// What a link votes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// The round.
    pub round: ApprovalId,
    /// Whose seat it is: also who votes, whoever has the link.
    pub voter: UserId,
    /// Which of its stages, counted from 0.
    pub stage: u8,
    /// When the vote was asked for.
    pub asked_at: Time,
}

/// Why a link votes no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// Its time is over.
    Expired,
    /// What was voted on changed, or was taken back.
    Voided,
    /// The round or the stage is decided.
    Over,
    /// The voter has voted since.
    Used,
    /// Somebody else filled the seat, or it went to somebody else.
    NoSeat,
}

impl Spent {
    /// As a sentence.
    pub const fn phrase(self) -> Phrase {
        Phrase::new(match self {
            Self::Expired => "ballot_expired",
            Self::Voided => "ballot_voided",
            Self::Over => "approval_over",
            Self::Used => "ballot_used",
            Self::NoSeat => "ballot_no_seat",
        })
    }
}

impl Ballot {
    /// The ballot of somebody who may vote now.
    pub fn of(round: &Approval, voter: UserId, asked_at: Time) -> Option<Self> {
        let open = round.open_stage()?;
        let stage = round.stages.iter().position(|stage| std::ptr::eq(stage, open))?;
        let stage = u8::try_from(stage).ok()?;
        round.waits_for().contains(&voter).then_some(Self { round: round.id, voter, stage, asked_at })
    }

    /// As a link carries it.
    pub fn to_bytes(self) -> Vec<u8> {
        let at = self.asked_at.millis().to_be_bytes();
        [self.round.as_bytes().as_slice(), self.voter.as_bytes(), &[self.stage], &at].concat()
    }

    /// Out of a link; `None` is nothing that [`Ballot::to_bytes`] made.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; LENGTH] = bytes.try_into().ok()?;
        let (round, rest) = bytes.split_first_chunk::<16>()?;
        let (voter, rest) = rest.split_first_chunk::<16>()?;
        let (stage, at) = rest.split_first()?;
        Some(Self {
            round: ApprovalId::from_bytes(*round),
            voter: UserId::from_bytes(*voter),
            stage: *stage,
            asked_at: Time::from_millis(i64::from_be_bytes(at.try_into().ok()?)),
        })
    }

    /// What its signature covers: itself, and what is voted on.
    pub fn signed(self, round: &Approval) -> Vec<u8> {
        [b"muster ballot 1\0".as_slice(), &self.to_bytes(), round.subject.as_bytes()].concat()
    }

    /// Until when it votes.
    pub fn ends_at(self) -> Time {
        self.asked_at.plus_millis(BALLOT_MS)
    }

    /// The stage that it votes in, when it may still do so.
    pub fn check(self, round: &Approval, now: Time) -> Result<&Stage, Spent> {
        let stage = round.stages.get(usize::from(self.stage)).ok_or(Spent::NoSeat)?;
        let has_voted = |vote: &super::Vote| vote.user == self.voter && vote.at >= self.asked_at;
        if stage.seats.iter().any(|seat| seat.vote.as_ref().is_some_and(has_voted)) {
            return Err(Spent::Used);
        }
        match round.state {
            RoundState::Voided { .. } => return Err(Spent::Voided),
            RoundState::Approved { .. } | RoundState::Rejected { .. } => return Err(Spent::Over),
            RoundState::Open => {}
        }
        if now >= self.ends_at() {
            return Err(Spent::Expired);
        }
        if !round.open_stage().is_some_and(|open| std::ptr::eq(open, stage)) {
            return Err(Spent::Over);
        }
        if round.waits_for().contains(&self.voter) { Ok(stage) } else { Err(Spent::NoSeat) }
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::canonical::Digest;

    use super::super::seat::Approver;
    use super::super::{Decision, RejectRule, Rule, Seat, TimeLimit, Voter};
    use super::*;

    fn at(n: i64) -> Time {
        Time::from_millis(1_790_000_000_000 + n)
    }

    fn user(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    fn round() -> Approval {
        let seat = |members: &[u8]| Seat {
            approver: Approver::Peer,
            members: members.iter().map(|n| (user(*n), format!("user {n}"))).collect(),
            vote: None,
        };
        let stage = |name: &str, seats| Stage {
            name: name.to_owned(),
            rule: Rule::All,
            reject_rule: RejectRule::First,
            limit: TimeLimit::default(),
            seats,
            opened_at: None,
            next_at: None,
            reminders: 0,
        };
        Approval {
            id: ApprovalId::from_bytes([1; 16]),
            ticket: muster_shared::id::TicketId::from_bytes([2; 16]),
            number: "CHG-000001".into(),
            round: 1,
            subject: Digest::of(b"x"),
            matter: serde_json::Value::Null,
            rule: String::new(),
            asked_by: None,
            opened_at: at(0),
            state: RoundState::Open,
            stages: vec![stage("peer", vec![seat(&[1, 2])]), stage("board", vec![seat(&[1])])],
        }
    }

    fn voted(round: &Approval, n: u8, decision: Decision, now: i64) -> Approval {
        let voter = Voter { user: user(n), name: "x".into(), acting_for: Vec::new(), via: "mail".into() };
        round.vote(&voter, decision, "why", at(now)).unwrap()
    }

    #[test]
    fn a_ballot_goes_through_bytes_and_is_given_to_who_may_vote() {
        let ballot = Ballot::of(&round(), user(1), at(5)).unwrap();
        assert_eq!(Ballot::from_bytes(&ballot.to_bytes()), Some(ballot));
        for wrong in [0, LENGTH - 1, LENGTH + 1] {
            assert_eq!(Ballot::from_bytes(&vec![7; wrong]), None);
        }
        assert_eq!(Ballot::of(&round(), user(3), at(5)), None, "who has no seat has no ballot");
        assert_eq!(Ballot::of(&round().voided(at(6)), user(1), at(5)), None);
        let other = Approval { subject: Digest::of(b"y"), ..round() };
        assert_ne!(ballot.signed(&round()), ballot.signed(&other), "another plan is another signature");
    }

    #[test]
    fn it_votes_once_in_its_stage_and_its_time() {
        let open = round();
        let ballot = Ballot::of(&open, user(1), at(5)).unwrap();
        assert!(ballot.check(&open, at(5)).is_ok());
        assert_eq!(ballot.check(&open, at(5 + BALLOT_MS)), Err(Spent::Expired));
        assert_eq!(ballot.check(&open.voided(at(6)), at(7)), Err(Spent::Voided));
        let board = voted(&open, 1, Decision::Approve, 8);
        assert_eq!(
            ballot.check(&board, at(9)),
            Err(Spent::Used),
            "and not in the next stage, where the voter sits too"
        );
        assert!(Ballot::of(&board, user(1), at(9)).unwrap().check(&board, at(9)).is_ok());
        assert_eq!(
            ballot.check(&voted(&open, 2, Decision::Approve, 8), at(9)),
            Err(Spent::Over),
            "the other one voted"
        );
        assert_eq!(ballot.check(&voted(&open, 1, Decision::Reject, 8), at(9)), Err(Spent::Used));
    }

    #[test]
    fn a_question_uses_it_up_and_the_next_mail_brings_another() {
        let asked = voted(&round(), 1, Decision::NeedInfo, 8);
        assert_eq!(
            Ballot { asked_at: at(5), ..Ballot::of(&round(), user(1), at(5)).unwrap() }.check(&asked, at(9)),
            Err(Spent::Used)
        );
        // The seat stays open for whoever sits in it besides.
        assert!(Ballot::of(&asked, user(2), at(5)).unwrap().check(&asked, at(9)).is_ok());
        let mut left = round();
        left.stages[0].seats[0].members.remove(0);
        assert_eq!(Ballot::of(&round(), user(1), at(5)).unwrap().check(&left, at(9)), Err(Spent::NoSeat));
    }
}
