//! Escalation: whom to call when nobody takes a ticket, step by step, until somebody does.

use muster_shared::Time;
use muster_shared::id::{EscalationPolicyId, TicketId};
use serde::{Deserialize, Serialize};

use super::check_name;
use crate::class::Violation;
use crate::notification::subscription::Target;
use crate::query::{Query, fields};
use crate::record::record;
use crate::text::Phrase;
use crate::ticket::{Escalated, Ticket};

const MINUTE_MS: i64 = 60_000;
/// Most steps of a policy.
const MAX_STEPS: usize = 20;
/// Most targets of a step.
const MAX_TARGETS: usize = 20;

/// Whom to call, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Minutes after the step before; after the beginning for the first one.
    pub after_minutes: u32,
    /// Whom.
    pub targets: Vec<Target>,
}

/// A plan of whom to call when nobody takes a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EscalationPolicy {
    /// Which one.
    pub id: EscalationPolicyId,
    /// What it is called.
    pub name: String,
    /// Which tickets it is for, in the query language.
    pub filter: String,
    /// Policies are tried in this order; the first that fits is taken.
    pub order: u32,
    /// The steps.
    pub steps: Vec<Step>,
    /// How often all steps are gone through again.
    pub repeat: u32,
    /// Minutes from the last step to the first one of the next round.
    pub repeat_after_minutes: u32,
    /// Whether it is used.
    pub is_active: bool,
    /// When it was changed.
    pub changed_at: Time,
    /// By whom.
    pub changed_by: String,
}

record!(EscalationPolicy, EscalationPolicy, |policy| policy.id.to_string());

/// What forbids to keep a policy.
pub fn check(policy: &EscalationPolicy) -> Vec<Violation> {
    let mut wrong: Vec<Violation> = check_name("/name", &policy.name).into_iter().collect();
    let problem = Query::parse(&policy.filter, &fields::TICKET).err();
    wrong.extend(problem.map(|error| Violation { pointer: "/filter".into(), why: error.phrase() }));
    let number = |pointer: String, min: usize, max: usize| Violation {
        pointer,
        why: Phrase::new("number_from_to").with("min", min).with("max", max),
    };
    if !(1..=MAX_STEPS).contains(&policy.steps.len()) {
        wrong.push(number("/steps".into(), 1, MAX_STEPS));
    }
    for (i, step) in policy.steps.iter().enumerate() {
        if !(1..=MAX_TARGETS).contains(&step.targets.len()) {
            wrong.push(number(format!("/steps/{i}/targets"), 1, MAX_TARGETS));
        }
        if step.after_minutes > 10_080 {
            wrong.push(number(format!("/steps/{i}/after_minutes"), 0, 10_080));
        }
    }
    if policy.repeat > 20 {
        wrong.push(number("/repeat".into(), 0, 20));
    }
    if policy.repeat > 0 && !(1..=10_080).contains(&policy.repeat_after_minutes) {
        wrong.push(number("/repeat_after_minutes".into(), 1, 10_080));
    }
    wrong
}

/// Why an escalation is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum End {
    /// Somebody took the ticket.
    Acknowledged {
        /// Who said so; empty when the ticket itself shows it.
        by: String,
    },
    /// The ticket is over.
    TicketOver,
    /// All steps were gone through as often as the policy says.
    Exhausted,
}

impl End {
    /// The name in JSON and in the console.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Acknowledged { .. } => "acknowledged",
            Self::TicketOver => "ticket_over",
            Self::Exhausted => "exhausted",
        }
    }
}

/// Where an escalation stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
pub enum EscalationState {
    /// The next step is due then.
    Running {
        /// When.
        next_at: Time,
    },
    /// It is over.
    Over {
        /// Since when.
        at: Time,
        /// Why.
        #[serde(flatten)]
        end: End,
    },
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// When.
    pub at: Time,
    /// Which round, from 0 on.
    pub round: u32,
    /// Which step, from 0 on.
    pub step: u32,
    /// Whom it told: names of people and channels. Nobody could be reached when there is none.
    pub told: Vec<String>,
}

/// Most steps that are noted: a policy has no more.
const MAX_TAKEN: usize = 500;

/// An escalation of one ticket. It goes by the steps that the policy had when it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// The ticket: it has one escalation at a time.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// The policy, as it was.
    pub policy: EscalationPolicy,
    /// When it began.
    pub began_at: Time,
    /// Which round comes next.
    pub round: u32,
    /// Which step comes next.
    pub step: u32,
    /// Where it stands.
    pub state: EscalationState,
    /// What was done.
    pub taken: Vec<Taken>,
}

record!(Escalation, Escalation, |escalation| escalation.ticket.to_string());

/// Why a ticket needs nobody to be called, if so.
pub fn ends(ticket: &Ticket) -> Option<End> {
    if !ticket.state.name().is_active() {
        return Some(End::TicketOver);
    }
    let is_taken = ticket.acknowledged_at.is_some() || ticket.assignee.is_some();
    is_taken.then(|| End::Acknowledged { by: String::new() })
}

impl Escalation {
    /// The escalation of a ticket by a policy, from now on.
    pub fn begin(ticket: &Ticket, policy: EscalationPolicy, now: Time) -> Self {
        let wait = policy.steps.first().map_or(0, |step| step.after_minutes);
        Self {
            ticket: ticket.id,
            number: ticket.number.clone(),
            policy,
            began_at: now,
            round: 0,
            step: 0,
            state: EscalationState::Running { next_at: now.plus_millis(i64::from(wait) * MINUTE_MS) },
            taken: Vec::new(),
        }
    }

