//! Service levels (rules S1 to S9): what is promised for which tickets, as data in versions, and the clocks that follow from it.
//!
//! A clock is a function of the ticket's timeline, the versions of policies and calendars, and now ([`clock::clocks`]). What is
//! stored of it is a copy that lists and the worker read; it is made anew from the timeline whenever something happens.

pub mod attainment;
pub mod clock;
pub mod explain;
pub mod moment;
pub mod rules;
pub mod shipped;
mod track;

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::TicketId;
use serde::{Deserialize, Serialize};

use crate::calendar::{check_words, version_key};
use crate::class::Violation;
use crate::query::{Query, fields};
use crate::record::record;
use crate::text::{Phrase, Word};
use crate::ticket::StateName;
use clock::Clock;

/// The longest time that can be promised: a year.
pub const MAX_MINUTES: u32 = 525_600;
/// Most conditions of one list.
const MOST_CONDITIONS: usize = 20;

macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name in JSON and in the console.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The one of a name.
            pub fn of(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == name)
            }
        }
    };
}
pub(crate) use names;

names! {
    /// What is promised.
    Target {
        /// That a person answers.
        FirstResponse = "first_response",
        /// That somebody takes notice.
        Acknowledge = "acknowledge",
        /// That it is resolved.
        Resolve = "resolve",
        /// That the requester hears something every so often.
        UpdateEvery = "update_every",
        /// That the group that has it resolves it: between groups of one house.
        OlaGroupResolve = "ola_group_resolve",
        /// That a request is fulfilled.
        Fulfil = "fulfil",
        /// That a change is reviewed.
        ChangeReview = "change_review",
    }
}

names! {
    /// When the time of a clock begins.
    Anchor {
        /// When the ticket was opened.
        Opened = "opened",
        /// When the policy began to fit.
        Attached = "attached",
        /// When the group got it.
        GroupAssigned = "group_assigned",
    }
}

impl Target {
    /// Whether it is promised between groups of one house (an OLA), and not to who uses the service (an SLA).
    pub const fn is_internal(self) -> bool {
        matches!(self, Self::OlaGroupResolve)
    }
}

/// The states of all kinds of tickets: what conditions can name.
pub fn states() -> impl Iterator<Item = &'static str> {
    StateName::ALL.iter().map(|state| state.as_str())
}

/// What must be so for a clock to start, stop or pause: a state, a state for a reason, or something that has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The ticket is in a state; of one that it holds for reasons, for this one.
    State(String, Option<String>),
    /// A person has answered.
    Responded,
    /// Somebody has taken notice.
    Acknowledged,
}

impl Condition {
    /// The condition of a text: `resolved`, `on_hold:vendor`, `responded`, `acknowledged`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "responded" => Some(Self::Responded),
            "acknowledged" => Some(Self::Acknowledged),
            _ => {
                let (state, reason) =
                    text.split_once(':').map_or((text, None), |(state, reason)| (state, Some(reason)));
                let is_word =
                    |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
                let fits = states().any(|known| known == state) && reason.is_none_or(is_word);
                fits.then(|| Self::State(state.to_owned(), reason.map(str::to_owned)))
            }
        }
    }
}

/// What the clock does by itself when so much of the time is used up: hands the ticket over, or makes it more urgent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// Percent of the time; one of `warn_at`, or 100.
    pub at: u8,
    /// Who has it from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment_group: Option<String>,
    /// How urgent it is from then on, if it was less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<u8>,
}

/// What a policy says: what people write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// What it is called.
    pub label: String,
    /// What is promised.
    pub target: Target,
    /// For which tickets, in the query language.
    pub filter: String,
    /// In which time, in minutes of the calendar.
    pub minutes: u32,
    /// The calendar.
    pub calendar: String,
    /// The clock runs from the first time that one of these is so; at once when there are none.
    pub start_when: Vec<String>,
    /// It stops when one of these is so.
    pub stop_when: Vec<String>,
    /// It pauses while one of these is so.
    pub pause_when: Vec<String>,
    /// When its time begins.
    pub anchor: Anchor,
    /// Percent of the time at which is warned.
    pub warn_at: Vec<u8>,
    /// What the clock does by itself.
    pub actions: Vec<Action>,
    /// For how many minutes it pauses for a reason at most, on the wall; then it runs on (rule S9).
    pub max_pause_minutes: BTreeMap<String, u32>,
    /// Of several that fit, the one with the lowest number counts.
    pub order: u32,
    /// Whether it counts at all.
    pub is_enabled: bool,
}

/// A version of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its name for machines; never changes.
    pub name: String,
    /// Counts up with every change, from 1.
    pub number: u32,
    /// What it says.
    #[serde(flatten)]
    pub terms: Terms,
    /// When this version began to hold.
    pub changed_at: Time,
    /// Who set it.
    pub changed_by: String,
    /// Why.
    #[serde(default)]
    pub reason: String,
}

record!(Policy, LevelPolicy, |policy| policy.name.clone());

impl Policy {
    /// The host or item that it is an agreement of: its filter asks for tickets about that one.
    pub fn agreed_for(&self) -> Option<String> {
        let query = Query::parse(&self.terms.filter, &fields::TICKET).ok()?;
        query.requires("item").map(str::to_owned)
    }
}

/// A policy as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicyVersion(pub Policy);

record!(PolicyVersion, LevelPolicyVersion, |version| version_key(&version.0.name, version.0.number));

