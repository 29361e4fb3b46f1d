//! What each source says of a declared item or of a host itself, and what of that counts: by a pin of a person, by the rules of owners, and among those who
//! are believed alike by what was said newest. Nothing that somebody says is lost to what somebody else says.
//!
//! A source that says the same again says nothing new: two that contradict each other do not take turns. A person who says it again
//! does so because it is not so any more: that is their newest word. Without a rule for the class all are believed alike, so the
//! newest word stands.

use std::collections::BTreeMap;

use muster_shared::Time;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::past::{changed, fields as values_of, with};
use super::{ChangeSource, Declared, DeclaredChange, Edit, Hand, check};
use crate::class::{self, Class, Violation};
use crate::query::Fields;
use crate::reconcile::rule::Rules;
use crate::reconcile::{Explained, Reason, Said};
use crate::source::Source;
use crate::text::Phrase;

/// A word that is said again is noted as said again after so long: an import that brings what is known writes nothing.
const AGAIN_MS: i64 = 7 * 86_400_000;
/// The same where another source says otherwise.
const CONTESTED_AGAIN_MS: i64 = 86_400_000;

/// What a source says of one value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saying {
    /// The value; null says that there is none.
    pub value: Value,
    /// Since when it says so.
    pub since: Time,
    /// When it said so last, to a week.
    pub said_at: Time,
    /// The number of the change with which it began: of two in one millisecond one is the newer.
    pub change: u64,
}

/// What sources say, by the RFC 6901 pointer of the value.
pub type Voices = BTreeMap<String, BTreeMap<Source, Saying>>;

/// What people pinned, by the RFC 6901 pointer of the value.
pub type Pins = BTreeMap<String, Hold>;

/// A value that a person set before what sources say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hold {
    /// What it is.
    pub value: Value,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: Time,
    /// How long it holds; without an end until it is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

impl Hold {
    /// Whether it holds at a moment.
    pub fn holds(&self, at: Time) -> bool {
        self.at <= at && self.until.is_none_or(|until| at < until)
    }
}

/// What became of what somebody said.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The item with all that is said.
    pub item: Declared,
    /// What changed of what counts.
    pub change: Option<DeclaredChange>,
    /// The pointers whose value was taken and does not count, with who is believed instead.
    pub overruled: Vec<(String, Source)>,
}

impl ChangeSource {
    /// Who speaks.
    pub const fn speaker(self) -> Source {
        match self {
            Self::Person | Self::Class => Source::Person,
            Self::Rest => Source::Rest,
            Self::Import => Source::Import,
        }
    }
}

/// Whom to believe on an item.
#[derive(Clone, Copy, Debug)]
pub struct Belief<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// The class of the item.
    pub class: &'a str,
    /// The moment.
    pub at: Time,
}

/// The name of a value in rules and answers: of an attribute its own, else the field's.
pub fn name(pointer: &str) -> String {
    let name = pointer.strip_prefix(ATTRIBUTES).unwrap_or_else(|| pointer.trim_start_matches('/'));
    name.replace("~1", "/").replace("~0", "~")
}

const ATTRIBUTES: &str = "/attributes/";

