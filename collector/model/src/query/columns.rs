//! The entries of a list by the values of their fields, in memory: which entries a query means is told without reading them.
//!
//! Each field is kept in the form that its values ask for. What is unknown of a field (a pattern over times) leaves entries that may
//! pass: whoever asks reads those. An entry that changed is put anew under another number; numbers that are out of use go together.

mod texts;

use std::collections::HashMap;

use muster_shared::attribute::Kind;
use roaring::{MultiOps, RoaringBitmap};
use serde_json::Value;

use super::fields::{self, Field};
use super::value::moment;
use super::within::{self, Within};
use super::{Expression, Fields, Query, Term};
use texts::Texts;

/// Numbers that may be out of use before they go, whatever stands.
const SLACK: u64 = 10_000;

/// The entries that pass a query, as far as the columns tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Picked {
    /// Those that pass.
    pub certain: RoaringBitmap,
    /// Those that pass, and those that may.
    pub possible: RoaringBitmap,
}

/// One field of all entries.
#[derive(Clone, Debug)]
enum Column {
    /// Each value with the entries that have it.
    Values(HashMap<Value, RoaringBitmap>),
    /// Milliseconds by number.
    Times(Vec<Option<i64>>),
    /// Texts that are looked into.
    Texts(Texts),
}

/// All fields of all entries.
#[derive(Clone, Debug)]
pub struct Columns {
    fields: Vec<(&'static str, Column)>,
    alive: RoaringBitmap,
    /// Numbers that nothing has any more.
    free: Vec<u32>,
    next: u32,
}

impl Columns {
    /// For the entries of a list; of the fields in `texts` nearly every entry has a value of its own.
    pub fn new(list: &Fields<'static>, texts: &[&str]) -> Self {
        let column = |field: &Field| match field.kind {
            _ if texts.contains(&field.name) => Column::Texts(Texts::default()),
            Kind::Time => Column::Times(Vec::new()),
            _ => Column::Values(HashMap::new()),
        };
        let kept = list.rows.iter().filter(|field| ![fields::AS_OF, fields::KNOWN_AT].contains(&field.name));
        let fields = kept.map(|field| (field.name, column(field))).collect();
        Self { fields, alive: RoaringBitmap::new(), free: Vec::new(), next: 0 }
    }

    /// Takes an entry in; its number.
    pub fn put(&mut self, entry: &Value) -> u32 {
        let number = self.free.pop().unwrap_or_else(|| {
            self.next += 1;
            self.next - 1
        });
        for (field, column) in &mut self.fields {
            column.put(number, entry.get(*field).unwrap_or(&Value::Null));
        }
        self.alive.insert(number);
        number
    }

    /// Leaves an entry out from now on.
    pub fn remove(&mut self, number: u32) {
        self.alive.remove(number);
        let unused = u64::from(self.next) - self.alive.len() - self.free.len() as u64;
        if unused > self.alive.len() / 2 + SLACK {
            self.clear_away();
        }
    }

    /// Forgets what entries had that are gone; their numbers may be given again.
    fn clear_away(&mut self) {
        for (_, column) in &mut self.fields {
            column.keep(&self.alive);
        }
        self.free = (0..self.next).filter(|number| !self.alive.contains(*number)).collect();
    }

    /// All entries.
    pub const fn all(&self) -> &RoaringBitmap {
        &self.alive
    }

    /// The entries that a query means.
    pub fn pick(&self, query: &Query) -> Picked {
        let picked = self.all_of(&query.all);
        match &query.within {
            None => picked,
            Some(within) => {
                let reached = self.within(within);
                Picked { certain: picked.certain & reached.certain, possible: picked.possible & reached.possible }
            }
        }
    }

    /// The entries that a caller's rights leave.
    fn within(&self, within: &Within) -> Picked {
        within.fields().fold(Picked::default(), |picked, (field, names)| match self.column(field) {
            Some(Column::Values(values)) => {
                let named = values.iter().filter(|(value, _)| within::holds(names, value)).map(|(_, entries)| entries);
                let mut named = named.union();
                named &= &self.alive;
                Picked { certain: picked.certain | &named, possible: picked.possible | named }
            }
            Some(Column::Times(_) | Column::Texts(_)) | None => {
                Picked { certain: picked.certain, possible: self.alive.clone() }
            }
        })
    }

