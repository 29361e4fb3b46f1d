//! Findings from their first sight to their end, driven by histories that are made from item sets as the merge makes them.

use muster_shared::diff::{self, ItemMap};
use muster_shared::id::{HostId, ItemId, ReportId};
use muster_shared::{Item, SectionName};
use serde_json::json;

use super::*;
use crate::history;
use SectionName::{Group, Listener, Package, Service, SudoRule, User};

const HOST: HostId = HostId::from_bytes([1; 16]);
const DAY_S: i64 = 86_400;

fn at(seconds: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + seconds * 1_000)
}

/// A host with its items and its findings.
#[derive(Default)]
struct World {
    items: BTreeMap<SectionName, ItemMap>,
    findings: BTreeMap<FindingId, Versioned<Finding>>,
}

impl World {
    fn with(section: SectionName, items: impl IntoIterator<Item = Item>) -> Self {
        let mut world = Self::default();
        world.items.insert(section, diff::to_map(items));
        world
    }

    /// The section becomes this; gives what findings were written.
    fn becomes(&mut self, section: SectionName, items: impl IntoIterator<Item = Item>, seconds: i64) -> Vec<Finding> {
        self.is_seen_as(section, items, seconds, false)
    }

    fn is_seen_as(
        &mut self,
        section: SectionName,
        items: impl IntoIterator<Item = Item>,
        seconds: i64,
        view_changed: bool,
    ) -> Vec<Finding> {
        let new = diff::to_map(items);
        let old = self.items.insert(section, new.clone()).unwrap_or_default();
        let mut findings = Findings::new(self.findings.values().cloned());
        for change in history::item_changes(section, &old, &new) {
            let entry = HistoryEntry {
                view_changed,
                source: crate::source::Source::Agent,
                bearing: crate::history::Bearing::Effective,
                host: HOST,
                seq: 1,
                report: ReportId::from_bytes([1; 16]),
                section,
                item: ItemId::new(HOST, section, &change.key),
                key: change.key,
                operation: change.operation,
                before: change.before,
                after: change.after,
                not_before: Some(at(seconds - 10)),
                held_since: None,
                seen_at: at(seconds),
                received_at: None,
                kept_by: change.kept_by,
            };
            observe(&mut findings, &entry, "web-1", &Settings::default(), &Windows::default(), at(seconds));
        }
        let changed = findings.into_changed();
        for finding in &changed {
            let stored = self.findings.get(&finding.value.id).map_or(0, |stored| stored.version);
            assert_eq!(finding.version, stored, "what is written names the version it was read at");
            let next = Versioned { value: finding.value.clone(), version: stored + 1 };
            self.findings.insert(finding.value.id, next);
        }
        changed.into_iter().map(|finding| finding.value).collect()
    }

    fn edit(&mut self, id: FindingId, edit: impl FnOnce(&mut Finding)) {
        edit(&mut self.findings.get_mut(&id).unwrap().value);
    }

    fn active(&self) -> Vec<&Finding> {
        self.findings.values().map(|stored| &stored.value).filter(|finding| finding.state.is_active()).collect()
    }

    fn only(&self) -> &Finding {
        let [finding] = self.active().try_into().unwrap_or_else(|all| panic!("not one finding: {all:#?}"));
        finding
    }
}

fn user(groups: &[&str]) -> Item {
    Item::new("deploy").with("uid", 1001).with("groups", groups.to_vec())
}

fn package(version: &str) -> Item {
    Item::new("openssl:amd64").with("version", version).with("manager", "dpkg")
}

fn ended(finding: &Finding, expected: Resolution) -> bool {
    matches!(&finding.state, FindingState::Resolved { resolution, by, .. } if *resolution == expected && by == "system:drift")
}

