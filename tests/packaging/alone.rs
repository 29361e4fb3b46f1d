//! The packaged agent alone: one static file that runs in an empty root, and in the root of a distribution older than the one
//! it was built on, where it also finds its collector by name.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::LazyLock;

use muster_shared::Time;
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::id::EnrollmentTokenId;
use serde_json::Value;

use crate::machine::{as_root, remove_tree, tree_of};
use crate::package::folder_of;
use crate::{program, project, run, said};

/// The Debian before the one that releases are built on: an older C library.
const OLD: &str = "bullseye";

/// Most bytes of the agent when it is linked with musl on `x86_64`.
const MOST_BYTES: usize = 5_000_000;

/// The agent out of the package that `packaging/build --static` makes, and whether it is linked with musl.
pub(crate) static BUILT: LazyLock<(PathBuf, bool)> = LazyLock::new(|| {
    let folder = folder_of("static");
    let mut build = std::process::Command::new(project("packaging/build"));
    build.args(["--deb", "--static", "--quick", "--bin-dir"]).arg(program("muster-agent").parent().unwrap());
    let output = build.arg("--out").arg(&folder).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let with_glibc = String::from_utf8_lossy(&output.stderr).contains("the agent is linked with glibc");
    let made = String::from_utf8(output.stdout).unwrap();
    let package = made.lines().find(|line| line.contains("muster-agent_")).unwrap().to_owned();
    let unpacked = folder.join("unpacked");
    let output = run("dpkg-deb", &["-x", &package, unpacked.to_str().unwrap()]);
    assert!(output.status.success(), "{}", said(&output));
    (unpacked.join("usr/bin/muster-agent"), !with_glibc)
});
pub(crate) static AGENT: LazyLock<PathBuf> = LazyLock::new(|| BUILT.0.clone());

/// A root for one test, removed when the test ends.
struct Tree(PathBuf);

impl Drop for Tree {
    fn drop(&mut self) {
        remove_tree(self.0.to_str().unwrap_or_default());
    }
}

impl Tree {
    /// An empty one with the agent in it, or the unpacked tree of a Debian.
    fn new(name: &str, suite: Option<&str>) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("alone-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        let tree = Self(path);
        if let Some(suite) = suite {
            let packed = tree_of(suite, "--include=iproute2");
            tree.run("tar -C \"$1\" --numeric-owner -xf \"$2\"", &[packed.to_str().unwrap()]);
        }
        tree.run("cp \"$2\" \"$1/muster-agent\"", &[AGENT.to_str().unwrap()]);
        tree
    }

    /// Runs a script of which `$1` is this root, and which has to succeed: as root, in namespaces of its own, so that mounts
    /// and network end with it.
    fn run(&self, script: &str, more: &[&str]) -> String {
        let mut shell = as_root("unshare");
        shell.args([
            "--mount",
            "--net",
            "--pid",
            "--fork",
            "--kill-child",
            "timeout",
            "100",
            "sh",
            "-euc",
            script,
            "sh",
        ]);
        let output = shell.arg(&self.0).args(more).stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{script}: {}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    }
}

pub(crate) fn inventory(text: &str) -> Value {
    let inventory: Value = serde_json::from_str(text).unwrap();
    let sections = inventory.get("sections").and_then(Value::as_object);
    assert!(sections.is_some_and(|sections| sections.len() > 40), "{inventory}");
    inventory
}

#[test]
fn it_is_small_and_says_nothing_of_where_it_was_built() {
    let bytes = fs::read(&*AGENT).unwrap();
    if BUILT.1 && cfg!(target_arch = "x86_64") {
        assert!(bytes.len() <= MOST_BYTES, "{} bytes are more than {MOST_BYTES}", bytes.len());
    } else {
        println!("the size is held where musl is linked in, on x86_64: not tried");
    }
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("src/"), "what panics names its source");
    for place in ["/registry/src/", "/lib/rustlib/src/", project("agent/src").to_str().unwrap()] {
        assert!(!has(place), "{place}");
    }
}

#[test]
fn it_runs_in_an_empty_root() {
    if !crate::machine::can_boot_for("it_runs_in_an_empty_root") {
        return;
    }
    let tree = Tree::new("empty", None);
    let version = tree.run("chroot \"$1\" /muster-agent --version", &[]);
    assert!(version.starts_with("muster-agent "), "{version}");
    // Without /proc and /sys nothing can be read, which is another thing than that nothing is there.
    let found = inventory(&tree.run("chroot \"$1\" /muster-agent inventory --format json", &[]));
    for section in ["cpu", "memory", "package", "user", "mount"] {
        assert_ne!(found["sections"][section]["status"], "ok", "{section}: {}", found["sections"][section]);
    }
    let mounted = "mkdir \"$1/proc\" \"$1/sys\"; mount -t proc proc \"$1/proc\"; mount --rbind /sys \"$1/sys\"; \
                   chroot \"$1\" /muster-agent inventory --format json";
    let found = inventory(&tree.run(mounted, &[]));
    for section in ["cpu", "memory", "kernel", "route", "mount"] {
        assert_eq!(found["sections"][section]["status"], "ok", "{section}: {}", found["sections"][section]);
    }
}

#[test]
fn it_runs_in_an_older_distribution_and_finds_its_collector_by_name() {
    if !crate::machine::can_boot_for("it_runs_in_an_older_distribution") {
        return;
    }
    let tree = Tree::new("old", Some(OLD));
    let mount = "mount -t proc proc \"$1/proc\"; mount --rbind /sys \"$1/sys\"; mount --rbind /dev \"$1/dev\"; ";
    let found = inventory(&tree.run(&format!("{mount} chroot \"$1\" /muster-agent inventory --format json"), &[]));
    assert_eq!(found["host"]["os_codename"], OLD);
    let said = tree.run("chroot \"$1\" dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Version}\\n'", &[]);
    let theirs: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("ii ")).collect();
    let packages = found["sections"]["package"]["items"].as_array().unwrap();
    let text = |item: &Value, name: &str| item["attributes"][name].as_str().unwrap_or_default().to_owned();
    let ours: Vec<String> =
        packages.iter().map(|item| format!("{} {}", text(item, "name"), text(item, "version"))).collect();
    assert!(theirs.len() > 80 && theirs.iter().all(|package| ours.iter().any(|own| own == package)), "{ours:?}");

    // The name is asked for at a name server on loopback; the file of hosts knows another one. Nobody listens at the port.
    for name in ["collector.example.test", "listed.example.test"] {
        let token = EnrollmentToken {
            url: format!("https://{name}:9"),
            ca_spki_sha256: "0".repeat(64),
            id: EnrollmentTokenId::new(Time::from_millis(1_790_000_000_000)),
            secret: "s".repeat(43),
        };
        let script = format!(
            "{mount} ip link set lo up; echo 'nameserver 127.0.0.1' >\"$1/etc/resolv.conf\"; \
             echo '127.0.0.1 localhost listed.example.test' >\"$1/etc/hosts\"; (umask 077; echo \"$2\" >\"$1/token\"); perl \"$3\" & sleep 1; \
             chroot \"$1\" /muster-agent enroll --token-file /token --state-dir /state 2>&1 || true"
        );
        let names = project("tests/packaging/names.pl");
        let said = tree.run(&script, &[&token.to_string(), names.to_str().unwrap()]);
        assert!(said.to_lowercase().contains("connection refused"), "{name} is not found: {said}");
    }
}
