//! The packet filter: what the kernel enforces (nftables), which old tables are in use (iptables), and the files that tell what
//! should be enforced (nftables, ufw, firewalld, iptables).
//!
//! Rules are told as a digest per chain: counters, handles and remaining times are no part of it, so that it changes when and
//! only when the rules do. The kernel shows its rules to `CAP_NET_ADMIN` only; without it the section says so and tells the
//! files.

use muster_shared::{Item, Problem, SectionName, SectionStatus};
use sha2::{Digest, Sha256};

use super::{Collector, Privilege, Section};
use crate::root::Root;

pub(super) mod nft;
pub(super) mod ruleset;

/// Tables of the old iptables; the file is there when its module is.
const LEGACY: &[(&str, &str)] = &[
    ("ip", "/proc/net/ip_tables_names"),
    ("ip6", "/proc/net/ip6_tables_names"),
    ("arp", "/proc/net/arp_tables_names"),
];

/// Files that tell the rules, and who reads them.
const FILES: &[(&str, &str)] = &[
    ("nftables", "/etc/nftables.conf"),
    ("nftables", "/etc/sysconfig/nftables.conf"),
    ("iptables", "/etc/iptables/rules.v4"),
    ("iptables", "/etc/iptables/rules.v6"),
    ("iptables", "/etc/sysconfig/iptables"),
    ("iptables", "/etc/sysconfig/ip6tables"),
    ("ufw", "/etc/default/ufw"),
    ("ufw", "/etc/ufw/after.rules"),
    ("ufw", "/etc/ufw/after6.rules"),
    ("ufw", "/etc/ufw/before.rules"),
    ("ufw", "/etc/ufw/before6.rules"),
    ("ufw", "/etc/ufw/ufw.conf"),
    ("ufw", "/etc/ufw/user.rules"),
    ("ufw", "/etc/ufw/user6.rules"),
    ("firewalld", "/etc/firewalld/direct.xml"),
    ("firewalld", "/etc/firewalld/firewalld.conf"),
];

/// Directories of such files, and how those end.
const DIRECTORIES: &[(&str, &str, &str)] = &[
    ("nftables", "/etc/nftables.d", ".nft"),
    ("nftables", "/etc/nftables", ".nft"),
    ("firewalld", "/etc/firewalld/zones", ".xml"),
    ("firewalld", "/etc/firewalld/policies", ".xml"),
    ("firewalld", "/etc/firewalld/services", ".xml"),
    ("firewalld", "/etc/firewalld/ipsets", ".xml"),
];
/// Most files that are read.
const FILE_CAP: usize = 512;

pub(super) struct Firewall;

impl Collector for Firewall {
    fn name(&self) -> SectionName {
        SectionName::Firewall
    }

    fn contents(&self) -> &'static str {
        "the packet filter: nftables chains with a digest of their rules, iptables tables, files of ufw and firewalld"
    }

    fn purpose(&self) -> &'static str {
        "what is let in; drift when rules differ from those authorised"
    }

    fn privilege(&self) -> Privilege {
        Privilege::NetAdmin(
            "the kernel tells its rules to administrators of the network only; without it what the files of ufw and \
             firewalld say is told, and no rule. The rules in tables of the old iptables are never read, whoever asks: which \
             tables there are is told, and the section is `partial`",
        )
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        let files = FILES.iter().map(|(_, path)| *path);
        files.chain(DIRECTORIES.iter().map(|(_, directory, _)| *directory)).map(str::to_owned).collect()
    }

    fn collect(&self, root: &Root) -> Section {
        let mut problems: Vec<Problem> = Vec::new();
        let mut items = files(root, &mut problems);
        let mut has_source = legacy(root, &mut items, &mut problems);
        let mut is_denied = false;
        if root.is_live() && nft::is_loaded(root) {
            has_source = true;
            match nft::read() {
                Ok((ruleset, unreadable)) => {
                    items.extend(ruleset::items(&ruleset));
                    problems.extend(unreadable);
                }
                Err(error) => {
                    is_denied = error.kind() == std::io::ErrorKind::PermissionDenied;
                    let message = if is_denied {
                        "permission denied: the kernel shows its rules to CAP_NET_ADMIN only".to_owned()
                    } else {
                        error.to_string()
                    };
                    problems.push(Problem { source: "netlink nf_tables".to_owned(), message });
                }
            }
        } else if root.is_live() {
            // The driver is not loaded: the kernel has no rules of that kind, and asking would load it.
            has_source = true;
        }
        if items.is_empty() && is_denied {
            return Section { status: SectionStatus::Denied, items, problems };
        }
        if items.is_empty() && problems.is_empty() && !has_source {
            return Section::unsupported();
        }
        Section::of(items, problems)
    }
}

