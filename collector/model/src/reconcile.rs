//! Several sources, one item: what counts of what they say, as a pure function of their words at a moment.
//!
//! An item is there when the best believed of those that know it says so. Each of its attributes has the value of a person
//! who pinned it, else of the best believed source whose word is young enough; among equals the newest value counts. All
//! words are kept, and [`explain`] shows them with the reason why one won.
//!
//! The order in which sources report does not matter. Two that contradict each other do not flap: which one is believed does
//! not depend on who spoke last, only on rank, on a word being too old, and on what is really new.

use std::collections::BTreeMap;

use muster_shared::report::Attributes;
use muster_shared::{SectionName, Time};
use serde::Serialize;
use serde_json::Value;

use crate::inventory::StoredItem;
use crate::source::Source;

pub mod effect;
pub mod pin;
pub mod rule;
mod same;

use pin::Pin;
use rule::Rules;

/// What one source says of a section.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    /// Who.
    pub source: Source,
    /// The items that it sees.
    pub items: &'a BTreeMap<String, StoredItem>,
    /// The items that it saw and that are gone, with when.
    pub gone: &'a BTreeMap<String, Time>,
    /// When it looked last.
    pub seen_at: Time,
    /// Whether it sees everything there is: what it does not list is not there.
    pub is_complete: bool,
}

/// What is believed and when.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The class.
    pub class: SectionName,
    /// Which source is believed.
    pub rules: &'a Rules,
    /// What people pinned in this section.
    pub pins: &'a [Pin],
    /// The moment.
    pub at: Time,
}

/// An item as all sources together tell it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reconciled {
    /// What counts.
    pub attributes: Attributes,
    /// Whose value each attribute has, in the order of the attributes.
    pub winners: Vec<Source>,
    /// Since when it is so, as its best believed source tells it.
    pub since: Time,
    /// When a source last saw it.
    pub seen_at: Time,
    /// The sources that see it, best believed first, with their keys.
    pub sources: Vec<(Source, String)>,
}

impl From<Reconciled> for StoredItem {
    fn from(item: Reconciled) -> Self {
        Self { attributes: item.attributes, since: item.since }
    }
}

impl Reconciled {
    /// Whose value an attribute has.
    pub fn winner(&self, attribute: &str) -> Option<Source> {
        self.attributes.keys().position(|known| known == attribute).and_then(|n| self.winners.get(n).copied())
    }
}

/// Why a value won.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// A person pinned it.
    Pinned,
    /// Nobody else says anything.
    Only,
    /// All say the same.
    Agreed,
    /// Its source is believed more than the others.
    Rank,
    /// Sources that are believed more have not said theirs for too long.
    Younger,
    /// It is the newest of sources that are believed alike.
    Newest,
    /// Nobody has said anything for long: the last word stands.
    Last,
}

impl Reason {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Pinned, Self::Only, Self::Agreed, Self::Rank, Self::Younger, Self::Newest, Self::Last];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pinned => "pinned",
            Self::Only => "only",
            Self::Agreed => "agreed",
            Self::Rank => "rank",
            Self::Younger => "younger",
            Self::Newest => "newest",
            Self::Last => "last",
        }
    }
}

/// What one source says of one attribute.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Said {
    /// Who.
    pub source: Source,
    /// What.
    pub value: Value,
    /// Since when it says so.
    pub since: Time,
    /// When it said so last.
    pub seen_at: Time,
    /// Whether its word is too old to count against younger ones.
    pub is_expired: bool,
    /// Whether it is what counts.
    pub is_winner: bool,
}

/// All that is said of one attribute, and why what counts does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// What everybody says, best believed first.
    pub said: Vec<Said>,
    /// Why the winner won.
    pub reason: Reason,
}

