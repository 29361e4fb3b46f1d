//! Tests of the comparison, among them: a report applied to the old sets gives the new ones.

use muster_shared::{Item, Report, canonical};
use proptest::prelude::*;

use super::*;
use crate::section::Section;

/// An outcome as the collector reads it.
struct Built {
    state: State,
    report: Option<Report>,
}

fn build(state: State, found: BTreeMap<SectionName, Section>, moment: &Moment) -> Built {
    let mut comparison = Comparison::with(state);
    for (name, section) in found {
        comparison.take(name, section, moment.now).unwrap();
    }
    let Outcome { state, report } = comparison.finish(moment).unwrap();
    Built { state, report: report.map(|written| written.report()) }
}

/// The items that were told of a section.
fn told(state: &State, name: SectionName) -> ItemMap {
    state.sections[&name].items.open().unwrap()
}

fn moment(ms: i64) -> Moment {
    let now = Time::from_millis(ms);
    Moment { now, boot_id: "b".into(), report_id: ReportId::new(now) }
}

fn section(status: SectionStatus, items: Vec<Item>) -> Section {
    Section { status, items, problems: Vec::new() }
}

fn users(names: &[&str]) -> BTreeMap<SectionName, Section> {
    let items = names.iter().map(|name| Item::new(*name).with("uid", 1)).collect();
    [(SectionName::User, section(SectionStatus::Ok, items))].into()
}

#[test]
fn first_whole_then_only_what_differs_then_nothing() {
    let first = build(State::default(), users(&["a", "b"]), &moment(1_000));
    let report = first.report.unwrap();
    assert_eq!((report.base, report.next), (0, 1));
    assert!(matches!(&report.sections[&SectionName::User].change, Change::Whole(items) if items.len() == 2));
    assert_eq!(report.sections[&SectionName::User].not_before, None);

    let same = build(first.state.clone(), users(&["a", "b"]), &moment(2_000));
    assert!(same.report.is_none());
    assert_eq!(same.state.seq, first.state.seq);

    let second = build(same.state, users(&["b", "c"]), &moment(3_000)).report.unwrap();
    assert_eq!((second.base, second.next), (1, 2));
    assert!(second.seq > report.seq);
    let user = &second.sections[&SectionName::User];
    assert_eq!(user.not_before, Some(Time::from_millis(2_000)), "the scan without differences saw it last");
    assert!(matches!(&user.change, Change::Delta { upsert, remove } if upsert[0].key == "c" && remove == &["a"]));
}

#[test]
fn denied_keeps_what_was_known_and_is_said_once() {
    let denied = || [(SectionName::User, section(SectionStatus::Denied, Vec::new()))].into();
    let first = build(State::default(), users(&["a"]), &moment(1_000));
    let second = build(first.state, denied(), &moment(2_000));
    let report = second.report.unwrap();
    assert_eq!(report.sections[&SectionName::User].change, Change::Same);
    assert_eq!(told(&second.state, SectionName::User).len(), 1);
    let third = build(second.state, denied(), &moment(3_000));
    assert!(third.report.is_none());

    let back = build(third.state, users(&["a"]), &moment(4_000)).report.unwrap();
    assert_eq!(back.sections[&SectionName::User].change, Change::Same);
    assert_eq!(back.sections[&SectionName::User].not_before, Some(Time::from_millis(1_000)));
}

fn troubled(names: &[&str], sources: &[&str]) -> BTreeMap<SectionName, Section> {
    let mut found = users(names);
    let section = found.get_mut(&SectionName::User).unwrap();
    let problem = |source: &&str| Problem { source: (*source).to_owned(), message: "no".into() };
    section.problems = sources.iter().map(problem).collect();
    section.status = if sources.is_empty() { SectionStatus::Ok } else { SectionStatus::Partial };
    found
}

/// The report's word on the section: keys that came, keys that went, and whether the view is another one.
fn word(outcome: &Built) -> (Vec<&str>, Vec<&str>, bool) {
    let Some(report) = &outcome.report else { return (vec![], vec![], false) };
    let section = &report.sections[&SectionName::User];
    match &section.change {
        Change::Same => (vec![], vec![], section.view_changed),
        Change::Whole(items) => (items.iter().map(|item| item.key.as_str()).collect(), vec![], section.view_changed),
        Change::Delta { upsert, remove } => (
            upsert.iter().map(|item| item.key.as_str()).collect(),
            remove.iter().map(String::as_str).collect(),
            section.view_changed,
        ),
    }
}

#[test]
fn what_new_trouble_hides_is_not_gone_and_not_new_afterwards() {
    let first = build(State::default(), troubled(&["a", "b"], &[]), &moment(1_000));
    let hidden = build(first.state, troubled(&["b", "c"], &["/x"]), &moment(2_000));
    assert_eq!(word(&hidden), (vec!["c"], vec![], false), "what shows is news, what does not show stays");
    let back = build(hidden.state, troubled(&["a", "b", "c"], &[]), &moment(3_000));
    assert_eq!(word(&back), (vec![], vec![], false));
    assert!(back.report.is_some(), "that it can be read again is news");
    let gone = build(back.state, troubled(&["b", "c"], &[]), &moment(4_000));
    assert_eq!(word(&gone), (vec![], vec!["a"], false), "without trouble gone is gone");
}