/// Files of rules as items of their own: the digest says that one changed, the content stays on the host.
fn files(root: &Root, problems: &mut Vec<Problem>) -> Vec<Item> {
    let mut wanted: Vec<(&str, String)> = FILES.iter().map(|(reader, path)| (*reader, (*path).to_owned())).collect();
    for (reader, directory, end) in DIRECTORIES {
        match root.list(directory) {
            Ok(entries) => {
                let fitting = entries.into_iter().filter(|entry| entry.name.ends_with(end));
                wanted.extend(fitting.map(|entry| (*reader, format!("{directory}/{}", entry.name))));
            }
            Err(error) if error.is_absent() => {}
            Err(error) => problems.push(error.problem()),
        }
    }
    if wanted.len() > FILE_CAP {
        let message = format!("{} files were left out", wanted.len() - FILE_CAP);
        problems.push(Problem { source: "/etc".to_owned(), message });
        wanted.truncate(FILE_CAP);
    }
    let mut items = Vec::new();
    for (reader, path) in wanted {
        match root.read_linked(&path) {
            Ok(bytes) => items.push(file_item(reader, &path, &bytes)),
            Err(error) if error.is_absent() => {}
            Err(error) => problems.push(error.problem()),
        }
    }
    items
}

fn file_item(reader: &str, path: &str, bytes: &[u8]) -> Item {
    let mut item = Item::new(format!("file {path}"))
        .with("kind", "file")
        .with("backend", reader)
        .with("path", path)
        .with("size_bytes", bytes.len())
        .with("sha256", hex(&Sha256::digest(bytes)));
    if path == "/etc/ufw/ufw.conf" {
        let text = String::from_utf8_lossy(bytes);
        let enabled = text.lines().find_map(|line| line.trim().strip_prefix("ENABLED="));
        item.set("enabled", enabled.map(|value| value.trim().trim_matches('"').eq_ignore_ascii_case("yes")));
    }
    item
}

/// Names of the tables of iptables that are loaded; whether there was such a source.
fn legacy(root: &Root, items: &mut Vec<Item>, problems: &mut Vec<Problem>) -> bool {
    let mut found = false;
    for (family, path) in LEGACY {
        match root.text(path) {
            Ok(text) => {
                found = true;
                if !text.trim().is_empty() {
                    // The kernel shows them to those who may also change them, over options of raw sockets: neither is the agent's.
                    let message =
                        "the rules in these tables of the old iptables are not read: not known is not none".to_owned();
                    problems.push(Problem { source: (*path).to_owned(), message });
                }
                items.extend(text.lines().filter(|line| !line.trim().is_empty()).map(|name| {
                    Item::new(format!("iptables {family} {name}"))
                        .with("kind", "table")
                        .with("backend", "iptables")
                        .with("family", *family)
                        .with("table", name.trim())
                }));
            }
            Err(error) if error.is_absent() => {}
            Err(error) => problems.push(error.problem()),
        }
    }
    found
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
        text
    })
}

#[cfg(test)]
mod tests;
