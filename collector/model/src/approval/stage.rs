//! A stage as rules ask for it: whose votes, how many of them, by when, and what happens when nobody votes.

use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};

use super::seat::Approver;
use super::tally::{RejectRule, Rule};
use crate::class::Violation;
use crate::policy::own;
use crate::text::Phrase;

/// Most stages of a round.
const MOST_STAGES: usize = 8;
/// Most approvers of a stage.
const MOST_APPROVERS: usize = 20;
/// The longest time of a stage, in hours (a year).
const LONGEST_HOURS: u32 = 8_760;

/// What happens to a stage on which nobody voted in time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnTimeout {
    /// Those who have not voted are asked again.
    #[default]
    Remind,
    /// Others may vote too: those that the stage names, else administrators.
    Escalate,
    /// That is a no.
    Reject,
}

impl OnTimeout {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Remind, Self::Escalate, Self::Reject];

    /// The name in JSON and in docs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Remind => "remind",
            Self::Escalate => "escalate",
            Self::Reject => "reject",
        }
    }
}

/// By when a stage is to be voted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeLimit {
    /// Hours in which votes are wanted; those who have not voted are asked again after half of them.
    pub hours: u32,
    /// What happens when nobody voted in time.
    pub then: OnTimeout,
    /// Who may vote too then; administrators without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate_to: Option<Approver>,
}

impl Default for TimeLimit {
    fn default() -> Self {
        Self { hours: 72, then: OnTimeout::Remind, escalate_to: None }
    }
}

impl TimeLimit {
    /// Its length in milliseconds.
    pub(super) fn millis(&self) -> i64 {
        i64::from(self.hours) * 3_600_000
    }
}

/// A stage that is asked for, before anybody has a seat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// What it is called.
    pub name: String,
    /// Whose seats.
    pub approvers: Vec<Approver>,
    /// How many have to agree.
    #[serde(default)]
    pub rule: Rule,
    /// When it is a no.
    #[serde(default, skip_serializing_if = "RejectRule::is_first")]
    pub reject_rule: RejectRule,
    /// Hours in which votes are wanted.
    #[serde(default = "usual_hours")]
    pub due_hours: u32,
    /// What happens when nobody voted in time.
    #[serde(default)]
    pub on_timeout: OnTimeout,
    /// Who may vote too when it escalates; administrators without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalate_to: Option<Approver>,
    /// Whether each of those who may vote has a seat of their own, and not all of an approver one together.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub each_member: bool,
    /// Whether approvers for whom nobody is found are left out; without it the round does not open.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skip_nobody: bool,
}

fn usual_hours() -> u32 {
    TimeLimit::default().hours
}

impl Wanted {
    /// A stage of one vote, with three days for it.
    pub fn new(name: &str, approvers: Vec<Approver>) -> Self {
        Self {
            name: name.to_owned(),
            approvers,
            rule: Rule::Any,
            reject_rule: RejectRule::First,
            due_hours: usual_hours(),
            on_timeout: OnTimeout::Remind,
            escalate_to: None,
            each_member: false,
            skip_nobody: false,
        }
    }

    /// With so many hours, and what happens after them.
    #[must_use]
    pub fn within(self, due_hours: u32, on_timeout: OnTimeout) -> Self {
        Self { due_hours, on_timeout, ..self }
    }

    /// With so many who have to agree.
    #[must_use]
    pub fn by(self, rule: Rule) -> Self {
        Self { rule, ..self }
    }

    /// The people that it names.
    pub fn people(&self) -> impl Iterator<Item = UserId> {
        let user = |approver: &Approver| if let Approver::User(user) = approver { Some(*user) } else { None };
        self.approvers.iter().chain(&self.escalate_to).filter_map(user)
    }

    /// By when it is to be voted on.
    pub(super) fn limit(&self) -> TimeLimit {
        TimeLimit { hours: self.due_hours, then: self.on_timeout, escalate_to: self.escalate_to.clone() }
    }
}

/// What forbids to save stages, below a place of a document.
pub fn check(stages: &[Wanted], place: &str) -> Vec<Violation> {
    let mut wrong = Vec::new();
    if stages.len() > MOST_STAGES {
        wrong.push(Violation::new(place, Phrase::new("at_most_entries").with("max", MOST_STAGES)));
    }
    for (n, stage) in stages.iter().enumerate() {
        let at = |field: &str| format!("{place}/{n}/{field}");
        if let Some(why) = own::line(&stage.name) {
            wrong.push(Violation::new(at("name"), why));
        } else if stages.iter().take(n).any(|other| other.name == stage.name) {
            wrong.push(Violation::new(at("name"), Phrase::new("stage_taken")));
        }
        if stage.approvers.is_empty() {
            wrong.push(Violation::new(at("approvers"), Phrase::new("stage_nobody")));
        }
        if stage.approvers.len() > MOST_APPROVERS {
            wrong.push(Violation::new(at("approvers"), Phrase::new("at_most_entries").with("max", MOST_APPROVERS)));
        }
        let is_possible = match stage.rule {
            Rule::Any | Rule::All => true,
            Rule::Count(count) => count > 0,
            Rule::Percent(percent) => (1..=100).contains(&percent),
        };
        let seats = u32::try_from(stage.approvers.len()).unwrap_or(u32::MAX);
        if !is_possible {
            wrong.push(Violation::new(at("rule"), Phrase::new("stage_rule")));
        } else if matches!(stage.rule, Rule::Count(count) if count > seats && !stage.each_member) {
            wrong.push(Violation::new(at("rule"), Phrase::new("stage_seats")));
        }
        if !(1..=LONGEST_HOURS).contains(&stage.due_hours) {
            let why = Phrase::new("number_from_to").with("min", 1_usize).with("max", LONGEST_HOURS.to_string());
            wrong.push(Violation::new(at("due_hours"), why));
        }
        if stage.escalate_to.is_some() && stage.on_timeout != OnTimeout::Escalate {
            wrong.push(Violation::new(at("escalate_to"), Phrase::new("stage_escalate")));
        }
    }
    wrong
}
