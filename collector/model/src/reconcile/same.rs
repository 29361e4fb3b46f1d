//! Which items of several sources are one thing: those of one key, and those that share what no two things share.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::report::Attributes;
use muster_shared::{SectionName, SectionName as Class};
use serde_json::Value;

use super::Word;

/// What no two items of a class on one host share, strongest first. Attributes of one entry count together.
const fn marks(class: SectionName) -> &'static [&'static [&'static str]] {
    match class {
        Class::Disk => &[&["wwn"], &["serial"], &["name"]],
        Class::Filesystem => &[&["uuid"], &["device"], &["mount_points"]],
        Class::Interface => &[&["permanent_mac"], &["name"]],
        Class::Memory => &[&["serial"], &["locator"]],
        Class::Monitor | Class::Battery => &[&["serial"]],
        Class::Package => &[&["manager", "name", "architecture", "version"], &["manager", "name", "architecture"]],
        Class::Pci => &[&["slot"]],
        Class::Usb => &[&["vendor_id", "product_id", "serial"]],
        Class::User | Class::Group => &[&["name"]],
        Class::VirtualMachine => &[&["uuid"], &["manager", "name"]],
        _ => &[],
    }
}

/// The value of a mark; `None` unless all of its attributes are there.
fn mark(item: &Attributes, names: &[&str]) -> Option<String> {
    let values: Option<Vec<String>> = names
        .iter()
        .map(|name| match item.get(*name)? {
            Value::String(text) => Some(text.to_lowercase()),
            other => Some(other.to_string()),
        })
        .collect();
    values.map(|values| values.join("\u{1}"))
}

/// The words on each thing, by the key that its best believed source gives it. `words` come best believed first; of one source
/// no two items are one thing.
pub(super) fn group<'a>(class: SectionName, words: &[Word<'a>]) -> BTreeMap<&'a str, Vec<(usize, &'a str)>> {
    let mut groups: BTreeMap<&'a str, Vec<(usize, &'a str)>> = BTreeMap::new();
    // Marks of the things so far; `None` where two things have one, which then says nothing.
    let mut known: BTreeMap<(usize, String), Option<&'a str>> = BTreeMap::new();
    let is_several = words.len() > 1;
    for (n, word) in words.iter().enumerate() {
        let mut rest: Vec<&'a str> = Vec::new();
        let mut taken: BTreeSet<&'a str> = BTreeSet::new();
        for key in word.items.keys() {
            match groups.get_mut(key.as_str()) {
                Some(group) => {
                    group.push((n, key));
                    taken.insert(key);
                }
                None => rest.push(key),
            }
        }
        for key in rest {
            let attributes = word.items.get(key).map(|item| &item.attributes);
            let same = attributes.and_then(|item| {
                let marks = marks(class).iter().enumerate();
                let mut found = marks.filter_map(|(of, names)| *known.get(&(of, mark(item, names)?))?);
                found.find(|other| !taken.contains(other))
            });
            let thing = same.unwrap_or(key);
            taken.insert(thing);
            groups.entry(thing).or_default().push((n, key));
        }
        if is_several && n + 1 < words.len() {
            learn(class, word, n, &groups, &mut known);
        }
    }
    groups
}

/// Adds the marks of a source's items to those of the things.
fn learn<'a>(
    class: SectionName,
    word: &Word<'a>,
    n: usize,
    groups: &BTreeMap<&'a str, Vec<(usize, &'a str)>>,
    known: &mut BTreeMap<(usize, String), Option<&'a str>>,
) {
    let own = groups.iter().flat_map(|(thing, group)| group.iter().map(move |(of, key)| (*thing, *of, *key)));
    for (thing, _, key) in own.filter(|(_, of, _)| *of == n) {
        let Some(item) = word.items.get(key) else { continue };
        for (of, names) in marks(class).iter().enumerate() {
            if let Some(value) = mark(&item.attributes, names) {
                let place = known.entry((of, value)).or_insert(Some(thing));
                if *place != Some(thing) {
                    *place = None;
                }
            }
        }
    }
}
