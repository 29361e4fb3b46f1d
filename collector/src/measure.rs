//! What the collector measures of itself, in the text form of `OpenMetrics`: what happens is counted where it happens, how things
//! stand is asked when somebody looks (`service/metrics.rs`).

use std::time::Duration;

use muster_shared::protocol::ReportResult;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// What such a text is.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// What stands before every name.
const PREFIX: &str = "muster";
/// Upper bounds of what is done at once, in seconds.
const QUICK: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
/// Upper bounds of what may wait for a window, in seconds.
const SLOW: [f64; 12] = [0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0];

/// One label.
type Label = [(&'static str, &'static str); 1];

/// What is counted while the collector runs.
#[derive(Debug)]
pub struct Measures {
    registry: Registry,
    reports: Family<Label, Counter>,
    requests: Family<[(&'static str, &'static str); 2], Counter>,
    strange: Counter,
    ingest: Histogram,
    commit: Histogram,
    incident: Histogram,
}

impl Default for Measures {
    fn default() -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let (reports, requests) = (Family::<Label, Counter>::default(), Family::default());
        let [ingest, commit] = [(); 2].map(|()| Histogram::new(QUICK));
        let incident = Histogram::new(SLOW);
        registry.register("ingest_reports", "Reports of agents by what became of them", reports.clone());
        registry.register("http_requests", "Requests by listener and class of the answer", requests.clone());
        let strange = Counter::default();
        let help = "Messages of agents with something in them that this collector does not know";
        registry.register("agent_messages_not_understood", help, strange.clone());
        let seconds = Unit::Seconds;
        registry.register_with_unit("ingest", "From a report to its acknowledgement", seconds.clone(), ingest.clone());
        registry.register_with_unit("commit", "From a decision until it is durable", seconds.clone(), commit.clone());
        let help = "From when a difference was first seen to the incident for it";
        registry.register_with_unit("drift_to_incident", help, seconds, incident.clone());
        Self { registry, reports, requests, strange, ingest, commit, incident }
    }
}

impl Measures {
    /// A report was dealt with; `None` is refused.
    pub fn count_report(&self, result: Option<ReportResult>, took: Duration) {
        let result = match result {
            Some(ReportResult::Stored) => "stored",
            Some(ReportResult::Duplicate) => "duplicate",
            Some(ReportResult::Stale) => "stale",
            None => "refused",
        };
        self.reports.get_or_create(&[("result", result)]).inc();
        self.ingest.observe(took.as_secs_f64());
    }

    /// A message of an agent held something that is not known here.
    pub fn count_strange(&self) {
        self.strange.inc();
    }

    /// Reports that were stored.
    pub fn stored(&self) -> u64 {
        self.reports.get_or_create(&[("result", "stored")]).get()
    }

    /// A request was answered.
    pub fn count_request(&self, listener: &'static str, status: u16) {
        let class = match status {
            100..=299 => "2xx",
            300..=399 => "3xx",
            400..=499 => "4xx",
            _ => "5xx",
        };
        self.requests.get_or_create(&[("listener", listener), ("class", class)]).inc();
    }

    /// A decision was stored.
    pub fn observe_commit(&self, took: Duration) {
        self.commit.observe(took.as_secs_f64());
    }

    /// A difference became an incident.
    pub fn observe_incident(&self, took_ms: i64) {
        self.incident.observe(Duration::from_millis(u64::try_from(took_ms).unwrap_or(0)).as_secs_f64());
    }

    /// The text, with how things stand.
    pub fn text(&self, standing: &Standing) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        text::encode_registry(&mut text, &self.registry)?;
        text::encode(&mut text, &standing.registry)?;
        Ok(text)
    }
}

/// How things stand when somebody looks.
#[derive(Debug)]
pub struct Standing {
    registry: Registry,
}

/// A gauge and its labels.
type Row = (Vec<(&'static str, String)>, f64);

impl Default for Standing {
    fn default() -> Self {
        Self { registry: Registry::with_prefix(PREFIX) }
    }
}

impl Standing {
    /// A gauge of one number.
    pub fn put(&mut self, name: &str, help: &str, value: f64) {
        self.put_all(name, help, [(Vec::new(), value)]);
    }

    /// A gauge by one label.
    pub fn put_by(
        &mut self,
        name: &str,
        help: &str,
        label: &'static str,
        rows: impl IntoIterator<Item = (String, f64)>,
    ) {
        self.put_all(name, help, rows.into_iter().map(|(text, value)| (vec![(label, text)], value)));
    }

    /// A gauge by labels.
    pub fn put_all(&mut self, name: &str, help: &str, rows: impl IntoIterator<Item = Row>) {
        let family = Family::<Vec<(&'static str, String)>, Gauge<f64, std::sync::atomic::AtomicU64>>::default();
        for (labels, value) in rows {
            family.get_or_create(&labels).set(value);
        }
        self.registry.register(name, help, family);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let measures = Measures::default();
        measures.count_report(Some(ReportResult::Stored), Duration::from_millis(3));
        measures.count_report(None, Duration::from_millis(3));
        measures.count_request("agents", 204);
        measures.observe_commit(Duration::from_micros(1_500));
        measures.observe_incident(40_000);
        let mut standing = Standing::default();
        standing.put("findings", "Findings that stand", 7.0);
        standing.put_by("agents", "Agents", "state", [("ac\"tive".to_owned(), 2.0)]);
        let text = measures.text(&standing).unwrap();
        for line in [
            "muster_ingest_reports_total{result=\"stored\"} 1",
            "muster_ingest_reports_total{result=\"refused\"} 1",
            "muster_http_requests_total{listener=\"agents\",class=\"2xx\"} 1",
            "muster_commit_seconds_bucket{le=\"0.002\"} 1",
            "muster_drift_to_incident_seconds_count 1",
            "# UNIT muster_commit_seconds seconds",
            "muster_findings 7.0",
            "muster_agents{state=\"ac\\\"tive\"} 2.0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n") && text.matches("# EOF").count() == 1, "{text}");
    }
}
