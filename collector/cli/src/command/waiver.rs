//! `muster waiver`, `muster routing` and `muster why`: what may stand, who deals with the rest, and why nobody was told.

use std::path::PathBuf;

use anyhow::Context;
use clap::Subcommand;
use serde_json::{Value, json};

use super::record::Done;
use crate::client::Client;
use crate::output::{self, Column, Format, col, time};

#[derive(Debug, Subcommand)]
pub(crate) enum WaiverCommand {
    /// List waivers, newest first
    List,
    /// Show a waiver
    Show { waiver: String },
    /// Let findings stand: `muster waiver create 'policy:package host_name:lab-*' --justification 'a lab' --owner ann --expires 2026-12-31T00:00:00Z`
    Create {
        /// Which findings it means, in the query language
        selector: String,
        /// Why they may stand
        #[arg(long)]
        justification: String,
        /// Who answers for it
        #[arg(long)]
        owner: String,
        /// When it ends
        #[arg(long)]
        expires: String,
    },
    /// End a waiver before its time: what it let stand comes back
    End { waiver: String },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoutingCommand {
    /// Show the rules, in the order in which they are tried
    Show,
    /// Set the rules from a JSON file (`-` is standard input): `{"rules": [{"name": …, "about": "findings" or "tickets", "filter": …, "group": …}]}`
    Set { file: PathBuf },
    /// Add a rule, at the end or in a place: `muster routing add shop --about tickets --filter 'category:shop' --group shop`
    Add {
        /// What it is called
        name: String,
        #[command(flatten)]
        rule: RuleArgs,
    },
    /// Change a rule or move it: what is not said stays as it is
    Edit {
        /// Its name
        name: String,
        /// Another name
        #[arg(long)]
        rename: Option<String>,
        #[command(flatten)]
        rule: RuleArgs,
    },
    /// Take a rule away
    Remove {
        /// Its name
        name: String,
    },
    /// What the rules say of a finding
    Explain { finding: String },
}

#[derive(clap::Args, Debug)]
pub(crate) struct RuleArgs {
    /// What it is about
    #[arg(long, value_parser = ["findings", "tickets"])]
    about: Option<String>,
    /// Which of them it means, in the query language
    #[arg(long)]
    filter: Option<String>,
    /// Which group deals with them; an empty one is none
    #[arg(long)]
    group: Option<String>,
    /// Who deals with them, by sign-in name or id; an empty one is nobody
    #[arg(long)]
    assignee: Option<String>,
    /// Its place, counted from 1: rules are tried in order
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    place: Option<u64>,
}

fn shown(format: Format, waiver: &Value) -> Done {
    const FIELDS: &[Column] = &[
        col("id", "/id"),
        col("means", "/selector"),
        col("because", "/justification"),
        col("owner", "/owner"),
        col("state", "/state"),
        time("ends", "/expires_at"),
        col("made by", "/created_by"),
        time("made", "/created_at"),
        col("ended by", "/ended_by"),
        time("ended", "/ended_at"),
    ];
    Ok(output::record(format, FIELDS, waiver)?)
}

pub(super) async fn waiver(client: &Client, format: Format, command: WaiverCommand) -> Done {
    const COLUMNS: &[Column] = &[
        col("ID", "/id"),
        col("STATE", "/state"),
        col("MEANS", "/selector"),
        col("OWNER", "/owner"),
        time("ENDS", "/expires_at"),
        col("BECAUSE", "/justification"),
    ];
    match command {
        WaiverCommand::List => Ok(output::rows(format, COLUMNS, &client.whole("/waivers").await?)?),
        WaiverCommand::Show { waiver } => shown(format, &client.get(&format!("/waivers/{waiver}")).await?.body),
        WaiverCommand::Create { selector, justification, owner, expires } => {
            let body = json!({
                "selector": selector, "justification": justification, "owner": owner, "expires_at": expires,
            });
            shown(format, &client.post("/waivers", &body).await?.body)
        }
        WaiverCommand::End { waiver } => {
            let path = format!("/waivers/{waiver}");
            let etag = client.get(&path).await?.etag;
            shown(format, &client.retire(&path, &[], etag).await?.body)
        }
    }
}

const RULES: &[Column] = &[
    col("NAME", "/name"),
    col("ABOUT", "/about"),
    col("MEANS", "/filter"),
    col("GROUP", "/group"),
    col("ASSIGNEE", "/assignee"),
];

fn rules(format: Format, routing: &Value) -> Done {
    let all = routing.get("rules").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(output::rows(format, RULES, &all)?)
}

pub(super) async fn routing(client: &Client, format: Format, command: RoutingCommand) -> Done {
    const TRIED: &[Column] = &[
        col("FITS", "/fits"),
        col("NAME", "/rule/name"),
        col("MEANS", "/rule/filter"),
        col("GROUP", "/rule/group"),
        col("ASSIGNEE", "/rule/assignee"),
    ];
    match command {
        RoutingCommand::Show => rules(format, &client.get("/routing").await?.body),
        RoutingCommand::Set { file } => {
            let text = super::read_secret(&file)?;
            let body: Value = serde_json::from_str(&text).with_context(|| format!("{} is no JSON", file.display()))?;
            let etag = client.get("/routing").await?.etag;
            rules(format, &client.put("/routing", &body, etag).await?.body)
        }
        RoutingCommand::Add { name, rule } => changed(client, format, Change::Add(name, rule)).await,
        RoutingCommand::Edit { name, rename, rule } => changed(client, format, Change::Edit(name, rename, rule)).await,
        RoutingCommand::Remove { name } => changed(client, format, Change::Remove(name)).await,
        RoutingCommand::Explain { finding } => {
            Ok(output::rows(format, TRIED, &client.whole(&format!("/findings/{finding}/routing")).await?)?)
        }
    }
}

/// What is done with one rule.
enum Change {
    Add(String, RuleArgs),
    Edit(String, Option<String>, RuleArgs),
    Remove(String),
}

/// Says of a rule what was said on the command line.
fn say(rule: &mut Value, args: RuleArgs) {
    let nothing = |text: String| if text.is_empty() { Value::Null } else { Value::from(text) };
    let said = [
        ("about", args.about.map(Value::from)),
        ("filter", args.filter.map(Value::from)),
        ("group", args.group.map(nothing)),
        ("assignee", args.assignee.map(nothing)),
    ];
    if let Some(rule) = rule.as_object_mut() {
        rule.extend(said.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?))));
    }
}

