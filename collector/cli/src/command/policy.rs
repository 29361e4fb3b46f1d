//! `muster policy`: what is minded, and how badly.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

/// What a policy says.
#[derive(Debug, Args)]
pub(crate) struct Rule {
    /// Whose items it looks at, such as `package`
    section: String,
    /// What must not be, in CEL: `item.name == 'openssl' && older(item, '3.0.14')`
    condition: String,
    /// Which hosts it means, in the query language; all without it
    #[arg(long, default_value = "")]
    scope: String,
    /// How bad
    #[arg(long, value_parser = ["info", "warning", "minor", "major", "critical"], default_value = "warning")]
    severity: String,
    /// `security` opens at once, `critical` waits for a second look
    #[arg(long, value_parser = ["security", "critical"], default_value = "critical")]
    class: String,
    /// What comes of it
    #[arg(long, value_parser = ["incident", "finding"], default_value = "finding")]
    outcome: String,
    /// For how many seconds something has to stand before it counts; without it until a second look or for 90 s
    #[arg(long)]
    debounce_seconds: Option<u32>,
    /// What is told as one incident: the same difference on hosts of a service or site, or all on a host, of a service, at a site, of
    /// the policy
    #[arg(long, value_parser = ["difference", "host", "service", "site", "policy"], default_value = "difference")]
    group_by: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// List policies: what is shipped, and those of owners
    List,
    /// Show a policy
    Show { policy: String },
    /// Examples to start from, and what conditions may use
    Library,
    /// Try a policy: what breaks it now, and what it would have made of the last 30 days
    Preview {
        #[command(flatten)]
        rule: Rule,
    },
    /// Make a policy: `muster policy create no-telnet 'telnet is not allowed' package "item.name == 'telnetd'" --enable`
    Create {
        /// Small letters, digits and dashes; it never changes
        policy: String,
        /// What is wrong with what it finds
        purpose: String,
        #[command(flatten)]
        rule: Rule,
        /// Ask it from now on
        #[arg(long)]
        enable: bool,
    },
    /// Change a policy: `purpose=…`, `scope=…`, `condition=…`, `severity=…`, `class=…`, `outcome=…`, `debounce_seconds=…`, `group_by=…`
    Set {
        policy: String,
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Ask a policy from now on
    Enable { policy: String },
    /// Ask a policy no more; what it found ends
    Disable { policy: String },
    /// Remove a policy that an owner made
    Remove { policy: String },
}

impl Rule {
    fn body(self) -> Value {
        json!({
            "section": self.section, "condition": self.condition, "scope": self.scope, "severity": self.severity,
            "class": self.class, "outcome": self.outcome, "debounce_seconds": self.debounce_seconds,
            "group_by": self.group_by,
        })
    }
}

fn shown(format: Format, policy: &Value) -> Done {
    const FIELDS: &[Column] = &[
        col("name", "/id"),
        col("for", "/purpose"),
        col("minds", "/basis"),
        col("sections", "/sections"),
        col("hosts", "/scope"),
        col("must not be", "/condition"),
        col("severity", "/severity"),
        col("class", "/class"),
        col("outcome", "/outcome"),
        col("debounce (s)", "/debounce_seconds"),
        col("group by", "/group_by"),
        col("enabled", "/enabled"),
        col("shipped", "/shipped"),
        col("findings", "/findings"),
        col("problem", "/problem"),
        col("changed by", "/changed_by"),
        time("changed", "/changed_at"),
    ];
    Ok(output::record(format, FIELDS, policy)?)
}

async fn change(client: &Client, format: Format, policy: &str, edit: &Value) -> Done {
    shown(format, &client.patch(&format!("/policies/{policy}"), edit).await?.body)
}

pub(super) fn previewed(format: Format, preview: &Value) -> Done {
    const FIELDS: &[Column] = &[
        col("hosts", "/hosts"),
        col("in scope", "/in_scope"),
        col("items", "/items"),
        col("broken now", "/broken"),
        col("on hosts", "/broken_hosts"),
        col("findings in 30 days", "/past_findings"),
        col("incidents in 30 days", "/past_incidents"),
        col("all hosts", "/complete"),
        col("problem", "/problem"),
    ];
    const HITS: &[Column] = &[col("HOST", "/host_name"), col("ITEM", "/item_key"), col("ID", "/item")];
    output::record(format, FIELDS, preview)?;
    let hits = preview.get("hits").and_then(Value::as_array).cloned().unwrap_or_default();
    if format == Format::Table && !hits.is_empty() {
        output::say("")?;
        output::rows(format, HITS, &hits)?;
    }
    Ok(())
}

fn library(format: Format, library: &Value) -> Done {
    const EXAMPLES: &[Column] = &[
        col("EXAMPLE", "/id"),
        col("SECTION", "/section"),
        col("MUST NOT BE", "/condition"),
        col("BECAUSE", "/purpose"),
    ];
    const NAMES: &[Column] = &[col("NAME", "/name"), col("MEANING", "/meaning")];
    if format != Format::Table {
        return Ok(output::record(format, EXAMPLES, library)?);
    }
    let part = |name: &str| library.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    output::rows(format, EXAMPLES, &part("examples"))?;
    output::say("")?;
    Ok(output::rows(format, NAMES, &[part("variables"), part("functions")].concat())?)
}

pub(super) async fn policy(client: &Client, format: Format, command: PolicyCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("NAME", "/id"),
        col("MINDS", "/basis"),
        col("SECTIONS", "/sections"),
        col("SEVERITY", "/severity"),
        col("OUTCOME", "/outcome"),
        col("ENABLED", "/enabled"),
        col("FINDINGS", "/findings"),
        col("FOR", "/purpose"),
    ];
    match command {
        PolicyCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/policies").await?)?),
        PolicyCommand::Show { policy } => shown(format, &client.get(&format!("/policies/{policy}")).await?.body),
        PolicyCommand::Library => library(format, &client.get("/policies/library").await?.body),
        PolicyCommand::Preview { rule } => {
            previewed(format, &client.post("/policies/preview", &rule.body()).await?.body)
        }
        PolicyCommand::Create { policy, purpose, rule, enable } => {
            let mut body = rule.body();
            let map = body.as_object_mut().context("a policy is an object")?;
            map.extend(Map::from_iter([
                ("id".to_owned(), json!(policy)),
                ("purpose".to_owned(), json!(purpose)),
                ("enabled".to_owned(), json!(enable)),
            ]));
            shown(format, &client.post("/policies", &body).await?.body)
        }
        PolicyCommand::Set { policy, fields } => {
            let edit = super::object(&fields)?;
            if edit.get("enabled").is_some() {
                bail!("say `muster policy enable {policy}` or `disable`");
            }
            change(client, format, &policy, &edit).await
        }
        PolicyCommand::Enable { policy } => change(client, format, &policy, &json!({"enabled": true})).await,
        PolicyCommand::Disable { policy } => change(client, format, &policy, &json!({"enabled": false})).await,
        PolicyCommand::Remove { policy } => {
            let path = format!("/policies/{policy}");
            let etag = client.get(&path).await?.etag.unwrap_or_default();
            client.remove(&path, &etag).await?;
            Ok(output::say("removed")?)
        }
    }
}
