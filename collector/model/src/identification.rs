//! Which host a report belongs to: a ladder of identifiers, strongest first ([`ladder::LADDER`]). A name alone never merges.
//!
//! Everything here is a pure function of what a report shows, of the hosts that are known by some of it, and of the rules that
//! count now. It is the same for every source: an own agent, a foreign one, an import. What was decided is kept with its
//! reasons ([`decision::Decision`]); what needs a person is a task ([`review::Review`]).

pub mod decision;
pub mod junk;
pub mod ladder;
pub mod replay;
pub mod review;

mod reading;

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::id::{HostId, ReportId};
use muster_shared::{SectionName, Time};
use serde::{Deserialize, Serialize};

pub use self::junk::is_placeholder;
pub use self::reading::{identifiers, identifiers_in};
use crate::identification::junk::Ignored;
use crate::identification::ladder::{Effect, Rule, Rules};

/// What a host can be recognised by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierKind {
    /// Instance id of a cloud.
    CloudInstance,
    /// System UUID of SMBIOS, lower case.
    SystemUuid,
    /// System serial of SMBIOS.
    SystemSerial,
    /// `/etc/machine-id`.
    MachineId,
    /// Permanent MAC address of an interface.
    PermanentMac,
    /// Name with its domain.
    Fqdn,
}

impl IdentifierKind {
    /// All of them, strongest first.
    pub const ALL: &'static [Self] =
        &[Self::CloudInstance, Self::SystemUuid, Self::SystemSerial, Self::MachineId, Self::PermanentMac, Self::Fqdn];

    /// The name in JSON and in explanations.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CloudInstance => "cloud_instance",
            Self::SystemUuid => "system_uuid",
            Self::SystemSerial => "system_serial",
            Self::MachineId => "machine_id",
            Self::PermanentMac => "permanent_mac",
            Self::Fqdn => "fqdn",
        }
    }

    /// Whether one host at most is recognised by a value: who shows it first. Names are everybody's.
    pub const fn is_exclusive(self) -> bool {
        !matches!(self, Self::Fqdn)
    }
}

/// One identifier of a host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identifier {
    /// Of which kind.
    pub kind: IdentifierKind,
    /// Its value in canonical form.
    pub value: String,
}

impl Identifier {
    /// The text under which the store indexes it.
    pub fn index_key(&self) -> String {
        format!("{}={}", self.kind.as_str(), self.value)
    }

    /// All spellings of the same identifier, this one first: firmware tells the first three parts of a UUID in one byte
    /// order or the other (SMBIOS 2.6 changed it).
    pub fn spellings(&self) -> Vec<Self> {
        let other = match self.kind {
            IdentifierKind::SystemUuid => reading::other_byte_order(&self.value).filter(|other| *other != self.value),
            _ => None,
        };
        let other = other.map(|value| Self { kind: self.kind, value });
        std::iter::once(self.clone()).chain(other).collect()
    }

    /// Whether two identifiers are the same one, however it is spelled.
    pub fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && (self.value == other.value || self.spellings().contains(other))
    }
}

/// Why an agent speaks for its host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Match {
    /// `new`, `decision`, `merge`, `split`, or the name of a rule.
    pub rule: String,
    /// The values that were equal.
    pub values: Vec<String>,
    /// When it was decided.
    pub at: Time,
    /// The report that it was decided of: `explain` says more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
}

/// What a report shows of the machine that it is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// What the machine calls itself.
    pub name: String,
    /// All identifiers, junk among them.
    pub identifiers: Vec<Identifier>,
}

/// The sections that identifiers stand in.
pub const SECTIONS: &[SectionName] = &[SectionName::Host, SectionName::Firmware, SectionName::Interface];

/// A host that is known by one of the identifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Which host.
    pub host: HostId,
    /// What it calls itself.
    pub name: String,
    /// What it is recognised by.
    pub identifiers: Vec<Identifier>,
}

impl Candidate {
    fn has(&self, identifier: &Identifier) -> bool {
        self.identifiers.iter().any(|known| known.is_same(identifier))
    }
}

/// How many hosts show an identifier, by its own spelling.
pub type Shares = BTreeMap<Identifier, usize>;

/// Why a host that is known by something was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Rejection {
    /// A stronger identifier of the hardware is another one there.
    Contradicted {
        /// Which.
        kind: IdentifierKind,
    },
    /// A stronger rule had decided before.
    Weaker,
    /// Only one network card is the same, and the name is another one.
    OneCard,
    /// The rule is one for the review queue.
    ReviewOnly,
    /// Another host is known by as much.
    Ambiguous,
    /// The rule is turned off.
    Off,
}

