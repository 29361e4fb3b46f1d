//! What counts of what several sources say: by cases, and for any words in any order.

use proptest::prelude::*;
use serde_json::json;

use super::pin::Pin;
use super::rule::{Level, Rule};
use super::*;
use muster_shared::id::{HostId, ItemId};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const HOST: HostId = HostId::from_bytes([7; 16]);

fn at(ms: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + ms)
}

/// What a source says, owned.
#[derive(Clone, Debug)]
struct Says {
    source: Source,
    items: BTreeMap<String, StoredItem>,
    gone: BTreeMap<String, Time>,
    seen_at: Time,
    is_complete: bool,
}

impl Says {
    fn new(source: Source, seen_at: i64, items: &[(&str, Value)]) -> Self {
        let item = |(key, value): &(&str, Value)| {
            let attributes = value.as_object().unwrap().clone().into_iter().collect();
            ((*key).to_owned(), StoredItem { attributes, since: at(0) })
        };
        let items = items.iter().map(item).collect();
        Self { source, items, gone: BTreeMap::new(), seen_at: at(seen_at), is_complete: true }
    }

    fn since(mut self, ms: i64) -> Self {
        self.items.values_mut().for_each(|item| item.since = at(ms));
        self
    }

    fn saw_gone(mut self, key: &str, ms: i64) -> Self {
        self.gone.insert(key.to_owned(), at(ms));
        self
    }

    fn word(&self) -> Word<'_> {
        let (items, gone) = (&self.items, &self.gone);
        Word { source: self.source, items, gone, seen_at: self.seen_at, is_complete: self.is_complete }
    }
}

fn seen(class: SectionName, rules: &Rules, pins: &[Pin], says: &[Says], now: i64) -> BTreeMap<String, Reconciled> {
    let words: Vec<Word<'_>> = says.iter().map(Says::word).collect();
    section(View { class, rules, pins, at: at(now) }, &words)
}

fn packages(says: &[Says], now: i64) -> BTreeMap<String, Reconciled> {
    seen(SectionName::Package, &Rules::default(), &[], says, now)
}

fn why(says: &[Says], rules: &Rules, key: &str, attribute: &str, now: i64) -> (Value, Source, Reason) {
    let words: Vec<Word<'_>> = says.iter().map(Says::word).collect();
    let view = View { class: SectionName::Package, rules, pins: &[], at: at(now) };
    let explained = explain(view, &words, key).remove(attribute).unwrap();
    let winner = explained.said.iter().find(|said| said.is_winner).unwrap();
    (winner.value.clone(), winner.source, explained.reason)
}

#[test]
fn each_attribute_has_the_value_of_the_best_believed_and_none_is_lost() {
    let says = [
        Says::new(Source::OcsInventory, 0, &[("bash", json!({"version": "5.1", "installed_at": "2025-01-01"}))]),
        Says::new(
            Source::Agent,
            0,
            &[("bash", json!({"version": "5.2", "vendor": "us"})), ("curl", json!({"version": "8"}))],
        ),
        Says::new(Source::Glpi, 0, &[("bash", json!({"version": "5.2"})), ("htop", json!({"version": "3"}))]),
    ];
    let found = packages(&says, HOUR);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["bash", "curl", "htop"]);
    let bash = &found["bash"];
    assert_eq!(json!(bash.attributes), json!({"installed_at": "2025-01-01", "vendor": "us", "version": "5.2"}));
    assert_eq!(bash.winner("installed_at"), Some(Source::OcsInventory));
    assert_eq!(bash.winner("version"), Some(Source::Agent));
    let rules = Rules::default();
    assert_eq!(why(&says, &rules, "bash", "version", HOUR), (json!("5.2"), Source::Agent, Reason::Rank));
    assert_eq!(why(&says, &rules, "bash", "vendor", HOUR).2, Reason::Only);
    assert_eq!(why(&says[1..], &rules, "bash", "version", HOUR).2, Reason::Agreed);
}

#[test]
fn a_word_that_was_not_repeated_for_too_long_stands_back_and_the_last_word_stays() {
    let agent = Says::new(Source::Agent, 0, &[("bash", json!({"version": "5.2"}))]);
    let glpi = Says::new(Source::Glpi, 6 * DAY, &[("bash", json!({"version": "5.3"}))]);
    let both = [agent.clone(), glpi];
    let rules = Rules::default();
    assert_eq!(why(&both, &rules, "bash", "version", 7 * DAY).1, Source::Agent);
    let after = why(&both, &rules, "bash", "version", 7 * DAY + 1);
    assert_eq!(after, (json!("5.3"), Source::Glpi, Reason::Younger));
    let long = why(&both, &rules, "bash", "version", 100 * DAY);
    assert_eq!(long, (json!("5.3"), Source::Glpi, Reason::Last), "nobody says anything else");
    assert_eq!(packages(&[agent], 100 * DAY).len(), 1, "what is old is not gone");
}

