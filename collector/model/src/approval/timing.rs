//! What becomes of a round by the clock and when people leave (rules A1 and A8).

use muster_shared::Time;
use muster_shared::id::UserId;

use super::seat::Approver;
use super::{Approval, OnTimeout, RoundState, Tally};

/// What is due in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Those who have not voted are asked again.
    Remind,
    /// Its time is over: others may vote too.
    Escalate,
    /// Its time is over: that is a no.
    Reject,
    /// Nobody is asked: that is a yes.
    Approve,
}

impl Approval {
    /// When somebody is asked again, or a stage times out.
    pub fn due_at(&self) -> Option<Time> {
        if self.state == RoundState::Open && self.stages.is_empty() {
            return Some(self.opened_at);
        }
        self.open_stage()?.next_at
    }

    /// What is due now, and the round with that noted (rule A8): once at half of its time, at its end what the stage says, then
    /// again after the same time.
    pub fn timed(&self, now: Time) -> Option<(Self, Due)> {
        self.due_at().filter(|at| *at <= now)?;
        let mut next = self.clone();
        if next.stages.is_empty() {
            next.state = RoundState::Approved { at: now };
            return Some((next, Due::Approve));
        }
        let stage = next.stages.iter_mut().find(|stage| stage.tally() == Tally::Open)?;
        let span = stage.limit.millis();
        let opened = stage.opened_at.unwrap_or(now);
        let due = match (stage.reminders, stage.limit.then) {
            (1, OnTimeout::Escalate) => Due::Escalate,
            (1.., OnTimeout::Reject) => Due::Reject,
            (_, OnTimeout::Remind | OnTimeout::Escalate | OnTimeout::Reject) => Due::Remind,
        };
        stage.next_at = Some(if stage.reminders == 0 { opened.plus_millis(span) } else { now.plus_millis(span) });
        stage.next_at = stage.next_at.map(|at| if at > now { at } else { now.plus_millis(span) });
        stage.reminders += 1;
        if due == Due::Reject {
            next.state = RoundState::Rejected { at: now };
        }
        Some((next, due))
    }

    /// With more people who may fill the open seats of the stage that is open.
    #[must_use]
    pub fn widened(&self, people: &[(UserId, String)]) -> Self {
        let mut next = self.clone();
        if let Some(stage) = next.stages.iter_mut().find(|stage| stage.tally() == Tally::Open) {
            for seat in stage.seats.iter_mut().filter(|seat| !seat.is_filled()) {
                for person in people {
                    if !seat.members.contains(person) {
                        seat.members.push(person.clone());
                    }
                }
            }
        }
        next
    }

    /// Without somebody who left (rule A1): their open seats go to `heirs(approver)` where nobody else may fill them. `None` when
    /// they had none.
    pub fn without(&self, user: UserId, heirs: impl Fn(&Approver) -> Vec<(UserId, String)>) -> Option<Self> {
        let mut next = self.clone();
        let mut is_changed = false;
        for seat in next.stages.iter_mut().flat_map(|stage| &mut stage.seats).filter(|seat| !seat.is_filled()) {
            let before = seat.members.len();
            seat.members.retain(|(member, _)| *member != user);
            if seat.members.len() < before {
                is_changed = true;
                if seat.members.is_empty() {
                    seat.members = heirs(&seat.approver);
                }
            }
        }
        is_changed.then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::super::rule::shipped;
    use super::super::{Decision, RejectRule, Rule, Seat, Stage, Vote};
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn at(hour: i64) -> Time {
        Time::from_millis(1_790_000_000_000 + hour * HOUR)
    }

    fn user(n: u8) -> UserId {
        UserId::from_bytes([n; 16])
    }

    fn round(name: &str, members: &[u8]) -> Approval {
        let wanted = shipped().into_iter().flat_map(|rule| rule.stages).find(|stage| stage.name == name).unwrap();
        let members = members.iter().map(|n| (user(*n), format!("user {n}"))).collect();
        let seat = Seat { approver: Approver::Peer, members, vote: None };
        let stage = Stage {
            name: name.to_owned(),
            rule: Rule::Any,
            reject_rule: RejectRule::First,
            next_at: Some(at(i64::from(wanted.due_hours) / 2)),
            limit: wanted.limit(),
            seats: vec![seat],
            opened_at: Some(at(0)),
            reminders: 0,
        };
        Approval {
            id: muster_shared::id::ApprovalId::from_bytes([1; 16]),
            ticket: muster_shared::id::TicketId::from_bytes([2; 16]),
            number: "CHG-000001".into(),
            round: 1,
            subject: muster_shared::canonical::Digest::of(b"x"),
            matter: serde_json::Value::Null,
            rule: String::new(),
            asked_by: None,
            opened_at: at(0),
            state: RoundState::Open,
            stages: vec![stage],
        }
    }

    fn due(mut round: Approval, hours: &[i64]) -> Vec<Option<Due>> {
        hours
            .iter()
            .map(|hour| {
                let (next, due) = round.timed(at(*hour))?;
                round = next;
                Some(due)
            })
            .collect()
    }

    #[test]
    fn half_way_they_are_asked_again_and_at_the_end_the_stage_says_what_happens() {
        let hours = [23, 24, 47, 48, 96];
        let remind = Some(Due::Remind);
        assert_eq!(due(round("peer", &[1]), &hours), [None, remind, None, remind, remind]);
        let hours = [36, 72, 143, 144];
        assert_eq!(due(round("resource_owner", &[1]), &hours), [remind, Some(Due::Escalate), None, remind]);
        assert_eq!(due(round("security", &[1]), &[84, 168, 400]), [remind, Some(Due::Reject), None]);
        let (rejected, _) = round("security", &[1]).timed(at(84)).unwrap().0.timed(at(168)).unwrap();
        assert_eq!(rejected.state, RoundState::Rejected { at: at(168) });
    }

    #[test]
    fn a_round_that_asks_nobody_is_approved_at_once() {
        let round = Approval { stages: Vec::new(), ..round("peer", &[1]) };
        assert_eq!(round.due_at(), Some(at(0)));
        let (next, due) = round.timed(at(0)).unwrap();
        assert_eq!((next.state.clone(), due), (RoundState::Approved { at: at(0) }, Due::Approve));
        assert_eq!(next.due_at(), None);
    }

    #[test]
    fn a_round_that_was_asleep_is_asked_once_and_not_for_every_time_that_went_by() {
        let (next, due) = round("peer", &[1]).timed(at(500)).unwrap();
        assert_eq!((due, next.due_at()), (Due::Remind, Some(at(548))));
    }

    #[test]
    fn who_leaves_leaves_the_seat_to_the_others_or_to_heirs() {
        let heirs = |_: &Approver| vec![(user(9), "heir".to_owned())];
        let left = round("peer", &[1, 2]).without(user(1), heirs).unwrap();
        assert_eq!(left.waits_for(), [user(2)]);
        assert_eq!(left.without(user(2), heirs).unwrap().waits_for(), [user(9)]);
        assert!(left.without(user(7), heirs).is_none());
        let mut voted = round("peer", &[1]);
        voted.stages[0].seats[0].vote = Some(Vote {
            user: user(1),
            name: "user 1".into(),
            acting_for: None,
            decision: Decision::Approve,
            comment: String::new(),
            at: at(1),
            via: "api".into(),
            recorded_by: None,
            is_absent: false,
        });
        assert!(voted.without(user(1), heirs).is_none(), "a vote stays");
        assert_eq!(round("peer", &[1]).widened(&[(user(3), "three".into())]).waits_for(), [user(1), user(3)]);
    }
}