#[test]
fn trouble_that_was_always_there_hides_no_change() {
    let first = build(State::default(), troubled(&["a", "b"], &["/x"]), &moment(1_000));
    let gone = build(first.state, troubled(&["a"], &["/x"]), &moment(2_000));
    assert_eq!(word(&gone), (vec![], vec!["b"], false));
    let wider = build(gone.state, troubled(&["a", "z"], &[]), &moment(3_000));
    assert_eq!(word(&wider), (vec!["z"], vec![], true), "z may have been there all the time");
    let then = build(wider.state, troubled(&["a", "z", "y"], &[]), &moment(4_000));
    assert_eq!(word(&then), (vec!["y"], vec![], false));
}

#[test]
fn trouble_that_stays_for_a_day_is_another_view() {
    let first = build(State::default(), troubled(&["a", "b"], &[]), &moment(1_000));
    let mut state = build(first.state, troubled(&["a"], &["/x"]), &moment(2_000)).state;
    for hour in 1..24 {
        let outcome = build(state, troubled(&["a"], &["/x"]), &moment(2_000 + hour * 3_600_000));
        assert!(outcome.report.is_none(), "hour {hour}");
        state = outcome.state;
    }
    let late = build(state, troubled(&["a"], &["/x"]), &moment(2_000 + 24 * 3_600_000));
    assert_eq!(word(&late), (vec![], vec!["b"], true));
    let after = build(late.state, troubled(&[], &["/x"]), &moment(2_000 + 25 * 3_600_000));
    assert_eq!(word(&after), (vec![], vec!["a"], false), "from now on it is compared under this trouble");
}

#[test]
fn attributes_that_trouble_hides_stay_too() {
    let with = |extra: bool, sources: &[&str]| {
        let mut found = troubled(&["a"], sources);
        if extra {
            found.get_mut(&SectionName::User).unwrap().items[0].set("password_state", "locked");
        }
        found
    };
    let first = build(State::default(), with(true, &[]), &moment(1_000));
    let hidden = build(first.state, with(false, &["/etc/shadow"]), &moment(2_000));
    assert_eq!(word(&hidden), (vec![], vec![], false));
    assert!(told(&hidden.state, SectionName::User)["a"].contains_key("password_state"));
}

#[test]
fn metrics_that_move_little_are_told_a_few_times_a_day() {
    let memory = |free: u64| {
        let item = Item::new("memory").with("total_bytes", 10).with("free_bytes", free);
        [(SectionName::Memory, section(SectionStatus::Ok, vec![item]))].into()
    };
    let first = build(State::default(), memory(1), &moment(0));
    let report = first.report.unwrap();
    assert_eq!(report.sections[&SectionName::Memory].metrics["memory"]["free_bytes"], 1);
    let (mut state, mut told) = (first.state, 0);
    for hour in 1..=24 {
        let outcome = build(state, memory(hour), &moment(i64::try_from(hour).unwrap() * 3_600_000));
        if let Some(report) = &outcome.report {
            let section = &report.sections[&SectionName::Memory];
            assert_eq!((&section.change, report.base + 1), (&Change::Same, report.next));
            assert_eq!(section.metrics["memory"]["free_bytes"], hour);
            told += 1;
        }
        state = outcome.state;
    }
    assert_eq!(told, 4);
}

#[test]
fn a_leased_address_is_told_at_once_and_is_no_difference() {
    let leased = |address: &str| {
        let item = Item::new("eth0").with("mtu", 1_500).with("dynamic_addresses", vec![address]);
        [(SectionName::Interface, section(SectionStatus::Ok, vec![item]))].into()
    };
    let first = build(State::default(), leased("192.0.2.1"), &moment(1));
    let root = first.report.unwrap().root;
    let same = build(first.state, leased("192.0.2.1"), &moment(2));
    assert!(same.report.is_none());
    let moved = build(same.state, leased("192.0.2.2"), &moment(3));
    let report = moved.report.unwrap();
    let section = &report.sections[&SectionName::Interface];
    assert_eq!((&section.change, report.root), (&Change::Same, root));
    assert_eq!(section.metrics["eth0"]["dynamic_addresses"], serde_json::json!(["192.0.2.2"]));
    // When reports were lost, what was told of metrics is told again with the rest.
    let again = whole(moved.state, &moment(4)).unwrap().report.unwrap().report();
    assert_eq!(again.sections[&SectionName::Interface].metrics, section.metrics);
}