impl Belief<'_> {
    fn is_expired(&self, pointer: &str, source: Source, saying: &Saying) -> bool {
        self.at.since(saying.said_at) > self.rules.ttl_of(self.class, Some(&name(pointer)), source)
    }

    /// The place of a word: young before old, then rank, then the newest; old ones by who spoke last. The lowest counts.
    fn place(&self, pointer: &str, source: Source, saying: &Saying) -> (bool, i64, usize, i64, i64, Source) {
        let is_expired = self.is_expired(pointer, source, saying);
        let spoke = if is_expired { -saying.said_at.millis() } else { 0 };
        let rank = self.rules.rank_declared(self.class, Some(&name(pointer)), source);
        let change = i64::try_from(saying.change).unwrap_or(i64::MAX);
        (is_expired, spoke, rank, -saying.since.millis(), -change, source)
    }

    /// What is said of a value, best believed first.
    fn ordered<'a>(&self, pointer: &str, said: &'a BTreeMap<Source, Saying>) -> Vec<(Source, &'a Saying)> {
        let mut all: Vec<(Source, &Saying)> = said.iter().map(|(source, saying)| (*source, saying)).collect();
        all.sort_by_key(|(source, saying)| self.place(pointer, *source, saying));
        all
    }

    /// What counts of a value, and who says so; `None` when nobody says anything.
    pub(crate) fn winner<'a>(
        &self,
        (voices, pins): (&'a Voices, &'a Pins),
        pointer: &str,
    ) -> Option<(Source, &'a Value)> {
        if let Some(hold) = pins.get(pointer).filter(|hold| hold.holds(self.at)) {
            return Some((Source::Person, &hold.value));
        }
        let best = self.ordered(pointer, voices.get(pointer)?).into_iter().next()?;
        Some((best.0, &best.1.value))
    }

    fn reason(&self, pointer: &str, ordered: &[(Source, &Saying)]) -> Reason {
        let Some(((source, first), others)) = ordered.split_first() else { return Reason::Only };
        let rank = |source: Source| self.rules.rank_declared(self.class, Some(&name(pointer)), source);
        if others.is_empty() {
            Reason::Only
        } else if others.iter().all(|(_, other)| other.value == first.value) {
            Reason::Agreed
        } else if self.is_expired(pointer, *source, first) {
            Reason::Last
        } else if others.iter().any(|(other, _)| rank(*other) < rank(*source)) {
            Reason::Younger
        } else if others
            .iter()
            .any(|(other, word)| rank(*other) == rank(*source) && !self.is_expired(pointer, *other, word))
        {
            Reason::Newest
        } else {
            Reason::Rank
        }
    }

    /// All that is said of some values, by name, with what counts and why.
    pub fn explain(&self, voices: &Voices, pins: &Pins) -> BTreeMap<String, Explained> {
        let pinned = pins.iter().filter(|(_, hold)| hold.holds(self.at));
        let pointers = voices.keys().chain(pinned.map(|(pointer, _)| pointer));
        let pointers: std::collections::BTreeSet<&String> = pointers.collect();
        pointers.into_iter().map(|pointer| (name(pointer), self.explain_one(voices, pins, pointer))).collect()
    }

    fn explain_one(&self, voices: &Voices, pins: &Pins, pointer: &str) -> Explained {
        let ordered = voices.get(pointer).map(|said| self.ordered(pointer, said)).unwrap_or_default();
        let mut reason = self.reason(pointer, &ordered);
        let word = |(source, saying): &(Source, &Saying)| Said {
            source: *source,
            value: saying.value.clone(),
            since: saying.since,
            seen_at: saying.said_at,
            is_expired: self.is_expired(pointer, *source, saying),
            is_winner: false,
        };
        let mut said: Vec<Said> = ordered.iter().map(word).collect();
        if let Some(hold) = pins.get(pointer).filter(|hold| hold.holds(self.at)) {
            reason = Reason::Pinned;
            let (value, since) = (hold.value.clone(), hold.at);
            let (is_expired, is_winner, seen_at) = (false, false, since);
            said.insert(0, Said { source: Source::Person, value, since, seen_at, is_expired, is_winner });
        }
        if let Some(first) = said.first_mut() {
            first.is_winner = true;
        }
        Explained { said, reason }
    }
}

/// The pointers of what an edit says that several sources can say.
fn pointers(edit: &Edit) -> Vec<String> {
    let fields = [
        ("/owner", edit.owner.is_some()),
        ("/criticality", edit.criticality.is_some()),
        ("/status", edit.status.is_some()),
    ];
    let own = fields.into_iter().filter(|(_, is_said)| *is_said).map(|(pointer, _)| pointer.to_owned());
    edit.attributes.keys().map(|name| class::pointer(name)).chain(own).collect()
}

/// What was taken of what a source says.
pub(crate) struct Taken {
    /// What everybody says now.
    pub(crate) voices: Voices,
    /// What counts instead of what was said.
    pub(crate) counted: BTreeMap<String, Value>,
    /// The pointers of that, with who is believed.
    pub(crate) overruled: Vec<(String, Source)>,
}

/// Takes what a source says of some values beside what others say. `before` is what stood there by when nobody's words were kept: who
/// said that is not known of what is older than this, a person for all that is known.
pub(crate) fn take(
    belief: &Belief<'_>,
    (mut voices, pins): (Voices, &Pins),
    (before, since): (&BTreeMap<String, Value>, (Time, u64)),
    (source, said): (Source, Vec<(String, Value)>),
    turn: (Time, u64),
) -> Taken {
    let (mut counted, mut overruled) = (BTreeMap::new(), Vec::new());
    for (pointer, value) in said {
        let stands = belief.winner((&voices, pins), &pointer).is_none_or(|(_, best)| *best == value);
        let words = voices.entry(pointer.clone()).or_default();
        if source == Source::Person && !stands {
            words.remove(&source);
        }
        if words.is_empty()
            && let Some(known) = before.get(&pointer).filter(|known| **known != value)
        {
            hear(words, Source::Person, known.clone(), since);
        }
        hear(words, source, value.clone(), turn);
        if let Some((winner, best)) = belief.winner((&voices, pins), &pointer)
            && *best != value
        {
            overruled.push((pointer.clone(), winner));
            counted.insert(pointer, best.clone());
        }
    }
    Taken { voices, counted, overruled }
}

/// What counts of all that is said.
pub(crate) fn counted(belief: &Belief<'_>, voices: &Voices, pins: &Pins) -> BTreeMap<String, Value> {
    let winner = |pointer: &String| Some((pointer.clone(), belief.winner((voices, pins), pointer)?.1.clone()));
    voices.keys().chain(pins.keys()).filter_map(winner).collect()
}

