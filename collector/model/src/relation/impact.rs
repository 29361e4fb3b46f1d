//! What is hit when something fails, and what something depends on; with the shortest path that explains it.
//!
//! Trouble is followed level by level, so each node is reached on a shortest path, and a cycle is walked once: whoever is down
//! already is not asked again. A node that depends on a group of which `k` must work is down when fewer are left, and at
//! risk when just `k` are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use muster_shared::Time;
use muster_shared::id::{NodeId, RelationId};

use super::RelationKind;
use super::graph::{Direction, Edge, Graph};

/// Deepest that is looked.
pub const MAX_DEPTH: u32 = 20;

/// How many of each group of a node must work.
pub type Needed = BTreeMap<NodeId, BTreeMap<String, u32>>;

/// What becomes of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It does not work any more; looking down: it is needed.
    Down,
    /// It works, with nothing in reserve.
    AtRisk,
}

impl Effect {
    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::AtRisk => "at_risk",
        }
    }
}

/// A step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where it leads.
    pub node: NodeId,
    /// What the relation says.
    pub kind: RelationKind,
    /// Whether the relation begins where the step leads.
    pub is_inverse: bool,
    /// Which relation; `None` for what a host contains.
    pub relation: Option<RelationId>,
}

/// A node that is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Which.
    pub node: NodeId,
    /// What becomes of it.
    pub effect: Effect,
    /// How many steps it is away.
    pub depth: u32,
}

/// How a node was reached.
#[derive(Clone, Debug)]
struct Arrival {
    effect: Effect,
    depth: u32,
    /// The node before and the step from it; `None` at the start.
    by: Option<(NodeId, Step)>,
}

/// Everything that is reached from where trouble starts.
#[derive(Clone, Debug, Default)]
pub struct Impact {
    arrivals: HashMap<NodeId, Arrival>,
    /// In the order in which they were reached: the near ones first.
    order: Vec<NodeId>,
}

fn step(to: NodeId, edge: &Edge) -> Step {
    Step { node: to, kind: edge.kind, is_inverse: edge.from == to, relation: edge.id }
}

impl Impact {
    /// What is reached, the near ones first. Where it starts is not among it.
    pub fn reached(&self) -> impl Iterator<Item = Reached> {
        self.order.iter().filter_map(|node| {
            let arrival = self.arrivals.get(node)?;
            arrival.by.as_ref()?;
            Some(Reached { node: *node, effect: arrival.effect, depth: arrival.depth })
        })
    }

    /// What becomes of a node.
    pub fn effect(&self, node: NodeId) -> Option<Effect> {
        self.arrivals.get(&node).map(|arrival| arrival.effect)
    }

    /// A shortest path from where it starts to a node.
    pub fn path(&self, node: NodeId) -> Vec<Step> {
        let mut path = Vec::new();
        let mut at = node;
        while let Some((before, step)) = self.arrivals.get(&at).and_then(|arrival| arrival.by.clone()) {
            path.push(step);
            at = before;
        }
        path.reverse();
        path
    }

    fn arrive(&mut self, node: NodeId, arrival: Arrival) {
        if self.arrivals.insert(node, arrival).is_none() {
            self.order.push(node);
        }
    }
}

/// A walk through a graph at a moment.
struct Walk<'a> {
    graph: &'a Graph,
    moment: Option<Time>,
    /// How many of each group must work, where that was otherwise at the moment.
    needed: &'a Needed,
    depth: u32,
    impact: Impact,
}

