//! What is to become better, measured by the figures that the demo makes; reports that come by themselves; searches that people keep.

use serde_json::{Value, json};

use super::super::agenda::{post, say};
use super::super::people::ADMIN;
use super::{Plot, Start};

fn step(plot: &mut Plot, start: Start, minutes: i64, handle: &str, body: Value) {
    plot.then(start, minutes, post("hugo", &format!("/improvements/@number:{handle}/transitions"), "", body));
}

fn improvements(plot: &mut Plot) {
    if let Some(start) = plot.ago(55, 10, 0) {
        let body = json!({
            "title": "Resolve incidents sooner", "kpi": "mttr", "days": 21, "target": 7_200, "owner": "@user:hugo",
            "description": "Runbooks for the ten most frequent troubles.",
        });
        plot.then(start, 0, post("hugo", "/improvements", "csi-mttr", body));
        step(plot, start, 60, "csi-mttr", json!({"event": "approve"}));
        step(plot, start, 120, "csi-mttr", json!({"event": "start"}));
        step(plot, start, 45 * 1_440, "csi-mttr", json!({"event": "review"}));
        step(
            plot,
            start,
            45 * 1_440 + 60,
            "csi-mttr",
            json!({"event": "continue", "note": "half of the runbooks are written"}),
        );
    }
    if let Some(start) = plot.ago(48, 11, 0) {
        let body = json!({
            "title": "Fewer incidents that come back", "kpi": "reopen_rate", "days": 14, "target": 3, "owner": "@user:ines",
        });
        plot.then(start, 0, post("ines", "/improvements", "csi-reopen", body));
        step(plot, start, 30, "csi-reopen", json!({"event": "approve"}));
        step(plot, start, 60, "csi-reopen", json!({"event": "start"}));
        step(plot, start, 30 * 1_440, "csi-reopen", json!({"event": "review"}));
        step(
            plot,
            start,
            30 * 1_440 + 90,
            "csi-reopen",
            json!({"event": "close", "note": "a checklist before resolving"}),
        );
    }
    if let Some(start) = plot.ago(5, 9, 0) {
        let body = json!({"title": "One place for certificates", "measure": "certificates that nobody renews by machine", "baseline": 7, "target": 0});
        plot.then(start, 0, post("hugo", "/improvements", "csi-certs", body));
    }
}

fn reports(plot: &mut Plot) {
    let Some(start) = plot.ago(35, 7, 0) else { return };
    let schedule =
        json!({"repeats": "weekly", "days": ["monday"], "at": "07:00", "minutes": 1, "zone": "Europe/Berlin"});
    // A demo has no mail server; and nothing leaves it, whatever channels there are.
    let channel = json!({"name": "reports", "kind": "webhook", "url": "https://hooks.example.com/reports"});
    plot.then(start, 0, post(ADMIN, "/channels", "channel", channel));
    for (handle, name, subject) in [
        ("rpt-kpi", "Figures of the week", json!({"of": "kpi", "days": 7})),
        ("rpt-services", "Availability of services", json!({"of": "availability", "days": 30})),
        ("rpt-capacity", "What fills up", json!({"of": "capacity", "resource": "filesystem"})),
    ] {
        let body = json!({"name": name, "subject": subject, "schedule": schedule, "channels": ["@id:channel"]});
        plot.then(start, 1, post("hugo", "/report-plans", handle, body));
    }
    for (name, list, filter) in [
        ("Urgent incidents", "tickets", "kind:incident priority:1"),
        ("Changes that wait for votes", "tickets", "kind:change state:authorize"),
        ("Old OpenSSL", "items", "class:package name:openssl"),
    ] {
        let body = json!({"name": name, "list": list, "filter": filter, "shared": true});
        plot.then(start, 5, post("jonas", "/saved-searches", "", body));
    }
}

fn knowledge(plot: &mut Plot) {
    let Some(start) = plot.ago(70, 14, 0) else { return };
    for (title, body) in [
        ("Unlock an account", "Check who asks, then `passwd -u NAME`. Note the caller in the ticket."),
        ("A share is full", "Raise the quota by 10 percent once; after that ask the owner of the share."),
        ("Drain a web host", "Set it to drain in the load balancer, wait five minutes, look at its connections."),
    ] {
        let article = json!({"title": title, "body": body, "state": "published", "review_at": "@in:129600"});
        plot.then(start, 0, post("david", "/articles", "", article));
    }
}

/// All of it.
pub(super) fn write(plot: &mut Plot) {
    improvements(plot);
    reports(plot);
    knowledge(plot);
    let start = plot.minutes_ago(150);
    plot.then(start, 0, say("liam", "inc-urgent", "It is about one payment in fifty."));
}
