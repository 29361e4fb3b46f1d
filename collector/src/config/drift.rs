//! `[drift]`: the windows of the drift pipeline.

use muster_model::drift::Windows;
use serde::{Deserialize, Serialize};

/// Windows of the drift pipeline.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct DriftLayer {
    /// How long a first sight waits for a second one.
    pub debounce_seconds: Option<u32>,
    /// How long an open finding waits for others of its kind.
    pub grouping_seconds: Option<u32>,
}

impl DriftLayer {
    pub(super) fn of(windows: &Windows) -> Self {
        let seconds = |ms: i64| u32::try_from(ms / 1_000).ok();
        Self { debounce_seconds: seconds(windows.debounce_ms), grouping_seconds: seconds(windows.grouping_ms) }
    }

    pub(super) fn over(&self, below: &Self) -> Self {
        Self {
            debounce_seconds: self.debounce_seconds.or(below.debounce_seconds),
            grouping_seconds: self.grouping_seconds.or(below.grouping_seconds),
        }
    }

    pub(super) fn finish(&self) -> Windows {
        let defaults = Windows::default();
        let window = |given: Option<u32>, default: i64| given.map_or(default, |seconds| i64::from(seconds) * 1_000);
        Windows {
            debounce_ms: window(self.debounce_seconds, defaults.debounce_ms),
            grouping_ms: window(self.grouping_seconds, defaults.grouping_ms),
            ..defaults
        }
    }
}
