//! The agent against a collector in this process: enrollment, delivery, lost answers, and everybody who is not the
//! collector. Tests wait for what arrives, never for time.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test, with functions that are no tests themselves"
)]

#[path = "delivery/collector.rs"]
mod collector;
#[path = "delivery/distrust.rs"]
mod distrust;
#[path = "delivery/fault.rs"]
mod fault;
#[path = "delivery/over_time.rs"]
mod over_time;
#[path = "delivery/quiet.rs"]
mod quiet;
#[path = "delivery/scrape.rs"]
mod scrape;
#[path = "delivery/wish.rs"]
mod wish;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};

use collector::{Answer, Collector, Got};
use muster_agent::client::ClientError;
use muster_agent::config::Config;
use muster_agent::courier::{self, Courier, CourierError};
use muster_agent::daemon::{self, Agent, Board};
use muster_agent::disk::{Disk, RealDisk};
use muster_agent::enroll::{self, EnrollError, Order};
use muster_agent::identity::{self, Identity, IdentityError};
use muster_agent::probe::Eyes;
use muster_agent::root::Root;
use muster_agent::scan::{Scanner, Want};
use muster_agent::section::collectors;
use muster_agent::spool::{Limits, Spool};
use muster_shared::enrollment::EnrollmentToken;
use muster_shared::report::Change;
use muster_shared::{Clock, ManualClock, Report, SectionName, SystemClock};
use std::os::unix::fs::PermissionsExt;

/// The words that begin a run under `strace`. The agent hides its memory from all but root: an ordinary user is root in a
/// user namespace of its own.
fn tracer() -> &'static [&'static str] {
    if rustix::process::geteuid().is_root() { &["strace"] } else { &["unshare", "--map-root-user", "strace"] }
}

struct Host {
    dir: tempfile::TempDir,
    clock: Arc<ManualClock>,
}

impl Host {
    fn new() -> Self {
        let host = Self { dir: tempfile::tempdir().unwrap(), clock: Arc::new(ManualClock::at(SystemClock.now())) };
        std::fs::create_dir_all(host.tree().join("etc")).unwrap();
        std::fs::create_dir(host.state_dir()).unwrap();
        host.set_users(&["ann"]);
        host
    }

    fn tree(&self) -> PathBuf {
        self.dir.path().join("tree")
    }

