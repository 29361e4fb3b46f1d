//! What a host is made of, in a few bytes: `MinHash` over the names of its packages and units. How many of the minima of two
//! hosts are equal says how much of what both have is the same, off by about 3 in 100.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Minima that are kept.
const SIZE: usize = 128;
/// Hosts of which so much is the same are alike (the Jaccard index, in hundredths).
pub const ALIKE_PERCENT: usize = 80;

/// A sketch of a set of names.
#[derive(Clone, PartialEq, Eq)]
pub struct Sketch([u32; SIZE]);

impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sketch").finish_non_exhaustive()
    }
}

/// The finaliser of `SplitMix64`: every bit of a number moves every bit of the result.
const fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Sketch {
    /// Of a set of names. `None` of an empty one: hosts of which nothing is known are not alike.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut minima = [u32::MAX; SIZE];
        let mut is_empty = true;
        for name in names {
            is_empty = false;
            let hash = blake3::hash(name.as_bytes());
            let seed = hash.as_bytes().first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
            let mut step = 0u64;
            for minimum in &mut minima {
                step = step.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let value = u32::try_from(mix(seed ^ mix(step)) >> 32).unwrap_or(u32::MAX);
                *minimum = value.min(*minimum);
            }
        }
        (!is_empty).then_some(Self(minima))
    }

    /// Of nothing that is known.
    pub const fn unknown() -> Self {
        Self([u32::MAX; SIZE])
    }

    /// How much of what two hosts have is the same, in hundredths.
    pub fn likeness(&self, other: &Self) -> usize {
        if *self == Self::unknown() || *other == Self::unknown() {
            return 0;
        }
        self.0.iter().zip(&other.0).filter(|(one, two)| one == two).count() * 100 / SIZE
    }

    /// Whether two hosts are alike.
    pub fn is_alike(&self, other: &Self) -> bool {
        self.likeness(other) >= ALIKE_PERCENT
    }
}

impl Serialize for Sketch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::with_capacity(SIZE * 8);
        for minimum in &self.0 {
            // Writing into a text does not fail.
            write!(text, "{minimum:08x}").map_err(serde::ser::Error::custom)?;
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Sketch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let mut minima = [u32::MAX; SIZE];
        for (place, minimum) in minima.iter_mut().enumerate() {
            let part = text.get(place * 8..place * 8 + 8).and_then(|part| u32::from_str_radix(part, 16).ok());
            *minimum = part.ok_or_else(|| serde::de::Error::custom("a sketch is 128 numbers of 8 hex digits"))?;
        }
        Ok(Self(minima))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(range: std::ops::Range<u32>) -> Sketch {
        let names: Vec<String> = range.map(|n| format!("package/{n}")).collect();
        Sketch::of(names.iter().map(String::as_str)).unwrap()
    }

    #[test]
    fn likeness_is_near_the_jaccard_index() {
        for (other, jaccard) in [(0..1_000, 100), (100..1_100, 81), (500..1_500, 33), (5_000..6_000, 0)] {
            let found = sketch(0..1_000).likeness(&sketch(other.clone()));
            assert!(found.abs_diff(jaccard) <= 10, "{other:?}: {found} instead of {jaccard}");
        }
        assert!(sketch(0..1_000).is_alike(&sketch(20..1_020)) && !sketch(0..1_000).is_alike(&sketch(300..1_300)));
    }

    #[test]
    fn it_is_the_same_whatever_the_order_and_after_a_restart() {
        let one = Sketch::of(["a", "b", "c"]).unwrap();
        assert_eq!(one, Sketch::of(["c", "a", "b", "a"]).unwrap());
        let json = serde_json::to_string(&one).unwrap();
        assert_eq!(serde_json::from_str::<Sketch>(&json).unwrap(), one);
        assert!(serde_json::from_str::<Sketch>("\"00\"").is_err());
    }

    #[test]
    fn nothing_is_not_like_nothing() {
        assert_eq!(Sketch::of([]), None);
        assert_eq!(Sketch::unknown().likeness(&Sketch::unknown()), 0);
    }
}
