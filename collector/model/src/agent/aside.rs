//! Reports of an agent in quarantine: kept as evidence, never merged.

use muster_shared::Time;
use muster_shared::id::{AgentId, ReportId};
use serde::{Deserialize, Serialize};

use crate::record::record;

/// Reports that are kept per agent; the oldest make room.
pub const MAX_ASIDE: usize = 8;
/// A body above this is not kept, only that it came.
pub const MAX_ASIDE_BYTES: usize = 1 << 20;

/// A report that was set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsideReport {
    /// As whom it came.
    pub agent: AgentId,
    /// Which report.
    pub report: ReportId,
    /// Boot id that it names.
    pub boot_id: String,
    /// Its number.
    pub seq: u64,
    /// When it came.
    pub received_at: Time,
    /// The whole report in JSON; `None` when it was too large to be kept.
    pub body: Option<String>,
}

record!(AsideReport, Aside, |aside| format!("{}/{}", aside.agent, aside.report));
