//! The operating system of hosts that are older than os-release(5), by the file that each family of distributions had before it.

use muster_shared::Item;

use crate::root::Root;

/// Of one line, `NAME release VERSION (CODENAME)`: those made from Red Hat's, the particular ones first, for they have its file too.
const ONE_LINE: &[(&str, &str)] = &[
    ("/etc/oracle-release", "ol"),
    ("/etc/almalinux-release", "almalinux"),
    ("/etc/rocky-release", "rocky"),
    ("/etc/centos-release", "centos"),
    ("/etc/fedora-release", "fedora"),
    ("/etc/redhat-release", "rhel"),
];
const LSB_RELEASE: &str = "/etc/lsb-release";
const DEBIAN_VERSION: &str = "/etc/debian_version";

/// Describes the system by one of these files. `None` where none of them says what it is.
pub(super) fn describe(root: &Root, item: &mut Item) -> Option<()> {
    let (id, name, version) = ONE_LINE
        .iter()
        .find_map(|(path, id)| one_line(&root.text_linked(path).ok()?, id))
        .or_else(|| assignments(&root.text_linked(LSB_RELEASE).ok()?))
        .or_else(|| bare(&root.text_linked(DEBIAN_VERSION).ok()?))?;
    item.set("os_id", id);
    item.set("os_name", name);
    item.set("os_version", version);
    Some(())
}

type Found = (String, String, String);

fn one_line(text: &str, id: &str) -> Option<Found> {
    let (name, rest) = text.trim().split_once(" release ")?;
    let version = rest.split_whitespace().next().filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))?;
    // CentOS before 7 has Red Hat's file alone.
    let id = if id == "rhel" && name.starts_with("CentOS") { "centos" } else { id };
    Some((id.to_owned(), name.to_owned(), version.to_owned()))
}

/// `DISTRIB_ID=Ubuntu`, `DISTRIB_RELEASE=18.04`.
fn assignments(text: &str) -> Option<Found> {
    let value = |name: &str| {
        let value = text.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix('='))?;
        Some(super::unquote(value)).filter(|value| !value.is_empty())
    };
    let name = value("DISTRIB_ID")?;
    Some((name.to_ascii_lowercase(), name, value("DISTRIB_RELEASE")?))
}

/// A version and nothing else: `9.8`, or `buster/sid` between two releases.
fn bare(text: &str) -> Option<Found> {
    let version = text.trim();
    let is_one = !version.is_empty() && version.len() < 64 && !version.contains(char::is_whitespace);
    is_one.then(|| ("debian".to_owned(), "Debian".to_owned(), version.to_owned()))
}
