//! Programs that people installed with `cargo install`: the list that cargo keeps in each home directory.

use std::collections::{BTreeMap, BTreeSet};

use muster_shared::mapping::Distinct as _;
use muster_shared::{Item, Problem};
use serde::Deserialize;

use super::found::Found;
use crate::root::{Kind, Root};
use crate::section::account;
use crate::section::network_mount;
use crate::section::uri::without_credentials;

const LIST: &str = ".cargo/.crates2.json";
const HOMES: &str = "/home";
/// The most home directories that are looked into.
const HOME_CAP: usize = 2_000;

/// The most installations of one user: nobody's own list leaves no room for the packages of others.
const INSTALL_CAP: usize = 2_000;

/// `.crates2.json`; the key of an installation is `name version (source)`.
#[derive(Deserialize)]
struct Installed {
    #[serde(default)]
    installs: BTreeMap<String, Install>,
}

#[derive(Deserialize)]
struct Install {
    #[serde(default)]
    bins: BTreeSet<String>,
    target: Option<String>,
}

/// Home directories: those of accounts that people may log in to, and those that stand in `/home` without one. How many more are on
/// network file systems, which may hang.
fn homes(root: &Root) -> (Vec<String>, usize) {
    let network = network_mount::read(root);
    let is_local = |home: &str| network_mount::of(&network, home).is_none();
    let users = account::read_users(root).unwrap_or_default();
    let of_accounts = users.into_iter().filter(|user| user.uid == 0 || user.uid >= 1000).map(|user| user.home);
    let entries = if is_local(HOMES) { root.list(HOMES).unwrap_or_default() } else { Vec::new() };
    let entries = entries.into_iter().filter(|entry| entry.kind == Kind::Directory);
    let all = of_accounts.chain(entries.map(|entry| format!("{HOMES}/{}", entry.name)));
    let homes: BTreeSet<String> = all.chain(["/root".to_owned()]).filter(|home| home.len() > 1).into_set();
    let (local, remote): (Vec<_>, Vec<_>) =
        homes.into_iter().filter(|home| home.starts_with('/')).take(HOME_CAP).partition(|home| is_local(home));
    (local, remote.len())
}

pub(super) fn watched(root: &Root) -> impl Iterator<Item = String> {
    let lists = homes(root).0.into_iter().map(|home| format!("{home}/{LIST}"));
    lists.filter(|path| root.exists(path))
}

pub(super) fn collect(root: &Root, found: &mut Found) {
    let mut denied = 0_usize;
    let (homes, remote) = homes(root);
    for home in homes {
        let path = format!("{home}/{LIST}");
        match root.read(&path) {
            Ok(bytes) => match parse(&bytes, &home) {
                Some(mut items) => {
                    if items.len() > INSTALL_CAP {
                        items.truncate(INSTALL_CAP);
                        let message = format!("installations beyond {INSTALL_CAP} of one user are left out");
                        found.problems.push(Problem { source: path, message });
                    }
                    found.items.append(&mut items);
                }
                None => found.problems.push(Problem { source: path, message: "not a list of cargo".to_owned() }),
            },
            Err(error) if error.is_denied() => denied += 1,
            Err(error) => found.error(error),
        }
    }
    // With nothing else found there is nothing that this could be missing from.
    let is_missing = found.has_source || !found.items.is_empty();
    for (count, why) in [(denied, "permission denied in"), (remote, "not read, for they are on network file systems:")]
    {
        if count > 0 && is_missing {
            let message = format!("{why} {count} home directories: packages of cargo there are unknown");
            found.problems.push(Problem { source: HOMES.to_owned(), message });
        }
    }
}

fn parse(bytes: &[u8], home: &str) -> Option<Vec<Item>> {
    let installed: Installed = serde_json::from_slice(bytes).ok()?;
    let user = home.rsplit('/').next().unwrap_or(home);
    let item = |(id, install): (&String, &Install)| {
        let (name, rest) = id.split_once(' ')?;
        let (version, source) = rest.split_once(' ').unwrap_or((rest, ""));
        let source = source.trim_start_matches('(').trim_end_matches(')');
        Some(
            Item::new(format!("cargo:{name}@{user}"))
                .with("name", name)
                .with("version", version)
                .with("manager", "cargo")
                .with("source", without_credentials(source))
                .with("programs", install.bins.iter().cloned().collect::<Vec<_>>())
                .with("target", install.target.as_deref())
                .with("location", format!("{home}/.cargo")),
        )
    };
    Some(installed.installs.iter().filter_map(item).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_list_has_room_for_so_many() {
        let tree = tempfile::tempdir().unwrap();
        let root = Root::at(tree.path());
        let folder = tree.path().join("root/.cargo");
        std::fs::create_dir_all(&folder).unwrap();
        let install = |n: usize| (format!("x{n} 1.0.0 (registry+https://example.org)"), json!({"bins": []}));
        let installs: serde_json::Map<_, _> = (0..2_100).map(install).collect();
        std::fs::write(tree.path().join("root").join(LIST), json!({"installs": installs}).to_string()).unwrap();
        std::fs::create_dir_all(tree.path().join("etc")).unwrap();
        std::fs::write(tree.path().join("etc/passwd"), "root:x:0:0::/root:/bin/sh\n").unwrap();
        let mut found = Found::default();
        collect(&root, &mut found);
        assert_eq!((found.items.len(), found.problems.len()), (2_000, 1), "{:?}", found.problems);
    }

    #[test]
    fn installations_are_told_and_no_credentials() {
        let text = br#"{"installs":{"rg 14.1.0 (registry+https://u:secret@example.org/index)":{"version_req":null,
            "bins":["rg"],"features":[],"profile":"release","target":"x86_64-unknown-linux-gnu","rustc":"r"}}}"#;
        let items = parse(text, "/home/ann").unwrap();
        let expected = json!({"name": "rg", "version": "14.1.0", "manager": "cargo", "programs": ["rg"],
            "source": "registry+https://example.org/index", "target": "x86_64-unknown-linux-gnu",
            "location": "/home/ann/.cargo"});
        assert_eq!((items[0].key.as_str(), json!(items[0].attributes)), ("cargo:rg@ann", expected));
        assert_eq!(parse(b"{", "/root"), None);
    }
}
