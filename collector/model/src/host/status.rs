//! How a host stands with its reports: one function, asked by lists, pages, queries, counts and metrics.

use muster_shared::Time;

use super::Lifecycle;
use crate::health::MISSING_MS;
use crate::source::Source;
use crate::source::heard::Heard;

/// How a host stands with its reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// It reports as it should.
    Up,
    /// A report that should have come did not, and the next one is not overdue yet.
    Late,
    /// The last word on it does not count any more: three reports did not come.
    Stale,
    /// The same for two weeks.
    Missing,
    /// Two seem to speak for it: what its agent says is kept aside.
    Quarantined,
    /// It is out of service, whether it reports or not.
    Retired,
    /// Nobody ever spoke of it, or it is a past of which that is not kept.
    Unknown,
}

impl Status {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Up, Self::Late, Self::Stale, Self::Missing, Self::Quarantined, Self::Retired, Self::Unknown];

    /// The status now. The first that holds: out of service, in quarantine, what the last word on it makes.
    pub fn of(set: Lifecycle, is_quarantined: bool, heard: Option<&Heard>, now: Time) -> Self {
        if set.is_over() {
            return Self::Retired;
        }
        if is_quarantined {
            return Self::Quarantined;
        }
        let Some(heard) = heard else { return Self::Unknown };
        let silent_ms = now.since(heard.at);
        if !heard.is_stale(now) {
            // Files and scripts come when somebody sends them: none is due.
            let is_awaited = !matches!(heard.source, Source::Import | Source::Rest | Source::Person);
            return if is_awaited && silent_ms > heard.counts_ms / 2 { Self::Late } else { Self::Up };
        }
        if silent_ms >= MISSING_MS { Self::Missing } else { Self::Stale }
    }

    /// Whether nothing is heard of it that should be.
    pub const fn is_silent(self) -> bool {
        matches!(self, Self::Stale | Self::Missing | Self::Unknown)
    }

    /// Whether it is heard.
    pub const fn is_heard(self) -> bool {
        matches!(self, Self::Up | Self::Late)
    }

    /// The name in JSON, in queries, in metrics and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Late => "late",
            Self::Stale => "stale",
            Self::Missing => "missing",
            Self::Quarantined => "quarantined",
            Self::Retired => "retired",
            Self::Unknown => "unknown",
        }
    }

    /// All names.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|status| status.as_str()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_makes_the_status_unless_people_or_a_quarantine_say_more() {
        let now = Time::from_millis(1_790_000_000_000);
        let heard =
            |source, seconds: i64, counts_ms| Heard { at: now.plus_millis(-seconds * 1_000), source, counts_ms };
        let agent = |seconds| heard(Source::Agent, seconds, 905_000);
        let of = |set, quarantined, word: Option<Heard>| Status::of(set, quarantined, word.as_ref(), now);
        let seen = |seconds| of(Lifecycle::Active, false, Some(agent(seconds)));
        assert_eq!([seen(0), seen(452)], [Status::Up; 2]);
        assert_eq!([seen(453), seen(905)], [Status::Late; 2]);
        assert_eq!([seen(906), seen(14 * 86_400 - 1)], [Status::Stale; 2]);
        assert_eq!(seen(14 * 86_400), Status::Missing);
        assert_eq!(of(Lifecycle::Active, false, None), Status::Unknown);
        assert_eq!(of(Lifecycle::Active, true, Some(agent(0))), Status::Quarantined);
        assert_eq!(of(Lifecycle::Archived, true, Some(agent(0))), Status::Retired);
        // Announced silence is silence all the same: what people said of it stands in the lifecycle.
        assert_eq!(of(Lifecycle::Maintenance, false, Some(agent(906))), Status::Stale);
        let told =
            |days: i64| of(Lifecycle::Active, false, Some(heard(Source::Import, days * 86_400, 91 * 86_400_000)));
        assert_eq!((told(90), told(92)), (Status::Up, Status::Missing), "no file is due");
    }

    #[test]
    fn every_status_is_heard_or_silent_or_set_apart() {
        let apart = [Status::Quarantined, Status::Retired];
        for status in Status::ALL {
            let of = [status.is_heard(), status.is_silent(), apart.contains(status)];
            assert_eq!(of.iter().filter(|holds| **holds).count(), 1, "{status:?}");
        }
    }
}
