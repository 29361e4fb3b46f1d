//! A process that is killed while it commits: what it acknowledged is there, and nothing is there by half.

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};

use muster_model::Record as _;
use muster_model::audit::AuditEntry;
use muster_model::event::EventRecord;

use super::*;

/// Names the store's folder to the process that is to be killed.
const FOLDER: &str = "MUSTER_TEST_CRASH_DIR";
const TASKS: usize = 4;
const KILLS: usize = 30;

fn small(dir: &Path) -> Options {
    Options { segment_bytes: 20_000, ..options(dir) }
}

/// One commit of a task: its counter, a session per number, an audit entry and an event belong together.
fn numbered(task: u64, n: u64) -> ChangeSet {
    let mut changes = put(counter(&format!("task-{task}"), n), Expected::Any);
    changes.create(session(&format!("task-{task}/{n:08}")));
    changes.audit.push(draft("numbered"));
    changes.events.push(Event::HostDiscovered { host: HostId::from_bytes([1; 16]) });
    changes
}

async fn last(store: &SledStore, task: u64) -> u64 {
    let found: Option<Versioned<Counter>> = store.find(&format!("task-{task}")).await.unwrap();
    found.map_or(0, |found| found.value.last)
}

/// Not a test of its own: the process that is killed. Without its folder it does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Some(dir) = std::env::var_os(FOLDER) else { return };
    let store = Arc::new(SledStore::open(&small(Path::new(&dir))).unwrap());
    let mut tasks = Vec::new();
    for task in (0..).take(TASKS) {
        let (store, first) = (Arc::clone(&store), last(&store, task).await + 1);
        tasks.push(tokio::spawn(async move {
            for n in first.. {
                store.commit(numbered(task, n)).await.unwrap();
                writeln!(std::io::stdout(), "acknowledged {task} {n}").unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
}

/// Lets a process commit until it has told of so many commits, kills it, and gives the last one it told of by task.
fn killed_after(dir: &Path, lines: usize) -> [u64; TASKS] {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::crash::child", "--nocapture"])
        .env(FOLDER, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut told = [0; TASKS];
    let mut seen = 0;
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    loop {
        line.clear();
        if output.read_line(&mut line).unwrap() == 0 {
            break;
        }
        // A line may follow the test runner's own text, and the last one may be cut off.
        let Some((_, rest)) = line.split_once("acknowledged ") else { continue };
        let Some(rest) = rest.strip_suffix('\n') else { continue };
        let (task, n) = rest.split_once(' ').unwrap();
        told[task.parse::<usize>().unwrap()] = n.parse().unwrap();
        seen += 1;
        if seen == lines {
            child.kill().unwrap();
        }
    }
    assert!(seen >= lines, "the process ended by itself");
    child.wait().unwrap();
    told
}

#[tokio::test]
async fn what_was_acknowledged_survives_thirty_kills_and_nothing_is_there_by_half() {
    let dir = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(0xdead);
    for round in 0..KILLS {
        let told = killed_after(dir.path(), 1 + numbers.below(90));
        let store = SledStore::open(&small(dir.path())).unwrap();
        let mut commits = 0;
        for (task, told) in (0..).zip(told) {
            let last = last(&store, task).await;
            assert!(last >= told, "round {round}, task {task}: {told} was acknowledged, {last} is there");
            let sessions: Vec<Versioned<Session>> =
                store.all(Scan::keys(Collection::Session, format!("task-{task}/"))).await.unwrap();
            let keys: Vec<String> = sessions.into_iter().map(|session| session.value.token_hash).collect();
            assert_eq!(keys, (1..=last).map(|n| format!("task-{task}/{n:08}")).collect::<Vec<_>>(), "round {round}");
            commits += last;
        }
        assert_eq!(store.stats().await.unwrap().sequence, commits, "round {round}");
        let count = |collection| store.count(Scan::keys(collection, "").limit(usize::MAX));
        assert_eq!(count(AuditEntry::COLLECTION).await.unwrap() as u64, commits);
        assert_eq!(count(EventRecord::COLLECTION).await.unwrap() as u64, commits);
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new(), "round {round}");
    }
    let before = rows(dir.path());
    assert!(segments(dir.path()).len() > 2);
    fs::remove_dir_all(index_folder(dir.path())).unwrap();
    assert!(rows(dir.path()) == before, "an index built anew is another one");
}
