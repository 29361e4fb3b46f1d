//! Letting go what people said long ago, and relations that ended long ago. What was so since then is answered as before; of earlier
//! times nothing is said.

use muster_model::declared::{self, Declared, DeclaredChange};
use muster_model::host::Host;
use muster_model::relation::Relation;
use muster_model::{ChangeSet, Collection, Expected, Record, Versioned};
use muster_shared::SectionName;
use muster_shared::id::HostId;
use muster_store::{Scan, StoreError, TypedStore};

use super::BATCH;
use crate::service::{Service, ServiceError};

impl Service {
    /// Past versions of what is said of a host. From then on its record says since when that is known.
    pub(super) async fn forget_versions(&self, host: HostId) -> Result<usize, ServiceError> {
        let Some(horizon) = self.retention().await?.class_horizon(SectionName::Host.as_str(), self.now()) else {
            return Ok(0);
        };
        let mut all = 0;
        loop {
            let gone = self.decide(|| async move {
                let mut changes = ChangeSet::new();
                let Some(mut stored) = self.store().find::<Host>(&host.to_string()).await? else {
                    return Ok((changes, 0));
                };
                let past = self.host_pasts(host).await?;
                for past in past.iter().take_while(|past| past.until <= horizon).take(BATCH) {
                    changes.delete(Collection::HostPast, past.key(), Expected::Any);
                }
                let gone = changes.deletes.len();
                if gone > 0 && stored.value.known_since.is_none_or(|since| since < horizon) {
                    stored.value.known_since = Some(horizon);
                    changes.update(stored);
                }
                Ok((changes, gone))
            });
            let gone = gone.await?;
            all += gone;
            if gone < BATCH {
                return Ok(all);
            }
            tokio::task::yield_now().await;
        }
    }

    /// Changes of what people declare, but the last one of those that are old enough: it says how the item was then.
    pub(super) async fn forget_changes(&self) -> Result<usize, ServiceError> {
        let (retention, now) = (self.retention().await?, self.now());
        let (mut all, mut changes) = (0, ChangeSet::new());
        let mut scan = Scan::keys(Collection::Declared, "").limit(BATCH);
        loop {
            let page = self.store().page::<Declared>(scan.clone()).await?;
            for item in page.rows.iter().map(|row| &row.value).filter(|item| item.changes > 1) {
                let Some(horizon) = retention.class_horizon(&item.class, now) else { continue };
                let scan = Scan::keys(Collection::DeclaredChange, format!("{}/", item.id));
                let known = self.store().all::<DeclaredChange>(scan).await?;
                let known: Vec<DeclaredChange> = known.into_iter().map(|stored| stored.value).collect();
                for change in known.iter().take(declared::surplus(&known, horizon)) {
                    changes.delete(Collection::DeclaredChange, change.key(), Expected::Any);
                    all += 1;
                }
                if changes.deletes.len() >= BATCH {
                    self.commit(std::mem::take(&mut changes)).await?;
                    tokio::task::yield_now().await;
                }
            }
            match page.next {
                None => break,
                next => scan.after = next,
            }
        }
        self.commit(changes).await?;
        Ok(all)
    }

    /// Relations that ended, and connections that never came to count.
    pub(super) async fn forget_relations(&self) -> Result<usize, ServiceError> {
        let Some(horizon) = self.retention().await?.horizon(self.now()) else { return Ok(0) };
        let mut all = 0;
        let mut scan = Scan::keys(Collection::Relation, "").limit(BATCH);
        loop {
            let page = self.store().page::<Relation>(scan.clone()).await?;
            let old: Vec<Versioned<Relation>> =
                page.rows.into_iter().filter(|stored| stored.value.is_past(horizon)).collect();
            let mut changes = ChangeSet::new();
            for stored in &old {
                changes.delete(Collection::Relation, stored.value.key(), Expected::Version(stored.version));
            }
            match self.commit(changes).await {
                Ok(()) => {
                    all += old.len();
                    self.unlearn_relations(&old).await?;
                }
                // One of them was seen again just now: the next round looks anew.
                Err(StoreError::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            match page.next {
                None => return Ok(all),
                next => scan.after = next,
            }
            tokio::task::yield_now().await;
        }
    }
}
