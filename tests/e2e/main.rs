//! End to end: the real programs, on free ports, with data folders that go away.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod alert;
mod backup;
mod bad_input;
mod browser;
mod change;
mod cost;
mod demo;
mod disk;
mod drift;
mod export;
mod foreign;
mod import;
mod kill;
mod life;
mod mail;
mod network;
mod quickstart;
mod recorded;
mod rollover;
mod skew;
mod snapshot;
mod syslog;
mod upgrade;
mod wish;
