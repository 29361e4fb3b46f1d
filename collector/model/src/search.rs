//! Looking for words in names and texts: what was asked, which documents have it, and how well each fits.
//!
//! A document fits when every word and every phrase that is asked for stands in one of its texts, wherever in a word: that is
//! what [`Asked::rank`] says of texts, and all there is to know. [`Index`] finds the documents without reading their texts, and
//! never one too few. Letters are folded ([`fold`]), so that neither case nor width counts. Scripts without blanks between
//! words are looked for by their pairs of letters.

mod gram;
mod index;
mod token;
mod words;

use unicode_normalization::UnicodeNormalization;

pub use gram::Grams;
pub use index::{Candidates, Doc, Index};
use token::{is_unspaced, is_word};

use crate::text::Phrase;

/// Longest question, in characters.
const MAX_LENGTH: usize = 200;
/// Most words and phrases of a question.
const MAX_NEEDLES: usize = 12;

/// How well a document fits; the best comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// One of its names is what was asked for.
    Exact,
    /// One of its names begins with it.
    Prefix,
    /// All words stand in it as whole words.
    Word,
    /// All words stand in it somewhere.
    Part,
}

impl Rank {
    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Prefix => "prefix",
            Self::Word => "word",
            Self::Part => "part",
        }
    }
}

/// Text without case, width and compatibility forms, its blanks single: equal texts for people are equal here.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut push = |c: char| {
        if !c.is_whitespace() {
            folded.push(c);
        } else if !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    };
    if text.is_ascii() {
        text.chars().for_each(|c| push(c.to_ascii_lowercase()));
    } else {
        // Up and down again: `ß` and `ss`, and both small sigmas, become one.
        text.nfkc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfkc().for_each(push);
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// What somebody looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// All of it, folded, without quotation marks.
    whole: String,
    /// The words and phrases, each of which must be there.
    needles: Vec<String>,
}

impl Asked {
    /// Reads a question: words between blanks, and phrases in quotation marks.
    pub fn parse(text: &str) -> Result<Self, Phrase> {
        if text.chars().count() > MAX_LENGTH {
            return Err(Phrase::new("at_most_characters").with("max", MAX_LENGTH));
        }
        let text = text.replace(['“', '”', '„', '＂'], "\"");
        let mut needles: Vec<String> = Vec::new();
        for (i, part) in text.split('"').enumerate() {
            let part = fold(part);
            let is_phrase = i % 2 == 1;
            let found: Vec<&str> = if is_phrase { vec![part.as_str()] } else { part.split(' ').collect() };
            for needle in found {
                // What has no letter and no digit cannot be looked up.
                if needle.contains(is_word) && !needles.iter().any(|known| known == needle) {
                    needles.push(needle.to_owned());
                }
            }
        }
        if needles.is_empty() {
            return Err(Phrase::new("search_nothing"));
        }
        needles.truncate(MAX_NEEDLES);
        Ok(Self { whole: fold(&text.replace('"', " ")), needles })
    }

    /// What was asked, folded.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// How well a document with these names and other texts fits, all of them folded; `None` when it does not.
    pub fn rank<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Option<Rank> {
        let names: Vec<&str> = names.into_iter().collect();
        let all: Vec<&str> = names.iter().copied().chain(texts).collect();
        if !self.needles.iter().all(|needle| all.iter().any(|text| text.contains(needle.as_str()))) {
            return None;
        }
        if names.contains(&self.whole.as_str()) {
            return Some(Rank::Exact);
        }
        if names.iter().any(|name| name.starts_with(&self.whole)) {
            return Some(Rank::Prefix);
        }
        let has_word = |needle: &String| all.iter().any(|text| stands_alone(text, needle));
        Some(if self.needles.iter().all(has_word) { Rank::Word } else { Rank::Part })
    }
}

/// Whether a needle stands in a text with no word going on at either end.
fn stands_alone(text: &str, needle: &str) -> bool {
    let goes_on = |a: Option<char>, b: Option<char>| match (a, b) {
        (Some(a), Some(b)) => is_word(a) && is_word(b) && !is_unspaced(a) && !is_unspaced(b),
        _ => false,
    };
    let mut from = 0;
    // Places may overlap: each is looked at.
    while let Some(found) = text.get(from..).and_then(|rest| rest.find(needle)) {
        let (start, end) = (from + found, from + found + needle.len());
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let after = text.get(end..).and_then(|text| text.chars().next());
        if !goes_on(before, needle.chars().next()) && !goes_on(needle.chars().next_back(), after) {
            return true;
        }
        from = start + needle.chars().next().map_or(1, char::len_utf8);
    }
    false
}

#[cfg(test)]
mod tests;
