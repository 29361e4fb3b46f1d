//! Tasks: pieces of the work on another ticket, in an order.

use muster_shared::id::{GrantId, TicketId};
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
    /// The access that it is about. The collector keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<AboutAccess>,
}

/// What a task has to do with access.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutAccess {
    /// The grant.
    pub grant: GrantId,
    /// What is to be done.
    pub what: AccessWork,
    /// Names of the hosts on which agents still see it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen_on: Vec<String>,
}

/// What is to be done about access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessWork {
    /// It ended and is to be taken off the hosts: agents prove it.
    Removal,
    /// Somebody let themselves in: another one looks over it.
    Review,
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
        .guard("the tasks before it are over; agents see nothing any more of access that ended")
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
    if event == "done"
        && let Some(about) = task.access.as_ref().filter(|about| about.what == AccessWork::Removal)
        && !about.seen_on.is_empty()
    {
        return Some(Phrase::new("guard_still_there").with("hosts", crate::text::Word::list(&about.seen_on)));
    }
    let waits = matches!(event, "start" | "done") && !task.waits_for.is_empty();
    waits.then(|| Phrase::new("guard_task_order").with("tasks", crate::text::Word::list(&task.waits_for)))
}
