//! Scores, times and verdicts of changes over what agents found.

use std::collections::BTreeMap;

use muster_shared::Time;
use muster_shared::id::{HostId, ItemId};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::drift::Windows;
use crate::drift::explained::{Next, accepted, awaits_look, confirm, consider, verified};
use crate::drift::occurrence::occurrences;
use crate::finding::{Basis, FindingState, Subject};
use crate::policy::{Minded, Outcome as PolicyOutcome, Severity, Violation};
use crate::query::fields::HOST;
use crate::schedule::{Schedule, Weekday};
use crate::ticket::change::verification::Verdict as Verification;

const MINUTE: i64 = 60_000;

fn at(minutes: i64) -> Time {
    Time::from_millis(1_800_000_000_000 + minutes * MINUTE)
}

fn host() -> HostId {
    HostId::from_bytes([1; 16])
}

/// A finding of a package whose version became another at minute 5, or of an item that appeared.
fn finding(section: SectionName, key: &str, attribute: Option<&str>, actual: Value, class: Class) -> Finding {
    let policy = Minded {
        id: "test".into(),
        severity: Severity::Minor,
        class,
        outcome: PolicyOutcome::Incident,
        patience: crate::policy::patience::Patience::default(),
        basis: Basis::Change,
        says: None,
    };
    let subject = Subject {
        host: host(),
        host_name: "web-1",
        item: ItemId::new(host(), section, key),
        section,
        key,
        not_before: Some(at(4)),
        seen_at: at(5),
    };
    let violation = Violation { policy, attribute: attribute.map(str::to_owned), expected: Value::Null, actual };
    Finding::begin(&subject, violation, FindingState::Open { routes_at: at(5) }, at(5))
}

fn upgraded(version: &str) -> Finding {
    finding(SectionName::Package, "openssl:amd64", Some("version"), json!(version), Class::Critical)
}

fn plan(json: Value) -> Plan {
    serde_json::from_value(json).unwrap()
}

fn candidate(plan: &Plan, from: i64, to: i64) -> Candidate {
    Candidate::made(TicketId::from_bytes([7; 16]), plan, (at(from), at(to)), &HOST)
}

fn score(plan: Value, finding: &Finding, is_in_group: bool) -> Option<(i32, Vec<&'static str>)> {
    let found = candidate(&self::plan(plan), 0, 60).explain(finding, is_in_group, 0)?;
    Some((found.score, found.reasons.iter().map(|reason| reason.as_str()).collect()))
}

#[test]
fn scores_are_the_sum_of_their_reasons() {
    let web = host().to_string();
    let item = ItemId::new(host(), SectionName::Package, "openssl:amd64").to_string();
    let fact = json!([{"section": "package", "key": "openssl"}]);
    let expect =
        |version: &str| json!([{"section": "package", "key": "openssl", "attribute": "version", "value": version}]);
    for (plan, is_in_group, expected) in [
        (json!({"scope": {"items": [web], "facts": fact}, "expect": expect("3.0.15")}), false, Some(90)),
        (json!({"scope": {"hosts": "site:a", "facts": fact}, "expect": expect(">= 3.0.2")}), true, Some(80)),
        (json!({"scope": {"items": [item], "facts": fact}}), false, Some(70)),
        (json!({"scope": {"items": [web], "facts": fact}}), false, Some(60)),
        (json!({"scope": {"items": [web]}}), false, Some(40)),
        (json!({"scope": {"hosts": "site:a"}}), true, Some(30)),
        (json!({"scope": {"items": [web], "facts": [{"section": "package", "key": "bash"}]}}), false, Some(30)),
        (json!({"scope": {"items": [web], "facts": fact}, "expect": expect("3.0.16")}), false, Some(20)),
        (json!({"scope": {"hosts": "site:a", "facts": fact}}), false, None),
    ] {
        let found = score(plan.clone(), &upgraded("3.0.15"), is_in_group);
        assert_eq!(found.as_ref().map(|(score, _)| *score), expected, "{plan}: {found:?}");
        if let Some((score, reasons)) = found {
            let points = |name: &&str| Reason::ALL.iter().find(|reason| reason.as_str() == *name).unwrap().points();
            assert_eq!(reasons.iter().map(points).sum::<i32>(), score);
        }
    }
}

