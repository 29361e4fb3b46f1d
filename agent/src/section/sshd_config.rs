//! The configuration of sshd as `sshd_config(5)` describes it: `Include`, `Match`, and the first value wins.

use std::collections::BTreeMap;
use std::sync::Arc;

use muster_shared::Problem;

use super::{glob, network_mount, oddity};
use crate::root::{ReadError, Root};

mod matching;

/// The configuration.
pub(super) const SSHD_CONFIG: &str = "/etc/ssh/sshd_config";
/// What distributions include from it.
pub(super) const SSHD_CONFIG_D: &str = "/etc/ssh/sshd_config.d";

/// Where a vendor puts the configuration when there is none below `/etc`.
const VENDOR_CONFIG: &str = "/usr/etc/ssh/sshd_config";

/// Where the program is; without it a configuration is a leftover.
const PROGRAMS: &[&str] =
    &["/usr/sbin/sshd", "/usr/bin/sshd", "/sbin/sshd", "/usr/local/sbin/sshd", "/usr/lib/ssh/sshd"];

/// How deep files include others, as in OpenSSH.
const DEPTH_CAP: usize = 16;

/// The most files.
const FILE_CAP: usize = 256;

/// The most that is read of one file.
const SIZE_CAP_BYTES: u64 = 256 << 10;

/// The most values that a keyword gathers.
const VALUE_CAP: usize = 256;

/// The most `Match` blocks.
const BLOCK_CAP: usize = 256;

/// Keywords that gather the values of all their lines.
const GATHERED: &[&str] = &[
    "acceptenv",
    "allowgroups",
    "allowusers",
    "denygroups",
    "denyusers",
    "hostkey",
    "hostcertificate",
    "listenaddress",
    "port",
    "setenv",
    "subsystem",
];

/// Keywords with their values, names in lower case.
pub(super) type Keywords = BTreeMap<String, Vec<String>>;

/// The keywords below one `Match`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// The criteria, as they are written but for white space.
    pub(super) criteria: String,
    pub(super) keywords: Keywords,
}

/// A configuration.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// What holds for everyone.
    pub(super) global: Keywords,
    /// What holds for some, in order.
    pub(super) blocks: Vec<Block>,
    /// The files it was read from.
    pub(super) files: Vec<String>,
    /// Where files are included from: a directory when their names are a pattern.
    places: Vec<String>,
    /// Mount points of which nothing is read.
    passed_over: Arc<Vec<(String, String)>>,
    pub(super) problems: Vec<Problem>,
}

/// Whether sshd is installed.
pub(super) fn is_installed(root: &Root) -> bool {
    PROGRAMS.iter().any(|path| root.exists(path))
}

/// Files and directories whose change is one of the configuration. What is on a network file system is left alone, for it may
/// hang.
pub(super) fn watched(root: &Root) -> Vec<String> {
    let config = read_local(root).unwrap_or_default();
    let mut paths = super::paths(&[SSHD_CONFIG, SSHD_CONFIG_D]);
    paths.append(&mut { config.places });
    paths.append(&mut { config.files });
    paths
}

/// Reads the configuration; an error is one of the first file.
pub(super) fn read(root: &Root) -> Result<Config, ReadError> {
    read_without(root, Arc::default())
}

/// The same without what is on a network file system.
pub(super) fn read_local(root: &Root) -> Result<Config, ReadError> {
    read_without(root, network_mount::read(root))
}

fn read_without(root: &Root, passed_over: Arc<Vec<(String, String)>>) -> Result<Config, ReadError> {
    let (path, text) = match text(root, SSHD_CONFIG) {
        Err(error) if error.is_absent() => (VENDOR_CONFIG, text(root, VENDOR_CONFIG).map_err(|_| error)?),
        other => (SSHD_CONFIG, other?),
    };
    let mut config = Config { passed_over, ..Config::default() };
    config.take(root, path, &text, None, 0);
    Ok(config)
}

