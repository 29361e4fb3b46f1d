//! The real agent on a host that breaks: killed at every step of its spool, a disk that is full or read-only or fails to
//! flush, no descriptors, no memory, a clock that jumps (cases 82, 87 to 91, 117, 118).

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

use muster_agent::daemon;
use muster_agent::identity;
use muster_agent::scan::Want;
use muster_shared::report::Change;
use muster_shared::{Report, SectionName, SectionStatus};

use crate::collector::{Answer, Collector, Got};
use crate::{Host, enrolled};

const AGENT: &str = env!("CARGO_BIN_EXE_muster-agent");

/// `muster-agent once` behind another program, over the tree of the host.
async fn once(host: &Host, before: &[&str]) -> Output {
    let mut words: Vec<String> = before.iter().map(|word| (*word).to_owned()).collect();
    words.push(AGENT.to_owned());
    words.push("once".to_owned());
    for (option, path) in [("--root", host.tree()), ("--state-dir", host.state_dir())] {
        words.extend([option.to_owned(), path.to_str().unwrap().to_owned()]);
    }
    let run = move || Command::new(&words[0]).args(&words[1..]).env_remove("MUSTER_STATE_DIR").output();
    tokio::task::spawn_blocking(run).await.unwrap().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What came until now, reports only. The collector fails by itself on a torn one: its digest would not fit.
fn reports(collector: &mut Collector) -> Vec<(u64, u64)> {
    let mut found = Vec::new();
    while let Ok(got) = collector.got.try_recv() {
        if let Got::Report { report, .. } = got {
            found.push((report.base, report.seq));
        }
    }
    found
}

/// Case 82: killed before and after each call that changes the disk, the agent loses nothing, sends nothing torn, and at most
/// sends twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_kill_at_any_step_loses_nothing() {
    let (mut collector, host) = enrolled().await;
    let mut kills = 0;
    let (mut last, mut users) = (0, 0);
    for call in ["fsync", "rename", "unlink", "sendto"] {
        for number in 1..=6 {
            users += 1;
            let names: Vec<String> = (0..users).map(|n| format!("user{n}")).collect();
            host.set_users(&names.iter().map(String::as_str).collect::<Vec<_>>());
            let inject = format!("inject={call}:signal=KILL:when={number}");
            let killed =
                once(&host, &["strace", "-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={call}"), "-e", &inject])
                    .await;
            // Beyond its last call of that kind it ends well.
            kills += usize::from(!killed.status.success());
            let again = once(&host, &[]).await;
            assert!(again.status.success(), "{call} {number}: {}", said(&again));
            let came = reports(&mut collector);
            assert!(!came.is_empty(), "{call} {number}: the change was lost");
            for (_, seq) in came {
                assert!(seq >= last, "{call} {number}: an older report after a newer one");
                last = seq;
            }
            let spool = host.state_dir().join("spool");
            assert_eq!(std::fs::read_dir(spool).unwrap().count(), 0, "{call} {number}: something stays behind");
        }
    }
    assert!(kills >= 8, "{kills} kills");
    assert!(std::fs::read_dir(host.state_dir().join("quarantine")).unwrap().next().is_none());
}

