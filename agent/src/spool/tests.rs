//! Tests of the spool: order, limits, damage, and every step of a write that can fail (cases 82, 85, 87, 88).

use std::collections::BTreeMap;

use muster_shared::canonical::{Digest, root_digest};
use muster_shared::id::ReportId;
use muster_shared::report::SCHEMA;

use super::*;
use crate::disk::RealDisk;
use crate::disk::tests::BrokenDisk;

const NOW: Time = Time::from_millis(1_700_000_000_000);

fn report(seq: u64, base: u64) -> Report {
    Report {
        schema: SCHEMA,
        report_id: ReportId::new(NOW),
        // Random, so that it does not shrink and the limits can be met.
        boot_id: (0..60).map(|_| muster_shared::secret::draw_secret()).collect(),
        seq,
        collected_at: NOW,
        agent_version: "0".into(),
        base,
        next: base + 1,
        root: root_digest(&BTreeMap::<_, Digest>::new()),
        sections: BTreeMap::new(),
    }
}

fn open(dir: &Path, total_bytes: u64) -> Spool {
    let limits = Limits { total_bytes, free_percent: 100, ..Limits::default() };
    Spool::open(Arc::new(RealDisk), dir, limits).unwrap()
}

fn seqs(spool: &Spool) -> Vec<u64> {
    spool.entries().map(|entry| entry.seq).collect()
}

#[test]
fn reports_come_back_in_order_with_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path(), 1 << 20);
    for (seq, base) in [(9, 0), (11, 1), (10, 0)] {
        spool.push(&report(seq, base), NOW).unwrap();
    }
    let first = spool.first().unwrap().clone();
    let before = spool.read(&first).unwrap().unwrap();
    let mut again = open(dir.path(), 1 << 20);
    assert_eq!(seqs(&again), [9, 10, 11]);
    assert_eq!(again.read(&first).unwrap().unwrap(), before);
    assert_eq!(again.read_report(&first).unwrap().unwrap().seq, 9);
    again.remove(&first).unwrap();
    assert_eq!(seqs(&open(dir.path(), 1 << 20)), [10, 11]);
}

#[test]
fn damaged_foreign_and_linked_files_are_set_aside_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path(), 1 << 20);
    let entry = spool.push(&report(1, 0), NOW).unwrap();
    let path = dir.path().join("spool").join(entry.file_name());
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100] ^= 4;
    std::fs::write(&path, bytes).unwrap();
    let place = dir.path().join("spool");
    std::fs::write(place.join("README"), "hello").unwrap();
    std::fs::write(place.join("x.report.tmp"), "half").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", place.join(entry.file_name().replace("0001-", "0002-"))).unwrap();
    std::fs::write(place.join(entry.file_name().replace("0001-", "0003-")), "").unwrap();

    let mut spool = open(dir.path(), 1 << 20);
    assert_eq!(seqs(&spool), [1]);
    assert_eq!(spool.losses.quarantined, 3);
    assert_eq!(spool.read(&entry).unwrap(), None);
    assert_eq!((spool.count(), spool.losses.quarantined), (0, 4));
    assert_eq!(std::fs::read_dir(place).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(dir.path().join("quarantine")).unwrap().count(), 4);
}

#[test]
fn when_full_what_is_superseded_goes_first() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path(), 1 << 20);
    spool.push(&report(1, 0), NOW).unwrap();
    let each = spool.size_bytes();
    spool.limits.total_bytes = each * 4 + 200;
    for (seq, base) in [(2, 1), (3, 0), (4, 1)] {
        spool.push(&report(seq, base), NOW).unwrap();
    }
    assert_eq!(seqs(&spool), [1, 2, 3, 4]);
    spool.push(&report(5, 2), NOW).unwrap();
    assert_eq!((seqs(&spool), spool.losses.dropped), (vec![3, 4, 5], 2));
    spool.push(&report(6, 3), NOW).unwrap();
    assert!(matches!(spool.push(&report(7, 4), NOW), Err(SpoolError::BaseDropped)));
    assert_eq!((spool.count(), spool.losses.dropped), (0, 6));
    spool.push(&report(8, 0), NOW).unwrap();
    assert_eq!(seqs(&spool), [8]);
}

#[test]
fn old_reports_go_by_age() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path(), 1 << 20);
    spool.push(&report(1, 0), NOW).unwrap();
    let later = NOW.plus_millis(31 * 24 * 3_600 * 1_000);
    assert!(matches!(spool.push(&report(2, 1), later), Err(SpoolError::BaseDropped)));
    spool.push(&report(3, 0), later).unwrap();
    assert_eq!((seqs(&spool), spool.losses.dropped), (vec![3], 1));
}

#[test]
fn an_unknown_base_goes_on_with_the_next_full_report() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path(), 1 << 20);
    for (seq, base) in [(1, 4), (2, 5), (3, 0), (4, 6)] {
        spool.push(&report(seq, base), NOW).unwrap();
    }
    assert!(spool.skip_to_full().unwrap());
    assert_eq!(seqs(&spool), [3, 4]);
    assert!(!spool.skip_to_full().unwrap());
    assert_eq!(spool.count(), 0);
}

#[test]
fn a_full_disk_is_told_and_a_failed_flush_is_fatal() {
    let dir = tempfile::tempdir().unwrap();
    for (step, fatal) in [("create", false), ("rename", false), ("sync", true), ("sync_dir", true)] {
        let mut spool = Spool::open(Arc::new(BrokenDisk::failing(step)), dir.path(), Limits::default()).unwrap();
        let Err(SpoolError::Disk(error)) = spool.push(&report(1, 0), NOW) else { panic!("{step} not seen") };
        assert_eq!(error.is_fatal(), fatal, "{step}");
    }
    let disk = BrokenDisk::default();
    *disk.free_bytes.lock().unwrap() = Some(10_000);
    let mut spool = Spool::open(Arc::new(disk), tempfile::tempdir().unwrap().path(), Limits::default()).unwrap();
    assert!(matches!(spool.push(&report(1, 0), NOW), Err(SpoolError::NoRoom { room_bytes: 500, .. })));
    assert_eq!(spool.losses.dropped, 1);
}
