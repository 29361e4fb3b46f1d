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
}

impl Rate {
    /// Of the times of all requests, in milliseconds, and how long they took together.
    pub(crate) fn of(elapsed: Duration, mut samples: Vec<f64>) -> Self {
        samples.sort_by(f64::total_cmp);
        #[expect(clippy::cast_precision_loss, reason = "a rate")]
        let per_second = samples.len() as f64 / elapsed.as_secs_f64();
        Self { per_second, samples }
    }

    /// Figures of the JSON line.
    pub(crate) fn json(&self) -> Value {
        let share = |share: f64| round(percentile(&self.samples, share));
        json!({
            "count": self.samples.len(), "per_second": round(self.per_second),
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
