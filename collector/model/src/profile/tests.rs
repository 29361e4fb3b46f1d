//! Lines are read and written alike, conditions say what the lines say, and layers decide.

use muster_shared::{Attributes, SectionName, Time};
use serde_json::{Value, json};

use super::*;
use crate::policy::book::{Book, Settings};
use crate::policy::court::{Court, Facts, SectionFacts};

fn attributes(value: Value) -> Attributes {
    serde_json::from_value(value).unwrap()
}

fn is_broken(line: &str, item: Option<Value>) -> bool {
    let expectation = Expectation::parse(line).unwrap_or_else(|why| panic!("{line}: {why}"));
    let rule =
        Rule::compile(&expectation.condition(), expectation.section).unwrap_or_else(|why| panic!("{line}: {why}"));
    let facts = Facts { host: Value::Null, sections: std::collections::BTreeMap::new(), now: Time::from_millis(0) };
    let court = Court::new(&Arc::new(facts)).unwrap();
    let key = if item.is_some() { "thing" } else { "" };
    let item = item.map(attributes).unwrap_or_default();
    court.ask(key, &item, [&rule]).pop().unwrap().unwrap_or_else(|why| panic!("{line}: {why}"))
}

#[test]
fn a_line_is_written_as_it_was_read() {
    for line in [
        "have package auditd",
        "not package telnetd",
        "package openssl version >= 3.0.14",
        "package openssl version = 1:3.0~beta-2",
        "login_policy sshd permit_root_login = no",
        "login_policy sshd permit_root_login != yes",
        "memory total total_bytes in 4294967296..8589934592",
        "memory total total_bytes >= 4294967296",
        "memory total total_bytes <= 8589934592",
        "user deploy groups has docker",
        "user deploy groups lacks sudo",
        "have mount \"/srv/with space\"",
        "time_sync chrony synchronized = true",
    ] {
        let read = Expectation::parse(line).unwrap_or_else(|why| panic!("{line}: {why}"));
        assert_eq!(read.to_string(), line);
        let stored = serde_json::to_string(&read).unwrap();
        assert_eq!(serde_json::from_str::<Expectation>(&stored).unwrap(), read, "{stored}");
        Rule::compile(&read.condition(), read.section).unwrap_or_else(|why| panic!("{line}: {why}"));
    }
}

#[test]
fn what_is_no_line_is_refused_with_what_would_be_right() {
    for (line, key) in [
        ("", "profile_line"),
        ("have package", "profile_line"),
        ("have package openssl version", "profile_line"),
        ("packag openssl version = 3", "class_choice"),
        ("package openssl versoin = 3", "profile_attribute"),
        // Agents may tell any name of this class; a slip is told all the same.
        ("login_policy sshd permit_rot_login = no", "profile_attribute"),
        ("package openssl version ~ 3", "profile_sign"),
        ("package openssl version has 3", "profile_sign_kind"),
        ("memory total total_bytes >= much", "profile_number"),
        ("memory total total_bytes in 8..4", "profile_range"),
        ("time_sync chrony synchronized = perhaps", "profile_value"),
        ("have mount \"/srv", "profile_quote"),
    ] {
        assert_eq!(Expectation::parse(line).unwrap_err().say, key, "{line}");
    }
}

