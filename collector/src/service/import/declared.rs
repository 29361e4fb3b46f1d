//! Rows about items that people declare: each makes one, changes the one that is told apart by the same, or changes nothing.

use std::collections::HashMap;

use muster_model::class::{Class, Violation};
use muster_model::declared::voice::{self, Belief, Told};
use muster_model::declared::{self, ChangeSource, Declared, DeclaredChange, Hand};
use muster_model::import::row::{DeclaredEntry, Entry};
use muster_model::import::{Note, NoteKind, Outcome, Sample};
use muster_model::query::Fields;
use muster_model::reconcile::rule::Rules;
use muster_model::source::Source;
use muster_model::text::{Phrase, Word};
use muster_model::{ChangeSet, Versioned};
use muster_shared::id::{DeclaredId, NodeId};
use muster_store::TypedStore;

use super::Ended;
use super::job::{Items, Prepared};
use crate::service::class::twice;
use crate::service::{Call, Service, ServiceError};

/// What is asked of every row of a bunch.
struct Ground<'a> {
    job: &'a Items,
    class: &'a Class,
    fields: &'a Fields<'a>,
    hand: &'a Hand,
    rules: &'a Rules,
}

/// What a row found: the item with its version (0 for a new one), or why there is none.
enum Found {
    Item(Box<Versioned<Declared>>),
    New,
    Not(Ended),
}

impl Service {
    /// What rows do to declared items. Whoever commits it holds the lock on declaring.
    pub(super) async fn declare_rows(
        &self,
        call: &Call,
        job: &Items,
        rows: &[Prepared],
    ) -> Result<(ChangeSet, Vec<Ended>), ServiceError> {
        let registry = self.registry().await?;
        // The class as it is now, for it may have changed since the file was read.
        let class = &Self::class_of(&registry, &job.class.name)?;
        let fields = &registry.item_fields();
        let reason = job.order.reason.clone();
        let hand = &Hand { by: call.actor.label(), source: ChangeSource::Import, reason, now: self.now() };
        let rules = &self.rules().await?;
        let ground = Ground { job, class, fields, hand, rules };
        let mut changes = ChangeSet::new();
        // What rows of this bunch are told apart by already.
        let mut taken: HashMap<String, u64> = HashMap::new();
        let mut ended = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = match &row.entry {
                Ok(Entry::Declared(entry)) => entry,
                Ok(Entry::Host(_) | Entry::Item(_) | Entry::Relation(_) | Entry::Ticket(_)) => continue,
                Err(wrong) => {
                    ended.push(row.broken(wrong));
                    continue;
                }
            };
            ended.push(self.declare_row(call, &ground, (row, entry), &mut changes, &mut taken).await?);
        }
        Ok((changes, ended))
    }

    async fn declare_row(
        &self,
        call: &Call,
        ground: &Ground<'_>,
        (row, entry): (&Prepared, &DeclaredEntry),
        changes: &mut ChangeSet,
        taken: &mut HashMap<String, u64>,
    ) -> Result<Ended, ServiceError> {
        let Ground { class, fields, hand, rules, .. } = *ground;
        let (decided, version, before) = match self.find_row(ground, row, entry).await? {
            Found::Not(ended) => return Ok(ended),
            Found::New => {
                let id = NodeId::Declared(DeclaredId::new(hand.now));
                let made = declared::create(id, class, fields, &entry.edit, hand, rules);
                let told = |(item, change)| Some(Told { item, change: Some(change), overruled: Vec::new() });
                (made.map(told), 0, None)
            }
            Found::Item(stored) => {
                let decided = voice::tell(&stored.value, class, fields, &entry.edit, hand, rules);
                (decided, stored.version, Some(stored.value))
            }
        };
        let Told { item, change, overruled } = match decided {
            Err(wrong) => return Ok(row.violating(ground.job, wrong)),
            Ok(None) => return Ok(row.end(Outcome::Unchanged)),
            Ok(Some(decided)) => decided,
        };
        let is_moved = before.as_ref().is_none_or(|before| before.identity != item.identity);
        if is_moved && item.is_present() {
            let others = self.told_apart_by(&class.name, &item.identity).await?;
            if let Some(other) = others.into_iter().find(|other| other.value.id != item.id) {
                let named = format!("{} ({})", other.value.name, other.value.id);
                return Ok(row.conflict(None, twice(class, named)));
            }
            if let Some(line) = taken.insert(item.identity.clone(), row.line) {
                return Ok(row.refused(None, Phrase::new("import_row_twice").with("line", line.to_string())));
            }
        }
        let notes = self.notes_of_overruled(ground, row, &item, &overruled);
        let outcome = match (&before, &change) {
            (_, None) => Outcome::Unchanged,
            (None, _) => Outcome::Created,
            (Some(_), _) => Outcome::Updated,
        };
        let sample = change.as_ref().map(|change| row.sample(&item, change));
        let ended = Ended { notes, sample, ..row.end(outcome) };
        let action = if before.is_some() { "item.update" } else { "item.create" };
        self.write_told(changes, call, action, Versioned { value: item, version }, change);
        Ok(ended)
    }

    /// What is said of the values of a row that were taken and do not count.
    fn notes_of_overruled(
        &self,
        ground: &Ground<'_>,
        row: &Prepared,
        item: &Declared,
        overruled: &[(String, Source)],
    ) -> Vec<Note> {
        let explained =
            Belief { rules: ground.rules, class: &item.class, at: self.now() }.explain(&item.voices, &item.pins);
        let note = |(pointer, source): &(String, Source)| {
            let name = voice::name(pointer);
            let known = explained.get(&name);
            let counts = known.and_then(|known| known.said.first()).map(|said| &said.value);
            let value = muster_model::export::csv::plain(counts).chars().take(60).collect::<String>();
            let why = Phrase::new("import_overruled")
                .with("attribute", name)
                .with("value", value)
                .term("source", "source", source.as_str())
                .term("reason", "reason", known.map_or("rank", |known| known.reason.as_str()));
            row.note(NoteKind::Overruled, ground.job.mapping.column_at(pointer).map(str::to_owned), why)
        };
        overruled.iter().map(note).collect()
    }

    /// The item that a row is about.
    async fn find_row(
        &self,
        ground: &Ground<'_>,
        row: &Prepared,
        entry: &DeclaredEntry,
    ) -> Result<Found, ServiceError> {
        let class = ground.class;
        if let Some(id) = entry.id {
            let stored = self.store().find::<Declared>(&id.to_string()).await?;
            if let Some(stored) = stored.filter(|stored| stored.value.class == class.name) {
                return Ok(Found::Item(Box::new(stored)));
            }
            let column = ground.job.mapping.column_at("/id").map(str::to_owned);
            let why = Phrase::new("import_id_unknown").with("id", id.to_string());
            return Ok(Found::Not(row.refused(column, why)));
        }
        let Some(mut same) = self.meant_by(class, &entry.edit).await? else {
            let column = ground.job.mapping.column_at("/lifecycle").map(str::to_owned);
            return Ok(Found::Not(row.refused(column, Phrase::new("import_nothing_over"))));
        };
        Ok(match same.len() {
            0 => Found::New,
            1 => same.pop().map_or(Found::New, |stored| Found::Item(Box::new(stored))),
            _ => {
                let items = Word::list(same.iter().take(5).map(|stored| stored.value.id));
                Found::Not(row.conflict(None, Phrase::new("import_ambiguous").with("items", items)))
            }
        })
    }
}

