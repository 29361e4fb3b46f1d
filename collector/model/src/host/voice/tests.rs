//! Several sources, one host: what people said since an old file stands, rules and pins decide, and nothing is lost.

use muster_shared::id::HostId;

use super::*;
use crate::reconcile::Reason;
use crate::reconcile::rule::{Level, Rule};

fn at(hours: i64) -> Time {
    Time::from_millis(1_790_000_000_000 + hours * 3_600_000)
}

fn host(lifecycle: Lifecycle, owner: Option<&str>) -> Host {
    Host {
        id: HostId::from_bytes([1; 16]),
        name: "web-1".into(),
        lifecycle,
        owner: owner.map(str::to_owned),
        site: None,
        criticality: Criticality::Normal,
        identifiers: Vec::new(),
        created_at: at(0),
        claims: Vec::new(),
        merged_into: None,
        sources: Vec::new(),
        known_since: None,
        sayings: Sayings::default(),
    }
}

fn say(host: &mut Host, rules: &Rules, source: Source, hours: i64, words: &[(&str, Value)]) -> Vec<(String, Source)> {
    let said = words.iter().map(|(name, value)| (pointer(name).unwrap(), value.clone())).collect();
    let told = tell(host, (source, said), rules, (at(hours), 1));
    *host = told.host;
    told.overruled
}

fn rule(attribute: Option<&str>, order: &[Source], ttl: Option<(Source, u32)>) -> Rule {
    let order = order.iter().copied().map(Level::One).collect();
    Rule {
        class: Some("host".into()),
        attribute: attribute.map(str::to_owned),
        order,
        ttl_hours: ttl.into_iter().collect(),
    }
}

#[test]
fn an_old_file_that_is_brought_again_does_not_take_back_what_a_person_said_since() {
    let (rules, mut web) = (Rules::default(), host(Lifecycle::Discovered, None));
    let file = [("owner", json!("ann")), ("site", json!("fra")), ("lifecycle", json!("active"))];
    assert_eq!(say(&mut web, &rules, Source::Import, 1, &file), []);
    assert_eq!(
        (web.owner.as_deref(), web.site.as_deref(), web.lifecycle),
        (Some("ann"), Some("fra"), Lifecycle::Active)
    );
    say(&mut web, &rules, Source::Person, 2, &[("owner", json!("bob")), ("lifecycle", json!("retired"))]);
    let again = say(&mut web, &rules, Source::Import, 30, &file);
    assert_eq!(again, [("owner".to_owned(), Source::Person), ("lifecycle".to_owned(), Source::Person)]);
    assert_eq!((web.owner.as_deref(), web.lifecycle), (Some("bob"), Lifecycle::Retired));
    let explained = explain(&web, &rules, at(30));
    assert_eq!(explained["owner"].reason, Reason::Newest);
    let said: Vec<_> = explained["owner"].said.iter().map(|said| (said.source, said.value.clone())).collect();
    assert_eq!(said, [(Source::Person, json!("bob")), (Source::Import, json!("ann"))], "all that is said is kept");
    // A file that says something new is the newest word.
    assert_eq!(say(&mut web, &rules, Source::Import, 31, &[("owner", json!("eve"))]), []);
    assert_eq!(web.owner.as_deref(), Some("eve"));
    // Who takes back what they said leaves the value as it is said by nobody: null is a word too.
    say(&mut web, &rules, Source::Person, 32, &[("owner", Value::Null)]);
    assert_eq!(web.owner, None);
}

#[test]
fn what_stood_before_words_were_kept_counts_as_a_persons() {
    let mut web = host(Lifecycle::Active, Some("ann"));
    let rules = Rules::of(&[rule(Some("owner"), &[Source::Person, Source::Import], None)]);
    let overruled =
        say(&mut web, &rules, Source::Import, 5, &[("owner", json!("bob")), ("criticality", json!("high"))]);
    assert_eq!(overruled, [("owner".to_owned(), Source::Person)]);
    assert_eq!((web.owner.as_deref(), web.criticality), (Some("ann"), Criticality::High), "the usual is nobody's word");
    assert_eq!(explain(&web, &rules, at(5))["owner"].reason, Reason::Rank);
}

