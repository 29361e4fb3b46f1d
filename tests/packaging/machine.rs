//! A Debian machine for one test: a tree of debootstrap, booted with systemd as PID 1 in namespaces of its own.
//!
//! The tree is made once and kept in the user's cache. Nothing is left behind: mounts and processes end with the namespaces,
//! the control group and the unpacked tree are removed. Nobody outside is touched: no port, no mount, no kernel setting.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::{project, said};

/// Changes when the tree is made in another way, so that old ones are not used any more.
const RECIPE: u32 = 2;
/// What the tree holds beside the minimum.
const INCLUDE: &str = "--include=systemd,systemd-sysv,dbus,procps,iproute2,rpm,dnf,createrepo-c";
/// So long a machine lives at most, whatever happens to the test.
const LIFE_SECONDS: &str = "600";
/// So long a command in it, or a condition that is waited for, may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running machine. Dropping it ends it and takes it away.
pub(crate) struct Machine {
    launcher: Child,
    pid: String,
    group: PathBuf,
    folder: TempDir,
}

/// A command with root's power.
pub(crate) fn as_root(program: &str) -> Command {
    if rustix::process::geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}

fn do_as_root(program: &str, arguments: &[&str]) -> bool {
    let status = as_root(program).args(arguments).stdin(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Root's power that is enough for namespaces: in some containers root has less.
fn can_boot() -> bool {
    let mut tried = as_root("unshare");
    tried.args(["--mount", "--pid", "--fork", "--cgroup", "--uts", "--ipc", "--net", "true"]);
    let status = tried.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// Whether there is such power; when not, it is said that the test was not run.
pub(crate) fn can_boot_for(name: &str) -> bool {
    let can = can_boot();
    if !can {
        let text = format!(
            "\n*** NOT RUN: {name} needs namespaces, which takes root or `sudo -n`. Run tests/run as root. ***\n"
        );
        // Past the test runner, which keeps what passing tests print.
        std::io::stderr().write_all(text.as_bytes()).unwrap();
        assert!(std::env::var_os("CI").is_none(), "in CI nothing is left out");
    }
    can
}

/// Names of machines: whose test it is can be seen, so that one that was killed can be cleaned up after.
const MARK: &str = "muster-test-";

/// Takes away what tests left behind that were killed: their machines died with them, folders and groups stay.
fn sweep(folder: &Path, remove: impl Fn(&str) -> bool) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner = name.strip_prefix(MARK).and_then(|rest| rest.split('-').next());
        if owner.is_some_and(|pid| pid.parse::<u32>().is_ok() && !Path::new("/proc").join(pid).exists()) {
            remove(entry.path().to_str().unwrap());
        }
    }
}

fn remove_group(path: &str) -> bool {
    do_as_root("find", &[path, "-depth", "-type", "d", "-exec", "rmdir", "{}", "+"])
}

pub(crate) fn remove_tree(path: &str) -> bool {
    do_as_root("rm", &["-rf", "--one-file-system", path])
}

/// A folder for one test, on a disk and not in memory.
pub(crate) fn folder() -> TempDir {
    let prefix = format!("{MARK}{}-", std::process::id());
    tempfile::Builder::new().prefix(&prefix).tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// The Debian whose libraries the programs were linked with: this machine's, else the one they are built for.
fn suite() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let value = |key: &str| release.lines().find_map(|line| line.strip_prefix(key)).map(|text| text.trim_matches('"'));
    let own = value("VERSION_CODENAME=").filter(|_| value("ID=") == Some("debian"));
    own.unwrap_or("bookworm").to_owned()
}

/// The tree that is booted.
pub(crate) fn tree() -> PathBuf {
    tree_of(&suite(), INCLUDE)
}

/// The tree of a Debian as a tar file; made when it is not there.
pub(crate) fn tree_of(suite: &str, include: &str) -> PathBuf {
    static MAKING: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one_at_a_time = MAKING.lock().unwrap();
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache"))).unwrap();
    let path = cache.join(format!("muster-debian-root-{suite}-{RECIPE}.tar.zst"));
    if path.is_file() {
        return path;
    }
    fs::create_dir_all(&cache).unwrap();
    let draft = path.with_extension(format!("{}", std::process::id()));
    let folder = folder();
    let root = folder.path().join("root");
    let script = "set -eu
        timeout 400 debootstrap --variant=minbase \"$3\" \"$1\" \"$2\" >\"$2.log\" 2>&1 || { tail -n 20 \"$2.log\" >&2; exit 1; }
        rm -rf \"$2\"/var/cache/apt/archives/*.deb \"$2\"/var/lib/apt/lists/*
        tar -C \"$2\" --numeric-owner -cf - . | zstd -q -3 -T0";
    let mut make = as_root("sh");
    make.args(["-c", script, "sh", suite, root.to_str().unwrap(), include]).stdout(fs::File::create(&draft).unwrap());
    let output = make.stderr(Stdio::piped()).output().unwrap();
    remove_tree(folder.path().to_str().unwrap());
    assert!(output.status.success(), "no Debian tree could be made (debootstrap needs a network): {}", said(&output));
    fs::rename(&draft, &path).unwrap();
    path
}

/// Where control groups of version 2 are.
fn control_groups() -> PathBuf {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let mount = mounts.lines().find(|line| line.contains(" - cgroup2 "));
    PathBuf::from(
        mount.and_then(|line| line.split(' ').nth(4)).unwrap_or_else(|| panic!("no cgroup2 is mounted: {mounts}")),
    )
}

impl Machine {
    /// Boots one with the files of `packages` in its `/root`. Nothing when root's power cannot be had: that is said.
    pub(crate) fn boot(name: &str, packages: &Path) -> Option<Self> {
        if !can_boot_for(name) {
            return None;
        }
        sweep(Path::new(env!("CARGO_TARGET_TMPDIR")), remove_tree);
        sweep(&control_groups(), remove_group);
        let folder = folder();
        let (root, pid_file) = (folder.path().join("root"), folder.path().join("pid"));
        fs::create_dir(&root).unwrap();
        let [root, pid_file, tree] = [&root, &pid_file, &tree()].map(|path| path.to_str().unwrap().to_owned());
        assert!(do_as_root("tar", &["-C", &root, "--numeric-owner", "-xf", &tree]), "cannot unpack {tree}");
        for entry in fs::read_dir(packages).unwrap() {
            let file = entry.unwrap().path();
            assert!(do_as_root("cp", &[file.to_str().unwrap(), &format!("{root}/root/")]));
        }
        let group = control_groups().join(format!("{MARK}{}-{name}", std::process::id()));
        assert!(do_as_root("mkdir", &[group.to_str().unwrap()]), "cannot make {}", group.display());
        // Each dies with its parent: the machine with the test, whichever way that ends.
        let join = "echo $$ >\"$1/cgroup.procs\" && shift && exec \"$@\"";
        let mut launcher = as_root("setpriv");
        launcher.args([
            "--pdeathsig",
            "KILL",
            "timeout",
            "--signal=KILL",
            LIFE_SECONDS,
            "setpriv",
            "--pdeathsig",
            "KILL",
        ]);
        launcher.args(["sh", "-c", join, "sh", group.to_str().unwrap(), "unshare", "--mount", "--pid", "--fork"]);
        launcher.args(["--kill-child", "--cgroup", "--uts", "--ipc", "--net", "sh"]);
        launcher.arg(project("tests/packaging/boot.sh")).args([&root, &pid_file]);
        let launcher = launcher.stdin(Stdio::null()).spawn().unwrap();
        let mut machine = Self { launcher, pid: String::new(), group, folder };
        machine.wait_booted(&pid_file);
        Some(machine)
    }

    fn wait_booted(&mut self, pid_file: &str) {
        let began = Instant::now();
        loop {
            assert!(began.elapsed() < PATIENCE, "the machine does not boot");
            assert!(self.launcher.try_wait().unwrap().is_none(), "the machine ended at once");
            if self.pid.is_empty() {
                fs::read_to_string(pid_file).unwrap_or_default().trim().clone_into(&mut self.pid);
            // Before the shell has become systemd there is nobody to ask.
            } else if fs::read_to_string(format!("/proc/{}/comm", self.pid)).is_ok_and(|name| name == "systemd\n")
                && self.is(r#"test "$(systemctl is-system-running --wait)" = running"#)
            {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Runs a script in the machine: how it ended and what it said.
    pub(crate) fn run(&self, script: &str) -> (bool, String) {
        let mut enter = as_root("nsenter");
        enter.args(["-t", &self.pid, "-m", "-u", "-i", "-n", "-p", "-C", "-r", "-w", "env", "-i", "LC_ALL=C.UTF-8"]);
        enter.args(["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "DEBIAN_FRONTEND=noninteractive"]);
        enter.args(["timeout", &PATIENCE.as_secs().to_string(), "bash", "-c"]).arg(format!("cd /root; {script}"));
        let output = enter.stdin(Stdio::null()).output().unwrap();
        (output.status.success(), said(&output))
    }

    /// Whether a script succeeds.
    pub(crate) fn is(&self, script: &str) -> bool {
        self.run(script).0
    }

    /// What a script says, which must succeed.
    pub(crate) fn ok(&self, script: &str) -> String {
        let (is_ok, said) = self.run(script);
        assert!(is_ok, "in the machine: {script}\n{said}\n{}", self.journal());
        said
    }

    /// Waits until a script succeeds; what it says then.
    pub(crate) fn until(&self, what: &str, script: &str) -> String {
        let began = Instant::now();
        loop {
            let (is_ok, said) = self.run(script);
            if is_ok {
                return said;
            }
            assert!(began.elapsed() < PATIENCE, "never: {what}: {script}\n{said}\n{}", self.journal());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn journal(&self) -> String {
        self.run("journalctl --no-pager -o short-monotonic -n 60 -u 'muster*'; systemctl --failed --no-legend").1
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let began = Instant::now();
        if !self.pid.is_empty() {
            // Halt, as systemd understands it.
            do_as_root("kill", &["-s", "RTMIN+3", &self.pid]);
        }
        while began.elapsed() < Duration::from_secs(10) && matches!(self.launcher.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(50));
        }
        if matches!(self.launcher.try_wait(), Ok(None)) {
            if !self.pid.is_empty() {
                do_as_root("kill", &["-KILL", &self.pid]);
            }
            drop(self.launcher.kill());
        }
        drop(self.launcher.wait());
        for _ in 0..50 {
            let group = self.group.to_str().unwrap_or_default();
            // The last process may need a moment to be gone.
            if remove_group(group) {
                break;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        remove_tree(self.folder.path().to_str().unwrap_or_default());
    }
}
