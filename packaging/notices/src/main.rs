//! `muster-notices PACKAGE…`: names, licences and licence texts of all crates that go into the programs of these packages.
//!
//! The graph comes from `cargo metadata --locked`, the texts from the crates' own sources. The same lock file gives the same
//! bytes. What a provider of cryptography is not linked in one build is named all the same.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde::Deserialize;

const HEAD: &str = "Third-party software in this package

The programs are licensed under the Apache License 2.0 and hold the Rust standard library (MIT OR Apache-2.0) and the crates
listed here, in source form at the addresses given. An agent that is one static file also holds a C library: musl (MIT), or
the GNU C library (LGPL-2.1-or-later) where it was linked with that; packaging/build in the source makes it anew with another one.
";

/// Beginnings of the names of files with a licence.
const NAMES: &[&str] = &["license", "licence", "copying", "notice", "unlicense", "copyright"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    repository: Option<String>,
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<DependencyKind>,
}

#[derive(Deserialize)]
struct DependencyKind {
    /// `None` is a dependency that is linked in, not one of a test or a build script.
    kind: Option<String>,
}

/// What cargo knows, for the system that this runs on.
fn metadata() -> anyhow::Result<Metadata> {
    let rustc = Command::new("rustc").arg("-vV").output().context("rustc does not run")?;
    let said = String::from_utf8(rustc.stdout)?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--locked", "--format-version", "1", "--all-features", "--filter-platform", host]);
    let output = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).output().context("cargo does not run")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// The crates that are linked into the programs of these packages, those of the project left out.
fn linked<'a>(metadata: &'a Metadata, roots: &[String]) -> anyhow::Result<Vec<&'a Package>> {
    let nodes: BTreeMap<&str, &Node> = metadata.resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let own = |name: &String| metadata.packages.iter().find(|p| p.source.is_none() && p.name == *name);
    let mut waiting = Vec::new();
    for name in roots {
        waiting.push(own(name).with_context(|| format!("there is no package {name} here"))?.id.as_str());
    }
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            let linked = nodes.get(id).into_iter().flat_map(|node| &node.deps);
            let linked = linked.filter(|dependency| dependency.dep_kinds.iter().any(|kind| kind.kind.is_none()));
            waiting.extend(linked.map(|dependency| dependency.pkg.as_str()));
        }
    }
    let is_foreign = |package: &&Package| package.source.is_some() && seen.contains(package.id.as_str());
    let mut packages: Vec<&Package> = metadata.packages.iter().filter(is_foreign).collect();
    packages.sort_by(|a, b| (&a.name, &a.version).cmp(&(&b.name, &b.version)));
    Ok(packages)
}

/// The texts of the licences that lie in a crate's folder.
fn texts(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut texts = BTreeSet::new();
    for entry in fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        if path.is_file() && NAMES.iter().any(|start| name.starts_with(start)) {
            let text = String::from_utf8_lossy(&fs::read(&path)?).replace("\r\n", "\n");
            texts.insert(text.trim().to_owned());
        }
    }
    texts.remove("");
    Ok(texts)
}

fn main() -> anyhow::Result<()> {
    let roots: Vec<String> = std::env::args().skip(1).collect();
    ensure!(!roots.is_empty(), "usage: muster-notices PACKAGE…");
    let metadata = metadata()?;
    let packages = linked(&metadata, &roots)?;
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut out = std::io::stdout().lock();
    writeln!(out, "{HEAD}")?;
    for package in packages {
        let name = format!("{} {}", package.name, package.version);
        let license = package.license.as_deref().unwrap_or("see its texts below");
        writeln!(out, "{name}: {license}, {}", package.repository.as_deref().unwrap_or("no address given"))?;
        for text in texts(package.manifest_path.parent().unwrap_or(Path::new("/")))? {
            by_text.entry(text).or_default().push(name.clone());
        }
    }
    for (text, names) in by_text {
        writeln!(out, "\n{}\nFor {}:\n\n{text}", "-".repeat(78), names.join(", "))?;
    }
    Ok(())
}
