//! Rows about relations: each declares one, or says what is declared already.

use std::collections::{BTreeMap, HashSet};

use muster_model::import::relation::{Mapping, RelationEntry};
use muster_model::import::row::Entry;
use muster_model::import::{NoteKind, Outcome, Sample};
use muster_model::relation::Relation;
use muster_model::{ChangeSet, Document, Expected, Versioned};
use muster_shared::id::RelationId;
use serde_json::{Value, json};

use super::job::Prepared;
use super::{Ended, Order};
use crate::service::relation::{NewRelation, Planned};
use crate::service::{Call, Service, ServiceError, Wrong};

/// Relations that people declare.
#[derive(Debug)]
pub(super) struct Relations {
    pub(super) mapping: Mapping,
    pub(super) order: Order,
}

impl Relations {
    /// Why a row is said, where it does not say so itself.
    fn reason(&self) -> String {
        if self.order.reason.trim().is_empty() { self.order.file.clone() } else { self.order.reason.clone() }
    }
}

impl Service {
    /// What rows do to relations.
    pub(super) async fn relate_rows(
        &self,
        call: &Call,
        job: &Relations,
        rows: &[Prepared],
    ) -> Result<(ChangeSet, Vec<Ended>), ServiceError> {
        let (mut changes, mut ended, mut taken) = (ChangeSet::new(), Vec::new(), HashSet::new());
        for row in rows {
            let entry = match &row.entry {
                Ok(Entry::Relation(entry)) => entry,
                Ok(Entry::Declared(_) | Entry::Host(_) | Entry::Item(_) | Entry::Ticket(_)) => continue,
                Err(wrong) => {
                    ended.push(row.broken(wrong));
                    continue;
                }
            };
            ended.push(match self.relate_row(call, job, entry).await {
                Ok(planned) => self.take_planned(row, entry, planned, (&mut changes, &mut taken)),
                Err(ServiceError::Invalid(wrong)) => {
                    let note = |wrong: Wrong| {
                        let column = job.mapping.column_at(&wrong.pointer).map(str::to_owned);
                        row.note(NoteKind::Refused, column, wrong.detail)
                    };
                    let notes = wrong.into_iter().map(note).collect();
                    Ended { outcome: Outcome::Refused, notes, sample: None }
                }
                Err(error @ ServiceError::NotFound { .. }) => {
                    row.refused(job.mapping.column_at("/from").map(str::to_owned), error.text())
                }
                Err(error) => return Err(error),
            });
        }
        Ok((changes, ended))
    }

    async fn relate_row(&self, call: &Call, job: &Relations, entry: &RelationEntry) -> Result<Planned, ServiceError> {
        let from = self.node_named(call, "/from", &entry.from).await?;
        let to = self.node_named(call, "/to", &entry.to).await?;
        let reason = entry.reason.clone().unwrap_or_else(|| job.reason());
        let new = NewRelation { kind: entry.kind.clone(), to, group: entry.group.clone(), reason };
        self.plan_relation(call, from, &new).await
    }

    fn take_planned(
        &self,
        row: &Prepared,
        entry: &RelationEntry,
        planned: Planned,
        (changes, taken): (&mut ChangeSet, &mut HashSet<RelationId>),
    ) -> Ended {
        let _ = self;
        let Planned { relation, audit } = planned;
        // The same may be said from its other end.
        let Some(audit) = audit.filter(|_| taken.insert(relation.value.id)) else {
            return row.end(Outcome::Unchanged);
        };
        let said = |value: Option<&String>| (Value::Null, value.map_or(Value::Null, |text| json!(text)));
        let fields = [("from", Some(&entry.from)), ("type", Some(&entry.kind)), ("to", Some(&entry.to))];
        let group = entry.group.as_ref().map(|group| ("group", Some(group)));
        let fields: BTreeMap<String, (Value, Value)> =
            fields.into_iter().chain(group).map(|(name, value)| (name.to_owned(), said(value))).collect();
        let name = format!("{} {} {}", entry.from, entry.kind, entry.to);
        let sample = Sample { row: row.row, line: row.line, name, is_new: relation.version == 0, fields };
        changes.audit.push(audit);
        let expected = if relation.version == 0 { Expected::Absent } else { Expected::Version(relation.version) };
        changes.put(relation.value, expected);
        Ended { sample: Some(sample), ..row.end(Outcome::Created) }
    }

    /// The relations that a change set writes: the graph learns them once it is committed.
    pub(super) fn relations_in(&self, changes: &ChangeSet) -> Vec<Versioned<Relation>> {
        let _ = self;
        let relation = |put: &muster_model::change_set::Put| {
            let Document::Relation(relation) = &put.document else { return None };
            let version = if let Expected::Version(version) = put.expected { version } else { 0 };
            Some(Versioned { value: relation.clone(), version: version + 1 })
        };
        changes.puts.iter().filter_map(relation).collect()
    }
}
