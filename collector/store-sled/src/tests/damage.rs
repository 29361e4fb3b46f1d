//! Bit rot in the journal: refused with file, offset and sequence, or harmless; never another content in silence.

use super::*;

fn flip(path: &Path, offset: usize, bit: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[offset] ^= 1 << bit;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn damage_inside_is_refused_with_file_offset_and_sequence() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 6).await;
    let segment = segments(dir.path())[0].clone();
    let whole = fs::read(&segment).unwrap();
    for (i, record) in records(&whole).into_iter().enumerate() {
        let is_last = i == 5;
        for at in [record.start, record.start + 5, record.start + 20, record.start + HEAD_BYTES, record.end - 1] {
            for with_index in [true, false] {
                let copied = tempfile::tempdir().unwrap();
                copy(dir.path(), copied.path());
                if !with_index {
                    fs::remove_dir_all(index_folder(copied.path())).unwrap();
                }
                let segment = segments(copied.path())[0].clone();
                flip(&segment, at, 3);
                let damaged = fs::read(&segment).unwrap();
                match SledStore::open(&options(copied.path())) {
                    Err(error @ OpenError::Damaged { .. }) => {
                        let text = error.to_string();
                        let OpenError::Damaged { file, offset, sequence, .. } = error else { unreachable!() };
                        assert_eq!(
                            (file, offset, sequence),
                            (segment.clone(), record.start as u64, i as u64 + 1),
                            "{at}"
                        );
                        assert!(text.contains(&format!("offset {offset}, record {sequence}")), "{text}");
                        assert!(text.contains("Restore"), "{text}");
                        assert_eq!(fs::read(&segment).unwrap(), damaged, "nothing was changed");
                    }
                    // Without an index the last record, damaged, cannot be told from one that was never finished.
                    Ok(_) => assert!(is_last && !with_index, "record {} at {at} index={with_index}", i + 1),
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }
}

#[tokio::test]
async fn lost_and_foreign_segments_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let small = Options { segment_bytes: 1_000, ..options(dir.path()) };
    fill(&SledStore::open(&small).unwrap(), 0..30).await;
    let names: Vec<_> = segments(dir.path()).iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    assert!(names.len() >= 5);
    let refused = |what: &str, with_index: bool, harm: &dyn Fn(&Path)| {
        let copied = tempfile::tempdir().unwrap();
        copy(dir.path(), copied.path());
        if !with_index {
            fs::remove_dir_all(index_folder(copied.path())).unwrap();
        }
        harm(&copied.path().join(journal::FOLDER));
        let result = SledStore::open(&options(copied.path()));
        assert!(matches!(result, Err(OpenError::Damaged { .. })), "{what} index={with_index}: {result:?}");
    };
    for with_index in [true, false] {
        refused("the first is missing", with_index, &|journal| fs::remove_file(journal.join(&names[0])).unwrap());
        refused("one is missing", with_index, &|journal| fs::remove_file(journal.join(&names[2])).unwrap());
        refused("one is empty", with_index, &|journal| fs::write(journal.join(&names[2]), []).unwrap());
        refused("the last but one ends early", with_index, &|journal| {
            let path = journal.join(&names[names.len() - 2]);
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..records(&bytes).last().unwrap().start]).unwrap();
        });
        refused("one stands twice", with_index, &|journal| {
            fs::copy(journal.join(&names[1]), journal.join(&names[2])).unwrap();
        });
        refused("one is zeros", with_index, &|journal| {
            let path = journal.join(&names[3]);
            fs::write(&path, vec![0; fs::read(&path).unwrap().len()]).unwrap();
        });
    }
    // Only the name of a segment that was just begun tells that the one before it is lost.
    let next = open(dir.path()).stats().await.unwrap().sequence + 1;
    refused("the last full one is missing", false, &|journal| {
        fs::remove_file(journal.join(names.last().unwrap())).unwrap();
        fs::write(journal.join(format!("{next:016x}.seg")), []).unwrap();
    });
    refused("the last is missing", true, &|journal| fs::remove_file(journal.join(names.last().unwrap())).unwrap());
}

