//! What is true of every section, whichever collector made it: texts that can be told, a key for each item, and only attributes
//! that the class has.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::attribute::{Attributes, Kind};
use muster_shared::{Problem, SectionName, SectionStatus, bound};
use serde_json::Value;

use super::Section;

/// Room for the number of a key that stands more than once.
const NUMBER_BYTES: usize = 24;

/// What the problem of a mistake of our own names as its source.
pub(crate) const STRANGERS: &str = "muster-agent";

fn is_known(attributes: &Attributes, attribute: &str, value: &Value) -> bool {
    attributes.kind(attribute).is_some_and(|kind| value.is_null() || kind.fits(value))
}

impl Section {
    /// Without the character NUL, which no collector takes (case 8): bytes of a host may be anything.
    #[must_use]
    pub(crate) fn without_nul(mut self) -> Self {
        fn clean(text: &mut String) {
            if text.as_bytes().contains(&0) {
                *text = text.replace('\0', "\u{fffd}");
            }
        }
        fn clean_value(value: &mut Value) {
            match value {
                Value::String(text) => clean(text),
                Value::Array(values) => values.iter_mut().for_each(clean_value),
                _ => {}
            }
        }
        for item in &mut self.items {
            clean(&mut item.key);
            item.attributes.values_mut().for_each(clean_value);
        }
        for problem in &mut self.problems {
            clean(&mut problem.source);
            clean(&mut problem.message);
        }
        self
    }

    /// With texts that are no longer than a collector takes, of which people without rights write many; what has no key is left out.
    #[must_use]
    pub(crate) fn within_bounds(mut self, name: SectionName) -> Self {
        fn cut(text: &mut String, most_bytes: usize) {
            if text.len() > most_bytes {
                *text = bound::shortened(text, most_bytes).into_owned();
            }
        }
        fn cut_value(value: &mut Value, most_bytes: usize) {
            match value {
                Value::String(text) => cut(text, most_bytes),
                Value::Array(values) => values.iter_mut().for_each(|value| cut_value(value, most_bytes)),
                _ => {}
            }
        }
        for item in &mut self.items {
            cut(&mut item.key, bound::KEY_BYTES);
            for (attribute, value) in &mut item.attributes {
                cut_value(value, bound::text_bytes(name, attribute).min(bound::TOLD_BYTES));
            }
        }
        for problem in &mut self.problems {
            cut(&mut problem.source, bound::KEY_BYTES);
            cut(&mut problem.message, bound::KEY_BYTES);
        }
        if self.items.len() > bound::ITEMS {
            self.items.truncate(bound::ITEMS);
            let message = format!("items beyond {} are left out", bound::ITEMS);
            self.problems.push(Problem { source: name.as_str().to_owned(), message });
            self.spoil();
        }
        let count = self.items.len();
        self.items.retain(|item| !item.key.is_empty());
        if self.items.len() < count {
            self.problems.push(Problem { source: "key".into(), message: "an item without a name is left out".into() });
            self.spoil();
        }
        self
    }

    /// With a key for each item: what comes twice under one is told apart by a number, and said.
    #[must_use]
    pub(crate) fn with_own_keys(mut self, name: SectionName) -> Self {
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        if self.items.iter().all(|item| taken.insert(&item.key)) {
            return self;
        }
        let mut taken: BTreeSet<String> = BTreeSet::new();
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut twice = Vec::new();
        for item in &mut self.items {
            // Where the one before it ended: a thousand of a name are not counted a thousand times.
            let mut number = 1;
            let before = numbers.get(&item.key).copied();
            let key = item.key.clone();
            // With its number it is still no longer than a key may be.
            let short = bound::shortened(&key, bound::KEY_BYTES - NUMBER_BYTES).into_owned();
            while !taken.insert(item.key.clone()) {
                number = before.filter(|_| number == 1).unwrap_or(number) + 1;
                item.key = format!("{short}#{number}");
            }
            if number > 1 {
                twice.extend(before.is_none().then(|| key.clone()));
                numbers.insert(key, number);
            }
        }
        for key in twice {
            let message = format!("{key} is there more than once; the system goes by the first one");
            self.problems.push(Problem { source: name.as_str().to_owned(), message });
            self.spoil();
        }
        self
    }

    /// It is not all that there is.
    fn spoil(&mut self) {
        if self.status == SectionStatus::Ok {
            self.status = SectionStatus::Partial;
        }
    }

    /// Without attributes that the class does not have, or whose values are of another kind: a mistake of the collector, which
    /// is said, and spoils nothing else.
    #[must_use]
    pub(crate) fn without_strangers(mut self, name: SectionName) -> Self {
        let strangers = self.strangers(name);
        if strangers.is_empty() {
            return self;
        }
        let known = Attributes::of(name);
        for item in &mut self.items {
            item.attributes.retain(|attribute, value| is_known(&known, attribute, value));
        }
        let message = format!("left out, for the class does not have them so: {}", strangers.join(", "));
        self.problems.push(Problem { source: STRANGERS.to_owned(), message });
        self.spoil();
        self
    }

