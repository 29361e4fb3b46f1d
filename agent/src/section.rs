//! What a collector of a section is, and the list of all of them.
//!
//! One file per section below this module. A collector reads, never writes, starts no process, and returns a [`Section`]
//! whatever happens: a value plus problems, never an error that stops the rest. To add a section: a file with a
//! [`Collector`], its `mod` line, its row in [`collectors`].

use std::sync::Arc;
use std::time::Duration;

use muster_shared::{Item, Problem, SectionName, SectionStatus};
use serde::Serialize;

use crate::root::{Cause, ReadError, Root};

mod account;
pub(crate) mod agent;
mod block;
mod cgroup;
mod container;
mod cpu;
mod disk;
mod dns;
mod engine;
mod filesystem;
mod group;
mod host;
mod image;
mod interface;
mod kernel;
mod listener;
mod memory;
mod mount;
mod netlink;
mod package;
mod partition;
mod route;
mod service;
mod user;
mod virtual_machine;

/// What the configuration asks for beyond what every agent collects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Options {
    /// Files and directories with X.509 certificates, beside the well-known ones.
    pub certificates: Vec<String>,
    /// Files whose integrity is watched.
    pub files: Vec<String>,
    /// Whether running processes are told.
    pub processes: bool,
    /// Sockets of docker or podman that may be asked (whoever may ask them is root: nothing by default).
    pub container_sockets: Vec<String>,
    /// Whether the metadata address of a cloud may be asked.
    pub cloud_metadata: bool,
}

/// Every collector, in the order in which an inventory is taken.
pub fn collectors(options: &Options) -> Collectors {
    vec![
        Arc::new(host::Host),
        Arc::new(cpu::Cpu),
        Arc::new(memory::Memory),
        Arc::new(disk::Disk),
        Arc::new(partition::Partition),
        Arc::new(filesystem::Filesystem),
        Arc::new(mount::Mount),
        Arc::new(interface::Interface),
        Arc::new(route::Route),
        Arc::new(dns::Dns),
        Arc::new(listener::Listener),
        Arc::new(package::Package),
        Arc::new(service::Service),
        Arc::new(user::User),
        Arc::new(group::Group),
        Arc::new(kernel::Kernel),
        Arc::new(container::Container { sockets: options.container_sockets.clone() }),
        Arc::new(image::Image { sockets: options.container_sockets.clone() }),
        Arc::new(virtual_machine::VirtualMachine),
        Arc::new(agent::Agent::of(options)),
    ]
}

/// The collectors of one configuration.
pub type Collectors = Vec<Arc<dyn Collector>>;

/// How long one section may take, unless it says otherwise.
pub const TIME_BOX: Duration = Duration::from_secs(10);

/// What a section needs to be read in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// Any user may read it.
    None,
    /// Files that only root may read (`CAP_DAC_READ_SEARCH`).
    ReadSearch,
    /// Other users' processes too (`CAP_DAC_READ_SEARCH` and `CAP_SYS_PTRACE`).
    Ptrace,
}

impl Privilege {
    /// The privilege in words, for `muster-agent sections`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ReadSearch => "CAP_DAC_READ_SEARCH",
            Self::Ptrace => "CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE",
        }
    }
}

/// The result of a collector.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    fn purpose(&self) -> &'static str;

    /// What it needs to read everything.
    fn privilege(&self) -> Privilege;

    /// Paths whose change asks for a new look at once, as they are on the system that is described.
    fn watched(&self, _root: &Root) -> Vec<String> {
        Vec::new()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_at_most_one_collector_and_says_what_it_is_for() {
        let collectors = collectors(&Options::default());
        for (i, collector) in collectors.iter().enumerate() {
            assert!(!collector.purpose().is_empty());
            assert!(collector.watched(&Root::live()).iter().all(|path| path.starts_with('/')));
            assert!(!collectors[i + 1..].iter().any(|other| other.name() == collector.name()), "{}", collector.name());
        }
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
