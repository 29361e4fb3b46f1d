//! A ticket as queries see it: the fields of `query::fields::TICKET`.

use serde_json::{Value, json};

use super::{LinkKind, Ticket};

/// A ticket as queries see it.
pub fn asked(ticket: &Ticket) -> Value {
    json!({
        "kind": ticket.kind(), "number": ticket.number, "state": ticket.state.name(), "priority": ticket.priority,
        "impact": ticket.impact, "urgency": ticket.urgency, "category": ticket.category,
        "offer": ticket.details.ordered().map(|ordered| ordered.item), "major": super::major::state_of(ticket).as_str(), "parent": ticket.parent,
        "assignment_group": ticket.assignment_group, "assignee": ticket.assignee, "title": ticket.title.to_string(),
        "item": ticket.concerns(), "scope": ticket.scope_asked(), "opened_by": ticket.opened_by, "requester": ticket.requester,
        "channel": ticket.channel, "active": ticket.state.name().is_active(), "opened_at": ticket.opened_at,
        "acknowledged_at": ticket.acknowledged_at, "resolved_at": ticket.resolved_at,
        "close_code": ticket.state.resolution().map(|resolution| resolution.close_code),
        "closed_at": ticket.closed_at, "follow_up_at": ticket.follow_up_at, "change_type": ticket.details.change().map(|change| change.plan.r#type.as_str()),
        "risk": ticket.details.change().and_then(|change| change.risk.as_ref()).map(|risk| risk.band.as_str()),
        "privileged": ticket.details.access().map(|access| access.terms.is_privileged() || access.terms.exception().is_some()),
        "causes": ticket.links.iter().filter(|link| link.kind == LinkKind::Causes).count(),
        "escalation": ticket.escalation.as_ref().map_or(0, |escalated| escalated.level),
        "reopen_count": ticket.reopen_count, "reassignment_count": ticket.reassignment_count,
        "source": ticket.origin.as_ref().map(|origin| origin.source.as_str()),
        "external_id": ticket.origin.as_ref().map(|origin| origin.external_id.as_str()),
    })
}
