//! What the collector tells the agent with its answers: sections to leave out, files to watch, and how little of the network its
//! patience takes. And what becomes of a report that is rejected without a word of which section it is for.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;

use muster_agent::daemon;
use muster_shared::report::{Change, Report};
use muster_shared::{Item, SectionName, SectionStatus};

use crate::collector::{Answer, Collector, Got};
use crate::{Host, enrolled};

async fn report(collector: &mut Collector) -> Report {
    loop {
        if let Got::Report { report, .. } = collector.next().await {
            return *report;
        }
    }
}

fn file<'a>(report: &'a Report, path: &str) -> Option<&'a Item> {
    match &report.sections.get(&SectionName::File)?.change {
        Change::Whole(items) | Change::Delta { upsert: items, .. } => items.iter().find(|item| item.key == path),
        Change::Same => None,
    }
}

/// A daemon over the host's tree, with a probe of its own when `socket` names one.
fn start(host: &Host, settings: &[(&str, &str)]) -> Running {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_muster-agent"));
    command.args(["run", "--root", host.tree().to_str().unwrap(), "--state-dir"]).arg(host.state_dir());
    command.env_remove("MUSTER_STATE_DIR").envs(settings.iter().copied());
    Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_collector_names_sections_to_leave_out_and_files_to_watch() {
    let (mut collector, host) = enrolled().await;
    let app = host.tree().join("srv/app.conf");
    std::fs::create_dir_all(app.parent().unwrap()).unwrap();
    std::fs::write(&app, "one").unwrap();
    collector.set_settings(|settings| {
        settings.exclude = ["user", "agent", "brand_new"].map(str::to_owned).to_vec();
        settings.files =
            ["/srv/app.conf", "/proc/1/environ", "relative", "/srv/../etc/shadow"].map(str::to_owned).to_vec();
    });
    let _running = start(&host, &[]);
    let first = report(&mut collector).await;
    assert!(first.base == 0 && first.sections[&SectionName::User].status.is_collected());
    assert!(file(&first, "/srv/app.conf").is_none(), "it was not told yet");
    // With the answer to that it knows, and looks again at once.
    let second = report(&mut collector).await;
    let one = file(&second, "/srv/app.conf").expect("the file is told").clone();
    let (Change::Whole(items) | Change::Delta { upsert: items, .. }) = &second.sections[&SectionName::File].change
    else {
        panic!("{second:?}")
    };
    assert!(items.iter().all(|item| !item.key.contains("..") && !item.key.contains("proc")), "{items:?}");
    let user = &second.sections[&SectionName::User];
    assert_eq!((user.status, &user.change), (SectionStatus::Unsupported, &Change::Same), "what is known of it stays");
    assert_eq!(user.problems[0].message, "left out as the collector wants it");
    assert!(!second.sections.contains_key(&SectionName::Agent), "of itself the agent always tells");
    // It is watched by now.
    std::fs::write(&app, "other").unwrap();
    let third = report(&mut collector).await;
    assert_ne!(file(&third, "/srv/app.conf").expect("the change is told").text("sha256"), one.text("sha256"));
    assert_eq!(third.base, second.next);
}

/// The owner of a host has the last word.
#[tokio::test(flavor = "multi_thread")]
async fn a_host_may_refuse_to_tell_files_that_only_the_collector_names() {
    let (mut collector, host) = enrolled().await;
    for name in ["named", "configured"] {
        std::fs::write(host.tree().join(name), "x").unwrap();
    }
    collector.set_settings(|settings| {
        settings.files = vec!["/named".to_owned()];
        settings.exclude = vec!["user".to_owned()];
    });
    let _running =
        start(&host, &[("MUSTER_COLLECT_COLLECTOR_FILES", "false"), ("MUSTER_COLLECT_FILES", "/configured")]);
    let first = report(&mut collector).await;
    assert!(file(&first, "/configured").is_some());
    let second = report(&mut collector).await;
    assert!(second.sections.contains_key(&SectionName::User) && file(&second, "/named").is_none(), "{second:?}");
}

/// While the collector holds a heartbeat back, all news go over one other connection, and the heartbeat is none the worse for it.
#[tokio::test(flavor = "multi_thread")]
async fn news_that_follow_each_other_share_a_connection_beside_the_held_heartbeat() {
    let (mut collector, host) = enrolled().await;
    collector.script([Answer::CanWait, Answer::CanWait, Answer::Held]);
    let agent = host.agent();
    let board = Arc::clone(&agent.board);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(daemon::run(agent, async move { drop(stopped.await) }));
    while !matches!(collector.next().await, Got::Heartbeat(beat) if beat.wait_seconds.is_some()) {}
    let before = collector.connections();
    for users in [["ben"], ["cat"], ["dan"], ["eve"]] {
        host.set_users(&users);
        let got = collector.next().await;
        assert!(matches!(got, Got::Report { .. }), "a heartbeat is held already: {got:?}");
    }
    assert_eq!(collector.connections(), before + 1, "one for all four");
    let scanned = board.status().last_scan_at.unwrap();
    host.clock.advance_millis(5);
    collector.wish();
    let again = async {
        while board.status().last_scan_at.unwrap() <= scanned {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), again).await.expect("what was held back is heard");
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}

/// What is rejected without a section being named costs the largest, and `status` says which and why.
#[tokio::test]
async fn of_a_report_that_is_rejected_as_a_whole_the_largest_section_is_left_out_and_that_is_said() {
    let (mut collector, host) = enrolled().await;
    let names: Vec<String> = (0..400).map(|n| format!("user-{n}")).collect();
    host.set_users(&names.iter().map(String::as_str).collect::<Vec<_>>());
    collector.script([Answer::Rejected; 3]);
    daemon::once(host.agent()).await.unwrap();
    let mut reports = Vec::new();
    while let Ok(got) = collector.got.try_recv() {
        if let Got::Report { report, .. } = got {
            reports.push(*report);
        }
    }
    let [first, _, third, fourth] = reports.as_slice() else { panic!("{} reports", reports.len()) };
    assert!(matches!(&first.sections[&SectionName::User].change, Change::Whole(items) if items.len() == 400));
    assert_eq!(first.report_id, third.report_id, "three tries of the same");
    assert_eq!(fourth.sections[&SectionName::User].status, SectionStatus::Failed);
    assert_eq!(fourth.sections[&SectionName::User].change, Change::Same);
    let told = |report: &Report| report.sections.values().filter(|s| matches!(s.change, Change::Whole(_))).count();
    assert_eq!(told(fourth), told(first) - 1, "all the rest is told");
    let said = String::from_utf8(host.run(&["status"]).stdout).unwrap();
    let reason = "the collector does not take it: the report is rejected, none of it is named, and this is the largest";
    assert!(said.contains(reason) && said.contains("1 files set aside"), "{said}");
    assert!(Path::new(&host.state_dir()).join("quarantine").read_dir().unwrap().count() == 1);
}
