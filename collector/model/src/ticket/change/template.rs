//! Templates of standard changes: a plan that was approved once and may be made again without votes, until somebody has to look at it anew
//! (service-desk rules, section 6).
//!
//! A template is no change: it is proposed, approved by somebody else, kept in editions, suspended, withdrawn, and ends on the day of its
//! review. Another plan is another edition, which waits for approval again.

mod state;

use muster_shared::Time;
use muster_shared::id::{TemplateId, TicketId, UserId};
use serde::{Deserialize, Serialize};

pub use self::state::{TemplateEvent, TemplateState};
use super::plan::{ChangeType, Plan};
use crate::class::Violation;
use crate::policy::own;
use crate::record::record;
use crate::text::{Phrase, Text, Word};
use crate::ticket::details::minute;
use crate::ticket::transition::is_blank;

/// For how long an approval counts at most, and when nobody says a day: a year.
pub const LONGEST_MS: i64 = 366 * 86_400_000;
/// Changes that follow a template of which it is looked how they went.
pub const LAST: usize = 10;
/// So many of them that were not successful suspend it.
pub const MOST_FAILED: usize = 2;
/// Longest description and comment.
const LONGEST: usize = 2_000;
/// Steps of its history that a template keeps.
const MOST_STEPS: usize = 200;

/// What a standard change follows. Before templates were records of their own, changes followed another change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Followed {
    /// A template.
    Template(TemplateId),
    /// A change, of a standard change of before: none may begin so any more.
    Change(TicketId),
}

impl std::fmt::Display for Followed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Template(id) => id.fmt(f),
            Self::Change(id) => id.fmt(f),
        }
    }
}

/// What people say of a template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// What it is called.
    pub name: String,
    /// When it is right.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// What is made: a plan without times and people.
    pub plan: Plan,
    /// When somebody has to look at it again; a year after its approval without a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_at: Option<Time>,
}

/// One thing that was done with a template: the votes are among them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What.
    pub event: TemplateEvent,
    /// To which edition.
    pub edition: u64,
    /// Who, as the audit trail says.
    pub by: String,
    /// Whose account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// When.
    pub at: Time,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<Text>,
}

/// A template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Template {
    /// Which.
    pub id: TemplateId,
    /// What people say of it.
    #[serde(flatten)]
    pub draft: Draft,
    /// Which edition that is, from 1 on: changes name the one that they follow.
    pub edition: u64,
    /// Where it stands.
    pub state: TemplateState,
    /// The change that it was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<TicketId>,
    /// When this edition was approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_at: Option<Time>,
    /// What was done with it, oldest first.
    pub steps: Vec<Step>,
}

record!(Template, Template, |template| template.id.to_string());

/// One edition of a template, as it was voted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateEdition {
    /// Of which.
    pub template: TemplateId,
    /// Which one.
    pub edition: u64,
    /// What it said.
    #[serde(flatten)]
    pub draft: Draft,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Time,
}

record!(TemplateEdition, TemplateEdition, |one| edition_key(one.template, one.edition));

/// The key of an edition: those of one template stand together, in order.
pub fn edition_key(template: TemplateId, edition: u64) -> String {
    format!("{template}/{edition:08}")
}

/// Who does something, and when.
#[derive(Clone, Debug)]
pub struct Doer {
    /// As the audit trail says.
    pub by: String,
    /// Whose account.
    pub user: Option<UserId>,
    /// When.
    pub at: Time,
}

impl Draft {
    /// A draft without what only one change has: times, people, whether it is written down afterwards.
    #[must_use]
    pub fn timeless(mut self) -> Self {
        let plan = &mut self.plan;
        (plan.planned_start, plan.planned_end, plan.implementer) = (None, None, None);
        (plan.template, plan.template_edition) = (None, None);
        plan.is_retroactive = false;
        self
    }

