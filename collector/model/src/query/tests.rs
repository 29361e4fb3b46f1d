//! What queries find, what they refuse and where, and that no text brings the parser down.

use proptest::prelude::*;
use serde_json::json;

use super::fields::{AUDIT, FINDING, HOST, ITEM, NONE, REVIEW, TICKET};
use super::*;

/// An item as lists give it to the query.
struct Item(Value);

impl Entry for Item {
    fn value(&self, field: &str) -> Option<Cow<'_, Value>> {
        self.0.get(field).map(Cow::Borrowed)
    }

    fn kind(&self, field: &str) -> Option<Kind> {
        muster_shared::attribute::kind_of(muster_shared::SectionName::Package, field)
    }

    fn manager(&self) -> Option<&str> {
        self.0.get("manager")?.as_str()
    }
}

fn openssl() -> Item {
    Item(json!({
        "class": "package", "name": "openssl", "key": "dpkg:openssl", "version": "3.0.11-1~deb12u2", "manager": "dpkg",
        "host_name": "Web 1", "host.site": "fra", "size_bytes": 2_300_000, "held": false, "tags": ["a", "b"],
    }))
}

fn finds(text: &str) -> bool {
    Query::parse(text, &ITEM).unwrap_or_else(|error| panic!("{text}: {error}")).matches(&openssl())
}

#[test]
fn a_query_finds_what_it_says() {
    for (text, wanted) in [
        ("", true),
        ("class:package name:openssl version<3.0.14 host.site:fra", true),
        ("class:package name:openssl version<3.0.9", false),
        ("version>=3.0.11", true),
        ("version>3.0.11-1~deb12u2", false),
        ("name:open*", true),
        ("name:*ssl", true),
        ("name:o*n*l", true),
        ("name:\"open*\"", false),
        ("name:OPENSSL", true),
        ("name:bash,openssl", true),
        ("name!=bash", true),
        ("name!=bash,openssl", false),
        ("host_name:\"web 1\"", true),
        ("size_bytes>2MB", true),
        ("size_bytes>=2.2MiB", false),
        ("size_bytes=2300000", true),
        ("held:false", true),
        ("openssl", true),
        ("pens", true),
        ("\"dpkg:open\"", true),
        ("nginx", false),
        ("-nginx not bash", true),
        ("nginx or openssl", true),
        ("nginx OR (openssl AND class:package)", true),
        ("openssl nginx or bash", false),
        ("not (nginx or openssl)", false),
        ("-name:openssl", false),
        ("name:o* -(version<3 or version>4)", true),
        ("maintainer:", true),
        ("maintainer:*", false),
        ("name:*", true),
    ] {
        assert_eq!(finds(text), wanted, "{text}");
    }
}

#[test]
fn lists_and_numbers_and_times_are_compared_as_such() {
    let finding = json!({"severity": "high", "first_seen": "2026-11-24T10:00:00.000Z", "title": "x"});
    let holds = |text: &str| Query::parse(text, &FINDING).unwrap().matches(&finding);
    assert!(
        holds("first_seen>2026-11-24") && holds("first_seen<2026-11-25") && !holds("first_seen<2026-11-24T10:00:00Z")
    );
    let host = json!({"findings": 12, "addresses": ["10.0.0.4", "fe80::1"], "status": "up"});
    let holds = |text: &str| Query::parse(text, &HOST).unwrap().matches(&host);
    assert!(holds("findings>9 findings<=12 addresses:10.* status:up") && !holds("addresses:11.*") && holds("fe80"));
    let ticket = json!({"priority": 2, "active": true});
    let holds = |text: &str| Query::parse(text, &TICKET).unwrap().matches(&ticket);
    assert!(holds("priority<=2 active:true priority:1,2") && !holds("priority<2") && !holds("-active:true"));
}

