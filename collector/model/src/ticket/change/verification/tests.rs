//! What agents see of a change, told from what was there before and is there now.

use super::*;
use serde_json::json;

fn items(all: &[(&str, Value)]) -> Items {
    let one = |(key, value): &(&str, Value)| {
        ((*key).to_owned(), value.as_object().unwrap().clone().into_iter().collect::<Attributes>())
    };
    all.iter().map(one).collect()
}

fn package(version: &str) -> BTreeMap<SectionName, Items> {
    let openssl = json!({"name": "openssl", "version": version, "manager": "dpkg"});
    BTreeMap::from([(SectionName::Package, items(&[("dpkg/openssl/amd64", openssl)]))])
}

fn expect(attribute: Option<&str>, value: Value) -> Expectation {
    Expectation { section: SectionName::Package, key: "openssl".into(), attribute: attribute.map(str::to_owned), value }
}

fn verdict(expectation: Expectation, before: &str, after: &str, looked: i64) -> Verdict {
    let seen = Seen { before: package(before), after: package(after), looked_at: Some(Time::from_millis(looked)) };
    let host = (HostId::from_bytes([1; 16]), "web-1");
    let results = judge(host, (&Scope::default(), &[expectation]), &seen, Time::from_millis(100), Vec::new());
    results[0].verdict
}

#[test]
fn an_expectation_is_done_not_done_or_something_else() {
    let version = |text: &str| expect(Some("version"), json!(text));
    assert_eq!(verdict(version("3.0.15"), "3.0.14", "3.0.15", 100), Verdict::Done);
    assert_eq!(verdict(version("3.0.15"), "3.0.14", "3.0.14", 100), Verdict::NotDone);
    assert_eq!(verdict(version("3.0.15"), "3.0.13", "3.0.14", 100), Verdict::Partial);
    assert_eq!(verdict(version("3.0.15"), "3.0.14", "3.0.15", 99), Verdict::NoData, "it looked before the end");
    assert_eq!(verdict(version(">= 3.0.9"), "3.0.8", "3.0.10", 100), Verdict::Done, "versions are no texts");
    assert_eq!(verdict(expect(None, Value::Null), "3.0.14", "3.0.14", 100), Verdict::NotDone);
    assert_eq!(verdict(expect(None, json!(true)), "3.0.14", "3.0.14", 100), Verdict::Done);
}

#[test]
fn facts_without_values_ask_that_something_changes_and_extras_stand_beside() {
    let fact = super::super::plan::Fact {
        section: SectionName::Package,
        key: Some("openssl".into()),
        attribute: Some("version".into()),
    };
    let scope = Scope { facts: vec![fact], ..Scope::default() };
    let host = (HostId::from_bytes([1; 16]), "web-1");
    let at = Time::from_millis(100);
    let judged = |after: &str, extras: Vec<Extra>| {
        let seen = Seen { before: package("1"), after: package(after), looked_at: Some(at) };
        judge(host, (&scope, &[]), &seen, at, extras)
    };
    assert_eq!(judged("2", vec![])[0].verdict, Verdict::Done);
    assert_eq!(judged("1", vec![])[0].verdict, Verdict::NotDone);
    let extra = Extra { finding: Some(FindingId::from_bytes([2; 16])), what: "listener tcp/4444 added".into() };
    let results = judged("2", vec![extra]);
    assert_eq!(results.last().unwrap().verdict, Verdict::Extra);
    let said = |results: Vec<CheckResult>| suggestion(&Verification::of(at, results), false);
    assert_eq!(said(results), Some(super::super::CloseCode::SuccessfulWithIssues));
    assert_eq!(said(judged("2", vec![])), Some(super::super::CloseCode::Successful));
    assert_eq!(said(judged("1", vec![])), Some(super::super::CloseCode::Failed));
    assert_eq!(said(Vec::new()), None);
    let many: Vec<CheckResult> =
        (0..MOST_RESULTS + 5).flat_map(|_| judged("2", vec![])).chain(judged("1", vec![])).collect();
    let kept = Verification::of(at, many);
    assert_eq!((kept.results.len(), kept.counts[&Verdict::Done]), (MOST_RESULTS, MOST_RESULTS + 5));
    assert_eq!(kept.results[0].verdict, Verdict::NotDone, "what is wrong is never cut off first");
}

/// A plan whose checks are only words: whether something else changed is asked all the same.
#[test]
fn where_nothing_was_asked_an_agent_looks_before_anything_is_successful() {
    let (host, finished_at) = ((HostId::from_bytes([1; 16]), "web-1"), Time::from_millis(100));
    let scope = Scope::default();
    for (looked_at, expected) in [(Some(99), &[Verdict::NoData][..]), (Some(100), &[]), (None, &[])] {
        let seen = Seen { looked_at: looked_at.map(Time::from_millis), ..Seen::default() };
        for judge in [judge, judge_back] {
            let results = judge(host, (&scope, &[]), &seen, finished_at, Vec::new());
            let verdicts: Vec<Verdict> = results.iter().map(|result| result.verdict).collect();
            assert_eq!(verdicts, expected, "{looked_at:?}; none is a host that no agent ever looked at");
        }
    }
}

#[test]
fn what_was_backed_out_is_as_before_or_named() {
    let fact = super::super::plan::Fact { section: SectionName::Package, key: Some("openssl".into()), attribute: None };
    let scope = Scope { facts: vec![fact], ..Scope::default() };
    let at = Time::from_millis(100);
    let judged = |after: &str, looked: i64| {
        let looked_at = Some(Time::from_millis(looked));
        let seen = Seen { before: package("1"), after: package(after), looked_at };
        let host = (HostId::from_bytes([1; 16]), "web-1");
        let results = judge_back(host, (&scope, &[expect(Some("version"), json!("2"))]), &seen, at, Vec::new());
        let told = suggestion(&Verification::of(at, results.clone()), true);
        (results.iter().map(|result| result.verdict).collect::<Vec<_>>(), told, results[0].label())
    };
    let words = "web-1: package openssl version as before".to_owned();
    assert_eq!(
        judged("1", 100),
        (vec![Verdict::Done; 2], Some(super::super::CloseCode::BackedOut), words.clone()),
        "what it planned is not there any more"
    );
    assert_eq!(judged("2", 100), (vec![Verdict::NotDone; 2], Some(super::super::CloseCode::Failed), words.clone()));
    assert_eq!(judged("1", 99), (vec![Verdict::NoData; 2], None, words));
}
