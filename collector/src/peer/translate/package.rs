//! Installed software: which manager installed it, and its version in the form of that manager.

use std::cmp::Ordering;

use muster_model::source::Source;
use muster_model::version;
use muster_shared::report::Item;

use super::value::{count, day, known};
use super::{Found, Reading};
use crate::peer::message::Entry;

/// Managers by the names that these agents give them.
const MANAGERS: &[(&str, &str)] =
    &[("deb", "dpkg"), ("rpm", "rpm"), ("apk", "apk"), ("pacman", "pacman"), ("snap", "snap"), ("flatpak", "flatpak")];

pub(super) fn packages(reading: Reading<'_>) -> Found {
    let mut items: Vec<Item> = reading.list("softwares").iter().filter_map(|entry| package(reading, entry)).collect();
    // Of several installed versions the newest has the key without a version, as with our own agent.
    items.sort_by(|a, b| a.key.cmp(&b.key).then_with(|| newest_first(a, b)));
    Found::of(items)
}

fn newest_first(a: &Item, b: &Item) -> Ordering {
    let text = |item: &Item, name: &str| item.text(name).unwrap_or_default().to_owned();
    let (left, right) = (text(a, "version"), text(b, "version"));
    version::compare(&text(a, "manager"), &right, &left).unwrap_or_else(|| right.cmp(&left))
}

fn package(reading: Reading<'_>, entry: &Entry<'_>) -> Option<Item> {
    let text = |names: &[&str]| known(entry.text(names));
    let from = text(&["from"]).unwrap_or_default().to_lowercase();
    let manager = MANAGERS.iter().find(|(name, _)| *name == from).map_or(from.as_str(), |(_, ours)| *ours);
    let architecture = text(&["arch", "architecture"]);
    let name = text(&["name"])?;
    // OCS names packages of a second architecture `libc6:i386`.
    let name = name
        .split_once(':')
        .filter(|(_, rest)| manager == "dpkg" && Some(*rest) == architecture)
        .map_or(name, |(n, _)| n);
    let key = match (manager, architecture) {
        ("dpkg", Some(architecture)) => format!("{name}:{architecture}"),
        ("dpkg", None) => name.to_owned(),
        ("rpm", Some(architecture)) => format!("rpm:{name}.{architecture}"),
        // Not every system has a manager that has a name.
        ("", _) => format!("unmanaged:{name}"),
        (manager, _) => format!("{manager}:{name}"),
    };
    let version = text(&["version"]);
    // What is installed by hand or by an installer has no manager whose list we could read beside theirs.
    let mut item = Item::new(key)
        .with("name", name)
        .with("version", version)
        .with("architecture", architecture)
        .with("manager", if manager.is_empty() { "unmanaged" } else { manager })
        .with("size_bytes", count(entry.text(&["filesize"])))
        .with("summary", text(&["comments"]))
        .with("installed_at", day(text(&["installdate", "install_date"])));
    match manager {
        "dpkg" => item.set("section", text(&["system_category"])),
        "rpm" => {
            item.set("vendor", publisher(reading, entry));
            item.set("release", version.and_then(|version| version.rsplit_once('-')).map(|(_, release)| release));
        }
        _ => item.set("vendor", publisher(reading, entry)),
    }
    Some(item)
}

/// Who made it. OCS writes an address of the web there, and all of them the distribution for packages of Debian.
fn publisher<'a>(reading: Reading<'_>, entry: &'a Entry<'a>) -> Option<&'a str> {
    let publisher = known(entry.text(&["publisher"]));
    publisher.filter(|text| reading.source != Source::OcsInventory || !text.starts_with("http"))
}
