//! Case 116, the promise to only read, of the daemon itself: `strace` watches it enroll, report, see a change, and renew its
//! certificate, in one process and split into agent and probe. Nothing is written outside of the state directory, no program
//! is started, no process made, none traced.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Host;
use crate::collector::{Collector, Got};

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");
/// Everything that starts, changes or looks into something.
const CALLS: &str = "trace=execve,execveat,fork,vfork,clone,clone3,ptrace,process_vm_readv,process_vm_writev,\
    open,openat,openat2,creat,rename,renameat,renameat2,unlink,unlinkat,rmdir,mkdir,mkdirat,link,linkat,symlink,symlinkat,\
    mknod,mknodat,truncate,ftruncate,chmod,fchmodat,chown,lchown,fchownat,utimensat,setxattr,lsetxattr,mount,umount2,\
    init_module,finit_module,kill,tkill,setns,unshare";

/// The program under `strace`, which writes what it sees to a file.
fn traced(trace: &Path, arguments: &[&str]) -> Command {
    let tracer = crate::tracer();
    let mut command = Command::new(tracer[0]);
    command.args(&tracer[1..]);
    command.args(["-f", "-qq", "-y", "-s", "4096", "-e", CALLS, "-o"]).arg(trace).arg(AGENT).args(arguments);
    command.env_remove("MUSTER_STATE_DIR").stderr(Stdio::null());
    command
}

/// Ends the program that is traced: `strace` itself goes with it.
fn end(mut child: Child) {
    let children = std::fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id())).unwrap();
    let traced =
        children.split_whitespace().next().and_then(|pid| rustix::process::Pid::from_raw(pid.parse().unwrap()));
    rustix::process::kill_process(traced.unwrap(), rustix::process::Signal::TERM).unwrap();
    child.wait().unwrap();
}

/// Fails with the first line of a trace that breaks the promise.
fn check(trace: &Path, state_dir: &Path) {
    let text = std::fs::read_to_string(trace).unwrap();
    let state_dir = state_dir.to_str().unwrap();
    assert!(text.lines().count() > 20, "{}: {text}", trace.display());
    let mut programs = 0;
    for line in text.lines() {
        // The process id, the call, its arguments; what was interrupted goes on in another line, without them.
        let Some((_, call)) = line.split_once(' ') else { continue };
        let Some((name, arguments)) = call.trim_start().split_once('(').filter(|(name, _)| !name.starts_with('<'))
        else {
            continue;
        };
        match name {
            "execve" => programs += 1,
            "clone" | "clone3" => assert!(arguments.contains("CLONE_THREAD"), "a process is made: {line}"),
            "open" | "openat" | "openat2" => {
                let flags = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"];
                let path = arguments.split('"').nth(1).unwrap_or_default();
                let writes = flags.iter().any(|flag| arguments.contains(flag));
                assert!(!writes || path.starts_with(state_dir), "opened for writing: {line}");
                assert!(!path.ends_with("/environ") && !path.ends_with("/mem"), "{line}");
            }
            // Quoted parts are paths, every second piece.
            "rename" | "renameat" | "renameat2" | "unlink" | "unlinkat" | "mkdir" | "mkdirat" | "chmod"
            | "fchmodat" => {
                let mut paths = arguments.split('"').skip(1).step_by(2);
                assert!(paths.all(|path| path.starts_with(state_dir)), "changes something else: {line}");
            }
            "ftruncate" => assert!(arguments.contains(state_dir), "{line}"),
            // Its own threads, as `abort` does, or a signal: nobody else's.
            other => panic!("{other}: {line}"),
        }
    }
    assert_eq!(programs, 1, "the program itself and no other");
}

