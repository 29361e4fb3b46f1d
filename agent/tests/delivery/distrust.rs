//! Who is not believed, who does not answer, and what a person reads of it: what is wrong and what to do (cases 40 and 104).

use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use muster_agent::client::ClientError;
use muster_agent::enroll::EnrollError;
use muster_agent::identity;
use muster_agent::log::chain;
use muster_agent::scan::Want;
use muster_shared::enrollment::EnrollmentToken;
use rcgen::{CertificateParams, SanType, date_time_ymd};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::collector::Collector;
use crate::{Agent, Host, deliver};

#[tokio::test]
async fn somebody_else_gets_nothing() {
    let mut other = Collector::start().await;
    let collector = Collector::start().await;
    let host = Host::new();
    // The right token, but another collector at the address (case 40).
    let token = EnrollmentToken { url: other.token.url.clone(), ..collector.token.clone() };
    let error = host.enroll(&token, false).await.unwrap_err();
    assert!(matches!(error, EnrollError::Client(ClientError::Untrusted { .. })), "{error}");

    // After enrollment the address is taken over by another one.
    host.enroll(&collector.token, false).await.unwrap();
    let path = identity::record_path(&host.state_dir());
    let record = std::fs::read_to_string(&path).unwrap().replace(&collector.token.url, &other.token.url);
    std::fs::write(&path, record).unwrap();
    let Agent { mut scanner, mut courier, .. } = host.agent();
    scanner.scan(Want::default(), 0).unwrap();
    let error = deliver(&mut courier).await.1.unwrap_err();
    assert!(matches!(error.client(), Some(ClientError::Untrusted { .. })), "{error}");
    let text = chain(&error);
    assert!(text.contains("(ca.crt in the state directory)") && text.contains("enroll --force"), "{text}");
    assert!(!courier.is_idle());
    assert!(other.got.try_recv().is_err(), "something was sent");
}

/// What `muster-agent enroll` says of the collector at the URL.
async fn refusal(token: &EnrollmentToken, url: &str) -> String {
    let token = EnrollmentToken { url: url.to_owned(), ..token.clone() };
    chain(&Host::new().enroll(&token, false).await.unwrap_err())
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_with_what_to_do() {
    type Change = fn(&mut CertificateParams);
    let table: [(Change, &[&str]); 3] = [
        (
            |own| own.subject_alt_names = vec![SanType::DnsName("other.test".try_into().unwrap())],
            &[
                "is for other.test, and not for 127.0.0.1",
                "enroll with `--url`",
                "'names' in the collector's configuration",
            ],
        ),
        (
            |own| own.not_after = date_time_ymd(2020, 2, 3),
            &["ended at 2020-02-03T00:00:00.000Z", "the clock of this host says 2", "restart the collector"],
        ),
        (|own| own.not_before = date_time_ymd(2999, 1, 1), &["begins at 2999-01-01", "the clock of this host says 2"]),
    ];
    for (change, words) in table {
        let mut collector = Collector::start_as(change).await;
        let text = refusal(&collector.token, &collector.token.url).await;
        for word in words.iter().chain(&["and nothing was sent", &collector.token.url]) {
            assert!(text.contains(word), "'{word}' in: {text}");
        }
        assert!(!text.contains("other error") && !text.contains("invalid peer"), "{text}");
        assert!(collector.got.try_recv().is_err(), "something was sent");
    }
}

#[tokio::test]
async fn another_ca_is_named_with_where_the_right_one_is_known_from() {
    let (collector, other) = (Collector::start().await, Collector::start().await);
    let pin = &collector.token.ca_spki_sha256;
    let text = refusal(&collector.token, &other.token.url).await;
    let expected = format!(
        "cannot enroll: who answers at {} is not trusted, and nothing was sent: its certificate was issued by 'CN=rcgen self \
         signed cert', and not by the CA that the token names (SHA-256 {pin}): the URL leads elsewhere, the token is of \
         another collector, or somebody stands in between",
        other.token.url
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn who_does_not_answer_is_told_apart() {
    let (collector, listener) = (Collector::start().await, TcpListener::bind("127.0.0.1:0").await.unwrap());
    let closed = listener.local_addr().unwrap();
    drop(listener);
    let text = refusal(&collector.token, &format!("https://{closed}")).await;
    let expected = format!(
        "cannot enroll: cannot reach the collector at https://{closed}: nothing listens there (connection refused): check the \
         port, and that the collector runs"
    );
    assert_eq!(text, expected);

    // The port of something else.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let plain = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _hello = stream.read(&mut [0; 64]).await;
        drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await);
    });
    let text = refusal(&collector.token, &format!("https://{plain}")).await;
    assert!(text.ends_with("does not speak TLS: it is not the collector's port for agents"), "{text}");
}

/// Time stands until everybody waits, and then goes on to what they wait for.
#[tokio::test(start_paused = true)]
async fn who_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let token = EnrollmentToken {
        url: format!("https://{}", listener.local_addr().unwrap()),
        ca_spki_sha256: "00".repeat(32),
        id: muster_shared::id::EnrollmentTokenId::new(muster_shared::Time::from_millis(0)),
        secret: "s".into(),
    };
    let text = refusal(&token, &token.url).await;
    assert!(text.ends_with("no connection within 10 seconds: a firewall drops it, or the host is down"), "{text}");
    drop(listener);
}

/// A probe that is started by hand, and one that is asked by nobody who knows how.
#[test]
fn what_is_wrong_with_a_question_to_the_probe_is_told_apart() {
    let said = |input: Stdio| {
        let output = Command::new(env!("CARGO_BIN_EXE_muster-agent")).arg("probe").stdin(input).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(said(Stdio::null()).contains("muster-agent-probe.socket starts it"));
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    ours.write_all(&[0xff; 100]).unwrap();
    let said = said(OwnedFd::from(theirs).into());
    assert!(
        said.contains("question to the probe") && said.contains("too long") && !said.contains("starts it"),
        "{said}"
    );
}
