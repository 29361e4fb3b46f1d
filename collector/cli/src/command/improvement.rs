//! `muster improvement`: the register of what is to become better.

use clap::Subcommand;
use serde_json::json;

use super::level::parameters;
use super::object;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum ImprovementCommand {
    /// List improvements, newest first
    List {
        #[arg(long, value_parser = ["proposed", "approved", "in_progress", "review", "closed", "cancelled"])]
        state: Option<String>,
    },
    /// Show an improvement with what happened
    Show { number: String },
    /// Write one into the register: `kpi=mttr`, `days=28`, `target=3600`, `baseline=…`, `owner=user_…`, `due_at=…`, `measure=…`
    Create { title: String, fields: Vec<String> },
    /// Change fields
    Set {
        number: String,
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Move it: the collector measures its own figures at `start` and `review`
    Do {
        number: String,
        #[arg(value_parser = ["approve", "start", "review", "continue", "close", "cancel"])]
        event: String,
        /// `continue`, `close` and `cancel` ask for one
        #[arg(long, default_value = "")]
        note: String,
        /// What was measured, where it is no figure of the collector
        #[arg(long)]
        value: Option<f64>,
    },
}

const ROWS: &[Column] = &[
    col("NUMBER", "/number"),
    col("STATE", "/state"),
    col("FIGURE", "/kpi"),
    col("BASELINE", "/baseline"),
    col("TARGET", "/target"),
    col("MEASURED", "/measured"),
    col("OUTCOME", "/outcome"),
    time("DUE", "/due_at"),
    col("TITLE", "/title"),
];

const RECORD: &[Column] = &[
    col("number", "/number"),
    col("title", "/title"),
    col("state", "/state"),
    col("figure", "/kpi"),
    col("over days", "/days"),
    col("measure", "/measure"),
    col("baseline", "/baseline"),
    col("target", "/target"),
    col("measured", "/measured"),
    col("progress %", "/progress_percent"),
    col("outcome", "/outcome"),
    col("owner", "/owner"),
    time("due", "/due_at"),
    col("can happen", "/events"),
    col("happened", "/steps"),
    col("description", "/description"),
];

pub(super) async fn improvement(client: &Client, format: Format, command: ImprovementCommand) -> Done {
    let answer = match command {
        ImprovementCommand::List { state } => {
            let rows = client
                .whole(&parameters("/improvements".into(), &[("state", state), ("limit", Some("1000".into()))]))
                .await?;
            return Ok(output::rows(format, ROWS, &rows)?);
        }
        ImprovementCommand::Show { number } => client.get(&format!("/improvements/{number}")).await?,
        ImprovementCommand::Create { title, fields } => {
            let mut body = object(&fields)?;
            if let Some(map) = body.as_object_mut() {
                map.insert("title".into(), json!(title));
            }
            client.post("/improvements", &body).await?
        }
        ImprovementCommand::Set { number, fields } => {
            client.patch(&format!("/improvements/{number}"), &object(&fields)?).await?
        }
        ImprovementCommand::Do { number, event, note, value } => {
            let body = json!({"event": event, "note": note, "value": value});
            client.post(&format!("/improvements/{number}/transitions"), &body).await?
        }
    };
    Ok(output::record(format, RECORD, &answer.body)?)
}
