//! The wire model: what an agent, the collector and a client say to each other.
//!
//! No I/O, no async, no driver: types, their canonical bytes, and the pure functions that both ends must compute alike
//! (hashes, differences, volatility). A type that only one side needs does not belong here.

pub mod attribute;
pub mod bound;
pub mod canonical;
pub mod clock;
pub mod diff;
pub mod enrollment;
pub mod id;
pub mod mapping;
pub mod metric;
pub mod problem;
pub mod protocol;
pub mod redact;
pub mod report;
pub mod secret;
pub mod section;
pub mod terminal;
mod text;
pub mod volatility;

pub use clock::{Clock, ManualClock, SystemClock, Time};
pub use report::{Attributes, Item, Problem, Report, SectionStatus};
pub use section::SectionName;

/// Version and commit of all three programs, as `--version` prints them.
pub const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("MUSTER_COMMIT"), ")");
