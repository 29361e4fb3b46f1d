//! What the end-to-end tests and `muster-bench` share: real binaries started on free ports, and simulated agents.

pub mod agent;
pub mod api;
pub mod binary;
pub mod collector;
pub mod elsewhere;
pub mod link;
pub mod simulated;
pub mod wait;
pub mod weather;