#[test]
fn what_came_or_went_with_another_view_is_no_drift() {
    let user = |name: &str, uid: u32| Item::new(name).with("name", name).with("uid", uid).with("shell", "/bin/sh");
    let mut world = World::with(SectionName::User, [user("ann", 1_000), user("bob", 1_001)]);
    let written = world.is_seen_as(SectionName::User, [user("ann", 1_000), user("eve", 1_002)], 10, true);
    assert_eq!(written, [], "eve may have been there, bob may be there still");
    let ann = Item::new("ann").with("name", "ann").with("uid", 0);
    let written = world.is_seen_as(SectionName::User, [ann, user("eve", 1_002)], 20, true);
    let attributes: Vec<_> = written.iter().map(|finding| finding.attribute.as_deref()).collect();
    assert_eq!(attributes, [Some("uid")], "a value that was read before and is another now is drift in any view");
    let written = world.becomes(SectionName::User, [user("ann", 0)], 30);
    assert!(written.iter().any(|finding| finding.item_key == "eve"), "with the same view gone is gone");
}

#[test]
fn useradd_is_two_findings_of_one_policy_at_once() {
    let mut world = World::default();
    world.becomes(User, [], 0);
    let [account] = world.becomes(User, [user(&["deploy"])], 10).try_into().unwrap();
    let [group] = world.becomes(Group, [Item::new("deploy").with("gid", 1001)], 10).try_into().unwrap();
    assert_eq!(account.title().to_string(), "web-1: user deploy added, uid 1001");
    assert_eq!((account.policy.as_str(), group.policy.as_str()), ("account", "account"));
    assert_ne!(account.fingerprint, group.fingerprint);
    for finding in [&account, &group] {
        assert_eq!(finding.state, FindingState::Open { routes_at: at(10) }, "security waits for nothing");
        assert_eq!((&finding.expected, finding.count, finding.is_routed), (&Value::Null, 1, false));
        assert_eq!((finding.not_before, finding.first_seen), (Some(at(0)), at(10)));
    }
}

#[test]
fn what_goes_back_is_resolved_and_nothing_else_comes_of_it() {
    let mut world = World::with(User, []);
    world.becomes(User, [Item::new("eve").with("uid", 0)], 10);
    assert_eq!(world.only().policy, "account-power");
    let [finding] = world.becomes(User, [], 20).try_into().unwrap();
    assert!(ended(&finding, Resolution::Reverted), "{finding:?}");
    assert_eq!((finding.count, finding.last_seen), (2, at(20)));

    let mut world = World::with(User, [user(&["deploy"])]);
    world.becomes(User, [user(&["deploy", "sudo"])], 10);
    assert_eq!(world.only().policy, "account-power");
    world.becomes(User, [user(&["deploy"])], 20);
    assert_eq!(world.active(), Vec::<&Finding>::new(), "leaving the group again is no account-change");

    let mut world = World::with(Package, [package("3.0.14")]);
    world.becomes(Package, [package("3.0.9")], 10);
    assert_eq!(world.only().policy, "package-downgrade");
    world.becomes(Package, [package("3.0.14")], 20);
    assert_eq!(world.active(), Vec::<&Finding>::new(), "the way back is no upgrade");

    let mut world = World::with(Listener, []);
    world.becomes(Listener, [Item::new("tcp/0.0.0.0:80").with("port", 80)], 10);
    assert_eq!(world.only().policy, "listener");
    world.becomes(Listener, [], 20);
    assert_eq!(world.active(), Vec::<&Finding>::new());
}

#[test]
fn what_is_expected_is_what_is_authorised_after_any_number_of_steps() {
    let mut world = World::with(Package, [package("1")]);
    for (seconds, version) in [(10, "2"), (20, "3"), (30, "2")] {
        world.becomes(Package, [package(version)], seconds);
        let finding = world.only();
        assert_eq!((finding.policy.as_str(), &finding.expected), ("package-upgrade", &json!("1")));
        assert_eq!(finding.actual, version);
        assert!(finding.title().to_string().ends_with(&format!("version 1 -> {version}")), "{}", finding.title());
    }
    world.becomes(Package, [package("0.9")], 40);
    let policies: Vec<_> =
        world.active().iter().map(|f| (f.policy.as_str(), f.expected.clone(), f.actual.clone())).collect();
    assert_eq!(policies.len(), 2);
    assert!(policies.contains(&("package-downgrade", json!("1"), json!("0.9"))), "{policies:?}");
    world.becomes(Package, [package("1")], 50);
    assert_eq!(world.active(), Vec::<&Finding>::new());
}

