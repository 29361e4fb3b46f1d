//! Metrics: what Prometheus gets of an agent at work, and that nobody who is slow or talks too much is in its way.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use muster_agent::daemon;

use crate::enrolled;

/// What a scrape gets, on a thread of its own.
async fn ask(address: SocketAddr, question: &'static [u8]) -> String {
    let asking = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(question).unwrap();
        let mut answer = Vec::new();
        // Who is cut off in the middle of a question may get a reset instead of an end.
        drop(stream.read_to_end(&mut answer));
        String::from_utf8(answer).unwrap()
    };
    tokio::task::spawn_blocking(asking).await.unwrap()
}

#[tokio::test]
async fn prometheus_gets_what_the_agent_knows_of_itself() {
    let (mut collector, host) = enrolled().await;
    let mut agent = host.agent();
    let listener = muster_agent::metrics::listen("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = listener.local_addr().unwrap();
    agent.metrics = Some(listener);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(daemon::run(agent, async move { drop(stopped.await) }));
    collector.next().await.report();
    collector.next().await;

    let answer = ask(address, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.contains("text/plain; version=0.0.4"), "{head}");
    assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{head}");
    for start in
        ["muster_agent_last_report_timestamp_seconds 1", "muster_agent_spool_reports 0", "muster_agent_failing 0"]
    {
        assert!(body.lines().any(|line| line.starts_with(start)), "{start}: {body}");
    }
    assert!(body.contains("muster_agent_section_status{section=\"user\",status="), "{body}");

    let long: &'static [u8] = Box::leak(vec![b'x'; 20 << 10].into_boxed_slice());
    assert_eq!(ask(address, long).await, "", "a head without an end is not read for ever");
    assert!(ask(address, b"GET / HTTP/1.0\r\n\r\n").await.contains("muster_agent_info"), "the next one is served");
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_setting() {
    let (_collector, host) = enrolled().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_muster-agent"));
    command.arg("run").arg("--root").arg(host.tree()).arg("--state-dir").arg(host.state_dir());
    let output = command.env("MUSTER_AGENT_METRICS", &address).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains(&format!("metrics: {address} cannot be listened at")), "{said}");
}
