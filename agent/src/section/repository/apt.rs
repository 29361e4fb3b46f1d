//! Sources of apt: `sources.list` in the one-line form, `*.sources` in paragraphs (sources.list(5)). An item is one
//! address with one suite, which is how apt itself counts.

use std::collections::BTreeMap;

use muster_shared::{Item, Problem};

use super::super::oddity;
use super::super::uri::without_credentials;
use super::Sources;
use crate::root::Root;

const LIST: &str = "/etc/apt/sources.list";
const DIRECTORY: &str = "/etc/apt/sources.list.d";

pub(super) const WATCHED: &[&str] = &[LIST, DIRECTORY];

pub(super) fn collect(root: &Root, sources: &mut Sources) {
    let parts = sources.files(root, DIRECTORY, &[".list", ".sources"]);
    for path in std::iter::once(LIST.to_owned()).chain(parts) {
        let Some(text) = sources.text(root, &path) else { continue };
        let (entries, broken) = if path.ends_with(".sources") { paragraphs(&text) } else { lines(&text) };
        if broken > 0 {
            sources
                .problems
                .push(Problem { source: path.clone(), message: format!("{broken} broken entries left out") });
        }
        for entry in entries {
            // Addresses times suites may be more than there is memory for.
            let most = (super::ITEM_CAP + 1).saturating_sub(sources.items.len());
            sources.items.extend(entry.items(&path, most));
        }
    }
}

/// One line or one paragraph.
#[derive(Default)]
struct Entry {
    types: Vec<String>,
    uris: Vec<String>,
    suites: Vec<String>,
    components: Vec<String>,
    architectures: Vec<String>,
    signed_by: Option<String>,
    is_trusted: bool,
    is_disabled: bool,
}

impl Entry {
    fn items(&self, file: &str, most: usize) -> Vec<Item> {
        let mut items = Vec::new();
        for kind in &self.types {
            for uri in self.uris.iter().map(|uri| without_credentials(uri)) {
                for suite in &self.suites {
                    if items.len() >= most {
                        return items;
                    }
                    items.push(self.item(file, kind, &uri, suite));
                }
            }
        }
        items
    }

    fn item(&self, file: &str, kind: &str, uri: &str, suite: &str) -> Item {
        let mut item = Item::new(format!("apt:{kind} {uri} {suite}"))
            .with("manager", "apt")
            .with("type", kind)
            .with("uri", uri)
            .with("suite", suite)
            .with("components", self.components.clone())
            .with("enabled", !self.is_disabled)
            .with("signed_by", self.signed_by.as_deref())
            .with("file", file);
        if !self.architectures.is_empty() {
            item.set("architectures", self.architectures.clone());
        }
        if self.is_trusted {
            item.set("trusted", true);
        }
        item
    }

    /// Sets an option; both forms have the same ones under names of their own.
    fn set(&mut self, name: &str, value: &str) {
        let words = |separators: &[char]| {
            let words = value.split(|c: char| c.is_whitespace() || separators.contains(&c));
            let mut words: Vec<String> = words.filter(|word| !word.is_empty()).map(str::to_owned).collect();
            words.sort_unstable();
            words
        };
        match name.to_ascii_lowercase().as_str() {
            "types" => self.types = words(&[]),
            "uris" => self.uris = words(&[]),
            "suites" => self.suites = words(&[]),
            "components" => self.components = words(&[]),
            "arch" | "architectures" => self.architectures = words(&[',']),
            "signed-by" if value.contains("BEGIN PGP") => self.signed_by = Some("inline".to_owned()),
            "signed-by" => self.signed_by = Some(value.trim().to_owned()),
            "trusted" => self.is_trusted = is_yes(value),
            // What apt does not understand leaves a source as it is: in use.
            "enabled" => self.is_disabled = is_no(value),
            _ => {}
        }
    }

    /// Whether apt takes it: it has all that is needed, types that there are, and addresses that are some.
    fn is_whole(&self) -> bool {
        let are_types = self.types.iter().all(|kind| matches!(kind.as_str(), "deb" | "deb-src"));
        let is_address = |uri: &String| uri.contains(':') && oddity::is_readable(uri);
        !self.types.is_empty()
            && are_types
            && !self.uris.is_empty()
            && self.uris.iter().all(is_address)
            && !self.suites.is_empty()
            && self.suites.iter().all(|suite| oddity::is_readable(suite))
    }
}

/// What apt takes for yes.
fn is_no(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "no" | "false" | "without" | "off" | "disable" | "0")
}

fn is_yes(value: &str) -> bool {
    matches!(value.trim().to_ascii_lowercase().as_str(), "yes" | "true" | "with" | "on" | "enable" | "1")
}

/// `deb [option=value ...] address suite component ...`, a line each.
fn lines(text: &str) -> (Vec<Entry>, usize) {
    let (mut entries, mut broken) = (Vec::new(), 0);
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        match parse_line(line) {
            Some(entry) => entries.push(entry),
            None => broken += 1,
        }
    }
    (entries, broken)
}

fn parse_line(line: &str) -> Option<Entry> {
    let (kind, rest) = line.split_once(char::is_whitespace)?;
    if !matches!(kind, "deb" | "deb-src") {
        return None;
    }
    let mut entry = Entry { types: vec![kind.to_owned()], ..Entry::default() };
    let mut rest = rest.trim();
    if let Some(inside) = rest.strip_prefix('[') {
        let (options, after) = inside.split_once(']')?;
        for (name, value) in options.split_whitespace().filter_map(|option| option.split_once('=')) {
            entry.set(name.trim_end_matches(['+', '-']), value);
        }
        rest = after.trim();
    }
    // `cdrom:[Debian 12 ...]/` has blanks inside its brackets.
    let end = match rest.strip_prefix("cdrom:[") {
        Some(_) => rest.find(']').and_then(|end| Some(end + rest.get(end..)?.find(char::is_whitespace)?))?,
        None => rest.find(char::is_whitespace)?,
    };
    let (uri, rest) = rest.split_at_checked(end)?;
    entry.uris = vec![uri.to_owned()];
    let mut words = rest.split_whitespace().map(str::to_owned);
    entry.suites = vec![words.next()?];
    entry.components = words.collect();
    entry.components.sort_unstable();
    entry.is_whole().then_some(entry)
}

/// Paragraphs of `Field: value`, values going on in lines that begin with a blank.
fn paragraphs(text: &str) -> (Vec<Entry>, usize) {
    let (mut entries, mut broken) = (Vec::new(), 0);
    let mut fields: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines().filter(|line| !line.starts_with('#')).chain(std::iter::once("")) {
        if line.trim().is_empty() {
            if !fields.is_empty() {
                let mut entry = Entry::default();
                for (name, value) in &fields {
                    entry.set(name, value);
                }
                if entry.is_whole() {
                    entries.push(entry);
                } else {
                    broken += 1;
                }
                fields.clear();
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some(value) = fields.get_mut(&last) {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            name.trim().clone_into(&mut last);
            fields.insert(last.clone(), value.trim().to_owned());
        }
    }
    (entries, broken)
}
