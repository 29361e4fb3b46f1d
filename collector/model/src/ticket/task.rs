//! Tasks: pieces of the work on another ticket, in an order.

use muster_shared::id::TicketId;
use serde::{Deserialize, Serialize};

use super::StateName;
use super::transition::{Cause, Fields, Transition, row};
use crate::right::Action::TicketTransition;
use crate::text::Phrase;
use StateName::{Cancelled, Done, Failed, InProgress, Open, Skipped};

/// What only tasks have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What people say of it.
    #[serde(default)]
    pub terms: Terms,
    /// Numbers of tasks that come first and are not over. The collector keeps it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waits_for: Vec<String>,
}

/// What people say of a task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Terms {
    /// Whether the work is complete without it.
    pub optional: bool,
    /// Ids of tasks of the same ticket that come first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<TicketId>,
}

/// The transitions of a task.
pub const TASK: &[Transition] = &[
    row("start", &[Open], InProgress, TicketTransition).guard("the tasks before it are over").by(Cause::Anyone),
    row("done", &[Open, InProgress], Done, TicketTransition)
        .takes(&["comment"])
        .guard("the tasks before it are over")
        .by(Cause::Anyone),
    row("skip", &[Open], Skipped, TicketTransition).needs(&["comment"]),
    row("fail", &[InProgress], Failed, TicketTransition).needs(&["comment"]),
    row("cancel", &[Open, InProgress], Cancelled, TicketTransition)
        .needs(&["reason"])
        .takes(&["comment", "duplicate_of"])
        .guard("reason duplicate asks for duplicate_of, or a link duplicate_of")
        .by(Cause::Anyone),
];

/// What stands against an event.
pub(super) fn refusal(task: &Task, event: &str, _fields: &Fields) -> Option<Phrase> {
    let waits = matches!(event, "start" | "done") && !task.waits_for.is_empty();
    waits.then(|| Phrase::new("guard_task_order").with("tasks", crate::text::Word::list(&task.waits_for)))
}
