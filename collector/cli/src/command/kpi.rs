//! `muster kpi`: the figures of a period.

use clap::Args;
use serde_json::Value;

use super::level::parameters;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col};

#[derive(Debug, Args)]
pub(crate) struct KpiArgs {
    /// From this time on [default: four weeks before the end]
    #[arg(long)]
    from: Option<String>,
    /// Before this time [default: now]
    #[arg(long)]
    to: Option<String>,
    /// The calendar by which business time is counted [default: business-hours]
    #[arg(long)]
    calendar: Option<String>,
}

pub(super) async fn kpi(client: &Client, format: Format, args: KpiArgs) -> Done {
    const COLUMNS: &[Column] = &[
        col("FIGURE", "/name"),
        col("VALUE", "/value"),
        col("MEDIAN", "/median"),
        col("P90", "/p90"),
        col("UNIT", "/unit"),
        col("COUNT", "/count"),
        col("LIST", "/list"),
        col("FILTER", "/filter"),
    ];
    let path = parameters("/reports/kpi".into(), &[("from", args.from), ("to", args.to), ("calendar", args.calendar)]);
    let found = client.get(&path).await?.body;
    let figures = found.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(output::rows(format, COLUMNS, &figures)?)
}
