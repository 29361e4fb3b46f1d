//! How good the CMDB is, in numbers that open their lists.

use muster_model::health::{CHECKS, Check, Dimension, Subject};
use muster_model::query::{Entry, Fields, Query, fields};
use muster_model::right::Action;
use muster_shared::id::NodeId;

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
    /// Share of hosts and declared items that fail none of its checks; nothing when there are none.
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
    /// The dimensions.
    pub scores: Vec<Score>,
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
        let (ties, registry) = (self.ties().await?, self.registry().await?);
        let tie_of = |node: NodeId| ties.get(&node).copied().unwrap_or_default();
        let counted = hosts.iter().filter(|host| !host.lifecycle.is_over() || host.is_zombie()).count();
        let entries = hosts.iter().map(|host| host.entry(tie_of(NodeId::Host(host.host.value.id)))).collect();
        let hosts = Asked { entries, fields: fields::HOST, counted };
        let items = self.query_declared(&sight.of_nodes(&Query::default())).await?;
        let entry = |item| DeclaredEntry { item, registry: &registry, ties: tie_of(item.id) };
        let entries: Vec<_> = items.iter().map(|stored| entry(&stored.value)).collect();
        let items = Asked { counted: entries.len(), fields: registry.item_fields(), entries };
        let scores = Dimension::ALL.iter().map(|dimension| score(*dimension, &hosts, &items));
        Ok(Health { hosts: hosts.counted, items: items.counted, scores: scores.collect::<Result<_, _>>()? })
    }
}

fn score(
    dimension: Dimension,
    hosts: &Asked<'_, impl Entry>,
    items: &Asked<'_, impl Entry>,
) -> Result<Score, ServiceError> {
    let (mut outcomes, failing_hosts) = ask(dimension, Subject::Hosts, hosts)?;
    let (of_items, failing_items) = ask(dimension, Subject::Items, items)?;
    // Items count only where something is asked of them.
    let items = if of_items.is_empty() { 0 } else { items.counted };
    outcomes.extend(of_items);
    let counted = hosts.counted + items;
    let sound = counted.saturating_sub(failing_hosts + failing_items);
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
