//! A field whose values are texts of their own: all of them in one text, which is run over once.

use memchr::memmem;
use roaring::RoaringBitmap;
use serde_json::Value;

use super::super::{Operator, Term};

/// What stands before and behind each text; no text has it.
const BORDER: char = '\n';

/// Texts by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    /// All of them in small letters, each behind a border.
    text: String,
    /// Where each begins, and whose it is: grows.
    starts: Vec<(usize, u32)>,
}

impl Texts {
    pub(super) fn put(&mut self, number: u32, text: &str) {
        self.text.push(BORDER);
        self.starts.push((self.text.len(), number));
        self.text.extend(text.to_lowercase().chars().map(|c| if c == BORDER { ' ' } else { c }));
    }

    /// Only these are left.
    pub(super) fn keep(&mut self, alive: &RoaringBitmap) {
        let mut kept = Self::default();
        for (at, (_, number)) in self.starts.iter().enumerate() {
            if alive.contains(*number) {
                kept.put(*number, self.at(at));
            }
        }
        *self = kept;
    }

    /// Their length, all in all.
    #[cfg(test)]
    pub(super) const fn len(&self) -> usize {
        self.text.len()
    }

    fn at(&self, at: usize) -> &str {
        let Some((start, _)) = self.starts.get(at) else { return "" };
        let end = self.starts.get(at + 1).map_or(self.text.len(), |(next, _)| next - BORDER.len_utf8());
        self.text.get(*start..end).unwrap_or_default()
    }

    /// Those of which a comparison holds.
    pub(super) fn find(&self, term: &Term) -> RoaringBitmap {
        let mut found = RoaringBitmap::new();
        for pattern in &term.patterns {
            let needle = pattern.texts().into_iter().max_by_key(|text| text.len());
            let needle = needle.filter(|needle| term.operator == Operator::Is && !needle.contains(BORDER));
            if let Some(needle) = needle {
                found |= self.with(needle, |text| pattern.fits(text));
            } else {
                let holds = |at: usize| term.holds(&Value::from(self.at(at)), None, None);
                let all = self.starts.iter().enumerate();
                found.extend(all.filter(|(at, _)| holds(*at)).map(|(_, (_, number))| *number));
            }
        }
        found
    }

    /// Those that have this in them and fit.
    fn with(&self, needle: &str, fits: impl Fn(&str) -> bool) -> RoaringBitmap {
        let finder = memmem::Finder::new(needle);
        let (mut found, mut from) = (RoaringBitmap::new(), 0);
        while let Some(hit) = self.text.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
            let Some(at) = self.starts.partition_point(|(start, _)| *start <= from + hit).checked_sub(1) else { break };
            if let Some((_, number)) = self.starts.get(at).filter(|_| fits(self.at(at))) {
                found.insert(*number);
            }
            // A text is asked once, however often the needle stands in it.
            match self.starts.get(at + 1) {
                Some((next, _)) => from = *next,
                None => break,
            }
        }
        found
    }
}
