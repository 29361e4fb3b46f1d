//! Canonical bytes and their hashes: agent and collector must agree on them to the byte.
//!
//! Canonical JSON here: object keys sorted by their bytes, no white space, strings and numbers as `serde_json` writes them.
//! Nothing that was volatile may reach these functions (see [`crate::volatility`]).
//!
//! * item hash = BLAKE3(key, 0, canonical attributes)
//! * section hash = the sum of the item hashes as 256-bit little-endian numbers, modulo 2^256; nothing is 0
//! * root = BLAKE3 over (section name, 0, section hash) in name order; sections that were not collected are left out
//!
//! A sum takes one item in or out without the others, so a difference of one package is checked against the section's hash
//! without reading 850 packages. It finds what went astray between two sides that mean well, by a chance of 2^-256. It is no
//! defence against somebody who makes items up so that two sets have one sum: such a one is the agent itself, whose word it is.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::mapping::Mapping as _;
use crate::report::Attributes;
use crate::section::SectionName;

/// A BLAKE3 hash, in hex when written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The hash of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The bytes of the hash.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The hash of a section to which an item was added.
    #[must_use]
    pub fn with(&self, item: &Self) -> Self {
        let mut carry = 0;
        let mut sum = [0; 32];
        for ((sum, mine), its) in sum.iter_mut().zip(self.0).zip(item.0) {
            let [low, high] = (u16::from(mine) + u16::from(its) + carry).to_le_bytes();
            *sum = low;
            carry = u16::from(high);
        }
        Self(sum)
    }

    /// The hash of a section from which an item was taken.
    #[must_use]
    pub fn without(&self, item: &Self) -> Self {
        // Two's complement: to subtract is to add the complement and one.
        let mut one = [0; 32];
        one[0] = 1;
        self.with(&Self(item.0.map(|byte| !byte))).with(&Self(one))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no digest.
#[derive(Debug, thiserror::Error)]
#[error("a digest is 64 hex digits")]
pub struct InvalidDigest;

impl FromStr for Digest {
    type Err = InvalidDigest;

    fn from_str(text: &str) -> Result<Self, InvalidDigest> {
        blake3::Hash::from_hex(text).map(|h| Self(*h.as_bytes())).map_err(|_| InvalidDigest)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::text::read(deserializer)
    }
}

/// Appends the canonical bytes of `value`.
pub fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&str, &Value> = map.iter().map(|(k, v)| (k.as_str(), v)).into_map();
            write_members(sorted.into_iter(), out);
        }
        Value::Array(values) => {
            out.push(b'[');
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_value(value, out);
            }
            out.push(b']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => write_scalar(value, out),
    }
}

/// Writing to memory cannot fail, and neither can text, numbers and the like.
fn write_scalar(value: &impl Serialize, out: &mut Vec<u8>) {
    drop(serde_json::to_writer(out, value));
}

fn write_members<'a>(members: impl Iterator<Item = (&'a str, &'a Value)>, out: &mut Vec<u8>) {
    out.push(b'{');
    for (i, (key, value)) in members.enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write_scalar(&key, out);
        out.push(b':');
        write_value(value, out);
    }
    out.push(b'}');
}

/// The hash of one item: its key and its attributes.
pub fn item_digest(key: &str, attributes: &Attributes) -> Digest {
    let mut bytes = Vec::with_capacity(256);
    write_item(key, attributes, &mut bytes);
    Digest::of(&bytes)
}

fn write_item(key: &str, attributes: &Attributes, out: &mut Vec<u8>) {
    out.extend_from_slice(key.as_bytes());
    out.push(0);
    write_members(attributes.iter().map(|(k, v)| (k.as_str(), v)), out);
}

/// The hash of a section from its items in any order, each key once.
pub fn section_digest<'a>(items: impl IntoIterator<Item = (&'a String, &'a Attributes)>) -> Digest {
    let mut bytes = Vec::with_capacity(512);
    items.into_iter().fold(Digest([0; 32]), |sum, (key, attributes)| {
        bytes.clear();
        write_item(key, attributes, &mut bytes);
        sum.with(&Digest::of(&bytes))
    })
}

/// The hash of a whole inventory.
pub fn root_digest(sections: &BTreeMap<SectionName, Digest>) -> Digest {
    root_of(&sections.iter().map(|(name, digest)| (name.as_str(), digest)).into_map())
}

/// The same by the names of the sections, also of such as are not known here.
pub fn root_of(sorted: &BTreeMap<&str, &Digest>) -> Digest {
    let mut hasher = blake3::Hasher::new();
    for (name, digest) in sorted {
        hasher.update(name.as_bytes()).update(&[0]).update(digest.as_bytes());
    }
    Digest(*hasher.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let mut out = Vec::new();
        write_value(&json!({"b": [1, {"z": null, "a": "é\n"}], "a": true}), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"a":true,"b":[1,{"a":"é\n","z":null}]}"#);
    }

    #[test]
    fn the_order_of_items_does_not_matter_their_content_does() {
        let item = |key: &str, v: u32| (key.to_owned(), Attributes::from([("n".to_owned(), v.into())]));
        let digest = |items: &[(String, Attributes)]| section_digest(items.iter().map(|(key, set)| (key, set)));
        let one = digest(&[item("a", 1), item("b", 2)]);
        assert_eq!(one, digest(&[item("b", 2), item("a", 1)]));
        assert_ne!(one, digest(&[item("a", 1), item("b", 3)]));
        assert_ne!(one, digest(&[item("a", 2), item("b", 1)]));
        assert_eq!(one.to_string().parse::<Digest>().unwrap(), one);
    }

    fn items() -> impl Strategy<Value = BTreeMap<String, Attributes>> {
        let attributes = proptest::collection::btree_map("[xy]", (0u8..3).prop_map(Value::from), 0..3);
        proptest::collection::btree_map("[a-d]{1,2}", attributes, 0..8)
    }

    proptest! {
        #[test]
        fn an_item_goes_in_and_out_of_a_digest(items in items()) {
            let whole = section_digest(&items);
            for (key, attributes) in &items {
                let item = item_digest(key, attributes);
                let mut rest = items.clone();
                rest.remove(key);
                prop_assert_eq!(whole.without(&item), section_digest(&rest));
                prop_assert_eq!(section_digest(&rest).with(&item), whole);
            }
        }

        #[test]
        fn sums_go_round_at_the_end(a in any::<[u8; 32]>(), b in any::<[u8; 32]>()) {
            let (a, b) = (Digest(a), Digest(b));
            prop_assert_eq!(a.with(&b).without(&b), a);
            prop_assert_eq!(a.without(&b).with(&b), a);
            prop_assert_eq!(a.with(&b), b.with(&a));
            prop_assert_eq!(a.without(&a), section_digest(&BTreeMap::new()));
        }
    }
}
