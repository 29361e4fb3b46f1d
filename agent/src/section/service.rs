//! Units of systemd, from their files: no child process, and as right for a recorded tree as for the running system. How they
//! are just now systemd is asked (`activity.rs`).
//!
//! The state of each unit file is computed as `systemctl list-unit-files` does (systemd, `src/shared/install.c`): from its
//! `[Install]` section and from the links below the search path.

use std::collections::BTreeMap;

use muster_shared::canonical::Digest;
use muster_shared::{Item, Problem, SectionName};

use super::{Collector, Privilege, Section};
use crate::root::{Kind, Root, to_text};

pub(super) mod activity;
mod script;
pub(super) mod search;
pub(super) mod state;
pub(super) mod unit;

use activity::Activity;
use search::SearchPath;
use state::State;
use unit::Unit;

/// Where units are installed and enabled.
const WATCHED: &[&str] =
    &["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system"];
/// The last of them where `/lib` is a folder of its own, as before distributions made it a link.
const UNMERGED: &str = "/lib/systemd/system";

/// The most directories of units and runlevels that are watched.
const WATCH_CAP: usize = 200;

/// What is watched for services and timers: the directories of units, and those in them that enable or change one.
pub(super) fn watched(root: &Root) -> Vec<String> {
    let unmerged = (root.kind("/lib") == Some(Kind::Directory)).then(|| UNMERGED.to_owned());
    let mut paths = super::paths(WATCHED);
    paths.extend(unmerged);
    for directory in paths.clone() {
        add_directories(root, &directory, &[".wants", ".requires", ".upholds", ".d"], &mut paths);
    }
    paths
}

/// Adds the directories in one whose names end so, as long as there is room.
fn add_directories(root: &Root, path: &str, ends: &[&str], paths: &mut Vec<String>) {
    for entry in root.list(path).unwrap_or_default() {
        let is_meant = entry.kind == Kind::Directory && ends.iter().any(|end| entry.name.ends_with(end));
        if is_meant && paths.len() < WATCH_CAP {
            paths.push(format!("{path}/{}", entry.name));
        }
    }
}

pub(super) struct Service;

impl Collector for Service {
    fn name(&self) -> SectionName {
        SectionName::Service
    }

    fn contents(&self) -> &'static str {
        "services of systemd, OpenRC and SysV: enabled and active state, what failed, description, file and its digest, drop-ins, \
         program (without arguments)"
    }

    fn purpose(&self) -> &'static str {
        "what the host is there for; a service that was switched off or changed is drift"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch("some unit files only root may read; without it those units are missing")
    }

    fn watched(&self, root: &Root) -> Vec<String> {
        let mut paths = watched(root);
        paths.append(&mut script::watched(root));
        paths
    }

    fn collect(&self, root: &Root) -> Section {
        let search = SearchPath::of(root);
        let mut problems: Vec<Problem> = search.problems.clone();
        let scripts = script::read(root);
        if search.is_empty() && scripts.is_empty() {
            return Section { problems, ..Section::unsupported() };
        }
        let mut units: BTreeMap<String, Loaded> = BTreeMap::new();
        for file in search.unit_files() {
            match load(root, &search, &file.name) {
                Ok(loaded) => drop(units.insert(file.name.clone(), loaded)),
                Err(problem) => problems.push(problem),
            }
        }
        let activity = Activity::read(root, &mut problems);
        let mut items: Vec<Item> = units
            .iter()
            .map(|(name, loaded)| {
                let mut item = item(&search, name, loaded);
                if let Some(activity) = &activity {
                    activity.describe(&mut item, loaded, &units);
                }
                item
            })
            .collect();
        items.extend(activity.iter().flat_map(|activity| activity.failed_without_file(&units)));
        // A unit of the same name takes the place of a script.
        let has_unit = |name: &str| units.contains_key(&format!("{}.service", name.trim_end_matches(".sh")));
        items.extend(scripts.into_iter().filter(|item| !has_unit(&item.key)));
        Section::of(items, problems)
    }
}

/// A unit file and what it leads to.
pub(super) struct Loaded {
    /// The name of the file that is finally read; another than the unit's for an alias.
    pub(super) target: String,
    pub(super) path: String,
    pub(super) unit: Unit,
    digest: Option<Digest>,
    pub(super) state: State,
}

pub(super) fn load(root: &Root, search: &SearchPath, name: &str) -> Result<Loaded, Problem> {
    let found = search.resolve(name);
    if found.is_masked {
        return Ok(Loaded {
            state: if search::is_runtime(&found.path) { State::MaskedRuntime } else { State::Masked },
            target: name.to_owned(),
            path: found.path,
            unit: Unit::default(),
            digest: None,
        });
    }
    let read = |bytes: &[u8]| (unit::parse(&to_text(bytes)), (!bytes.is_empty()).then(|| Digest::of(bytes)));
    let (unit, digest) = root.visit_linked(&found.path, read).map_err(|error| error.problem())?;
    let state = if digest.is_none() { State::Masked } else { state::of(search, name, &found, &unit) };
    Ok(Loaded { target: found.name, path: found.path, digest, unit, state })
}

fn item(search: &SearchPath, name: &str, loaded: &Loaded) -> Item {
    let kind = name.rsplit_once('.').map(|(_, kind)| kind);
    let mut item = Item::new(name)
        .with("name", name)
        .with("type", kind)
        .with("manager", "systemd")
        .with("enabled_state", loaded.state.as_str())
        .with("fragment_path", loaded.path.as_str());
    if loaded.state == State::Alias {
        item.set("alias_of", loaded.target.as_str());
        return item;
    }
    let unit = &loaded.unit;
    item.set("description", unit.description.as_str());
    item.set("program", unit.program());
    item.set("service_type", unit.service_type.as_str());
    item.set("user", unit.user.as_str());
    item.set("fragment_digest", loaded.digest.map(|digest| digest.to_string()));
    if name.contains("@.") {
        item.set("template", true);
    }
    let drop_ins = search.drop_ins(name);
    if !drop_ins.is_empty() {
        item.set("drop_ins", drop_ins);
    }
    item
}

#[cfg(test)]
mod tests;
