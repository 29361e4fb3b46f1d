//! The agent's identity over time: waiting for approval, coming back after its certificate ran out, becoming one's own
//! agent after a split, and heartbeats whose answer is held back.

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use muster_agent::client::ClientError;
use muster_agent::config::Config;
use muster_agent::courier::CourierError;
use muster_agent::daemon::{self, Agent, Board};
use muster_agent::identity::{self, Identity};
use muster_agent::scan::Want;
use muster_agent::status::Standing;
use muster_shared::protocol::recovery_message;
use muster_shared::{Clock, SectionName};

use crate::collector::{Answer, Got};
use crate::{deliver, enrolled};

const DAY_MS: i64 = 24 * 3_600 * 1_000;

#[tokio::test]
async fn an_agent_that_waits_for_approval_keeps_its_reports_and_asks_only_how_it_stands() {
    let (mut collector, host) = enrolled().await;
    let Agent { mut scanner, mut courier, .. } = host.agent();
    scanner.scan(Want::default(), 0).unwrap();
    collector.script([Answer::Pending, Answer::Pending]);
    let error = deliver(&mut courier).await.1.unwrap_err();
    let client = error.client().unwrap();
    assert!(matches!(client, ClientError::Held { .. }), "{error}");
    assert_eq!(client.retry_after(), Some(Duration::from_mins(1)));
    assert!(matches!(collector.next().await, Got::Report { .. }));
    // The report is not sent for nothing again.
    courier.check_standing().await.unwrap_err();
    courier.check_standing().await.unwrap();
    assert!(matches!((collector.next().await, collector.next().await), (Got::Standing, Got::Standing)));
    deliver(&mut courier).await.1.unwrap();
    assert!(courier.is_idle());
}

#[tokio::test]
async fn an_agent_whose_host_is_not_clear_keeps_the_newest_of_what_it_has_to_tell() {
    let (mut collector, host) = enrolled().await;
    let Agent { mut scanner, mut courier, .. } = host.agent();
    scanner.scan(Want::default(), 0).unwrap();
    collector.script([Answer::Undecided, Answer::Undecided, Answer::Undecided, Answer::Undecided]);
    let mut told = Vec::new();
    for users in [["ann"], ["eve"], ["joe"], ["kim"]] {
        let (answer, result) = deliver(&mut courier).await;
        let error = result.unwrap_err();
        let client = error.client().unwrap();
        assert!(matches!(client, ClientError::Undecided { .. }) && client.needs_a_person(), "{error}");
        assert_eq!(client.retry_after(), Some(Duration::from_mins(5)));
        told.push(collector.next().await.report().0);
        assert!(!courier.is_idle() && answer.want.full && !answer.rescan);
        host.clock.advance_millis(5);
        host.set_users(&users);
        scanner.scan(answer.want, 0).unwrap();
    }
    assert!(std::fs::read_dir(host.state_dir().join("quarantine")).map_or(0, Iterator::count) == 0);
    // A person said which: one report tells how things are now.
    let (answer, result) = deliver(&mut courier).await;
    result.unwrap();
    let (last, _) = collector.next().await.report();
    assert!(courier.is_idle() && answer.acknowledged == 1 && last.base == 0 && last.seq > told[3].seq);
    assert!(told.iter().all(|report| report.base == 0));
}

#[tokio::test]
async fn a_certificate_is_not_doubted_because_the_agent_is_kept_waiting() {
    let (collector, host) = enrolled().await;
    let Agent { mut scanner, mut courier, .. } = host.agent();
    host.clock.advance_millis(7 * DAY_MS * 95 / 100);
    courier.renew_when_due().await.unwrap();
    scanner.scan(Want::default(), 0).unwrap();
    collector.script([Answer::Pending]);
    deliver(&mut courier).await.1.unwrap_err();
    assert_eq!(Identity::load(&host.state_dir()).unwrap().record.pair, 2);
}

