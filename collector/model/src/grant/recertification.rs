//! Campaigns: rounds in which people look over who has access (section 11). Nobody looks over their own; who does not answer is
//! asked through somebody else; then access that gives power ends, and the rest stays and is told.

pub mod answer;

use muster_shared::Time;
use muster_shared::id::{CampaignId, GrantId, UserId};
use serde::{Deserialize, Serialize};

use super::Grant;
use crate::class::Violation;
use crate::query::{Fields, Query};
use crate::record::record;
use crate::text::{Phrase, Text};
pub use answer::{Refused, Said, answer, outcome};

/// Days that there are to answer, at least and at most.
pub const WINDOW_DAYS: std::ops::RangeInclusive<u16> = 14..=30;
/// Days that there are after that, for whom it was escalated to.
pub const GRACE_DAYS: i64 = 7;
/// Grants in one campaign, at most; the rest comes into the next.
pub const MOST: usize = 2_000;
const DAY_MS: i64 = 86_400_000;

/// A campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Which.
    pub id: CampaignId,
    /// What it is called.
    pub name: Text,
    /// Which grants.
    pub scope: Scope,
    /// Days that there are to answer.
    pub window_days: u16,
    /// Who made it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
    /// Where it stands.
    pub state: CampaignState,
    /// When it was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opened_at: Option<Time>,
    /// Until when answers are wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Time>,
    /// When what was not answered went to somebody else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escalated_at: Option<Time>,
    /// When all was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Time>,
    /// How its grants stand.
    #[serde(default)]
    pub counts: Counts,
}

record!(Campaign, Campaign, |campaign| campaign.id.to_string());

/// Which grants a campaign looks over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Scope {
    /// Only those that give power, or only those that do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privileged: Option<bool>,
    /// Of hosts that a query means; empty is all.
    pub hosts: String,
}

/// Where a campaign stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignState {
    /// It is made ready.
    Draft,
    /// Nobody answered yet.
    Open,
    /// Answers come in.
    InReview,
    /// What was decided is done.
    Enforcing,
    /// All is done.
    Closed,
}

impl CampaignState {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Draft, Self::Open, Self::InReview, Self::Enforcing, Self::Closed];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::InReview => "in_review",
            Self::Enforcing => "enforcing",
            Self::Closed => "closed",
        }
    }

    /// Whether answers are taken.
    pub const fn takes_answers(self) -> bool {
        matches!(self, Self::Open | Self::InReview)
    }
}

/// How the grants of a campaign stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counts {
    /// How many there are.
    pub all: usize,
    /// How many were answered.
    pub answered: usize,
    /// How many were dealt with.
    pub done: usize,
}

/// A grant in a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewItem {
    /// The campaign.
    pub campaign: CampaignId,
    /// The grant.
    pub grant: GrantId,
    /// Number of its ticket.
    pub number: String,
    /// The account.
    pub account: String,
    /// What it is allowed.
    pub right: String,
    /// Whether that gives power.
    pub is_privileged: bool,
    /// Who has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<UserId>,
    /// Who is to look over it: id and name.
    pub reviewers: Vec<(UserId, String)>,
    /// Whether it went to somebody else for want of an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_escalated: bool,
    /// Who gave it on to whom.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_on: Vec<HandedOn>,
    /// The answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Answer>,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}

record!(ReviewItem, ReviewItem, |item| item_key(item.campaign, item.grant));

/// The key of a grant in a campaign.
pub fn item_key(campaign: CampaignId, grant: GrantId) -> String {
    format!("{campaign}/{grant}")
}

/// Who gave a question on to whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOn {
    /// Who.
    pub by: String,
    /// To whom.
    pub to: String,
    /// Why.
    pub comment: String,
    /// When.
    pub at: Time,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What.
    pub verdict: Verdict,
    /// For `modify`: when it ends now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Time>,
    /// Why.
    pub comment: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Time,
}

/// What an answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It stays.
    Keep,
    /// It ends.
    Revoke,
    /// It ends sooner.
    Modify,
    /// Somebody else is to say.
    Delegate,
}

impl Verdict {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Keep, Self::Revoke, Self::Modify, Self::Delegate];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Revoke => "revoke",
            Self::Modify => "modify",
            Self::Delegate => "delegate",
        }
    }
}

