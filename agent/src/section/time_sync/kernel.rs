//! What the kernel knows of its clock: whether somebody keeps it right, and how far off it may be (adjtimex(2)).
//!
//! It is asked and nothing is set. The units' sandbox lets nobody near the calls that set clocks, and this is one of them:
//! there it is not known, which is not "no".

use muster_shared::Item;
use rtime_clock::adjtime::{Timex, adjtimex};

/// `STA_PLL`: the kernel steers towards an offset that a daemon named. `STA_NANO`: it counts it in nanoseconds.
const STEERS: i32 = 0x0001;
const IN_NANOSECONDS: i32 = 0x2000;
/// From here on the kernel calls its clock not synchronised (`NTP_PHASE_LIMIT`), in microseconds. As `timedatectl` does, this
/// is believed more than `STA_UNSYNC`, which a daemon may set only to keep the kernel away from the hardware clock.
const MAX_ERROR_US: i64 = 16_000_000;

/// The clock as an item, `None` when it may not be asked for.
pub(super) fn read() -> Option<Item> {
    let mut state = Timex::new();
    adjtimex(&mut state).ok()?;
    let Timex(state) = state;
    Some(describe(state.status, state.offset, state.maxerror, state.esterror))
}

fn describe(status: i32, offset: i64, max_error_us: i64, error_us: i64) -> Item {
    let is_right = max_error_us < MAX_ERROR_US;
    let mut item = Item::new("kernel").with("service", "kernel").with("synchronized", is_right);
    if is_right {
        item.set("max_error_ms", ms(max_error_us, 1_000.0));
        item.set("estimated_error_ms", ms(error_us, 1_000.0));
    }
    if status & STEERS != 0 {
        item.set("offset_ms", ms(offset, if status & IN_NANOSECONDS == 0 { 1_000.0 } else { 1_000_000.0 }));
    }
    item
}

#[expect(clippy::cast_precision_loss, reason = "at most seconds in nanoseconds: exact in an f64")]
fn ms(count: i64, in_one: f64) -> f64 {
    count as f64 / in_one
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_clock_that_nobody_keeps_has_no_error() {
        let told = |item: Item| json!(item.attributes);
        assert_eq!(
            told(describe(0x40, 0, 16_000_000, 16_000_000)),
            json!({"service": "kernel", "synchronized": false})
        );
        assert_eq!(
            told(describe(0x2001, -1_500_000, 30_500, 250)),
            json!({
                "service": "kernel", "synchronized": true, "offset_ms": -1.5, "max_error_ms": 30.5, "estimated_error_ms": 0.25,
            })
        );
        // chrony keeps the kernel away from the hardware clock and steers it by its frequency.
        assert_eq!(
            told(describe(0x40, 0, 1_000, 0)),
            json!({"service": "kernel", "synchronized": true, "max_error_ms": 1.0, "estimated_error_ms": 0.0})
        );
        assert_eq!(told(describe(0x01, 2_000, 1_000, 0))["offset_ms"], json!(2.0));
    }

    #[test]
    fn the_running_kernel_is_asked() {
        let item = read().unwrap();
        assert!(item.attributes["synchronized"].is_boolean(), "{item:?}");
    }
}
