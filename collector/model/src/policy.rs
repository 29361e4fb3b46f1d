//! Which differences matter: the policies that are on by default, as data. The first policy that fits decides.

pub mod book;
pub mod court;
pub mod own;
pub mod patience;
pub mod rule;
pub mod shipped;
pub mod sweep;

use muster_shared::{Attributes, SectionName};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::drift::tolerance;
use crate::finding::Basis;
use crate::history::{HistoryEntry, Operation};
use crate::text::Text;
use crate::version;
use book::Settings;
use patience::Patience;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To know.
    Info,
    /// To look at some day.
    Warning,
    /// To look at soon.
    Minor,
    /// To look at now.
    Major,
    /// To act on now.
    Critical,
}

impl Severity {
    /// All of them, mildest first.
    pub const ALL: &'static [Self] = &[Self::Info, Self::Warning, Self::Minor, Self::Major, Self::Critical];

    /// The severity of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|severity| severity.as_str() == name)
    }

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Critical => "critical",
        }
    }
}

/// How patient drift is with a kind of facts (the C0 rows of the volatility tiers).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// No debounce, no waiting for others.
    Security,
    /// Debounced and grouped.
    Critical,
}

impl Class {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Security, Self::Critical];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Security => "security",
            Self::Critical => "critical",
        }
    }

    /// The class of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|class| class.as_str() == name)
    }
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A finding and an incident.
    Incident,
    /// A finding.
    Finding,
}

impl Outcome {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Incident, Self::Finding];

    /// The name in JSON and in the console.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Finding => "finding",
        }
    }

    /// The outcome of a name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.as_str() == name)
    }
}

/// Which changes a policy looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// An item that appears.
    Added,
    /// An item that appears or vanishes.
    Presence,
    /// One of these attributes changes.
    Attribute(&'static [&'static str]),
    /// Any attribute changes.
    AnyAttribute,
    /// A listener appears on a port that somebody chose: outside the range from which its host's kernel picks, or inside it with a
    /// sign that it was not picked.
    ServicePort,
    /// The attribute becomes this number.
    Becomes(&'static str, u64),
    /// A list attribute gains one of these values.
    Gains(&'static str, &'static [&'static str]),
    /// A member is added to a group that gives power.
    PowerMember,
    /// A version goes down.
    Downgrade,
    /// A version goes up, or to something that cannot be compared.
    VersionChange,
}

/// One policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// Its name: part of fingerprints, so it never changes.
    pub id: &'static str,
    /// What it is for, for people.
    pub purpose: &'static str,
    /// Where it looks.
    pub section: SectionName,
    /// At what.
    pub trigger: Trigger,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
}

/// Groups whose members may become root or read what only root should.
pub(crate) const POWER_GROUPS: &[&str] =
    &["root", "sudo", "wheel", "admin", "adm", "shadow", "disk", "docker", "lxd", "libvirt", "kvm", "systemd-journal"];

use Class::{Critical as CriticalFacts, Security};
use Outcome::{Finding, Incident};
use SectionName::{
    AuthorizedKey, Cron, Disk, Firewall, Firmware, Group, Host, Kernel, Listener, LoginPolicy, Memory, Mount, Package,
    Route, Service, SudoRule, User,
};
use Severity::{Critical, Info, Major, Minor, Warning};
use Trigger::{
    Added, AnyAttribute, Attribute, Becomes, Downgrade, Gains, PowerMember, Presence, ServicePort, VersionChange,
};

macro_rules! policies {
    ($($id:literal, $section:ident, $trigger:expr, $severity:ident, $class:ident, $outcome:ident, $purpose:literal;)+) => {
        /// The policies, in the order in which they are asked.
        pub const DEFAULT: &[Policy] = &[$(Policy {
            id: $id, purpose: $purpose, section: $section, trigger: $trigger, severity: $severity, class: $class,
            outcome: $outcome,
        },)+];
    };
}

policies! {
    "retired-host", Host, Attribute(&["lifecycle"]), Minor, CriticalFacts, Incident, "a host that is out of service and reports (a zombie)";
    "account-power", User, Becomes("uid", 0), Critical, Security, Incident, "an account that becomes uid 0";
    "account-power", User, Gains("groups", POWER_GROUPS), Critical, Security, Incident, "an account that joins a group with power";
    "account", User, Presence, Major, Security, Incident, "an account that appears or vanishes";
    "account-change", User, AnyAttribute, Warning, Security, Finding, "an account with another shell, home or password state";
    "account-power", Group, PowerMember, Critical, Security, Incident, "a new member of a group with power";
    "account", Group, Presence, Major, Security, Incident, "a group that appears or vanishes";
    "sudo-rule", SudoRule, Presence, Critical, Security, Incident, "a sudo rule that appears or vanishes";
    "sudo-rule", SudoRule, AnyAttribute, Critical, Security, Incident, "a sudo rule that changes";
    "authorized-key", AuthorizedKey, Presence, Critical, Security, Incident, "a key that may log in, or may not any more";
    "authorized-key", AuthorizedKey, AnyAttribute, Critical, Security, Incident, "a key that may log in changes";
    "login-policy", LoginPolicy, Presence, Critical, Security, Incident, "an sshd setting that appears or vanishes";
    "login-policy", LoginPolicy, AnyAttribute, Critical, Security, Incident, "an sshd setting that changes";
    "firewall", Firewall, Presence, Critical, Security, Incident, "a packet filter rule set that appears or vanishes";
    "firewall", Firewall, AnyAttribute, Critical, Security, Incident, "a packet filter rule set that changes";
    "kernel-command-line", Kernel, Attribute(&["command_line"]), Critical, Security, Incident, "another kernel command line";
    "listener", Listener, ServicePort, Major, CriticalFacts, Incident, "a new listener on a port that somebody chose, and not the kernel";
    "unit-state", Service, Attribute(&["enabled_state"]), Major, CriticalFacts, Incident, "a unit that is enabled, disabled or masked";
    "mount", Mount, Presence, Minor, CriticalFacts, Incident, "a mount that appears or vanishes";
    "mount-options", Mount, Attribute(&["options", "source", "type"]), Warning, CriticalFacts, Finding, "a mount with other options or another source";
    "route", Route, Presence, Minor, CriticalFacts, Incident, "a route that somebody set appears or vanishes";
    "route", Route, AnyAttribute, Minor, CriticalFacts, Incident, "a route that somebody set leads elsewhere";
    "serial", Disk, Attribute(&["serial", "wwn"]), Major, CriticalFacts, Incident, "another disk in the place of a known one";
    "serial", Firmware, Attribute(&["system_serial", "system_uuid", "board_serial"]), Major, CriticalFacts, Incident, "another machine or board under a known name";
    "hardware", Disk, Presence, Minor, CriticalFacts, Finding, "a disk that appears or vanishes";
    "hardware", Disk, Attribute(&["size_bytes"]), Minor, CriticalFacts, Finding, "a disk that became larger or smaller";
    "hardware", Memory, Attribute(&["total_bytes"]), Minor, CriticalFacts, Finding, "more or less memory";
    "package", Package, Presence, Minor, CriticalFacts, Incident, "a package that was installed or removed outside a change";
    "package-downgrade", Package, Downgrade, Major, CriticalFacts, Incident, "a package with an older version than before";
    "package-upgrade", Package, VersionChange, Info, CriticalFacts, Finding, "a package with a newer version";
    "kernel-release", Kernel, Attribute(&["release", "version"]), Info, CriticalFacts, Finding, "another kernel is running";
    "cron", Cron, Added, Warning, CriticalFacts, Finding, "a new cron entry";
}

/// The policy of this name, if it is one of ours.
pub fn find(id: &str) -> Option<&'static Policy> {
    DEFAULT.iter().find(|policy| policy.id == id)
}

