//! Packages that npm installed for everybody: one directory each, scoped ones (`@scope/name`) a level deeper.

use muster_shared::{Item, Problem};
use serde::Deserialize;

use super::found::Found;
use crate::root::{Entry, Kind, Root};

/// Where npm installs with `--global`, by who installed npm itself.
const DIRECTORIES: &[&str] = &["/usr/lib/node_modules", "/usr/local/lib/node_modules"];

pub(super) const WATCHED: &[&str] = DIRECTORIES;

/// What is kept of a `package.json`. Older ones have an object as licence.
#[derive(Deserialize)]
struct Manifest {
    name: Option<String>,
    version: Option<String>,
    description: Option<String>,
    license: Option<serde_json::Value>,
}

pub(super) fn collect(root: &Root, found: &mut Found) {
    for directory in DIRECTORIES {
        for entry in list(root, directory, found) {
            if entry.name.starts_with('@') {
                let scope = format!("{directory}/{}", entry.name);
                for package in list(root, &scope, found) {
                    read(root, &format!("{scope}/{}", package.name), found);
                }
            } else if !entry.name.starts_with('.') {
                read(root, &format!("{directory}/{}", entry.name), found);
            }
        }
    }
}

/// Directories and links to them, which is what `npm link` makes.
fn list(root: &Root, directory: &str, found: &mut Found) -> Vec<Entry> {
    match root.list(directory) {
        Ok(entries) => entries.into_iter().filter(|e| matches!(e.kind, Kind::Directory | Kind::Link)).collect(),
        Err(error) => {
            found.error(error);
            Vec::new()
        }
    }
}

fn read(root: &Root, directory: &str, found: &mut Found) {
    let path = format!("{directory}/package.json");
    match root.read(&path).map(|bytes| parse(&bytes, directory)) {
        Ok(Some(item)) => found.items.push(item),
        Ok(None) => found.problems.push(Problem { source: path, message: "no name or no version".to_owned() }),
        Err(error) => found.error(error),
    }
}

fn parse(bytes: &[u8], directory: &str) -> Option<Item> {
    let manifest: Manifest = serde_json::from_slice(bytes).ok()?;
    let (name, version) = (manifest.name?, manifest.version?);
    let license = manifest.license.as_ref();
    let license = license.and_then(|license| license.as_str().or_else(|| license.get("type")?.as_str()));
    (!name.is_empty()).then(|| {
        Item::new(format!("npm:{name}"))
            .with("name", name)
            .with("version", version)
            .with("manager", "npm")
            .with("license", license)
            .with("summary", manifest.description)
            .with("location", directory)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_versions_and_both_forms_of_licences_are_read() {
        let text = br#"{"name":"@a/b","version":"1.2.3","license":{"type":"MIT"},"description":"d","bin":{"x":"y"}}"#;
        let item = parse(text, "/usr/lib/node_modules/@a/b").unwrap();
        assert_eq!(
            (item.key.as_str(), item.text("license"), item.text("version")),
            ("npm:@a/b", Some("MIT"), Some("1.2.3"))
        );
        assert_eq!(parse(br#"{"name":"x"}"#, "d"), None);
        assert_eq!(parse(b"[", "d"), None);
    }
}
