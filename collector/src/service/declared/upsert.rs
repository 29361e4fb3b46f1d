//! Rows of a script about items of one class: each makes an item, changes the one that is told apart by the same, or changes nothing.
//! What a row means is what it means in a file.

use muster_model::class::{self, Class};
use muster_model::declared::voice::{self, Told};
use muster_model::declared::{self, Declared, Edit, Hand};
use muster_model::host::Lifecycle;
use muster_model::import::Outcome;
use muster_model::right::{Action, Resource};
use muster_model::source::Source;
use muster_model::text::{Phrase, Word};
use muster_model::{ChangeSet, Versioned};
use muster_shared::id::{DeclaredId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::{check_reason, source};
use crate::service::class::wrong;
use crate::service::repetition::Repetition;
use crate::service::{Call, Service, ServiceError, invalid};

/// What requests are remembered as.
const WHAT: &str = "item.upsert";

/// What became of a row.
#[derive(Debug)]
pub struct Upserted {
    /// What it did.
    pub outcome: Outcome,
    /// The item that it means, as it is now.
    pub item: Option<Versioned<Declared>>,
    /// Why it was not taken.
    pub why: Option<ServiceError>,
    /// The pointers of what was taken and does not count, with who is believed instead.
    pub overruled: Vec<(String, Source)>,
}

impl Upserted {
    const fn unchanged(item: Option<Versioned<Declared>>) -> Self {
        Self { outcome: Outcome::Unchanged, item, why: None, overruled: Vec::new() }
    }
}

impl Service {
    /// The items that a row means: those that are told apart by the same, and for a row that retires also the last one that it
    /// retired before. `None` when a row retires what was never there.
    pub(in crate::service) async fn meant_by(
        &self,
        class: &Class,
        edit: &Edit,
    ) -> Result<Option<Vec<Versioned<Declared>>>, ServiceError> {
        let name = edit.name.as_deref().unwrap_or_default();
        let identity = class::identity(class, name, &edit.attributes);
        let mut same = self.told_apart_by(&class.name, &identity).await?;
        if same.is_empty() && edit.lifecycle.is_some_and(Lifecycle::is_over) {
            // What was retired by this row before is no present item any more.
            let scan = Scan::index(Index::DeclaredByClass, format!("{}/{}/", class.name, name.to_lowercase()));
            same = self.store().all::<Declared>(scan).await?;
            same.retain(|stored| stored.value.identity == identity && stored.value.id.declared().is_some());
            same.sort_by_key(|stored| stored.value.updated_at);
            same.drain(..same.len().saturating_sub(1));
            if same.is_empty() {
                return Ok(None);
            }
        }
        Ok(Some(same))
    }

    /// Declares or changes items of a class, each on its own: what is wrong with one is told of it and keeps none of the others. With
    /// a `repetition` that was answered before nothing is done again.
    pub(crate) async fn upsert_declared(
        &self,
        call: &Call,
        class: &str,
        (edits, reason): (&[Edit], &str),
        repetition: &Repetition,
    ) -> Result<Vec<Upserted>, ServiceError> {
        call.authorize(Action::ItemManage, Resource::All)?;
        check_reason(reason)?;
        let known = Self::class_of(&*self.registry().await?, class)?;
        if !known.is_declared() {
            let why = Phrase::new("class_is_discovered").with("class", known.name.as_str());
            return Err(invalid("/class", why));
        }
        let is_repeated = self.answered(call, WHAT, repetition).await?.is_some();
        let mut done = Vec::with_capacity(edits.len());
        for edit in edits {
            let outcome = match self.upsert_row(call, class, (edit, reason), is_repeated).await {
                Ok(row) => {
                    done.push(row);
                    continue;
                }
                Err(ServiceError::Invalid(wrong)) => (Outcome::Refused, ServiceError::Invalid(wrong)),
                Err(ServiceError::Conflict(why)) => (Outcome::Conflict, ServiceError::Conflict(why)),
                Err(error) => return Err(error),
            };
            done.push(Upserted { outcome: outcome.0, item: None, why: Some(outcome.1), overruled: Vec::new() });
        }
        if !is_repeated && repetition.is_some() {
            let mut changes = ChangeSet::new();
            self.remember(&mut changes, call, WHAT, repetition, &class);
            self.commit(changes).await?;
        }
        Ok(done)
    }

    async fn upsert_row(
        &self,
        call: &Call,
        class: &str,
        (edit, reason): (&Edit, &str),
        is_repeated: bool,
    ) -> Result<Upserted, ServiceError> {
        // Read before the gate is taken: reading the classes takes it too.
        self.registry().await?;
        let _gate = self.class_gate.read().await;
        let _one_at_a_time = self.declaring.lock().await;
        let registry = self.registry().await?;
        let (class, fields) = (&Self::class_of(&registry, class)?, &registry.item_fields());
        let row = self.decide(|| async move {
            let Some(mut same) = self.meant_by(class, edit).await? else {
                return Err(invalid("/lifecycle", Phrase::new("import_nothing_over")));
            };
            if same.len() > 1 {
                let items = Word::list(same.iter().take(5).map(|stored| stored.value.id));
                return Err(ServiceError::Conflict(Phrase::new("import_ambiguous").with("items", items).into()));
            }
            let stored = same.pop();
            if is_repeated {
                return Ok((ChangeSet::new(), Upserted::unchanged(stored)));
            }
            let (now, by) = (self.now(), call.actor.label());
            let hand = Hand { by, source: source(call), reason: reason.trim().to_owned(), now };
            let rules = self.rules().await?;
            let told = if let Some(stored) = &stored {
                voice::tell(&stored.value, class, fields, edit, &hand, &rules).map_err(wrong)?
            } else {
                let id = NodeId::Declared(DeclaredId::new(now));
                let (item, change) = declared::create(id, class, fields, edit, &hand, &rules).map_err(wrong)?;
                Some(Told { item, change: Some(change), overruled: Vec::new() })
            };
            let Some(Told { item, change, overruled }) = told else {
                return Ok((ChangeSet::new(), Upserted::unchanged(stored)));
            };
            self.check_identity(class, &item).await?;
            let (outcome, action) = match (&stored, &change) {
                (_, None) => (Outcome::Unchanged, "item.update"),
                (None, Some(_)) => (Outcome::Created, "item.create"),
                (Some(_), Some(_)) => (Outcome::Updated, "item.update"),
            };
            let version = stored.map_or(0, |stored| stored.version);
            let mut changes = ChangeSet::new();
            self.write_told(&mut changes, call, action, Versioned { value: item.clone(), version }, change);
            let item = Some(Versioned { value: item, version: version + 1 });
            Ok((changes, Upserted { outcome, item, why: None, overruled }))
        });
        let row = row.await?;
        if let Some(item) = row.item.as_ref().filter(|_| !is_repeated) {
            self.learn_declared(&item.value).await?;
        }
        Ok(row)
    }
}
