//! What a finding was before: where it stood, and how often it came again.

use muster_shared::Time;

use super::{Finding, FindingState, Resolution, Turn};

impl Finding {
    /// The turns of a finding that has none yet: it stands where it began, or was stored before turns were kept. Of those it
    /// is known since when they stood and when they ended.
    pub(super) fn first_turns(&self) -> Vec<Turn> {
        let turn = |since, state: &FindingState| Turn { since, state: state.clone() };
        match &self.state {
            FindingState::Resolved { at, .. } => {
                vec![turn(self.first_seen, &FindingState::Open { routes_at: self.first_seen }), turn(*at, &self.state)]
            }
            state => vec![turn(self.first_seen, state)],
        }
    }

    /// Where it stood at a moment; `None` before it was there, or before its past begins.
    pub fn state_at(&self, at: Time) -> Option<FindingState> {
        let first = if self.turns.is_empty() { self.first_turns() } else { Vec::new() };
        let turns = if self.turns.is_empty() { &first } else { &self.turns };
        turns.iter().rev().find(|turn| turn.since <= at).map(|turn| turn.state.clone())
    }

    /// How often it came again after it had gone by itself, since a moment.
    pub fn returns_since(&self, since: Time) -> usize {
        let (mut is_gone, mut returns) = (false, 0);
        for turn in &self.turns {
            match &turn.state {
                FindingState::Resolved { resolution: Resolution::Reverted, .. }
                | FindingState::Flapping { stands: false, .. } => is_gone = true,
                // Seen once is not there again yet; of what nobody knows or minds nothing is said.
                FindingState::Pending { .. } | FindingState::Unknown { .. } => {}
                FindingState::Open { .. }
                | FindingState::Flapping { stands: true, .. }
                | FindingState::Attached { .. }
                | FindingState::Tentative { .. }
                | FindingState::Waived { .. }
                | FindingState::Suppressed { .. }
                | FindingState::Resolved { .. } => {
                    returns += usize::from(is_gone && turn.since >= since);
                    is_gone = false;
                }
            }
        }
        returns
    }

    /// Since when it flaps, if it does.
    pub const fn flapping_since(&self) -> Option<Time> {
        if matches!(self.state, FindingState::Flapping { .. }) { self.flap.since } else { None }
    }
}
