//! How many hosts of a group have what.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::peer::{self, Share, Tally};
use muster_shared::SectionName;
use muster_shared::id::HostId;
use roaring::RoaringBitmap;
use serde_json::Value;

use super::{Listed, Variant, known};
use crate::service::Service;

impl Listed {
    /// The hosts whose items are known for certain, as numbers.
    fn members(&self, hosts: &BTreeSet<HostId>) -> RoaringBitmap {
        let is_known = |host: &&HostId| !self.several.contains(host) && !self.unread.contains(host);
        let mut numbers: Vec<u32> =
            hosts.iter().filter(is_known).filter_map(|host| self.numbers.get(host).copied()).collect();
        // One after the other each would be put in its place among those that are there.
        numbers.sort_unstable();
        numbers.into_iter().collect()
    }
}

impl Service {
    /// Those of some hosts whose items are known for certain, as numbers.
    pub(in crate::service) fn lookup_members(&self, hosts: &BTreeSet<HostId>) -> RoaringBitmap {
        self.lookup.read(|listed| listed.members(hosts))
    }

    /// What the items of a section of a host are called; `None` when that is not known for certain.
    pub(in crate::service) fn lookup_called(&self, host: HostId, section: SectionName) -> Option<Vec<String>> {
        self.lookup.read(|listed| {
            let is_certain = listed.through.is_some() && known(section).is_some_and(|names| names.contains(&"name"));
            let number = listed.numbers.get(&host).copied().filter(|_| is_certain)?;
            if listed.several.contains(&host) || listed.unread.contains(&host) {
                return None;
            }
            let called = |(key, variants): (&String, &Vec<Variant>)| {
                let own = variants.iter().find(|variant| variant.hosts.contains(number))?;
                Some(own.attributes.get("name").and_then(Value::as_str).unwrap_or(key).to_owned())
            };
            Some(listed.items.get(&section).into_iter().flatten().filter_map(called).collect())
        })
    }

    /// The things that are compared and that any of these hosts has, in order, after one, at most so many.
    pub(in crate::service) fn lookup_things(&self, members: &RoaringBitmap, after: &str, most: usize) -> Vec<String> {
        self.lookup.read(|listed| {
            let mut found = BTreeSet::new();
            for (section, items) in listed.items.iter().filter(|(section, _)| peer::is_compared(**section)) {
                for (key, variants) in items {
                    let thing = peer::thing(*section, key);
                    let is_had = || variants.iter().any(|variant| !variant.hosts.is_disjoint(members));
                    if thing.as_str() > after && is_had() {
                        found.insert(thing);
                        if found.len() > most {
                            found.pop_last();
                        }
                    }
                }
            }
            found.into_iter().collect()
        })
    }

    /// The values of an attribute of a thing among these hosts; without an attribute, whether it is there. What is not known
    /// counts for nothing.
    pub(in crate::service) fn lookup_tally(
        &self,
        members: &RoaringBitmap,
        section: SectionName,
        key: &str,
        attribute: Option<&str>,
    ) -> Tally {
        self.lookup.read(|listed| {
            let mut left = members.clone();
            let mut values: BTreeMap<String, (Value, RoaringBitmap)> = BTreeMap::new();
            let mut add = |value: Value, numbers: &RoaringBitmap| {
                let known = values.entry(value.to_string()).or_insert_with(|| (value, RoaringBitmap::new()));
                known.1 |= numbers;
            };
            let variants = listed.items.get(&section).and_then(|items| items.get(key));
            for variant in variants.into_iter().flatten() {
                let having = &variant.hosts & &left;
                if having.is_empty() {
                    continue;
                }
                left -= &having;
                match attribute {
                    Some(name) => {
                        if let Some(value) = variant.attributes.get(name) {
                            add(value.clone(), &having);
                        }
                    }
                    None => add(Value::Bool(true), &having),
                }
            }
            if attribute.is_none() && !left.is_empty() {
                // A host that has nothing of the section was not read: it lacks nothing.
                let told = listed.having_any(section, &left);
                if !told.is_empty() {
                    add(Value::Null, &told);
                }
            }
            let mut values: Vec<(Value, RoaringBitmap)> = values.into_values().collect();
            values.sort_by_key(|(_, numbers)| std::cmp::Reverse(numbers.len()));
            let share = |(place, (value, numbers)): (usize, (Value, RoaringBitmap))| {
                let named = || numbers.iter().filter_map(|number| listed.hosts.get(number as usize).copied());
                let count = usize::try_from(numbers.len()).unwrap_or(usize::MAX);
                Share { value, count, hosts: if place == 0 { BTreeSet::new() } else { named().collect() } }
            };
            Tally { values: values.into_iter().enumerate().map(share).collect() }
        })
    }
}

impl Listed {
    /// Those of some hosts that have anything of a section.
    fn having_any(&self, section: SectionName, hosts: &RoaringBitmap) -> RoaringBitmap {
        let mut left = hosts.clone();
        let mut having = RoaringBitmap::new();
        for variant in self.items.get(&section).into_iter().flat_map(|items| items.values()).flatten() {
            if left.is_empty() {
                break;
            }
            let some = &variant.hosts & &left;
            left -= &some;
            having |= some;
        }
        having
    }
}
