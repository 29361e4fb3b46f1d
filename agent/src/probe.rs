//! Two processes instead of one: the agent speaks with the network and holds no privilege, the probe reads what only root
//! may read and has no network.
//!
//! The probe is started by its socket unit, one process for each connection, which is its standard input. It is asked for
//! sections by name, and answers with what it found; or it is asked to watch, and says which sections changed. That is all it
//! can be asked: no content of a file, no command. What it watches and reads beyond the fixed sections stands in the configuration, which
//! it reads itself; with a question come the paths of files whose digest the collector wants, which it checks, and tells where that
//! configuration does not refuse it. What one probe has learnt (which package an executable is of, while dpkg's lists stand) the agent keeps for
//! the next one, within bounds: nothing is opened for it, and a lie in it leads to a wrong name of a package. Both sides take what the other says as foreign bytes (`wire`): bounded, checked, never trusted.

mod client;
mod serve;
mod wire;

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::client::{Eyes, Probe, Watching};
pub use self::serve::serve;

/// Where the socket unit listens, unless the configuration says otherwise.
pub const DEFAULT_SOCKET: &str = "/run/muster/probe.sock";

/// What is made of anything that says to come from the probe, in bytes: for the table of foreign bytes.
pub(crate) fn of_answer(bytes: &[u8]) -> usize {
    of_frame::<wire::Answer>(bytes, wire::ANSWER_CAP)
}

/// The same of what says to come from the agent.
pub(crate) fn of_question(bytes: &[u8]) -> usize {
    of_frame::<wire::Question>(bytes, wire::QUESTION_CAP)
}

fn of_frame<T: DeserializeOwned + Serialize>(mut bytes: &[u8], cap: usize) -> usize {
    let mut size = 0;
    while let Ok(Some(message)) = wire::read::<T>(&mut bytes, cap) {
        size += wire::encode(&message).map_or(0, |frame| frame.len());
    }
    size
}

#[cfg(test)]
mod tests;
