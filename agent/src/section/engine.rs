//! Container engines: what docker, podman, containerd, LXC and nspawn leave on the disk, and what docker and podman answer
//! on a socket that the configuration names. Whoever may ask such a socket is root, so none is asked unless it stands there.
//!
//! Read for two sections, `container` and `image`. Never kept: environments, commands and their arguments.

use std::collections::BTreeMap;

use muster_shared::{Item, Problem, SectionStatus};
use serde_json::Value;

use super::Section;
use super::oddity::{self, Check, is_moment, is_readable};
use crate::root::{ReadError, Root};

pub(super) mod api;
pub(super) mod bolt;
pub(super) mod containerd;
pub(super) mod docker;
mod http;
pub(super) mod lxc;
pub(super) mod podman;
pub(super) mod workload;

use workload::Workload;

/// What an engine can say of a container or an image.
const CHECKS: &[Check] = &[
    ("name", is_readable),
    ("image", is_readable),
    ("image_id", is_digest),
    ("image_digest", is_digest),
    ("digest", is_digest),
    ("created_at", is_moment),
    ("architecture", is_readable),
];

/// Whether it is a digest (OCI image specification): the algorithm, and as many hexadecimal digits as it has.
fn is_digest(text: &str) -> bool {
    let Some((algorithm, digits)) = text.split_once(':') else { return false };
    let count = match algorithm {
        "sha256" | "blake3" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// More containers or images than this on one host are not told one by one.
const ITEM_CAP: usize = 4_096;
/// State files are small; one larger than this is none.
const STATE_CAP_BYTES: u64 = 16 << 20;

/// A container, whichever engine runs it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Container {
    pub(super) engine: Engine,
    /// As the engine numbers it: to join sources, never told.
    pub(super) id: String,
    pub(super) name: String,
    pub(super) image: String,
    pub(super) image_id: String,
    pub(super) image_digest: String,
    pub(super) state: Option<&'static str>,
    pub(super) ports: Vec<String>,
    pub(super) restart_policy: Option<String>,
    pub(super) workload: Workload,
    pub(super) created_at: String,
    /// Whether it starts with the host (LXC, nspawn).
    pub(super) autostart: Option<bool>,
}

/// An image under one of its names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Image {
    pub(super) engine: Engine,
    /// `repository:tag`, or `repository@digest` when it has no tag.
    pub(super) name: String,
    pub(super) id: String,
    pub(super) digest: String,
    pub(super) size_bytes: Option<u64>,
    pub(super) created_at: String,
    pub(super) architecture: String,
}

/// What is said of an engine's file in which nothing is where it should be.
const UNKNOWN_FORM: &str = "not in a form that is known";

/// What an engine has at a place (RFC 6901), or nothing. Readers for each shape would be a tenth of the collectors' code.
fn at<'a>(value: &'a Value, place: &str) -> &'a Value {
    value.pointer(place).unwrap_or(&Value::Null)
}

/// The text there.
fn text(value: &Value, place: &str) -> String {
    at(value, place).as_str().unwrap_or_default().to_owned()
}

/// The texts of a list there.
fn texts<'a>(value: &'a Value, place: &str) -> impl Iterator<Item = &'a str> {
    at(value, place).as_array().into_iter().flatten().filter_map(Value::as_str)
}

/// An engine and, without root, whose.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Engine {
    pub(super) kind: &'static str,
    /// The user of a rootless engine.
    pub(super) user: Option<String>,
}

impl Engine {
    pub(super) const fn of_system(kind: &'static str) -> Self {
        Self { kind, user: None }
    }

    fn key(&self, name: &str) -> String {
        match &self.user {
            Some(user) => format!("{}/{user}/{name}", self.kind),
            None => format!("{}/{name}", self.kind),
        }
    }
}

/// What was found so far, and how well.
#[derive(Debug)]
pub(super) struct Survey<T> {
    pub(super) found: Vec<T>,
    problems: Vec<Problem>,
    /// Places that could be read, empty or not.
    readable: usize,
    denied: usize,
    failed: usize,
}

impl<T> Default for Survey<T> {
    fn default() -> Self {
        Self { found: Vec::new(), problems: Vec::new(), readable: 0, denied: 0, failed: 0 }
    }
}

impl<T> Survey<T> {
    /// What a reader of one place gave; absent places are no news.
    pub(super) fn take<V>(&mut self, read: Result<V, ReadError>) -> Option<V> {
        match read {
            Ok(value) => {
                self.readable += 1;
                Some(value)
            }
            Err(error) if error.is_absent() => None,
            Err(error) => {
                if error.is_denied() {
                    self.denied += 1;
                } else {
                    self.failed += 1;
                }
                self.problems.push(error.problem());
                None
            }
        }
    }

    /// Of an id that is none, of a container: nothing that belongs to it is found by that.
    fn doubt_id(&mut self, path: &str, id: &str) {
        if !is_digest(&format!("sha256:{id}")) {
            oddity::say(&mut self.problems, path, "no container has the id", id);
        }
    }

    /// Something that is there and cannot be told.
    pub(super) fn miss(&mut self, source: &str, message: impl Into<String>) {
        self.failed += 1;
        self.problems.push(Problem { source: source.to_owned(), message: message.into() });
    }

