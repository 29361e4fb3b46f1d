//! The difference between two item sets, and its application: the two must be inverse.

use std::collections::BTreeMap;

use crate::mapping::Mapping as _;
use crate::report::{Attributes, Change, Item};

/// Items by key: the shape in which sets are compared.
pub type ItemMap = BTreeMap<String, Attributes>;

/// Items by key; of two items with one key the later wins.
pub fn to_map(items: impl IntoIterator<Item = Item>) -> ItemMap {
    items.into_iter().map(|item| (item.key, item.attributes)).into_map()
}

/// Items out of a map, in key order.
pub fn to_items(map: ItemMap) -> Vec<Item> {
    map.into_iter().map(|(key, attributes)| Item { key, attributes }).collect()
}

/// What turns `old` into `new`.
pub fn between(old: &ItemMap, new: &ItemMap) -> Change {
    let upsert: Vec<Item> = new
        .iter()
        .filter(|(key, attributes)| old.get(*key) != Some(attributes))
        .map(|(key, attributes)| Item { key: key.clone(), attributes: attributes.clone() })
        .collect();
    let remove: Vec<String> = old.keys().filter(|key| !new.contains_key(*key)).cloned().collect();
    if upsert.is_empty() && remove.is_empty() { Change::Same } else { Change::Delta { upsert, remove } }
}

/// The same, where the old set is read item by item and never there as a whole: what was is taken out of what is.
#[derive(Debug)]
pub struct Remainder {
    new: ItemMap,
    remove: Vec<String>,
}

impl Remainder {
    /// Of which nothing was taken out yet.
    pub const fn of(new: ItemMap) -> Self {
        Self { new, remove: Vec::new() }
    }

    /// Takes out an item of the old set. Each may come once.
    pub fn take_out(&mut self, key: String, old: &Attributes) {
        match self.new.get(&key) {
            None => self.remove.push(key),
            Some(new) if new == old => drop(self.new.remove(&key)),
            Some(_) => {}
        }
    }

    /// What turns the old set into the new one.
    pub fn into_change(self) -> Change {
        if self.new.is_empty() && self.remove.is_empty() {
            return Change::Same;
        }
        Change::Delta { upsert: to_items(self.new), remove: self.remove }
    }
}

/// Applies a change to a set.
pub fn apply(items: &mut ItemMap, change: &Change) {
    match change {
        Change::Same => {}
        Change::Whole(all) => *items = to_map(all.iter().cloned()),
        Change::Delta { upsert, remove } => {
            for key in remove {
                items.remove(key);
            }
            for item in upsert {
                items.insert(item.key.clone(), item.attributes.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set() -> impl Strategy<Value = ItemMap> {
        proptest::collection::btree_map(
            "[a-d]{1,2}",
            proptest::collection::btree_map("[xy]", (0u8..3).prop_map(serde_json::Value::from), 0..3),
            0..8,
        )
    }

    proptest! {
        #[test]
        fn applying_the_difference_gives_the_new_set(old in set(), new in set()) {
            let change = between(&old, &new);
            prop_assert_eq!(change == Change::Same, old == new);
            let mut remainder = Remainder::of(new.clone());
            for (key, attributes) in &old {
                remainder.take_out(key.clone(), attributes);
            }
            prop_assert_eq!(remainder.into_change(), change.clone());
            let mut items = old;
            apply(&mut items, &change);
            prop_assert_eq!(items, new);
        }
    }
}
