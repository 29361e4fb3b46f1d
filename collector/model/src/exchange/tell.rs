//! A ticket as what would be told of it: the way out, and what news is measured by.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::UserId;

use super::{Field, Remark, Told};
use crate::ticket::{Details, Entry, State, Ticket, TimelineEntry, Visibility};

/// What is known around a ticket that is written out.
#[derive(Debug)]
pub struct Names<'a> {
    /// The source by whose ids tickets are named; others have our numbers.
    pub source: &'a str,
    /// What the requester is called.
    pub requester: Option<String>,
    /// What the assignee is called.
    pub assignee: Option<String>,
    /// What the ticket is called of which it is a part.
    pub parent: Option<String>,
    /// Whether what is only for those who work on tickets is told.
    pub with_internal: bool,
}

/// A ticket as what is told of it.
pub fn told(ticket: &Ticket, timeline: &[TimelineEntry], names: Names<'_>) -> Told {
    let mut fields = BTreeMap::new();
    let mut put = |field: Field, text: Option<String>| {
        if let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) {
            fields.insert(field, text);
        }
    };
    let time = |at: Option<Time>| at.map(|at| at.to_string());
    let origin = ticket.origin.as_deref().filter(|origin| origin.source == names.source);
    let said = |field: Field| origin.and_then(|origin| origin.said.get(&field).cloned());
    put(Field::ExternalId, Some(origin.map_or_else(|| ticket.number.clone(), |origin| origin.external_id.clone())));
    put(Field::Url, said(Field::Url));
    put(Field::Kind, Some(ticket.kind().as_str().to_owned()));
    put(Field::Title, Some(ticket.title.to_string()));
    put(Field::Description, Some(ticket.description.to_string()));
    put(Field::State, Some(ticket.state.name().as_str().to_owned()));
    put(Field::Priority, Some(ticket.priority.to_string()));
    put(Field::Impact, Some(ticket.impact.to_string()));
    put(Field::Urgency, Some(ticket.urgency.to_string()));
    put(Field::Category, ticket.category.clone());
    // Somebody who has no account here keeps the name that they have there.
    let called = |is: Option<UserId>, was: Option<UserId>, field: Field, name: Option<String>| {
        said(field).filter(|_| is == was).or(name)
    };
    let taken = origin.map(|origin| (origin.requester, origin.assignee)).unwrap_or_default();
    put(Field::Requester, called(ticket.requester, taken.0, Field::Requester, names.requester));
    put(Field::Assignee, called(ticket.assignee, taken.1, Field::Assignee, names.assignee));
    put(Field::OpenedBy, Some(ticket.opened_by.clone()));
    put(Field::OpenedAt, Some(ticket.opened_at.to_string()));
    put(Field::StateSince, Some(ticket.state_since.to_string()));
    put(Field::AssignmentGroup, ticket.assignment_group.clone());
    put(Field::ResolvedAt, time(ticket.resolved_at));
    put(Field::ClosedAt, time(ticket.closed_at));
    put(Field::Parent, names.parent);
    let host = ticket.items.iter().find(|item| item.id.starts_with("host_"));
    put(Field::Item, said(Field::Item).or_else(|| host.map(|item| item.name.clone())));
    put(Field::Other, said(Field::Other).filter(|text| text.starts_with('{')));
    match &ticket.state {
        State::OnHold { reason, .. } => put(Field::HoldReason, Some(reason.as_str().to_owned())),
        State::Resolved(resolution) | State::Closed(resolution) => {
            put(Field::CloseCode, Some(resolution.close_code.as_str().to_owned()));
            put(Field::CloseNotes, Some(resolution.close_notes.to_string()));
        }
        State::Cancelled { reason, comment } => {
            put(Field::CloseCode, Some(reason.as_str().to_owned()));
            put(Field::CloseNotes, Some(comment.clone()));
        }
        State::Rejected { comment } => put(Field::CloseNotes, Some(comment.to_string())),
        _ => {}
    }
    match &ticket.details {
        Details::Change(change) => {
            let plan = &change.plan;
            put(Field::ChangeType, Some(plan.r#type.as_str().to_owned()));
            put(Field::PlannedStart, time(plan.planned_start));
            put(Field::PlannedEnd, time(plan.planned_end));
            put(Field::Reason, plan.reason.clone());
            put(Field::Implementation, plan.implementation.clone());
            put(Field::Test, plan.test.clone());
            put(Field::Backout, plan.backout.clone());
        }
        Details::Problem(problem) => {
            put(Field::Cause, problem.analysis.cause.clone());
            put(Field::Workaround, problem.analysis.workaround.clone());
        }
        Details::Incident | Details::Release(_) | Details::Request(_) | Details::Access(_) | Details::Task(_) => {}
    }
    let remark = |entry: &TimelineEntry| match &entry.entry {
        Entry::Comment { text, visibility, .. } => Some(Remark {
            at: entry.at,
            by: entry.actor.clone(),
            text: text.trim().to_owned(),
            is_internal: *visibility == Visibility::Internal,
        }),
        _ => None,
    };
    let mut remarks: Vec<Remark> = timeline.iter().filter_map(remark).collect();
    remarks.retain(|remark| names.with_internal || !remark.is_internal);
    remarks.sort_by_key(|remark| remark.at);
    Told { kind: ticket.kind(), fields, remarks }
}
