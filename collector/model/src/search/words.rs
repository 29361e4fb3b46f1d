//! The dictionary: every term once, with the numbers of the documents that have it.
//!
//! All terms stand in one text, so that a part of a word is found by running over it once: the words of a million tickets are a
//! few megabytes.

use std::collections::HashMap;

use memchr::memmem;
use roaring::{MultiOps, RoaringBitmap};

use super::token::Probe;

/// What stands before and behind each term; no term has it.
const BORDER: char = '\n';

/// Terms and where they occur.
#[derive(Clone, Debug)]
pub(super) struct Words {
    /// All terms, each between borders.
    text: String,
    /// Where each term begins in the text: grows.
    starts: Vec<usize>,
    /// The documents of each term.
    documents: Vec<RoaringBitmap>,
    /// The place of a term in the lists.
    places: HashMap<Box<str>, usize>,
}

impl Default for Words {
    fn default() -> Self {
        let text = BORDER.to_string();
        Self { text, starts: Vec::new(), documents: Vec::new(), places: HashMap::new() }
    }
}

impl Words {
    /// A document has a term.
    pub(super) fn add(&mut self, term: &str, document: u32) {
        let place = if let Some(place) = self.places.get(term) {
            *place
        } else {
            let place = self.starts.len();
            self.places.insert(term.into(), place);
            self.starts.push(self.text.len());
            self.text.push_str(term);
            self.text.push(BORDER);
            self.documents.push(RoaringBitmap::new());
            place
        };
        if let Some(documents) = self.documents.get_mut(place) {
            documents.insert(document);
        }
    }

    /// The documents that have a term just so.
    pub(super) fn with(&self, term: &str) -> Option<&RoaringBitmap> {
        self.documents.get(*self.places.get(term)?)
    }

    /// The documents with a term that a probe fits.
    pub(super) fn find(&self, probe: &Probe<'_>) -> RoaringBitmap {
        let needle = match probe {
            Probe::Is(term) => return self.with(term).cloned().unwrap_or_default(),
            Probe::Begins(part) => format!("{BORDER}{part}"),
            Probe::Ends(part) => format!("{part}{BORDER}"),
            Probe::Has(part) => (*part).to_owned(),
        };
        let mut last = None;
        let places = memmem::find_iter(self.text.as_bytes(), &needle).filter_map(|at| {
            // A border that the needle begins with is the one before the term.
            let at = if needle.starts_with(BORDER) { at + 1 } else { at };
            let place = self.starts.partition_point(|start| *start <= at).checked_sub(1)?;
            (last.replace(place) != Some(place)).then_some(place)
        });
        places.filter_map(|place| self.documents.get(place)).union()
    }

    /// Only these documents are left; terms that none of them has go.
    pub(super) fn keep(&mut self, alive: &RoaringBitmap) {
        let mut kept = Self::default();
        for (term, place) in std::mem::take(&mut self.places) {
            let Some(documents) = self.documents.get_mut(place).map(std::mem::take) else { continue };
            let documents = documents & alive;
            if documents.is_empty() {
                continue;
            }
            kept.starts.push(kept.text.len());
            kept.text.push_str(&term);
            kept.text.push(BORDER);
            kept.documents.push(documents);
            kept.places.insert(term, kept.starts.len() - 1);
        }
        *self = kept;
    }

    /// Each document gets its rank among those that are left as its number.
    pub(super) fn renumber(&mut self, alive: &RoaringBitmap) {
        let lower = |number: u32| u32::try_from(alive.rank(number).saturating_sub(1)).unwrap_or(u32::MAX);
        for documents in &mut self.documents {
            *documents = documents.iter().map(lower).collect();
        }
    }

    /// How many terms there are.
    pub(super) const fn len(&self) -> usize {
        self.starts.len()
    }
}
