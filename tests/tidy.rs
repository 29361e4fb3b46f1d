//! Keeps the tree tidy: what every file must have, which crate may know which, and that nothing is forgotten.
//!
//! Looks at the files that git tracks or would track, and at `cargo metadata`. Needs no network.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test, with functions that are no tests themselves"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

/// Longest production file, in lines; one line more is too many.
const MAX_LINES: usize = 400;
/// Longest ARCHITECTURE.md.
const MAX_ARCHITECTURE_LINES: usize = 500;
/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] =
    &["utils", "util", "common", "commons", "helpers", "helper", "manager", "managers", "misc"];

static ROOT: LazyLock<PathBuf> =
    LazyLock::new(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap());

/// A crate that is no member: it needs the nightly compiler, which nobody else does. It has its own lock file.
const FUZZ: &str = "tests/fuzz";

/// What `cargo metadata` says of our own packages.
static METADATA: LazyLock<Value> = LazyLock::new(|| {
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    serde_json::from_slice(&output(&std::env::var("CARGO").unwrap_or("cargo".into()), &arguments)).unwrap()
});

/// Every file that is part of the project, relative to its root.
static FILES: LazyLock<Vec<PathBuf>> = LazyLock::new(|| {
    let listed = output("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let names = String::from_utf8(listed).unwrap();
    // A file that was removed and not committed yet is still in git's index.
    let files = names.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
    let mut files: Vec<PathBuf> = files.filter(|file| ROOT.join(file).is_file()).collect();
    files.sort();
    files.dedup();
    assert!(files.len() > 100, "git lists only {} files", files.len());
    files
});

fn output(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).current_dir(&*ROOT).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn with_extension(extension: &str) -> impl Iterator<Item = &'static Path> {
    let wanted = extension.to_owned();
    FILES.iter().map(PathBuf::as_path).filter(move |file| file.extension().is_some_and(|found| *found == *wanted))
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(ROOT.join(file)).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Fails with everything that is wrong, not with the first.
fn none(wrong: impl IntoIterator<Item = String>, rule: &str) {
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{rule}\n  {}", wrong.join("\n  "));
}

fn stem(file: &Path) -> &str {
    file.file_stem().unwrap().to_str().unwrap()
}

fn is_test(file: &Path) -> bool {
    stem(file) == "tests"
        || file.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "benches")))
}

#[test]
fn every_source_file_says_first_what_it_is() {
    let silent = with_extension("rs").filter(|file| !text(file).starts_with("//! "));
    none(silent.map(|file| file.display().to_string()), "these files do not open with `//!` what and why");
}

#[test]
fn production_files_are_short() {
    let long = with_extension("rs").filter(|file| !is_test(file)).filter_map(|file| {
        let lines = text(file).lines().count();
        (lines >= MAX_LINES).then(|| format!("{}: {lines} lines", file.display()))
    });
    none(long, "a production file stays under 400 lines: split it by what its parts are for");
    let lines = text(Path::new("ARCHITECTURE.md")).lines().count();
    assert!(lines < MAX_ARCHITECTURE_LINES, "ARCHITECTURE.md has {lines} lines");
}

#[test]
fn names_say_what_is_inside() {
    let mut wrong = BTreeSet::new();
    for file in with_extension("rs") {
        if stem(file) == "mod" {
            wrong.insert(format!("{}: write foo.rs and foo/, no mod.rs", file.display()));
        }
        for name in file.with_extension("").iter().filter_map(|part| part.to_str()) {
            if EMPTY_NAMES.contains(&name) {
                wrong.insert(format!("{}: '{name}' says nothing of what is inside", file.display()));
            }
        }
    }
    none(wrong, "modules are named after what they hold");
}

#[test]
fn every_source_file_belongs_to_a_crate() {
    let roots: BTreeSet<PathBuf> = METADATA["packages"].as_array().unwrap().iter().flat_map(roots).collect();
    let mut forgotten = Vec::new();
    for file in with_extension("rs").filter(|file| !roots.contains(*file) && !file.starts_with(FUZZ)) {
        let folder = file.parent().unwrap();
        let beside = roots.iter().filter(|root| root.parent() == Some(folder)).cloned();
        let parents: Vec<PathBuf> = beside.chain([folder.with_extension("rs")]).collect();
        let declaration = format!("mod {};", stem(file));
        let declares = |parent: &PathBuf| {
            let declares = |line: &str| {
                let line = line.trim();
                line == declaration || line.strip_suffix(&declaration).is_some_and(|before| before.ends_with(' '))
            };
            ROOT.join(parent).is_file() && text(parent).lines().any(declares)
        };
        if !parents.iter().any(declares) {
            forgotten.push(format!("{}: no `{declaration}` in {parents:?}", file.display()));
        }
    }
    none(forgotten, "these files are never compiled, so their tests never run");
}

