//! Votes: what they come to, who may give them, and that order and repetition change nothing.

use std::collections::HashMap;

use muster_shared::canonical::Digest;
use proptest::prelude::*;

use super::meeting::{Meeting, Outcome, Settled, Unsettled};
use super::rule::shipped;
use super::seat::{Cast, Person, Rota};
use super::*;
use crate::right::Role;

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
        matter: Value::Null,
        rule: String::new(),
        asked_by: None,
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
        name: format!("stage of {}", each.len()),
        rule,
        reject_rule: RejectRule::First,
        limit: TimeLimit::default(),
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
    let cast = |owners: &[UserId], excluded: &[UserId]| Cast {
        people: people.to_vec(),
        owners: owners.to_vec(),
        excluded: excluded.to_vec(),
        ..Cast::default()
    };
    let low = stages("low risk");
    let filled = |excluded: &[UserId]| {
        let stages = cast(&[], excluded).seated(&low).unwrap();
        stages[0].seats[0].members.iter().map(|(id, _)| *id).collect::<Vec<_>>()
    };
    assert_eq!(filled(&[]), [user(1)]);
    assert_eq!(filled(&[user(1)]), [user(2), user(3)]);
    let nobody = cast(&[], &[user(1), user(2), user(3)]).seated(&low).unwrap_err();
    assert_eq!(nobody.approver, Approver::Peer);
    let owned = cast(&[user(4)], &[user(1)]).seated(&stages("moderate risk")).unwrap();
    assert_eq!(owned[0].seats[0].members[0].0, user(4), "the named owner, whatever the role");
    let board = vec![person(1, Role::ChangeApprover), person(2, Role::ChangeApprover), person(3, Role::ServiceOwner)];
    let high = Cast { people: board, ..Cast::default() }.seated(&stages("high risk")).unwrap();
    assert_eq!(high[1].seats.len(), 2, "each member of the board has a seat");
}

/// The stages of a rule that is shipped.
fn stages(rule: &str) -> Vec<Wanted> {
    shipped().into_iter().find(|one| one.name == rule).unwrap().stages
}

#[test]
fn managers_groups_roles_and_people_become_seats() {
    let mut cast = Cast {
        people: (1..=4).map(|n| person(n, Role::Viewer)).collect(),
        manager: Some(user(1)),
        rotas: [("linux".to_owned(), Rota { members: vec![user(2), user(3)], on_call: vec![user(3)] })].into(),
        ..Cast::default()
    };
    let members =
        |cast: &Cast, approver: &Approver| cast.members(approver).into_iter().map(|(id, _)| id).collect::<Vec<_>>();
    for (approver, expected) in [
        (Approver::Manager, vec![user(1)]),
        (Approver::User(user(4)), vec![user(4)]),
        (Approver::Group("linux".into()), vec![user(2), user(3)]),
        (Approver::OnCall("linux".into()), vec![user(3)]),
        (Approver::OnCall("windows".into()), vec![]),
        (Approver::Role(Role::Viewer), vec![user(1), user(2), user(3), user(4)]),
    ] {
        assert_eq!(members(&cast, &approver), expected, "{approver:?}");
    }
    // One seat for a group, or one each.
    let wanted = Wanted::new("x", vec![Approver::Group("linux".into())]);
    assert_eq!(cast.seated(std::slice::from_ref(&wanted)).unwrap()[0].seats.len(), 1);
    let each = Wanted { each_member: true, ..wanted.clone().by(Rule::Count(2)) };
    assert_eq!(cast.seated(std::slice::from_ref(&each)).unwrap()[0].seats.len(), 2);
    assert!(cast.seated(&[each.by(Rule::Count(3))]).is_err(), "three of two can never agree");
    // Who asks is the only owner, or the only one who is named: their manager answers.
    (cast.owners, cast.excluded) = (vec![user(4)], vec![user(4)]);
    assert_eq!(members(&cast, &Approver::ServiceOwners), [user(1)]);
    assert_eq!(members(&cast, &Approver::User(user(4))), [user(1)]);
    // An approver that is not there may be left out where the stage says so, but never all of them.
    cast.manager = None;
    let manager = Wanted { skip_nobody: true, ..Wanted::new("manager", vec![Approver::Manager]) };
    assert_eq!(cast.seated(std::slice::from_ref(&manager)).unwrap_err().approver, Approver::Manager);
    let both = cast.seated(&[manager, wanted.clone()]).unwrap();
    assert_eq!((both.len(), both[0].name.as_str()), (1, "x"));
    let strict = Wanted { skip_nobody: false, ..Wanted::new("manager", vec![Approver::Manager]) };
    assert!(cast.seated(&[strict, wanted]).is_err());
    assert_eq!(cast.last_resort(Some(&Approver::OnCall("linux".into()))), [(user(3), "user 3".to_owned())]);
}

#[test]
fn a_stage_may_bear_votes_against_while_enough_may_agree() {
    let three: &[&[u8]] = &[&[1], &[2], &[3]];
    let stage = |rule| Stage { reject_rule: RejectRule::WhenUnreachable, ..seats(rule, three) };
    for (rule, votes, state) in [
        (Rule::Count(2), vec![(1, Reject)], "open"),
        (Rule::Count(2), vec![(1, Reject), (2, Reject)], "rejected"),
        (Rule::Count(2), vec![(1, Reject), (2, Approve), (3, Approve)], "approved"),
        (Rule::Count(2), vec![(1, Abstain), (2, Abstain)], "rejected"),
        (Rule::Percent(50), vec![(1, Reject), (2, Abstain)], "open"),
        (Rule::All, vec![(1, Reject)], "rejected"),
    ] {
        assert_eq!(after(&round(vec![stage(rule)]), &votes).state.as_str(), state, "{rule:?} {votes:?}");
    }
}

