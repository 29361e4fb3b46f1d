//! `muster service availability`: how available services were, and the outages that make the number.

use serde_json::Value;

use super::level::parameters;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

/// How available services were; of one the outages that make the number.
pub(super) async fn list(
    client: &Client,
    format: Format,
    service: Option<String>,
    period: [(&str, Option<String>); 2],
) -> Done {
    const SERVICES: &[Column] = &[
        col("HEALTH", "/health"),
        col("NAME", "/name"),
        col("AVAILABLE %", "/availability_percent"),
        col("AT WORST %", "/at_worst_percent"),
        col("TARGET %", "/target_percent"),
        col("KEPT", "/target_kept"),
        col("DOWN S", "/down_seconds"),
        col("UNKNOWN S", "/unknown_seconds"),
        col("ID", "/id"),
    ];
    const OUTAGES: &[Column] = &[
        time("FROM", "/from"),
        time("TO", "/to"),
        col("HEALTH", "/health"),
        col("COUNTS S", "/counted_seconds"),
        col("PLANNED", "/planned"),
        col("BECAUSE", "/because"),
        col("INCIDENTS", "/incidents"),
    ];
    let items = |found: &Value, name: &str| found.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(service) = service else {
        let found = client.get(&parameters("/reports/availability".into(), &period)).await?.body;
        return Ok(output::rows(format, SERVICES, &items(&found, "items"))?);
    };
    let found = client.get(&parameters(format!("/services/{service}/availability"), &period)).await?.body;
    output::record(format, SERVICES, &found)?;
    if format == Format::Table {
        output::say("")?;
        output::rows(format, OUTAGES, &items(&found, "outages"))?;
    }
    Ok(())
}
