//! What an alert may be a mere consequence of: an item upstream that has a critical alert itself (rule E6).

use std::collections::{BTreeSet, VecDeque};

use muster_shared::Time;
use muster_shared::id::NodeId;

use crate::relation::graph::{Direction, Graph};

/// Relations that are less sure, in hundredths, mute nobody.
pub const CONFIDENCE: u8 = 80;
/// Steps upstream that are looked at.
const DEPTH: u32 = 5;

/// The nearest item upstream that is critical. A member of a redundancy group mutes nobody: the others carry on.
pub fn parent(graph: &Graph, node: NodeId, now: Time, is_critical: impl Fn(NodeId) -> bool) -> Option<NodeId> {
    let mut seen = BTreeSet::from([node]);
    let mut open = VecDeque::from([(node, 0)]);
    while let Some((at, depth)) = open.pop_front() {
        for (next, edge) in graph.neighbours(at, Direction::Down, None) {
            if edge.confidence_at(now) < CONFIDENCE || edge.group.is_some() || !seen.insert(next) {
                continue;
            }
            if is_critical(next) {
                return Some(next);
            }
            if depth + 1 < DEPTH {
                open.push_back((next, depth + 1));
            }
        }
    }
    None
}
