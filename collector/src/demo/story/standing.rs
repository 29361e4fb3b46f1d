//! The last days: of each kind a ticket in each state, so that every page and every filter has something to show; and votes that wait
//! for whoever looks at the demo.

use muster_shared::SectionName;
use serde_json::{Value, json};

use super::super::agenda::{Edit, agree, edit, event, hosts, moved, open, parts, post, reject};
use super::super::software::package;
use super::change::voted;
use super::{Plot, Start};

fn plan(host: &str, what: &str, more: &Value) -> Value {
    let mut plan = json!({
        "reason": what, "scope": {"items": [format!("@host:{host}")], "facts": [{"section": "sysctl", "key": "vm.*"}]},
        "planned_start": "@in:8640", "planned_end": "@in:8760", "implementation": "sysctl -w, and the file beside it",
        "test": "tried on a machine that nobody uses", "backout": "the old value", "is_backout_tested": true,
        "outage_minutes": 0, "checks": ["no alert for an hour"], "implementer": "@user:anna",
    });
    if let (Some(plan), Some(more)) = (plan.as_object_mut(), more.as_object()) {
        plan.extend(more.clone());
    }
    plan
}

fn change(title: &str, plan: &Value) -> Value {
    json!({"kind": "change", "title": title, "category": "kernel", "assignment_group": "linux", "details": {"plan": plan}})
}

fn changes(plot: &mut Plot, start: Start) {
    let none = json!({});
    plot.then(
        start,
        0,
        open("grace", "chg-draft", change("Huge pages on db-03", &plan("db-03", "less pressure on the TLB", &none))),
    );
    plot.then(
        start,
        1,
        open("grace", "chg-assess", change("Less swapping on app-05", &plan("app-05", "fewer stalls", &none))),
    );
    plot.then(start, 2, moved("grace", "chg-assess", "submit"));
    let high = plan("db-01", "memory for sorting", &json!({"is_backout_tested": false, "outage_minutes": 20}));
    plot.then(start, 3, open("grace", "chg-authorize", change("More memory for sorting on db-01", &high)));
    plot.then(start, 4, moved("grace", "chg-authorize", "submit"));
    plot.then(start, 5, moved("grace", "chg-authorize", "request_approval"));
    voted(plot, start, "chg-scheduled", change("Dirty pages on nas-01", &plan("nas-01", "shorter flushes", &none)));
    plot.then(
        start,
        6,
        open("grace", "chg-rejected", change("No firewall on lb-01", &plan("lb-01", "it is faster without", &none))),
    );
    plot.then(start, 7, moved("grace", "chg-rejected", "submit"));
    plot.then(start, 8, moved("grace", "chg-rejected", "request_approval"));
    plot.then(start, 100, reject("hugo", "chg-rejected", "It is there for a reason."));
    plot.then(
        start,
        9,
        open("grace", "chg-cancelled", change("Another scheduler on ci-01", &plan("ci-01", "an idea", &none))),
    );
    plot.then(start, 60, event("grace", "chg-cancelled", json!({"event": "cancel", "reason": "not_needed"})));
    // One is being made just now, one waits for its review: what they made is attached to them until they are closed.
    // By day: at night all hosts are upgraded, and two changes of one host at once are a conflict.
    for (handle, host, title, name, version) in [
        ("chg-implement", "mon-01", "Longer history on mon-01", "prometheus", "2.48.1"),
        ("chg-review", "mail-02", "Postfix without the old ciphers on mail-02", "postfix", "3.7.11"),
    ] {
        let soon = json!({
            "planned_start": "@in:1440", "planned_end": "@in:1860",
            "scope": {"items": [format!("@host:{host}")], "facts": [{"section": "package", "key": name}]},
            "expect": [{"section": "package", "key": format!("{name}:amd64"), "attribute": "version", "value": version}],
        });
        voted(plot, start, handle, change(title, &plan(host, "the version can do it", &soon)));
        plot.then(start, 1_445, moved("anna", handle, "start"));
        plot.then(start, 1_450, hosts(&[host], vec![Edit::Put(SectionName::Package, package(name, version))]));
    }
    plot.then(start, 1_500, moved("anna", "chg-review", "finish"));
    let emergency = plan(
        "app-01",
        "the leak fills memory within hours",
        &json!({"type": "emergency", "planned_start": "@in:30", "planned_end": "@in:120"}),
    );
    plot.then(start, 200, open("farid", "chg-emergency", change("Restart of app-01 every hour", &emergency)));
    plot.then(start, 201, moved("farid", "chg-emergency", "submit"));
}

