//! A process that dies at each of its failpoints, again and again: what it acknowledged is there, nothing is there by half or twice.

use std::io::{BufRead, BufReader, Write as _};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use super::*;
use crate::backup;
use crate::fail::PLACES;

const FOLDER: &str = "MUSTER_TEST_FAILPOINT_DIR";
/// Names the commit that was refused last, in the store's folder.
const REFUSED: &str = "refused";
const TASKS: u64 = 3;
/// So many sessions of a task are there at a time.
const KEPT: u64 = 20;
/// A process that is not killed ends after so many commits of a task.
const MOST: u64 = 400;

fn small(dir: &Path) -> Options {
    Options { segment_bytes: 6_000, checkpoint_records: 40, ..options(dir) }
}

/// One commit of a task: its counter, the next session, the end of an older one, an audit entry and an event belong together.
fn numbered(task: u64, n: u64) -> ChangeSet {
    let mut changes = put(counter(&format!("task-{task}"), n), Expected::Any);
    changes.create(session(&format!("task-{task}/{n:08}")));
    if n > KEPT {
        changes.delete(Collection::Session, format!("task-{task}/{:08}", n - KEPT), Expected::Version(1));
    }
    changes.audit.push(draft("numbered"));
    changes.events.push(Event::HostDiscovered { host: HostId::from_bytes([1; 16]) });
    changes
}

async fn last(store: &SledStore, task: u64) -> u64 {
    let found: Option<Versioned<Counter>> = store.find(&format!("task-{task}")).await.unwrap();
    found.map_or(0, |found| found.value.last)
}

/// Not a test of its own: the process that dies. Without its folder it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Some(dir) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let store = Arc::new(SledStore::open(&small(&dir)).unwrap());
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        let (store, dir, first) = (Arc::clone(&store), dir.clone(), last(&store, task).await + 1);
        tasks.push(tokio::spawn(async move {
            for n in first..first + MOST {
                let mut changes = numbered(task, n);
                if n % 4 == 0 {
                    // What a document names is there before the document is.
                    let file = u8::try_from(task * 4 + (n / 4) % 4).unwrap();
                    let hash = store.keep_blob(vec![file; 100]).await.unwrap();
                    changes.put(super::blob::attachment(file, hash), Expected::Any);
                }
                if let Err(error) = store.commit(changes).await {
                    // A full disk: nothing of it is there, reading goes on, and the same commit goes through a moment later.
                    assert!(matches!(&error, StoreError::Busy(why) if why.contains("no space")), "{error}");
                    assert_eq!(last(&store, task).await, n - 1);
                    fs::write(dir.join(REFUSED), format!("{task} {n}")).unwrap();
                    store.commit(numbered(task, n)).await.unwrap();
                }
                writeln!(std::io::stdout(), "acknowledged {task} {n}").unwrap();
            }
        }));
    }
    // What is held for a backup is not removed: where removing is tried, nobody holds anything.
    let holds = !std::env::var("MUSTER_FAILPOINT").is_ok_and(|armed| armed.starts_with("journal.pruned"));
    let copying = tokio::spawn(async move {
        if !holds {
            return;
        }
        loop {
            let held = store.hold().await.unwrap();
            backup::copy(&dir, &held.files, held.sequence, &[], &dir.join("backup")).unwrap();
        }
    });
    for task in tasks {
        task.await.unwrap();
    }
    copying.abort();
}

/// Runs a process until it ends; gives how, and the last commit of each task that it told of.
fn run(dir: &Path, failpoint: &str) -> (ExitStatus, Vec<u64>) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::failpoint::child", "--nocapture"])
        .env(FOLDER, dir)
        .env("MUSTER_FAILPOINT", failpoint)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = vec![0; usize::try_from(TASKS).unwrap()];
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let Ok(line) = line else { break };
        // The last line may be cut off: its number then is one that was acknowledged before, or none.
        let Some((_, rest)) = line.split_once("acknowledged ") else { continue };
        let Some((task, n)) = rest.split_once(' ') else { continue };
        if let (Ok(task), Ok(n)) = (task.parse::<usize>(), n.parse::<u64>()) {
            told[task] = told[task].max(n);
        }
    }
    (child.wait().unwrap(), told)
}

