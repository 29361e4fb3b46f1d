//! Service requests: what is asked for, and the tasks that make it (service-desk rules, section 8).

use muster_shared::Time;
use muster_shared::id::CatalogueId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::StateName;
use super::state::CloseCode;
use super::transition::{Cause, Fields, Transition, is_blank, row};
use crate::approval::Wanted;
use crate::right::Action::{RequestSubmit, TicketTransition};
use crate::text::Phrase;
use StateName::{
    Approved, AwaitingApproval, Cancelled, Closed, Draft, Fulfilled, InFulfilment, OnHold, Rejected, Submitted,
};

/// What only requests have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// What people fill in.
    #[serde(default)]
    pub form: Form,
    /// What it was made from, when it comes of the catalogue. The collector keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered: Option<Ordered>,
    /// How the tasks stand. The collector keeps it.
    #[serde(default)]
    pub tasks: Tasks,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CloseCode>,
}

/// An item of the catalogue as it was when it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// Which item.
    pub item: CatalogueId,
    /// Which version of it.
    pub edition: u32,
    /// What it was called.
    pub name: String,
    /// What was filled in.
    pub answers: Value,
    /// Whether votes have to agree.
    pub needs_votes: bool,
    /// Whose votes, when the item names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approval_stages: Vec<Wanted>,
    /// The service level policy that counts for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_policy: Option<String>,
}

/// What people fill in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Form {
    /// What is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// For whom, when it is not the requester.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beneficiary: Option<String>,
    /// By when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needed_by: Option<Time>,
}

impl Form {
    /// What is still missing.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        if is_blank(self.wanted.as_ref()) { vec!["wanted"] } else { Vec::new() }
    }
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
    row("submit", &[Draft], Submitted, RequestSubmit).guard("the form says what is wanted"),
    row("request_approval", &[Submitted], AwaitingApproval, RequestSubmit).by(Cause::Anyone),
    row("approve", &[AwaitingApproval], Approved, TicketTransition).by(Cause::System).guard("the votes say so"),
    row("reject", &[AwaitingApproval], Rejected, TicketTransition)
        .by(Cause::System)
        .takes(&["comment"])
        .guard("the votes say so"),
    row("fulfil", &[Submitted, Approved], InFulfilment, TicketTransition)
        .by(Cause::Anyone)
        .guard("what the catalogue has voted on is approved; its tasks begin"),
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
        .takes(&["comment", "duplicate_of"])
        .guard("reason duplicate asks for duplicate_of, or a link duplicate_of"),
];

/// What stands against an event.
pub(super) fn refusal(request: &Request, state: StateName, event: &str, fields: &Fields) -> Option<Phrase> {
    let tasks = &request.tasks;
    let words = crate::text::Word::list::<&String>;
    let needs_votes = request.ordered.as_ref().is_some_and(|ordered| ordered.needs_votes);
    match event {
        "fulfil" if needs_votes && state == Submitted => Some(Phrase::new("guard_votes")),
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
