//! SSH keys that may log in: type, fingerprint, comment and restrictions, never the key.
//!
//! Files in home directories belong to whoever they belong to: symbolic links there are not followed, for one could lead
//! the agent, which may read everything, to a device or to another's file. A link is a problem that says so.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::mapping::Distinct as _;
use muster_shared::mapping::Mapping as _;
use muster_shared::{Item, Problem, SectionName};

use super::account::{self, PASSWD, UserLine};
use super::sshd_config::{self, Config};
use super::{Collector, Privilege, Section, network_mount};
use crate::redact;
use crate::root::{Kind, ReadError, Root};

mod line;

use line::Key;

/// What sshd looks at when nothing is configured.
const DEFAULT_FILES: [&str; 2] = [".ssh/authorized_keys", ".ssh/authorized_keys2"];

/// The most that is read of one file.
const SIZE_CAP_BYTES: u64 = 1 << 20;

/// The most keys of one file: nobody's own file leaves no room for the keys of others.
const FILE_CAP: usize = 1_000;

/// The most accounts.
const ACCOUNT_CAP: usize = 10_000;

/// The most keys.
const ITEM_CAP: usize = 10_000;

/// The most problems that are told one by one.
const PROBLEM_CAP: usize = 50;

/// The most directories that are watched.
const WATCH_CAP: usize = 200;

pub(super) struct AuthorizedKey;

impl Collector for AuthorizedKey {
    fn name(&self) -> SectionName {
        SectionName::AuthorizedKey
    }

    fn contents(&self) -> &'static str {
        "SSH keys that may log in: account, type, fingerprint, comment, options (never the key)"
    }

    fn purpose(&self) -> &'static str {
        "who may log in without a password; what grants are checked against"
    }

    fn privilege(&self) -> Privilege {
        Privilege::ReadSearch(
            "keys stand in home directories that only their owner may enter; without it those of other users are \
             missing",
        )
    }

    fn watched(&self, root: &Root) -> Vec<String> {
        let users = account::read_users(root).unwrap_or_default();
        let network = network_mount::read(root);
        // Files that the configuration names: those of all accounts may well lie in one directory.
        let mut paths = sshd_config::watched(root);
        paths.push(PASSWD.to_owned());
        let most = paths.len() + WATCH_CAP;
        for (pattern, _) in patterns(sshd_config::read_local(root), &mut Found::default()) {
            for user in &users {
                let path = expand(&pattern, user).filter(|path| path.starts_with('/') && paths.len() < most);
                let is_default = DEFAULT_FILES.contains(&pattern.as_str());
                if let Some(path) = path.filter(|path| !is_default && network_mount::of(&network, path).is_none()) {
                    paths.push(path);
                }
            }
        }
        let homes: BTreeSet<String> = users.into_iter().map(|user| user.home).into_set();
        let homes = homes.iter().filter(|home| home.starts_with('/') && network_mount::of(&network, home).is_none());
        let homes = homes.filter(|home| root.kind(home) == Some(Kind::Directory)).take(WATCH_CAP);
        paths.extend(homes.map(|home| format!("{}/.ssh", home.trim_end_matches('/'))));
        paths
    }

    fn collect(&self, root: &Root) -> Section {
        let mut users = match account::read_users(root) {
            Ok(users) => users,
            Err(error) => return Section::unreadable(&error),
        };
        let mut found = Found::default();
        if users.is_empty() {
            // No account that can be read is not no key.
            found.problems.extend(account::broken_lines(root, PASSWD, account::parse_user));
        }
        if users.len() > ACCOUNT_CAP {
            found.problem(PASSWD, format!("accounts beyond {ACCOUNT_CAP} are left out"));
            users.truncate(ACCOUNT_CAP);
        }
        let patterns = patterns(sshd_config::read(root), &mut found);
        let network = network_mount::read(root);
        for user in &users {
            let files: BTreeMap<String, bool> = patterns
                .iter()
                .rev()
                .filter_map(|(pattern, is_effective)| Some((expand(pattern, user)?, *is_effective)))
                .into_map();
            for (path, is_effective) in files {
                match network_mount::of(&network, &path) {
                    Some(kind) => found.problem(&path, format!("not read: it is on a network file system ({kind})")),
                    None => found.file(root, user, &path, is_effective),
                }
            }
        }
        found.section()
    }
}

/// Patterns of key files, and whether sshd looks at them. The default files are read in any case: a key that waits for a
/// change of the configuration is worth knowing.
fn patterns(config: Result<Config, ReadError>, found: &mut Found) -> Vec<(String, bool)> {
    let mut patterns: Vec<(String, bool)> = Vec::new();
    let configured = match config {
        Ok(config) => {
            let blocks = config.blocks.iter().filter_map(|block| block.keywords.get("authorizedkeysfile"));
            let global = config.global.get("authorizedkeysfile");
            patterns.extend(global.into_iter().chain(blocks).flatten().map(|pattern| (pattern.clone(), true)));
            global.is_some()
        }
        Err(error) => {
            if !error.is_absent() {
                found.problems.push(error.problem());
            }
            false
        }
    };
    let defaults = DEFAULT_FILES.iter().map(|file| ((*file).to_owned(), !configured));
    patterns.retain(|(pattern, _)| pattern != "none");
    patterns.extend(defaults);
    patterns
}

