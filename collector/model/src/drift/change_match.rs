//! Change match: whether a change explains a difference, by a score whose reasons are kept with the finding.
//!
//! A difference and a change are compared where and when both can be of one making; what the plan says of it makes the score.
//! What stands for security is explained only by a plan that names it.

use muster_shared::canonical::Digest;
use muster_shared::id::{NodeId, TicketId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::finding::Finding;
use crate::package;
use crate::policy::Class;
use crate::query::{Fields, Query};
use crate::ticket::change::plan::{Expectation, Fact, Plan};
use crate::ticket::change::verification::fits_value;
use crate::ticket::state::CloseCode;
use crate::ticket::{StateName, Ticket};

/// From this score on a change explains a difference.
pub const ATTACH: i32 = 70;
/// From this score on it may explain it: somebody has to say so.
pub const TENTATIVE: i32 = 40;
/// How long before the start of a change a difference may have come about that is its own.
pub const EARLY_MS: i64 = 10 * 60_000;
/// How long after its end a difference may be seen that is its own, unless agents look less often.
pub const LATE_MS: i64 = 30 * 60_000;
/// How long after the end of a change somebody may say that it explains a difference.
pub const CONFIRM_MS: i64 = 24 * 3_600_000;
/// Counts up when changes say something else of findings than before: what stands is compared anew.
const RULES: u32 = 2;
/// Changes that a finding names, the most likely first.
const MOST_NAMED: usize = 5;

macro_rules! reasons {
    ($($variant:ident = $name:literal, $points:literal, $doc:literal;)+) => {
        /// Why a change explains a difference, or does not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Reason {
            $(#[doc = $doc] $variant,)+
        }

        impl Reason {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON and in the console.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it adds to the score.
            pub const fn points(self) -> i32 {
                match self { $(Self::$variant => $points,)+ }
            }

            /// What it says, in words.
            pub const fn says(self) -> &'static str {
                match self { $(Self::$variant => $doc,)+ }
            }
        }
    };
}

reasons! {
    SameItem = "same_item", 40, "the plan names the item";
    SameHost = "same_host", 30, "the plan names the host";
    InGroup = "in_group", 20, "the host is one of those that the plan's question means";
    InScope = "in_scope", 30, "the plan names what changed";
    NothingNamed = "nothing_named", 10, "the plan names no facts: anything may change but what stands for security";
    Recurs = "recurs", 20, "the plan names what changed, and this was one of the times of a standard change that recurs";
    AsExpected = "as_expected", 30, "it is now what the plan expects";
    Contradicts = "contradicts", -40, "it is now something else than what the plan expects";
    NotNamed = "not_named", 0, "what stands for security has to be named: as it is not, the score stays below 40";
}

/// How well a change explains a difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// The change.
    pub change: TicketId,
    /// Its number.
    pub number: String,
    /// How well.
    pub score: i32,
    /// Why.
    pub reasons: Vec<Reason>,
    /// Which of its times it was, of a change that recurs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<Recurrence>,
}

/// One of the times of a change that recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Recurrence {
    /// From when.
    pub starts_at: Time,
    /// Until when.
    pub ends_at: Time,
}

impl Match {
    /// Whether the plan expects something else than what is there.
    pub fn contradicts(&self) -> bool {
        self.reasons.contains(&Reason::Contradicts)
    }
}

/// A change that may explain differences: it is approved, being made, or in review.
#[derive(Debug)]
pub struct Candidate {
    /// Which change.
    pub ticket: TicketId,
    /// Its number.
    pub number: String,
    /// What is planned.
    pub plan: Plan,
    /// Which hosts it means by a question.
    pub hosts: Option<Query>,
    /// Items that it names.
    items: Vec<NodeId>,
    /// From when until when; without an end it is still being made.
    window: (Time, Option<Time>),
}

/// When a difference can have come of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// It was at another time.
    Never,
    /// At the one time of a change that is made once.
    Once,
    /// At one of the times of a change that recurs.
    Within(Recurrence),
}

/// Whether a change in this state explains anything.
pub const fn explains(state: StateName) -> bool {
    matches!(state, StateName::Scheduled | StateName::Implement | StateName::Review)
}