#[test]
fn what_is_expected_of_an_item_is_asked_of_its_coming_and_going() {
    let web = host().to_string();
    let expect = |expectation: Value| {
        let mut expectation = expectation;
        expectation["section"] = json!("service");
        expectation["key"] = json!("nginx.service");
        json!({"scope": {"items": [web]}, "expect": [expectation]})
    };
    let service = |actual: Value| finding(SectionName::Service, "nginx.service", None, actual, Class::Critical);
    let there = || service(json!({"name": "nginx.service", "enabled_state": "enabled"}));
    let reasons = |plan: Value, finding: &Finding| score(plan, finding, false).unwrap().1;
    assert!(reasons(expect(json!({"value": true})), &there()).contains(&"as_expected"));
    assert!(reasons(expect(json!({"value": null})), &there()).contains(&"contradicts"));
    assert!(reasons(expect(json!({"value": null})), &service(Value::Null)).contains(&"as_expected"));
    assert!(
        reasons(expect(json!({"attribute": "enabled_state", "value": "enabled"})), &there()).contains(&"as_expected")
    );
    assert!(
        reasons(expect(json!({"attribute": "enabled_state", "value": "masked"})), &there()).contains(&"contradicts")
    );
    assert!(
        reasons(expect(json!({"attribute": "enabled_state", "value": "x"})), &service(Value::Null))
            .contains(&"contradicts")
    );
    // Another attribute of it is another matter.
    let other = finding(SectionName::Service, "nginx.service", Some("unit_path"), json!("/x"), Class::Critical);
    assert_eq!(
        reasons(expect(json!({"attribute": "enabled_state", "value": "enabled"})), &other),
        ["same_host", "nothing_named"]
    );
}

#[test]
fn what_stands_for_security_has_to_be_named() {
    let web = host().to_string();
    let sudo = finding(SectionName::SudoRule, "deploy ALL", None, json!({"user": "deploy"}), Class::Security);
    for (facts, expect, is_named) in [
        (json!([]), json!([]), false),
        (json!([{"section": "sudo_rule"}]), json!([]), false),
        (json!([{"section": "sudo_rule", "key": "*"}]), json!([]), false),
        (json!([{"section": "sudo_rule", "key": "deploy*"}]), json!([]), true),
        (json!([]), json!([{"section": "sudo_rule", "key": "deploy ALL", "value": true}]), true),
    ] {
        let (score, reasons) =
            score(json!({"scope": {"items": [web], "facts": facts}, "expect": expect}), &sudo, false).unwrap();
        assert_eq!(!reasons.contains(&"not_named"), is_named, "{facts}");
        assert!(is_named || score < TENTATIVE, "{facts}: {score}");
    }
}

#[test]
fn a_difference_and_a_change_are_of_one_time_or_have_nothing_to_do_with_each_other() {
    let plan = plan(json!({"scope": {"items": [host().to_string()]}}));
    // It happened in (4, 5].
    for (from, to, expected) in
        [(0, 60, true), (15, 60, true), (16, 60, false), (-60, -26, true), (-60, -27, false), (5, 5, true)]
    {
        assert_eq!(candidate(&plan, from, to).was_then(&upgraded("2"), 0), expected, "{from} {to}");
    }
    assert!(candidate(&plan, -600, -56).was_then(&upgraded("2"), 3_600_000), "agents look once an hour");
    // Where it moved on later, that is what counts.
    let moved = Finding { moved_after: Some(at(100)), last_seen: at(101), ..upgraded("2") };
    assert!(candidate(&plan, 100, 110).was_then(&moved, 0) && !candidate(&plan, 0, 60).was_then(&moved, 0));
}

#[test]
fn a_standard_change_that_recurs_explains_what_it_names_in_its_windows_only() {
    // 2027-01-15 is a Friday; at(5) is 08:05 UTC.
    let recurring = |at: &str, days: Vec<Weekday>| {
        let mut plan = plan(json!({
            "type": "standard", "scope": {"hosts": "site:a", "facts": [{"section": "package", "key": "*"}]},
        }));
        plan.recurrence = Some(Schedule::Weekly { days, at: at.into(), minutes: 30, zone: "UTC".into(), until: None });
        plan
    };
    let found = |plan: &Plan| {
        let long = Candidate::made(TicketId::from_bytes([7; 16]), plan, (at(-100_000), at(100_000)), &HOST);
        long.explain(&upgraded("2"), true, 0).map(|found| found.score)
    };
    assert_eq!(found(&recurring("08:00", vec![Weekday::Friday])), Some(70));
    assert_eq!(found(&recurring("08:20", vec![Weekday::Friday])), None);
    assert_eq!(found(&recurring("08:00", vec![Weekday::Saturday])), None);
    let mut named_nothing = recurring("08:00", vec![Weekday::Friday]);
    named_nothing.scope.facts.clear();
    assert_eq!(found(&named_nothing), Some(30));
}

