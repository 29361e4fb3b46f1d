//! A rotten index is built anew while the store serves.

use super::*;
use crate::index::document_key;

/// Makes a row of the index unreadable, as bit rot would.
fn rot(store: &SledStore, collection: Collection, key: &str) {
    let index = store.shared.index();
    let at = document_key(collection, key);
    let mut row = index.raw(&at).unwrap().unwrap().to_vec();
    let last = row.len() - 1;
    row[last] ^= 1;
    let mut batch = sled::Batch::default();
    batch.insert(at, row);
    index.apply_part(batch).unwrap();
}

async fn rebuilt(store: &SledStore, from: u64) {
    while store.shared.state().generation == from {
        tokio::task::yield_now().await;
    }
}

/// The old index goes once its last reader has let go of it, a moment after the new one serves.
async fn cleared(dir: &Path, folder: &str) {
    while dir.join(folder).exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_cannot_be_read_is_busy_until_a_new_index_serves() {
    let dir = tempfile::tempdir().unwrap();
    let store = Arc::new(open(dir.path()));
    fill(&store, 0..60).await;
    let before = store.shared.index().rows();
    rot(&store, Collection::Counter, "c1");
    let error = store.find::<Counter>("c1").await.unwrap_err();
    assert!(matches!(error, StoreError::Busy(_)) && error.to_string().contains("built anew"), "{error}");
    assert!(store.find::<Counter>("c2").await.unwrap().is_some(), "everything else is served");
    // Commits go on meanwhile, and are in the new index.
    let writing = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { fill(&store, 60..90).await })
    };
    rebuilt(&store, 1).await;
    writing.await.unwrap();
    assert_eq!(store.find::<Counter>("c1").await.unwrap().unwrap().value.last, 88);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    cleared(dir.path(), "index-1").await;
    assert!(index_folder(dir.path()).ends_with("index-2"));
    drop(store);
    let copied = tempfile::tempdir().unwrap();
    copy_journal(dir.path(), copied.path());
    assert!(rows(copied.path()) == rows(dir.path()) && before.len() < rows(dir.path()).len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_index_that_is_much_larger_than_what_is_in_it_is_built_anew_and_a_small_one_is_not() {
    for (compact_from_bytes, generation) in [(0, 2), (u64::MAX, 1)] {
        let dir = tempfile::tempdir().unwrap();
        // sled takes its space in steps that are large for what these commits write.
        let store =
            SledStore::open(&Options { checkpoint_records: 50, compact_from_bytes, ..options(dir.path()) }).unwrap();
        fill(&store, 0..60).await;
        while store.shared.state().checkpoint.is_none() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        if generation == 2 {
            rebuilt(&store, 1).await;
            cleared(dir.path(), "index-1").await;
        }
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
        assert_eq!(store.shared.state().generation, generation);
        fill(&store, 60..70).await;
        drop(store);
        assert!(index_folder(dir.path()).ends_with(format!("index-{generation}")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_meets_a_rotten_row_is_refused_whole_and_goes_through_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    fill(&store, 0..20).await;
    let gone = user(3);
    rot(&store, Collection::User, &gone.id.to_string());
    let mut changes = put(counter("fresh", 1), Expected::Any);
    changes.put(gone, Expected::Any);
    changes.audit.push(draft("fresh"));
    let error = store.commit(changes.clone()).await.unwrap_err();
    assert!(matches!(error, StoreError::Busy(_)), "{error}");
    assert!(store.find::<Counter>("fresh").await.unwrap().is_none(), "nothing of it is there");
    rebuilt(&store, 1).await;
    store.commit(changes).await.unwrap();
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}