/// Case 36.
#[tokio::test]
async fn after_ninety_days_off_the_last_key_gets_a_new_certificate() {
    let (mut collector, host) = enrolled().await;
    let Agent { mut scanner, mut courier, .. } = host.agent();
    scanner.scan(Want::default(), 0).unwrap();
    host.clock.advance_millis(90 * DAY_MS);
    let before = courier.identity().clone();
    // The answer is lost: the same key asks again.
    collector.script([Answer::Lost]);
    courier.renew_when_due().await.unwrap_err();
    collector.script([Answer::CanWait, Answer::Lost]);
    courier.renew_when_due().await.unwrap_err();
    courier.renew_when_due().await.unwrap();
    let (Got::Recover(first), Got::Recover(second)) = (collector.next().await, collector.next().await) else {
        panic!()
    };
    let key = |request: &muster_shared::protocol::RecoverRequest| {
        use rcgen::PublicKeyData;
        let csr = rcgen::CertificateSigningRequestParams::from_pem(&request.csr_pem).unwrap();
        csr.public_key.der_bytes().to_vec()
    };
    assert_eq!((first.agent_id, key(&first)), (before.record.agent_id, key(&second)));
    let (last_key, _) =
        identity::prove(&before.key_pem, &recovery_message(first.agent_id, "nonce", &first.csr_pem)).unwrap();
    assert_eq!(muster_shared::secret::decode(&first.last_key), Some(last_key));
    assert_ne!(courier.identity().key_pem, before.key_pem);
    deliver(&mut courier).await.1.unwrap();
    assert_eq!((courier.is_idle(), Identity::load(&host.state_dir()).unwrap().record.previous), (true, None));
}

#[tokio::test]
async fn a_copy_that_was_split_becomes_an_agent_of_its_own_and_nobody_else_does() {
    let (mut collector, host) = enrolled().await;
    let other = collector.split();
    let mut courier = host.agent().courier;
    host.clock.advance_millis(7 * DAY_MS * 95 / 100);
    let error = courier.renew_when_due().await.unwrap_err();
    assert!(matches!(error, CourierError::Renew(_)), "{error}");
    assert!(matches!(collector.next().await, Got::Renew));
    // The renewal that is due is answered as before; what is told by a report's answer counts.
    collector.script([Answer::CanWait, Answer::Split]);
    let (_, answer) = daemon::once(host.agent()).await.unwrap();
    assert!(answer.want.full && answer.acknowledged > 0, "{answer:?}");
    let record = Identity::load(&host.state_dir()).unwrap().record;
    assert_eq!((record.agent_id, record.previous), (other, None));
}

#[tokio::test]
async fn the_daemon_looks_again_at_once_when_a_held_heartbeat_is_answered() {
    let (mut collector, host) = enrolled().await;
    // Report, first heartbeat, the one that is held.
    collector.script([Answer::CanWait, Answer::CanWait, Answer::Held]);
    let agent = host.agent();
    let board = Arc::clone(&agent.board);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(daemon::run(agent, async move { drop(stopped.await) }));
    assert_eq!(collector.next().await.report().0.base, 0);
    assert!(matches!(collector.next().await, Got::Heartbeat(beat) if beat.wait_seconds.is_none()));
    assert!(matches!(collector.next().await, Got::Heartbeat(beat) if beat.wait_seconds == Some(3_600)));
    let scanned = board.status().last_scan_at.unwrap();
    host.clock.advance_millis(5);
    collector.wish();
    let again = async {
        while board.status().last_scan_at.unwrap() <= scanned {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(1), again).await.expect("it looks again at once");
    // News of the host end a heartbeat that is held.
    collector.script([Answer::Held]);
    assert!(matches!(collector.next().await, Got::Heartbeat(beat) if beat.wait_seconds == Some(3_600)));
    host.set_users(&["ann", "eve"]);
    assert!(collector.next().await.report().0.base > 0);
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}

/// Case 91: a machine that slept. What the agent waits for does not run while it sleeps, the clock of the wall does: nothing is made
/// up for, the certificate that ran out is got anew once, and what is found then is said to be of the time since the last look.
#[tokio::test]
async fn an_agent_whose_machine_slept_goes_on_where_it_was() {
    let (mut collector, host) = enrolled().await;
    let mut agent = host.agent();
    let config = Config { state_dir: host.state_dir(), heartbeat_seconds: Some(1), ..Config::default() };
    agent.board = Arc::new(Board::new(&config, Arc::clone(&host.clock) as Arc<dyn Clock>, agent.courier.identity()));
    let board = Arc::clone(&agent.board);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(daemon::run(agent, async move { drop(stopped.await) }));
    let first = collector.next().await.report().0;
    assert!(matches!(collector.next().await, Got::Heartbeat(_)));
    let looked_at = board.status().last_scan_at.unwrap();

    collector.set_lifetime(Duration::from_hours(90 * 24));
    host.clock.advance_millis(30 * DAY_MS);
    let (mut beats, mut recovered) = (0, 0);
    while beats < 4 {
        match collector.next().await {
            // One may have been on its way.
            Got::Heartbeat(beat) => {
                assert!(beats == 0 || recovered == 1, "a certificate of the past is not shown");
                assert_eq!(beat.generation, first.next);
                beats += 1;
            }
            Got::Recover(_) => recovered += 1,
            other => panic!("it makes up for the time it slept: {other:?}"),
        }
    }
    assert_eq!((recovered, board.status().last_scan_at), (1, Some(looked_at)));
    host.set_users(&["ann", "eve"]);
    let report = loop {
        match collector.next().await {
            Got::Report { report, .. } => break report,
            other => assert!(matches!(other, Got::Heartbeat(_)), "{other:?}"),
        }
    };
    assert_eq!((report.base, report.sections[&SectionName::User].not_before), (first.next, Some(looked_at)));
    assert_eq!(report.collected_at.since(looked_at), 30 * DAY_MS);
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}

/// The first refusal ends a revoked agent: it says why, its unit does not start it again, and nothing more is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_agent_ends_at_the_first_refusal() {
    let (mut collector, host) = enrolled().await;
    collector.script([Answer::Revoked]);
    let daemon = Command::new(env!("CARGO_BIN_EXE_muster-agent"))
        .args(["run", "--root", host.tree().to_str().unwrap(), "--state-dir"])
        .arg(host.state_dir())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let ended = tokio::task::spawn_blocking(move || daemon.wait_with_output());
    let ended = tokio::time::timeout(Duration::from_secs(30), ended).await.expect("ends").unwrap().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.code(), Some(4), "{said}");
    assert!(said.contains("shut this agent out") && said.contains("muster-agent enroll --force"), "{said}");
    assert!(matches!(collector.next().await, Got::Report { .. }));
    assert!(collector.got.try_recv().is_err(), "it went on speaking");
    let status: serde_json::Value = serde_json::from_slice(&host.run(&["status", "--json"]).stdout).unwrap();
    assert_eq!((&status["standing"], &status["running"]), (&"revoked".into(), &false.into()), "{status}");
    assert_eq!(status["spool"]["count"], 1, "what was not taken stays");
    // Whoever enrolls again starts with a clean slate.
    host.enroll(&collector.token, true).await.unwrap();
    let status: serde_json::Value = serde_json::from_slice(&host.run(&["status", "--json"]).stdout).unwrap();
    assert_eq!((&status["standing"], &status["last_error"]), (&"active".into(), &serde_json::Value::Null));
}

