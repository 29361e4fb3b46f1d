//! Votes: what they come to, who may give them, and that order and repetition change nothing.

use muster_shared::canonical::Digest;
use proptest::prelude::*;

use super::seat::{Person, seated};
use super::*;
use crate::right::Role;
use crate::ticket::change::risk::Band;

fn at(seconds: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + seconds * 1_000)
}

fn user(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

fn voter(n: u8) -> Voter {
    Voter { user: user(n), name: format!("user {n}"), acting_for: Vec::new(), via: "api".into() }
}

fn person(n: u8, role: Role) -> Person {
    Person { id: user(n), name: format!("user {n}"), roles: vec![role] }
}

fn round(stages: Vec<Stage>) -> Approval {
    let mut approval = Approval {
        id: ApprovalId::from_bytes([9; 16]),
        ticket: TicketId::from_bytes([8; 16]),
        number: "CHG-000001".into(),
        round: 1,
        subject: Digest::of(b"plan"),
        opened_at: at(0),
        state: RoundState::Open,
        stages,
    };
    approval.settle(at(0));
    approval
}

fn seats(rule: Rule, each: &[&[u8]]) -> Stage {
    let member = |n: &u8| (user(*n), format!("user {n}"));
    let seat =
        |members: &&[u8]| Seat { approver: Approver::Board, members: members.iter().map(member).collect(), vote: None };
    Stage {
        name: StageName::Board,
        rule,
        seats: each.iter().map(seat).collect(),
        opened_at: None,
        next_at: None,
        reminders: 0,
    }
}

fn after(approval: &Approval, votes: &[(u8, Decision)]) -> Approval {
    votes.iter().fold(approval.clone(), |approval, (n, decision)| {
        approval.vote(&voter(*n), *decision, "because", at(1)).unwrap()
    })
}

use Decision::{Abstain, Approve, NeedInfo, Reject};

#[test]
fn rules_count_as_they_say() {
    let three: &[&[u8]] = &[&[1], &[2], &[3]];
    for (rule, votes, state) in [
        (Rule::Any, vec![(2, Approve)], "approved"),
        (Rule::Any, vec![(2, Abstain)], "open"),
        (Rule::All, vec![(1, Approve), (2, Approve)], "open"),
        (Rule::All, vec![(1, Approve), (2, Approve), (3, Approve)], "approved"),
        (Rule::All, vec![(1, Approve), (2, Abstain), (3, Approve)], "approved"),
        (Rule::Percent(50), vec![(1, Approve)], "open"),
        (Rule::Percent(50), vec![(1, Approve), (3, Approve)], "approved"),
        (Rule::Percent(50), vec![(1, Approve), (2, Abstain)], "approved"),
        (Rule::Percent(50), vec![(1, Approve), (2, Reject)], "rejected"),
        (Rule::Percent(1), vec![(1, Approve)], "approved"),
        (Rule::Any, vec![(1, Abstain), (2, Abstain), (3, Abstain)], "rejected"),
    ] {
        let ended = after(&round(vec![seats(rule, three)]), &votes);
        assert_eq!(ended.state.as_str(), state, "{rule:?} {votes:?}");
        assert_eq!(ended.waits_for().is_empty(), state != "open");
    }
}

#[test]
fn stages_open_one_after_the_other() {
    let approval = round(vec![seats(Rule::Any, &[&[1, 2]]), seats(Rule::All, &[&[3]])]);
    assert_eq!(approval.waits_for(), [user(1), user(2)]);
    assert_eq!(approval.vote(&voter(3), Approve, "", at(1)), Err(Refused::NoSeat), "their stage is not open");
    let next = after(&approval, &[(2, Approve)]);
    assert_eq!((next.waits_for(), next.state.as_str()), (vec![user(3)], "open"));
    assert_eq!(next.stages[1].opened_at, Some(at(1)));
    assert_eq!(next.vote(&voter(1), Approve, "", at(2)), Err(Refused::NoSeat), "the first stage is over");
    let done = after(&next, &[(3, Approve)]);
    assert_eq!(done.state, RoundState::Approved { at: at(1) });
    assert_eq!(done.vote(&voter(3), Reject, "x", at(2)), Err(Refused::Over));
    assert_eq!(after(&next, &[(3, Reject)]).objections(), "user 3: because");
}

#[test]
fn one_person_fills_one_seat_and_a_question_leaves_it_open() {
    let approval = round(vec![seats(Rule::All, &[&[1, 2], &[1, 2]])]);
    let first = after(&approval, &[(1, Approve)]);
    assert_eq!(first.vote(&voter(1), Approve, "", at(2)), Err(Refused::Voted));
    assert_eq!(first.waits_for(), [user(2)]);
    assert_eq!(approval.vote(&voter(1), Reject, "  ", at(1)), Err(Refused::Reason));
    let asked = after(&approval, &[(1, NeedInfo)]);
    assert_eq!(asked.state, RoundState::Open);
    assert_eq!(after(&asked, &[(1, Approve), (2, Approve)]).state.as_str(), "approved");
}

#[test]
fn who_acts_for_another_is_named_beside_them() {
    let approval = round(vec![seats(Rule::Any, &[&[1]])]);
    let deputy = Voter { acting_for: vec![user(1)], ..voter(5) };
    let voted = approval.vote(&deputy, Approve, "", at(1)).unwrap();
    let vote = voted.stages[0].seats[0].vote.clone().unwrap();
    assert_eq!((vote.user, vote.acting_for), (user(5), Some(user(1))));
}

#[test]
fn who_asks_has_no_seat_and_the_next_ones_take_their_place() {
    let people = [
        person(1, Role::Responder),
        person(2, Role::ChangeManager),
        person(3, Role::Administrator),
        person(4, Role::Viewer),
    ];
    let low = stages_of_change(Band::Low);
    let filled = |excluded: &[UserId]| {
        let stages = seated(low, &people, &[], excluded).unwrap();
        stages[0].seats[0].members.iter().map(|(id, _)| *id).collect::<Vec<_>>()
    };
    assert_eq!(filled(&[]), [user(1)]);
    assert_eq!(filled(&[user(1)]), [user(2), user(3)]);
    let all = [user(1), user(2), user(3)];
    let nobody = seated(low, &people, &[], &all).unwrap_err();
    assert_eq!(nobody.approver, Approver::Peer);
    let owned = seated(stages_of_change(Band::Moderate), &people, &[user(4)], &[user(1)]).unwrap();
    assert_eq!(owned[0].seats[0].members[0].0, user(4), "the named owner, whatever the role");
    let board = [person(1, Role::ChangeApprover), person(2, Role::ChangeApprover), person(3, Role::ServiceOwner)];
    let high = seated(stages_of_change(Band::High), &board, &[], &[]).unwrap();
    assert_eq!(high[1].seats.len(), 2, "each member of the board has a seat");
}

proptest! {
    /// However votes come in, a round ends once, and what ended it stays.
    #[test]
    fn a_round_ends_once(votes in proptest::collection::vec((1_u8..6, 0_usize..4), 0..30), percent in 1_u8..=100) {
        let mut approval = round(vec![
            seats(Rule::Percent(percent), &[&[1, 2], &[3], &[4, 5]]),
            seats(Rule::Any, &[&[1], &[2]]),
        ]);
        let mut ended: Option<RoundState> = None;
        for (n, decision) in votes {
            match approval.vote(&voter(n), Decision::ALL[decision], "because", at(1)) {
                Ok(next) => {
                    prop_assert!(ended.is_none());
                    let filled = |approval: &Approval| {
                        approval.stages.iter().flat_map(|stage| &stage.seats).filter(|seat| seat.is_filled()).count()
                    };
                    let step = filled(&next) - filled(&approval);
                    prop_assert_eq!(step, usize::from(Decision::ALL[decision] != NeedInfo));
                    approval = next;
                }
                Err(refused) => prop_assert_eq!(refused == Refused::Over, approval.state != RoundState::Open),
            }
            if approval.state != RoundState::Open {
                ended.get_or_insert(approval.state.clone());
                prop_assert_eq!(ended.as_ref(), Some(&approval.state));
                prop_assert!(approval.waits_for().is_empty());
            }
        }
    }
}
