//! The history of items as people read it: one line per change, with what was and what is.

use muster_model::history::{Bearing, HistoryEntry, Operation};
use muster_model::source::Source;
use muster_shared::{Attributes, Time};

use super::attribute;
use super::locale::Locale;
use super::value;

/// Attributes that one change shows.
const MOST: usize = 4;
/// Longest value in a line.
const WIDTH: usize = 60;

/// One attribute of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    pub(crate) name: String,
    pub(crate) before: Option<String>,
    pub(crate) after: Option<String>,
}

/// One change.
#[derive(Clone, Debug)]
pub(crate) struct ChangeLine {
    pub(crate) class: &'static str,
    pub(crate) operation: String,
    pub(crate) section: String,
    pub(crate) key: String,
    pub(crate) href: String,
    /// Where it is said why it alerted somebody, or nobody.
    pub(crate) why: String,
    pub(crate) seen_at: Time,
    pub(crate) details: Vec<Detail>,
    /// Attributes that are not shown.
    pub(crate) more: usize,
    /// Who told it, and what that means, where that has to be said.
    pub(crate) told: Option<String>,
}

/// Who told a change, unless our own agent did and is believed.
fn told(entry: &HistoryEntry, locale: Locale) -> Option<String> {
    let source = locale.name("source", entry.source.as_str());
    match entry.bearing {
        Bearing::Effective if entry.source == Source::Agent => None,
        Bearing::Effective => Some(source),
        bearing => Some(format!("{source} · {}", locale.name("bearing", bearing.as_str()))),
    }
}

impl ChangeLine {
    /// A change as a line.
    pub(crate) fn of(entry: &HistoryEntry, locale: Locale) -> Self {
        let class = match entry.operation {
            Operation::Added => "new",
            Operation::Removed => "gone",
            Operation::Modified => "same",
        };
        let mut names: Vec<&String> = entry.before.keys().chain(entry.after.keys()).collect();
        names.sort_by_key(|name| (attribute::rank(entry.section, name), name.as_str()));
        names.dedup();
        let shown = |from: &Attributes, name: &str| {
            from.get(name).map(|v| value::or_none(value::middle(&attribute::text(locale, name, v), WIDTH)))
        };
        let detail = |name: &&String| Detail {
            name: attribute::label(locale, name),
            before: shown(&entry.before, name).filter(|_| entry.operation != Operation::Added),
            after: shown(&entry.after, name).filter(|_| entry.operation != Operation::Removed),
        };
        let operation = match entry.operation {
            Operation::Added if entry.view_changed => "first_read",
            Operation::Removed if entry.view_changed => "unreadable",
            operation => operation.as_str(),
        };
        Self {
            class,
            operation: locale.name("operation", operation),
            section: locale.name("section", entry.section.as_str()),
            key: value::middle(&entry.key, 64),
            href: format!("/items/{}", entry.item),
            why: format!("/hosts/{}/changes/{}", entry.host, entry.seq),
            seen_at: entry.seen_at,
            details: names.iter().take(MOST).map(detail).collect(),
            more: names.len().saturating_sub(MOST),
            told: told(entry, locale),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use muster_shared::SectionName;
    use muster_shared::id::{HostId, ItemId, ReportId};
    use serde_json::json;

    #[test]
    fn a_change_says_what_was_and_what_is() {
        let now = Time::from_millis(1_700_000_000_000);
        let host = HostId::new(now);
        let entry = HistoryEntry {
            view_changed: false,
            source: muster_model::source::Source::Agent,
            bearing: muster_model::history::Bearing::Effective,
            kept_by: None,
            host,
            seq: 1,
            report: ReportId::new(now),
            section: SectionName::Package,
            item: ItemId::new(host, SectionName::Package, "openssl"),
            key: "openssl".into(),
            operation: Operation::Modified,
            before: Attributes::from([("version".into(), json!("1"))]),
            after: Attributes::from([("version".into(), json!("2")), ("arch".into(), json!("amd64"))]),
            not_before: None,
            held_since: None,
            seen_at: now,
            received_at: None,
        };
        let line = ChangeLine::of(&entry, Locale::English);
        let version = Detail { name: "Version".into(), before: Some("1".into()), after: Some("2".into()) };
        assert_eq!(line.details.first(), Some(&version));
        assert_eq!((line.operation.as_str(), line.section.as_str()), ("changed", "Package"));
    }
}
