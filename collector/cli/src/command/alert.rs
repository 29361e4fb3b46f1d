//! `muster alert`, `muster silence`, `muster maintenance` and `muster alert-rule`.

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::noun::ListArgs;
use super::record::{self, Done};
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum AlertCommand {
    /// List alerts that are not closed; `--filter state:all` for all of them
    List(ListArgs),
    /// Show an alert with its events
    Show { alert: String },
    /// Take an alert: you look at it
    Ack { alert: String },
    /// Close an alert by hand
    Close {
        alert: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum SilenceCommand {
    /// List silences that are not over; `--filter state:expired` for the others
    List(ListArgs),
    /// Silence alerts: `muster silence create 'ci:web-* kind:load' --until 2026-12-01T08:00:00Z --reason 'load test'`
    Create {
        /// Which alerts, in the query language
        matcher: String,
        /// Until when, RFC 3339; an hour without it
        #[arg(long)]
        until: Option<String>,
        /// From when, RFC 3339; now without it
        #[arg(long)]
        from: Option<String>,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// End a silence now
    End { silence: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum MaintenanceCommand {
    /// List maintenance windows that are not over
    List(ListArgs),
    /// Make a window: once (`--from`, `--until`), or every week (`--day`, `--at`, `--minutes`, `--zone`)
    Create(WindowArgs),
    /// Remove a window; it is over at once
    Remove { window: String },
}

#[derive(Debug, Args)]
pub(crate) struct WindowArgs {
    /// What it is called
    name: String,
    /// Host or item that it is of, by name or id; may be given several times
    #[arg(long = "item")]
    items: Vec<String>,
    /// Hosts that it is of, in the query language
    #[arg(long, default_value = "")]
    hosts: String,
    /// Why
    #[arg(long)]
    reason: String,
    /// From when, RFC 3339
    #[arg(long, required_unless_present = "days", requires = "until")]
    from: Option<String>,
    /// Until when, RFC 3339; of a weekly window, when it begins no more
    #[arg(long)]
    until: Option<String>,
    /// Day of the week; may be given several times
    #[arg(long = "day", conflicts_with = "from", requires = "at")]
    days: Vec<String>,
    /// When it begins: 22:30
    #[arg(long)]
    at: Option<String>,
    /// How long it lasts
    #[arg(long, default_value_t = 60)]
    minutes: u32,
    /// Time zone
    #[arg(long, default_value = "UTC")]
    zone: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AlertRuleCommand {
    /// List alert rules in the order in which they are tried
    List(ListArgs),
    /// Show an alert rule
    Show { rule: String },
    /// Make an alert rule: `name=…`, `filter=…`, `min_count=…`, `hold_seconds=…`, `group_by=ci,kind`, …
    Create {
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Change an alert rule
    Set {
        rule: String,
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// What a rule would have done with the alerts of the last 30 days
    Preview {
        #[arg(required = true)]
        fields: Vec<String>,
        /// The rule that would be changed
        #[arg(long)]
        rule: Option<String>,
    },
    /// Remove an alert rule
    Remove { rule: String },
}

pub(super) fn pairs(fields: &[String]) -> anyhow::Result<Vec<(&str, &str)>> {
    let pair = |field: &'_ str| format!("'{field}' is not of the form name=value");
    fields.iter().map(|field| field.split_once('=').with_context(|| pair(field))).collect()
}

pub(super) async fn alert(client: &Client, format: Format, command: AlertCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("SEVERITY", "/severity"),
        col("STATE", "/state"),
        col("COUNT", "/count"),
        time("FIRST", "/first_at"),
        time("LAST", "/last_at"),
        col("MUTED BY", "/suppressed/by"),
        col("ID", "/id"),
        col("TITLE", "/title"),
    ];
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("title", "/title"),
        col("severity", "/severity"),
        col("state", "/state"),
        col("muted by", "/suppressed"),
        col("item", "/ci/name"),
        col("item id", "/ci/id"),
        col("found by", "/ci/by"),
        col("source", "/source"),
        col("kind", "/kind"),
        col("resource", "/resource"),
        col("count", "/count"),
        time("first", "/first_at"),
        time("last", "/last_at"),
        col("attributes", "/attrs"),
        col("incident", "/incident"),
        col("taken by", "/acknowledged_by"),
        time("closed", "/closed_at"),
        col("reason", "/close_reason"),
    ];
    const EVENTS: &[Column] = &[
        time("OCCURRED", "/occurred_at"),
        col("SEVERITY", "/severity"),
        col("OUTCOME", "/outcome"),
        col("SUMMARY", "/summary"),
    ];
    match command {
        AlertCommand::List(args) => record::list(client, format, "/alerts", &args, COLUMNS).await,
        AlertCommand::Show { alert } => {
            output::record(format, FIELDS, &client.get(&format!("/alerts/{alert}")).await?.body)?;
            if format == Format::Table {
                output::say("")?;
                output::rows(format, EVENTS, &client.list(&format!("/alerts/{alert}/events"), &[], 50).await?)?;
            }
            Ok(())
        }
        AlertCommand::Ack { alert } => {
            let answer = client.post(&format!("/alerts/{alert}/acknowledge"), &Value::Null).await?.body;
            Ok(output::record(format, FIELDS, &answer)?)
        }
        AlertCommand::Close { alert, reason } => {
            let answer = client.post(&format!("/alerts/{alert}/close"), &json!({"reason": reason})).await?.body;
            Ok(output::record(format, FIELDS, &answer)?)
        }
    }
}

async fn remove(client: &Client, path: &str, said: &str) -> Done {
    let etag = client.get(path).await?.etag.unwrap_or_default();
    client.remove(path, &etag).await?;
    Ok(output::say(said)?)
}

pub(super) async fn silence(client: &Client, format: Format, command: SilenceCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("STATE", "/state"),
        col("MATCHER", "/matcher"),
        time("FROM", "/starts_at"),
        time("UNTIL", "/ends_at"),
        col("AUTHOR", "/author"),
        col("REASON", "/reason"),
        col("ID", "/id"),
    ];
    match command {
        SilenceCommand::List(args) => record::list(client, format, "/silences", &args, COLUMNS).await,
        SilenceCommand::Create { matcher, until, from, reason } => {
            let body = json!({"matcher": matcher, "starts_at": from, "ends_at": until, "reason": reason});
            Ok(output::record(format, COLUMNS, &client.post("/silences", &body).await?.body)?)
        }
        SilenceCommand::End { silence } => remove(client, &format!("/silences/{silence}"), "ended").await,
    }
}

pub(super) async fn maintenance(client: &Client, format: Format, command: MaintenanceCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/name"),
        col("STATE", "/state"),
        time("UNTIL", "/active_until"),
        time("NEXT", "/next_at"),
        col("ITEMS", "/items"),
        col("HOSTS", "/hosts"),
        col("REASON", "/reason"),
        col("ID", "/id"),
    ];
    match command {
        MaintenanceCommand::List(args) => record::list(client, format, "/maintenance-windows", &args, COLUMNS).await,
        MaintenanceCommand::Create(args) => {
            let mut items = Vec::new();
            for item in &args.items {
                items.push(if item.starts_with("item_") {
                    item.clone()
                } else {
                    record::host_id(client, item).await?
                });
            }
            let schedule = if args.days.is_empty() {
                json!({"repeats": "never", "starts_at": args.from, "ends_at": args.until})
            } else {
                json!({
                    "repeats": "weekly", "days": args.days, "at": args.at, "minutes": args.minutes, "zone": args.zone,
                    "until": args.until,
                })
            };
            let body = json!({
                "name": args.name, "items": items, "hosts": args.hosts, "schedule": schedule, "reason": args.reason,
            });
            Ok(output::record(format, COLUMNS, &client.post("/maintenance-windows", &body).await?.body)?)
        }
        MaintenanceCommand::Remove { window } => {
            remove(client, &format!("/maintenance-windows/{window}"), "removed").await
        }
    }
}

/// `field=value` pairs of a rule as its JSON.
fn rule_of(fields: &[String]) -> anyhow::Result<Value> {
    let mut rule = Map::new();
    for (name, text) in pairs(fields)? {
        let value = match name {
            _ if text == "null" => Value::Null,
            "position" | "min_count" | "window_seconds" | "hold_seconds" | "enabled" | "auto_resolve" => {
                serde_json::from_str(text).unwrap_or_else(|_| json!(text))
            }
            "group_by" => json!(text.split(',').filter(|name| !name.is_empty()).collect::<Vec<_>>()),
            _ => json!(text),
        };
        rule.insert(name.to_owned(), value);
    }
    Ok(Value::Object(rule))
}

pub(super) async fn alert_rule(client: &Client, format: Format, command: AlertRuleCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("POSITION", "/position"),
        col("NAME", "/name"),
        col("ENABLED", "/enabled"),
        col("SUSPENDED", "/suspended"),
        col("FILTER", "/filter"),
        col("COUNT", "/min_count"),
        col("HOLD", "/hold_seconds"),
        col("GROUP BY", "/group_by"),
        col("TEAM", "/assignment_group"),
        col("ID", "/id"),
    ];
    const WOULD_BE: &[Column] = &[time("AT", "/at"), col("INCIDENT", "/title"), col("ALERTS", "/alerts")];
    match command {
        AlertRuleCommand::List(args) => record::list(client, format, "/alert-rules", &args, COLUMNS).await,
        AlertRuleCommand::Show { rule } => {
            Ok(output::record(format, COLUMNS, &client.get(&format!("/alert-rules/{rule}")).await?.body)?)
        }
        AlertRuleCommand::Create { fields } => {
            Ok(output::record(format, COLUMNS, &client.post("/alert-rules", &rule_of(&fields)?).await?.body)?)
        }
        AlertRuleCommand::Set { rule, fields } => {
            let answer = client.patch(&format!("/alert-rules/{rule}"), &rule_of(&fields)?).await?.body;
            Ok(output::record(format, COLUMNS, &answer)?)
        }
        AlertRuleCommand::Preview { fields, rule } => {
            let body = json!({"id": rule, "rule": rule_of(&fields)?});
            let found = client.post("/alert-rules/preview", &body).await?.body;
            if format == Format::Json {
                return Ok(output::record(format, &[], &found)?);
            }
            let number = |name: &str| found.get(name).and_then(Value::as_u64).unwrap_or_default();
            let (alerts, muted, incidents) = (number("alerts"), number("muted"), number("incidents"));
            output::say(&format!("{alerts} alerts in 30 days, {muted} of them muted: {incidents} incidents"))?;
            let first: Vec<Value> =
                found.get("first").and_then(Value::as_array).into_iter().flatten().cloned().collect();
            Ok(output::rows(format, WOULD_BE, &first)?)
        }
        AlertRuleCommand::Remove { rule } => remove(client, &format!("/alert-rules/{rule}"), "removed").await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_become_a_rule() {
        let fields =
            ["name=a=b", "min_count=3", "enabled=false", "group_by=ci,kind", "assignee=null"].map(str::to_owned);
        let expected =
            json!({"name": "a=b", "min_count": 3, "enabled": false, "group_by": ["ci", "kind"], "assignee": null});
        assert_eq!(rule_of(&fields).unwrap(), expected);
        assert!(rule_of(&["x".to_owned()]).is_err());
    }
}
