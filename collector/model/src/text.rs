//! Texts of records and answers: written by people, or drawn from the collector's own table of sentences.
//!
//! A drawn text is kept as its sentence and the words in it. The API says it in English, by [`table::all`]; the console
//! says it in the reader's language, by catalogues that have the same keys.

pub mod parser;
pub mod table;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A text for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Text {
    /// Somebody wrote it, in whatever language.
    Written(String),
    /// The collector says it: one sentence a line.
    Drawn(Vec<Phrase>),
}

/// A sentence of the collector: which one, and the words in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phrase {
    /// Key of [`table::all`].
    pub say: Cow<'static, str>,
    /// The words, by the names that the sentence gives them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub with: BTreeMap<Cow<'static, str>, Word>,
}

/// A word in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Word {
    /// A name, a number, something that was typed: the same in every language.
    Plain(String),
    /// A value of a closed set, such as `section` and `user`: each language has its word for it.
    Term {
        /// The set.
        set: Cow<'static, str>,
        /// The value.
        value: Cow<'static, str>,
    },
    /// A sentence in the sentence.
    Phrase(Phrase),
    /// Several, set apart by commas.
    List(Vec<Word>),
}

impl Phrase {
    /// A sentence, still without words.
    pub const fn new(key: &'static str) -> Self {
        Self { say: Cow::Borrowed(key), with: BTreeMap::new() }
    }

    /// With a word.
    #[must_use]
    pub fn with(mut self, name: &'static str, word: impl Into<Word>) -> Self {
        self.with.insert(Cow::Borrowed(name), word.into());
        self
    }

    /// With a value of a closed set.
    #[must_use]
    pub fn term(self, name: &'static str, set: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.with(name, Word::term(set, value))
    }

    /// The word of a name that is a sentence itself.
    pub fn inner(&self, name: &str) -> Option<&Self> {
        match self.with.get(name) {
            Some(Word::Phrase(phrase)) => Some(phrase),
            _ => None,
        }
    }
}

impl Word {
    /// A value of a closed set.
    pub fn term(set: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        Self::Term { set: Cow::Borrowed(set), value: value.into() }
    }

    /// Several values of a closed set.
    pub fn terms(set: &'static str, values: impl IntoIterator<Item = &'static str>) -> Self {
        Self::List(values.into_iter().map(|value| Self::term(set, value)).collect())
    }

    /// Several names.
    pub fn list<T: ToString>(values: impl IntoIterator<Item = T>) -> Self {
        Self::List(values.into_iter().map(|value| Self::Plain(value.to_string())).collect())
    }
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        Self::Plain(text)
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}

impl From<usize> for Word {
    fn from(number: usize) -> Self {
        Self::Plain(number.to_string())
    }
}

impl From<Phrase> for Word {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(phrase)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::Written(text)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::Written(text.to_owned())
    }
}

impl From<Phrase> for Text {
    fn from(phrase: Phrase) -> Self {
        Self::Drawn(vec![phrase])
    }
}

impl Default for Text {
    fn default() -> Self {
        Self::Written(String::new())
    }
}

/// What is wrong with a text that has characters which cannot be seen in it (a line may end, a tab may stand in it).
pub fn unseen(text: &str) -> Option<Phrase> {
    let is_unseen = |c: &char| {
        c.is_control() && !matches!(c, '\n' | '\r' | '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let found = text.chars().find(is_unseen)?;
    Some(Phrase::new("unseen_character").with("code", format!("U+{:04X}", u32::from(found))))
}

impl Text {
    /// Whether it says nothing.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Written(text) => text.trim().is_empty(),
            Self::Drawn(phrases) => phrases.is_empty(),
        }
    }

    /// The sentence, if it is a single one of the collector.
    pub fn phrase(&self) -> Option<&Phrase> {
        match self {
            Self::Drawn(phrases) => phrases.first().filter(|_| phrases.len() == 1),
            Self::Written(_) => None,
        }
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Written(text) => f.write_str(text),
            Self::Drawn(phrases) => {
                for (place, phrase) in phrases.iter().enumerate() {
                    let line = if place == 0 { "" } else { "\n" };
                    write!(f, "{line}{phrase}")?;
                }
                Ok(())
            }
        }
    }
}

/// Those of some names that come near one, the nearest first, at most `most`: a letter in four may differ, or one begins the other.
pub fn near<'a>(wanted: &str, names: impl Iterator<Item = &'a str>, most: usize) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let far = |name: &str| {
        let name = name.to_lowercase();
        let far = strsim::damerau_levenshtein(&name, &wanted);
        let begins = name.starts_with(&wanted) || wanted.starts_with(&name);
        (begins || far <= 1 + wanted.chars().count() / 4).then_some(far)
    };
    let mut found: Vec<(usize, &str)> = names.filter_map(|name| Some((far(name)?, name))).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(most).map(|(_, name)| name).collect()
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = table::english(&self.say);
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            f.write_str(before)?;
            if let Some(word) = self.with.get(name) {
                write!(f, "{word}")?;
            }
            rest = after;
        }
        f.write_str(rest)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.write_str(text),
            // What is sent back to a machine is written as it is spelled there; other sets are words.
            Self::Term { set, value } if table::is_spelled(set) => f.write_str(value),
            Self::Term { value, .. } => f.write_str(&value.replace('_', " ")),
            Self::Phrase(phrase) => write!(f, "{phrase}"),
            Self::List(words) => {
                for (place, word) in words.iter().enumerate() {
                    write!(f, "{}{word}", if place == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_said_with_its_words() {
        let what = Phrase::new("finding_added").term("noun", "section", "sudo_rule").with("key", "deploy");
        let title = Phrase::new("on_host").with("host", "web-1").with("what", what);
        assert_eq!(title.to_string(), "web-1: sudo rule deploy added");
        let two = Text::Drawn(vec![title.clone(), Phrase::new("not_waiting")]);
        assert_eq!(two.to_string().lines().count(), 2);
        let json = serde_json::to_string(&two).unwrap();
        assert_eq!(serde_json::from_str::<Text>(&json).unwrap(), two);
    }

    #[test]
    fn what_people_wrote_is_a_plain_string_in_records() {
        assert_eq!(serde_json::to_string(&Text::from("moved to DMZ")).unwrap(), r#""moved to DMZ""#);
        assert_eq!(serde_json::from_str::<Text>(r#""old""#).unwrap(), Text::from("old"));
    }

    #[test]
    fn what_comes_near_is_named_the_nearest_first() {
        let names = ["ber-1", "ber-10", "ber-2", "fra-1", "Ber-1"];
        assert_eq!(near("ber-1x", names.into_iter(), 2), ["Ber-1", "ber-1"]);
        assert_eq!(near("ber", names.into_iter(), 9), ["Ber-1", "ber-1", "ber-2", "ber-10"]);
        assert!(near("shop", names.into_iter(), 9).is_empty());
    }

    #[test]
    fn words_that_look_like_places_for_words_stay_words() {
        let odd = Phrase::new("on_host").with("host", "{what}").with("what", "}{");
        assert_eq!(odd.to_string(), "{what}: }{");
    }
}
