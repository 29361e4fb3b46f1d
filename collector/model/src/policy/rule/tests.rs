//! Conditions that hold, that do not, that are not known, and that are refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_shared::{Attributes, Time};
use serde_json::{Value as Json, json};

use super::*;
use crate::policy::court::{Court, Facts, SectionFacts};

fn attributes(json: Json) -> Attributes {
    serde_json::from_value(json).unwrap()
}

fn court() -> Court {
    let packages = [
        ("dpkg:openssl".to_owned(), attributes(json!({"name": "openssl", "version": "3.0.9-1", "manager": "dpkg"}))),
        ("dpkg:bash".to_owned(), attributes(json!({"name": "bash", "version": "5.2", "manager": "dpkg"}))),
    ];
    let units = [("ssh.service".to_owned(), attributes(json!({"enabled_state": "disabled"})))];
    let facts = Facts {
        host: json!({"name": "web-1", "site": "fra"}),
        sections: BTreeMap::from([
            (SectionName::Package, SectionFacts::new(packages)),
            (SectionName::Service, SectionFacts::new(units)),
        ]),
        now: "2026-11-29T00:00:00Z".parse::<Time>().unwrap(),
    };
    Court::new(&Arc::new(facts)).unwrap()
}

fn ask(source: &str, section: SectionName, key: &str, item: Json) -> Result<bool, String> {
    let rule = Rule::compile(source, section).unwrap_or_else(|why| panic!("{source}: {why}"));
    court().ask(key, &attributes(item), [&rule]).remove(0)
}

#[test]
fn conditions_see_the_item_its_host_and_what_helpers_find() {
    let package = json!({"name": "openssl", "version": "3.0.9-1", "manager": "dpkg"});
    let listener = json!({"port": 8080, "protocol": "tcp", "client_port": false});
    for (source, section, item, expected) in [
        ("item.name == 'openssl' && older(item, '3.0.14')", SectionName::Package, &package, true),
        ("item.name == 'openssl' && older(item, '3.0.9-1')", SectionName::Package, &package, false),
        ("!(item.port in [22, 443])", SectionName::Listener, &listener, true),
        ("!(item.port in [22, 8080])", SectionName::Listener, &listener, false),
        ("host.site == 'fra' && host.name.startsWith('web')", SectionName::Listener, &listener, true),
        ("older(pkg('openssl'), '3.0.14')", SectionName::Listener, &listener, true),
        ("pkg('openssl').version == '3.0.9-1'", SectionName::Listener, &listener, true),
        ("older(pkg('nginx'), '1.0')", SectionName::Listener, &listener, false),
        ("has_pkg('bash') && !has_pkg('nginx')", SectionName::Listener, &listener, true),
        ("one('service', 'ssh.service').enabled_state == 'disabled'", SectionName::Listener, &listener, true),
        ("has_item('service', 'nginx.service')", SectionName::Listener, &listener, false),
        ("below('5.2', '5.10') && key == 'k'", SectionName::Listener, &listener, true),
        ("item.protocol.matches('^t.p$')", SectionName::Listener, &listener, true),
    ] {
        assert_eq!(ask(source, section, "k", item.clone()), Ok(expected), "{source}");
    }
}

#[test]
fn days_are_counted_from_now() {
    let certificate = |at: &str| json!({"not_after": at});
    let soon = "days_until(item.not_after) < 30";
    for (at, expected) in [("2026-12-15T00:00:00Z", true), ("2026-11-01T00:00:00Z", true), ("2027-03-01", false)] {
        assert_eq!(ask(soon, SectionName::Certificate, "k", certificate(at)), Ok(expected), "{at}");
    }
    assert!(Rule::compile(soon, SectionName::Certificate).unwrap().uses_clock);
    let since =
        ask("days_since(item.not_after) == 3", SectionName::Certificate, "k", certificate("2026-11-25T12:00:00Z"));
    assert_eq!(since, Ok(true));
    let wrong = ask(soon, SectionName::Certificate, "k", certificate("tomorrow"));
    assert!(wrong.unwrap_err().contains("no time"));
}

#[test]
fn what_is_not_known_breaks_nothing_and_what_cannot_be_told_is_said() {
    assert_eq!(ask("item.uid == 0", SectionName::User, "root", json!({})), Ok(false));
    assert_eq!(ask("item.uid != 0", SectionName::User, "root", json!({})), Ok(false));
    assert_eq!(ask("has(item.uid) && item.uid == 0", SectionName::User, "root", json!({"uid": 0})), Ok(true));
    assert!(ask("item.uid", SectionName::User, "root", json!({"uid": 0})).is_err());
    assert!(ask("item.uid > 'a'", SectionName::User, "root", json!({"uid": 0})).is_err());
    let long: Vec<Json> = (0..3_000).map(Json::from).collect();
    assert!(ask("item.groups.exists(x, x == 1)", SectionName::User, "k", json!({"groups": long})).is_err());
}

