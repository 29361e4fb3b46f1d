//! A golden host: what is there now, as the lines of a profile by which the others of its kind are measured.

use muster_shared::{Attributes, SectionName};
use serde_json::Value;

use super::Expectation;

/// What is taken of a golden host: sections with the attributes that must be the same; without one it is enough that the item is
/// there, with `*` all attributes count.
pub const TAKEN: &[(SectionName, &[&str])] = &[
    (SectionName::Package, &["version"]),
    (SectionName::Service, &["enabled_state"]),
    (SectionName::Kernel, &["release"]),
    (SectionName::User, &["uid", "shell"]),
    (SectionName::Group, &["gid"]),
    (SectionName::SudoRule, &[]),
    (SectionName::AuthorizedKey, &[]),
    (SectionName::LoginPolicy, &["*"]),
    (SectionName::Sysctl, &["value"]),
    (SectionName::Repository, &[]),
];

/// Whether a section is taken.
pub fn is_taken(section: SectionName) -> bool {
    TAKEN.iter().any(|(taken, _)| *taken == section)
}

/// The lines that an item makes. What no line can say is left out.
pub fn lines(section: SectionName, key: &str, item: &Attributes) -> Vec<String> {
    let Some((_, names)) = TAKEN.iter().find(|(taken, _)| *taken == section) else { return Vec::new() };
    let quoted = if key.contains(char::is_whitespace) || key.starts_with('"') {
        Value::from(key).to_string()
    } else {
        key.to_owned()
    };
    let wanted = |name: &str| names.contains(&"*") || names.contains(&name);
    let same = item.iter().filter(|(name, _)| wanted(name)).map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{section} {quoted} {name} = {value}")
    });
    let mut lines: Vec<String> = same.filter(|line| is_read_alike(line)).collect();
    if lines.is_empty() {
        let there = format!("have {section} {quoted}");
        lines.extend(is_read_alike(&there).then_some(there));
    }
    lines
}

/// Whether a line says what it is meant to say: a value may hold what a line cannot.
fn is_read_alike(line: &str) -> bool {
    !line.contains('\n') && Expectation::parse(line).is_ok_and(|read| read.to_string() == line)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(section: SectionName, key: &str, value: Value) -> Vec<String> {
        lines(section, key, &serde_json::from_value(value).unwrap())
    }

    #[test]
    fn what_is_there_becomes_lines() {
        assert_eq!(
            taken(SectionName::Package, "openssl", json!({"name": "openssl", "version": "3.0.14", "manager": "dpkg"})),
            ["package openssl version = 3.0.14"]
        );
        assert_eq!(taken(SectionName::SudoRule, "a rule", json!({"users": ["deploy"]})), ["have sudo_rule \"a rule\""]);
        assert_eq!(
            taken(SectionName::User, "deploy", json!({"uid": 1000, "shell": "/bin/sh", "home": "/home/deploy"})),
            ["user deploy shell = /bin/sh", "user deploy uid = 1000"]
        );
        assert_eq!(taken(SectionName::Memory, "total", json!({"total_bytes": 1})), Vec::<String>::new());
    }

    #[test]
    fn what_a_line_cannot_say_is_left_out() {
        let lines = taken(SectionName::Sysctl, "kernel.x", json!({"value": "a\nb"}));
        assert_eq!(lines, ["have sysctl kernel.x"]);
    }

    #[test]
    fn every_attribute_that_is_taken_is_one() {
        for (section, names) in TAKEN {
            for name in names.iter().filter(|name| **name != "*") {
                assert!(muster_shared::attribute::kind_of(*section, name).is_some(), "{section} {name}");
            }
        }
    }
}
