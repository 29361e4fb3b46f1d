//! Containers and images against podman itself: made in a store of its own, one of them run, read from its files and over its
//! socket.
//!
//! Needs no network and no image of anybody. Skipped, and said so, where podman is not installed or does not work; in CI it
//! is missed.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test, with functions that are no tests themselves"
)]

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn podman(tree: &Path) -> Command {
    let mut command = Command::new("podman");
    command.arg("--root").arg(tree.join("var/lib/containers/storage"));
    command.arg("--runroot").arg(tree.join("run/containers/storage"));
    command.args(["--storage-driver", "vfs", "--cgroup-manager", "cgroupfs"]);
    command
}

/// What podman prints; `None` when it is not installed or does not work.
fn output(command: &mut Command) -> Option<String> {
    match command.output() {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap().trim().to_owned()),
        other => {
            assert!(std::env::var_os("CI").is_none(), "podman: {other:?}");
            println!("skipped: podman is not installed or does not work here: {other:?}");
            None
        }
    }
}

fn make(tree: &Path) -> Option<()> {
    // An empty archive: two blocks of zeros.
    let archive = tree.join("empty.tar");
    std::fs::write(&archive, [0; 1024]).unwrap();
    output(podman(tree).args(["import", "-c", "CMD [\"/bin/x\"]"]).arg(&archive).arg("localhost/muster-probe:v1"))?;
    let options = ["create", "--name", "web", "-p", "127.0.0.1:8080:80/tcp", "--restart", "always", "-e", "A=hush"];
    let labels = ["--label", "com.docker.compose.project=shop", "localhost/muster-probe:v1", "/bin/x", "--hush"];
    output(podman(tree).args(options).args(labels)).map(drop)
}

fn inventory(command: &mut Command) -> (Value, Value) {
    let output = command.args(["--only", "container,image"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("hush"), "a secret got out");
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let find = |section: &str, key: &str| {
        let items = all["sections"][section]["items"].as_array().unwrap();
        items.iter().find(|item| item["key"] == key).unwrap_or_else(|| panic!("no {key} in {items:?}"))["attributes"]
            .clone()
    };
    (find("container", "podman/web"), find("image", "podman/localhost/muster-probe:v1"))
}

/// Podman's socket, and the process that answers there.
fn serve(tree: &Path) -> (Killed, PathBuf) {
    let socket = tree.join("engine.sock");
    let address = format!("unix://{}", socket.display());
    let server = Killed(podman(tree).args(["system", "service", "--time=60", &address]).spawn().unwrap());
    let ends_at = Instant::now() + Duration::from_secs(20);
    while !socket.exists() && Instant::now() < ends_at {
        std::thread::sleep(Duration::from_millis(50));
    }
    (server, socket)
}

#[test]
fn containers_and_images_are_those_of_podman() {
    let directory = tempfile::tempdir().unwrap();
    let tree = directory.path();
    if make(tree).is_none() {
        return;
    }
    let image = output(podman(tree).args(["image", "inspect", "localhost/muster-probe:v1"])).unwrap();
    let image: Value = serde_json::from_str(&image).unwrap();
    let check = |found: &(Value, Value)| {
        let (container, found_image) = found;
        assert_eq!(container["image"], "localhost/muster-probe:v1");
        assert_eq!(container["image_digest"], image[0]["Digest"]);
        assert_eq!(found_image["digest"], image[0]["Digest"]);
        assert_eq!(found_image["size_bytes"], image[0]["Size"]);
        assert_eq!(found_image["image_id"], format!("sha256:{}", image[0]["Id"].as_str().unwrap()));
    };
    let from_files = inventory(Command::new(AGENT).args(["inventory", "--root"]).arg(tree));
    check(&from_files);
    assert_eq!(from_files.0["current_state"], "created");

    let (_server, socket) = serve(tree);
    let asked = inventory(Command::new(AGENT).arg("inventory").env("MUSTER_AGENT_COLLECT_CONTAINER_SOCKETS", &socket));
    check(&asked);
    assert_eq!(asked.0["state"], "created");
    assert_eq!(asked.0["restart_policy"], "always");
    assert_eq!(asked.0["ports"], json!(["127.0.0.1:8080->80/tcp"]));
    assert_eq!(asked.0["compose_project"], "shop");
}

/// Set for the process that is in namespaces of its own.
const APART: &str = "MUSTER_TEST_APART";

/// Runs the named test again where a container can run without touching this machine: processes of its own, which end with
/// it, and control groups as crun wants to find them. True when that was done, false in the process that it was done in.
fn apart(name: &str) -> bool {
    if std::env::var_os(APART).is_some() {
        return false;
    }
    let script = "mount -t cgroup2 none /sys/fs/cgroup && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script, "sh"]);
    command.arg(std::env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]).env(APART, "1");
    let output = command.output().unwrap();
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    if text.contains("unshare:") || text.contains("mount:") {
        assert!(std::env::var_os("CI").is_none(), "{text}");
        println!("skipped: no namespace can be made here, which takes root: {text}");
        return true;
    }
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    print!("{text}");
    true
}

