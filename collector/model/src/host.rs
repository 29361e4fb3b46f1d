//! A host: the item of class `host`, what people say of it, and when it was last heard.

pub mod status;
pub mod voice;

use muster_shared::canonical::Digest;
use muster_shared::id::{HostId, NodeId};
use muster_shared::{Attributes, Time};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::ChangeSet;
use crate::event::Event;
use crate::history::{self, Moment};
use crate::identification::Identifier;
use crate::record::{Versioned, record};
use crate::source::Source;
use voice::Sayings;

/// Where a host or a declared item stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// Seen, not yet looked at by a person.
    Discovered,
    /// Somebody looks whether it is right.
    Review,
    /// In service.
    Active,
    /// Being worked on.
    Maintenance,
    /// Silent for longer than three times its interval.
    Stale,
    /// Silent for two weeks.
    Missing,
    /// On its way out.
    Retiring,
    /// Out of service.
    Retired,
    /// Kept for the record only.
    Archived,
}

impl Lifecycle {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Discovered,
        Self::Review,
        Self::Active,
        Self::Maintenance,
        Self::Stale,
        Self::Missing,
        Self::Retiring,
        Self::Retired,
        Self::Archived,
    ];

    /// Those that people set. Silence is seen, not said.
    pub const BY_PEOPLE: &'static [Self] = &[
        Self::Discovered,
        Self::Review,
        Self::Active,
        Self::Maintenance,
        Self::Retiring,
        Self::Retired,
        Self::Archived,
    ];

    /// Whether the host is out of service.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Retired | Self::Archived)
    }

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Discovered => "discovered",
            Self::Review => "review",
            Self::Active => "active",
            Self::Maintenance => "maintenance",
            Self::Stale => "stale",
            Self::Missing => "missing",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
            Self::Archived => "archived",
        }
    }
}

/// How much the business depends on a host. Sets the floor of an incident's impact (rule P2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Criticality {
    /// Nobody waits for it.
    Low,
    /// The usual.
    #[default]
    Normal,
    /// A service suffers.
    High,
    /// A service stops.
    Critical,
}

impl Criticality {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Low, Self::Normal, Self::High, Self::Critical];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// What people say of a host, and how it is recognised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Host {
    /// Which host.
    pub id: HostId,
    /// What it calls itself.
    pub name: String,
    /// Where it stands in its life.
    pub lifecycle: Lifecycle,
    /// Who answers for it: a person or a team, as free text.
    pub owner: Option<String>,
    /// Where it is.
    pub site: Option<String>,
    /// How much depends on it.
    pub criticality: Criticality,
    /// What reports are recognised by.
    pub identifiers: Vec<Identifier>,
    /// When it was first seen.
    pub created_at: Time,
    /// What it shows and another host is recognised by: counted, never compared.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Identifier>,
    /// The host that it is in truth: its id answers with that one's record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<HostId>,
    /// Sources besides its agent that say something of it; `person` when a value is pinned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
    /// Since when it is known what was said of it, when older versions were let go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_since: Option<Time>,
    /// What each source says of owner, site, criticality and lifecycle, and what people pinned of them.
    #[serde(default, skip_serializing_if = "Sayings::is_empty")]
    pub sayings: Sayings,
}

record!(Host, Host, |host| host.id.to_string());

/// What was said of a host until it was said otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostPast {
    /// The version of the host's record that this was.
    pub version: u64,
    /// When it ended.
    pub until: Time,
    /// What was said.
    pub value: Host,
}

record!(HostPast, HostPast, |past| past_key(past.value.id, past.version));

/// The key of a past version of a host's record.
pub fn past_key(host: HostId, version: u64) -> String {
    format!("{host}/{version:016x}")
}

