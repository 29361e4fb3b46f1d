//! A file as work to be done: its rows read by their class, each thing in one row.

use std::collections::HashMap;

use bytes::Bytes;
use muster_model::class::{self, Class};
use muster_model::identification::{Identifier, identifiers_in, is_placeholder};
use muster_model::import::mapping::Mapping;
use muster_model::import::row::{self, Entry, Wrong};
use muster_model::import::{Plan, Recognition, table};
use muster_model::text::Phrase;
use serde_json::Value;

use super::{Order, authorize};
use crate::service::{self, Call, Service, ServiceError, invalid};

/// A file that can be imported.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) class: Class,
    pub(super) mapping: Mapping,
    pub(super) rows: Vec<Prepared>,
    pub(super) order: Order,
}

/// A row that was read.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Its number, from 1.
    pub(super) row: u64,
    /// Its line in the file.
    pub(super) line: u64,
    /// What it says, or all that is wrong with it.
    pub(super) entry: Result<Entry, Vec<Wrong>>,
}

impl Service {
    /// Reads a file by its order. What is wrong with the file as a whole is said here.
    pub(super) async fn job(&self, call: &Call, order: &Order, bytes: Bytes) -> Result<Job, ServiceError> {
        let class = Self::class_of(&*self.registry().await?, &order.plan.class)?;
        authorize(call, class.is_declared())?;
        if class.is_retired {
            let why = Phrase::new("class_is_retired").with("class", class.name.as_str());
            return Err(invalid("/class", why));
        }
        let order = order.clone();
        let reading = tokio::task::spawn_blocking(move || read(class, order, &bytes)).await;
        reading.unwrap_or_else(|_| Err(invalid("/file", Phrase::new("import_empty"))))
    }
}

fn read(class: Class, order: Order, bytes: &[u8]) -> Result<Job, ServiceError> {
    let table = table::read(bytes, &order.plan).map_err(|error| invalid("/file", error.0))?;
    let mapping = Mapping::of(&table.columns, &class, &order.plan).map_err(|unmapped| {
        let wrong = unmapped.into_iter().map(|one| service::Wrong {
            pointer: format!("/map/{}", one.column.replace('~', "~0").replace('/', "~1")),
            detail: one.why.into(),
        });
        ServiceError::Invalid(wrong.collect())
    })?;
    let mut rows: Vec<Prepared> = (1..)
        .zip(&table.rows)
        .map(|(row, read)| Prepared { row, line: read.line, entry: row::read(read, &class, &mapping) })
        .collect();
    part(&mut rows, &class, &order.plan);
    Ok(Job { class, mapping, rows, order })
}

/// Leaves each thing to the first row that is about it.
fn part(rows: &mut [Prepared], class: &Class, plan: &Plan) {
    let mut lines: HashMap<String, u64> = HashMap::new();
    for row in rows {
        let Ok(entry) = &row.entry else { continue };
        let names = names_of(entry, class, plan);
        match names.iter().find_map(|name| lines.get(name)) {
            Some(line) => {
                let why = Phrase::new("import_row_twice").with("line", line.to_string());
                row.entry = Err(vec![(None, why)]);
            }
            None => lines.extend(names.into_iter().map(|name| (name, row.line))),
        }
    }
}

/// What tells the thing of a row apart from those of other rows.
fn names_of(entry: &Entry, class: &Class, plan: &Plan) -> Vec<String> {
    match entry {
        Entry::Declared(entry) => {
            let attributes = &entry.edit.attributes;
            let is_told = |name: &String| attributes.get(name).is_some_and(|value| !value.is_null());
            let is_named = match class.identified_by.as_slice() {
                [] => entry.edit.name.is_some(),
                names => names.iter().all(is_told),
            };
            let name = entry.edit.name.as_deref().unwrap_or_default();
            let identity = is_named.then(|| format!("same:{}", class::identity(class, name, attributes)));
            entry.id.map(|id| id.to_string()).into_iter().chain(identity).collect()
        }
        Entry::Host(entry) => {
            let shown = identifiers_in(&entry.facts).into_iter().chain(entry.identifiers.iter().cloned());
            let shown = shown.filter(|one| one.kind.is_exclusive() && !is_placeholder(&one.value));
            let spelled = shown.filter_map(|one| one.spellings().iter().map(Identifier::index_key).min());
            let mut names: Vec<String> = spelled.collect();
            names.extend(entry.id.map(|id| id.to_string()));
            names.extend(entry.external_id.as_ref().map(|id| format!("external:{id}")));
            if names.is_empty() || plan.recognise_by == Recognition::Name {
                names.extend(entry.name.as_ref().map(|name| format!("name:{}", name.to_lowercase())));
            }
            names
        }
        Entry::Item(entry) => vec![Value::from(vec![entry.host.to_lowercase(), entry.key.clone()]).to_string()],
    }
}