/// Notes what a source says of a value.
pub(crate) fn hear(said: &mut BTreeMap<Source, Saying>, source: Source, value: Value, (now, change): (Time, u64)) {
    let is_contested = said.iter().any(|(other, saying)| *other != source && saying.value != value);
    let again_ms = if is_contested { CONTESTED_AGAIN_MS } else { AGAIN_MS };
    match said.get_mut(&source) {
        Some(known) if known.value == value => {
            if now.since(known.said_at) >= again_ms {
                known.said_at = now;
            }
        }
        _ => drop(said.insert(source, Saying { value, since: now, said_at: now, change })),
    }
}

/// What becomes of an item when somebody says something: `None` when that is known; what is wrong with it otherwise.
pub fn tell(
    item: &Declared,
    class: &Class,
    fields: &Fields<'_>,
    edit: &Edit,
    hand: &Hand,
    rules: &Rules,
) -> Result<Option<Told>, Vec<Violation>> {
    let wanted = item.edited(edit);
    let wrong = check::check(&wanted, edit, class, fields);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let belief = Belief { rules, class: &class.name, at: hand.now };
    let (source, turn) = (hand.source.speaker(), (hand.now, item.changes + 1));
    let (old, new) = (values_of(item), values_of(&wanted));
    let old = if item.changes > 0 { old } else { BTreeMap::new() };
    let said = pointers(edit).into_iter().map(|pointer| {
        let value = new.get(&pointer).cloned().unwrap_or_default();
        (pointer, value)
    });
    let said = said.collect();
    let known = (&old, (item.updated_at, item.changes));
    let Taken { voices, counted, overruled } =
        take(&belief, (item.voices.clone(), &item.pins), known, (source, said), turn);
    let mut next = with(&wanted, &counted);
    next.voices = voices;
    next.pins.clone_from(&item.pins);
    Ok(finish(item, next, class, hand).map(|(item, change)| Told { item, change, overruled }))
}

/// The item with what is said, and what changed of what counts; `None` when nothing is different.
fn finish(
    item: &Declared,
    mut next: Declared,
    class: &Class,
    hand: &Hand,
) -> Option<(Declared, Option<DeclaredChange>)> {
    next.identity = class::identity(class, &next.name, &next.attributes);
    match changed(item, next.clone(), hand) {
        Some((next, change)) => Some((next, Some(change))),
        None => (next.voices != item.voices || next.pins != item.pins).then_some((next, None)),
    }
}

/// The item with a pin set or taken back; what is wrong with the value otherwise.
pub fn pin(
    item: &Declared,
    class: &Class,
    (pointer, hold): (&str, Option<Hold>),
    hand: &Hand,
    rules: &Rules,
) -> Result<Option<(Declared, Option<DeclaredChange>)>, Vec<Violation>> {
    let mut next = item.clone();
    // What stood there and nobody is known to have said stands again when the pin ends.
    if let Some(known) = values_of(item).get(pointer).filter(|_| !item.voices.contains_key(pointer)) {
        let said = next.voices.entry(pointer.to_owned()).or_default();
        hear(said, Source::Person, known.clone(), (item.updated_at, item.changes));
    }
    let wanted = hold.as_ref().map(|hold| hold.value.clone());
    match hold {
        Some(hold) => drop(next.pins.insert(pointer.to_owned(), hold)),
        None => drop(next.pins.remove(pointer)),
    }
    let settled = settled(item, next, class, hand, rules)?;
    let is_taken = |item: &Declared| wanted.as_ref().is_none_or(|value| values_of(item).get(pointer) == Some(value));
    if settled.as_ref().is_some_and(|(item, _)| !is_taken(item)) {
        let why = Phrase::new("pin_value").with("field", name(pointer));
        return Err(vec![Violation::new("/value", why)]);
    }
    Ok(settled)
}

/// The item with what counts now, when a word or a pin ended or the rules are others; `None` when all is as it was.
pub fn settle(
    item: &Declared,
    class: &Class,
    hand: &Hand,
    rules: &Rules,
) -> Option<(Declared, Option<DeclaredChange>)> {
    let mut next = item.clone();
    next.pins.retain(|_, hold| hold.holds(hand.now));
    // A value that the class does not allow any more is not brought back.
    settled(item, next, class, hand, rules).ok().flatten()
}

fn settled(
    item: &Declared,
    next: Declared,
    class: &Class,
    hand: &Hand,
    rules: &Rules,
) -> Result<Option<(Declared, Option<DeclaredChange>)>, Vec<Violation>> {
    let belief = Belief { rules, class: &class.name, at: hand.now };
    let counted = counted(&belief, &next.voices, &next.pins);
    let mut to = with(&next, &counted);
    (to.voices, to.pins) = (next.voices, next.pins);
    let wrong = class::check_values(class, &to.attributes);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    Ok(finish(item, to, class, hand))
}

#[cfg(test)]
mod tests;