#[tokio::test]
async fn what_the_collector_says_of_the_agent_is_told_by_its_status() {
    let (collector, host) = enrolled().await;
    for (answer, standing, word) in [
        (Answer::Pending, Some(Standing::Pending), "muster agent approve agent_"),
        (Answer::Undecided, Some(Standing::Undecided), "muster identify reviews"),
        (Answer::Refused, Some(Standing::Refused), "does not know this agent"),
        // Trouble on the way says nothing of the agent.
        (Answer::Busy(1), Some(Standing::Refused), "does not know this agent"),
    ] {
        collector.script([answer]);
        drop(daemon::once(host.agent()).await.unwrap_err());
        assert_eq!(host.agent().board.status().standing, standing);
        let said = String::from_utf8(host.run(&["status"]).stdout).unwrap();
        assert!(said.contains("standing      ") && said.contains(word) && said.contains("since"), "{said}");
    }
    daemon::once(host.agent()).await.unwrap();
    assert_eq!(host.agent().board.status().standing, Some(Standing::Active));
}

/// However the clock is wrong: two times of it tell how long a report waited, in the process that made it and in another one.
#[tokio::test]
async fn a_report_says_how_long_it_waited() {
    let (mut collector, host) = enrolled().await;
    let Agent { mut scanner, mut courier, .. } = host.agent();
    scanner.scan(Want::default(), 0).unwrap();
    host.clock.advance_millis(40_000);
    collector.script([Answer::Busy(1)]);
    deliver(&mut courier).await.1.unwrap_err();
    host.clock.advance_millis(5_000);
    deliver(&mut courier).await.1.unwrap();
    host.set_users(&["zoe"]);
    scanner.scan(Want::default(), 0).unwrap();
    host.clock.advance_millis(3_600_000);
    deliver(&mut host.agent().courier).await.1.unwrap();
    let mut waits = Vec::new();
    while let Ok(got) = collector.got.try_recv() {
        let Got::Report { waited_ms, .. } = got else { continue };
        waits.push(waited_ms);
    }
    assert_eq!(waits, [40_000, 45_000, 3_600_000]);
}
