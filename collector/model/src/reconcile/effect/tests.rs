//! What a report of one source changes in the view of all.

use serde_json::{Value, json};

use super::super::rule::Rules;
use super::*;
use crate::history;
use crate::inventory::StoredItem;
use muster_shared::SectionName;
use muster_shared::diff::ItemMap;

const DAY: i64 = 86_400_000;
const HOST: HostId = HostId::from_bytes([7; 16]);
const REPORT: ReportId = ReportId::from_bytes([1; 16]);

fn at(day: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + day * DAY)
}

type Items = BTreeMap<String, StoredItem>;

fn items(list: &[(&str, Value)]) -> Items {
    let item = |(key, value): &(&str, Value)| {
        let attributes = value.as_object().unwrap().clone().into_iter().collect();
        ((*key).to_owned(), StoredItem { attributes, since: at(0) })
    };
    list.iter().map(item).collect()
}

/// A report of `source` that turns `before` into `after` beside what another says: the source's own entries, and the added.
struct Scene<'a> {
    source: Source,
    before: Option<(&'a Items, i64)>,
    after: &'a Items,
    other: (Source, &'a Items, i64),
    now: i64,
}

fn report(scene: &Scene<'_>) -> (Vec<HistoryEntry>, Vec<HistoryEntry>) {
    let plain =
        |items: &Items| -> ItemMap { items.iter().map(|(k, item)| (k.clone(), item.attributes.clone())).collect() };
    let mut gone = BTreeMap::new();
    let mut own = Vec::new();
    if let Some((before, _)) = scene.before {
        for (seq, change) in
            history::item_changes(SectionName::Package, &plain(before), &plain(scene.after)).into_iter().enumerate()
        {
            if change.operation == Operation::Removed {
                gone.insert(change.key.clone(), at(scene.now));
            }
            own.push(HistoryEntry {
                host: HOST,
                seq: seq as u64 + 1,
                report: REPORT,
                section: SectionName::Package,
                item: ItemId::new(HOST, SectionName::Package, &change.key),
                key: change.key,
                operation: change.operation,
                before: change.before,
                after: change.after,
                not_before: None,
                held_since: None,
                seen_at: at(scene.now),
                received_at: None,
                view_changed: false,
                source: scene.source,
                bearing: Bearing::Effective,
                kept_by: change.kept_by,
            });
        }
    }
    let none = BTreeMap::new();
    let word = |source, items, gone, day| Word { source, items, gone, seen_at: at(day), is_complete: true };
    let (other, other_items, other_day) = scene.other;
    let others = [word(other, other_items, &none, other_day)];
    let rules = Rules::default();
    let view = View { class: SectionName::Package, rules: &rules, pins: &[], at: at(scene.now) };
    let before = scene.before.map(|(items, day)| word(scene.source, items, &none, day));
    let after = word(scene.source, scene.after, &gone, scene.now);
    let then = at(scene.before.map_or(other_day, |(_, day)| day.max(other_day)));
    let report = Report { host: HOST, report: REPORT, before, after, others: &others, then, received_at: None };
    let mut last = own.len() as u64;
    let added = entries(view, report, &mut own, &mut last);
    assert_eq!(last, (own.len() + added.len()) as u64);
    (own, added)
}

fn bearings(entries: &[HistoryEntry]) -> Vec<(&str, Bearing)> {
    entries.iter().map(|entry| (entry.key.as_str(), entry.bearing)).collect()
}

#[test]
fn the_believed_sources_change_is_the_change_and_the_others_is_not() {
    let (old, new) = (items(&[("bash", json!({"version": "1"}))]), items(&[("bash", json!({"version": "2"}))]));
    let other = items(&[("bash", json!({"version": "0"}))]);
    let agent =
        Scene { source: Source::Agent, before: Some((&old, 0)), after: &new, other: (Source::Glpi, &other, 0), now: 1 };
    let (own, added) = report(&agent);
    assert_eq!((bearings(&own), added.len()), (vec![("bash", Bearing::Effective)], 0));
    let glpi = Scene { source: Source::Glpi, other: (Source::Agent, &other, 0), ..agent };
    let (own, added) = report(&glpi);
    assert_eq!((bearings(&own), added.len()), (vec![("bash", Bearing::Shadowed)], 0));
}

#[test]
fn what_only_partly_shows_is_told_as_it_shows() {
    let old = items(&[("bash", json!({"version": "1", "vendor": "a"}))]);
    let new = items(&[("bash", json!({"version": "2", "vendor": "b"}))]);
    let agent = items(&[("bash", json!({"version": "0"}))]);
    let scene =
        Scene { source: Source::Glpi, before: Some((&old, 0)), after: &new, other: (Source::Agent, &agent, 0), now: 1 };
    let (own, added) = report(&scene);
    assert_eq!(bearings(&own), [("bash", Bearing::Shadowed)]);
    assert_eq!(bearings(&added), [("bash", Bearing::View)]);
    assert_eq!((json!(added[0].before), json!(added[0].after)), (json!({"vendor": "a"}), json!({"vendor": "b"})));
    assert_eq!(added[0].source, Source::Glpi);
    assert!(added[0].is_change() && !own[0].is_change() && own[0].changes_body(Source::Glpi));
    assert!(!added[0].changes_body(Source::Glpi));
}

#[test]
fn that_another_source_is_believed_now_is_no_change_of_the_host() {
    let same = items(&[("bash", json!({"version": "2"}))]);
    let agent = items(&[("bash", json!({"version": "1"}))]);
    // The agent was heard last on day 0, GLPI on day 6 and again on day 8: the agent's week is over.
    let scene = Scene {
        source: Source::Glpi,
        before: Some((&same, 6)),
        after: &same,
        other: (Source::Agent, &agent, 0),
        now: 8,
    };
    let (own, added) = report(&scene);
    assert!(own.is_empty());
    assert_eq!(bearings(&added), [("bash", Bearing::Winner)]);
    assert_eq!((json!(added[0].before), json!(added[0].after)), (json!({"version": "1"}), json!({"version": "2"})));
    assert!(!added[0].is_change());
}

#[test]
fn a_first_word_was_so_before_and_only_contradictions_are_told() {
    let told = items(&[("bash", json!({"version": "2", "vendor": "us"})), ("curl", json!({"version": "8"}))]);
    let other = items(&[("bash", json!({"version": "1"}))]);
    let scene = Scene { source: Source::Agent, before: None, after: &told, other: (Source::Glpi, &other, 0), now: 1 };
    let (_, added) = report(&scene);
    assert_eq!(bearings(&added), [("bash", Bearing::Winner)]);
    assert_eq!(json!(added[0].after), json!({"version": "2"}), "what nobody contradicted is no news");
}

#[test]
fn an_item_goes_by_the_word_of_the_believed_and_stays_for_the_others() {
    let (old, none) = (items(&[("bash", json!({"version": "1"}))]), items(&[]));
    let other = items(&[("bash", json!({"version": "1", "vendor": "us"}))]);
    let agent = Scene {
        source: Source::Agent,
        before: Some((&old, 0)),
        after: &none,
        other: (Source::Glpi, &other, 0),
        now: 1,
    };
    let (own, added) = report(&agent);
    // What goes is more than the agent knew of it.
    assert_eq!(bearings(&own), [("bash", Bearing::Shadowed)]);
    assert_eq!((added[0].operation, added[0].bearing), (Operation::Removed, Bearing::View));
    assert_eq!(json!(added[0].before), json!({"version": "1", "vendor": "us"}));
    let glpi = Scene { source: Source::Glpi, other: (Source::Agent, &other, 0), ..agent };
    let (own, added) = report(&glpi);
    assert_eq!((bearings(&own), added.len()), (vec![("bash", Bearing::Shadowed)], 0));
}