/// What came of a grant in a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It stays, somebody said so.
    Kept,
    /// It ended, somebody said so.
    Revoked,
    /// It ends sooner.
    Modified,
    /// Nobody answered, it gives power: it ended.
    RevokedUnanswered,
    /// Nobody answered: it stays, and is told.
    KeptUnanswered,
    /// It had ended by itself.
    Over,
}

impl Outcome {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Kept, Self::Revoked, Self::Modified, Self::RevokedUnanswered, Self::KeptUnanswered, Self::Over];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Revoked => "revoked",
            Self::Modified => "modified",
            Self::RevokedUnanswered => "revoked_unanswered",
            Self::KeptUnanswered => "kept_unanswered",
            Self::Over => "over",
        }
    }
}

impl Campaign {
    /// What forbids to save it; `hosts` is what can be asked of hosts.
    pub fn check(&self, hosts: &Fields<'_>) -> Vec<Violation> {
        let mut wrong = Vec::new();
        let mut say = |pointer: &str, why| wrong.push(Violation { pointer: pointer.into(), why });
        if !(1..=100).contains(&self.name.to_string().trim().chars().count()) {
            say("/name", Phrase::new("characters").with("min", 1).with("max", 100));
        }
        if !WINDOW_DAYS.contains(&self.window_days) {
            let (min, max) = (WINDOW_DAYS.start().to_string(), WINDOW_DAYS.end().to_string());
            say("/window_days", Phrase::new("number_from_to").with("min", min).with("max", max));
        }
        if let Err(error) = Query::parse(&self.scope.hosts, hosts) {
            say("/scope/hosts", error.phrase());
        }
        wrong
    }

    /// Whether it looks over a grant, hosts aside.
    pub fn means(&self, grant: &Grant) -> bool {
        let is_of = self.scope.privileged.is_none_or(|wanted| wanted == grant.is_privileged());
        is_of && grant.ended_at().is_none() && grant.in_review.is_none() && !grant.is_emergency
    }

    /// Opened: answers are wanted from now on.
    pub fn open(&mut self, items: usize, now: Time) {
        self.state = CampaignState::Open;
        self.opened_at = Some(now);
        self.due_at = Some(now.plus_millis(i64::from(self.window_days) * DAY_MS));
        self.counts = Counts { all: items, ..Counts::default() };
        if items == 0 {
            self.state = CampaignState::Enforcing;
        }
    }

    /// Whether what was not answered is to go to somebody else now.
    pub fn escalates(&self, now: Time) -> bool {
        self.state.takes_answers() && self.escalated_at.is_none() && self.due_at.is_some_and(|due| due <= now)
    }

    /// Whether no more answers are waited for.
    pub fn is_over(&self, now: Time) -> bool {
        let grace = self.due_at.map(|due| due.plus_millis(GRACE_DAYS * DAY_MS));
        let late = self.escalated_at.is_some() && grace.is_some_and(|end| end <= now);
        self.state.takes_answers() && (late || self.counts.answered >= self.counts.all)
    }

    /// Takes a grant out that ended while it was asked of: nobody has to answer any more. Says whether it does.
    pub fn take_out(&mut self, item: &mut ReviewItem, now: Time) -> bool {
        // What was answered or is being done ends in its turn.
        let is_asked = self.state.takes_answers() && item.answer.is_none() && item.outcome.is_none();
        if is_asked {
            item.outcome = Some(Outcome::Over);
            self.counts.all = self.counts.all.saturating_sub(1);
            if self.is_over(now) {
                self.state = CampaignState::Enforcing;
            }
        }
        is_asked
    }

    /// When something happens to it by itself.
    pub fn next_at(&self) -> Option<Time> {
        match self.state {
            CampaignState::Draft | CampaignState::Closed => None,
            CampaignState::Enforcing => self.opened_at,
            CampaignState::Open | CampaignState::InReview if self.escalated_at.is_some() => {
                self.due_at.map(|due| due.plus_millis(GRACE_DAYS * DAY_MS))
            }
            CampaignState::Open | CampaignState::InReview => self.due_at,
        }
    }
}
