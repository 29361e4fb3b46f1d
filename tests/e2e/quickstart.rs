//! `muster quickstart`: first start, second start, supervision, clean end.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use muster_tests::api::Api;
use muster_tests::binary;
use muster_tests::wait::until;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;

fn quickstart(dir: &Path) -> Command {
    let mut command = Command::new(binary::path("muster"));
    command.arg("quickstart").arg("--data-dir").arg(dir.join("data")).args([
        "--console",
        "127.0.0.1:0",
        "--agents",
        "127.0.0.1:0",
    ]);
    command.arg("--ready-file").arg(dir.join("ready.json")).stdin(Stdio::null());
    command
}

fn ready(dir: &Path) -> Value {
    let path: PathBuf = dir.join("ready.json");
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "the ready file holds secrets");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn pid(ready: &Value, name: &str) -> Pid {
    Pid::from_raw(i32::try_from(ready[name].as_i64().unwrap()).unwrap()).unwrap()
}

fn lives(pid: Pid) -> bool {
    test_kill_process(pid).is_ok()
}

#[test]
fn once_finds_this_machine_and_a_second_start_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let output = quickstart(dir.path()).arg("--once").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    for part in
        ["Host", "Kernel", "CPU", "Memory", "Disks", "Network interfaces", "Packages", "Units", "Users", "Sign in"]
    {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let first = ready(dir.path());
    assert!(first["admin_password"].is_string());
    let output = quickstart(dir.path()).arg("--once").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let second = ready(dir.path());
    assert_eq!(second["host_id"], first["host_id"]);
    assert_eq!(second["console_url"], first["console_url"]);
    assert_eq!(second["admin_password"], Value::Null);
    assert_ne!(second["api_token"], first["api_token"]);
    assert!(!lives(pid(&second, "collector_pid")) && !lives(pid(&second, "agent_pid")), "the children are gone");
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let pid = Pid::from_raw(i32::try_from(self.0.id()).unwrap()).unwrap();
        let _ = kill_process(pid, Signal::TERM);
        drop(self.0.wait());
    }
}

#[tokio::test]
async fn children_are_revived_and_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let child = quickstart(dir.path()).stdout(Stdio::null()).spawn().unwrap();
    let quick = Running(child);
    let path = dir.path().join("ready.json");
    until("it is ready", async || Ok(path.exists().then_some(()))).await.unwrap();
    let first = ready(dir.path());
    let api = Api::new(first["console_url"].as_str().unwrap(), first["api_token"].as_str().unwrap());
    let host = format!("/hosts/{}", first["host_id"].as_str().unwrap());
    assert!(api.get(&host).await.unwrap()["coverage"]["package"]["items"].as_u64().is_some());

    kill_process(pid(&first, "collector_pid"), Signal::KILL).unwrap();
    let second = until("the collector is back", async || {
        let now = ready(dir.path());
        let answers = api.call("GET", &host, None).await.is_ok_and(|(status, _)| status == 200);
        Ok((answers && now["collector_pid"] != first["collector_pid"]).then_some(now))
    });
    let second = second.await.unwrap();
    assert_eq!(second["agent_pid"], first["agent_pid"], "the agent was left alone");

    let (collector, agent) = (pid(&second, "collector_pid"), pid(&second, "agent_pid"));
    drop(quick);
    assert!(!lives(collector) && !lives(agent), "Ctrl-C stops both");
}
