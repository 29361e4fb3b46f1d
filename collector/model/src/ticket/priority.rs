//! Priority from impact and urgency (rules P1 to P3), as data.

use serde::{Deserialize, Serialize};

use crate::host::Criticality;
use crate::policy::Severity;

/// `MATRIX[impact - 1][urgency - 1]`: the same result as the common default of the field.
pub const MATRIX: [[u8; 3]; 3] = [[1, 2, 3], [2, 3, 4], [3, 4, 5]];

/// Where a priority comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrioritySource {
    /// Impact and urgency.
    Matrix,
    /// A person set it against the matrix.
    Override {
        /// Why.
        reason: String,
        /// Whether it stays when impact or urgency change.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pinned: bool,
    },
}

/// The priority of the matrix. Impact and urgency are 1 to 3; anything else counts as 3.
pub fn from_matrix(impact: u8, urgency: u8) -> u8 {
    let row = |n: u8| usize::from(n).checked_sub(1).filter(|n| *n < 3).unwrap_or(2);
    MATRIX.get(row(impact)).and_then(|columns| columns.get(row(urgency))).copied().unwrap_or(5)
}

/// What the impact of a ticket does not fall below, and the item whose criticality asks for that (rule P2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Floor {
    /// Id of the host or of the service that depends on it.
    pub item: String,
    /// Its name.
    pub name: String,
    /// Its criticality.
    pub criticality: Criticality,
    /// Whether it is down.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_down: bool,
}

impl Floor {
    /// The impact that it asks for at least (rule P2).
    pub const fn impact(&self) -> u8 {
        match self.criticality {
            Criticality::Critical if self.is_down => 1,
            Criticality::Critical | Criticality::High => 2,
            Criticality::Normal | Criticality::Low => 3,
        }
    }
}

/// The floor among those of a host and the services that depend on it: what is down and critical, then the most critical one, the
/// host's own before others. `None` when none asks for more than the usual.
pub fn strongest(floors: impl IntoIterator<Item = Floor>) -> Option<Floor> {
    let rank = |floor: &Floor| (std::cmp::Reverse(floor.impact()), floor.criticality);
    let asks = floors.into_iter().filter(|floor| floor.impact() < 3);
    asks.reduce(|best, next| if rank(&next) > rank(&best) { next } else { best })
}

/// Rule P3: the urgency of machine-made incidents.
pub const fn urgency_of(severity: Severity) -> u8 {
    match severity {
        Severity::Critical => 1,
        Severity::Major => 2,
        Severity::Minor | Severity::Warning | Severity::Info => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_is_the_one_of_the_service_desk_rules() {
        let expected =
            [(1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 1, 2), (2, 2, 3), (2, 3, 4), (3, 1, 3), (3, 2, 4), (3, 3, 5)];
        for (impact, urgency, priority) in expected {
            assert_eq!(from_matrix(impact, urgency), priority);
        }
        assert_eq!(from_matrix(0, 9), 5);
    }

    #[test]
    fn the_most_critical_item_sets_the_floor_and_the_host_comes_first() {
        let floor =
            |item: &str, criticality| Floor { item: item.into(), name: String::new(), criticality, is_down: false };
        let set = |all: &[Floor]| strongest(all.to_vec()).map(|floor| floor.item);
        let host = |criticality| floor("host", criticality);
        assert_eq!(set(&[host(Criticality::Normal), floor("shop", Criticality::Low)]), None);
        assert_eq!(set(&[host(Criticality::Normal), floor("shop", Criticality::High)]).as_deref(), Some("shop"));
        assert_eq!(set(&[host(Criticality::High), floor("shop", Criticality::High)]).as_deref(), Some("host"));
        assert_eq!(set(&[host(Criticality::High), floor("shop", Criticality::Critical)]).as_deref(), Some("shop"));
        // What is down and critical asks for the widest impact; of what is down and not critical nobody minds it more.
        let down = |item: &str, criticality| Floor { is_down: true, ..floor(item, criticality) };
        let critical = [host(Criticality::Critical), down("shop", Criticality::Critical)];
        assert_eq!(set(&critical).as_deref(), Some("shop"));
        assert_eq!(critical.each_ref().map(Floor::impact), [2, 1]);
        assert_eq!([Criticality::High, Criticality::Normal].map(|it| down("x", it).impact()), [2, 3]);
    }
}