#[test]
fn what_is_wrong_is_said_with_its_column_and_what_would_be_right() {
    for (text, fields, column, part) in [
        ("name:x vresion<3", &ITEM, 8, "did you mean 'version'"),
        ("class:packag", &ITEM, 1, "package"),
        ("ä name:\"x", &ITEM, 8, "not closed"),
        ("(name:x", &ITEM, 1, "not closed"),
        ("name:x)", &ITEM, 7, "no bracket"),
        ("name:x or", &ITEM, 10, "'or'"),
        ("or name:x", &ITEM, 1, "'or'"),
        ("name:x and", &ITEM, 11, "'and'"),
        ("not", &ITEM, 1, "'not'"),
        ("size_bytes>many", &ITEM, 1, "number"),
        ("held:perhaps", &ITEM, 1, "true or false"),
        ("class<package", &ITEM, 1, "no order"),
        ("version<", &ITEM, 1, "missing"),
        ("first_seen>yesterday", &FINDING, 1, "2026-11-24"),
        ("as_of:monday", &ITEM, 1, "2026-11-24"),
        ("name:x or as_of:2026-11-01", &ITEM, 1, "whole query"),
        ("-as_of:2026-11-01", &ITEM, 1, "whole query"),
        ("as_of:2026-11-01,2026-11-02", &ITEM, 1, "one time"),
        ("as_of:2026-11-01 as_of:2026-11-02", &ITEM, 18, "once"),
        ("as_of<2026-11-01", &ITEM, 1, "no order"),
        ("priority:7", &TICKET, 1, "1, 2, 3, 4, 5"),
        ("word", &REVIEW, 1, "no term"),
        ("name:x", &NONE, 1, "cannot be filtered"),
        (",", &ITEM, 1, "expected"),
        (":x", &ITEM, 1, "expected"),
        ("()", &ITEM, 2, "expected"),
    ] {
        let error = Query::parse(text, fields).expect_err(text);
        assert_eq!(error.column, column, "{text}: {error}");
        assert!(error.to_string().contains(part), "{text}: {error}");
    }
    let deep = "(".repeat(200_000);
    assert!(Query::parse(&deep, &ITEM).is_err());
    assert!(Query::parse(&deep[..1_000], &ITEM).unwrap_err().to_string().contains("deep"));
}

#[test]
fn a_moment_is_kept_and_not_compared() {
    let query = Query::parse("name:openssl as_of:2026-11-01 known_at:2026-11-02T00:00:00Z", &ITEM).unwrap();
    assert_eq!(query.moment.as_of, Some("2026-11-01T00:00:00Z".parse().unwrap()));
    assert!(query.moment.known_at.is_some() && query.matches(&openssl()) && !query.is_empty());
}

#[test]
fn services_can_ask_what_a_query_demands() {
    let query = Query::parse("state:open,resolved severity:major host:host_1", &FINDING).unwrap();
    assert_eq!((query.requires("severity"), query.requires("state")), (Some("major"), None));
    assert!(query.allows("state", "resolved") && !query.allows("state", "waived") && query.allows("policy", "x"));
    assert!(!Query::parse("-state:resolved", &FINDING).unwrap().allows("state", "resolved"));
    assert!(!Query::parse("state:all", &FINDING).unwrap().without("state", "all").mentions("state"));
    let mut query = Query::default();
    query.and("owner", "team a,\"b, c\"", &HOST).unwrap();
    assert!(query.matches(&json!({"owner": "Team A"})) && query.matches(&json!({"owner": "b, c"})));
    assert!(!query.matches(&json!({"owner": "team"})));
    assert!(query.and("onwer", "x", &HOST).unwrap_err().to_string().contains("'owner'"));
}

/// An item of which only some fields are known.
struct Glimpse(Item);

impl Entry for Glimpse {
    fn value(&self, field: &str) -> Option<Cow<'_, Value>> {
        self.0.value(field)
    }

    fn knows(&self, field: &str) -> bool {
        ["class", "key", "name", "version"].contains(&field)
    }
}

#[test]
fn what_is_not_known_leaves_it_open() {
    let may = |text: &str| Query::parse(text, &ITEM).unwrap().may_match(&Glimpse(openssl()));
    assert!(may("name:openssl held:true") && may("held:true") && may("-held:true") && may("name:x or held:true"));
    assert!(!may("name:bash held:true") && !may("name:bash and (held:true or held:false)"));
    assert!(!may("not (name:openssl or held:true)") && may("not (name:bash or held:true)"));
}

proptest! {
    #[test]
    fn no_text_is_too_odd(text in "[a-z:<>=!,()\"*\\\\ \u{e4}-]{0,60}") {
        for fields in [&ITEM, &HOST, &AUDIT] {
            match Query::parse(&text, fields) {
                Ok(query) => drop(query.matches(&openssl())),
                Err(error) => prop_assert!(error.column <= text.chars().count() + 1),
            }
        }
    }

    #[test]
    fn quoted_values_are_found_as_they_are(value in "\\PC{0,20}") {
        let text = format!("name:\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
        let entry = json!({"name": value});
        prop_assert!(Query::parse(&text, &ITEM).unwrap().matches(&entry));
    }

    #[test]
    fn denial_is_the_opposite(text in prop::sample::select(vec!["openssl", "nginx", "version<3", "name:o*"])) {
        prop_assert_ne!(finds(text), finds(&format!("not ({text})")));
    }
}
