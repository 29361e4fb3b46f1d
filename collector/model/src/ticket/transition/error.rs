//! Why a ticket does not move: what is legal, what is missing, what stands against it.

use crate::text::{Phrase, Word};
use crate::ticket::StateName;

/// Why an event was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The event is not legal in this state.
    #[error("{}", self.phrase())]
    Illegal {
        /// State of the ticket.
        from: StateName,
        /// The event.
        event: String,
        /// Events that are legal.
        allowed: Vec<&'static str>,
    },
    /// The event asks for more.
    #[error("{}", self.phrase())]
    Missing {
        /// State of the ticket.
        from: StateName,
        /// The event.
        event: String,
        /// Events that are legal.
        allowed: Vec<&'static str>,
        /// Fields that are missing.
        missing: Vec<&'static str>,
    },
    /// A field has a value that is none of the choices.
    #[error("{}", self.phrase())]
    Choice {
        /// The field.
        field: &'static str,
        /// Its value.
        value: String,
        /// What it can be.
        choices: Vec<&'static str>,
    },
    /// A guard does not hold.
    #[error("{}", self.phrase())]
    Guard {
        /// State of the ticket.
        from: StateName,
        /// The event.
        event: String,
        /// Events that are legal.
        allowed: Vec<&'static str>,
        /// Which guard, and how to satisfy it.
        why: Phrase,
    },
}

impl TransitionError {
    /// The refusal as a sentence.
    pub fn phrase(&self) -> Phrase {
        let say = |key, event: &str| Phrase::new(key).term("event", "event", event.to_owned());
        match self {
            // Rule R3: what is closed stays closed, and a new incident follows it.
            Self::Illegal { from: StateName::Closed, event, .. } if event == "reopen" => {
                say("event_refused", event).with("why", Phrase::new("reopen_closed"))
            }
            Self::Illegal { from, event, allowed } => {
                say("event_illegal", event).term("state", "state", from.as_str()).with(
                    "allowed",
                    match allowed.as_slice() {
                        [] => Phrase::new("nothing_allowed").into(),
                        events => Word::terms("event", events.iter().copied()),
                    },
                )
            }
            Self::Missing { event, missing, .. } => {
                say("event_needs", event).with("missing", Word::terms("field", missing.iter().copied()))
            }
            Self::Choice { field, value, choices } => Phrase::new("no_choice")
                .with("value", value.as_str())
                .term("field", "field", *field)
                .with("choices", Word::list(choices)),
            Self::Guard { event, why, .. } => say("event_refused", event).with("why", why.clone()),
        }
    }
}
