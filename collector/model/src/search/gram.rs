//! Who may have a text in a name: for each kind of thing the holders of every run of three bytes that stands in one of its names.
//!
//! It is small, and only a sieve: whoever it leaves out does not have the text, and the others are asked. Nothing is taken out of
//! it, for a name that went only makes it coarser; it is made anew with the program.

use std::collections::HashMap;
use std::hash::Hash;

use roaring::RoaringBitmap;

/// The length of a run.
const LENGTH: usize = 3;

/// Holders by what stands in their names, for each kind of thing.
#[derive(Clone, Debug)]
pub struct Grams<K> {
    holders: HashMap<(K, [u8; LENGTH]), RoaringBitmap>,
    all: HashMap<K, RoaringBitmap>,
}

impl<K> Default for Grams<K> {
    fn default() -> Self {
        Self { holders: HashMap::new(), all: HashMap::new() }
    }
}

fn runs(text: &[u8]) -> impl Iterator<Item = [u8; LENGTH]> {
    text.windows(LENGTH).filter_map(|run| run.try_into().ok())
}

impl<K: Copy + Eq + Hash> Grams<K> {
    /// A holder has a thing of this kind and name.
    pub fn put(&mut self, kind: K, name: &str, holder: u32) {
        self.all.entry(kind).or_default().insert(holder);
        for run in runs(name.to_lowercase().as_bytes()) {
            self.holders.entry((kind, run)).or_default().insert(holder);
        }
    }

    /// The holders that may have a thing of this kind with all of these texts, in small letters, in its name.
    pub fn holders(&self, kind: K, texts: &[&str]) -> RoaringBitmap {
        let mut found = self.all.get(&kind).cloned().unwrap_or_default();
        for run in texts.iter().flat_map(|text| runs(text.as_bytes())) {
            match self.holders.get(&(kind, run)) {
                Some(holders) => found &= holders,
                None => return RoaringBitmap::new(),
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_has_a_text_is_found_and_few_others() {
        let mut grams = Grams::default();
        grams.put('a', "Ethernet0", 1);
        grams.put('a', "wlan0", 2);
        grams.put('b', "ethernet", 3);
        let found = |kind: char, texts: &[&str]| grams.holders(kind, texts).iter().collect::<Vec<_>>();
        assert_eq!(found('a', &["ether"]), [1]);
        assert_eq!(found('b', &["ether"]), [3]);
        assert_eq!(found('a', &["net0"]), [1]);
        assert_eq!(found('a', &["n0"]), [1, 2], "what is too short leaves out nobody");
        assert_eq!(found('a', &["wla", "an0"]), [2]);
        assert_eq!(found('a', &["tty"]), Vec::<u32>::new());
        assert_eq!(found('c', &[]), Vec::<u32>::new());
    }
}
