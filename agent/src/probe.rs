//! Two processes instead of one: the agent speaks with the network and holds no privilege, the probe reads what only root
//! may read and has no network.
//!
//! The probe is started by its socket unit, one process for each connection, which is its standard input. It is asked for
//! sections by name, and answers with what it found; or it is asked to watch, and says which sections changed. That is all it
//! can be asked: no path, no command. What it watches and reads beyond the fixed sections stands in the configuration, which
//! it reads itself. Both sides take what the other says as foreign bytes (`wire`): bounded, checked, never trusted.

mod client;
mod serve;
mod wire;

pub use self::client::{Eyes, Probe, Watching};
pub use self::serve::serve;

/// Where the socket unit listens, unless the configuration says otherwise.
pub const DEFAULT_SOCKET: &str = "/run/muster/probe.sock";

#[cfg(test)]
mod tests;
