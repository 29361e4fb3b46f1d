//! Every night some hosts are upgraded, under a standard change that comes again each night: what agents tell of it hangs on that
//! change and alerts nobody.

use std::collections::BTreeSet;

use muster_shared::SectionName;
use serde_json::{Value, json};

use super::super::agenda::{Edit, agree, event, hosts, moved, open, post};
use super::super::fleet::{Planned, Role};
use super::super::software::{UPGRADED, upgraded};
use super::{DAY_MS, MINUTE_MS, Plot, Start};

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

/// What is upgraded in a night, how often it was then, and whose turn it is of so many roles. All hosts of a role get it in one night, and
/// all roles before the next package: hosts that should be alike are.
fn turn(night: i64, roles: usize) -> Option<(usize, &'static str, i64)> {
    let turn = usize::try_from(night - 1).ok()?;
    // The first night, which was voted on, had the first package on all hosts.
    let round = turn / roles.max(1) + 1;
    let name = UPGRADED.get(round % UPGRADED.len())?;
    Some((turn % roles.max(1), name, i64::try_from(round / UPGRADED.len()).ok()? + 1))
}

/// The upgrade of one night; the first one, which was voted on, reaches all hosts.
fn upgrade(plot: &mut Plot, night: i64, start: Start, plans: &[Planned]) {
    let roles: BTreeSet<Role> = plans.iter().map(|plan| plan.role).collect();
    let (role, name, times) = match (night, turn(night, roles.len())) {
        (0, _) => (None, UPGRADED.first().copied().unwrap_or_default(), 1),
        (_, Some((place, name, times))) => (roles.iter().nth(place).copied(), name, times),
        (_, None) => return,
    };
    let Some(item) = upgraded(name, times) else { return };
    let of_turn = plans.iter().filter(|plan| role.is_none_or(|role| plan.role == role));
    let names: Vec<&str> = of_turn.map(|plan| plan.short.as_str()).collect();
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
        "type": "standard", "template": "Nightly security updates", "planned_start": "@in:10", "planned_end": "@in:518400",
    }));
    let named = json!({
        "name": "Nightly security updates", "from": "@number:night-template",
        "description": "Security updates of all hosts, every night: what ran on ci-01 for a day.",
    });
    plot.then(start, 522, post("anna", "/change-templates", "night-approved", named));
    let approve = "/change-templates/@id:night-approved/transitions";
    plot.then(start, 525, post("farid", approve, "", json!({"event": "approve", "edition": 1})));
    plot.then(start, 530, open("farid", "night", change("Nightly security updates", &again)));
    plot.then(start, 531, moved("farid", "night", "submit"));
    for night in 1..=i64::from(plot.wanted.days) {
        let two = Start(plot.begins.plus_millis(night * DAY_MS + 120 * MINUTE_MS));
        if two.0 < plot.until {
            upgrade(plot, night, two, plans);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn after_whole_rounds_every_role_has_the_same_versions() {
        for (roles, nights) in [(10, 90), (10, 200), (7, 70)] {
            let mut have: Vec<BTreeMap<&str, i64>> = vec![BTreeMap::from([(UPGRADED[0], 1)]); roles];
            for night in 1..=nights {
                let (role, name, times) = turn(night, roles).unwrap();
                let before = have[role].insert(name, times);
                assert!(before.is_none_or(|before| before < times), "{name} goes on");
            }
            assert!(have.iter().all(|one| *one == have[0]), "{roles} roles, {nights} nights");
        }
        assert_eq!(turn(0, 10), None);
    }
}
