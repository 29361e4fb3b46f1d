//! Ids that stand for another host: what an alias answers with.

use muster_model::Versioned;
use muster_model::alias::MOST_STEPS;
use muster_model::history::Moment;
use muster_model::host::Host;
use muster_shared::id::{HostId, ItemId};
use muster_store::{Index, Scan, TypedStore};

use super::missing;
use crate::service::item::ItemDetail;
use crate::service::{Call, Service, ServiceError};

impl Service {
    /// The host that an id stands for now: itself, or the one that it was merged into.
    pub(crate) async fn true_host(&self, id: HostId) -> Result<Versioned<Host>, ServiceError> {
        let mut at = id;
        for _ in 0..MOST_STEPS {
            let host = self.own_host(at).await?;
            match host.value.merged_into {
                None => return Ok(host),
                Some(into) => at = into,
            }
        }
        Err(missing(id))
    }

    /// The record of an id itself, alias or not.
    pub(super) async fn own_host(&self, id: HostId) -> Result<Versioned<Host>, ServiceError> {
        Ok(Versioned::clone(&*self.recall_host(id).await?.ok_or_else(|| missing(id))?))
    }

    /// The hosts that were merged into one, and into those.
    pub(crate) async fn aliases_of(&self, id: HostId) -> Result<Vec<HostId>, ServiceError> {
        let mut found: Vec<HostId> = Vec::new();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            for alias in self.store().all::<Host>(Scan::exactly(Index::HostByAlias, &next.to_string())).await? {
                if !found.contains(&alias.value.id) {
                    found.push(alias.value.id);
                    open.push(alias.value.id);
                }
            }
        }
        Ok(found)
    }

    /// Whether several hosts that stand for themselves have a name.
    pub(crate) async fn is_name_shared(&self, name: &str) -> Result<bool, ServiceError> {
        let named = Scan::exactly(Index::HostByName, &name.to_lowercase());
        if self.store().count(named.clone().limit(2)).await? < 2 {
            return Ok(false);
        }
        let all = self.store().all::<Host>(named).await?;
        Ok(all.iter().filter(|host| host.value.merged_into.is_none()).count() > 1)
    }

    /// The same item on the host that its own was merged into by then; none when it was not, or that one does not have it.
    pub(crate) async fn twin(
        &self,
        call: &Call,
        id: ItemId,
        moment: Moment,
    ) -> Result<Option<ItemDetail>, ServiceError> {
        let alias = self.own_host(id.host()).await?;
        let said = self.host_at(alias.clone(), moment).await?;
        if said.is_none_or(|said| said.value.merged_into.is_none()) {
            return Ok(None);
        }
        let own = self.holder(alias).await?;
        let Some(item) = self.find_present(&own, id, Moment::NOW).await? else { return Ok(None) };
        let into = self.get_host(call, id.host(), moment).await?.host.value.id;
        match Box::pin(self.get_item(call, ItemId::new(into, item.class, &item.key), moment)).await {
            Ok(twin) => Ok(Some(twin)),
            Err(ServiceError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