fn matched(number: u8, score: i32, reasons: &[Reason]) -> Match {
    let change = TicketId::from_bytes([number; 16]);
    Match { change, number: format!("CHG-{number:06}"), score, reasons: reasons.to_vec(), time: None }
}

#[test]
fn one_explains_two_as_good_wait_for_a_word_and_a_contradiction_is_never_explained() {
    let numbers = |found: &[Match]| found.iter().map(|found| found.number.clone()).collect::<Vec<_>>();
    let (good, better, likely) = (matched(1, 70, &[]), matched(2, 90, &[]), matched(3, 40, &[]));
    assert_eq!(decide(&[good.clone(), better.clone(), likely.clone()]), Verdict::Attached(better.clone()));
    assert_eq!(decide(&[likely.clone(), matched(4, 39, &[])]), Verdict::Tentative(vec![likely.clone()]));
    let Verdict::Tentative(tied) = decide(&[good, matched(5, 70, &[]), likely]) else { panic!("tied") };
    assert_eq!(numbers(&tied), ["CHG-000001", "CHG-000005"]);
    assert_eq!(decide(&[better, matched(6, 20, &[Reason::Contradicts])]), Verdict::Unauthorised);
    assert_eq!(decide(&[]), Verdict::Unauthorised);
}

fn considered(finding: &Finding, matches: &[Match], over: &[(u8, i64)], is_late: bool) -> Option<Next> {
    let over: BTreeMap<TicketId, Time> =
        over.iter().map(|(number, minute)| (TicketId::from_bytes([*number; 16]), at(*minute))).collect();
    consider(finding, matches.to_vec(), &over, is_late, (&Windows::default(), at(100)))
}

