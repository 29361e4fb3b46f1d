//! Waiting for something to become true, with a bound that only a broken program reaches.

use std::time::{Duration, Instant};

use anyhow::bail;

/// The bound: generous, because machines that run tests are slow and busy.
const PATIENCE: Duration = Duration::from_secs(90);

/// Asks again and again until there is an answer.
pub async fn until<T, F, Fut>(what: &str, mut ask: F) -> anyhow::Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = anyhow::Result<Option<T>>>,
{
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if start.elapsed() > PATIENCE {
            bail!("waited in vain until {what}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
