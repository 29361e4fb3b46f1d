//! Major incidents: proposed by rule or person, accepted with a commander and a time of the next word, stood down (service-desk rules,
//! section 2). It is a mark beside the state and no priority (rule P4).
//!
//! A part of another incident is never proposed: the whole is. Whoever accepts says what it means for the business; as long as it stands,
//! a word is due at `next_update_at`, and the collector reminds. It closes with a problem that looks for its cause.

use muster_shared::Time;
use muster_shared::id::UserId;
use serde::{Deserialize, Serialize};

use super::priority::Priorities;
use super::priority::rules::FIRST_PRIORITY;
use super::transition::is_blank;
use super::{Entry, Kind, LinkKind, Ticket, TimelineEntry};
use crate::right::{Action, Actor};
use crate::text::{Phrase, Text, Word};

/// Who decides by the rules.
const RULES: Actor = Actor::System("rules");
/// Time after which it is reminded again of a word that is due.
pub const REMIND_AGAIN_MS: i64 = 30 * 60_000;

/// Where it stands; an incident without a mark is at `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MajorState {
    /// Nobody says that it is major.
    None,
    /// Somebody or a rule does; it is to be decided.
    Proposed,
    /// It is.
    Accepted,
    /// It is not.
    Rejected,
    /// It was, and is handled as any other again.
    StoodDown,
}

impl MajorState {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::None, Self::Proposed, Self::Accepted, Self::Rejected, Self::StoodDown];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Proposed => "proposed",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::StoodDown => "stood_down",
        }
    }
}

/// What is done with the mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Say that it is major.
    Propose,
    /// Agree, and lead it.
    Accept,
    /// Disagree.
    Reject,
    /// Tell everybody how it stands, and when the next word comes.
    Update,
    /// It is major no more.
    StandDown,
    /// A word is due and did not come: the clock's.
    Remind,
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The step.
    pub step: Step,
    /// From where.
    pub from: &'static [MajorState],
    /// To where.
    pub to: MajorState,
    /// Fields that it asks for.
    pub required: &'static [&'static str],
    /// The right that it takes.
    pub right: Action,
}

use MajorState::{Accepted, None as Unmarked, Proposed, Rejected, StoodDown};

/// What may happen, as a table that code, API, tests and docs share.
pub const TABLE: &[Row] = &[
    Row {
        step: Step::Propose,
        from: &[Unmarked, Rejected, StoodDown],
        to: Proposed,
        required: &["note"],
        right: Action::TicketUpdate,
    },
    Row {
        step: Step::Accept,
        from: &[Unmarked, Proposed],
        to: Accepted,
        required: &["business_impact", "commander", "next_update_at"],
        right: Action::MajorAccept,
    },
    Row { step: Step::Reject, from: &[Proposed], to: Rejected, required: &["note"], right: Action::MajorAccept },
    Row {
        step: Step::Update,
        from: &[Accepted],
        to: Accepted,
        required: &["note", "next_update_at"],
        right: Action::TicketUpdate,
    },
    Row { step: Step::StandDown, from: &[Accepted], to: StoodDown, required: &["note"], right: Action::MajorAccept },
];

impl Step {
    /// Those that people take.
    pub const ALL: &'static [Self] = &[Self::Propose, Self::Accept, Self::Reject, Self::Update, Self::StandDown];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Update => "update",
            Self::StandDown => "stand_down",
            Self::Remind => "remind",
        }
    }

    /// Its row; the clock's has none.
    pub fn row(self) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.step == self)
    }
}

/// What comes with a step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fields {
    /// Why, or how it stands.
    pub note: Option<String>,
    /// What it means for the business.
    pub business_impact: Option<String>,
    /// Who leads.
    pub commander: Option<UserId>,
    /// When the next word comes.
    pub next_update_at: Option<Time>,
}

/// The mark of an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Major {
    /// Where it stands.
    pub state: MajorState,
    /// Who proposed it: a user's name or `system:…`.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Time,
    /// Why.
    pub reason: Text,
    /// Who decided last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// What it means for the business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_impact: Option<String>,
    /// Who leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commander: Option<UserId>,
    /// When the next word is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_update_at: Option<Time>,
    /// When it is reminded of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<Time>,
}

/// Where the mark of a ticket stands.
pub fn state_of(ticket: &Ticket) -> MajorState {
    ticket.major.as_ref().map_or(MajorState::None, |major| major.state)
}

