//! Tickets: the common record of every kind, its timeline and its number.

pub mod access;
mod asked;
pub mod attachment;
mod breadth;
pub mod change;
mod channel;
pub mod details;
pub mod edit;
pub mod incident;
mod item;
pub mod known_error;
mod link;
pub mod major;
pub mod past;
pub mod priority;
pub mod problem;
pub mod release;
pub mod request;
pub mod state;
pub mod task;
pub mod timeline;
pub mod transition;

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::{AlertRuleId, FindingId, HostId, TicketId, UserId};
use serde::{Deserialize, Serialize};

use crate::exchange::Origin;
use crate::record::record;
use crate::right::{Action, Actor};
use crate::text::Text;
pub use asked::asked;
pub use breadth::{Breadth, Place};
pub use channel::Channel;
pub use details::Details;
pub use item::{ItemOrigin, ItemRole, TicketItem};
pub use link::{Link, LinkKind};
pub use priority::{Priorities, PrioritySource};
pub use state::{State, StateName};
pub use timeline::{Entry, FieldChange, TimelineEntry, Visibility, timeline_key};

/// What kind of ticket it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Something is not as it should be.
    Incident,
    /// The cause of incidents, looked for and mended.
    Problem,
    /// Something that is to be otherwise.
    Change,
    /// Changes and versions that go out together.
    Release,
    /// Somebody asks for something.
    Request,
    /// Somebody asks for access.
    Access,
    /// A piece of the work on another ticket.
    Task,
}

impl Kind {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Incident, Self::Problem, Self::Change, Self::Release, Self::Request, Self::Access, Self::Task];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Problem => "problem",
            Self::Change => "change",
            Self::Release => "release",
            Self::Request => "request",
            Self::Access => "access",
            Self::Task => "task",
        }
    }

    /// What its numbers begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Incident => "INC",
            Self::Problem => "PRB",
            Self::Change => "CHG",
            Self::Release => "REL",
            Self::Request => "REQ",
            Self::Access => "ACC",
            Self::Task => "TSK",
        }
    }

    /// The right that it takes to open one and to change its fields.
    pub const fn right(self) -> Action {
        match self {
            Self::Incident | Self::Task => Action::TicketUpdate,
            Self::Problem => Action::ProblemManage,
            Self::Change => Action::ChangePlan,
            Self::Release => Action::ReleaseManage,
            Self::Request | Self::Access => Action::RequestSubmit,
        }
    }

    /// The rights that its work takes: who holds one of them can be given it.
    pub const fn work(self) -> &'static [Action] {
        match self {
            Self::Incident | Self::Task | Self::Request => &[Action::TicketTransition],
            Self::Problem => &[Action::ProblemManage],
            Self::Change => &[Action::ChangePlan, Action::ChangeImplement, Action::ChangeReview],
            Self::Release => &[Action::ReleaseManage],
            Self::Access => &[Action::TicketTransition, Action::AccessManage],
        }
    }

    /// Where it begins.
    pub const fn first_state(self) -> State {
        match self {
            Self::Incident | Self::Problem => State::New,
            Self::Change | Self::Release | Self::Request | Self::Access => State::Draft,
            Self::Task => State::Open,
        }
    }

    /// A number as people write it.
    pub fn number(self, count: u64) -> String {
        format!("{}-{count:06}", self.prefix())
    }
}