/// An image with one program that waits for ever, linked so that it needs no file beside it.
fn make_running(tree: &Path) -> Option<()> {
    let source = tree.join("wait.c");
    std::fs::write(&source, "#include <unistd.h>\nint main(void) { for (;;) pause(); }\n").unwrap();
    output(Command::new("gcc").args(["-static", "-Os", "-o"]).arg(tree.join("wait")).arg(&source))?;
    output(Command::new("tar").arg("-C").arg(tree).arg("-cf").arg(tree.join("wait.tar")).arg("wait"))?;
    let archive = tree.join("wait.tar");
    output(podman(tree).args(["import", "-c", "CMD [\"/wait\"]"]).arg(archive).arg("localhost/muster-probe:v1"))?;
    // Limits that a root without all of root's powers may set; no group and no network that would have to be made.
    let limits = ["--ulimit", "nofile=256:256", "--ulimit", "nproc=256:256"];
    let options = ["run", "--detach", "--name", "web", "--network=none", "--cgroups=disabled", "--env", "A=hush"];
    output(podman(tree).args(options).args(limits).arg("localhost/muster-probe:v1")).map(drop)
}

/// A container that runs, in podman's files and over its socket: it is seen to stop, to start and to go.
#[test]
fn a_container_that_runs_is_seen_to_stop_and_to_start() {
    if apart("a_container_that_runs_is_seen_to_stop_and_to_start") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let tree = directory.path();
    if make_running(tree).is_none() {
        return;
    }
    // What podman noted of a process is looked for among those that run.
    std::fs::create_dir(tree.join("proc")).unwrap();
    assert!(Command::new("mount").args(["-t", "proc", "proc"]).arg(tree.join("proc")).status().unwrap().success());
    let (_server, socket) = serve(tree);
    let from_files = || inventory(Command::new(AGENT).args(["inventory", "--root"]).arg(tree)).0;
    let asked =
        || inventory(Command::new(AGENT).arg("inventory").env("MUSTER_AGENT_COLLECT_CONTAINER_SOCKETS", &socket)).0;
    let must = |arguments: &[&str]| assert!(output(podman(tree).args(arguments)).is_some(), "{arguments:?}");
    for (arguments, state) in [
        (&["ps"][..], "running"),
        (&["stop", "--time", "0", "web"], "exited"),
        (&["start", "web"], "running"),
        (&["kill", "web"], "exited"),
    ] {
        must(arguments);
        // The engine knows of an end that it was not asked for a moment later.
        must(&["wait", "--condition", if state == "running" { "running" } else { "stopped" }, "web"]);
        for (by, found) in [("files", from_files()), ("socket", asked())] {
            assert_eq!(found["current_state"], state, "{by}, after {arguments:?}: {found}");
            assert_eq!(found["image"], "localhost/muster-probe:v1", "{by}");
        }
    }
    must(&["rm", "web"]);
    let left = Command::new(AGENT).args(["inventory", "--only", "container", "--root"]).arg(tree).output().unwrap();
    let left: Value = serde_json::from_slice(&left.stdout).unwrap();
    assert_eq!(left["sections"]["container"]["items"], json!([]));
    assert_eq!(left["sections"]["container"]["status"], "ok");
    assert!(Command::new("umount").arg(tree.join("proc")).status().unwrap().success());
}