/// The rules after one was added, changed, moved or removed, as the collector takes them: all at once, in the version that was read.
async fn changed(client: &Client, format: Format, change: Change) -> Done {
    let seen = client.get("/routing").await?;
    let mut all = seen.body.get("rules").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut take = |name: &str| {
        let place = all.iter().position(|rule| rule.get("name").is_some_and(|it| it == name));
        let place = place.with_context(|| format!("there is no rule {name}; `muster routing show` has them all"))?;
        anyhow::Ok((place, all.remove(place)))
    };
    let (rule, place) = match change {
        Change::Remove(name) => {
            take(&name)?;
            (None, 0)
        }
        Change::Add(name, args) => {
            let mut rule = json!({"name": name});
            let place = args.place.map_or(usize::MAX, |place| usize::try_from(place).unwrap_or(usize::MAX) - 1);
            say(&mut rule, args);
            (Some(rule), place)
        }
        Change::Edit(name, rename, args) => {
            let (was, mut rule) = take(&name)?;
            let place = args.place.map_or(was, |place| usize::try_from(place).unwrap_or(usize::MAX) - 1);
            say(&mut rule, args);
            if let (Some(rename), Some(rule)) = (rename, rule.as_object_mut()) {
                rule.insert("name".to_owned(), rename.into());
            }
            (Some(rule), place)
        }
    };
    if let Some(rule) = rule {
        all.insert(place.min(all.len()), rule);
    }
    rules(format, &client.put("/routing", &json!({"rules": all}), seen.etag).await?.body)
}

/// Why a change of a host alerted somebody, or nobody.
pub(super) async fn why(client: &Client, format: Format, host: &str, seq: u64) -> Done {
    const STEPS: &[Column] = &[col("STEP", "/step"), col("WENT ON", "/passed"), col("WHY", "/why")];
    let host = super::record::host_id(client, host).await?;
    let why = client.get(&format!("/hosts/{host}/history/{seq}/why")).await?.body;
    if format != Format::Table {
        return Ok(output::record(format, STEPS, &why)?);
    }
    let steps = why.get("steps").and_then(Value::as_array).cloned().unwrap_or_default();
    Ok(output::rows(format, STEPS, &steps)?)
}
