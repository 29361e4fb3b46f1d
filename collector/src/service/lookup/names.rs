//! Items by the words of their names, for full text: each once, with how many hosts have it.

use muster_model::search::{Asked, Rank};
use muster_shared::SectionName;
use muster_shared::id::HostId;
use serde_json::Value;

use crate::service::Service;

impl Service {
    /// The items that fit: rank, folded name, class and key.
    pub(in crate::service) fn lookup_names(&self, asked: &Asked) -> Vec<(Rank, String, SectionName, String)> {
        self.lookup.read(|listed| {
            let item = |(rank, number)| {
                let (class, key) = listed.names.key(number)?.clone();
                let name = listed.names.doc(number)?.names.first().cloned().unwrap_or_default();
                Some((rank, name, class, key))
            };
            listed.names.ranked(asked).into_iter().filter_map(item).collect()
        })
    }

    /// The name of an item, how many hosts have it, and which one if it is one.
    pub(in crate::service) fn lookup_holders(
        &self,
        class: SectionName,
        key: &str,
    ) -> Option<(String, usize, Option<HostId>)> {
        self.lookup.read(|listed| {
            let variants = listed.items.get(&class)?.get(key)?;
            let hosts: Vec<u32> = variants.iter().flat_map(|variant| &variant.hosts).take(2).collect();
            let count = variants.iter().map(|variant| variant.hosts.len()).sum::<u64>();
            let named = variants.iter().find_map(|variant| variant.attributes.get("name").and_then(Value::as_str));
            let one = match hosts.as_slice() {
                [one] => listed.hosts.get(*one as usize).copied(),
                _ => None,
            };
            Some((named.unwrap_or(key).to_owned(), usize::try_from(count).unwrap_or(usize::MAX), one))
        })
    }
}
