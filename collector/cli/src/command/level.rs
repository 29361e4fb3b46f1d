//! `muster level` and `muster calendar`: what is promised, the clocks of tickets, and how often promises were kept.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::read_secret;
use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum LevelCommand {
    /// List the clocks of all tickets: `muster level list 'outcome:breached open:true'`
    List {
        /// What is wanted, in the query language
        #[arg(default_value = "")]
        query: String,
        /// At most so many
        #[arg(long, default_value_t = 200, value_parser = super::noun::at_least_one)]
        limit: usize,
    },
    /// Show the clocks of a ticket
    Show { ticket: String },
    /// Show every stretch of time of a ticket's clocks, and why it counted or not
    Explain { ticket: String },
    /// Show where a ticket's clocks would stand under other terms
    WhatIf(WhatIfArgs),
    /// Reckon the clocks of a ticket anew by the rules of now; what was said before is kept
    Recompute {
        ticket: String,
        #[arg(long)]
        reason: String,
    },
    /// Show how often promises were kept, of the clocks that ended in a period
    Attainment {
        /// From this time on [default: four weeks before the end]
        #[arg(long)]
        from: Option<String>,
        /// Before this time [default: now]
        #[arg(long)]
        to: Option<String>,
    },
    /// List policies: what is promised for which tickets
    Policies,
    /// Show a policy; `--output json` is what `set` takes, with what the collector adds
    Policy { name: String },
    /// Make a policy from a JSON file (`-` is standard input)
    Create { file: PathBuf },
    /// Change a policy to what a JSON file says
    Set { name: String, file: PathBuf },
    /// Switch a policy on
    Enable { name: String },
    /// Switch a policy off
    Disable { name: String },
}

#[derive(Debug, Args)]
pub(crate) struct WhatIfArgs {
    ticket: String,
    /// Another priority, 1 to 5
    #[arg(long)]
    priority: Option<u8>,
    /// This policy for its target, whether it fits or not
    #[arg(long)]
    policy: Option<String>,
    /// Another calendar
    #[arg(long)]
    calendar: Option<String>,
    /// Another time, in minutes
    #[arg(long)]
    minutes: Option<u32>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CalendarCommand {
    /// List calendars
    List,
    /// Show a calendar
    Show { name: String },
    /// Make a calendar from a JSON file (`-` is standard input)
    Create { file: PathBuf },
    /// Change a calendar to what a JSON file says: a new version, for clocks that begin from now on
    Set { name: String, file: PathBuf },
}

const CLOCK: &[Column] = &[
    col("TICKET", "/ticket"),
    col("TARGET", "/target"),
    col("POLICY", "/policy"),
    col("CALENDAR", "/calendar"),
    col("MODE", "/mode"),
    time("DEADLINE", "/deadline"),
    col("OUTCOME", "/outcome"),
    time("OVER SINCE", "/breach_at"),
    time("STOPPED", "/stopped_at"),
];
const POLICY: &[Column] = &[
    col("name", "/name"),
    col("label", "/label"),
    col("target", "/target"),
    col("filter", "/filter"),
    col("minutes", "/minutes"),
    col("calendar", "/calendar"),
    col("starts when", "/start_when"),
    col("stops when", "/stop_when"),
    col("pauses when", "/pause_when"),
    col("begins", "/anchor"),
    col("warns at", "/warn_at"),
    col("does", "/actions"),
    col("longest pauses", "/max_pause_minutes"),
    col("order", "/order"),
    col("enabled", "/enabled"),
    col("number", "/number"),
    time("changed", "/changed_at"),
    col("by", "/changed_by"),
    col("because", "/reason"),
];
/// What the collector adds to a policy: it is not sent back.
const ADDED: &[&str] = &["name", "number", "changed_at", "changed_by", "reason", "version"];

fn read(file: &Path) -> anyhow::Result<Value> {
    serde_json::from_str(&read_secret(file)?).with_context(|| format!("{} is no JSON", file.display()))
}

fn items(found: &Value) -> Vec<Value> {
    found.get("items").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The clocks of a ticket.
fn shown(format: Format, found: &Value) -> Done {
    Ok(output::rows(format, CLOCK, &items(found))?)
}

async fn explain(client: &Client, format: Format, ticket: &str) -> Done {
    const LINE: &[Column] = &[
        col("TARGET", "/target"),
        col("FROM", "/from"),
        col("TO", "/to"),
        col("WHAT", "/what"),
        col("COUNTED MS", "/counted_ms"),
        col("SO FAR MS", "/elapsed_ms"),
        col("WHY", "/why"),
    ];
    let clocks = items(&client.get(&format!("/tickets/{ticket}/service-levels/explanation")).await?.body);
    if format == Format::Json {
        return Ok(output::rows(format, LINE, &clocks)?);
    }
    let mut lines = Vec::new();
    for clock in &clocks {
        for line in clock.get("lines").and_then(Value::as_array).into_iter().flatten() {
            let mut line = line.clone();
            if let (Some(fields), Some(target)) = (line.as_object_mut(), clock.get("target")) {
                fields.insert("target".into(), target.clone());
            }
            lines.push(line);
        }
    }
    Ok(output::rows(format, LINE, &lines)?)
}

/// Parameters of a request, as far as they are given.
pub(super) fn parameters(path: String, given: &[(&str, Option<String>)]) -> String {
    let mut url = path;
    let mut sign = '?';
    for (name, value) in given {
        if let Some(value) = value {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte);
            let escaped: String = value
                .bytes()
                .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
                .collect();
            url = format!("{url}{sign}{name}={escaped}");
            sign = '&';
        }
    }
    url
}

/// Changes a policy to its present terms with other ones in them.
async fn change(client: &Client, format: Format, name: &str, with: &Value) -> Done {
    let path = format!("/service-level-policies/{name}");
    let known = client.get(&path).await?;
    let mut body = known.body;
    if let (Some(fields), Some(with)) = (body.as_object_mut(), with.as_object()) {
        fields.retain(|field, _| !ADDED.contains(&field.as_str()));
        fields.extend(with.clone());
    }
    Ok(output::record(format, POLICY, &client.put(&path, &body, known.etag).await?.body)?)
}

async fn policies(client: &Client, format: Format) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("TARGET", "/target"),
        col("MINUTES", "/minutes"),
        col("CALENDAR", "/calendar"),
        col("ENABLED", "/enabled"),
        col("ORDER", "/order"),
        col("FILTER", "/filter"),
    ];
    Ok(output::rows(format, COLUMNS, &client.whole("/service-level-policies").await?)?)
}

