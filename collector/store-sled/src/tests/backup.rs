//! Backups: a consistent point while writing goes on, incremental, checked, and brought back whole or not at all.

use super::*;
use crate::backup::{self, BackupError, Copied};
use crate::format::Format;
use crate::keeper::Work;

async fn back_up(store: &SledStore, dir: &Path, to: &Path) -> Result<Copied, BackupError> {
    let held = store.hold().await.unwrap();
    backup::copy(dir, &held.files, held.sequence, &[], to)
}

fn checkpointed(store: &SledStore) {
    let work = Work { shared: Arc::clone(&store.shared), handle: store.writer.handle().unwrap().clone() };
    std::thread::spawn(move || work.checkpoint().unwrap()).join().unwrap();
}

/// Everything but how far the index is, which names the times of records.
fn content(dir: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows = rows(dir);
    rows.retain(|(key, _)| key != &[0]);
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_others_write_is_a_point_of_the_store() {
    let (dir, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = Arc::new(open(dir.path()));
    fill(&store, 0..30).await;
    let writing = {
        let store = Arc::clone(&store);
        tokio::spawn(async move { fill(&store, 30..150).await })
    };
    for round in 0..3 {
        let held = store.hold().await.unwrap();
        // Nothing that is held goes away, whatever the keeper does.
        if round == 1 {
            checkpointed(&store);
        }
        backup::copy(dir.path(), &held.files, held.sequence, &[], to.path()).unwrap();
        drop(held);
        let back = tempfile::tempdir().unwrap();
        let manifest = backup::unpack(to.path(), back.path(), 0).unwrap();
        let restored = back.path().join("store");
        let opened = open(&restored);
        assert_eq!(opened.stats().await.unwrap().sequence, manifest.sequence);
        assert_eq!((opened.epoch(), opened.verify().await.unwrap()), (2, Vec::new()));
        drop(opened);
        let same = tempfile::tempdir().unwrap();
        filled(same.path(), manifest.sequence).await;
        assert!(content(&restored) == content(same.path()), "round {round}: commits 1 to {}", manifest.sequence);
    }
    writing.await.unwrap();
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_second_backup_copies_what_is_new_and_removes_what_is_old() {
    let (dir, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    fill(&store, 0..30).await;
    let first = back_up(&store, dir.path(), to.path()).await.unwrap();
    assert_eq!((first.files, first.kept), (2, 0), "a segment and the format");
    fill(&store, 30..40).await;
    let second = back_up(&store, dir.path(), to.path()).await.unwrap();
    assert_eq!((second.files, second.kept), (2, 1));
    assert!(second.bytes < first.bytes);
    checkpointed(&store);
    let third = back_up(&store, dir.path(), to.path()).await.unwrap();
    assert_eq!((third.files, third.kept), (2, 0), "the checkpoint stands for the segments");
    let left = fs::read_dir(to.path().join("epoch-1/store/journal")).map(Iterator::count).unwrap_or_default();
    assert_eq!(left, 0, "which are gone");
    let back = tempfile::tempdir().unwrap();
    backup::unpack(to.path(), back.path(), 0).unwrap();
    assert!(
        content(&back.path().join("store")) == {
            drop(store);
            content(dir.path())
        }
    );
}

#[tokio::test]
async fn a_damaged_backup_is_refused_whatever_is_damaged() {
    let (dir, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    fill(&store, 0..20).await;
    checkpointed(&store);
    fill(&store, 20..30).await;
    back_up(&store, dir.path(), to.path()).await.unwrap();
    let root = to.path().join("epoch-1/store");
    let files: Vec<PathBuf> = ["checkpoint", "journal"]
        .iter()
        .flat_map(|part| fs::read_dir(root.join(part)).unwrap().map(|entry| entry.unwrap().path()))
        .chain([root.join("format"), to.path().join("manifest.json")])
        .collect();
    assert_eq!(files.len(), 4);
    for file in &files {
        let whole = fs::read(file).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut bytes = whole.clone();
            bytes[at] ^= 4;
            fs::write(file, &bytes).unwrap();
            let back = tempfile::tempdir().unwrap();
            backup::unpack(to.path(), back.path(), 0).unwrap_err();
        }
        fs::remove_file(file).unwrap();
        backup::unpack(to.path(), tempfile::tempdir().unwrap().path(), 0).unwrap_err();
        fs::write(file, whole).unwrap();
    }
    backup::unpack(to.path(), tempfile::tempdir().unwrap().path(), 0).unwrap();
    let empty = tempfile::tempdir().unwrap();
    let error = backup::unpack(empty.path(), tempfile::tempdir().unwrap().path(), 0).unwrap_err();
    assert!(matches!(error, BackupError::None(_)), "{error}");
}

#[tokio::test]
async fn the_folder_of_another_store_is_not_overwritten_and_damage_is_not_backed_up() {
    let (one, other, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (first, second) = (open(one.path()), open(other.path()));
    fill(&first, 0..5).await;
    fill(&second, 0..5).await;
    back_up(&first, one.path(), to.path()).await.unwrap();
    let error = back_up(&second, other.path(), to.path()).await.unwrap_err();
    assert!(matches!(error, BackupError::Another(_)), "{error}");
    fill(&first, 5..10).await;
    let held = first.hold().await.unwrap();
    let segment = segments(one.path()).pop().unwrap();
    let mut bytes = fs::read(&segment).unwrap();
    bytes[90] ^= 1;
    fs::write(&segment, bytes).unwrap();
    let error = backup::copy(one.path(), &held.files, held.sequence, &[], to.path()).unwrap_err();
    assert!(matches!(error, BackupError::Damaged { .. }), "{error}");
    let back = tempfile::tempdir().unwrap();
    assert_eq!(backup::unpack(to.path(), back.path(), 0).unwrap().sequence, 5, "the backup before is still there");
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 5).await;
    let known = Format::read(dir.path()).unwrap();
    let newer_form = Format { form: 99, ..known.clone() };
    let mut newer_document = known.clone();
    newer_document.schemas.insert(Collection::User.code(), 200);
    let mut unknown_collection = known.clone();
    unknown_collection.schemas.insert(127, 1);
    for newer in [newer_form, newer_document, unknown_collection] {
        let newer = Format { written_by: "9.0.0".into(), ..newer };
        newer.write(dir.path()).unwrap();
        let before = fs::read(&segments(dir.path())[0]).unwrap();
        let error = SledStore::open(&options(dir.path())).unwrap_err().to_string();
        assert!(error.contains("was written by muster-collector 9.0.0"), "{error}");
        assert_eq!(Format::read(dir.path()).unwrap(), newer, "nothing was changed");
        assert_eq!(fs::read(&segments(dir.path())[0]).unwrap(), before);
    }
    known.write(dir.path()).unwrap();
    assert_eq!(open(dir.path()).stats().await.unwrap().sequence, 5);
}
