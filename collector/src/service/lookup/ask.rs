//! What the index says of a query: on which hosts what may pass, a stretch of hosts at a time.

use std::collections::{BTreeMap, BTreeSet};

use muster_model::query::Query;
use muster_shared::SectionName;
use muster_shared::id::HostId;
use roaring::RoaringBitmap;
use serde_json::Value;

use super::{Glimpse, Listed, known};
use crate::service::{Service, ServiceError};

/// The keys of items that may pass, by host and class; `None` is all of them.
pub(in crate::service) type Candidates = BTreeMap<HostId, BTreeMap<SectionName, Option<BTreeSet<String>>>>;

/// Some of the hosts on which something may pass, and where the others begin.
#[derive(Debug, Default)]
pub(in crate::service) struct Stretch {
    pub(in crate::service) found: Candidates,
    pub(in crate::service) next: Option<HostId>,
}

/// Whether a text is another one that is written in small letters.
fn is_same(text: &str, wanted: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(wanted) } else { text.to_lowercase() == wanted }
}

impl Listed {
    /// The hosts from one on, at most so many, on which something may pass; `None` when the query can mean classes of which
    /// nothing is known.
    fn stretch(&self, query: &Query, from: Option<HostId>, most: usize) -> Option<Stretch> {
        let asked = SectionName::ALL.iter().copied().filter(|name| query.allows("class", name.as_str()));
        let (listed, others): (Vec<SectionName>, Vec<SectionName>) = asked.partition(|name| known(*name).is_some());
        let named = query.named();
        if !others.is_empty() && named.is_empty() {
            return None;
        }
        let variants = self.variants(query, &listed);
        let holders: Vec<(SectionName, RoaringBitmap)> =
            others.iter().map(|section| (*section, self.may_hold(*section, &named))).collect();
        let mut numbers = RoaringBitmap::new();
        for hosts in variants.iter().map(|(.., hosts)| *hosts).chain(holders.iter().map(|(_, hosts)| hosts)) {
            numbers |= hosts;
        }
        let mut hosts: BTreeSet<HostId> = numbers.iter().filter_map(|number| self.host(number)).collect();
        hosts.extend(self.several.iter().chain(&self.unread));
        if !others.is_empty() {
            hosts.extend(&self.unnamed);
        }
        let mut hosts = hosts.into_iter().filter(|host| from.is_none_or(|from| *host >= from));
        let mut found = Candidates::new();
        for host in hosts.by_ref().take(most) {
            let sections = found.entry(host).or_default();
            let is_open = self.several.contains(&host) || self.unread.contains(&host);
            if is_open || self.unnamed.contains(&host) {
                sections.extend(others.iter().map(|section| (*section, None)));
            }
            if is_open {
                sections.extend(listed.iter().map(|section| (*section, None)));
                continue;
            }
            let Some(number) = self.numbers.get(&host).copied() else { continue };
            for (section, key, _) in variants.iter().filter(|(.., hosts)| hosts.contains(number)) {
                sections.entry(*section).or_default().get_or_insert_default().insert((*key).to_owned());
            }
            let others = holders.iter().filter(|(_, hosts)| hosts.contains(number));
            sections.extend(others.map(|(section, _)| (*section, None)));
        }
        Some(Stretch { found, next: hosts.next() })
    }

    fn host(&self, number: u32) -> Option<HostId> {
        self.hosts.get(number as usize).copied()
    }

    /// What is listed and may pass, with the hosts that have it.
    fn variants(&self, query: &Query, sections: &[SectionName]) -> Vec<(SectionName, &str, &RoaringBitmap)> {
        // Most questions name one thing: the others need not be asked all of it.
        let (name, key) = (query.requires("name"), query.requires("key"));
        let mut found = Vec::new();
        for (section, items) in self.items.iter().filter(|(name, _)| sections.contains(name)) {
            for (item, variants) in items {
                if key.is_some_and(|key| !is_same(item, key)) {
                    continue;
                }
                for variant in variants {
                    let called = || variant.attributes.get("name").and_then(Value::as_str).unwrap_or(item);
                    let is_other = name.is_some_and(|name| !is_same(called(), name));
                    let glimpse = Glimpse { section: *section, key: item, attributes: &variant.attributes };
                    if !is_other && query.may_match(&glimpse) {
                        found.push((*section, item.as_str(), &variant.hosts));
                    }
                }
            }
        }
        found
    }

    /// The hosts that may have an item of another class whose name or key is so.
    fn may_hold(&self, section: SectionName, named: &[Vec<Vec<&str>>]) -> RoaringBitmap {
        let one = |texts: &Vec<&str>| self.grams.holders(section, texts);
        let any = |texts: &Vec<Vec<&str>>| texts.iter().map(one).fold(RoaringBitmap::new(), |all, more| all | more);
        named.iter().map(any).reduce(|all, more| all & more).unwrap_or_default()
    }
}

impl Service {
    /// The items that may pass, if the index can tell: of the present, and of classes that are listed or by their names.
    pub(in crate::service) async fn stretch(
        &self,
        query: &Query,
        from: Option<HostId>,
        most: usize,
    ) -> Result<Option<Stretch>, ServiceError> {
        if !query.moment.is_now() || (query.mentions("lifecycle") && query.allows("lifecycle", "retired")) {
            return Ok(None);
        }
        if !self.update_lookup().await? {
            return Ok(None);
        }
        // Who asks does not wait for hosts to be read by and by: what is read for one question is there for the next.
        if SectionName::ALL.iter().any(|name| query.allows("class", name.as_str()) && known(*name).is_some()) {
            while self.list_newcomers(usize::MAX).await? > 0 {}
        }
        Ok(self.lookup.read(|listed| listed.stretch(query, from, most)))
    }
}