impl Rejection {
    /// The name in JSON.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Contradicted { .. } => "contradicted",
            Self::Weaker => "weaker",
            Self::OneCard => "one_card",
            Self::ReviewOnly => "review_only",
            Self::Ambiguous => "ambiguous",
            Self::Off => "off",
        }
    }
}

/// A host that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// Which.
    pub host: HostId,
    /// What it called itself then.
    pub name: String,
    /// The rule that found it.
    pub rule: Rule,
    /// The values that are equal.
    pub values: Vec<Identifier>,
    /// What it was recognised by then, of the kinds that were compared.
    pub known: Vec<Identifier>,
    /// Why it was not taken; `None` when it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<Rejection>,
}

/// Where a report belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// No host is recognised: a new one.
    New,
    /// This one, by this rule.
    Same {
        /// The host.
        host: HostId,
        /// The rule.
        rule: Rule,
        /// The values that were equal.
        values: Vec<Identifier>,
    },
    /// Strong identifiers point at several hosts: nothing is written.
    Conflict {
        /// The hosts.
        hosts: Vec<HostId>,
    },
}

/// What the ladder says, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Where the report belongs.
    pub outcome: Outcome,
    /// Every host that was looked at, in the order of the ladder.
    pub considered: Vec<Considered>,
    /// Identifiers that counted for nothing, and why.
    pub ignored: Vec<Ignored>,
}

impl Verdict {
    /// Hosts that a new one may be after all: a person looks at them.
    pub fn suspects(&self) -> Vec<HostId> {
        if self.outcome != Outcome::New {
            return Vec::new();
        }
        let is_suspect = |rejected: &Option<Rejection>| {
            matches!(rejected, Some(Rejection::Contradicted { .. } | Rejection::ReviewOnly))
        };
        let suspects = self.considered.iter().filter(|one| is_suspect(&one.rejected)).map(|one| one.host);
        suspects.collect::<BTreeSet<_>>().into_iter().collect()
    }
}

/// The identifiers of the hardware: when one of them is another one, a weaker match is none.
const HARDWARE: &[IdentifierKind] =
    &[IdentifierKind::CloudInstance, IdentifierKind::SystemUuid, IdentifierKind::SystemSerial];

/// Goes down the ladder.
pub fn identify(rules: &Rules, evidence: &Evidence, known: &[Candidate], shares: &Shares) -> Verdict {
    let (identifiers, ignored) = junk::sift(rules, &evidence.identifiers, shares);
    let mut climb =
        Climb { name: &evidence.name, identifiers: &identifiers, known, considered: Vec::new(), decided: None };
    for step in &rules.steps {
        if let Some(hosts) = climb.step(step.rule, step.effect) {
            return Verdict { outcome: Outcome::Conflict { hosts }, considered: climb.considered, ignored };
        }
    }
    let outcome = climb.decided.map_or(Outcome::New, |(host, rule, values)| Outcome::Same { host, rule, values });
    Verdict { outcome, considered: climb.considered, ignored }
}

/// Whether a host can be the one that a source calls by a name that it told before: a hint, for cloned machines share it. It
/// can unless it is known by other identifiers of a kind.
pub fn can_be(known: &[Identifier], told: &[Identifier]) -> bool {
    IdentifierKind::ALL.iter().filter(|kind| kind.is_exclusive()).all(|kind| {
        let mut known = known.iter().filter(|one| one.kind == *kind).peekable();
        let mut told = told.iter().filter(|one| one.kind == *kind).peekable();
        known.peek().is_none() || told.peek().is_none() || {
            let known: Vec<&Identifier> = known.collect();
            told.any(|one| known.iter().any(|other| other.is_same(one)))
        }
    })
}

/// The weight of what no later rule says otherwise.
const SETTLED: u8 = 3;

/// How much a word on a host counts: a heavier one of a later rule takes its place.
const fn weight_of(rejected: Option<&Rejection>) -> u8 {
    match rejected {
        Some(Rejection::Off) => 0,
        Some(Rejection::OneCard) => 1,
        Some(Rejection::ReviewOnly) => 2,
        None | Some(Rejection::Contradicted { .. } | Rejection::Weaker | Rejection::Ambiguous) => SETTLED,
    }
}