/// Opens what a process left, and checks it against what it told.
async fn check(dir: &Path, told: &[u64], what: &str, is_thorough: bool) {
    let store = SledStore::open(&small(dir)).unwrap_or_else(|error| panic!("{what}: {error}"));
    let mut commits = 0;
    for (task, told) in (0..).zip(told) {
        let last = last(&store, task).await;
        assert!(last >= *told, "{what}, task {task}: {told} was acknowledged, {last} is there");
        let sessions: Vec<Versioned<Session>> =
            store.all(Scan::keys(Collection::Session, format!("task-{task}/"))).await.unwrap();
        let keys: Vec<String> = sessions.into_iter().map(|session| session.value.token_hash).collect();
        let first = last.saturating_sub(KEPT) + 1;
        assert_eq!(keys, (first..=last).map(|n| format!("task-{task}/{n:08}")).collect::<Vec<_>>(), "{what}");
        commits += last;
    }
    assert_eq!(store.stats().await.unwrap().sequence, commits, "{what}");
    if is_thorough {
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new(), "{what}");
        let count = store.count(Scan::keys(Collection::Audit, "").limit(usize::MAX)).await.unwrap();
        assert_eq!(count as u64, commits, "{what}");
        // The last backup that was finished is whole.
        let back = tempfile::tempdir().unwrap();
        match backup::unpack(&dir.join("backup"), back.path(), 0) {
            Ok(manifest) => assert!(manifest.sequence <= commits),
            Err(error) => assert!(matches!(error, backup::BackupError::None(_)), "{what}: {error}"),
        }
    }
}

#[tokio::test]
async fn a_process_that_dies_at_any_failpoint_loses_nothing() {
    // So often at each of 19 places; MUSTER_TEST_KILLS raises it.
    let rounds = std::env::var("MUSTER_TEST_KILLS").map_or(12, |count| count.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(0xfa11);
    for round in 0..rounds {
        for (place, name) in PLACES.iter().enumerate() {
            // Some are reached once while a store opens, others at every commit.
            let once = name.starts_with("rebuild.") || *name == "format.written";
            let seldom = !name.starts_with("journal.") || *name == "journal.pruned";
            let count = if once { 1 } else { 1 + numbers.below(if seldom { 3 } else { 20 }) };
            if name.starts_with("rebuild.") && dir.path().join("format").exists() {
                fs::remove_dir_all(index_folder(dir.path())).unwrap();
            }
            if *name == "format.written" {
                drop(fs::remove_file(dir.path().join("format")));
                drop(fs::remove_dir_all(dir.path().join("backup")));
            }
            let what = format!("round {round}, {name}:{count}");
            let (status, told) = run(dir.path(), &format!("{name}:{count}"));
            assert_eq!(status.signal(), Some(9), "{what}: it did not die there ({status})");
            check(dir.path(), &told, &what, place == round % PLACES.len() || round + 1 == rounds).await;
        }
    }
}

/// Case 86: the writer itself finds no space for what it is about to write.
#[tokio::test]
async fn a_disk_that_is_full_in_the_middle_refuses_commits_whole_and_goes_on_by_itself() {
    for count in [1, 2, 9, 60] {
        let dir = tempfile::tempdir().unwrap();
        let what = format!("journal.reserve=enospc:{count}");
        let (status, told) = run(dir.path(), &what);
        assert!(status.success(), "{what}: {status}");
        assert_eq!(told, vec![MOST; told.len()], "{what}: each commit went through in the end");
        let refused = fs::read_to_string(dir.path().join(REFUSED)).unwrap_or_default();
        assert!(!refused.is_empty(), "{what}: nothing was refused");
        check(dir.path(), &told, &what, true).await;
    }
}

#[tokio::test]
async fn a_sync_that_fails_ends_the_process_before_it_acknowledges() {
    for place in ["journal.sync", "segment.sync"] {
        let dir = tempfile::tempdir().unwrap();
        for count in [1, 2, 5] {
            let what = format!("{place}=eio:{count}");
            let (status, told) = run(dir.path(), &what);
            assert_eq!(status.code(), Some(70), "{what}");
            check(dir.path(), &told, &what, true).await;
        }
    }
    // A checkpoint that cannot be written is tried again: nothing depends on it.
    let dir = tempfile::tempdir().unwrap();
    let (status, told) = run(dir.path(), "checkpoint.sync=eio:1");
    assert!(status.success(), "{status}");
    check(dir.path(), &told, "checkpoint.sync", true).await;
}
