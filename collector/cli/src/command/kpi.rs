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
    let mut figures = found.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
    // Machines get figures as they are.
    if format == Format::Table {
        figures.iter_mut().for_each(round);
    }
    Ok(output::rows(format, COLUMNS, &figures)?)
}

/// Rounds a figure as the console does: by its unit.
fn round(figure: &mut Value) {
    let decimals = usize::from(figure.get("unit").and_then(Value::as_str) == Some("percent"));
    for name in ["value", "median", "p90"] {
        if let Some(value) = figure.get_mut(name)
            && let Some(exact) = value.as_f64()
        {
            *value = Value::String(format!("{exact:.decimals$}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_rounded_by_their_unit() {
        let mut figure = json!({"unit": "percent", "value": 45.245_666, "median": null, "p90": 7});
        round(&mut figure);
        assert_eq!(figure, json!({"unit": "percent", "value": "45.2", "median": null, "p90": "7.0"}));
        let mut figure = json!({"unit": "seconds", "value": 1_234.56});
        round(&mut figure);
        assert_eq!(figure["value"], "1235");
    }
}
