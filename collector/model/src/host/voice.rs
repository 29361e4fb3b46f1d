//! What each source says of a host itself: its owner, its site, how much depends on it, where it stands in its life. What of that
//! counts is decided as for items that people declare, by the same code; the host's record holds it.

use std::collections::BTreeMap;

use muster_shared::Time;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Criticality, Host, Lifecycle};
use crate::declared::voice::{Belief, Hold, Pins, Taken, Voices, counted, hear, name, take};
use crate::reconcile::Explained;
use crate::reconcile::rule::Rules;
use crate::source::Source;
use crate::text::{Phrase, Word};

/// The values of which sources and people speak, by name.
pub const FIELDS: &[&str] = &["owner", "site", "criticality", "lifecycle"];

/// Longest owner and site.
pub const MAX_LABEL: usize = 100;

/// What is said of a host.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sayings {
    /// What each source says, by pointer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub voices: Voices,
    /// What people pinned, by pointer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pins: Pins,
}

impl Sayings {
    /// Whether nobody's words are kept.
    pub fn is_empty(&self) -> bool {
        self.voices.is_empty() && self.pins.is_empty()
    }

    /// Whether what counts can change by itself: a word or a pin may end.
    pub fn is_contested(&self) -> bool {
        !self.pins.is_empty() || self.voices.values().any(|said| said.len() > 1)
    }
}

/// What became of what somebody said.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The host with all that is said.
    pub host: Host,
    /// The names of what was taken and does not count, with who is believed instead.
    pub overruled: Vec<(String, Source)>,
}

const fn belief(rules: &Rules, at: Time) -> Belief<'_> {
    Belief { rules, class: "host", at }
}

/// The pointer of a value by its name.
pub fn pointer(name: &str) -> Option<String> {
    FIELDS.contains(&name).then(|| format!("/{name}"))
}

/// What was said of a host before anybody's words were kept. What every host begins with nobody said.
fn known(host: &Host) -> BTreeMap<String, Value> {
    let criticality = Some(host.criticality).filter(|it| *it != Criticality::default()).map(|it| json!(it));
    let lifecycle = Some(host.lifecycle).filter(|it| *it != Lifecycle::Discovered).map(|it| json!(it));
    let text = |text: &Option<String>| text.as_ref().map(|text| json!(text));
    let values = [
        ("/owner", text(&host.owner)),
        ("/site", text(&host.site)),
        ("/criticality", criticality),
        ("/lifecycle", lifecycle),
    ];
    values.into_iter().filter_map(|(pointer, value)| Some((pointer.to_owned(), value?))).collect()
}

/// What a value is that people or sources say; what is wrong with it otherwise.
fn check(pointer: &str, value: &Value) -> Result<(), Phrase> {
    let choice = |known: &mut dyn Iterator<Item = &'static str>| {
        let known: Vec<&str> = known.collect();
        let given: String = value.as_str().unwrap_or_default().chars().take(60).collect();
        let wrong = Phrase::new("never_value").with("field", name(pointer)).with("value", given);
        let wrong = || wrong.with("choices", Word::list(known.iter().copied()));
        value.as_str().filter(|text| known.contains(text)).map(drop).ok_or_else(wrong)
    };
    match pointer {
        "/criticality" => choice(&mut Criticality::ALL.iter().map(|it| it.as_str())),
        "/lifecycle" => choice(&mut Lifecycle::BY_PEOPLE.iter().map(|it| it.as_str())),
        _ => match value.as_str() {
            Some(text) if (1..=MAX_LABEL).contains(&text.trim().chars().count()) => Ok(()),
            _ => Err(Phrase::new("characters").with("min", 1).with("max", MAX_LABEL)),
        },
    }
}

/// The host with other values. What every host has is never taken away.
fn with(mut host: Host, values: &BTreeMap<String, Value>) -> Host {
    let read = |pointer: &str| values.get(pointer).cloned();
    let text = |value: Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    host.owner = read("/owner").map_or(host.owner, text);
    host.site = read("/site").map_or(host.site, text);
    let criticality = read("/criticality").and_then(|value| serde_json::from_value(value).ok());
    host.criticality = criticality.unwrap_or(host.criticality);
    let lifecycle = read("/lifecycle").and_then(|value| serde_json::from_value(value).ok());
    host.lifecycle = lifecycle.unwrap_or(host.lifecycle);
    host
}

/// What becomes of a host when a source says something of it: values by pointer, null says that there is none. `turn` is when, and
/// the number of the host's next version.
pub fn tell(host: &Host, (source, said): (Source, Vec<(String, Value)>), rules: &Rules, turn: (Time, u64)) -> Told {
    let belief = belief(rules, turn.0);
    let wanted: BTreeMap<String, Value> = said.iter().cloned().collect();
    let heard = (host.sayings.voices.clone(), &host.sayings.pins);
    let before = known(host);
    let Taken { voices, counted, overruled } =
        take(&belief, heard, (&before, (host.created_at, 0)), (source, said), turn);
    let mut next = with(with(host.clone(), &wanted), &counted);
    next.sayings.voices = voices;
    Told { host: next, overruled: overruled.into_iter().map(|(pointer, source)| (name(&pointer), source)).collect() }
}

/// The host with a pin set or taken back; what is wrong with the value otherwise.
pub fn pin(host: &Host, (pointer, hold): (&str, Option<Hold>), rules: &Rules, now: Time) -> Result<Host, Phrase> {
    let mut next = host.clone();
    // What stood there and nobody is known to have said stands again when the pin ends: also what every host begins with.
    if !next.sayings.voices.contains_key(pointer) {
        let stood = json!({"/owner": host.owner, "/site": host.site, "/criticality": host.criticality, "/lifecycle": host.lifecycle});
        let value = stood.get(pointer).cloned().unwrap_or_default();
        hear(next.sayings.voices.entry(pointer.to_owned()).or_default(), Source::Person, value, (host.created_at, 0));
    }
    match hold {
        Some(hold) => {
            check(pointer, &hold.value)?;
            next.sayings.pins.insert(pointer.to_owned(), hold);
        }
        None => drop(next.sayings.pins.remove(pointer)),
    }
    Ok(settled(next, rules, now))
}

/// The host with what counts now, when a word or a pin ended or the rules are others.
pub fn settle(host: &Host, rules: &Rules, now: Time) -> Host {
    let mut next = host.clone();
    next.sayings.pins.retain(|_, hold| hold.holds(now));
    settled(next, rules, now)
}

fn settled(host: Host, rules: &Rules, now: Time) -> Host {
    let counted = counted(&belief(rules, now), &host.sayings.voices, &host.sayings.pins);
    with(host, &counted)
}

/// All that is said of a host at a moment, by name, with what counts and why.
pub fn explain(host: &Host, rules: &Rules, at: Time) -> BTreeMap<String, Explained> {
    belief(rules, at).explain(&host.sayings.voices, &host.sayings.pins)
}

#[cfg(test)]
mod tests;