impl View<'_> {
    fn is_expired(&self, attribute: Option<&str>, word: &Word<'_>) -> bool {
        self.at.since(word.seen_at) > self.rules.ttl_ms(self.class, attribute, word.source)
    }

    /// The place of a word on an attribute: young before old, then rank; old ones by who spoke last. The lowest counts.
    fn place(&self, attribute: Option<&str>, word: &Word<'_>, since: Time) -> (bool, i64, usize, i64, Source) {
        let rank = self.rules.rank(self.class, attribute, word.source);
        let is_expired = self.is_expired(attribute, word);
        let spoke = if is_expired { -word.seen_at.millis() } else { 0 };
        (is_expired, spoke, rank, -since.millis(), word.source)
    }

    fn pin(&self, key: &str, attribute: &str) -> Option<&Pin> {
        self.pins.iter().find(|pin| pin.key == key && pin.attribute == attribute && pin.holds(self.at))
    }
}

/// One source's word on one thing.
type Voice<'a> = (&'a Word<'a>, &'a StoredItem);

/// Words on a section with the best believed first.
fn ordered<'a>(view: View<'_>, words: &[Word<'a>]) -> Vec<Word<'a>> {
    let mut words = words.to_vec();
    words.sort_by_key(|word| (view.rules.rank(view.class, None, word.source), word.source));
    words
}

/// The items of a section as all sources together tell them.
pub fn section(view: View<'_>, words: &[Word<'_>]) -> BTreeMap<String, Reconciled> {
    let words = ordered(view, words);
    let groups = same::group(view.class, &words);
    let seen = groups.into_iter().filter(|(_, group)| is_there(view, &words, group));
    seen.map(|(key, group)| (key.to_owned(), reconciled(view, key, &words, &group))).collect()
}

fn voices<'a>(words: &'a [Word<'a>], group: &[(usize, &str)]) -> Vec<Voice<'a>> {
    let voice = |(n, key): &(usize, &str)| words.get(*n).and_then(|word| Some((word, word.items.get(*key)?)));
    group.iter().filter_map(voice).collect()
}

/// Whether a thing is there: what the best believed says of those that see it or saw it go. A word that is too old does not
/// keep what a better believed source, which sees everything, does not see.
fn is_there(view: View<'_>, words: &[Word<'_>], group: &[(usize, &str)]) -> bool {
    let seen = group.iter().filter_map(|(n, key)| Some((words.get(*n)?, *n, *key)));
    let best = seen.clone().map(|(word, ..)| view.place(None, word, Time::default())).min();
    let is_voice = |n: usize| group.iter().any(|(of, _)| *of == n);
    let others = || words.iter().enumerate().filter(|(n, _)| !is_voice(*n)).map(|(_, word)| word);
    let went = others().filter(|word| group.iter().any(|(_, key)| word.gone.contains_key(*key)));
    let gone = went.map(|word| view.place(None, word, Time::default())).min();
    if let (Some(best), Some(gone)) = (best, gone)
        && gone < best
    {
        return false;
    }
    let is_old = seen.clone().all(|(word, ..)| view.is_expired(None, word));
    let rank = |word: &Word<'_>| view.rules.rank(view.class, None, word.source);
    let least = seen.map(|(word, ..)| rank(word)).min().unwrap_or(usize::MAX);
    !(is_old && others().any(|word| word.is_complete && rank(word) < least && !view.is_expired(None, word)))
}

fn reconciled(view: View<'_>, key: &str, words: &[Word<'_>], group: &[(usize, &str)]) -> Reconciled {
    let voices = voices(words, group);
    let mut counted: BTreeMap<String, (Value, Source)> = BTreeMap::new();
    for (_, item) in &voices {
        for attribute in item.attributes.keys() {
            if !counted.contains_key(attribute)
                && let Some(winner) = winner(view, attribute, &voices)
            {
                counted.insert(attribute.clone(), winner);
            }
        }
    }
    for pin in view.pins.iter().filter(|pin| pin.key == key && pin.holds(view.at)) {
        counted.insert(pin.attribute.clone(), (pin.value.clone(), Source::Person));
    }
    let winners = counted.values().map(|(_, source)| *source).collect();
    Reconciled {
        attributes: counted.into_iter().map(|(name, (value, _))| (name, value)).collect(),
        winners,
        since: voices.first().map(|(_, item)| item.since).unwrap_or_default(),
        seen_at: voices.iter().map(|(word, _)| word.seen_at).max().unwrap_or_default(),
        sources: voices.iter().zip(group).map(|((word, _), (_, key))| (word.source, (*key).to_owned())).collect(),
    }
}