/// The record that all kinds share; `state` carries what is the kind's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Which ticket.
    pub id: TicketId,
    /// `INC-000123`: gapless per kind.
    pub number: String,
    /// Its kind, and what only tickets of that kind have.
    #[serde(flatten)]
    pub details: Details,
    /// One line.
    pub title: Text,
    /// The story.
    pub description: Text,
    /// For whom.
    pub requester: Option<UserId>,
    /// Who opened it: a user's name or `system:…`.
    pub opened_by: String,
    /// When.
    pub opened_at: Time,
    /// How it came in.
    pub channel: Channel,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub state_since: Time,
    /// 1 (wide) to 3.
    pub impact: u8,
    /// What the impact did not fall below when it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impact_floor: Option<Box<priority::Floor>>,
    /// 1 (now) to 3.
    pub urgency: u8,
    /// 1 (first) to 5.
    pub priority: u8,
    /// Where the priority comes from.
    pub priority_source: PrioritySource,
    /// The version of the rules that the matrix was of; 0 is as shipped.
    #[serde(default, skip_serializing_if = "is_shipped")]
    pub priority_rules: u64,
    /// Free text to sort by.
    pub category: Option<String>,
    /// Items that it is about.
    pub items: Vec<TicketItem>,
    /// Which group works on it.
    pub assignment_group: Option<String>,
    /// Who works on it.
    pub assignee: Option<UserId>,
    /// When somebody took notice first.
    pub acknowledged_at: Option<Time>,
    /// When a person answered first.
    pub first_response_at: Option<Time>,
    /// When it was last resolved.
    pub resolved_at: Option<Time>,
    /// When it was closed.
    pub closed_at: Option<Time>,
    /// How often it was reopened.
    pub reopen_count: u32,
    /// How often the assignee or group changed after the first.
    pub reassignment_count: u32,
    /// Time on hold so far, in seconds.
    pub hold_seconds: i64,
    /// The same for each reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub held: BTreeMap<String, i64>,
    /// What drift it deals with.
    pub drift: Option<Box<DriftOrigin>>,
    /// What alerts it deals with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<Box<AlertOrigin>>,
    /// Ticket that this one follows: the same drift, closed before.
    pub follows: Option<TicketId>,
    /// Ticket that this one is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TicketId>,
    /// Whether it is resolved with the ticket that it is a part of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub auto_follow: bool,
    /// The known error, fixed or retired, by whose signature it was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recognised: Option<TicketId>,
    /// When it wakes who has it, once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow_up_at: Option<Time>,
    /// Whether it is a major incident, or was to be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub major: Option<Box<major::Major>>,
    /// How far people were called for it, because nobody took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalation: Option<Box<Escalated>>,
    /// Who wrote what is voted on: they have no vote on it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<UserId>,
    /// What it has to do with other tickets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<Link>,
    /// Where it comes from, when it was imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Box<Origin>>,
    /// Entries in the timeline.
    pub timeline: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes references")]
const fn is_shipped(version: &u64) -> bool {
    *version == 0
}

record!(Ticket, Ticket, |ticket| ticket.id.to_string());

/// How far a ticket was escalated (rule R5: a flag, never a state).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalated {
    /// How many times people were called.
    pub level: u32,
    /// When they were called first.
    pub since: Time,
    /// When they were called last.
    pub at: Time,
}

/// What an incident from drift deals with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftOrigin {
    /// The host.
    pub host: HostId,
    /// The policy.
    pub policy: String,
    /// Its findings, oldest first.
    pub findings: Vec<FindingId>,
    /// When the last one joined.
    pub joined_at: Time,
    /// How much it takes in.
    #[serde(default, skip_serializing_if = "Breadth::is_host")]
    pub breadth: Breadth,
    /// How many findings joined; more than are named above, when it is broad.
    #[serde(default)]
    pub joined: usize,
    /// The rule that said who deals with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub routed_by: Option<String>,
}

/// What an incident from alerts deals with. Its alerts name it; there may be thousands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertOrigin {
    /// The rule.
    pub rule: AlertRuleId,
    /// The group of alerts, as the store finds it.
    pub group: String,
    /// Whether it ends by itself when all of its alerts are closed.
    pub auto_resolve: bool,
    /// How many alerts joined it.
    pub joined: u64,
    /// When the last one did.
    pub joined_at: Time,
}

impl Ticket {
    /// Its kind.
    pub const fn kind(&self) -> Kind {
        self.details.kind()
    }