/// Asks the rules: an incident that nobody has decided on is proposed, or is a major one from now on. `true` when a rule means it.
pub fn ask_rules(ticket: &mut Ticket, priorities: &Priorities, now: Time) -> bool {
    let may = ticket.kind() == Kind::Incident
        && ticket.parent.is_none()
        && ticket.major.is_none()
        && ticket.state.name().is_active();
    let Some(rule) = may.then(|| priorities.major_rule(ticket)).flatten() else { return false };
    let (accept, by) = (rule.accept.as_ref(), RULES.label());
    let next = accept.map(|accept| now.plus_millis(i64::from(accept.update_minutes) * 60_000));
    let said = Phrase::new("major_by_rule");
    let said = if rule.name == FIRST_PRIORITY {
        said.term("rule", "major-rule", FIRST_PRIORITY)
    } else {
        said.with("rule", rule.name.as_str())
    };
    ticket.major = Some(Box::new(Major {
        state: if accept.is_some() { MajorState::Accepted } else { MajorState::Proposed },
        proposed_by: by.clone(),
        proposed_at: now,
        reason: said.into(),
        decided_by: accept.map(|_| by),
        business_impact: accept.map(|accept| accept.business_impact.trim().to_owned()),
        commander: accept.map(|accept| accept.commander),
        next_update_at: next,
        remind_at: next,
    }));
    true
}

/// The same, with the entry that says so.
pub fn ask_rules_noting(ticket: &mut Ticket, priorities: &Priorities, now: Time) -> Option<TimelineEntry> {
    if !ask_rules(ticket, priorities, now) {
        return None;
    }
    let major = ticket.major.as_deref()?;
    let step = if major.state == MajorState::Accepted { Step::Accept } else { Step::Propose };
    let entry = Entry::Major { step, note: major.reason.clone(), next_update_at: major.next_update_at };
    Some(ticket.note(now, &RULES.label(), entry))
}

/// Why a step is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not from here, or not for this ticket.
    Illegal(Phrase),
    /// Fields are missing.
    Missing(Vec<&'static str>),
    /// A field is wrong.
    Wrong(&'static str, Phrase),
}

/// The steps that are possible now, rights aside.
pub fn possible(ticket: &Ticket) -> impl Iterator<Item = &'static Row> + use<> {
    let from = state_of(ticket);
    let is_incident = ticket.kind() == Kind::Incident;
    let (is_part, is_active) = (ticket.parent.is_some(), ticket.state.name().is_active());
    TABLE.iter().filter(move |row| {
        let begins = matches!(row.step, Step::Propose | Step::Accept);
        is_incident && row.from.contains(&from) && (!begins || (is_active && !is_part))
    })
}

fn illegal(ticket: &Ticket, step: Step) -> Refused {
    if ticket.kind() != Kind::Incident {
        return Refused::Illegal(Phrase::new("major_kind"));
    }
    if ticket.parent.is_some() && matches!(step, Step::Propose | Step::Accept) {
        return Refused::Illegal(Phrase::new("major_child"));
    }
    let allowed: Vec<&str> = possible(ticket).map(|row| row.step.as_str()).collect();
    let allowed: Word = if allowed.is_empty() { Phrase::new("nothing_allowed").into() } else { Word::list(allowed) };
    let phrase = Phrase::new("major_step").with("step", step.as_str());
    Refused::Illegal(phrase.term("state", "major-state", state_of(ticket).as_str()).with("allowed", allowed))
}

