//! A section as it was told, with its items packed: most are only compared, for which their mark is enough.

use std::collections::BTreeSet;

use muster_shared::canonical::{self, Digest};
use muster_shared::diff::ItemMap;
use muster_shared::mapping::Distinct as _;
use muster_shared::{Problem, SectionStatus, Time};
use serde::{Deserialize, Serialize};

use crate::pack::Packed;

/// A section as it was told last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// How well it could be read.
    pub status: SectionStatus,
    /// Whether the items were ever collected: only then is an empty section really empty.
    pub is_known: bool,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// Sources of trouble that were there when the section was last told as far as it could be read; unknown in a state of
    /// an earlier version, and after a crash: then those of `problems`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<BTreeSet<String>>,
    /// Since when there is more trouble than `limits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limited_since: Option<Time>,
    /// When its items were last seen as they are here.
    pub seen_at: Option<Time>,
    /// Hash of the items.
    pub digest: Digest,
    /// Mark of the items, see [`digest_and_mark`]; unknown in a state of an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<Digest>,
    /// The items, without metrics.
    pub items: Packed<ItemMap>,
    /// Metrics as they were told last, of sections whose metrics are told alone, see [`muster_shared::metric`].
    #[serde(default)]
    pub metrics: Packed<ItemMap>,
    /// When that was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics_at: Option<Time>,
}

/// What could not be read: where, whatever the words for it.
pub fn sources(problems: &[Problem]) -> BTreeSet<String> {
    problems.iter().map(|problem| problem.source.clone()).into_set()
}

impl Told {
    /// A section of which nothing is known.
    pub fn nothing(status: SectionStatus) -> Self {
        let (digest, mark) = digest_and_mark(&ItemMap::new());
        Self {
            status,
            is_known: false,
            problems: Vec::new(),
            limits: None,
            limited_since: None,
            seen_at: None,
            digest,
            mark: Some(mark),
            items: Packed::default(),
            metrics: Packed::default(),
            metrics_at: None,
        }
    }

    /// The trouble under which the section was last told as far as it could be read.
    pub fn limits(&self) -> BTreeSet<String> {
        self.limits.clone().unwrap_or_else(|| sources(&self.problems))
    }
}

/// The digest of a section, and a mark of the same items: the sum that the digest is says whether two sides that mean well have
/// the same, the mark also whether somebody made items up so that their sum stays as it was.
pub fn digest_and_mark(items: &ItemMap) -> (Digest, Digest) {
    let mut sum = canonical::section_digest(&ItemMap::new());
    let mut all = Vec::with_capacity(items.len() * 32);
    for (key, attributes) in items {
        let item = canonical::item_digest(key, attributes);
        sum = sum.with(&item);
        all.extend_from_slice(item.as_bytes());
    }
    (sum, Digest::of(&all))
}
