//! Tests of a scan over a small tree: what is spooled, and what a crash between spool and state leaves.

use muster_shared::report::Change;
use muster_shared::{ManualClock, Report};

use super::*;
use crate::disk::RealDisk;
use crate::disk::tests::BrokenDisk;
use crate::probe::Eyes;
use crate::section::{Options, collectors};
use crate::spool::Limits;

struct Bench {
    _dir: tempfile::TempDir,
    tree: PathBuf,
    state_dir: PathBuf,
    scanner: Scanner,
}

fn passwd(tree: &std::path::Path, names: &[&str]) {
    let lines: String =
        names.iter().fold(String::new(), |all, name| all + &format!("{name}:x:1000:1000::/home/{name}:/bin/sh\n"));
    std::fs::create_dir_all(tree.join("etc")).unwrap();
    std::fs::write(tree.join("etc/passwd"), lines).unwrap();
}

fn bench() -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let (tree, state_dir) = (dir.path().join("tree"), dir.path().join("state"));
    std::fs::create_dir(&state_dir).unwrap();
    passwd(&tree, &["ann"]);
    let scanner = scanner(&tree, &state_dir);
    Bench { _dir: dir, tree, state_dir, scanner }
}

fn scanner(tree: &std::path::Path, state_dir: &std::path::Path) -> Scanner {
    let spool = Spool::open(Arc::new(RealDisk), state_dir, Limits::default()).unwrap();
    Scanner {
        disk: Arc::new(RealDisk),
        dir: state_dir.to_owned(),
        root: Root::at(tree),
        eyes: Eyes::Own(collectors(&Options::default())),
        exclude: vec![SectionName::Package],
        unwanted: Vec::new(),
        clock: Arc::new(ManualClock::at(Time::from_millis(1_700_000_000_000))),
        spool: Arc::new(Mutex::new(spool)),
        seen: BTreeMap::new(),
        sampled: None,
        unsaved: None,
    }
}

fn reports(scanner: &Scanner) -> Vec<Report> {
    let mut spool = lock(&scanner.spool);
    let entries: Vec<_> = spool.entries().cloned().collect();
    entries.iter().map(|entry| spool.read_report(entry).unwrap().unwrap()).collect()
}

#[test]
fn full_then_nothing_then_the_difference() {
    let mut bench = bench();
    assert!(bench.scanner.scan(Want::default(), 0).unwrap().is_news);
    let same = bench.scanner.scan(Want::default(), 0).unwrap();
    assert!(!same.is_news);
    passwd(&bench.tree, &["ann", "bob"]);
    assert!(bench.scanner.scan(Want::default(), 0).unwrap().is_news);
    let reports = reports(&bench.scanner);
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[0].sections.len(), SectionName::ALL.len());
    assert_eq!(reports[0].sections[&SectionName::Package].status, SectionStatus::Unsupported);
    assert_eq!(reports[1].base, reports[0].next);
    let Change::Delta { upsert, remove } = &reports[1].sections[&SectionName::User].change else { panic!() };
    assert!(upsert.iter().any(|item| item.key.contains("bob")) && remove.is_empty());
    assert!(bench.scanner.scan(Want { full: true, ..Want::default() }, 0).unwrap().is_news);
    assert_eq!(super::tests::reports(&bench.scanner).last().unwrap().base, 0);
}

#[test]
fn a_look_at_some_sections_leaves_the_others_as_they_were_told() {
    let mut bench = bench();
    let group: BTreeSet<SectionName> = [SectionName::Group].into();
    // Nothing was told yet: everything is due.
    let first = bench.scanner.scan_some(Want::default(), Some(&group), 0).unwrap();
    assert_eq!(reports(&bench.scanner)[0].sections.len(), SectionName::ALL.len());
    passwd(&bench.tree, &["ann", "bob"]);
    let other = bench.scanner.scan_some(Want::default(), Some(&group), 0).unwrap();
    assert!(!other.is_news, "accounts were not asked for");
    assert_eq!((other.root, &other.coverage), (first.root, &first.coverage));
    let user = [SectionName::User].into();
    let some = bench.scanner.scan_some(Want::default(), Some(&user), 0).unwrap();
    assert!(some.is_news);
    let last = reports(&bench.scanner).pop().unwrap();
    assert_eq!(last.sections.keys().collect::<Vec<_>>(), [&SectionName::User]);
    let all = bench.scanner.scan(Want::default(), 0).unwrap();
    assert!(!all.is_news);
    assert_eq!((all.root, all.coverage), (last.root, some.coverage));
    let whole = bench.scanner.scan_some(Want { full: true, ..Want::default() }, Some(&group), 0).unwrap();
    assert_eq!(whole.root, all.root);
    assert_eq!(reports(&bench.scanner).pop().unwrap().sections.len(), SectionName::ALL.len());
}

