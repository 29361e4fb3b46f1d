//! Tests of the spool: order, limits, damage, and every step of a write that can fail (cases 82 to 85, 87, 88).

use std::collections::BTreeMap;

use muster_shared::canonical::{Digest, root_digest};
use muster_shared::id::ReportId;

use super::*;
use crate::disk::RealDisk;
use crate::disk::tests::BrokenDisk;
use crate::draft::{Draft, Head};

const NOW: Time = Time::from_millis(1_700_000_000_000);

fn report(seq: u64, base: u64) -> Written {
    let head = Head {
        report_id: ReportId::new(NOW),
        // Random, so that it does not shrink and the limits can be met.
        boot_id: (0..60).map(|_| muster_shared::secret::draw_secret()).collect(),
        seq,
        collected_at: NOW,
        base,
        next: base + 1,
        root: root_digest(&BTreeMap::<_, Digest>::new()),
    };
    Draft::default().finish(&head).unwrap()
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
    assert_eq!((seqs(&spool), spool.losses.dropped), (vec![3, 4], 1));
    assert!(!spool.skip_to_full().unwrap());
    assert_eq!((spool.count(), spool.losses.dropped), (0, 2));
}

#[test]
fn a_full_disk_is_told_and_a_failed_flush_is_fatal() {
    let dir = tempfile::tempdir().unwrap();
    for step in ["sync", "sync_dir"] {
        let mut spool = Spool::open(Arc::new(BrokenDisk::failing(step)), dir.path(), Limits::default()).unwrap();
        let Err(SpoolError::Disk(error)) = spool.push(&report(1, 0), NOW) else { panic!("{step} not seen") };
        assert!(error.is_fatal(), "{step}");
    }
}

#[test]
fn what_the_disk_has_no_room_for_is_delivered_from_memory_the_newest_of_it() {
    let full = BrokenDisk::default();
    *full.free_bytes.lock().unwrap() = Some(10_000);
    for disk in [full, BrokenDisk::failing("create"), BrokenDisk::failing("rename")] {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(Arc::new(disk), dir.path(), Limits::default()).unwrap();
        let first = spool.push(&report(1, 0), NOW).unwrap();
        assert!(matches!(spool.push(&report(2, 1), NOW), Err(SpoolError::BaseDropped)), "a difference helps nobody");
        let newest = spool.push(&report(3, 0), NOW).unwrap();
        assert_eq!((seqs(&spool), spool.losses.quarantined), (vec![3], 0));
        assert!(spool.read(&first).unwrap().is_none_or(|_| false));
        assert_eq!(spool.read_report(&newest).unwrap().unwrap().seq, 3);
        spool.remove(&newest).unwrap();
        assert_eq!((spool.count(), spool.size_bytes()), (0, 0));
        assert!(std::fs::read_dir(dir.path().join("spool")).unwrap().next().is_none());
    }
}

/// Case 84, of the spool: of a thousand seeded flips of bits each is seen, and the file is set aside.
#[test]
fn every_flipped_bit_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    let mut spool = open(dir.path(), 1 << 20);
    let entry = spool.push(&report(1, 0), NOW).unwrap();
    let path = dir.path().join("spool").join(entry.file_name());
    let whole = std::fs::read(&path).unwrap();
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..1_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut bytes = whole.clone();
        let at = usize::try_from(random >> 33).unwrap() % bytes.len();
        bytes[at] ^= 1 << (random & 7);
        std::fs::write(&path, bytes).unwrap();
        let mut spool = open(dir.path(), 1 << 20);
        assert_eq!((spool.read(&entry).unwrap(), spool.losses.quarantined), (None, 1), "byte {at}");
        std::fs::remove_dir_all(dir.path().join("quarantine")).unwrap();
    }
}

/// Case 85: very many foreign files neither stay in the way nor move somewhere else to fill the host.
#[test]
fn thousands_of_foreign_files_are_cleared_away() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path(), 1 << 20).push(&report(1, 0), NOW).unwrap();
    for n in 0..3_000 {
        std::fs::write(dir.path().join(format!("spool/foreign-{n}")), "x").unwrap();
    }
    let spool = open(dir.path(), 1 << 20);
    assert_eq!((seqs(&spool), spool.losses.quarantined), (vec![1], 3_000));
    assert_eq!(std::fs::read_dir(dir.path().join("quarantine")).unwrap().count(), MAX_QUARANTINE);
    assert_eq!(std::fs::read_dir(dir.path().join("spool")).unwrap().count(), 1);
    // A directory is not cleared away, and stops nothing.
    std::fs::create_dir(dir.path().join("spool/directory")).unwrap();
    let spool = open(dir.path(), 1 << 20);
    assert_eq!((seqs(&spool), spool.losses.quarantined), (vec![1], 0));
    assert!(dir.path().join("spool/directory").is_dir());
}

