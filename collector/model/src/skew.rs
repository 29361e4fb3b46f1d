//! Agents of another version: what is known of their words is taken, what is not is named, and nothing is refused as a whole (cases 11, 106).
//!
//! The wire model grows without another schema: new sections, fields, states of a section, kinds of changes. What is not known here is
//! taken out of a message before it is read as strictly as ever. A section that cannot be read counts in the root hash by the digest
//! that its agent names; its items are told once more when another collector can read them ([`crate::inventory::Unread`]).

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::canonical::Digest;
use muster_shared::report::{Item, Report, SectionReport};
use muster_shared::{Problem, SectionName, SectionStatus, bound};
use serde::de::value::Error;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, json};

/// Most sections of a report that are not known here; with more, the report is refused for the first one.
const MAX_SECTIONS: usize = 64;
/// Most names that are kept of what is not known here.
pub const MAX_NAMES: usize = 64;
/// Longest of them.
const MAX_NAME_BYTES: usize = 120;

/// Sections of a report that cannot be read here, with their digests.
pub type Unread = BTreeMap<String, Digest>;

/// What was taken out of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strange {
    /// Where it stood; `*` is each item.
    pub names: BTreeSet<String>,
    /// Sections that count in the root hash and cannot be read.
    pub unread: Unread,
}

/// The fields of a record that is read from JSON.
fn fields_of<'de, T: Deserialize<'de>>() -> &'static [&'static str] {
    struct Asking<'a>(&'a mut &'static [&'static str]);

    impl<'de> Deserializer<'de> for Asking<'_> {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(de::Error::custom("only records have fields"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            visitor: V,
        ) -> Result<V::Value, Error> {
            *self.0 = fields;
            self.deserialize_any(visitor)
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
            tuple_struct map enum identifier ignored_any
        }
    }

    let mut fields: &[&str] = &[];
    drop(T::deserialize(Asking(&mut fields)));
    fields
}

/// Takes out of a flat message what is not known here.
pub fn message<'de, T: Deserialize<'de>>(message: &mut Value) -> Strange {
    let mut strange = Strange::default();
    strange.strip(message, "", fields_of::<T>());
    strange
}

/// Takes out of a report what is not known here.
pub fn report(report: &mut Value) -> Strange {
    let mut strange = message::<Report>(report);
    let Some(sections) = report.get_mut("sections").and_then(Value::as_object_mut) else { return strange };
    for (name, mut section) in std::mem::take(sections) {
        if name.parse::<SectionName>().is_ok() {
            strange.section(&name, &mut section);
        } else if strange.leaves_out(&name, &section) {
            continue;
        }
        sections.insert(name, section);
    }
    strange
}

impl Strange {
    fn name(&mut self, name: &str) {
        if self.names.len() < MAX_NAMES {
            self.names.insert(bound::shortened(name, MAX_NAME_BYTES).into_owned());
        }
    }

    /// Takes out the fields that are not among `known`.
    fn strip(&mut self, record: &mut Value, place: &str, known: &[&str]) {
        let Some(record) = record.as_object_mut() else { return };
        record.retain(|field, _| {
            let is_known = known.contains(&field.as_str());
            if !is_known {
                self.name(&format!("{place}/{field}"));
            }
            is_known
        });
    }

    fn strip_each<'de, T: Deserialize<'de>>(&mut self, list: Option<&mut Value>, place: &str) {
        let known = fields_of::<T>();
        let records = list.and_then(Value::as_array_mut).into_iter().flatten();
        records.for_each(|record| self.strip(record, place, known));
    }

    /// A section of another name. One that is not what a section has to be stays, and is refused.
    fn leaves_out(&mut self, name: &str, section: &Value) -> bool {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let is_good = (1..=64).contains(&name.len()) && name.chars().all(is_name);
        let digest = section["digest"].as_str().and_then(|digest| digest.parse().ok());
        let (true, Some(digest)) = (is_good && self.unread.len() < MAX_SECTIONS, digest) else { return false };
        self.name(&format!("/sections/{name}"));
        // As in every section: items that are known to the agent count in the root, also when they cannot be read just now.
        let status = SectionStatus::deserialize(&section["status"]);
        if section["change"] != "same" || status.is_ok_and(SectionStatus::is_collected) {
            self.unread.insert(name.to_owned(), digest);
        }
        true
    }

    fn section(&mut self, name: &str, section: &mut Value) {
        let place = format!("/sections/{name}");
        self.strip(section, &place, fields_of::<SectionReport>());
        let Some(section) = section.as_object_mut() else { return };
        self.strip_each::<Problem>(section.get_mut("problems"), &format!("{place}/problems/*"));
        let status = section.get("status").and_then(Value::as_str).map(str::to_owned);
        if let Some(status) = status.filter(|status| SectionStatus::deserialize(&json!(status)).is_err()) {
            self.name(&format!("{place}/status: {status}"));
            fail(section, &format!("its state '{status}' is not known to this collector"));
        }
        let kind = match section.get("change") {
            Some(Value::String(kind)) => Some(kind.clone()),
            Some(Value::Object(change)) if change.len() == 1 => change.keys().next().cloned(),
            _ => None,
        };
        let place = format!("{place}/change");
        match kind.as_deref() {
            // No change, and what is no change at all is refused.
            Some("same") | None => {}
            Some("whole") => {
                let items = section.get_mut("change").and_then(|change| change.get_mut("whole"));
                self.strip_each::<Item>(items, &format!("{place}/whole/*"));
            }
            Some("delta") => {
                let Some(delta) = section.get_mut("change").and_then(|change| change.get_mut("delta")) else { return };
                self.strip(delta, &format!("{place}/delta"), &["upsert", "remove"]);
                self.strip_each::<Item>(delta.get_mut("upsert"), &format!("{place}/delta/upsert/*"));
            }
            Some(kind) => {
                let digest = section.get("digest").and_then(Value::as_str).and_then(|digest| digest.parse().ok());
                let Some(digest) = digest else { return };
                self.name(&format!("{place}/{kind}"));
                self.unread.insert(name.to_owned(), digest);
                fail(section, &format!("its change '{kind}' is not known to this collector"));
                section.insert("change".into(), "same".into());
            }
        }
    }
}

/// What was known of the section stays, and its host says why.
fn fail(section: &mut Map<String, Value>, why: &str) {
    section.insert("status".into(), json!(SectionStatus::Failed));
    let problem = json!({"source": "collector", "message": bound::shortened(why, bound::NAME_BYTES)});
    if let Some(problems) = section.entry("problems").or_insert_with(|| json!([])).as_array_mut() {
        problems.push(problem);
    }
}

#[cfg(test)]
mod tests;