impl Prepared {
    /// The end of a row that could not be read.
    pub(super) fn broken(&self, wrong: &[(Option<String>, Phrase)]) -> Ended {
        let note = |(column, why): &(Option<String>, Phrase)| self.note(NoteKind::Refused, column.clone(), why.clone());
        Ended { outcome: Outcome::Refused, notes: wrong.iter().map(note).collect(), sample: None }
    }

    /// The end of a row whose values break rules of the class.
    pub(super) fn violating(&self, job: &Items, wrong: Vec<Violation>) -> Ended {
        let note = |violation: Violation| {
            let column = job.mapping.column_at(&violation.pointer).map(str::to_owned);
            let named = column.unwrap_or_else(|| violation.pointer.trim_start_matches("/attributes/").to_owned());
            self.note(NoteKind::Refused, Some(named), violation.why)
        };
        Ended { outcome: Outcome::Refused, notes: wrong.into_iter().map(note).collect(), sample: None }
    }

    fn sample(&self, item: &Declared, change: &DeclaredChange) -> Sample {
        let fields = change.after.iter().filter(|(at, _)| *at != "/identity").map(|(at, after)| {
            let name = at.trim_start_matches("/attributes/").trim_start_matches('/').to_owned();
            (name, (change.before.get(at).cloned().unwrap_or_default(), after.clone()))
        });
        let is_new = change.seq == 1;
        Sample { row: self.row, line: self.line, name: item.name.clone(), is_new, fields: fields.collect() }
    }
}
