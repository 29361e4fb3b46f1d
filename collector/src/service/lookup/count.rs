//! How many items a query means, as far as the index alone decides it.

use muster_model::facet::{INDEXED, Tally};
use muster_model::query::Query;
use muster_shared::SectionName;
use muster_shared::id::HostId;
use roaring::RoaringBitmap;

use super::{Glimpse, Listed, Variant, known};
use crate::service::{Service, ServiceError};

/// What the index counts.
#[derive(Debug, Default)]
pub(in crate::service) struct Counted {
    pub(in crate::service) tally: Tally,
    /// The hosts with how many of the items each has.
    pub(in crate::service) hosts: Vec<(HostId, usize)>,
    /// The hosts that must be asked themselves.
    pub(in crate::service) open: Vec<HostId>,
}

impl Listed {
    /// What is listed and passes; `None` when the query asks for what the index does not know.
    fn passing(&self, query: &Query) -> Option<Vec<(Glimpse<'_>, &RoaringBitmap)>> {
        let asked: Vec<SectionName> =
            SectionName::ALL.iter().copied().filter(|name| query.allows("class", name.as_str())).collect();
        if asked.iter().any(|section| known(*section).is_none()) {
            return None;
        }
        let mut passing = Vec::new();
        for (section, items) in self.items.iter().filter(|(name, _)| asked.contains(name)) {
            for (key, variants) in items {
                for Variant { attributes, hosts } in variants {
                    let glimpse = Glimpse { section: *section, key, attributes };
                    if query.verdict(&glimpse)? {
                        passing.push((glimpse, hosts));
                    }
                }
            }
        }
        Some(passing)
    }

    fn open(&self) -> RoaringBitmap {
        let open = self.several.iter().chain(&self.unread);
        let mut numbers: Vec<u32> = open.filter_map(|host| self.numbers.get(host).copied()).collect();
        numbers.sort_unstable();
        numbers.into_iter().collect()
    }

    /// Counts what passes on all hosts but those of `gone`.
    fn count(&self, query: &Query, gone: &dyn Fn(HostId) -> bool) -> Option<Counted> {
        let passing = self.passing(query)?;
        let mut counted = Counted { open: self.several.union(&self.unread).copied().collect(), ..Counted::default() };
        let mut left_out = self.open();
        let all = passing.iter().fold(RoaringBitmap::new(), |all, (_, hosts)| all | *hosts);
        left_out.extend(all.iter().filter(|number| self.hosts.get(*number as usize).is_none_or(|host| gone(*host))));
        let mut of_host = vec![0_usize; self.hosts.len()];
        for (glimpse, hosts) in passing {
            let having = hosts - &left_out;
            let times = usize::try_from(having.len()).unwrap_or(usize::MAX);
            counted.tally.count += times;
            counted.tally.add(&glimpse, INDEXED, times);
            for number in &having {
                if let Some(count) = of_host.get_mut(number as usize) {
                    *count += 1;
                }
            }
        }
        let with_any = self.hosts.iter().copied().zip(of_host).filter(|(_, count)| *count > 0);
        counted.hosts = with_any.collect();
        Some(counted)
    }
}

impl Service {
    /// How many items a query means on the hosts that it says are there, when the index decides it: of the present, and of
    /// classes that are listed.
    pub(in crate::service) async fn lookup_count(
        &self,
        query: &Query,
        gone: &(dyn Fn(HostId) -> bool + Sync),
    ) -> Result<Option<Counted>, ServiceError> {
        if !query.moment.is_now() || query.mentions("lifecycle") || !self.update_lookup().await? {
            return Ok(None);
        }
        while self.list_newcomers(usize::MAX).await? > 0 {}
        Ok(self.lookup.read(|listed| listed.count(query, gone)))
    }
}
