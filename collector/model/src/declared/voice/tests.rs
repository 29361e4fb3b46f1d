//! Several sources, one declared item: who is believed, for how long, and that nothing is lost.

use muster_shared::id::{DeclaredId, NodeId};
use serde_json::json;

use super::*;
use crate::class::Registry;
use crate::declared::create;
use crate::host::Criticality;
use crate::reconcile::rule::{Level, Rule};

const HOUR: i64 = 3_600_000;

struct Desk {
    registry: Registry,
    rules: Rules,
    item: Declared,
}

fn at(hours: i64) -> Time {
    Time::from_millis(1_790_000_000_000 + hours * HOUR)
}

fn hand(source: ChangeSource, hours: i64) -> Hand {
    Hand { by: "ann".into(), source, reason: String::new(), now: at(hours) }
}

fn port(value: Value) -> Edit {
    Edit { attributes: [("port".to_owned(), value)].into(), ..Edit::default() }
}

fn rule(order: &[Source], ttl_hours: &[(Source, u32)]) -> Rules {
    let order = order.iter().copied().map(Level::One).collect();
    let ttl_hours = ttl_hours.iter().copied().collect();
    Rules::of(&[Rule { class: Some("application".into()), attribute: Some("port".into()), order, ttl_hours }])
}

impl Desk {
    fn new(rules: Rules) -> Self {
        let registry = Registry::new([]);
        let edit = Edit { name: Some("shop".into()), ..port(json!(80)) };
        let class = registry.get("application").unwrap();
        let id = NodeId::Declared(DeclaredId::new(at(0)));
        let by = hand(ChangeSource::Rest, 0);
        let (item, _) = create(id, class, &registry.item_fields(), &edit, &by, &rules).unwrap();
        Self { registry, rules, item }
    }

    /// Says something; gives whether anything was written, and whether it changed what counts.
    fn say(&mut self, source: ChangeSource, hours: i64, edit: &Edit) -> (bool, bool) {
        let class = self.registry.get("application").unwrap();
        let fields = self.registry.item_fields();
        let told = tell(&self.item, class, &fields, edit, &hand(source, hours), &self.rules).unwrap();
        let is_changed = told.as_ref().is_some_and(|told| told.change.is_some());
        let is_written = told.is_some();
        self.item = told.map_or_else(|| self.item.clone(), |told| told.item);
        (is_written, is_changed)
    }

    fn settle(&mut self, hours: i64) -> bool {
        let class = self.registry.get("application").unwrap();
        let settled = settle(&self.item, class, &hand(ChangeSource::Person, hours), &self.rules);
        let is_changed = settled.as_ref().is_some_and(|(_, change)| change.is_some());
        self.item = settled.map_or_else(|| self.item.clone(), |(item, _)| item);
        is_changed
    }

    fn port(&self) -> &Value {
        self.item.attributes.get("port").unwrap_or(&Value::Null)
    }

    fn said(&self, hours: i64) -> (Vec<(Source, Value)>, Reason) {
        let belief = Belief { rules: &self.rules, class: "application", at: at(hours) };
        let explained = belief.explain(&self.item.voices, &self.item.pins).remove("port").unwrap();
        (explained.said.into_iter().map(|said| (said.source, said.value)).collect(), explained.reason)
    }
}

use ChangeSource::{Import as File, Person as Hands, Rest as Program};

#[test]
fn without_a_rule_the_newest_word_stands_and_two_that_repeat_themselves_take_no_turns() {
    let mut desk = Desk::new(Rules::default());
    assert_eq!(desk.say(File, 1, &port(json!(443))), (true, true));
    assert_eq!((desk.port(), desk.said(1).1), (&json!(443), Reason::Newest));
    for hours in 2..20 {
        assert_eq!(desk.say(Program, hours, &port(json!(80))), (false, false), "it says what it said");
        assert_eq!(desk.say(File, hours, &port(json!(443))), (false, false));
    }
    assert_eq!(desk.say(Program, 21, &port(json!(8_080))), (true, true), "that is new");
    assert_eq!(desk.said(21).0, [(Source::Rest, json!(8_080)), (Source::Import, json!(443))], "both are kept");
    assert_eq!(desk.say(File, 22, &port(Value::Null)), (true, true));
    assert_eq!(desk.port(), &Value::Null, "who takes a value away says something too");
}