/// Cases 87 to 89: a full disk and a read-only one are told and nothing is half; a failed flush ends the process without a
/// word to the collector. When the disk is well again, everything arrives.
#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_is_told_and_nothing_is_sent_that_is_not_kept() {
    let (mut collector, host) = enrolled().await;
    // A call that fails, or how the file system of the spool is mounted: without a free inode, read-only.
    let faults =
        [("mount", "nr_inodes=1"), ("mount", "ro"), ("fsync", "EIO"), ("rename", "ENOSPC"), ("rename", "EDQUOT")];
    for (number, (calls, error)) in faults.into_iter().enumerate() {
        host.set_users(&[&format!("user{number}")]);
        let spool = host.state_dir().join("spool");
        std::fs::create_dir_all(&spool).unwrap();
        let broken = if calls == "mount" {
            let script = format!("mount -t tmpfs -o {error} tmpfs '{}' && exec \"$@\"", spool.display());
            once(&host, &["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"]).await
        } else {
            let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:error={error}"));
            once(&host, &["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject]).await
        };
        // After a failed flush nothing is sure and nothing is sent; for want of room it is delivered from memory, whole.
        let is_sure = calls != "fsync";
        assert_eq!(broken.status.success(), is_sure, "{calls} {error}: {}", said(&broken));
        let told = reports(&mut collector);
        assert_eq!(told.len(), usize::from(is_sure), "{calls} {error}");
        let left = std::fs::read_dir(&spool).unwrap().count();
        assert!(left <= 1, "{left} files");
        let well = once(&host, &[]).await;
        assert!(well.status.success(), "{calls} {error}: {}", said(&well));
        assert!(is_sure || !reports(&mut collector).is_empty(), "{calls} {error}");
        reports(&mut collector);
    }
}

/// One section that the collector does not take costs that section and nothing else: it is told as failed with the collector's
/// reason, and told again when it is another one, or after a day.
#[tokio::test]
async fn a_section_that_is_refused_is_left_out_and_the_rest_is_told() {
    let (mut collector, host) = enrolled().await;
    let told = async |collector: &mut Collector, answers: &[Answer]| {
        collector.script(answers.iter().copied());
        daemon::once(host.agent()).await.unwrap();
        let mut reports = Vec::new();
        while let Ok(got) = collector.got.try_recv() {
            if let Got::Report { report, .. } = got {
                reports.push(*report);
            }
        }
        reports
    };
    let of = |report: &Report| report.sections.get(&SectionName::User).map(|user| (user.status, user.change.clone()));
    host.set_users(&["ann"]);
    // Two sections are refused, one after the other.
    let reports = told(&mut collector, &[Answer::RejectedFor("user"), Answer::RejectedFor("agent")]).await;
    let [first, second, third] = reports.as_slice() else { panic!("{} reports", reports.len()) };
    assert!(first.base == 0 && second.base == 0 && third.base == 0);
    assert!(matches!(of(first), Some((SectionStatus::Ok | SectionStatus::Partial, Change::Whole(_)))));
    assert_eq!(of(second), Some((SectionStatus::Failed, Change::Same)));
    assert_eq!(of(third), Some((SectionStatus::Failed, Change::Same)));
    let problem = &third.sections[&SectionName::User].problems[0];
    assert_eq!(problem.message, "the collector does not take it: the key 'x' stands twice");
    assert_eq!(third.sections[&SectionName::Agent].status, SectionStatus::Failed);
    let rest = third.sections.values().filter(|section| matches!(section.change, Change::Whole(_))).count();
    assert!(rest > 1 && rest == first.sections.values().filter(|s| matches!(s.change, Change::Whole(_))).count() - 2);
    assert_eq!(third.sections.len(), first.sections.len());
    // As it is it is not told again.
    assert_eq!(told(&mut collector, &[]).await.len(), 0);
    // Another one is.
    host.set_users(&["ann", "bob"]);
    let reports = told(&mut collector, &[]).await;
    assert!(
        matches!(of(&reports[0]), Some((_, Change::Whole(items))) if items.len() == 2),
        "{:?}",
        reports[0].sections
    );
    // And so is the old one after a day.
    host.clock.advance_millis(86_400_000);
    let reports = told(&mut collector, &[]).await;
    assert!(matches!(&reports[0].sections[&SectionName::Agent].change, Change::Whole(_)), "{:?}", reports[0].sections);
}

/// A report that is too large names no section: the largest is left out until the rest is taken, and that is said.
#[tokio::test]
async fn of_a_report_that_is_too_large_the_largest_sections_are_left_out_and_the_rest_is_told() {
    let (mut collector, host) = enrolled().await;
    let names: Vec<String> = (0..400).map(|n| format!("user-{n}")).collect();
    host.set_users(&names.iter().map(String::as_str).collect::<Vec<_>>());
    collector.script([Answer::TooLarge, Answer::TooLarge]);
    daemon::once(host.agent()).await.unwrap();
    let mut reports = Vec::new();
    while let Ok(got) = collector.got.try_recv() {
        if let Got::Report { report, .. } = got {
            reports.push(*report);
        }
    }
    let [first, second, third] = reports.as_slice() else { panic!("{} reports", reports.len()) };
    let whole = |report: &Report| -> Vec<SectionName> {
        let sections = report.sections.iter().filter(|(_, section)| matches!(section.change, Change::Whole(_)));
        sections.map(|(name, _)| *name).collect()
    };
    assert!(whole(first).contains(&SectionName::User));
    assert!(!whole(second).contains(&SectionName::User), "the accounts are most of it");
    assert_eq!((whole(second).len(), whole(third).len()), (whole(first).len() - 1, whole(first).len() - 2));
    let user = &third.sections[&SectionName::User];
    assert_eq!((user.status, &user.change), (SectionStatus::Failed, &Change::Same));
    assert!(user.problems[0].message.contains("the largest section of it"), "{:?}", user.problems);
    let status = once(&host, &[]).await;
    assert!(status.status.success(), "{}", said(&status));
    let told = host.run(&["status"]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.lines().any(|line| line.trim().starts_with("user ") && line.contains("failed")), "{told}");
}

/// Case 87 on a disk that is really small: the host is never filled, what could not be kept is counted, and it goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_small_disk_is_not_filled() {
    let (mut collector, host) = enrolled().await;
    once(&host, &[]).await;
    assert_eq!(reports(&mut collector).len(), 1);
    let spool = host.state_dir().join("spool");
    let names: Vec<String> = (0..3_000).map(|n| format!("user-{n}-{:x}", n * 7_919 + 12_345_678)).collect();
    host.set_users(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let script = format!(
        "mount -t tmpfs -o size=64k tmpfs '{0}' && \"$@\"; code=$?; du -s '{0}' >&2; exit $code",
        spool.display()
    );
    let full = once(&host, &["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", &script, "sh"]).await;
    assert!(full.status.success() && said(&full).contains("free some disk space"), "{}", said(&full));
    let used: u32 = said(&full).lines().last().unwrap().split_whitespace().next().unwrap().parse().unwrap();
    assert!(used <= 4, "{used} KiB of 64 are used");
    // The collector hears of it all the same, from memory.
    let told = reports(&mut collector);
    assert_eq!(told.len(), 1, "{}", said(&full));
    let well = once(&host, &[]).await;
    assert!(well.status.success(), "{}", said(&well));
}

/// Case 87, told: on a full disk `status` says that it may be of before, and no half file is left in the way.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_by_status() {
    let (_collector, host) = enrolled().await;
    assert!(once(&host, &[]).await.status.success());
    let script = "mkdir \"$0/keep\" && cp -a \"$0/state/.\" \"$0/keep\" && mount -t tmpfs -o size=128k,mode=700 tmpfs \"$0/state\" \
         && cp -a \"$0/keep/.\" \"$0/state\" && \"$@\" && head -c 1M /dev/zero >\"$0/state/fill\" 2>/dev/null; \"$@\"; ls \"$0/state\"";
    let state_dir = host.state_dir();
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]).arg(host.dir.path());
    command.args([AGENT, "status", "--state-dir"]).arg(&state_dir);
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("disk ")).collect();
    assert_eq!(lines.len(), 1, "{told}{}", said(&output));
    assert!(
        lines[0].contains("full (0 bytes are free in ") && lines[0].contains("journalctl -u muster-agent"),
        "{told}"
    );
}

