//! Running programs, when the configuration asks for them. Processes of one program, user and unit are one item, so that
//! forks and restarts are no difference. Kernel threads are no programs. Arguments and environments are not read: both hold
//! secrets.

use std::collections::BTreeMap;

use muster_shared::{Item, Problem, SectionName, SectionStatus, Time};

use super::listener::owner;
use super::{Collector, Privilege, Section, account};
use crate::root::Root;

/// Most items.
const CAP: usize = 2_000;
/// The kernel tells times in this unit to programs, on all machines that matter (`USER_HZ`).
const MILLIS_PER_TICK: i64 = 10;
/// `PF_KTHREAD`.
const KERNEL_THREAD: u64 = 0x0020_0000;

pub(super) struct Process {
    /// Whether the configuration asks for it.
    pub(super) is_asked_for: bool,
}

impl Collector for Process {
    fn name(&self) -> SectionName {
        SectionName::Process
    }

    fn contents(&self) -> &'static str {
        "running programs, when asked for: name, executable, user, unit, how many, since when; no arguments"
    }

    fn purpose(&self) -> &'static str {
        "what really runs beside what is installed, for incidents and licences"
    }

    fn privilege(&self) -> Privilege {
        Privilege::Ptrace(
            "which file a process runs is for its user to see; without it programs of other users have a name alone",
        )
    }

    fn collect(&self, root: &Root) -> Section {
        if !self.is_asked_for {
            let message = "not asked for by the configuration".to_owned();
            let problem = Problem { source: "collect.processes".to_owned(), message };
            return Section { status: SectionStatus::Unsupported, items: Vec::new(), problems: vec![problem] };
        }
        let entries = match root.list("/proc") {
            Ok(entries) => entries,
            Err(error) => return Section::unreadable(&error),
        };
        let (users, booted_at) = (account::user_names(root), boot_time(root));
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        let (mut hidden, mut left_out, mut count) = (0_usize, 0_usize, 0_usize);
        for pid in entries.iter().filter_map(|entry| entry.name.parse::<u32>().ok()) {
            let Some(found) = look(root, pid) else { continue };
            count += 1;
            hidden += usize::from(found.owner.executable.is_none());
            let item = found.item(&users);
            if groups.len() == CAP && !groups.contains_key(&item.key) {
                left_out += 1;
                continue;
            }
            let group = groups.entry(item.key.clone()).or_insert(Group { item, count: 0, start: found.start_ticks });
            group.count += 1;
            group.start = group.start.min(found.start_ticks);
        }
        if count == 0 {
            return Section::unsupported();
        }
        let mut problems = Vec::new();
        if hidden > 0 {
            let message = format!("permission denied: the executables of {hidden} processes");
            problems.push(Problem { source: "/proc/PID/exe".to_owned(), message });
        }
        if left_out > 0 {
            let message = format!("more than {CAP} programs: {left_out} processes left out");
            problems.push(Problem { source: "/proc".to_owned(), message });
        }
        Section::of(groups.into_values().map(|group| group.finish(booted_at)).collect(), problems)
    }
}

/// Processes that are one item.
struct Group {
    item: Item,
    count: usize,
    start: i64,
}

impl Group {
    fn finish(self, booted_at: Option<Time>) -> Item {
        let started_at = booted_at.map(|boot| boot.plus_millis(self.start.saturating_mul(MILLIS_PER_TICK)).to_string());
        self.item.with("count", self.count).with("started_at", started_at)
    }
}

/// One process.
struct Found {
    owner: owner::Owner,
    /// As the kernel cuts it: 15 bytes.
    name: String,
    uid: Option<u32>,
    start_ticks: i64,
}

impl Found {
    fn item(&self, users: &BTreeMap<u32, String>) -> Item {
        let user = self.uid.map(|uid| users.get(&uid).cloned().unwrap_or_else(|| uid.to_string()));
        let unit = self.owner.lasting_unit();
        let program = self.owner.executable.clone().unwrap_or_else(|| self.name.clone());
        let mut key = program.clone();
        for part in [user.as_deref(), unit, self.owner.container.as_ref().map(|c| c.engine)].into_iter().flatten() {
            key = format!("{key} {part}");
        }
        let name = program.rsplit('/').next().unwrap_or_default().to_owned();
        let mut item = Item::new(key)
            .with("name", name)
            .with("executable", self.owner.executable.clone())
            .with("user", user)
            .with("uid", self.uid)
            .with("unit", unit)
            .with("container_engine", self.owner.container.as_ref().map(|container| container.engine));
        if self.owner.is_replaced {
            item.set("executable_replaced", true);
        }
        item
    }
}

/// `None` when the process is gone, is a kernel thread, or became another one while it was read.
fn look(root: &Root, pid: u32) -> Option<Found> {
    let path = format!("/proc/{pid}/stat");
    let stat = parse_stat(&root.read(&path).ok()?)?;
    if stat.flags & KERNEL_THREAD != 0 {
        return None;
    }
    let status = root.text(&format!("/proc/{pid}/status")).ok();
    let uid = status.as_deref().and_then(parse_uid);
    let owner = owner::describe(root, pid);
    let again = parse_stat(&root.read(&path).ok()?)?;
    (again.start_ticks == stat.start_ticks).then_some(Found {
        owner,
        name: stat.name,
        uid,
        start_ticks: stat.start_ticks,
    })
}

/// What is taken from `/proc/PID/stat`.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    name: String,
    flags: u64,
    start_ticks: i64,
}

/// The name stands in parentheses and may hold any byte, parentheses and line ends too: it ends at the last one.
fn parse_stat(bytes: &[u8]) -> Option<Stat> {
    let open = bytes.iter().position(|byte| *byte == b'(')?;
    let close = bytes.iter().rposition(|byte| *byte == b')')?;
    let name = String::from_utf8_lossy(bytes.get(open + 1..close)?);
    let rest = std::str::from_utf8(bytes.get(close + 1..)?).ok()?;
    // The first field after the name is the third of the line.
    let field = |number: usize| rest.split_ascii_whitespace().nth(number - 3);
    Some(Stat {
        name: name.chars().map(|c| if c.is_control() { '?' } else { c }).collect(),
        flags: field(9)?.parse().ok()?,
        start_ticks: field(22)?.parse().ok()?,
    })
}

/// The effective user in `/proc/PID/status`, where names have their line ends escaped.
fn parse_uid(status: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn boot_time(root: &Root) -> Option<Time> {
    let stat = root.text("/proc/stat").ok()?;
    let seconds: i64 = stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()?;
    Some(Time::from_millis(seconds.checked_mul(1_000)?))
}

#[cfg(test)]
mod tests;
