//! Who is odd, and what is a rollout.

use serde_json::json;

use super::*;

const DAY: i64 = 86_400_000;

fn at(ms: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + ms)
}

fn host(n: u8) -> HostId {
    HostId::from_bytes([n; 16])
}

/// Values with their hosts, the most frequent first.
fn tally(values: &[(&str, std::ops::Range<u8>)]) -> Tally {
    let share = |(value, hosts): &(&str, std::ops::Range<u8>)| {
        let hosts: BTreeSet<HostId> = hosts.clone().map(host).collect();
        Share { value: json!(value), count: hosts.len(), hosts }
    };
    Tally { values: values.iter().map(share).collect() }
}

fn odd_hosts(verdicts: &Verdicts) -> Vec<HostId> {
    verdicts.odd.iter().map(|(host, _)| *host).collect()
}

#[test]
fn most_are_at_least_five_and_eighty_in_a_hundred() {
    let mode = |one: u8, two: u8| {
        super::mode(&tally(&[("a", 0..one), ("b", one..one + two)])).map(|mode| (mode.value, mode.count, mode.of))
    };
    assert_eq!(mode(4, 0), None, "too few");
    assert_eq!(mode(4, 1), Some((json!("a"), 4, 5)));
    assert_eq!(mode(3, 2), None);
    assert_eq!(mode(40, 10), Some((json!("a"), 40, 50)));
    assert_eq!(mode(40, 11), None, "less than 80 in a hundred");
}

#[test]
fn the_odd_one_out_is_named() {
    let verdicts = judge(&tally(&[("3.0.14", 0..49), ("3.0.9", 49..50)]), &BTreeMap::new(), None, at(0));
    assert_eq!(odd_hosts(&verdicts), [host(49)]);
    assert_eq!(verdicts.mode.unwrap().count, 49);
    let verdicts = judge(&tally(&[("3.0.14", 0..3), ("3.0.9", 3..4)]), &BTreeMap::new(), None, at(0));
    assert_eq!(verdicts, Verdicts::default(), "of four nobody is odd");
}

#[test]
fn two_that_come_to_a_new_value_within_a_day_are_a_rollout() {
    let values = tally(&[("1", 0..9), ("2", 9..11)]);
    let one = BTreeMap::from([(host(9), at(0))]);
    assert_eq!(judge(&values, &one, None, at(1_000)).rollout, None, "one came, the other was so before");
    let both = BTreeMap::from([(host(9), at(0)), (host(10), at(5_000))]);
    let verdicts = judge(&values, &both, None, at(6_000));
    assert_eq!(verdicts.rollout, Some((json!("2"), both.clone())));
    assert_eq!(odd_hosts(&verdicts), []);
    // A day later it has stopped half way: those that went ahead are odd.
    assert_eq!(odd_hosts(&judge(&values, &both, None, at(5_000 + DAY))), [host(9), host(10)]);
}

#[test]
fn who_comes_late_is_odd_when_the_rollout_is_over() {
    let values = tally(&[("2", 1..11), ("1", 0..1)]);
    let rollout = Rollout { name: "r".into(), value: json!("2"), host: host(9), hosts: 10, last_at: at(0) };
    assert_eq!(odd_hosts(&judge(&values, &BTreeMap::new(), Some(&rollout), at(DAY - 1))), []);
    assert_eq!(odd_hosts(&judge(&values, &BTreeMap::new(), Some(&rollout), at(DAY))), [host(0)]);
}

#[test]
fn what_is_due_stays_bounded() {
    let mut peer = Peer {
        host: host(1),
        group: Group::Role("web".into()),
        sketch: Sketch::unknown(),
        due: BTreeMap::new(),
        walk: None,
    };
    assert_eq!(peer.due_at(), None);
    peer.mark([(SectionName::Package, "openssl".to_owned())], at(5));
    peer.mark([(SectionName::Package, "openssl".to_owned()), (SectionName::Kernel, "linux".to_owned())], at(9));
    assert_eq!((peer.due.len(), peer.due_at()), (2, Some(at(5))));
    peer.mark((0..MOST_DUE).map(|n| (SectionName::Package, n.to_string())), at(9));
    assert_eq!((peer.due.len(), peer.walk.as_deref()), (0, Some("")));
    let json = serde_json::to_string(&peer).unwrap();
    assert_eq!(serde_json::from_str::<Peer>(&json).unwrap(), peer, "it survives a restart");
}

#[test]
fn a_thing_keeps_its_section_and_key() {
    assert_eq!(of_thing(&thing(SectionName::Package, "a/b")), Some((SectionName::Package, "a/b")));
    assert_eq!(of_thing("nowhere/b"), None);
    assert_eq!(Group::Role("a/b".into()).key(), "role:a%2fb");
}

#[test]
fn findings_say_what_most_have() {
    let settings = Settings::default();
    let say = |violation: Violation| violation.policy.says.unwrap().to_string();
    let odd = super::odd(Some("version"), (&json!("3.0.14"), &json!("3.0.9")), &settings);
    assert_eq!((odd.expected.clone(), odd.actual.clone()), (json!("3.0.14"), json!("3.0.9")));
    assert_eq!(say(odd), "version is 3.0.9; most peers have 3.0.14");
    assert_eq!(say(super::odd(None, (&json!(true), &Value::Null), &settings)), "most peers have it, this host has not");
    let rolled = super::rolled(Some("version"), (&json!("1"), &json!("2")), 3, &settings);
    assert_eq!(say(rolled), "rollout: 3 peers came to version 2");
}
