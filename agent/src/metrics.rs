//! Metrics of the agent in the text form of Prometheus, on a port of loopback, when the configuration asks for it.
//!
//! Every request gets the same answer, whatever it asks for, and the connection ends: that is all the HTTP there is here. The
//! port is bound before the agent is confined.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use muster_shared::Time;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::daemon::Board;
use crate::scan::{SharedSpool, lock};
use crate::status::Status;

/// So long a client may take for its question and for taking the answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest head of a request.
const HEAD_BYTES: usize = 8 << 10;

/// The text for a moment.
pub fn text(status: &Status, spooled: (usize, u64)) -> String {
    let mut text = String::new();
    let mut metric = |name: &str, kind: &str, help: &str, rows: &[(String, f64)]| {
        if rows.is_empty() {
            return;
        }
        writeln!(text, "# HELP muster_agent_{name} {help}\n# TYPE muster_agent_{name} {kind}").unwrap_or_default();
        for (labels, value) in rows {
            writeln!(text, "muster_agent_{name}{labels} {value}").unwrap_or_default();
        }
    };
    let plain = |value: f64| [(String::new(), value)];
    let at = |time: Option<Time>| -> Vec<(String, f64)> {
        time.map(|time| (String::new(), Duration::from_millis(time.millis().try_into().unwrap_or(0)).as_secs_f64()))
            .into_iter()
            .collect()
    };
    let count = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let info = [(format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1.0)];
    metric("info", "gauge", "The version that runs.", &info);
    let help = "When the collector last acknowledged something.";
    metric("last_success_timestamp_seconds", "gauge", help, &at(status.last_success_at));
    let help = "When the collector last acknowledged a report.";
    metric("last_report_timestamp_seconds", "gauge", help, &at(status.last_report_at));
    metric("last_scan_timestamp_seconds", "gauge", "When the last scan ended.", &at(status.last_scan_at));
    metric("next_scan_timestamp_seconds", "gauge", "When the next scan is due.", &at(status.next_scan_at));
    let failing = f64::from(u8::from(status.last_error.is_some()));
    metric("failing", "gauge", "Whether something went wrong since the last success.", &plain(failing));
    let help = "When the certificate of the agent ends.";
    metric("certificate_expiry_timestamp_seconds", "gauge", help, &at(status.certificate_not_after));
    let failing = f64::from(u8::from(status.renewal_error.is_some()));
    metric("renewal_failing", "gauge", "Whether the certificate was to be renewed and was not.", &plain(failing));
    let (reports, bytes) = (count(spooled.0 as u64), count(spooled.1));
    metric("spool_reports", "gauge", "Reports that are not delivered yet.", &plain(reports));
    metric("spool_bytes", "gauge", "Bytes that they take.", &plain(bytes));
    let help = "Reports lost for want of room or for age.";
    metric("dropped_reports_total", "counter", help, &plain(count(status.dropped_total)));
    metric("quarantined_files_total", "counter", "Files set aside.", &plain(count(status.quarantined_total)));
    metric("damaged_states_total", "counter", "State files set aside.", &plain(count(status.damaged_state_total)));
    let row = |(name, is): (&muster_shared::SectionName, &muster_shared::SectionStatus)| {
        (format!("{{section=\"{name}\",status=\"{}\"}}", is.as_str()), 1.0)
    };
    let sections: Vec<_> = status.coverage.iter().map(row).collect();
    metric("section_status", "gauge", "How well each section could be read.", &sections);
    text
}

/// The port, bound.
pub fn listen(address: SocketAddr) -> std::io::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Answers for as long as the agent runs, one at a time: whoever is slow is cut off.
pub async fn serve(listener: Option<std::net::TcpListener>, board: &Board, spool: &SharedSpool) {
    let Some(listener) = listener.and_then(|listener| TcpListener::from_std(listener).ok()) else {
        return std::future::pending().await;
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_secs(1)).await;
            continue;
        };
        let spooled = {
            let spool = lock(spool);
            (spool.count(), spool.size_bytes())
        };
        // Whoever does not want the answer any more is not missed.
        drop(tokio::time::timeout(PATIENCE, answer(stream, &text(&board.status(), spooled))).await);
    }
}

async fn answer(mut stream: TcpStream, text: &str) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 || head.len() > HEAD_BYTES {
            return Ok(());
        }
    }
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n{text}",
        text.len()
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests {
    use muster_shared::{SectionName, SectionStatus};

    use super::*;

    #[test]
    fn what_is_not_known_is_left_out_and_each_metric_says_what_it_is() {
        let fresh = text(&Status::default(), (0, 0));
        assert!(!fresh.contains("last_report") && !fresh.contains("section_status"), "{fresh}");
        let status = Status {
            last_report_at: Some(Time::from_millis(1_790_000_000_500)),
            last_error: Some("away".into()),
            certificate_not_after: Some(Time::from_millis(1_790_000_001_000)),
            renewal_error: Some("refused".into()),
            dropped_total: 3,
            coverage: [(SectionName::User, SectionStatus::Denied)].into(),
            ..Status::default()
        };
        let full = text(&status, (2, 4_096));
        for line in [
            "muster_agent_last_report_timestamp_seconds 1790000000.5",
            "muster_agent_failing 1",
            "muster_agent_certificate_expiry_timestamp_seconds 1790000001",
            "muster_agent_renewal_failing 1",
            "muster_agent_spool_reports 2",
            "muster_agent_spool_bytes 4096",
            "muster_agent_dropped_reports_total 3",
            "muster_agent_section_status{section=\"user\",status=\"denied\"} 1",
        ] {
            assert!(full.lines().any(|found| found == line), "{line}: {full}");
        }
        for name in full.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split([' ', '{']).next())
        {
            assert!(full.contains(&format!("# HELP {name} ")) && full.contains(&format!("# TYPE {name} ")), "{name}");
        }
    }
}
