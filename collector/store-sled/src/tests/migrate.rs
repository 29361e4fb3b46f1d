//! A migration that is killed in the middle (case 96): what is there stays readable and the same, and the next one goes on where
//! it was.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use super::*;
use crate::journal::{Payload, Put};
use crate::row::Packed;

const FOLDER: &str = "MUSTER_TEST_MIGRATION_DIR";
/// More than two steps.
const OLDER: u64 = 1_200;

/// A document as a program wrote it before its collection had the schema of now.
fn older(n: u64) -> Put {
    let mut put = Put::of(&counter(&format!("old-{n:05}"), n).into()).unwrap();
    let Packed { collection, key, flags, body, .. } = put.packed;
    put.packed = Packed::of_parts(collection, key, 0, flags, body);
    put
}

/// Not a test of its own: the process that dies. Without its folder it does nothing.
#[test]
fn migrating_child() {
    let Some(dir) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    open(&dir).migrate().unwrap();
}

fn migrate(dir: &Path, failpoint: &str) -> ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "tests::migrate::migrating_child"])
        .env(FOLDER, dir)
        .env("MUSTER_FAILPOINT", failpoint)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap()
}

/// How many documents have an older schema.
fn left(store: &SledStore) -> u64 {
    let (index, mut after, mut count) = (store.shared.index(), crate::index::MARK.to_vec(), 0);
    while let Some((puts, last)) = crate::migrate::older(&index, &after).unwrap() {
        (count, after) = (count + puts.len() as u64, last);
    }
    count
}

/// All documents without their versions: writing one again in another form is a version.
type Values = std::collections::BTreeMap<(Collection, String), serde_json::Value>;

async fn values(store: &SledStore) -> Values {
    let all = conformance::dump(store).await.unwrap();
    let value = |row: &Row| serde_json::from_slice(&row.bytes).unwrap();
    all.into_iter().map(|(collection, row)| ((collection, row.place.clone()), value(&row))).collect()
}

/// What is in one and not in the other.
fn differing(before: &Values, after: &Values) -> Vec<String> {
    let only = |one: &Values, other: &Values| -> Vec<String> {
        one.iter().filter(|(key, value)| other.get(*key) != Some(value)).map(|row| format!("{row:?}")).collect()
    };
    [only(before, after), only(after, before)].concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_is_killed_in_the_middle_goes_on_where_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, 0..20).await;
    for first in (0..OLDER).step_by(300) {
        let payload = Payload { puts: (first..first + 300).map(older).collect(), ..Payload::default() };
        let handle = store.writer.handle().unwrap().clone();
        let written = tokio::task::spawn_blocking(move || {
            let bytes = payload.encode().unwrap();
            handle.write(payload, bytes).unwrap();
        });
        written.await.unwrap();
    }
    let before = values(&store).await;
    assert_eq!(left(&store), OLDER);
    drop(store);
    let mut standing = OLDER;
    // Each time it dies after the next step, and at last between the last one and the checkpoint, and in that.
    for failpoint in ["migrate.step:1", "migrate.step:1", "migrate.step:1", "migrate.done:1", "checkpoint.written:1"] {
        let status = migrate(dir.path(), failpoint);
        assert_eq!(status.signal(), Some(9), "{failpoint}: it did not die there ({status})");
        let store = open(dir.path());
        let now = left(&store);
        let made = standing - now;
        assert!(if failpoint.starts_with("migrate.step") { (1..=500).contains(&made) } else { made == 0 || now == 0 });
        standing = now;
        assert_eq!(differing(&before, &values(&store).await), Vec::<String>::new(), "{failpoint}");
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new(), "{failpoint}");
    }
    assert_eq!(standing, 0);
    assert!(migrate(dir.path(), "none:1").success());
    let store = open(dir.path());
    assert!(segments(dir.path()).is_empty(), "the journal left for the checkpoint");
    assert_eq!((differing(&before, &values(&store).await), left(&store)), (Vec::new(), 0));
    // What was written meanwhile is kept: a migrated store goes on like any other.
    fill(&store, 20..25).await;
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}