/// Enrolls, runs the daemon, and takes it through a report, a change and a renewal.
async fn watch_a_life(
    host: &Host,
    collector: &mut Collector,
    arguments: &[&str],
    environment: &[(&str, &Path)],
) -> PathBuf {
    let token = host.dir.path().join("token");
    std::fs::write(&token, collector.token.to_string()).unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    // So short a life that it has to be renewed while we look.
    collector.set_lifetime(Duration::from_secs(4));
    let state_dir = host.state_dir();
    let (state, token) = (state_dir.to_str().unwrap(), token.to_str().unwrap());
    let enrolling = host.dir.path().join("enroll.trace");
    let enrolled = traced(&enrolling, &["enroll", "--token-file", token, "--state-dir", state]).spawn().unwrap();
    assert!(matches!(collector.next().await, Got::Enroll(_)));
    tokio::task::spawn_blocking(move || {
        let mut enrolled = enrolled;
        assert!(enrolled.wait().unwrap().success());
    })
    .await
    .unwrap();
    check(&enrolling, &state_dir);

    let watched = host.dir.path().join("watched");
    std::fs::write(&watched, "before").unwrap();
    let running = host.dir.path().join("run.trace");
    let mut command = traced(&running, &["run", "--state-dir", state]);
    command.args(arguments).env("MUSTER_HEARTBEAT_SECONDS", "1").env("MUSTER_COLLECT_FILES", &watched);
    let daemon = command.envs(environment.iter().copied()).spawn().unwrap();
    let (mut reports, mut renewals) = (0, 0);
    while reports < 2 || renewals < 1 {
        match collector.next().await {
            Got::Report { report, .. } => {
                assert_eq!(report.base == 0, reports == 0);
                reports += 1;
                std::fs::write(&watched, "after").unwrap();
            }
            Got::Renew | Got::Recover(_) => renewals += 1,
            _ => {}
        }
    }
    tokio::task::spawn_blocking(move || end(daemon)).await.unwrap();
    check(&running, &state_dir);
    running
}

/// Case 116, one process.
#[tokio::test(flavor = "multi_thread")]
async fn the_daemon_writes_to_its_state_directory_only_and_starts_nothing() {
    let (mut collector, host) = (Collector::start().await, Host::new());
    let trace = watch_a_life(&host, &mut collector, &["--single"], &[]).await;
    let text = std::fs::read_to_string(trace).unwrap();
    assert!(text.contains("/proc/self/mountinfo") || text.contains("/proc/1/mountinfo"), "it looked at the host");
}

/// Case 116, split: the probe writes nothing at all, and the agent reads nothing of the host.
#[tokio::test(flavor = "multi_thread")]
async fn neither_half_of_a_split_agent_writes_elsewhere_or_starts_anything() {
    let (mut collector, host) = (Collector::start().await, Host::new());
    let socket = host.dir.path().join("probe.sock");
    let listener = UnixListener::bind(&socket).unwrap();
    let folder = host.dir.path().to_owned();
    let watched = folder.join("watched");
    // As the socket unit does it: a process for each connection, which is its standard input.
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().flatten().enumerate() {
            let mut command = traced(&folder.join(format!("probe-{number}.trace")), &["probe"]);
            command.env("MUSTER_COLLECT_FILES", &watched).stdin(std::os::fd::OwnedFd::from(stream));
            let mut probe = command.spawn().unwrap();
            std::thread::spawn(move || probe.wait());
        }
    });
    let trace = watch_a_life(&host, &mut collector, &[], &[("MUSTER_PROBE_SOCKET", &socket)]).await;
    let text = std::fs::read_to_string(trace).unwrap();
    assert!(!text.contains("/etc/passwd") && !text.contains("/etc/sudoers"), "the agent reads the host by itself");
    let mut probes = 0;
    for entry in std::fs::read_dir(host.dir.path()).unwrap().flatten() {
        if entry.file_name().to_string_lossy().starts_with("probe-") {
            // What no file may lie in, so that no write is right.
            check(&entry.path(), Path::new("/nowhere"));
            probes += 1;
        }
    }
    assert!(probes >= 2, "one that looks and one that watches, at least: {probes}");
}

/// How often a process's first thread was put back to work after it had nothing to do: the one that waits for everything.
fn wakeups(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    count.unwrap().trim().parse().unwrap()
}

/// A daemon of a test, which ends with it.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Between two heartbeats nothing is polled: each costs the few wakes of its timer, its answer and its connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_quiet_daemon_wakes_for_its_heartbeats_alone() {
    const BEATS: u64 = 5;
    let (mut collector, host) = crate::enrolled().await;
    let tree = host.tree();
    let mut command = Command::new(AGENT);
    command.args(["run", "--root", tree.to_str().unwrap(), "--state-dir"]).arg(host.state_dir());
    command.env("MUSTER_HEARTBEAT_SECONDS", "2").env_remove("MUSTER_STATE_DIR");
    let daemon = Daemon(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    let (mut beats, mut before) = (0, 0);
    while beats < 2 + BEATS {
        let Got::Heartbeat(_) = collector.next().await else { continue };
        beats += 1;
        // The first ones come right after the report.
        if beats == 2 {
            before = wakeups(daemon.0.id());
        }
    }
    let woken = wakeups(daemon.0.id()) - before;
    println!("{woken} wakes for {BEATS} heartbeats");
    assert!(woken <= 7 * BEATS, "{woken} wakes for {BEATS} heartbeats");
}
