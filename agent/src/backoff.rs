//! How long to wait before the next try: decorrelated jitter from 1 s to 15 min, and `Retry-After` when the collector asks.
//!
//! Each delay is drawn between the base and three times the one before: agents that lost the collector at the same moment
//! do not come back at the same moment. Source: "Exponential Backoff And Jitter", the decorrelated variant.

use std::time::Duration;

use muster_shared::secret::random_bytes;

/// The shortest wait.
pub const BASE: Duration = Duration::from_secs(1);
/// The longest wait.
pub const CAP: Duration = Duration::from_mins(15);

/// The wait of a series of failures.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    last: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { last: BASE }
    }
}

impl Backoff {
    /// The next wait; never shorter than what the collector asked for (itself capped), with up to a tenth on top of that.
    pub fn next_delay(&mut self, retry_after: Option<Duration>) -> Duration {
        self.next_with(retry_after, random_fraction())
    }

    fn next_with(&mut self, retry_after: Option<Duration>, fraction: f64) -> Duration {
        let span = self.last.saturating_mul(3).saturating_sub(BASE);
        self.last = (BASE + span.mul_f64(fraction)).min(CAP);
        match retry_after {
            Some(asked) => {
                let asked = asked.min(CAP);
                self.last.max(asked + asked.mul_f64(fraction * 0.1))
            }
            None => self.last,
        }
    }

    /// Begins anew after a success.
    pub const fn reset(&mut self) {
        self.last = BASE;
    }
}

/// A number in 0..1 from the operating system.
pub fn random_fraction() -> f64 {
    f64::from(u32::from_le_bytes(random_bytes::<4>())) / (f64::from(u32::MAX) + 1.0)
}

/// A number in 0..1 that is always the same for the same bytes: spreads agents without a dice.
pub fn stable_fraction(bytes: &[u8]) -> f64 {
    f64::from(crc32c::crc32c(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// Reads `Retry-After` in seconds (RFC 9110; the date form is not used by the collector and counts as none).
pub fn retry_after(value: Option<&str>) -> Option<Duration> {
    value?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_the_collector_asks_for_is_honoured_up_to_the_cap() {
        let mut backoff = Backoff::default();
        assert!(backoff.next_delay(retry_after(Some("30"))) >= Duration::from_secs(30));
        assert!(backoff.next_delay(retry_after(Some("999999"))) <= CAP.mul_f64(1.1));
        assert_eq!(retry_after(Some("Wed, 21 Oct 2026 07:28:00 GMT")), None);
    }

    proptest! {
        #[test]
        fn waits_stay_between_base_and_cap_and_grow_at_most_threefold(fractions in proptest::collection::vec(0.0f64..1.0, 1..40)) {
            let mut backoff = Backoff::default();
            let mut last = BASE;
            for fraction in fractions {
                let delay = backoff.next_with(None, fraction);
                prop_assert!(delay >= BASE && delay <= CAP && delay <= last * 3);
                last = delay;
            }
            backoff.reset();
            prop_assert!(backoff.next_with(None, 0.0) == BASE);
        }
    }
}
