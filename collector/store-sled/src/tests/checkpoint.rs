//! Checkpoints: what they hold, what may leave for them, and that a store opens from one as from the whole journal.

use super::*;
use crate::checkpoint::{self, Checkpoint, MakeError};
use crate::keeper::Work;

fn work(store: &SledStore) -> Work {
    Work { shared: Arc::clone(&store.shared), handle: store.writer.handle().unwrap().clone() }
}

fn make(store: &SledStore) {
    let work = work(store);
    std::thread::spawn(move || work.checkpoint().unwrap()).join().unwrap();
}

/// A store that was written, checkpointed and written again, twice; and one that was only written.
async fn pair() -> (tempfile::TempDir, tempfile::TempDir) {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(one.path());
    for part in 0..3 {
        fill(&store, part * 40..part * 40 + 40).await;
        if part < 2 {
            make(&store);
        }
    }
    drop(store);
    filled(other.path(), 120).await;
    (one, other)
}

/// Everything but how far the index is, which names the times of records.
fn content(dir: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows = rows(dir);
    rows.retain(|(key, _)| key != &[0]);
    rows
}

#[tokio::test]
async fn a_store_is_the_same_from_a_checkpoint_as_from_the_whole_journal() {
    let (one, other) = pair().await;
    let newest = Checkpoint::newest(one.path()).unwrap().unwrap();
    assert_eq!(newest.tail.sequence, 80);
    newest.verify().unwrap();
    assert_eq!(checkpoint::list(one.path()).unwrap().len(), 1, "the one before is gone");
    let firsts: Vec<u64> =
        journal::segments(&one.path().join(journal::FOLDER)).unwrap().into_iter().map(|(first, _)| first).collect();
    assert_eq!(firsts, [81], "what the checkpoint covers is gone");
    assert!(content(one.path()) == content(other.path()), "with its index");
    fs::remove_dir_all(index_folder(one.path())).unwrap();
    assert!(content(one.path()) == content(other.path()), "without an index");
    let store = open(one.path());
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    fill(&store, 120..130).await;
    make(&store);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_checkpoint_comes_by_itself_when_enough_was_written() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { checkpoint_records: 20, ..options(dir.path()) };
    let store = SledStore::open(&options).unwrap();
    fill(&store, 0..50).await;
    drop(store);
    assert!(Checkpoint::newest(dir.path()).unwrap().unwrap().tail.sequence >= 20);
    assert_eq!(SledStore::open(&options).unwrap().verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn segments_stay_as_long_as_they_are_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let options = Options { keep_journal: Duration::from_hours(1), segment_bytes: 2_000, ..options(dir.path()) };
    let store = SledStore::open(&options).unwrap();
    fill(&store, 0..40).await;
    make(&store);
    let kept = segments(dir.path());
    assert!(kept.len() > 3 && kept[0].ends_with("0000000000000001.seg"), "{kept:?}");
    fill(&store, 40..45).await;
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    drop(store);
    // Damage in a segment that is only kept does not keep a store from opening; it is told.
    let mut bytes = fs::read(&kept[1]).unwrap();
    bytes[100] ^= 1;
    fs::write(&kept[1], bytes).unwrap();
    let store = SledStore::open(&options).unwrap();
    let wrong = store.verify().await.unwrap();
    assert!(wrong.len() == 1 && wrong[0].contains(kept[1].to_str().unwrap()), "{wrong:?}");
    let old = Options { keep_journal: Duration::ZERO, ..options };
    drop(store);
    let store = SledStore::open(&old).unwrap();
    fill(&store, 45..46).await;
    make(&store);
    assert!(segments(dir.path()).is_empty());
}

#[tokio::test]
async fn an_index_that_is_not_what_was_written_makes_no_checkpoint_and_is_built_anew() {
    for collection in [Collection::User, Collection::Watchers] {
        a_row_is_lost(collection).await;
    }
}

async fn a_row_is_lost(collection: Collection) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, 0..30).await;
    let before = store.shared.index().rows();
    // A document is lost in silence: in the sums of the writer it comes to light.
    let index = store.shared.index();
    let (key, row) = before.iter().find(|(key, _)| key[0] == collection.code()).unwrap().clone();
    let mut batch = sled::Batch::default();
    batch.remove(key.clone());
    index.apply_part(batch).unwrap();
    drop(index);
    assert!(!store.verify().await.unwrap().is_empty());
    // The keeper was told: it builds a new index, and only that serves.
    while store.shared.state().generation == 1 {
        tokio::task::yield_now().await;
    }
    assert!(store.shared.index().rows() == before, "the lost row is back: {key:?} {}", row.len());
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    make(&store);
    let newest = Checkpoint::newest(dir.path()).unwrap().unwrap();
    assert_eq!(newest.tail.sequence, 30);
    newest.verify().unwrap();
}

#[tokio::test]
async fn what_does_not_come_to_the_sums_of_the_writer_is_no_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, 0..10).await;
    let mark = store.shared.index().mark().unwrap();
    let mut sums = mark.sums.clone().without_entries();
    sums.add(Collection::User, &[7; 16], 1);
    let error = checkpoint::make(dir.path(), None, mark.tail, &sums).err().unwrap();
    assert!(matches!(error, MakeError::Differs(_)), "{error}");
    let left = fs::read_dir(dir.path().join(checkpoint::FOLDER)).unwrap().count();
    assert_eq!(left, 0, "nothing of it is left");
}

#[tokio::test]
async fn a_damaged_checkpoint_is_replaced_from_the_index_or_refused() {
    let (one, other) = pair().await;
    let expected = content(other.path());
    let (_, path) = checkpoint::list(one.path()).unwrap().pop().unwrap();
    let whole = fs::read(&path).unwrap();
    for (at, is_seen_at_once) in [(6, true), (whole.len() / 2, false), (whole.len() - 3, true)] {
        for with_index in [true, false] {
            let copied = tempfile::tempdir().unwrap();
            copy(one.path(), copied.path());
            let mut bytes = whole.clone();
            bytes[at] ^= 8;
            fs::write(checkpoint::list(copied.path()).unwrap().pop().unwrap().1, &bytes).unwrap();
            if with_index {
                let store = open(copied.path());
                if !is_seen_at_once {
                    let wrong = store.verify().await.unwrap();
                    assert!(wrong.iter().any(|line| line.contains("the checkpoint is damaged")), "{wrong:?}");
                    let work = work(&store);
                    std::thread::spawn(move || work.scrub().unwrap()).join().unwrap();
                }
                drop(store);
                assert!(content(copied.path()) == expected, "{at}");
                Checkpoint::newest(copied.path()).unwrap().unwrap().verify().unwrap();
                assert_eq!(open(copied.path()).verify().await.unwrap(), Vec::<String>::new());
            } else {
                fs::remove_dir_all(index_folder(copied.path())).unwrap();
                let error = SledStore::open(&options(copied.path())).unwrap_err().to_string();
                assert!(error.contains("checkpoint") && error.contains(".ckp"), "{error}");
                assert_eq!(fs::read(checkpoint::list(copied.path()).unwrap().pop().unwrap().1).unwrap(), bytes);
            }
        }
    }
}
