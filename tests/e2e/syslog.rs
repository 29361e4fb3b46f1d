//! Syslog: `logger` of util-linux sends over TCP, framed by lines and by lengths; over TLS a sender shows its certificate; what is
//! mild, of strangers or no message makes no alert.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use muster_tests::api::Api;
use muster_tests::collector::Collector;
use muster_tests::simulated::{SimulatedAgent, inventory};
use muster_tests::wait::until;
use rustls::pki_types::PrivateKeyDer;
use serde_json::Value;

async fn alerts(api: &Api) -> Vec<Value> {
    api.list_all("/alerts?state=all").await.unwrap()
}

/// The alert of a kind, once there is one.
async fn alert(api: &Api, kind: &str) -> Value {
    let found = async || Ok(alerts(api).await.into_iter().find(|alert| alert["kind"] == kind));
    until("there is the alert", found).await.unwrap()
}

fn logger(address: &str, arguments: &[&str]) {
    let (host, port) = address.rsplit_once(':').unwrap();
    let mut command = Command::new("logger");
    command.args(["--rfc5424=notq", "--tcp", "--server", host, "--port", port]).args(arguments);
    let output = command.output().expect("logger of util-linux is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
async fn logger_makes_alerts_and_closes_them() {
    let dir = tempfile::tempdir().unwrap();
    let collector = Collector::start(dir.path(), &[("MUSTER_SYSLOG_LISTEN", "127.0.0.1:0")]).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let ours = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let token = collector.enrollment_token(1).await.unwrap();
    let mut agent = SimulatedAgent::enroll(&token, &collector.ca_file, &ours).await.unwrap();
    agent.deliver(&inventory(&ours, 1)).await.unwrap();
    let mild = ["--priority", "daemon.notice", "--tag", "nginx", "--msgid", "reloaded", "it was told to"];
    logger(&collector.syslog, &mild);
    let bad = ["--priority", "daemon.crit", "--tag", "nginx", "--msgid", "upstream_down", "no upstream answers"];
    logger(&collector.syslog, &bad);
    let found = alert(&api, "upstream_down").await;
    assert_eq!((found["severity"].as_str(), found["resource"].as_str()), (Some("critical"), Some("nginx")));
    assert_eq!((found["ci"]["known"].as_bool(), found["summary"].as_str()), (Some(true), Some("no upstream answers")));
    // With lengths, and the fields of the event in structured data.
    let own = ["--sd-id", "muster@32473", "--sd-param", "kind=\"backup_failed\"", "--sd-param"];
    let failed =
        [&["--octet-count", "--priority", "user.err", "--tag", "backup"], &own[..], &["severity=\"major\"", "x"]];
    logger(&collector.syslog, &failed.concat());
    assert_eq!(alert(&api, "backup_failed").await["severity"], "major");
    logger(
        &collector.syslog,
        &[&["--octet-count", "--tag", "backup"], &own[..], &["severity=\"clear\"", "done"]].concat(),
    );
    let closed = |alert: &Value| alert["kind"] == "backup_failed" && alert["state"] == "closed";
    until("it is closed", async || Ok(alerts(&api).await.into_iter().find(closed))).await.unwrap();
    assert!(alerts(&api).await.iter().all(|alert| alert["kind"] != "reloaded"), "what is mild is no event");
}

#[tokio::test]
async fn what_is_no_message_harms_nobody_and_strangers_are_not_heard() {
    let dir = tempfile::tempdir().unwrap();
    let environment = [("MUSTER_SYSLOG_LISTEN", "127.0.0.1:0"), ("MUSTER_SYSLOG_SEVERITY", "debug")];
    let mut collector = Collector::start(dir.path(), &environment).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let mut broken = TcpStream::connect(&collector.syslog).unwrap();
    broken.write_all(b"<13>1 - - first - - - a\n<34>Oct 11 22:14:15 old su: x\n99999999 <13>1").unwrap();
    let mut rest = Vec::new();
    broken.read_to_end(&mut rest).unwrap();
    assert_eq!(rest, b"", "nothing is said, and the connection is closed");
    let mut whole = TcpStream::connect(&collector.syslog).unwrap();
    whole.write_all(b"<13>1 - - second - - - b").unwrap();
    drop(whole);
    assert_eq!(alert(&api, "first").await["ci_ref"], "127.0.0.1");
    assert_eq!(alert(&api, "second").await["summary"], "b");
    assert_eq!(alerts(&api).await.len(), 2);
    // Only others are heard from now on.
    collector.kill().unwrap();
    let toml = "[syslog]\nnetworks = [\"192.0.2.0/24\"]\n";
    std::fs::write(dir.path().join("collector.toml"), toml).unwrap();
    collector.restart().await.unwrap();
    let mut stranger = TcpStream::connect(&collector.syslog).unwrap();
    drop(stranger.write_all(b"<13>1 - - third - - - c\n"));
    // It is closed, or reset for what was sent.
    assert!(!matches!(stranger.read(&mut [0]), Ok(1..)));
    assert_eq!(alerts(&api).await.len(), 2);
}

/// A certificate and its key below `dir`, signed by `issuer` or by itself.
fn certificate(dir: &Path, name: &str, issuer: Option<&rcgen::Issuer<'_, rcgen::KeyPair>>) -> rcgen::KeyPair {
    let key = rcgen::KeyPair::generate().unwrap();
    let mut params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    if issuer.is_none() {
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    }
    let made = match issuer {
        Some(issuer) => params.signed_by(&key, issuer),
        None => params.self_signed(&key),
    };
    std::fs::write(dir.join(format!("{name}.pem")), made.unwrap().pem()).unwrap();
    std::fs::write(dir.join(format!("{name}-key.pem")), key.serialize_pem()).unwrap();
    key
}

#[tokio::test]
async fn over_tls_a_sender_shows_a_certificate_of_the_ca() {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    let ca = certificate(dir.path(), "ca", None);
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let issuer = rcgen::Issuer::new(params, ca);
    certificate(dir.path(), "server", Some(&issuer));
    certificate(dir.path(), "sender", Some(&issuer));
    let (cert, key, ca) = (at("server.pem"), at("server-key.pem"), at("ca.pem"));
    let environment = [
        ("MUSTER_SYSLOG_LISTEN", "127.0.0.1:0"),
        ("MUSTER_SYSLOG_CERT", cert.as_str()),
        ("MUSTER_SYSLOG_KEY", key.as_str()),
        ("MUSTER_SYSLOG_CLIENT_CA", ca.as_str()),
    ];
    let collector = Collector::start(dir.path(), &environment).await.unwrap();
    let (api, _) = collector.bootstrap().await.unwrap();
    let send = |shows: bool, text: &str| -> std::io::Result<usize> {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&ca).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder =
            rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let builder = builder.with_root_certificates(roots);
        let config = if shows {
            let chain = vec![CertificateDer::from_pem_file(at("sender.pem")).unwrap()];
            builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(at("sender-key.pem")).unwrap()).unwrap()
        } else {
            builder.with_no_client_auth()
        };
        let session = rustls::ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
        let mut stream = rustls::StreamOwned::new(session, TcpStream::connect(&collector.syslog)?);
        stream.write_all(format!("{} {text}", text.len()).as_bytes())?;
        stream.conn.send_close_notify();
        stream.flush()?;
        stream.read(&mut [0])
    };
    assert!(send(false, "<10>1 - web-1 stranger - - - x").is_err(), "nobody without a certificate is heard");
    assert_eq!(send(true, "<10>1 - web-1 known - - - y").unwrap(), 0);
    assert_eq!(alert(&api, "known").await["severity"], "critical");
    assert!(alerts(&api).await.iter().all(|alert| alert["kind"] != "stranger"));
}
