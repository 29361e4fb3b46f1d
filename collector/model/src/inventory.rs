//! The discovered ledger's present: one head per host, one body per section, metrics beside them.
//!
//! A section is stored as a body plus the history entries after it: a report of one changed package writes one small entry,
//! not 850 packages. Bodies are folded anew every [`FOLD_EVERY`] entries.

pub mod block;
mod part;

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::canonical::{Digest, root_of};
use muster_shared::diff::ItemMap;
use muster_shared::id::{AgentId, HostId, ReportId};
use muster_shared::{Attributes, Problem, SectionName, SectionStatus, Time};
use serde::{Deserialize, Serialize};

use crate::history::{HistoryEntry, Operation};
use crate::record::record;
use crate::source::Source;

/// Entries after which a section's body is written anew.
pub const FOLD_EVERY: u32 = 128;

/// How many past reports an agent may send again and be told so. It sends one at a time: what comes again is the last one.
pub const RECENT_REPORTS: usize = 8;

/// What is known of a host's inventory as a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inventory {
    /// The host.
    pub host: HostId,
    /// The agent that reported last.
    pub agent: AgentId,
    /// Generation that the agent and the collector agree on.
    pub generation: u64,
    /// Sequence number of the last merged report.
    pub seq: u64,
    /// The host's boot id at that report.
    pub boot_id: String,
    /// Root hash after that report.
    pub root: Digest,
    /// When that report came in.
    pub received_at: Time,
    /// When its scan ended, by the agent's clock.
    pub collected_at: Time,
    /// When that scan looked, by the collector's clock.
    #[serde(default)]
    pub looked_at: Option<Time>,
    /// Heads of the sections.
    pub sections: BTreeMap<SectionName, SectionHead>,
    /// Number of the last history entry.
    pub history: u64,
    /// What lists show of the host.
    pub facts: Facts,
    /// Reports that were merged lately, newest last.
    pub recent: Vec<RecentReport>,
    /// Agents that came here by a merge, a split or its undoing: the first full report of each sets the state anew.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub newcomers: Vec<AgentId>,
    /// The program that reported last, and the form of its reports: another one may see more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_by: Option<MadeBy>,
    /// Sections that the agent counts and this collector could not read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unread: BTreeMap<String, Unread>,
}

/// A section that could not be read: its agent is newer than the collector.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// Hash of its items, as the agent says.
    pub digest: Digest,
    /// The version of the collector that could not read it: another one asks for it once more.
    pub by: String,
}

impl Inventory {
    /// The root hash of the sections that the agent counts.
    pub fn root_now(&self) -> Digest {
        let read = self.sections.iter().filter(|(_, head)| head.in_root);
        let read = read.map(|(name, head)| (name.as_str(), &head.digest));
        root_of(&read.chain(self.unread.iter().map(|(name, unread)| (name.as_str(), &unread.digest))).collect())
    }

    /// Whether this collector read all that it can read of what the agent told.
    pub fn is_read(&self) -> bool {
        self.unread.values().all(|unread| unread.by == muster_shared::VERSION)
    }
}

/// Which program made a report, and in which form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeBy {
    /// The version of the agent.
    pub agent_version: String,
    /// The schema of the report.
    pub schema: u32,
}

record!(Inventory, Inventory, |inventory| inventory.host.to_string());

/// A merged report, kept to recognise a repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentReport {
    /// Which report.
    pub id: ReportId,
    /// Digest of its body as sent.
    pub body: Digest,
}

/// What is known of a section without reading it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionHead {
    /// How well it could be read the last time.
    pub status: SectionStatus,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Whether its items were ever collected: only then is an empty section really empty.
    pub is_known: bool,
    /// Whether the agent counts the items too: an agent that lost its state does not know what it may not read now.
    pub in_root: bool,
    /// Hash of its items.
    pub digest: Digest,
    /// How many items it has.
    pub count: u64,
    /// When its items were collected for the first time: of earlier times nothing is known.
    #[serde(default)]
    pub known_since: Option<Time>,
    /// When its items were last collected.
    pub seen_at: Time,
    /// History entries that are not yet folded into the body.
    pub pending: u32,
}

/// What lists show of a host, taken from its sections at every merge.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// Host name.
    pub name: String,
    /// Operating system, `Debian GNU/Linux 12 (bookworm)`.
    pub os: String,
    /// Kernel release.
    pub kernel: String,
    /// Machine architecture.
    pub architecture: String,
    /// `none`, `kvm`, ...
    pub virtualization: String,
    /// Processor model.
    pub cpu_model: String,
    /// Logical processors.
    pub cpu_threads: u64,
    /// Main memory.
    pub memory_bytes: u64,
    /// Addresses that others can reach.
    pub addresses: Vec<String>,
}

/// What is known of a host as a whole, whoever told it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// What lists show of it.
    pub facts: Facts,
    /// How well each section could be read, by the source that is believed most among those that told it.
    pub sections: BTreeMap<SectionName, SectionHead>,
    /// Who told each section, best believed first.
    pub told_by: BTreeMap<SectionName, Vec<Source>>,
}

