//! What findings say of themselves, and where they stood.

use super::*;

fn at(ms: i64) -> Time {
    Time::from_millis(ms)
}

fn finding(state: FindingState) -> Finding {
    let host = HostId::new(at(1));
    Finding {
        id: FindingId::new(at(10)),
        fingerprint: String::new(),
        group_fingerprint: String::new(),
        problem_fingerprint: String::new(),
        basis: Basis::Change,
        says: None,
        flap: crate::finding::flap::Flap::default(),
        parent: None,
        waiver: None,
        host,
        host_name: "web-1".into(),
        item: ItemId::new(host, SectionName::User, "deploy"),
        section: SectionName::User,
        item_key: "deploy".into(),
        policy: "account-added".into(),
        severity: Severity::Critical,
        class: Class::Security,
        outcome: Outcome::Incident,
        patience: crate::policy::patience::Patience::default(),
        attribute: None,
        expected: Value::Null,
        actual: Value::Null,
        not_before: None,
        first_seen: at(10),
        last_seen: at(10),
        count: 1,
        reopen_count: 0,
        is_routed: false,
        incident: None,
        turns: Vec::new(),
        matches: Vec::new(),
        moved_after: None,
        state,
    }
}

fn resolved(ms: i64) -> FindingState {
    FindingState::Resolved { resolution: Resolution::Reverted, by: "x".into(), reason: String::new(), at: at(ms) }
}

#[test]
fn turns_tell_where_it_stood_as_far_back_as_they_are_kept() {
    let mut flapping = finding(FindingState::Open { routes_at: at(10) });
    for i in 1..=40 {
        flapping.enter(resolved(20 * i), at(20 * i));
        flapping.enter(FindingState::Open { routes_at: at(20 * i + 10) }, at(20 * i + 10));
    }
    assert_eq!(flapping.turns.len(), MAX_TURNS);
    assert_eq!(flapping.state_at(at(800)), Some(resolved(800)));
    assert_eq!(flapping.state_at(at(809)), Some(resolved(800)));
    assert!(flapping.state_at(at(10_000)).is_some_and(|state| state.is_active()));
    assert_eq!(flapping.state_at(at(30)), None, "longer ago than is kept nothing is said");
}

#[test]
fn one_that_was_stored_before_turns_were_kept_stood_from_first_sight_to_its_end() {
    let old = finding(resolved(50));
    assert_eq!(old.state_at(at(9)), None);
    assert!(old.state_at(at(49)).is_some_and(|state| state.is_active()));
    assert_eq!(old.state_at(at(50)), Some(resolved(50)));
}
