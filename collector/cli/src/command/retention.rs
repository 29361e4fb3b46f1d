//! `muster retention`: how long the past is kept.

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum RetentionCommand {
    /// Show the windows, and since when what is kept
    Show,
    /// Set windows in days: `history=400`, `alerts=30`, or a class: `process=7`; 0 is for ever, an empty value is as configured
    Set {
        /// `name=days`
        #[arg(required = true)]
        windows: Vec<String>,
    },
}

const FIELDS: &[Column] = &[
    col("history days", "/history_days"),
    col("classes", "/classes"),
    col("alert days", "/alert_days"),
    col("event commits", "/event_commits"),
    time("kept since", "/kept_since"),
    col("classes kept since", "/classes_kept_since"),
    time("alerts kept since", "/alerts_kept_since"),
    col("set", "/set"),
    col("set by", "/changed_by"),
    time("set at", "/changed_at"),
];

/// What is set after some windows were said.
fn with(set: &Value, windows: &[String]) -> anyhow::Result<Value> {
    let mut next = set.as_object().cloned().unwrap_or_default();
    let mut classes: Map<String, Value> = next.get("classes").and_then(Value::as_object).cloned().unwrap_or_default();
    for window in windows {
        let (name, days) = window.split_once('=').ok_or_else(|| anyhow::anyhow!("'{window}' is no name=days"))?;
        let days = match days {
            "" => Value::Null,
            days => json!(days.parse::<u64>().map_err(|_| anyhow::anyhow!("'{days}' is no number of days"))?),
        };
        match (name, days) {
            ("history", days) => drop(next.insert("history_days".into(), days)),
            ("alerts", days) => drop(next.insert("alert_days".into(), days)),
            ("event_commits", commits) => drop(next.insert("event_commits".into(), commits)),
            (class, Value::Null) => drop(classes.remove(class)),
            (class, days) => drop(classes.insert(class.to_owned(), days)),
        }
    }
    next.insert("classes".into(), Value::Object(classes));
    Ok(Value::Object(next))
}

pub(super) async fn retention(client: &Client, format: Format, command: RetentionCommand) -> Done {
    let found = client.get("/retention").await?;
    let RetentionCommand::Set { windows } = command else {
        return Ok(output::record(format, FIELDS, &found.body)?);
    };
    let set = with(found.body.get("set").unwrap_or(&Value::Null), &windows)?;
    let answer = client.put("/retention", &set, found.etag).await?;
    Ok(output::record(format, FIELDS, &answer.body)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_said_one_by_one_and_the_others_stay() {
        let set = json!({"history_days": 400, "classes": {"process": 7}, "alert_days": null, "event_commits": null});
        let say = |words: &[&str]| with(&set, &words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        let next = say(&["alerts=30", "process=", "package=90"]).unwrap();
        assert_eq!(next["classes"], json!({"package": 90}));
        assert_eq!((&next["history_days"], &next["alert_days"]), (&json!(400), &json!(30)));
        assert!(say(&["history"]).is_err() && say(&["history=soon"]).is_err());
    }
}
