//! The rules as data: the table that code, docs and owners share, and the set of rules that counts now.
//!
//! Owners may reorder rules, turn them off or send what they find to the review queue, name further placeholders and move the
//! limits. The agent of the certificate is always first, and a name is never more than a hint.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::Time;
use serde::{Deserialize, Serialize};

use super::junk::{self, Placeholder};
use super::{Identifier, IdentifierKind};
use crate::record::record;
use crate::text::Phrase;

/// A rule by which a report finds its host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The agent of the certificate.
    Agent,
    /// Instance id of a cloud.
    CloudInstance,
    /// System serial and system UUID together.
    SerialAndUuid,
    /// System UUID.
    SystemUuid,
    /// System serial.
    SystemSerial,
    /// `/etc/machine-id`.
    MachineId,
    /// Two permanent MAC addresses or more.
    PermanentMacs,
    /// One permanent MAC address and the host name.
    MacAndName,
    /// Name with its domain.
    Fqdn,
}

/// How far the identifiers of a host go for a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// They do.
    Full,
    /// Something is the same, but not enough.
    Short,
}

/// A row of the ladder.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The rule.
    pub rule: Rule,
    /// Its name in JSON and in explanations.
    pub name: &'static str,
    /// The kinds of identifiers that it compares.
    pub compares: &'static [IdentifierKind],
    /// What comes of a match, unless owners say otherwise.
    pub effect: Effect,
    /// What has to be so, for people.
    pub needs: &'static str,
    /// Why it stands where it stands.
    pub reason: &'static str,
}

const fn row(
    rule: Rule,
    name: &'static str,
    compares: &'static [IdentifierKind],
    effect: Effect,
    needs: &'static str,
    reason: &'static str,
) -> Row {
    Row { rule, name, compares, effect, needs, reason }
}

use IdentifierKind::{CloudInstance, Fqdn, MachineId, PermanentMac, SystemSerial, SystemUuid};

/// The ladder, strongest first.
pub const LADDER: &[Row] = &[
    row(
        Rule::Agent,
        "agent",
        &[],
        Effect::Match,
        "the agent of the certificate spoke for a host before",
        "who holds the key was recognised before; nothing in a body outweighs it",
    ),
    row(
        Rule::CloudInstance,
        "cloud_instance",
        &[CloudInstance],
        Effect::Match,
        "the cloud's instance id is equal",
        "the cloud gives an id to one instance and never again",
    ),
    row(
        Rule::SerialAndUuid,
        "serial_and_uuid",
        &[SystemUuid, SystemSerial],
        Effect::Match,
        "system serial and system UUID are equal, both",
        "two facts of one board; junk in one of them does not pass",
    ),
    row(
        Rule::SystemUuid,
        "system_uuid",
        &[SystemUuid],
        Effect::Match,
        "the system UUID is equal in one of its byte orders",
        "of the hardware or the virtual machine; survives a new installation",
    ),
    row(
        Rule::SystemSerial,
        "system_serial",
        &[SystemSerial],
        Effect::Match,
        "the system serial is equal and no placeholder",
        "of the hardware; makers leave placeholders and blades tell that of their chassis",
    ),
    row(
        Rule::MachineId,
        "machine_id",
        &[MachineId],
        Effect::Match,
        "`/etc/machine-id` is equal",
        "of the installation; copied with an image, so hardware that differs outweighs it",
    ),
    row(
        Rule::PermanentMacs,
        "permanent_macs",
        &[PermanentMac],
        Effect::Match,
        "two permanent MAC addresses or more are equal, of those that makers gave",
        "one network card moves easily; two that moved together are the machine",
    ),
    row(
        Rule::MacAndName,
        "mac_and_name",
        &[PermanentMac],
        Effect::Match,
        "one permanent MAC address and the host name are equal",
        "a machine with one card that kept its name",
    ),
    row(
        Rule::Fqdn,
        "fqdn",
        &[Fqdn],
        Effect::Review,
        "the name with its domain is equal",
        "names are given again: a person looks, nothing merges by itself",
    ),
];

