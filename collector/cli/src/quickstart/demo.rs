//! `muster quickstart --demo`: a made-up fleet in a data directory of its own, made once and removed by one command. What is real and
//! what is made up never share a directory: a mark says which it is, and each refuses the other's.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, bail, ensure};
use serde_json::json;

use super::sibling;
use crate::login;
use crate::output;

/// The file that marks a demo's directory.
const MARK: &str = "demo.json";
/// Everything that a quickstart puts into its directory.
const OWN_FOLDERS: &[&str] = &["collector", "collector.making", "agent"];
const OWN_FILES: &[&str] = &[
    "collector.log",
    "agent.log",
    "collector-ready.json",
    "quickstart.json",
    "login.json",
    "collector-ready.new",
    "quickstart.new",
    "login.new",
    // The mark goes last: what was cut off can be removed again.
    "demo.new",
    MARK,
];

/// How the demo is to be.
#[derive(Debug, clap::Args)]
pub(crate) struct DemoArgs {
    /// Make and serve a made-up fleet in a directory of its own [default: muster-demo/ in the user's state folder]
    #[arg(long)]
    pub(super) demo: bool,
    /// Remove the demo with all that is in it
    #[arg(long, requires = "demo")]
    pub(super) remove: bool,
    /// Days of made-up history, 7 to 360 [default: 90]
    #[arg(long, requires = "demo", value_name = "DAYS")]
    demo_days: Option<u16>,
    /// Made-up hosts, 40 to 400 [default: 60]
    #[arg(long, requires = "demo", value_name = "HOSTS")]
    demo_hosts: Option<u16>,
    /// What chance is drawn from: the same seed makes the same fleet
    #[arg(long, requires = "demo", value_name = "SEED")]
    demo_seed: Option<u64>,
}

/// Where demos are unless told.
pub(super) fn folder() -> Option<PathBuf> {
    login::demo_folder()
}

fn is_marked(dir: &Path) -> bool {
    dir.join(MARK).is_file()
}

/// Refuses a directory of the other sort.
pub(super) fn check(dir: &Path, args: &DemoArgs) -> anyhow::Result<()> {
    let is_used = ["collector", "quickstart.json"].iter().any(|name| dir.join(name).exists());
    match (args.demo, is_marked(dir)) {
        (true, false) if is_used => {
            bail!("{} holds data that is not a demo's; give --demo another --data-dir", dir.display())
        }
        (false, true) => bail!("{} is a demo's; start it with --demo, or give another --data-dir", dir.display()),
        _ => Ok(()),
    }
}

/// Makes the demo, if it is not there. One that was cut off has left no `collector` folder, and is made anew.
pub(super) async fn make(dir: &Path, args: &DemoArgs) -> anyhow::Result<()> {
    // Before anything else is there, so that whatever is cut off can be removed.
    login::write(&dir.join(MARK), &json!({"demo": true}))?;
    let data = dir.join("collector");
    if data.join("store").exists() {
        return Ok(());
    }
    output::say("Making a demo: its months go by, which takes some minutes ...")?;
    let mut command = tokio::process::Command::new(sibling("muster-collector")?);
    command.arg("demo").arg("--data-dir").arg(&data);
    let numbers = [
        ("--days", args.demo_days.map(u64::from)),
        ("--hosts", args.demo_hosts.map(u64::from)),
        ("--seed", args.demo_seed),
    ];
    for (flag, number) in numbers {
        if let Some(number) = number {
            command.arg(flag).arg(number.to_string());
        }
    }
    // How far it is and what goes wrong it says itself, to whoever looks.
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).kill_on_drop(true);
    let making = command.spawn().context("making the demo")?;
    let made = making.wait_with_output().await.context("making the demo")?;
    ensure!(made.status.success(), "the demo was not made ({})", made.status);
    output::say(String::from_utf8_lossy(&made.stdout).trim_end())?;
    Ok(())
}

/// Removes a demo: everything that quickstart put there, and nothing else.
pub(super) fn remove(dir: &Path) -> anyhow::Result<()> {
    ensure!(is_marked(dir), "{} is no demo's directory: nothing is removed", dir.display());
    let socket = dir.join("collector/admin.sock");
    ensure!(
        std::os::unix::net::UnixStream::connect(&socket).is_err(),
        "a collector serves the demo; stop it first (Ctrl-C where it runs)"
    );
    for name in OWN_FOLDERS {
        let path = dir.join(name);
        if path.is_dir() {
            std::fs::remove_dir_all(&path).with_context(|| format!("removing {}", path.display()))?;
        }
    }
    for name in OWN_FILES {
        let path = dir.join(name);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("removing {}", path.display()));
            }
            _ => {}
        }
    }
    // Somebody's own files stay, and their folder with them.
    let place = dir.display();
    match std::fs::remove_dir(dir) {
        Ok(()) => output::say(&format!("The demo in {place} is removed."))?,
        Err(_) => output::say(&format!("The demo is removed; other files are left in {place}."))?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn args(demo: bool) -> DemoArgs {
        DemoArgs { demo, remove: false, demo_days: None, demo_hosts: None, demo_seed: None }
    }

    #[test]
    fn what_is_real_and_what_is_made_up_share_no_directory() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        check(dir, &args(true)).unwrap();
        check(dir, &args(false)).unwrap();
        std::fs::create_dir(dir.join("collector")).unwrap();
        check(dir, &args(false)).unwrap();
        assert!(check(dir, &args(true)).unwrap_err().to_string().contains("not a demo's"));
        std::fs::write(dir.join(MARK), "{}").unwrap();
        check(dir, &args(true)).unwrap();
        assert!(check(dir, &args(false)).unwrap_err().to_string().contains("--demo"));
    }

    #[test]
    fn only_a_demo_is_removed_and_only_what_is_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        std::fs::create_dir_all(data.join("collector/store")).unwrap();
        std::fs::write(data.join("collector/store/journal"), "real").unwrap();
        assert!(remove(&data).is_err() && data.join("collector/store/journal").exists());
        std::fs::write(data.join(MARK), "{}").unwrap();
        std::fs::write(data.join("notes.txt"), "mine").unwrap();
        remove(&data).unwrap();
        let left: Vec<_> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["notes.txt"]);
        std::fs::remove_file(data.join("notes.txt")).unwrap();
        std::fs::write(data.join(MARK), "{}").unwrap();
        remove(&data).unwrap();
        assert!(!data.exists());
    }
}
