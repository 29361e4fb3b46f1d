//! Forms that were written once are read for ever. `golden/` holds files as an older program left them; none of them is ever changed.

use super::*;
use crate::checkpoint::Checkpoint;
use crate::format::Format;
use crate::keeper::Work;

/// Documents, with versions, of every collection.
async fn dump(store: &SledStore) -> Vec<(Collection, Row)> {
    conformance::dump(store).await.unwrap()
}

#[tokio::test]
async fn a_store_of_the_first_form_is_brought_up_and_migrated() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join(journal::FOLDER);
    fs::create_dir_all(&folder).unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/golden/form_1.seg");
    fs::copy(golden, folder.join(format!("{:016x}.seg", 1))).unwrap();
    // It had no `format`, and an index in which this program cannot read a row.
    fs::create_dir_all(dir.path().join("index-1")).unwrap();
    assert_eq!(Format::read(dir.path()).unwrap().form, 1);
    let store = open(dir.path());
    assert_eq!(Format::read(dir.path()).unwrap().form, crate::format::FORM);
    let before = dump(&store).await;
    assert!(!before.is_empty());
    let audit: Vec<_> = before.iter().filter(|(collection, _)| *collection == Collection::Audit).collect();
    assert!(!audit.is_empty(), "the audit trail is in it");
    fill(&store, 0..5).await;
    let before = dump(&store).await;
    let sequence = store.stats().await.unwrap().sequence;
    let migrated = std::thread::spawn(move || (store.migrate().unwrap(), store)).join().unwrap();
    assert_eq!(migrated.0, 0, "no document of an older schema: there is none yet");
    assert!(segments(dir.path()).is_empty(), "nothing of the first form is left");
    assert_eq!(dump(&migrated.1).await, before);
    drop(migrated);
    fs::remove_dir_all(index_folder(dir.path())).unwrap();
    let store = open(dir.path());
    assert_eq!(dump(&store).await, before);
    assert_eq!(store.stats().await.unwrap().sequence, sequence);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

/// Its sums are of collections below 128 only, and it has a document of a higher one.
#[tokio::test]
async fn a_checkpoint_of_the_second_form_is_read_and_followed_by_one_that_counts_everything() {
    let dir = tempfile::tempdir().unwrap();
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/golden");
    let folder = dir.path().join(crate::checkpoint::FOLDER);
    fs::create_dir_all(&folder).unwrap();
    fs::copy(golden.join("form_2.ckp"), folder.join(format!("{:016x}.ckp", 4))).unwrap();
    fs::copy(golden.join("form_2.json"), dir.path().join(crate::format::FILE)).unwrap();
    assert_eq!(Format::read(dir.path()).unwrap().form, 2);
    let store = open(dir.path());
    assert_eq!(Format::read(dir.path()).unwrap().form, crate::format::FORM);
    let before = dump(&store).await;
    assert_eq!(before.iter().filter(|(collection, _)| *collection == Collection::Watchers).count(), 1);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
    fill(&store, 10..12).await;
    let before = dump(&store).await;
    let store = std::thread::spawn(move || {
        Work { shared: Arc::clone(&store.shared), handle: store.writer.handle().unwrap().clone() }
            .checkpoint()
            .unwrap();
        store
    });
    drop(store.join().unwrap());
    let newest = Checkpoint::newest(dir.path()).unwrap().unwrap();
    assert_eq!(newest.sums.documents(), before.len() as u64, "all of them are counted");
    newest.verify().unwrap();
    fs::remove_dir_all(index_folder(dir.path())).unwrap();
    let store = open(dir.path());
    assert_eq!(dump(&store).await, before);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}