/// What all that a change explains hangs on: as long as it is the same, nothing has to be compared anew.
pub fn basis(ticket: &Ticket) -> Option<Digest> {
    let change = ticket.details.change()?;
    let code = ticket.state.resolution().map(|resolution| resolution.close_code);
    let all = (RULES, ticket.state.name(), &change.plan, change.started_at, change.finished_at, code);
    Some(Digest::of(&serde_json::to_vec(&all).unwrap_or_default()))
}

impl Candidate {
    /// Of a change that may explain differences; `None` of any other ticket. `hosts` is what can be asked of hosts.
    pub fn of(ticket: &Ticket, hosts: &Fields<'_>) -> Option<Self> {
        let change = ticket.details.change().filter(|_| explains(ticket.state.name()))?;
        let (start, end) = change.window()?;
        let is_going_on = ticket.state.name() == StateName::Implement;
        let window = (start, (!is_going_on).then_some(end));
        Some(Self::planned((ticket.id, ticket.number.clone()), &change.plan, window, hosts))
    }

    /// Of a plan that was carried out, whatever its state is: to tell what was none of its business.
    pub fn made(ticket: TicketId, plan: &Plan, (start, end): (Time, Time), hosts: &Fields<'_>) -> Self {
        Self::planned((ticket, String::new()), plan, (start, Some(end)), hosts)
    }

    fn planned(
        (ticket, number): (TicketId, String),
        plan: &Plan,
        window: (Time, Option<Time>),
        hosts: &Fields<'_>,
    ) -> Self {
        let parse = |text: &String| Query::parse(text, hosts).ok();
        Self {
            ticket,
            number,
            hosts: plan.scope.hosts.as_ref().and_then(parse),
            items: plan.scope.items.iter().filter_map(|id| id.parse().ok()).collect(),
            plan: plan.clone(),
            window,
        }
    }

    /// Whether a difference can have come of it by the time: it happened before it was seen, and after the look before that.
    pub fn was_then(&self, finding: &Finding, late_ms: i64) -> bool {
        self.then(finding, late_ms) != Then::Never
    }

    /// In which of its times a difference can have come of it.
    fn then(&self, finding: &Finding, late_ms: i64) -> Then {
        let seen_at = finding.last_seen;
        let from = finding.moved_after.or(finding.not_before).unwrap_or(seen_at);
        let touches = |starts: Time, ends: Option<Time>| {
            seen_at >= starts.plus_millis(-EARLY_MS)
                && ends.is_none_or(|ends| from <= ends.plus_millis(late_ms.max(LATE_MS)))
        };
        if !touches(self.window.0, self.window.1) {
            return Then::Never;
        }
        let Some(schedule) = self.plan.times() else { return Then::Once };
        let (from, to) = (from.plus_millis(-late_ms.max(LATE_MS)), seen_at.plus_millis(EARLY_MS));
        // Where nobody looked for several of its times it was the last one, which ends last.
        schedule
            .last_touching(from, to)
            .map_or(Then::Never, |(starts_at, ends_at)| Then::Within(Recurrence { starts_at, ends_at }))
    }

    /// How well it explains a difference; `None` when it is about something else, or was at another time. `is_in_group` says
    /// whether the host is one of those that its question means.
    pub fn explain(&self, finding: &Finding, is_in_group: bool, late_ms: i64) -> Option<Match> {
        let difference = Difference::of(finding);
        let host = NodeId::Host(finding.host);
        let place = if self.items.contains(&NodeId::Item(finding.item)) {
            Reason::SameItem
        } else if self.items.contains(&host) {
            Reason::SameHost
        } else if is_in_group {
            Reason::InGroup
        } else {
            return None;
        };
        let time = match self.then(finding, late_ms) {
            Then::Never => return None,
            Then::Once => None,
            Then::Within(time) => Some(time),
        };
        let mut reasons = vec![place];
        let facts = &self.plan.scope.facts;
        let covered: Vec<&Fact> = facts.iter().filter(|fact| difference.is_covered(fact)).collect();
        let answers: Vec<bool> =
            self.plan.expect.iter().filter_map(|expectation| difference.answer(expectation)).collect();
        if !covered.is_empty() {
            reasons.push(Reason::InScope);
            if self.plan.times().is_some() {
                reasons.push(Reason::Recurs);
            }
        } else if facts.is_empty() {
            reasons.push(Reason::NothingNamed);
        }
        if answers.contains(&false) {
            reasons.push(Reason::Contradicts);
        } else if !answers.is_empty() {
            reasons.push(Reason::AsExpected);
        }
        let is_named = place == Reason::SameItem || !answers.is_empty() || covered.iter().any(|fact| fact.is_named());
        let mut score = reasons.iter().map(|reason| reason.points()).sum();
        if finding.class == Class::Security && !is_named {
            reasons.push(Reason::NotNamed);
            score = std::cmp::min(score, TENTATIVE - 1);
        }
        Some(Match { change: self.ticket, number: self.number.clone(), score, reasons, time })
    }
}

