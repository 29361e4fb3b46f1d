//! The discovery agent: inventories its host, read-only, and delivers the differences to a collector.

pub mod inventory;
pub mod root;
pub mod section;
