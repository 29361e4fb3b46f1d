//! The files of a sudoers policy: what is included, how deep, and what is refused.

use std::sync::Arc;

use muster_shared::Problem;

use super::lines::{self, Logical};
use crate::root::{Kind, ReadError, Root};
use crate::section::network_mount;

/// How deep files include others. Sudo itself allows 128; nobody nests more than two.
const DEPTH_CAP: usize = 16;

/// The most files of one policy.
const FILE_CAP: usize = 1_000;

/// The most that is read of one file: a larger one is refused by its size, before anything is read.
const SIZE_CAP_BYTES: u64 = 1 << 20;

/// The most that is read of all files together.
const TOTAL_CAP_BYTES: usize = 4 << 20;

/// A line of a policy and where it stands.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) source: String,
    pub(super) text: String,
}

/// All lines of a policy in the order in which sudo sees them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) list: Vec<Line>,
    pub(super) problems: Vec<Problem>,
    included: Vec<String>,
    /// Mount points of which nothing is read.
    passed_over: Arc<Vec<(String, String)>>,
    files: usize,
    total_bytes: usize,
    is_full: bool,
}

/// Reads a policy. An error is one of the first file; what an include lacks is a problem.
pub(super) fn read(root: &Root, path: &str) -> Result<Lines, ReadError> {
    let mut lines = Lines::default();
    let text = text(root, path)?;
    lines.take(root, path, &text, 0);
    Ok(lines)
}

/// Files and directories that a policy includes, there or not. What is on a network file system is left alone, for it may hang.
pub(super) fn included(root: &Root, path: &str) -> Vec<String> {
    let mut lines = Lines { passed_over: network_mount::read(root), ..Lines::default() };
    if let Ok(text) = text(root, path) {
        lines.take(root, path, &text, 0);
    }
    lines.included
}

fn text(root: &Root, path: &str) -> Result<String, ReadError> {
    let bytes = root.read_linked_capped(path, SIZE_CAP_BYTES)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Lines {
    fn take(&mut self, root: &Root, path: &str, text: &str, depth: usize) {
        self.files += 1;
        self.total_bytes += text.len();
        for logical in lines::split(text) {
            match logical {
                Logical::Text(text) => self.list.push(Line { source: path.to_owned(), text }),
                Logical::Include(target) => self.include(root, path, &target, depth),
                Logical::IncludeDirectory(target) => self.include_directory(root, path, &target, depth),
            }
        }
    }

    fn include(&mut self, root: &Root, from: &str, target: &str, depth: usize) {
        let path = resolve(root, from, target);
        if depth + 1 >= DEPTH_CAP || self.files >= FILE_CAP || self.total_bytes > TOTAL_CAP_BYTES {
            let message = format!(
                "not read, nor what else is included more than {DEPTH_CAP} levels deep, beyond {FILE_CAP} files or {TOTAL_CAP_BYTES} bytes"
            );
            if !std::mem::replace(&mut self.is_full, true) {
                self.problems.push(Problem { source: path, message });
            }
            return;
        }
        if network_mount::of(&self.passed_over, &path).is_some() {
            return;
        }
        self.included.push(path.clone());
        match text(root, &path) {
            Ok(text) => self.take(root, &path, &text, depth + 1),
            Err(error) => {
                self.files += 1;
                self.problems.push(error.problem());
            }
        }
    }

    fn include_directory(&mut self, root: &Root, from: &str, target: &str, depth: usize) {
        let directory = resolve(root, from, target);
        if network_mount::of(&self.passed_over, &directory).is_some() || self.included.len() > FILE_CAP {
            return;
        }
        self.included.push(directory.clone());
        let entries = match root.list(&directory) {
            Ok(entries) => entries,
            // Sudo does not mind.
            Err(error) if error.is_absent() => return,
            Err(error) => return self.problems.push(error.problem()),
        };
        for entry in entries {
            // Packages and editors leave files with a dot or a tilde: sudo passes over them.
            if entry.kind != Kind::Directory && !entry.name.contains('.') && !entry.name.ends_with('~') {
                self.include(root, from, &format!("{}/{}", directory.trim_end_matches('/'), entry.name), depth);
            }
        }
    }
}

/// The path of an include: `%h` is the short host name, a relative path starts where the including file is.
fn resolve(root: &Root, from: &str, target: &str) -> String {
    let host = root.value("/etc/hostname").unwrap_or_default();
    let target = target.replace("%h", host.split('.').next().unwrap_or_default());
    match from.rsplit_once('/') {
        Some((directory, _)) if !target.starts_with('/') => format!("{directory}/{target}"),
        _ => target,
    }
}