    fn state_dir(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    fn set_users(&self, names: &[&str]) {
        let line = |(i, name): (usize, &&str)| format!("{name}:x:{0}:{0}::/home/{name}:/bin/sh\n", 1_000 + i);
        let lines: String = names.iter().enumerate().map(line).collect();
        std::fs::write(self.tree().join("etc/passwd"), lines).unwrap();
    }

    async fn enroll(&self, token: &EnrollmentToken, force: bool) -> Result<(Identity, bool), EnrollError> {
        let dir = self.state_dir();
        let order = Order { state_dir: &dir, token: token.clone(), url: None, force, proxy: None };
        enroll::enroll(&RealDisk, self.clock.as_ref(), order).await
    }

    fn agent(&self) -> Agent {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let config = Config { state_dir: self.state_dir(), ..Config::default() };
        let identity = Identity::load(&config.state_dir).unwrap();
        let spool = Spool::open(Arc::clone(&disk), &config.state_dir, Limits::default()).unwrap();
        let spool = Arc::new(Mutex::new(spool));
        let board = Arc::new(Board::new(&config, Arc::clone(&clock), &identity));
        let scanner = Scanner {
            disk: Arc::clone(&disk),
            dir: config.state_dir.clone(),
            root: Root::at(self.tree()),
            eyes: Eyes::Own(collectors(&config.collect)),
            exclude: Vec::new(),
            unwanted: Vec::new(),
            clock: Arc::clone(&clock),
            spool: Arc::clone(&spool),
            seen: BTreeMap::new(),
            sampled: None,
            unsaved: None,
        };
        let courier = Courier::new((disk, config.state_dir, clock), spool, identity, None).unwrap();
        Agent { scanner, courier, board, base: self.tree(), metrics: None }
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_muster-agent"))
            .args(args)
            .arg("--state-dir")
            .arg(self.state_dir())
            .env_remove("MUSTER_STATE_DIR")
            .output()
            .unwrap()
    }
}

async fn enrolled() -> (Collector, Host) {
    let mut collector = Collector::start().await;
    let host = Host::new();
    host.enroll(&collector.token, false).await.unwrap();
    assert!(matches!(collector.next().await, Got::Enroll(_)));
    (collector, host)
}

fn users(report: &Report) -> Vec<&str> {
    match &report.sections[&SectionName::User].change {
        Change::Whole(items) => items.iter().filter_map(|item| item.text("name")).collect(),
        Change::Delta { upsert, .. } => upsert.iter().filter_map(|item| item.text("name")).collect(),
        Change::Same => Vec::new(),
    }
}

async fn deliver(courier: &mut Courier) -> (courier::Answer, Result<(), CourierError>) {
    let mut answer = courier::Answer::default();
    let result = courier.deliver(&mut answer).await;
    (answer, result)
}

#[tokio::test]
async fn enroll_report_and_then_only_the_difference() {
    let (mut collector, host) = enrolled().await;
    let Agent { mut scanner, mut courier, .. } = host.agent();
    scanner.scan(Want::default(), 0).unwrap();
    let (answer, result) = deliver(&mut courier).await;
    result.unwrap();
    assert_eq!((answer.acknowledged, courier.is_idle()), (1, true));
    let (full, _) = collector.next().await.report();
    assert_eq!((full.base, users(&full)), (0, vec!["ann"]));
    assert_eq!(full.sections.len(), SectionName::ALL.len());

    host.clock.advance_millis(1_000);
    host.set_users(&["ann", "bob"]);
    scanner.scan(Want::default(), 0).unwrap();
    deliver(&mut courier).await.1.unwrap();
    let (delta, body) = collector.next().await.report();
    assert_eq!((delta.base, users(&delta)), (full.next, vec!["bob"]));
    assert!(delta.seq > full.seq && delta.sections.len() < 5, "{:?}", delta.sections.keys());
    assert_eq!(delta.sections[&SectionName::User].not_before, Some(full.collected_at));
    assert!(body.len() <= 1_000, "{} bytes", body.len());
}

/// What goes over the wire for one upgraded package of 850, from dpkg's file to the packed body.
#[tokio::test]
async fn an_upgraded_package_is_a_kilobyte_at_most() {
    let (mut collector, host) = enrolled().await;
    let set_packages = |version: &str| {
        let package = |n: usize| {
            let version = if n == 7 { version } else { "1:1.2.3-4+deb12u1" };
            format!(
                "Package: libsomething{n}-0\nStatus: install ok installed\nPriority: optional\nSection: libs\nInstalled-Size: {n}\n\
                 Maintainer: Debian Maintainers of Something <pkg-something-{n}@lists.example.org>\nArchitecture: amd64\n\
                 Source: something-{n} ({version})\nVersion: {version}\nDescription: library that does something, the {n}th\n text\n\n"
            )
        };
        std::fs::create_dir_all(host.tree().join("var/lib/dpkg")).unwrap();
        std::fs::write(host.tree().join("var/lib/dpkg/status"), (0..850).map(package).collect::<String>()).unwrap();
    };
    let Agent { mut scanner, mut courier, .. } = host.agent();
    for version in ["1:1.2.3-4+deb12u1", "1:1.2.3-4+deb12u2"] {
        set_packages(version);
        scanner.scan(Want::default(), 0).unwrap();
        deliver(&mut courier).await.1.unwrap();
    }
    let full = collector.next().await.report().0;
    let (delta, body) = collector.next().await.report();
    let Change::Delta { upsert, .. } = &delta.sections[&SectionName::Package].change else { panic!("{delta:?}") };
    assert_eq!((delta.base, upsert.len()), (full.next, 1));
    assert!(body.len() <= 1_000, "{} bytes", body.len());
}

#[tokio::test]
async fn a_lost_answer_sends_the_same_bytes_again_and_a_page_is_no_acknowledgement() {
    let (mut collector, host) = enrolled().await;
    let Agent { mut scanner, mut courier, .. } = host.agent();
    scanner.scan(Want::default(), 0).unwrap();
    collector.script([Answer::Lost, Answer::Page, Answer::OtherDigest, Answer::Busy(30)]);
    let mut bodies = Vec::new();
    for i in 0..4 {
        let (answer, result) = deliver(&mut courier).await;
        let error = result.unwrap_err();
        assert_eq!((answer.acknowledged, courier.is_idle()), (0, false), "{error}");
        let client = error.client().unwrap();
        match i {
            0 => assert!(matches!(client, ClientError::Unreachable { .. }), "{client}"),
            1 | 2 => assert!(matches!(client, ClientError::NotAnAnswer { .. }), "{client}"),
            _ => assert_eq!(client.retry_after(), Some(std::time::Duration::from_secs(30))),
        }
        bodies.push(collector.next().await.report().1);
    }
    // A new process does the same with what it finds in the spool.
    let mut courier = host.agent().courier;
    deliver(&mut courier).await.1.unwrap();
    bodies.push(collector.next().await.report().1);
    assert!(courier.is_idle() && bodies.windows(2).all(|pair| pair[0] == pair[1]));
}

#[tokio::test]
async fn an_unknown_base_is_answered_with_everything() {
    let (mut collector, host) = enrolled().await;
    let agent = host.agent();
    daemon::once(agent).await.unwrap();
    collector.next().await.report();
    assert!(matches!(collector.next().await, Got::Heartbeat(_)));

    host.set_users(&["bob"]);
    collector.script([Answer::UnknownBase]);
    let (_, answer) = daemon::once(host.agent()).await.unwrap();
    assert_eq!(answer.acknowledged, 1);
    let (delta, _) = collector.next().await.report();
    let (full, _) = collector.next().await.report();
    assert!(delta.base > 0 && full.base == 0 && full.seq > delta.seq);
    assert_eq!(users(&full), ["bob"]);

    collector.script([Answer::SendFull]);
    daemon::once(host.agent()).await.unwrap();
    assert!(matches!(collector.next().await, Got::Heartbeat(_)));
    assert_eq!(collector.next().await.report().0.base, 0);
}

#[tokio::test]
async fn stale_reports_are_followed_by_a_whole_one_with_a_later_number() {
    let (mut collector, host) = enrolled().await;
    collector.script([Answer::Stale]);
    daemon::once(host.agent()).await.unwrap();
    let (stale, _) = collector.next().await.report();
    let (full, _) = collector.next().await.report();
    assert!(full.base == 0 && full.seq > stale.seq + (1 << 31), "{} {}", stale.seq, full.seq);
}

#[tokio::test]
async fn a_revoked_agent_keeps_its_spool_and_a_rejected_report_is_set_aside_after_three_tries() {
    let (collector, host) = enrolled().await;
    let Agent { mut scanner, mut courier, .. } = host.agent();
    scanner.scan(Want::default(), 0).unwrap();
    collector.script([Answer::Revoked, Answer::Rejected, Answer::Rejected, Answer::Rejected]);
    let error = deliver(&mut courier).await.1.unwrap_err();
    assert!(error.client().unwrap().needs_a_person() && !courier.is_idle(), "{error}");
    for tries in 1..=3 {
        let (answer, result) = deliver(&mut courier).await;
        assert_eq!(result.is_ok(), tries == 3, "the third time it goes on without a section: {result:?}");
        assert_eq!((courier.is_idle(), answer.want.full), (tries == 3, tries == 3));
        assert_eq!(answer.want.refused.len(), usize::from(tries == 3));
    }
    assert_eq!(std::fs::read_dir(host.state_dir().join("quarantine")).unwrap().count(), 1);
}

#[tokio::test]
async fn a_lost_enrollment_asks_again_with_the_same_key() {
    let mut collector = Collector::start().await;
    let host = Host::new();
    collector.script([Answer::Lost]);
    let error = host.enroll(&collector.token, false).await.unwrap_err();
    assert!(matches!(error, EnrollError::Client(ClientError::Unreachable { .. })), "{error}");
    assert!(matches!(Identity::load(&host.state_dir()), Err(IdentityError::NotEnrolled(_))));
    host.enroll(&collector.token, false).await.unwrap();
    let (Got::Enroll(first), Got::Enroll(second)) = (collector.next().await, collector.next().await) else { panic!() };
    let key = |request: &muster_shared::protocol::EnrollRequest| {
        use rcgen::PublicKeyData;
        rcgen::CertificateSigningRequestParams::from_pem(&request.csr_pem).unwrap().public_key.der_bytes().to_vec()
    };
    assert_eq!(key(&first), key(&second));

    let again = host.enroll(&collector.token, false).await.unwrap_err();
    assert!(matches!(again, EnrollError::AlreadyEnrolled { .. }), "{again}");
    host.enroll(&collector.token, true).await.unwrap();
    assert_eq!(Identity::load(&host.state_dir()).unwrap().record.pair, 2);
}

#[tokio::test]
async fn a_certificate_is_renewed_with_a_new_key_and_the_old_pair_goes_when_the_new_one_worked() {
    let (mut collector, host) = enrolled().await;
    let mut courier = host.agent().courier;
    courier.renew_when_due().await.unwrap();
    assert_eq!(courier.identity().record.pair, 1);
    host.clock.advance_millis(7 * 24 * 3_600 * 1_000 * 95 / 100);
    courier.renew_when_due().await.unwrap();
    assert!(matches!(collector.next().await, Got::Renew));
    assert_eq!((courier.identity().record.pair, courier.identity().record.previous.is_some()), (2, true));
    assert!(identity::key_path(&host.state_dir(), 1).exists());
    // Refused before it ever worked: the old pair comes back; then the new one is asked for again and works.
    host.agent().scanner.scan(Want::default(), 0).unwrap();
    let mut courier = host.agent().courier;
    collector.script([Answer::Refused]);
    deliver(&mut courier).await.1.unwrap_err();
    assert_eq!(Identity::load(&host.state_dir()).unwrap().record.pair, 1);
    courier.renew_when_due().await.unwrap();
    deliver(&mut courier).await.1.unwrap();
    assert_eq!(Identity::load(&host.state_dir()).unwrap().record.previous, None);
    assert!(!identity::key_path(&host.state_dir(), 1).exists());
}

#[tokio::test]
async fn the_daemon_sees_a_changed_file_at_once_and_stops_when_told() {
    let (mut collector, host) = enrolled().await;
    let agent = host.agent();
    let board = Arc::clone(&agent.board);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(daemon::run(agent, async move { drop(stopped.await) }));
    let (full, _) = collector.next().await.report();
    assert_eq!(full.base, 0);
    assert!(matches!(collector.next().await, Got::Heartbeat(beat) if beat.root == full.root));
    host.set_users(&["ann", "eve"]);
    let (delta, _) = collector.next().await.report();
    assert_eq!((delta.base, users(&delta)), (full.next, vec!["eve"]));
    stop.send(()).unwrap();
    tokio::time::timeout(std::time::Duration::from_secs(2), running).await.expect("stops").unwrap().unwrap();
    assert_eq!(board.status().generation, delta.next);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_enrolls_delivers_and_tells_how_it_is_doing() {
    let (mut collector, host) = (Collector::start().await, Host::new());
    let token_file = host.dir.path().join("token");
    std::fs::write(&token_file, format!("{}\n", collector.token)).unwrap();
    std::fs::set_permissions(&token_file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let token_file = token_file.to_str().unwrap();
    let tree = host.tree();
    let tree = tree.to_str().unwrap();

    let before = host.run(&["once"]);
    assert_eq!(before.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&before.stderr).contains("muster-agent enroll"));
    let open = host.run(&["enroll", "--token-file", token_file]);
    assert_eq!(open.status.code(), Some(3), "{open:?}");
    assert!(String::from_utf8_lossy(&open.stderr).contains("token has mode 0644"), "{open:?}");
    std::fs::set_permissions(token_file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let enrolled = host.run(&["enroll", "--token-file", token_file]);
    assert_eq!(enrolled.status.code(), Some(0), "{enrolled:?}");
    let status = host.run(&["status"]);
    assert!(String::from_utf8_lossy(&status.stdout).contains("\nstanding      active, since just now"), "{status:?}");
    assert_eq!(host.run(&["enroll", "--token-file", token_file]).status.code(), Some(6));
    assert!(matches!(collector.next().await, Got::Enroll(_)));

    let once = host.run(&["once", "--root", tree]);
    assert_eq!(once.status.code(), Some(0), "{once:?}");
    collector.next().await.report();
    let status = host.run(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!((&status["enrolled"], &status["spool"]["count"]), (&true.into(), &0.into()));
    assert_eq!(status["coverage"]["group"], "unsupported");
    assert_eq!((&status["running"], &status["standing"]), (&false.into(), &"active".into()));
    assert!(status["last_success_at"].is_string());
    let said = String::from_utf8_lossy(&host.run(&["status"]).stdout).into_owned();
    assert!(said.contains("last success") && said.starts_with("daemon        not running"), "{said}");

    // Case 118: the key is no secret any more.
    let key = identity::key_path(&host.state_dir(), 1);
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    for command in ["once", "run"] {
        let refused = host.run(&[command, "--root", tree]);
        assert_eq!(refused.status.code(), Some(3));
        assert!(String::from_utf8_lossy(&refused.stderr).contains("0644"), "{refused:?}");
    }
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    collector.script([Answer::Revoked]);
    host.set_users(&["zoe"]);
    assert_eq!(host.run(&["once", "--root", tree]).status.code(), Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_the_daemon_at_once_and_there_is_only_one_per_state_directory() {
    let (mut collector, host) = enrolled().await;
    let tree = host.tree();
    let mut daemon = Command::new(env!("CARGO_BIN_EXE_muster-agent"))
        .args(["run", "--log-format", "json", "--root", tree.to_str().unwrap(), "--state-dir"])
        .arg(host.state_dir())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    collector.next().await.report();
    assert!(matches!(collector.next().await, Got::Heartbeat(_)));
    let second = host.run(&["run"]);
    assert_eq!(second.status.code(), Some(6));
    assert!(String::from_utf8_lossy(&second.stderr).contains("another muster-agent"), "{second:?}");
    // Who enrolls again while it runs hears that there is nothing to do, and not whom to stop.
    let token = host.dir.path().join("token");
    std::fs::write(&token, collector.token.to_string()).unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    for (more, word) in [(None, "enrolled already as agent_"), (Some("--force"), "another muster-agent works")] {
        let mut words = vec!["enroll", "--token-file", token.to_str().unwrap()];
        words.extend(more);
        let refused = host.run(&words);
        assert_eq!(refused.status.code(), Some(6), "{refused:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(word), "{refused:?}");
    }
    let status: serde_json::Value = serde_json::from_slice(&host.run(&["status", "--json"]).stdout).unwrap();
    assert_eq!((&status["running"], &status["pid"]), (&true.into(), &daemon.id().into()), "{status}");
    let pid = rustix::process::Pid::from_child(&daemon);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let ended = tokio::task::spawn_blocking(move || daemon.wait());
    let ended = tokio::time::timeout(std::time::Duration::from_secs(2), ended).await.expect("ends in time");
    assert_eq!(ended.unwrap().unwrap().code(), Some(0));
}

#[test]
fn wrong_use_is_told_apart() {
    let host = Host::new();
    assert_eq!(host.run(&["dance"]).status.code(), Some(2));
    let config = host.dir.path().join("agent.toml");
    std::fs::write(&config, "scan_second = 5").unwrap();
    let refused = host.run(&["check-config", "--config", config.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("did you mean 'scan_seconds'?"));
    assert_eq!(host.run(&["check-config", "--config", "/nowhere.toml"]).status.code(), Some(3));
    std::fs::write(&config, "scan_seconds = 5").unwrap();
    let right = host.run(&["check-config", "--config", config.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&right.stdout).contains("scan_seconds = 5"), "{right:?}");
    // What it prints can be a configuration again, but for the password.
    let text = "proxy = 'http://ops:hunter22@proxy.test:3128'\n[sections]\nexclude = ['package']\n[collect]\nprocesses = true\n";
    std::fs::write(&config, text).unwrap();
    let readable = host.run(&["check-config", "--config", config.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&readable.stderr).into_owned();
    assert!(
        readable.status.code() == Some(3) && said.contains("has mode 0644") && !said.contains("hunter22"),
        "{said}"
    );
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o600)).unwrap();
    let printed = host.run(&["check-config", "--config", config.to_str().unwrap()]).stdout;
    let printed = String::from_utf8(printed).unwrap();
    assert!(printed.contains("proxy.test:3128") && !printed.contains("hunter22"), "{printed}");
    std::fs::write(&config, &printed).unwrap();
    let again = host.run(&["check-config", "--config", config.to_str().unwrap()]).stdout;
    assert_eq!(String::from_utf8(again).unwrap(), printed);
    std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&config, "proxy = 'ops:hunter22@proxy without a scheme'").unwrap();
    let refused = host.run(&["check-config", "--config", config.to_str().unwrap()]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        refused.status.code() == Some(3) && said.contains("http://host:3128") && !said.contains("hunter22"),
        "{said}"
    );
    let token = EnrollmentToken {
        url: "https://127.0.0.1:1".into(),
        ca_spki_sha256: "00".repeat(32),
        id: muster_shared::id::EnrollmentTokenId::new(SystemClock.now()),
        secret: "s".into(),
    };
    let file = host.dir.path().join("token");
    std::fs::write(&file, token.to_string()).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    let enroll = |file: &Path| host.run(&["enroll", "--token-file", file.to_str().unwrap()]).status.code();
    assert_eq!(enroll(&file), Some(5));
    std::fs::write(&file, "no token").unwrap();
    assert_eq!(enroll(&file), Some(3));
}
