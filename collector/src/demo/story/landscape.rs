//! What stands before anything happens: services and what they need, who is on call, what may be asked for, when nothing is changed.

use serde_json::{Value, json};

use super::super::agenda::{Edit, hosts, patch, post, put};
use super::super::fleet::{Planned, Role};
use super::super::inventory::connection;
use super::{Plot, Start};
use muster_shared::SectionName;

/// Handle, class, name, owner, criticality, what it has to be available in percent, roles of the hosts that it stands on.
type Served = (&'static str, &'static str, &'static str, &'static str, &'static str, Option<f64>, &'static [Role]);

/// Services.
const SERVICES: &[Served] = &[
    ("shop", "business_service", "Web shop", "hugo", "critical", Some(99.9), &[]),
    ("payments", "business_service", "Payments", "hugo", "critical", Some(99.95), &[]),
    ("mail", "business_service", "Mail", "ines", "high", Some(99.5), &[Role::Mail]),
    ("files", "business_service", "File sharing", "ines", "normal", Some(99.0), &[Role::Files]),
    ("builds", "business_service", "Build platform", "ines", "normal", Some(98.0), &[Role::Build]),
    ("watch", "business_service", "Monitoring", "ines", "high", Some(99.0), &[Role::Monitoring]),
    ("names", "business_service", "Name resolution", "hugo", "critical", Some(99.9), &[Role::Names]),
    ("storefront", "application", "Storefront", "hugo", "high", None, &[Role::Web, Role::Balancer]),
    ("checkout", "application", "Checkout", "hugo", "critical", None, &[Role::App]),
    ("orders", "application", "Order database", "hugo", "critical", None, &[Role::Database]),
    ("basket", "application", "Basket cache", "hugo", "normal", None, &[Role::Cache]),
];

/// Who needs what.
const NEEDS: &[(&str, &str)] = &[
    ("shop", "storefront"),
    ("shop", "checkout"),
    ("payments", "checkout"),
    ("payments", "orders"),
    ("storefront", "checkout"),
    ("storefront", "basket"),
    ("checkout", "orders"),
    ("shop", "names"),
];

fn services(plot: &mut Plot, start: Start, plans: &[Planned]) {
    for (handle, class, name, owner, criticality, target, roles) in SERVICES {
        let redundancy: serde_json::Map<String, Value> = roles
            .iter()
            .map(|role| {
                let count = plans.iter().filter(|plan| plan.role == *role).count();
                // Of databases all but one, of all others half is enough.
                let enough = if *role == Role::Database { count.saturating_sub(1) } else { count.div_ceil(2) };
                (role.prefix().to_owned(), json!(enough.max(1)))
            })
            .collect();
        let mut body = json!({
            "class": class, "name": name, "owner": owner, "criticality": criticality, "lifecycle": "active",
            "redundancy": redundancy, "reason": "the service map of the demo",
        });
        if let (Some(percent), Some(all)) = (target, body.as_object_mut()) {
            all.insert("attributes".into(), json!({ "availability_percent": percent }));
        }
        plot.then(start, 0, post("jonas", "/items", handle, body));
        for role in *roles {
            for plan in plans.iter().filter(|plan| plan.role == *role) {
                let body = json!({
                    "kind": "depends_on", "to": format!("@host:{}", plan.short), "group": role.prefix(), "reason": "it runs there",
                });
                plot.then(start, 1, post("jonas", &format!("/items/@id:{handle}/relations"), "", body));
            }
        }
    }
    for (one, other) in NEEDS {
        let body = json!({"kind": "depends_on", "to": format!("@id:{other}"), "reason": "by design"});
        plot.then(start, 2, post("jonas", &format!("/items/@id:{one}/relations"), "", body));
    }
}

/// Programs hold connections, so that relations are discovered too.
fn connections(plot: &mut Plot, start: Start, plans: &[Planned]) {
    let of = |role: Role| plans.iter().filter(move |plan| plan.role == role);
    let pairs = [
        (Role::App, Role::Database, 5_432, "checkout.service"),
        (Role::Web, Role::App, 8_080, "nginx.service"),
        (Role::Web, Role::Cache, 6_379, "nginx.service"),
    ];
    for (from, to, port, unit) in pairs {
        for (client, server) in of(from).zip(of(to).cycle()) {
            let held = connection(&server.address().to_string(), port, unit);
            plot.then(start, 5, hosts(&[&client.short], vec![Edit::Put(SectionName::Connection, held)]));
        }
    }
}