    /// The ids of the hosts and items that it is about, whoever named them: the ticket, the scope of its plan, or the access it asks for.
    pub fn concerns(&self) -> Vec<String> {
        let mut ids: Vec<String> = self.items.iter().map(|item| item.id.clone()).collect();
        ids.extend(self.drift.iter().map(|origin| origin.host.to_string()));
        match &self.details {
            Details::Change(change) => ids.extend(change.plan.scope.items.iter().cloned()),
            Details::Access(access) => {
                ids.extend(access.terms.hosts.iter().chain(&access.reach).map(ToString::to_string));
                ids.extend(access.terms.resource.map(|node| node.to_string()));
            }
            _ => {}
        }
        let mut met = std::collections::HashSet::new();
        ids.retain(|id| met.insert(id.clone()));
        ids
    }

    /// Those who have it: its assignee, who makes the change, who leads the major incident.
    pub fn workers(&self) -> impl Iterator<Item = UserId> {
        let implementer = self.details.change().and_then(|change| change.plan.implementer);
        let leads = self.major.as_ref().filter(|major| major.state == major::MajorState::Accepted);
        [self.assignee, implementer, leads.and_then(|major| major.commander)].into_iter().flatten()
    }

    /// Whether somebody asks for it: it is for them; where nobody is named, they opened it. Who opened it for somebody else, or asked for
    /// it before somebody else did, has no say.
    pub fn is_asked_by(&self, actor: &Actor) -> bool {
        match self.requester {
            Some(requester) => actor.user() == Some(requester),
            None => self.opened_by == actor.label(),
        }
    }

    /// The question over hosts that is the scope of a change.
    pub fn scope_asked(&self) -> Option<&str> {
        self.details.change()?.plan.scope.hosts.as_deref()
    }

    /// When something happens to it by itself: it moves, or it is reminded of a word that is due.
    pub fn due_at(&self) -> Option<Time> {
        [self.moves_at(), major::remind_at(self)].into_iter().flatten().min()
    }

    /// When it moves by itself, or is looked at.
    pub fn moves_at(&self) -> Option<Time> {
        match (&self.state, &self.details) {
            (State::OnHold { wake_at, .. }, _) => *wake_at,
            // What nobody stood down does not close by itself.
            (State::Resolved(resolution), Details::Incident)
                if major::state_of(self) != major::MajorState::Accepted =>
            {
                Some(resolution.at.plus_millis(transition::REOPEN_WINDOW_MS))
            }
            (State::Granted, Details::Access(access)) => access.terms.valid_to,
            (State::EarlyLife, Details::Release(release)) => release.early_life_until,
            (State::Closed(_), Details::Problem(problem)) => {
                problem.accepted_risk.as_ref().filter(|risk| !risk.is_over).map(|risk| risk.until)
            }
            (State::Implement, Details::Change(change)) if !change.is_overrun => change.plan.planned_end,
            (State::Review, Details::Change(change)) => change.next_look(),
            _ => None,
        }
    }

    /// The next entry of this ticket's timeline.
    pub fn note(&mut self, at: Time, actor: &str, entry: Entry) -> TimelineEntry {
        self.timeline += 1;
        TimelineEntry { ticket: self.id, seq: self.timeline, at, actor: actor.to_owned(), imported_from: None, entry }
    }

    /// Whether its priority stays against the matrix when impact or urgency change.
    pub const fn is_pinned(&self) -> bool {
        matches!(self.priority_source, PrioritySource::Override { pinned: true, .. })
    }

    /// Whether its priority is that of another desk, which this matrix would not give.
    pub fn is_priority_imported(&self) -> bool {
        let is_said = |source: &PrioritySource| matches!(source, PrioritySource::Override { reason, .. } if reason == crate::exchange::apply::EVENT);
        self.origin.is_some() && is_said(&self.priority_source)
    }

    /// Whether it is as it was imported: nothing happened to it here since.
    pub fn is_as_imported(&self) -> bool {
        self.origin.as_ref().is_some_and(|origin| origin.timeline == self.timeline)
    }
}

/// The last number given to a kind. Read and moved in the commit that makes the ticket, so numbers have no gaps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// Of what.
    pub name: String,
    /// The last number given.
    pub last: u64,
}

record!(Counter, Counter, |counter| counter.name.clone());
