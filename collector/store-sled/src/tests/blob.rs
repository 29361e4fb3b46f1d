//! Bytes beside the documents: whole or not there, checked, backed up, and gone when nothing names them.

use std::os::unix::fs::PermissionsExt as _;

use muster_model::ticket::Visibility;
use muster_model::ticket::attachment::Attachment;
use muster_shared::canonical::Digest;
use muster_shared::id::{AttachmentId, TicketId};

use super::*;
use crate::{backup, blob};

pub(super) fn attachment(n: u8, hash: Digest) -> Attachment {
    Attachment {
        id: AttachmentId::from_bytes([n; 16]),
        ticket: TicketId::from_bytes([1; 16]),
        name: format!("{n}.txt"),
        media_type: "text/plain".into(),
        size_bytes: 1,
        hash,
        sha256: String::new(),
        visibility: Visibility::Public,
        added_by: "ann".into(),
        author: None,
        added_at: Time::from_millis(1),
    }
}

async fn attach(store: &SledStore, n: u8, bytes: &[u8]) -> Digest {
    let hash = store.keep_blob(bytes.to_vec()).await.unwrap();
    let mut changes = ChangeSet::new();
    changes.create(attachment(n, hash));
    store.commit(changes).await.unwrap();
    hash
}

fn files(dir: &Path) -> Vec<PathBuf> {
    blob::names(dir).unwrap().into_iter().map(|name| dir.join(name)).collect()
}

#[tokio::test]
async fn bytes_are_kept_once_and_read_as_they_were() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let (one, two) = (attach(&store, 1, b"one").await, attach(&store, 2, b"two").await);
    assert_eq!(attach(&store, 3, b"one").await, one);
    assert_eq!(files(dir.path()).len(), 2);
    for file in files(dir.path()) {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(file.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    }
    drop(store);
    let store = open(dir.path());
    assert_eq!(store.blob(&one).await.unwrap().as_deref(), Some(&b"one"[..]));
    assert_eq!(store.blob(&two).await.unwrap().as_deref(), Some(&b"two"[..]));
    assert_eq!(store.blob(&Digest::of(b"three")).await.unwrap(), None);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn damage_and_loss_are_told_and_the_same_bytes_mend_them() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let hash = attach(&store, 1, b"what was seen").await;
    let file = files(dir.path()).remove(0);
    fs::write(&file, b"what was never seen").unwrap();
    let error = store.blob(&hash).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
    let wrong = store.verify().await.unwrap();
    assert!(wrong.len() == 1 && wrong[0].contains("is not what was written"), "{wrong:?}");
    fs::remove_file(&file).unwrap();
    let wrong = store.verify().await.unwrap();
    assert!(wrong.len() == 1 && wrong[0].contains("is missing"), "{wrong:?}");
    store.commit(step(1)).await.unwrap();
    assert_eq!(store.keep_blob(b"what was seen".to_vec()).await.unwrap(), hash);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn what_nothing_names_goes_after_a_day_and_what_is_held_stays() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    attach(&store, 1, b"named").await;
    let orphan = store.keep_blob(b"its commit never came".to_vec()).await.unwrap();
    assert_eq!(blob::sweep(&store.shared).unwrap(), 0, "its commit may be on its way");
    let held = store.hold().await.unwrap();
    assert_eq!(held.files.iter().filter(|name| name.starts_with("blob/")).count(), 2);
    assert_eq!(blob::sweep_older(&store.shared, Duration::ZERO).unwrap(), 0, "somebody copies it");
    drop(held);
    assert_eq!(blob::sweep_older(&store.shared, Duration::ZERO).unwrap(), 1);
    assert_eq!(store.blob(&orphan).await.unwrap(), None);
    let mut gone = ChangeSet::new();
    let key = muster_model::Record::key(&attachment(1, orphan));
    gone.delete(Collection::Attachment, key, Expected::Version(1));
    store.commit(gone).await.unwrap();
    assert_eq!(blob::sweep_older(&store.shared, Duration::ZERO).unwrap(), 1);
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_that_cannot_be_written_leaves_nothing_and_what_a_crash_left_is_tidied() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let hash = attach(&store, 1, b"whole").await;
    let folder = dir.path().join("blob").join(&Digest::of(b"other").to_string()[..2]);
    // A file where the folder should be: the write fails as on a full disk.
    fs::write(&folder, b"").unwrap();
    store.keep_blob(b"other".to_vec()).await.unwrap_err();
    fs::remove_file(&folder).unwrap();
    drop(store);
    let left = files(dir.path())[0].with_extension("7.part");
    fs::write(&left, b"hal").unwrap();
    let store = open(dir.path());
    assert!(!left.exists());
    assert_eq!(store.blob(&hash).await.unwrap().as_deref(), Some(&b"whole"[..]));
}

#[tokio::test]
async fn a_backup_has_them_and_a_restore_brings_them_back() {
    let (dir, to, back) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(dir.path());
    let one = attach(&store, 1, b"one").await;
    let back_up = async || {
        let held = store.hold().await.unwrap();
        backup::copy(dir.path(), &held.files, held.sequence, &[], to.path()).unwrap()
    };
    back_up().await;
    let two = attach(&store, 2, b"two").await;
    let second = back_up().await;
    assert!(second.kept >= 1, "a file that never changes is copied once: {second:?}");
    backup::unpack(to.path(), back.path(), 0).unwrap();
    let restored = open(&back.path().join("store"));
    for (hash, bytes) in [(one, b"one"), (two, b"two")] {
        assert_eq!(restored.blob(&hash).await.unwrap().as_deref(), Some(&bytes[..]));
    }
    assert_eq!(restored.verify().await.unwrap(), Vec::<String>::new());
    let copied = files(&to.path().join("epoch-1/store")).remove(0);
    fs::write(copied, b"???").unwrap();
    backup::unpack(to.path(), tempfile::tempdir().unwrap().path(), 0).unwrap_err();
}
