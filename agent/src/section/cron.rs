//! What cron, anacron and at start, as whom and when; command lines without their secrets.

use std::collections::BTreeMap;

use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section, account, mark};
use crate::root::{Kind, Root};

mod at;
mod table;

use table::{Entry, Form};

const CRONTAB: &str = "/etc/crontab";
const CRON_D: &str = "/etc/cron.d";
const ANACRONTAB: &str = "/etc/anacrontab";

/// Tables of users, named by them: Debian, SUSE, Red Hat, Alpine.
const SPOOLS: &[&str] = &["/var/spool/cron/crontabs", "/var/spool/cron/tabs", "/var/spool/cron", "/etc/crontabs"];

/// Directories of scripts and when they are run.
const SCRIPTS: &[(&str, &str)] = &[
    ("/etc/cron.hourly", "@hourly"),
    ("/etc/cron.daily", "@daily"),
    ("/etc/cron.weekly", "@weekly"),
    ("/etc/cron.monthly", "@monthly"),
    ("/etc/cron.yearly", "@yearly"),
];

/// The most that is read of one table.
const SIZE_CAP_BYTES: u64 = 1 << 20;

/// The most entries.
const ITEM_CAP: usize = 10_000;

pub(super) struct Cron;

impl Collector for Cron {
    fn name(&self) -> SectionName {
        SectionName::Cron
    }

    fn contents(&self) -> &'static str {
        "what cron, anacron and at start: user, schedule, command without its secrets"
    }

    fn purpose(&self) -> &'static str {
        "what starts by itself, a common place to come back from after a break-in"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "the tables of single users (`/var/spool/cron`) belong to root alone; without it only those of the system \
             are told",
        )
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        let scripts = SCRIPTS.iter().map(|(path, _)| *path);
        [CRONTAB, CRON_D, ANACRONTAB]
            .into_iter()
            .chain(SPOOLS.iter().chain(at::SPOOLS).copied())
            .chain(scripts)
            .map(str::to_owned)
            .collect()
    }

    fn collect(&self, root: &Root) -> Section {
        let mut found = Found { is_debian: root.exists("/etc/debian_version"), ..Found::default() };
        found.table(root, CRONTAB, Form::System);
        for name in found.files(root, CRON_D) {
            if is_table(&name, found.is_debian) {
                found.table(root, &format!("{CRON_D}/{name}"), Form::System);
            }
        }
        for spool in SPOOLS {
            for name in found.files(root, spool) {
                // Editors and cron itself leave temporary files with a dot.
                if !name.starts_with('.') && !name.starts_with("tmp.") {
                    found.table(root, &format!("{spool}/{name}"), Form::User(&name));
                }
            }
        }
        found.table(root, ANACRONTAB, Form::Anacron);
        for (directory, schedule) in SCRIPTS {
            for name in found.files(root, directory) {
                if is_script(&name, found.is_debian) {
                    found.script(root, directory, &name, schedule);
                }
            }
        }
        found.jobs(root);
        found.section()
    }
}

/// Whether cron takes a file of `cron.d`. Debian's passes over every name with a dot; others over leftovers.
fn is_table(name: &str, is_debian: bool) -> bool {
    if is_debian {
        return is_plain(name);
    }
    !name.starts_with(['.', '#']) && !is_leftover(name)
}