#[test]
fn equals_are_told_apart_by_what_is_new_not_by_who_spoke_last() {
    let level = Level::Equal(vec![Source::Glpi, Source::FusionInventory]);
    let rule = Rule {
        class: Some(SectionName::Package.to_string()),
        attribute: None,
        order: vec![level],
        ttl_hours: BTreeMap::new(),
    };
    let rules = Rules::of(&[rule]);
    let glpi = |seen| Says::new(Source::Glpi, seen, &[("bash", json!({"version": "1"}))]).since(HOUR);
    let fusion = |seen| Says::new(Source::FusionInventory, seen, &[("bash", json!({"version": "2"}))]).since(2 * HOUR);
    for (one, other) in [(3, 4), (5, 4), (5, 6)] {
        let found = why(&[glpi(one * HOUR), fusion(other * HOUR)], &rules, "bash", "version", 6 * HOUR);
        assert_eq!(found, (json!("2"), Source::FusionInventory, Reason::Newest));
    }
}

#[test]
fn what_the_better_believed_saw_going_is_gone_and_what_it_never_knew_stays_while_it_is_fresh() {
    let foreign = Says::new(Source::Glpi, 0, &[("bash", json!({})), ("flat", json!({})), ("curl", json!({}))]);
    let agent = Says::new(Source::Agent, HOUR, &[("bash", json!({}))]).saw_gone("curl", HOUR);
    let both = [foreign.clone(), agent.clone()];
    assert_eq!(packages(&both, 2 * HOUR).keys().collect::<Vec<_>>(), ["bash", "flat"]);
    // The same once the foreign word is too old: a fresh look that sees everything does not see it.
    let later = [foreign.clone(), Says { seen_at: at(30 * DAY), ..agent.clone() }];
    assert_eq!(packages(&later, 30 * DAY).keys().collect::<Vec<_>>(), ["bash"]);
    let blind = [foreign.clone(), Says { seen_at: at(30 * DAY), is_complete: false, ..agent }];
    assert_eq!(packages(&blind, 30 * DAY).keys().collect::<Vec<_>>(), ["bash", "flat"], "it does not see everything");
    // A worse believed source takes nothing away.
    let other = Says::new(Source::OcsInventory, HOUR, &[("bash", json!({}))]).saw_gone("flat", HOUR);
    assert!(packages(&[foreign, other], 2 * HOUR).contains_key("flat"));
}

#[test]
fn things_with_other_keys_are_one_by_what_no_two_share() {
    let own =
        Says::new(Source::Agent, 0, &[("sda", json!({"serial": "S1", "wwn": "w1"})), ("sdb", json!({"serial": "S2"}))]);
    let foreign = Says::new(
        Source::FusionInventory,
        0,
        &[
            ("PERC", json!({"serial": "s1", "model": "H710"})),
            ("other", json!({"serial": "S3"})),
            ("sdb", json!({"model": "B"})),
        ],
    );
    let found = seen(SectionName::Disk, &Rules::default(), &[], &[own.clone(), foreign], HOUR);
    assert_eq!(found.keys().collect::<Vec<_>>(), ["other", "sda", "sdb"]);
    assert_eq!(found["sda"].attributes["model"], "H710");
    assert_eq!(found["sda"].sources, [(Source::Agent, "sda".into()), (Source::FusionInventory, "PERC".into())]);
    // Two with one mark: it says nothing.
    let twins = Says::new(Source::Agent, 0, &[("sda", json!({"serial": "S"})), ("sdb", json!({"serial": "S"}))]);
    let third = Says::new(Source::Glpi, 0, &[("x", json!({"serial": "S"}))]);
    assert_eq!(seen(SectionName::Disk, &Rules::default(), &[], &[twins, third], HOUR).len(), 3);
}

fn pin(attribute: &str, value: Value, from: i64, until: Option<i64>) -> Pin {
    Pin {
        item: ItemId::new(HOST, SectionName::Package, "bash"),
        section: SectionName::Package,
        key: "bash".into(),
        attribute: attribute.into(),
        value,
        reason: "so".into(),
        by: "ann".into(),
        at: at(from),
        until: until.map(at),
    }
}

#[test]
fn a_pin_counts_before_everybody_from_its_beginning_to_its_end() {
    let says = [Says::new(Source::Agent, 0, &[("bash", json!({"version": "5.2"}))])];
    let pins = [pin("version", json!("9"), HOUR, Some(3 * HOUR))];
    let version =
        |now| seen(SectionName::Package, &Rules::default(), &pins, &says, now)["bash"].attributes["version"].clone();
    assert_eq!(
        (version(0), version(HOUR), version(2 * HOUR), version(3 * HOUR)),
        (json!("5.2"), json!("9"), json!("9"), json!("5.2"))
    );
}