fn text(root: &Root, path: &str) -> Result<String, ReadError> {
    let bytes = root.read_linked_capped(path, SIZE_CAP_BYTES)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Config {
    /// Takes a file over. `block` is the `Match` block that the file is included in.
    fn take(&mut self, root: &Root, path: &str, text: &str, block: Option<usize>, depth: usize) {
        self.files.push(path.to_owned());
        let mut current = block;
        for line in text.lines() {
            let Some((keyword, arguments)) = parse_line(line) else { continue };
            match keyword.as_str() {
                _ if arguments.is_empty() => self.refuse("sshd takes without a value no", &keyword),
                "match" if !matching::is_sound(&arguments) => {
                    self.refuse("sshd takes no `Match` such as", &arguments.join(" "));
                    // Whom it holds for nobody knows.
                    current = Some(usize::MAX);
                }
                "match" => current = self.block(&arguments.join(" "), current),
                "include" => {
                    for pattern in &arguments {
                        self.include(root, pattern, current, depth);
                    }
                }
                _ => self.set(current, keyword, arguments),
            }
        }
    }

    fn refuse(&mut self, what: &str, written: &str) {
        oddity::say(&mut self.problems, SSHD_CONFIG, what, written);
    }

    fn include(&mut self, root: &Root, pattern: &str, block: Option<usize>, depth: usize) {
        let pattern = if pattern.starts_with('/') { pattern.to_owned() } else { format!("/etc/ssh/{pattern}") };
        if network_mount::of(&self.passed_over, &pattern).is_some() {
            return;
        }
        if self.places.len() < FILE_CAP {
            let fixed = pattern.split(['*', '?', '[']).next().filter(|fixed| fixed.len() < pattern.len());
            let directory = fixed.and_then(|fixed| Some(fixed.rsplit_once('/')?.0));
            self.places.push(directory.unwrap_or(&pattern).to_owned());
        }
        let paths = match glob::expand(root, &pattern) {
            Ok(paths) => paths,
            Err(error) => return self.problems.push(error.problem()),
        };
        for path in paths {
            if depth + 1 >= DEPTH_CAP || self.files.len() >= FILE_CAP {
                let message =
                    format!("not read: included more than {DEPTH_CAP} levels deep or beyond {FILE_CAP} files");
                if !self.problems.iter().any(|problem| problem.message == message) {
                    self.problems.push(Problem { source: path, message });
                }
                return;
            }
            match text(root, &path) {
                Ok(text) => self.take(root, &path, &text, block, depth + 1),
                // A pattern that names nothing includes nothing.
                Err(error) if error.is_absent() => {}
                Err(error) => {
                    self.files.push(path);
                    self.problems.push(error.problem());
                }
            }
        }
    }

    /// The block with these criteria; a second one with the same adds to the first. `Match all` is one too: what stands in it
    /// wins over what is global.
    fn block(&mut self, criteria: &str, current: Option<usize>) -> Option<usize> {
        if let Some(at) = self.blocks.iter().position(|block| block.criteria == criteria) {
            return Some(at);
        }
        if self.blocks.len() >= BLOCK_CAP {
            let message = format!("Match blocks beyond {BLOCK_CAP} are left out");
            if !self.problems.iter().any(|problem| problem.message == message) {
                self.problems.push(Problem { source: SSHD_CONFIG.to_owned(), message });
            }
            return current.or(Some(usize::MAX));
        }
        self.blocks.push(Block { criteria: criteria.to_owned(), keywords: Keywords::new() });
        Some(self.blocks.len() - 1)
    }

    fn set(&mut self, block: Option<usize>, keyword: String, mut arguments: Vec<String>) {
        // One of them a line, whatever stands behind it.
        if matches!(keyword.as_str(), "port" | "listenaddress") {
            arguments = vec![arguments.join(" ")];
        }
        let keywords = match block {
            None => &mut self.global,
            Some(at) => match self.blocks.get_mut(at) {
                Some(block) => &mut block.keywords,
                None => return,
            },
        };
        let is_gathered = GATHERED.contains(&keyword.as_str());
        match keywords.entry(keyword) {
            std::collections::btree_map::Entry::Vacant(entry) => drop(entry.insert(arguments)),
            std::collections::btree_map::Entry::Occupied(mut entry) if is_gathered => {
                let values = entry.get_mut();
                let room = VALUE_CAP.saturating_sub(values.len());
                values.extend(arguments.into_iter().take(room));
            }
            // The first value wins.
            std::collections::btree_map::Entry::Occupied(_) => {}
        }
    }
}

/// A keyword in lower case and its arguments, of which there may be none. `keyword value`, `keyword=value`, quotes, and comments behind a value.
pub(super) fn parse_line(line: &str) -> Option<(String, Vec<String>)> {
    let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{c}');
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (keyword, rest) = line.split_at(line.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(line.len()));
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    let arguments = words(rest);
    // Old names that mean the same.
    let keyword = match keyword.to_ascii_lowercase().as_str() {
        "challengeresponseauthentication" | "skeyauthentication" => "kbdinteractiveauthentication".to_owned(),
        "pubkeyacceptedkeytypes" => "pubkeyacceptedalgorithms".to_owned(),
        "dsaauthentication" => "pubkeyauthentication".to_owned(),
        keyword => keyword.to_owned(),
    };
    (!keyword.is_empty()).then_some((keyword, arguments))
}

/// Words with quotes; an unquoted word that begins with `#` begins a comment.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (_, '\\') if chars.peek().is_some_and(|next| matches!(next, '"' | '\'' | '\\')) => {
                word.get_or_insert_default().extend(chars.next());
            }
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words.truncate(VALUE_CAP);
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_first_value_wins_across_includes_and_blocks_are_apart() {
        let tree = tempfile::tempdir().unwrap();
        let ssh = tree.path().join("etc/ssh");
        std::fs::create_dir_all(ssh.join("sshd_config.d")).unwrap();
        let main = "Include sshd_config.d/*.conf\nPasswordAuthentication yes\nport=2222\nPort 22 # two\n\
                    Match User \"ann,bob\"  Address 10.0.0.0/8\n  PermitRootLogin no\nInclude inner\nMatch all\nUsePAM yes\n";
        for (name, text) in [
            ("sshd_config", main),
            ("sshd_config.d/10-x.conf", "PASSWORDAUTHENTICATION no\nMatch Group x\nX11Forwarding yes\n"),
            ("sshd_config.d/.hidden.conf", "PermitEmptyPasswords yes\n"),
            ("inner", "ForceCommand /bin/false\n"),
        ] {
            std::fs::write(ssh.join(name), text).unwrap();
        }
        let config = read(&Root::at(tree.path())).unwrap();
        assert!(config.problems.is_empty(), "{:?}", config.problems);
        assert_eq!(config.global["passwordauthentication"], ["no"]);
        assert_eq!(config.global["port"], ["2222", "22"]);
        assert_eq!(config.global.len(), 2, "{:?}", config.global);
        let criteria: Vec<&str> = config.blocks.iter().map(|block| block.criteria.as_str()).collect();
        assert_eq!(criteria, ["Group x", "User ann,bob Address 10.0.0.0/8", "all"]);
        assert_eq!(config.blocks[1].keywords["forcecommand"], ["/bin/false"]);
        assert_eq!(config.files.len(), 3);
    }

    #[test]
    fn a_loop_ends() {
        let tree = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(tree.path().join("etc/ssh")).unwrap();
        std::fs::write(tree.path().join("etc/ssh/sshd_config"), "Include sshd_config\n".repeat(30)).unwrap();
        let config = read(&Root::at(tree.path())).unwrap();
        assert!(config.files.len() <= FILE_CAP && config.problems.len() == 1);
    }

    proptest! {
        #[test]
        fn any_line_is_survived(line in "(?s).{0,120}") {
            let _ = parse_line(&line);
        }
    }
}