/// The row of a policy that made a finding: of the section, and of the attribute where rows differ in that.
pub fn find_row(id: &str, section: SectionName, attribute: Option<&str>) -> Option<&'static Policy> {
    let rows = || DEFAULT.iter().filter(|policy| policy.id == id && policy.section == section);
    let minds = |policy: &&Policy| match policy.trigger {
        Trigger::Becomes(name, _) | Trigger::Gains(name, _) => Some(name) == attribute,
        Trigger::Attribute(names) => attribute.is_some_and(|attribute| names.contains(&attribute)),
        Trigger::Presence | Trigger::Added | Trigger::ServicePort => attribute.is_none(),
        Trigger::AnyAttribute => attribute.is_some(),
        Trigger::PowerMember | Trigger::VersionChange | Trigger::Downgrade => true,
    };
    rows().find(minds).or_else(|| rows().next())
}

/// A policy as a finding carries it.
#[derive(Clone, Debug, PartialEq)]
pub struct Minded {
    /// Its name.
    pub id: String,
    /// How bad.
    pub severity: Severity,
    /// How patient.
    pub class: Class,
    /// With what outcome.
    pub outcome: Outcome,
    /// How long it waits, and what is told as one incident.
    pub patience: Patience,
    /// What makes it a finding.
    pub basis: Basis,
    /// What is wrong, where that is more than a difference.
    pub says: Option<Text>,
}

impl Policy {
    /// As a finding carries it, with what owners set.
    pub fn minded(&self, settings: &Settings) -> Minded {
        let set = settings.of(self.id);
        Minded {
            id: self.id.to_owned(),
            severity: set.and_then(|set| set.severity).unwrap_or(self.severity),
            class: self.class,
            outcome: set.and_then(|set| set.outcome).unwrap_or(self.outcome),
            patience: settings.patience(self.id),
            basis: Basis::Change,
            says: None,
        }
    }
}

