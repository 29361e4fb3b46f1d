//! What the packaged agent weighs: the memory of an inventory, of a running agent's first scan and report, of both on a host with
//! very many processes, and of an agent that waits. Held where musl is linked in, as in the packages that are built for `x86_64`.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use muster_shared::SectionName;
use muster_tests::collector::Collector;
use muster_tests::wait::until;
use serde_json::{Value, json};

use crate::alone::{AGENT, BUILT, inventory};
use crate::machine::as_root;
use crate::{run, said};

/// Most memory of a whole inventory, and of all that a running agent does with it, in KiB.
const PEAK_KIB: u64 = 8 << 10;
/// Most memory of an agent that waits, in KiB; and of its probe.
const IDLE_KIB: u64 = 5 << 10;
const PROBE_KIB: u64 = 8 << 10;
/// The goals are said for a host with some hundred packages.
const PACKAGES: usize = 950;
/// What is left of the packages of a machine that has more.
const LEFT: usize = 850;
const DPKG: &str = "/var/lib/dpkg";
/// Processes of a host that is full of them (case 115), each with a program of its own.
const PROCESSES: usize = 5_000;

/// The processes that one of these tests makes, the agents of the others would see: one takes its turn after the other.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// A figure of a process, in KiB.
fn kib(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or_else(|| panic!("no {name}: {status}"))
}

fn hold(what: &str, kib: u64, most: u64, packages: usize) {
    println!("{what}: {kib} KiB with {packages} packages");
    if BUILT.1 && packages <= PACKAGES {
        assert!(kib <= most, "{what}: {kib} KiB are more than {most}, with {packages} packages");
    } else {
        println!("memory is held where musl is linked in, with up to {PACKAGES} packages: not tried");
    }
}

fn packages(found: &Value) -> usize {
    found.pointer("/sections/package/items").and_then(Value::as_array).map_or(0, Vec::len)
}

/// A folder with the packages of this machine that an agent is to see, one paragraph each, and how many they are.
fn few_packages(folder: &Path) -> (PathBuf, usize) {
    let status = fs::read_to_string(Path::new(DPKG).join("status")).unwrap_or_default();
    let paragraphs: Vec<&str> = status.split_inclusive("\n\n").collect();
    let count = if paragraphs.len() > PACKAGES { LEFT } else { paragraphs.len() };
    let path = folder.join("packages");
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join("status"), paragraphs.get(..count).unwrap().concat()).unwrap();
    (path, count)
}

/// Whether an agent can be shown packages of its own.
fn can_mount() -> bool {
    let may = rustix::process::geteuid().is_root() && Path::new(DPKG).exists();
    may && run("unshare", &["--mount", "true"]).status.success()
}

/// The packaged agent; where namespaces can be had it sees the packages of this folder as all that there are.
fn agent_with(packages: &Path) -> Command {
    if !can_mount() {
        return Command::new(&*AGENT);
    }
    // Each becomes the next: the process that is started is the agent.
    let mut command = Command::new("unshare");
    let script = format!("mount --bind \"$0\" {DPKG} && exec \"$@\"");
    command.args(["--mount", "sh", "-c", &script]).arg(packages).arg(&*AGENT);
    command
}

#[test]
fn it_takes_an_inventory_in_little_memory_and_alone() {
    let _turn = TURN.blocking_lock();
    let folder = tempfile::tempdir().unwrap();
    let (few, _) = few_packages(folder.path());
    let mut agent = agent_with(&few).arg("inventory").stdout(Stdio::piped()).spawn().unwrap();
    let mut out = agent.stdout.take().unwrap();
    let mut text = vec![0];
    // By its first byte all has been read, and the pipe is too small for what is written.
    out.read_exact(&mut text).unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", agent.id())).unwrap();
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", agent.id())).unwrap();
    out.read_to_end(&mut text).unwrap();
    assert!(agent.wait().unwrap().success());
    assert_eq!(children, "", "no process beside it");
    let found = inventory(&String::from_utf8(text).unwrap());
    hold("the peak of an inventory", kib(&status, "VmHWM"), PEAK_KIB, packages(&found));
}