#[test]
fn it_is_known_what_a_condition_reads() {
    let rule = Rule::compile("has_pkg('a') || has_item('service', 'b')", SectionName::Kernel).unwrap();
    assert_eq!(rule.reads.sections().collect::<Vec<_>>(), [SectionName::Package, SectionName::Service]);
    assert!(!rule.uses_clock);
    let sees = |section: SectionName, key: &str| rule.reads.sees(section, &BTreeSet::from([key.to_owned()]));
    // A package by its name, whatever stands around it in the key; an item by its key.
    assert!(sees(SectionName::Package, "a:amd64") && sees(SectionName::Package, "rpm:a.x86_64@1"));
    assert!(sees(SectionName::Service, "b") && !sees(SectionName::Service, "a") && !sees(SectionName::Kernel, "a"));
    assert!(!sees(SectionName::Package, "ab:amd64") && !sees(SectionName::Package, "b:amd64"));
    let any = Rule::compile("has_pkg('a') || has_pkg(item.name)", SectionName::Service).unwrap();
    assert!(any.reads.sees(SectionName::Package, &BTreeSet::from(["anything:amd64".to_owned()])));
}

#[test]
fn what_is_wrong_or_too_much_is_refused() {
    let deep = format!("{}true{}", "(".repeat(300), ")".repeat(300));
    let loops = "[1].all(a, [1].all(b, [1].all(c, a == b && b == c)))";
    let chain = vec!["true"; 300].join(" && ");
    // Each level is ten times as long as the one in it.
    let grown = (0..6)
        .fold("[1,2,3,4,5,6,7,8,9,10]".to_owned(), |list, _| format!("[{list}].map(a, {})[0]", ["a"; 10].join("+")));
    let grown = format!("{grown}.all(x, x > 0)");
    let text = format!(
        "{} == ''",
        (0..5).fold("'aaaaaaaaaa'".to_owned(), |text, _| format!("[{text}].map(a, a+a+a+a+a+a+a+a+a+a)[0]"))
    );
    let sum = format!("{} == 1", vec!["1"; 200].join("+"));
    for (source, key) in [
        ("", "is_needed"),
        (&"x".repeat(5_000), "at_most_bytes"),
        (&deep, "rule_too_large"),
        (&chain, "rule_too_large"),
        (&sum, "rule_too_deep"),
        ("item.uid ==", "rule_unreadable"),
        ("item.nonsense == 1", "profile_attribute"),
        ("itme.uid == 1", "rule_unknown_name"),
        ("exec('rm') == 1", "rule_unknown_function"),
        ("has_item(key, 'x')", "rule_names_section"),
        ("one('nowhere', 'x').a == 1", "rule_names_section"),
        (loops, "rule_loops"),
        (&grown, "rule_costs"),
        (&text, "rule_costs"),
    ] {
        let refused = Rule::compile(source, SectionName::User).map(drop).unwrap_err();
        let why = refused.inner("what").filter(|_| refused.say == "at_column").unwrap_or(&refused);
        assert_eq!(why.say, key, "{}: {refused}", source.chars().take(60).collect::<String>());
    }
    for fits in [
        "item.groups.exists(g, g == 'x' && [1].all(y, y == 1))",
        "item.groups.filter(g, g != 'x').map(g, g + '!').exists(g, g in ['a!', 'b!'])",
        "item.groups.all(g, item.groups.exists(other, other != g))",
    ] {
        assert!(Rule::compile(fits, SectionName::User).is_ok(), "{fits}");
    }
}

#[test]
fn what_a_condition_needs_is_known_before_it_is_asked() {
    let openssl = attributes(json!({"name": "openssl", "version": "3.0.9-1"}));
    let may = |source: &str| {
        let rule = Rule::compile(source, SectionName::Package).unwrap_or_else(|why| panic!("{source}: {why}"));
        rule.may_hold("dpkg:openssl", &openssl)
    };
    for (source, expected) in [
        ("item.name == 'openssl' && older(item, '3')", true),
        ("item.name == 'bash' && older(item, '3')", false),
        ("older(item, '3') && 'bash' == item.name", false),
        ("(older(item, '3') && has_pkg('x')) && item.name == 'bash'", false),
        ("item.name in ['telnetd', 'openssl']", true),
        ("item.name in ['telnetd', 'xinetd']", false),
        ("key == 'dpkg:bash'", false),
        ("key == 'dpkg:openssl' && item.name == 'bash'", true),
        // What may be true of others is asked.
        ("item.name == 'bash' || item.held", true),
        ("item.name != 'bash'", true),
        ("!(item.name == 'bash')", true),
        ("item.name in [host.name]", true),
        ("item.name == 'bash' ? true : item.held", true),
        ("has(item.name)", true),
        ("host.name == 'bash'", true),
        ("['a'].all(x, item.name == 'bash')", true),
    ] {
        assert_eq!(may(source), expected, "{source}");
        let rule = Rule::compile(source, SectionName::Package).unwrap();
        let answer = court().ask("dpkg:openssl", &openssl, [&rule]).remove(0);
        assert!(expected || answer == Ok(false), "{source}: {answer:?}");
    }
}

