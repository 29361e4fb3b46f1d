//! The register of improvements: what is to become better, by which figure, from where to where, and whether it did.
//!
//! The figure is one of those that the collector reckons ([`crate::kpi`]), or one that a person names and measures. Where the
//! collector reckons it, the collector measures it: nobody claims a success. Whether an improvement was achieved follows from the
//! baseline, the target and what was measured.

use muster_shared::Time;
use muster_shared::id::{ImprovementId, UserId};
use serde::{Deserialize, Serialize};

use crate::class::Violation;
use crate::kpi;
use crate::record::record;
use crate::text::{Phrase, Word};

/// Longest period over which a figure is measured, in days.
pub const MOST_DAYS: u16 = 366;
/// The period when none is given: four weeks.
const USUAL_DAYS: u16 = 28;
/// Steps that are kept.
const MOST_STEPS: usize = 500;

/// Where an improvement stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Somebody thinks of it.
    #[default]
    Proposed,
    /// It is to be done.
    Approved,
    /// It is being done.
    InProgress,
    /// It is done, and looked at whether it helped.
    Review,
    /// It is over.
    Closed,
    /// It was not done.
    Cancelled,
}

impl State {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Proposed, Self::Approved, Self::InProgress, Self::Review, Self::Closed, Self::Cancelled];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::InProgress => "in_progress",
            Self::Review => "review",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether there is something to do.
    pub const fn is_active(self) -> bool {
        !matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// What can happen to an improvement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// It is to be done.
    Approve,
    /// It is begun: the baseline is taken.
    Start,
    /// It is done: it is measured.
    Review,
    /// It does not help enough yet.
    Continue,
    /// It is over, as it was measured.
    Close,
    /// It is not done.
    Cancel,
}

impl Event {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Approve, Self::Start, Self::Review, Self::Continue, Self::Close, Self::Cancel];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Start => "start",
            Self::Review => "review",
            Self::Continue => "continue",
            Self::Close => "close",
            Self::Cancel => "cancel",
        }
    }
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// What happens.
    pub event: Event,
    /// Where it can.
    pub from: &'static [State],
    /// Where it leads.
    pub to: State,
    /// What must be so.
    pub guard: &'static str,
    /// Whether it asks for a note.
    pub needs_note: bool,
}

const fn row(event: Event, from: &'static [State], to: State, guard: &'static str, needs_note: bool) -> Row {
    Row { event, from, to, guard, needs_note }
}

/// What may happen to an improvement. Anything else is refused.
pub const TABLE: &[Row] = &[
    row(Event::Approve, &[State::Proposed], State::Approved, "it has an owner, a figure and a target", false),
    row(Event::Start, &[State::Approved], State::InProgress, "there is a baseline, other than the target", false),
    row(Event::Review, &[State::InProgress], State::Review, "it was measured", false),
    row(Event::Continue, &[State::Review], State::InProgress, "", true),
    row(Event::Close, &[State::Review], State::Closed, "whether it was achieved follows from what was measured", true),
    row(Event::Cancel, &[State::Proposed, State::Approved, State::InProgress], State::Cancelled, "", true),
];

/// What people write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// One line.
    pub title: String,
    /// Why, and what is done.
    pub description: String,
    /// The figure of the collector that is to become better; none when a person measures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kpi: Option<String>,
    /// Over how many days the figure is reckoned.
    pub days: u16,
    /// What is measured, where it is no figure of the collector.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub measure: String,
    /// Where it begins; taken by the collector at the start where it reckons the figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline: Option<f64>,
    /// Where it is to lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Time>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<UserId>,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            title: String::new(),
            description: String::new(),
            kpi: None,
            days: USUAL_DAYS,
            measure: String::new(),
            baseline: None,
            target: None,
            due_at: None,
            owner: None,
        }
    }
}

/// A value that was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The value, in the unit of the figure.
    pub value: f64,
    /// When.
    pub at: Time,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Time,
    /// Who did it.
    pub by: String,
    /// What.
    pub event: Event,
    /// Where it led.
    pub to: State,
    /// What was said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What was measured with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
}

/// Something that is to become better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Improvement {
    /// Which.
    pub id: ImprovementId,
    /// `CSI-000012`.
    pub number: String,
    /// What people write.
    pub terms: Terms,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub state_since: Time,
    /// What was measured at the last review.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
    /// What happened, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
    /// Who wrote it.
    pub created_by: String,
    /// When.
    pub created_at: Time,
}

record!(Improvement, Improvement, |improvement| improvement.id.to_string());

/// Whether an improvement was achieved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The target was reached.
    Achieved,
    /// It became better, and not as much.
    Partly,
    /// It became no better.
    Missed,
}

impl Outcome {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Achieved, Self::Partly, Self::Missed];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Achieved => "achieved",
            Self::Partly => "partly",
            Self::Missed => "missed",
        }
    }
}

/// Why an event is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It cannot happen where the improvement stands.
    NotHere,
    /// Something is missing or wrong, at its field.
    Wrong(Violation),
}

fn refuse(pointer: &str, why: Phrase) -> Refused {
    Refused::Wrong(Violation { pointer: pointer.to_owned(), why })
}