/// By which rules the clocks of a ticket are reckoned, if an administrator reckoned them anew, and what they said before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Book {
    /// The ticket.
    pub ticket: TicketId,
    /// The rules of this moment count for all that was before it.
    pub rules_at: Time,
    /// What was said before, oldest first.
    pub former: Vec<Former>,
}

record!(Book, LevelBook, |book| book.ticket.to_string());

/// Clocks as they were before they were reckoned anew (rule S6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Former {
    /// When they were reckoned anew.
    pub at: Time,
    /// By whom.
    pub by: String,
    /// Why.
    pub reason: String,
    /// What they said.
    pub clocks: Vec<Clock>,
}

/// The usual conditions of a target: start, stop, pause.
pub fn usual(target: Target) -> [Vec<String>; 3] {
    let (start, stop, pause): (&[&str], &[&str], &[&str]) = match target {
        Target::FirstResponse => (&[], &["responded", "resolved", "closed"], &[]),
        Target::Acknowledge => (&[], &["acknowledged", "resolved", "closed"], &[]),
        Target::Resolve | Target::OlaGroupResolve => {
            (&[], &["resolved", "closed"], &["on_hold:caller", "on_hold:vendor", "on_hold:scheduled"])
        }
        Target::UpdateEvery => (&[], &["resolved", "closed"], &["on_hold:scheduled"]),
        Target::Fulfil => (&["submitted"], &["fulfilled", "closed"], &["on_hold"]),
        Target::ChangeReview => (&["review"], &["closed"], &[]),
    };
    [start, stop, pause].map(|list| list.iter().map(|text| (*text).to_owned()).collect())
}

/// The usual anchor of a target.
pub const fn usual_anchor(target: Target) -> Anchor {
    match target {
        Target::OlaGroupResolve => Anchor::GroupAssigned,
        Target::FirstResponse
        | Target::Acknowledge
        | Target::Resolve
        | Target::UpdateEvery
        | Target::Fulfil
        | Target::ChangeReview => Anchor::Opened,
    }
}

/// Fields that a filter may not ask for: where a ticket stands is a matter of starting, stopping and pausing.
const NOT_ASKED: &[&str] = &["state", "active"];

fn check_filter(filter: &str) -> Option<Phrase> {
    match Query::parse(filter, &fields::TICKET) {
        Err(error) => Some(error.phrase()),
        Ok(query) => {
            let field = NOT_ASKED.iter().find(|field| query.mentions(field));
            let field = field.copied().or_else(|| (!query.moment.is_now()).then_some("as_of"))?;
            Some(Phrase::new("level_filter").term("field", "field", field))
        }
    }
}

fn check_actions(terms: &Terms, wrong: &mut Vec<Violation>) {
    for (n, action) in terms.actions.iter().enumerate() {
        let pointer = format!("/actions/{n}");
        if action.at != 100 && !terms.warn_at.contains(&action.at) {
            wrong.push(Violation { pointer: format!("{pointer}/at"), why: Phrase::new("level_action_at") });
        }
        if action.assignment_group.is_none() && action.urgency.is_none() {
            wrong.push(Violation { pointer: pointer.clone(), why: Phrase::new("level_action_nothing") });
        }
        if let Some(group) = &action.assignment_group {
            wrong.extend(check_words(&format!("{pointer}/assignment_group"), group, 1));
        }
        if action.urgency.is_some_and(|urgency| !(1..=3).contains(&urgency)) {
            let why = Phrase::new("number_from_to").with("min", "1").with("max", "3");
            wrong.push(Violation { pointer: format!("{pointer}/urgency"), why });
        }
    }
}

/// What is wrong with a policy, besides a calendar that is not there.
pub fn check(terms: &Terms) -> Vec<Violation> {
    let mut wrong: Vec<Violation> = check_words("/label", &terms.label, 1).into_iter().collect();
    let violation = |pointer: &str, why| Violation { pointer: pointer.to_owned(), why };
    let between = |min: &str, max: String| Phrase::new("number_from_to").with("min", min).with("max", max);
    wrong.extend(check_filter(&terms.filter).map(|why| violation("/filter", why)));
    if !(1..=MAX_MINUTES).contains(&terms.minutes) {
        wrong.push(violation("/minutes", between("1", MAX_MINUTES.to_string())));
    }
    let lists =
        [("/start_when", &terms.start_when), ("/stop_when", &terms.stop_when), ("/pause_when", &terms.pause_when)];
    for (pointer, list) in lists {
        if let Some(odd) = list.iter().find(|text| Condition::parse(text).is_none()) {
            let shown: String = odd.chars().take(60).collect();
            let why = Phrase::new("level_condition").with("condition", shown).with("states", Word::list(states()));
            wrong.push(violation(pointer, why));
        }
        if list.len() > MOST_CONDITIONS {
            wrong.push(violation(pointer, Phrase::new("at_most_items").with("max", MOST_CONDITIONS)));
        }
    }
    if terms.stop_when.is_empty() {
        wrong.push(violation("/stop_when", Phrase::new("is_needed")));
    }
    let ascends = terms.warn_at.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
    if !ascends || terms.warn_at.len() > MOST_CONDITIONS || terms.warn_at.iter().any(|at| !(1..=99).contains(at)) {
        wrong.push(violation("/warn_at", Phrase::new("level_warn_at")));
    }
    if terms.max_pause_minutes.values().any(|minutes| !(1..=MAX_MINUTES).contains(minutes)) {
        wrong.push(violation("/max_pause_minutes", between("1", MAX_MINUTES.to_string())));
    }
    check_actions(terms, &mut wrong);
    wrong
}

#[cfg(test)]
mod tests;