fn on_call(plot: &mut Plot, start: Start) {
    let layer = |name: &str, members: Value| {
        json!({
            "name": name, "members": members, "every": 1, "unit": "week", "starts_on": "2026-01-05", "handover": "09:00",
        })
    };
    let rota = json!({
        "name": "Linux", "zone": "Europe/Berlin", "group": "linux", "layers": [layer("primary", json!(["@user:anna", "@user:ben"]))],
    });
    for (name, members) in [("service desk", ["anna", "ben"]), ("network", ["ben", "jonas"])] {
        let members = members.map(|member| format!("@user:{member}"));
        plot.then(start, 2, post("admin", "/teams", "", json!({"name": name, "members": members})));
    }
    plot.then(start, 3, post("admin", "/rotas", "rota", rota));
    let databases = json!({
        "name": "Databases", "zone": "Europe/Berlin", "group": "database",
        "layers": [layer("primary", json!(["@user:david", "@user:chiara"]))],
    });
    plot.then(start, 3, post("admin", "/rotas", "rota-db", databases));
    let steps = json!([
        {"after_minutes": 15, "targets": ["@id:rota"]}, {"after_minutes": 45, "targets": ["@user:elena"]},
    ]);
    let policy = json!({"name": "Urgent incidents", "filter": "kind:incident priority:1", "steps": steps});
    plot.then(start, 4, post("admin", "/escalation-policies", "escalation", policy));
    let rules = json!([
        {"name": "databases", "filter": "host_name:db-*", "group": "database"},
        {"name": "network", "filter": "host_name:lb-*", "group": "network"},
        {"name": "all else", "group": "linux"},
    ]);
    plot.then(start, 4, put("jonas", "/routing", json!({ "rules": rules })));
}

/// What may be asked for: handle, name, category, whether somebody votes, cents, tasks.
type Offered = (&'static str, &'static str, &'static str, &'static str, u32, &'static [&'static str]);

const OFFERS: &[Offered] = &[
    ("laptop", "Laptop", "hardware", "vote", 129_000, &["Order it", "Set it up", "Hand it over"]),
    ("mailbox", "Shared mailbox", "mail", "none", 0, &["Make the mailbox"]),
    ("vm", "Virtual machine", "hosting", "vote", 4_500, &["Make the machine", "Enroll its agent"]),
    ("licence", "Software licence", "software", "vote", 19_900, &["Buy it", "Assign it"]),
    ("share", "More space on a share", "storage", "none", 0, &["Raise the quota"]),
    ("screen", "Second screen", "hardware", "none", 0, &["Hand it over"]),
];

fn catalogue(plot: &mut Plot, start: Start) {
    for (handle, name, category, approval, cents, tasks) in OFFERS {
        let task = |(n, title): (usize, &&str)| {
            let before: Vec<String> = (1..=n).rev().take(1).map(|before| format!("t{before}")).collect();
            json!({"name": format!("t{}", n + 1), "title": title, "assignment_group": "service desk", "after": before})
        };
        let tasks: Vec<Value> = tasks.iter().enumerate().map(task).collect();
        let form = json!({
            "type": "object", "required": ["why"],
            "properties": {"why": {"type": "string", "maxLength": 200}, "by": {"type": "string", "format": "date"}},
        });
        let mut body = json!({
            "name": name, "category": category, "description": format!("{name}, delivered by the service desk."),
            "state": "published", "approval": approval, "form": form, "tasks": tasks,
        });
        if let (true, Some(all)) = (*cents > 0, body.as_object_mut()) {
            all.insert("cost".into(), json!({"cents": cents, "currency": "EUR"}));
        }
        plot.then(start, 3, post("ines", "/catalogue", handle, body));
    }
}

fn times(plot: &mut Plot, start: Start) {
    let schedule = json!({"repeats": "weekly", "days": ["sunday"], "at": "03:00", "minutes": 120, "zone": "UTC"});
    let body = json!({"name": "Sunday maintenance", "hosts": "site:vie", "schedule": schedule, "reason": "power tests in Vienna"});
    plot.then(start, 4, post("jonas", "/maintenance-windows", "maintenance", body));
    let freeze = json!({"repeats": "never", "starts_at": "@in:172800", "ends_at": "@in:182880"});
    let body = json!({"name": "Season sale", "hosts": "name:web-*", "schedule": freeze, "reason": "the busiest week of the year"});
    plot.then(start, 4, post("farid", "/blackouts", "freeze", body));
    let body = json!({
        "name": "payments and audit", "one": {"entitlement": "group", "group": "payments"},
        "other": {"entitlement": "group", "group": "auditors"}, "reason": "who pays does not audit",
    });
    plot.then(start, 4, post("kira", "/separations", "separation", body));
    for policy in ["sudo-without-password", "uid-zero"] {
        plot.then(start, 4, patch("jonas", &format!("/policies/{policy}"), json!({"enabled": true})));
    }
}

/// Everything that stands on the first day.
pub(super) fn write(plot: &mut Plot, plans: &[Planned]) {
    let start = Start(plot.begins);
    services(plot, start, plans);
    on_call(plot, start);
    catalogue(plot, start);
    times(plot, start);
    connections(plot, start, plans);
}
