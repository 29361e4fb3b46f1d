//! Sources in files of `[name]` and `field = value`: those of yum and dnf, zypper, and pacman.

use muster_shared::Item;

use super::super::oddity;
use super::super::uri::without_credentials;
use super::{Sources, URI_CAP};
use crate::root::Root;

/// Manager and its directories of `*.repo` files.
const DIRECTORIES: &[(&str, &str)] =
    &[("yum", "/etc/yum.repos.d"), ("yum", "/etc/distro.repos.d"), ("zypper", "/etc/zypp/repos.d")];
/// Settings of yum and dnf, which may hold sources too.
const SETTINGS: &[&str] = &["/etc/dnf/dnf.conf", "/etc/yum.conf"];
const PACMAN: &str = "/etc/pacman.conf";
/// The most files that one source of pacman includes.
const INCLUDE_CAP: usize = 16;
const MIRROR_LIST: &str = "/etc/pacman.d/mirrorlist";

pub(super) fn watched() -> impl Iterator<Item = String> {
    let directories = DIRECTORIES.iter().map(|(_, directory)| *directory);
    directories.chain(SETTINGS.iter().copied()).chain([PACMAN, MIRROR_LIST]).map(str::to_owned)
}

pub(super) fn collect(root: &Root, sources: &mut Sources) {
    for (manager, directory) in DIRECTORIES {
        for path in sources.files(root, directory, &[".repo"]) {
            collect_repo_file(root, manager, &path, sources);
        }
    }
    for path in SETTINGS {
        collect_repo_file(root, "yum", path, sources);
    }
    collect_pacman(root, sources);
}

/// One `[name]` and its fields in order.
struct Block {
    name: String,
    fields: Vec<(String, String)>,
}

impl Block {
    fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)?.to_ascii_lowercase().as_str() {
            "1" | "yes" | "true" | "on" | "enabled" => Some(true),
            "0" | "no" | "false" | "off" | "disabled" => Some(false),
            _ => None,
        }
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for line in text.lines() {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            blocks.push(Block { name: name.trim().to_owned(), fields: Vec::new() });
            continue;
        }
        let Some(block) = blocks.last_mut() else { continue };
        if line.starts_with([' ', '\t']) && !trimmed.contains(" = ") {
            // A value that goes on: further addresses.
            if let Some((_, value)) = block.fields.last_mut() {
                value.push(' ');
                value.push_str(trimmed);
                continue;
            }
        }
        let (name, value) = trimmed.split_once('=').unwrap_or((trimmed, ""));
        block.fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
    }
    blocks
}

/// The addresses of a value, without credentials.
fn addresses(value: &str) -> Vec<String> {
    let words = value.split([' ', '\t', ',']).filter(|word| !word.is_empty());
    words.map(without_credentials).take(URI_CAP).collect()
}

fn collect_repo_file(root: &Root, manager: &str, path: &str, sources: &mut Sources) {
    let Some(text) = sources.text(root, path) else { return };
    for block in blocks(&text).iter().filter(|block| block.name != "main") {
        let list = |name: &str| block.get(name).map(addresses).filter(|list| !list.is_empty());
        let mut item = Item::new(format!("{manager}:{}", block.name))
            .with("manager", manager)
            .with("id", block.name.as_str())
            .with("name", block.get("name"))
            .with("mirror_list", block.get("mirrorlist").map(without_credentials))
            .with("metalink", block.get("metalink").map(without_credentials))
            .with("enabled", block.flag("enabled").unwrap_or(true))
            .with("gpg_check", block.flag("gpgcheck"))
            .with("repository_gpg_check", block.flag("repo_gpgcheck"))
            .with("tls_verify", block.flag("sslverify"))
            .with("priority", block.get("priority").and_then(|priority| priority.parse::<i64>().ok()))
            .with("file", path);
        for name in ["enabled", "gpgcheck", "repo_gpgcheck", "sslverify"] {
            let odd = block.get(name).filter(|_| block.flag(name).is_none());
            if let Some(value) = odd {
                oddity::say(&mut sources.problems, path, &format!("`{name}` of {:?} cannot be", block.name), value);
            }
        }
        item.set("uris", list("baseurl"));
        item.set("signed_by", list("gpgkey").map(|keys| keys.join(" ")));
        sources.items.push(item);
    }
}

/// Pacman asks its servers in their order, so that it is kept.
fn collect_pacman(root: &Root, sources: &mut Sources) {
    let Some(text) = sources.text(root, PACMAN) else { return };
    let blocks = blocks(&text);
    let signatures = blocks.iter().find(|block| block.name == "options").and_then(|block| block.get("siglevel"));
    for block in blocks.iter().filter(|block| block.name != "options") {
        let mut uris: Vec<String> = block.all("server").map(without_credentials).collect();
        for include in block.all("include").filter(|path| path.starts_with('/')).take(INCLUDE_CAP) {
            if uris.len() >= URI_CAP {
                break;
            }
            let servers = sources.text(root, include).unwrap_or_default();
            let pairs = servers.lines().filter_map(|line| line.trim().split_once('='));
            uris.extend(
                pairs.filter(|(name, _)| name.trim() == "Server").map(|(_, uri)| without_credentials(uri.trim())),
            );
        }
        uris.truncate(URI_CAP);
        let mut item = Item::new(format!("pacman:{}", block.name))
            .with("manager", "pacman")
            .with("id", block.name.as_str())
            .with("enabled", true)
            .with("signature_level", block.get("siglevel").or(signatures))
            .with("file", PACMAN);
        if !uris.is_empty() {
            item.set("uris", uris);
        }
        sources.items.push(item);
    }
}
