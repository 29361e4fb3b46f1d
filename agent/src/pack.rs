//! Packing for disk and wire: JSON goes into zstd piece by piece as it is written, so that the whole of a text is never there at
//! once. Each piece is a frame of its own (RFC 8878 has data of one or more), for a packer that goes on through all of it holds
//! on to half a megabyte. What is short is one frame, which says its length.
//!
//! The one level that is asked for here is the only one that `packaging/build` leaves in.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const ZSTD_LEVEL: i32 = 3;
/// The size of a piece. With pieces twice as large a whole report is 4 % smaller.
const PIECE_BYTES: usize = 64 << 10;

/// Packs what is written to it.
#[derive(Default)]
pub struct Packer {
    piece: Vec<u8>,
    packed: Vec<u8>,
}

impl Packer {
    fn pack(&mut self) -> io::Result<()> {
        self.packed.append(&mut zstd::bulk::compress(&self.piece, ZSTD_LEVEL)?);
        self.piece.clear();
        Ok(())
    }

    /// All that was written, packed.
    pub fn finish(mut self) -> io::Result<Vec<u8>> {
        if self.packed.is_empty() || !self.piece.is_empty() {
            self.pack()?;
        }
        Ok(self.packed)
    }
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PIECE_BYTES.saturating_sub(self.piece.len());
        let (now, _later) = bytes.split_at(room.min(bytes.len()));
        self.piece.extend_from_slice(now);
        if self.piece.len() == PIECE_BYTES {
            self.pack()?;
        }
        Ok(now.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A value as packed JSON.
pub fn pack(value: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut packer = Packer::default();
    serde_json::to_writer(&mut packer, value)?;
    packer.finish()
}

/// Unpacks at most `limit_bytes`; `None` when it is more or no zstd.
pub fn inflate(packed: &[u8], limit_bytes: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let decoder = zstd::stream::read::Decoder::with_buffer(packed).ok()?;
    decoder.take(limit_bytes as u64 + 1).read_to_end(&mut out).ok()?;
    (out.len() <= limit_bytes).then_some(out)
}

/// Most bytes of a value that stays packed, after inflating.
const MAX_VALUE_BYTES: usize = 256 << 20;

/// A value that stays packed until somebody asks for it: most of what the agent has told is only looked at by its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Packed<T> {
    bytes: Vec<u8>,
    of: PhantomData<T>,
}

impl<T> Packed<T> {
    /// Packs a value.
    pub fn of(value: &T) -> io::Result<Self>
    where
        T: Serialize,
    {
        Ok(Self { bytes: pack(value)?, of: PhantomData })
    }

    /// The value. `None` when the bytes are not what was packed, which a checked file does not hold.
    pub fn open(&self) -> Option<T>
    where
        T: DeserializeOwned + Default,
    {
        if self.bytes.is_empty() {
            return Some(T::default());
        }
        serde_json::from_slice(&inflate(&self.bytes, MAX_VALUE_BYTES)?).ok()
    }
}

impl<V: DeserializeOwned> Packed<BTreeMap<String, V>> {
    /// Reads one member after the other out of the text, which is small beside what it says, so that they are never all there.
    /// `None` when the bytes are not what was packed: some may have been given by then.
    pub fn each(&self, mut give: impl FnMut(String, V)) -> Option<()> {
        if self.bytes.is_empty() {
            return Some(());
        }
        let text = inflate(&self.bytes, MAX_VALUE_BYTES)?;
        let mut reader = serde_json::Deserializer::from_slice(&text);
        reader.deserialize_map(Each { give: &mut give, of: PhantomData }).ok()?;
        reader.end().ok()
    }
}

/// Gives each member of a map.
struct Each<'a, V> {
    give: &'a mut dyn FnMut(String, V),
    of: PhantomData<V>,
}

impl<'de, V: Deserialize<'de>> Visitor<'de> for Each<'_, V> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, value)) = map.next_entry()? {
            (self.give)(key, value);
        }
        Ok(())
    }
}

impl<T> Default for Packed<T> {
    /// The default value.
    fn default() -> Self {
        Self { bytes: Vec::new(), of: PhantomData }
    }
}