/// What was done to the disk, in order.
#[derive(Clone, Debug)]
enum Step {
    /// A file was written, not flushed yet.
    Write(PathBuf, Vec<u8>),
    /// It was flushed.
    Flush(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    /// Names in the folder are on the disk.
    FlushFolder,
    /// The spool said that the report is kept.
    Promise(u64),
    /// The report was delivered and may go.
    Delivered(u64),
}

/// A disk that notes what is done to it.
#[derive(Debug, Default)]
struct NotedDisk(std::sync::Mutex<Vec<Step>>);

impl NotedDisk {
    fn note(&self, step: Step) {
        self.0.lock().unwrap().push(step);
    }
}

impl Disk for NotedDisk {
    fn create(&self, path: &Path, bytes: &[u8], mode: u32) -> Result<(), DiskError> {
        self.note(Step::Write(path.into(), bytes.into()));
        RealDisk.create(path, bytes, mode)?;
        self.note(Step::Flush(path.into()));
        Ok(())
    }
    fn rename(&self, from: &Path, to: &Path) -> Result<(), DiskError> {
        self.note(Step::Rename(from.into(), to.into()));
        RealDisk.rename(from, to)
    }
    fn sync_dir(&self, path: &Path) -> Result<(), DiskError> {
        RealDisk.sync_dir(path)?;
        self.note(Step::FlushFolder);
        Ok(())
    }
    fn remove(&self, path: &Path) -> Result<(), DiskError> {
        self.note(Step::Remove(path.into()));
        RealDisk.remove(path)
    }
    fn free_bytes(&self, path: &Path) -> Result<u64, DiskError> {
        RealDisk.free_bytes(path)
    }
}

/// The folder after a power cut: names that were not flushed are there or not (`has_names`), of what was not flushed of a
/// file so many of eight parts are there.
fn after_power_cut(steps: &[Step], has_names: bool, eighths: usize) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut contents: BTreeMap<PathBuf, (Vec<u8>, bool)> = BTreeMap::new();
    let mut on_disk: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    let mut names: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Write(path, bytes) => {
                let inode = PathBuf::from(number.to_string());
                contents.insert(inode.clone(), (bytes.clone(), false));
                names.insert(path.clone(), inode);
            }
            Step::Flush(path) => contents.get_mut(&names[path]).unwrap().1 = true,
            Step::Rename(from, to) => {
                let inode = names.remove(from).unwrap();
                names.insert(to.clone(), inode);
            }
            Step::Remove(path) => drop(names.remove(path)),
            Step::FlushFolder => on_disk.clone_from(&names),
            Step::Promise(_) | Step::Delivered(_) => {}
        }
    }
    let names = if has_names { names } else { on_disk };
    let whole = |inode: &PathBuf| {
        let (bytes, is_flushed) = &contents[inode];
        if *is_flushed { bytes.clone() } else { bytes[..bytes.len() * eighths / 8].to_vec() }
    };
    names.iter().map(|(path, inode)| (path.clone(), whole(inode))).collect()
}

/// Case 83: after every step the power goes. What was promised and not delivered is there, whole; nothing by half is sent.
#[test]
fn a_power_cut_after_any_step_loses_no_promise() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Arc::new(NotedDisk::default());
    let mut spool = Spool::open(Arc::clone(&disk) as Arc<dyn Disk>, dir.path(), Limits::default()).unwrap();
    for seq in 1..=12 {
        spool.push(&report(seq, u64::from(seq % 4 != 1)), NOW).unwrap();
        disk.note(Step::Promise(seq));
        if seq % 3 == 0 {
            let first = spool.first().unwrap().clone();
            disk.note(Step::Delivered(first.seq));
            spool.remove(&first).unwrap();
        }
    }
    let steps = disk.0.lock().unwrap().clone();
    let mut tried = 0;
    for end in 0..=steps.len() {
        let happened = &steps[..end];
        let promised = happened.iter().filter_map(|step| if let Step::Promise(seq) = step { Some(*seq) } else { None });
        let delivered: BTreeSet<u64> = happened
            .iter()
            .filter_map(|step| if let Step::Delivered(seq) = step { Some(*seq) } else { None })
            .collect();
        let kept: BTreeSet<u64> = promised.filter(|seq| !delivered.contains(seq)).collect();
        for (has_names, eighths) in [(false, 0), (true, 0), (true, 3), (false, 8), (true, 8)] {
            let place = tempfile::tempdir().unwrap();
            std::fs::create_dir(place.path().join("spool")).unwrap();
            for (path, bytes) in after_power_cut(happened, has_names, eighths) {
                std::fs::write(place.path().join("spool").join(path.file_name().unwrap()), bytes).unwrap();
            }
            let mut spool = open(place.path(), 1 << 30);
            let found: Vec<Entry> = spool.entries().cloned().collect();
            let sound: BTreeSet<u64> =
                found.iter().filter_map(|entry| spool.read_report(entry).unwrap()).map(|report| report.seq).collect();
            assert!(kept.is_subset(&sound), "after {end} steps: {kept:?} was promised, {sound:?} is there");
            assert_eq!(spool.losses.quarantined, 0, "after {end} steps: a final name with half a file");
            tried += 1;
        }
    }
    assert!(tried > 250, "{tried}");
}