/// A frame of the probe's language; `None` at its end.
fn frame(stream: &mut UnixStream) -> Option<Value> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).ok()?;
    let mut json = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut json).unwrap();
    Some(serde_json::from_slice(&json).unwrap())
}

/// A look of the probe at everything: each section is sent and let go of before the next ones are read.
#[test]
fn the_probe_looks_in_little_memory() {
    let _turn = TURN.blocking_lock();
    let folder = tempfile::tempdir().unwrap();
    let (few, count) = few_packages(folder.path());
    let (mut agent, socket) = UnixStream::pair().unwrap();
    let mut probe = agent_with(&few).arg("probe").stdin(OwnedFd::from(socket)).spawn().unwrap();
    let question = json!({"ask": "look", "sections": SectionName::ALL}).to_string();
    agent.write_all(&[&u32::try_from(question.len()).unwrap().to_be_bytes(), question.as_bytes()].concat()).unwrap();
    let (mut peak, mut sections) = (0, 0);
    while let Some(answer) = frame(&mut agent) {
        sections += usize::from(answer["is"] == "section");
        // What is large does not fit into the socket: the probe is there while it is read, and behind the last of it nothing is.
        let status = fs::read_to_string(format!("/proc/{}/status", probe.id())).unwrap_or_default();
        peak = if status.contains("VmHWM") { kib(&status, "VmHWM") } else { peak };
    }
    assert!(probe.wait().unwrap().success());
    assert_eq!(sections, SectionName::ALL.len());
    hold("the peak of a probe's look at everything", peak, PEAK_KIB, count);
}

/// Starts as many processes as it is told, each of a program of its own name, says so, and waits.
const STORM: &str = r#"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int count, char **words) {
    if (count < 3) for (;;) pause();
    for (int i = 0; i < atoi(words[1]); i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/p%d", words[2], i);
        if (link(words[0], path)) return perror(path), 1;
        int pid = fork();
        if (pid < 0) return perror("fork"), 1;
        if (!pid) return execl(path, path, (char *)0), perror(path), 1;
    }
    puts("started"), fflush(stdout);
    for (;;) pause();
}
"#;

/// `$1` the storm, `$2` how many, `$3` a folder, `$4` the agent, `$5` a token. Its inventories go into the folder, one as it comes
/// and one with processes, and what it weighed by the first byte of each, when all was read; then what a running one weighed by
/// the time its first report was acknowledged. All ends with the first process of these namespaces.
const INSIDE: &str = r#"set -eu
test ! -e /var/lib/dpkg || mount --bind "$3/packages" /var/lib/dpkg
mkdir "$3/programs" && mkfifo "$3/started" "$3/out"
"$1" "$2" "$3/programs" >"$3/started" &
read -r said <"$3/started" && test "$said" = started
until [ "$(ls -d /proc/[0-9]*/exe | wc -l)" -ge "$2" ]; do sleep 0.1; done
for processes in false true; do
    MUSTER_COLLECT_PROCESSES=$processes "$4" inventory >"$3/out" &
    agent=$!
    exec 3<"$3/out"
    dd bs=1 count=1 <&3 2>/dev/null >"$3/inventory-$processes"
    cat "/proc/$agent/status" >"$3/status-$processes"
    cat <&3 >>"$3/inventory-$processes"
    wait "$agent"
done
install -m 600 "$5" "$3/own-token" && mkdir -m 700 "$3/state"
export MUSTER_COLLECT_PROCESSES=true
"$4" enroll --state-dir "$3/state" --token-file "$3/own-token" >&2
"$4" run --single --state-dir "$3/state" 2>"$3/log" &
agent=$!
until "$4" status --json --state-dir "$3/state" | grep -q '"last_report_at": *"'; do
    kill -0 "$agent" || { cat "$3/log" >&2; exit 1; }
    sleep 0.2
done
cat "/proc/$agent/status" >"$3/status-run"
kill "$agent"
chmod -R a+rX "$3"
"#;