#[test]
fn a_rule_decides_until_the_word_is_too_old() {
    let mut desk = Desk::new(rule(&[Source::Import, Source::Rest], &[(Source::Import, 48)]));
    desk.say(File, 1, &port(json!(443)));
    assert_eq!(desk.say(Program, 2, &port(json!(8_080))), (true, false), "it is kept and does not count");
    assert_eq!((desk.port(), desk.said(2).1), (&json!(443), Reason::Rank));
    assert!(!desk.settle(49), "its time is not over");
    assert!(desk.settle(50) && desk.port() == &json!(8_080));
    assert_eq!(desk.said(50).1, Reason::Younger);
    // Said again it counts again.
    assert_eq!(desk.say(File, 51, &port(json!(443))), (true, true));
    assert_eq!(desk.port(), &json!(443));
    desk.rules = rule(&[Source::Rest, Source::Import], &[]);
    assert!(desk.settle(52) && desk.port() == &json!(8_080), "another rule, another winner");
    let last = desk.item.changes;
    assert!(!desk.settle(53) && desk.item.changes == last);
}

#[test]
fn a_pin_counts_before_all_until_it_ends_or_is_taken_back() {
    let mut desk = Desk::new(rule(&[Source::Import], &[]));
    let class = desk.registry.get("application").unwrap().clone();
    let hold = |until: Option<i64>| Hold {
        value: json!(9_000),
        reason: "a test".into(),
        by: "ann".into(),
        at: at(1),
        until: until.map(at),
    };
    let pointer = class::pointer("port");
    let pinned = |desk: &Desk, hours, hold| pin(&desk.item, &class, (&pointer, hold), &hand(Hands, hours), &desk.rules);
    desk.item = pinned(&desk, 1, Some(hold(Some(10)))).unwrap().unwrap().0;
    assert_eq!(desk.say(File, 2, &port(json!(443))), (true, false));
    assert_eq!((desk.port(), desk.said(2).1), (&json!(9_000), Reason::Pinned));
    assert!(!desk.settle(9));
    assert!(desk.settle(10) && desk.port() == &json!(443));
    assert!(desk.item.pins.is_empty());
    desk.item = pinned(&desk, 11, Some(hold(None))).unwrap().unwrap().0;
    desk.item = pinned(&desk, 12, None).unwrap().unwrap().0;
    assert_eq!(desk.port(), &json!(443));
    let wrong = Hold { value: json!("x"), ..hold(None) };
    assert!(pinned(&desk, 13, Some(wrong)).is_err(), "what is no port is not pinned");
}

#[test]
fn fields_have_voices_too_and_what_nobody_is_known_to_have_said_is_not_lost() {
    let mut desk = Desk::new(Rules::default());
    desk.item.voices.clear();
    let critical = Edit { criticality: Some(Criticality::Critical), ..port(json!(443)) };
    desk.say(File, 1, &critical);
    assert_eq!((desk.item.criticality, desk.port()), (Criticality::Critical, &json!(443)));
    assert_eq!(desk.said(1).0, [(Source::Import, json!(443)), (Source::Person, json!(80))]);
    let text = serde_json::to_string(&desk.item).unwrap();
    assert_eq!(serde_json::from_str::<Declared>(&text).unwrap(), desk.item);
    let before = Desk::new(Rules::default()).item;
    let old: Value = serde_json::to_value(&before).unwrap();
    let mut old = old.as_object().unwrap().clone();
    old.remove("voices");
    assert!(serde_json::from_value::<Declared>(Value::Object(old)).is_ok(), "items of before are read");
}