fn problems(plot: &mut Plot, start: Start) {
    let body =
        |title: &str| json!({"kind": "problem", "title": title, "category": "application", "impact": 2, "urgency": 2});
    let analysis = |cause: &str, more: Value| {
        let mut analysis = json!({"cause": cause, "cause_item": "checkout 7.3"});
        if let (Some(analysis), Some(more)) = (analysis.as_object_mut(), more.as_object()) {
            analysis.extend(more.clone());
        }
        json!({"details": {"analysis": analysis}})
    };
    plot.then(start, 0, open("david", "prb-new", body("Baskets are lost at night")));
    plot.then(start, 1, open("david", "prb-assess", body("The archive job locks tables")));
    plot.then(start, 2, moved("david", "prb-assess", "assess"));
    let all: [(&str, &str, &[&str]); 5] = [
        ("prb-cause", "Memory of the checkout grows", &["find_cause"]),
        ("prb-fix", "Pictures are rendered twice", &["find_cause", "start_fix"]),
        ("prb-resolved", "Time-outs of the search", &["find_cause", "start_fix", "resolve"]),
        ("prb-closed", "Two workers take one order", &["find_cause", "start_fix", "resolve", "close"]),
        ("prb-risk", "An old library in the reports", &["find_cause", "accept_risk"]),
    ];
    for (n, (handle, title, events)) in all.iter().enumerate() {
        let at = 10 + 10 * i64::try_from(n).unwrap_or_default();
        plot.then(start, at, open("david", handle, body(title)));
        plot.then(start, at + 1, moved("david", handle, "assess"));
        let more = json!({"workaround": "restart it at night", "no_change": "the vendor mends it"});
        plot.then(start, at + 2, edit("david", handle, analysis("a cache without a bound", more)));
        for (m, name) in events.iter().enumerate() {
            let body = match *name {
                "resolve" => json!({"event": "resolve", "close_code": "fixed", "close_notes": "the cache has a bound"}),
                "accept_risk" => {
                    json!({"event": "accept_risk", "comment": "it is replaced next year", "until": "@in:259200"})
                }
                name => json!({ "event": name }),
            };
            plot.then(start, at + 60 + 60 * i64::try_from(m).unwrap_or_default(), event("david", handle, body));
        }
    }
    plot.then(start, 3, open("david", "prb-cancelled", body("Rain on the microwave link")));
    plot.then(start, 5, event("david", "prb-cancelled", json!({"event": "cancel", "reason": "invalid"})));
}

fn releases(plot: &mut Plot, start: Start) {
    let body = |title: &str| {
        json!({"kind": "release", "title": title, "category": "application", "details": {"plan": {
            "packages": [{"name": "checkout", "version": "8.0.0"}], "waves": [{"name": "all", "hosts": "name:app-*"}],
        }}})
    };
    let word = |name: &str, comment: &str| json!({"event": name, "comment": comment});
    let go = |names: &[&str]| names.iter().map(|name| json!({ "event": name })).collect::<Vec<_>>();
    let ready = ["plan", "freeze", "ready"];
    let deploying = ["plan", "freeze", "ready", "deploy"];
    let mut all: Vec<(&str, &str, Vec<Value>)> = vec![
        ("rel-draft", "Checkout 8.1", Vec::new()),
        ("rel-planned", "Search 3", go(&["plan"])),
        ("rel-frozen", "Reports 12", go(&["plan", "freeze"])),
        ("rel-ready", "Catalogue API 3", go(&ready)),
        ("rel-deploying", "Checkout 8.0", go(&deploying)),
    ];
    let ends = [
        ("rel-attention", "Checkout 7.9", word("attention", "two hosts answer slowly")),
        ("rel-back", "Checkout 7.8", word("roll_back", "orders were lost in the test")),
        ("rel-failed", "Checkout 7.7", word("fail", "the build was broken")),
    ];
    for (handle, title, last) in ends {
        let mut events = go(&deploying);
        events.push(last);
        all.push((handle, title, events));
    }
    let mut over = go(&deploying);
    over.push(word("roll_back", "it was the wrong branch"));
    over.push(json!({"event": "close"}));
    all.push(("rel-closed", "Checkout 7.6", over));
    all.push(("rel-cancelled", "Checkout 7.5", vec![json!({"event": "cancel", "reason": "superseded"})]));
    for (n, (handle, title, events)) in (0_i64..).zip(all) {
        plot.then(start, n, open("grace", handle, body(title)));
        for (m, named) in (1_i64..).zip(events) {
            plot.then(start, 20 * m + n, event("grace", handle, named));
        }
    }
    // What runs already is completed at once: agents see it.
    let done = json!({"kind": "release", "title": "Nginx of the distribution", "details": {"plan": {
        "packages": [{"name": "nginx", "version": "1.22.1-9"}], "waves": [{"name": "all", "hosts": "name:web-*"}],
    }}});
    plot.then(start, 11, open("grace", "rel-completed", done.clone()));
    plot.then(start, 12, open("grace", "rel-early", done));
    for (m, name) in (1_i64..).zip(deploying.iter().chain(&["complete"])) {
        plot.then(start, 20 * m + 11, moved("grace", "rel-completed", name));
        plot.then(start, 20 * m + 12, moved("grace", "rel-early", name));
    }
    plot.then(start, 140, event("grace", "rel-early", json!({"event": "early_life", "until": "@in:14400"})));
}