#[test]
fn a_condition_says_what_must_not_be() {
    let package = |version: &str| Some(json!({"name": "openssl", "version": version, "manager": "dpkg"}));
    let sshd = |value: Value| Some(json!({"permit_root_login": value}));
    let user = |groups: Value| Some(json!({"groups": groups}));
    let memory = |bytes: u64| Some(json!({"total_bytes": bytes}));
    for (line, item, broken) in [
        ("have package openssl", None, true),
        ("have package openssl", package("1"), false),
        ("not package openssl", None, false),
        ("not package openssl", package("1"), true),
        // As the package manager orders versions, not as texts are ordered.
        ("package openssl version >= 3.0.14", package("3.0.9"), true),
        ("package openssl version >= 3.0.14", package("3.0.14"), false),
        ("package openssl version >= 3.0.14", package("3.0.14~rc1"), true),
        ("package openssl version >= 3.0.14", None, false),
        ("login_policy sshd permit_root_login = no", sshd(json!("yes")), true),
        ("login_policy sshd permit_root_login = no", sshd(json!("no")), false),
        ("login_policy sshd permit_root_login != yes", sshd(json!("yes")), true),
        // What is not known breaks nothing.
        ("login_policy sshd permit_root_login = no", Some(json!({})), false),
        ("user deploy groups has docker", user(json!(["docker", "sudo"])), false),
        ("user deploy groups has docker", user(json!(["sudo"])), true),
        ("user deploy groups has docker", Some(json!({})), true),
        ("user deploy groups has docker", None, false),
        ("user deploy groups lacks sudo", user(json!(["sudo"])), true),
        ("user deploy groups lacks sudo", user(json!([])), false),
        ("user deploy groups = [\"b\", \"a\"]", user(json!(["a", "b"])), false),
        ("user deploy groups = [\"b\", \"a\"]", user(json!(["a", "b", "c"])), true),
        ("memory total total_bytes in 4..8", memory(8), false),
        ("memory total total_bytes in 4..8", memory(9), true),
        ("memory total total_bytes <= 8", memory(9), true),
        ("memory total total_bytes >= 8", memory(7), true),
        ("memory total total_bytes = 8", memory(8), false),
        ("time_sync chrony synchronized = true", Some(json!({"synchronized": false})), true),
    ] {
        assert_eq!(is_broken(line, item.clone()), broken, "{line} of {item:?}");
    }
}

fn profile(id: &str, layer: u8, lines: &[&str]) -> Profile {
    let at = Time::from_millis(1);
    Profile {
        id: id.into(),
        purpose: "a purpose".into(),
        scope: String::new(),
        layer,
        expectations: lines.iter().map(|line| Expectation::parse(line).unwrap()).collect(),
        severity: Severity::Major,
        class: Class::Critical,
        outcome: Outcome::Finding,
        is_enabled: true,
        created_at: at,
        changed_at: at,
        changed_by: "ann".into(),
    }
}

fn counted(profiles: &[Profile]) -> (Vec<String>, Vec<String>, Vec<String>) {
    let registry = Registry::new(&[]);
    let policies: Vec<Arc<StatePolicy>> =
        profiles.iter().flat_map(|profile| profile.policies(&registry).unwrap()).map(Arc::new).collect();
    let said = |policy: &Arc<StatePolicy>| format!("{}: {}", policy.id, policy.demanded.as_ref().unwrap().expectation);
    let counted = winners(&policies);
    let first = |pairs: &[(Arc<StatePolicy>, Arc<StatePolicy>)]| pairs.iter().map(|(policy, _)| said(policy)).collect();
    (counted.winners.iter().map(said).collect(), first(&counted.overruled), first(&counted.undecided))
}

#[test]
fn the_more_specific_profile_wins_thing_by_thing() {
    let base = profile("base", 0, &["package openssl version >= 3.0.10", "have package auditd", "not package nginx"]);
    let web = profile("web", 10, &["package openssl version >= 3.0.14", "have package nginx"]);
    let (winners, overruled, undecided) = counted(&[base, web]);
    assert_eq!(
        winners,
        ["base: have package auditd", "web: package openssl version >= 3.0.14", "web: have package nginx"]
    );
    assert_eq!(overruled, ["base: package openssl version >= 3.0.10", "base: not package nginx"]);
    assert_eq!(undecided, Vec::<String>::new());
}

#[test]
fn of_one_layer_neither_counts_and_what_both_say_counts() {
    let one = profile("one", 5, &["package openssl version = 1", "have package auditd"]);
    let two = profile("two", 5, &["package openssl version = 2", "have package auditd"]);
    assert_eq!(
        conflicts(&one, &two).iter().map(|(place, theirs)| (*place, theirs.to_string())).collect::<Vec<_>>(),
        [(0, "package openssl version = 2".to_owned())]
    );
    let (winners, _, undecided) = counted(&[one.clone(), two.clone()]);
    assert_eq!(winners, ["one: have package auditd", "two: have package auditd"]);
    assert_eq!(undecided.len(), 2);
    // One that forbids a thing contradicts whatever else is said of it.
    let three = profile("three", 5, &["not package openssl"]);
    assert_eq!(conflicts(&one, &three).len(), 1);
    assert!(conflicts(&one, &profile("four", 6, &["not package openssl"])).is_empty(), "layers never conflict");
    assert_eq!(touched_by(&one, [&two, &three]).into_iter().collect::<Vec<_>>(), ["three", "two"]);
}

