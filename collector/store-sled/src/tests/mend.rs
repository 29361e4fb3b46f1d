//! A damaged journal is mended from the index, or nothing is changed.

use super::*;
use crate::{MendError, mend};

fn flip(path: &Path, offset: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[offset] ^= 8;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_journal_without_damage_is_left_as_it_is() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 9).await;
    let before = fs::read(&segments(dir.path())[0]).unwrap();
    assert_eq!(mend(&options(dir.path())).unwrap(), None);
    assert_eq!(fs::read(&segments(dir.path())[0]).unwrap(), before);
}

#[tokio::test]
async fn damage_anywhere_is_mended_when_the_index_has_it_all() {
    let dir = tempfile::tempdir().unwrap();
    let small = Options { segment_bytes: 1_000, ..options(dir.path()) };
    fill(&SledStore::open(&small).unwrap(), 0..30).await;
    let expected = rows(dir.path());
    let count = segments(dir.path()).len();
    assert!(count >= 5);
    for n in 0..count {
        let copied = tempfile::tempdir().unwrap();
        copy(dir.path(), copied.path());
        let path = segments(copied.path())[n].clone();
        let record = records(&fs::read(&path).unwrap()).last().cloned().unwrap();
        flip(&path, record.end - 1);
        let refused = SledStore::open(&options(copied.path())).unwrap_err();
        assert!(refused.to_string().contains("muster-collector mend"), "{refused}");
        let mended = mend(&options(copied.path())).unwrap().unwrap();
        assert!(mended.damage.contains("checksum") || mended.damage.contains("missing"), "{}", mended.damage);
        assert!(!mended.damage.contains("Restore"), "it is mended: {}", mended.damage);
        assert_eq!(fs::read_dir(&mended.aside).unwrap().count(), count);
        assert_eq!(rows(copied.path()), expected, "segment {n}");
        let store = open(copied.path());
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
        fill(&store, 30..33).await;
        drop(store);
        // The index is not needed any more: checkpoint and journal are whole.
        let whole = rows(copied.path());
        fs::remove_dir_all(index_folder(copied.path())).unwrap();
        assert_eq!(rows(copied.path()), whole);
    }
}

#[tokio::test]
async fn without_what_is_damaged_in_the_index_nothing_is_changed() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 6).await;
    let behind = tempfile::tempdir().unwrap();
    copy(&index_folder(dir.path()), &behind.path().join("index-1"));
    fill(&open(dir.path()), 6..12).await;
    let segment = segments(dir.path())[0].clone();
    let record = records(&fs::read(&segment).unwrap())[8].clone();
    flip(&segment, record.start + HEAD_BYTES);
    let damaged = fs::read(&segment).unwrap();
    // An index as it was six commits ago: what is damaged came later.
    fs::remove_dir_all(index_folder(dir.path())).unwrap();
    copy(&behind.path().join("index-1"), &dir.path().join("index-1"));
    let error = mend(&options(dir.path())).unwrap_err();
    assert!(matches!(error, MendError::Behind { index: 6, journal: 12, .. }), "{error}");
    fs::remove_dir_all(dir.path().join("index-1")).unwrap();
    let error = mend(&options(dir.path())).unwrap_err();
    assert!(matches!(error, MendError::NoIndex { .. }), "{error}");
    assert_eq!(fs::read(&segment).unwrap(), damaged);
    assert!(matches!(SledStore::open(&options(dir.path())), Err(OpenError::Damaged { .. })));
}