    /// Attributes that the class does not have, or with values of another kind: a mistake of the collector.
    pub fn strangers(&self, name: SectionName) -> Vec<String> {
        let known = Attributes::of(name);
        // Most items have the attributes of the one before, in the same order.
        let mut before: Vec<(&str, Kind)> = Vec::new();
        let mut strange = Vec::new();
        for item in &self.items {
            for (place, (attribute, value)) in item.attributes.iter().enumerate() {
                let same = before.get(place).filter(|(name, _)| *name == attribute.as_str());
                let kind = same.map(|(_, kind)| *kind).or_else(|| known.kind(attribute));
                if !kind.is_some_and(|kind| value.is_null() || kind.fits(value)) {
                    strange.push(format!("{attribute} {value}"));
                } else if let (Some(kind), None) = (kind, same) {
                    before.truncate(place);
                    before.resize(place + 1, (attribute, kind));
                }
            }
        }
        strange
    }
}

#[cfg(test)]
mod tests {
    use muster_shared::Item;

    use super::*;

    #[test]
    fn what_comes_twice_has_keys_of_its_own_and_is_said() {
        let items = ["backup", "root", "backup", "backup"].map(Item::new).to_vec();
        let section = Section::of(items, Vec::new()).with_own_keys(SectionName::User);
        let keys: Vec<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!(keys, ["backup", "root", "backup#2", "backup#3"]);
        assert_eq!((section.status, section.problems.len()), (SectionStatus::Partial, 1), "{:?}", section.problems);
        // The collector takes no longer key.
        let long = "n".repeat(bound::KEY_BYTES);
        let twice = Section::of(vec![Item::new(&long), Item::new(&long)], Vec::new()).with_own_keys(SectionName::Group);
        assert!(twice.items[1].key.len() <= bound::KEY_BYTES && twice.items[1].key.ends_with("#2"));
        assert_eq!(twice.items[0].key, long);
        let sound = Section::of(vec![Item::new("a"), Item::new("b")], Vec::new()).with_own_keys(SectionName::User);
        assert_eq!((sound.status, sound.problems.len()), (SectionStatus::Ok, 0));
    }

    /// Each of them counted from the first one on would be five thousand million steps.
    #[test]
    fn a_hundred_thousand_of_one_name_are_told_apart() {
        let items: Vec<Item> = (0..100_000).map(|_| Item::new("backup")).chain([Item::new("backup#7")]).collect();
        let section = Section::of(items, Vec::new()).with_own_keys(SectionName::Group);
        let keys: BTreeSet<&str> = section.items.iter().map(|item| item.key.as_str()).collect();
        assert_eq!((keys.len(), section.problems.len()), (100_001, 2));
        assert_eq!(section.items[99_999].key, "backup#100000");
    }

    #[test]
    fn no_text_is_so_long_that_a_report_is_refused_for_it() {
        let long = |end: &str| format!("{}{end}", "x".repeat(2 << 20));
        let item = |end: &str| {
            let item = Item::new(long(end)).with("name", "root").with("fqdn", long(end));
            item.with("addresses", vec![long(end)])
        };
        let section =
            Section::of(vec![item("1"), item("2"), Item::new("")], Vec::new()).within_bounds(SectionName::Host);
        let [one, other] = section.items.as_slice() else { panic!("{} items", section.items.len()) };
        assert!(one.key.len() <= bound::KEY_BYTES && one.key != other.key, "told apart by what is cut off");
        let fqdn = |item: &Item| item.text("fqdn").unwrap().to_owned();
        assert!(fqdn(one).len() <= bound::NAME_BYTES && fqdn(one) != fqdn(other));
        assert!(one.attributes["addresses"].to_string().len() <= bound::TOLD_BYTES + 4);
        assert_eq!(one.text("name"), Some("root"));
        assert_eq!((section.status, section.problems.len()), (SectionStatus::Partial, 1), "what has no key is said");
    }

    #[test]
    fn more_items_than_a_collector_takes_are_left_out_and_said() {
        let items = |count: usize| (0..count).map(|n| Item::new(n.to_string())).collect::<Vec<_>>();
        let told = |count: usize| Section::of(items(count), Vec::new()).within_bounds(SectionName::Group);
        assert_eq!((told(bound::ITEMS).status, told(bound::ITEMS).items.len()), (SectionStatus::Ok, bound::ITEMS));
        let section = told(bound::ITEMS + 7);
        assert_eq!((section.status, section.items.len()), (SectionStatus::Partial, bound::ITEMS));
        assert_eq!(section.problems[0].message, "items beyond 200000 are left out");
    }

    #[test]
    fn a_mistake_of_a_collector_costs_its_attribute_and_nothing_else() {
        let item = Item::new("root").with("name", "root").with("uid", "zero").with("aura", "green");
        let section = Section::of(vec![item], Vec::new()).without_strangers(SectionName::User);
        assert_eq!(section.items[0].attributes.keys().collect::<Vec<_>>(), ["name"]);
        assert_eq!((section.status, section.problems[0].source.as_str()), (SectionStatus::Partial, STRANGERS));
        assert!(section.problems[0].message.contains("uid \"zero\""), "{:?}", section.problems);
    }
}
