//! The dpkg package that an executable belongs to, from the lists of files that dpkg keeps.
//!
//! There is no index from file to package: the lists are read until every executable is found, the likely ones first (a
//! package named like the program, then those that have something to do when they are removed, as services have). What no
//! package can own is not looked for. Other package managers are not asked.

use std::collections::{BTreeMap, BTreeSet};

use crate::root::Root;
use muster_shared::mapping::Distinct as _;

const INFO: &str = "/var/lib/dpkg/info";
/// Most bytes of lists that are read.
const BUDGET_BYTES: usize = 32 << 20;
/// Letters that the names of a program and of a likely package begin with.
const ALIKE: usize = 3;
/// Where packages put programs.
const OWNED: &[&str] = &["/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/", "/opt/"];
const NOT_OWNED: &str = "/usr/local/";

/// Package by executable.
pub(super) fn of<'a>(root: &Root, executables: impl Iterator<Item = &'a str>) -> BTreeMap<String, String> {
    let is_owned = |path: &&str| OWNED.iter().any(|start| path.starts_with(start)) && !path.starts_with(NOT_OWNED);
    let executables: BTreeSet<&str> = executables.filter(is_owned).into_set();
    // A package may have the path of before `/bin` became a link to `/usr/bin`.
    let mut wanted: BTreeMap<&[u8], &str> = BTreeMap::new();
    for path in &executables {
        wanted.insert(path.as_bytes(), path);
        if let Some(short) =
            path.strip_prefix("/usr").filter(|short| OWNED.iter().any(|start| short.starts_with(start)))
        {
            wanted.insert(short.as_bytes(), path);
        }
    }
    let mut found = BTreeMap::new();
    if wanted.is_empty() {
        return found;
    }
    let mut left_bytes = BUDGET_BYTES;
    for package in in_order(root, &executables) {
        if found.len() == executables.len() {
            break;
        }
        let Ok(list) = root.read_capped(&format!("{INFO}/{package}.list"), left_bytes as u64) else { continue };
        left_bytes = left_bytes.saturating_sub(list.len());
        for path in list.split(|byte| *byte == b'\n').filter_map(|line| wanted.get(line)) {
            let name = package.split_once(':').map_or(package.as_str(), |(name, _)| name);
            found.entry((*path).to_owned()).or_insert_with(|| name.to_owned());
        }
    }
    found
}

/// The names of the lists, the likely ones first.
fn in_order(root: &Root, executables: &BTreeSet<&str>) -> Vec<String> {
    let entries = root.list(INFO).unwrap_or_default();
    let starts: BTreeSet<&str> = executables.iter().filter_map(|path| path.rsplit('/').next()?.get(..ALIKE)).into_set();
    let removable: BTreeSet<&str> = entries.iter().filter_map(|entry| entry.name.strip_suffix(".prerm")).into_set();
    let mut packages: Vec<(bool, bool, &str)> = entries
        .iter()
        .filter_map(|entry| entry.name.strip_suffix(".list"))
        .map(|name| (!name.get(..ALIKE).is_some_and(|start| starts.contains(start)), !removable.contains(name), name))
        .collect();
    packages.sort_unstable();
    packages.into_iter().map(|(_, _, name)| name.to_owned()).collect()
}