#[test]
fn a_profile_is_checked_line_by_line() {
    let registry = Registry::new(&[]);
    let pointers = |profile: &Profile| -> Vec<String> {
        check(profile, &registry).into_iter().map(|violation| violation.pointer).collect()
    };
    assert_eq!(pointers(&profile("web", 10, &["have package nginx"])), Vec::<String>::new());
    let mut wrong = profile("Web", 100, &[]);
    wrong.purpose = String::new();
    wrong.scope = "sitte:fra".into();
    assert_eq!(pointers(&wrong), ["/id", "/purpose", "/scope", "/layer", "/expectations"]);
    let wrong = profile("web", 0, &["have package a", "have package a", "not package a", "package a version = 1"]);
    // Both lines of a contradiction are named, each with the other one.
    assert_eq!(pointers(&wrong), ["/expectations/0", "/expectations/1", "/expectations/2", "/expectations/3"]);
    let said: Vec<String> = check(&profile("web", 0, &["have package auditd", "not package auditd"]), &registry)
        .into_iter()
        .map(|it| it.why.to_string())
        .collect();
    assert_eq!(said[0], "“have package auditd” contradicts the line “not package auditd” of the same profile");
    assert_eq!(said[1], "“not package auditd” contradicts the line “have package auditd” of the same profile");
}

#[test]
fn a_finding_says_what_is_wanted_and_what_is_there() {
    let registry = Registry::new(&[]);
    let web = profile("web", 10, &["package openssl version >= 3.0.14", "have package nginx", "not package telnetd"]);
    let policies = web.policies(&registry).unwrap();
    let item = attributes(json!({"name": "openssl", "version": "3.0.2"}));
    let violation = policies[0].violation(Some(&item));
    assert_eq!((violation.attribute.as_deref(), &violation.expected), (Some("version"), &json!(">= 3.0.14")));
    assert_eq!(violation.actual, json!("3.0.2"));
    assert_eq!(violation.policy.says.unwrap().to_string(), "version is 3.0.2; the profile web wants >= 3.0.14");
    let missing = policies[1].violation(None);
    assert!(missing.actual.is_null() && !missing.expected.is_null());
    let forbidden = policies[2].violation(Some(&item));
    assert!(forbidden.expected.is_null() && !forbidden.actual.is_null());
}

#[test]
fn demands_are_found_by_the_section_of_their_thing() {
    let registry = Registry::new(&[]);
    let web = profile("web", 10, &["have package nginx", "have service nginx.service"]);
    let book = Book::new([], Settings::default(), &registry).demanding([&web], &registry);
    let found = |section| book.reading(section).filter(|policy| policy.id == "web").count();
    assert_eq!((found(SectionName::Package), found(SectionName::Service), found(SectionName::User)), (1, 1, 0));
    assert_eq!(book.looking_at(SectionName::Package).filter(|policy| policy.id == "web").count(), 0);
    assert_eq!(book.named("web").count(), 2);
    let off = Profile { is_enabled: false, ..web };
    assert_eq!(Book::new([], Settings::default(), &registry).demanding([&off], &registry).named("web").count(), 0);
}

#[test]
fn a_thing_is_found_by_its_key_or_its_name() {
    let facts = SectionFacts::new([("openssl/amd64".to_owned(), attributes(json!({"name": "openssl"})))]);
    assert_eq!(facts.find("openssl").map(|(key, _)| key), Some("openssl/amd64"));
    assert_eq!(facts.find("openssl/amd64").map(|(key, _)| key), Some("openssl/amd64"));
    assert_eq!(facts.find("nginx"), None);
}
