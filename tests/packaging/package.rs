//! The packages themselves: built once for all tests, the same bytes twice, no complaint of lintian, everything inside.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::{program, project, run, said};

/// The version before the one of this tree, made up for upgrades.
pub(crate) const BEFORE: &str = "0.0.9";

/// What a version of 2025 left behind, as a tar archive beside the packages.
pub(crate) const LEFT: &str = "form-3.tar";

/// Packages of this tree and of the version before, made up of the same programs under another number, from the programs under test
/// (usually a debug build), less pressed than for a release.
pub(crate) static PACKAGES: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = folder_of("packages");
    let programs = program("muster-agent").parent().unwrap().to_owned();
    build(&folder, &programs, &[]);
    build(&folder, &older(&programs), &["--version", BEFORE]);
    // What an older version left behind, without a need for a program that unpacks it.
    let left = fs::read(project("tests/e2e/upgrade/form-3.tar.zst")).unwrap();
    fs::write(folder.join(LEFT), zstd::decode_all(left.as_slice()).unwrap()).unwrap();
    folder
});

/// The programs as those of another version: what they call themselves has as many bytes.
fn older(programs: &Path) -> PathBuf {
    let now = env!("CARGO_PKG_VERSION");
    assert_eq!(now.len(), BEFORE.len(), "choose another version for BEFORE");
    let folder = folder_of("older");
    for name in ["muster", "muster-agent", "muster-collector"] {
        let place = folder.join(name);
        fs::copy(programs.join(name), &place).unwrap();
        let words = format!("s/{}/{BEFORE}/g", now.replace('.', "\\."));
        let output = run("sed", &["-i", &words, place.to_str().unwrap()]);
        assert!(output.status.success(), "{}", said(&output));
    }
    folder
}