/// What differs, as a plan speaks of it.
struct Difference<'a> {
    section: SectionName,
    names: Vec<&'a str>,
    manager: &'a str,
    attribute: Option<&'a str>,
    actual: &'a Value,
}

impl<'a> Difference<'a> {
    fn of(finding: &'a Finding) -> Self {
        let key = finding.item_key.as_str();
        let mut names = vec![key];
        let (manager, name) = if finding.section == SectionName::Package { package::of_key(key) } else { ("", key) };
        names.extend((name != key).then_some(name));
        let told = |value: &'a Value| value.get("name").and_then(Value::as_str);
        names.extend(told(&finding.actual).or_else(|| told(&finding.expected)).filter(|told| *told != name));
        Self {
            section: finding.section,
            names,
            manager,
            attribute: finding.attribute.as_deref(),
            actual: &finding.actual,
        }
    }

    fn is_covered(&self, fact: &Fact) -> bool {
        fact.covers(self.section, &self.names, self.attribute)
    }

    /// Whether it is as expected; `None` when the expectation is about something else.
    fn answer(&self, expectation: &Expectation) -> Option<bool> {
        if expectation.section != self.section || !self.names.contains(&expectation.key.as_str()) {
            return None;
        }
        let is_there = !self.actual.is_null();
        match (&expectation.attribute, self.attribute) {
            (None, None) => Some(is_there != expectation.value.is_null()),
            (None, Some(_)) => None,
            (Some(_), None) if !is_there => Some(false),
            (Some(name), None) => {
                let value = self.actual.get(name).unwrap_or(&Value::Null);
                Some(fits_value(&expectation.value, value, self.manager))
            }
            (Some(name), Some(attribute)) => {
                (name == attribute).then(|| fits_value(&expectation.value, self.actual, self.manager))
            }
        }
    }
}

/// What changes make of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// This one explains it.
    Attached(Match),
    /// One of these may explain it.
    Tentative(Vec<Match>),
    /// None explains it.
    Unauthorised,
}

/// The verdict of all changes that have to do with a difference. One that contradicts is never explained by another one; what two
/// explain as well is left to people.
pub fn decide(matches: &[Match]) -> Verdict {
    let best = matches.iter().map(|found| found.score).max().unwrap_or_default();
    if best < TENTATIVE || matches.iter().any(Match::contradicts) {
        return Verdict::Unauthorised;
    }
    let least = if best >= ATTACH { best } else { TENTATIVE };
    let likely: Vec<Match> = matches.iter().filter(|found| found.score >= least).cloned().collect();
    match likely.as_slice() {
        [one] if best >= ATTACH => Verdict::Attached(one.clone()),
        _ => Verdict::Tentative(likely),
    }
}

/// The matches that a finding keeps: the most likely first, and those that contradict before all.
pub fn kept(mut matches: Vec<Match>) -> Vec<Match> {
    matches.sort_by_key(|found| (!found.contradicts(), -found.score, found.number.clone()));
    matches.truncate(MOST_NAMED);
    matches
}

/// What becomes of what a change explains, now that it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is not over: what it explains stays so.
    Stays,
    /// It was made: what it explains is authorised.
    Accepted,
    /// It was taken back, or never made: nobody explains it.
    Unexplained,
}

/// What becomes of what a ticket explains.
pub fn outcome(ticket: &Ticket) -> Outcome {
    match (ticket.state.name(), ticket.state.resolution().map(|resolution| resolution.close_code)) {
        (state, _) if explains(state) => Outcome::Stays,
        (StateName::Closed, Some(CloseCode::Successful | CloseCode::SuccessfulWithIssues | CloseCode::Partial)) => {
            Outcome::Accepted
        }
        _ => Outcome::Unexplained,
    }
}

#[cfg(test)]
mod tests;
