//! Changes: a release that goes out in two waves, one host of which did not get it; a change that went wrong, with the incident, the
//! problem and the known error that came of it; small ones every week.

use muster_shared::SectionName;
use serde_json::{Value, json};

use super::super::agenda::{Edit, agree, edit, event, hosts, link, moved, note, open, post};
use super::super::fleet::{Planned, Role};
use super::super::software::package;
use super::{Plot, Start};

/// A plan for some hosts and one package, a day after it was written.
fn plan(question: &str, name: &str, version: &str, more: &Value) -> Value {
    let mut plan = json!({
        "reason": format!("{name} {version} is out and tested"),
        "scope": {"hosts": question, "facts": [{"section": "package", "key": format!("{name}*")}]},
        "planned_start": "@in:1440", "planned_end": "@in:1560",
        "implementation": format!("apt-get install {name}={version}"), "test": "the smoke tests of the build",
        "backout": "the version before, from the same repository", "is_backout_tested": true, "outage_minutes": 0,
        "expect": [{"section": "package", "key": format!("{name}:amd64"), "attribute": "version", "value": version}],
        "implementer": "@user:anna",
    });
    if let (Some(plan), Some(more)) = (plan.as_object_mut(), more.as_object()) {
        plan.extend(more.clone());
    }
    plan
}

fn ticket(title: &str, plan: &Value) -> Value {
    json!({"kind": "change", "title": title, "category": "application", "assignment_group": "linux", "details": {"plan": plan}})
}

/// A change is planned and voted on; it may be started a day later.
pub(super) fn voted(plot: &mut Plot, start: Start, handle: &str, body: Value) {
    plot.then(start, 0, open("grace", handle, body));
    plot.then(start, 4, moved("grace", handle, "submit"));
    plot.then(start, 8, moved("grace", handle, "request_approval"));
    plot.then(start, 240, agree(handle, "anna"));
}

/// A change is made on hosts: started on time, finished half an hour later.
fn made(plot: &mut Plot, start: Start, handle: &str, names: &[&str], item: &muster_shared::Item) {
    plot.then(start, 1_441, moved("anna", handle, "start"));
    plot.then(start, 1_450, hosts(names, vec![Edit::Put(SectionName::Package, item.clone())]));
    plot.then(start, 1_480, moved("anna", handle, "finish"));
}

fn closed(plot: &mut Plot, start: Start, handle: &str, code: &str, notes: &str) {
    let close = json!({"event": "close", "close_code": code, "close_notes": notes});
    plot.then(start, 1_600, event("farid", handle, close));
}

fn names(plans: &[Planned], role: Role, site: &str) -> Vec<String> {
    let fits = plans.iter().filter(|plan| plan.role == role && (site.is_empty() || plan.site == site));
    fits.map(|plan| plan.short.clone()).collect()
}

/// Version 4.2 of the shop front goes out to Frankfurt and, two days later, to Berlin, where one host is forgotten.
fn release(plot: &mut Plot, plans: &[Planned]) {
    let Some(start) = plot.ago(32, 9, 0) else { return };
    let item = package("storefront", "4.2.0");
    let waves = [("rel-fra", "fra", "Frankfurt", 0), ("rel-ber", "ber", "Berlin", 2_880)];
    for (handle, site, place, later) in waves {
        let question = format!("name:web-* site:{site}");
        let at = Start(start.0.plus_millis(later * super::MINUTE_MS));
        let title = format!("Storefront 4.2 in {place}");
        voted(plot, at, handle, ticket(&title, &plan(&question, "storefront", "4.2.0", &json!({}))));
    }
    let body = json!({
        "kind": "release", "title": "Storefront 4.2", "category": "application",
        "details": {"plan": {
            "changes": ["@id:rel-fra"], "packages": [{"name": "storefront", "version": "4.2.0"}], "target_percent": 80,
            "waves": [
                {"name": "Frankfurt", "hosts": "name:web-* site:fra", "soak_minutes": 1_440, "abort": {"urgent_incident": true}},
                {"name": "Berlin", "hosts": "name:web-* site:ber", "abort": {"failed_percent": 50}},
            ],
        }},
    });
    plot.then(start, 300, open("grace", "release", body));
    for (minutes, name) in [(310, "plan"), (320, "freeze"), (330, "ready"), (1_435, "deploy")] {
        plot.then(start, minutes, moved("grace", "release", name));
    }
    for (handle, site, _, later) in waves {
        let at = Start(start.0.plus_millis(later * super::MINUTE_MS));
        let all = names(plans, Role::Web, site);
        let reached = if site == "ber" { all.len().saturating_sub(1) } else { all.len() };
        let reached: Vec<&str> = all.iter().take(reached).map(String::as_str).collect();
        made(plot, at, handle, &reached, &item);
        if site == "ber" {
            closed(plot, at, handle, "partial", "one host was in the load balancer's drain list and was left out");
        } else {
            closed(plot, at, handle, "successful", "all hosts of the site run it");
        }
    }
    let attention = json!({"event": "attention", "comment": "one host of the second wave does not have it"});
    plot.then(start, 4_500, event("grace", "release", attention));
    let go_on =
        json!({"event": "continue", "comment": "it is taken along with the next release; the target is reached"});
    plot.then(start, 4_600, event("grace", "release", go_on));
    plot.then(start, 4_620, moved("grace", "release", "complete"));
    plot.then(start, 4_640, event("grace", "release", json!({"event": "early_life", "until": "@in:10080"})));
}

