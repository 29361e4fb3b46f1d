//! What should be in the index, as a sum over its rows: kept by the writer with every commit, and compared with what is there.
//!
//! Of each collection the number of documents and the sum of their marks; a mark is a hash of content and version. A sum does not
//! depend on the order and moves by one subtraction and one addition, so it costs a commit nothing. A row that was lost, came back
//! from an earlier time or stands twice makes another sum.

use muster_model::Collection;
use serde::{Deserialize, Serialize};

use crate::row::Content;

/// Codes of collections are below this: there begin the index entries.
const CODES: usize = crate::index::ENTRY as usize;
/// Until form 3, only collections below this code were counted.
const COUNTED_BEFORE: usize = 0x80;

/// Documents of one collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    marks: u128,
}

/// Everything in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sums {
    of: [Sum; CODES],
    /// Index entries.
    entries: u64,
}

impl Default for Sums {
    fn default() -> Self {
        Self { of: [Sum::default(); CODES], entries: 0 }
    }
}

/// One line of the stored form.
#[derive(Debug, Serialize, Deserialize)]
struct Line(u8, u64, String);

/// The stored form.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct StoredSums {
    collections: Vec<Line>,
    #[serde(default)]
    entries: u64,
}

fn mark(content: &Content, version: u64) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(content).update(&version.to_le_bytes());
    hasher.finalize().as_bytes().first_chunk().map_or(0, |bytes| u128::from_le_bytes(*bytes))
}

impl Sums {
    fn of(&mut self, collection: Collection) -> Option<&mut Sum> {
        self.of.get_mut(usize::from(collection.code()))
    }

    /// A document is there.
    pub(crate) fn add(&mut self, collection: Collection, content: &Content, version: u64) {
        if let Some(sum) = self.of(collection) {
            sum.count = sum.count.wrapping_add(1);
            sum.marks = sum.marks.wrapping_add(mark(content, version));
        }
    }

    /// A document is there no more.
    pub(crate) fn remove(&mut self, collection: Collection, content: &Content, version: u64) {
        if let Some(sum) = self.of(collection) {
            sum.count = sum.count.wrapping_sub(1);
            sum.marks = sum.marks.wrapping_sub(mark(content, version));
        }
    }

    /// How many index entries there are.
    pub(crate) const fn entries(&self) -> u64 {
        self.entries
    }

    /// Index entries came.
    pub(crate) const fn add_entries(&mut self, count: u64) {
        self.entries = self.entries.wrapping_add(count);
    }

    /// Index entries went.
    pub(crate) const fn remove_entries(&mut self, count: u64) {
        self.entries = self.entries.wrapping_sub(count);
    }

    /// How many documents there are.
    pub(crate) fn documents(&self) -> u64 {
        self.of.iter().map(|sum| sum.count).sum()
    }

    /// Of the collections that older programs counted.
    pub(crate) fn counted_before(mut self) -> Self {
        self.of.iter_mut().skip(COUNTED_BEFORE).for_each(|sum| *sum = Sum::default());
        self
    }

    /// The documents alone: what a checkpoint holds.
    pub(crate) const fn without_entries(mut self) -> Self {
        self.entries = 0;
        self
    }

    /// Where these sums and those of what was found differ, one line each.
    pub(crate) fn differences(&self, found: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        for collection in Collection::ALL {
            let place = usize::from(collection.code());
            let (Some(should), Some(is)) = (self.of.get(place), found.of.get(place)) else { continue };
            if should.count != is.count {
                lines.push(format!("{collection}: {} documents should be there, {} are", should.count, is.count));
            } else if should.marks != is.marks {
                lines.push(format!("{collection}: the documents are not those that were written"));
            }
        }
        if self.entries != found.entries {
            lines.push(format!("{} index entries should be there, {} are", self.entries, found.entries));
        }
        lines
    }

    /// The stored form: collections that have documents.
    pub(crate) fn stored(&self) -> StoredSums {
        let lines = self.of.iter().zip(0_u8..).filter(|(sum, _)| **sum != Sum::default());
        let collections = lines.map(|(sum, code)| Line(code, sum.count, format!("{:032x}", sum.marks))).collect();
        StoredSums { collections, entries: self.entries }
    }
}

impl TryFrom<&StoredSums> for Sums {
    type Error = std::io::Error;

    fn try_from(stored: &StoredSums) -> std::io::Result<Self> {
        let mut sums = Self { entries: stored.entries, ..Self::default() };
        for Line(code, count, marks) in &stored.collections {
            let marks = u128::from_str_radix(marks, 16).map_err(std::io::Error::other)?;
            let sum = sums.of.get_mut(usize::from(*code)).ok_or_else(|| std::io::Error::other("no such collection"))?;
            *sum = Sum { count: *count, marks };
        }
        Ok(sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_collection_is_counted() {
        for collection in Collection::ALL {
            let mut sums = Sums::default();
            sums.add(*collection, &[1; 16], 1);
            assert_eq!(sums.documents(), 1, "{collection}: its number is that of index entries, or behind");
            assert_eq!(sums.differences(&Sums::default()).len(), 1, "{collection}");
        }
    }

    #[test]
    fn sums_come_back_and_tell_what_differs() {
        let (one, other) = ([1; 16], [2; 16]);
        let mut sums = Sums::default();
        sums.add(Collection::User, &one, 1);
        sums.add(Collection::User, &other, 3);
        sums.add_entries(2);
        assert_eq!(Sums::try_from(&sums.stored()).unwrap(), sums);
        let mut found = sums.clone();
        found.remove(Collection::User, &one, 1);
        assert_eq!(sums.differences(&found), ["user: 2 documents should be there, 1 are"]);
        found.add(Collection::User, &one, 2);
        assert_eq!(sums.differences(&found), ["user: the documents are not those that were written"]);
        found.remove(Collection::User, &one, 2);
        found.add(Collection::User, &one, 1);
        assert_eq!(sums, found, "the order does not matter");
        found.remove_entries(1);
        assert_eq!(sums.differences(&found), ["2 index entries should be there, 1 are"]);
    }
}