fn winner(view: View<'_>, attribute: &str, voices: &[Voice<'_>]) -> Option<(Value, Source)> {
    if let [(word, item)] = voices {
        return item.attributes.get(attribute).map(|value| (value.clone(), word.source));
    }
    let said = voices.iter().filter_map(|(word, item)| Some((*word, item.since, item.attributes.get(attribute)?)));
    let best = said.min_by_key(|(word, since, _)| view.place(Some(attribute), word, *since));
    best.map(|(word, _, value)| (value.clone(), word.source))
}

/// All that is said of one item, by attribute.
pub fn explain(view: View<'_>, words: &[Word<'_>], key: &str) -> BTreeMap<String, Explained> {
    let words = ordered(view, words);
    let groups = same::group(view.class, &words);
    let Some(group) = groups.get(key) else { return BTreeMap::new() };
    let voices = voices(&words, group);
    let told = voices.iter().flat_map(|(_, item)| item.attributes.keys().map(String::as_str));
    let pinned = view.pins.iter().filter(|pin| pin.key == key && pin.holds(view.at)).map(|pin| pin.attribute.as_str());
    let names: std::collections::BTreeSet<&str> = told.chain(pinned).collect();
    names.into_iter().map(|name| (name.to_owned(), explain_one(view, key, name, &voices))).collect()
}

fn explain_one(view: View<'_>, key: &str, attribute: &str, voices: &[Voice<'_>]) -> Explained {
    let mut told: Vec<(&Word<'_>, Time, &Value)> =
        voices.iter().filter_map(|(word, item)| Some((*word, item.since, item.attributes.get(attribute)?))).collect();
    told.sort_by_key(|(word, since, _)| view.place(Some(attribute), word, *since));
    let mut said: Vec<Said> = told
        .iter()
        .map(|(word, since, value)| Said {
            source: word.source,
            value: (*value).clone(),
            since: *since,
            seen_at: word.seen_at,
            is_expired: view.is_expired(Some(attribute), word),
            is_winner: false,
        })
        .collect();
    let pin = view.pin(key, attribute);
    let reason = if pin.is_some() { Reason::Pinned } else { reason(view, attribute, &told) };
    if let Some(pin) = pin {
        let (value, since) = (pin.value.clone(), pin.at);
        let own = Said { source: Source::Person, value, since, seen_at: since, is_expired: false, is_winner: false };
        said.insert(0, own);
    }
    if let Some(first) = said.first_mut() {
        first.is_winner = true;
    }
    Explained { said, reason }
}

/// Why the first of these won over the others.
fn reason(view: View<'_>, attribute: &str, told: &[(&Word<'_>, Time, &Value)]) -> Reason {
    let Some(((first, _, value), others)) = told.split_first() else { return Reason::Only };
    let rank = |word: &Word<'_>| view.rules.rank(view.class, Some(attribute), word.source);
    if others.is_empty() {
        Reason::Only
    } else if others.iter().all(|(_, _, other)| other == value) {
        Reason::Agreed
    } else if view.is_expired(Some(attribute), first) {
        Reason::Last
    } else if others.iter().any(|(word, ..)| rank(word) < rank(first)) {
        Reason::Younger
    } else if others.iter().any(|(word, ..)| rank(word) == rank(first) && !view.is_expired(Some(attribute), word)) {
        Reason::Newest
    } else {
        Reason::Rank
    }
}

#[cfg(test)]
mod tests;
