//! What became of a report that a script or a file told, and which of its values do not count because somebody else is believed
//! more. Foreign agents do not ask; whoever sends facts on purpose is told.

use std::collections::BTreeMap;

use muster_model::ChangeSet;
use muster_model::history::Moment;
use muster_model::identification::Match;
use muster_model::import::Outcome;
use muster_model::inventory::SectionBody;
use muster_model::reconcile::{Reason, View, Word, explain, section};
use muster_model::right::{Action, Resource};
use muster_model::source::told::{Merged, Part};
use muster_shared::SectionName;
use muster_shared::canonical::Digest;
use muster_shared::id::HostId;
use muster_store::TypedStore;
use serde_json::Value;

use super::belonging::{self, Belonging, Place};
use super::view::Spoken;
use super::{Report, Source};
use crate::service::repetition::Repetition;
use crate::service::{Call, Service, ServiceError};

/// A value that was taken and does not count.
#[derive(Clone, Debug, PartialEq)]
pub struct Overruled {
    /// The section.
    pub section: SectionName,
    /// The key of the item, as it was told.
    pub key: String,
    /// The attribute; empty when the whole item is not there for those who are believed more.
    pub attribute: String,
    /// What was told.
    pub told: Value,
    /// What counts.
    pub counts: Value,
    /// Whose word counts.
    pub source: Source,
    /// Why.
    pub reason: Reason,
}

/// What became of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The host that it is about.
    pub host: HostId,
    /// Its name.
    pub name: String,
    /// Why it is about that.
    pub matched: Match,
    /// What became of it.
    pub outcome: Outcome,
    /// The values that do not count.
    pub overruled: Vec<Overruled>,
    /// What this source says now that it did not say before, by section, key and attribute.
    pub changes: BTreeMap<String, (Value, Value)>,
}

/// How a report is taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    /// Whether it is only tried.
    pub(crate) is_dry: bool,
    /// The caller's key and the digest of the request.
    pub(crate) repetition: Repetition,
}

impl Service {
    /// Takes what a script or a file tells of a host. Returns after the commit is durable.
    pub(crate) async fn tell(
        &self,
        call: &Call,
        report: &Report,
        body: Digest,
        manner: &Manner,
    ) -> Result<Told, ServiceError> {
        call.authorize(Action::SourceReport, Resource::All)?;
        let device = format!("{}/{}", report.telling.source, report.telling.device_id);
        let names = belonging::names(&report.identifiers).chain([device]);
        let _claim = self.claims.claim(names).await;
        self.decide(|| async move {
            if let Some(host) = self.answered(call, "source.report", &manner.repetition).await? {
                return Ok((ChangeSet::new(), Ok(self.told_before(report, &host).await?)));
            }
            let belonging = match self.belonging(report).await? {
                Place::At(belonging) => *belonging,
                Place::Waits(_, why) if manner.is_dry => return Ok((ChangeSet::new(), Err(why))),
                Place::Waits(changes, why) => return Ok((*changes, Err(why))),
            };
            let mut changes = ChangeSet::new();
            let (merged, version) = self.merge_told(&belonging, report, &mut changes).await?;
            let mut told = Told {
                host: belonging.host.value.id,
                name: belonging.host.value.name.clone(),
                matched: belonging.matched.clone(),
                outcome: outcome(&belonging, report, &merged),
                overruled: self.overruled(&belonging, &report.telling.sections, &merged).await?,
                changes: changes_of(&merged),
            };
            if told.name.is_empty() {
                told.name.clone_from(&report.name);
            }
            if manner.is_dry {
                return Ok((ChangeSet::new(), Ok(told)));
            }
            self.store_told(belonging, report, (merged, version), body, &mut changes).await?;
            if told.outcome != Outcome::Unchanged {
                let summary = format!("{} tells of {}", report.telling.source, told.name);
                changes.audit.push(call.audit(self.now(), "source.report", told.host, summary));
            }
            self.remember(&mut changes, call, "source.report", &manner.repetition, &told.host);
            Ok((changes, Ok(told)))
        })
        .await?
    }

    /// The answer to a request that was answered before.
    async fn told_before(&self, report: &Report, host: &str) -> Result<Told, ServiceError> {
        let id: HostId = host.parse().map_err(|_| ServiceError::NotFound { kind: "host", id: host.to_owned() })?;
        let host = self.true_host(id).await?;
        let key = muster_model::source::source_key(id, report.telling.source);
        let head = self.store().find::<muster_model::source::SourceHead>(&key).await?;
        let repeated = || Match { rule: "repeated".to_owned(), values: vec![], at: self.now(), report: None };
        Ok(Told {
            host: host.value.id,
            name: host.value.name,
            matched: head.map_or_else(repeated, |head| head.value.matched),
            outcome: Outcome::Unchanged,
            overruled: Vec::new(),
            changes: BTreeMap::new(),
        })
    }

