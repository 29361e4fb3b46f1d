//! `muster service availability` and `agreements`: how available services were with the outages that make the number, and what is agreed.

use serde_json::Value;

use super::level::parameters;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

/// A period.
#[derive(Debug, clap::Args)]
pub(crate) struct PeriodArgs {
    /// From this time on [default: four weeks before the end]
    #[arg(long)]
    from: Option<String>,
    /// Before this time [default: now]
    #[arg(long)]
    to: Option<String>,
}

impl PeriodArgs {
    /// As the API takes it.
    pub(super) fn pairs(self) -> [(&'static str, Option<String>); 2] {
        [("from", self.from), ("to", self.to)]
    }
}

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

/// The agreements of a service, with how they were kept; where there are none, those to begin with.
pub(super) async fn agreements(
    client: &Client,
    format: Format,
    service: &str,
    period: [(&str, Option<String>); 2],
) -> Done {
    const AGREED: &[Column] = &[
        col("POLICY", "/policy"),
        col("KIND", "/kind"),
        col("TARGET", "/target"),
        col("MINUTES", "/minutes"),
        col("CALENDAR", "/calendar"),
        col("ON", "/enabled"),
        col("MET", "/met"),
        col("BREACHED", "/breached"),
        col("KEPT %", "/percent"),
        col("FILTER", "/filter"),
    ];
    const EXAMPLES: &[Column] = &[
        col("EXAMPLE", "/name"),
        col("TARGET", "/target"),
        col("MINUTES", "/minutes"),
        col("CALENDAR", "/calendar"),
        col("FILTER", "/filter"),
    ];
    let found = client.get(&parameters(format!("/services/{service}/agreements"), &period)).await?.body;
    let items = |name: &str| found.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    output::rows(format, AGREED, &items("items"))?;
    if format == Format::Table && !items("examples").is_empty() {
        output::say("")?;
        output::rows(format, EXAMPLES, &items("examples"))?;
    }
    Ok(())
}