/// A section whose packed items cannot be opened is told whole, not as empty.
#[test]
fn what_cannot_be_opened_is_told_whole() {
    let first = build(State::default(), users(&["a", "b"]), &moment(1_000)).state;
    let mut json = serde_json::to_value(&first).unwrap();
    json["sections"]["user"]["items"] = "AAAA".into();
    let broken: State = serde_json::from_value(json).unwrap();
    assert!(build(broken.clone(), users(&["a", "b"]), &moment(2_000)).report.is_none(), "known by their mark");
    let report = build(broken.clone(), users(&["a"]), &moment(2_000)).report.unwrap();
    let change = &report.sections[&SectionName::User].change;
    assert!(matches!(change, Change::Whole(items) if items.len() == 1), "{change:?}");
    let denied = [(SectionName::User, section(SectionStatus::Denied, Vec::new()))].into();
    let again = whole(build(broken, denied, &moment(2_000)).state, &moment(3_000)).unwrap().report.unwrap().report();
    assert_eq!(again.sections[&SectionName::User].change, Change::Same, "not known, and not said to be none");
    assert_eq!(again.root, canonical::root_digest(&BTreeMap::new()));
}

fn status() -> impl Strategy<Value = SectionStatus> {
    prop_oneof![
        4 => Just(SectionStatus::Ok),
        1 => Just(SectionStatus::Partial),
        1 => Just(SectionStatus::Denied),
        1 => Just(SectionStatus::Failed),
        1 => Just(SectionStatus::Unsupported),
    ]
}

fn inventory() -> impl Strategy<Value = BTreeMap<SectionName, Section>> {
    let name = prop_oneof![Just(SectionName::User), Just(SectionName::Filesystem), Just(SectionName::Mount)];
    let key = prop_oneof![Just("/"), Just("/home"), Just("/run/user/0"), Just("a")];
    let item = (key, 0u8..3, 0u8..9)
        .prop_map(|(key, size, free)| Item::new(key).with("size_bytes", size).with("free_bytes", free));
    let section = (status(), proptest::collection::vec(item, 0..4)).prop_map(|(status, items)| section(status, items));
    proptest::collection::btree_map(name, section, 0..3)
}

proptest! {
    #[test]
    fn a_collector_that_applies_the_reports_has_what_the_agent_believes(
        scans in proptest::collection::vec((inventory(), any::<bool>()), 1..8),
    ) {
        let (mut state, mut theirs) = (State::default(), State::default());
        for (i, (found, lost)) in scans.into_iter().enumerate() {
            if lost {
                state.is_based = false;
            }
            let before = state.clone();
            let outcome = build(state, found.clone(), &moment(1_000 + i64::try_from(i).unwrap()));
            if let Some(report) = &outcome.report {
                prop_assert!(report.next > report.base && report.seq > before.seq);
                prop_assert!(report.base == 0 || report.base == theirs.generation);
                theirs.apply(report).unwrap();
                let metrics = report.sections.iter().filter(|(_, section)| !section.metrics.is_empty());
                prop_assert!(metrics.map(|(name, _)| *name).all(volatility::has_metrics));
                prop_assert_eq!(report.root, theirs.root());
            }
            state = outcome.state;
            prop_assert_eq!(theirs.root(), state.root());
            for (name, told) in &state.sections {
                let their = theirs.sections.get(name).unwrap();
                let items = their.items.open().unwrap();
                prop_assert_eq!(&items, &told.items.open().unwrap());
                prop_assert_eq!(their.mark, Some(state::digest_and_mark(&items).1));
                prop_assert_eq!(canonical::section_digest(&items), told.digest);
            }
            for (name, section) in found {
                let (mut stable, _) = volatility::split(name, section.items);
                stable.reverse();
                if section.status.is_collected() {
                    prop_assert_eq!(told(&state, name), diff::to_map(stable));
                }
            }
        }
    }
}

#[test]
fn one_upgraded_package_of_many_is_less_than_a_kilobyte() {
    let packages = |upgraded: bool| {
        let package = |n: usize| {
            let version = if upgraded && n == 7 { "1.2.3-5+deb12u1" } else { "1.2.3-4+deb12u1" };
            Item::new(format!("package-{n}:amd64"))
                .with("name", format!("package-{n}"))
                .with("version", version)
                .with("architecture", "amd64")
                .with("manager", "dpkg")
                .with("source", format!("package-source-{n}"))
                .with("installed_bytes", 4_711_u64)
                .with("maintainer", "Debian Maintainers of Something <something@lists.example.org>")
                .with("installed_at", "2026-11-24T08:00:00.000Z")
        };
        let items = (0..850).map(package).collect();
        [(SectionName::Package, section(SectionStatus::Ok, items))].into()
    };
    let first = build(State::default(), packages(false), &moment(1_000));
    let second = build(first.state, packages(true), &moment(1_790_000_000_000)).report.unwrap();
    let json = serde_json::to_vec(&second).unwrap();
    assert!(json.len() <= 1_000, "{} bytes: {}", json.len(), String::from_utf8_lossy(&json));
}