/// A connection pooler is upgraded on the databases and drops connections: it is taken back, and what it left is worked on.
fn gone_wrong(plot: &mut Plot) {
    let Some(start) = plot.ago(24, 13, 0) else { return };
    let (old, new) = (package("pgbouncer", "1.18.0-1"), package("pgbouncer", "1.22.0-1"));
    let more = json!({"outage_minutes": 5, "is_backout_tested": false});
    let body = ticket("Pooler 1.22 on db-01", &plan("name:db-01.*", "pgbouncer", "1.22.0-1", &more));
    voted(plot, start, "pooler", body);
    plot.then(start, 1_441, moved("anna", "pooler", "start"));
    plot.then(start, 1_448, hosts(&["db-01"], vec![Edit::Put(SectionName::Package, new)]));
    let incident = json!({
        "kind": "incident", "title": "Checkout fails for every third customer", "category": "application", "impact": 2,
        "urgency": 1, "items": ["@id:checkout", "@host:db-01"], "description": "server closed the connection unexpectedly",
    });
    plot.then(start, 1_462, open("noor", "pooler-inc", incident));
    let assign = json!({"event": "assign", "assignment_group": "database", "assignee": "@user:david"});
    plot.then(start, 1_466, event("david", "pooler-inc", assign));
    plot.then(start, 1_470, note("david", "pooler-inc", "It began with the change of the pooler a few minutes ago."));
    plot.then(start, 1_471, link("david", "pooler-inc", "caused_by", "pooler"));
    let back = json!({"event": "back_out", "comment": "connections are dropped under load"});
    plot.then(start, 1_479, hosts(&["db-01"], vec![Edit::Put(SectionName::Package, old)]));
    plot.then(start, 1_482, event("anna", "pooler", back));
    let resolve = json!({
        "event": "resolve", "close_code": "change_rolled_back", "close_notes": "The pooler has its old version.", "cause_item": "@host:db-01",
    });
    plot.then(start, 1_500, event("david", "pooler-inc", resolve));
    closed(plot, start, "pooler", "backed_out", "taken back after 38 minutes; see the problem");
    let problem = json!({
        "kind": "problem", "title": "Pooler 1.22 drops connections under load", "category": "application", "impact": 2,
        "urgency": 3, "items": ["@host:db-01"], "assignment_group": "database",
    });
    plot.then(start, 1_700, open("david", "pooler-prb", problem));
    plot.then(start, 1_701, link("david", "pooler-prb", "causes", "pooler-inc"));
    plot.then(start, 2_900, moved("david", "pooler-prb", "assess"));
    let analysis = json!({"details": {"analysis": {
        "symptom": "server closed the connection unexpectedly", "cause": "1.22 counts prepared statements against the pool",
        "cause_item": "pgbouncer 1.22.0", "workaround": "max_prepared_statements = 0",
        "permanent_fix": "1.22.1, or the setting", "signature": {"product": "pgbouncer", "error_code": "08P01"},
    }}});
    plot.then(start, 4_300, edit("david", "pooler-prb", analysis));
    plot.then(start, 4_310, moved("david", "pooler-prb", "find_cause"));
    let article = json!({
        "title": "Pooler drops connections under load", "state": "published", "keywords": ["pgbouncer", "08P01"],
        "body": "Set `max_prepared_statements = 0` and reload. The cause is known; see the problem.", "review_at": "@in:129600",
    });
    plot.then(start, 4_400, post("david", "/articles", "pooler-kba", article));
}

/// Small changes, one a week: each on a host of its own, by day.
fn weekly(plot: &mut Plot, plans: &[Planned]) {
    let mut chance = plot.chance("weekly changes");
    let caches: Vec<&Planned> =
        plans.iter().filter(|plan| plan.role == Role::Build || plan.role == Role::Monitoring).collect();
    for week in 1..=i64::from(plot.wanted.days) / 7 {
        let Some(host) = chance.one_of(&caches).map(|host| host.short.clone()) else { return };
        let Some(start) = plot.ago(week * 7 + 3, 9, 20 + week) else { continue };
        let (handle, version) = (format!("weekly-{week}"), format!("16.{}.0", 40 - week));
        let name = "collectd-core";
        let body = ticket(
            &format!("{name} {version} on {host}"),
            &plan(&format!("name:{host}.*"), name, &version, &json!({})),
        );
        voted(plot, start, &handle, body);
        made(plot, start, &handle, &[&host], &package(name, &version));
        let is_rough = chance.happens(20);
        let (code, notes) = if is_rough {
            ("successful_with_issues", "a unit had to be restarted by hand")
        } else {
            ("successful", "as planned")
        };
        closed(plot, start, &handle, code, notes);
    }
}

/// All changes.
pub(super) fn write(plot: &mut Plot, plans: &[Planned]) {
    release(plot, plans);
    gone_wrong(plot);
    weekly(plot, plans);
}
