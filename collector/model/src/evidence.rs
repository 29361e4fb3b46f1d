//! What it takes to judge a difference, as far as it follows from the item alone: where the agent read it, which package it
//! belongs to, its values without secrets, and how many peers have which value.

use muster_shared::id::HostId;
use muster_shared::{Attributes, SectionName, Time, redact};
use serde_json::Value;

use crate::finding::{Finding, FindingState};
use crate::peer::Tally;

/// Where the agent reads a section, where that is one place. An item may name a file of its own ([`FILES`]).
pub const SOURCES: &[(SectionName, &str)] = &[
    (SectionName::User, "/etc/passwd, /etc/shadow"),
    (SectionName::Group, "/etc/group"),
    (SectionName::SudoRule, "/etc/sudoers"),
    (SectionName::LoginPolicy, "/etc/ssh/sshd_config"),
    (SectionName::Kernel, "/proc/sys/kernel, /proc/cmdline"),
    (SectionName::Module, "/proc/modules"),
    (SectionName::Mount, "/proc/self/mountinfo"),
    (SectionName::Route, "netlink"),
    (SectionName::Interface, "netlink"),
    (SectionName::Listener, "netlink"),
    (SectionName::Connection, "netlink"),
    (SectionName::Firewall, "netlink"),
    (SectionName::Dns, "/etc/resolv.conf"),
    (SectionName::Memory, "/proc/meminfo"),
    (SectionName::Cpu, "/proc/cpuinfo"),
    (SectionName::Disk, "/sys/block"),
    (SectionName::Firmware, "/sys/class/dmi/id"),
    (SectionName::Host, "/etc/os-release"),
];

/// Where package managers keep what is installed.
pub const DATABASES: &[(&str, &str)] = &[
    ("dpkg", "/var/lib/dpkg/status"),
    ("rpm", "/var/lib/rpm, /usr/lib/sysimage/rpm"),
    ("apk", "/lib/apk/db/installed"),
    ("pacman", "/var/lib/pacman/local"),
];

/// Attributes in which an item names the file that it stands in, best first.
pub const FILES: &[&str] = &["file", "path", "fragment_path", "unit_file"];

/// Where the agent read an item: the file that it names, else where its section stands.
pub fn source(section: SectionName, key: &str, item: Option<&Attributes>) -> Option<String> {
    let text = |name: &str| item?.get(name)?.as_str();
    if let Some(file) = FILES.iter().find_map(|name| text(name)).filter(|file| file.starts_with('/')) {
        return Some(file.to_owned());
    }
    match section {
        SectionName::Package => {
            let manager = text("manager")?;
            let found = DATABASES.iter().find(|(name, _)| *name == manager);
            Some(found.map_or_else(|| manager.to_owned(), |(_, place)| (*place).to_owned()))
        }
        SectionName::Sysctl => Some(format!("/proc/sys/{}", key.replace('.', "/"))),
        _ => SOURCES.iter().find(|(name, _)| *name == section).map(|(_, place)| (*place).to_owned()),
    }
}

/// The package that an item belongs to, if the agent told.
pub fn package(section: SectionName, key: &str, item: Option<&Attributes>) -> Option<String> {
    let text = |name: &str| item.and_then(|item| item.get(name)?.as_str()).map(str::to_owned);
    match section {
        SectionName::Package => Some(text("name").unwrap_or_else(|| key.to_owned())),
        _ => text("package"),
    }
}

