//! A ticket as the API shows it.

use std::collections::BTreeMap;

use muster_model::Versioned;
use muster_model::ticket::major::Major;
use muster_model::ticket::{Ticket, TicketItem};
use muster_shared::Time;
use muster_shared::id::DeclaredId;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::at;
use crate::service::impact::SERVICES;

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketView {
    pub(crate) id: String,
    number: String,
    kind: String,
    title: String,
    description: String,
    state: String,
    state_since: String,
    /// What belongs to the state: hold reason, resolution, cancel reason.
    #[schema(value_type = Object)]
    state_detail: Value,
    impact: u8,
    /// The host or service whose criticality the impact did not fall below when the ticket was opened.
    #[schema(value_type = Option<Object>)]
    impact_floor: Value,
    /// How far it was escalated: `level`, `since`, `at`.
    #[schema(value_type = Option<Object>)]
    escalation: Value,
    urgency: u8,
    priority: u8,
    #[schema(value_type = Object)]
    priority_source: Value,
    /// The version of `/priority-rules` that the matrix was of; 0 is as shipped.
    priority_rules: u64,
    category: Option<String>,
    /// The id of the service that it is about: the first one among its items.
    service_id: Option<String>,
    #[schema(value_type = Vec<Object>)]
    items: Value,
    requester: Option<String>,
    opened_by: String,
    opened_at: String,
    channel: String,
    assignment_group: Option<String>,
    assignee: Option<String>,
    acknowledged_at: Option<String>,
    first_response_at: Option<String>,
    resolved_at: Option<String>,
    closed_at: Option<String>,
    close_code: Option<String>,
    close_notes: Option<String>,
    reopen_count: u32,
    reassignment_count: u32,
    /// Time on hold so far.
    hold_seconds: i64,
    /// The same for each reason.
    hold_seconds_by_reason: BTreeMap<String, i64>,
    /// When the first of its clocks that run is over; null where none runs. Only where one ticket is read: `/service-levels` lists all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) due_at: Option<String>,
    /// The alerts that it deals with: rule and group; `/alerts?state=all&incident=…` lists them.
    #[schema(value_type = Option<Object>)]
    alert: Value,
    /// The drift that it deals with: host, policy, findings.
    #[schema(value_type = Option<Object>)]
    drift: Value,
    follows: Option<String>,
    parent: Option<String>,
    /// Whether it is resolved with what it is a part of.
    auto_follow: bool,
    /// When it wakes who has it, once.
    follow_up_at: Option<String>,
    /// Whether it is a major incident: `state` (`proposed`, `accepted`, `rejected`, `stood_down`), who leads, when the next word is due.
    #[schema(value_type = Option<Object>)]
    major: Value,
    /// What it is to other tickets: `kind`, `ticket`, `number`.
    #[schema(value_type = Vec<Object>)]
    links: Value,
    /// Where it comes from, when it was imported: `source`, `external_id`, `url`, `at`, and what the other desk said last.
    #[schema(value_type = Option<Object>)]
    origin: Value,
    /// What only this kind has, and what the collector knows of it.
    #[schema(value_type = Option<Object>)]
    details: Value,
    version: u64,
}

/// Whether an item of a ticket is a service: it is named by its class.
pub(crate) fn is_service(item: &TicketItem) -> bool {
    let class = item.name.split(' ').next().unwrap_or_default();
    item.id.parse::<DeclaredId>().is_ok() && SERVICES.contains(&class)
}

impl TicketView {
    /// A ticket as it is now: the hold that goes on counts.
    pub(crate) fn now(mut stored: Versioned<Ticket>, now: Time) -> Self {
        stored.value.count_hold(now);
        Self::from(stored)
    }
}

impl From<Versioned<Ticket>> for TicketView {
    fn from(stored: Versioned<Ticket>) -> Self {
        let ticket = stored.value;
        let json = |value: serde_json::Result<Value>| value.unwrap_or_default();
        let kind = ticket.kind();
        let resolution = ticket.state.resolution().cloned();
        // What the collector says stands in English, as in all answers.
        let in_english = |major: &Major| Major { reason: major.reason.to_string().into(), ..major.clone() };
        let major = ticket.major.as_deref().map(in_english);
        Self {
            id: ticket.id.to_string(),
            number: ticket.number,
            kind: kind.as_str().into(),
            title: ticket.title.to_string(),
            description: ticket.description.to_string(),
            state: ticket.state.name().as_str().into(),
            state_since: at(ticket.state_since),
            state_detail: json(serde_json::to_value(&ticket.state)),
            impact: ticket.impact,
            impact_floor: json(serde_json::to_value(&ticket.impact_floor)),
            escalation: json(serde_json::to_value(&ticket.escalation)),
            urgency: ticket.urgency,
            priority: ticket.priority,
            priority_rules: ticket.priority_rules,
            priority_source: json(serde_json::to_value(&ticket.priority_source)),
            service_id: ticket.items.iter().find(|item| is_service(item)).map(|item| item.id.clone()),
            category: ticket.category,
            follow_up_at: ticket.follow_up_at.map(at),
            items: json(serde_json::to_value(&ticket.items)),
            requester: ticket.requester.map(|id| id.to_string()),
            opened_by: ticket.opened_by,
            opened_at: at(ticket.opened_at),
            channel: json(serde_json::to_value(ticket.channel)).as_str().unwrap_or_default().to_owned(),
            assignment_group: ticket.assignment_group,
            assignee: ticket.assignee.map(|id| id.to_string()),
            acknowledged_at: ticket.acknowledged_at.map(at),
            first_response_at: ticket.first_response_at.map(at),
            resolved_at: ticket.resolved_at.map(at),
            closed_at: ticket.closed_at.map(at),
            close_code: resolution.as_ref().map(|resolution| resolution.close_code.as_str().into()),
            close_notes: resolution.map(|resolution| resolution.close_notes.to_string()),
            reopen_count: ticket.reopen_count,
            reassignment_count: ticket.reassignment_count,
            hold_seconds: ticket.hold_seconds,
            hold_seconds_by_reason: ticket.held,
            due_at: None,
            drift: json(serde_json::to_value(&ticket.drift)),
            alert: json(serde_json::to_value(&ticket.alert)),
            parent: ticket.parent.map(|id| id.to_string()),
            auto_follow: ticket.auto_follow,
            major: json(serde_json::to_value(&major)),
            links: json(serde_json::to_value(&ticket.links)),
            origin: json(serde_json::to_value(&ticket.origin)),
            details: json(serde_json::to_value(&ticket.details))
                .get_mut("details")
                .map(Value::take)
                .unwrap_or_default(),
            follows: ticket.follows.map(|id| id.to_string()),
            version: stored.version,
        }
    }
}
