//! Containers and images against podman and docker themselves: made in a store of the test's own, one of them run, read from the
//! engine's files and over its socket.
//!
//! Needs no network and no image of anybody. Skipped, and said so, where an engine is not installed or does not work; in CI it
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
const PODMAN_IMAGE: &str = "localhost/muster-probe:v1";
const DOCKER_IMAGE: &str = "muster-probe:v1";

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

/// What an engine prints; `None` when it is not installed or does not work.
fn output(command: &mut Command) -> Option<String> {
    match command.output() {
        Ok(output) if output.status.success() => Some(String::from_utf8(output.stdout).unwrap().trim().to_owned()),
        other => {
            assert!(std::env::var_os("CI").is_none(), "{command:?}: {other:?}");
            println!("skipped: it is not installed or does not work here: {command:?}: {other:?}");
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

fn inventory(command: &mut Command, engine: &str, image: &str) -> (Value, Value) {
    let output = command.args(["--only", "container,image"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!String::from_utf8_lossy(&output.stdout).contains("hush"), "a secret got out");
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let find = |section: &str, key: &str| {
        let items = all["sections"][section]["items"].as_array().unwrap();
        items.iter().find(|item| item["key"] == key).unwrap_or_else(|| panic!("no {key} in {items:?}"))["attributes"]
            .clone()
    };
    (find("container", &format!("{engine}/web")), find("image", &format!("{engine}/{image}")))
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
    let of_podman = |command: &mut Command| inventory(command, "podman", PODMAN_IMAGE);
    let from_files = of_podman(Command::new(AGENT).args(["inventory", "--root"]).arg(tree));
    check(&from_files);
    // Which database podman keeps is a matter of its version: both tell this.
    assert_eq!((&from_files.0["state"], &from_files.0["restart_policy"]), (&json!("created"), &json!("always")));
    assert_eq!(from_files.0["ports"], json!(["127.0.0.1:8080->80/tcp"]));
    assert_eq!(from_files.0["compose_project"], "shop");

    let (_server, socket) = serve(tree);
    let asked = of_podman(Command::new(AGENT).arg("inventory").env("MUSTER_AGENT_COLLECT_CONTAINER_SOCKETS", &socket));
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
    // What engines put below /run ends with the namespace, and the containerd of a machine that has docker is not seen there: this
    // docker starts its own.
    let script = "mount -t cgroup2 none /sys/fs/cgroup && mount -t tmpfs none /run && exec \"$@\"";
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

/// An archive with one program that waits for ever, linked so that it needs no file beside it.
fn archive(tree: &Path) -> Option<PathBuf> {
    let source = tree.join("wait.c");
    std::fs::write(&source, "#include <unistd.h>\nint main(void) { for (;;) pause(); }\n").unwrap();
    output(Command::new("gcc").args(["-static", "-Os", "-o"]).arg(tree.join("wait")).arg(&source))?;
    output(Command::new("tar").arg("-C").arg(tree).arg("-cf").arg(tree.join("wait.tar")).arg("wait"))?;
    Some(tree.join("wait.tar"))
}

/// A container that runs is seen to stop, to start and to go, in the engine's files and over its socket.
fn follow(tree: &Path, engine: &dyn Fn() -> Command, name: &str, image: &str, socket: &Path) {
    // What the engine noted of a process is looked for among those that run.
    std::fs::create_dir(tree.join("proc")).unwrap();
    assert!(Command::new("mount").args(["-t", "proc", "proc"]).arg(tree.join("proc")).status().unwrap().success());
    let files = || {
        let mut command = Command::new(AGENT);
        command.args(["inventory", "--root"]).arg(tree);
        command
    };
    let must = |arguments: &[&str]| assert!(output(engine().args(arguments)).is_some(), "{arguments:?}");
    for (arguments, state) in [
        (&["ps"][..], "running"),
        (&["stop", "web"], "exited"),
        (&["start", "web"], "running"),
        (&["kill", "web"], "exited"),
    ] {
        must(arguments);
        if state == "exited" {
            // The engine may know of the end a moment later.
            must(&["wait", "web"]);
        }
        let mut asked = Command::new(AGENT);
        asked.arg("inventory").env("MUSTER_AGENT_COLLECT_CONTAINER_SOCKETS", socket);
        for (by, mut command) in [("files", files()), ("socket", asked)] {
            let (container, _) = inventory(&mut command, name, image);
            assert_eq!(container["current_state"], state, "{by}, after {arguments:?}: {container}");
            assert_eq!(container["image"], image, "{by}");
        }
    }
    must(&["rm", "web"]);
    let left = files().args(["--only", "container"]).output().unwrap();
    let left: Value = serde_json::from_slice(&left.stdout).unwrap();
    let section = &left["sections"]["container"];
    assert_eq!((&section["items"], &section["status"]), (&json!([]), &json!("ok")), "{section}");
    assert!(Command::new("umount").arg(tree.join("proc")).status().unwrap().success());
}

#[test]
fn a_container_of_podman_is_seen_to_stop_and_to_start() {
    if apart("a_container_of_podman_is_seen_to_stop_and_to_start") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let tree = directory.path();
    let run = || {
        let archive = archive(tree)?;
        output(podman(tree).args(["import", "-c", "CMD [\"/wait\"]"]).arg(archive).arg(PODMAN_IMAGE))?;
        // Limits that a root without all of root's powers may set; no group and no network that would have to be made.
        let limits = ["--ulimit", "nofile=256:256", "--ulimit", "nproc=256:256", "--stop-timeout", "0"];
        let options = ["run", "--detach", "--name", "web", "--network=none", "--cgroups=disabled", "--env", "A=hush"];
        output(podman(tree).args(options).args(limits).arg(PODMAN_IMAGE))
    };
    if run().is_some() {
        let (_server, socket) = serve(tree);
        follow(tree, &|| podman(tree), "podman", PODMAN_IMAGE, &socket);
    }
}

/// Images that containerd itself was given, read from its files alone.
#[test]
fn images_of_containerd_are_those_that_it_lists() {
    let directory = tempfile::tempdir().unwrap();
    let tree = directory.path();
    let archive = tree.join("image.tar");
    if make(tree).is_none() || output(podman(tree).arg("save").arg("-o").arg(&archive).arg(PODMAN_IMAGE)).is_none() {
        return;
    }
    let address = tree.join("containerd.sock");
    let mut daemon = Command::new("containerd");
    daemon.arg("--root").arg(tree.join("var/lib/containerd")).arg("--state").arg(tree.join("run/containerd"));
    daemon.arg("--address").arg(&address).stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
    let Ok(_daemon) = daemon.spawn().map(Killed) else {
        assert!(std::env::var_os("CI").is_none(), "containerd is missing");
        println!("skipped: containerd is not installed");
        return;
    };
    let ctr = |arguments: &[&str]| {
        let mut command = Command::new("ctr");
        command.arg("--address").arg(&address).args(["--timeout", "20s"]).args(arguments);
        command
    };
    let ends_at = Instant::now() + Duration::from_secs(20);
    while !ctr(&["version"]).output().is_ok_and(|said| said.status.success()) && Instant::now() < ends_at {
        std::thread::sleep(Duration::from_millis(100));
    }
    let path = archive.to_str().unwrap();
    if output(&mut ctr(&["images", "import", "--no-unpack", path])).is_none()
        && output(&mut ctr(&["images", "import", path])).is_none()
    {
        return;
    }
    let listed = output(&mut ctr(&["images", "list"])).unwrap();
    let line = listed.lines().find(|line| line.starts_with(PODMAN_IMAGE)).unwrap();
    let digest = line.split_whitespace().find(|word| word.starts_with("sha256:")).unwrap();
    let told = Command::new(AGENT).args(["inventory", "--only", "image", "--root"]).arg(tree).output().unwrap();
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let items = told["sections"]["image"]["items"].as_array().unwrap();
    let key = format!("containerd/{PODMAN_IMAGE}");
    let item = items.iter().find(|item| item["key"] == *key).unwrap_or_else(|| panic!("{told}"));
    assert_eq!(item["attributes"]["digest"], digest);
}

/// Where docker puts the control groups of this test's containers.
struct Group(String);

impl Drop for Group {
    fn drop(&mut self) {
        drop(std::fs::remove_dir(Path::new("/sys/fs/cgroup").join(&self.0)));
    }
}

#[test]
fn a_container_of_docker_is_seen_to_stop_and_to_start() {
    if apart("a_container_of_docker_is_seen_to_stop_and_to_start") {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let tree = directory.path();
    let (socket, group) = (tree.join("engine.sock"), Group(format!("muster-test-{}", rustix::process::getpid())));
    let address = format!("unix://{}", socket.display());
    let log = std::fs::File::create(tree.join("log")).unwrap();
    let mut daemon = Command::new("dockerd");
    daemon.arg("--data-root").arg(tree.join("var/lib/docker")).arg("--exec-root").arg(tree.join("run/docker"));
    daemon.arg("--pidfile").arg(tree.join("pid")).args(["--host", &address, "--storage-driver", "vfs"]);
    daemon.args(["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false"]);
    daemon.arg(format!("--cgroup-parent=/{}", group.0)).stdout(log.try_clone().unwrap()).stderr(log);
    let daemon = daemon.spawn().map(Killed);
    let docker = || {
        let mut command = Command::new("docker");
        command.args(["--host", &address]);
        command
    };
    let ends_at = Instant::now() + Duration::from_secs(20);
    while daemon.is_ok() && !docker().arg("version").output().is_ok_and(|said| said.status.success()) {
        if Instant::now() > ends_at {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let run = || {
        let archive = archive(tree)?;
        output(docker().args(["import", "--change", "CMD [\"/wait\"]"]).arg(archive).arg(DOCKER_IMAGE))?;
        let limits = ["--ulimit", "nofile=256:256", "--stop-timeout", "0"];
        let options = ["run", "--detach", "--name", "web", "--network=none", "--env", "A=hush"];
        output(docker().args(options).args(limits).arg(DOCKER_IMAGE))
    };
    if run().is_some() {
        follow(tree, &docker, "docker", DOCKER_IMAGE, &socket);
    } else {
        print!("{}", std::fs::read_to_string(tree.join("log")).unwrap());
    }
}
