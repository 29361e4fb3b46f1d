//! Documents by their words. A document that changed gets a new number, so that the highest numbers are what changed last; the old
//! number is forgotten, and its traces are cleared away when they are as many as what stands.

use std::collections::HashMap;
use std::hash::Hash;

use roaring::RoaringBitmap;

use super::token::{is_certain, is_unspaced, probes, terms};
use super::words::Words;
use super::{Asked, Rank};

/// A document as it is put into the index; all texts are folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Doc {
    /// What it is called: asked for exactly, it comes first.
    pub names: Vec<String>,
    /// What else it says.
    pub texts: Vec<String>,
}

impl Doc {
    /// How well it fits; `None` when it does not.
    pub fn rank(&self, asked: &Asked) -> Option<Rank> {
        asked.rank(self.names.iter().map(String::as_str), self.texts.iter().map(String::as_str))
    }

    fn terms(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(&self.texts).flat_map(|text| terms(text))
    }
}

#[derive(Clone, Debug)]
struct Entry<K> {
    key: K,
    /// What is kept of it; without it the words alone are known.
    doc: Option<Doc>,
}

/// The documents that come into question.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Candidates {
    /// All of them.
    pub all: RoaringBitmap,
    /// Those that have every word as a whole word.
    pub words: RoaringBitmap,
    /// Whether all of them fit for certain: else their texts must be asked.
    pub is_certain: bool,
}

/// An index of documents by key.
#[derive(Clone, Debug)]
pub struct Index<K> {
    words: Words,
    entries: HashMap<u32, Entry<K>>,
    numbers: HashMap<K, u32>,
    /// The numbers that stand.
    alive: RoaringBitmap,
    next: u32,
}

impl<K> Default for Index<K> {
    fn default() -> Self {
        let (words, alive) = (Words::default(), RoaringBitmap::new());
        Self { words, entries: HashMap::new(), numbers: HashMap::new(), alive, next: 0 }
    }
}

/// Numbers that may be forgotten before their traces are cleared away.
const SLACK: u32 = 10_000;

impl<K: Clone + Eq + Hash> Index<K> {
    /// Takes a document in, in place of what it was before. Kept documents answer [`Self::doc`].
    pub fn put(&mut self, key: K, doc: Doc, is_kept: bool) {
        self.remove(&key);
        let number = self.next;
        self.next += 1;
        for term in doc.terms() {
            self.words.add(term, number);
        }
        self.alive.insert(number);
        self.numbers.insert(key.clone(), number);
        self.entries.insert(number, Entry { key, doc: is_kept.then_some(doc) });
        let forgotten = u64::from(self.next) - self.alive.len();
        if forgotten > self.alive.len() + u64::from(SLACK) {
            self.clear_away();
        }
    }

    /// Forgets a document.
    pub fn remove(&mut self, key: &K) {
        if let Some(number) = self.numbers.remove(key) {
            self.alive.remove(number);
            self.entries.remove(&number);
        }
    }

    /// Gives every document a lower number, in the same order, so that numbers never run out.
    pub(super) fn clear_away(&mut self) {
        self.words.keep(&self.alive);
        self.words.renumber(&self.alive);
        let mut entries = HashMap::with_capacity(self.entries.len());
        for (next, number) in (0_u32..).zip(&self.alive) {
            if let Some(entry) = self.entries.remove(&number) {
                self.numbers.insert(entry.key.clone(), next);
                entries.insert(next, entry);
            }
        }
        self.entries = entries;
        self.next = u32::try_from(self.alive.len()).unwrap_or(u32::MAX);
        self.alive = (0..self.next).collect();
    }

    /// The number of a document.
    pub fn number(&self, key: &K) -> Option<u32> {
        self.numbers.get(key).copied()
    }

    /// Whether there is a document.
    pub fn contains(&self, key: &K) -> bool {
        self.numbers.contains_key(key)
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }

    /// How many terms there are.
    pub const fn terms(&self) -> usize {
        self.words.len()
    }

    /// The key of a number.
    pub fn key(&self, number: u32) -> Option<&K> {
        self.entries.get(&number).map(|entry| &entry.key)
    }

    /// What was kept of a document.
    pub fn doc(&self, number: u32) -> Option<&Doc> {
        self.entries.get(&number)?.doc.as_ref()
    }

    /// The documents that come into question: every one that fits is among them.
    pub fn candidates(&self, asked: &Asked) -> Candidates {
        let mut found = Candidates { all: self.alive.clone(), words: self.alive.clone(), is_certain: true };
        for needle in &asked.needles {
            for probe in probes(needle) {
                found.all &= self.words.find(&probe);
            }
            found.is_certain &= is_certain(needle);
            // Where no blanks are set, every part is a word.
            if !needle.chars().all(is_unspaced) {
                match self.words.with(needle) {
                    Some(documents) => found.words &= documents,
                    None => found.words.clear(),
                }
            }
        }
        found.words &= &found.all;
        found
    }

    /// The documents that fit, best first and among equals what changed last, of an index that keeps all its documents.
    pub fn ranked(&self, asked: &Asked) -> Vec<(Rank, u32)> {
        let candidates = self.candidates(asked).all;
        let mut ranked: Vec<(Rank, u32)> =
            candidates.iter().rev().filter_map(|number| Some((self.doc(number)?.rank(asked)?, number))).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        ranked
    }
}