async fn attainment(client: &Client, format: Format, from: Option<String>, to: Option<String>) -> Done {
    const COLUMNS: &[Column] = &[
        col("POLICY", "/policy"),
        col("TARGET", "/target"),
        col("PERCENT", "/percent"),
        col("MET", "/met"),
        col("BREACHED", "/breached"),
        col("STILL OPEN", "/breached_open"),
        col("CANCELLED", "/cancelled"),
        col("LIST", "/filter"),
    ];
    let path = parameters("/service-levels/attainment".into(), &[("from", from), ("to", to)]);
    Ok(output::rows(format, COLUMNS, &items(&client.get(&path).await?.body))?)
}

pub(super) async fn level(client: &Client, format: Format, command: LevelCommand) -> Done {
    match command {
        LevelCommand::List { query, limit } => {
            let query = if query.is_empty() { Vec::new() } else { vec![("filter", query)] };
            Ok(output::rows(format, CLOCK, &client.list("/service-levels", &query, limit).await?)?)
        }
        LevelCommand::Show { ticket } => {
            shown(format, &client.get(&format!("/tickets/{ticket}/service-levels")).await?.body)
        }
        LevelCommand::Explain { ticket } => explain(client, format, &ticket).await,
        LevelCommand::WhatIf(WhatIfArgs { ticket, priority, policy, calendar, minutes }) => {
            let text = |number: Option<u32>| number.map(|number| number.to_string());
            let given = [
                ("priority", text(priority.map(u32::from))),
                ("policy", policy),
                ("calendar", calendar),
                ("minutes", text(minutes)),
            ];
            let path = parameters(format!("/tickets/{ticket}/service-levels/what-if"), &given);
            shown(format, &client.get(&path).await?.body)
        }
        LevelCommand::Recompute { ticket, reason } => {
            let path = format!("/tickets/{ticket}/service-levels/recompute");
            shown(format, &client.post(&path, &json!({"reason": reason})).await?.body)
        }
        LevelCommand::Attainment { from, to } => attainment(client, format, from, to).await,
        LevelCommand::Policies => policies(client, format).await,
        LevelCommand::Policy { name } => {
            let path = format!("/service-level-policies/{name}");
            Ok(output::record(format, POLICY, &client.get(&path).await?.body)?)
        }
        LevelCommand::Create { file } => {
            let made = client.post("/service-level-policies", &read(&file)?).await?;
            Ok(output::record(format, POLICY, &made.body)?)
        }
        LevelCommand::Set { name, file } => change(client, format, &name, &read(&file)?).await,
        LevelCommand::Enable { name } => change(client, format, &name, &json!({"enabled": true})).await,
        LevelCommand::Disable { name } => change(client, format, &name, &json!({"enabled": false})).await,
    }
}

pub(super) async fn calendar(client: &Client, format: Format, command: CalendarCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("LABEL", "/label"),
        col("ZONE", "/zone"),
        col("NUMBER", "/number"),
        col("HOURS", "/hours"),
    ];
    const CALENDAR: &[Column] = &[
        col("name", "/name"),
        col("label", "/label"),
        col("zone", "/zone"),
        col("monday", "/hours/monday"),
        col("tuesday", "/hours/tuesday"),
        col("wednesday", "/hours/wednesday"),
        col("thursday", "/hours/thursday"),
        col("friday", "/hours/friday"),
        col("saturday", "/hours/saturday"),
        col("sunday", "/hours/sunday"),
        col("holidays", "/holidays"),
        col("number", "/number"),
        time("changed", "/changed_at"),
        col("by", "/changed_by"),
        col("because", "/reason"),
    ];
    match command {
        CalendarCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/calendars").await?)?),
        CalendarCommand::Show { name } => {
            Ok(output::record(format, CALENDAR, &client.get(&format!("/calendars/{name}")).await?.body)?)
        }
        CalendarCommand::Create { file } => {
            Ok(output::record(format, CALENDAR, &client.post("/calendars", &read(&file)?).await?.body)?)
        }
        CalendarCommand::Set { name, file } => {
            let path = format!("/calendars/{name}");
            let etag = client.get(&path).await?.etag;
            Ok(output::record(format, CALENDAR, &client.put(&path, &read(&file)?, etag).await?.body)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_given_is_asked() {
        let given = [("from", None), ("to", Some("2026-11-01T00:00:00+01:00".to_owned())), ("x", Some("a b".into()))];
        assert_eq!(parameters("/p".into(), &given), "/p?to=2026-11-01T00:00:00%2B01:00&x=a%20b");
    }
}
