//! The index is disposable: lost, rotten, behind or of another store, it is made anew from the journal and is the same.

use super::*;

/// What is done to a file, in words and in deed.
type Harm<'a> = (&'a str, &'a dyn Fn(&Path));
/// A key, the value that is put there or nothing, and what is told of it.
type Row<'a> = (&'a [u8], Option<&'a [u8]>, &'a str);

/// Does something to a closed store's index and says what a fresh opening makes of it.
async fn after(dir: &Path, harm: impl FnOnce(&Path)) -> Vec<(Vec<u8>, Vec<u8>)> {
    let copied = tempfile::tempdir().unwrap();
    copy(dir, copied.path());
    harm(&index_folder(copied.path()));
    let rows = rows(copied.path());
    index_folder(copied.path());
    assert_eq!(open(copied.path()).verify().await.unwrap(), Vec::<String>::new());
    fill(&open(copied.path()), 500..502).await;
    rows
}

#[tokio::test]
async fn an_index_that_is_gone_or_garbage_is_made_anew_and_is_the_same() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 120).await;
    let before = rows(dir.path());
    assert!(before.len() > 300);
    let same = |rows: Vec<(Vec<u8>, Vec<u8>)>, what: &str| assert!(rows == before, "{what}");
    same(after(dir.path(), |folder| drop(fs::read_dir(folder).unwrap())).await, "untouched");
    let files = ["db", "conf"];
    for file in files {
        assert!(index_folder(dir.path()).join(file).exists(), "{file}");
        let harms: [Harm; 4] = [
            ("removed", &|path| fs::remove_file(path).unwrap()),
            ("emptied", &|path| fs::write(path, []).unwrap()),
            ("garbage", &|path| {
                let length = fs::read(path).unwrap().len();
                let mut numbers = Numbers(7);
                fs::write(path, (0..length).map(|_| u8::try_from(numbers.below(256)).unwrap()).collect::<Vec<_>>())
                    .unwrap();
            }),
            ("zeros", &|path| fs::write(path, vec![0; fs::read(path).unwrap().len()]).unwrap()),
        ];
        for (what, harm) in harms {
            same(after(dir.path(), |folder| harm(&folder.join(file))).await, &format!("{file} {what}"));
        }
    }
    let copied = tempfile::tempdir().unwrap();
    copy_journal(dir.path(), copied.path());
    same(rows(copied.path()), "without an index");
}

#[tokio::test]
async fn an_index_that_is_behind_is_brought_up_and_is_the_same() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 30).await;
    let old = tempfile::tempdir().unwrap();
    copy(&index_folder(dir.path()), old.path());
    fill(&open(dir.path()), 30..60).await;
    let before = rows(dir.path());
    let folder = index_folder(dir.path());
    fs::remove_dir_all(&folder).unwrap();
    copy(old.path(), &folder);
    assert_eq!(rows(dir.path()), before);
    assert_eq!(index_folder(dir.path()), folder, "it was not built anew");
}

#[tokio::test]
async fn an_index_of_another_store_is_not_believed() {
    for (theirs, ours) in [(20, 20), (20, 30)] {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fill(&open(one.path()), 0..ours).await;
        fill(&open(other.path()), 100..100 + theirs).await;
        let before = rows(one.path());
        let folder = index_folder(one.path());
        fs::remove_dir_all(&folder).unwrap();
        copy(&index_folder(other.path()), &folder);
        assert_eq!(rows(one.path()), before, "{theirs} of {ours}");
        assert_eq!(open(one.path()).verify().await.unwrap(), Vec::<String>::new());
    }
}

#[tokio::test]
async fn what_an_interrupted_rebuild_left_is_cleared_away() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 10).await;
    let before = rows(dir.path());
    let folder = index_folder(dir.path());
    copy(&folder, &dir.path().join("index-7"));
    assert_eq!(rows(dir.path()), before);
    assert_eq!(index_folder(dir.path()), dir.path().join("index-7"));
}

#[tokio::test]
async fn rows_that_are_not_what_was_written_are_reported_by_verify() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 10).await;
    let store = open(dir.path());
    let index = store.shared.index();
    let mark = index.mark().unwrap();
    let found: Vec<_> = index.rows();
    let entry = found.iter().find(|(key, _)| key[0] == crate::index::ENTRY).unwrap();
    let document = found.iter().find(|(key, _)| key[0] == Collection::User.code()).unwrap();
    let harms: [Row; 6] = [
        (&entry.0, None, "is missing in the index"),
        (b"\xff\x04nobody\0user_0", Some(b""), "index entries should be there"),
        (b"\xff\xfex\0y", Some(b""), "an entry of no index"),
        (&document.0, Some(b"\x01\x00\x01\x00\x00\x00\x00\x00\x00\x00{"), "user"),
        (&document.0, None, "user: "),
        (b"\x7fx", Some(b""), "a row of no collection"),
    ];
    for (key, value, text) in harms {
        let was = index.raw(key).unwrap();
        let write = |value: Option<&[u8]>| {
            let mut batch = sled::Batch::default();
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
            index.apply(batch, &mark).unwrap();
        };
        write(value);
        // Not `Store::verify`: that has the index built anew.
        let lines = verify::all(&store.shared, store.writer.handle().unwrap()).unwrap().lines();
        let told = lines.iter().any(|line| line.contains(text));
        assert!(told, "{text}: {lines:?}");
        write(was.as_deref());
        assert_eq!(store.verify().await.unwrap(), Vec::<String>::new(), "{text}");
    }
}
