//! All relations as an adjacency index in memory: what impact walks over. Built from the stored relations at the start, kept
//! up to date by whoever commits one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use muster_shared::Time;
use muster_shared::id::{HostId, NodeId, RelationId};

use super::connection::fade;
use super::{Relation, RelationKind, Span};

/// A relation as the index keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// Which relation; `None` for what a host contains, which is not stored.
    pub id: Option<RelationId>,
    /// Where it begins.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// What it says.
    pub kind: RelationKind,
    /// The redundancy group of the item that depends.
    pub group: Option<String>,
    /// How sure it is, in hundredths; of a connection when it was last seen.
    pub confidence: u8,
    /// When a connection was last seen.
    pub seen_at: Option<Time>,
    /// When it held.
    pub spans: Vec<Span>,
}

impl Edge {
    /// How sure it is at a moment.
    pub fn confidence_at(&self, at: Time) -> u8 {
        self.seen_at.map_or(self.confidence, |seen_at| fade(self.confidence, at.since(seen_at)))
    }

    /// Whether it holds at a moment, `None` is now.
    fn holds(&self, moment: Option<Time>) -> bool {
        match moment {
            None => self.spans.last().is_some_and(|span| span.until.is_none()),
            Some(moment) => self.spans.iter().any(|span| span.covers(moment)),
        }
    }
}

/// Which way trouble is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To what depends on the node.
    Up,
    /// To what the node depends on.
    Down,
}

impl Direction {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Up, Self::Down];

    /// The name in JSON and URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// How a node is tied to others now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// Relations that hold.
    pub relations: usize,
    /// Those whose other end is out of service or gone.
    pub broken: usize,
}

/// The index.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    edges: HashMap<RelationId, (u64, Edge)>,
    /// Relations by the node whose trouble they pass on.
    passes: HashMap<NodeId, BTreeSet<RelationId>>,
    /// Relations by the node that the trouble comes to.
    receives: HashMap<NodeId, BTreeSet<RelationId>>,
    /// Items of hosts that are ends of relations.
    parts: HashMap<HostId, BTreeMap<NodeId, usize>>,
    /// How many of each group must work.
    redundancy: HashMap<NodeId, BTreeMap<String, u32>>,
}

impl Graph {
    /// Takes a relation in as it is stored in this version; an older one than is known changes nothing.
    pub fn put(&mut self, relation: &Relation, version: u64) {
        if self.edges.get(&relation.id).is_some_and(|(known, _)| *known >= version) {
            return;
        }
        let Some((cause, effect)) = relation.flow() else { return };
        let edge = Edge {
            id: Some(relation.id),
            from: relation.from,
            to: relation.to,
            kind: relation.kind,
            group: relation.group.clone(),
            confidence: relation.confidence,
            seen_at: relation.traffic.is_some().then_some(relation.last_seen),
            spans: relation.spans.clone(),
        };
        if self.edges.insert(relation.id, (version, edge)).is_none() {
            self.passes.entry(cause).or_default().insert(relation.id);
            self.receives.entry(effect).or_default().insert(relation.id);
            for node in [cause, effect] {
                if let NodeId::Item(item) = node {
                    *self.parts.entry(item.host()).or_default().entry(node).or_default() += 1;
                }
            }
        }
    }

    /// Takes a relation out.
    pub fn remove(&mut self, id: RelationId) {
        let Some((_, edge)) = self.edges.remove(&id) else { return };
        for node in [edge.from, edge.to] {
            for index in [&mut self.passes, &mut self.receives] {
                if let Some(ids) = index.get_mut(&node) {
                    ids.remove(&id);
                }
                if index.get(&node).is_some_and(BTreeSet::is_empty) {
                    index.remove(&node);
                }
            }
            if let NodeId::Item(item) = node {
                let parts = self.parts.entry(item.host()).or_default();
                let count = parts.entry(node).or_default();
                *count = count.saturating_sub(1);
                parts.retain(|_, count| *count > 0);
            }
        }
    }

    /// Says how many of each group of a node must work.
    pub fn set_redundancy(&mut self, node: NodeId, needed: &BTreeMap<String, u32>) {
        if needed.is_empty() {
            self.redundancy.remove(&node);
        } else {
            self.redundancy.insert(node, needed.clone());
        }
    }

    /// How many of a node's group must work; `None` when the group has no such rule.
    pub fn needed(&self, node: NodeId, group: &str) -> Option<u32> {
        self.redundancy.get(&node)?.get(group).copied()
    }

    /// How every node that has a relation is tied to others at a moment, `None` is now; `gone` are nodes that are out of service then.
    pub fn ties(&self, gone: &HashSet<NodeId>, moment: Option<Time>) -> HashMap<NodeId, Ties> {
        let is_gone = |node: NodeId| {
            gone.contains(&node) || matches!(node, NodeId::Item(item) if gone.contains(&NodeId::Host(item.host())))
        };
        let mut ties: HashMap<NodeId, Ties> = HashMap::new();
        for edge in self.edges.values().map(|(_, edge)| edge).filter(|edge| edge.holds(moment)) {
            for (node, other) in [(edge.from, edge.to), (edge.to, edge.from)] {
                let tie = ties.entry(node).or_default();
                tie.relations += 1;
                tie.broken += usize::from(is_gone(other));
            }
        }
        ties
    }

    /// How many relations there are.
    pub fn len(&self) -> usize {
        self.edges.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }

    /// The neighbours in a direction at a moment, with the relation that leads there. What a host contains is among them.
    pub fn neighbours(&self, node: NodeId, direction: Direction, moment: Option<Time>) -> Vec<(NodeId, Edge)> {
        let mut found: Vec<(NodeId, Edge)> =
            self.stored(node, direction, moment).map(|(n, e)| (n, e.clone())).collect();
        found.extend(self.contained(node, direction));
        found
    }

    /// The neighbours by stored relations.
    pub(super) fn stored(
        &self,
        node: NodeId,
        direction: Direction,
        moment: Option<Time>,
    ) -> impl Iterator<Item = (NodeId, &Edge)> {
        let index = match direction {
            Direction::Up => &self.passes,
            Direction::Down => &self.receives,
        };
        let ids = index.get(&node).into_iter().flatten();
        let edges = ids.filter_map(|id| self.edges.get(id)).map(|(_, edge)| edge);
        edges
            .filter(move |edge| edge.holds(moment))
            .map(move |edge| (if edge.from == node { edge.to } else { edge.from }, edge))
    }

    /// A host is upstream of its items. Of those only the ends of other relations lead anywhere.
    pub(super) fn contained(&self, node: NodeId, direction: Direction) -> Vec<(NodeId, Edge)> {
        let edge = |host: HostId, item: NodeId| Edge {
            id: None,
            from: NodeId::Host(host),
            to: item,
            kind: RelationKind::Contains,
            group: None,
            confidence: 100,
            seen_at: None,
            spans: Vec::new(),
        };
        match (node, direction) {
            (NodeId::Host(host), Direction::Up) => {
                let parts = self.parts.get(&host).into_iter().flatten();
                parts.map(|(item, _)| (*item, edge(host, *item))).collect()
            }
            (NodeId::Item(item), Direction::Down) => vec![(NodeId::Host(item.host()), edge(item.host(), node))],
            _ => Vec::new(),
        }
    }
}
