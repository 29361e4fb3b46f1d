//! The body of a section as JSON that can be read in parts: its items stand last and in the order of their keys, in runs that begin
//! where it is told. A store that keeps the runs apart inflates of 850 packages those around the one that is asked for.

use muster_shared::id::HostId;
use muster_shared::{SectionName, Time};
use serde::Serialize;
use std::collections::BTreeMap;

use super::SectionBody;
use crate::source::Source;

/// A run has at least so many bytes, but for the last.
const RUN_BYTES: usize = 4 << 10;

/// The JSON of a section's body, with the places at which it can be cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runs {
    /// All of it.
    pub json: Vec<u8>,
    /// Where each run of items begins, and the key of its first one.
    pub cuts: Vec<(String, usize)>,
}

/// What stands between two items, and so between two runs.
pub const BETWEEN: &[u8] = b",";
/// What stands behind the last item.
pub const END: &[u8] = b"}}";

#[derive(Serialize)]
struct Head<'a> {
    host: HostId,
    section: SectionName,
    through: u64,
    #[serde(skip_serializing_if = "Source::is_agent")]
    source: Source,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    gone: &'a BTreeMap<String, Time>,
}

impl SectionBody {
    /// The stored form, in runs.
    pub fn encode_in_runs(&self) -> serde_json::Result<Runs> {
        let Self { host, section, through, items, source, gone } = self;
        let head = Head { host: *host, section: *section, through: *through, source: *source, gone };
        let mut json = Vec::with_capacity(256 + items.len() * 192);
        serde_json::to_writer(&mut json, &head)?;
        json.truncate(json.len().saturating_sub(1));
        json.extend_from_slice(b",\"items\":{");
        let mut cuts: Vec<(String, usize)> = Vec::new();
        for (place, (key, item)) in items.iter().enumerate() {
            if place > 0 {
                json.extend_from_slice(BETWEEN);
            }
            if cuts.last().is_none_or(|(_, begin)| json.len() - begin >= RUN_BYTES) {
                cuts.push((key.clone(), json.len()));
            }
            serde_json::to_writer(&mut json, key)?;
            json.push(b':');
            serde_json::to_writer(&mut json, item)?;
        }
        json.extend_from_slice(END);
        Ok(Runs { json, cuts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::StoredItem;

    #[test]
    fn the_json_is_the_body_and_every_run_holds_whole_items() {
        let mut body = SectionBody::of(HostId::from_bytes([1; 16]), SectionName::Package, Source::Glpi);
        for count in [0, 1, 500] {
            for n in body.items.len()..count {
                let attributes = [("text".to_owned(), "é\"}".repeat(n % 20).into())].into();
                body.items.insert(format!("k{n:03}\n\"{{"), StoredItem { attributes, since: Time::from_millis(7) });
            }
            body.gone.insert("gone".into(), Time::from_millis(4));
            let Runs { json, cuts } = body.encode_in_runs().unwrap();
            assert_eq!(serde_json::from_slice::<SectionBody>(&json).unwrap(), body);
            assert_eq!(cuts.is_empty(), count == 0);
            assert_eq!(cuts.len() > 3, count == 500);
            let ends = cuts.iter().skip(1).map(|(_, begin)| begin - 1).chain([json.len() - END.len()]);
            let mut seen = Vec::new();
            for ((key, begin), end) in cuts.iter().zip(ends) {
                let run = [b"{", &json[*begin..end], b"}"].concat();
                let run: BTreeMap<String, StoredItem> = serde_json::from_slice(&run).unwrap();
                assert_eq!(run.keys().next(), Some(key));
                seen.extend(run);
            }
            assert_eq!(seen.into_iter().collect::<BTreeMap<_, _>>(), body.items);
        }
    }
}