/// Whether run-parts takes a script.
fn is_script(name: &str, is_debian: bool) -> bool {
    if is_debian {
        is_plain(name)
    } else {
        !name.starts_with('.') && !is_leftover(name) && extension(name) != Some("cron")
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn is_leftover(name: &str) -> bool {
    let is_of_editor_or_package =
        |end: &str| matches!(end, "rpmsave" | "rpmorig" | "rpmnew" | "swp" | "cfsaved" | "dpkg-dist" | "dpkg-old");
    name.ends_with([',', '~']) || extension(name).is_some_and(is_of_editor_or_package)
}

fn extension(name: &str) -> Option<&str> {
    name.rsplit_once('.').map(|(_, end)| end)
}

#[derive(Default)]
struct Found {
    is_debian: bool,
    /// Whether anything of cron is there.
    is_there: bool,
    items: BTreeMap<String, Item>,
    is_full: bool,
    problems: Vec<Problem>,
}

impl Found {
    /// The files of a directory; links are followed where the directory is root's.
    fn files(&mut self, root: &Root, directory: &str) -> Vec<String> {
        match root.list(directory) {
            Ok(entries) => {
                self.is_there = true;
                entries.into_iter().filter(|entry| entry.kind != Kind::Directory).map(|entry| entry.name).collect()
            }
            Err(error) => {
                if !error.is_absent() {
                    self.problems.push(error.problem());
                }
                Vec::new()
            }
        }
    }

    fn table(&mut self, root: &Root, path: &str, form: Form) {
        let bytes = match form {
            Form::User(_) => root.read_capped(path, SIZE_CAP_BYTES),
            Form::System | Form::Anacron => root.read_linked_capped(path, SIZE_CAP_BYTES),
        };
        let bytes = match bytes {
            Ok(bytes) => bytes,
            Err(error) if error.is_absent() => return,
            Err(error) => return self.problems.push(error.problem()),
        };
        self.is_there = true;
        let (entries, broken, beyond) = table::parse(&String::from_utf8_lossy(&bytes), form);
        let why = [(broken, "not understood"), (beyond, "beyond what is read of one table")];
        for (count, why) in why.into_iter().filter(|(count, _)| *count > 0) {
            let message = format!("{count} lines are {why} and left out");
            self.problems.push(Problem { source: path.to_owned(), message });
        }
        for entry in entries {
            self.entry(path, entry);
        }
    }

    /// The jobs of at.
    fn jobs(&mut self, root: &Root) {
        let users = account::user_names(root);
        for spool in at::SPOOLS {
            for name in self.files(root, spool) {
                let path = format!("{spool}/{name}");
                match root.read_capped(&path, SIZE_CAP_BYTES) {
                    Ok(bytes) => {
                        let item = at::item(&path, &String::from_utf8_lossy(&bytes), |uid| users.get(&uid).cloned());
                        if let Some(item) = item {
                            self.add(item);
                        }
                    }
                    // One that ran meanwhile is gone.
                    Err(error) if error.is_absent() => {}
                    Err(error) => self.problems.push(error.problem()),
                }
            }
        }
    }

    fn entry(&mut self, path: &str, entry: Entry) {
        // The schedule is no part of the key: another time for the same command is a change of it.
        let id = super::bounded_key(&format!("{path}: {} {}", entry.user, entry.command));
        let mut item = Item::new(&id)
            .with("kind", entry.kind)
            .with("source", path)
            .with("user", entry.user)
            .with("schedule", entry.schedule)
            .with("command", entry.command)
            .with("time_zone", entry.time_zone)
            .with("job", entry.job)
            .with(mark::ATTRIBUTE, entry.manager);
        if entry.has_input {
            item.set("has_input", true);
        }
        for n in 2..=64 {
            match self.items.get(&item.key) {
                Some(known) if known.attributes == item.attributes => return,
                Some(_) => item.key = format!("{id} {n}"),
                None => break,
            }
        }
        self.add(item);
    }

    fn script(&mut self, root: &Root, directory: &str, name: &str, schedule: &str) {
        let path = format!("{directory}/{name}");
        let is_link = root.kind(&path) == Some(Kind::Link);
        let mode = root.metadata(&path).map(|metadata| std::os::unix::fs::MetadataExt::mode(&metadata));
        match mode {
            // What a link leads to may be anything: run-parts starts it if it can.
            Ok(mode) if is_link || mode & 0o111 != 0 => {}
            Ok(_) => return,
            Err(error) => return self.problems.push(error.problem()),
        }
        let item = Item::new(&path)
            .with("kind", "script")
            .with("source", directory)
            .with("user", "root")
            .with("schedule", schedule)
            .with("command", path);
        self.add(item);
    }

    fn add(&mut self, item: Item) {
        if self.items.len() >= ITEM_CAP {
            self.is_full = true;
        } else {
            self.items.insert(item.key.clone(), item);
        }
    }

    fn section(mut self) -> Section {
        if self.is_full {
            let message = format!("entries beyond {ITEM_CAP} are left out");
            self.problems.push(Problem { source: CRONTAB.to_owned(), message });
        }
        if !self.is_there && self.problems.is_empty() {
            return Section::unsupported();
        }
        Section::of(self.items.into_values().collect(), self.problems)
    }
}

#[cfg(test)]
mod tests;