#[test]
fn connections_are_told_when_they_were_seen_again_and_again() {
    let mut bench = bench();
    let clock = Arc::new(ManualClock::at(Time::from_millis(1_700_000_000_000)));
    bench.scanner.clock = Arc::clone(&clock) as Arc<dyn Clock>;
    let net = bench.tree.join("proc/net");
    std::fs::create_dir_all(&net).unwrap();
    let table = |port: u32| format!(" 0: 050200C0:D431 0A0200C0:{port:04X} 01 0:0 00:0 0 0 0 1 1\n");
    let mut news = Vec::new();
    for look in 0..6_u32 {
        // One partner stays, another is a new one with every look.
        std::fs::write(net.join("tcp"), table(5432) + &table(9_000 + look)).unwrap();
        std::fs::write(net.join("udp"), "").unwrap();
        // Half of the looks are another process: what was seen is kept.
        if look == 3 {
            let mut after = scanner(&bench.tree, &bench.state_dir);
            after.clock = Arc::clone(&clock) as Arc<dyn Clock>;
            bench.scanner = after;
        }
        news.push(bench.scanner.scan(Want::default(), 0).unwrap().is_news);
        clock.advance_millis(crate::sampling::STALE_MILLIS / 1_000);
    }
    assert_eq!(news, [true, false, true, false, false, false]);
    let last = reports(&bench.scanner).pop().unwrap();
    let Change::Delta { upsert, .. } = &last.sections[&SectionName::Connection].change else { panic!() };
    assert_eq!(
        upsert.iter().map(|item| item.key.as_str()).collect::<Vec<_>>(),
        ["outbound tcp 192.0.2.10:5432 unknown"]
    );
}

#[test]
fn the_state_follows_the_spool_after_a_crash_between_the_two() {
    let mut bench = bench();
    bench.scanner.disk = Arc::new(BrokenDisk::failing("create"));
    bench.scanner.scan(Want::default(), 0).unwrap();
    assert!(!State::path(&bench.state_dir).exists());
    let mut after = scanner(&bench.tree, &bench.state_dir);
    assert!(!after.scan(Want::default(), 0).unwrap().is_news, "the spooled report says all of it");
    passwd(&bench.tree, &["bob"]);
    after.scan(Want::default(), 0).unwrap();
    let reports = reports(&after);
    assert_eq!(reports[1].base, reports[0].next);
}

#[test]
fn losses_are_told_and_a_failed_flush_is_fatal() {
    let mut bench = bench();
    bench.scanner.scan(Want::default(), 3).unwrap();
    let reports = reports(&bench.scanner);
    let Change::Whole(items) = &reports[0].sections[&SectionName::Agent].change else { panic!() };
    assert_eq!(items[0].attributes["dropped_reports"], 3);
    bench.scanner.disk = Arc::new(BrokenDisk::failing("sync"));
    let error = bench.scanner.scan(Want { full: true, skip_seq: 9, ..Want::default() }, 3).unwrap_err();
    assert!(error.is_fatal(), "{error}");
}

/// What a real agent of an earlier version left behind (built from the sources of 2026-11-28): its state, and two reports that wait,
/// in which `ann` and `ben` came. The next look goes on from there: one difference, of what is new since, and nothing again.
#[test]
fn what_an_earlier_version_left_is_gone_on_from() {
    const LEFT: [(&str, &[u8]); 3] = [
        ("state", include_bytes!("earlier/state")),
        (ANN, include_bytes!("earlier/spool-ann")),
        (BEN, include_bytes!("earlier/spool-ben")),
    ];
    const ANN: &str = "spool/00000001796072012496-delta-1796072012496-rpt_01a22e3bfad07901929838ed6b92f7b9.report";
    const BEN: &str = "spool/00000001796072013616-delta-1796072013616-rpt_01a22e3bff3078978b4dd90da09b9827.report";
    let dir = tempfile::tempdir().unwrap();
    let (tree, state_dir) = (dir.path().join("tree"), dir.path().join("state"));
    std::fs::create_dir_all(state_dir.join("spool")).unwrap();
    for (path, bytes) in LEFT {
        std::fs::write(state_dir.join(path), bytes).unwrap();
    }
    std::fs::create_dir_all(tree.join("etc")).unwrap();
    let account = |(name, id): (&str, u32)| format!("{name}:x:{id}:{id}::/home/{name}:/bin/sh\n");
    let passwd = [("root", 0), ("ann", 1001), ("ben", 1002), ("cid", 1003)].map(account).concat();
    std::fs::write(tree.join("etc/passwd"), passwd).unwrap();

    let mut scanner = scanner(&tree, &state_dir);
    assert!(scanner.scan(Want::default(), 0).unwrap().is_news);
    let reports = reports(&scanner);
    let chain: Vec<(u64, u64)> = reports.iter().map(|report| (report.base, report.next)).collect();
    assert_eq!(chain, [(1, 2), (2, 3), (3, 4)]);
    assert!(reports.is_sorted_by_key(|report| report.seq));
    let Change::Delta { upsert, remove } = &reports[2].sections[&SectionName::User].change else { panic!("told anew") };
    let came: Vec<&str> = upsert.iter().map(|item| item.key.as_str()).collect();
    assert_eq!((came, remove.len()), (vec!["cid"], 0));
}
