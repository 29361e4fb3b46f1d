//! That an instance is a demo: all in it is made up. A record in the store, so that no flag of a process can hide it, and no copy
//! or backup of the data loses it.

use muster_shared::Time;
use muster_shared::id::AgentId;
use serde::{Deserialize, Serialize};

use crate::record::record;

/// What is known of a demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demo {
    /// What chance was drawn from: the same seed makes the same fleet.
    pub seed: u64,
    /// Days of made-up history.
    pub days: u16,
    /// Made-up hosts.
    pub hosts: u16,
    /// When the making began, by the system's clock.
    pub begun_at: Time,
    /// When all of it was made; nothing while it is being made, and for ever when that was cut off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Time>,
    /// Made-up agents that go on saying that they live while a collector serves the demo.
    #[serde(default)]
    pub agents: Vec<AgentId>,
}

record!(Demo, Demo, |_demo| KEY.to_owned());

/// The one key.
pub const KEY: &str = "demo";

/// The most days of history that are made.
pub const MOST_DAYS: u16 = 360;
/// The fewest hosts that the story needs.
pub const FEWEST_HOSTS: u16 = 40;
/// The most hosts that are made: each site has one network of documentation addresses.
pub const MOST_HOSTS: u16 = 400;

impl Demo {
    /// Whether its making ended.
    pub const fn is_whole(&self) -> bool {
        self.made_at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_off_is_never_whole() {
        let begun = r#"{"seed":7,"days":90,"hosts":60,"begun_at":"2026-11-29T12:00:00.000Z"}"#;
        let demo: Demo = serde_json::from_str(begun).unwrap();
        assert!(!demo.is_whole() && demo.agents.is_empty());
        assert!(Demo { made_at: Some(demo.begun_at), ..demo }.is_whole());
    }
}
