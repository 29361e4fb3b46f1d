//! What a collector of a section is, and the list of all of them.
//!
//! One file per section below this module. A collector reads, never writes, starts no process, and returns a [`Section`]
//! whatever happens: a value plus problems, never an error that stops the rest. To add a section: a file with a
//! [`Collector`], its `mod` line, its row in [`COLLECTORS`].

use muster_shared::{Item, Problem, SectionName, SectionStatus};
use serde::Serialize;

use crate::root::{Cause, ReadError, Root};

mod account;
mod block;
mod cpu;
mod disk;
mod dns;
mod filesystem;
mod group;
mod host;
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

/// Every collector, in the order in which an inventory is taken.
pub const COLLECTORS: &[&dyn Collector] = &[
    &host::Host,
    &cpu::Cpu,
    &memory::Memory,
    &disk::Disk,
    &partition::Partition,
    &filesystem::Filesystem,
    &mount::Mount,
    &interface::Interface,
    &route::Route,
    &dns::Dns,
    &listener::Listener,
    &package::Package,
    &service::Service,
    &user::User,
    &group::Group,
    &kernel::Kernel,
];

/// The collector of a section, if this agent has one.
pub fn find_collector(name: SectionName) -> Option<&'static dyn Collector> {
    COLLECTORS.iter().copied().find(|collector| collector.name() == name)
}

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

    /// Paths whose change asks for a new look at once (absolute, below the file root).
    fn watched(&self) -> &'static [&'static str] {
        &[]
    }

    /// Reads it.
    fn collect(&self, root: &Root) -> Section;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_has_at_most_one_collector_and_says_what_it_is_for() {
        for (i, collector) in COLLECTORS.iter().enumerate() {
            assert!(!collector.purpose().is_empty());
            assert!(collector.watched().iter().all(|path| path.starts_with('/')));
            assert!(!COLLECTORS[i + 1..].iter().any(|other| other.name() == collector.name()), "{}", collector.name());
        }
    }

    #[test]
    fn an_empty_tree_gives_no_section_that_claims_to_know() {
        let directory = tempfile::tempdir().unwrap();
        let root = Root::at(directory.path());
        for collector in COLLECTORS {
            let section = collector.collect(&root);
            let knows_none = section.status == SectionStatus::Ok && section.items.is_empty();
            assert!(!knows_none, "{}: {section:?}", collector.name());
        }
    }
}
