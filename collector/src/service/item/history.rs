//! What happened to an item and on a host, as far as a moment.

use muster_model::history::{HistoryEntry, Moment};
use muster_model::right::Action;
use muster_model::{Collection, Versioned};
use muster_shared::id::{HostId, ItemId, NodeId};
use muster_store::{Index, Scan};

use crate::service::{Call, Page, Service, ServiceError, Window};

fn belongs(moment: Moment) -> impl Fn(&HistoryEntry) -> bool + Send + Sync {
    move |entry| moment.includes(entry.seen_at, entry.known_at())
}

impl Service {
    /// The history of an item until a moment, newest first.
    pub async fn item_history(
        &self,
        call: &Call,
        id: ItemId,
        moment: Moment,
        window: &Window,
    ) -> Result<Page<Versioned<HistoryEntry>>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Item(id)).await?;
        let scan = Scan::index(Index::HistoryByItem, format!("{id}/")).descending();
        self.list(scan, window, belongs(moment)).await
    }

    /// The history of a host until a moment, newest first.
    pub async fn host_history(
        &self,
        call: &Call,
        id: HostId,
        moment: Moment,
        window: &Window,
    ) -> Result<Page<Versioned<HistoryEntry>>, ServiceError> {
        self.authorize_at(call, Action::ItemRead, NodeId::Host(id)).await?;
        let scan = Scan::keys(Collection::History, format!("{id}/")).descending();
        self.list(scan, window, belongs(moment)).await
    }
}
