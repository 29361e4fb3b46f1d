//! Where packages come from: the sources that apt, dnf, yum, zypper, apk and pacman are configured with. Credentials in
//! addresses are left out.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::{Item, Problem, SectionName};

use super::uri::without_credentials;
use super::{Collector, Privilege, Section, mark};
use crate::root::{Kind, ReadError, Root};

mod apt;
mod ini;

const APK: &str = "/etc/apk/repositories";
/// The most sources that are told.
const ITEM_CAP: usize = 5_000;
/// The most addresses of one source: lists of mirrors have hundreds.
const URI_CAP: usize = 20;

pub(super) struct Repository;

impl Collector for Repository {
    fn name(&self) -> SectionName {
        SectionName::Repository
    }

    fn contents(&self) -> &'static str {
        "package sources (apt, yum, zypper, apk, pacman): addresses without credentials, enabled, signatures checked"
    }

    fn purpose(&self) -> &'static str {
        "where software comes from, and whether its signatures are checked"
    }

    fn privilege(&self) -> Privilege {
        Privilege::None
    }

    fn watched(&self, _root: &Root) -> Vec<String> {
        let mut paths = super::paths(&[APK]);
        paths.extend(super::paths(apt::WATCHED));
        paths.extend(ini::watched());
        paths
    }

    fn collect(&self, root: &Root) -> Section {
        let mut sources = Sources::default();
        apt::collect(root, &mut sources);
        ini::collect(root, &mut sources);
        collect_apk(root, &mut sources);
        sources.section()
    }
}

/// What all files add up to.
#[derive(Default)]
struct Sources {
    items: Vec<Item>,
    problems: Vec<Problem>,
    errors: Vec<ReadError>,
    was_read: bool,
    /// Who keeps a file, where it says so.
    managers: BTreeMap<String, &'static str>,
}

impl Sources {
    /// The text of a file, which may be a link; that it is not there is no problem.
    fn text(&mut self, root: &Root, path: &str) -> Option<String> {
        match root.text_linked(path) {
            Ok(text) => {
                self.was_read = true;
                if let Some(manager) = mark::of_text(&text) {
                    self.managers.insert(path.to_owned(), manager);
                }
                Some(text)
            }
            Err(error) => {
                self.error(error);
                None
            }
        }
    }

    /// The files of a directory whose names end with one of `endings`, as paths.
    fn files(&mut self, root: &Root, directory: &str, endings: &[&str]) -> Vec<String> {
        match root.list(directory) {
            Ok(entries) => {
                let files = entries.into_iter().filter(|entry| matches!(entry.kind, Kind::File | Kind::Link));
                let named = files.filter(|entry| endings.iter().any(|ending| entry.name.ends_with(ending)));
                named.map(|entry| format!("{directory}/{}", entry.name)).collect()
            }
            Err(error) => {
                self.error(error);
                Vec::new()
            }
        }
    }

    fn error(&mut self, error: ReadError) {
        if !error.is_absent() {
            self.errors.push(error);
        }
    }

    fn section(mut self) -> Section {
        if !self.was_read {
            return self.errors.first().map_or_else(Section::unsupported, Section::unreadable);
        }
        self.problems.extend(self.errors.iter().map(ReadError::problem));
        if self.items.len() > ITEM_CAP {
            let message = format!("sources beyond {ITEM_CAP} are left out");
            self.problems.push(Problem { source: "repository".to_owned(), message });
            self.items.truncate(ITEM_CAP);
        }
        let mut keys: BTreeSet<String> = BTreeSet::new();
        // Where the numbers of a name ended: a thousand of it are not counted a thousand times.
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        for item in &mut self.items {
            let manager = item.text("file").and_then(|file| self.managers.get(file)).copied();
            item.set(mark::ATTRIBUTE, manager);
            // The same source twice: the file tells them apart, then a number.
            if keys.contains(&item.key) {
                let filed = format!("{} ({})", item.key, item.text("file").unwrap_or_default());
                let last = numbers.entry(filed.clone()).or_insert(1);
                item.key.clone_from(&filed);
                while keys.contains(&item.key) {
                    *last += 1;
                    item.key = format!("{filed}#{last}");
                }
            }
            keys.insert(item.key.clone());
        }
        Section::of(self.items, self.problems)
    }
}

/// Alpine: an address a line, with a tag before it where it is only for packages that ask for it.
fn collect_apk(root: &Root, sources: &mut Sources) {
    let Some(text) = sources.text(root, APK) else { return };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        let (tag, uri) = match line.strip_prefix('@').and_then(|rest| rest.split_once(char::is_whitespace)) {
            Some((tag, uri)) => (Some(tag), uri.trim()),
            None => (None, line),
        };
        let uri = without_credentials(uri);
        let item = Item::new(format!("apk:{uri}")).with("manager", "apk").with("uri", uri).with("enabled", true);
        sources.items.push(item.with("tag", tag).with("file", APK));
    }
}

#[cfg(test)]
mod tests;