fn says() -> impl Strategy<Value = Says> {
    let source = prop::sample::select(&Source::ALL[..6]);
    let key = prop::sample::select(vec!["a", "b", "c", "d"]);
    let attributes =
        prop::collection::btree_map(prop::sample::select(vec!["version", "vendor", "name"]), 0_u8..3, 0..3);
    let items = prop::collection::btree_map(key.clone(), (attributes, 0_i64..10), 0..4);
    let gone = prop::collection::btree_map(key, 0_i64..10, 0..2);
    (source, items, gone, 0_i64..20, any::<bool>()).prop_map(|(source, items, gone, seen, is_complete)| Says {
        source,
        gone: gone
            .into_iter()
            .filter(|(key, _)| !items.contains_key(key))
            .map(|(k, ms)| (k.to_owned(), at(ms * DAY)))
            .collect(),
        items: items
            .into_iter()
            .map(|(key, (attributes, since))| {
                let attributes =
                    attributes.into_iter().map(|(name, value)| (name.to_owned(), json!(value.to_string())));
                (key.to_owned(), StoredItem { attributes: attributes.collect(), since: at(since * DAY) })
            })
            .collect(),
        seen_at: at(seen * DAY),
        is_complete,
    })
}

/// Words of several sources, one of each.
fn several() -> impl Strategy<Value = Vec<Says>> {
    prop::collection::vec(says(), 1..5).prop_map(|all| {
        let by_source: BTreeMap<Source, Says> = all.into_iter().map(|says| (says.source, says)).collect();
        by_source.into_values().collect()
    })
}

proptest! {
    #[test]
    fn the_order_in_which_sources_speak_does_not_matter(says in several(), now in 0_i64..30) {
        let forward = packages(&says, now * DAY);
        let backward: Vec<Says> = says.iter().rev().cloned().collect();
        prop_assert_eq!(forward, packages(&backward, now * DAY));
    }

    #[test]
    fn repeating_a_word_within_its_time_changes_nothing(says in several(), n in 0_usize..4) {
        // All are young: who repeats what it said does not win by it.
        let young: Vec<Says> = says.into_iter().map(|says| Says { seen_at: at(20 * DAY), ..says }).collect();
        let mut repeated = young.clone();
        let n = n % repeated.len();
        repeated[n].seen_at = at(21 * DAY);
        let plain = |found: BTreeMap<String, Reconciled>| -> Vec<(String, Attributes, Vec<Source>)> {
            found.into_iter().map(|(key, item)| (key, item.attributes, item.winners)).collect()
        };
        prop_assert_eq!(plain(packages(&young, 22 * DAY)), plain(packages(&repeated, 22 * DAY)));
    }

    #[test]
    fn every_value_is_one_that_somebody_said_and_the_list_says_what_the_detail_says(says in several(), now in 0_i64..30) {
        let words: Vec<Word<'_>> = says.iter().map(Says::word).collect();
        let rules = Rules::default();
        let view = View { class: SectionName::Package, rules: &rules, pins: &[], at: at(now * DAY) };
        for (key, item) in packages(&says, now * DAY) {
            let explained = explain(view, &words, &key);
            prop_assert_eq!(explained.len(), item.attributes.len());
            for (name, value) in &item.attributes {
                let winner = explained[name].said.iter().find(|said| said.is_winner).unwrap();
                prop_assert_eq!(&winner.value, value);
                prop_assert_eq!(Some(winner.source), item.winner(name));
                let fresh = |said: &&Said| !said.is_expired;
                if explained[name].said.iter().any(|said| fresh(&said)) {
                    let best = explained[name].said.iter().filter(fresh).map(|said| said.source).min();
                    prop_assert_eq!(best, Some(winner.source), "the lowest rank of the young ones");
                }
            }
        }
    }

    #[test]
    fn one_source_alone_is_taken_at_its_word(says in says(), now in 0_i64..30) {
        let found = packages(std::slice::from_ref(&says), now * DAY);
        let plain: BTreeMap<String, StoredItem> = found.into_iter().map(|(key, item)| (key, item.into())).collect();
        prop_assert_eq!(plain, says.items);
    }

    #[test]
    fn a_pin_wins_over_whatever_is_said(says in several(), now in 0_i64..30) {
        let pins = [pin("vendor", json!("pinned"), -DAY, None)];
        let pins = pins.map(|pin| Pin { key: "a".into(), ..pin });
        if let Some(item) = seen(SectionName::Package, &Rules::default(), &pins, &says, now * DAY).get("a") {
            prop_assert_eq!(&item.attributes["vendor"], &json!("pinned"));
        }
    }
}
