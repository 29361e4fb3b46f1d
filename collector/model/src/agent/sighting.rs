//! Signs that two machines speak as one agent, between two renewals: boot ids that take turns, and sequences that do.
//!
//! A boot id that ended never returns on one machine, so one that comes back after another was heard is a second machine
//! (or a snapshot of a running one that was restored: that is for a person to tell). Copies under one kernel share the boot
//! id; there both number their reports, and each finds its own numbers overtaken by the other's again and again. Kept in
//! memory only: the window is short, and what is missed after a restart is seen at the next renewal.

use muster_shared::Time;

use crate::text::Phrase;

/// How long a sighting counts.
pub const WINDOW_MS: i64 = 3_600_000;
/// So many overtaken reports within the window are no accident: a restored spool gives one.
const MAX_OVERTAKEN: usize = 3;
/// Boot ids that are remembered.
const MAX_BOOTS: usize = 4;

/// What was heard of one agent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sightings {
    /// Boot ids in the order of their first sight, with the last one.
    boots: Vec<(String, Time)>,
    /// When reports came whose number was overtaken.
    overtaken: Vec<Time>,
}

impl Sightings {
    /// Notes a boot id; says so when it tells of a second machine.
    pub fn hear_boot(&mut self, boot_id: &str, now: Time) -> Option<Phrase> {
        self.boots.retain(|(_, at)| now.since(*at) <= WINDOW_MS);
        let place = self.boots.iter().position(|(known, _)| known == boot_id);
        match place {
            Some(place) if place + 1 == self.boots.len() => {
                if let Some((_, at)) = self.boots.last_mut() {
                    *at = now;
                }
                None
            }
            Some(_) => Some(Phrase::new("boots_take_turns")),
            None => {
                self.boots.push((boot_id.to_owned(), now));
                if self.boots.len() > MAX_BOOTS {
                    self.boots.remove(0);
                }
                None
            }
        }
    }

    /// Notes a report whose number was overtaken; says so when that happens too often.
    pub fn hear_overtaken(&mut self, now: Time) -> Option<Phrase> {
        self.overtaken.retain(|at| now.since(*at) <= WINDOW_MS);
        self.overtaken.push(now);
        let is_clone = self.overtaken.len() >= MAX_OVERTAKEN;
        is_clone.then(|| Phrase::new("sequences_overtake"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(minutes: i64) -> Time {
        Time::from_millis(1_790_000_000_000 + minutes * 60_000)
    }

    #[test]
    fn a_boot_id_that_comes_back_is_a_second_machine() {
        let mut heard = Sightings::default();
        for (boot, minute) in [("a", 0), ("a", 5), ("b", 10), ("b", 11), ("c", 12)] {
            assert_eq!(heard.hear_boot(boot, at(minute)), None);
        }
        assert!(heard.clone().hear_boot("b", at(13)).is_some());
        assert!(heard.clone().hear_boot("a", at(13)).is_some());
        // What was long ago is forgotten: memory is short, renewals are not.
        assert_eq!(heard.hear_boot("a", at(66)), None);
    }

    #[test]
    fn one_overtaken_report_is_a_restored_spool_three_are_a_second_sequence() {
        let mut heard = Sightings::default();
        assert_eq!(heard.hear_overtaken(at(0)), None);
        assert_eq!(heard.hear_overtaken(at(70)), None);
        assert_eq!(heard.hear_overtaken(at(71)), None);
        assert!(heard.hear_overtaken(at(72)).is_some());
    }
}