/// The files that a package's targets begin with, relative to the project's root.
fn roots(package: &Value) -> Vec<PathBuf> {
    let targets = package["targets"].as_array().unwrap().iter();
    let paths = targets.map(|target| PathBuf::from(target["src_path"].as_str().unwrap()));
    paths.map(|path| path.canonicalize().unwrap().strip_prefix(&*ROOT).unwrap().to_owned()).collect()
}

#[test]
fn no_test_is_switched_off() {
    // In two parts, so that this file does not find itself.
    let needle = ["#[", "ignore"].concat();
    let off = with_extension("rs").filter(|file| text(file).contains(&needle));
    none(off.map(|file| file.display().to_string()), "a test runs or is not there");
}

#[test]
fn nothing_names_the_place_where_it_was_written() {
    let needle = ["/", "work", "/"].concat();
    let binary = |file: &&PathBuf| std::fs::read(ROOT.join(file)).unwrap().contains(&0);
    let mut wrong = Vec::new();
    for file in FILES.iter().filter(|file| !binary(file)) {
        let content = String::from_utf8_lossy(&std::fs::read(ROOT.join(file)).unwrap()).into_owned();
        // In the middle of a longer path or an address it is something else.
        let names = |line: &str| {
            let before = |at: usize| line[..at].chars().next_back();
            line.match_indices(&needle).any(|(at, _)| before(at).is_none_or(|c| !c.is_alphanumeric() && c != '.'))
        };
        let found = content.lines().enumerate().filter(|(_, line)| names(line));
        wrong.extend(found.map(|(number, line)| format!("{}:{}: {}", file.display(), number + 1, line.trim())));
    }
    none(wrong, "no path of a workplace");
}

/// Direct dependencies of our packages, by package; those of tests only when `dev`.
fn dependencies(dev: bool) -> BTreeMap<String, BTreeSet<String>> {
    let packages = METADATA["packages"].as_array().unwrap().iter();
    let named = packages.map(|package| {
        let all = package["dependencies"].as_array().unwrap().iter();
        let wanted = all.filter(|dependency| dev || dependency["kind"].as_str() != Some("dev"));
        let names = wanted.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect();
        (package["name"].as_str().unwrap().to_owned(), names)
    });
    named.collect()
}

/// Everything of our own that a package reaches.
fn reached(package: &str, edges: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut next = vec![package.to_owned()];
    while let Some(package) = next.pop() {
        for dependency in edges[&package].iter().filter(|name| edges.contains_key(*name)) {
            if found.insert(dependency.clone()) {
                next.push(dependency.clone());
            }
        }
    }
    found
}

#[test]
fn crates_know_each_other_in_one_direction() {
    let edges = dependencies(true);
    let allowed: &[(&str, &[&str])] = &[
        ("muster-shared", &[]),
        ("muster-manual", &[]),
        ("muster-notices", &[]),
        ("muster-replay", &[]),
        ("muster-agent", &["muster-manual", "muster-replay", "muster-shared"]),
        ("muster-cli", &["muster-manual", "muster-shared"]),
        ("muster-tests", &["muster-shared"]),
        ("muster-model", &["muster-shared"]),
        ("muster-store", &["muster-model", "muster-shared"]),
        ("muster-store-sled", &["muster-model", "muster-shared", "muster-store"]),
        (
            "muster-collector",
            &["muster-manual", "muster-replay", "muster-model", "muster-shared", "muster-store", "muster-store-sled"],
        ),
    ];
    let known: BTreeSet<&str> = allowed.iter().map(|(package, _)| *package).collect();
    let packages: BTreeSet<&str> = edges.keys().map(String::as_str).collect();
    assert_eq!(packages, known, "a new package needs its row in this test and in ARCHITECTURE.md");
    for (package, allowed) in allowed {
        let wrong: Vec<String> =
            reached(package, &edges).into_iter().filter(|d| !allowed.contains(&d.as_str())).collect();
        none(wrong, &format!("{package} may know {allowed:?} and not"));
    }
}

