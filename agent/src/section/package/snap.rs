//! Snaps: what is mounted below `/snap` tells itself, and snapd's state tells (to root) which channel it follows.

use std::collections::BTreeMap;

use muster_shared::mapping::Mapping as _;
use muster_shared::{Item, Problem};
use serde::Deserialize;

use super::found::Found;
use crate::root::{Kind, Root};

const STATE: &str = "/var/lib/snapd/state.json";
const STATE_CAP_BYTES: u64 = 32 << 20;
/// Where snaps are mounted: Ubuntu and Debian, then everybody else.
const DIRECTORIES: &[&str] = &["/snap", "/var/lib/snapd/snap"];

pub(super) const WATCHED: &[&str] = &[STATE, "/snap", "/var/lib/snapd/snap"];

/// The part of the state that is read. The rest holds credentials and is not looked at.
#[derive(Default, Deserialize)]
struct State {
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
struct Data {
    #[serde(default)]
    snaps: BTreeMap<String, Snap>,
}

#[derive(Default, Deserialize)]
struct Snap {
    #[serde(default)]
    active: bool,
    current: Option<serde_json::Value>,
    channel: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

pub(super) fn collect(root: &Root, found: &mut Found) {
    let mut snaps = match root.read_capped(STATE, STATE_CAP_BYTES) {
        Ok(bytes) => serde_json::from_slice::<State>(&bytes).map_or_else(
            |_| {
                found.problems.push(Problem { source: STATE.to_owned(), message: "not a state of snapd".to_owned() });
                BTreeMap::new()
            },
            |state| state.data.snaps,
        ),
        // Only root may read it; what is mounted is seen by everybody.
        Err(error) => {
            if !error.is_denied() {
                found.error(error);
            }
            BTreeMap::new()
        }
    };
    let mounted = DIRECTORIES.iter().find_map(|directory| Some((directory, root.list(directory).ok()?)));
    if let Some((directory, entries)) = mounted {
        for entry in entries.into_iter().filter(|entry| entry.kind == Kind::Directory) {
            let Ok(revision) = root.read_link(&format!("{directory}/{}/current", entry.name)) else { continue };
            let path = format!("{directory}/{}/current/meta/snap.yaml", entry.name);
            let yaml = root.text(&path).unwrap_or_else(|error| {
                found.problems.push(error.problem());
                String::new()
            });
            let state = snaps.remove(&entry.name);
            found.items.push(item(&entry.name, &revision, &yaml, state.as_ref()));
        }
    }
    for (name, state) in &snaps {
        let revision = state.current.as_ref().map(|current| current.to_string().trim_matches('"').to_owned());
        found.items.push(item(name, &revision.unwrap_or_default(), "", Some(state)));
    }
}

fn item(name: &str, revision: &str, yaml: &str, state: Option<&Snap>) -> Item {
    let meta = scalars(yaml);
    let text = |field: &str| meta.get(field).copied();
    let kind = text("type").or(state.and_then(|state| state.kind.as_deref()));
    let mut item = Item::new(format!("snap:{name}"))
        .with("name", name)
        .with("version", text("version"))
        .with("manager", "snap")
        .with("revision", revision)
        .with("architecture", architecture(yaml))
        .with("summary", text("summary"))
        .with("license", text("license"))
        .with("base", text("base"))
        .with("confinement", text("confinement"))
        .with("type", kind)
        .with("channel", state.and_then(|state| state.channel.as_deref()));
    if state.is_some_and(|state| !state.active) {
        item.set("state", "inactive");
    }
    item
}

/// The plain values at the outermost level of a YAML file, which is all that is asked of `snap.yaml`.
fn scalars(yaml: &str) -> BTreeMap<&str, &str> {
    let lines = yaml.lines().filter(|line| !line.starts_with([' ', '\t', '#', '-']));
    let pairs = lines.filter_map(|line| line.split_once(':'));
    let plain = pairs.map(|(name, value)| (name.trim(), unquoted(value)));
    plain.filter(|(_, value)| !value.starts_with(['|', '>', '[', '{', '&', '*'])).into_map()
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inner = |quote| value.strip_prefix(quote).and_then(|value: &str| value.strip_suffix(quote));
    inner('\'').or_else(|| inner('"')).unwrap_or(value)
}

/// The one architecture, from a list in either notation.
fn architecture(yaml: &str) -> Option<&str> {
    let mut lines = yaml.lines().skip_while(|line| !line.starts_with("architectures:"));
    let first = lines.next()?.split_once(':')?.1.trim();
    let list = first.strip_prefix('[').and_then(|list| list.strip_suffix(']'));
    let entries: Vec<&str> = match list {
        Some(list) => list.split(',').map(unquoted).collect(),
        None => lines.map_while(|line| line.trim_start().strip_prefix("- ")).map(unquoted).collect(),
    };
    match entries.as_slice() {
        [one] => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mounted_snap_tells_itself_and_the_state_its_channel() {
        let yaml = "name: core22\nversion: '20240111'\nsummary: Runtime: the base\ndescription: |\n  type: no\n\
                    architectures:\n- amd64\ntype: base\nlicense: \"GPL-3.0\"\napps:\n  a:\n    version: 7\n";
        let state = Snap { active: true, channel: Some("latest/stable".to_owned()), ..Snap::default() };
        let item = item("core22", "1122", yaml, Some(&state));
        let values = ["version", "architecture", "type", "license", "summary", "channel", "revision"];
        let expected = ["20240111", "amd64", "base", "GPL-3.0", "Runtime: the base", "latest/stable", "1122"];
        assert_eq!(values.map(|name| item.text(name).unwrap()), expected);
        assert_eq!(
            (architecture("architectures: [amd64]"), architecture("architectures: [a, b]")),
            (Some("amd64"), None)
        );
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in "(architectures:|- |version: '|(?s).{0,9}|\n){0,20}") {
            item("a", "1", &text, None);
        }
    }
}