#[test]
fn a_package_that_went_and_came_back_is_back_only_in_its_version() {
    let mut world = World::with(Package, [package("1")]);
    world.becomes(Package, [], 10);
    assert_eq!(world.only().title().to_string(), "web-1: package openssl:amd64 removed, version 1");
    world.becomes(Package, [package("2")], 20);
    assert_eq!(world.only().title().to_string(), "web-1: package openssl:amd64 replaced, version 2");
    world.becomes(Package, [], 30);
    assert_eq!(world.only().actual, Value::Null);
    let [finding] = world.becomes(Package, [package("1")], 40).try_into().unwrap();
    assert!(ended(&finding, Resolution::Reverted));
    assert_eq!((finding.count, &finding.actual), (4, &Value::Null), "it still tells what the difference was");
}

#[test]
fn a_finding_on_an_attribute_ends_with_its_item_and_the_loss_names_what_was_authorised() {
    let mut world = World::with(Package, [package("1")]);
    world.becomes(Package, [package("2")], 10);
    let upgrade = world.only().id;
    world.becomes(Package, [], 20);
    assert!(ended(&world.findings[&upgrade].value, Resolution::ItemGone));
    assert_eq!(world.only().policy, "package");
    assert_eq!(world.only().expected["version"], "1");
    world.becomes(Package, [package("1")], 30);
    assert_eq!(world.active(), Vec::<&Finding>::new());
}

#[test]
fn what_comes_back_within_seven_days_is_the_same_finding_and_later_a_new_one() {
    for (wait, same) in [(1, true), (7 * DAY_S, true), (7 * DAY_S + 1, false)] {
        let mut world = World::with(User, []);
        let [first] = world.becomes(User, [user(&[])], 10).try_into().unwrap();
        let incident = Some(muster_shared::id::TicketId::from_bytes([9; 16]));
        world.edit(first.id, |finding| (finding.is_routed, finding.incident) = (true, incident));
        world.becomes(User, [], 20);
        let [back] = world.becomes(User, [user(&["games"])], 20 + wait).try_into().unwrap();
        assert_eq!(back.id == first.id, same, "{wait}");
        assert_eq!(back.fingerprint, first.fingerprint);
        assert!(!back.is_routed, "the router deals with each opening");
        assert_eq!(back.state, FindingState::Open { routes_at: at(20 + wait) });
        if same {
            assert_eq!((back.reopen_count, back.first_seen, back.incident), (1, first.first_seen, incident));
            assert_eq!(back.actual["groups"], json!(["games"]));
        }
    }
}

#[test]
fn what_was_accepted_is_the_measure_from_then_on() {
    let mut world = World::with(Package, [package("1")]);
    let [first] = world.becomes(Package, [package("2")], 10).try_into().unwrap();
    let accepted =
        FindingState::Resolved { resolution: Resolution::Accepted, by: "ann".into(), reason: "CHG".into(), at: at(15) };
    world.edit(first.id, |finding| finding.state = accepted);
    let [next] = world.becomes(Package, [package("1")], 20).try_into().unwrap();
    assert_ne!(next.id, first.id, "an accepted finding is not reopened");
    assert_eq!((next.policy.as_str(), &next.expected), ("package-downgrade", &json!("2")));
}