/// Case 115: no section is lost to the time that five thousand processes take, what is left out is said, and memory is as it was,
/// also of a running agent that tells of them, which in one process holds what it reads and what it tells.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_thousand_processes_do_not_make_it_heavy() {
    let _turn = TURN.lock().await;
    if !crate::machine::can_boot_for("five_thousand_processes") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::start(folder.path(), &[]).await.unwrap();
    let (storm, token) = (folder.path().join("storm"), folder.path().join("token"));
    fs::write(&token, collector.enrollment_token(1).await.unwrap()).unwrap();
    let (_, count) = few_packages(folder.path());
    build_storm(folder.path(), &storm);
    let mut shell = as_root("unshare");
    shell.args([
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "--mount-proc",
        "timeout",
        "300",
        "sh",
        "-c",
        INSIDE,
        "sh",
    ]);
    let output = shell.arg(&storm).arg(PROCESSES.to_string()).arg(folder.path()).arg(&*AGENT).arg(&token).output();
    let output = output.unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    for (asked, what) in
        [("false", "the peak beside five thousand processes"), ("true", "the peak with two thousand programs told")]
    {
        let found = inventory(&text(&format!("inventory-{asked}")));
        for (name, section) in found["sections"].as_object().unwrap() {
            assert!(!section["problems"].to_string().contains("timed out"), "{name}: {}", section["problems"]);
        }
        hold(what, kib(&text(&format!("status-{asked}")), "VmHWM"), PEAK_KIB, packages(&found));
    }
    hold("the peak of a running agent that tells of them", kib(&text("status-run"), "VmHWM"), PEAK_KIB, count);
    let process = &inventory(&text("inventory-true"))["sections"]["process"];
    let items = process["items"].as_array().unwrap();
    let is_of_storm =
        |item: &&Value| item["attributes"]["executable"].as_str().is_some_and(|e| e.contains("/programs/p"));
    let told = items.iter().filter(is_of_storm).count();
    assert!((1_000..PROCESSES).contains(&told), "{told} of {PROCESSES}");
    let problems = process["problems"].to_string();
    assert!(process["status"] == "partial" && problems.contains("processes left out"), "{problems}");
}

fn build_storm(folder: &Path, storm: &Path) {
    let source = folder.join("storm.c");
    fs::write(&source, STORM).unwrap();
    let built = run("gcc", &["-static", "-Os", "-o", storm.to_str().unwrap(), source.to_str().unwrap()]);
    assert!(built.status.success(), "{}", said(&built));
}

/// Processes of a test, which end with it.
#[derive(Clone, Default)]
struct Running(Arc<Mutex<Vec<Child>>>);

impl Running {
    fn add(&self, child: Child) -> u32 {
        let pid = child.id();
        self.0.lock().unwrap().push(child);
        pid
    }

    /// Those that have not ended.
    fn pids(&self) -> Vec<u32> {
        let mut children = self.0.lock().unwrap();
        children.iter_mut().filter_map(|child| child.try_wait().unwrap().is_none().then(|| child.id())).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for child in self.0.lock().unwrap().iter_mut() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

fn with_state(mut command: Command, state: &Path) -> Command {
    command.arg("--state-dir").arg(state).env_remove("MUSTER_STATE_DIR").stdout(Stdio::null());
    command
}

fn agent(state: &Path) -> Command {
    with_state(Command::new(&*AGENT), state)
}

/// Serves the probe's socket as its unit does: a process for each connection, which is its standard input.
fn probes(socket: &Path, packages: PathBuf, running: Running) {
    let listener = UnixListener::bind(socket).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut probe = agent_with(&packages);
            probe.arg("probe").stdin(OwnedFd::from(stream)).stdout(Stdio::null()).stderr(Stdio::null());
            running.add(probe.spawn().unwrap());
        }
    });
}

