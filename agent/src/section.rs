//! What a collector of a section is, and the list of all of them.
//!
//! One file per section below this module. A collector reads, never writes, starts no process, and returns a [`Section`]
//! whatever happens: a value plus problems, never an error that stops the rest. To add a section: a file with a
//! [`Collector`], its `mod` line, its row in [`collectors`].

use std::sync::Arc;
use std::time::Duration;

use muster_shared::{Item, Problem, SectionName, SectionStatus, bound};
use serde::{Deserialize, Serialize};

pub(crate) use foreign::STREAMS;
pub(crate) use listener::package::{MEMORY_BYTES, Memory, Owned};
pub(crate) use netlink::split_message as split_netlink;
pub use options::{Options, Wished};

use crate::root::{Cause, ReadError, Root};

pub(crate) mod account;
pub(crate) mod agent;
mod authorized_key;
mod battery;
mod block;
mod bus;
mod certificate;
mod cgroup;
mod checked;
mod connection;
mod container;
mod cpu;
mod cron;
mod disk;
mod dns;
mod engine;
mod file;
mod filesystem;
mod firewall;
mod firmware;
mod foreign;
mod glob;
mod group;
mod host;
mod image;
mod interface;
mod kernel;
mod listener;
mod login_policy;
mod lvm;
mod mark;
mod memory;
#[cfg(test)]
mod mistakes;
mod module;
mod monitor;
mod mount;
mod names;
mod netlink;
mod network_mount;
mod oddity;
mod options;
mod package;
mod partition;
mod pci;
mod process;
mod raid;
#[cfg(test)]
mod recorded;
mod repository;
mod route;
mod rtnetlink;
mod sensor;
mod service;
mod smbios;
mod sshd_config;
mod stable;
mod sudo_rule;
mod sysctl;
mod time_sync;
mod timer;
mod unix_socket;
mod uri;
mod usb;
mod user;
mod virtual_machine;

/// Every collector, in the order in which an inventory is taken.
pub fn collectors(options: &Options) -> Collectors {
    remembering(options, &Memory::default())
}

/// The same, with what an earlier look has learnt.
pub(crate) fn remembering(options: &Options, memory: &Memory) -> Collectors {
    vec![
        Arc::new(host::Host::new(options)),
        // The largest, where it is asked for: before there is much beside it.
        Arc::new(process::Process { is_asked_for: options.processes }),
        Arc::new(cpu::Cpu),
        Arc::new(memory::Memory),
        Arc::new(firmware::Firmware),
        Arc::new(disk::Disk),
        Arc::new(partition::Partition),
        Arc::new(filesystem::Filesystem),
        Arc::new(mount::Mount),
        Arc::new(lvm::Lvm),
        Arc::new(raid::Raid),
        Arc::new(interface::Interface),
        Arc::new(route::Route),
        Arc::new(dns::Dns),
        Arc::new(listener::Listener { memory: Arc::clone(memory) }),
        Arc::new(connection::Connection),
        Arc::new(package::Package),
        Arc::new(repository::Repository),
        Arc::new(service::Service),
        Arc::new(timer::Timer),
        Arc::new(cron::Cron),
        Arc::new(user::User),
        Arc::new(group::Group),
        Arc::new(sudo_rule::SudoRule),
        Arc::new(authorized_key::AuthorizedKey),
        Arc::new(login_policy::LoginPolicy),
        Arc::new(kernel::Kernel),
        Arc::new(sysctl::Sysctl),
        Arc::new(module::Module),
        Arc::new(firewall::Firewall),
        Arc::new(pci::Pci),
        Arc::new(usb::Usb),
        Arc::new(monitor::Monitor),
        Arc::new(battery::Battery),
        Arc::new(sensor::Sensor),
        Arc::new(certificate::Certificate::new(&options.certificates)),
        Arc::new(file::File::new(options)),
        Arc::new(time_sync::TimeSync),
        Arc::new(container::Container { sockets: options.container_sockets.clone() }),
        Arc::new(image::Image { sockets: options.container_sockets.clone() }),
        Arc::new(virtual_machine::VirtualMachine),
        Arc::new(agent::Agent::of(options)),
    ]
}

/// Adds to what a probe has found what only a process that may speak IP on loopback can ask for.
pub(crate) fn complete(name: SectionName, section: &mut Section) {
    if name == SectionName::TimeSync {
        time_sync::complete(section, time_sync::source::ask);
    }
}

/// The collectors of one configuration.
pub type Collectors = Vec<Arc<dyn Collector>>;

/// How long one section may take, unless it says otherwise.
pub const TIME_BOX: Duration = Duration::from_secs(10);

