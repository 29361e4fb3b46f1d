//! Every night some hosts are upgraded, under a standard change that comes again each night: what agents tell of it hangs on that
//! change and alerts nobody.

use muster_shared::SectionName;
use serde_json::{Value, json};

use super::super::agenda::{Edit, agree, event, hosts, moved, open, post};
use super::super::fleet::Planned;
use super::super::software::{UPGRADED, upgraded};
use super::{DAY_MS, MINUTE_MS, Plot, Start};

/// Hosts that are upgraded in a night.
const A_NIGHT: usize = 6;

fn plan(more: &Value) -> Value {
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let mut plan = json!({
        "reason": "security updates are installed within a day", "checks": ["nothing is held back"], "expect": [],
        "scope": {"hosts": "name:*.demo.example", "facts": [{"section": "package", "key": "*"}]},
        "implementation": "unattended-upgrades", "test": "the same packages ran on ci-01 for a day",
        "backout": "apt-get install NAME=VERSION of the day before", "is_backout_tested": true, "outage_minutes": 0,
        "recurrence": {"repeats": "weekly", "days": days, "at": "02:00", "minutes": 120, "zone": "UTC", "until": null},
    });
    if let (Some(plan), Some(more)) = (plan.as_object_mut(), more.as_object()) {
        plan.extend(more.clone());
    }
    plan
}

fn change(title: &str, plan: &Value) -> Value {
    json!({"kind": "change", "title": title, "category": "upgrade", "assignment_group": "linux", "details": {"plan": plan}})
}

/// The upgrade of one night; the first one, which was voted on, reaches all hosts.
fn upgrade(plot: &mut Plot, night: i64, start: Start, plans: &[Planned]) {
    let turn = usize::try_from(night).unwrap_or_default();
    let Some(name) = UPGRADED.get(turn % UPGRADED.len()) else { return };
    let times = night / i64::try_from(UPGRADED.len()).unwrap_or(1) + 1;
    let Some(item) = upgraded(name, times) else { return };
    let (first, count) = if night == 0 { (0, plans.len()) } else { (turn * A_NIGHT % plans.len().max(1), A_NIGHT) };
    let names: Vec<&str> = plans.iter().cycle().skip(first).take(count).map(|plan| plan.short.as_str()).collect();
    plot.then(start, 20, hosts(&names, vec![Edit::Put(SectionName::Package, item)]));
}

/// The change that is the template, the one that comes again, and the nights.
pub(super) fn write(plot: &mut Plot, plans: &[Planned]) {
    let start = Start(plot.begins);
    let first = plan(&json!({"planned_start": "@in:360", "planned_end": "@in:480"}));
    plot.then(start, 30, open("farid", "night-template", change("Nightly security updates", &first)));
    plot.then(start, 31, moved("farid", "night-template", "submit"));
    plot.then(start, 32, moved("farid", "night-template", "request_approval"));
    plot.then(start, 150, agree("night-template", "anna"));
    plot.then(start, 391, moved("anna", "night-template", "start"));
    upgrade(plot, 0, Start(start.0.plus_millis(380 * MINUTE_MS)), plans);
    plot.then(start, 440, moved("anna", "night-template", "finish"));
    let looked = json!({"check": "1", "passed": true, "note": "apt list --upgradable is empty"});
    plot.then(start, 445, post("anna", "/tickets/@number:night-template/checks", "", looked));
    // A plan that names all packages of a group may explain an upgrade: the first time somebody has to say that it does.
    let confirm = "/tickets/@number:night-template/findings/confirm";
    plot.then(start, 510, post("jonas", confirm, "", json!({})));
    let close = json!({"event": "close", "close_code": "successful", "close_notes": "all hosts, nothing held back"});
    plot.then(start, 520, event("farid", "night-template", close));
    let again = plan(&json!({
        "type": "standard", "template": "@id:night-template", "planned_start": "@in:10", "planned_end": "@in:518400",
    }));
    plot.then(start, 530, open("farid", "night", change("Nightly security updates", &again)));
    plot.then(start, 531, moved("farid", "night", "submit"));
    for night in 1..=i64::from(plot.wanted.days) {
        let two = Start(plot.begins.plus_millis(night * DAY_MS + 120 * MINUTE_MS));
        if two.0 < plot.until {
            upgrade(plot, night, two, plans);
        }
    }
}