/// A difference that a policy minds. `attribute` is `None` when the item as a whole is meant; null is "not there".
#[derive(Clone, Debug, PartialEq)]
pub struct Violation {
    /// The policy.
    pub policy: Minded,
    /// The attribute.
    pub attribute: Option<String>,
    /// What was so before.
    pub expected: Value,
    /// What is so now.
    pub actual: Value,
}

/// What the policies mind of one change. Everything else is recorded and nothing more.
pub fn judge(entry: &HistoryEntry, settings: &Settings) -> Vec<Violation> {
    if entry.kept_by.is_some() {
        return Vec::new();
    }
    match entry.operation {
        Operation::Added | Operation::Removed => judge_presence(entry, settings).into_iter().collect(),
        Operation::Modified => judge_attributes(entry, settings),
    }
}

fn applicable(entry: &HistoryEntry, settings: &Settings) -> impl Iterator<Item = &'static Policy> {
    let section = entry.section;
    DEFAULT.iter().filter(move |policy| policy.section == section && settings.is_on(policy.id))
}

fn whole(attributes: &Attributes) -> Value {
    Value::Object(attributes.clone().into_iter().collect())
}

fn judge_presence(entry: &HistoryEntry, settings: &Settings) -> Option<Violation> {
    let added = entry.operation == Operation::Added;
    let policy = applicable(entry, settings).find(|policy| match policy.trigger {
        Presence => true,
        Added => added,
        ServicePort => added && entry.after.contains_key("port") && !is_picked(&entry.after),
        Becomes(name, value) => added && entry.after.get(name).and_then(Value::as_u64) == Some(value),
        Gains(name, wanted) => added && !gained(None, entry.after.get(name), wanted).is_empty(),
        Attribute(_) | AnyAttribute | PowerMember | Downgrade | VersionChange => false,
    })?;
    let present = whole(if added { &entry.after } else { &entry.before });
    let (expected, actual) = if added { (Value::Null, present) } else { (present, Value::Null) };
    Some(Violation { policy: policy.minded(settings), attribute: None, expected, actual })
}

fn judge_attributes(entry: &HistoryEntry, settings: &Settings) -> Vec<Violation> {
    let names: std::collections::BTreeSet<&String> = entry.before.keys().chain(entry.after.keys()).collect();
    names
        .into_iter()
        .filter(|name| settings.is_volatile(entry.section, name).is_none())
        .filter_map(|name| {
            let (before, after) = (entry.before.get(name), entry.after.get(name));
            if tolerance::reason(entry.section, name, before, after).is_some() {
                return None;
            }
            let policy = applicable(entry, settings).find(|policy| match policy.trigger {
                Added | Presence | ServicePort => false,
                AnyAttribute => true,
                Attribute(names) => names.contains(&name.as_str()),
                Becomes(wanted, value) => name == wanted && after.and_then(Value::as_u64) == Some(value),
                Gains(wanted, values) => name == wanted && !gained(before, after, values).is_empty(),
                PowerMember => {
                    name == "members"
                        && POWER_GROUPS.contains(&entry.key.as_str())
                        && texts(after).iter().any(|member| !texts(before).contains(member))
                }
                Downgrade => name == "version" && is_downgrade(entry, before, after),
                VersionChange => name == "version",
            })?;
            let value = |v: Option<&Value>| v.cloned().unwrap_or(Value::Null);
            let (policy, attribute) = (policy.minded(settings), Some(name.clone()));
            Some(Violation { policy, attribute, expected: value(before), actual: value(after) })
        })
        .collect()
}

/// Whether the kernel picked the port of a listener, as the agent tells it: which ports it picks from differs from host to host.
pub fn is_picked(listener: &Attributes) -> bool {
    let is = |name: &str| listener.get(name).and_then(Value::as_bool) == Some(true);
    is("ephemeral") && !is("configured_port")
}

fn texts(value: Option<&Value>) -> Vec<&str> {
    value.and_then(Value::as_array).map(|list| list.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}

fn gained(before: Option<&Value>, after: Option<&Value>, wanted: &[&str]) -> Vec<String> {
    let before = texts(before);
    let new = texts(after).into_iter().filter(|text| wanted.contains(text) && !before.contains(text));
    new.map(str::to_owned).collect()
}

fn is_downgrade(entry: &HistoryEntry, before: Option<&Value>, after: Option<&Value>) -> bool {
    // A package that goes from one manager to another has versions that cannot be compared. Of an unchanged manager the entry
    // says nothing; dpkg is the only one whose order is known.
    if entry.before.contains_key("manager") || entry.after.contains_key("manager") {
        return false;
    }
    match (before.and_then(Value::as_str), after.and_then(Value::as_str)) {
        (Some(before), Some(after)) => version::compare("dpkg", after, before) == Some(std::cmp::Ordering::Less),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