    /// What forbids to save it. A day that was there `before` and has passed since is not told again.
    pub fn check(&self, before: Option<&Self>, now: Time) -> Vec<Violation> {
        let mut wrong: Vec<Violation> =
            own::line(&self.name).map(|why| Violation::new("/name", why)).into_iter().collect();
        if self.description.chars().count() > LONGEST {
            wrong.push(Violation::new("/description", Phrase::new("at_most_characters").with("max", LONGEST)));
        }
        let plan = &self.plan;
        if plan.r#type != ChangeType::Normal {
            wrong.push(Violation::new("/plan/type", Phrase::new("template_type")));
        }
        for (name, is_set) in [
            ("planned_start", plan.planned_start.is_some()),
            ("planned_end", plan.planned_end.is_some()),
            ("implementer", plan.implementer.is_some()),
            ("template", plan.template.is_some() || plan.template_edition.is_some()),
            ("is_retroactive", plan.is_retroactive),
        ] {
            if is_set {
                wrong.push(Violation::new(format!("/plan/{name}"), Phrase::new("template_timeless")));
            }
        }
        let missing = plan.missing().into_iter().filter(|name| !matches!(*name, "planned_start" | "planned_end"));
        wrong.extend(missing.map(|name| Violation::new(format!("/plan/{name}"), Phrase::new("template_needed"))));
        wrong.extend(plan.slips(before.map(|before| &before.plan), now, "/plan"));
        let is_new = before.is_none_or(|before| before.review_at != self.review_at);
        if let Some(day) = self.review_at.filter(|_| is_new)
            && (day <= now || day.since(now) > LONGEST_MS)
        {
            wrong.push(Violation::new("/review_at", Phrase::new("template_review")));
        }
        wrong
    }

    /// Whether votes on another draft count for this one: its name and what is said of it are no matter of approval.
    fn is_as_approved(&self, other: &Self) -> bool {
        self.plan.digest() == other.plan.digest() && self.review_at == other.review_at
    }
}

impl Template {
    /// A template that is proposed: its first edition.
    pub fn proposed(id: TemplateId, draft: Draft, from: Option<TicketId>, doer: &Doer) -> Self {
        let mut template =
            Self { id, draft, edition: 1, state: TemplateState::Proposed, from, approved_at: None, steps: Vec::new() };
        template.note(TemplateEvent::Propose, doer, None);
        template
    }

    fn note(&mut self, event: TemplateEvent, doer: &Doer, comment: Option<Text>) {
        let Doer { by, user, at } = doer.clone();
        self.steps.push(Step { event, edition: self.edition, by, user, at, comment });
        let much = self.steps.len().saturating_sub(MOST_STEPS);
        self.steps.drain(..much);
    }

    /// This edition, as it is kept.
    pub fn this_edition(&self, doer: &Doer) -> TemplateEdition {
        let (by, at) = (doer.by.clone(), doer.at);
        TemplateEdition { template: self.id, edition: self.edition, draft: self.draft.clone(), by, at }
    }

    /// Until when changes may follow it, when it is approved.
    pub fn valid_until(&self) -> Option<Time> {
        let approved = self.approved_at?;
        Some(self.draft.review_at.unwrap_or(approved.plus_millis(LONGEST_MS)))
    }

    /// Whether the day of its review has come.
    pub fn is_expired(&self, now: Time) -> bool {
        self.state == TemplateState::Approved && self.valid_until().is_none_or(|until| until <= now)
    }

