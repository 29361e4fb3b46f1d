//! Reads single items out of a stored section: what nobody asked for is passed over, neither built nor copied.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::{SectionBody, StoredItem};

type Keys<'a> = &'a BTreeSet<String>;

/// A body with only the items of these keys.
pub(super) fn read(json: &[u8], keys: Keys<'_>) -> serde_json::Result<SectionBody> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let body = deserializer.deserialize_map(Body(keys))?;
    deserializer.end()?;
    Ok(body)
}

struct Body<'a>(Keys<'a>);

impl<'de> Visitor<'de> for Body<'_> {
    type Value = SectionBody;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body of a section")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SectionBody, A::Error> {
        let (mut host, mut section, mut through, mut items) = (None, None, None, None);
        let (mut source, mut gone) = Default::default();
        while let Some(field) = map.next_key::<&str>()? {
            match field {
                "host" => host = Some(map.next_value()?),
                "section" => section = Some(map.next_value()?),
                "through" => through = Some(map.next_value()?),
                "items" => items = Some(map.next_value_seed(Items(self.0))?),
                "source" => source = map.next_value()?,
                "gone" => gone = map.next_value()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(SectionBody {
            host: host.ok_or_else(|| Error::missing_field("host"))?,
            section: section.ok_or_else(|| Error::missing_field("section"))?,
            through: through.ok_or_else(|| Error::missing_field("through"))?,
            items: items.ok_or_else(|| Error::missing_field("items"))?,
            source,
            gone,
        })
    }
}

struct Items<'a>(Keys<'a>);

impl<'de> DeserializeSeed<'de> for Items<'_> {
    type Value = BTreeMap<String, StoredItem>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Items<'_> {
    type Value = BTreeMap<String, StoredItem>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("items by key")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut items = BTreeMap::new();
        while let Some(key) = map.next_key_seed(Wanted(self.0))? {
            match key {
                Some(key) => drop(items.insert(key, map.next_value()?)),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(items)
    }
}

/// A key, if it is one of those.
struct Wanted<'a>(Keys<'a>);

impl<'de> DeserializeSeed<'de> for Wanted<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Wanted<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the key of an item")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Option<String>, E> {
        Ok(self.0.contains(key).then(|| key.to_owned()))
    }
}
