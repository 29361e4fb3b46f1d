//! Items by the words of their names, for full text: each once, with how many hosts have it.

use std::collections::BTreeSet;

use muster_model::search::{Asked, Rank};
use muster_shared::SectionName;
use muster_shared::id::HostId;
use roaring::RoaringBitmap;
use serde_json::Value;

use crate::service::Service;

/// The numbers of some hosts among all.
fn numbers(all: &[HostId], hosts: &BTreeSet<HostId>) -> RoaringBitmap {
    all.iter().zip(0_u32..).filter(|(host, _)| hosts.contains(host)).map(|(_, number)| number).collect()
}

impl Service {
    /// The items that fit and that one of these hosts has: rank, folded name, class and key.
    pub(in crate::service) fn lookup_names(
        &self,
        asked: &Asked,
        within: Option<&BTreeSet<HostId>>,
    ) -> Vec<(Rank, String, SectionName, String)> {
        self.lookup.read(|listed| {
            let within = within.map(|hosts| numbers(&listed.hosts, hosts));
            let item = |(rank, number)| {
                let (class, key) = listed.names.key(number)?.clone();
                if let Some(within) = &within {
                    let variants = listed.items.get(&class)?.get(&key)?;
                    variants.iter().find(|variant| !variant.hosts.is_disjoint(within))?;
                }
                let name = listed.names.doc(number)?.names.first().cloned().unwrap_or_default();
                Some((rank, name, class, key))
            };
            listed.names.ranked(asked).into_iter().filter_map(item).collect()
        })
    }

    /// The name of an item, how many of these hosts have it, and which one if it is one.
    pub(in crate::service) fn lookup_holders(
        &self,
        class: SectionName,
        key: &str,
        within: Option<&BTreeSet<HostId>>,
    ) -> Option<(String, usize, Option<HostId>)> {
        self.lookup.read(|listed| {
            let variants = listed.items.get(&class)?.get(key)?;
            let within = within.map(|hosts| numbers(&listed.hosts, hosts));
            let counts = |number: &u32| within.as_ref().is_none_or(|within| within.contains(*number));
            let hosts: Vec<u32> = variants.iter().flat_map(|variant| &variant.hosts).filter(counts).take(2).collect();
            let count = variants.iter().map(|variant| match &within {
                Some(within) => variant.hosts.intersection_len(within),
                None => variant.hosts.len(),
            });
            let count = count.sum::<u64>();
            let named = variants.iter().find_map(|variant| variant.attributes.get("name").and_then(Value::as_str));
            let one = match hosts.as_slice() {
                [one] => listed.hosts.get(*one as usize).copied(),
                _ => None,
            };
            Some((named.unwrap_or(key).to_owned(), usize::try_from(count).unwrap_or(usize::MAX), one))
        })
    }
}
