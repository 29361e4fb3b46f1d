//! `muster report`: reports that come by themselves.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::Value;

use super::catalogue::read;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// List them, by name
    List,
    /// Show one
    Show { report: String },
    /// Have one come by itself, from a JSON file: `name`, `subject`, `schedule`, `recipients`, `channels`
    Create { file: PathBuf },
    /// Replace what is written of one, from a JSON file
    Set { report: String, file: PathBuf },
    /// End one; those that came go with it
    Remove { report: String },
    /// Make and send one now
    Run { report: String },
    /// List those that came
    Runs { report: String },
    /// Print one that came as CSV
    Fetch {
        /// Id of the run
        run: String,
    },
}

const PLANS: &[Column] = &[
    col("NAME", "/name"),
    col("ABOUT", "/subject/of"),
    col("AT", "/schedule/at"),
    col("DAYS", "/schedule/days"),
    col("ZONE", "/schedule/zone"),
    time("NEXT", "/next_at"),
    time("LAST", "/last/made_at"),
    col("PROBLEM", "/last/problem"),
    col("ID", "/id"),
];

const RUNS: &[Column] = &[
    time("DUE", "/due_at"),
    time("MADE", "/made_at"),
    col("ROWS", "/total"),
    col("MISSED", "/missed"),
    col("ID", "/id"),
];

pub(super) async fn report(client: &Client, format: Format, command: ReportCommand) -> Done {
    let answer = match command {
        ReportCommand::List => return Ok(output::rows(format, PLANS, &client.whole("/report-plans").await?)?),
        ReportCommand::Runs { report } => {
            let rows = client.whole(&format!("/report-plans/{report}/runs")).await?;
            return Ok(output::rows(format, RUNS, &rows)?);
        }
        ReportCommand::Fetch { run } => {
            let mut out = std::io::stdout().lock();
            client.copy(&format!("/report-runs/{run}"), &[("format", "csv".to_owned())], &mut out).await?;
            return Ok(());
        }
        ReportCommand::Remove { report } => {
            let path = format!("/report-plans/{report}");
            let etag = client.get(&path).await?.etag.unwrap_or_default();
            client.remove(&path, &etag).await?;
            return Ok(output::say("removed")?);
        }
        ReportCommand::Run { report } => {
            let made = client.post(&format!("/report-plans/{report}/runs"), &Value::Null).await?;
            return Ok(output::record(format, RUNS, &made.body)?);
        }
        ReportCommand::Show { report } => client.get(&format!("/report-plans/{report}")).await?,
        ReportCommand::Create { file } => client.post("/report-plans", &read(&file)?).await?,
        ReportCommand::Set { report, file } => {
            let path = format!("/report-plans/{report}");
            let etag = client.get(&path).await?.etag;
            client.put(&path, &read(&file)?, etag).await?
        }
    };
    Ok(output::record(format, PLANS, &answer.body)?)
}
