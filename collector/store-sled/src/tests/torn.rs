//! Ends of the journal that an interrupted write leaves: cut off, and everything before is there.

use super::*;

/// What the store is after so many steps.
async fn expected(steps: u64) -> Vec<(Vec<u8>, Vec<u8>)> {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), steps).await;
    let mut rows = rows(dir.path());
    rows.retain(|(key, _)| key != &[0]);
    rows
}

/// What is in the store; without how far it is, which names the time of a record.
fn content(dir: &Path) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut rows = rows(dir);
    rows.retain(|(key, _)| key != &[0]);
    rows
}

#[tokio::test]
async fn a_record_that_ends_anywhere_is_cut_and_the_rest_is_there() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3).await;
    open(dir.path()).commit(put(counter("last", 1), Expected::Absent)).await.unwrap();
    let before = expected(3).await;
    let bytes = fs::read(&segments(dir.path())[0]).unwrap();
    let last = records(&bytes)[3].clone();
    for cut in last.clone() {
        for zeros in [0, 4_096] {
            let torn = tempfile::tempdir().unwrap();
            copy_journal(dir.path(), torn.path());
            let segment = &segments(torn.path())[0];
            let mut left = bytes[..cut].to_vec();
            left.resize(cut + zeros, 0);
            fs::write(segment, &left).unwrap();
            // Opening for real at every eighth byte, reading the journal at every one: a store takes its time to be made.
            if (cut - last.start).is_multiple_of(8) {
                assert_eq!(content(torn.path()), before, "{cut}");
                fill(&open(torn.path()), 3..4).await;
                assert_eq!(
                    records(&fs::read(segment).unwrap()).len(),
                    4,
                    "what comes next stands where the torn record stood"
                );
                assert_eq!(open(torn.path()).verify().await.unwrap(), Vec::<String>::new());
            } else {
                let read = journal::read_segment(segment, Tail::START, u64::MAX, |_| Ok(())).unwrap();
                assert_eq!((read.tail.sequence, read.written), (3, last.start as u64), "{cut}");
                let is_torn =
                    read.damage.is_none_or(|damage| !damage.was_durable && damage.offset == last.start as u64);
                assert!(is_torn, "{cut}");
            }
        }
    }
}

/// A segment with records, of which some were written in one group: `groups` lists how many each.
fn segment_of(groups: &[u64]) -> Vec<u8> {
    let (mut tail, mut bytes) = (Tail::START, Vec::new());
    for group in groups {
        let durable = tail.sequence;
        for _ in 0..*group {
            let payload = journal::Payload::of(step(tail.sequence)).unwrap().encode().unwrap();
            let (record, next) = journal::encode(tail, durable, 7, &payload).unwrap();
            bytes.extend(record);
            tail = next;
        }
    }
    bytes
}

fn write_segment(dir: &Path, bytes: &[u8]) {
    let folder = dir.join(journal::FOLDER);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(format!("{:016x}.seg", 1)), bytes).unwrap();
}

#[tokio::test]
async fn of_a_group_that_a_power_cut_tore_any_part_may_be_missing() {
    let bytes = segment_of(&[1, 2, 4]);
    let places = records(&bytes);
    let before = expected(3).await;
    for lost in 3..7 {
        for fill_with in [0, 0xa5] {
            let dir = tempfile::tempdir().unwrap();
            let mut torn = bytes.clone();
            torn[places[lost].clone()].fill(fill_with);
            write_segment(dir.path(), &torn);
            let kept = u64::try_from(lost).unwrap();
            let opened = if kept == 3 { before.clone() } else { expected(kept).await };
            assert_eq!(content(dir.path()), opened, "record {} of the group", lost - 2);
        }
    }
}

#[test]
fn a_group_that_was_followed_by_another_must_be_whole() {
    let bytes = segment_of(&[1, 2, 4]);
    for lost in 0..3 {
        for fill_with in [0, 0xa5] {
            let dir = tempfile::tempdir().unwrap();
            let mut damaged = bytes.clone();
            let place = records(&bytes)[lost].clone();
            damaged[place.clone()].fill(fill_with);
            write_segment(dir.path(), &damaged);
            let Err(OpenError::Damaged { offset, sequence, .. }) = SledStore::open(&options(dir.path())) else {
                panic!("a lost record {} is not seen", lost + 1)
            };
            assert_eq!((offset, sequence), (place.start as u64, lost as u64 + 1));
        }
    }
}

#[tokio::test]
async fn a_segment_that_was_just_begun_is_no_damage() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 3).await;
    let before = rows(dir.path());
    let copy = tempfile::tempdir().unwrap();
    copy_journal(dir.path(), copy.path());
    fs::write(copy.path().join(journal::FOLDER).join(format!("{:016x}.seg", 4)), []).unwrap();
    assert_eq!(rows(copy.path()), before);
    fill(&open(copy.path()), 3..6).await;
    assert_eq!(open(copy.path()).stats().await.unwrap().sequence, 6);
}

/// Every prefix of what is written and synced, with every sector of what was not synced either there or not, in whatever order the disk
/// wrote them: what was acknowledged is there, and of the rest a beginning.
#[tokio::test]
async fn whichever_sectors_of_what_was_not_synced_are_lost_what_was_synced_is_there() {
    let groups = [1, 2, 4, 3];
    let whole = segment_of(&groups);
    let places = records(&whole);
    let mut states = Vec::new();
    for steps in 0..=10 {
        states.push(expected(steps).await);
    }
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let mut durable = 0_usize;
    let mut torn = 0;
    for group in groups {
        let through = durable + usize::try_from(group).unwrap();
        let synced = if durable == 0 { 0 } else { places[durable - 1].end };
        let written = places[through - 1].end;
        for sector in [512, 4_096] {
            for round in 0..6 {
                let mut image = whole[..written].to_vec();
                let mut at = synced;
                while at < written {
                    let next = ((at / sector + 1) * sector).min(written);
                    // At first nothing of it reached the disk, at last everything did.
                    if round == 0 || (round < 5 && numbers.below(2) == 0) {
                        image[at..next].fill(0);
                    }
                    at = next;
                }
                let dir = tempfile::tempdir().unwrap();
                write_segment(dir.path(), &image);
                let found = content(dir.path());
                let kept = (durable..=through).find(|steps| states[*steps] == found);
                let kept = kept.unwrap_or_else(|| panic!("after {durable} synced records, sectors of {sector}"));
                torn += usize::from(kept < through);
                if round == 5 {
                    assert_eq!(kept, through, "nothing was lost");
                }
                assert_eq!(open(dir.path()).verify().await.unwrap(), Vec::<String>::new());
            }
        }
        durable = through;
    }
    assert!(torn > 8, "power cuts that lost nothing would prove nothing");
}