#[test]
fn others_than_security_wait_for_a_second_look_or_ninety_seconds() {
    let windows = Windows::default();
    let mut world = World::with(Service, [Item::new("ssh.service").with("enabled_state", "enabled")]);
    let [finding] =
        world.becomes(Service, [Item::new("ssh.service").with("enabled_state", "disabled")], 10).try_into().unwrap();
    assert_eq!((finding.policy.as_str(), finding.attribute.as_deref()), ("unit-state", Some("enabled_state")));
    assert_eq!(finding.state, FindingState::Pending { opens_at: at(100) });
    assert_eq!(finding.state.due_at(), Some(at(100)));
    let look =
        |look: Option<i64>, seconds| advance(&finding, look.map(at), &windows, at(seconds)).map(|next| next.state);
    for same in [9, 10, 11] {
        assert_eq!(look(Some(same), 60), None, "the look that made it does not confirm it, whenever it is told again");
    }
    assert_eq!(look(Some(12), 12), Some(FindingState::Open { routes_at: at(72) }));
    assert_eq!(look(None, 99), None);
    assert_eq!(look(None, 100), Some(FindingState::Open { routes_at: at(160) }));
    let [gone] =
        world.becomes(Service, [Item::new("ssh.service").with("enabled_state", "enabled")], 20).try_into().unwrap();
    assert!(ended(&gone, Resolution::Reverted), "what ends before it opens is over");
    assert_eq!(advance(&gone, Some(at(1_000)), &windows, at(1_000)), None);
}

#[test]
fn a_waiver_and_a_silence_end_and_the_finding_is_routed_anew() {
    let windows = Windows::default();
    let mut world = World::with(SudoRule, []);
    let [finding] = world.becomes(SudoRule, [Item::new("deploy").with("commands", "ALL")], 0).try_into().unwrap();
    let waived = FindingState::Waived { by: "ann".into(), justification: "migration".into(), expires_at: at(50) };
    let suppressed = FindingState::Suppressed { by: "ann".into(), reason: "noise".into(), until: at(50) };
    for state in [waived, suppressed] {
        let quiet = Finding { state, is_routed: true, ..finding.clone() };
        assert_eq!(quiet.state.due_at(), Some(at(50)));
        assert_eq!(advance(&quiet, Some(at(49)), &windows, at(49)), None, "a second look does not end it");
        let back = advance(&quiet, None, &windows, at(50)).unwrap();
        assert_eq!(back.state, FindingState::Open { routes_at: at(50) }, "security waits for nothing");
        assert!(!back.is_routed);
        assert_eq!((back.id, back.severity), (finding.id, finding.severity), "silence never lowers severity");
    }
}

#[test]
fn a_finding_that_somebody_let_stand_still_ends_when_it_goes_back() {
    let mut world = World::with(SudoRule, []);
    let [finding] = world.becomes(SudoRule, [Item::new("deploy").with("commands", "ALL")], 0).try_into().unwrap();
    let waived = FindingState::Waived { by: "ann".into(), justification: "m".into(), expires_at: at(50) };
    world.edit(finding.id, |finding| finding.state = waived);
    let [ended_now] = world.becomes(SudoRule, [], 10).try_into().unwrap();
    assert!(ended(&ended_now, Resolution::Reverted));
}

#[test]
fn the_same_difference_has_one_group_fingerprint_on_every_host_and_a_finding_survives_its_text_form() {
    let mut first = World::with(Package, [package("1")]);
    let mut second = World::with(Package, [package("1")]);
    let [one] = first.becomes(Package, [package("2")], 10).try_into().unwrap();
    let [other] = second.becomes(Package, [package("2")], 99).try_into().unwrap();
    assert_eq!((&one.group_fingerprint, &one.fingerprint), (&other.group_fingerprint, &other.fingerprint));
    first.becomes(Package, [package("3")], 20);
    assert_ne!(first.only().group_fingerprint, one.group_fingerprint);
    assert_eq!(first.only().fingerprint, one.fingerprint, "values are no part of a fingerprint");
    first.becomes(Package, [package("1")], 30);
    for finding in first.findings.values().map(|stored| &stored.value).chain([&one]) {
        let json = serde_json::to_string(finding).unwrap();
        assert_eq!(&serde_json::from_str::<Finding>(&json).unwrap(), finding, "{json}");
    }
}
