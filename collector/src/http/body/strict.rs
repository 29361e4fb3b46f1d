//! JSON without second meanings: an object in which a key stands twice is refused (case 6), and so is a string with the
//! character NUL, at which other programs end it (case 8).
//!
//! RFC 8259 leaves open which of two equal keys counts, so two readers of one text could see two documents. The text is
//! walked once before it is read, and nothing is kept but the keys of the objects that are open.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// What has two meanings.
enum Fault {
    /// A key stands twice in one object.
    Twice(String),
    /// A string or a key holds `\u0000`.
    Nul,
}

/// Refuses a text in which an object has the same key twice, or a string holds NUL. Other faults are left to whoever reads it.
pub(super) fn check(bytes: &[u8]) -> Result<(), String> {
    let mut found = None;
    // A text that is checked as a whole is walked without looking at every string of it again.
    let walked = match std::str::from_utf8(bytes) {
        Ok(text) => serde_json::Deserializer::from_str(text).deserialize_any(Walk(&mut found)),
        Err(_) => serde_json::Deserializer::from_slice(bytes).deserialize_any(Walk(&mut found)),
    };
    match (walked, found) {
        (Err(error), Some(fault)) => {
            let what = match fault {
                Fault::Twice(key) => format!("the key {key:?} stands twice in one object"),
                Fault::Nul => "a string holds the character \\u0000".to_owned(),
            };
            Err(format!("{what}, at line {} column {}", error.line(), error.column()))
        }
        _ => Ok(()),
    }
}

/// Walks a value; where a key stands twice it ends and leaves the key behind.
struct Walk<'a>(&'a mut Option<Fault>);

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        if !text.contains('\0') {
            return Ok(());
        }
        *self.0 = Some(Fault::Nul);
        Err(de::Error::custom("NUL"))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Walk(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let mut keys = Keys::default();
        while let Some(key) = entries.next_key_seed(Key)? {
            if key.contains('\0') {
                *self.0 = Some(Fault::Nul);
                return Err(de::Error::custom("NUL"));
            }
            if let Err(twice) = keys.add(key) {
                *self.0 = Some(Fault::Twice(twice.chars().take(80).collect()));
                return Err(de::Error::custom("a key stands twice"));
            }
            entries.next_value_seed(Walk(self.0))?;
        }
        Ok(())
    }
}

/// Objects with more keys than this are rare, and a few keys are sooner compared than hashed.
const FEW: usize = 16;

/// The keys of an open object.
#[derive(Default)]
struct Keys<'de> {
    few: Vec<Cow<'de, str>>,
    more: HashSet<Cow<'de, str>>,
}

impl<'de> Keys<'de> {
    /// Gives the key back when it is there already.
    fn add(&mut self, key: Cow<'de, str>) -> Result<(), Cow<'de, str>> {
        if self.few.contains(&key) || self.more.contains(&key) {
            return Err(key);
        }
        if self.few.len() < FEW {
            self.few.push(key);
        } else {
            self.more.insert(key);
        }
        Ok(())
    }
}

/// A key, borrowed from the text unless it holds escapes: `"a"` and `"\u0061"` are one key.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_key_that_stands_twice_is_found_at_any_depth() {
        for twice in [
            r#"{"a":1,"a":2}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"[[{"b":{"x":null,"y":[],"x":1.5}}]]"#,
            r#"{"a":{"a":{"a":true,"a":false}}}"#,
        ] {
            assert!(check(twice.as_bytes()).unwrap_err().contains("stands twice"), "{twice}");
        }
        let many = (0..50).map(|n| format!("\"k{n}\":{n},")).collect::<Vec<_>>().concat();
        for twice in ["k3", "k40"] {
            let text = format!("{{{many}\"{twice}\":0}}");
            assert!(check(text.as_bytes()).unwrap_err().contains(twice), "{text}");
        }
        for nul in [r#""a\u0000""#, r#"{"a":["b\u0000c"]}"#, r#"{"\u0000":1}"#] {
            assert!(check(nul.as_bytes()).unwrap_err().contains("\\u0000"), "{nul}");
        }
        for fine in [r#"{"a":{"a":1},"b":[{"a":1},{"a":2}]}"#, "1", "\"a\"", "{\"a\"", "[1,", "", "NaN"] {
            assert_eq!(check(fine.as_bytes()), Ok(()), "{fine}");
        }
        assert_eq!(check("[".repeat(100_000).as_bytes()), Ok(()));
    }
}