/// Writes the next version of a host's record; the one before is kept, so that the past can be looked at and taken back. What is
/// said and does not count is no such change.
pub fn replace(changes: &mut ChangeSet, stored: Versioned<Host>, next: Host, now: Time) {
    if next == stored.value {
        return;
    }
    if next.sayings != stored.value.sayings
        && (Host { sayings: stored.value.sayings.clone(), ..next.clone() }) == stored.value
    {
        changes.update(Versioned { value: next, version: stored.version });
    } else {
        let version = stored.version;
        changes.create(HostPast { version, until: now, value: stored.value });
        changes.events.push(Event::DeclaredChanged { node: NodeId::Host(next.id) });
        changes.update(Versioned { value: next, version });
    }
}

/// What people say of a host, by field.
pub fn said(host: &Host) -> Attributes {
    let fields = [
        ("name", Some(json!(host.name))),
        ("owner", host.owner.as_ref().map(|owner| json!(owner))),
        ("site", host.site.as_ref().map(|site| json!(site))),
        ("criticality", Some(json!(host.criticality))),
        ("lifecycle", Some(json!(host.lifecycle))),
    ];
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// What was said of a host at a moment, from its past versions, oldest first; `None` when it was not known yet. What people
/// say is known when they say it, so the earlier of the two times counts.
pub fn said_at(current: Host, past: Vec<HostPast>, moment: Moment) -> Option<Host> {
    let Some(at) = moment.since() else { return Some(current) };
    if current.known_since.is_some_and(|since| at < since) {
        return None;
    }
    let said = past.into_iter().find(|past| past.until > at).map_or(current, |past| past.value);
    (said.created_at <= at).then_some(said)
}

/// The fields of hosts of which the past is kept.
pub const PAST: &[&str] = &[
    "name",
    "id",
    "lifecycle",
    "owner",
    "site",
    "criticality",
    "os",
    "architecture",
    "virtualization",
    "kernel",
    "addresses",
    "cpu_threads",
    "memory_bytes",
    "findings",
    "drift",
    "created_at",
    "broken_relations",
    "incomplete",
];

/// When a host was last heard, and what it said it has. Written by every heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastSeen {
    /// The host.
    pub host: HostId,
    /// When it was heard.
    pub at: Time,
    /// When its agent looked last, by our clock; without it that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looked_at: Option<Time>,
    /// Root hash it named.
    pub root: Digest,
    /// Its clock minus ours, in milliseconds, when it spoke.
    pub skew_ms: i64,
    /// Somebody wants a fresh look: told to the agent at its next heartbeat.
    pub recheck: bool,
}

record!(LastSeen, LastSeen, |seen| seen.host.to_string());

/// When an agent looked last, by our clock: as long ago as two times of its own clock are apart, whatever that clock shows. What no
/// look can be (a clock that was set meanwhile, or a lie) says nothing.
pub fn look_of(spoke_at: Time, looked_at: Option<Time>, now: Time) -> Option<Time> {
    let ago = spoke_at.since(looked_at?);
    (0..=history::LONGEST_WAIT_MS).contains(&ago).then(|| now.plus_millis(-ago))
}

/// Whether a host that was last heard at `at` is silent for longer than three heartbeats.
pub const fn is_stale(at: Time, now: Time, heartbeat_seconds: u32) -> bool {
    // The grace of five seconds keeps a heartbeat that is merely late on the wire from flapping.
    now.since(at) > 3_000 * heartbeat_seconds as i64 + 5_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_is_as_long_ago_as_the_agent_says_and_never_a_time_that_cannot_be_stored() {
        let now = Time::from_millis(1_800_000_000_000);
        let time = |text: &str| text.parse::<Time>().unwrap();
        let wrong = time("1970-01-01T00:10:00Z");
        assert_eq!(
            look_of(wrong, Some(wrong.plus_millis(-5_000)), now),
            Some(now.plus_millis(-5_000)),
            "any clock will do"
        );
        assert_eq!(look_of(now, None, now), None, "an older agent");
        assert_eq!(look_of(wrong, Some(wrong.plus_millis(1)), now), None, "the clock went back");
        assert_eq!(look_of(time("9999-12-30T00:00:00Z"), Some(time("-009998-01-01T00:00:00Z")), now), None);
    }
}
