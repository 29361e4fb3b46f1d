//! After a restore, before the restored store serves: who was shut out stays shut out, and what happened is in the audit trail.

use std::collections::HashMap;

use muster_model::account::{ApiToken, User};
use muster_model::agent::{Agent, EnrollmentTokenRecord};
use muster_model::right::{Action, Resource};
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned, restore};
use muster_shared::Time;
use muster_store::{Held, Scan, Store, TypedStore};

use super::{Call, Service, ServiceError};

/// Documents that are written in one commit.
const STEP: usize = 500;

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// When everything in it was so.
    pub made_at: Time,
    /// The last commit in it.
    pub sequence: u64,
    /// Whether API tokens stay although nobody knows which were taken back since.
    pub keeps_tokens: bool,
}

async fn by_key<T: Record>(store: &dyn Store) -> Result<HashMap<String, Versioned<T>>, ServiceError> {
    let all = store.all::<T>(Scan::keys(T::COLLECTION, "")).await?;
    Ok(all.into_iter().map(|stored| (stored.value.key(), stored)).collect())
}

/// The documents that differ from those that are stored.
fn changed<T: Record + PartialEq>(
    stored: &HashMap<String, Versioned<T>>,
    after: impl IntoIterator<Item = T>,
) -> Vec<(T, Expected)> {
    let change = |document: T| match stored.get(&document.key()) {
        Some(before) if before.value == document => None,
        Some(before) => Some((document, Expected::Version(before.version))),
        None => Some((document, Expected::Absent)),
    };
    after.into_iter().filter_map(change).collect()
}

impl Service {
    /// Holds everything that is committed now for a backup.
    pub async fn hold(&self) -> Result<Held, ServiceError> {
        Ok(self.store().hold().await?)
    }

    /// Takes over what `newer`, the store that is replaced, knows of access; without one, ends what can be made anew.
    pub async fn settle_restore(
        &self,
        call: &Call,
        restored: &Restored,
        newer: Option<&dyn Store>,
    ) -> Result<(), ServiceError> {
        call.authorize(Action::AgentRevoke, Resource::All)?;
        self.take_access::<Agent>(newer, |stored, newer| restore::agent(stored, newer, restored.made_at)).await?;
        let now = self.now();
        if newer.is_some() || !restored.keeps_tokens {
            self.take_access::<ApiToken>(newer, |stored, newer| restore::api_token(stored, newer, now)).await?;
        }
        self.take_access::<EnrollmentTokenRecord>(newer, |stored, newer| restore::enrollment_token(stored, newer, now))
            .await?;
        self.take_access::<User>(newer, |stored, newer| {
            // Accounts that came after the backup are made anew by a person.
            stored.map(|stored| restore::user(stored, newer.as_ref()))
        })
        .await?;
        for collection in [Collection::Session, Collection::SignInLink] {
            self.clear(collection).await?;
        }
        let summary = format!("backup of {}, commit {}", restored.made_at, restored.sequence);
        let mut changes = ChangeSet::new();
        changes.audit.push(call.audit(now, "store.restore", "store", summary));
        Ok(self.commit(changes).await?)
    }

    async fn take_access<T: Record + Clone + PartialEq>(
        &self,
        newer: Option<&dyn Store>,
        after: impl Fn(Option<&T>, Option<T>) -> Option<T> + Send,
    ) -> Result<(), ServiceError> {
        let stored = by_key::<T>(self.store()).await?;
        let mut known = match newer {
            Some(newer) => by_key::<T>(newer).await?,
            None => HashMap::new(),
        };
        let own = stored
            .iter()
            .filter_map(|(key, stored)| after(Some(&stored.value), known.remove(key).map(|newer| newer.value)));
        let mut documents: Vec<T> = own.collect();
        documents.extend(known.into_values().filter_map(|newer| after(None, Some(newer.value))));
        for part in changed(&stored, documents).chunks(STEP) {
            let mut changes = ChangeSet::new();
            for (document, expected) in part {
                changes.put(document.clone(), *expected);
            }
            self.commit(changes).await?;
        }
        Ok(())
    }

    async fn clear(&self, collection: Collection) -> Result<(), ServiceError> {
        loop {
            let page = self.store().scan(Scan::keys(collection, "").limit(STEP)).await?;
            if page.rows.is_empty() {
                return Ok(());
            }
            let mut changes = ChangeSet::new();
            page.rows.into_iter().for_each(|row| changes.delete(collection, row.place, Expected::Any));
            self.commit(changes).await?;
        }
    }
}