    /// Where it stands, in one word: what is approved and over is `expired`.
    pub fn standing(&self, now: Time) -> &'static str {
        if self.is_expired(now) { "expired" } else { self.state.as_str() }
    }

    /// The template with another draft. Another plan or another day of review is another edition, and waits for approval (rule A7).
    pub fn edited(&self, draft: Draft, doer: &Doer) -> Result<Self, Phrase> {
        if self.state == TemplateState::Withdrawn {
            return Err(self.cannot(TemplateEvent::Edit));
        }
        let is_other = !self.draft.is_as_approved(&draft);
        let mut next = Self { draft, ..self.clone() };
        if is_other {
            (next.edition, next.state, next.approved_at) = (self.edition + 1, TemplateState::Proposed, None);
        }
        next.note(TemplateEvent::Edit, doer, None);
        Ok(next)
    }

    fn cannot(&self, event: TemplateEvent) -> Phrase {
        Phrase::new("template_event").term("event", "template-event", event.as_str()).term(
            "state",
            "template-state",
            self.state.as_str(),
        )
    }

    /// The template after something was done with it. A vote names the `edition` that it is for.
    pub fn after(
        &self,
        event: TemplateEvent,
        edition: Option<u64>,
        comment: Option<Text>,
        doer: &Doer,
    ) -> Result<Self, Phrase> {
        use TemplateState::{Approved, Proposed, Rejected, Suspended, Withdrawn};
        let is_over = self.is_expired(doer.at);
        let next = match (event, self.state) {
            (TemplateEvent::Approve, Proposed) => Approved,
            (TemplateEvent::Reject, Proposed) => Rejected,
            (TemplateEvent::Suspend, Approved) => Suspended,
            (TemplateEvent::Propose, Suspended | Rejected) => Proposed,
            (TemplateEvent::Propose, Approved) if is_over => Proposed,
            (TemplateEvent::Withdraw, state) if state != Withdrawn => Withdrawn,
            _ => return Err(self.cannot(event)),
        };
        if matches!(event, TemplateEvent::Approve | TemplateEvent::Reject) {
            if edition.is_some_and(|edition| edition != self.edition) {
                return Err(Phrase::new("template_edition_moved").with("edition", self.edition.to_string()));
            }
            if doer.user.is_none() || self.authors().any(|author| Some(author) == doer.user) {
                return Err(Phrase::new("template_own"));
            }
        }
        if event == TemplateEvent::Approve && self.draft.review_at.is_some_and(|day| day <= doer.at) {
            return Err(Phrase::new("template_review"));
        }
        let needs_word = !matches!(event, TemplateEvent::Approve);
        if needs_word && is_blank(comment.as_ref().map(ToString::to_string).as_ref()) {
            return Err(Phrase::new("template_comment").term("event", "template-event", event.as_str()));
        }
        let mut after = Self { state: next, ..self.clone() };
        if event == TemplateEvent::Approve {
            after.approved_at = Some(doer.at);
        }
        after.note(event, doer, comment);
        Ok(after)
    }

    /// Who wrote or proposed what is voted on: all since it was approved last (rule A5).
    fn authors(&self) -> impl Iterator<Item = UserId> {
        let votes = |step: &&Step| step.event != TemplateEvent::Approve;
        let since = self.steps.iter().rev().take_while(votes);
        since
            .filter(|step| matches!(step.event, TemplateEvent::Propose | TemplateEvent::Edit))
            .filter_map(|step| step.user)
    }

    /// The template after a change that follows it ended: suspended when too many of the last ones were not successful.
    pub fn after_change(&self, failed: usize, last: usize, doer: &Doer) -> Option<Self> {
        if self.state != TemplateState::Approved || failed < MOST_FAILED {
            return None;
        }
        let why = Phrase::new("template_failed").with("failed", failed).with("last", last);
        self.after(TemplateEvent::Suspend, None, Some(why.into()), doer).ok()
    }

    /// What keeps a change from following an edition of it now.
    pub fn refuses(&self, plan: &Plan, now: Time) -> Option<Phrase> {
        let named = |key: &'static str| Phrase::new(key).with("number", self.draft.name.as_str());
        if self.state != TemplateState::Approved {
            let state = self.state.as_str();
            return Some(named("guard_template").term("state", "template-state", state));
        }
        if self.is_expired(now) {
            return Some(named("guard_template_old").with("day", self.valid_until().map(minute).unwrap_or_default()));
        }
        if plan.template_edition != Some(self.edition) {
            return Some(named("guard_template_edition").with("edition", self.edition.to_string()));
        }
        let deviations = plan.deviations(&self.draft.plan);
        (!deviations.is_empty())
            .then(|| named("guard_template_differs").with("fields", Word::terms("field", deviations)))
    }
}

#[cfg(test)]
mod tests;