#[test]
fn drivers_stay_behind_their_crate() {
    let linkers: &[(&str, &[&str])] = &[
        ("sled", &["muster-store-sled"]),
        ("axum", &["muster-collector", "muster-tests"]),
        ("askama", &["muster-collector"]),
        ("netlink-sys", &["muster-agent"]),
        ("sysinfo", &["muster-agent"]),
    ];
    let edges = dependencies(false);
    for (driver, allowed) in linkers {
        let linking = edges.iter().filter(|(_, names)| names.contains(*driver)).map(|(package, _)| package.clone());
        let wrong: Vec<String> = linking.filter(|package| !allowed.contains(&package.as_str())).collect();
        none(wrong, &format!("only {allowed:?} may link {driver}, not"));
    }
    let carried = edges.iter().filter(|(_, names)| names.contains("muster-manual")).map(|(package, _)| package.clone());
    none(carried, "no program carries its manual: only tests use muster-manual, not");
    let carried = edges.iter().filter(|(_, names)| names.contains("muster-replay")).map(|(package, _)| package.clone());
    none(carried, "no program replays a corpus: only tests use muster-replay, not");
    // The rules and the wire model stay free of I/O, async and drivers.
    for package in ["muster-model", "muster-shared"] {
        let wrong = ["tokio", "async-trait", "futures-util", "axum", "hyper", "reqwest", "sled", "rustls", "tracing"];
        let linked: Vec<String> =
            wrong.iter().filter(|name| edges[package].contains(**name)).map(ToString::to_string).collect();
        none(linked, &format!("{package} holds pure functions and may not link"));
    }
    for package in ["muster-store", "muster-store-sled"] {
        assert!(!edges[package].contains("hyper"), "{package} knows nothing of HTTP");
    }
}

#[test]
fn every_dependency_is_named_in_the_one_table() {
    let mut wrong = Vec::new();
    let is_part = |file: &&PathBuf| file.ends_with("Cargo.toml") && file.components().count() > 1;
    for file in FILES.iter().filter(is_part).filter(|file| !file.starts_with(FUZZ)) {
        let content = text(file);
        let mut is_dependency = false;
        for line in content.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if line.starts_with('[') {
                is_dependency = line.ends_with("dependencies]");
            } else if is_dependency && !line.contains("workspace = true") {
                wrong.push(format!("{}: {line}", file.display()));
            }
        }
        assert!(
            content.contains("[lints]\nworkspace = true"),
            "{}: [lints] workspace = true is missing",
            file.display()
        );
    }
    none(wrong, "versions stand in the workspace's Cargo.toml only");
}

/// The targets of all Markdown links of a text, code blocks left out.
fn links(content: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in content.lines() {
        in_code ^= line.trim_start().starts_with("```");
        let mut rest = if in_code { "" } else { line };
        while let Some((_, after)) = rest.split_once("](") {
            let Some((target, next)) = after.split_once(')') else { break };
            links.push(target.to_owned());
            rest = next;
        }
    }
    links
}

/// The anchors of a Markdown file's headings, as the common renderers make them.
fn anchors(content: &str) -> BTreeSet<String> {
    let headings =
        content.lines().filter_map(|line| line.strip_prefix('#')).map(|line| line.trim_start_matches('#').trim());
    let slug = |heading: &str| {
        let kept = heading
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
            .collect::<String>();
        kept.replace(' ', "-")
    };
    headings.map(slug).collect()
}

#[test]
fn links_in_the_documents_lead_somewhere() {
    let mut broken = Vec::new();
    for file in with_extension("md") {
        let content = text(file);
        for link in links(&content).into_iter().filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = if path.is_empty() { file.to_owned() } else { file.parent().unwrap().join(path) };
            let is_there = ROOT.join(&target).exists();
            let is_anchor = anchor.is_empty() || is_there && anchors(&text(&target)).contains(anchor);
            if !is_there || !is_anchor {
                broken.push(format!("{}: {link}", file.display()));
            }
        }
    }
    none(broken, "these links lead nowhere");
}