/// A value without secrets: each text in it as a command line may stand in a ticket.
pub fn redacted(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::from(redact::command_line(text)),
        Value::Array(all) => all.iter().map(redacted).collect(),
        Value::Object(map) => map.iter().map(|(name, value)| (name.clone(), redacted(value))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// How many peers have which value.
#[derive(Clone, Debug, PartialEq)]
pub struct Shares {
    /// How many are compared.
    pub of: usize,
    /// The values, the most frequent first; null is "not there".
    pub values: Vec<(Value, usize)>,
    /// Whether this host is with the most frequent one.
    pub is_with_most: bool,
}

impl Shares {
    /// In words: `47 of 50 have 3.0.14`.
    pub fn text(&self) -> String {
        let Some((value, count)) = self.values.first() else { return String::new() };
        match value {
            Value::Null => format!("{count} of {} have it not", self.of),
            Value::Bool(true) => format!("{count} of {} have it", self.of),
            value => format!("{count} of {} have {}", self.of, crate::finding::plain(value)),
        }
    }
}

/// What a tally says of a host; `None` when there is nobody to compare it with.
pub fn shares(tally: &Tally, host: HostId) -> Option<Shares> {
    let of = tally.total();
    if of < 2 {
        return None;
    }
    // Of the most frequent value nobody is named.
    let is_with_most = tally.values.iter().all(|share| !share.hosts.contains(&host));
    let values = tally.values.iter().take(5).map(|share| (redacted(&share.value), share.count)).collect();
    Some(Shares { of, values, is_with_most })
}

/// Why a finding alerts nobody now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// `waived`, `suppressed`, `flapping`, `unknown`, `change` (one explains it, or may) or `finding` (another one stands for it).
    pub kind: &'static str,
    /// Who, or what.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Until when.
    pub until: Option<Time>,
}

/// What the finding itself says of that.
pub fn suppressions(finding: &Finding) -> Vec<Suppression> {
    let own = match &finding.state {
        FindingState::Waived { by, justification, expires_at } => {
            Some(("waived", by.clone(), justification.clone(), Some(*expires_at)))
        }
        FindingState::Suppressed { by, reason, until } => {
            Some(("suppressed", by.clone(), reason.clone(), Some(*until)))
        }
        FindingState::Flapping { until, .. } => {
            Some(("flapping", "system:drift".to_owned(), String::new(), Some(*until)))
        }
        FindingState::Attached { number, .. } => Some(("change", number.clone(), String::new(), None)),
        FindingState::Tentative { changes, until } => {
            let numbers: Vec<&str> = changes.iter().map(|likely| likely.number.as_str()).collect();
            Some(("change", numbers.join(", "), String::new(), *until))
        }
        FindingState::Unknown { .. } => Some(("unknown", "system:drift".to_owned(), String::new(), None)),
        FindingState::Pending { .. } | FindingState::Open { .. } | FindingState::Resolved { .. } => None,
    };
    let parent = finding.parent.map(|parent| ("finding", parent.to_string(), String::new(), None));
    let suppression = |(kind, by, reason, until)| Suppression { kind, by, reason, until };
    own.into_iter().chain(parent).map(suppression).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::peer::Share;

    fn item(value: Value) -> Attributes {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn an_item_says_where_it_stands() {
        let place = |section, key: &str, value: Value| source(section, key, Some(&item(value)));
        assert_eq!(
            place(SectionName::Package, "openssl", json!({"manager": "dpkg"})).as_deref(),
            Some("/var/lib/dpkg/status")
        );
        assert_eq!(
            place(SectionName::SudoRule, "deploy", json!({"file": "/etc/sudoers.d/deploy"})).as_deref(),
            Some("/etc/sudoers.d/deploy")
        );
        assert_eq!(place(SectionName::SudoRule, "deploy", json!({})).as_deref(), Some("/etc/sudoers"));
        assert_eq!(
            place(SectionName::Sysctl, "net.ipv4.ip_forward", json!({"value": "1"})).as_deref(),
            Some("/proc/sys/net/ipv4/ip_forward")
        );
        assert_eq!(source(SectionName::Package, "openssl", None), None);
    }

    #[test]
    fn it_says_which_package_it_belongs_to() {
        let listener = item(json!({"package": "nginx-core", "port": 80}));
        assert_eq!(package(SectionName::Listener, "tcp/80", Some(&listener)).as_deref(), Some("nginx-core"));
        assert_eq!(package(SectionName::Package, "openssl", None).as_deref(), Some("openssl"));
        assert_eq!(package(SectionName::User, "deploy", None), None);
    }

    #[test]
    fn secrets_do_not_stand_in_evidence() {
        let shown =
            redacted(&json!({"command": "mysql --password=hunter2 -u app", "ports": [22], "list": ["TOKEN=abc x"]}));
        let text = shown.to_string();
        assert!(!text.contains("hunter2") && !text.contains("abc") && text.contains("mysql"), "{text}");
    }

    #[test]
    fn peers_are_counted_by_their_value() {
        let host = |n: u8| HostId::from_bytes([n; 16]);
        let share = |value: &str, count, hosts: std::ops::Range<u8>| Share {
            value: json!(value),
            count,
            hosts: hosts.map(host).collect(),
        };
        let tally = Tally { values: vec![share("3.0.14", 47, 0..0), share("3.0.9", 3, 0..3)] };
        let shares = shares(&tally, host(1)).unwrap();
        assert_eq!((shares.of, &shares.values[0], shares.is_with_most), (50, &(json!("3.0.14"), 47), false));
        assert_eq!(shares.text(), "47 of 50 have 3.0.14");
        let alone = Tally { values: vec![share("1", 1, 0..0)] };
        assert_eq!(super::shares(&alone, host(1)), None);
    }
}
