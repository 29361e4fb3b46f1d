//! A major incident on a database: who calls about the same is folded into it, there are updates by the hour, and a problem is left.

use serde_json::json;

use super::super::agenda::{event, moved, note, open, post, say};
use super::Plot;

/// What others call about, meanwhile.
const CALLS: &[(&str, &str, i64)] = &[
    ("liam", "The shop cannot take orders", 6),
    ("maja", "Payments are refused", 9),
    ("noor", "The list of orders is empty", 14),
    ("liam", "Refunds do not work", 31),
];

/// From the first call to the last.
pub(super) fn write(plot: &mut Plot) {
    let Some(start) = plot.ago(37, 9, 40) else { return };
    let body = json!({
        "kind": "incident", "title": "The order database does not answer", "category": "database", "impact": 1, "urgency": 1,
        "items": ["@id:orders", "@id:shop", "@host:db-01"], "description": "All sessions hang since 09:38 UTC.",
    });
    plot.then(start, 0, open("chiara", "major", body));
    let assign = json!({"event": "assign", "assignment_group": "database", "assignee": "@user:david"});
    plot.then(start, 3, event("chiara", "major", assign));
    let accept = json!({
        "step": "accept", "business_impact": "No orders can be taken, in all countries.", "commander": "@user:elena",
        "next_update_at": "@in:45",
    });
    plot.then(start, 5, post("elena", "/tickets/@number:major/major", "", accept));
    for (n, (who, title, after)) in CALLS.iter().enumerate() {
        let handle = format!("major-{n}");
        let child = json!({
            "kind": "incident", "title": title, "category": "database", "impact": 2, "urgency": 2, "parent": "@id:major",
            "auto_follow": true,
        });
        plot.then(start, *after, open(who, &handle, child));
    }
    plot.then(start, 12, note("david", "major", "A lock of the nightly archive job blocks every writer."));
    let update = |note: &str, minutes: &str| json!({"step": "update", "note": note, "next_update_at": minutes});
    let first = update("The cause is found; the archive job is being stopped.", "@in:60");
    plot.then(start, 40, post("elena", "/tickets/@number:major/major", "", first));
    let second = update("Orders come in again; the backlog is worked off.", "@in:90");
    plot.then(start, 85, post("elena", "/tickets/@number:major/major", "", second));
    plot.then(start, 90, say("david", "major", "The job is stopped and will not start again."));
    let resolve = json!({
        "event": "resolve", "close_code": "fixed", "cause_item": "@host:db-01",
        "close_notes": "The archive job held a lock on the table of orders. It is stopped; the problem asks why it could.",
    });
    plot.then(start, 118, event("david", "major", resolve));
    let down = json!({"step": "stand_down", "note": "All services are back, the backlog is gone."});
    plot.then(start, 180, post("elena", "/tickets/@number:major/major", "", down));
    plot.then(start, 1_500, moved("elena", "major", "confirm"));
}
