//! Flatpaks that are installed for everybody: a directory each for name, architecture and branch; what is `active` in it
//! has a file `deploy` that says where it came from.

use muster_shared::Item;

use super::found::Found;
use crate::root::{Kind, Root};

const DIRECTORIES: &[(&str, &str)] = &[("/var/lib/flatpak/app", "app"), ("/var/lib/flatpak/runtime", "runtime")];

/// Flatpak touches this file with every change.
pub(super) const WATCHED: &[&str] = &["/var/lib/flatpak/.changed", "/var/lib/flatpak/app", "/var/lib/flatpak/runtime"];

pub(super) fn collect(root: &Root, found: &mut Found) {
    for (directory, kind) in DIRECTORIES {
        for name in directories(root, directory, found) {
            for architecture in directories(root, &format!("{directory}/{name}"), found) {
                for branch in directories(root, &format!("{directory}/{name}/{architecture}"), found) {
                    let active = format!("{directory}/{name}/{architecture}/{branch}/active");
                    let Ok(commit) = root.read_link(&active) else { continue };
                    let deploy = root.read(&format!("{active}/deploy")).unwrap_or_else(|error| {
                        found.problems.push(error.problem());
                        Vec::new()
                    });
                    let item = Item::new(format!("flatpak:{kind}/{name}/{architecture}/{branch}"));
                    found.items.push(
                        item.with("name", name.as_str())
                            .with("version", value_of(&deploy, "appdata-version"))
                            .with("manager", "flatpak")
                            .with("architecture", architecture.as_str())
                            .with("branch", branch.as_str())
                            .with("type", *kind)
                            .with("origin", deploy.split(|byte| *byte == 0).next().and_then(text))
                            .with("license", value_of(&deploy, "appdata-license"))
                            .with("summary", value_of(&deploy, "appdata-summary"))
                            .with("commit", commit),
                    );
                }
            }
        }
    }
}

/// Directories below a directory; a link (`current`) is another name for one of them.
fn directories(root: &Root, path: &str, found: &mut Found) -> Vec<String> {
    match root.list(path) {
        Ok(entries) => entries.into_iter().filter(|e| e.kind == Kind::Directory).map(|e| e.name).collect(),
        Err(error) => {
            found.error(error);
            Vec::new()
        }
    }
}

/// The text value of an entry of `deploy`'s dictionary. The file is a serialised `GVariant` `(ssasta{sv})`: a key ends with
/// a zero byte, zero bytes align the value behind it, which ends with a zero byte and its type `s`.
fn value_of<'a>(deploy: &'a [u8], key: &str) -> Option<&'a str> {
    let key = [key.as_bytes(), &[0]].concat();
    let at = deploy.windows(key.len()).position(|window| window == key)?;
    let rest = deploy.get(at + key.len()..)?;
    let start = rest.iter().position(|byte| *byte != 0).filter(|padding| *padding < 8)?;
    let rest = rest.get(start..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    if rest.get(end + 1..end + 3)? == [0, b's'] { text(rest.get(..end)?) } else { None }
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| !text.is_empty() && text.len() <= 1024)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    const DEPLOY: &[u8] =
        b"flathub\0abc\0\0\0\0\0appdata-name\0\0\0\0Gimp\0\0s\0\0\0\0appdata-version\0\0\0\x002.10\0\0s\x12";

    #[test]
    fn origin_and_version_come_from_the_deployment() {
        let directory = tempfile::tempdir().unwrap();
        let branch = directory.path().join("var/lib/flatpak/app/org.gimp.GIMP/x86_64/stable");
        std::fs::create_dir_all(branch.join("abc")).unwrap();
        std::fs::write(branch.join("abc/deploy"), DEPLOY).unwrap();
        std::os::unix::fs::symlink("abc", branch.join("active")).unwrap();
        let mut found = Found::default();
        collect(&Root::at(directory.path()), &mut found);
        let expected = json!({"name": "org.gimp.GIMP", "version": "2.10", "manager": "flatpak", "architecture": "x86_64",
            "branch": "stable", "type": "app", "origin": "flathub", "commit": "abc"});
        assert_eq!(json!(found.items[0].attributes), expected);
        assert_eq!(found.items[0].key, "flatpak:app/org.gimp.GIMP/x86_64/stable");
        assert_eq!(found.problems, []);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(cut in 0_usize..80, at in 0_usize..80, byte: u8) {
            let mut bytes = DEPLOY.get(..cut).unwrap_or(DEPLOY).to_vec();
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
            value_of(&bytes, "appdata-version");
        }
    }
}
