//! A file as work to be done: its rows read by their class or as tickets, each thing in one row.

use std::collections::HashMap;

use bytes::Bytes;
use muster_model::class::{self, Class};
use muster_model::exchange::mapping::Mapping as TicketMapping;
use muster_model::exchange::{self, Field, Terms, Told};
use muster_model::identification::{Identifier, identifiers_in, is_placeholder};
use muster_model::import::mapping::{Mapping, Unmapped};
use muster_model::import::row::{self, Entry, Wrong};
use muster_model::import::{Plan, Recognition, relation, table};
use muster_model::right::{Action, Resource};
use muster_model::text::Phrase;
use muster_model::ticket::Kind;
use serde_json::Value;

use super::relation::Relations;
use super::{Order, authorize};
use crate::service::{self, Call, Service, ServiceError, invalid};

/// How deep a ticket can be a part of others.
const MAX_DEPTH: usize = 16;

/// A file that can be imported.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) rows: Vec<Prepared>,
}

/// What the rows of a file are about.
#[derive(Debug)]
pub(super) enum Work {
    Items(Items),
    Tickets(Tickets),
    Relations(Relations),
}

/// Items of a class, or hosts.
#[derive(Debug)]
pub(super) struct Items {
    pub(super) class: Class,
    pub(super) mapping: Mapping,
    pub(super) order: Order,
}

/// Tickets of another desk.
#[derive(Debug)]
pub(super) struct Tickets {
    pub(super) terms: Terms,
    pub(super) mapping: TicketMapping,
    /// The kinds of all tickets in the file, by what the desk calls them: what another row may be a part of.
    pub(super) kinds: HashMap<String, Kind>,
}

impl Job {
    /// What each column is, in our words; none for one that is left out.
    pub(super) fn columns(&self) -> Vec<(String, Option<String>)> {
        match &self.work {
            Work::Items(items) => {
                let field = |place: usize| items.mapping.fields.get(&place).cloned();
                items.mapping.columns.iter().enumerate().map(|(place, name)| (name.clone(), field(place))).collect()
            }
            Work::Tickets(tickets) => tickets.mapping.shown(),
            Work::Relations(relations) => relations.mapping.shown(),
        }
    }

    /// Whether they are items that people declare.
    pub(super) const fn is_declared(&self) -> bool {
        match &self.work {
            Work::Items(items) => items.class.is_declared(),
            Work::Tickets(_) | Work::Relations(_) => false,
        }
    }
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
        if let Some(terms) = &order.plan.tickets {
            call.authorize(Action::TicketImport, Resource::All)?;
            let (terms, plan) = (terms.as_ref().clone(), order.plan.clone());
            let reading = tokio::task::spawn_blocking(move || read_tickets(terms, &plan, &bytes)).await;
            return reading.unwrap_or_else(|_| Err(invalid("/file", Phrase::new("import_empty"))));
        }
        if order.plan.class == relation::CLASS {
            authorize(call, true)?;
            let order = order.clone();
            let reading = tokio::task::spawn_blocking(move || read_relations(order, &bytes)).await;
            return reading.unwrap_or_else(|_| Err(invalid("/file", Phrase::new("import_empty"))));
        }
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
    let mapping = Mapping::of(&table.columns, &class, &order.plan).map_err(refused_columns)?;
    let mut rows: Vec<Prepared> = (1..)
        .zip(&table.rows)
        .map(|(row, read)| Prepared { row, line: read.line, entry: row::read(read, &class, &mapping) })
        .collect();
    part(&mut rows, |entry| names_of(entry, &class, &order.plan));
    Ok(Job { work: Work::Items(Items { class, mapping, order }), rows })
}

fn read_relations(order: Order, bytes: &[u8]) -> Result<Job, ServiceError> {
    let table = table::read(bytes, &order.plan).map_err(|error| invalid("/file", error.0))?;
    let mapping = relation::Mapping::of(&table.columns, &order.plan.map).map_err(refused_columns)?;
    let entry = |read| relation::read(read, &mapping).map(|entry| Entry::Relation(Box::new(entry)));
    let mut rows: Vec<Prepared> =
        (1..).zip(&table.rows).map(|(row, read)| Prepared { row, line: read.line, entry: entry(read) }).collect();
    part(&mut rows, |entry| if let Entry::Relation(entry) = entry { vec![entry.identity()] } else { Vec::new() });
    Ok(Job { work: Work::Relations(Relations { mapping, order }), rows })
}

fn refused_columns(unmapped: Vec<Unmapped>) -> ServiceError {
    let wrong = unmapped.into_iter().map(|one| service::Wrong {
        pointer: format!("/map/{}", one.column.replace('~', "~0").replace('/', "~1")),
        detail: one.why.into(),
    });
    ServiceError::Invalid(wrong.collect())
}

fn read_tickets(terms: Terms, plan: &Plan, bytes: &[u8]) -> Result<Job, ServiceError> {
    let table = table::read(bytes, plan).map_err(|error| invalid("/file", error.0))?;
    let mapping = TicketMapping::of(&table.columns, &terms, &plan.map).map_err(refused_columns)?;
    let entry = |read| exchange::read::read(read, &mapping, &terms).map(|told| Entry::Ticket(Box::new(told)));
    let mut rows: Vec<Prepared> =
        (1..).zip(&table.rows).map(|(row, read)| Prepared { row, line: read.line, entry: entry(read) }).collect();
    part(&mut rows, |entry| told_of(entry).map(|told| told.external_id().to_owned()).into_iter().collect());
    let told = || rows.iter().filter_map(|row| row.entry.as_ref().ok().and_then(told_of));
    let kinds = told().map(|told| (told.external_id().to_owned(), told.kind)).collect();
    let parent = |told: &Told| Some((told.external_id().to_owned(), told.get(Field::Parent)?.to_owned()));
    let parents: HashMap<String, String> = told().filter_map(parent).collect();
    // The whole before its parts: an export has the newest first.
    rows.sort_by_cached_key(|row| row.entry.as_ref().ok().and_then(told_of).map_or(0, |told| depth(told, &parents)));
    Ok(Job { work: Work::Tickets(Tickets { terms, mapping, kinds }), rows })
}

fn told_of(entry: &Entry) -> Option<&Told> {
    if let Entry::Ticket(told) = entry { Some(told) } else { None }
}

/// Of how many that are in the file a ticket is a part, one of the other.
fn depth(told: &Told, parents: &HashMap<String, String>) -> usize {
    let mut next = Some(told.external_id());
    let mut depth = 0;
    while let Some(parent) = next.and_then(|id| parents.get(id)).filter(|_| depth < MAX_DEPTH) {
        depth += 1;
        next = Some(parent);
    }
    depth
}

/// Leaves each thing to the first row that is about it.
fn part(rows: &mut [Prepared], names_of: impl Fn(&Entry) -> Vec<String>) {
    let mut lines: HashMap<String, u64> = HashMap::new();
    for row in rows {
        let Ok(entry) = &row.entry else { continue };
        let names = names_of(entry);
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
        Entry::Ticket(told) => vec![told.external_id().to_owned()],
        Entry::Relation(entry) => vec![entry.identity()],
        Entry::Item(entry) => vec![Value::from(vec![entry.host.to_lowercase(), entry.key.clone()]).to_string()],
    }
}
