//! Which attributes are not facts worth a history: the shipped volatility table, as data.
//!
//! The agent applies it before it hashes (so free space or uptime never make a difference), the collector checks it on
//! arrival (so an old or hostile agent cannot flood a history with counters). Every row keeps the reason that people are
//! shown when they ask why something was not reported.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::{Attributes, Item};
use crate::section::SectionName;

/// How a volatile attribute is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// V0: a metric. Never in the hashed body; shown as the latest value.
    Metric,
    /// V1: a lease or an ephemeral thing. Left out of the inventory of the host.
    Ephemeral,
    /// V2: container churn. Off the host; belongs under a container item.
    ContainerChurn,
}

/// Where a row of the table applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// The attribute of that name, on every item of the section.
    Attribute(&'static str),
    /// Items whose key begins with this.
    KeyPrefix(&'static str),
    /// Items whose named attribute begins with this text.
    ValuePrefix(&'static str, &'static str),
    /// Items whose key is this and then exactly so many hex digits: how container engines name what they make.
    KeyHex(&'static str, usize),
    /// Items that have the named attribute.
    Has(&'static str),
}

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The section.
    pub section: SectionName,
    /// What in the section.
    pub target: Target,
    /// Treatment.
    pub tier: Tier,
    /// Why, for people.
    pub reason: &'static str,
}

const fn metric(section: SectionName, attribute: &'static str, reason: &'static str) -> Rule {
    Rule { section, target: Target::Attribute(attribute), tier: Tier::Metric, reason }
}

const fn off_host(section: SectionName, target: Target, tier: Tier, reason: &'static str) -> Rule {
    Rule { section, target, tier, reason }
}

use SectionName::{
    Agent, Battery, Connection, Container, Cpu, Disk, Dns, Filesystem, Host, Interface, Kernel, Listener, Lvm, Memory,
    Module, Mount, Process, Raid, Route, Sensor, Service, TimeSync, Usb, VirtualMachine,
};
use Target::{Has, KeyHex, KeyPrefix, ValuePrefix};
use Tier::{ContainerChurn, Ephemeral};

/// The table. Documented in `docs/volatility.md`, which a test prints from here.
pub const TABLE: &[Rule] = &[
    metric(Host, "uptime_seconds", "grows with every second"),
    metric(Host, "boot_id", "changes with every boot; the boot itself is an event, not drift"),
    metric(Host, "booted_at", "changes with every boot; the boot itself is an event, not drift"),
    metric(Host, "load_1", "moves all the time"),
    metric(Host, "load_5", "moves all the time"),
    metric(Host, "load_15", "moves all the time"),
    metric(Host, "process_count", "moves all the time"),
    metric(Host, "logged_in_users", "people come and go"),
    metric(Cpu, "current_mhz", "the governor moves it"),
    metric(Cpu, "bogomips", "measured anew at every boot"),
    metric(Memory, "free_bytes", "moves all the time"),
    metric(Memory, "available_bytes", "moves all the time"),
    metric(Memory, "cached_bytes", "moves all the time"),
    metric(Memory, "swap_free_bytes", "moves all the time"),
    metric(Disk, "read_bytes", "a counter"),
    metric(Disk, "written_bytes", "a counter"),
    metric(Filesystem, "free_bytes", "moves all the time"),
    metric(Filesystem, "available_bytes", "moves all the time"),
    metric(Filesystem, "used_bytes", "moves all the time"),
    metric(Filesystem, "used_percent", "moves all the time"),
    metric(Filesystem, "free_inodes", "moves all the time"),
    metric(Mount, "mount_id", "a number of the kernel, new at every mount"),
    metric(Lvm, "sequence_number", "grows with every change of the volume group"),
    metric(Raid, "sync_action", "checks run every month, and what follows a failure is told by other attributes"),
    metric(Raid, "sync_percent", "moves while the array is synchronised"),
    metric(Raid, "mismatch_count", "counted anew at every check"),
    metric(Interface, "index", "a number of the kernel, new at every boot"),
    metric(Interface, "rx_bytes", "a counter"),
    metric(Interface, "tx_bytes", "a counter"),
    metric(Interface, "rx_packets", "a counter"),
    metric(Interface, "tx_packets", "a counter"),
    metric(Interface, "rx_errors", "a counter"),
    metric(Interface, "tx_errors", "a counter"),
    metric(Interface, "lease_expires_at", "a lease is renewed again and again"),
    metric(Interface, "dynamic_addresses", "leased or temporary addresses come and go"),
    metric(Route, "expires_seconds", "counts down between router advertisements"),
    metric(Dns, "name_server_order", "leases and renewals shuffle it"),
    metric(Listener, "pid", "a number of the kernel, new at every start"),
    metric(Listener, "inode", "a number of the kernel, new at every start"),
    metric(Listener, "queue_length", "moves all the time"),
    metric(Connection, "connections", "moves all the time"),
    metric(Connection, "samples", "grows with every scan"),
    metric(Connection, "first_seen_at", "told beside the edge, known only to this run of samples"),
    metric(Connection, "last_seen_at", "moves with every scan"),
    metric(Kernel, "entropy_available", "moves all the time"),
    metric(Module, "size_bytes", "differs from kernel to kernel"),
    metric(Module, "use_count", "moves all the time"),
    metric(Module, "used_by", "follows from which other modules are loaded"),
    metric(Process, "count", "forks come and go"),
    metric(Process, "started_at", "new at every restart"),
    metric(Process, "pid", "a number of the kernel, new at every start"),
    metric(Process, "rss_bytes", "moves all the time"),
    metric(Process, "cpu_seconds", "grows with every second of work"),
    metric(Process, "open_files", "moves all the time"),
    metric(Sensor, "value", "moves all the time"),
    metric(Battery, "charge_percent", "moves all the time"),
    metric(Battery, "charge_mah", "moves all the time"),
    metric(Battery, "energy_mwh", "moves all the time"),
    metric(Battery, "voltage_mv", "moves all the time"),
    metric(Battery, "current_ma", "moves all the time"),
    metric(Battery, "power_mw", "moves all the time"),
    metric(Battery, "status", "plugged in and out all day"),
    metric(Battery, "cycle_count", "grows with use"),
    metric(Battery, "full_charge_mah", "shrinks with use and is estimated anew at every charge"),
    metric(Battery, "full_energy_mwh", "shrinks with use and is estimated anew at every charge"),
    metric(Battery, "health_percent", "shrinks with use and is estimated anew at every charge"),
    metric(Usb, "port", "buses are numbered anew at every boot, and devices move from port to port"),
    metric(TimeSync, "offset_ms", "moves all the time"),
    metric(TimeSync, "current_source", "the best of several servers is another one every now and then"),
    metric(TimeSync, "stratum", "that of the server which is followed just now"),
    metric(TimeSync, "max_error_ms", "moves all the time"),
    metric(TimeSync, "estimated_error_ms", "moves all the time"),
    metric(Service, "current_active_state", "runs once, on demand or by a timer: that it stops is no change"),
    metric(Container, "current_state", "not restarted by its engine: that it stops is no change"),
    metric(Container, "created_at", "new whenever a container is made anew; image and ports say what changed"),
    metric(Container, "instances", "replicas come and go"),
    metric(Container, "pod", "new whenever a pod is made anew; the workload stays"),
    metric(VirtualMachine, "current_state", "not started with the host: that it stops is no change"),
    metric(Agent, "sections_ok", "differs when a section fails once; the status of the section itself says it"),
    metric(Agent, "sections_partial", "differs when a section fails once; the status of the section itself says it"),
    metric(Agent, "sections_denied", "differs when a section fails once; the status of the section itself says it"),
    metric(Agent, "sections_failed", "differs when a section fails once; the status of the section itself says it"),
    metric(
        Agent,
        "sections_unsupported",
        "differs when a section fails once; the status of the section itself says it",
    ),
    metric(Agent, "scan_ms", "differs from scan to scan"),
    metric(Agent, "rss_bytes", "moves all the time"),
    metric(Agent, "spool_bytes", "moves all the time"),
    off_host(Connection, ValuePrefix("remote_address", "127."), Ephemeral, "a connection of the host to itself"),
    off_host(Listener, Has("container_id"), ContainerChurn, "a socket in the network of a container"),
    off_host(
        Listener,
        Has("client_port"),
        Ephemeral,
        "a UDP port of the range from which the kernel picks, with nothing that says that it was chosen: no socket unit, no second \
         socket of the process at that number (UDP or TCP), not among its arguments, not in `ip_local_reserved_ports`",
    ),
    off_host(Process, Has("container_engine"), ContainerChurn, "a process of a container"),
    off_host(Mount, KeyPrefix("/run/user/"), Ephemeral, "exists while somebody is logged in"),
    off_host(Filesystem, KeyPrefix("/run/user/"), Ephemeral, "exists while somebody is logged in"),
    off_host(Mount, KeyPrefix("/proc/sys/fs/binfmt_misc"), Ephemeral, "mounted on first access by automount"),
    off_host(Mount, ValuePrefix("source", "nsfs"), ContainerChurn, "the network namespace of a container"),
    off_host(Mount, KeyPrefix("/run/docker/netns/"), ContainerChurn, "the network namespace of a container"),
    off_host(Mount, KeyPrefix("/run/netns"), ContainerChurn, "network namespaces, and where they are kept"),
    off_host(Mount, KeyPrefix("/var/lib/docker/"), ContainerChurn, "the layers of a container"),
    off_host(Mount, KeyPrefix("/var/lib/containers/"), ContainerChurn, "the layers of a container"),
    off_host(Mount, KeyPrefix("/var/lib/kubelet/pods/"), ContainerChurn, "a volume of a pod"),
    off_host(Mount, KeyPrefix("/run/containerd/"), ContainerChurn, "the layers of a container"),
    off_host(Interface, KeyPrefix("veth"), ContainerChurn, "one end of a container's cable"),
    off_host(Interface, KeyPrefix("cali"), ContainerChurn, "one end of a pod's cable"),
    off_host(Interface, KeyPrefix("cni"), ContainerChurn, "a bridge of the container network"),
    off_host(Interface, KeyHex("br-", 12), ContainerChurn, "a bridge of a container network, named by its id"),
    off_host(Route, ValuePrefix("interface", "veth"), ContainerChurn, "a route to a container"),
    off_host(Route, ValuePrefix("interface", "cali"), ContainerChurn, "a route to a pod"),
    off_host(Disk, KeyPrefix("loop"), Ephemeral, "a loop device of a snap or an image"),
    off_host(Disk, KeyPrefix("ram"), Ephemeral, "a RAM disk of the kernel"),
];

/// The rule that takes a whole item off the host, if one does.
pub fn dropped_by(section: SectionName, item: &Item) -> Option<&'static Rule> {
    TABLE.iter().filter(|rule| rule.section == section).find(|rule| match rule.target {
        Target::Attribute(_) => false,
        Target::KeyPrefix(prefix) => item.key.starts_with(prefix),
        Target::ValuePrefix(name, prefix) => item.text(name).is_some_and(|value| value.starts_with(prefix)),
        Target::KeyHex(prefix, digits) => item.key.strip_prefix(prefix).is_some_and(|rest| is_hex(rest, digits)),
        Target::Has(name) => item.attributes.contains_key(name),
    })
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The rule that makes an attribute a metric, if one does.
pub fn metric_rule(section: SectionName, attribute: &str) -> Option<&'static Rule> {
    TABLE
        .iter()
        .find(|rule| rule.section == section && matches!(rule.target, Target::Attribute(name) if name == attribute))
}

/// Whether items of a section have metrics.
pub fn has_metrics(section: SectionName) -> bool {
    TABLE.iter().any(|rule| rule.section == section && matches!(rule.target, Target::Attribute(_)))
}

/// Splits an item into what is compared and the metrics beside it; `None` when it is left out.
pub fn split_item(section: SectionName, mut item: Item) -> Option<(Item, Attributes)> {
    if dropped_by(section, &item).is_some() {
        return None;
    }
    let is_metric = |name: &String| metric_rule(section, name).is_some();
    let mut metrics = Attributes::new();
    if item.attributes.keys().any(is_metric) {
        (metrics, item.attributes) = item.attributes.into_iter().partition(|(name, _)| is_metric(name));
    }
    Some((item, metrics))
}

/// Splits items into those that are compared and the metrics beside them, by item key.
pub fn split(section: SectionName, items: Vec<Item>) -> (Vec<Item>, BTreeMap<String, Attributes>) {
    let mut metrics = BTreeMap::new();
    if TABLE.iter().all(|rule| rule.section != section) {
        return (items, metrics);
    }
    let mut stable = Vec::with_capacity(items.len());
    for (item, volatile) in items.into_iter().filter_map(|item| split_item(section, item)) {
        if !volatile.is_empty() {
            metrics.insert(item.key.clone(), volatile);
        }
        stable.push(item);
    }
    (stable, metrics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_set_apart_and_churn_is_left_out() {
        let items = vec![
            Item::new("/").with("size_bytes", 100).with("free_bytes", 40),
            Item::new("/run/user/0").with("size_bytes", 1),
        ];
        let (stable, metrics) = split(Filesystem, items);
        assert_eq!(stable, [Item::new("/").with("size_bytes", 100)]);
        assert_eq!(metrics["/"]["free_bytes"], 40);
        assert_eq!(dropped_by(Interface, &Item::new("veth12")).unwrap().tier, ContainerChurn);
    }

    #[test]
    fn a_bridge_of_a_container_network_is_told_from_one_of_the_host() {
        let tier = |key: &str| dropped_by(Interface, &Item::new(key)).map(|rule| rule.tier);
        assert_eq!(tier("br-0a1b2c3d4e5f"), Some(ContainerChurn));
        for own in ["br-lan", "br0", "br-0a1b2c3d4e5", "br-0a1b2c3d4e5f0", "br-0a1b2c3d4e5g"] {
            assert_eq!(tier(own), None, "{own}");
        }
        let listener = Item::new("tcp/0.0.0.0:80");
        assert_eq!(dropped_by(Listener, &listener), None);
        assert!(dropped_by(Listener, &listener.with("container_id", "0a1b")).is_some());
    }

    #[test]
    fn every_row_gives_a_reason_and_stands_once() {
        for (i, rule) in TABLE.iter().enumerate() {
            assert!(!rule.reason.is_empty());
            assert!(!TABLE[i + 1..].iter().any(|r| r.section == rule.section && r.target == rule.target), "{rule:?}");
        }
    }
}
