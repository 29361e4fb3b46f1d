//! Sources besides our own agent that say something of a host: who they are, what they told last, what was not taken.
//!
//! Each source has section bodies and a history of its own ([`SectionBody`](crate::inventory::SectionBody), [`HistoryEntry`](crate::history::HistoryEntry) with
//! their `source`): what one says never writes into what another said. What counts is decided when it is read, by
//! [`crate::reconcile`].

use std::collections::BTreeMap;
use std::fmt;

use muster_shared::canonical::Digest;
use muster_shared::id::HostId;
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};

use crate::identification::Match;
use crate::inventory::{Facts, SectionHead};
use crate::record::record;

pub mod facts;
pub mod heard;
pub mod told;

/// Who says something of an item. In the order in which they are believed unless a rule says otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// Our own agent.
    #[default]
    Agent,
    /// GLPI's agent.
    Glpi,
    /// FusionInventory's agent.
    FusionInventory,
    /// OCS Inventory's agent.
    OcsInventory,
    /// A file that was imported.
    Import,
    /// A script, over the REST API.
    Rest,
    /// A person who pinned a value.
    Person,
}

impl Source {
    /// All of them, in the order in which they are believed by default.
    pub const ALL: &'static [Self] =
        &[Self::Agent, Self::Glpi, Self::FusionInventory, Self::OcsInventory, Self::Import, Self::Rest, Self::Person];

    /// The name in JSON, URLs and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Glpi => "glpi",
            Self::FusionInventory => "fusioninventory",
            Self::OcsInventory => "ocsinventory",
            Self::Import => "import",
            Self::Rest => "rest",
            Self::Person => "person",
        }
    }

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Agent => "Muster agent",
            Self::Glpi => "GLPI agent",
            Self::FusionInventory => "FusionInventory",
            Self::OcsInventory => "OCS Inventory",
            Self::Import => "import",
            Self::Rest => "REST",
            Self::Person => "person",
        }
    }

    /// Whether it is our own agent: the one whose facts need no mark.
    pub const fn is_agent(&self) -> bool {
        matches!(self, Self::Agent)
    }

    /// What stands behind a section's name in the keys of this source's bodies and history: nothing for our own agent.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Agent => "",
            Self::Glpi => "@glpi",
            Self::FusionInventory => "@fusioninventory",
            Self::OcsInventory => "@ocsinventory",
            Self::Import => "@import",
            Self::Rest => "@rest",
            Self::Person => "@person",
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Source {
    type Err = UnknownSource;

    fn from_str(text: &str) -> Result<Self, UnknownSource> {
        Self::ALL.iter().copied().find(|source| source.as_str() == text).ok_or(UnknownSource)
    }
}

/// A text that names no source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no source")]
pub struct UnknownSource;

/// The key of what a source says of a host.
pub fn source_key(host: HostId, source: Source) -> String {
    format!("{host}/{source}")
}

/// What a source told of a host, without its items: what [`Inventory`](crate::inventory::Inventory) is for our own agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceHead {
    /// The host.
    pub host: HostId,
    /// Who.
    pub source: Source,
    /// What that source calls the host: a hint, never an identity.
    pub device_id: String,
    /// Name and version of what reported.
    pub client: String,
    /// When it told something new last. Repetitions are noted in [`SourceSeen`].
    pub reported_at: Time,
    /// Heads of the sections that it ever told.
    pub sections: BTreeMap<SectionName, SectionHead>,
    /// Number of the last history entry that it wrote; numbers count per host over all sources.
    pub history: u64,
    /// What lists show of the host, as this source tells it.
    pub facts: Facts,
    /// Categories of its reports of which nothing was taken.
    pub left_out: Vec<String>,
    /// Why its reports belong to this host.
    pub matched: Match,
}

record!(SourceHead, SourceHead, |head| source_key(head.host, head.source));

impl SourceHead {
    /// When a section was last told, given when the source was heard last: a repetition of the last report tells what that told.
    pub fn section_seen_at(&self, section: SectionName, heard_at: Time) -> Option<Time> {
        let head = self.sections.get(&section).filter(|head| head.is_known)?;
        Some(if head.seen_at == self.reported_at { head.seen_at.max(heard_at) } else { head.seen_at })
    }
}

/// When a source was last heard of a host. Small, for it is written at every report, also one that repeats the last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSeen {
    /// The host.
    pub host: HostId,
    /// Who.
    pub source: Source,
    /// When.
    pub at: Time,
    /// Digest of the body as sent: the same bytes say the same.
    pub body: Digest,
}

record!(SourceSeen, SourceSeen, |seen| source_key(seen.host, seen.source));

/// How many refusals of a source are kept.
pub const MAX_REFUSALS: usize = 20;

/// What a source sent and was not taken: the last ones, and how many there were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceErrors {
    /// Who.
    pub source: Source,
    /// How many reports were refused.
    pub count: u64,
    /// The last ones, newest last.
    pub last: Vec<Refused>,
}

record!(SourceErrors, SourceErrors, |errors| errors.source.as_str().to_owned());

/// A report that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// When.
    pub at: Time,
    /// What it called its machine, as far as that could be read.
    pub device_id: String,
    /// Why.
    pub why: String,
}

impl SourceErrors {
    /// Notes a refusal.
    pub fn note(&mut self, refused: Refused) {
        self.count += 1;
        self.last.push(refused);
        let surplus = self.last.len().saturating_sub(MAX_REFUSALS);
        self.last.drain(..surplus);
    }
}
