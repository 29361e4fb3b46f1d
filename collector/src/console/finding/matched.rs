//! Which changes have to do with findings, as a table: how well each explains them, and why.

use muster_model::drift::change_match::Match;
use muster_model::finding::Finding;

use crate::console::locale::Locale;

/// A change that has to do with findings.
#[derive(Clone, Debug)]
pub(in crate::console) struct MatchRow {
    pub(in crate::console) number: String,
    pub(in crate::console) score: i32,
    /// Class that says how it is: `good`, `bad`, or nothing.
    pub(in crate::console) class: &'static str,
    /// Catalogue name of what it comes to.
    pub(in crate::console) verdict: &'static str,
    /// Why, in words with their points.
    pub(in crate::console) reasons: Vec<String>,
}

impl MatchRow {
    fn of(finding: &Finding, found: &Match, locale: Locale) -> Self {
        let explains = finding.state.is_explained() && finding.state.changes().contains(&found.change);
        let (verdict, class) = match (found.contradicts(), explains) {
            (true, _) => ("contradicts", "bad"),
            (false, true) => (finding.state.as_str(), "good"),
            (false, false) => ("unlikely", ""),
        };
        let reason = |reason: &muster_model::drift::change_match::Reason| {
            format!("{} ({:+})", locale.name("match-reason", reason.as_str()), reason.points())
        };
        Self {
            number: found.number.clone(),
            score: found.score,
            class,
            verdict,
            reasons: found.reasons.iter().map(reason).collect(),
        }
    }
}

/// The changes of some findings, each once: what it comes to for the first of them.
pub(in crate::console) fn rows<'a>(findings: impl IntoIterator<Item = &'a Finding>, locale: Locale) -> Vec<MatchRow> {
    let mut rows: Vec<MatchRow> = Vec::new();
    for finding in findings {
        for found in &finding.matches {
            if rows.iter().all(|row| row.number != found.number) {
                rows.push(MatchRow::of(finding, found, locale));
            }
        }
    }
    rows
}
