//! Findings of how things are: they begin, say what is wrong, follow the item, end and come back.

use muster_shared::SectionName;
use muster_shared::id::{HostId, ItemId};
use serde_json::json;

use super::*;
use crate::finding::{Finding, FindingState};
use crate::policy::book::{Settings, StatePolicy};
use crate::policy::shipped;
use crate::record::Versioned;

const HOST: HostId = HostId::from_bytes([1; 16]);

fn at(seconds: i64) -> Time {
    Time::from_millis(1_700_000_000_000 + seconds * 1_000)
}

fn told(findings: Vec<Finding>, is_broken: bool, uid: u64, seconds: i64) -> Vec<Finding> {
    let policy = StatePolicy::of_shipped(shipped::find("uid-zero").unwrap(), &Settings::default()).unwrap();
    let attributes = serde_json::from_value(json!({"uid": uid})).unwrap();
    let subject = Subject {
        host: HOST,
        host_name: "web-1",
        item: ItemId::new(HOST, SectionName::User, "toor"),
        section: SectionName::User,
        key: "toor",
        not_before: None,
        seen_at: at(seconds),
    };
    let violation = is_broken.then(|| policy.violation(Some(&attributes)));
    let verdict = Verdict { subject, policy: "uid-zero", attribute: None, violation };
    let mut held = Findings::new(findings.into_iter().map(|value| Versioned { value, version: 1 }));
    observe(&mut held, verdict, &Windows::default(), at(seconds));
    held.into_changed().into_iter().map(|finding| finding.value).collect()
}

#[test]
fn an_item_that_must_not_be_so_is_a_finding_until_it_is_not_so_any_more() {
    let [finding] = told(Vec::new(), true, 0, 10).try_into().unwrap();
    assert_eq!(finding.title().to_string(), "web-1: user toor: an account besides root has uid 0");
    assert_eq!((finding.basis, finding.state.as_str()), (Basis::State, "open"));
    assert_eq!(told(vec![finding.clone()], true, 0, 20), [], "nothing new is nothing to write");
    let [ended] = told(vec![finding], false, 1_001, 30).try_into().unwrap();
    assert!(matches!(ended.state, FindingState::Resolved { resolution: Resolution::Reverted, .. }));
    assert_eq!(told(vec![ended.clone()], false, 1_001, 40), []);
    let [again] = told(vec![ended.clone()], true, 0, 50).try_into().unwrap();
    assert_eq!((again.id, again.reopen_count), (ended.id, 1));
    let [later] = told(vec![ended], true, 0, 30 + 8 * 86_400).try_into().unwrap();
    assert_eq!(later.reopen_count, 0, "after a week it is another one");
}

#[test]
fn the_same_state_on_other_hosts_has_one_group_whatever_else_the_item_says() {
    let [one] = told(Vec::new(), true, 0, 10).try_into().unwrap();
    let mut other = one.clone();
    other.actual = json!({"uid": 0, "shell": "/bin/zsh"});
    other.describe();
    assert_eq!(one.group_fingerprint, other.group_fingerprint);
}

#[test]
fn they_end_with_their_item_or_their_policy() {
    let [finding] = told(Vec::new(), true, 0, 10).try_into().unwrap();
    for resolution in [Resolution::ItemGone, Resolution::PolicyRemoved] {
        let mut held = Findings::new([Versioned { value: finding.clone(), version: 1 }]);
        end(&mut held, |_| Some(resolution), at(20));
        let [ended] = held.into_changed().try_into().unwrap();
        assert!(matches!(ended.value.state, FindingState::Resolved { resolution: r, .. } if r == resolution));
    }
}
