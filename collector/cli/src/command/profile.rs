//! `muster profile`: what hosts of a kind must be like.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

/// What a profile says.
#[derive(Debug, Args)]
pub(crate) struct Demands {
    /// What must be, each in quotes: `'have package auditd'`, `'not package telnetd'`, `'package openssl version >= 3.0.14'`
    lines: Vec<String>,
    /// A file with a line each (`-` is standard input); `#` begins a remark
    #[arg(long)]
    file: Option<PathBuf>,
    /// Which hosts it means, in the query language; all without it
    #[arg(long, default_value = "")]
    scope: String,
    /// How specific it is, 0 to 99: of two that speak of the same thing, the higher layer counts
    #[arg(long, default_value_t = 0)]
    layer: u8,
    /// How bad it is when something is not so
    #[arg(long, value_parser = ["info", "warning", "minor", "major", "critical"], default_value = "warning")]
    severity: String,
    /// `security` opens at once, `critical` waits for a second look
    #[arg(long, value_parser = ["security", "critical"], default_value = "critical")]
    class: String,
    /// What comes of it
    #[arg(long, value_parser = ["incident", "finding"], default_value = "finding")]
    outcome: String,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// List profiles, the least specific first
    List,
    /// Show a profile
    Show { profile: String },
    /// Try a profile: what breaks it now, and what it would have made of the last 30 days
    Preview {
        #[command(flatten)]
        demands: Demands,
    },
    /// Make a profile: `muster profile create web 'web servers' --scope role:web --layer 10 'have package nginx' --enable`
    Create {
        /// Small letters, digits and dashes; it never changes
        profile: String,
        /// What it is for
        purpose: String,
        #[command(flatten)]
        demands: Demands,
        /// Ask it from now on
        #[arg(long)]
        enable: bool,
    },
    /// Change a profile: `purpose=…`, `scope=…`, `layer=…`, `severity=…`, `class=…`, `outcome=…`
    Set {
        profile: String,
        #[arg(required = true)]
        fields: Vec<String>,
    },
    /// Say anew what must be
    Demand {
        profile: String,
        /// What must be, each in quotes
        lines: Vec<String>,
        /// A file with a line each (`-` is standard input); `#` begins a remark
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// What profiles demand of a host: what counts, what does not and why, and how it stands
    Host { host: String },
    /// What is there on a golden host now, as lines for the profile of its kind:
    /// `muster profile take web-1 --section package,service > web.txt`
    Take {
        host: String,
        /// Which sections, with commas between; all that can be taken without it
        #[arg(long, default_value = "")]
        section: String,
    },
    /// All versions of a profile, the newest first
    Versions { profile: String },
    /// Ask a profile from now on
    Enable { profile: String },
    /// Ask a profile no more; what it found ends
    Disable { profile: String },
    /// Remove a profile; what it found ends
    Remove { profile: String },
}

fn lines(mut lines: Vec<String>, file: Option<&PathBuf>) -> anyhow::Result<Vec<String>> {
    if let Some(file) = file {
        lines.extend(super::read_secret(file)?.lines().map(str::to_owned));
    }
    if lines.is_empty() {
        bail!("say what must be, such as 'have package auditd', or name a file with --file");
    }
    Ok(lines)
}

impl Demands {
    fn body(self) -> anyhow::Result<Value> {
        Ok(json!({
            "expectations": lines(self.lines, self.file.as_ref())?, "scope": self.scope, "layer": self.layer,
            "severity": self.severity, "class": self.class, "outcome": self.outcome,
        }))
    }
}

fn shown(format: Format, profile: &Value) -> Done {
    const FIELDS: &[Column] = &[
        col("name", "/id"),
        col("for", "/purpose"),
        col("hosts", "/scope"),
        col("layer", "/layer"),
        col("severity", "/severity"),
        col("class", "/class"),
        col("outcome", "/outcome"),
        col("enabled", "/enabled"),
        col("findings", "/findings"),
        col("problem", "/problem"),
        col("changed by", "/changed_by"),
        time("changed", "/changed_at"),
    ];
    const DEMANDS: &[Column] = &[col("WHAT MUST BE", "/line"), col("KIND", "/kind"), col("MUST NOT BE", "/condition")];
    output::record(format, FIELDS, profile)?;
    if format == Format::Table {
        output::say("")?;
        let demands = profile.get("demands").and_then(Value::as_array).cloned().unwrap_or_default();
        output::rows(format, DEMANDS, &demands)?;
    }
    Ok(())
}

async fn change(client: &Client, format: Format, profile: &str, edit: &Value) -> Done {
    shown(format, &client.patch(&format!("/profiles/{profile}"), edit).await?.body)
}

const COLUMNS: &[Column] = &[
    col("NAME", "/id"),
    col("LAYER", "/layer"),
    col("HOSTS", "/scope"),
    col("SEVERITY", "/severity"),
    col("OUTCOME", "/outcome"),
    col("ENABLED", "/enabled"),
    col("FINDINGS", "/findings"),
    col("FOR", "/purpose"),
];
const EFFECTIVE: &[Column] = &[
    col("WHAT MUST BE", "/line"),
    col("STANDING", "/standing"),
    col("IS", "/actual"),
    col("PROFILE", "/profile"),
    col("LAYER", "/layer"),
    col("BY", "/by"),
];
const VERSIONS: &[Column] = &[
    col("VERSION", "/version"),
    time("CHANGED", "/changed_at"),
    col("BY", "/changed_by"),
    col("LAYER", "/layer"),
    col("HOSTS", "/scope"),
    col("ENABLED", "/enabled"),
    col("WHAT MUST BE", "/expectations"),
];

pub(super) async fn profile(client: &Client, format: Format, command: ProfileCommand) -> Done {
    match command {
        ProfileCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/profiles").await?)?),
        ProfileCommand::Show { profile } => shown(format, &client.get(&format!("/profiles/{profile}")).await?.body),
        ProfileCommand::Preview { demands } => {
            super::policy::previewed(format, &client.post("/profiles/preview", &demands.body()?).await?.body)
        }
        ProfileCommand::Create { profile, purpose, demands, enable } => {
            let mut body = demands.body()?;
            let map = body.as_object_mut().context("a profile is an object")?;
            map.extend(Map::from_iter([
                ("id".to_owned(), json!(profile)),
                ("purpose".to_owned(), json!(purpose)),
                ("enabled".to_owned(), json!(enable)),
            ]));
            shown(format, &client.post("/profiles", &body).await?.body)
        }
        ProfileCommand::Set { profile, fields } => {
            let edit = super::object(&fields)?;
            if edit.get("enabled").is_some() {
                bail!("say `muster profile enable {profile}` or `disable`");
            }
            change(client, format, &profile, &edit).await
        }
        ProfileCommand::Demand { profile, lines: said, file } => {
            change(client, format, &profile, &json!({"expectations": lines(said, file.as_ref())?})).await
        }
        ProfileCommand::Host { host } => {
            let host = super::record::host_id(client, &host).await?;
            Ok(output::rows(format, EFFECTIVE, &client.whole(&format!("/hosts/{host}/profile")).await?)?)
        }
        ProfileCommand::Take { host, section } => {
            let host = super::record::host_id(client, &host).await?;
            let lines = client.whole(&format!("/hosts/{host}/profile/lines?section={section}")).await?;
            if format != Format::Table {
                return Ok(output::rows(format, &[col("LINE", "")], &lines)?);
            }
            for line in lines.iter().filter_map(Value::as_str) {
                output::say(line)?;
            }
            Ok(())
        }
        ProfileCommand::Versions { profile } => {
            Ok(output::rows(format, VERSIONS, &client.whole(&format!("/profiles/{profile}/versions")).await?)?)
        }
        ProfileCommand::Enable { profile } => change(client, format, &profile, &json!({"enabled": true})).await,
        ProfileCommand::Disable { profile } => change(client, format, &profile, &json!({"enabled": false})).await,
        ProfileCommand::Remove { profile } => {
            let path = format!("/profiles/{profile}");
            let etag = client.get(&path).await?.etag.unwrap_or_default();
            client.remove(&path, &etag).await?;
            Ok(output::say("removed")?)
        }
    }
}
