//! Every route of the API with every role and token scope: 401 for nobody, 403 exactly when the table of rights says no,
//! no change by GET, and one audit entry in the commit of every change.

mod elsewhere;
mod reach;

use axum::http::Method;
use muster_model::right::{self, Action, Resource, Role, Scope};
use serde_json::{Value, json};

use crate::lab::{Device, Lab, SYSTEM, ask};

/// A route, the right that it takes (`None`: any account), and a sensible body.
struct Row(Method, &'static str, Option<Action>, fn(&Place) -> Value);

/// Records that paths and bodies name.
struct Place {
    alert: String,
    silence: String,
    maintenance: String,
    alert_rule: String,
    host: String,
    item: String,
    declared: String,
    relation: String,
    class: String,
    finding: String,
    ticket: String,
    offered: String,
    attachment: String,
    /// Number of another ticket.
    related: String,
    agent: String,
    enrollment_token: String,
    user: String,
    report: String,
    review: String,
    merge: String,
    spare: String,
    saved: String,
    channel: String,
    subscription: String,
    delivery: String,
    rota: String,
    escalation_policy: String,
    waiver: String,
    unknown: String,
}

fn report(place: &Place) -> Value {
    json!({
        "name": format!("r{}", place.unknown), "subject": {"of": "kpi", "days": 7}, "channels": [place.channel],
        "schedule": {"repeats": "weekly", "days": ["monday"], "at": "07:00", "minutes": 1, "zone": "UTC"},
    })
}

const fn nothing(_: &Place) -> Value {
    Value::Null
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PUT: Method = Method::PUT;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

const ROUTES: &[Row] = &[
    Row(GET, "/hosts", Some(Action::ItemRead), nothing),
    Row(GET, "/hosts/{id}", Some(Action::ItemRead), nothing),
    Row(PATCH, "/hosts/{id}", Some(Action::HostUpdate), |place| json!({"site": place.unknown})),
    Row(POST, "/hosts/{id}/recheck", Some(Action::HostRecheck), nothing),
    Row(GET, "/hosts/{id}/history", Some(Action::ItemRead), nothing),
    Row(GET, "/hosts/{id}/versions", Some(Action::ItemRead), nothing),
    Row(POST, "/hosts/{id}/undo", Some(Action::HostUpdate), |_| json!({"version": 1, "reason": "as before"})),
    Row(GET, "/items", Some(Action::ItemRead), nothing),
    Row(GET, "/items/facets", Some(Action::ItemRead), nothing),
    Row(GET, "/items/{id}", Some(Action::ItemRead), nothing),
    Row(GET, "/items/{id}/history", Some(Action::ItemRead), nothing),
    Row(POST, "/items", Some(Action::ItemManage), |place| json!({"class": "team", "name": place.unknown})),
    Row(PATCH, "/items/{id}", Some(Action::ItemManage), |place| json!({"owner": place.unknown})),
    Row(
        POST,
        "/items/bulk/preview",
        Some(Action::ItemManage),
        |place| json!({"items": [place.declared], "edit": {"owner": place.unknown}}),
    ),
    Row(
        POST,
        "/items/upsert",
        Some(Action::ItemManage),
        |place| json!({"class": "application", "items": [{"name": place.unknown}]}),
    ),
    // Of what another one changed meanwhile each is told; nothing is written.
    Row(POST, "/items/bulk", Some(Action::ItemManage), bulk),
    Row(POST, "/items/{id}/undo", Some(Action::ItemManage), |_| json!({"change": 2})),
    Row(DELETE, "/items/{id}", Some(Action::ItemManage), nothing),
    Row(GET, "/items/{id}/relations", Some(Action::ItemRead), nothing),
    Row(
        POST,
        "/items/{id}/relations",
        Some(Action::ItemManage),
        |place| json!({"kind": "depends_on", "to": place.host, "reason": "it does"}),
    ),
    Row(DELETE, "/items/{id}/relations/{relation}?reason=gone", Some(Action::ItemManage), nothing),
    Row(GET, "/items/{id}/impact", Some(Action::ItemRead), nothing),
    Row(GET, "/services", Some(Action::ItemRead), nothing),
    Row(GET, "/services/{id}", Some(Action::ItemRead), nothing),
    Row(GET, "/services/{id}/agreements", Some(Action::TicketRead), nothing),
    Row(GET, "/services/{id}/availability", Some(Action::TicketRead), nothing),
    Row(GET, "/reports/availability", Some(Action::TicketRead), nothing),
    Row(GET, "/classes", Some(Action::ItemRead), nothing),
    Row(
        POST,
        "/classes",
        Some(Action::ClassManage),
        |place| json!({"name": place.unknown.replace('-', "_"), "label": "a class"}),
    ),
    Row(GET, "/classes/{name}", Some(Action::ItemRead), nothing),
    Row(GET, "/classes/{name}/versions", Some(Action::ItemRead), nothing),
    Row(PUT, "/classes/{name}", Some(Action::ClassManage), |place| json!({"label": place.unknown})),
    Row(DELETE, "/classes/{name}", Some(Action::ClassManage), nothing),
    Row(GET, "/items/{id}/diff", Some(Action::ItemRead), nothing),
    Row(GET, "/diff", Some(Action::ItemRead), nothing),
    Row(GET, "/findings", Some(Action::FindingRead), nothing),
    Row(GET, "/findings/{id}", Some(Action::FindingRead), nothing),
    Row(POST, "/findings/{id}/confirm", Some(Action::FindingAccept), |place| json!({"change": place.ticket})),
    Row(GET, "/findings/{id}/evidence", Some(Action::FindingRead), nothing),
    Row(GET, "/tickets/{id}/evidence", Some(Action::TicketRead), nothing),
    Row(POST, "/findings/{id}/accept", Some(Action::FindingAccept), |_| json!({"reason": "right so"})),
    Row(
        POST,
        "/findings/{id}/waive",
        Some(Action::FindingWaive),
        |_| json!({"justification": "for now", "expires_at": "2026-12-31T00:00:00Z"}),
    ),
    Row(
        POST,
        "/findings/{id}/suppress",
        Some(Action::FindingSuppress),
        |_| json!({"reason": "noise", "until": "2026-12-31T00:00:00Z"}),
    ),
    Row(GET, "/baselines", Some(Action::FindingRead), nothing),
    Row(GET, "/baselines/{host}/moves", Some(Action::FindingRead), nothing),
    Row(GET, "/policies", Some(Action::FindingRead), nothing),
    Row(GET, "/volatility", Some(Action::FindingRead), nothing),
    Row(GET, "/volatility/{section}/{attribute}", Some(Action::FindingRead), nothing),
    Row(
        POST,
        "/volatility/{section}/{attribute}/accept",
        Some(Action::PolicyManage),
        |_| json!({"reason": "it moves by itself"}),
    ),
    Row(
        POST,
        "/volatility/{section}/{attribute}/reject",
        Some(Action::PolicyManage),
        |_| json!({"reason": "it is a fact"}),
    ),
    Row(GET, "/problem-proposals", Some(Action::TicketRead), nothing),
    Row(GET, "/problem-proposals/{id}", Some(Action::TicketRead), nothing),
    Row(POST, "/problem-proposals/{id}/accept", Some(Action::ProblemManage), nothing),
    Row(POST, "/problem-proposals/{id}/reject", Some(Action::ProblemManage), |_| json!({"reason": "it is known"})),
    Row(GET, "/waivers", Some(Action::FindingRead), nothing),
    Row(GET, "/waivers/{id}", Some(Action::FindingRead), nothing),
    Row(POST, "/waivers", Some(Action::FindingWaive), |place| {
        json!({
            "selector": format!("policy:p-{}", place.unknown), "justification": "a lab", "owner": "ann",
            "expires_at": "2026-12-31T00:00:00Z",
        })
    }),
    Row(DELETE, "/waivers/{id}", Some(Action::FindingWaive), nothing),
    Row(GET, "/routing", Some(Action::FindingRead), nothing),
    Row(
        PUT,
        "/routing",
        Some(Action::RoutingUpdate),
        |place| json!({"rules": [{"name": format!("r{}", place.unknown), "group": "linux"}]}),
    ),
    Row(GET, "/findings/{id}/routing", Some(Action::FindingRead), nothing),
    Row(GET, "/hosts/{id}/history/{seq}/why", Some(Action::FindingRead), nothing),
    Row(GET, "/policies/library", Some(Action::FindingRead), nothing),
    Row(GET, "/policies/{id}", Some(Action::FindingRead), nothing),
    Row(POST, "/policies", Some(Action::PolicyManage), |place| {
        json!({
            "id": format!("p-{}", place.unknown), "purpose": "none of these", "section": "package",
            "condition": "item.name == 'telnetd'",
        })
    }),
    Row(
        POST,
        "/policies/preview",
        Some(Action::PolicyManage),
        |_| json!({"section": "package", "condition": "item.name == 'telnetd'"}),
    ),
    Row(
        PATCH,
        "/policies/{id}",
        Some(Action::PolicyManage),
        |place| json!({"purpose": format!("no {}", place.unknown)}),
    ),
    Row(DELETE, "/policies/{id}", Some(Action::PolicyManage), nothing),
    Row(GET, "/profiles", Some(Action::FindingRead), nothing),
    Row(GET, "/profiles/{id}", Some(Action::FindingRead), nothing),
    Row(GET, "/hosts/{id}/profile", Some(Action::FindingRead), nothing),
    Row(GET, "/profiles/{id}/versions", Some(Action::FindingRead), nothing),
    Row(GET, "/hosts/{id}/profile/lines", Some(Action::ItemRead), nothing),
    Row(POST, "/profiles", Some(Action::PolicyManage), |place| {
        json!({
            "id": format!("h-{}", place.unknown), "purpose": "as it should be", "expectations": ["have package auditd"],
        })
    }),
    Row(
        POST,
        "/profiles/preview",
        Some(Action::PolicyManage),
        |_| json!({"purpose": "a try", "expectations": ["have package auditd"]}),
    ),
    Row(
        PATCH,
        "/profiles/{id}",
        Some(Action::PolicyManage),
        |place| json!({"purpose": format!("as {}", place.unknown)}),
    ),
    Row(DELETE, "/profiles/{id}", Some(Action::PolicyManage), nothing),
    Row(GET, "/tickets", Some(Action::TicketRead), nothing),
    Row(POST, "/tickets", Some(Action::TicketCreate), |_| json!({"kind": "incident", "title": "t"})),
    Row(GET, "/tickets/{id}", Some(Action::TicketRead), nothing),
    Row(PATCH, "/tickets/{id}", Some(Action::TicketUpdate), |place| json!({"title": place.unknown})),
    Row(GET, "/tickets/{id}/transitions", Some(Action::TicketRead), nothing),
    Row(POST, "/tickets/{id}/transitions", Some(Action::TicketTransition), |_| json!({"event": "start"})),
    Row(POST, "/tickets/{id}/acknowledge", Some(Action::TicketTransition), nothing),
    Row(POST, "/tickets/{id}/again", Some(Action::TicketTransition), |_| json!({"comment": "it is back"})),
    Row(POST, "/tickets/{id}/checks", Some(Action::ChangeImplement), |_| json!({"check": "1", "passed": true})),
    Row(POST, "/tickets/{id}/comments", Some(Action::TicketComment), |_| json!({"text": "hello"})),
    Row(GET, "/tickets/{id}/attachments", Some(Action::TicketRead), nothing),
    Row(
        POST,
        "/tickets/{id}/attachments?name=a.json",
        Some(Action::TicketComment),
        |place| json!({"a": place.unknown}),
    ),
    Row(GET, "/tickets/{id}/attachments/{attachment}", Some(Action::TicketRead), nothing),
    Row(DELETE, "/tickets/{id}/attachments/{attachment}", Some(Action::TicketUpdate), nothing),
    Row(GET, "/catalogue", Some(Action::TicketRead), nothing),
    Row(POST, "/catalogue", Some(Action::CatalogueManage), |place| json!({"name": format!("c{}", place.unknown)})),
    Row(GET, "/catalogue/{id}", Some(Action::TicketRead), nothing),
    Row(
        PUT,
        "/catalogue/{id}",
        Some(Action::CatalogueManage),
        |place| json!({"name": format!("d{}", place.unknown), "state": "published"}),
    ),
    Row(GET, "/catalogue/{id}/versions", Some(Action::TicketInternal), nothing),
    Row(POST, "/catalogue/{id}/requests", Some(Action::RequestSubmit), |_| json!({"answers": {}})),
    Row(GET, "/articles", Some(Action::TicketRead), nothing),
    Row(POST, "/articles", Some(Action::KnowledgeManage), |place| json!({"title": format!("a{}", place.unknown)})),
    Row(GET, "/articles/{id}", Some(Action::TicketRead), nothing),
    Row(
        PATCH,
        "/articles/{id}",
        Some(Action::KnowledgeManage),
        |place| json!({"title": format!("b{}", place.unknown)}),
    ),
    Row(GET, "/articles/{id}/versions", Some(Action::TicketInternal), nothing),
    Row(GET, "/known-errors", Some(Action::TicketRead), nothing),
    Row(GET, "/known-errors/{id}", Some(Action::TicketRead), nothing),
    Row(PATCH, "/known-errors/{id}", Some(Action::ProblemManage), |_| json!({"state": "published"})),
    Row(GET, "/tickets/{id}/suggestions", Some(Action::TicketRead), nothing),
    Row(POST, "/tickets/{id}/known-error", Some(Action::TicketTransition), |_| json!({"problem": "PRB-000001"})),
    Row(POST, "/tickets/{id}/major", Some(Action::TicketUpdate), |_| json!({"step": "propose", "note": "it is"})),
    Row(GET, "/tickets/{id}/timeline", Some(Action::TicketRead), nothing),
    Row(
        POST,
        "/tickets/{id}/links",
        Some(Action::TicketUpdate),
        |place| json!({"kind": "relates_to", "ticket": place.related}),
    ),
    Row(DELETE, "/tickets/{id}/links/{kind}/{other}", Some(Action::TicketUpdate), nothing),
    Row(GET, "/tickets/{id}/parts", Some(Action::TicketRead), nothing),
    Row(GET, "/report-plans", Some(Action::ReportRead), nothing),
    Row(POST, "/report-plans", Some(Action::ReportSchedule), report),
    Row(GET, "/report-plans/{id}", Some(Action::ReportRead), nothing),
    Row(PUT, "/report-plans/{id}", Some(Action::ReportSchedule), report),
    Row(DELETE, "/report-plans/{id}", Some(Action::ReportSchedule), nothing),
    Row(POST, "/report-plans/{id}/runs", Some(Action::ReportSchedule), nothing),
    Row(GET, "/report-plans/{id}/runs", Some(Action::ReportRead), nothing),
    Row(GET, "/report-runs/{id}", Some(Action::ReportRead), nothing),
    Row(GET, "/improvements", Some(Action::TicketRead), nothing),
    Row(POST, "/improvements", Some(Action::ImprovementManage), |_| json!({"title": "better"})),
    Row(GET, "/improvements/{id}", Some(Action::TicketRead), nothing),
    Row(
        PATCH,
        "/improvements/{id}",
        Some(Action::ImprovementManage),
        |place| json!({"title": format!("t{}", place.unknown)}),
    ),
    Row(POST, "/improvements/{id}/transitions", Some(Action::ImprovementManage), |_| json!({"event": "approve"})),
    Row(GET, "/reports/capacity", Some(Action::ItemRead), nothing),
    Row(GET, "/hosts/{id}/capacity", Some(Action::ItemRead), nothing),
    Row(GET, "/capacity-thresholds", Some(Action::ItemRead), nothing),
    Row(
        PUT,
        "/capacity-thresholds/{resource}",
        Some(Action::LevelManage),
        |_| json!({"warn_percent": 70, "critical_percent": 90, "horizon_days": 30}),
    ),
    Row(GET, "/tickets/{id}/aftermath", Some(Action::TicketRead), nothing),
    Row(GET, "/tickets/{id}/approvals", Some(Action::TicketRead), nothing),
    Row(POST, "/tickets/{id}/findings/confirm", Some(Action::FindingAccept), nothing),
    Row(GET, "/tickets/{id}/findings", Some(Action::FindingRead), nothing),
    Row(GET, "/tickets/{id}/verification", Some(Action::TicketRead), nothing),
    Row(
        POST,
        "/tickets/{id}/conflicts",
        Some(Action::ChangeReview),
        |_| json!({"other": "empty_scope", "reason": "it is a trial"}),
    ),
    Row(GET, "/grants", Some(Action::TicketRead), nothing),
    Row(GET, "/grants/{id}", Some(Action::TicketRead), nothing),
    Row(POST, "/grants/{id}/revoke", Some(Action::AccessManage), |_| json!({"reason": "r"})),
    Row(POST, "/grants/{id}/suspend", Some(Action::AccessManage), |_| json!({"reason": "r"})),
    Row(POST, "/grants/{id}/resume", Some(Action::AccessManage), nothing),
    Row(GET, "/observed-access", Some(Action::ItemRead), nothing),
    Row(GET, "/teams", Some(Action::TicketRead), nothing),
    Row(POST, "/teams", Some(Action::UserManage), |place| json!({"name": place.unknown, "members": [place.user]})),
    Row(GET, "/teams/{id}", Some(Action::TicketRead), nothing),
    Row(PUT, "/teams/{id}", Some(Action::UserManage), |place| json!({"name": place.unknown})),
    Row(DELETE, "/teams/{id}", Some(Action::UserManage), nothing),
    Row(GET, "/separations", Some(Action::TicketRead), nothing),
    Row(POST, "/separations", Some(Action::AccessReview), separation),
    Row(GET, "/separations/{id}", Some(Action::TicketRead), nothing),
    Row(PUT, "/separations/{id}", Some(Action::AccessReview), separation),
    Row(DELETE, "/separations/{id}", Some(Action::AccessReview), nothing),
    Row(GET, "/reviews", Some(Action::TicketRead), nothing),
    Row(POST, "/reviews", Some(Action::AccessReview), |place| json!({"name": place.unknown})),
    Row(GET, "/reviews/{id}", Some(Action::TicketRead), nothing),
    Row(DELETE, "/reviews/{id}", Some(Action::AccessReview), nothing),
    Row(POST, "/reviews/{id}/open", Some(Action::AccessReview), nothing),
    Row(GET, "/reviews/{id}/items", Some(Action::TicketRead), nothing),
    Row(POST, "/reviews/{id}/items/{grant}", Some(Action::ApprovalVote), |_| json!({"decision": "keep"})),
    Row(GET, "/tickets/counts", Some(Action::TicketRead), nothing),
    Row(POST, "/tickets/bulk", Some(Action::TicketComment), |_| json!({"tickets": ["INC-999999"], "event": "assign"})),
    Row(GET, "/blackouts", Some(Action::TicketRead), nothing),
    Row(POST, "/blackouts", Some(Action::ChangeReview), blackout),
    Row(GET, "/blackouts/{id}", Some(Action::TicketRead), nothing),
    Row(PUT, "/blackouts/{id}", Some(Action::ChangeReview), blackout),
    Row(DELETE, "/blackouts/{id}", Some(Action::ChangeReview), nothing),
    Row(GET, "/change-templates", Some(Action::TicketRead), nothing),
    Row(POST, "/change-templates", Some(Action::ChangePlan), |place| template(&place.unknown)),
    Row(GET, "/change-templates/{id}", Some(Action::TicketRead), nothing),
    Row(PUT, "/change-templates/{id}", Some(Action::ChangePlan), |place| template(&place.unknown)),
    Row(
        POST,
        "/change-templates/{id}/transitions",
        Some(Action::ChangeReview),
        |_| json!({"event": "suspend", "comment": "no"}),
    ),
    Row(GET, "/change-templates/{id}/versions", Some(Action::TicketRead), nothing),
    Row(GET, "/change-templates/{id}/changes", Some(Action::TicketRead), nothing),
    Row(GET, "/change-calendar", Some(Action::TicketRead), nothing),
    Row(GET, "/delegations", Some(Action::TicketRead), nothing),
    Row(
        POST,
        "/delegations",
        Some(Action::ApprovalVote),
        |place| json!({"to": place.user, "ends_at": "2026-12-31T00:00:00Z"}),
    ),
    Row(DELETE, "/delegations/{id}", Some(Action::ApprovalVote), nothing),
    Row(GET, "/approvals", Some(Action::TicketRead), nothing),
    Row(GET, "/approvals/{id}", Some(Action::TicketRead), nothing),
    Row(POST, "/approvals/{id}/votes", Some(Action::ApprovalVote), |_| json!({"decision": "approve"})),
    Row(GET, "/approval-rules", Some(Action::TicketInternal), nothing),
    Row(
        PUT,
        "/approval-rules",
        Some(Action::ApprovalRule),
        |_| json!({"rules": [{"name": "a", "stages": ["x | peer"]}]}),
    ),
    Row(GET, "/board/agenda", Some(Action::TicketRead), nothing),
    Row(GET, "/board/meetings", Some(Action::TicketInternal), nothing),
    Row(
        POST,
        "/board/meetings",
        Some(Action::BoardRecord),
        |place| json!({"present": [place.user], "items": [{"ticket": place.ticket, "outcome": "defer"}]}),
    ),
    Row(GET, "/board/meetings/{id}", Some(Action::TicketInternal), nothing),
    Row(GET, "/agents", Some(Action::AgentRead), nothing),
    Row(POST, "/agents/{id}/revoke", Some(Action::AgentRevoke), |_| json!({"reason": "gone"})),
    Row(POST, "/agents/{id}/approve", Some(Action::EnrollmentManage), nothing),
    Row(POST, "/agents/{id}/reject", Some(Action::EnrollmentManage), |_| json!({"reason": "unknown"})),
    Row(POST, "/agents/{id}/release", Some(Action::AgentRevoke), |_| json!({"reason": "one is gone", "split": true})),
    Row(GET, "/enrollment-tokens", Some(Action::AgentRead), nothing),
    Row(POST, "/enrollment-tokens", Some(Action::EnrollmentManage), |_| json!({"name": "t"})),
    Row(DELETE, "/enrollment-tokens/{id}", Some(Action::EnrollmentManage), nothing),
    Row(GET, "/users", Some(Action::UserRead), nothing),
    Row(POST, "/users", Some(Action::UserManage), |place| json!({"name": place.unknown, "roles": ["viewer"]})),
    Row(GET, "/users/{id}", Some(Action::UserRead), nothing),
    Row(PATCH, "/users/{id}", Some(Action::UserManage), |place| json!({"display_name": place.unknown})),
    Row(GET, "/roles", None, nothing),
    Row(GET, "/status", None, nothing),
    Row(GET, "/api-tokens", Some(Action::SelfManage), nothing),
    Row(POST, "/api-tokens", Some(Action::SelfManage), |_| json!({"name": "t", "scopes": ["read"]})),
    Row(DELETE, "/api-tokens/{id}", Some(Action::SelfManage), nothing),
    Row(GET, "/sessions", Some(Action::SelfManage), nothing),
    Row(DELETE, "/sessions/{id}", Some(Action::SelfManage), nothing),
    Row(GET, "/identification/explain/{report}", Some(Action::ItemRead), nothing),
    Row(GET, "/identification/rules", Some(Action::ItemRead), nothing),
    Row(PUT, "/identification/rules", Some(Action::IdentityRules), |_| json!({"reason": "as before"})),
    Row(GET, "/identification/rules/versions", Some(Action::ItemRead), nothing),
    Row(POST, "/identification/dry-run", Some(Action::IdentityRules), |_| json!({})),
    Row(GET, "/identification/reviews", Some(Action::ItemRead), nothing),
    Row(GET, "/identification/reviews/{id}", Some(Action::ItemRead), nothing),
    Row(
        POST,
        "/identification/reviews/{id}/decide",
        Some(Action::IdentityDecide),
        |_| json!({"dismiss": true, "reason": "later"}),
    ),
    Row(GET, "/identification/merges", Some(Action::ItemRead), nothing),
    Row(POST, "/identification/merges/{id}/undo", Some(Action::IdentityDecide), |_| json!({"reason": "two"})),
    Row(
        POST,
        "/hosts/{id}/merge",
        Some(Action::IdentityDecide),
        |place| json!({"into": place.spare, "reason": "one", "dry_run": true}),
    ),
    Row(POST, "/hosts/{id}/split", Some(Action::IdentityDecide), |_| {
        let identifiers = json!([{"kind": "machine_id", "value": "0123456789abcdef0123456789abcdef"}]);
        json!({"identifiers": identifiers, "reason": "two", "dry_run": true})
    }),
    Row(GET, "/audit", Some(Action::AuditRead), nothing),
    Row(GET, "/audit/verify", Some(Action::AuditRead), nothing),
    Row(GET, "/reports/health", Some(Action::ItemRead), nothing),
    Row(GET, "/reports/kpi", Some(Action::ItemRead), nothing),
    Row(GET, "/export/hosts", Some(Action::ItemRead), nothing),
    Row(GET, "/export/items", Some(Action::ItemRead), nothing),
    Row(GET, "/export/findings", Some(Action::FindingRead), nothing),
    Row(GET, "/export/tickets", Some(Action::TicketRead), nothing),
    Row(GET, "/export/glpi/{host}", Some(Action::ItemRead), nothing),
    Row(GET, "/export/cyclonedx/{host}", Some(Action::ItemRead), nothing),
    Row(GET, "/export/cyclonedx/services/{service}", Some(Action::ItemRead), nothing),
    Row(GET, "/export/prometheus", Some(Action::ItemRead), nothing),
    Row(GET, "/export/ansible", Some(Action::ItemRead), nothing),
    Row(GET, "/sources", Some(Action::ItemRead), nothing),
    Row(GET, "/reconciliation", Some(Action::ItemRead), nothing),
    Row(
        PUT,
        "/reconciliation",
        Some(Action::ReconciliationUpdate),
        |_| json!({"rules": [{"class": "package", "order": ["glpi", "agent"]}]}),
    ),
    Row(GET, "/priority-rules", Some(Action::TicketRead), nothing),
    Row(GET, "/priority-rules/versions/{version}", Some(Action::TicketRead), nothing),
    Row(
        PUT,
        "/priority-rules",
        Some(Action::PriorityRules),
        |place| json!({"major": [{"name": place.unknown, "filter": "priority:1"}]}),
    ),
    Row(POST, "/priority-rules/follow", Some(Action::PriorityRules), |_| json!({"dry_run": true})),
    Row(GET, "/retention", Some(Action::ItemRead), nothing),
    Row(PUT, "/retention", Some(Action::RetentionUpdate), |_| json!({"history_days": 400})),
    Row(GET, "/items/{id}/watchers", Some(Action::ItemRead), nothing),
    Row(POST, "/items/{id}/watchers", Some(Action::SelfManage), nothing),
    Row(DELETE, "/items/{id}/watchers", Some(Action::SelfManage), nothing),
    Row(GET, "/items/{id}/pins", Some(Action::ItemRead), nothing),
    Row(
        POST,
        "/items/{id}/pins",
        Some(Action::ItemPin),
        |_| json!({"attribute": "vendor", "value": "us", "reason": "we built it"}),
    ),
    Row(DELETE, "/items/{id}/pins/{attribute}", Some(Action::ItemPin), nothing),
    Row(
        POST,
        "/sources/rest/hosts",
        Some(Action::SourceReport),
        |place| json!({"external_id": place.unknown, "name": place.unknown}),
    ),
    Row(GET, "/imports", Some(Action::ItemRead), nothing),
    Row(POST, "/imports?class=team", Some(Action::ItemManage), |place| json!([{"name": place.unknown}])),
    Row(GET, "/imports/{id}", Some(Action::ItemRead), nothing),
    Row(GET, "/imports/{id}/errors", Some(Action::ItemRead), nothing),
    Row(POST, "/imports/{id}/apply", Some(Action::ItemManage), nothing),
    Row(POST, "/imports/{id}/discard", Some(Action::ItemManage), nothing),
    Row(POST, "/channels/{id}/events", Some(Action::TicketUpdate), nothing),
    Row(GET, "/tickets/{id}/twins", Some(Action::TicketRead), nothing),
    Row(GET, "/search?q=web", Some(Action::ItemRead), nothing),
    Row(GET, "/saved-searches", Some(Action::ItemRead), nothing),
    Row(
        POST,
        "/saved-searches",
        Some(Action::SearchSave),
        |place| json!({"name": format!("s{}", place.unknown), "list": "hosts"}),
    ),
    Row(GET, "/saved-searches/{id}", Some(Action::ItemRead), nothing),
    Row(
        PATCH,
        "/saved-searches/{id}",
        Some(Action::SearchShare),
        |place| json!({"filter": format!("name:{}", place.unknown)}),
    ),
    Row(GET, "/saved-searches/{id}/rows", Some(Action::ItemRead), nothing),
    Row(DELETE, "/saved-searches/{id}", Some(Action::SearchShare), nothing),
    Row(GET, "/calendars", Some(Action::TicketRead), nothing),
    Row(
        POST,
        "/calendars",
        Some(Action::LevelManage),
        |place| json!({"name": place.unknown, "label": "x", "zone": "UTC", "hours": {"monday": ["09:00-17:00"]}}),
    ),
    Row(GET, "/calendars/{name}", Some(Action::TicketRead), nothing),
    Row(
        PUT,
        "/calendars/{name}",
        Some(Action::LevelManage),
        |_| json!({"label": "x", "zone": "UTC", "hours": {"monday": ["09:00-17:00"]}}),
    ),
    Row(GET, "/calendars/{name}/versions", Some(Action::TicketRead), nothing),
    Row(GET, "/service-level-policies", Some(Action::TicketRead), nothing),
    Row(
        POST,
        "/service-level-policies",
        Some(Action::LevelManage),
        |place| json!({"name": place.unknown, "label": "x", "target": "resolve", "minutes": 60, "calendar": "24x7"}),
    ),
    Row(GET, "/service-level-policies/{name}", Some(Action::TicketRead), nothing),
    Row(
        PUT,
        "/service-level-policies/{name}",
        Some(Action::LevelManage),
        |_| json!({"label": "x", "target": "resolve", "minutes": 60, "calendar": "24x7"}),
    ),
    Row(GET, "/service-level-policies/{name}/versions", Some(Action::TicketRead), nothing),
    Row(GET, "/service-levels", Some(Action::TicketRead), nothing),
    Row(GET, "/service-levels/attainment", Some(Action::TicketRead), nothing),
    Row(GET, "/tickets/{id}/service-levels", Some(Action::TicketRead), nothing),
    Row(GET, "/tickets/{id}/service-levels/explanation", Some(Action::TicketRead), nothing),
    Row(GET, "/tickets/{id}/service-levels/what-if", Some(Action::TicketRead), nothing),
    Row(POST, "/tickets/{id}/service-levels/recompute", Some(Action::LevelManage), |_| json!({"reason": "anew"})),
    Row(
        POST,
        "/events",
        Some(Action::EventSend),
        |place| json!({"source": "nagios", "kind": "disk", "severity": "warning", "source_event_id": place.unknown}),
    ),
    Row(POST, "/integrations/alertmanager", Some(Action::EventSend), |place| {
        let alert =
            json!({"status": "firing", "labels": {"alertname": place.unknown}, "startsAt": "2026-01-01T00:00:00Z"});
        json!({"version": "4", "alerts": [alert]})
    }),
    Row(GET, "/alerts", Some(Action::AlertRead), nothing),
    Row(GET, "/alerts/{id}", Some(Action::AlertRead), nothing),
    Row(GET, "/alerts/{id}/events", Some(Action::AlertRead), nothing),
    Row(POST, "/alerts/{id}/acknowledge", Some(Action::AlertUpdate), nothing),
    Row(POST, "/alerts/{id}/close", Some(Action::AlertUpdate), |_| json!({"reason": "over"})),
    Row(GET, "/silences", Some(Action::AlertRead), nothing),
    Row(POST, "/silences", Some(Action::AlertSilence), |_| json!({"matcher": "kind:none", "reason": "r"})),
    Row(GET, "/silences/{id}", Some(Action::AlertRead), nothing),
    Row(PATCH, "/silences/{id}", Some(Action::AlertSilence), |_| json!({"reason": "another"})),
    Row(DELETE, "/silences/{id}", Some(Action::AlertSilence), nothing),
    Row(GET, "/maintenance-windows", Some(Action::AlertRead), nothing),
    Row(POST, "/maintenance-windows", Some(Action::AlertSilence), |_| window()),
    Row(GET, "/maintenance-windows/{id}", Some(Action::AlertRead), nothing),
    Row(PATCH, "/maintenance-windows/{id}", Some(Action::AlertSilence), |_| json!({"reason": "another"})),
    Row(DELETE, "/maintenance-windows/{id}", Some(Action::AlertSilence), nothing),
    Row(GET, "/alert-rules", Some(Action::AlertRead), nothing),
    Row(POST, "/alert-rules", Some(Action::AlertRule), |_| json!({"name": "none", "filter": "kind:none"})),
    Row(GET, "/alert-rules/{id}", Some(Action::AlertRead), nothing),
    Row(PATCH, "/alert-rules/{id}", Some(Action::AlertRule), |_| json!({"hold_seconds": 5})),
    Row(DELETE, "/alert-rules/{id}", Some(Action::AlertRule), nothing),
    Row(POST, "/alert-rules/preview", Some(Action::AlertRule), |_| json!({"rule": {"filter": "kind:none"}})),
    Row(GET, "/channels", Some(Action::NotificationRead), nothing),
    Row(
        POST,
        "/channels",
        Some(Action::NotificationManage),
        |place| json!({"name": place.unknown, "kind": "slack", "url": "https://hooks.example.com/x"}),
    ),
    Row(GET, "/channels/{id}", Some(Action::NotificationRead), nothing),
    Row(PATCH, "/channels/{id}", Some(Action::NotificationManage), |place| json!({"name": place.unknown})),
    Row(POST, "/channels/{id}/test", Some(Action::NotificationManage), nothing),
    Row(POST, "/channels/{id}/secret", Some(Action::NotificationManage), nothing),
    Row(DELETE, "/channels/{id}", Some(Action::NotificationManage), nothing),
    Row(GET, "/subscriptions", Some(Action::NotificationRead), nothing),
    Row(POST, "/subscriptions", Some(Action::NotificationManage), subscription),
    Row(GET, "/subscriptions/{id}", Some(Action::NotificationRead), nothing),
    Row(PUT, "/subscriptions/{id}", Some(Action::NotificationManage), subscription),
    Row(DELETE, "/subscriptions/{id}", Some(Action::NotificationManage), nothing),
    Row(GET, "/deliveries", Some(Action::NotificationRead), nothing),
    Row(GET, "/deliveries/{id}", Some(Action::NotificationRead), nothing),
    Row(POST, "/deliveries/{id}/retry", Some(Action::NotificationManage), nothing),
    Row(GET, "/notification-preferences/{user}", Some(Action::UserRead), nothing),
    Row(
        PUT,
        "/notification-preferences/{user}",
        Some(Action::UserManage),
        |place| json!({"groups": [format!("g{}", place.unknown)]}),
    ),
    Row(GET, "/tickets/{id}/watchers", Some(Action::TicketRead), nothing),
    Row(POST, "/tickets/{id}/watchers", Some(Action::SelfManage), nothing),
    Row(DELETE, "/tickets/{id}/watchers", Some(Action::SelfManage), nothing),
    Row(GET, "/rotas", Some(Action::OnCallRead), nothing),
    Row(POST, "/rotas", Some(Action::OnCallManage), rota),
    Row(GET, "/rotas/{id}", Some(Action::OnCallRead), nothing),
    Row(PUT, "/rotas/{id}", Some(Action::OnCallManage), rota),
    Row(GET, "/rotas/{id}/shifts", Some(Action::OnCallRead), nothing),
    Row(GET, "/rotas/{id}/overrides", Some(Action::OnCallRead), nothing),
    Row(POST, "/rotas/{id}/overrides", Some(Action::OnCallOverride), |place| {
        let (from, to) = ("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z");
        json!({"user": place.user, "from": from, "to": to, "reason": "ill"})
    }),
    Row(DELETE, "/rotas/{id}/overrides/{override}", Some(Action::OnCallOverride), nothing),
    Row(DELETE, "/rotas/{id}", Some(Action::OnCallManage), nothing),
    Row(GET, "/on-call", Some(Action::OnCallRead), nothing),
    Row(GET, "/escalation-policies", Some(Action::OnCallRead), nothing),
    Row(POST, "/escalation-policies", Some(Action::OnCallManage), escalation_policy),
    Row(GET, "/escalation-policies/{id}", Some(Action::OnCallRead), nothing),
    Row(PUT, "/escalation-policies/{id}", Some(Action::OnCallManage), escalation_policy),
    Row(DELETE, "/escalation-policies/{id}", Some(Action::OnCallManage), nothing),
    Row(GET, "/escalations", Some(Action::OnCallRead), nothing),
    Row(GET, "/escalations/{ticket}", Some(Action::OnCallRead), nothing),
    Row(POST, "/escalations/{ticket}/acknowledge", Some(Action::OnCallOverride), nothing),
];

fn bulk(place: &Place) -> Value {
    json!({"items": [{"id": place.declared, "version": 1_000}], "edit": {"owner": place.unknown}})
}

fn blackout(place: &Place) -> Value {
    let (from, to) = ("2026-12-24T00:00:00Z", "2026-12-27T00:00:00Z");
    let schedule = json!({"repeats": "never", "starts_at": from, "ends_at": to});
    json!({"name": place.unknown, "items": [place.spare], "schedule": schedule, "reason": "r"})
}

fn template(name: &str) -> Value {
    let plan = json!({
        "reason": "r", "scope": {"hosts": "name:none"}, "implementation": "i", "test": "t", "backout": "b",
        "outage_minutes": 0, "checks": ["it answers"],
    });
    json!({"name": name, "plan": plan})
}

fn separation(place: &Place) -> Value {
    let side = |group: &str| json!({"entitlement": "group", "group": group});
    json!({"name": place.unknown, "one": side("payments"), "other": side("auditors")})
}

fn window() -> Value {
    let schedule = json!({"repeats": "weekly", "days": ["sunday"], "at": "02:00", "minutes": 60, "zone": "UTC"});
    json!({"name": "night", "hosts": "name:none", "schedule": schedule, "reason": "r"})
}

fn subscription(place: &Place) -> Value {
    json!({"name": place.unknown, "topics": ["ticket.opened"], "filter": "priority:1", "target": place.user})
}

fn rota(place: &Place) -> Value {
    let layer = json!({
        "name": "primary", "members": [place.user], "every": 1, "unit": "week", "starts_on": "2026-09-01",
        "handover": "09:00",
    });
    json!({"name": place.unknown, "zone": "Europe/Berlin", "layers": [layer]})
}

fn escalation_policy(place: &Place) -> Value {
    // It fits no ticket, whatever its name.
    let steps = json!([{"after_minutes": 5, "targets": [place.user]}]);
    json!({"name": place.unknown, "filter": "title:no-such", "steps": steps})
}

#[expect(clippy::too_many_lines, reason = "a list of all there is")]
async fn place(lab: &Lab) -> Place {
    let admin = lab.token_of(Role::Administrator).await;
    let mut device = Device::enroll(lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    let host = device.report_full(lab).await;
    device.add_user("deploy", 0);
    device.report_delta(lab).await;
    let finding = lab.get(&admin, "/api/v1/findings").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let item =
        lab.get(&admin, "/api/v1/items?class=package").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({"kind": "incident", "title": "the matrix"});
    let ticket = lab.post(&admin, "/api/v1/tickets", body).await.json()["id"].as_str().unwrap().to_owned();
    let body = json!({"kind": "incident", "title": "another one"});
    let related = lab.post(&admin, "/api/v1/tickets", body).await.json()["number"].as_str().unwrap().to_owned();
    let file = format!("/api/v1/tickets/{ticket}/attachments?name=a.json");
    let attachment = lab.post(&admin, &file, json!({})).await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let offer = json!({"name": "a keyboard", "state": "published", "visible_within": {"sites": ["a site"]}});
    let offered = lab.post(&admin, "/api/v1/catalogue", offer).await.expect(201).json();
    let offered = offered["id"].as_str().unwrap().to_owned();
    let article = json!({"title": "t", "body": "b", "state": "published", "review_at": "2026-12-31T00:00:00Z"});
    lab.post(&admin, "/api/v1/articles", article).await.expect(201);
    let token = lab.post(&admin, "/api/v1/enrollment-tokens", json!({"name": "t"})).await.json();
    let user = lab.user("somebody-else", &[Role::Responder]).await;
    let spare = Device::enroll(lab, "spare", &"5a".repeat(16)).await.report_full(lab).await;
    lab.service.revoke_agent(&SYSTEM, agent_of(lab, &spare).await, "off").await.unwrap();
    let merged = Device::enroll(lab, "merged", &"5b".repeat(16)).await.report_full(lab).await;
    lab.service.revoke_agent(&SYSTEM, agent_of(lab, &merged).await, "off").await.unwrap();
    let body = json!({"into": host, "reason": "one"});
    let merge = lab.post(&admin, &format!("/api/v1/hosts/{merged}/merge"), body).await.expect(200).json();
    // A machine that shows what a living agent's host is recognised by: a question.
    let mut twin = Device::enroll(lab, "web-1", "0123456789abcdef0123456789abcdef").await;
    let told = twin.full(lab);
    twin.deliver(lab, &told).await.problem(409, "identity-undecided");
    let review = lab.get(&admin, "/api/v1/identification/reviews").await.json()["items"][0]["id"].clone();
    let declare = json!({"class": "application", "name": "shop"});
    let declared = lab.post(&admin, "/api/v1/items", declare).await.expect(201).json();
    let relate = json!({"kind": "runs_on", "to": host, "reason": "it does"});
    let path = format!("/api/v1/items/{}/relations", declared["id"].as_str().unwrap());
    let relation = lab.post(&admin, &path, relate).await.expect(201).json();
    let class = json!({"name": "printer", "label": "printer"});
    let class = lab.post(&admin, "/api/v1/classes", class).await.expect(201).json();
    let policy = json!({
        "id": "no-telnet", "purpose": "telnet is not allowed", "section": "package", "condition": "item.name == 'telnetd'",
    });
    lab.post(&admin, "/api/v1/policies", policy).await.expect(201);
    let profile = json!({"id": "web", "purpose": "web servers", "expectations": ["have package nginx"]});
    lab.post(&admin, "/api/v1/profiles", profile).await.expect(201);
    let save = json!({"name": "everything", "list": "hosts", "shared": true});
    let saved = lab.post(&admin, "/api/v1/saved-searches", save).await.expect(201).json();
    let event = json!({"source": "nagios", "kind": "load", "severity": "warning"});
    let event = lab.post(&admin, "/api/v1/events", event).await.expect(200).json();
    let alert = event["items"][0]["alert"].as_str().unwrap().to_owned();
    let silence = json!({"matcher": "kind:none", "reason": "r"});
    let silence = lab.post(&admin, "/api/v1/silences", silence).await.expect(201).json();
    let maintenance = lab.post(&admin, "/api/v1/maintenance-windows", window()).await.expect(201).json();
    let rule = json!({"name": "none", "filter": "kind:none"});
    let rule = lab.post(&admin, "/api/v1/alert-rules", rule).await.expect(201).json();
    let channel = json!({"name": "hook", "kind": "webhook", "url": "https://hooks.example.com/x"});
    let channel = lab.post(&admin, "/api/v1/channels", channel).await.expect(201).json();
    let path = format!("/api/v1/channels/{}/test", channel["id"].as_str().unwrap());
    let tried = lab.post(&admin, &path, Value::Null).await.expect(202).json();
    let waiver = json!({
        "selector": "policy:nothing", "justification": "a lab", "owner": "ann", "expires_at": "2026-12-31T00:00:00Z",
    });
    let waiver = lab.post(&admin, "/api/v1/waivers", waiver).await.expect(201).json();
    let mut place = Place {
        alert,
        silence: silence["id"].as_str().unwrap().to_owned(),
        maintenance: maintenance["id"].as_str().unwrap().to_owned(),
        alert_rule: rule["id"].as_str().unwrap().to_owned(),
        channel: channel["id"].as_str().unwrap().to_owned(),
        delivery: tried["items"][0]["id"].as_str().unwrap().to_owned(),
        subscription: String::new(),
        rota: String::new(),
        escalation_policy: String::new(),
        waiver: waiver["id"].as_str().unwrap().to_owned(),
        saved: saved["id"].as_str().unwrap().to_owned(),
        report: told.report_id.to_string(),
        review: review.as_str().unwrap().to_owned(),
        merge: merge["id"].as_str().unwrap().to_owned(),
        spare,
        host,
        item,
        declared: declared["id"].as_str().unwrap().to_owned(),
        relation: relation["id"].as_str().unwrap().to_owned(),
        class: class["name"].as_str().unwrap().to_owned(),
        finding,
        ticket,
        attachment,
        offered,
        related,
        agent: device.agent.to_string(),
        enrollment_token: token["id"].as_str().unwrap().to_owned(),
        user: user.id.to_string(),
        unknown: "known".into(),
    };
    let made = async |path: &str, body: Value| {
        let made = lab.post(&admin, path, body).await.expect(201).json();
        made["id"].as_str().unwrap().to_owned()
    };
    place.subscription = made("/api/v1/subscriptions", subscription(&place)).await;
    place.rota = made("/api/v1/rotas", rota(&place)).await;
    place.escalation_policy = made("/api/v1/escalation-policies", escalation_policy(&place)).await;
    place.unknown = String::new();
    place
}

/// The one agent of a host.
async fn agent_of(lab: &Lab, host: &str) -> muster_shared::id::AgentId {
    lab.service.agents_of_host(&SYSTEM, host.parse().unwrap()).await.unwrap().remove(0).id
}

fn path(method: &Method, template: &str, place: &Place) -> String {
    let kind = template.split('/').nth(1).unwrap();
    let id = match kind {
        "hosts" | "baselines" | "export" => &place.host,
        "items" if *method == GET || template.contains("/pins") => &place.item,
        "items" | "services" => &place.declared,
        "classes" => &place.class,
        "findings" => &place.finding,
        "tickets" => &place.ticket,
        "articles" => "KB-000001",
        "catalogue" => &place.offered,
        "agents" => &place.agent,
        "enrollment-tokens" => &place.enrollment_token,
        "users" => &place.user,
        "saved-searches" => &place.saved,
        "policies" => "no-telnet",
        "profiles" => "web",
        "waivers" => &place.waiver,
        "problem-proposals" => "pprop_00000000000000000000000000000000",
        "calendars" => "24x7",
        "service-level-policies" => "p1-resolve",
        "alerts" => &place.alert,
        "silences" => &place.silence,
        "maintenance-windows" => &place.maintenance,
        "alert-rules" => &place.alert_rule,
        "channels" => &place.channel,
        "subscriptions" => &place.subscription,
        "deliveries" => &place.delivery,
        "rotas" => &place.rota,
        "escalation-policies" => &place.escalation_policy,
        "api-tokens" => "apt_00000000000000000000000000000000",
        "grants" => "grt_00000000000000000000000000000000",
        "report-plans" => "rpl_00000000000000000000000000000000",
        "report-runs" => "rrn_00000000000000000000000000000000",
        "improvements" => "CSI-000001",
        "change-templates" => "tpl_00000000000000000000000000000000",
        "blackouts" => "blk_00000000000000000000000000000000",
        "delegations" => "dlg_00000000000000000000000000000000",
        "known-errors" => "PRB-000001",
        "teams" => "team_00000000000000000000000000000000",
        "separations" => "sod_00000000000000000000000000000000",
        "reviews" => "cmp_00000000000000000000000000000000",
        "board" => "mtg_00000000000000000000000000000000",
        "approvals" => "apr_00000000000000000000000000000000",
        "imports" => "imp_00000000000000000000000000000000",
        "sessions" => "sess_00000000000000000000000000000000",
        _ if template.contains("/reviews/") => &place.review,
        _ if template.contains("/merges/") => &place.merge,
        _ => "",
    };
    format!(
        "/api/v1{}",
        template
            .replace("{id}", id)
            .replace("{host}", id)
            .replace("{name}", id)
            .replace("{service}", &place.declared)
            .replace("{resource}", "memory")
            .replace("{relation}", &place.relation)
            .replace("{attribute}", "vendor")
            .replace("{section}", "service")
            .replace("{seq}", "1")
            .replace("{version}", "0")
            .replace("{report}", &place.report)
            .replace("{user}", &place.user)
            .replace("{ticket}", &place.ticket)
            .replace("{grant}", "grt_00000000000000000000000000000000")
            .replace("{override}", "ovr_00000000000000000000000000000000")
            .replace("{attachment}", &place.attachment)
            .replace("{kind}", "relates_to")
            .replace("{other}", &place.related)
    )
}

#[test]
fn every_route_has_a_row() {
    let description: Value = serde_json::from_str(&muster_collector::http::rest::openapi()).unwrap();
    let mut described = Vec::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        described.extend(methods.as_object().unwrap().keys().map(|m| format!("{} {path}", m.to_uppercase())));
    }
    let mut rows: Vec<String> = ROUTES
        .iter()
        .map(|Row(method, path, ..)| format!("{method} /api/v1{}", path.split('?').next().unwrap()))
        .collect();
    described.sort();
    rows.sort();
    assert_eq!(rows, described, "a route without a row, or a row without a route");
}

#[test]
fn no_get_takes_a_right_that_changes_something() {
    for Row(method, path, action, _) in ROUTES {
        let reads = action.is_none_or(|action| right::is_read(action) || action == Action::SelfManage);
        assert!(*method != GET || reads, "{path}");
        assert!(*method == GET || !action.is_none_or(right::is_read), "{method} {path}");
    }
}

#[tokio::test]
async fn nobody_gets_nothing() {
    let lab = Lab::new();
    let place = place(&lab).await;
    for Row(method, template, _, body) in ROUTES {
        for token in ["", "x", "mst_AAAA"] {
            let body = Some(body(&place)).filter(|body| !body.is_null());
            let request = ask(method.clone(), token, &path(method, template, &place), &[("if-match", "*")], body);
            let before = lab.sequence().await;
            let reply = lab.people(request).await;
            assert_eq!(reply.header("www-authenticate"), "Bearer");
            reply.problem(401, "not-authenticated");
            assert_eq!(lab.sequence().await, before, "{method} {template}");
        }
    }
}

/// All that every kind of token of a role gets is what the table of rights gives it.
async fn check_role(role: Role) {
    let lab = Lab::new();
    let mut place = place(&lab).await;
    let user = lab.user("the-caller", &[role]).await;
    for scope in Scope::ALL {
        let token = lab.token(&user, *scope).await;
        let actor = user.actor(Some(vec![*scope]));
        for (i, Row(method, template, action, body)) in ROUTES.iter().enumerate() {
            let what = format!("{method} {template} as {role} with {scope}");
            place.unknown = format!("{scope}-{i}");
            let body = Some(body(&place)).filter(|body| !body.is_null());
            let request = ask(method.clone(), &token, &path(method, template, &place), &[("if-match", "*")], body);
            let (sequence, (audit, _)) = (lab.sequence().await, lab.last_audit().await);
            let reply = lab.people(request).await;
            let (commits, entries) = (lab.sequence().await - sequence, lab.last_audit().await.0 - audit);
            let may = action.is_none_or(|action| right::authorize(&actor, action, Resource::All).is_ok());
            assert_eq!(reply.status != 403, may, "{what}: {} {}", reply.status, reply.text());
            if *method == GET || reply.status >= 400 {
                assert_eq!((commits, entries), (0, 0), "{what} was {} and changed something", reply.status);
            } else {
                let expected = match template.rsplit('/').next().unwrap() {
                    // Accepting the last finding of an incident resolves that too, which is an entry of its own; so does the
                    // answer that an incident waits for. A link is written at both ends.
                    "accept" | "decide" | "links" | "{other}" => (1, 2),
                    // These only say what would be; and no finding waits for a word.
                    "dry-run" | "merge" | "split" | "preview" | "confirm" | "bulk" | "follow" => (0, 0),
                    // It was started, and with that somebody took notice.
                    "acknowledge" if template.starts_with("/tickets/") => (0, 0),
                    // That it begins; then its item and that it is done.
                    "imports?class=team" => (2, 3),
                    _ => (1, 1),
                };
                assert_eq!((commits, entries), expected, "{what}: one commit, its audit entry in it");
            }
            match reply.status {
                200..=204 => {}
                403 => drop(reply.problem(403, "not-authorised")),
                // A second try of what was done already, and the ids of nobody's token and session.
                // So is a saved search that was removed.
                404 if template.starts_with("/saved-searches/") || template.starts_with("/policies/") => {}
                404 if template.starts_with("/profiles/") => {}
                // Nothing moved so often that it was proposed.
                404 if template.starts_with("/volatility/") => {}
                // Nothing came so often.
                404 if template.starts_with("/problem-proposals/") => {}
                404 if template.starts_with("/api-tokens/") || template.starts_with("/sessions/") => {}
                // An earlier scope took the file off, and proposed the incident as a major one.
                404 if template.ends_with("{attachment}") => {}
                404 if template.starts_with("/known-errors/") => {}
                409 if template.ends_with("/major") || template.ends_with("/again") => {}
                // There is no such problem.
                422 if template.ends_with("/known-error") => {}
                // An incident has no conflicts, and no votes are waited for.
                404 if template.ends_with("/conflicts") || template.starts_with("/approvals/") => {}
                // Of no grant and no campaign: their own tests do them.
                404 if [
                    "/grants/",
                    "/separations/",
                    "/teams/",
                    "/reviews/",
                    "/blackouts/",
                    "/change-templates/",
                    "/delegations/",
                    "/board/",
                ]
                .iter()
                .any(|of| template.starts_with(of)) => {}
                // A channel that leads to no other desk.
                409 if *template == "/channels/{id}/events" => {}
                // Of no report and no improvement yet, and that of nobody: their own tests do them.
                404 if ["/report-plans/", "/report-runs/", "/improvements/"]
                    .iter()
                    .any(|of| template.starts_with(of)) => {}
                422 if template.starts_with("/improvements/") => {}
                // No change waits for the board: its own tests hold meetings.
                422 if template.starts_with("/board/") => {}
                // Only of a change something may have come, and only a change has checks.
                409 if template.ends_with("/aftermath") || template.ends_with("/checks") => {}
                // Of no import: their own tests do them.
                404 if template.starts_with("/imports/") => {}
                // The alert was taken or closed, the silence ended, the window and the rule removed by an earlier scope.
                404 if template.starts_with("/maintenance-windows/") || template.starts_with("/alert-rules/") => {}
                409 if template.starts_with("/alerts/") || template.starts_with("/silences/") => {}
                // Nobody stands in, and nobody was called; a message that waits is not sent again.
                404 if template.ends_with("{override}") || template.starts_with("/escalations/") => {}
                409 if template.ends_with("/retry") => {}
                409 if template.starts_with("/waivers/") => {}
                409 if template.contains("findings") || template.contains("transitions") => {}
                // The agent neither waits for approval nor is it in quarantine.
                409 if ["/approve", "/reject", "/release"].iter().any(|what| template.ends_with(what)) => {}
                // The question was answered, and the merge taken back.
                409 if template.ends_with("/decide") || template.contains("/merges/") => {}
                status => panic!("{what}: {status} {}", reply.text()),
            }
        }
    }
}

/// Routes whose body is a file, or what another program says.
const FOREIGN: &[&str] = &["/attachments", "/imports", "/integrations/", "/channels/{id}/events"];

/// Case 69: what the collector says of a record is written by nobody, whatever the route.
#[tokio::test]
async fn no_route_takes_a_field_that_it_does_not_know() {
    let lab = Lab::new();
    let place = place(&lab).await;
    let caller = lab.user("the-caller", &[Role::Administrator]).await;
    let admin = lab.token(&caller, Scope::All).await;
    for Row(method, template, _, body) in ROUTES {
        let Value::Object(known) = body(&place) else { continue };
        if FOREIGN.iter().any(|of| template.contains(of)) {
            continue;
        }
        for field in ["approved_by", "created_at", "id", "version", "opened_by"] {
            // Whoever tries a policy may name the one that it is to be.
            if known.contains_key(field) || (template.ends_with("/preview") && field == "id") {
                continue;
            }
            let mut body = known.clone();
            body.insert(field.to_owned(), json!("administrator"));
            let before = lab.sequence().await;
            let path = path(method, template, &place);
            let reply = lab.people(ask(method.clone(), &admin, &path, &[("if-match", "*")], Some(body.into()))).await;
            assert!((400..500).contains(&reply.status), "{method} {template} {field}: {}", reply.text());
            assert_eq!(lab.sequence().await, before, "{method} {template} {field}");
        }
    }
}

#[tokio::test]
async fn an_administrator() {
    check_role(Role::Administrator).await;
}

#[tokio::test]
async fn a_cmdb_owner() {
    check_role(Role::CmdbOwner).await;
}

#[tokio::test]
async fn a_responder() {
    check_role(Role::Responder).await;
}

#[tokio::test]
async fn a_change_approver() {
    check_role(Role::ChangeApprover).await;
}

#[tokio::test]
async fn a_viewer() {
    check_role(Role::Viewer).await;
}

#[tokio::test]
async fn an_auditor() {
    check_role(Role::Auditor).await;
}

#[tokio::test]
async fn an_agents_certificate_opens_no_route_of_people_and_a_token_none_of_agents() {
    let lab = Lab::new();
    let place = place(&lab).await;
    let device = Device::enroll(&lab, "web-2", "ab".repeat(16).as_str()).await;
    for Row(method, template, _, body) in ROUTES {
        let body = Some(body(&place)).filter(|body| !body.is_null());
        let request = ask(method.clone(), "", &path(method, template, &place), &[("if-match", "*")], body);
        lab.people_from(request, device.from()).await.problem(401, "not-authenticated");
    }
    let token = lab.token_of(Role::Responder).await;
    for path in ["/recover", "/recover/challenge", "/enroll"] {
        assert_eq!(lab.people(ask(POST, &token, path, &[], Some(json!({})))).await.status, 404);
    }
    for path in ["/agent/v1/reports", "/agent/v1/heartbeats", "/agent/v1/renewals"] {
        let request = || ask(POST, &token, path, &[], Some(json!({})));
        lab.agents(request(), crate::lab::From::default()).await.problem(401, "not-authenticated");
        assert_eq!(lab.people(request()).await.status, 404);
    }
    for Row(method, template, ..) in ROUTES {
        let request = ask(method.clone(), &token, &path(method, template, &place), &[], None);
        lab.agents(request, device.from()).await.problem(404, "no-route");
    }
}