    /// JSON of one file.
    pub(super) fn json<V: serde::de::DeserializeOwned>(&mut self, root: &Root, path: &str) -> Option<V> {
        let bytes = self.take(root.read_capped(path, STATE_CAP_BYTES))?;
        let value = serde_json::from_slice(&bytes).ok();
        if value.is_none() {
            self.miss(path, UNKNOWN_FORM);
        }
        value
    }

    /// The rows of one file that is a list; each has an id.
    pub(super) fn rows(&mut self, root: &Root, path: &str) -> Vec<Value> {
        let rows = match self.json(root, path) {
            Some(Value::Array(rows)) => rows,
            Some(_) => {
                self.miss(path, UNKNOWN_FORM);
                Vec::new()
            }
            None => Vec::new(),
        };
        let is_row = |row: &Value| !text(row, "/id").is_empty();
        if !rows.iter().all(is_row) {
            self.miss(path, UNKNOWN_FORM);
        }
        rows.into_iter().filter(is_row).collect()
    }

    /// The section; `item` makes one item, and of two with the same key the first stays.
    pub(super) fn section(mut self, item: impl Fn(&T) -> Item, merge: impl Fn(&mut Item)) -> Section {
        if self.readable == 0 && self.found.is_empty() {
            let status = match (self.denied, self.failed) {
                (0, 0) => return Section::unsupported(),
                (_, 0) => SectionStatus::Denied,
                _ => SectionStatus::Failed,
            };
            return Section { status, items: Vec::new(), problems: self.problems };
        }
        let mut items: BTreeMap<String, Item> = BTreeMap::new();
        let mut left_out = 0_usize;
        for mut item in self.found.iter().map(item) {
            oddity::keep_sound(&mut self.problems, &item.key.clone(), &mut item, CHECKS);
            if !is_readable(&item.key) {
                oddity::say(&mut self.problems, "items", "no engine has one of this name:", &item.key);
            } else if let Some(same) = items.get_mut(&item.key) {
                merge(same);
            } else if items.len() < ITEM_CAP {
                items.insert(item.key.clone(), item);
            } else {
                left_out += 1;
            }
        }
        if left_out > 0 {
            self.miss("items", format!("{left_out} more than {ITEM_CAP} are left out"));
        }
        Section::of(items.into_values().collect(), self.problems)
    }
}

/// Asks the sockets of the configuration; what answers counts instead of the files of that engine.
pub(super) fn ask<T>(
    root: &Root,
    sockets: &[String],
    survey: &mut Survey<T>,
    read: impl Fn(&Root, &str) -> Result<(Engine, Vec<T>), String>,
    engine_of: impl Fn(&T) -> &Engine,
) {
    // A socket tells of the running system only.
    for path in sockets.iter().filter(|_| root.is_live()) {
        match read(root, path) {
            Ok((engine, found)) => {
                survey.readable += 1;
                survey.found.retain(|known| *engine_of(known) != engine);
                survey.found.extend(found);
            }
            Err(message) => survey.miss(path, message),
        }
    }
}

/// A name without the registry's defaults that only some sources write.
pub(super) fn image_name(name: &str) -> &str {
    name.strip_prefix("docker.io/library/").or_else(|| name.strip_prefix("docker.io/")).unwrap_or(name)
}

impl Image {
    /// The image as an item.
    pub(super) fn item(&self) -> Item {
        let name = self.name.split('@').next().unwrap_or_default();
        let (repository, tag) = match name.rsplit_once(':') {
            // What follows the colon of a registry's port is no tag.
            Some((repository, tag)) if !tag.contains('/') => (repository, tag),
            _ => (name, ""),
        };
        Item::new(self.engine.key(&self.name))
            .with("name", self.name.as_str())
            .with("engine", self.engine.kind)
            .with("user", self.engine.user.clone())
            .with("repository", repository)
            .with("tag", tag)
            .with("image_id", self.id.as_str())
            .with("digest", self.digest.as_str())
            .with("size_bytes", self.size_bytes)
            .with("architecture", self.architecture.as_str())
            .with("created_at", self.created_at.as_str())
    }
}

impl Container {
    /// The name that stays when the container is made anew, behind its engine.
    fn key(&self) -> String {
        self.engine.key(&self.workload.stable_name().unwrap_or_else(|| self.name.clone()))
    }

    /// Whether it is meant to run all the time, so that its end is news. What runs once and again is no drift.
    fn is_kept_running(&self) -> bool {
        let by_policy = self.restart_policy.as_deref().is_some_and(|p| matches!(p, "always" | "unless-stopped"));
        by_policy || self.autostart == Some(true)
    }

    /// The container as an item.
    pub(super) fn item(&self) -> Item {
        let mut ports = self.ports.clone();
        ports.sort_unstable();
        ports.dedup();
        let mut item = Item::new(self.key())
            .with("name", self.workload.stable_name().unwrap_or_else(|| self.name.clone()))
            .with("engine", self.engine.kind)
            .with("user", self.engine.user.clone())
            .with("image", self.image.as_str())
            .with("image_id", self.image_id.as_str())
            .with("image_digest", self.image_digest.as_str())
            .with(if self.is_kept_running() { "state" } else { "current_state" }, self.state)
            .with("restart_policy", self.restart_policy.clone())
            .with("autostart", self.autostart)
            .with("created_at", self.created_at.as_str())
            .with("instances", 1);
        if !ports.is_empty() {
            item.set("ports", ports);
        }
        self.workload.describe(&mut item);
        item
    }
}

#[cfg(test)]
mod tests;