/// An item as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredItem {
    /// What was found.
    pub attributes: Attributes,
    /// Since when it is so, as far as we know.
    pub since: Time,
}

/// The items of a section as of a history number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionBody {
    /// The host.
    pub host: HostId,
    /// The section.
    pub section: SectionName,
    /// History up to this number is in the body.
    pub through: u64,
    /// The items by key.
    pub items: BTreeMap<String, StoredItem>,
    /// Who says so.
    #[serde(default, skip_serializing_if = "Source::is_agent")]
    pub source: Source,
    /// Items that were there and are gone, with when that was seen: what this source knows to be gone, another cannot keep.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gone: BTreeMap<String, Time>,
}

record!(SectionBody, Section, |body| section_key(body.host, body.section, body.source));

/// The key of a section of a host, as a source tells it.
pub fn section_key(host: HostId, section: SectionName, source: Source) -> String {
    format!("{host}/{section}{}", source.mark())
}

/// How long it is remembered that an item went: longer than any source's word counts without being repeated.
const REMEMBERED_MS: i64 = 400 * 86_400_000;
/// How many items that went are remembered per section.
const MAX_REMEMBERED: usize = 256;

impl SectionBody {
    /// A section of the agent without items.
    pub const fn empty(host: HostId, section: SectionName) -> Self {
        Self::of(host, section, Source::Agent)
    }

    /// A section without items.
    pub const fn of(host: HostId, section: SectionName, source: Source) -> Self {
        Self { host, section, through: 0, items: BTreeMap::new(), source, gone: BTreeMap::new() }
    }

    /// A stored body with only the items of these keys; the others are passed over, which takes a tenth of the time.
    pub fn part(json: &[u8], keys: &BTreeSet<String>) -> serde_json::Result<Self> {
        part::read(json, keys)
    }

    /// Brings the body up to date with the entries after it, in order.
    pub fn apply<'a>(&mut self, entries: impl IntoIterator<Item = &'a HistoryEntry>) {
        for entry in entries {
            if entry.section == self.section && entry.seq > self.through && entry.changes_body(self.source) {
                entry.apply(&mut self.items);
                self.remember(entry);
                self.through = entry.seq;
            }
        }
    }

    /// Remembers which items went. The oldest are forgotten first.
    pub fn remember(&mut self, entry: &HistoryEntry) {
        match entry.operation {
            Operation::Added => drop(self.gone.remove(&entry.key)),
            Operation::Removed => drop(self.gone.insert(entry.key.clone(), entry.seen_at)),
            Operation::Modified => return,
        }
        self.gone.retain(|_, at| entry.seen_at.since(*at) < REMEMBERED_MS);
        while self.gone.len() > MAX_REMEMBERED {
            let Some(oldest) = self.gone.iter().min_by_key(|(_, at)| **at).map(|(key, _)| key.clone()) else { break };
            self.gone.remove(&oldest);
        }
    }

    /// Since when an item is as it is, or gone.
    pub fn held_since(&self, key: &str) -> Option<Time> {
        self.items.get(key).map(|item| item.since).or_else(|| self.gone.get(key).copied())
    }

    /// The plain items.
    pub fn item_map(&self) -> ItemMap {
        self.items.iter().map(|(key, item)| (key.clone(), item.attributes.clone())).collect()
    }
}

/// The latest volatile values of a section. Never compared, no history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SectionMetrics {
    /// The host.
    pub host: HostId,
    /// The section.
    pub section: SectionName,
    /// When they were read.
    pub at: Time,
    /// Values by item key.
    pub values: BTreeMap<String, Attributes>,
    /// Who read them.
    #[serde(default, skip_serializing_if = "Source::is_agent")]
    pub source: Source,
}

record!(SectionMetrics, Metrics, |metrics| section_key(metrics.host, metrics.section, metrics.source));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_body_is_the_body_without_the_other_items() {
        let item =
            |n: u32| StoredItem { attributes: [("n".to_owned(), n.into())].into(), since: Time::from_millis(n.into()) };
        let mut body = SectionBody::of(HostId::from_bytes([1; 16]), SectionName::Package, Source::Glpi);
        body.items = [("a", 1), ("b\n\"", 2), ("é", 3)].map(|(key, n)| (key.to_owned(), item(n))).into();
        body.gone.insert("d".into(), Time::from_millis(4));
        body.through = 5;
        let json = serde_json::to_vec(&body).unwrap();
        for keys in [&[][..], &["b\n\"", "x"], &["a", "é"], &["a", "b\n\"", "é"]] {
            let keys: BTreeSet<String> = keys.iter().map(|key| (*key).to_owned()).collect();
            let mut expected = body.clone();
            expected.items.retain(|key, _| keys.contains(key));
            assert_eq!(SectionBody::part(&json, &keys).unwrap(), expected);
        }
        assert!(SectionBody::part(&json[..json.len() - 1], &BTreeSet::new()).is_err());
    }
}
