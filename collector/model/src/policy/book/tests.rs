//! What is shipped can be asked; what owners set and make is found where it is needed.

use super::*;
use crate::policy::{self, own};

fn own(id: &str, section: SectionName, condition: &str) -> OwnPolicy {
    let at = Time::from_millis(1);
    OwnPolicy {
        id: id.into(),
        purpose: "so that nobody wonders".into(),
        section,
        scope: String::new(),
        condition: condition.into(),
        severity: Severity::Minor,
        class: Class::Critical,
        outcome: Outcome::Finding,
        patience: Patience::default(),
        is_enabled: true,
        created_at: at,
        changed_at: at,
        changed_by: "ann".into(),
    }
}

fn setting(id: &str, is_enabled: Option<bool>, severity: Option<Severity>) -> PolicySetting {
    PolicySetting {
        id: id.into(),
        is_enabled,
        severity,
        outcome: None,
        debounce_seconds: None,
        group_by: None,
        changed_at: Time::from_millis(1),
        changed_by: "ann".into(),
    }
}

#[test]
fn everything_shipped_compiles_and_has_its_own_name_and_sentence() {
    let registry = Registry::new([]);
    for policy in shipped::STATE {
        StatePolicy::of_shipped(policy, &Settings::default()).unwrap_or_else(|why| panic!("{}: {why}", policy.id));
        assert_eq!(Phrase::new(policy.says).to_string(), policy.purpose, "{}", policy.id);
        assert!(policy::find(policy.id).is_none(), "{} is a policy over changes too", policy.id);
    }
    for policy in shipped::EXAMPLES {
        let taken = OwnPolicy { purpose: policy.purpose.into(), ..own(policy.id, policy.section, policy.condition) };
        assert_eq!(own::check(&taken, &registry), [], "{}", policy.id);
    }
}

#[test]
fn settings_switch_policies_on_and_off_and_say_how_bad_they_are() {
    let settings = Settings::new([
        setting("account", Some(false), None),
        setting("uid-zero", Some(true), Some(Severity::Major)),
        setting("certificate-expiring", Some(false), None),
    ]);
    assert!(!settings.is_on("account") && settings.is_on("firewall"));
    let book = Book::new([], settings, &Registry::new([]));
    assert_eq!(book.named("uid-zero").next().unwrap().severity, Severity::Major);
    assert!(
        book.named("certificate-expiring").next().is_none() && book.named("time-not-synchronised").next().is_some()
    );
}

#[test]
fn policies_are_found_by_what_they_look_at_and_by_what_they_read() {
    let mine = [
        own("ports", SectionName::Listener, "has_pkg('nginx') && item.port == 81"),
        own("broken", SectionName::Listener, "item.nonsense == 1"),
        OwnPolicy { is_enabled: false, ..own("off", SectionName::Listener, "item.port == 82") },
    ];
    let book = Book::new(&mine, Settings::default(), &Registry::new([]));
    let names = |policies: Vec<&Arc<StatePolicy>>| policies.iter().map(|p| p.id.clone()).collect::<Vec<_>>();
    assert_eq!(names(book.looking_at(SectionName::Listener).collect()), ["ports"]);
    assert_eq!(names(book.reading(SectionName::Package).collect()), ["ports"]);
    assert_eq!(book.broken.keys().collect::<Vec<_>>(), ["broken"]);
}

#[test]
fn what_cannot_be_asked_is_not_saved() {
    let registry = Registry::new([]);
    let pointers = |policy: &OwnPolicy| -> Vec<String> {
        own::check(policy, &registry).into_iter().map(|violation| violation.pointer).collect()
    };
    let good = own("no-telnet", SectionName::Package, "item.name == 'telnetd'");
    assert_eq!(pointers(&good), Vec::<String>::new());
    assert_eq!(pointers(&OwnPolicy { id: "account".into(), ..good.clone() }), ["/id"]);
    assert_eq!(pointers(&OwnPolicy { id: "No Telnet".into(), ..good.clone() }), ["/id"]);
    let all_wrong = OwnPolicy { purpose: " ".into(), scope: "sitte:x".into(), condition: "1 +".into(), ..good.clone() };
    assert_eq!(pointers(&all_wrong), ["/purpose", "/scope", "/condition"]);
    assert_eq!(pointers(&OwnPolicy { scope: "as_of:2026-01-01".into(), ..good }), ["/scope"]);
}
