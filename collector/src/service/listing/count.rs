//! How many items a question means, and how many of them have which value: what stands beside the list.
//!
//! What the index of what hosts have decides alone is counted there, whatever there is of it. Everything else is looked at, up to a
//! bound that keeps a page fast, and then the counts say that there are at least so many.

use std::collections::{HashMap, HashSet};

use muster_model::Collection;
use muster_model::facet::{FIELDS, OF_HOST, Tally};
use muster_model::host::Host;
use muster_model::host::status::Status;
use muster_model::query::Query;
use muster_model::right::Action;
use muster_shared::id::HostId;
use muster_store::{Scan, TypedStore};

use super::DeclaredEntry;
use crate::service::lookup::Counted;
use crate::service::{Call, Service, ServiceError, Window};

/// Items that are looked at to be counted.
const ITEMS: usize = 10_000;
/// Hosts that are looked at for that.
const HOSTS: usize = 1_000;

/// Counts the values of a host for some of its items.
fn count_host(host: &Host, status: Status, times: usize, tally: &mut Tally) {
    for (field, name) in OF_HOST {
        let value = match *name {
            "site" => host.site.as_deref().unwrap_or_default(),
            "criticality" => host.criticality.as_str(),
            "lifecycle" => host.lifecycle.as_str(),
            "status" => status.as_str(),
            _ => &host.name,
        };
        tally.add_value(field, value, times);
    }
}

impl Service {
    /// How many items a query means, and how many have which value.
    pub async fn count_items(&self, call: &Call, query: &Query) -> Result<Tally, ServiceError> {
        let query = &self.sight(call, Action::ItemRead).await?.of_nodes(query);
        self.check_past(query).await?;
        let mut tally = Tally::exact();
        if query.requires("declared") != Some("true") {
            tally = self.count_found(query).await?;
        }
        let registry = self.registry().await?;
        for stored in self.query_declared(query).await? {
            let entry = DeclaredEntry { item: &stored.value, registry: &registry, ties: <_>::default() };
            tally.count += 1;
            tally.add(&entry, FIELDS, 1);
        }
        Ok(tally)
    }

    async fn count_found(&self, query: &Query) -> Result<Tally, ServiceError> {
        let asks_present = query.moment.is_now() && !query.mentions("lifecycle");
        let hosts =
            if asks_present { self.store().all::<Host>(Scan::keys(Collection::Host, "")).await? } else { vec![] };
        let there: HashSet<HostId> =
            hosts.iter().filter(|host| host.value.merged_into.is_none()).map(|host| host.value.id).collect();
        let gone = |host: HostId| !there.contains(&host);
        let Some(Counted { mut tally, hosts: counts, open }) = self.lookup_count(query, &gone).await? else {
            let mut tally = Tally::exact();
            self.count_by_looking(query, (ITEMS, HOSTS), &mut tally).await?;
            return Ok(tally);
        };
        tally.is_exact = true;
        tally.add_value("lifecycle", "active", tally.count);
        let counts: HashMap<HostId, usize> = counts.into_iter().collect();
        let statuses = self.statuses(&hosts).await?;
        for host in hosts.iter().map(|stored| &stored.value) {
            if let (Some(times), Some(status)) = (counts.get(&host.id), statuses.get(&host.id)) {
                count_host(host, *status, *times, &mut tally);
            }
        }
        let fields = self.registry().await?;
        for host in open.iter().take(HOSTS) {
            let mut one = query.clone();
            one.and("host", &host.to_string(), &fields.item_fields())
                .map_err(|why| crate::service::invalid("/filter", why))?;
            self.count_by_looking(&one, (ITEMS, HOSTS), &mut tally).await?;
        }
        tally.is_exact &= open.len() <= HOSTS;
        Ok(tally)
    }

    /// Counts the items that a query means by looking at them, up to a bound.
    async fn count_by_looking(
        &self,
        query: &Query,
        (items, hosts): (usize, usize),
        tally: &mut Tally,
    ) -> Result<(), ServiceError> {
        let page = self.items_within(query, &Window { limit: items, cursor: None }, hosts).await?;
        tally.is_exact &= page.next_cursor.is_none();
        tally.count += page.items.len();
        let moment = Query::at(query.moment);
        let mut holder = None;
        for item in &page.items {
            // They come by host.
            if holder.as_ref().is_none_or(|(host, _)| *host != item.host) {
                holder = self.possible_holder(item.host, &moment, false).await?.map(|held| (item.host, held));
            }
            let Some((_, held)) = &holder else { continue };
            tally.add(&item.entry(held), FIELDS, 1);
        }
        Ok(())
    }
}