    /// How many of these entries have which value in a field; `None` where that is not counted.
    pub fn count(&self, field: &str, among: &RoaringBitmap) -> Option<HashMap<Value, u64>> {
        let Some(Column::Values(values)) = self.column(field) else { return None };
        let counted = values.iter().map(|(value, entries)| (value.clone(), entries.intersection_len(among)));
        Some(counted.filter(|(_, count)| *count > 0).collect())
    }

    /// The texts that entries have in a field whose values are counted.
    pub fn texts(&self, field: &str) -> Vec<String> {
        let Some(Column::Values(values)) = self.column(field) else { return Vec::new() };
        let held = values.iter().filter(|(_, entries)| !entries.is_disjoint(&self.alive));
        held.filter_map(|(value, _)| value.as_str().map(str::to_owned)).collect()
    }

    /// The fields whose values are counted.
    pub fn counted(&self) -> impl Iterator<Item = &'static str> {
        let counted = self.fields.iter().filter(|(_, column)| matches!(column, Column::Values(_)));
        counted.map(|(field, _)| *field)
    }

    fn column(&self, field: &str) -> Option<&Column> {
        self.fields.iter().find(|(name, _)| *name == field).map(|(_, column)| column)
    }

    fn all_of(&self, parts: &[Expression]) -> Picked {
        let every = Picked { certain: self.alive.clone(), possible: self.alive.clone() };
        parts.iter().fold(every, |picked, part| {
            if picked.possible.is_empty() {
                return picked;
            }
            let more = self.those(part);
            Picked { certain: picked.certain & more.certain, possible: picked.possible & more.possible }
        })
    }

    fn those(&self, part: &Expression) -> Picked {
        match part {
            Expression::All(parts) => self.all_of(parts),
            Expression::Any(parts) => parts.iter().fold(Picked::default(), |picked, part| {
                let more = self.those(part);
                Picked { certain: picked.certain | more.certain, possible: picked.possible | more.possible }
            }),
            Expression::Not(part) => {
                let Picked { certain, possible } = self.those(part);
                Picked { certain: &self.alive - possible, possible: &self.alive - certain }
            }
            Expression::Term(term) => match self.column(&term.field).and_then(|column| column.those(term)) {
                Some(mut those) => {
                    those &= &self.alive;
                    Picked { certain: those.clone(), possible: those }
                }
                None => Picked { certain: RoaringBitmap::new(), possible: self.alive.clone() },
            },
        }
    }
}

impl Column {
    fn put(&mut self, number: u32, value: &Value) {
        match self {
            Self::Values(values) => {
                let each = match value {
                    Value::Array(list) if !list.is_empty() => list.as_slice(),
                    one => std::slice::from_ref(one),
                };
                for value in each {
                    match values.get_mut(value) {
                        Some(entries) => drop(entries.insert(number)),
                        None => drop(values.insert(value.clone(), RoaringBitmap::from_iter([number]))),
                    }
                }
            }
            Self::Times(times) => {
                let at = number as usize;
                if times.len() <= at {
                    times.resize(at + 1, None);
                }
                if let Some(time) = times.get_mut(at) {
                    *time = value.as_str().and_then(moment).map(muster_shared::Time::millis);
                }
            }
            Self::Texts(texts) => texts.put(number, value.as_str().unwrap_or_default()),
        }
    }

    fn keep(&mut self, alive: &RoaringBitmap) {
        match self {
            Self::Values(values) => values.retain(|_, entries| {
                *entries &= alive;
                !entries.is_empty()
            }),
            // The next one of the number writes over it.
            Self::Times(_) => {}
            Self::Texts(texts) => texts.keep(alive),
        }
    }

    /// The entries of which a comparison holds; `None` when the column does not tell.
    fn those(&self, term: &Term) -> Option<RoaringBitmap> {
        match self {
            Self::Values(values) => Some(
                values.iter().filter(|(value, _)| term.holds(value, None, None)).map(|(_, entries)| entries).union(),
            ),
            Self::Times(times) => {
                let holds = term.on_times()?;
                let held = times.iter().zip(0_u32..).filter(|(time, _)| holds(**time));
                Some(held.map(|(_, number)| number).collect())
            }
            Self::Texts(texts) => Some(texts.find(term)),
        }
    }
}

#[cfg(test)]
mod tests;
