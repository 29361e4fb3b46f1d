//! Relations that follow: from the rules of a class with the attributes of an item, and from the queries of an item.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use muster_shared::id::{HostId, NodeId, RelationId};
use serde_json::Value;

use super::connection::is_stale;
use super::{Relation, RelationKind, Source};
use crate::class::{Class, places};
use crate::declared::Declared;

/// An item has a relation to every host on which something fits each of these queries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deriver {
    /// The item.
    pub item: NodeId,
    /// The relation.
    pub kind: RelationKind,
    /// The redundancy group.
    pub group: Option<String>,
    /// The queries, all of which must find something on a host.
    pub queries: Vec<String>,
}

impl Deriver {
    /// The queries in one line: what people are told, and what tells derivers of an item apart.
    pub fn rule(&self) -> String {
        self.queries.join(" + ")
    }
}

/// A value as it stands in a query.
fn quoted(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return None,
    };
    Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

/// What follows from an item that is there.
pub fn derivers(item: &Declared, class: &Class) -> Vec<Deriver> {
    if !item.is_present() {
        return Vec::new();
    }
    let mut by_kind: BTreeMap<RelationKind, Vec<String>> = BTreeMap::new();
    for rule in &class.rules {
        let values = places(&rule.query).into_iter().map(|name| Some((name, quoted(item.attributes.get(name)?)?)));
        // A rule whose attributes have no value says nothing.
        let Some(values) = values.collect::<Option<Vec<_>>>() else { continue };
        let query =
            values.iter().fold(rule.query.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value));
        by_kind.entry(rule.relation).or_default().push(query);
    }
    let rules = by_kind.into_iter().map(|(kind, queries)| Deriver { item: item.id, kind, group: None, queries });
    let members = item.members.iter().map(|members| Deriver {
        item: item.id,
        kind: RelationKind::DependsOn,
        group: members.group.clone(),
        queries: vec![members.query.clone()],
    });
    rules.chain(members).collect()
}

/// A relation that follows.
pub fn derived(deriver: &Deriver, host: HostId, now: Time) -> Relation {
    let rule = deriver.rule();
    let mut relation = Relation::new(deriver.item, deriver.kind, NodeId::Host(host), Source::Derived, &rule, now);
    relation.group.clone_from(&deriver.group);
    relation.rule = Some(rule);
    relation
}

/// What changes among `known` relations when these are all that hold now. One that agents discovered is seen again.
pub fn settle(wanted: Vec<Relation>, known: Vec<Relation>, now: Time) -> Vec<Relation> {
    let mut changed = Vec::new();
    let mut kept: BTreeSet<RelationId> = BTreeSet::new();
    let known: BTreeMap<RelationId, Relation> = known.into_iter().map(|relation| (relation.id, relation)).collect();
    for next in wanted {
        if !kept.insert(next.id) {
            continue;
        }
        let Some(before) = known.get(&next.id) else {
            changed.push(next);
            continue;
        };
        let mut after = before.clone();
        after.group = next.group;
        after.begin(now);
        // Written now and then only: that it is still so is no news.
        if after.source == Source::Discovered && is_stale(&after, now) {
            after.last_seen = now;
        }
        changed.extend((after != *before).then_some(after));
    }
    for (_, mut relation) in known.into_iter().filter(|(id, _)| !kept.contains(id)) {
        if relation.holds() {
            relation.end(now);
            relation.last_seen = now;
            changed.push(relation);
        }
    }
    changed
}
