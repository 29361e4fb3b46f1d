//! Alerts, their events, and what mutes them or makes incidents of them, as the API shows them.

use std::collections::BTreeMap;

use muster_model::Versioned;
use muster_model::alert::event::Received;
use muster_model::alert::maintenance::Maintenance;
use muster_model::alert::rule::AlertRule;
use muster_model::alert::silence::Silence;
use muster_model::alert::{Alert, AlertState, Subject};
use muster_model::schedule::Schedule;
use muster_shared::Time;
use serde::Serialize;
use utoipa::ToSchema;

/// What an alert is about.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubjectView {
    /// Whether an item was found: what is unknown is not guessed.
    known: bool,
    /// Its id.
    id: Option<String>,
    /// Its name, else what the sender calls it.
    name: String,
    /// How it was found: `id`, `name`, `fqdn` or `address`; `several` when more than one is called so, else `unknown`.
    by: &'static str,
}

impl SubjectView {
    pub(crate) fn of(subject: &Subject, reference: &str) -> Self {
        match subject {
            Subject::Item { node, name, by } => {
                Self { known: true, id: Some(node.to_string()), name: name.clone(), by: by.as_str() }
            }
            Subject::Nothing => Self { known: false, id: None, name: reference.to_owned(), by: "unknown" },
            Subject::Several => Self { known: false, id: None, name: reference.to_owned(), by: "several" },
        }
    }
}

/// Why an alert is muted.
#[derive(Debug, Serialize, ToSchema)]
struct MuteView {
    /// `maintenance`, `change`, `parent` or `silence`.
    by: &'static str,
    /// The window, change, alert or silence.
    id: String,
    name: String,
    /// Until when, if that is known.
    until: Option<String>,
}

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertView {
    id: String,
    title: String,
    /// `open`, `acknowledged`, `suppressed`, `flapping` or `closed`.
    state: &'static str,
    state_since: String,
    /// The worst since it opened.
    severity: &'static str,
    source: String,
    ci: SubjectView,
    ci_ref: String,
    kind: String,
    resource: String,
    metric: Option<String>,
    summary: String,
    attrs: BTreeMap<String, String>,
    /// Events that were not a clear.
    count: u64,
    first_at: String,
    last_at: String,
    received_at: String,
    /// What mutes it.
    suppressed: Option<MuteView>,
    acknowledged_by: Option<String>,
    closed_at: Option<String>,
    /// Who closed it; null when its sender did.
    closed_by: Option<String>,
    close_reason: Option<String>,
    /// The rule that makes an incident of it.
    rule: Option<String>,
    /// The id of its incident.
    incident: Option<String>,
    key: String,
    version: u64,
}

impl From<Versioned<Alert>> for AlertView {
    fn from(stored: Versioned<Alert>) -> Self {
        let (title, alert) = (stored.value.title(), stored.value);
        let mut view = Self {
            id: alert.id.to_string(),
            title,
            state: alert.state.as_str(),
            state_since: alert.state_since.to_string(),
            severity: alert.severity.as_str(),
            source: alert.source,
            ci: SubjectView::of(&alert.subject, &alert.ci_ref),
            ci_ref: alert.ci_ref,
            kind: alert.kind,
            resource: alert.resource,
            metric: alert.metric,
            summary: alert.summary,
            attrs: alert.attrs,
            count: alert.count,
            first_at: alert.first_at.to_string(),
            last_at: alert.last_at.to_string(),
            received_at: alert.received_at.to_string(),
            suppressed: None,
            acknowledged_by: None,
            closed_at: None,
            closed_by: None,
            close_reason: None,
            rule: alert.route.map(|route| route.rule.to_string()),
            incident: alert.incident.map(|id| id.to_string()),
            key: alert.key,
            version: stored.version,
        };
        match alert.state {
            AlertState::Open | AlertState::Flapping { .. } => {}
            AlertState::Acknowledged { by, .. } => view.acknowledged_by = Some(by),
            AlertState::Suppressed(mute) => {
                let until = mute.until.map(|at| at.to_string());
                view.suppressed = Some(MuteView { by: mute.cause.as_str(), id: mute.by, name: mute.name, until });
            }
            AlertState::Closed { at, by, reason } => {
                (view.closed_at, view.closed_by) = (Some(at.to_string()), by);
                view.close_reason = Some(reason).filter(|reason| !reason.is_empty());
            }
        }
        view
    }
}

/// An event of an alert, as it came.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReceivedView {
    source: String,
    source_event_id: Option<String>,
    severity: &'static str,
    /// What became of it: `opened`, `updated`, `reopened`, `closed`, `late` or `ignored`.
    outcome: &'static str,
    occurred_at: String,
    received_at: String,
    metric: Option<String>,
    summary: String,
    attrs: BTreeMap<String, String>,
}

