//! Kernels that are installed, to tell a host that runs an old one.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use muster_shared::{Item, Problem};

use crate::root::Root;

/// Where kernels are.
pub(super) const BOOT: &str = "/boot";
/// Where Fedora, Arch and others keep the image beside the modules.
const MODULES: &str = "/usr/lib/modules";
/// What images are called in `/boot`.
const PREFIXES: &[&str] = &["vmlinuz-", "vmlinux-", "Image-", "kernel-"];
const ITEM_CAP: usize = 64;

/// Sets what is installed and whether something newer than `running` is.
pub(super) fn describe(root: &Root, running: &str, item: &mut Item, problems: &mut Vec<Problem>) {
    let releases = releases(root, problems);
    let newest = releases.iter().max_by(|a, b| compare(a, b)).cloned();
    if let Some(newest) = newest {
        item.set("newer_installed", compare(&newest, running) == Ordering::Greater);
        item.set("newest_installed", newest);
        item.set("installed", releases.into_iter().take(ITEM_CAP).collect::<Vec<_>>());
    }
}

fn releases(root: &Root, problems: &mut Vec<Problem>) -> BTreeSet<String> {
    let mut releases = BTreeSet::new();
    match root.list(BOOT) {
        Ok(entries) => {
            let named = entries.iter().filter_map(|entry| PREFIXES.iter().find_map(|p| entry.name.strip_prefix(p)));
            releases.extend(named.filter(|release| is_release(release)).map(str::to_owned));
        }
        Err(error) if error.is_absent() => {}
        Err(error) => problems.push(error.problem()),
    }
    // Hidden by the sandbox where it is one: then `/boot` has to do.
    for entry in root.list(MODULES).unwrap_or_default() {
        if is_release(&entry.name) && root.exists(&format!("{MODULES}/{}/vmlinuz", entry.name)) {
            releases.insert(entry.name);
        }
    }
    releases
}

/// Leaves out rescue images, backups, and names without a version.
fn is_release(name: &str) -> bool {
    let is_copy = [".old", ".bak", ".dpkg-new", ".dpkg-tmp", ".signed"].iter().any(|end| name.ends_with(end));
    name.starts_with(|c: char| c.is_ascii_digit()) && name.contains('.') && !name.starts_with("0-rescue") && !is_copy
}

/// Compares releases part by part, numbers as numbers: `6.1.0-9` is older than `6.1.0-18`.
fn compare(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (parts(a), parts(b));
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(x), Some(y)) => {
                let order = match (x.parse::<u64>(), y.parse::<u64>()) {
                    (Ok(x), Ok(y)) => x.cmp(&y),
                    // A release candidate (`6.12-rc1`) is older than what has a number there.
                    (Ok(_), Err(_)) => Ordering::Greater,
                    (Err(_), Ok(_)) => Ordering::Less,
                    (Err(_), Err(_)) => x.cmp(y),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
        }
    }
}

/// Runs of digits and runs of letters.
fn parts(release: &str) -> impl Iterator<Item = &str> {
    let mut rest = release;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let first = rest.chars().next()?;
        let is_same = |c: char| c.is_ascii_alphanumeric() && c.is_ascii_digit() == first.is_ascii_digit();
        let end = rest.find(|c: char| !is_same(c)).unwrap_or(rest.len());
        let (part, remainder) = rest.split_at_checked(end)?;
        rest = remainder;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        for (old, new) in [
            ("6.1.0-9-amd64", "6.1.0-18-amd64"),
            ("5.14.0-362.el9.x86_64", "5.14.0-427.13.1.el9_4.x86_64"),
            ("6.12-rc1", "6.12.1"),
            ("6.6.9-arch1-1", "6.6.10-arch1-1"),
            ("5.15.0-1051-aws", "5.15.0-1052-aws"),
        ] {
            assert_eq!(compare(old, new), Ordering::Less, "{old} {new}");
            assert_eq!(compare(new, old), Ordering::Greater, "{old} {new}");
        }
    }

    #[test]
    fn the_newest_of_boot_is_told_and_rescue_images_are_not() {
        let directory = tempfile::tempdir().unwrap();
        let boot = directory.path().join("boot");
        std::fs::create_dir(&boot).unwrap();
        for name in
            ["vmlinuz-6.1.0-9-amd64", "vmlinuz-6.1.0-18-amd64", "vmlinuz-0-rescue-abc", "vmlinuz", "vmlinuz.old"]
        {
            std::fs::write(boot.join(name), "").unwrap();
        }
        let root = Root::at(directory.path());
        let (mut item, mut problems) = (Item::new("kernel"), Vec::new());
        describe(&root, "6.1.0-9-amd64", &mut item, &mut problems);
        assert_eq!(item.text("newest_installed"), Some("6.1.0-18-amd64"));
        assert_eq!(item.attributes["newer_installed"], true);
        assert_eq!(item.attributes["installed"], serde_json::json!(["6.1.0-18-amd64", "6.1.0-9-amd64"]));
        assert!(problems.is_empty());
        describe(&root, "6.1.0-18-amd64", &mut item, &mut problems);
        assert_eq!(item.attributes["newer_installed"], false);
    }

    proptest! {
        #[test]
        fn the_order_is_antisymmetric(a in "[0-9a-z.+_-]{0,20}", b in "[0-9a-z.+_-]{0,20}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
        }
    }
}