/// Takes a step: the next record and its timeline entry, or why not.
pub fn take(
    ticket: &Ticket,
    step: Step,
    fields: &Fields,
    actor: &Actor,
    now: Time,
) -> Result<(Ticket, TimelineEntry), Refused> {
    let Some(row) = possible(ticket).find(|row| row.step == step) else { return Err(illegal(ticket, step)) };
    let has = |field: &&&str| match **field {
        "note" => !is_blank(fields.note.as_ref()),
        "business_impact" => !is_blank(fields.business_impact.as_ref()),
        "commander" => fields.commander.is_some(),
        _ => fields.next_update_at.is_some(),
    };
    let missing: Vec<&'static str> = row.required.iter().filter(|field| !has(field)).copied().collect();
    if !missing.is_empty() {
        return Err(Refused::Missing(missing));
    }
    let is_open = row.to == MajorState::Accepted;
    if is_open && fields.next_update_at.is_some_and(|at| at <= now) {
        return Err(Refused::Wrong("next_update_at", Phrase::new("guard_until")));
    }
    let mut next = ticket.clone();
    let written = fields.note.clone().or_else(|| fields.business_impact.clone()).unwrap_or_default();
    let fresh = || Major {
        state: row.to,
        proposed_by: actor.label(),
        proposed_at: now,
        reason: Text::Written(written.clone()),
        decided_by: None,
        business_impact: None,
        commander: None,
        next_update_at: None,
        remind_at: None,
    };
    let mut major = ticket.major.as_deref().cloned().filter(|_| step != Step::Propose).unwrap_or_else(fresh);
    major.state = row.to;
    if !matches!(step, Step::Propose | Step::Update) {
        major.decided_by = Some(actor.label());
    }
    if let Some(business_impact) = &fields.business_impact {
        major.business_impact = Some(business_impact.trim().to_owned());
    }
    major.commander = fields.commander.or(major.commander);
    major.next_update_at = fields.next_update_at.filter(|_| is_open);
    major.remind_at = major.next_update_at;
    next.major = Some(Box::new(major));
    let entry =
        Entry::Major { step, note: Text::Written(written), next_update_at: fields.next_update_at.filter(|_| is_open) };
    let entry = next.note(now, &actor.label(), entry);
    Ok((next, entry))
}

/// A proposal that nobody decided on ends with the incident: it is rejected by whoever ends that. `true` when there was one.
pub(super) fn end_proposal(ticket: &mut Ticket, actor: &Actor) -> bool {
    let is_over = !ticket.state.name().is_active();
    let Some(major) = ticket.major.as_mut().filter(|major| is_over && major.state == MajorState::Proposed) else {
        return false;
    };
    major.state = MajorState::Rejected;
    major.decided_by = Some(actor.label());
    true
}

/// What was said to an event, with the word that a proposal ended by it.
pub(super) fn with_end_of_proposal(said: Text) -> Text {
    let end = Phrase::new("major_undecided");
    Text::Drawn(match said {
        Text::Drawn(mut lines) => {
            lines.push(end);
            lines
        }
        Text::Written(text) if text.trim().is_empty() => vec![end],
        Text::Written(text) => vec![Phrase::new("as_said").with("said", text), end],
    })
}

/// Reminds of a word that is due. `None` when none is.
pub fn remind(ticket: &Ticket, actor: &Actor, now: Time) -> Option<(Ticket, TimelineEntry)> {
    let due = remind_at(ticket).filter(|at| *at <= now)?;
    let mut next = ticket.clone();
    let major = next.major.as_mut()?;
    // After a long pause it is reminded once, not once for each time that was missed.
    major.remind_at = Some(due.max(now).plus_millis(REMIND_AGAIN_MS));
    let due_at = major.next_update_at.map(|at| at.to_string()).unwrap_or_default();
    let note = Phrase::new("major_reminder").with("at", due_at).into();
    let entry = next.note(now, &actor.label(), Entry::Major { step: Step::Remind, note, next_update_at: None });
    Some((next, entry))
}

/// When it is reminded of a word.
pub fn remind_at(ticket: &Ticket) -> Option<Time> {
    ticket.major.as_ref().filter(|major| major.state == MajorState::Accepted)?.remind_at
}

/// What stands against the close of a major incident.
pub(super) fn refusal(ticket: &Ticket) -> Option<Phrase> {
    match state_of(ticket) {
        MajorState::Accepted => Some(Phrase::new("guard_major_open")),
        MajorState::StoodDown if !has_problem(ticket) => Some(Phrase::new("guard_major_problem")),
        MajorState::None | MajorState::Proposed | MajorState::Rejected | MajorState::StoodDown => None,
    }
}

/// Whether a problem looks for its cause.
pub fn has_problem(ticket: &Ticket) -> bool {
    let prefix = Kind::Problem.prefix();
    ticket.links.iter().any(|link| {
        matches!(link.kind, LinkKind::CausedBy | LinkKind::RelatesTo | LinkKind::FixedBy)
            && link.number.starts_with(prefix)
    })
}

/// Whether it closes only with a problem that is still to be made.
pub fn needs_problem(ticket: &Ticket) -> bool {
    state_of(ticket) == MajorState::StoodDown && !has_problem(ticket)
}

#[cfg(test)]
mod tests;
