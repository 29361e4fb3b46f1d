//! Requests per second and the times of single ones.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::ceiling::Ceiling;
use crate::report::percentile;

/// Milliseconds since a moment.
pub(crate) fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

/// A figure with two places.
pub(crate) fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// What was measured.
#[derive(Debug)]
pub(crate) struct Rate {
    pub(crate) per_second: f64,
    samples: Vec<f64>,
    /// Processor time that the process which was asked took in all, in milliseconds.
    cpu_ms: Option<f64>,
}

/// Milliseconds that a process has been on a processor, as the kernel counts them: in hundredths of a second.
pub(crate) fn cpu_ms(pid: u32) -> anyhow::Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<f64> = fields.skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() * 10.0)
}

impl Rate {
    /// Of the times of all requests, in milliseconds, and how long they took together.
    pub(crate) fn of(elapsed: Duration, mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let per_second = samples.len() as f64 / elapsed.as_secs_f64();
        Self { per_second, samples, cpu_ms: None }
    }

    /// With the processor time that the process which was asked has taken since it had taken `before`.
    pub(crate) fn with_cpu(self, pid: u32, before: f64) -> anyhow::Result<Self> {
        Ok(Self { cpu_ms: Some(cpu_ms(pid)? - before), ..self })
    }

    /// Figures of the JSON line.
    pub(crate) fn json(&self) -> Value {
        let share = |share: f64| round(percentile(&self.samples, share));
        #[expect(clippy::cast_precision_loss, reason = "an average")]
        let each = self.cpu_ms.map(|cpu_ms| (cpu_ms / self.samples.len().max(1) as f64 * 1_000.0).round() / 1_000.0);
        json!({
            "count": self.samples.len(), "per_second": round(self.per_second), "cpu_ms_each": each,
            "p50_ms": share(0.5), "p99_ms": share(0.99), "max_ms": share(1.0),
        })
    }

    /// This rate over the ceiling's.
    pub(crate) fn ratio(&self, ceiling: &Self) -> f64 {
        (self.per_second / ceiling.per_second * 1_000.0).round() / 1_000.0
    }
}

/// The same body again and again against the ceiling, from so many callers with a connection each.
pub(crate) async fn of_ceiling(
    top: &Ceiling,
    body: bytes::Bytes,
    callers: usize,
    limit: Duration,
) -> anyhow::Result<Rate> {
    let start = Instant::now();
    let loops = (0..callers).map(|_| async {
        let mut samples = Vec::new();
        while start.elapsed() < limit {
            let begin = Instant::now();
            top.http.post(&top.url).body(body.clone()).send().await?.bytes().await?;
            samples.push(ms(begin));
        }
        anyhow::Ok(samples)
    });
    let samples: Vec<f64> = futures_util::future::try_join_all(loops).await?.into_iter().flatten().collect();
    Ok(Rate::of(start.elapsed(), samples))
}
