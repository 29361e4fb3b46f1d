//! `docs/sections.md` is printed from the collectors and the table of attributes, and both from each other's names.
//!
//! `MUSTER_BLESS=1 cargo test -p muster-agent --test docs` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test ends with a panic")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use muster_agent::root::Root;
use muster_agent::section::{Options, collectors};
use muster_shared::{SectionName, attribute, volatility};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn sentence(text: &str) -> String {
    format!("{}{}", text.chars().next().unwrap().to_uppercase(), text.get(1..).unwrap())
}

/// What a section collects, and its attributes.
fn describe(text: &mut String, name: SectionName, empty: &Root) {
    let collectors = collectors(&Options::default());
    let collector = collectors.iter().find(|collector| collector.name() == name).unwrap();
    writeln!(text, "## {name}\n\n{}.\n\nWhy: {}. ", sentence(collector.contents()), collector.purpose()).unwrap();
    writeln!(text, "Privilege: {}. ", collector.privilege().explain()).unwrap();
    let mut watched: Vec<String> = collector.watched(empty).iter().map(|path| format!("`{path}`")).collect();
    watched.extend(collector.events().iter().map(|event| format!("{} (kernel)", event.as_str())));
    let watched = if watched.is_empty() { "nothing, scanned at the interval".to_owned() } else { watched.join(", ") };
    writeln!(text, "Watched: {watched}.\n\n| attribute | kind | |\n|---|---|---|").unwrap();
    let mut attributes: Vec<_> = attribute::of(name).collect();
    attributes.sort_unstable_by_key(|(attribute, _)| *attribute);
    for (attribute, kind) in attributes {
        let is_metric = volatility::TABLE
            .iter()
            .any(|rule| rule.section == name && rule.target == volatility::Target::Attribute(attribute));
        writeln!(text, "| `{attribute}` | {} | {} |", kind.as_str(), if is_metric { "metric" } else { "" }).unwrap();
    }
    text.push('\n');
}

#[test]
fn sections() {
    let directory = tempfile::tempdir().unwrap();
    let empty = Root::at(directory.path());
    let mut text = "# Sections\n\nWhat the agent collects and why, with what privilege, and what makes it look at once. Printed from the \
                    collectors and from\n`shared/src/attribute/table.rs`. A metric is shown as its latest value and never compared.\n\n"
        .to_owned();
    for name in SectionName::ALL {
        describe(&mut text, *name, &empty);
    }
    let text = format!("{}\n", text.trim_end());
    let path = repository().join("docs/sections.md");
    if std::env::var_os("MUSTER_BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "docs/sections.md is not what the code says: MUSTER_BLESS=1, and look at the difference"
    );
}

/// All of a file's and folder's Rust sources, tests left out.
fn sources(path: &Path, text: &mut String) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            sources(&entry.unwrap().path(), text);
        }
    } else if !path.ends_with("tests.rs") {
        text.push_str(&std::fs::read_to_string(path).unwrap());
    }
}

#[test]
fn no_attribute_of_the_table_is_without_a_collector() {
    let mut text = String::new();
    sources(&repository().join("agent/src/section"), &mut text);
    sources(&repository().join("agent/src/section.rs"), &mut text);
    sources(&repository().join("agent/src/scan.rs"), &mut text);
    let quoted: BTreeSet<&str> = text.split('"').collect();
    let is_said =
        |name: &str| quoted.contains(name) || name.ends_with('*') && text.contains(name.trim_end_matches('*'));
    let all =
        SectionName::ALL.iter().flat_map(|section| attribute::of(*section).map(move |(name, _)| (*section, name)));
    // What must never be compared is known also where this agent does not collect it: others do.
    let is_metric = |section: SectionName, name: &'static str| {
        let is_it =
            |rule: &volatility::Rule| rule.section == section && rule.target == volatility::Target::Attribute(name);
        volatility::TABLE.iter().any(is_it)
    };
    let missing: Vec<_> = all.filter(|(section, name)| !is_said(name) && !is_metric(*section, name)).collect();
    assert_eq!(missing, []);
}

/// The names that a source gives to attributes.
fn set_in(text: &str) -> BTreeSet<&str> {
    let calls = [".with(\"", ".set(\""];
    calls.iter().flat_map(|call| text.split(call).skip(1)).filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_attribute_that_a_collector_sets_is_in_the_table() {
    let root = repository().join("agent/src/section");
    let mut strangers = Vec::new();
    for section in SectionName::ALL {
        let mut text = String::new();
        for place in [root.join(format!("{section}.rs")), root.join(section.as_str())] {
            if place.exists() {
                sources(&place, &mut text);
            }
        }
        let own = set_in(&text).into_iter().filter(|name| attribute::kind_of(*section, name).is_none());
        strangers.extend(own.map(|name| format!("{section} {name}")));
    }
    // Whoever else adds to an item on its way into a report.
    for (file, sections) in [
        ("agent/src/scan.rs", &[SectionName::Agent][..]),
        ("agent/src/sampling.rs", &[SectionName::Connection]),
        ("agent/src/inventory.rs", SectionName::ALL),
    ] {
        let text = std::fs::read_to_string(repository().join(file)).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap();
        let is_known = |name: &str| sections.iter().any(|section| attribute::kind_of(*section, name).is_some());
        strangers.extend(set_in(text).into_iter().filter(|name| !is_known(name)).map(|name| format!("{file} {name}")));
    }
    let mut text = String::new();
    sources(&root, &mut text);
    let is_known = |name: &str| SectionName::ALL.iter().any(|section| attribute::kind_of(*section, name).is_some());
    strangers.extend(set_in(&text).into_iter().filter(|name| !is_known(name)).map(str::to_owned));
    assert_eq!(strangers, Vec::<String>::new());
}
