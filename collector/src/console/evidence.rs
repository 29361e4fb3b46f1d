//! The evidence of a finding as lines for its page and for the page of its incident.

use muster_model::evidence::Shares;
use muster_model::finding::{Finding, plain};
use muster_shared::id::NodeId;

use super::locale::Locale;
use super::moment;
use super::value;
use crate::service::evidence::Evidence;

/// A word of a line, and where it leads.
#[derive(Clone, Debug)]
pub(in crate::console) struct ProofWord {
    pub(in crate::console) text: String,
    pub(in crate::console) href: Option<String>,
}

/// What is said of a finding.
#[derive(Clone, Debug)]
pub(in crate::console) struct ProofLine {
    pub(in crate::console) label: String,
    pub(in crate::console) words: Vec<ProofWord>,
}

/// The evidence of one finding.
#[derive(Clone, Debug)]
pub(in crate::console) struct Proof {
    pub(in crate::console) title: String,
    pub(in crate::console) href: String,
    pub(in crate::console) lines: Vec<ProofLine>,
}

fn word(text: impl Into<String>) -> ProofWord {
    ProofWord { text: text.into(), href: None }
}

fn peers(locale: Locale, shares: &Shares) -> Vec<ProofWord> {
    let of = shares.of.to_string();
    let line = |(value, count): &(serde_json::Value, usize)| {
        let value = match value {
            serde_json::Value::Null => locale.t("evidence-not-there"),
            serde_json::Value::Bool(true) => locale.t("evidence-there"),
            value => plain(value),
        };
        word(locale.with("evidence-share", &[("count", &count.to_string()), ("of", &of), ("value", &value)]))
    };
    shares.values.iter().map(line).collect()
}

/// What the evidence says besides the difference and the last changes, which are drawn.
pub(in crate::console) fn lines(locale: Locale, evidence: &Evidence) -> Vec<ProofLine> {
    let one = |text: &Option<String>| text.iter().map(word).collect::<Vec<_>>();
    let hit = |hit: &crate::service::impact::Impacted| {
        let href = match hit.node.id {
            NodeId::Host(id) => format!("/hosts/{id}"),
            NodeId::Item(_) | NodeId::Declared(_) => format!("/items/{}", hit.node.id),
            NodeId::Address(_) => return word(&hit.node.name),
        };
        ProofWord { text: hit.node.name.clone(), href: Some(href) }
    };
    let suppression = |one: &muster_model::evidence::Suppression| {
        let kind = locale.name("suppression", one.kind);
        let until = one.until.map(|at| locale.with("evidence-until", &[("at", &moment::exact(at))]));
        let parts = [Some(kind), Some(locale.actor(&one.by)), Some(one.reason.clone()), until];
        word(parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "))
    };
    let all = [
        ("evidence-source", one(&evidence.source)),
        ("evidence-package", one(&evidence.package)),
        ("evidence-peers", evidence.peers.iter().flat_map(|shares| peers(locale, shares)).collect()),
        ("evidence-impact", evidence.impact.iter().map(hit).collect()),
        ("evidence-suppressions", evidence.suppressions.iter().map(suppression).collect()),
    ];
    let line = |(key, words): (&str, Vec<ProofWord>)| ProofLine { label: locale.t(key), words };
    all.into_iter().filter(|(_, words)| !words.is_empty()).map(line).collect()
}

/// The evidence of a finding on the page of its incident: with what was expected, what is there, and when; with the host's name
/// where the incident has several.
pub(in crate::console) fn proof(locale: Locale, finding: &Finding, evidence: &Evidence, has_hosts: bool) -> Proof {
    let happened = match evidence.not_before {
        Some(from) => moment::interval(from, evidence.seen_at),
        None => locale.with("happened-before", &[("at", &moment::exact(evidence.seen_at))]),
    };
    let mut all = Vec::new();
    if finding.attribute.is_some() {
        all.push(("evidence-expected", plain(&evidence.expected)));
        all.push(("evidence-actual", plain(&evidence.actual)));
    }
    all.push(("happened", happened));
    let line = |(key, text): (&str, String)| ProofLine { label: locale.t(key), words: vec![word(text)] };
    let mut told: Vec<ProofLine> = all.into_iter().map(line).collect();
    told.extend(lines(locale, evidence));
    let title = locale.phrase(&if has_hosts { finding.title() } else { finding.what() });
    Proof { title: value::title(&title, 200), href: format!("/findings/{}", finding.id), lines: told }
}
