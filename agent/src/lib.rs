//! The discovery agent: inventories its host, read-only, and delivers the differences to a collector.

pub mod backoff;
pub mod client;
pub mod command;
pub mod config;
pub mod courier;
pub mod cryptography;
pub mod daemon;
pub mod delta;
pub mod disk;
mod distinguished_name;
pub mod draft;
pub mod enroll;
pub mod exit;
pub mod foreign;
pub mod frame;
pub mod identity;
pub mod inventory;
pub mod lock;
pub mod log;
pub mod metrics;
mod notify;
pub mod pack;
pub mod probe;
pub mod record;
pub mod root;
pub mod sampling;
pub mod sandbox;
pub mod scan;
pub mod section;
pub mod spool;
pub mod state;
pub mod status;
pub mod strict;
pub mod trust;
pub mod watch;

pub use muster_shared::redact;