#[test]
fn what_is_typed_wrong_is_refused_when_it_is_saved_and_points_at_its_column() {
    let host = Fields { own_attributes: &[("rack".to_owned(), attribute::Kind::Text)], ..crate::query::fields::HOST };
    let told = |source: &str| Rule::checked(source, SectionName::Listener, &host).err().map(|why| why.to_string());
    let mut missed = Vec::new();
    for (source, expected) in [
        ("host.nme == 'x'", "column 6: a host has no nme; did you mean name? It has name, id,"),
        ("item.port == 80 && host['sitte'] == 'x'", "column 26: a host has no sitte; did you mean site?"),
        ("has(host.raack)", "column 10: a host has no raack; did you mean rack?"),
        ("host.as_of == 'x'", "column 6: a host has no as_of;"),
        ("item.prot == 80", "column 6: items of the class listener have no attribute prot; did you mean port?"),
        ("has(item.prot)", "column 10: items of the class listener have no attribute prot"),
        (
            "older(pkg('a'), '3') && pkg('a').vresion == '3'",
            "column 34: items of the class package have no attribute vresion",
        ),
        (
            "one('kernel', 'kernel').relase == '6'",
            "column 25: items of the class kernel have no attribute relase; did you mean release?",
        ),
        ("item.port", "column 1: this gives a number; it has to be true or false"),
        ("'yes'", "column 1: this gives a text"),
        ("item.v6_only && item.protocol", "column 17: this gives a text"),
        ("!size(item.protocol)", "column 2: this gives a number"),
        ("item.v6_only ? 1 : 2", "column 1: this gives a number"),
        ("[1, 2].map(n, n + 1)", "column 1: this gives a list"),
        ("item.port == '80'", "column 11: a number cannot be compared with a text"),
        ("item.port in [22, '80']", "column 19: a number cannot be compared with a text"),
        ("item.protocol > 3", "column 15: a text cannot be compared with a number"),
        ("item.process.matches('(')", "column 22: this is no regular expression: unclosed group"),
        ("matches(item.process, '[a')", "column 23: this is no regular expression: unclosed character class"),
        ("has_pckg('x')", "column 1: there is no function has_pckg; did you mean has_pkg?"),
        ("item.port == 1 || itme.port == 2", "column 19: there is no itme here; there is item, key, host"),
        ("item.port == 1 ||\n  itme.port == 2", "line 2, column 3: there is no itme here"),
        ("item.port ==", "column 1"),
    ] {
        let why = told(source).unwrap_or_else(|| "it was taken".to_owned());
        if !why.starts_with(expected) {
            missed.push(format!("{source}: {why}"));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
    for fits in [
        "host.name == 'x' && host.rack.startsWith('a') && host['site'] != 'fra'",
        "host.memory_bytes < 1000 && host.addresses.exists(a, a.startsWith('10.'))",
        "has(item.v6_only) && item.v6_only",
        "item.v6_only ? item.port == 1 : has_pkg('x')",
        "item.port in [22, 80] && item.protocol.matches('^t.p$')",
        "item.process.matches(key)",
        "item.unit == null",
        "[1, 2].exists_one(n, n == item.port)",
        "item.port > 1.5",
    ] {
        let rule = Rule::checked(fits, SectionName::Listener, &host);
        assert!(rule.is_ok(), "{fits}: {:?}", rule.err());
    }
    // Hosts name what sshd is set to themselves: what is known to be written counts, what is stored already is asked.
    let typo = "item.permit_rot_login == 'yes'";
    assert!(Rule::checked(typo, SectionName::LoginPolicy, &host).is_err());
    assert!(Rule::compile(typo, SectionName::LoginPolicy).is_ok());
    assert!(Rule::checked("item.permit_root_login == 'yes'", SectionName::LoginPolicy, &host).is_ok());
    assert!(
        Rule::compile("host.nme == 'x'", SectionName::Listener).is_ok(),
        "what is stored already is asked as it stands"
    );
}