impl Terms {
    /// What in it cannot be.
    pub fn check(&self) -> Vec<Violation> {
        let mut wrong = Vec::new();
        let mut say = |pointer: &str, why| wrong.push(Violation { pointer: pointer.to_owned(), why });
        if let Some(name) = &self.kpi
            && kpi::definition(name).is_none()
        {
            let names = Word::list(kpi::DEFINITIONS.iter().map(|definition| definition.name));
            say("/kpi", Phrase::new("import_option").with("choices", names));
        }
        if self.kpi.is_some() && !(1..=MOST_DAYS).contains(&self.days) {
            say("/days", Phrase::new("number_from_to").with("min", "1").with("max", MOST_DAYS.to_string()));
        }
        if self.kpi.is_some() && !self.measure.trim().is_empty() {
            say("/measure", Phrase::new("one_of_two"));
        }
        for (pointer, value) in [("/baseline", self.baseline), ("/target", self.target)] {
            if value.is_some_and(|value| !value.is_finite() || value.abs() > 1e15) {
                say(pointer, Phrase::new("improvement_number"));
            }
        }
        wrong
    }
}

impl Improvement {
    /// The events that can happen where it stands.
    pub fn legal(&self) -> impl Iterator<Item = &'static Row> {
        let state = self.state;
        TABLE.iter().filter(move |row| row.from.contains(&state))
    }

    /// How far it has come from the baseline to the target, in percent; negative when it became worse.
    pub fn progress(&self) -> Option<f64> {
        let (from, to) = (self.terms.baseline?, self.terms.target?);
        let way = to - from;
        let value = self.measured?.value;
        (way.abs() > f64::EPSILON).then(|| (value - from) * 100.0 / way)
    }

    /// Whether it was achieved, as far as it was measured.
    pub fn outcome(&self) -> Option<Outcome> {
        let progress = self.progress()?;
        Some(if progress >= 100.0 {
            Outcome::Achieved
        } else if progress > 0.0 {
            Outcome::Partly
        } else {
            Outcome::Missed
        })
    }

    /// Whether it is late.
    pub fn is_overdue(&self, now: Time) -> bool {
        self.state.is_active() && self.terms.due_at.is_some_and(|due| due < now)
    }

    /// Whether people may still write all of it: from the start on the baseline and the target stay as they are.
    pub fn check_edit(&self, next: &Terms) -> Option<Violation> {
        let locked = |pointer: &str| {
            let why = Phrase::new("improvement_locked");
            Some(Violation { pointer: pointer.to_owned(), why })
        };
        let now = &self.terms;
        if matches!(self.state, State::Proposed | State::Approved) {
            return None;
        }
        if !self.state.is_active() && next != now {
            return locked("/title");
        }
        if next.baseline != now.baseline {
            return locked("/baseline");
        }
        if next.target != now.target {
            return locked("/target");
        }
        if (&next.kpi, &next.measure, next.days) != (&now.kpi, &now.measure, now.days) {
            return locked("/kpi");
        }
        None
    }

    fn guard(&self, event: Event, measured: Option<f64>) -> Result<(), Refused> {
        let needed = |pointer| Err(refuse(pointer, Phrase::new("is_needed")));
        let terms = &self.terms;
        match event {
            Event::Approve if terms.owner.is_none() => needed("/owner"),
            Event::Approve if terms.kpi.is_none() && terms.measure.trim().is_empty() => needed("/kpi"),
            Event::Approve if terms.target.is_none() => needed("/target"),
            Event::Start => match terms.baseline.or(measured) {
                None => needed("/baseline"),
                Some(baseline) if Some(baseline) == terms.target => {
                    Err(refuse("/target", Phrase::new("improvement_same")))
                }
                Some(_) => Ok(()),
            },
            Event::Review if measured.is_none() => needed("/value"),
            Event::Approve | Event::Review | Event::Continue | Event::Close | Event::Cancel => Ok(()),
        }
    }

    /// With an event. `measured` is the figure now: the collector's where it reckons it, else what a person says.
    pub fn moved(&self, event: Event, note: &str, measured: Option<f64>, by: &str, now: Time) -> Result<Self, Refused> {
        let row = self.legal().find(|row| row.event == event).ok_or(Refused::NotHere)?;
        if row.needs_note && note.trim().is_empty() {
            return Err(refuse("/note", Phrase::new("is_needed")));
        }
        let measured = measured.filter(|_| matches!(event, Event::Start | Event::Review));
        if measured.is_some_and(|value| !value.is_finite()) {
            return Err(refuse("/value", Phrase::new("improvement_number")));
        }
        self.guard(event, measured)?;
        let mut next = self.clone();
        match event {
            Event::Start => next.terms.baseline = next.terms.baseline.or(measured),
            Event::Review => next.measured = measured.map(|value| Measured { value, at: now }),
            Event::Approve | Event::Continue | Event::Close | Event::Cancel => {}
        }
        let (by, note) = (by.to_owned(), note.trim().to_owned());
        next.steps.push(Step { at: now, by, event, to: row.to, note, measured });
        let surplus = next.steps.len().saturating_sub(MOST_STEPS);
        next.steps.drain(..surplus);
        (next.state, next.state_since) = (row.to, now);
        Ok(next)
    }
}

#[cfg(test)]
mod tests;