impl<T> fmt::Debug for Packed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes.len())
    }
}

impl<T> Serialize for Packed<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&STANDARD.encode(&self.bytes))
    }
}

impl<'de, T: Serialize + Deserialize<'de>> Deserialize<'de> for Packed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader(PhantomData))
    }
}

/// Reads a packed value, and one that stands there open, as earlier versions left it.
struct Reader<T>(PhantomData<T>);

impl<'de, T: Serialize + Deserialize<'de>> Visitor<'de> for Reader<T> {
    type Value = Packed<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a packed value")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        STANDARD.decode(text).map_err(E::custom).map(|bytes| Packed { bytes, of: PhantomData })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Packed::of(&T::deserialize(MapAccessDeserializer::new(map))?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_packed_and_an_open_one_is_read_too() {
        let value = BTreeMap::from([("a".to_owned(), 1)]);
        let packed = Packed::of(&value).unwrap();
        assert_eq!(packed.open().unwrap(), value);
        let text = serde_json::to_value(&packed).unwrap();
        assert!(text.is_string(), "{text}");
        for stored in [text, serde_json::json!({"a": 1})] {
            assert_eq!(serde_json::from_value::<Packed<BTreeMap<String, u8>>>(stored).unwrap(), packed);
        }
        assert!(Packed::<BTreeMap<String, u8>>::default().open().unwrap().is_empty());
        let foreign: Packed<BTreeMap<String, u8>> = serde_json::from_value("AAAA".into()).unwrap();
        assert_eq!(foreign.open(), None, "not what was packed, and not empty");
        assert_eq!(foreign.each(|_, _| panic!("a member of nothing")), None);
        for broken in [serde_json::json!("?"), serde_json::json!({"a": "b"}), serde_json::json!(7)] {
            assert!(serde_json::from_value::<Packed<BTreeMap<String, u8>>>(broken).is_err());
        }
    }

    #[test]
    fn a_short_text_and_a_long_one_come_back() {
        // In JSON a text has two quotes more: the second of the pair is one piece and a byte.
        for length in [0, 10, PIECE_BYTES - 2, PIECE_BYTES - 1, PIECE_BYTES, 3 * PIECE_BYTES - 2, 1_000_000] {
            let text: String = "some words ".chars().cycle().take(length).collect();
            let packed = pack(&text).unwrap();
            let json = inflate(&packed, 10 << 20).unwrap();
            assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), text);
            let first = zstd::zstd_safe::get_frame_content_size(&packed).unwrap().unwrap();
            assert_eq!(first, (json.len() as u64).min(PIECE_BYTES as u64), "{length}");
            let is_one_frame = zstd::zstd_safe::find_frame_compressed_size(&packed).unwrap() == packed.len();
            assert_eq!(is_one_frame, json.len() <= PIECE_BYTES, "{length}");
        }
    }

    #[test]
    fn members_are_unpacked_one_after_the_other() {
        // More than a piece, so that some stand across two.
        let value: BTreeMap<String, String> =
            (0..5_000).map(|n| (format!("key {n}"), "value ".repeat(n % 9))).collect();
        let (packed, mut given) = (Packed::of(&value).unwrap(), BTreeMap::new());
        packed.each(|key, value| drop(given.insert(key, value))).unwrap();
        assert_eq!(given, value);
        assert_eq!(Packed::<BTreeMap<String, u8>>::default().each(|_, _| panic!("a member of nothing")), Some(()));
        let cut = Packed::<BTreeMap<String, String>> {
            bytes: packed.bytes[..packed.bytes.len() / 2].to_vec(),
            of: PhantomData,
        };
        assert_eq!(cut.each(|_, _| ()), None);
    }

    #[test]
    fn a_bomb_is_not_inflated() {
        let mut packer = Packer::default();
        packer.write_all(&vec![0; 1 << 20]).unwrap();
        let bomb = packer.finish().unwrap();
        assert!(bomb.len() < 1_000 && inflate(&bomb, 1_000).is_none());
        assert!(inflate(b"no zstd", 1_000).is_none());
    }
}
