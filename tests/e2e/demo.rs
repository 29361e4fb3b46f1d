//! `muster quickstart --demo` from the programs: made once, labelled, made anew when it was cut off, removed by one command.

use std::path::Path;
use std::process::{Command, Stdio};

use muster_tests::binary;
use muster_tests::wait::until;

const SMALL: [&str; 4] = ["--demo-days", "7", "--demo-hosts", "40"];

fn demo(dir: &Path) -> Command {
    let mut command = Command::new(binary::path("muster"));
    command.args(["quickstart", "--demo", "--data-dir"]).arg(dir.join("data")).stdin(Stdio::null());
    command
}

fn start(dir: &Path) -> Command {
    let mut command = demo(dir);
    command.args(["--console", "127.0.0.1:0", "--agents", "127.0.0.1:0", "--once"]).args(SMALL);
    command
}

fn text(command: &mut Command, is_well: bool) -> String {
    let output = command.output().unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.success(), is_well, "{text}");
    text
}

#[tokio::test]
async fn a_demo_is_made_once_and_anew_when_it_was_cut_off_and_goes_with_one_command() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    // Killed in the middle: there is nothing to serve.
    let mut making = Command::new(binary::path("muster-collector"));
    making.arg("demo").arg("--data-dir").arg(data.join("collector")).args(["--days", "7", "--hosts", "40"]);
    let mut making = making.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let journal = data.join("collector.making/store/journal");
    until("something is written", async || Ok(journal.is_dir().then_some(()))).await.unwrap();
    making.kill().unwrap();
    making.wait().unwrap();
    assert!(data.join("collector.making").exists() && !data.join("collector").exists());
    let made = text(&mut start(dir.path()), true);
    for part in
        ["day 1 of 7", "day 7 of 7", "40 hosts, 7 days, seed 1", "incident:", "with the password", "nothing leaves it"]
    {
        assert!(made.contains(part), "{part} is missing in\n{made}");
    }
    assert!(!data.join("collector.making").exists());
    // The second start goes on with it.
    let again = text(&mut start(dir.path()), true);
    assert!(!again.contains("Making a demo") && again.contains("nothing leaves it"), "{again}");
    let mut real = Command::new(binary::path("muster"));
    real.args(["quickstart", "--once", "--data-dir"]).arg(&data).stdin(Stdio::null());
    assert!(text(&mut real, false).contains("is a demo's"));
    assert!(text(demo(dir.path()).arg("--remove"), true).contains("removed"));
    assert!(!data.exists());
    assert!(text(demo(dir.path()).arg("--remove"), false).contains("no demo's directory"));
}