    /// The values of a report that do not count.
    async fn overruled(
        &self,
        belonging: &Belonging,
        told: &BTreeMap<SectionName, Part>,
        merged: &Merged,
    ) -> Result<Vec<Overruled>, ServiceError> {
        let mut overruled = Vec::new();
        if belonging.host.version == 0 {
            return Ok(overruled);
        }
        let source = merged.head.source;
        let tellers = self.tellers(&belonging.host.value).await?;
        let rules = self.rules().await?;
        for (class, part) in told {
            let spoken = self.spoken(&tellers, *class, Moment::NOW, Some(source)).await?;
            let pins = self.pins(&tellers.host, *class).await?;
            if spoken.is_empty() && pins.is_empty() {
                continue;
            }
            let own = match merged.now.get(class).or_else(|| merged.bodies.iter().find(|body| body.section == *class)) {
                Some(body) => body.clone(),
                None => self.body_of(tellers.host.id, *class, source).await?,
            };
            let view = View { class: *class, rules: &rules, pins: &pins, at: merged.head.reported_at };
            let mut words: Vec<Word<'_>> = spoken.iter().map(Spoken::word).collect();
            words.push(word(&own, merged));
            overruled.extend(compared(view, &words, source, part));
        }
        Ok(overruled)
    }
}

fn word<'a>(body: &'a SectionBody, merged: &Merged) -> Word<'a> {
    Word {
        source: merged.head.source,
        items: &body.items,
        gone: &body.gone,
        seen_at: merged.head.reported_at,
        is_complete: merged.head.sections.get(&body.section).is_some_and(|head| head.problems.is_empty()),
    }
}

fn outcome(belonging: &Belonging, report: &Report, merged: &Merged) -> Outcome {
    if belonging.host.version == 0 {
        return Outcome::Created;
    }
    let mut host = belonging.host.value.clone();
    belonging::learn(&mut host, report, (&belonging.free, &belonging.claims), belonging.has_agent);
    let is_same = host == belonging.host.value && merged.bodies.is_empty() && merged.history.is_empty();
    if is_same { Outcome::Unchanged } else { Outcome::Updated }
}

/// What a source says now and did not say before.
fn changes_of(merged: &Merged) -> BTreeMap<String, (Value, Value)> {
    let mut changes = BTreeMap::new();
    let source = merged.head.source;
    let place = |section: SectionName, key: &str, name: &str| format!("{section}/{key}/{name}");
    for entry in merged.history.iter().filter(|entry| entry.changes_body(source)) {
        for name in entry.before.keys().chain(entry.after.keys()) {
            let value = |values: &muster_shared::Attributes| values.get(name).cloned().unwrap_or_default();
            changes.insert(place(entry.section, &entry.key, name), (value(&entry.before), value(&entry.after)));
        }
    }
    // A section that is told for the first time is a new body.
    for body in merged.bodies.iter().filter(|body| !merged.now.contains_key(&body.section)) {
        for (key, item) in &body.items {
            for (name, value) in &item.attributes {
                changes.insert(place(body.section, key, name), (Value::Null, value.clone()));
            }
        }
    }
    changes
}

/// What is told against what counts.
fn compared(view: View<'_>, words: &[Word<'_>], source: Source, part: &Part) -> Vec<Overruled> {
    let counts = section(view, words);
    let mut overruled = Vec::new();
    for (key, told) in &part.items {
        let is_it = |(by, known): &(Source, String)| *by == source && known == key;
        let Some((thing, item)) = counts.iter().find(|(_, item)| item.sources.iter().any(is_it)) else {
            let best = words.iter().filter(|word| word.source != source);
            let best = best.min_by_key(|word| (view.rules.rank(view.class, None, word.source), word.source));
            overruled.extend(best.map(|word| Overruled {
                section: view.class,
                key: key.clone(),
                attribute: String::new(),
                told: Value::Null,
                counts: Value::Null,
                source: word.source,
                reason: Reason::Rank,
            }));
            continue;
        };
        let differs = |(name, value): &(&String, &Value)| item.attributes.get(*name) != Some(*value);
        if !told.iter().any(|pair| differs(&pair)) {
            continue;
        }
        let explained = explain(view, words, thing);
        for (name, value) in told.iter().filter(differs) {
            overruled.push(Overruled {
                section: view.class,
                key: key.clone(),
                attribute: name.clone(),
                told: value.clone(),
                counts: item.attributes.get(name).cloned().unwrap_or_default(),
                source: item.winner(name).unwrap_or(source),
                reason: explained.get(name).map_or(Reason::Rank, |explained| explained.reason),
            });
        }
    }
    overruled
}
