//! Containers and images against podman itself: one made in a store of its own, read from its files and over its socket.
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

use std::path::Path;
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

    let socket = tree.join("engine.sock");
    let address = format!("unix://{}", socket.display());
    let _server = Killed(podman(tree).args(["system", "service", "--time=60", &address]).spawn().unwrap());
    let ends_at = Instant::now() + Duration::from_secs(20);
    while !socket.exists() && Instant::now() < ends_at {
        std::thread::sleep(Duration::from_millis(50));
    }
    let asked = inventory(Command::new(AGENT).arg("inventory").env("MUSTER_AGENT_COLLECT_CONTAINER_SOCKETS", &socket));
    check(&asked);
    assert_eq!(asked.0["state"], "created");
    assert_eq!(asked.0["restart_policy"], "always");
    assert_eq!(asked.0["ports"], json!(["127.0.0.1:8080->80/tcp"]));
    assert_eq!(asked.0["compose_project"], "shop");
}