impl From<Versioned<Received>> for ReceivedView {
    fn from(stored: Versioned<Received>) -> Self {
        let received = stored.value;
        Self {
            source: received.event.source,
            source_event_id: received.event.source_event_id,
            severity: received.event.severity.as_str(),
            outcome: received.outcome.as_str(),
            occurred_at: received.occurred_at.to_string(),
            received_at: received.received_at.to_string(),
            metric: received.event.metric,
            summary: received.event.summary,
            attrs: received.event.attrs,
        }
    }
}

/// A silence.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SilenceView {
    id: String,
    /// Which alerts, in the query language.
    matcher: String,
    /// `pending`, `active` or `expired`.
    state: &'static str,
    starts_at: String,
    ends_at: String,
    author: String,
    reason: String,
    created_at: String,
    version: u64,
}

impl SilenceView {
    pub(crate) fn of(stored: Versioned<Silence>, now: Time) -> Self {
        let state = stored.value.phase(now).as_str();
        let silence = stored.value;
        Self {
            id: silence.id.to_string(),
            matcher: silence.matcher,
            state,
            starts_at: silence.starts_at.to_string(),
            ends_at: silence.ends_at.to_string(),
            author: silence.author,
            reason: silence.reason,
            created_at: silence.created_at.to_string(),
            version: stored.version,
        }
    }
}

/// When a window is: `repeats` is `never` (`starts_at`, `ends_at`) or `weekly` (`days`, `at`, `minutes`, `zone`, `until`).
#[derive(ToSchema)]
#[expect(dead_code, reason = "the schema of a schedule; the model's own type is what is read and written")]
pub(crate) struct ScheduleView {
    repeats: String,
    starts_at: Option<String>,
    ends_at: Option<String>,
    days: Option<Vec<String>>,
    at: Option<String>,
    minutes: Option<u32>,
    zone: Option<String>,
    until: Option<String>,
}

/// A maintenance window.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MaintenanceView {
    id: String,
    name: String,
    /// Items and hosts that it is of; of a host, its items too.
    items: Vec<String>,
    /// Hosts that it is of too, in the query language.
    hosts: String,
    #[schema(value_type = ScheduleView)]
    schedule: Schedule,
    /// `pending`, `active` or `expired`.
    state: &'static str,
    /// Until when it lasts, if it is now.
    active_until: Option<String>,
    /// When it begins next.
    next_at: Option<String>,
    reason: String,
    author: String,
    created_at: String,
    version: u64,
}

impl MaintenanceView {
    pub(crate) fn of(stored: Versioned<Maintenance>, now: Time) -> Self {
        let window = stored.value;
        Self {
            id: window.id.to_string(),
            items: window.items.iter().map(ToString::to_string).collect(),
            state: window.schedule.phase(now).as_str(),
            active_until: window.schedule.active(now).map(|at| at.to_string()),
            next_at: window.schedule.next(now).map(|at| at.to_string()),
            name: window.name,
            hosts: window.hosts,
            schedule: window.schedule,
            reason: window.reason,
            author: window.author,
            created_at: window.created_at.to_string(),
            version: stored.version,
        }
    }
}

/// A rule that makes incidents of alerts.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertRuleView {
    id: String,
    name: String,
    /// Rules are tried from the smallest to the greatest; the first that fits decides.
    position: u32,
    enabled: bool,
    filter: String,
    min_count: u32,
    window_seconds: u32,
    hold_seconds: u32,
    title: String,
    group_by: Vec<String>,
    assignment_group: Option<String>,
    assignee: Option<String>,
    auto_resolve: bool,
    /// Whether it is the one that is there from the beginning, unchanged.
    shipped: bool,
    updated_at: String,
    updated_by: String,
    /// Why it does not act though it is enabled: who set it up last may not any more.
    suspended: Option<String>,
    version: u64,
}

impl From<Versioned<AlertRule>> for AlertRuleView {
    fn from(stored: Versioned<AlertRule>) -> Self {
        let rule = stored.value;
        Self {
            id: rule.id.to_string(),
            name: rule.name,
            position: rule.position,
            enabled: rule.is_enabled,
            filter: rule.filter,
            min_count: rule.min_count,
            window_seconds: rule.window_seconds,
            hold_seconds: rule.hold_seconds,
            title: rule.title,
            group_by: rule.group_by,
            assignment_group: rule.assignment_group,
            assignee: rule.assignee.map(|id| id.to_string()),
            auto_resolve: rule.auto_resolve,
            shipped: stored.version == 0,
            updated_at: rule.updated_at.to_string(),
            updated_by: rule.updated_by,
            suspended: rule.suspended.map(|why| why.to_string()),
            version: stored.version,
        }
    }
}
