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
    },
}

/// The priority of the matrix. Impact and urgency are 1 to 3; anything else counts as 3.
pub fn from_matrix(impact: u8, urgency: u8) -> u8 {
    let row = |n: u8| usize::from(n).checked_sub(1).filter(|n| *n < 3).unwrap_or(2);
    MATRIX.get(row(impact)).and_then(|columns| columns.get(row(urgency))).copied().unwrap_or(5)
}

/// Rule P2: the impact that a host's criticality asks for at least.
pub const fn impact_floor(criticality: Criticality) -> u8 {
    match criticality {
        Criticality::Critical | Criticality::High => 2,
        Criticality::Normal | Criticality::Low => 3,
    }
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
}