impl Walk<'_> {
    fn needed(&self, node: NodeId, group: &str) -> Option<u32> {
        match self.moment {
            None => self.graph.needed(node, group),
            Some(_) => self.needed.get(&node)?.get(group).copied(),
        }
    }

    /// How many members a group has.
    fn size(&self, node: NodeId, group: &str) -> usize {
        let members = self.graph.stored(node, Direction::Down, self.moment);
        members
            .filter(|(_, edge)| edge.group.as_deref() == Some(group))
            .map(|(member, _)| member)
            .collect::<BTreeSet<_>>()
            .len()
    }

    /// Follows what is down; gives those that came to be at risk, with how.
    fn fall(&mut self, start: &[NodeId]) -> Vec<(NodeId, Arrival)> {
        let mut losses: HashMap<(NodeId, String), BTreeSet<NodeId>> = HashMap::new();
        let mut risks = Vec::new();
        for node in start {
            self.impact.arrive(*node, Arrival { effect: Effect::Down, depth: 0, by: None });
        }
        let mut level: Vec<NodeId> = start.to_vec();
        for depth in 1..=self.depth {
            let mut next = Vec::new();
            for node in level {
                let stored = self.graph.stored(node, Direction::Up, self.moment);
                let contained = self.graph.contained(node, Direction::Up);
                let edges = stored.map(|(other, edge)| (other, edge.group.clone(), step(other, edge)));
                let contained = contained.iter().map(|(other, edge)| (*other, None, step(*other, edge)));
                for (other, group, step) in edges.chain(contained) {
                    if self.impact.arrivals.contains_key(&other) {
                        continue;
                    }
                    let arrival = |effect| Arrival { effect, depth, by: Some((node, step.clone())) };
                    let rule = group.and_then(|group| self.needed(other, &group).map(|needed| (group, needed)));
                    let Some((group, needed)) = rule else {
                        self.impact.arrive(other, arrival(Effect::Down));
                        next.push(other);
                        continue;
                    };
                    let size = self.size(other, &group);
                    let lost = losses.entry((other, group)).or_default();
                    lost.insert(node);
                    let left = size.saturating_sub(lost.len());
                    let needed = usize::try_from(needed).unwrap_or(usize::MAX);
                    if left < needed {
                        self.impact.arrive(other, arrival(Effect::Down));
                        next.push(other);
                    } else if left == needed {
                        risks.push((other, arrival(Effect::AtRisk)));
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            level = next;
        }
        risks
    }

    /// Follows what is at risk: who depends on it is at risk too. A member of a group that is at risk is not lost.
    fn spread(&mut self, risks: Vec<(NodeId, Arrival)>) {
        let mut level = Vec::new();
        for (node, arrival) in risks {
            if !self.impact.arrivals.contains_key(&node) {
                level.push((arrival.depth, node));
                self.impact.arrive(node, arrival);
            }
        }
        level.sort_unstable();
        let mut queue: std::collections::VecDeque<(u32, NodeId)> = level.into();
        while let Some((depth, node)) = queue.pop_front() {
            if depth >= self.depth {
                continue;
            }
            for (other, edge) in self.graph.neighbours(node, Direction::Up, self.moment) {
                let grouped = edge.group.as_ref().is_some_and(|group| self.needed(other, group).is_some());
                if grouped || self.impact.arrivals.contains_key(&other) {
                    continue;
                }
                let by = Some((node, step(other, &edge)));
                self.impact.arrive(other, Arrival { effect: Effect::AtRisk, depth: depth + 1, by });
                queue.push_back((depth + 1, other));
            }
        }
    }
}

/// What is hit when all of `start` are down. `needed` says how many of each group had to work at a past moment.
pub fn up(graph: &Graph, start: &[NodeId], depth: u32, moment: Option<Time>, needed: &Needed) -> Impact {
    let mut walk = Walk { graph, moment, needed, depth: depth.min(MAX_DEPTH), impact: Impact::default() };
    let risks = walk.fall(start);
    walk.spread(risks);
    walk.impact
}

/// What a node depends on.
pub fn down(graph: &Graph, start: NodeId, depth: u32, moment: Option<Time>) -> Impact {
    let mut impact = Impact::default();
    impact.arrive(start, Arrival { effect: Effect::Down, depth: 0, by: None });
    let mut level = vec![start];
    for depth in 1..=depth.min(MAX_DEPTH) {
        let mut next = Vec::new();
        for node in level {
            for (other, edge) in graph.neighbours(node, Direction::Down, moment) {
                if impact.arrivals.contains_key(&other) {
                    continue;
                }
                let by = Some((node, step(other, &edge)));
                impact.arrive(other, Arrival { effect: Effect::Down, depth, by });
                next.push(other);
            }
        }
        level = next;
    }
    impact
}