fn stands(next: Option<Next>) -> Finding {
    match next {
        Some(Next::Stands(finding)) => finding,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_finding_is_attached_and_comes_back_when_nothing_explains_it_any_more() {
    let one = matched(1, 90, &[]);
    let attached = stands(considered(&upgraded("2"), std::slice::from_ref(&one), &[], true));
    assert!(matches!(attached.state, FindingState::Attached { is_late: true, by: None, .. }), "{:?}", attached.state);
    assert_eq!(considered(&attached, std::slice::from_ref(&one), &[], true), None, "nothing changes");
    let back = stands(considered(&attached, &[], &[], true));
    assert!(matches!(back.state, FindingState::Open { .. }) && !back.is_routed && back.matches.is_empty());
    // The change was made.
    let Some(Next::Accepted(_, by)) = considered(&attached, &[one], &[(1, 90)], true) else { panic!("accepted") };
    assert_eq!(by.number, "CHG-000001");
}

#[test]
fn what_may_be_explained_waits_a_day_after_the_end_of_the_last_change_for_a_word() {
    let (one, two) = (matched(1, 60, &[]), matched(2, 50, &[]));
    let tentative = stands(considered(&upgraded("2"), &[one.clone(), two.clone()], &[], false));
    assert!(matches!(tentative.state, FindingState::Tentative { until: None, .. }));
    let waits = stands(considered(&tentative, &[one.clone(), two.clone()], &[(1, 10), (2, 20)], false));
    assert_eq!(waits.state.due_at(), Some(at(20).plus_millis(CONFIRM_MS)));
    assert!(crate::drift::advance(&waits, None, &Windows::default(), at(20 + 24 * 60 - 1)).is_none());
    let open = crate::drift::advance(&waits, None, &Windows::default(), at(20 + 24 * 60)).unwrap();
    assert_eq!(open.state.as_str(), "open");
    // Somebody says so: it stays as long as the change has to do with it.
    assert!(confirm(&tentative, TicketId::from_bytes([9; 16]), "ann", at(50)).is_none());
    let confirmed = confirm(&tentative, one.change, "ann", at(50)).unwrap();
    assert_eq!(
        considered(&confirmed, &[one.clone(), two], &[], true).map(|next| stands(Some(next)).state.as_str()),
        None
    );
    let lost = stands(considered(&confirmed, &[matched(1, 30, &[])], &[], true));
    assert_eq!(lost.state.as_str(), "open");
}

#[test]
fn each_time_of_a_change_that_recurs_is_over_with_the_first_look_after_it() {
    let time = Recurrence { starts_at: at(0), ends_at: at(60) };
    let night = Match { time: Some(time), ..matched(1, 70, &[]) };
    let attached = stands(considered(&upgraded("2"), std::slice::from_ref(&night), &[], false));
    assert_eq!(awaits_look(&attached), Some(at(60)), "looks before its end say nothing");
    assert_eq!(verified(&attached, at(59)), None);
    assert_eq!(verified(&attached, at(60)), Some("CHG-000001"));
    // The look that showed it does not confirm it.
    let late = Finding { last_seen: at(80), ..attached.clone() };
    assert_eq!((awaits_look(&late), verified(&late, at(80))), (Some(at(80).plus_millis(1_001)), None));
    assert_eq!(verified(&late, at(81)), Some("CHG-000001"));
    // What stood before the change said so, and what a change that is made once explains, is not over by itself.
    let planned_after = stands(considered(&upgraded("2"), std::slice::from_ref(&night), &[], true));
    assert_eq!((awaits_look(&planned_after), verified(&planned_after, at(500))), (None, None));
    let once = stands(considered(&upgraded("2"), &[matched(1, 90, &[])], &[], false));
    assert_eq!((awaits_look(&once), verified(&once, at(500))), (None, None));
    let told = |finding: &Finding| {
        let times = occurrences(night.change, [finding]);
        times.into_iter().map(|told| (told.time, told.hosts, told.counts)).collect::<Vec<_>>()
    };
    let count = |verdict: Verification| vec![(time, 1, BTreeMap::from([(verdict, 1)]))];
    assert_eq!(told(&attached), count(Verification::NoData));
    let made = accepted(&attached, "system:change", night.number.clone(), at(60));
    assert_eq!(told(&made), count(Verification::Done));
    let by_a_person = accepted(&attached, "ann", "it is fine".into(), at(60));
    assert_eq!(told(&by_a_person), []);
    let sudo = Match { score: 39, ..night.clone() };
    assert_eq!(told(&stands(considered(&upgraded("2"), &[sudo], &[], false))), count(Verification::Extra));
}

#[test]
fn what_people_decided_and_how_things_are_is_none_of_a_changes_business() {
    let one = matched(1, 90, &[]);
    let mut waived = upgraded("2");
    waived.enter(FindingState::Waived { by: "ann".into(), justification: "x".into(), expires_at: at(500) }, at(6));
    assert_eq!(considered(&waived, std::slice::from_ref(&one), &[], false), None);
    let state = Finding { basis: Basis::State, ..upgraded("2") };
    assert_eq!(considered(&state, &[one], &[], false), None);
}

proptest! {
    /// Whatever changes say: a contradiction is never explained, and what is explained scores enough.
    #[test]
    fn verdicts_keep_to_the_scores(all in proptest::collection::vec((0u8..6, -10i32..120, any::<bool>()), 0..8)) {
        let matches: Vec<Match> = all
            .iter()
            .map(|(number, score, contradicts)| {
                matched(*number, *score, if *contradicts { &[Reason::Contradicts] } else { &[] })
            })
            .collect();
        let best = matches.iter().map(|found| found.score).max().unwrap_or_default();
        match decide(&matches) {
            Verdict::Attached(found) => {
                prop_assert!(found.score == best && best >= ATTACH && !matches.iter().any(Match::contradicts));
            }
            Verdict::Tentative(found) => {
                prop_assert!(!found.is_empty() && found.iter().all(|found| found.score >= TENTATIVE));
                prop_assert!(!matches.iter().any(Match::contradicts));
            }
            Verdict::Unauthorised => prop_assert!(best < TENTATIVE || matches.iter().any(Match::contradicts)),
        }
        let kept = kept(matches.clone());
        prop_assert!(kept.len() <= MOST_NAMED && kept.iter().any(Match::contradicts) == matches.iter().any(Match::contradicts));
    }
}