/// Enrolls the packaged agent with a real collector, lets it report all of this machine, and gives its process when it waits.
async fn waiting(
    dir: &Path,
    collector: &Collector,
    options: &[&str],
    socket: &Path,
    running: &Running,
) -> (u32, PathBuf) {
    let (state, token) = (dir.join("agent"), dir.join("token"));
    fs::create_dir(&state).unwrap();
    fs::write(&token, collector.enrollment_token(1).await.unwrap()).unwrap();
    fs::set_permissions(&token, fs::Permissions::from_mode(0o600)).unwrap();
    let enrolled = agent(&state).arg("enroll").arg("--token-file").arg(&token).output().unwrap();
    assert!(enrolled.status.success(), "{}", said(&enrolled));
    let mut command = with_state(agent_with(&few_packages(dir).0), &state);
    command.arg("run").args(options).env("MUSTER_PROBE_SOCKET", socket).stderr(Stdio::null());
    let pid = running.add(command.spawn().unwrap());
    let heard = Mutex::new(BTreeSet::new());
    until("it has told everything, and five more heartbeats are answered", async || {
        let status = agent(&state).args(["status", "--json"]).stdout(Stdio::piped()).output()?;
        let status: Value = serde_json::from_slice(&status.stdout).unwrap_or_default();
        let told = |pointer: &str| status.pointer(pointer).cloned().unwrap_or_default();
        if told("/last_report_at").is_string() && told("/spool/count") == 0 {
            heard.lock().unwrap().insert(told("/last_success_at").to_string());
        }
        Ok((heard.lock().unwrap().len() > 5).then_some(()))
    })
    .await
    .unwrap();
    (pid, state)
}

fn status_of(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/status")).unwrap()
}

/// Takes a package away where the agent looks, as dpkg does, and waits until that is told.
async fn change(dir: &Path, state: &Path) {
    if !can_mount() {
        return println!("no package is taken away: this machine's own are not for a test to change");
    }
    let told = || -> anyhow::Result<String> {
        let status = agent(state).args(["status", "--json"]).stdout(Stdio::piped()).output()?;
        let status: Value = serde_json::from_slice(&status.stdout)?;
        Ok(status.get("last_report_at").map(Value::to_string).unwrap_or_default())
    };
    let (path, new) = (dir.join("packages/status"), dir.join("packages/status-new"));
    let (before, packages) = (told().unwrap(), fs::read_to_string(&path).unwrap());
    let (_first, others) = packages.split_once("\n\n").unwrap();
    fs::write(&new, others).unwrap();
    fs::rename(new, path).unwrap();
    until("the change is told", async || Ok((told()? != before).then_some(()))).await.unwrap();
}

/// In one process, and split: the agent that speaks, and the probe that watches. It is a difference that takes most: what was told
/// is there beside what was found.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_scans_tells_a_change_and_waits_in_little_memory() {
    let _turn = TURN.lock().await;
    for is_split in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let collector = Collector::start(dir.path(), &[("MUSTER_HEARTBEAT_SECONDS", "1")]).await.unwrap();
        let (running, watching) = (Running::default(), Running::default());
        let socket = dir.path().join("probe.sock");
        let mut options = vec!["--single"];
        if is_split {
            probes(&socket, few_packages(dir.path()).0, watching.clone());
            options.clear();
        }
        let (pid, state) = waiting(dir.path(), &collector, &options, &socket, &running).await;
        let data = collector.bootstrap().await.unwrap();
        let known = data.0.list("/items?class=package&limit=1").await;
        assert!(known.is_ok_and(|items| !items.is_empty()), "it told of packages");
        let packages = few_packages(dir.path()).1;
        change(dir.path(), &state).await;
        let (way, status) = (if is_split { "split" } else { "in one process" }, status_of(pid));
        hold(&format!("the peak of an agent that scans and reports, {way}"), kib(&status, "VmHWM"), PEAK_KIB, packages);
        hold(&format!("the agent that waits, {way}"), kib(&status, "VmRSS"), IDLE_KIB, packages);
        let probes = watching.pids();
        assert_eq!(probes.len(), usize::from(is_split), "one probe watches, none looks");
        for probe in probes {
            hold("the probe that waits", kib(&status_of(probe), "VmRSS"), PROBE_KIB, packages);
        }
    }
}