struct Climb<'a> {
    name: &'a str,
    identifiers: &'a [Identifier],
    known: &'a [Candidate],
    considered: Vec<Considered>,
    decided: Option<(HostId, Rule, Vec<Identifier>)>,
}

impl Climb<'_> {
    /// One rule. Gives the hosts of a conflict.
    fn step(&mut self, rule: Rule, effect: Effect) -> Option<Vec<HostId>> {
        let mut taken: Vec<(&Candidate, Vec<Identifier>)> = Vec::new();
        for candidate in self.known {
            let values = self.equal(rule, candidate);
            let Some(found) = rule.fits(&values, self.is_called(candidate)) else { continue };
            // What was taken or turned away before is so still.
            if self.said(candidate.host).is_some_and(|weight| weight == SETTLED) {
                continue;
            }
            let rejected = match (found, effect, self.contradiction(rule, candidate)) {
                (ladder::Fit::Short, ..) => Some(Rejection::OneCard),
                (_, Effect::Off, _) => Some(Rejection::Off),
                (_, _, Some(kind)) => Some(Rejection::Contradicted { kind }),
                (_, Effect::Review, _) => Some(Rejection::ReviewOnly),
                (ladder::Fit::Full, Effect::Match, None) => None,
            };
            match rejected {
                // One card alone is said only when nothing else is known of the host: later rules look at it again.
                Some(Rejection::OneCard) if rule != Rule::MacAndName => {}
                Some(rejected) => self.consider(rule, candidate, values, Some(rejected)),
                None => taken.push((candidate, values)),
            }
        }
        self.take(rule, taken)
    }

    fn take(&mut self, rule: Rule, taken: Vec<(&Candidate, Vec<Identifier>)>) -> Option<Vec<HostId>> {
        let before = self.decided.as_ref().map(|(host, ..)| *host);
        let hosts: BTreeSet<HostId> = taken.iter().map(|(candidate, _)| candidate.host).chain(before).collect();
        let clashes = hosts.len() > 1 && (before.is_none() || rule.is_strong());
        for (candidate, values) in taken {
            let rejected = match before {
                _ if clashes => Some(Rejection::Ambiguous),
                Some(_) => Some(Rejection::Weaker),
                None => None,
            };
            self.consider(rule, candidate, values.clone(), rejected);
            if before.is_none() && !clashes {
                self.decided = Some((candidate.host, rule, values));
            }
        }
        clashes.then(|| hosts.into_iter().collect())
    }

    fn consider(&mut self, rule: Rule, candidate: &Candidate, values: Vec<Identifier>, rejected: Option<Rejection>) {
        let kinds: Vec<IdentifierKind> = HARDWARE.iter().copied().chain(rule.row().compares.iter().copied()).collect();
        let known = candidate.identifiers.iter().filter(|known| kinds.contains(&known.kind)).cloned().collect();
        let (host, name) = (candidate.host, candidate.name.clone());
        if self.said(host).is_some_and(|weight| weight >= weight_of(rejected.as_ref())) {
            return;
        }
        self.considered.retain(|one| one.host != host);
        self.considered.push(Considered { host, name, rule, values, known, rejected });
    }

    /// The weight of what was said of a host so far.
    fn said(&self, host: HostId) -> Option<u8> {
        self.considered.iter().find(|one| one.host == host).map(|one| weight_of(one.rejected.as_ref()))
    }

    /// The identifiers of a rule that the report and a host have in common.
    fn equal(&self, rule: Rule, candidate: &Candidate) -> Vec<Identifier> {
        let compared = self.identifiers.iter().filter(|mine| rule.row().compares.contains(&mine.kind));
        compared.filter(|mine| candidate.has(mine)).cloned().collect()
    }

    fn is_called(&self, candidate: &Candidate) -> bool {
        !self.name.is_empty() && self.name.eq_ignore_ascii_case(&candidate.name)
    }

    /// A stronger identifier of the hardware that both have and that differs.
    fn contradiction(&self, rule: Rule, candidate: &Candidate) -> Option<IdentifierKind> {
        let stronger = |kind: &&IdentifierKind| rule.row().compares.iter().all(|compared| **kind < *compared);
        HARDWARE.iter().filter(stronger).copied().find(|kind| {
            let mut mine = self.identifiers.iter().filter(|mine| mine.kind == *kind).peekable();
            let theirs = candidate.identifiers.iter().any(|known| known.kind == *kind);
            theirs && mine.peek().is_some() && !mine.any(|mine| candidate.has(mine))
        })
    }
}

#[cfg(test)]
mod tests;