impl Rule {
    /// Its row in the ladder.
    pub fn row(self) -> &'static Row {
        const AGENT: Row = row(Rule::Agent, "agent", &[], Effect::Match, "", "");
        LADDER.iter().find(|row| row.rule == self).unwrap_or(&AGENT)
    }

    /// The name in JSON and in explanations.
    pub fn as_str(self) -> &'static str {
        self.row().name
    }

    /// Whether it contradicts what a stronger rule said when it points elsewhere.
    pub(super) const fn is_strong(self) -> bool {
        !matches!(self, Self::PermanentMacs | Self::MacAndName | Self::Fqdn)
    }

    /// Whether these equal values do; `None` when nothing is equal.
    pub(super) fn fits(self, values: &[Identifier], same_name: bool) -> Option<Fit> {
        let full = match self {
            Self::Agent => return None,
            _ if values.is_empty() => return None,
            Self::SerialAndUuid => {
                self.row().compares.iter().all(|kind| values.iter().any(|value| value.kind == *kind))
            }
            Self::PermanentMacs => values.iter().filter(|mac| !junk::is_local_mac(&mac.value)).count() >= 2,
            Self::MacAndName => same_name,
            Self::CloudInstance | Self::SystemUuid | Self::SystemSerial | Self::MachineId | Self::Fqdn => true,
        };
        match (self, full) {
            (_, true) => Some(Fit::Full),
            // Either of the two is looked at by a rule of its own.
            (Self::SerialAndUuid, false) => None,
            (_, false) => Some(Fit::Short),
        }
    }
}

/// What comes of a rule that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The report belongs to the host.
    Match,
    /// A person looks at it.
    Review,
    /// Nothing.
    Off,
}

impl Effect {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Match, Self::Review, Self::Off];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Review => "review",
            Self::Off => "off",
        }
    }
}

/// A rule in its place, with what comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The rule.
    pub rule: Rule,
    /// What comes of it.
    pub effect: Effect,
}

/// The rules that count from a moment on. A version is never changed: the next one takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Counts up from 1; 0 are the rules that are shipped.
    pub version: u64,
    /// Every rule of the ladder, in the order in which they are asked.
    pub steps: Vec<Step>,
    /// Values that count for nothing besides those that are shipped.
    pub placeholders: Vec<Placeholder>,
    /// A value that more hosts than this show counts for nothing.
    pub limits: BTreeMap<IdentifierKind, usize>,
    /// Who made them.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Time,
}

record!(Rules, IdentificationRules, |rules| key(rules.version));

/// The key of a version of the rules.
pub fn key(version: u64) -> String {
    format!("{version:016x}")
}

/// Most placeholders of owners.
const MAX_PLACEHOLDERS: usize = 1_000;
/// The highest limit of a kind.
const MAX_LIMIT: usize = 1_000;

impl Rules {
    /// The rules that are shipped.
    pub fn shipped() -> Self {
        Self {
            version: 0,
            steps: LADDER.iter().map(|row| Step { rule: row.rule, effect: row.effect }).collect(),
            placeholders: Vec::new(),
            limits: junk::LIMITS.iter().copied().collect(),
            by: "system:shipped".to_owned(),
            reason: String::new(),
            at: Time::default(),
        }
    }

    /// What is wrong with them, with the field.
    pub fn check(&self) -> Result<(), (String, Phrase)> {
        let rules: BTreeSet<Rule> = self.steps.iter().map(|step| step.rule).collect();
        if rules.len() != LADDER.len() || self.steps.len() != LADDER.len() {
            return Err(("/steps".into(), Phrase::new("rules_all_once").with("count", LADDER.len())));
        }
        let agent_is_first =
            self.steps.first().is_some_and(|step| step.rule == Rule::Agent && step.effect == Effect::Match);
        if !agent_is_first {
            return Err(("/steps/0".into(), Phrase::new("rules_agent_first")));
        }
        let by_name = |step: &Step| step.rule == Rule::Fqdn && step.effect == Effect::Match;
        if let Some(place) = self.steps.iter().position(by_name) {
            return Err((format!("/steps/{place}/effect"), Phrase::new("rules_name_never")));
        }
        if self.placeholders.len() > MAX_PLACEHOLDERS {
            let many = Phrase::new("at_most_items").with("max", MAX_PLACEHOLDERS);
            return Err(("/placeholders".into(), many));
        }
        if let Some(place) = self.placeholders.iter().position(|placeholder| !placeholder.is_sensible()) {
            return Err((format!("/placeholders/{place}/value"), Phrase::new("placeholder_form")));
        }
        if let Some(kind) = IdentifierKind::ALL.iter().find(|kind| !(1..=MAX_LIMIT).contains(&self.limit(**kind))) {
            let wrong = Phrase::new("number_from_to").with("min", 1).with("max", MAX_LIMIT);
            return Err((format!("/limits/{}", kind.as_str()), wrong));
        }
        Ok(())
    }

    /// How many hosts at most may show a value of a kind.
    pub fn limit(&self, kind: IdentifierKind) -> usize {
        let shipped = || junk::LIMITS.iter().find(|(known, _)| *known == kind).map_or(1, |(_, limit)| *limit);
        self.limits.get(&kind).copied().unwrap_or_else(shipped)
    }
}
