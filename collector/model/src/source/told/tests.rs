//! A source's reports one after the other.

use muster_shared::diff::to_map;
use muster_shared::report::Item;

use super::*;
use crate::identification::Match;

const HOST: HostId = HostId::from_bytes([7; 16]);
const REPORT: ReportId = ReportId::from_bytes([1; 16]);

fn at(hours: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + hours * 3_600_000)
}

fn telling(sections: &[(SectionName, &[(&str, &str)])]) -> Telling {
    let part = |items: &[(&str, &str)]| Part {
        items: to_map(items.iter().map(|(key, version)| Item::new(*key).with("version", *version))),
        ..Part::default()
    };
    Telling {
        source: Source::Glpi,
        device_id: "web-1-2026".into(),
        client: "GLPI-Agent_v1.12".into(),
        sections: sections.iter().map(|(name, items)| (*name, part(items))).collect(),
        left_out: vec!["processes".into()],
    }
}

fn take(head: Option<SourceHead>, bodies: BTreeMap<SectionName, SectionBody>, telling: Telling, now: Time) -> Merged {
    let digests = changed(head.as_ref(), &telling);
    let matched = Match { rule: "new".into(), values: vec![], at: now, report: None };
    merge(HOST, head, &matched, bodies, &digests, telling, 40, REPORT, now)
}

#[test]
fn a_first_telling_is_no_change_and_the_same_again_writes_nothing() {
    use SectionName::{Package, User};
    let first = take(None, BTreeMap::new(), telling(&[(Package, &[("bash", "1")]), (User, &[("root", "")])]), at(0));
    assert!(first.history.is_empty());
    assert_eq!((first.bodies.len(), first.head.history), (2, 40));
    let again = take(Some(first.head.clone()), BTreeMap::new(), telling(&[(Package, &[("bash", "1")])]), at(24));
    assert!(again.history.is_empty() && again.bodies.is_empty());
    let seen = |merged: &Merged, name| merged.head.sections[&name].seen_at;
    assert_eq!(
        (seen(&again, Package), seen(&again, User)),
        (at(24), at(0)),
        "what is left out is as it was, and older"
    );
    assert_eq!(
        again.head.section_seen_at(Package, at(30)),
        Some(at(30)),
        "a repetition repeats what the last report told"
    );
    assert_eq!(again.head.section_seen_at(User, at(30)), Some(at(0)));
    assert_eq!(again.head.section_seen_at(SectionName::Disk, at(30)), None);
}

#[test]
fn a_change_is_one_small_entry_after_the_last_number_of_the_host() {
    use SectionName::Package;
    let first = take(None, BTreeMap::new(), telling(&[(Package, &[("bash", "1"), ("curl", "1")])]), at(0));
    let bodies = BTreeMap::from([(Package, first.bodies[0].clone())]);
    let next = take(Some(first.head), bodies, telling(&[(Package, &[("bash", "2")])]), at(24));
    let told: Vec<(u64, &str, Option<Time>)> =
        next.history.iter().map(|entry| (entry.seq, entry.key.as_str(), entry.not_before)).collect();
    assert_eq!(told, [(41, "curl", Some(at(0))), (42, "bash", Some(at(0)))]);
    assert!(next.bodies.is_empty(), "the body stays until enough has changed");
    assert_eq!(next.now[&Package].gone.keys().collect::<Vec<_>>(), ["curl"]);
    assert_eq!(next.head.left_out, ["processes"]);
}

#[test]
fn what_a_part_leaves_out_is_as_it_was_and_what_a_list_leaves_out_is_empty() {
    let item = |version: &str| Item::new("host").with("name", "web-1").with("version", version);
    let stored = |items: Vec<Item>| {
        let items = to_map(items).into_iter().map(|(key, attributes)| (key, StoredItem { attributes, since: at(0) }));
        SectionBody { items: items.collect(), ..SectionBody::of(HOST, SectionName::Host, Source::Glpi) }
    };
    let before = stored(vec![item("1").with("os_name", "Debian"), Item::new("other")]);
    let told = |absent| {
        let mut part = Part { items: to_map([item("2")]), absent, ..Part::default() };
        part.complete(&before);
        part.items
    };
    assert_eq!(told(Absent::Gone), to_map([item("2")]));
    assert_eq!(told(Absent::Unchanged), to_map([item("2").with("os_name", "Debian"), Item::new("other")]));
    let none: Vec<String> = Vec::new();
    assert_eq!(told(Absent::Without("members")), to_map([item("2"), Item::new("other").with("members", none)]));
}