fn requests(plot: &mut Plot, start: Start) {
    let order =
        |offer: &str| (format!("/catalogue/@id:{offer}/requests"), json!({"answers": {"why": "for the trade fair"}}));
    let all: [(&str, &str, i64); 9] = [
        ("req-draft", "laptop", 0),
        ("req-submitted", "share", 1),
        ("req-waits", "laptop", 2),
        ("req-approved", "vm", 3),
        ("req-rejected", "licence", 2),
        ("req-fulfilment", "vm", 4),
        ("req-hold", "laptop", 4),
        ("req-fulfilled", "screen", 5),
        ("req-cancelled", "screen", 1),
    ];
    for (n, (handle, offer, steps)) in (0_i64..).zip(all) {
        let (path, body) = order(offer);
        plot.then(start, n, post("maja", &path, handle, body));
        if steps > 0 {
            plot.then(start, 20 + n, moved("maja", handle, "submit"));
        }
        if matches!(steps, 2..=4) {
            plot.then(start, 40 + n, moved("maja", handle, "request_approval"));
        }
        if matches!(steps, 3 | 4) {
            plot.then(start, 80 + n, agree(handle, "admin"));
        }
        if steps >= 4 {
            plot.then(start, 120 + n, moved("chiara", handle, "fulfil"));
        }
    }
    plot.then(start, 90, reject("ines", "req-rejected", "The old licence is good until summer."));
    let hold = json!({"event": "hold", "reason": "vendor", "comment": "it is out of stock"});
    plot.then(start, 160, event("chiara", "req-hold", hold));
    plot.then(start, 161, parts("chiara", "req-fulfilled", "done"));
    plot.then(start, 165, event("chiara", "req-fulfilled", json!({"event": "complete", "close_code": "complete"})));
    plot.then(start, 60, event("maja", "req-cancelled", json!({"event": "cancel", "reason": "withdrawn"})));
}

fn incidents(plot: &mut Plot, start: Start) {
    let body = |title: &str, urgency: u8| json!({"kind": "incident", "title": title, "category": "application", "impact": 2, "urgency": urgency, "items": ["@id:shop"]});
    plot.then(start, 0, open("liam", "inc-new", body("Vouchers are not taken", 3)));
    plot.then(start, 1, open("maja", "inc-work", body("Prices of one brand are wrong", 2)));
    plot.then(
        start,
        6,
        event("ben", "inc-work", json!({"event": "assign", "assignment_group": "linux", "assignee": "@user:ben"})),
    );
    plot.then(start, 2, open("noor", "inc-hold", body("A supplier's feed is empty", 3)));
    plot.then(start, 8, moved("chiara", "inc-hold", "start"));
    plot.then(
        start,
        9,
        event("chiara", "inc-hold", json!({"event": "hold", "reason": "vendor", "comment": "their ticket 4711"})),
    );
    plot.then(start, 3, open("liam", "inc-double", body("Vouchers do not work", 3)));
    let cancel = json!({"event": "cancel", "reason": "duplicate", "duplicate_of": "@number:inc-new"});
    plot.then(start, 12, event("chiara", "inc-double", cancel));
    plot.then(start, 4, open("liam", "inc-urgent", json!({
        "kind": "incident", "title": "Card payments fail now and then", "category": "application", "impact": 1, "urgency": 2,
        "items": ["@id:payments"],
    })));
}

/// A task in each state, under an incident that is worked on.
fn tasks(plot: &mut Plot, start: Start) {
    let all: [(&str, &str, &[&str]); 6] = [
        ("tsk-open", "Ask the vendor for a date", &[]),
        ("tsk-work", "Compare the prices with last week", &["start"]),
        ("tsk-done", "Take the brand off the front page", &["start", "done"]),
        ("tsk-skipped", "Call the brand", &["skip"]),
        ("tsk-failed", "Repeat the import", &["start", "fail"]),
        ("tsk-cancelled", "Write to all customers", &["cancel"]),
    ];
    for (n, (handle, title, events)) in (0_i64..).zip(all) {
        let body = json!({"kind": "task", "title": title, "parent": "@id:inc-work", "assignment_group": "linux"});
        plot.then(start, 30 + n, open("ben", handle, body));
        for (m, name) in (1_i64..).zip(events) {
            let body = match *name {
                "skip" | "fail" => json!({"event": name, "comment": "it was of no use"}),
                "cancel" => json!({"event": name, "reason": "not_needed"}),
                name => json!({ "event": name }),
            };
            plot.then(start, 30 + 15 * m + n, event("ben", handle, body));
        }
    }
}

/// All of it.
pub(super) fn write(plot: &mut Plot) {
    if let Some(start) = plot.ago(3, 8, 5) {
        problems(plot, start);
    }
    if let Some(start) = plot.ago(2, 8, 30) {
        changes(plot, start);
    }
    if let Some(start) = plot.ago(2, 10, 0) {
        releases(plot, start);
        requests(plot, start);
    }
    let start = plot.minutes_ago(200);
    incidents(plot, start);
    tasks(plot, start);
}