fn meeting(present: &[u8]) -> Meeting {
    Meeting {
        id: muster_shared::id::MeetingId::from_bytes([3; 16]),
        held_at: at(5),
        present: present.iter().map(|n| (user(*n), format!("user {n}"))).collect(),
        minutes: String::new(),
        items: Vec::new(),
        recorded_by: "chair".into(),
        recorded_at: at(9),
    }
}

fn met(board: &Approval, settled: &Settled, present: &[u8]) -> Result<Approval, Unsettled> {
    board.met(settled, &meeting(present), &HashMap::new())
}

#[test]
fn a_meeting_votes_for_those_present_when_half_of_the_seats_are_there() {
    let board = round(vec![seats(Rule::Percent(50), &[&[1], &[2], &[3], &[4]])]);
    let settled = |outcome, comment: &str| Settled {
        ticket: board.ticket,
        number: board.number.clone(),
        outcome,
        comment: comment.into(),
    };
    let yes = settled(Outcome::Approve, "");
    assert_eq!(met(&board, &yes, &[1]), Err(Unsettled::Quorum { present: 1, needed: 2 }));
    let agreed = met(&board, &yes, &[1, 3]).unwrap();
    assert_eq!(agreed.state, RoundState::Approved { at: at(9) });
    let votes: Vec<_> = agreed.stages[0].seats.iter().map(|seat| seat.vote.as_ref().unwrap().decision).collect();
    assert_eq!(votes, [Approve, Abstain, Approve, Abstain], "who was not there does not count");
    assert_eq!(agreed.stages[0].seats[0].vote.as_ref().unwrap().recorded_by.as_deref(), Some("chair"));
    // A vote that was given before stays.
    let before = after(&board, &[(2, Reject)]);
    assert_eq!(met(&before, &yes, &[1, 2, 3]), Err(Unsettled::NotBoard), "it is decided");
    let before = after(&board, &[(2, Approve)]);
    assert_eq!(met(&before, &yes, &[1]).unwrap().state.as_str(), "approved", "two of four were there");
    assert_eq!(met(&board, &settled(Outcome::Reject, " "), &[1, 2]), Err(Unsettled::Reason));
    let no = met(&board, &settled(Outcome::Reject, "not in this week"), &[1, 2]).unwrap();
    assert_eq!((no.state.as_str(), no.objections().contains("not in this week")), ("rejected", true));
    // Four lent somebody the seat; who has one of their own sits there first.
    let lent = HashMap::from([(user(2), vec![user(4)]), (user(9), vec![user(4)])]);
    let short = Err(Unsettled::Quorum { present: 1, needed: 2 });
    assert_eq!(board.met(&yes, &meeting(&[2]), &lent), short, "one person, one vote");
    let stood_in = board.met(&yes, &meeting(&[1, 9]), &lent).unwrap();
    let vote = stood_in.stages[0].seats[3].vote.as_ref().unwrap();
    assert_eq!((vote.user, vote.acting_for, vote.decision), (user(9), Some(user(4)), Approve));
    assert_eq!(met(&board, &settled(Outcome::Defer, ""), &[]), Ok(board.clone()));
    let four = round(vec![seats(Rule::Count(4), &[&[1], &[2], &[3], &[4]])]);
    let short = Unsettled::Short { agreed: 3, needed: 4 };
    assert_eq!(met(&four, &yes, &[1, 2, 3]), Err(short), "a yes of three is no decision where four have to agree");
    // Whoever else sits in the stage votes as always.
    let mut mixed = seats(Rule::All, &[&[1], &[2], &[5]]);
    mixed.seats[2].approver = Approver::Peer;
    let mixed = met(&round(vec![mixed]), &yes, &[1, 2]).unwrap();
    assert_eq!((mixed.state.as_str(), mixed.waits_for()), ("open", vec![user(5)]));
    assert!(!agreed.waits_for_board() && board.waits_for_board());
}

#[test]
fn what_is_otherwise_since_somebody_agreed_is_told() {
    let with = |number, matter: Value, state| Approval {
        round: number,
        matter,
        state,
        ..round(vec![seats(Rule::Any, &[&[1]])])
    };
    let first =
        with(1, serde_json::json!({"test": "a", "scope": {"items": ["x"]}}), RoundState::Approved { at: at(1) });
    let second = with(2, serde_json::json!({"test": "b"}), RoundState::Voided { at: at(2) });
    let third = with(3, serde_json::json!({"test": "a", "scope": {"items": ["y"]}, "a/b": 1}), RoundState::Open);
    let all = [first.clone(), second, third.clone()];
    let (since, changes) = third.changes_since(&all).unwrap();
    let fields: Vec<&str> = changes.iter().map(|change| change.field.as_str()).collect();
    assert_eq!((since, fields), (1, vec!["/a~1b", "/scope/items"]), "nobody voted in the second");
    assert_eq!(first.changes_since(&all), None);
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