#[test]
fn only_a_rule_that_names_the_field_speaks_of_it_and_its_words_end() {
    let mut web = host(Lifecycle::Active, None);
    // What a rule says of all that is found on hosts is not about who answers for them.
    let rules = Rules::of(&[rule(None, &[Source::Import, Source::Agent], None)]);
    say(&mut web, &rules, Source::Import, 1, &[("site", json!("fra"))]);
    assert_eq!(say(&mut web, &rules, Source::Person, 2, &[("site", json!("ams"))]), []);
    let rules = Rules::of(&[rule(Some("site"), &[Source::Import], Some((Source::Import, 48)))]);
    assert_eq!(
        settle(&web, &rules, at(3)).site.as_deref(),
        Some("fra"),
        "the file is believed more while its word is young"
    );
    assert_eq!(settle(&web, &rules, at(60)).site.as_deref(), Some("ams"));
    assert_eq!(explain(&web, &rules, at(60))["site"].reason, Reason::Younger);
    let registry = crate::class::Registry::new([]);
    let person = rule(Some("site"), &[Source::Person], None);
    assert_eq!(crate::reconcile::rule::check(std::slice::from_ref(&person), &registry), Ok(()));
    let wrong = Rule { attribute: Some("machine_id".into()), ..person };
    assert_eq!(crate::reconcile::rule::check(&[wrong], &registry).unwrap_err().pointer, "/rules/0/order");
}

#[test]
fn a_pin_holds_until_it_ends_and_then_what_stood_there_stands_again() {
    let (rules, mut web) = (Rules::default(), host(Lifecycle::Active, Some("ann")));
    let hold = |value: Value, hours: i64| Hold {
        value,
        reason: "as agreed".into(),
        by: "ann".into(),
        at: at(1),
        until: Some(at(hours)),
    };
    web = pin(&web, ("/owner", Some(hold(json!("ops"), 10))), &rules, at(1)).unwrap();
    assert_eq!(
        say(&mut web, &rules, Source::Import, 2, &[("owner", json!("bob"))]),
        [("owner".into(), Source::Person)]
    );
    assert_eq!((web.owner.as_deref(), explain(&web, &rules, at(2))["owner"].reason), (Some("ops"), Reason::Pinned));
    let after = settle(&web, &rules, at(10));
    assert_eq!((after.owner.as_deref(), after.sayings.pins.len()), (Some("bob"), 0), "the newest word since");
    let free = pin(&host(Lifecycle::Active, None), ("/criticality", Some(hold(json!("critical"), 9))), &rules, at(1));
    let free = pin(&free.unwrap(), ("/criticality", None), &rules, at(2)).unwrap();
    assert_eq!(free.criticality, Criticality::Normal, "what every host begins with stands again");
    for (pointer, value) in [("/criticality", json!("highest")), ("/lifecycle", json!("stale")), ("/owner", json!(" "))]
    {
        assert!(pin(&web, (pointer, Some(hold(value, 9))), &rules, at(1)).is_err(), "{pointer}");
    }
}

#[test]
fn a_record_of_before_is_read_and_what_is_only_said_is_no_version_of_its_own() {
    let mut web = host(Lifecycle::Active, Some("ann"));
    let stored = serde_json::to_value(&web).unwrap();
    assert!(stored.get("sayings").is_none(), "nothing is stored for hosts of which nobody's words are kept");
    let rules = Rules::of(&[rule(Some("owner"), &[Source::Person], None)]);
    say(&mut web, &rules, Source::Import, 1, &[("owner", json!("bob"))]);
    let back: Host = serde_json::from_value(serde_json::to_value(&web).unwrap()).unwrap();
    assert_eq!(back, web);
    let mut changes = crate::ChangeSet::new();
    let before = host(Lifecycle::Active, Some("ann"));
    super::super::replace(&mut changes, crate::Versioned { value: before, version: 1 }, web, at(1));
    assert!(changes.events.is_empty() && !changes.is_empty(), "what counts is as it was");
}

#[test]
fn a_person_who_says_it_again_says_it_anew_and_a_script_does_not() {
    let (rules, mut web) = (Rules::default(), host(Lifecycle::Discovered, None));
    for (hours, source, owner, counts) in [
        (1, Source::Person, "alpha", "alpha"),
        (2, Source::Rest, "script", "script"),
        (3, Source::Person, "alpha", "alpha"),
        (4, Source::Rest, "script", "alpha"),
        (5, Source::Import, "file", "file"),
        (6, Source::Rest, "script", "file"),
        (7, Source::Person, "alpha", "alpha"),
        (8, Source::Person, "alpha", "alpha"),
    ] {
        let overruled = say(&mut web, &rules, source, hours, &[("owner", json!(owner))]);
        assert_eq!(
            (web.owner.as_deref(), overruled.is_empty()),
            (Some(counts), owner == counts),
            "after {hours} hours"
        );
    }
    let explained = explain(&web, &rules, at(9)).remove("owner").unwrap();
    assert_eq!((explained.reason, explained.said[0].since), (Reason::Newest, at(7)));
}
