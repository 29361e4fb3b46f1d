//! What is laid over the map: as a colour and as a word in each box, with a legend that says what the colours are.

use std::collections::BTreeMap;

use muster_model::availability::Health;
use muster_model::host::Criticality;
use muster_model::host::status::Status;

use crate::console::locale::Locale;
use crate::service::impact::overlay::{Mark, Overlay};

/// A way to switch an overlay on or off.
#[derive(Clone, Debug)]
pub(in crate::console) struct Toggle {
    pub(in crate::console) label: String,
    pub(in crate::console) href: String,
    pub(in crate::console) is_on: bool,
}

/// What a colour says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::console) struct Legend {
    /// The class of the box.
    pub(in crate::console) look: &'static str,
    pub(in crate::console) text: String,
    pub(in crate::console) count: usize,
}

/// The class of the box, from calm to bad.
const fn look(mark: Mark) -> &'static str {
    match mark {
        Mark::Status(Status::Up)
        | Mark::Health(Health::Up)
        | Mark::Findings(0)
        | Mark::Criticality(Criticality::Low) => "mark-good",
        Mark::Status(Status::Retired) | Mark::Criticality(Criticality::Normal) => "mark-calm",
        Mark::Status(Status::Late | Status::Unknown)
        | Mark::Health(Health::AtRisk | Health::Unknown)
        | Mark::Findings(1..=9)
        | Mark::Criticality(Criticality::High) => "mark-warn",
        Mark::Status(Status::Stale | Status::Missing | Status::Quarantined)
        | Mark::Health(Health::Down)
        | Mark::Findings(_)
        | Mark::Criticality(Criticality::Critical) => "mark-bad",
    }
}

/// The class of a box and the word in it.
pub(in crate::console) fn drawn(mark: Mark, locale: Locale) -> (&'static str, String) {
    let word = match mark {
        Mark::Status(status) => locale.name("host-status", status.as_str()),
        Mark::Health(health) => locale.name("health", health.as_str()),
        Mark::Findings(count) => locale.n("n-findings", count),
        Mark::Criticality(criticality) => locale.name("criticality", criticality.as_str()),
    };
    (look(mark), word)
}

/// What stands in the picture, the most first.
pub(in crate::console) fn legend<'a>(marks: impl Iterator<Item = &'a (&'static str, String)>) -> Vec<Legend> {
    let mut counts: BTreeMap<&(&'static str, String), usize> = BTreeMap::new();
    for mark in marks {
        *counts.entry(mark).or_default() += 1;
    }
    let mut legend: Vec<Legend> =
        counts.into_iter().map(|((look, text), count)| Legend { look, text: text.clone(), count }).collect();
    legend.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.text.cmp(&b.text)));
    legend
}

/// The overlay that an address names.
pub(in crate::console) fn of(name: &str) -> Option<Overlay> {
    Overlay::ALL.iter().copied().find(|overlay| overlay.as_str() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_never_stands_without_its_word_and_the_legend_counts_them() {
        let marks =
            [Mark::Status(Status::Up), Mark::Status(Status::Stale), Mark::Status(Status::Up), Mark::Findings(12)];
        let drawn: Vec<_> = marks.iter().map(|mark| drawn(*mark, Locale::English)).collect();
        assert!(drawn.iter().all(|(_, word)| !word.is_empty()));
        let legend = legend(drawn.iter());
        assert_eq!((legend.len(), legend[0].count, legend[0].look), (3, 2, "mark-good"));
        let looks: std::collections::BTreeSet<_> = legend.iter().map(|one| one.look).collect();
        assert_eq!(looks.into_iter().collect::<Vec<_>>(), ["mark-bad", "mark-good"]);
        for overlay in Overlay::ALL {
            assert_eq!(of(overlay.as_str()), Some(*overlay));
        }
        assert_eq!(of("colour"), None);
    }
}