/// The path of a pattern of `AuthorizedKeysFile` for one account; `None` when it has a token that is not known.
fn expand(pattern: &str, user: &UserLine) -> Option<String> {
    let mut path = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '%' => match chars.next()? {
                '%' => path.push('%'),
                'h' => path.push_str(&user.home),
                'u' => path.push_str(&user.name),
                'U' => path.push_str(&user.uid.to_string()),
                _ => return None,
            },
            c => path.push(c),
        }
    }
    let path = if path.starts_with('/') { path } else { format!("{}/{path}", user.home.trim_end_matches('/')) };
    let is_safe = path.starts_with('/') && !path.split('/').any(|part| part == "..");
    is_safe.then_some(path)
}

#[derive(Default)]
struct Found {
    items: BTreeMap<String, Item>,
    problems: Vec<Problem>,
    untold: usize,
    is_full: bool,
}

impl Found {
    fn problem(&mut self, source: &str, message: impl Into<String>) {
        if self.problems.len() < PROBLEM_CAP {
            self.problems.push(Problem { source: source.to_owned(), message: message.into() });
        } else {
            self.untold += 1;
        }
    }

    fn file(&mut self, root: &Root, user: &UserLine, path: &str, is_effective: bool) {
        let bytes = match root.read_capped(path, SIZE_CAP_BYTES) {
            Ok(bytes) => bytes,
            Err(error) if error.is_absent() => return,
            Err(error) => return self.problem(path, error.message()),
        };
        let (mut broken, mut told, mut beyond) = (0_usize, 0_usize, 0_usize);
        for text in String::from_utf8_lossy(&bytes).lines() {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            match line::parse(text) {
                Some(_) if told >= FILE_CAP => beyond += 1,
                Some(key) => {
                    told += 1;
                    self.key(user, path, &key, is_effective);
                }
                None => broken += 1,
            }
        }
        if beyond > 0 {
            self.problem(path, format!("{beyond} keys beyond {FILE_CAP} of one file are left out"));
        }
        if broken > 0 {
            self.problem(path, format!("{broken} lines are no keys and left out"));
        }
    }

    fn key(&mut self, user: &UserLine, path: &str, key: &Key, is_effective: bool) {
        if self.items.len() >= ITEM_CAP {
            self.is_full = true;
            return;
        }
        let mut item = item(user, path, key, is_effective);
        let mut ends = key.options.iter().filter(|(name, _)| name == "expiry-time");
        if let Some((_, end)) = ends.find(|(_, end)| !end.as_deref().is_some_and(is_expiry)) {
            // sshd takes no key whose end it does not understand.
            item.set("effective", false);
            item.attributes.remove("expires");
            let end: String = end.iter().flat_map(|end| end.chars()).take(64).collect();
            self.problem(path, format!("`expiry-time` cannot be {end:?}"));
        }
        let mut id = item.key.clone();
        // The same key again, in another file or with other restrictions.
        for n in 2..=16 {
            match self.items.get(&id) {
                Some(known) if known.attributes == item.attributes => return,
                Some(_) => id = format!("{} {n}", item.key),
                None => break,
            }
        }
        self.items.entry(id.clone()).or_insert(Item { key: id, ..item });
    }

    fn section(mut self) -> Section {
        if self.untold > 0 {
            let message = format!("{} more files could not be read", self.untold);
            self.problems.push(Problem { source: PASSWD.to_owned(), message });
        }
        if self.is_full {
            let message = format!("keys beyond {ITEM_CAP} are left out");
            self.problems.push(Problem { source: PASSWD.to_owned(), message });
        }
        Section::of(self.items.into_values().collect(), self.problems)
    }
}

/// Whether sshd reads it as a day or a time: `20261231`, `202612312359`, maybe with seconds and `Z`.
fn is_expiry(text: &str) -> bool {
    let digits = text.strip_suffix('Z').unwrap_or(text);
    let number = |from: usize| digits.get(from..from + 2).and_then(|part| part.parse::<u8>().ok());
    let is_below = |from: usize, limit: u8| digits.len() <= from || number(from).is_some_and(|n| n < limit);
    let is_day = number(4).is_some_and(|month| (1..=12).contains(&month))
        && number(6).is_some_and(|day| (1..=31).contains(&day));
    matches!(digits.len(), 8 | 12 | 14)
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && is_day
        && is_below(8, 24)
        && is_below(10, 60)
        && is_below(12, 61)
}

fn item(user: &UserLine, path: &str, key: &Key, is_effective: bool) -> Item {
    let mut item = Item::new(format!("{} {}", user.name, key.fingerprint))
        .with("account", user.name.as_str())
        .with("uid", user.uid)
        .with("type", key.kind)
        .with("bits", key.bits)
        .with("fingerprint", key.fingerprint.as_str())
        .with("comment", key.comment.as_str())
        .with("file", path)
        .with("effective", is_effective);
    let mut options = Vec::new();
    for (name, value) in &key.options {
        match (name.as_str(), value) {
            ("from", Some(value)) => item.set("from", value.as_str()),
            ("command", Some(value)) => item.set("command", redact::command_line(value)),
            ("expiry-time", Some(value)) => item.set("expires", value.as_str()),
            ("cert-authority", None) => item.set("cert_authority", true),
            (name, Some(value)) => options.push(format!("{name}={}", redact::command_line(value))),
            (name, None) => options.push(name.to_owned()),
        }
    }
    if !options.is_empty() {
        options.sort_unstable();
        item.set("options", options);
    }
    item
}

#[cfg(test)]
mod tests;
