//! A section as it was told, with its items packed: most are only compared, and that their digest does.

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use muster_shared::canonical::{self, Digest};
use muster_shared::diff::ItemMap;
use muster_shared::mapping::Distinct as _;
use muster_shared::{Attributes, Problem, SectionStatus, Time};
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::pack;

/// Most bytes of a section's items after inflating.
const MAX_ITEMS_BYTES: usize = 256 << 20;

/// A mark in its text form.
const MARK_CHARS: usize = 64;

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
    /// The items, without metrics.
    pub items: Items,
}

/// What could not be read: where, whatever the words for it.
pub fn sources(problems: &[Problem]) -> BTreeSet<String> {
    problems.iter().map(|problem| problem.source.clone()).into_set()
}

impl Told {
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

/// The items of a section: packed JSON, and the mark by which they are known.
#[derive(Clone, PartialEq, Eq)]
pub struct Items {
    mark: Digest,
    packed: Vec<u8>,
}

impl Items {
    /// Packs items of which this is the mark.
    pub fn pack(items: &ItemMap, mark: Digest) -> std::io::Result<Self> {
        Ok(Self { mark, packed: pack::pack(items)? })
    }

    /// Packs items.
    pub fn of(items: &ItemMap) -> std::io::Result<Self> {
        Self::pack(items, digest_and_mark(items).1)
    }

    /// Whether they are those with this mark.
    pub fn are(&self, mark: &Digest) -> bool {
        self.mark == *mark
    }

    /// The items. `None` when they are not what was packed, which a checked file does not hold.
    pub fn open(&self) -> Option<ItemMap> {
        if self.packed.is_empty() {
            return Some(ItemMap::new());
        }
        serde_json::from_slice(&pack::inflate(&self.packed, MAX_ITEMS_BYTES)?).ok()
    }
}

impl Default for Items {
    /// None.
    fn default() -> Self {
        Self { mark: digest_and_mark(&ItemMap::new()).1, packed: Vec::new() }
    }
}

impl fmt::Debug for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.open().fmt(f)
    }
}

impl Serialize for Items {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = self.mark.to_string();
        STANDARD.encode_string(&self.packed, &mut text);
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Items {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// Reads packed items, and those of earlier versions, which stood there as a map.
struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Items;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("packed items")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Items, E> {
        let (mark, packed) = text.split_at_checked(MARK_CHARS).ok_or_else(|| E::custom("packed items are longer"))?;
        let mark = mark.parse().map_err(E::custom)?;
        Ok(Items { mark, packed: STANDARD.decode(packed).map_err(E::custom)? })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Items, A::Error> {
        let mut items = ItemMap::new();
        while let Some((key, attributes)) = map.next_entry::<String, Attributes>()? {
            items.insert(key, attributes);
        }
        Items::of(&items).map_err(de::Error::custom)
    }
}
