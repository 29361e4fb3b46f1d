//! How good the CMDB is, in numbers that open their lists.

use std::collections::{HashMap, HashSet};

use muster_model::class::{Class, Registry};
use muster_model::declared::Declared;
use muster_model::health::{CHECKS, Check, Dimension, Subject};
use muster_model::history::Moment;
use muster_model::query::{Entry, Fields, Query};
use muster_model::right::Action;
use muster_shared::SectionName;
use muster_shared::id::{HostId, ItemId, NodeId};
use muster_store::{Index, Scan, TypedStore};

use super::host::HostView;
use super::listing::DeclaredEntry;
use super::{Call, Service, ServiceError, Window};

/// A check with the number of those that fail it.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// The check.
    pub check: &'static Check,
    /// How many fail it.
    pub failing: usize,
}

/// A dimension with its checks.
#[derive(Clone, Debug)]
pub struct Score {
    /// Which.
    pub dimension: Dimension,
    /// Share of hosts, declared items and items of which owners ask values that fail none of its checks; nothing when there are none.
    pub percent: Option<f64>,
    /// Its checks.
    pub outcomes: Vec<Outcome>,
}

/// The health of the CMDB.
#[derive(Clone, Debug)]
pub struct Health {
    /// Hosts that count.
    pub hosts: usize,
    /// Items that people declare.
    pub items: usize,
    /// Items of hosts of which owners ask values.
    pub found: usize,
    /// The dimensions.
    pub scores: Vec<Score>,
}

/// Items of hosts of which owners ask values.
#[derive(Clone, Copy, Debug, Default)]
struct Found {
    counted: usize,
    failing: usize,
}

impl Found {
    const fn add(&mut self, counted: usize, failing: usize) {
        self.counted += counted;
        self.failing += failing;
    }
}

/// What checks are asked of: entries as queries see them, what can be asked of them, and how many of them count.
struct Asked<'a, E> {
    entries: Vec<E>,
    fields: Fields<'a>,
    counted: usize,
}

impl Service {
    /// Asks every check of every host and of every item that people declare.
    pub async fn health(&self, call: &Call) -> Result<Health, ServiceError> {
        let sight = self.sight(call, Action::ItemRead).await?;
        let all = Window { limit: usize::MAX, cursor: None };
        let hosts = self.list_hosts(call, &Query::default(), &all).await?.items;
        let (ties, registry) = (self.ties(Moment::NOW).await?, self.registry().await?);
        let tie_of = |node: NodeId| ties.get(&node).copied().unwrap_or_default();
        let counted = hosts.iter().filter(|host| !host.lifecycle.is_over() || host.is_zombie).count();
        let found = self.found_items(&hosts, &registry).await?;
        let asks_values = registry.get("host").is_some_and(Class::asks_values);
        let mut entries = Vec::with_capacity(hosts.len());
        for host in &hosts {
            let id = host.host.value.id;
            let mut entry = host.entry(tie_of(NodeId::Host(id)));
            if asks_values {
                self.add_said(&mut entry, id, Moment::NOW).await?;
            }
            entries.push(entry);
        }
        let hosts = Asked { entries, fields: registry.host_fields(), counted };
        let items = self.query_declared(&sight.of_nodes(&Query::default())).await?;
        let entry = |item| DeclaredEntry { item, registry: &registry, ties: tie_of(item.id) };
        let entries: Vec<_> = items.iter().map(|stored| entry(&stored.value)).collect();
        let items = Asked { counted: entries.len(), fields: registry.item_fields(), entries };
        let scores = Dimension::ALL.iter().map(|dimension| score(*dimension, &hosts, &items, found));
        let scores = scores.collect::<Result<_, _>>()?;
        Ok(Health { hosts: hosts.counted, items: items.counted, found: found.counted, scores })
    }

    /// The items of hosts in service, of the classes for which owners ask values, and how many of them lack one. Sections of
    /// which nothing is said are counted and not read.
    async fn found_items(&self, hosts: &[HostView], registry: &Registry) -> Result<Found, ServiceError> {
        let mut found = Found::default();
        let asked = |section: &&SectionName| {
            **section != SectionName::Host && registry.get(section.as_str()).is_some_and(Class::asks_values)
        };
        for section in SectionName::ALL.iter().filter(asked) {
            let Some(class) = registry.get(section.as_str()) else { continue };
            let mut whole: HashMap<HostId, HashSet<ItemId>> = HashMap::new();
            let scan = Scan::index(Index::DeclaredByClass, format!("{section}/"));
            for stored in self.store().all::<Declared>(scan).await? {
                if let NodeId::Item(id) = stored.value.id
                    && !class.is_incomplete(&stored.value.attributes)
                {
                    whole.entry(id.host()).or_default().insert(id);
                }
            }
            for view in hosts.iter().filter(|view| !view.lifecycle.is_over()) {
                let host = &view.host.value;
                let head = view.known.as_ref().and_then(|known| known.sections.get(section));
                let Some(head) = head.filter(|head| head.is_known) else { continue };
                let is_said = whole.get(&host.id);
                if is_said.is_none() && host.sources.is_empty() {
                    let count = usize::try_from(head.count).unwrap_or(usize::MAX);
                    found.add(count, count);
                    continue;
                }
                let holder = self.holder(view.host.clone()).await?;
                let items = self.items_of(&holder, *section, Moment::NOW).await?;
                let is_whole = |id: &ItemId| is_said.is_some_and(|said| said.contains(id));
                found.add(items.len(), items.iter().filter(|item| !is_whole(&item.id)).count());
            }
        }
        Ok(found)
    }
}

fn score(
    dimension: Dimension,
    hosts: &Asked<'_, impl Entry>,
    items: &Asked<'_, impl Entry>,
    found: Found,
) -> Result<Score, ServiceError> {
    let (mut outcomes, failing_hosts) = ask(dimension, Subject::Hosts, hosts)?;
    let (of_items, failing_items) = ask(dimension, Subject::Items, items)?;
    // Items count only where something is asked of them.
    let items = if of_items.is_empty() { 0 } else { items.counted };
    outcomes.extend(of_items);
    let of_found = CHECKS.iter().filter(|check| check.dimension == dimension && check.of == Subject::Found);
    let of_found: Vec<_> = of_found.map(|check| Outcome { check, failing: found.failing }).collect();
    let found = if of_found.is_empty() { Found::default() } else { found };
    outcomes.extend(of_found);
    let counted = hosts.counted + items + found.counted;
    let sound = counted.saturating_sub(failing_hosts + failing_items + found.failing);
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let percent = (counted > 0).then(|| (sound as f64 / counted as f64 * 1_000.0).round() / 10.0);
    Ok(Score { dimension, percent, outcomes })
}

/// The outcome of the checks of a dimension, and how many fail any of them.
fn ask(
    dimension: Dimension,
    of: Subject,
    asked: &Asked<'_, impl Entry>,
) -> Result<(Vec<Outcome>, usize), ServiceError> {
    let mut failing_any = vec![false; asked.entries.len()];
    let mut outcomes = Vec::new();
    for check in CHECKS.iter().filter(|check| check.dimension == dimension && check.of == of) {
        let query = Query::parse(check.query, &asked.fields)?;
        let mut failing = 0;
        for (entry, fails) in asked.entries.iter().zip(&mut failing_any) {
            if query.matches(entry) {
                failing += 1;
                *fails = true;
            }
        }
        outcomes.push(Outcome { check, failing });
    }
    Ok((outcomes, failing_any.into_iter().filter(|fails| *fails).count()))
}