/// What a section needs to be read in full; with each the reason, and what is missing without it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// Any user may read it.
    None,
    /// Files that only root may read (`CAP_DAC_READ_SEARCH`).
    ReadSearch(&'static str),
    /// Files that only root may read, and the packet filter (`CAP_DAC_READ_SEARCH` and `CAP_NET_ADMIN`).
    NetAdmin(&'static str),
    /// Other users' processes too (`CAP_DAC_READ_SEARCH` and `CAP_SYS_PTRACE`).
    Ptrace(&'static str),
}

impl Privilege {
    /// The privilege and its reason in words, for `muster-agent sections`.
    pub fn explain(self) -> String {
        let (capabilities, why) = match self {
            Self::None => return "none".to_owned(),
            Self::ReadSearch(why) => ("CAP_DAC_READ_SEARCH", why),
            Self::NetAdmin(why) => ("CAP_DAC_READ_SEARCH, CAP_NET_ADMIN", why),
            Self::Ptrace(why) => ("CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE", why),
        };
        format!("{capabilities}: {why}")
    }
}

/// What the kernel tells of by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A network interface came, went or changed.
    Link,
    /// An address came, went or changed.
    Address,
    /// A route of the main table came, went or changed.
    Route,
    /// Something was mounted or unmounted.
    Mount,
}

impl Event {
    /// The event in words, for `muster-agent sections`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "links",
            Self::Address => "addresses",
            Self::Route => "routes",
            Self::Mount => "mounts",
        }
    }
}

/// The result of a collector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// How well it could be read.
    pub status: SectionStatus,
    /// What was found, metrics included.
    pub items: Vec<Item>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

impl Section {
    /// What was found; with problems it is partial.
    pub fn of(items: Vec<Item>, problems: Vec<Problem>) -> Self {
        let status = if problems.is_empty() { SectionStatus::Ok } else { SectionStatus::Partial };
        Self { status, items, problems }
    }

    /// Nothing, because the system or this agent has no such source.
    pub const fn unsupported() -> Self {
        Self { status: SectionStatus::Unsupported, items: Vec::new(), problems: Vec::new() }
    }

    /// Nothing, because reading failed.
    pub fn failed(source: impl Into<String>, message: impl Into<String>) -> Self {
        let problem = Problem { source: source.into(), message: message.into() };
        Self { status: SectionStatus::Failed, items: Vec::new(), problems: vec![problem] }
    }

    /// Nothing, because the one source could not be read.
    pub fn unreadable(error: &ReadError) -> Self {
        let status = match error.cause {
            Cause::Absent => SectionStatus::Unsupported,
            Cause::Denied => SectionStatus::Denied,
            Cause::Failed(_) => SectionStatus::Failed,
        };
        Self { status, items: Vec::new(), problems: vec![error.problem()] }
    }
}

/// Reads one section.
pub trait Collector: Send + Sync {
    /// Which section.
    fn name(&self) -> SectionName;

    /// What it collects, in one line for `muster-agent sections`.
    fn contents(&self) -> &'static str;

    /// What that is collected for.
    fn purpose(&self) -> &'static str;

    /// What it needs to read everything.
    fn privilege(&self) -> Privilege;

    /// Paths whose change asks for a new look at once, as they are on the system that is described.
    fn watched(&self, _root: &Root) -> Vec<String> {
        Vec::new()
    }

    /// Events of the kernel that ask for a new look at once.
    fn events(&self) -> &'static [Event] {
        &[]
    }

    /// How long it may take.
    fn time_box(&self) -> Duration {
        TIME_BOX
    }

    /// Reads it.
    fn collect(&self, root: &Root) -> Section;
}

/// Paths of a table as [`Collector::watched`] wants them.
fn paths(table: &[&str]) -> Vec<String> {
    table.iter().map(|path| (*path).to_owned()).collect()
}

/// The longest key that is a text of a file itself.
const KEY_CAP_BYTES: usize = 160;

/// A key from a text of any length: a long one is cut and ends in its digest.
fn bounded_key(text: &str) -> String {
    bound::shortened(text, KEY_CAP_BYTES).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_at_most_one_collector_and_says_what_it_is_for() {
        let collectors = collectors(&Options::default());
        for (i, collector) in collectors.iter().enumerate() {
            assert!(!collector.contents().is_empty() && !collector.purpose().is_empty());
            let privilege = collector.privilege();
            assert!(privilege == Privilege::None || privilege.explain().contains("; without it "), "{privilege:?}");
            assert!(collector.watched(&Root::live()).iter().all(|path| path.starts_with('/')));
            assert!(!collectors[i + 1..].iter().any(|other| other.name() == collector.name()), "{}", collector.name());
        }
    }

    /// Case 8, the agent's part.
    #[test]
    fn no_character_nul_leaves_the_host() {
        let item = Item::new("a\0b").with("x", "c\0").with("y", vec!["\0", "d"]);
        let section =
            Section::of(vec![item], vec![Problem { source: "\0".into(), message: "e\0".into() }]).without_nul();
        assert!(!serde_json::to_string(&section).unwrap().contains("u0000"));
        assert_eq!(section.items[0].key, "a\u{fffd}b");
    }

    #[test]
    fn an_empty_tree_gives_no_section_that_claims_to_know() {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::at(directory.path());
        for collector in collectors(&Options::default()) {
            let section = collector.collect(&root);
            let knows_none = section.status == SectionStatus::Ok && section.items.is_empty();
            assert!(!knows_none, "{}: {section:?}", collector.name());
        }
    }
}