/// Cases 89 and 90: without descriptors or memory it ends with a word, and the next one brings everything.
#[tokio::test(flavor = "multi_thread")]
async fn want_of_descriptors_or_memory_loses_nothing() {
    let (mut collector, host) = enrolled().await;
    for (number, limit) in
        ["--nofile=8", "--nofile=12", "--nofile=64", "--as=40000000", "--as=120000000"].into_iter().enumerate()
    {
        host.set_users(&[&format!("user{number}")]);
        let poor = once(&host, &["prlimit", limit]).await;
        assert!(poor.status.success() || !said(&poor).is_empty(), "{limit}: it ended without a word");
        let well = once(&host, &[]).await;
        assert!(well.status.success(), "{limit}: {}", said(&well));
        assert!(!reports(&mut collector).is_empty(), "{limit}");
        assert!(std::fs::read_dir(host.state_dir().join("spool")).unwrap().next().is_none(), "{limit}");
    }
}

/// Case 13 where nobody but `once` runs: what the collector refuses again and again does not hold up what comes after it.
#[tokio::test]
async fn one_run_sets_aside_what_is_refused() {
    let (mut collector, host) = enrolled().await;
    // Of 422 without a section the largest is suspected: of this host three have items, one after the other. Then it is for none.
    for run in 0..4 {
        collector.script([Answer::Rejected; 4]);
        let refused = once(&host, &[]).await;
        let tries = reports(&mut collector).len();
        assert_eq!(
            tries,
            if run < 3 { 4 } else { 3 },
            "three of each, and one without the section: {}",
            said(&refused)
        );
        assert!(!refused.status.success() && said(&refused).contains("rejects it"), "{}", said(&refused));
        collector.forget();
    }
    let count = |folder: &str| std::fs::read_dir(host.state_dir().join(folder)).unwrap().count();
    assert_eq!((count("spool"), count("quarantine")), (0, 4));
    // A collector that took nothing asks for everything.
    collector.script([Answer::SendFull]);
    let well = once(&host, &[]).await;
    assert!(well.status.success(), "{}", said(&well));
    assert_eq!(reports(&mut collector)[0].0, 0, "a whole report, for the one before was never taken");
}

