//! Maps and sets out of iterators, one entry after the other. `collect` sorts first, and links a sort of its own for every pair of types: in
//! a program that has to be small they weigh more than the time that they save.

use std::collections::{BTreeMap, BTreeSet};

/// Iterators of pairs.
pub trait Mapping<K, V>: Iterator<Item = (K, V)> + Sized {
    /// A map of them; of two entries under one key the later one.
    fn into_map(self) -> BTreeMap<K, V>
    where
        K: Ord,
    {
        let mut map = BTreeMap::new();
        for (key, value) in self {
            map.insert(key, value);
        }
        map
    }
}

impl<K, V, I: Iterator<Item = (K, V)>> Mapping<K, V> for I {}

/// Iterators of what is counted once.
pub trait Distinct<T: Ord>: Iterator<Item = T> + Sized {
    /// A set of it.
    fn into_set(self) -> BTreeSet<T> {
        let mut set = BTreeSet::new();
        for item in self {
            set.insert(item);
        }
        set
    }
}

impl<T: Ord, I: Iterator<Item = T>> Distinct<T> for I {}
