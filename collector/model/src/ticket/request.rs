//! Service requests: what is asked for, and the tasks that make it (service-desk rules, section 8).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::StateName;
use super::state::CloseCode;
use super::transition::{Cause, Fields, Transition, row};
use crate::right::Action::{RequestSubmit, TicketTransition};
use crate::text::Phrase;
use StateName::{
    Approved, AwaitingApproval, Cancelled, Closed, Draft, Fulfilled, InFulfilment, OnHold, Rejected, Submitted,
};

/// What only requests have.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// What people fill in.
    #[serde(default)]
    pub form: Form,
    /// Version of the offer that it was made under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer_version: Option<u64>,
    /// Whether votes are needed before anything is done.
    #[serde(default)]
    pub needs_approval: bool,
    /// How the tasks stand. The collector keeps it.
    #[serde(default)]
    pub tasks: Tasks,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CloseCode>,
}

/// What people fill in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Form {
    /// Name of the offer of the catalogue that is asked for; none is a free request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer: Option<String>,
    /// The values of the offer's form.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Value>,
}

/// How the tasks of a ticket stand.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tasks {
    /// Those still to be done, by number.
    pub open: Vec<String>,
    /// Those that failed, or were skipped or cancelled and are not optional.
    pub missed: Vec<String>,
    /// How many are done, or skipped and optional.
    pub done: usize,
}

/// The transitions of a request.
pub const REQUEST: &[Transition] = &[
    row("submit", &[Draft], Submitted, RequestSubmit).guard("the form is complete"),
    row("request_approval", &[Submitted], AwaitingApproval, RequestSubmit).by(Cause::Anyone),
    row("approve", &[AwaitingApproval], Approved, TicketTransition).by(Cause::System).guard("the votes say so"),
    row("reject", &[AwaitingApproval], Rejected, TicketTransition)
        .by(Cause::System)
        .takes(&["comment"])
        .guard("the votes say so"),
    row("fulfil", &[Submitted, Approved], InFulfilment, TicketTransition)
        .by(Cause::Anyone)
        .guard("it is approved, or needs no approval"),
    row("hold", &[InFulfilment], OnHold, TicketTransition)
        .needs(&["reason"])
        .takes(&["comment", "wake_at"])
        .guard("reason caller asks for comment, reason scheduled for wake_at"),
    row("resume", &[OnHold], InFulfilment, TicketTransition).by(Cause::Anyone).guard("by itself at wake_at"),
    row("complete", &[InFulfilment], Fulfilled, TicketTransition)
        .needs(&["close_code"])
        .takes(&["comment"])
        .guard("no task is open; with a task that was missed the code is with_issues or incomplete"),
    row("close", &[Fulfilled], Closed, RequestSubmit).by(Cause::Anyone).takes(&["comment"]),
    row("cancel", &[Draft, Submitted, AwaitingApproval, Approved], Cancelled, RequestSubmit)
        .needs(&["reason"])
        .takes(&["comment"]),
];

/// What stands against an event.
pub(super) fn refusal(request: &Request, from: StateName, event: &str, fields: &Fields) -> Option<Phrase> {
    let tasks = &request.tasks;
    let words = crate::text::Word::list::<&String>;
    match event {
        "fulfil" if from == Submitted && request.needs_approval => Some(Phrase::new("guard_needs_approval")),
        "complete" if !tasks.open.is_empty() => {
            Some(Phrase::new("guard_tasks_open").with("tasks", words(tasks.open.iter().collect::<Vec<_>>())))
        }
        "complete" if !tasks.missed.is_empty() && fields.close_code.as_deref() == Some("complete") => {
            Some(Phrase::new("guard_tasks_missed").with("tasks", words(tasks.missed.iter().collect::<Vec<_>>())))
        }
        _ => None,
    }
}

/// What an event leaves behind.
pub(super) fn effect(request: &mut Request, event: &str, fields: &Fields) {
    if event == "complete" {
        request.outcome = fields.close_code.as_deref().and_then(|code| code.parse().ok());
    }
}