    /// When the next step is due.
    pub const fn next_at(&self) -> Option<Time> {
        match self.state {
            EscalationState::Running { next_at } => Some(next_at),
            EscalationState::Over { .. } => None,
        }
    }

    /// The step that comes next.
    pub fn next_step(&self) -> Option<&Step> {
        self.policy.steps.get(usize::try_from(self.step).ok()?)
    }

    /// How far the ticket was escalated, once a step told somebody.
    pub fn reached(&self) -> Option<Escalated> {
        let mut heard = self.taken.iter().filter(|step| !step.told.is_empty());
        let first = heard.next()?;
        let (count, last) = heard.fold((1, first), |(count, _), step| (count + 1, step));
        Some(Escalated { level: count, since: first.at, at: last.at })
    }

    /// Ends it.
    pub fn end(&mut self, end: End, at: Time) {
        if self.next_at().is_some() {
            self.state = EscalationState::Over { at, end };
        }
    }

    /// Notes that the next step was taken, and whom it told. Where it told nobody, the step after it is not waited for.
    pub fn advance(&mut self, told: Vec<String>, now: Time) {
        let is_heard = !told.is_empty();
        if self.taken.len() < MAX_TAKEN {
            self.taken.push(Taken { at: now, round: self.round, step: self.step, told });
        }
        self.step += 1;
        let wait = if let Some(next) = self.next_step() {
            if is_heard { next.after_minutes } else { 0 }
        } else if self.round < self.policy.repeat {
            self.round += 1;
            self.step = 0;
            self.policy.repeat_after_minutes
        } else {
            self.end(End::Exhausted, now);
            return;
        };
        self.state = EscalationState::Running { next_at: now.plus_millis(i64::from(wait) * MINUTE_MS) };
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::id::{RotaId, TicketId};

    use super::*;

    fn policy() -> EscalationPolicy {
        let step =
            |after_minutes, n: u8| Step { after_minutes, targets: vec![Target::Rota(RotaId::from_bytes([n; 16]))] };
        EscalationPolicy {
            id: EscalationPolicyId::from_bytes([1; 16]),
            name: "p1".into(),
            filter: "priority<=2".into(),
            order: 1,
            steps: vec![step(0, 1), step(10, 2)],
            repeat: 1,
            repeat_after_minutes: 30,
            is_active: true,
            changed_at: Time::from_millis(0),
            changed_by: "ann".into(),
        }
    }

    fn escalation(now: Time) -> Escalation {
        Escalation {
            ticket: TicketId::from_bytes([2; 16]),
            number: "INC-000001".into(),
            policy: policy(),
            began_at: now,
            round: 0,
            step: 0,
            state: EscalationState::Running { next_at: now },
            taken: Vec::new(),
        }
    }

    #[test]
    fn steps_follow_each_other_and_repeat_as_often_as_said() {
        let mut escalation = escalation(Time::from_millis(0));
        let mut seen = Vec::new();
        while let Some(at) = escalation.next_at() {
            seen.push((at.millis() / MINUTE_MS, escalation.round, escalation.step));
            escalation.advance(vec!["ann".into()], at);
        }
        assert_eq!(seen, [(0, 0, 0), (10, 0, 1), (40, 1, 0), (50, 1, 1)]);
        assert!(matches!(escalation.state, EscalationState::Over { end: End::Exhausted, .. }));
        assert_eq!(escalation.taken.len(), 4);
    }

    #[test]
    fn where_nobody_was_told_the_next_ones_are_called_at_once() {
        let mut escalation = escalation(Time::from_millis(0));
        let mut seen = Vec::new();
        while let Some(at) = escalation.next_at() {
            seen.push((at.millis() / MINUTE_MS, escalation.round, escalation.step));
            escalation.advance(Vec::new(), at);
        }
        assert_eq!(seen, [(0, 0, 0), (0, 0, 1), (30, 1, 0), (30, 1, 1)], "the pause between rounds stays");
    }

    #[test]
    fn what_is_over_stays_as_it_ended() {
        let mut escalation = escalation(Time::from_millis(0));
        escalation.end(End::Acknowledged { by: "ann".into() }, Time::from_millis(5));
        escalation.end(End::TicketOver, Time::from_millis(9));
        let expected = EscalationState::Over { at: Time::from_millis(5), end: End::Acknowledged { by: "ann".into() } };
        assert_eq!(escalation.state, expected);
        let text = serde_json::to_string(&escalation).unwrap();
        assert_eq!(serde_json::from_str::<Escalation>(&text).unwrap(), escalation);
    }

    #[test]
    fn a_policy_is_checked() {
        assert!(check(&policy()).is_empty());
        let wrong = EscalationPolicy {
            name: String::new(),
            filter: "colour:red".into(),
            steps: vec![Step { after_minutes: 20_000, targets: Vec::new() }],
            repeat: 99,
            repeat_after_minutes: 0,
            ..policy()
        };
        let pointers: Vec<_> = check(&wrong).into_iter().map(|violation| violation.pointer).collect();
        let expected =
            ["/name", "/filter", "/steps/0/targets", "/steps/0/after_minutes", "/repeat", "/repeat_after_minutes"];
        assert_eq!(pointers, expected);
    }
}