/// An empty folder, one for each copy of the project: nothing piles up, and two copies do not meet.
pub(crate) fn folder_of(what: &str) -> PathBuf {
    let mut copy = DefaultHasher::new();
    env!("CARGO_MANIFEST_DIR").hash(&mut copy);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{what}-{:x}", copy.finish()));
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn build(folder: &Path, programs: &Path, more: &[&str]) {
    let mut build = Command::new(project("packaging/build"));
    build.args(["--quick", "--bin-dir"]).arg(programs).arg("--out").arg(folder);
    let output = build.args(more).env("SOURCE_DATE_EPOCH", "1767225600").output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let made: Vec<String> = String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(made.len(), 4, "{made:?}");
    assert!(made.iter().all(|file| Path::new(file).is_file()), "{made:?}");
}

/// The files of this tree's version (or of the one before) that end so.
fn packages(ending: &str) -> Vec<String> {
    let entries = fs::read_dir(&*PACKAGES).unwrap().map(|entry| entry.unwrap().path().to_str().unwrap().to_owned());
    let mut found: Vec<String> = entries.filter(|path| path.ends_with(ending) && !path.contains(BEFORE)).collect();
    found.sort();
    assert_eq!(found.len(), 2, "{found:?}");
    found
}

#[test]
fn the_same_programs_make_the_same_packages() {
    let again = tempfile::tempdir().unwrap();
    build(again.path(), program("muster-agent").parent().unwrap(), &[]);
    for package in packages(".deb").into_iter().chain(packages(".rpm")) {
        let name = Path::new(&package).file_name().unwrap();
        assert!(fs::read(&package).unwrap() == fs::read(again.path().join(name)).unwrap(), "{package} differs");
    }
}

#[test]
fn lintian_finds_no_error() {
    let packages = packages(".deb");
    let mut arguments = vec!["--fail-on", "error", "--tag-display-limit", "0"];
    arguments.extend(packages.iter().map(String::as_str));
    let output = run("lintian", &arguments);
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn both_kinds_hold_the_same() {
    let list = |program: &str, before: &[&str], package: &str| {
        let mut arguments = before.to_vec();
        arguments.push(package);
        let output = run(program, &arguments);
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    for (deb, rpm) in packages(".deb").iter().zip(packages(".rpm").iter()) {
        let in_deb = list("dpkg-deb", &["--contents"], deb);
        let in_rpm = list("rpm", &["-qplv"], rpm);
        for files in [&in_deb, &in_rpm] {
            let foreign = files.lines().filter(|line| !line.contains("root/root") && !line.contains("root     root"));
            assert_eq!(foreign.collect::<Vec<_>>(), Vec::<&str>::new(), "all belongs to root");
        }
        let programs: &[&str] =
            if deb.contains("muster-agent") { &["muster-agent"] } else { &["muster", "muster-collector"] };
        for name in programs {
            let wanted = [
                format!("/usr/bin/{name}"),
                format!("/usr/share/man/man1/{name}.1.gz"),
                format!("/usr/share/bash-completion/completions/{name}"),
                format!("/_{name}"),
                format!("/usr/share/fish/vendor_completions.d/{name}.fish"),
            ];
            for file in wanted {
                let holds = |files: &str| files.lines().any(|line| line.ends_with(&file));
                assert!(holds(&in_deb) && holds(&in_rpm), "{file} is missing in {deb} or {rpm}");
            }
        }
        let name = programs.last().unwrap();
        for file in ["README.md", "copyright", "changelog.gz", "changelog.Debian.gz", "THIRD-PARTY.gz"] {
            assert!(in_deb.contains(&format!("/usr/share/doc/{name}/{file}\n")), "{file}: {in_deb}");
        }
        for file in [
            format!("licenses/{name}/LICENSE"),
            format!("doc/{name}/CHANGELOG.md"),
            format!("doc/{name}/THIRD-PARTY.gz"),
        ] {
            assert!(in_rpm.contains(&format!("/usr/share/{file}\n")), "{file}: {in_rpm}");
        }
    }
}

#[test]
fn the_licences_of_all_that_is_linked_in_are_in_the_package() {
    for (package, linked, not_linked) in [
        ("muster-agent", ["hyper", "ring", "netlink-sys"], "axum"),
        ("muster-collector", ["sled", "axum", "askama"], "landlock"),
    ] {
        let deb = packages(".deb").into_iter().find(|file| file.contains(&format!("/{package}_"))).unwrap();
        let script = "dpkg-deb --fsys-tarfile \"$1\" | tar -xO \"./usr/share/doc/$2/THIRD-PARTY.gz\" | gzip -dc";
        let output = run("sh", &["-c", script, "sh", &deb, package]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let named = |name: &str| text.lines().any(|line| line.starts_with(&format!("{name} ")) && line.contains(": "));
        assert!(linked.iter().all(|name| named(name)) && !named(not_linked), "{package}: {}", said(&output));
        // Nearly each crate stands above a licence text too; a few hold none and only name theirs.
        let list = text.split("\n---").next().unwrap();
        let crates: Vec<&str> = list.lines().skip(6).filter_map(|line| line.split(": ").next()).collect();
        let with_text = |name: &str| text.lines().any(|line| line.starts_with("For ") && line.contains(name));
        let count = crates.iter().filter(|name| with_text(name)).count();
        assert!(crates.len() > 80 && count * 10 > crates.len() * 8, "{package}: {count} of {}", crates.len());
        assert!(text.contains("Permission is hereby granted") && text.contains("Apache License"), "{package}");
    }
}

#[test]
fn bash_completes_commands_options_and_values() {
    let try_one = "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); \
                   f=$(complete -p \"$1\" | sed 's/.*-F \\([^ ]*\\).*/\\1/'); \
                   $f \"$1\" \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; echo \"${COMPREPLY[@]}\"";
    for (words, expected) in [
        ("muster-agent inv", "inventory"),
        ("muster-agent inventory --form", "--format"),
        ("muster-agent inventory --format j", "json"),
        ("muster-agent check-config --conf", "--config"),
        ("muster-collector serve --hel", "--help"),
        ("muster-collector user ad", "add"),
        ("muster finding acc", "accept"),
        ("muster finding accept --reas", "--reason"),
        ("muster -o cs", "csv"),
    ] {
        let words: Vec<&str> = words.split(' ').collect();
        let script = project(&format!("packaging/completions/{}.bash", words.first().unwrap()));
        let mut arguments = vec!["-c", try_one, "bash", script.to_str().unwrap()];
        arguments.extend(&words);
        let output = run("bash", &arguments);
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), expected, "{words:?}: {}", said(&output));
    }
}
