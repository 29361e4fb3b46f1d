//! Whether a host is silent: by the last word on it, whoever spoke, for as long as a word of that source counts.

use muster_shared::{SectionName, Time};

use super::Source;
use crate::reconcile::rule::Rules;

/// The last word on a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// When it was said.
    pub at: Time,
    /// By whom.
    pub source: Source,
    /// How long it counts, in milliseconds.
    pub counts_ms: i64,
}

/// How long words count.
#[derive(Clone, Copy, Debug)]
pub struct Patience<'a> {
    /// Seconds between heartbeats of our agent.
    pub heartbeat_seconds: u32,
    /// Hours between reports of other products' agents.
    pub interval_hours: u32,
    /// How long those count that come when somebody sends them.
    pub rules: &'a Rules,
}

impl Patience<'_> {
    /// How long a word of a source counts: three intervals of what comes by itself, else the time to live of the class `host`.
    pub fn millis(&self, source: Source) -> i64 {
        match source {
            // The grace keeps one that is merely late on the wire from flapping.
            Source::Agent => 3_000 * i64::from(self.heartbeat_seconds) + 5_000,
            Source::Glpi | Source::FusionInventory | Source::OcsInventory => {
                3 * 3_600_000 * i64::from(self.interval_hours) + 60_000
            }
            Source::Import | Source::Rest | Source::Person => self.rules.ttl_ms(SectionName::Host, None, source),
        }
    }
}

impl Heard {
    /// The last word of those that each source said. A file says nothing of whether a host lives, so it counts only where
    /// nobody else ever spoke. Of words said at the same time the one that counts the longest stands.
    pub fn last(words: impl Iterator<Item = (Source, Time)>, patience: Patience<'_>) -> Option<Self> {
        let heard = |(source, at)| Self { at, source, counts_ms: patience.millis(source) };
        let place = |heard: &Self| (heard.source != Source::Import, heard.at, heard.counts_ms);
        words.filter(|(source, _)| *source != Source::Person).map(heard).max_by_key(place)
    }

    /// Whether it is too old to say that the host lives.
    pub const fn is_stale(&self, now: Time) -> bool {
        now.since(self.at) > self.counts_ms
    }

    /// Whether a host that went out of service at a time lived after that, as far as this word counts. A register goes on
    /// naming what is out of service.
    pub fn outlives(&self, over_since: Time, now: Time) -> bool {
        self.source != Source::Import && self.at > over_since && !self.is_stale(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn hours(n: i64) -> Time {
        Time::from_millis(1_790_000_000_000 + n * HOUR)
    }

    #[test]
    fn the_last_word_counts_for_as_long_as_its_source_is_trusted() {
        let rules = Rules::default();
        let patience = Patience { heartbeat_seconds: 300, interval_hours: 24, rules: &rules };
        let last =
            |words: &[(Source, i64)]| Heard::last(words.iter().map(|(source, at)| (*source, hours(*at))), patience);
        let is_stale = |words: &[(Source, i64)], now: i64| last(words).unwrap().is_stale(hours(now));
        assert_eq!(last(&[]), None);
        assert_eq!(last(&[(Source::Person, 0)]), None, "a pin is no sign of life");
        assert!(is_stale(&[(Source::Agent, 0)], 1));
        assert!(!is_stale(&[(Source::OcsInventory, 0)], 72) && is_stale(&[(Source::OcsInventory, 0)], 73));
        assert!(!is_stale(&[(Source::Import, 0)], 13 * 168) && is_stale(&[(Source::Import, 0)], 13 * 168 + 1));
        // Whoever spoke last is asked: another agent hides no silence that began after it spoke.
        assert!(is_stale(&[(Source::OcsInventory, 0), (Source::Agent, 1)], 2));
        assert!(!is_stale(&[(Source::OcsInventory, 2), (Source::Agent, 1)], 3));
        assert!(is_stale(&[(Source::Import, 2), (Source::Agent, 1)], 3), "a file is no look at the host");
        let told = last(&[(Source::Import, 2), (Source::Rest, 1)]).unwrap();
        assert_eq!((told.source, told.at), (Source::Rest, hours(1)));
    }

    #[test]
    fn only_a_word_from_after_its_end_makes_a_zombie() {
        let rules = Rules::default();
        let patience = Patience { heartbeat_seconds: 300, interval_hours: 24, rules: &rules };
        let heard = |source, at| Heard { at: hours(at), source, counts_ms: patience.millis(source) };
        assert!(heard(Source::Glpi, 2).outlives(hours(1), hours(3)));
        assert!(!heard(Source::Glpi, 1).outlives(hours(1), hours(3)), "its last word before that");
        assert!(!heard(Source::Glpi, 2).outlives(hours(1), hours(200)), "silent since");
        assert!(!heard(Source::Import, 2).outlives(hours(1), hours(3)), "a register keeps what is gone");
    }
}