#[tokio::test]
async fn a_sound_record_of_another_journal_is_no_torn_tail() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    filled(one.path(), 3).await;
    fill(&open(other.path()), 10..13).await;
    let [mut bytes, foreign] = [one.path(), other.path()].map(|dir| fs::read(&segments(dir)[0]).unwrap());
    let (own, theirs) = (records(&bytes)[2].clone(), records(&foreign)[2].clone());
    bytes.truncate(own.start);
    bytes.extend(&foreign[theirs]);
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join(journal::FOLDER)).unwrap();
    fs::write(dir.path().join(journal::FOLDER).join(format!("{:016x}.seg", 1)), bytes).unwrap();
    let error = SledStore::open(&options(dir.path())).unwrap_err();
    assert!(error.to_string().contains("does not follow the one before it"), "{error}");
}

/// Opens a store in which one bit was flipped, and says whether that was found: told, refused, or mended. What is not found
/// must be harmless.
async fn is_found(dir: &Path, before: &[(Vec<u8>, Vec<u8>)]) -> bool {
    let Ok(store) = SledStore::open(&options(dir)) else { return true };
    if !store.verify().await.unwrap_or_else(|error| vec![error.to_string()]).is_empty() {
        return true;
    }
    assert!(store.shared.index().rows() == before, "another content in silence");
    store.shared.state().generation > 1
}

/// All files of one part of a store.
fn part(dir: &Path, name: &str) -> Vec<PathBuf> {
    match name {
        "index" => fs::read_dir(index_folder(dir))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file() && fs::metadata(path).unwrap().len() > 0)
            .collect(),
        name => fs::read_dir(dir.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flipped_bits_are_found_or_harmless_wherever_they_are() {
    // MUSTER_TEST_FLIPS sets another count.
    let flips: usize = std::env::var("MUSTER_TEST_FLIPS").map_or(1_000, |count| count.parse().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let small = Options { segment_bytes: 3_000, checkpoint_records: 40, ..options(dir.path()) };
    fill(&SledStore::open(&small).unwrap(), 0..50).await;
    fill(&SledStore::open(&options(dir.path())).unwrap(), 50..70).await;
    let before = rows(dir.path());
    // Space taken ahead is zeros; a little of it is as good as much.
    let last = segments(dir.path()).pop().unwrap();
    let end = records(&fs::read(&last).unwrap()).last().unwrap().end;
    fs::File::options().write(true).open(&last).unwrap().set_len(end as u64 + 1_000).unwrap();
    let mut numbers = Numbers(0x5eed);
    let mut found = std::collections::BTreeMap::new();
    for n in 0..flips {
        let name = ["journal", "checkpoint", "index"][n % 3];
        let copied = tempfile::tempdir().unwrap();
        copy(dir.path(), copied.path());
        let mut files = part(copied.path(), name);
        files.sort();
        let file = files[numbers.below(files.len())].clone();
        let at = numbers.below(fs::read(&file).unwrap().len());
        flip(&file, at, numbers.below(8));
        let flipped = fs::read(&file).unwrap();
        let is_found = is_found(copied.path(), &before).await
            || name == "checkpoint" && fs::read(&file).map_or(true, |now| now != flipped);
        let is_padding = file.file_name() == last.file_name() && at >= end;
        // What sled does not read is harmless; journal and checkpoint have no such places.
        assert!(is_found != is_padding || name == "index", "{} at {at}", file.display());
        *found.entry((name, is_found)).or_insert(0) += 1;
    }
    for name in ["journal", "checkpoint", "index"] {
        assert!(found.get(&(name, true)).is_some_and(|count: &usize| *count > flips / 20), "{found:?}");
    }
}

#[tokio::test]
async fn damage_under_an_open_store_is_reported_by_verify() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 4).await;
    let store = open(dir.path());
    let segment = segments(dir.path())[0].clone();
    let bytes = fs::read(&segment).unwrap();
    for (i, record) in records(&bytes).into_iter().enumerate() {
        for harm in [record.start, record.start + HEAD_BYTES + 9] {
            flip(&segment, harm, 0);
            let [line] = store.verify().await.unwrap().try_into().unwrap();
            assert!(line.contains(&format!("offset {}, record {}", record.start, i + 1)), "{line}");
            flip(&segment, harm, 0);
        }
    }
    fs::File::options().write(true).open(&segment).unwrap().set_len(records(&bytes)[3].start as u64).unwrap();
    let [line] = store.verify().await.unwrap().try_into().unwrap();
    assert!(line.contains("record 4: acknowledged records are missing at the end"), "{line}");
    fs::write(&segment, &bytes).unwrap();
    assert_eq!(store.verify().await.unwrap(), Vec::<String>::new());
}