/// Case 91: the clock goes back a day and forward a year. Numbers of reports never go back, nothing is dropped as too old
/// that is not, and what was dropped is followed by everything.
#[tokio::test]
async fn a_clock_that_jumps_loses_nothing() {
    const DAY_MS: i64 = 24 * 3_600 * 1_000;
    let (mut collector, host) = enrolled().await;
    daemon::once(host.agent()).await.unwrap();
    let (_, first) = reports(&mut collector)[0];
    host.clock.advance_millis(-DAY_MS);
    host.set_users(&["back"]);
    daemon::once(host.agent()).await.unwrap();
    let came = reports(&mut collector);
    assert!(came.len() == 1 && came[0].1 > first && came[0].0 > 0, "{came:?}");
    // Spooled before the jump, offered after it.
    host.set_users(&["waits"]);
    host.agent().scanner.scan(Want::default(), 0).unwrap();
    host.clock.advance_millis(2 * DAY_MS);
    host.set_users(&["waits", "too"]);
    daemon::once(host.agent()).await.unwrap();
    let came = reports(&mut collector);
    assert!(came.len() == 2 && came[0].1 < came[1].1, "{came:?}");
    host.set_users(&["waits", "too", "long"]);
    host.agent().scanner.scan(Want::default(), 0).unwrap();
    host.clock.advance_millis(365 * DAY_MS);
    host.set_users(&["after"]);
    // The certificate ran out with the jump: it is got anew before anything is sent.
    daemon::once(host.agent()).await.unwrap();
    let came = reports(&mut collector);
    assert!(came.last().is_some_and(|(_, seq)| *seq > first), "{came:?}");
    assert!(came.windows(2).all(|pair| pair[0].1 < pair[1].1), "{came:?}");
    host.clock.advance_millis(-365 * DAY_MS);
    host.set_users(&["again"]);
    daemon::once(host.agent()).await.unwrap();
    let again = reports(&mut collector);
    assert!(again.len() == 1 && again[0].1 > came.last().unwrap().1, "{again:?}");
}

/// Case 117: nobody but root may look into the memory of a process that holds the key, and it leaves no core behind.
#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_holds_the_key_shows_its_memory_to_nobody() {
    let (_collector, host) = enrolled().await;
    let trace = host.dir.path().join("trace");
    let options = ["-f", "-qq", "-o", trace.to_str().unwrap(), "-e", "trace=prctl,openat"];
    let run = once(&host, &[crate::tracer(), &options].concat()).await;
    assert!(run.status.success(), "{}", said(&run));
    let text = std::fs::read_to_string(trace).unwrap();
    let position =
        |what: &str| text.lines().position(|line| line.contains(what)).unwrap_or_else(|| panic!("no {what}"));
    assert!(position("PR_SET_DUMPABLE, SUID_DUMP_DISABLE") < position("agent-1.key"));
}

/// Case 118: a key that others may read, that belongs to somebody else, or that is a link, is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_no_secret_is_refused() {
    let (mut collector, host) = enrolled().await;
    let key = identity::key_path(&host.state_dir(), 1);
    let refused = |output: &Output, word: &str| {
        assert_eq!(output.status.code(), Some(3), "{}", said(output));
        assert!(said(output).contains(word), "{}", said(output));
    };
    for mode in [0o644, 0o640, 0o604, 0o602] {
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
        refused(&once(&host, &[]).await, &format!("{mode:04o}"));
    }
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    let aside: &Path = &host.dir.path().join("aside");
    std::fs::rename(&key, aside).unwrap();
    std::os::unix::fs::symlink(aside, &key).unwrap();
    let linked = once(&host, &[]).await;
    assert!(!linked.status.success() && said(&linked).contains("agent-1.key"), "{}", said(&linked));
    std::fs::remove_file(&key).unwrap();
    // Trying again brings no key back: systemd does not.
    refused(&once(&host, &[]).await, "agent-1.key is missing or damaged: enroll again with --force");
    std::fs::rename(aside, &key).unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(&key, Some(65_534), None).unwrap();
        refused(&once(&host, &[]).await, "65534");
    } else {
        println!("only root can give a file away: another owner was not tried");
    }
    assert_eq!(reports(&mut collector), []);
}
